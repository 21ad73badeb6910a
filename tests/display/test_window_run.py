"""The real program in a real window, used by an injected mouse and keyboard.

A visit is led by the lines that `--tell` prints: which screen is shown, and where on it things can be
pressed. What must have come of it is read from the record and from the world on disk.
"""

import contextlib
import ctypes
import ctypes.util
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from devices.journal_store import JournalReader, StoredRow, read_key
from sim.stage.host import bank_over
from sim.world.bank import CUSTOMERS, Posting
from tests.stage.processes import CLOCK, MAIN, Program

HERE: Final = {
    "there is no X display (DISPLAY is not set)": bool(os.environ.get("DISPLAY")),
    "xdotool is not installed": shutil.which("xdotool") is not None,
}
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="made-up hands are xdotool's, on X11"),
    *(pytest.mark.skipif(not there, reason=f"SKIPPED: {why}") for why, there in HERE.items()),
]

WINDOW_MAX: Final = (1500, 900)
ARMING_SECONDS: Final = {"standard": 0.35, "elder": 0.65}
"""A little over the time in which a fresh screen takes no press (terminal/profiles.toml)."""
SCREEN_SECONDS_MAX: Final = 30.0
PRESS_SECONDS: Final = 0.1
"""From one key to the next: a person is slower."""

SIZE_SECONDS_MAX: Final = 5.0
CLIENT_MESSAGE: Final = 33
"""X.h"""

AMOUNT: Final = 50_000


def xdotool(*words: object) -> str:
    """One command of xdotool; what it printed."""
    command = ["xdotool", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout


def display_size() -> tuple[int, int]:
    """The X display's pixels."""
    width, height = xdotool("getdisplaygeometry").split()
    return int(width), int(height)


class ClientMessage(ctypes.Structure):
    """XClientMessageEvent, filled up to the size of an XEvent."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("rest", ctypes.c_long * 16),
    )


def ask_to_close(window: int) -> None:
    """What a window manager sends when somebody presses the cross; there is none here."""
    name = ctypes.util.find_library("X11")
    if name is None:
        pytest.skip("SKIPPED: libX11 is not here to send the window a message")
    x11 = ctypes.CDLL(name)
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = ctypes.c_ulong
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    protocols, delete = (
        x11.XInternAtom(display, atom, 0) for atom in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW")
    )
    data = (ctypes.c_long * 5)(delete)
    message = ClientMessage(CLIENT_MESSAGE, 0, 1, None, window, protocols, 32, data)
    x11.XSendEvent(display, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(message))
    x11.XCloseDisplay(display)


class Screen(Program):
    """The terminal on the display, and what it last said it shows."""

    def __init__(self, folder: Path, size: tuple[int, int] | None, **env: str) -> None:
        self.folder, self.shown, self._shots = folder, dict[str, Any](), 0
        config = folder / "kiosk.toml"
        config.write_text(f'[state]\nfolder = "{folder / "state"}"\n', encoding="utf-8")
        window = ("--window", "{}x{}".format(*size)) if size else ()
        super().__init__(
            [MAIN, "run", *window, "--tell", "--config", config],
            folder,
            {**os.environ, "SDL_AUDIODRIVER": "dummy", "PYTHONUNBUFFERED": "1"} | env,
        )

    def upto(self, phase: str, want: str = "") -> None:
        """Until this phase is shown, and there is something called `want` to press."""
        end = CLOCK.now() + SCREEN_SECONDS_MAX
        while CLOCK.now() < end:
            if self.shown.get("phase") == phase and (not want or want in self.shown["places"]):
                return
            self._look(end - CLOCK.now())
        pytest.fail(f"waited for {phase}, still {self.shown.get('phase')}; {self.said()}")

    def click(self, name: str) -> None:
        """Press and let go of what is called so, as soon as the screen takes presses."""
        self.settle()
        left, top, _, _ = self.geometry()
        x, y = self.shown["places"][name]
        xdotool("mousemove", left + x, top + y, "click", 1)

    def key(self, name: str) -> None:
        """A key of the computer's keyboard."""
        xdotool("key", name)
        self._look(PRESS_SECONDS)

    def settle(self) -> None:
        """Let the screen that is shown become old enough to take a press."""
        end = CLOCK.now() + ARMING_SECONDS[self.shown["profile"]]
        while CLOCK.now() < end:
            self._look(end - CLOCK.now())

    def window(self) -> str:
        """The number of its window."""
        return xdotool("search", "--onlyvisible", "--class", "main.py").split()[-1]

    def geometry(self) -> tuple[int, int, int, int]:
        """Left, top, width and height of its window on the display."""
        told = dict(
            line.split("=", 1)
            for line in xdotool("getwindowgeometry", "--shell", self.window()).splitlines()
        )
        return int(told["X"]), int(told["Y"]), int(told["WIDTH"]), int(told["HEIGHT"])

    def until_size(self, wanted: Callable[[tuple[int, int]], bool]) -> None:
        """Until its window has a size as wanted."""
        end = CLOCK.now() + SIZE_SECONDS_MAX
        while CLOCK.now() < end:
            if wanted(self.geometry()[2:]):
                return
            self._look(PRESS_SECONDS)
        pytest.fail(f"its window is still {self.geometry()[2:]}")

    def shot(self, name: str) -> None:
        """A picture of the display beside the state, for people to look at."""
        self._shots += 1
        if tool := shutil.which("import"):
            picture = self.folder / f"{self._shots:02d}-{name}.png"
            subprocess.run([tool, "-window", "root", picture], check=False, timeout=20)

    def rows(self) -> list[StoredRow]:
        """The record, which must be whole."""
        journal = self.folder / "state" / "journal.db"
        with JournalReader(journal) as reader:
            assert reader.verify(read_key(journal)) == []
            return list(reader.rows())

    def postings(self) -> list[Posting]:
        """What the bank inside the terminal has booked: read from a copy, since it keeps its ledger to
        itself."""
        copy = self.folder / "copy"
        copy.mkdir(exist_ok=True)
        for part in ("bank.db", "bank.db-wal"):
            if (self.folder / "state" / part).exists():
                shutil.copy(self.folder / "state" / part, copy / part)
        with bank_over(copy / "bank.db") as bank:
            return bank.postings

    def world(self) -> dict[str, Any]:
        """The world on disk."""
        kept: dict[str, Any] = json.loads((self.folder / "state" / "world.json").read_text("utf-8"))
        return kept

    def _look(self, seconds: float) -> None:
        for line in self.read(seconds):
            if line.startswith("{"):
                self.shown = json.loads(line)


@pytest.fixture
def size() -> tuple[int, int]:
    """As large a window as the display has room for."""
    room = display_size()
    return min(WINDOW_MAX[0], room[0]), min(WINDOW_MAX[1], room[1])


@pytest.fixture
def standard(tmp_path: Path, size: tuple[int, int]) -> Iterator[Screen]:
    """The terminal in a window."""
    with Screen(tmp_path, size) as screen:
        yield screen


@pytest.fixture
def with_fingers(tmp_path: Path, size: tuple[int, int]) -> Iterator[Screen]:
    """The same, where the system makes up a finger for everything the mouse does."""
    with Screen(tmp_path, size, SDL_MOUSE_TOUCH_EVENTS="1") as screen:
        yield screen


def withdraws(screen: Screen, card: str, profile: str, typed: int) -> None:
    """A whole visit: 500 yuan. The first `typed` digits of the PIN on the computer's keyboard, the
    others by pressing the drawn keys."""
    screen.upto("Idle", f"insert:{card}")
    screen.shot("idle")
    screen.click(f"insert:{card}")
    screen.upto("EnteringPin", "key:enter")
    assert screen.shown["profile"] == profile
    screen.settle()
    for number, digit in enumerate(CUSTOMERS[card].pin):
        screen.key(digit) if number < typed else screen.click(f"key:{digit}")
    screen.shot("pin")
    screen.click("key:enter")
    screen.upto("ChoosingService", "service:withdrawal")
    screen.shot("menu")
    screen.click("service:withdrawal")
    screen.upto("ChoosingAmount", f"amount:{AMOUNT}")
    screen.shot("amount")
    screen.click(f"amount:{AMOUNT}")
    screen.upto("Reviewing", "confirm")
    screen.shot("review")
    screen.click("confirm")
    screen.upto("TakingCard", "take_card")
    screen.shot("take-card")
    screen.click("take_card")
    screen.upto("Counting", "take_notes")
    screen.shot("count")
    screen.click("take_notes")
    screen.upto("Counting", "count_right")
    screen.click("count_right")
    screen.upto("Farewell")
    screen.shot("farewell")
    screen.upto("Farewell", "understood")
    screen.click("understood")
    screen.upto("Idle", f"insert:{card}")


def acknowledged(screen: Screen) -> list[StoredRow]:
    """The record as soon as the bank has acknowledged the outcome: its answer may come after the visit's end."""
    end = CLOCK.now() + SCREEN_SECONDS_MAX
    while CLOCK.now() < end:
        rows = screen.rows()
        if any(row.kind == "HOST_ACK" for row in rows):
            return rows
        screen.read(0.1)
    pytest.fail("the bank never acknowledged the outcome")


def paid_once(screen: Screen, card: str, profile: str) -> None:
    """What the record and the world must say after such a visit."""
    rows = acknowledged(screen)
    kinds = [row.kind for row in rows]
    finals = [row.body["amount"] for row in rows if row.kind == "FINAL"]
    assert finals == [AMOUNT]
    for kind in ("VISIT_OPEN", "AUTH_INTENT", "CARD_TAKEN", "DISPENSE_INTENT", "DISPENSED"):
        assert kinds.count(kind) == 1, kind
    assert kinds.count("HOST_ACK") == 1
    assert "SUSPECT" not in kinds
    assert [row.body["result"] for row in rows if row.kind == "PIN_RESULT"] == ["right"]
    shown = [row.body["profile"] for row in rows if row.kind == "PROFILE"]
    assert (shown or ["standard"])[-1] == profile

    kept = screen.world()
    assert sum(note * count for note, count in kept["world"]["purse"]) * 100 == AMOUNT
    assert kept["world"]["reader"]["card"] is None
    assert kept["world"]["reader"]["bin"] == []
    assert [p.amount for p in screen.postings() if p.debit == card] == [AMOUNT]


def test_a_withdrawal_in_the_standard_profile_by_clicks_and_keys(standard: Screen) -> None:
    withdraws(standard, "lin", "standard", typed=3)
    paid_once(standard, "lin", "standard")


def test_a_withdrawal_in_the_elder_profile_where_every_press_also_comes_as_a_finger(
    with_fingers: Screen,
) -> None:
    withdraws(with_fingers, "chen", "elder", typed=0)
    paid_once(with_fingers, "chen", "elder")


def test_f11_and_escape_change_between_full_screen_and_window(tmp_path: Path) -> None:
    room = display_size()

    def whole(size: tuple[int, int]) -> bool:
        return size == room

    def part(size: tuple[int, int]) -> bool:
        return size != room

    with Screen(tmp_path, None) as screen:
        screen.upto("Idle", "insert:lin")
        screen.until_size(whole)
        screen.shot("full")
        screen.key("F11")
        screen.until_size(part)
        screen.shot("window")
        screen.key("F11")
        screen.until_size(whole)
        screen.key("Escape")
        screen.until_size(part)
        screen.key("Escape")
        screen.settle()
        screen.until_size(part)
        assert screen.code is None


def test_closing_the_window_ends_the_program_well(standard: Screen) -> None:
    standard.upto("Idle", "insert:lin")
    ask_to_close(int(standard.window()))
    assert standard.ended() == 0
    assert next(row.kind for row in standard.rows()) == "BOOT"


def test_a_second_terminal_on_the_same_state_is_refused(standard: Screen) -> None:
    standard.upto("Idle", "insert:lin")
    with Screen(standard.folder, (600, 400), SDL_AUDIODRIVER="dummy") as second:
        assert second.ended() == 2
        assert "Another terminal is running on the journal " in second.said()
        assert "Traceback" not in second.said()
    assert standard.code is None
    assert [row.kind for row in standard.rows()].count("BOOT") == 1


def test_without_its_sound_device_the_terminal_goes_on_in_silence(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with Screen(tmp_path, size, SDL_AUDIODRIVER="nonsense") as screen:
        screen.upto("Idle", "insert:chen")
        screen.click("insert:chen")
        screen.upto("EnteringPin", "key:enter")
        screen.click("key:2")
        screen.settle()
        assert screen.shown["profile"] == "elder"
        assert screen.code is None
        said = [line for line in screen.said().splitlines() if "ound" in line]
        assert len(said) == 1, screen.said()
        assert "Traceback" not in screen.said()


def test_a_killed_terminal_is_started_again_and_a_stopped_one_is_not(standard: Screen) -> None:
    standard.upto("Idle", "insert:lin")
    terminal = child_of(standard.pid)
    standard.shown = {}
    os.kill(terminal, signal.SIGKILL)
    standard.upto("Idle", "insert:lin")
    again = child_of(standard.pid)
    assert again != terminal
    assert "The terminal ended with code -9; starting it again." in standard.said()
    assert [row.kind for row in standard.rows()].count("BOOT") == 2

    os.kill(standard.pid, signal.SIGTERM)
    with contextlib.suppress(ProcessLookupError):
        os.kill(again, signal.SIGKILL)
    assert standard.ended() != 0
    assert standard.said().count("starting it again") == 1


def child_of(pid: int) -> int:
    """The process that this one started."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()[0])


KEYCODE_F15, KEYCODE_F16 = 193, 194
"""What the kernel makes of the module's keys (KEY_F15 and KEY_F16, and 8 on X11); by name the keyboard
tables of a desktop have other things there."""


def test_the_keys_of_an_audio_module_put_the_plug_in_and_pull_it_out(standard: Screen) -> None:
    """What a Storm AudioNav types (hardware-protocols 8): the jack of the world follows."""
    standard.upto("Idle", "insert:lin")
    for keycode, plugged in ((KEYCODE_F15, True), (KEYCODE_F16, False)):
        standard.key(str(keycode))
        end = CLOCK.now() + SCREEN_SECONDS_MAX
        while standard.world()["world"]["headset"] is not plugged:
            assert CLOCK.now() < end, f"the key {keycode} did nothing"
            standard.settle()
