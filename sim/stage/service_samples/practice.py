"""The pages around a practice, and every screen of one."""

from collections.abc import Callable, Iterator

from terminal import events as ev
from terminal.flow import step
from terminal.flows.practice import (
    REHEARSED,
    AskedAgain,
    Choosing,
    Done,
    Ready,
    Rehearsed,
    Replaying,
    Told,
)
from terminal.practice.playing import COACHED
from terminal.session import Session
from terminal.values import replace

ALL = tuple(sorted(COACHED))
TYPED = ("1", "2", "3", "4", "5", "6", "enter")
OWN = (ev.Chosen("other_amount"), *(ev.Chosen("digit", n) for n in (1, 5)))
"""An amount that no notes make."""

WRONG = (ev.Chosen("count_wrong"), ev.Chosen("digit", 0), ev.Chosen("confirm"))


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every page and every screen."""
    prints = replace(at(phase=Ready()).machine, printer="")
    done = Done(ALL)
    return {
        "choosing": at(phase=Choosing()),
        "ready": at(phase=Ready()),
        "done": at(phase=done, machine=prints),
        "done_nothing": at(phase=Done(())),
        "printed": at(phase=replace(done, printed=True), machine=prints),
        **{f"did_{one}": at(phase=Replaying(done, n)) for n, one in enumerate(ALL)},
        **{f"told_{one}": at(phase=Told(one)) for one in REHEARSED},
        "asked": at(phase=AskedAgain(REHEARSED[0])),
        "stopped": at(phase=Rehearsed(REHEARSED[0], True)),
        **{f"went_on_{one}": at(phase=Rehearsed(one, False)) for one in REHEARSED},
        **dict(_played(at(phase=Ready(), serving="practice"))),
    }


def _played(start: Session) -> Iterator[tuple[str, Session]]:
    """A withdrawal as it is practised, with the ways to the screens beside the shortest one."""
    session = _after(start, ev.Chosen("practice_insert"))
    yield "play_enter_pin", session
    yield "play_staff", _after(session, ev.Chosen("call_staff"))
    session = _after(session, *(ev.KeyPressed(key) for key in TYPED))
    yield "play_choose_amount", session
    other = session
    while other.phase.__class__.__name__ != "EnteringAmount":
        other = _after(other, OWN[0])
    yield "play_enter_amount", _after(other, *OWN[1:])
    yield "play_suggest_amounts", _after(other, *OWN[1:], ev.Chosen("confirm"))
    session = _after(session, ev.Chosen("amount", 20_000))
    yield "play_review", session
    session = _after(session, ev.Chosen("confirm"))
    yield "play_take_card", session
    session = _after(session, ev.Chosen("practice_take_card"))
    yield "play_take_notes", session
    session = _after(session, ev.Chosen("practice_take_notes"))
    yield "play_count_notes", session
    yield "play_state_count", _after(session, *WRONG[:1])
    yield "play_notice", _after(session, *WRONG)
    yield "play_farewell", _after(session, ev.Chosen("count_right"))


def _after(session: Session, *events: ev.Event) -> Session:
    for event in events:
        session, _ = step(session, event, 0.0)
    return session
