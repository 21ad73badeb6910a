"""A receipt as data: what stands on it, in which size and language, and the picture a printer takes.

Texts come ready: amounts written out, accounts as their last four digits, operations as a short
reference (reliability D.2). No card number can be printed: a text with twelve digits in a row, or with
digits grouped as on a card, is refused when the receipt is made, and so is a value that is no text at
all, such as a `Pan`. A PIN is never in this process, and nothing here could hold its block.

How a receipt looks is `screens.receipt_page`, how it reaches the printer `devices.printer`.
"""

import re
from dataclasses import dataclass

from terminal.asking import Fact
from terminal.profile import Language

LINES_MAX = 40
"""Lines of one receipt: the last ten entries of an account with date, amount and balance, and more than
any other needs."""

TEXT_MAX = 200
"""Characters of one text: a sentence or two. A longer one would be a notice and no receipt."""

CHARACTERS_MAX = 1_500
"""Characters of a whole receipt: 1 to 2 m of paper in large type, more than any service has to print."""

SEPARATOR = r"[ \u00a0\u2009\u202f\-\u2010\u2011.·]?"
CARD_NUMBER = re.compile(
    rf"\d{{12,}}|(?:\d{{4}}{SEPARATOR}){{3,}}\d|\d{{4}}{SEPARATOR}\d{{6}}{SEPARATOR}\d{{5}}"
)
"""What may be a card number: 12 to 19 digits (ISO/IEC 7812) together; more than 12 in groups of four, so
that a telephone number as 0755 8888 9999 may stand; or 15 as 4-6-5."""


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One fact: what it is, and its value. `strong` facts are printed heavier: the amount."""

    label: str
    value: str
    strong: bool = False

    def __post_init__(self) -> None:
        _check((self.label, self.value))


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt. `footer` are lines for help and complaint numbers; `large` sets it in large type;
    `copy` marks it, visibly, as another print of one that may exist already.

    Raises ValueError for what may be a card number or is too long, TypeError for what is no text."""

    title: str
    lines: tuple[ReceiptLine, ...]
    footer: tuple[str, ...]
    large: bool
    language: Language
    copy: bool = False

    def __post_init__(self) -> None:
        if len(self.lines) + len(self.footer) > LINES_MAX:
            raise ValueError(f"a receipt has at most {LINES_MAX} lines")
        _check((self.title, *self.footer))
        if sum(map(len, self.texts())) > CHARACTERS_MAX:
            raise ValueError(f"a receipt has at most {CHARACTERS_MAX} characters")

    def texts(self) -> tuple[str, ...]:
        """Everything that is printed, in reading order, but for the mark of a copy."""
        facts = (text for line in self.lines for text in (line.label, line.value))
        return (self.title, *facts, *self.footer)


@dataclass(frozen=True, slots=True)
class Slip:
    """What a receipt shall say, as the core knows it: the key and the values of the outcome's text, its
    facts, and the number that staff can find it by. `bank_line` is the bank's own telephone number as it is read, ""
    where there is only the one of the demonstration. Words, date and terminal come where it is printed."""

    key: str
    values: tuple[tuple[str, object], ...]
    facts: tuple[Fact, ...]
    reference: str
    large: bool
    language: Language
    bank_line: str = ""


@dataclass(frozen=True, slots=True)
class Raster:
    """A page of dots: rows of `width_bytes` bytes from the top, the leftmost dot the highest bit, 1 is
    black."""

    width_bytes: int
    rows: bytes

    def __post_init__(self) -> None:
        assert self.width_bytes > 0, "a page has a width"
        assert len(self.rows) % self.width_bytes == 0, "rows are whole"

    @property
    def height(self) -> int:
        """How many rows of dots."""
        return len(self.rows) // self.width_bytes

    def row(self, at: int) -> bytes:
        """One row."""
        return self.rows[at * self.width_bytes : (at + 1) * self.width_bytes]


def _check(texts: tuple[str, ...]) -> None:
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"a receipt holds texts, not {type(text).__name__}")
        if len(text) > TEXT_MAX:
            raise ValueError(f"a text of a receipt has at most {TEXT_MAX} characters")
        if CARD_NUMBER.search(text):
            raise ValueError(
                "a receipt never holds what may be a card number: last four digits only"
            )
