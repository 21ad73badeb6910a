"""Transfers: to a known payee or a new one, with the questions that signals ask for, at a time that the
rules allow; and those that wait, which can be cancelled (reliability.md A.9, E.3; accessibility.md CN-01
to CN-06).

`draft.py` is what grows and what the bank says of it, `phases.py` the screens up to the order,
`choosing.py` what leads from one to the next, `sending.py` signature and order, `pending.py` cancelling.
No function here asks for an age or a profile; which signal asks what is `terminal/rules/signals.py`.
"""

from typing import Final

from terminal import events as ev
from terminal import session as s
from terminal.flows.offer import Service
from terminal.flows.transfer import choosing, pending, phases, sending
from terminal.flows.visit import Step


def _step(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase:
        case sending.Sending() | sending.Sent():
            return sending.step(session, event)
        case phase if isinstance(phase, pending.PHASES):
            return pending.step(session, event)
        case _:
            return sending.step(session, event) or choosing.step(session, event)


SERVICE: Final = Service(
    phases.NAME,
    choosing.begin,
    _step,
    (
        phases.Paused,
        phases.AskingPayees,
        phases.ChoosingPayee,
        phases.TypingAccount,
        phases.AskingPayee,
        phases.CheckingName,
        phases.EnteringSum,
        phases.Questioning,
        phases.Stopped,
        phases.ChoosingArrival,
        phases.ReviewingTransfer,
        phases.Reminding,
        *sending.PHASES,
        *pending.PHASES,
    ),
)
