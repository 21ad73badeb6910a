"""A screen as a picture, without a window: for galleries, headless runs and people who look.

Needs no display and opens none; `pygame.font` is all that is started.
"""

from pathlib import Path

import pygame

from screens.front import FrontState, front_layout
from screens.front_paint import paint_front
from screens.layout import Rect, layout
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
    front: FrontState | None = None,
) -> pygame.Surface:
    """The glass showing `session`, as large as the panel; with the machine's front beside it, or
    below an upright panel, if one is given."""
    painter = painter or Painter(Fonts())
    sizes = theme(profile, panel, design)
    shown = scene(session, catalogue, profile, now)
    boxes = layout(shown, sizes, panel.width_px, panel.height_px, painter.fonts.measure)
    glass = pygame.Surface((panel.width_px, panel.height_px), depth=32)
    painter.paint(glass, boxes, sizes)
    return _with_front(glass, front, catalogue, design, painter) if front else glass


def _with_front(
    glass: pygame.Surface,
    front: FrontState,
    catalogue: Catalogue,
    design: Design,
    painter: Painter,
) -> pygame.Surface:
    width, height = glass.get_size()
    if width >= height:
        area = Rect(width, 0, height * 2 // 5, height)
        whole = pygame.Surface((area.right, height), depth=32)
    else:
        area = Rect(0, height, width, width * 2 // 5)
        whole = pygame.Surface((width, area.bottom), depth=32)
    whole.blit(glass, (0, 0))
    boxes = front_layout(front, area, catalogue, painter.fonts.measure)
    paint_front(painter, whole, boxes, design.palettes["front"])
    return whole


def save_png(surface: pygame.Surface, path: Path) -> None:
    """Write a picture, making its folder if needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pygame.image.save(surface, path)
