"""The words of a receipt: a slip of keys and values, the day and the machine, as texts ready to be printed.

What is printed is what the screen of the outcome says, and what was read back and agreed to before it, with the
numbers for help and complaints below. It never holds more: a card by its last four digits, an operation by its reference.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Final

from screens.figures import value_words
from terminal.messages import Catalogue
from terminal.receipt import CARD_NUMBER, SEPARATOR, Receipt, ReceiptLine, Slip

BEIJING: Final = timezone(timedelta(hours=8))
"""The one time of the country, without summer time (Asia/Shanghai since 1991)."""

SHOWN_DIGITS: Final = 4

NO_DIGIT: Final = r"\D"

_LONG: Final = re.compile(rf"(?:{CARD_NUMBER.pattern})(?:{SEPARATOR}\d)*")

HELP_LINES: Final = ("complaints", "fraud")
"""What stands below every receipt after the bank's own line (`receipt.<name>`; accessibility.md CN-19)."""


def receipt_of(slip: Slip, catalogue: Catalogue, utc: str, terminal: str) -> Receipt:
    """The receipt in the catalogue's language; `utc` is the moment, ISO 8601 with a Z."""
    values = dict(slip.values)
    text = catalogue.text(slip.key, values)
    said = tuple(part for part in text.split("\n") if part)
    line = {"bank_line": slip.bank_line}
    bank = "bank_own" if slip.bank_line else "bank"
    helped = tuple(catalogue.text(f"receipt.{name}", line) for name in (bank, *HELP_LINES))
    return Receipt(
        catalogue.title(slip.key, values) or said[0],
        tuple(_lines(slip, catalogue, utc, terminal)),
        (*said, *helped),
        slip.large,
        catalogue.language,
    )


def _lines(slip: Slip, catalogue: Catalogue, utc: str, terminal: str) -> Iterator[ReceiptLine]:
    when = datetime.fromisoformat(utc).astimezone(BEIJING)
    yield ReceiptLine(catalogue.text("receipt.when"), f"{when:%Y-%m-%d %H:%M}")
    yield ReceiptLine(catalogue.text("receipt.machine"), terminal)
    for fact in slip.facts:
        parts = fact.value if isinstance(fact.value, tuple) else (fact.value,)
        words = " ".join(value_words(one, catalogue) for one in parts)
        yield ReceiptLine(catalogue.label(fact.label), _ending(words), fact.strong)
    shown = {value_words(fact.value, catalogue) for fact in slip.facts}
    if slip.reference and slip.reference not in shown:
        yield ReceiptLine(catalogue.label("reference"), _ending(slip.reference), True)


def _ending(words: str) -> str:
    """What may be a card's number by its end, as a receipt may hold it; the rest as it is."""
    return _LONG.sub(lambda found: f"**** {re.sub(NO_DIGIT, '', found[0])[-SHOWN_DIGITS:]}", words)
