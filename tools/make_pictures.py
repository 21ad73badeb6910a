"""Draws the README's pictures of screens: what stands at the glass in the standard and in the elder profile, side by
side.

python -m tools.make_pictures
"""

import os
from pathlib import Path
from typing import Final

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")

import pygame

from sim.proof.audit.matrix import Stage, Studio, Unit
from sim.stage.settings import read_design

FOLDER: Final = Path(__file__).parents[1] / "docs" / "pictures"
SCREENS: Final = ("idle", "choose_amount", "review", "take_notes")
PANEL: Final = "15.0in-1024x768"
SIZE_PX: Final = (640, 480)
"""Of one screen in the picture: five eighths of the panel."""
GAP_PX: Final = 20
BETWEEN: Final = (92, 96, 104)


def pair(stage: Stage, screen: str) -> pygame.Surface:
    """The first page of a screen in both profiles, in Chinese."""
    picture = pygame.Surface((2 * SIZE_PX[0] + GAP_PX, SIZE_PX[1]))
    picture.fill(BETWEEN)
    for place, look in enumerate(("standard", "elder")):
        studio = Studio(stage, Unit(look, "zh", PANEL, (screen,)))
        glass = studio.paint(next(studio.shots(screen)))
        small = pygame.transform.smoothscale(glass, SIZE_PX)
        picture.blit(small, (place * (SIZE_PX[0] + GAP_PX), 0))
    return picture


def path_of(screen: str) -> Path:
    """Where a picture lies."""
    return FOLDER / f"{screen}.png"


def main() -> None:
    """Writes every picture."""
    pygame.init()
    pygame.display.set_mode((1, 1))
    stage = Stage(read_design())
    for screen in SCREENS:
        pygame.image.save(pair(stage, screen), path_of(screen))


if __name__ == "__main__":
    main()
