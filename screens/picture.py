"""A screen as a picture, without a window: for galleries, headless runs and people who look.

Needs no display and opens none; `pygame.font` is all that is started.
"""

from pathlib import Path

import pygame

from screens.layout import layout
from screens.paint import Fonts, Painter
from screens.scene import scene
from screens.theme import Design, Panel, theme
from terminal.messages import Catalogue
from terminal.profile import Profile
from terminal.session import Session


def render(
    session: Session,
    catalogue: Catalogue,
    profile: Profile,
    panel: Panel,
    design: Design,
    painter: Painter | None = None,
    now: float = 0.0,
) -> pygame.Surface:
    """The glass showing `session`, as large as the panel."""
    painter = painter or Painter(Fonts())
    sizes = theme(profile, panel, design)
    shown = scene(session, catalogue, profile, now)
    boxes = layout(shown, sizes, panel.width_px, panel.height_px, painter.fonts.measure)
    surface = pygame.Surface((panel.width_px, panel.height_px), depth=32)
    painter.paint(surface, boxes, sizes)
    return surface


def save_png(surface: pygame.Surface, path: Path) -> None:
    """Write a picture, making its folder if needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pygame.image.save(surface, path)
