"""The pages around a practice, and every screen of every lesson as it is practised."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from terminal import events as ev
from terminal.flow import step
from terminal.flows.practice import (
    REHEARSED,
    AskedAgain,
    Choosing,
    ChoosingLesson,
    Done,
    Ready,
    Rehearsed,
    Replaying,
    Told,
)
from terminal.menu import WITHDRAWAL
from terminal.practice.lessons import COACHED
from terminal.session import EnteringAmount, Session
from terminal.values import replace

INSERT = ev.Chosen("practice_insert")
PIN = tuple(ev.KeyPressed(key) for key in ("1", "2", "3", "4", "5", "6", "enter"))
TAKE_CARD, TAKE_NOTES = ev.Chosen("practice_take_card"), ev.Chosen("practice_take_notes")
CONFIRM, DONE = ev.Chosen("confirm"), ev.Chosen("done")
NOTE, TAKE_BACK = ev.Chosen("practice_put_note"), ev.Chosen("practice_take_back")
OWN = (ev.Chosen("other_amount"), *(ev.Chosen("digit", n) for n in (1, 5)))
"""An amount that no notes make."""

WRONG = (ev.Chosen("count_wrong"), ev.Chosen("digit", 0), CONFIRM)

BACK_OUT = (ev.Chosen("give_back"),)


def typed(number: int) -> tuple[ev.Event, ...]:
    """Its digits."""
    return tuple(ev.Chosen("digit", int(digit)) for digit in str(number))


TWELVE = typed(621712345678)
USUAL = (ev.Chosen("payee", "play1"), *typed(500), CONFIRM)
"""To a known payee as ever: nothing is asked, and it may be there at once."""

TOO_MUCH = (USUAL[0], *typed(60_000), CONFIRM)
"""More than was agreed with the play bank."""

Pressed = tuple[ev.Event, ...]
Way = tuple[tuple[str, Pressed, Mapping[str, Pressed]], ...]
"""The shortest way through a lesson: each screen, what is pressed to come to it from the one before, and what is
pressed on it to come to others beside the way."""

TOLD: Final[Way] = (("take_card", (DONE,), {}), ("farewell", (TAKE_CARD,), {}))
"""How a lesson ends that ends with a result."""

WAYS: Final[Mapping[str, Way]] = {
    WITHDRAWAL: (
        (
            "review",
            (ev.Chosen("amount", 20_000),),
            {"other_notes": (ev.Chosen("other_notes"),)},
        ),
        ("take_card", (CONFIRM,), {}),
        ("take_notes", (TAKE_CARD,), {}),
        (
            "count_notes",
            (TAKE_NOTES,),
            {"state_count": WRONG[:1], "notice": WRONG},
        ),
        ("farewell", (ev.Chosen("count_right"),), {}),
    ),
    "deposit": (
        ("inserting", (), {}),
        ("inserting_more", (NOTE,) * 4, {}),
        (
            "reviewing",
            (ev.Chosen("all_in"),),
            {"taking_back": BACK_OUT, "given_back": (*BACK_OUT, TAKE_BACK)},
        ),
        ("told", (ev.Chosen("store"),), {}),
        *TOLD,
    ),
    "transfer": (
        (
            "choosing_payee",
            (),
            {"choosing_arrival": USUAL, "too_much": TOO_MUCH},
        ),
        ("typing_account", (ev.Chosen("payee", "new_payee"),), {}),
        ("checking_name", (*TWELVE, CONFIRM), {}),
        ("entering_sum", (CONFIRM,), {}),
        ("know_payee", (*typed(500), CONFIRM), {"stopped": (ev.Chosen("answer", "unsure"),)}),
        ("someone_on_phone", (ev.Chosen("answer", "know"),), {}),
        ("reviewing", (ev.Chosen("answer", "nobody"),), {}),
        ("sent", (CONFIRM,), {}),
        *TOLD,
    ),
    "bills": (
        ("choosing", (), {}),
        ("number", (ev.Chosen("bill", "electricity"),), {}),
        ("review", (*TWELVE[:8], CONFIRM), {}),
        ("done", (CONFIRM,), {}),
        *TOLD,
    ),
    "exchange": (
        ("take_card", (), {}),
        ("inserting", (TAKE_CARD,), {}),
        ("choosing", (NOTE,), {"taking_back": BACK_OUT}),
        ("changed", (CONFIRM, TAKE_NOTES), {}),
        ("farewell", (ev.Chosen("count_right"),), {}),
    ),
    "balance": (
        ("showing", (), {"listing": (ev.Chosen("entries"),)}),
        *TOLD,
    ),
    "pin_change": (
        ("telling", (), {}),
        ("enter_new", (ev.Chosen("go_ahead"),), {}),
        ("enter_again", PIN, {}),
        ("changed", PIN, {}),
        *TOLD,
    ),
}
"""From the menu, or from the first screen of a withdrawal, to the goodbye."""


def samples(anywhere: Callable[..., Session]) -> dict[str, Session]:
    """Every page and every screen, where notes can be taken in too."""
    takes = replace(anywhere().machine, acceptor="")
    at = partial(anywhere, machine=takes)
    prints = replace(at(phase=Ready()).machine, printer="")
    done = Done(WITHDRAWAL, COACHED)
    return {
        "choosing": at(phase=Choosing()),
        "choosing_lesson": at(phase=ChoosingLesson()),
        "choosing_lesson_more": at(phase=ChoosingLesson(1)),
        "ready": at(phase=Ready()),
        "done": at(phase=done, machine=prints),
        "done_nothing": at(phase=Done(WITHDRAWAL, ())),
        "printed": at(phase=replace(done, printed=True), machine=prints),
        **{f"did_{one}": at(phase=Replaying(done, n)) for n, one in enumerate(COACHED)},
        **{f"told_{one}": at(phase=Told(one)) for one in REHEARSED},
        "asked": at(phase=AskedAgain(REHEARSED[0])),
        "stopped": at(phase=Rehearsed(REHEARSED[0], True)),
        **{f"went_on_{one}": at(phase=Rehearsed(one, False)) for one in REHEARSED},
        **dict(_begun(at)),
        **{f"play_{name}": one for name, one in _played(at)},
    }


def _begun(at: Callable[..., Session]) -> Iterator[tuple[str, Session]]:
    """What all lessons begin with, and the screens of amounts beside the shortest way."""
    session = after(at(phase=Ready(), serving="practice"), INSERT)
    yield "play_enter_pin", session
    yield "play_staff", after(session, ev.Chosen("call_staff"))
    yield "play_choose_service", after(session, *PIN)
    session = after(session, *PIN, ev.Chosen("service", WITHDRAWAL))
    yield "play_choose_amount", session
    while not isinstance(session.phase, EnteringAmount):
        session = after(session, OWN[0])
    yield "play_enter_amount", after(session, *OWN[1:])
    yield "play_suggest_amounts", after(session, *OWN[1:], CONFIRM)


def _played(at: Callable[..., Session]) -> Iterator[tuple[str, Session]]:
    """Each lesson by its way."""
    for lesson, way in WAYS.items():
        session = after(at(phase=Ready(lesson), serving="practice"), INSERT, *PIN)
        session = after(session, ev.Chosen("service", lesson))
        for screen, pressed, beside in way:
            session = after(session, *pressed)
            yield f"{lesson}_{screen}", session
            yield from (
                (f"{lesson}_{other}", after(session, *more)) for other, more in beside.items()
            )


def after(session: Session, *events: ev.Event) -> Session:
    """The session after these, one after the other."""
    for event in events:
        session, _ = step(session, event, 0.0)
    return session
