"""Pictograms: what to do, without words.

Each is a few strokes in a square of 100 by 100 units, drawn four times too large and scaled down
smoothly, because pygame's own shapes have hard edges. They are still pictures: nothing here moves.
Colours come by role from the palette, so a pictogram follows the profile.
"""

from collections.abc import Callable, Mapping
from math import cos, pi, sin

import pygame

from screens.pen import OVERSAMPLE, Pen
from screens.pictograms_bills import BILLS
from screens.pictograms_notes import NOTES
from screens.pictograms_services import SERVICE, SERVICES
from screens.theme import Colour, Palette

SIDE_PX_MAX = 640
"""No pictogram is drawn larger; 96 mm on the finest panel is 534 px."""


def _insert_card(pen: Pen) -> None:
    pen.slot(12)
    pen.card(33, 40, 34, 48, 46)
    pen.arrow(82, 84, 50, pen.accent)
    pen.arrow(18, 84, 50, pen.accent)


def _take_card(pen: Pen) -> None:
    pen.slot(12)
    pen.block(33, 22, 34, 53, pen.ink, 5)
    pen.block(35.6, 24.6, 28.8, 47.8, pen.accent, 3)
    pen.block(20, 19.6, 60, 5, pen.ink, 2.4)
    pen.block(41, 52, 18, 3, pen.fill, 1.4)
    pen.block(41, 60, 11, 3, pen.fill, 1.4)
    pen.arrow(82, 46, 78, pen.accent)
    pen.arrow(18, 46, 78, pen.accent)


def _take_cash(pen: Pen) -> None:
    pen.slot(12)
    for step in (2, 1, 0):
        pen.note(27 + step * 2.5, 21 + step * 4, 46 - step * 0, 42)
    pen.block(20, 19.6, 60, 5, pen.ink, 2.4)
    pen.arrow(50, 77, 92, pen.accent)


def _cover_keys(pen: Pen) -> None:
    pen.panel(18, 38, 64, 56, 6)
    for row in range(4):
        for column in range(3):
            pen.block(25.5 + column * 17.5, 45 + row * 11.6, 14, 8, pen.soft, 2)
    tips = ((29.5, 62), (43.3, 69), (57.1, 68), (70.9, 60))
    for rim, colour in ((2.6, pen.ink), (0.0, pen.fill)):
        for x, tip in tips:
            pen.stroke([(x, 24), (x, tip)], 11.2 + 2 * rim, colour)
        pen.stroke([(80, 24), (88, 46)], 10 + 2 * rim, colour)
        pen.block(23.9 - rim, 6 - rim, 60 + 2 * rim, 26 + 2 * rim, colour, 12)
    for x in (36.4, 50.2, 64):
        pen.stroke([(x, 32), (x, 44)], 2.6, pen.ink)


def _wait(pen: Pen) -> None:
    for width, colour in ((7.6, pen.ink),):
        pen.stroke([(28, 16), (72, 16)], width, colour)
        pen.stroke([(28, 84), (72, 84)], width, colour)
    glass = [
        (33, 20),
        (67, 20),
        (67, 30),
        (54, 50),
        (67, 70),
        (67, 80),
        (33, 80),
        (33, 70),
        (46, 50),
        (33, 30),
    ]
    pen.shape(glass, pen.fill)
    pen.shape([(38, 33), (62, 33), (50.8, 49), (49.2, 49)], pen.accent)
    pen.shape([(37, 79), (63, 79), (63, 75), (50, 66), (37, 75)], pen.accent)
    pen.stroke([(50, 48), (50, 68)], 1.8, pen.accent)
    pen.stroke([*glass, glass[0]], 3.4, pen.ink)


def _count(pen: Pen) -> None:
    pen.note(10, 22, 58, 34)
    pen.note(16, 33, 58, 34)
    pen.note(22, 44, 58, 34)
    pen.disc(74, 70, 19, pen.ink)
    pen.disc(74, 70, 16.4, pen.accent)
    pen.tick(74, 70, 8, 4.6, pen.fill)


def _safe(pen: Pen) -> None:
    outer = [(50, 10), (82, 22), (82, 50), (74, 70), (50, 90), (26, 70), (18, 50), (18, 22)]
    pen.shape(outer, pen.accent)
    pen.stroke([*outer, outer[0]], 4, pen.ink)
    pen.tick(50, 49, 16, 7, pen.fill)


def _warning(pen: Pen) -> None:
    corners = [(50, 18), (86, 80), (14, 80)]
    pen.stroke([*corners, corners[0]], 12, pen.warn)
    pen.shape(corners, pen.fill)
    pen.stroke([*corners, corners[0]], 5, pen.fill)
    pen.stroke(
        [*[(50 + (x - 50) * 1.06, 59 + (y - 59) * 1.06) for x, y in corners], (50, 15.5)],
        4.4,
        pen.warn,
    )
    pen.stroke([(50, 40), (50, 60)], 6.4, pen.warn)
    pen.disc(50, 71.5, 3.9, pen.warn)


def _closed(pen: Pen) -> None:
    pen.disc(50, 50, 38, pen.ink)
    pen.disc(50, 50, 34.6, pen.fill)
    pen.block(27, 44, 46, 12, pen.ink, 4)


def _done(pen: Pen) -> None:
    pen.disc(50, 50, 38, pen.ink)
    pen.disc(50, 50, 35, pen.accent)
    pen.tick(49, 50, 17, 7.6, pen.fill)


def _help(pen: Pen) -> None:
    pen.disc(50, 50, 46, pen.ink)
    pen.disc(50, 50, 38, pen.fill)
    pen.arc(50, 40, 14, -190, 50, 8, pen.ink)
    pen.stroke([(58.5, 51.5), (50, 58), (50, 63)], 8, pen.ink)
    pen.disc(50, 76, 5.6, pen.ink)


def _speaker(pen: Pen) -> None:
    pen.shape([(8, 36), (26, 36), (50, 16), (50, 84), (26, 64), (8, 64)], pen.ink)
    pen.arc(50, 50, 18, -42, 42, 8, pen.ink)
    pen.arc(50, 50, 36, -46, 46, 8, pen.ink)


def _speaker_off(pen: Pen) -> None:
    """A loudspeaker struck through: nothing is heard."""
    pen.shape([(4, 36), (22, 36), (46, 16), (46, 84), (22, 64), (4, 64)], pen.ink)
    pen.stroke([(62, 36), (92, 66)], 9, pen.ink)
    pen.stroke([(92, 36), (62, 66)], 9, pen.ink)


def _headset(pen: Pen) -> None:
    pen.arc(50, 50, 36, -180, 0, 9, pen.ink)
    for x in (5, 71):
        pen.block(x, 48, 24, 40, pen.ink, 8)


def _read_aloud(pen: Pen) -> None:
    """A page with its lines, and sound that comes from it."""
    pen.block(4, 10, 52, 80, pen.ink, 5)
    pen.block(11, 17, 38, 66, pen.fill, 2)
    for y, wide in ((30, 26), (47, 26), (64, 16)):
        pen.stroke([(18, y), (18 + wide, y)], 6, pen.ink)
    pen.arc(54, 50, 18, -42, 42, 8, pen.ink)
    pen.arc(54, 50, 36, -46, 46, 8, pen.ink)


def _back(pen: Pen) -> None:
    pen.stroke([(14, 50), (88, 50)], 10, pen.ink)
    pen.stroke([(42, 22), (14, 50), (42, 78)], 10, pen.ink)


def _card_out(pen: Pen) -> None:
    pen.block(6, 10, 88, 14, pen.ink, 5)
    pen.block(28, 17, 44, 46, pen.ink, 4)
    pen.block(42, 42, 16, 12, pen.fill, 2)
    pen.stroke([(34, 78), (50, 94), (66, 78)], 9, pen.ink)


def _back_rtl(pen: Pen) -> None:
    pen.stroke([(12, 50), (86, 50)], 10, pen.ink)
    pen.stroke([(58, 22), (86, 50), (58, 78)], 10, pen.ink)


def _more_time(pen: Pen) -> None:
    """A clock that is asked about: not the hourglass, which says to wait."""
    pen.disc(42, 52, 38, pen.ink)
    pen.disc(42, 52, 31.5, pen.fill)
    pen.stroke([(42, 32), (42, 52), (56, 60)], 6.6, pen.ink)
    pen.disc(77, 25, 22, pen.fill)
    pen.disc(77, 25, 19, pen.accent)
    pen.stroke([(77, 15), (77, 35)], 6, pen.fill)
    pen.stroke([(67, 25), (87, 25)], 6, pen.fill)


def _globe(pen: Pen) -> None:
    """A globe: languages, for whoever cannot read the word beside it."""
    pen.disc(50, 50, 43, pen.ink)
    pen.disc(50, 50, 36.5, pen.fill)
    pen.stroke([(50, 12), (50, 88)], 5.6, pen.ink)
    pen.stroke([(12, 50), (88, 50)], 5.6, pen.ink)
    for side in (-1, 1):
        meridian = [
            (50 + side * 19 * sin(a * pi / 12), 50 - 38 * cos(a * pi / 12)) for a in range(13)
        ]
        pen.stroke(meridian, 5.6, pen.ink)


def _letters(pen: Pen) -> None:
    for x, top, half, width in ((32, 22, 24, 7.6), (80, 50, 13, 5.4)):
        bottom = 82
        pen.stroke([(x - half, bottom), (x, top), (x + half, bottom)], width, pen.ink)
        bar = top + (bottom - top) * 0.66
        pen.stroke([(x - half * 0.6, bar), (x + half * 0.6, bar)], width * 0.85, pen.accent)


PICTOGRAMS: Mapping[str, Callable[[Pen], None]] = {
    "insert_card": _insert_card,
    "take_card": _take_card,
    "take_cash": _take_cash,
    "cover_keys": _cover_keys,
    "wait": _wait,
    "count": _count,
    "safe": _safe,
    "warning": _warning,
    "closed": _closed,
    "done": _done,
    "help": _help,
    "letters": _letters,
    "globe": _globe,
    "more_time": _more_time,
    "speaker": _speaker,
    "speaker_off": _speaker_off,
    "headset": _headset,
    "read_aloud": _read_aloud,
    "back": _back,
    "back_rtl": _back_rtl,
    "card_out": _card_out,
    **SERVICES,
    **BILLS,
    **NOTES,
}
"""Every pictogram by name: those of `Picture`, the small ones of the fixed bar, and those of the services."""


def pictogram(name: str, side_px: int, palette: Palette, ground: Colour) -> pygame.Surface:
    """The pictogram as a square of `side_px` on a flat `ground`; a name without one has the sign of a
    service."""
    side = max(1, min(side_px, SIDE_PX_MAX))
    large = pygame.Surface((side * OVERSAMPLE, side * OVERSAMPLE), depth=32)
    large.fill(ground)
    PICTOGRAMS.get(name, SERVICE)(Pen(large, palette))
    return pygame.transform.smoothscale(large, (side, side))
