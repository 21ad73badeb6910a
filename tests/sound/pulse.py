"""A PulseAudio server that only a test has: sinks that come and go, and ears on each of them.

    with Pulse(folder) as pulse:
        pulse.plug("Speaker"); pulse.plug("Headphone")
        with pulse.ear(folder, "Speaker") as ear:
            subprocess.run(..., env={**os.environ, **pulse.environment})
        assert rms(ear.heard()) == 0.0

The server runs in a folder of its own with its own socket, so it neither finds nor disturbs any other.
A sink is a null sink: it takes its time as a real device does, and its monitor gives every sample that
would have been heard. SDL knows a sink by its description, which here is its name.

`AVAILABLE` says whether the programs are here (Debian: pulseaudio, pulseaudio-utils).
"""

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from devices.clock import SystemClock

AVAILABLE: Final = all(shutil.which(name) for name in ("pulseaudio", "pactl", "parec"))

RATE_HZ: Final = 22_050
PATIENCE_SECONDS: Final = 20.0
LOOK_SECONDS: Final = 0.01
CLOCK: Final = SystemClock()

Samples = npt.NDArray[np.int16]


def rms(samples: Samples) -> float:
    """Root mean square: 0.0 means that not one sample was anything but zero."""
    return float(np.sqrt(np.mean(np.square(samples.astype(float))))) if len(samples) else 0.0


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Looks again and again; AssertionError naming `what` if it does not come."""
    limit = CLOCK.now() + PATIENCE_SECONDS
    pause = threading.Event()
    while not holds():
        assert CLOCK.now() < limit, f"waited {PATIENCE_SECONDS:.0f} s for {what}"
        pause.wait(LOOK_SECONDS)


def let_pass(seconds: float) -> None:
    """Real time, for a device that takes its own."""
    threading.Event().wait(seconds)


class Ear:
    """Everything one sink plays from now on. Ends with the `with`."""

    def __init__(self, pulse: "Pulse", path: Path, sink: str) -> None:
        self._path = path
        self._file = path.open("wb")
        self._process = subprocess.Popen(
            [
                "parec",
                "--raw",
                f"--device={sink}.monitor",
                "--format=s16le",
                f"--rate={RATE_HZ}",
                "--channels=1",
                "--latency-msec=20",
            ],
            stdout=self._file,
            stderr=subprocess.DEVNULL,
            env=pulse.whole_environment,
        )
        wait_until(lambda: path.stat().st_size > 0, f"the monitor of {sink}")

    def heard(self) -> Samples:
        """The samples so far: 16 bit, mono, at `RATE_HZ`."""
        data = self._path.read_bytes()
        return np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2")

    def close(self) -> None:
        """Listens no more. What was heard stays."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *trouble: object) -> None:
        self.close()


class Pulse:
    """A running server, without any sink at first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = folder / "native"
        self._modules: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to play here, over its own environment."""
        return {
            "PULSE_SERVER": f"unix:{self._socket}",
            "SDL_AUDIODRIVER": "pulseaudio",
            "PYGAME_HIDE_SUPPORT_PROMPT": "1",
        }

    @property
    def whole_environment(self) -> dict[str, str]:
        """The same with everything around it, for programs of PulseAudio's own."""
        folder = str(self._folder)
        own = {"HOME": folder, "XDG_RUNTIME_DIR": folder, "PULSE_RUNTIME_PATH": folder}
        return {**os.environ, **own, **self.environment}

    def plug(self, sink: str) -> None:
        """A device of this name appears."""
        self._modules[sink] = self._asked(
            "load-module",
            "module-null-sink",
            f"sink_name={sink}",
            f"sink_properties=device.description={sink}",
        )

    def unplug(self, sink: str) -> None:
        """The device is pulled out, whoever plays on it."""
        self._asked("unload-module", self._modules.pop(sink))

    def prefer(self, sink: str) -> None:
        """Makes a sink the system's default."""
        self._asked("set-default-sink", sink)

    def sinks(self) -> list[str]:
        """The sinks there are."""
        return [line.split("\t")[1] for line in self._asked("list", "short", "sinks").splitlines()]

    def ear(self, folder: Path, sink: str) -> Ear:
        """Listens to a sink; what it hears is kept in `folder`."""
        return Ear(self, folder / f"{sink}.raw", sink)

    @contextmanager
    def both_ears(self, folder: Path) -> Iterator[tuple[Ear, Ear]]:
        """Listens to the loudspeaker and to the headset."""
        with self.ear(folder, "Speaker") as speaker, self.ear(folder, "Headphone") as headphone:
            yield speaker, headphone

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [
                "pulseaudio",
                "-n",
                "--daemonize=no",
                "--exit-idle-time=-1",
                "--use-pid-file=no",
                "--disallow-exit",
                f"--load=module-native-protocol-unix auth-anonymous=1 socket={self._socket}",
                "--load=module-rescue-streams",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self.whole_environment,
        )
        wait_until(self._answers, "PulseAudio")
        return self

    def __exit__(self, *trouble: object) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def _answers(self) -> bool:
        asked = ["pactl", "info"]
        done = subprocess.run(asked, capture_output=True, check=False, env=self.whole_environment)
        return done.returncode == 0

    def _asked(self, *words: str) -> str:
        done = subprocess.run(
            ["pactl", *words],
            capture_output=True,
            text=True,
            check=True,
            env=self.whole_environment,
        )
        return done.stdout.strip()
