"""A frame of a replay as a picture: the glass as it stood, and under it a strip that says whence it is known.

What the record does not hold is said in that strip. A screen of which only the name is known is drawn as a
frame of dashes with its title, so that nobody takes it for what the customer saw.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import pygame

from screens.paint import Fonts
from sim.replay.retold import Frame
from sim.stage.gallery import Gallery
from sim.stage.settings import Design, Settings

STRIP_EM: Final = 20
STRIP_LINES: Final = 3
LINE_PX: Final = 28
MARGIN_PX: Final = 12
DASH_PX: Final = 24

GROUND, INK, SOFT, NOTE = (24, 26, 30), (236, 238, 240), (170, 178, 186), (255, 205, 96)
BARE_GROUND, BARE_INK = (208, 210, 214), (48, 52, 58)

UNFILLED: Final = "…"
"""In the place of a value that is not on record."""


def title_of(frame: Frame, design: Design) -> str:
    """The words of a screen's title; values that are not known stay open."""
    entry = design.catalogues[frame.look.language].entries.get(frame.key)
    if entry is None:
        return frame.key.replace("_", " ").replace(".", ": ")
    return entry.title.format_map(defaultdict(lambda: UNFILLED))


def headline(frame: Frame) -> str:
    """When, which screen, in which look."""
    look = f"{frame.look.profile}, {frame.look.language}"
    return f"{frame.at:.1f} s   {frame.key or '(not recorded)'}   {look}"


class Drawer:
    """Draws frames at the size of the configured panel."""

    def __init__(self, settings: Settings, design: Design) -> None:
        self._gallery = Gallery(settings, design)
        self._design = design
        self._fonts = Fonts()
        self._size = settings.panel.width_px, settings.panel.height_px

    @property
    def size(self) -> tuple[int, int]:
        """Of every picture: the panel and the strip."""
        return self._size[0], self._size[1] + STRIP_LINES * LINE_PX + 2 * MARGIN_PX

    def picture(self, frame: Frame) -> pygame.Surface:
        """The glass with its strip."""
        whole = pygame.Surface(self.size, depth=32)
        whole.fill(GROUND)
        session = frame.session
        glass = self._bare(frame)
        if session is not None:
            glass = self._gallery.picture(session, session.wait.since)
        whole.blit(glass, (0, 0))
        top = self._size[1] + MARGIN_PX
        self._write(whole, headline(frame), SOFT, top)
        for number, line in enumerate(self._wrapped(" ".join(frame.notes)), start=1):
            self._write(whole, line, NOTE, top + number * LINE_PX)
        return whole

    def _wrapped(self, text: str) -> Iterator[str]:
        if not text:
            return
        width = self._size[0] - 2 * MARGIN_PX
        measure = self._fonts.measure
        line = ""
        lines = []
        for word in text.split():
            longer = f"{line} {word}".strip()
            if line and measure(longer, STRIP_EM, False, "en") > width:
                lines.append(line)
                line = word
            else:
                line = longer
        yield from (*lines, line)[: STRIP_LINES - 1]

    def _write(
        self, whole: pygame.Surface, text: str, colour: tuple[int, int, int], top: int
    ) -> None:
        font = self._fonts.font(STRIP_EM, False)
        whole.blit(font.render(text, True, colour), (MARGIN_PX, top))

    def _bare(self, frame: Frame) -> pygame.Surface:
        """No screen, but its name."""
        glass = pygame.Surface(self._size, depth=32)
        glass.fill(BARE_GROUND)
        width, height = self._size
        for x in range(0, width, 2 * DASH_PX):
            for y in (MARGIN_PX, height - MARGIN_PX):
                pygame.draw.line(glass, BARE_INK, (x, y), (x + DASH_PX, y), 3)
        for y in range(0, height, 2 * DASH_PX):
            for x in (MARGIN_PX, width - MARGIN_PX):
                pygame.draw.line(glass, BARE_INK, (x, y), (x, y + DASH_PX), 3)
        for text, em, middle in ((title_of(frame, self._design), 44, 0.45), (frame.key, 22, 0.58)):
            said = self._fonts.font(em, em > 30).render(text, True, BARE_INK)
            glass.blit(said, said.get_rect(center=(width // 2, int(height * middle))))
        return glass
