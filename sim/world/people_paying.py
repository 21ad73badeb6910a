"""A customer who came for a bill, an insurance that is due, or their pension: what they press on each screen.

They use the glass and a barcode like anybody. What they want and what they answer is in their wish.
"""

from dataclasses import dataclass

from terminal import events as ev
from terminal import session as s
from terminal.flows import bills, insurance, pension
from terminal.prompts import prompt_of
from terminal.values import replace

Deed = str | ev.Chosen


@dataclass(frozen=True, slots=True)
class Errand:
    """What somebody wants paid: a bill by kind and number, typed or scanned, perhaps once more after it is paid;
    whether they renew what is due, and whether they take their pension out. `looks_again` goes back from what
    is read back once, `says_no` stops there, `stops` asks for the card while the bank is asked to pay."""

    kind: str = "water"
    number: str = ""
    scans: bool = False
    again: bool = False
    renews: bool = True
    takes_out: bool = True
    looks_again: bool = False
    says_no: bool = False
    stops: bool = False


PHASES = (*bills.SERVICE.phases, *insurance.SERVICE.phases, *pension.SERVICE.phases)
"""The screens of an errand."""


def deeds(session: s.Session, wish: Errand) -> tuple[list[Deed], Errand]:
    """What is done on this screen of an errand, and what is wanted after that."""
    match session.phase:
        case bills.ReviewingBill() if wish.looks_again:
            return [ev.Chosen("change")], replace(wish, looks_again=False)
        case bills.Paid() if wish.again:
            return [ev.Chosen("another_bill")], replace(wish, again=False)
        case insurance.TellingRisk() if wish.looks_again:
            return [ev.Chosen("back")], replace(wish, looks_again=False)
        case phase:
            return _plainly(session, phase, wish), wish


def _plainly(session: s.Session, phase: s.Phase, wish: Errand) -> list[Deed]:
    match phase:
        case bills.ChoosingKind():
            return [ev.Chosen("bill", wish.kind)]
        case bills.EnteringNumber() if wish.scans:
            return [f"scan:{wish.number}"]
        case bills.EnteringNumber():
            return [*(ev.Chosen("digit", int(d)) for d in wish.number), ev.Chosen("confirm")]
        case bills.ReviewingBill():
            return [ev.Chosen("return_card" if wish.says_no else "confirm")]
        case bills.PayingBill() | insurance.PayingPremium():
            return [ev.Chosen("return_card")] * wish.stops
        case insurance.Deciding():
            return [ev.Chosen("renew" if wish.renews else "not_renew")]
        case pension.Showing():
            able = any(answer.name == "take_out" for answer in prompt_of(session).answers)
            return [ev.Chosen("take_out" if able and wish.takes_out else "done")]
        case bills.Paid() | bills.NotDue():
            return [ev.Chosen("done")]
        case insurance.Renewed() | insurance.NotRenewed() | insurance.NotDue():
            return [ev.Chosen("done")]
        case _:
            return []
