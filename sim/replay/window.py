"""A replay in a window: at the pace it had or faster, or step by step with the arrow keys.

Right and space go on, left goes back, P plays and pauses, Escape ends. Pictures only: no device, no sound.
"""

from collections.abc import Sequence
from typing import Final

import pygame

from sim.replay.draw import Drawer
from sim.replay.retold import Frame
from terminal.ports import Clock

CAPTION: Final = "Replay"
HZ: Final = 30

GAP_SECONDS_MAX: Final = 6.0
"""A screen on which nothing happened is not watched longer than this, as fast as it is played."""

LEFT_OF_DESKTOP: Final = 0.9
"""Of the display's height: a window has a title bar."""


class Replay:
    """Which frame is shown, and when the next one is due. Pure but for `shows`."""

    def __init__(self, frames: Sequence[Frame], speed: float, playing: bool) -> None:
        self.frames, self.speed, self.playing = frames, speed, playing
        self.at = 0
        self._since = 0.0

    def goes(self, steps: int, now: float) -> None:
        """So many frames on, or back; not beyond the ends."""
        self.at = max(0, min(len(self.frames) - 1, self.at + steps))
        self._since = now

    def turns(self, now: float) -> None:
        """Time passes."""
        if not self.playing or self.at + 1 >= len(self.frames):
            self._since = now
            return
        gap = self.frames[self.at + 1].at - self.frames[self.at].at
        if now - self._since >= min(gap, GAP_SECONDS_MAX) / self.speed:
            self.goes(1, now)

    def key(self, key: int, now: float) -> bool:
        """A key; False when the replay is to end."""
        match key:
            case pygame.K_RIGHT | pygame.K_SPACE:
                self.playing = False
                self.goes(1, now)
            case pygame.K_LEFT:
                self.playing = False
                self.goes(-1, now)
            case pygame.K_p:
                self.playing = not self.playing
            case pygame.K_ESCAPE | pygame.K_q:
                return False
            case _:
                pass
        return True


def run(
    frames: Sequence[Frame], drawer: Drawer, clock: Clock, about: str, speed: float, step: bool
) -> None:
    """Show it until the window is closed."""
    pygame.display.init()
    try:
        height = int(pygame.display.get_desktop_sizes()[0][1] * LEFT_OF_DESKTOP)
        scale = min(1.0, height / drawer.size[1])
        size = int(drawer.size[0] * scale), int(drawer.size[1] * scale)
        window = pygame.display.set_mode(size)
        pygame.display.set_caption(f"{CAPTION}: {about}")
        ticks, replay = pygame.time.Clock(), Replay(frames, speed, not step)
        drawn, going = -1, True
        replay.goes(0, clock.now())
        while going:
            now = clock.now()
            for event in pygame.event.get():
                if event.type == pygame.QUIT:
                    going = False
                elif event.type == pygame.KEYDOWN:
                    going = going and replay.key(event.key, now)
            replay.turns(now)
            if drawn != replay.at:
                drawn = replay.at
                picture = drawer.picture(frames[drawn])
                window.blit(pygame.transform.smoothscale(picture, size), (0, 0))
                pygame.display.flip()
            ticks.tick(HZ)
    finally:
        pygame.display.quit()
