"""The receipt of an outcome: ordered once, and what became of it said.

Nothing waits for a printer: a visit ends as it would without one, and a paper that ran out changes
nothing but a line on the screen.
"""

from collections.abc import Mapping
from typing import Final

from terminal import effects as fx
from terminal import events as ev
from terminal import printing
from terminal import session as s
from terminal.asking import Fact
from terminal.flows.visit import Step, new_id, with_machine
from terminal.help_pages import own_line
from terminal.messages import VOICED
from terminal.profile import Language
from terminal.prompts import text_key, values_of
from terminal.receipt import Slip
from terminal.service import ServicePhase
from terminal.values import replace

IN_CHINESE: Final[frozenset[Language]] = frozenset({"ug", "bo"})
"""Drafts whose readers get a Chinese receipt, the others an English one: nobody has read one in them."""

OUT_OF_ORDER: Final = "deviceNotReady"


def step(session: s.Session, event: ev.Event) -> Step | None:
    """What the printer says, and the wish for a receipt; None for everything else."""
    match event:
        case ev.Chosen("receipt") if printing.offered(session):
            job, machine = new_id(session.machine)
            order = fx.PrintSlip(job, slip_of(session))
            ordered = replace(session, machine=machine, slip_ordered=True, slip_due=True)
            return _said(ordered, "printing"), (order,)
        case ev.ReceiptPrinted():
            return _told(session, "printed"), ()
        case ev.ReceiptDoubtful():
            return _told(session, _beside("doubtful", session)), ()
        case ev.ReceiptRefused():
            return _told(session, _beside("refused", session)), ()
        case ev.PrinterReady():
            return _known(session, printing.CAN_PRINT), ()
        case ev.PrinterFailed(error=error):
            return _known(session, error or OUT_OF_ORDER), ()
        case _:
            return None


def slip_of(session: s.Session) -> Slip:
    """The receipt of the outcome on the screen."""
    language = session.look.language
    if language not in VOICED:
        language = "zh" if language in IN_CHINESE else "en"
    values: Mapping[str, object] = values_of(session)
    return Slip(
        text_key(session),
        tuple(values.items()),
        _lines(session),
        str(values.get("reference", "")),
        session.look.profile != "standard",
        language,
        own_line(session.machine),
    )


def _lines(session: s.Session) -> tuple[Fact, ...]:
    """What the outcome reads back, or what was read back and agreed to before it."""
    if isinstance(session.phase, ServicePhase):
        return session.phase.on_paper(session)
    notice = getattr(session.phase, "notice", None)
    return notice.agreed if isinstance(notice, s.Notice) else ()


def _known(session: s.Session, state: str) -> s.Session:
    return session if session.machine.printer == state else with_machine(session, printer=state)


def _told(session: s.Session, what: str) -> s.Session:
    """Said to whoever asked for it, also in another look or on a later screen of their visit: paper that nobody
    knows of is read by the next customer."""
    if not session.slip_due:
        return session
    told = replace(session, slip_due=False)
    waits = session.look.said in ("", f"{printing.SAYING}printing")
    return _said(told, what) if waits else told


def _beside(what: str, session: s.Session) -> str:
    """Words that send to the screen only where the outcome still stands on it."""
    return what if session.slip_ordered else f"{what}_after"


def _said(session: s.Session, what: str) -> s.Session:
    return replace(session, look=replace(session.look, said=f"{printing.SAYING}{what}"))
