"""How large the panel is on the designer's own monitor: measured by the designer, kept, and never guessed quietly.

Operating systems give a monitor's size unreliably. So a bank card (ISO/IEC 7810 ID-1, 85.60 x 53.98 mm) is held
against the screen and its outline made to fit; that gives the pixels in a millimetre, which are kept for this
monitor's resolution. Until then 96 pixels in an inch are assumed, and it says so.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from screens.layout import Rect
from screens.theme import MM_PER_INCH, Panel

CARD_MM: Final = (85.60, 53.98)
"""ISO/IEC 7810, format ID-1: every bank card."""

ASSUMED_PX_PER_MM: Final = 96 / MM_PER_INCH
"""What is assumed of a monitor that nobody measured."""

PX_PER_MM_MIN, PX_PER_MM_MAX = 1.5, 20.0
"""From a wall of screens to the densest telephone."""

MAJOR_MM: Final = 10
"""A ruler has a long mark and a number at every centimetre."""


@dataclass
class Monitor:
    """The monitor's own pixels in a millimetre. `file` is where they are kept, `size` the desktop's pixels by
    which a monitor is known again."""

    file: Path
    size: tuple[int, int]
    px_per_mm: float = ASSUMED_PX_PER_MM
    measured: bool = False
    _kept: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._kept = _read(self.file)
        if self.name in self._kept:
            self.px_per_mm, self.measured = self._kept[self.name], True

    @property
    def name(self) -> str:
        """How this monitor is known again."""
        return f"{self.size[0]}x{self.size[1]}"

    def turn(self, by_px: float) -> None:
        """The card's outline so many pixels wider."""
        wanted = self.px_per_mm + by_px / CARD_MM[0]
        self.px_per_mm = max(PX_PER_MM_MIN, min(PX_PER_MM_MAX, wanted))

    def keep(self) -> None:
        """This is right: remember it. Raises OSError where it cannot be written."""
        self.measured = True
        self._kept[self.name] = round(self.px_per_mm, 4)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps({"px_per_mm": self._kept}, indent=2) + "\n", "utf-8")

    def card(self, width: int, height: int) -> Rect:
        """The outline of a bank card in the middle of a window."""
        wide, tall = (round(mm * self.px_per_mm) for mm in CARD_MM)
        return Rect((width - wide) // 2, (height - tall) // 2, wide, tall)

    def glass(self, panel: Panel) -> tuple[int, int]:
        """The panel's physical size in pixels of this monitor."""
        wide, tall = size_mm(panel)
        return round(wide * self.px_per_mm), round(tall * self.px_per_mm)

    def scale(self, panel: Panel, glass_px: int) -> float:
        """How much of its true width a panel has that is drawn `glass_px` wide."""
        return glass_px / (size_mm(panel)[0] * self.px_per_mm)


def size_mm(panel: Panel) -> tuple[float, float]:
    """Width and height of a panel."""
    return panel.width_px / panel.px_per_mm, panel.height_px / panel.px_per_mm


def turned(panel: Panel) -> Panel:
    """The same panel stood on its other side."""
    return Panel(panel.diagonal_inch, panel.height_px, panel.width_px)


def marks(length_mm: float, px_per_mm: float) -> Iterator[tuple[int, int | None]]:
    """Where the marks of a ruler are, in pixels from its beginning, every 5 mm; with the centimetre at the long
    ones."""
    for mm in range(0, int(length_mm) + 1, MAJOR_MM // 2):
        yield round(mm * px_per_mm), (mm // MAJOR_MM if mm % MAJOR_MM == 0 else None)


def _read(file: Path) -> dict[str, float]:
    """What was kept before; a file that is broken or of another kind is as none."""
    try:
        kept = json.loads(file.read_text("utf-8"))["px_per_mm"]
        return {
            str(name): float(value)
            for name, value in kept.items()
            if PX_PER_MM_MIN <= float(value) <= PX_PER_MM_MAX
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
