"""A sound server for each test of this folder; without PulseAudio the tests are skipped."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sound.pulse import AVAILABLE, Pulse


@pytest.fixture
def pulse() -> Iterator[Pulse]:
    """A server with a loudspeaker, which is the default, and a headset."""
    if not AVAILABLE:
        pytest.skip("pulseaudio, pactl and parec are not here")
    with tempfile.TemporaryDirectory(prefix="pulse-") as folder, Pulse(Path(folder)) as running:
        running.plug("Speaker")
        running.plug("Headphone")
        running.prefer("Speaker")
        yield running
