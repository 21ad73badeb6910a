"""Calling staff, what they can do, and the outline of what a helper points at (accessibility.md PRV-08).

A helper explains and never operates. What comes from one is a closed list of events (`FROM_HELPERS`); each
changes nothing but `Machine.call` and `Session.pointed`, gives no effect, and does not count as somebody
being there, so that it prolongs no wait. Nobody sees anything or points before this customer has called:
`Session.watched` begins with the press, and ends with the visit, with "nobody needs to come", and when nobody
can. What they see is `masked_view.py`.
"""

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.flows.visit import Step, with_machine
from terminal.focus import pointable
from terminal.messages import VOICED
from terminal.prompts import phase_prompt
from terminal.values import replace

FROM_HELPERS = (ev.StaffCalled, ev.StaffCame, ev.StaffBusy, ev.HelperPoints)
"""Everything that can come from those who help. There is no press among it."""


WAITING = ("ringing", "queued")
"""While somebody is expected."""


def told(session: s.Session, event: ev.Event) -> Step:
    """What a helper did."""
    call = session.machine.call
    match event:
        case ev.StaffCalled(position=position) if call.state in WAITING:
            return with_machine(session, call=s.Call("queued", position)), ()
        case ev.StaffCame() if call.state in WAITING:
            return with_machine(session, call=s.Call("here")), ()
        case ev.StaffBusy() if call.state in WAITING:
            alone = replace(session, watched=False, pointed="")
            return with_machine(alone, call=s.Call("busy")), ()
        case ev.HelperPoints(name=name) if session.watched and name != session.pointed:
            seen = not name or name in pointable(session)
            return (replace(session, pointed=name) if seen else session), ()
        case _:
            return session, ()


def pressed(session: s.Session, name: str) -> Step | None:
    """A press on one of the pages of help; their words are in the finished languages only."""
    if session.look.language not in VOICED:
        return None
    match name:
        case "call_staff":
            return _call(replace(session, overlay="staff"))
        case "cancel_call" if session.machine.call.state in WAITING:
            shown = replace(session, overlay="staff", watched=False, pointed="")
            return with_machine(shown, call=s.NO_CALL), (fx.CancelCall(),)
        case "hotlines":
            return replace(session, overlay="hotlines"), ()
        case "counter":
            return replace(session, overlay="counter"), ()
        case "explain":
            return replace(session, overlay="explain"), ()
        case _:
            return None


def _call(session: s.Session) -> Step:
    """Ring once; whoever presses again sees how far it is. From now on helpers see the masked view."""
    session = replace(session, watched=True)
    if session.machine.call.state in WAITING:
        return session, ()
    ringing = with_machine(session, call=s.Call("ringing"))
    order = fx.CallStaff(phase_prompt(session).key, reference_for(session))
    return replace(ringing, pointed=""), (order,)


def reference_for(session: s.Session) -> str:
    """The number on the screen that staff find the operation by, or ""."""
    notice = getattr(session.phase, "notice", None)
    if session.practice is not None or not isinstance(notice, s.Notice):
        return ""
    return notice.reference


def unpointed(before: s.Session, after: s.Session, event: ev.Event) -> s.Session:
    """The outline goes with the screen that it was on, and with the next thing the customer does."""
    if not after.pointed:
        return after
    acted = isinstance(event, ev.Chosen | ev.KeyPressed | ev.PinDigits)
    same = (type(after.phase), after.overlay, after.page) == (
        type(before.phase),
        before.overlay,
        before.page,
    )
    return after if same and not acted else replace(after, pointed="")
