"""A hand and an eye on an X display, for measuring: presses through XTEST, pixels read back.

Straight to the system's libX11 and libXtst, because a helper program started for each press would add
a tenth of a second to what is measured. `private_display` starts an Xvfb of its own on a free number
where that is installed, so that nothing on a person's screen is pressed.
"""

import ctypes
import ctypes.util
import os
import select
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

XVFB_SECONDS_MAX = 10.0
"""How long a virtual display may take to start; it needs about a tenth of a second."""

LEFT_BUTTON = 1
ALL_PLANES = ctypes.c_ulong(-1)
Z_PIXMAP = 2


class NoX(Exception):
    """There is no X display to press on; the text says why."""


class _Image(ctypes.Structure):
    """The head of Xlib's XImage, as far as it is read here."""

    _fields_ = (
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("xoffset", ctypes.c_int),
        ("format", ctypes.c_int),
        ("data", ctypes.POINTER(ctypes.c_char)),
        ("byte_order", ctypes.c_int),
        ("bitmap_unit", ctypes.c_int),
        ("bitmap_bit_order", ctypes.c_int),
        ("bitmap_pad", ctypes.c_int),
        ("depth", ctypes.c_int),
        ("bytes_per_line", ctypes.c_int),
    )


class Display:
    """One connection to the display `name`. Raises NoX where there is none."""

    def __init__(self, name: str) -> None:
        self._x, self._test = _library("X11"), _library("Xtst")
        for function in (self._x.XOpenDisplay, self._x.XGetImage):
            function.restype = ctypes.c_void_p
        self._x.XGetImage.restype = ctypes.POINTER(_Image)
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        opened = self._x.XOpenDisplay(name.encode())
        if not opened:
            raise NoX(f"display {name} cannot be opened")
        self._display = ctypes.c_void_p(opened)
        self._root = ctypes.c_ulong(self._x.XDefaultRootWindow(self._display))
        self._images: dict[tuple[int, int], ctypes._Pointer[_Image]] = {}

    def move(self, x: int, y: int) -> None:
        """Put the pointer somewhere, in pixels of the screen."""
        self._test.XTestFakeMotionEvent(self._display, -1, x, y, ctypes.c_ulong(0))
        self._x.XSync(self._display, 0)

    def button(self, down: bool) -> None:
        """Press or lift the left button."""
        self._test.XTestFakeButtonEvent(self._display, LEFT_BUTTON, int(down), ctypes.c_ulong(0))
        self._x.XFlush(self._display)

    def look(self, x: int, y: int, width: int, height: int) -> bytes:
        """The pixels of a small area as they are on the screen now."""
        place = (x, y, width, height)
        image = self._images.get((width, height))
        if image is None:
            image = self._x.XGetImage(self._display, self._root, *place, ALL_PLANES, Z_PIXMAP)
            if not image:
                raise NoX(f"{place} is not on the screen")
            self._images[width, height] = image
        self._x.XGetSubImage(self._display, self._root, *place, ALL_PLANES, Z_PIXMAP, image, 0, 0)
        seen = image.contents
        return ctypes.string_at(seen.data, seen.bytes_per_line * seen.height)

    def close(self) -> None:
        """Let the display go."""
        self._x.XCloseDisplay(self._display)


def _library(name: str) -> ctypes.CDLL:
    found = ctypes.util.find_library(name)
    if found is None:
        raise NoX(f"the library {name} is not installed")
    return ctypes.CDLL(found)


@contextmanager
def private_display(width_px: int, height_px: int) -> Iterator[str]:
    """The name of a display to measure on: an Xvfb of our own, ended afterwards. Raises NoX where
    it is not installed or does not start."""
    if shutil.which("Xvfb") is None:
        raise NoX("Xvfb is not installed")
    told, tells = os.pipe()
    screen = ["-screen", "0", f"{width_px}x{height_px}x24", "-nolisten", "tcp", "-terminate"]
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(tells), *screen],
        pass_fds=(tells,),
        stderr=subprocess.DEVNULL,
    )
    os.close(tells)
    try:
        with os.fdopen(told, "rb", buffering=0) as pipe:
            ready, _, _ = select.select([pipe], [], [], XVFB_SECONDS_MAX)
            number = pipe.readall().strip() if ready else b""
        if not number:
            raise NoX("Xvfb does not start")
        yield f":{number.decode()}"
    finally:
        server.terminate()
        server.wait()
