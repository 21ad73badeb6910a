"""What a prompt is made of: what is asked, the answers, the facts that are read back, what is typed.

Plain data with catalogue keys in place of words. The table of prompts is `prompts.py`, a service's own
prompts are in its flow (`terminal/flows/`); the layout places them, the voice says them, `turn` times them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, chain, cycle, islice, pairwise
from typing import Literal

from terminal.money import Amount
from terminal.profile import Waits

Role = Literal["primary", "choice", "quiet", "key"]


class Ask(StrEnum):
    """What kind of answer a prompt waits for; the layout has one arrangement for each."""

    NOTHING = "nothing"
    CHOICE = "choice"
    PIN = "pin"
    AMOUNT = "amount"
    ENTRY = "entry"
    REVIEW = "review"
    ACTION = "action"
    MENU = "menu"
    NUMBER = "number"
    FACTS = "facts"
    SIGN = "sign"


class Picture(StrEnum):
    """The pictogram that says it without words."""

    NONE = ""
    INSERT_CARD = "insert_card"
    TAKE_CARD = "take_card"
    TAKE_CASH = "take_cash"
    COVER_KEYS = "cover_keys"
    WAIT = "wait"
    COUNT = "count"
    SAFE = "safe"
    WARNING = "warning"
    CLOSED = "closed"
    DONE = "done"


class Cue(StrEnum):
    """The tone played when a prompt appears; distinct by rhythm (AUD-19)."""

    NONE = ""
    STEP = "step"
    CARD = "card"
    NOTES = "notes"
    ERROR = "error"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Answer:
    """Something the customer can choose: a name, a value, how it looks, its text key and the pad key
    that chooses it. `amount` is shown in place of a text; by keys an amount is typed, from its first
    digit on. `words` stand on it as they are, such as a masked name, and are said in a headset only. One
    that is not `enabled` keeps its place on the glass and does nothing yet."""

    name: str
    value: int | str | None = None
    role: Role = "choice"
    text: str = ""
    amount: Amount | None = None
    key: str = ""
    enabled: bool = True
    words: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked, and how long one may take."""

    key: str
    waits: Waits
    ask: Ask = Ask.NOTHING
    answers: tuple[Answer, ...] = ()
    picture: Picture = Picture.NONE
    cue: Cue = Cue.NONE
    private: bool = False
    may_return_card: bool = True
    may_go_back: bool = False
    answers_first: bool = False
    """Whether people come for the answers: where not all stands on one glass, the words come after them."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line that is read back: the catalogue key of its label, and its value, an `Amount`, a number, a
    text as it stands, or a `Word` of the catalogue. `private` values (P1) are said by the loudspeaker only
    when it is asked to read the screen, `financial` ones (P2) in a headset only. A fact
    that is `key` to a transfer is shown in Chinese too, whatever the screen's language (CN-02)."""

    label: str
    value: object
    private: bool = True
    key: bool = False
    strong: bool = False
    financial: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A value that is itself a text of the catalogue, by its key, with its own values."""

    key: str
    values: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """Digits as they are typed for `Ask.NUMBER`: how many may be typed at most, and in which groups they
    are shown. `hidden` digits are shown as dots."""

    typed: str
    digits_max: int
    groups: tuple[int, ...] = (4,)
    hidden: bool = False


def grouped(digits: str, groups: Sequence[int]) -> tuple[str, ...]:
    """`digits` in groups of these lengths, which are gone through again and again."""
    sizes = [size for size in groups if size > 0] or [len(digits) or 1]
    ends = accumulate(islice(cycle(sizes), len(digits) + 1))
    starts = chain((0,), ends)
    cuts = list(islice(starts, len(digits) + 2))
    pieces = (digits[a:b] for a, b in pairwise(cuts))
    return tuple(filter(None, pieces))
