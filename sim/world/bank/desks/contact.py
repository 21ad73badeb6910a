"""The numbers of a customer: shown masked, kept, removed, and the trusted contact told.

A message goes out by being kept in `SENT` of the customer it is about: whom (masked), the day, and the word
for its text. A number that is taken out of use is told so, because a change that the customer did not make
must not stay unnoticed. A contact is told and can do nothing: no desk takes their word.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from sim.world.bank.desk import Question, Refused
from terminal.events import Fields

if TYPE_CHECKING:
    from sim.world.bank.rules import Bank

TOPIC: Final = "contact"
SENT: Final = "sent"

KINDS: Final = ("messages", "trusted")
REASONS: Final = frozenset({"unsure_transfer", "asked_for_help"})

NUMBER_DIGITS: Final = 11

SENT_MAX: Final = 20
"""Messages kept of a customer; older ones are forgotten."""

TOLD_MAX: Final = 3
"""A contact is told at most so often in a day, so that nobody is called awake by a machine."""


def contact(bank: "Bank", asked: Question) -> Fields | Refused:
    """What is kept, masked, after what was wished."""
    kept = _kept(bank, asked.name)
    match asked.fields:
        case {"keep": kind, "number": number} if kind in KINDS:
            if not _is_number(number):
                return Refused("number")
            _replace(bank, asked, kept, kind, number)
        case {"remove": kind} if kind in KINDS:
            _replace(bank, asked, kept, kind, "")
        case {}:
            pass
    kept = _kept(bank, asked.name)
    return tuple((kind, masked(kept[kind])) for kind in KINDS if kept.get(kind))


def tell_trusted(bank: "Bank", asked: Question) -> Fields | Refused:
    """Tell the contact that the customer would like to be called; `nobody` where none is named."""
    number, why = _kept(bank, asked.name).get("trusted", ""), asked.fields.get("why", "")
    if not number or why not in REASONS:
        return Refused("nobody" if not number else "declined")
    today = [one for one in sent(bank, asked.name) if one["day"] == asked.day and one["why"] == why]
    if len(today) >= TOLD_MAX:
        return Refused("enough")
    send(bank, asked, number, why)
    return (("to", masked(number)),)


def masked(number: str) -> str:
    """A number as it may be shown: 138****5678 (PRV-03)."""
    return f"{number[:3]}****{number[-4:]}"


def sent(bank: "Bank", name: str) -> list[dict[str, object]]:
    """The messages that went out about this customer, oldest first."""
    return list(bank.ledger.kept(name, SENT) or ())


def send(bank: "Bank", asked: Question, number: str, why: str) -> None:
    """A message goes out."""
    new = {"to": masked(number), "day": asked.day, "why": why}
    bank.ledger.keep(asked.name, SENT, [*sent(bank, asked.name), new][-SENT_MAX:])


def _replace(
    bank: "Bank", asked: Question, kept: Mapping[str, str], kind: str, number: str
) -> None:
    before = kept.get(kind, "")
    if before == number:
        return
    left = {one: kept[one] for one in KINDS if one in kept and one != kind}
    bank.ledger.keep(asked.name, TOPIC, {**left, kind: number} if number else left)
    if before:
        send(bank, asked, before, f"{kind}_ended")
    if number:
        send(bank, asked, number, f"{kind}_named")


def _kept(bank: "Bank", name: str) -> dict[str, str]:
    return dict(bank.ledger.kept(name, TOPIC) or {})


def _is_number(number: str) -> bool:
    return len(number) == NUMBER_DIGITS and number.isascii() and number.isdigit()
