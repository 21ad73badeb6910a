"""A customer who came for a transfer: what they press on each of its screens.

They use the glass and their own telephone like anybody. What they answer to a question is in their wish.
"""

from dataclasses import dataclass

from terminal import events as ev
from terminal import session as s
from terminal.flows.transfer import pending, phases, sending

Deed = str | ev.Chosen


@dataclass(frozen=True, slots=True)
class Transferring:
    """What somebody wants to send: to whom (an account number, and its reference at the bank), how soon,
    what they answer if asked, whether they are called meanwhile, keep a draft, and cancel what waits."""

    to: str
    ref: str
    arrival: str = "after_24h"
    know: str = "know"
    caller: str = "nobody"
    called: bool = False
    keeps_draft: bool = False


def deeds(
    phase: s.Phase, wish: Transferring | None, amount: int, cancels: bool
) -> list[Deed] | None:
    """What is done on this screen of a transfer; None where it is none of them."""
    if isinstance(phase, pending.PHASES):
        return _about_waiting(phase, cancels)
    if wish is None:
        return [ev.Chosen("return_card")] if isinstance(phase, phases.TransferPhase) else None
    return _before(phase, wish, amount)


def _about_waiting(phase: s.Phase, cancels: bool) -> list[Deed]:
    match phase:
        case pending.ShowingWaiting():
            return [ev.Chosen("cancel_transfer" if cancels else "leave_waiting")]
        case pending.ConfirmingCancel():
            return [ev.Chosen("confirm_cancel")]
        case pending.CancelEnded():
            return [ev.Chosen("another")]
        case _:
            return []


def _before(phase: s.Phase, wish: Transferring, amount: int) -> list[Deed] | None:
    match phase:
        case phases.Paused():
            return ["hang_up", ev.Chosen("hung_up")]
        case phases.ChoosingPayee(choice=choice):
            known = any(one.ref == wish.ref for one in choice.known)
            called: list[Deed] = ["answer_phone"] * wish.called
            return [*called, ev.Chosen("payee", wish.ref if known else phases.NEW)]
        case phases.TypingAccount(wrong=""):
            return [*(ev.Chosen("digit", int(d)) for d in wish.to), ev.Chosen("confirm")]
        case phases.EnteringSum(refused=""):
            return [*(ev.Chosen("digit", int(d)) for d in str(amount)), ev.Chosen("confirm")]
        case phases.TypingAccount() | phases.EnteringSum():
            return [ev.Chosen("return_card")]
        case phases.CheckingName() | phases.ReviewingTransfer() | phases.Reminding():
            return [ev.Chosen("confirm")]
        case phases.Questioning(question=question):
            return [ev.Chosen("answer", wish.know if question == "know_payee" else wish.caller)]
        case phases.Stopped(kept="") if wish.keeps_draft:
            return [ev.Chosen("keep_draft")]
        case phases.Stopped() | sending.Sent():
            return [ev.Chosen("done")]
        case phases.ChoosingArrival(offers=offers):
            there = [one.arrival for one in offers]
            return [ev.Chosen("arrival", wish.arrival if wish.arrival in there else there[0])]
        case sending.Summary(read=True):
            return [ev.Chosen("to_sign")]
        case sending.Signing():
            return [ev.Chosen("sign_by_key")]
        case phases.TransferPhase():
            return []
        case _:
            return None
