"""Values as they are set on the glass: amounts, digits that are typed, lines that are read back.

Words and figures without a place. An amount has its number apart from its unit, a line its label apart
from its value, so that the layout can set them in columns. What is said of them is the voice's business.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from terminal.asking import Entry, Fact, Word, grouped
from terminal.messages import Catalogue, amount_parts, capital_amount, shown_amount, shown_value
from terminal.money import Amount
from terminal.values import replace

KEPT_FREE = "\u00a0"
"""Nothing has no capitals, but keeps their place: what is pressed must not move while one types."""

DOT, DIGIT = "\u2022", "0"
"""A digit that is hidden; and one as wide as any, for the room of a number that is typed."""


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount as it is set: the number large, its unit smaller, the capitals below. `empty` is a
    field in which nothing has been typed yet; `unit_first` says that the language writes it before.
    A number that is typed digit by digit has no unit, and is in `groups`, of which `room` has the most
    that can be typed."""

    number: str
    unit: str
    capitals: str = ""
    empty: bool = False
    unit_first: bool = False
    groups: tuple[str, ...] = ()
    room: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One line that is read back. An amount is a `figure` in place of a `value` in words; an entry of a
    list has its day `before` its label. `chinese` are the label again in Chinese, and the value
    where that is not the same (CN-02)."""

    label: str
    value: str
    figure: Figure | None = None
    before: str = ""
    strong: bool = False
    chinese: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """All that it says, piece by piece."""
        amount = (self.figure.number, self.figure.unit) if self.figure else (self.value,)
        capitals = self.figure.capitals if self.figure and self.strong else ""
        return tuple(filter(None, (self.before, self.label, *amount, capitals, *self.chinese)))


def figure_of(amount: Amount, catalogue: Catalogue) -> Figure:
    """An amount as a figure; the capitals are a Chinese custom and shown in Chinese only."""
    number, unit = amount_parts(amount, catalogue.language)
    if catalogue.language != "zh":
        first = shown_amount(amount, catalogue.language).startswith(unit)
        return Figure(number, unit, unit_first=first)
    return Figure(number, unit, capital_amount(amount) if amount else KEPT_FREE)


# --- what is typed --------------------------------------------------------------------------------


def field_of(entry: Entry) -> Figure:
    """Digits as they are typed, in their groups."""
    typed = DOT * len(entry.typed) if entry.hidden else entry.typed
    filled = DOT * entry.digits_max if entry.hidden else DIGIT * entry.digits_max
    shown = grouped(typed, entry.groups)
    return Figure(
        " ".join(shown),
        "",
        empty=not typed,
        groups=shown,
        room=grouped(filled, entry.groups),
    )


# --- what is read back ----------------------------------------------------------------------------


def rows_of(facts: Sequence[Fact], catalogue: Catalogue) -> tuple[Row, ...]:
    """The lines of a screen. Where one entry of a list went out, the others say that they came in."""
    signed = any(
        isinstance(one, Amount) and one.minor < 0 for fact in facts for one in _parts(fact)
    )
    return tuple(_row(fact, catalogue, signed) for fact in facts)


def _row(fact: Fact, catalogue: Catalogue, signed: bool) -> Row:
    *before, last = _parts(fact)
    label = catalogue.label(fact.label)
    chinese = _in_chinese(fact, catalogue)
    words = "\u3000".join(value_words(one, catalogue) for one in before)
    if not isinstance(last, Amount):
        value = value_words(last, catalogue)
        return Row(label, value, None, words, fact.strong, chinese)
    figure = figure_of(last, catalogue)
    if not fact.strong or not last:
        figure = replace(figure, capitals="")
    if signed and before and last.minor > 0:
        figure = replace(figure, number=f"+{figure.number}")
    return Row(label, "", figure, words, fact.strong, chinese)


def _parts(fact: Fact) -> tuple[object, ...]:
    return fact.value if isinstance(fact.value, tuple) else (fact.value,)


def _in_chinese(fact: Fact, catalogue: Catalogue) -> tuple[str, ...]:
    """Label and value in Chinese, where a transfer may only be offered with them (CN-02)."""
    chinese = catalogue.chinese
    if not fact.key or chinese is None or catalogue.language == chinese.language:
        return ()
    value, shown = (
        "\u3000".join(value_words(one, some) for one in _parts(fact))
        for some in (chinese, catalogue)
    )
    label = chinese.label(fact.label)
    return (label,) if value == shown else (label, value)


def value_words(value: object, catalogue: Catalogue) -> str:
    """A value that is read back, as it is written."""
    match value:
        case Word(key=key, values=named):
            return catalogue.text(key, dict(named))
        case _:
            return shown_value(value, catalogue.language)
