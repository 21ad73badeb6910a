"""The README shows screens as they are."""

import pygame
import pytest

from sim.proof.audit.matrix import Stage
from sim.stage.settings import own_design
from tools.make_pictures import SCREENS, pair, path_of

SCALERS_DIFFER = 3
"""Of 255: pygame scales down by other instructions on other processors, and these round otherwise."""


@pytest.fixture(scope="module")
def stage() -> Stage:
    pygame.init()
    pygame.display.set_mode((1, 1))
    return Stage(own_design())


@pytest.mark.parametrize("screen", SCREENS)
def test_a_picture_in_the_readme_is_the_screen_of_today(stage: Stage, screen: str) -> None:
    kept = pygame.image.load(path_of(screen)).convert(32)
    drawn = pair(stage, screen).convert(32)
    assert kept.get_size() == drawn.get_size()
    ours, theirs = (pygame.image.tobytes(one, "RGB") for one in (drawn, kept))
    if ours != theirs:
        most = max(abs(one - other) for one, other in zip(ours, theirs, strict=True))
        assert most <= SCALERS_DIFFER, "python -m tools.make_pictures"
