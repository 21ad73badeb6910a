"""The clock of a wait: what begins it anew, and what does not.

A new phase begins a new wait, and so does anybody's press, touch or key; not where something lies in a slot or a
machine is awaited, because that could be prolonged for ever (TIM-06). Limits count from the end of a prompt's own
speech (TIM-04). How long they are is `timing.toml`, when they end the runtime finds out.
"""

from terminal import events as ev
from terminal import session as s
from terminal.flows import leaving
from terminal.flows.visit import Step
from terminal.noticing import BORDERS, MENUS
from terminal.profile import LEADS_ON, Waits
from terminal.prompts import phase_prompt
from terminal.service import ServicePhase
from terminal.values import replace

SLOT_WAITS = frozenset({Waits.CARD, Waits.CASH, Waits.HOST, Waits.DEVICE, Waits.FAREWELL})
"""Waits that presence does not prolong: something lies in a slot, or a machine is awaited (TIM-06)."""


def clocked(
    before: s.Session, after: s.Session, event: ev.Event, now: float, acting: bool
) -> s.Session:
    """A new phase begins a new wait; presence restarts one, where nothing lies in a slot."""
    if type(after.phase) is not type(before.phase) or _reasked(before, after):
        return replace(after, wait=s.Wait(since=now), overlay="", look=_announced(before, after))
    if isinstance(event, ev.TimedOut) and after.wait is before.wait:
        return replace(after, wait=s.Wait(since=now, expired=not acting))
    if isinstance(event, PRESENCE):
        return _present(after, now)
    return after


PRESENCE = (
    ev.Chosen,
    ev.Signed,
    ev.Touched,
    ev.KeyPressed,
    ev.PinDigits,
    ev.DocumentRead,
    ev.DocumentUnread,
    ev.HeadsetPlugged,
    ev.Scanned,
)
"""Signs that somebody is there (TIM-05)."""


def _announced(before: s.Session, after: s.Session) -> s.Look:
    """What an automatic change had to say is said on one screen; an offer stays until an amount was
    chosen or the visit ends, and one that was passed over counts as no."""
    look = after.look
    if look is not before.look or not (look.said or look.offer):
        return look
    until = BORDERS if look.offer == "language" else MENUS
    over = isinstance(before.phase, until) or isinstance(after.phase, leaving.ENDINGS)
    return replace(
        look, said="", offer="" if over and look.offer not in s.AT_THE_END else look.offer
    )


def _reasked(before: s.Session, after: s.Session) -> bool:
    match before.phase, after.phase:
        case s.TakingCard(at_gate=False), s.TakingCard(at_gate=True):
            return True
        case s.ReturningFound(at_gate=False), s.ReturningFound(at_gate=True):
            return True
        case s.TakingCard(lost=one), s.TakingCard(lost=other):
            return one != other
        case s.Starting(asks=one), s.Starting(asks=other):
            return one != other
        case s.ChoosingService(leaf=one), s.ChoosingService(leaf=other):
            return one != other
        case ServicePhase() as one, ServicePhase() as other:
            return one.marker() != other.marker()
        case s.Farewell(), s.Farewell():
            was, now = before.look, after.look
            return (was.offer, was.said) != (now.offer, now.said)
        case _:
            return False


def _present(session: s.Session, now: float) -> s.Session:
    if session.wait.asked_at is not None:
        return replace(session, wait=replace(session.wait, since=now))
    if phase_prompt(session).waits in LEADS_ON and not session.overlay:
        # Who presses too early does not wait the longer for it.
        return session
    wait = fresh(session, now)
    return session if wait is session.wait else replace(session, wait=wait)


def fresh(session: s.Session, now: float) -> s.Wait:
    """The wait begun anew, unless something lies in a slot or a machine is awaited."""
    if phase_prompt(session).waits in SLOT_WAITS:
        return session.wait
    return s.Wait(since=now)


def speech(session: s.Session, event: ev.Event, now: float) -> Step:
    """Limits count from the end of the prompt's own speech. A reminder's does not move them, and where
    something lies in a slot or a machine is awaited nothing does that is said later: it could be asked for
    again and again (TIM-06)."""
    wait, slot = session.wait, phase_prompt(session).waits in SLOT_WAITS
    if wait.reminded or (slot and wait.told):
        return session, ()
    speaking = isinstance(event, ev.SpeechStarted)
    return replace(session, wait=replace(wait, since=now, speaking=speaking, told=not speaking)), ()
