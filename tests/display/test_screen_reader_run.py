"""The real program, read and pressed by way of the desktop's accessibility bus, as a screen reader does.

The bus is a private one, and what is read from it comes by `busctl`, so that nothing of AccessKit is on
the reading side. What the tree holds is tested in tests/screens; here, that it arrives.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.stage.processes import CLOCK, MAIN, Program, environment

LAUNCHERS: Final = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
HERE: Final = {
    "there is no X display (DISPLAY is not set)": bool(os.environ.get("DISPLAY")),
    "dbus-daemon is not installed": shutil.which("dbus-daemon") is not None,
    "busctl is not installed": shutil.which("busctl") is not None,
    "at-spi2-core is not installed": any(map(os.path.exists, LAUNCHERS)),
}
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="screen readers are told on Linux only"),
    *(pytest.mark.skipif(not there, reason=f"SKIPPED: {why}") for why, there in HERE.items()),
]

WAIT_SECONDS_MAX: Final = 30.0
ROOT_PATH: Final = "/org/a11y/atspi/accessible/root"
ACCESSIBLE: Final = "org.a11y.atspi.Accessible"
LABEL, PASSWORD, BUTTON = 29, 40, 43
"""AtspiRole of at-spi2-core."""

Things = dict[str, tuple[int, str, str]]


class Desktop:
    """A session bus, the accessibility bus that it starts, and eyes and a finger on it."""

    def __init__(self, address: str, folder: Path) -> None:
        runtime = {"XDG_RUNTIME_DIR": str(folder), "DBUS_SESSION_BUS_ADDRESS": address}
        self.environment = environment(DISPLAY=os.environ["DISPLAY"], **runtime)
        status = ("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Status", "IsEnabled", "b", "true")
        self._busctl("--user", "set-property", *status)
        where = ("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress")
        [self._reading] = self._busctl("--user", "call", *where)

    def _busctl(self, *words: str) -> Any:
        """What one call gives back."""
        done = subprocess.run(
            ["busctl", "--json=short", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=WAIT_SECONDS_MAX,
            check=True,
        )
        return json.loads(done.stdout)["data"] if done.stdout else None

    def _ask(self, verb: str, *words: str) -> Any:
        return self._busctl(f"--address={self._reading}", verb, *words)

    def _children(self, name: str, path: str) -> list[tuple[str, str]]:
        found = self._ask("call", name, path, ACCESSIBLE, "GetChildren")
        return [(child[0], child[1]) for child in found[0]]

    def things(self) -> Things:
        """What is in the program's window: its words to its role and its address; none while there is no
        window or the screen has just changed."""
        try:
            applications = self._children("org.a11y.atspi.Registry", ROOT_PATH)
            windows = [w for name, path in applications for w in self._children(name, path)]
            things = [thing for name, path in windows for thing in self._children(name, path)]
            return {self._words(*thing): (self._role(*thing), *thing) for thing in things}
        except subprocess.CalledProcessError:
            return {}

    def _words(self, name: str, path: str) -> str:
        return str(self._ask("get-property", name, path, ACCESSIBLE, "Name"))

    def _role(self, name: str, path: str) -> int:
        return int(self._ask("call", name, path, ACCESSIBLE, "GetRole")[0])

    def press(self, words: str) -> None:
        """A press on the thing with these words."""
        _, name, path = self.things()[words]
        self._ask("call", name, path, "org.a11y.atspi.Action", "DoAction", "i", "0")

    def wait_for(self, seen: Callable[[Things], bool]) -> None:
        """Looks until this is seen."""
        end = CLOCK.now() + WAIT_SECONDS_MAX
        things = self.things()
        while not seen(things):
            assert CLOCK.now() < end, f"not seen: {sorted(things)}"
            things = self.things()


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    folder = tmp_path / "runtime"
    folder.mkdir(mode=0o700)
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"]
    with subprocess.Popen(
        command,
        env={**os.environ, "XDG_RUNTIME_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as bus:
        assert bus.stdout is not None
        try:
            yield Desktop(bus.stdout.readline().strip(), folder)
        finally:
            bus.terminate()


def running(desktop: Desktop, folder: Path, **screen: str) -> Program:
    """The terminal in a window, with these lines under `[screen]`."""
    lines = [f"{key} = {value}" for key, value in screen.items()]
    (folder / "c.toml").write_text("\n".join(["[screen]", *lines]), encoding="utf-8")
    command = (MAIN, "run", "--alone", "--tell", "--window", "1000x700", "--config", "c.toml")
    return Program(command, folder, desktop.environment)


def test_a_screen_reader_reads_the_screen_and_presses_on_it(
    desktop: Desktop, tmp_path: Path
) -> None:
    with running(desktop, tmp_path, language='"en"'):
        hello = "Hello\nPlease insert your card, chip up."
        desktop.wait_for(lambda things: hello in things)
        assert desktop.things()["Help"][0] == BUTTON
        assert desktop.things()[hello][0] == LABEL
        desktop.press("中文")
        desktop.wait_for(lambda things: any(words.startswith("您好") for words in things))


def test_a_card_can_be_inserted_and_the_pin_is_a_password_field(
    desktop: Desktop, tmp_path: Path
) -> None:
    with running(desktop, tmp_path, language='"en"'):
        desktop.wait_for(lambda things: any(words.startswith("Hello") for words in things))
        desktop.press("Card: Lin Xiaowen")
        desktop.wait_for(lambda things: any(role == PASSWORD for role, *_ in things.values()))


def test_who_wants_no_reader_told_gets_none(desktop: Desktop, tmp_path: Path) -> None:
    with running(desktop, tmp_path, language='"en"', screen_reader="false") as program:
        program.until(lambda line: '"Idle"' in line)
        assert desktop.things() == {}
