"""What a panel offers, and what it knows of the machine: all of it without a window.

Every act and every fault of the stories is a button, with its own words on it, so that nothing has to be
learned twice and nothing can be forgotten here. What stands in braces is chosen above, once for all buttons;
what cannot be chosen is typed into the line below, where any act or fault can be typed.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sim.panel.hub import RATES
from sim.panel.link import Message
from sim.panel.live import forms
from sim.stories.faults import FAULTS
from sim.stories.strikes import ABOUT
from sim.stories.words import Form
from sim.world.acts import NOTES
from sim.world.cards import CARDS
from sim.world.identities import IDENTITIES

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "card": tuple(CARDS),
    "count": ("1", "2", "3", "0", "5", "10"),
    "time": ("5 s", "10 s", "30 s", "2 min", "24 h"),
    "yuan": ("50", "10", "300", "1000", "0"),
    "about": tuple(ABOUT),
    "notes": tuple(NOTES),
    "document": tuple(IDENTITIES),
}
"""What can be chosen for the places in braces; the first is chosen at the beginning."""

WIRE_MAX, ROWS_MAX, SAID_MAX = 400, 400, 6
"""Lines a panel keeps; the record and the cables have them all."""

TYPED_MAX: Final = 200

GROUPS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("Card reader", re.compile(r"the card (jams|reader)|the chip")),
    ("Note acceptor", re.compile(r"the acceptor")),
    ("Bank", re.compile(r"the (bank|account|limit|card is blocked|bill|contract)")),
    ("The machine itself", re.compile(r"the (record|key pad|printer|identity|cables)|every cable")),
    ("Dispenser", re.compile(r"")),
)
"""Faults by what they happen to; the first that fits."""


@dataclass(frozen=True, slots=True)
class Button:
    """A line that can be said: its form, with places in braces."""

    form: str
    example: str
    means: str

    def places(self) -> list[str]:
        """In braces, in their order."""
        return re.findall(r"\{(\w+)\}", self.form)

    def line(self, chosen: Mapping[str, str]) -> str:
        """With what is chosen; "" if something in it can only be typed."""
        if not set(self.places()) <= chosen.keys():
            return ""
        return re.sub(r"\{(\w+)\}", lambda found: chosen[found[1]], self.form)


def groups() -> Sequence[tuple[str, Sequence[Button]]]:
    """All buttons under their headings."""
    acts = [
        _button(one) for one in forms() if one.form not in ("meanwhile {fault}", "put in the card")
    ]
    found: dict[str, list[Button]] = {"By hand": acts}
    for title, _ in reversed(GROUPS):
        found[title] = []
    for fault in FAULTS:
        title = next(title for title, about in GROUPS if about.match(fault.form))
        found[title].append(_button(fault))
    return list(found.items())


def _button(form: Form[Any]) -> Button:
    return Button(form.form, form.example or form.form, form.means)


@dataclass
class Board:
    """The panel's own state: what it was told, what is chosen and typed. `out` is what is to be sent."""

    chosen: dict[str, str] = field(
        default_factory=lambda: {name: values[0] for name, values in CHOICES.items()}
    )
    typed: str = ""
    connected: bool = False
    state: Mapping[str, Any] = field(default_factory=dict)
    wire: deque[Sequence[Any]] = field(default_factory=lambda: deque(maxlen=WIRE_MAX))
    rows: deque[str] = field(default_factory=lambda: deque(maxlen=ROWS_MAX))
    said: deque[str] = field(default_factory=lambda: deque(maxlen=SAID_MAX))
    lines: Sequence[str] = ()
    out: list[Message] = field(default_factory=list)
    story: tuple[str, str] | None = None

    def heard(self, message: Message) -> None:
        """Something from the terminal."""
        match message:
            case {"state": dict(state)}:
                self.state = state
            case {"wire": list(frames)}:
                self.wire.extend(frames)
            case {"rows": list(rows)}:
                self.rows.extend(map(str, rows))
            case {"lines": list(lines)}:
                self.lines = [str(one) for one in lines]
            case {"said": str(said)}:
                self.said.append(said)
            case {"story": str(text), "name": str(name)}:
                self.story = (name, text)
            case _:
                pass

    def presses(self, button: Button, only_write: bool = False) -> None:
        """A button: said at once, or written below where something must be typed first."""
        line = button.line(self.chosen)
        if line and not only_write:
            self.says(line)
        else:
            self.typed = line or button.example

    def turns(self, name: str, back: bool = False) -> None:
        """The next of what can be chosen."""
        values = CHOICES[name]
        at = values.index(self.chosen[name]) + (-1 if back else 1)
        self.chosen[name] = values[at % len(values)]

    def types(self, text: str) -> None:
        """Characters into the line."""
        self.typed = (self.typed + "".join(one for one in text if one.isprintable()))[:TYPED_MAX]

    def enters(self) -> None:
        """The line is said."""
        if self.typed.strip():
            self.says(self.typed.strip())
            self.typed = ""

    def says(self, line: str) -> None:
        """To the terminal."""
        self.out.append({"do": line})

    def hastens(self, rate: int) -> None:
        """Time runs so many times faster."""
        if rate in RATES:
            self.out.append({"rate": rate})

    def saves(self, name: str) -> None:
        """What just happened is to be a story."""
        self.out.append({"save": name})

    def leaves(self) -> Iterator[Message]:
        """What is to be sent, once."""
        out, self.out = self.out, []
        yield from out
