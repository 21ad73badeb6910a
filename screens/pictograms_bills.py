"""Pictograms of the bills: what comes out of the wall for each of them."""

from collections.abc import Callable, Mapping

from screens.pen import Pen


def _electricity(pen: Pen) -> None:
    """A lamp with a flash in it."""
    pen.disc(50, 38, 32, pen.ink)
    pen.disc(50, 38, 27, pen.fill)
    pen.shape([(55, 16), (36, 42), (49, 42), (44, 62), (64, 34), (51, 34)], pen.accent)
    for y in (72, 81):
        pen.block(37, y, 26, 6, pen.ink, 3)
    pen.block(43, 90, 14, 6, pen.ink, 3)


def _water(pen: Pen) -> None:
    """A tap, and a drop below it."""
    pen.block(8, 26, 60, 16, pen.ink, 4)
    pen.block(54, 26, 18, 32, pen.ink, 4)
    pen.block(30, 10, 12, 18, pen.ink, 2)
    pen.block(20, 6, 32, 9, pen.ink, 4)
    pen.shape([(63, 63), (74, 83), (52, 83)], pen.accent)
    pen.disc(63, 84, 11, pen.accent)


def _gas(pen: Pen) -> None:
    """A flame over a burner."""
    outer = [
        (50, 4),
        (68, 28),
        (76, 50),
        (68, 68),
        (50, 76),
        (32, 68),
        (24, 50),
        (36, 34),
        (42, 40),
    ]
    pen.shape(outer, pen.accent)
    pen.shape([(51, 38), (62, 56), (58, 68), (50, 72), (42, 68), (39, 56)], pen.fill)
    pen.block(12, 82, 76, 9, pen.ink, 4)
    for x in (24, 45, 66):
        pen.block(x, 76, 10, 8, pen.ink, 2)


def _phone(pen: Pen) -> None:
    """A telephone with its receiver on it."""
    pen.block(8, 16, 84, 18, pen.ink, 9)
    pen.block(8, 22, 22, 24, pen.ink, 6)
    pen.block(70, 22, 22, 24, pen.ink, 6)
    pen.shape([(34, 42), (66, 42), (86, 88), (14, 88)], pen.ink)
    for y in (54, 66, 78):
        for x in (40, 50, 60):
            pen.disc(x, y, 3.6, pen.fill)


BILLS: Mapping[str, Callable[[Pen], None]] = {
    "electricity": _electricity,
    "water": _water,
    "gas": _gas,
    "phone": _phone,
}
"""By what is paid for."""
