"""Pictures of screens, each stored once under the name of what it shows.

Two screens that look the same are one file, whichever story they came in, so a report of hundreds of
stories stays small and two reports can be compared by their names.
"""

import hashlib
from pathlib import Path
from typing import Final

import pygame

from screens.picture import save_png
from screens.scene import Scene
from sim.stage.gallery import Gallery
from sim.stage.reading import seen_scene
from sim.stage.settings import Design, Settings
from terminal import session as s
from terminal.ports import Seconds

FOLDER: Final = "pictures"

NAME_CHARS: Final = 20
"""Of the hash: a report has thousands of pictures and not billions."""


class Pictures:
    """Draws screens into `folder/pictures`. Call it with a session; it gives the file's name."""

    def __init__(self, folder: Path, design: Design) -> None:
        self._folder = folder / FOLDER
        self._folder.mkdir(parents=True, exist_ok=True)
        self._design = design
        self._gallery = Gallery(Settings(), design)
        self._drawn: dict[tuple[Scene, object], str] = {}

    def __call__(self, session: s.Session, now: Seconds) -> str:
        """Draw it, unless it was drawn before."""
        known = (seen_scene(session, self._design, now), session.look)
        if known not in self._drawn:
            self._drawn[known] = self._draw(session, now)
        return self._drawn[known]

    def _draw(self, session: s.Session, now: Seconds) -> str:
        surface = self._gallery.picture(session, now)
        pixels = pygame.image.tobytes(surface, "RGB")
        name = f"{hashlib.sha256(pixels).hexdigest()[:NAME_CHARS]}.png"
        if not (self._folder / name).exists():
            save_png(surface, self._folder / name)
        return name
