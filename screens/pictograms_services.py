"""Pictograms of the services, for the tiles of the menu.

A tile's picture is looked for before its words are read, so no two may be taken for one another: money
that comes out points down and out, money that goes in points down and in, a transfer has two people, and
what warns has a triangle. Drawn as `pictograms` draws: few strokes, colours by role.
"""

from collections.abc import Callable, Mapping
from math import cos, pi, sin

from screens.pen import Pen


def _withdrawal(pen: Pen) -> None:
    """A note that comes down out of the slot, into a hand's reach."""
    pen.slot(6)
    pen.note(24, 18, 52, 36)
    pen.block(20, 13.6, 60, 5, pen.ink, 2.4)
    pen.arrow(50, 62, 94, pen.accent, 8)


def _deposit(pen: Pen) -> None:
    """A note that goes up into the slot."""
    pen.slot(6)
    pen.note(24, 58, 52, 36)
    pen.arrow(50, 52, 30, pen.accent, 8)


def _balance(pen: Pen) -> None:
    """A sheet with its lines, and a lens over it."""
    pen.panel(14, 6, 56, 84, 5)
    for y, wide in ((22, 36), (36, 28), (50, 20), (64, 14)):
        pen.stroke([(24, y), (24 + wide, y)], 5, pen.soft)
    pen.disc(62, 62, 24, pen.ink)
    pen.disc(62, 62, 19, pen.fill)
    pen.stroke([(78, 79), (92, 93)], 10, pen.ink)
    _yuan(pen, 62, 62, 0.62)


def _yuan(pen: Pen, x: float, y: float, size: float) -> None:
    """The sign of the money, in a square of 32 units times `size` around a place."""
    at = [(x + dx * size, y + dy * size) for dx, dy in ((-13, -16), (0, 0), (13, -16))]
    width = 6.2 * size
    pen.stroke(at, width, pen.accent)
    pen.stroke([(x, y), (x, y + 17 * size)], width, pen.accent)
    for dy in (2, 9):
        pen.stroke(
            [(x - 11 * size, y + dy * size), (x + 11 * size, y + dy * size)], width, pen.accent
        )


def _person(pen: Pen, x: float, top: float, size: float) -> None:
    """Head and shoulders, `size` units wide."""
    pen.disc(x, top + size * 0.28, size * 0.28, pen.ink)
    pen.block(x - size / 2, top + size * 0.64, size, size * 0.5, pen.ink, size * 0.24)


def _transfer(pen: Pen) -> None:
    """From one person to another."""
    _person(pen, 22, 44, 36)
    _person(pen, 78, 44, 36)
    pen.stroke([(24, 24), (74, 24)], 8, pen.accent)
    pen.stroke([(60, 10), (76, 24), (60, 38)], 8, pen.accent)


def _bills(pen: Pen) -> None:
    """A bill with a torn edge: a lamp, a drop and lines to pay."""
    edge = [(16, 88), (27, 80), (38, 88), (49, 80), (60, 88), (71, 80), (84, 88)]
    outer = [(16, 6), (84, 6), *reversed(edge)]
    pen.shape(outer, pen.fill)
    pen.stroke([*outer, outer[0]], 4, pen.ink)
    bolt = [(44, 14), (28, 36), (38, 36), (32, 52), (50, 30), (40, 30)]
    pen.shape(bolt, pen.accent)
    pen.shape([(66, 16), (76, 36), (56, 36)], pen.accent)
    pen.disc(66, 38, 10.6, pen.accent)
    for y, wide in ((60, 44), (71, 30)):
        pen.stroke([(28, y), (28 + wide, y)], 5, pen.ink)


def _calendar(pen: Pen, x: float, y: float, side: float) -> None:
    pen.panel(x, y, side, side, 5, 3.4)
    pen.block(x, y, side, side * 0.28, pen.ink, 5)
    for dx in (0.27, 0.73):
        pen.stroke([(x + side * dx, y - 5), (x + side * dx, y + 7)], 6, pen.ink)


def _pension(pen: Pen) -> None:
    """A day of the month on which money comes."""
    _calendar(pen, 10, 14, 62)
    for row in range(2):
        for column in range(3):
            pen.block(19 + column * 16, 39 + row * 15, 11, 9, pen.soft, 2)
    pen.disc(70, 68, 26, pen.ink)
    pen.disc(70, 68, 21.5, pen.fill)
    _yuan(pen, 70, 67, 0.78)


def _insurance(pen: Pen) -> None:
    """An umbrella."""
    canopy = [(50 + 42 * cos(a * pi / 24), 50 + 40 * sin(a * pi / 24)) for a in range(24, 49)]
    pen.shape([*canopy, (50, 50)], pen.accent)
    pen.stroke(canopy, 4, pen.ink)
    for x in (22, 50, 78):
        pen.disc(x, 51, 14, pen.fill)
    pen.block(0, 52, 100, 14, pen.fill)
    pen.stroke([(50, 10), (50, 80)], 6, pen.ink)
    pen.arc(60, 80, 10, 0, 180, 6, pen.ink)
    pen.stroke([(50, 4), (50, 12)], 5, pen.ink)


def _plain_card(pen: Pen, x: float, y: float, w: float, h: float) -> None:
    """A card lying on its side."""
    pen.block(x, y, w, h, pen.ink, 6)
    pen.block(x + 3, y + 3, w - 6, h - 6, pen.accent, 4)
    pen.block(x, y + h * 0.22, w, h * 0.2, pen.ink)
    pen.block(x + w * 0.12, y + h * 0.62, w * 0.3, h * 0.12, pen.fill, 2)


def _card_loss(pen: Pen) -> None:
    """A card, and the question where it is."""
    _plain_card(pen, 4, 30, 74, 50)
    pen.disc(74, 34, 25, pen.fill)
    pen.disc(74, 34, 22, pen.ink)
    pen.arc(74, 28, 8, -190, 50, 5, pen.fill)
    pen.stroke([(79, 34), (74, 38), (74, 41)], 5, pen.fill)
    pen.disc(74, 49, 3.4, pen.fill)


def _pin_change(pen: Pen) -> None:
    """Dots of a number, and the turn to another."""
    pen.panel(6, 8, 88, 34, 7, 4)
    for x in (22, 41, 59, 78):
        pen.disc(x, 25, 6.4, pen.accent)
    pen.arc(50, 70, 19, -160, 40, 7, pen.ink)
    pen.arc(50, 70, 19, 60, 160, 7, pen.ink)
    pen.shape([(76, 68), (54, 74), (73, 90)], pen.ink)


def _contact(pen: Pen) -> None:
    """A telephone, held upright."""
    pen.block(28, 4, 44, 92, pen.ink, 8)
    pen.block(33, 15, 34, 62, pen.fill, 2)
    pen.disc(50, 86.5, 5, pen.fill)
    pen.stroke([(40, 30), (60, 30)], 5, pen.accent)
    pen.stroke([(40, 44), (60, 44)], 5, pen.accent)
    pen.stroke([(40, 58), (52, 58)], 5, pen.accent)


def _reservation(pen: Pen) -> None:
    """A day that is ticked."""
    _calendar(pen, 12, 14, 76)
    pen.tick(50, 62, 17, 9, pen.accent)


def _damaged_notes(pen: Pen) -> None:
    """A note with a piece torn away."""
    left = [(6, 28), (50, 28), (42, 40), (54, 50), (44, 62), (50, 74), (6, 74)]
    right = [(64, 20), (94, 26), (90, 72), (60, 66), (56, 54), (66, 42), (56, 32)]
    for piece in (left, right):
        pen.shape(piece, pen.fill)
        pen.stroke([*piece, piece[0]], 4.4, pen.ink)
    pen.disc(26, 51, 10, pen.soft)
    pen.disc(78, 46, 7, pen.soft)


def _change_pack(pen: Pen) -> None:
    """Small notes together in an envelope."""
    for step, top in ((0, 8), (8, 16), (16, 24)):
        pen.note(18 + step, top, 48, 40)
    pen.block(6, 46, 88, 46, pen.ink, 5)
    pen.block(10, 50, 80, 38, pen.fill, 3)
    pen.stroke([(12, 52), (50, 72), (88, 52)], 5, pen.accent)


def _exchange(pen: Pen) -> None:
    """One note for several."""
    pen.note(4, 6, 56, 34)
    for step in (0, 1):
        pen.note(36 + step * 8, 56 + step * 8, 50, 28)
    pen.stroke([(76, 14), (84, 14), (84, 40)], 7, pen.accent)
    pen.stroke([(73, 31), (84, 43), (95, 31)], 7, pen.accent)
    pen.stroke([(25, 84), (15, 84), (15, 56)], 7, pen.accent)
    pen.stroke([(4, 65), (15, 53), (26, 65)], 7, pen.accent)


def _report_refusal(pen: Pen) -> None:
    """Cash that a shop does not take."""
    pen.note(4, 34, 64, 42)
    pen.disc(70, 36, 26, pen.fill)
    pen.disc(70, 36, 23, pen.warn)
    pen.disc(70, 36, 17, pen.fill)
    pen.stroke([(59, 25), (81, 47)], 6, pen.warn)


def _practice(pen: Pen) -> None:
    """A hand that tries a button."""
    pen.disc(40, 32, 26, pen.accent)
    pen.disc(40, 32, 20, pen.fill)
    pen.disc(40, 32, 11, pen.accent)
    for rim, colour in ((4.0, pen.ink), (0.0, pen.fill)):
        pen.stroke([(42, 38), (52, 70)], 11 + rim * 2, colour)
        pen.block(42 - rim, 58 - rim, 40 + 2 * rim, 36 + 2 * rim, colour, 12)
        for x, top in ((58, 56), (68, 58), (78, 62)):
            pen.stroke([(x, top), (x, 72)], 9 + 2 * rim, colour)
    for x in (63, 73):
        pen.stroke([(x, 62), (x, 72)], 2.6, pen.ink)


def _fraud_pages(pen: Pen) -> None:
    """A shield with a sign of warning on it."""
    outer = [(50, 6), (86, 20), (86, 50), (77, 74), (50, 95), (23, 74), (14, 50), (14, 20)]
    pen.shape(outer, pen.fill)
    pen.stroke([*outer, outer[0]], 6, pen.ink)
    pen.stroke([(50, 26), (50, 56)], 11, pen.warn)
    pen.disc(50, 74, 6.6, pen.warn)


def _passbook(pen: Pen) -> None:
    """A little book, lying open."""
    for side in (-1, 1):
        page = [(50, 26), (50 + side * 42, 16), (50 + side * 42, 76), (50, 88)]
        pen.shape(page, pen.fill)
        pen.stroke([*page, page[0]], 4.4, pen.ink)
        for y in (36, 50, 64):
            pen.stroke([(50 + side * 12, y), (50 + side * 32, y - 4)], 4.4, pen.accent)


def _passport(pen: Pen) -> None:
    """A booklet with a globe on it, and the two lines below."""
    pen.block(18, 4, 64, 92, pen.ink, 8)
    pen.block(23, 9, 54, 82, pen.fill, 5)
    pen.disc(50, 38, 19, pen.accent)
    pen.disc(50, 38, 14, pen.fill)
    pen.stroke([(50, 22), (50, 54)], 4, pen.accent)
    pen.stroke([(34, 38), (66, 38)], 4, pen.accent)
    for y in (70, 80):
        pen.stroke([(31, y), (69, y)], 4.4, pen.ink)


def _more(pen: Pen) -> None:
    """Four little tiles."""
    for x in (12, 56):
        for y in (12, 56):
            pen.block(x, y, 32, 32, pen.accent if (x, y) == (12, 12) else pen.ink, 6)


def _service(pen: Pen) -> None:
    """What has no picture of its own."""
    pen.panel(14, 14, 72, 72, 10, 5)
    for x in (32, 50, 68):
        pen.disc(x, 50, 6, pen.accent)


SERVICES: Mapping[str, Callable[[Pen], None]] = {
    "withdrawal": _withdrawal,
    "deposit": _deposit,
    "balance": _balance,
    "transfer": _transfer,
    "bills": _bills,
    "pension": _pension,
    "insurance": _insurance,
    "card_loss": _card_loss,
    "pin_change": _pin_change,
    "contact": _contact,
    "reservation": _reservation,
    "damaged_notes": _damaged_notes,
    "change_pack": _change_pack,
    "exchange": _exchange,
    "report_refusal": _report_refusal,
    "practice": _practice,
    "fraud_pages": _fraud_pages,
    "passbook": _passbook,
    "passport": _passport,
    "more": _more,
}
"""By the name of the service."""

SERVICE: Callable[[Pen], None] = _service
"""For a service that nobody has drawn yet."""
