"""The real program in a real window, measured from outside: presses in, pixels, processor and memory.

`main.py run --tell` is started as a person starts it, supervisor included, on an X display; a made
hand presses through XTEST and an eye reads pixels back. Nothing inside the program knows that it is
being measured. The display is a private Xvfb, because presses on a person's own screen would go
astray.
"""

import json
import os
import random
import select
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devices.clock import SystemClock
from sim.stage.settings import HOUSE
from sim.stage.x11 import Display
from sim.world.bank import CUSTOMERS

WINDOW = (1280, 1024)

STEP_SECONDS_MAX = 60.0
"""Longest wait for a screen: the dispenser's reset at the start takes a few seconds."""

CHANGE_SECONDS_MAX = 1.0
"""A press without a changed pixel after this long counts as lost, and the measurement fails."""

PATCH_PX = (48, 12)
"""The area that is looked at, in the middle of what is pressed: it holds fill and letters."""

PEEK_SECONDS = 0.0002
"""Between two looks, so that looking does not keep the program from its processor."""

ARMED_SECONDS = 0.8
"""After a new screen: longer than the arming and guard times of either profile."""

ANSWERS: Mapping[str, Sequence[str]] = {
    "ChoosingAmount": ("amount:50000",),
    "Reviewing": ("confirm",),
    "TakingCard": ("take_card",),
    "TakingNotes": ("take_notes",),
    "Counting": ("take_notes", "count_right"),
    "Explaining": ("understood",),
}
"""What the made customer presses on each screen; presses that cannot be made yet are tried again."""


class Stuck(Exception):
    """The program did not do what was waited for."""


def pause(seconds: float) -> None:
    """Let real time pass."""
    select.select([], [], [], max(0.0, seconds))


@dataclass
class Driven:
    """The running program, and a hand in front of it."""

    display: Display
    name: str
    folder: Path
    clock: SystemClock = field(default_factory=SystemClock)
    shown: dict[str, Any] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    """More words for `run`."""
    _told: bytes = b""

    def start(self) -> float:
        """Start the program; seconds from there to the first picture that was shown."""
        begun = self.clock.now()
        self.process = start_terminal(self.name, self.folder, self.options)
        self.wait(lambda: bool(self.shown))
        return self.clock.now() - begun

    def stop(self) -> None:
        """End it as a person at the keyboard would."""
        self.process.terminate()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    @property
    def phase(self) -> str:
        """The name of the phase on the screen."""
        return str(self.shown.get("phase", ""))

    def hear(self, seconds: float) -> None:
        """Read what the program tells, for up to so long."""
        assert self.process.stdout is not None
        if not select.select([self.process.stdout], [], [], seconds)[0]:
            return
        told = os.read(self.process.stdout.fileno(), 65_536)
        if not told:
            raise Stuck(f"the program ended with code {self.process.wait()}")
        *lines, self._told = (self._told + told).split(b"\n")
        for line in lines:
            if line.startswith(b"{"):
                self.shown = json.loads(line)

    def wait(self, until: Callable[[], bool], seconds: float = STEP_SECONDS_MAX) -> None:
        """Until it is so. Stuck if it is not in time."""
        limit = self.clock.now() + seconds
        while not until():
            if self.clock.now() > limit:
                raise Stuck(f"waited {seconds:.0f} s in {self.phase}")
            self.hear(0.05)

    def rest(self, seconds: float) -> None:
        """Let time pass without losing what is told."""
        until = self.clock.now() + seconds
        while (left := until - self.clock.now()) > 0:
            self.hear(left)

    def press(self, what: str) -> bool:
        """A whole press; False where it is not on the screen."""
        place = self.shown["places"].get(what)
        if place is None:
            return False
        self.display.move(*place)
        self.display.button(True)
        self.rest(0.06)
        self.display.button(False)
        return True

    def visit(self, card: str, until: str = "Idle") -> None:
        """A withdrawal, as far as the phase `until`."""
        self.wait(lambda: self.phase == "Idle")
        self.rest(ARMED_SECONDS)
        self.press(f"insert:{card}")
        self.wait(lambda: self.phase == "EnteringPin")
        self.rest(ARMED_SECONDS)
        for key in CUSTOMERS[card].pin:
            self.press(f"key:{key}")
            self.rest(0.1)
        self.press("key:enter")
        limit = self.clock.now() + 2 * STEP_SECONDS_MAX
        while self.phase != until:
            if self.clock.now() > limit:
                raise Stuck(f"never came from {self.phase} to {until}")
            for what in ANSWERS.get(self.phase, ()):
                self.rest(ARMED_SECONDS)
                self.press(what)
            self.hear(0.1)

    # --- press to pixel -------------------------------------------------------------------------

    def presses(self, targets: Sequence[str], count: int, rng: random.Random) -> list[float]:
        """Seconds from each press to the first changed pixel of what was pressed. Each press slides
        off before it is lifted, so the screen stays."""
        seconds = []
        for number in range(count):
            x, y = self.shown["places"][targets[number % len(targets)]]
            self.display.move(x, y)
            self.rest(0.02 + rng.random() * 0.1)
            area = (x - PATCH_PX[0] // 2, y - PATCH_PX[1] // 2, *PATCH_PX)
            seconds.append(self._until_changed(area, down=True))
            self.display.move(*self._nowhere())
            self.display.button(False)
            self.rest(0.05)
        return seconds

    def turns(self, there: str, back: str, count: int, rng: random.Random) -> list[float]:
        """Seconds from lifting a press to the first changed pixel of the screen it leads to."""
        seconds = []
        middle = self._middle()
        for number in range(count):
            x, y = self.shown["places"][(there, back)[number % 2]]
            self.display.move(x, y)
            self.display.button(True)
            self.rest(0.06 + rng.random() * 0.05)
            seconds.append(self._until_changed(middle, down=False))
            self.rest(ARMED_SECONDS)
        return seconds

    def _until_changed(self, area: tuple[int, int, int, int], down: bool) -> float:
        before = self.display.look(*area)
        begun = self.clock.now()
        self.display.button(down)
        while self.display.look(*area) == before:
            if self.clock.now() - begun > CHANGE_SECONDS_MAX:
                raise Stuck(f"no pixel changed after a press in {self.phase}")
            pause(PEEK_SECONDS)
        return self.clock.now() - begun

    def _nowhere(self) -> tuple[int, int]:
        return WINDOW[0] // 2, 2

    def _middle(self) -> tuple[int, int, int, int]:
        """A tall strip through the middle of what can be pressed on the glass."""
        places = [p for name, p in self.shown["places"].items() if name.startswith("amount")]
        x = sum(p[0] for p in places) // len(places)
        return x - 100, WINDOW[1] // 4, 200, WINDOW[1] // 2


def start_terminal(
    display: str, folder: Path, options: Sequence[str] = ()
) -> subprocess.Popen[bytes]:
    """`main.py run` in a window on `display`, with its state in `folder` and sound into nothing."""
    configuration = folder / "bench.toml"
    configuration.write_text(
        f"[state]\nfolder = {json.dumps(str(folder / 'state'))}\n"
        '[services]\noffered = ["withdrawal"]\n[printer]\nport = ""\n',
        "utf-8",
    )
    size = f"{WINDOW[0]}x{WINDOW[1]}"
    command = [sys.executable, str(HOUSE / "main.py"), "run", "--tell", "--window", size]
    return subprocess.Popen(
        [*command, "--config", str(configuration), *options],
        stdout=subprocess.PIPE,
        env={
            **os.environ,
            "DISPLAY": display,
            "SDL_VIDEODRIVER": "x11",
            "SDL_AUDIODRIVER": "dummy",
        },
    )


# --- processes, as the kernel counts them -------------------------------------------------------

ROLES = (
    ("sim.world.pin_pad_process", "PIN pad child"),
    ("audio.tts_child", "speech child"),
    ("--pulse", "terminal"),
)
"""A word of the command line, and who that is."""


def family(root: int) -> dict[str, int]:
    """The processes of a running program by role: supervisor, terminal and its children."""
    found = {"supervisor": root}
    waiting = [root]
    while waiting:
        parent = waiting.pop()
        for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
            words = Path(f"/proc/{child}/cmdline").read_bytes().decode().replace("\0", " ")
            role = next((role for word, role in ROLES if word in words), words[:30])
            found[role] = int(child)
            waiting.append(int(child))
    return found


def cpu_seconds(process: int) -> float:
    """Processor time that all threads of a process have used, in seconds."""
    tasks = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


def peak_mb(process: int) -> float:
    """The most memory a process ever held, in MB."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0
