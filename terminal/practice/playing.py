"""A practice under way: which events are the customer's, what they lead to, and how it ends.

While `Session.practice` is set, the session is the practice's own: the real flow runs on it, with a play
machine, and its effects go to `play.answered` and nowhere else. The real session is set aside in it. What
comes from real devices, from the bank and from the clock is stepped on that one; if it leads anywhere (a
card was put in, the machine must close) the practice is over first. What a practice gives back as effects
is a call for staff or nothing at all; the runtime routes no others while it lasts.

There is no limit in it: nobody waits for money, and one press or a card ends it at any time (TIM-08).
"""

from collections import deque
from collections.abc import Callable
from typing import Final

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.flows.helping import FROM_HELPERS
from terminal.flows.practice import Done
from terminal.flows.visit import Step, afresh, with_machine
from terminal.practice import play
from terminal.practice.hands import LEAVE
from terminal.practice.lessons import COACHED, QUIET
from terminal.prompts import phase_prompt
from terminal.values import replace

CUSTOMERS: Final = (
    *(ev.Chosen, ev.KeyPressed, ev.Signed, ev.Touched, ev.TouchMeasured, ev.Laid),
    *(ev.SpeechStarted, ev.SpeechEnded, ev.SoundLost, ev.SoundBack),
    *(ev.HeadsetPlugged, ev.HeadsetUnplugged),
    *FROM_HELPERS,
)
"""What belongs to the practice. Everything else comes from the real machine."""

CLOCK: Final = (ev.Reminded, ev.AskedForMore, ev.TimedOut)

Outward = fx.CallStaff | fx.CancelCall
OUTWARD: Final = (fx.CallStaff, fx.CancelCall)
"""What a practice may still ask of the world: somebody to help."""

ROUNDS_MAX: Final = 64
"""Answers of the play outside to one press; a whole withdrawal has a dozen."""

COACH: Final = "coach_"
"""How the keys of the coach's lines begin."""

OTHER: Final = "other"
"""The line of a screen that has none of its own."""

STEPS_MAX: Final = 18
"""Steps that are kept to be shown again; whoever goes back and forth has seen them."""

Inner = Callable[[s.Session, ev.Event, float], Step]


def step(session: s.Session, event: ev.Event, now: float, inner: Inner) -> Step:
    """The session after an event in a practice; `inner` is the real flow."""
    if isinstance(event, CLOCK):
        return session, ()
    if event == ev.Chosen(LEAVE):
        return _over(session, session), ()
    if isinstance(event, CUSTOMERS):
        return _played(session, play.meant(session, event), now, inner)
    return _real(session, event, now, inner)


def begun(real: s.Session, lesson: str, now: float, inner: Inner) -> s.Session:
    """A practice with the play card in the play reader; `real` is set aside."""
    real = afresh(real)
    session = replace(
        real,
        machine=play.machine_for(real.machine),
        phase=s.Idle(),
        serving="practice",
        practice=s.Practice(real, lesson),
    )
    return _played(session, ev.CardInserted(), now, inner)[0]


def _played(session: s.Session, first: ev.Event, now: float, inner: Inner) -> Step:
    outward: list[Outward] = []
    events, before = deque([first]), session
    for _ in range(ROUNDS_MAX):
        events.extend(() if events else play.passed(session))
        if not events:
            break
        session, effects = inner(session, events.popleft(), now)
        outward += [one for one in effects if isinstance(one, OUTWARD)]
        events.extend(said for one in effects for said in play.answered(one, session))
        if isinstance(session.phase, s.Idle | s.OutOfService):
            return _over(session, before), tuple(outward)
    return _coached(before, session), tuple(outward)


def _over(session: s.Session, last: s.Session) -> s.Session:
    """The practice is done; the page after it has what was done."""
    assert last.practice is not None
    done = Done(last.practice.lesson, last.practice.done)
    return replace(_carried(last), phase=done, wait=session.wait, overlay="", page=0)


def _carried(session: s.Session) -> s.Session:
    """The session that was set aside, looking and sounding as the customer has it now."""
    assert session.practice is not None
    real = session.practice.real
    look = replace(session.look, said="", offer="")
    carried = replace(real, look=look, sound=session.sound, watched=session.watched)
    return with_machine(carried, call=session.machine.call)


def _coached(before: s.Session, session: s.Session) -> s.Session:
    """The coach's line for the screen, and the screen among what was done."""
    practice = session.practice
    assert practice is not None
    key = phase_prompt(session).key
    coached = key in COACHED
    line = "" if key in QUIET else f"{COACH}{key if coached else OTHER}"
    said = session.look.said
    if not said or said.startswith(COACH):
        session = replace(session, look=replace(session.look, said=line, offer=""))
    if not coached or type(session.phase) is type(before.phase) or key in practice.done:
        return session
    done = (*practice.done, key)[:STEPS_MAX]
    return replace(session, practice=replace(practice, done=done))


def _real(session: s.Session, event: ev.Event, now: float, inner: Inner) -> Step:
    """What the real machine says, to the session that was set aside."""
    assert session.practice is not None
    real = _carried(session)
    after, effects = inner(real, event, now)
    if after == real and not effects:
        return session, ()
    if type(after.phase) is type(real.phase) and not effects:
        kept = replace(session.practice, real=after)
        return replace(session, practice=kept), ()
    return after, effects
