"""The machine's front onto a surface, from its boxes."""

import pygame

from screens.front_parts import FrontBox
from screens.layout import Box, Layout, Rect
from screens.paint import Painter
from screens.theme import Colour, Palette
from terminal.events import Chosen

RADIUS_PX = 8
MARK_PX = 3
"""How thick the frame is around what to do next."""

FILLS = {
    "plate": "plate",
    "slot": "slot",
    "jack": "slot",
    "key": "key",
    "enter": "enter",
    "clear": "clear",
    "cancel": "cancel",
    "help": "help",
}


def paint_front(
    painter: Painter,
    surface: pygame.Surface,
    layout: Layout,
    palette: Palette,
    pressed: Chosen | None = None,
) -> None:
    """All boxes of the front, at their places in the window."""
    for box in layout.boxes:
        down = pressed is not None and box.event == pressed
        _box(painter, surface, box, palette, down)


def _box(painter: Painter, surface: pygame.Surface, box: Box, palette: Palette, down: bool) -> None:
    assert isinstance(box, FrontBox)
    match box.role:
        case "body":
            surface.fill(palette["body"], tuple(box.rect))
        case "card":
            edge = palette["next"] if box.marked or down else _lighter(box.colour)
            thick = MARK_PX if box.marked or down else 1
            painter.rounded(surface, box.rect, RADIUS_PX, box.colour, edge, thick)
            if box.icon == "chip":
                _chip(painter, surface, box.rect)
        case "gone":
            painter.rounded(
                surface, box.rect, RADIUS_PX, palette["body"], palette["light_off"], 2, True
            )
        case "note":
            fill = palette.get(f"note_{box.value}", palette["note"])
            painter.rounded(surface, box.rect, 4, fill, palette["ink"], 2)
        case "grip":
            _frame(surface, box.rect, palette["next"], MARK_PX if box.marked or down else 0)
        case "light":
            _lamp(painter, surface, box, palette)
        case "mouth":
            _mouth(painter, surface, box, palette)
        case "print":
            pass
        case _:
            _filled(painter, surface, box, palette, down)
    painter.words(surface, box.lines, palette)


def _filled(
    painter: Painter, surface: pygame.Surface, box: FrontBox, palette: Palette, down: bool
) -> None:
    name = "key_pressed" if down and box.role != "plate" else FILLS[box.role]
    radius = box.rect.h // 2 if box.role in ("slot", "jack") else RADIUS_PX
    edge = palette["next"] if box.marked or down else palette["light_off"]
    thick = 3 if box.marked or down else 1
    if box.role == "jack" and box.on:
        edge, thick = palette["light_on"], 4
    painter.rounded(surface, box.rect, radius, palette[name], edge, thick)
    if box.role == "slot" and box.on:
        painter.rounded(surface, box.rect, radius, palette["ink"])
    if box.icon == "nib":
        nib = Rect(box.rect.x + box.rect.w // 2 - 6, box.rect.bottom - 8, 12, 3)
        painter.rounded(surface, nib, 1, palette["on_key"])


def _lamp(painter: Painter, surface: pygame.Surface, box: FrontBox, palette: Palette) -> None:
    """Lit, it is a full disc in a bright ring; dark, a small hollow one: to be told without colour."""
    side = box.rect.h
    if box.on:
        ring = max(2, side // 8)
        painter.rounded(surface, box.rect, side // 2, palette["slot"], palette["light_on"], ring)
        disc = box.rect.inset(2 * ring, 2 * ring)
        painter.rounded(surface, disc, disc.h // 2, palette["light_on"])
        return
    dark = box.rect.inset(side // 4, side // 4)
    painter.rounded(surface, dark, dark.h // 2, palette["slot"], palette["edge"], 2)


def _mouth(painter: Painter, surface: pygame.Surface, box: FrontBox, palette: Palette) -> None:
    """A slot; where its lamp is lit, its rim is lit too."""
    if box.on:
        painter.rounded(surface, box.rect.inset(-4, -4), box.rect.h, palette["light_on"])
    painter.rounded(surface, box.rect, box.rect.h // 2, palette["slot"])


def _chip(painter: Painter, surface: pygame.Surface, rect: Rect) -> None:
    side = max(8, min(rect.w // 9, rect.h // 4))
    chip = Rect(rect.right - side - side // 2, rect.y + (rect.h - side) // 2, side, side * 4 // 5)
    painter.rounded(surface, chip, 3, (226, 196, 120))


def _frame(surface: pygame.Surface, rect: Rect, colour: Colour, thick: int) -> None:
    if thick:
        pygame.draw.rect(surface, colour, tuple(rect), thick, border_radius=6)


def _lighter(colour: Colour) -> Colour:
    red, green, blue = (min(255, part + 60) for part in colour)
    return red, green, blue
