"""Screens as pictures, for whatever tells of visits: stories, reports, replays. No window and no device."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sim.stage.settings import Design, Settings
from terminal import session as s
from terminal.runtime import shown_profile

if TYPE_CHECKING:
    from pygame import Surface


class Gallery:
    """Draws screens as pictures; pygame comes in only when there is something to draw."""

    def __init__(self, settings: Settings, design: Design) -> None:
        os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
        from screens.paint import Fonts, Painter
        from screens.theme import Panel, design_from

        self._design = design
        self._look = design_from(design.theme)
        panel = settings.panel
        self._panel = Panel(panel.diagonal_inch, panel.width_px, panel.height_px)
        self._painter = Painter(Fonts())
        self.count = 0

    def draw(self, session: s.Session, now: float, path: Path) -> None:
        """One screen to one file."""
        from screens.picture import save_png

        save_png(self.picture(session, now), path)

    def picture(self, session: s.Session, now: float) -> "Surface":
        """One screen as it stands on the glass."""
        from screens.picture import render

        catalogue = self._design.catalogues[session.look.language]
        profile = shown_profile(session.look, self._design.profiles)
        return render(session, catalogue, profile, self._panel, self._look, self._painter, now)
