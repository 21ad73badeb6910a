"""One visit as a strip of pictures: every screen that was looked at, with the presses drawn on it.

A filled circle is a press that was meant, an open one the second landing of a trembling finger; under
each picture stands when it was shown, what was meant and what came of it. For people, to see whether a
persona behaves like one.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pygame

from screens.paint import Fonts, Painter
from sim.proof.personas.sources import PersonaName
from sim.proof.personas.visit import PANEL, Frame, Mode, Press, Result, Visit

SCALE: Final = 0.42
COLUMNS: Final = 4
GAP_PX: Final = 14
CAPTION_PX: Final = 52
EM_PX: Final = 15
GROUND, INK, SOFT = (246, 246, 243), (28, 33, 40), (96, 104, 114)
MEANT, UNMEANT, WRONG = (0, 140, 70), (190, 90, 0), (200, 30, 30)
LOOKED_SECONDS: Final = 0.7
"""A screen that was there for less is not shown, unless it was pressed."""


def strip(persona: PersonaName, mode: Mode, seed: int, to: Path) -> Result:
    """Play one visit and save it as a picture. What was measured of it."""
    visit = Visit(persona, mode, seed, frames=[])
    result = visit.run()
    assert visit.frames is not None
    pygame.image.save(picture(_worth_seeing(visit.frames, result.seconds)), str(to))
    return result


def _worth_seeing(frames: Sequence[Frame], ends: float) -> list[Frame]:
    """Screens that were looked at; typing on one pad is one picture."""
    kept: list[Frame] = []
    for frame, following in zip(frames, [*frames[1:], None], strict=True):
        shown_for = (following.at if following else ends) - frame.at
        same = kept and kept[-1].boxes.identity == frame.boxes.identity
        if same and kept[-1].boxes.targets == frame.boxes.targets:
            kept[-1] = Frame(
                kept[-1].at, frame.boxes, frame.sizes, kept[-1].presses + frame.presses
            )
        elif shown_for >= LOOKED_SECONDS or frame.presses:
            kept.append(frame)
    return kept


def picture(frames: Sequence[Frame]) -> pygame.Surface:
    """The strip, row by row."""
    painter = Painter(Fonts())
    wide, tall = round(PANEL.width_px * SCALE), round(PANEL.height_px * SCALE)
    rows = -(-len(frames) // COLUMNS)
    sheet = pygame.Surface(
        (COLUMNS * (wide + GAP_PX) + GAP_PX, rows * (tall + CAPTION_PX + GAP_PX) + GAP_PX), depth=32
    )
    sheet.fill(GROUND)
    for number, frame in enumerate(frames):
        row, column = divmod(number, COLUMNS)
        left = GAP_PX + column * (wide + GAP_PX)
        top = GAP_PX + row * (tall + CAPTION_PX + GAP_PX)
        sheet.blit(_screen(frame, painter, (wide, tall)), (left, top))
        font = painter.fonts.font(EM_PX, False)
        said = "  ".join(_told(press) for press in frame.presses if press.kind == "up")
        for line, (text, ink) in enumerate(((f"{frame.at:.1f} s", SOFT), (said, INK))):
            words = font.render(text, True, ink, GROUND)
            place = (left, top + tall + 4 + line * 21)
            sheet.blit(
                words.subsurface((0, 0, min(wide, words.get_width()), words.get_height())), place
            )
    return sheet


def _screen(frame: Frame, painter: Painter, size: tuple[int, int]) -> pygame.Surface:
    whole = pygame.Surface((PANEL.width_px, PANEL.height_px), depth=32)
    painter.paint(whole, frame.boxes, frame.sizes)
    for press in frame.presses:
        if press.kind == "down":
            unmeant = press.meant == "not meant"
            place = (press.x_px, press.y_px)
            pygame.draw.circle(whole, UNMEANT if unmeant else MEANT, place, 22, 5 if unmeant else 0)
        elif _wrong(press):
            pygame.draw.circle(whole, WRONG, (press.x_px, press.y_px), 30, 5)
    return pygame.transform.smoothscale(whole, size)


def _wrong(press: Press) -> bool:
    return press.said != press.meant


def _told(press: Press) -> str:
    if not _wrong(press):
        return press.said
    return f"{press.meant}→{press.said or 'nothing'}"
