"""`main.py design`: opens the designer's window and lets it run until it is closed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pygame

from audio.clips import ClipCache
from audio.speakers import Player
from audio.tts import Synthesizer
from devices.clock import SystemClock
from screens.theme import Panel
from screens.touch import Quit
from screens.window import NoDisplay, Window
from sim.design.desk import Desk
from sim.design.place import Placing
from sim.design.rehearse import Rehearsal
from sim.design.reload import Reload
from sim.design.sandbox import Sandbox
from sim.design.sound import Aloud, OtherEars
from sim.design.true_size import Monitor
from sim.stage import display
from sim.stage.design import Design as Designed
from sim.stage.design import Sources
from sim.stage.kiosk import faces_of
from sim.stage.prompts import opened_packs
from sim.stage.settings import ConfigurationError, Settings
from sim.stage.voices import Speech, voice_with
from terminal.ports import Seconds

CAPTION: Final = "Design bench: accessible terminal"
FRAMES_PER_SECOND: Final = 60
DESKTOP_SHARE: Final = 0.92
"""How much of the desktop the window takes if nothing else is said."""

MONITORS: Final = "design.json"
"""Where measured monitors are kept, in the state folder."""


@dataclass
class Design:
    """The window and all that runs in it."""

    desk: Desk
    window: Window
    before: Seconds

    def turn(self, now: Seconds) -> bool:
        """One frame; False once the window was closed."""
        sandbox, reload = self.desk.sandbox, self.desk.reload
        said = self.window.poll(now)
        if any(isinstance(one, Quit) for one in said):
            return False
        sandbox.heard(said)
        if fresh := reload.poll(now, sandbox.session):
            sandbox.adopt(fresh)
            self.window.adopt(faces_of(fresh))
        self.desk.aloud.tick(now, 0.0 if sandbox.standing else sandbox.speed)
        sandbox.advance(now - self.before)
        self.before = now
        self.window.draw(sandbox.session, sandbox.front(), sandbox.now, sandbox.caption, now)
        return True


def opened(
    settings: Settings, sources: Sources, size: tuple[int, int] | None, now: Seconds
) -> Design:
    """The window, and a machine that waits for a customer. Raises NoDisplay or ConfigurationError."""
    try:
        pygame.display.init()
        desktop = pygame.display.get_desktop_sizes()[0]
    except pygame.error as error:
        raise NoDisplay(str(error)) from error
    glass = settings.panel
    panel = Panel(glass.diagonal_inch, glass.width_px, glass.height_px)
    reload = Reload(sources, Rehearsal(panel))
    monitor = Monitor(settings.state_folder / MONITORS, (desktop[0], desktop[1]))
    aloud = Aloud(
        lambda outputs: Player(
            outputs, Synthesizer(), ClipCache(settings.clips), opened_packs(settings.packs)
        ),
        OtherEars(settings.sound),
    )

    def speech(design: Designed) -> Speech:
        return Speech(voice_with(aloud.begin(), design, settings.places), aloud.recorder.spoken)

    sandbox = Sandbox(reload.design, settings, speech=speech)
    desk = Desk(sandbox, reload, Placing(monitor, panel), aloud)
    most = int(desktop[0] * DESKTOP_SHARE), int(desktop[1] * DESKTOP_SHARE)
    window = Window(faces_of(reload.design), panel, size or most, caption=CAPTION, beside=desk)
    desk.window = window
    return Design(desk, window, now)


def run(settings: Settings, folder: str, size: tuple[int, int] | None) -> int:
    """Until the window is closed. The exit code."""
    clock = SystemClock()
    sources = Sources(Path(folder)) if folder else Sources()
    try:
        design = opened(settings, sources, size, clock.now())
        if display.invisible():
            raise NoDisplay("the display does not answer")
    except NoDisplay as trouble:
        raise ConfigurationError(
            f"No window could be opened: {trouble}. The design bench needs a display."
        ) from trouble
    while design.turn(clock.now()):
        design.window.tick(FRAMES_PER_SECOND)
    design.desk.aloud.close()
    design.window.close()
    return 0
