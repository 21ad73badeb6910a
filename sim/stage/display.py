"""Is there a display, and how large may the window be."""

import os
import re
import sys

from sim.stage.settings import ConfigurationError

WINDOW_MIN, WINDOW_MAX = 320, 16_384
"""Smaller shows nothing, larger is a slip of the finger."""

HEADLESS_DRIVERS = frozenset({"dummy", "offscreen"})


def missing() -> str:
    """Why there is no display, in a few words, or "" if there is one."""
    driver = os.environ.get("SDL_VIDEODRIVER", "")
    if driver in HEADLESS_DRIVERS:
        return f"SDL_VIDEODRIVER is {driver}"
    if driver or sys.platform in ("win32", "darwin"):
        return ""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return ""
    return "neither DISPLAY nor WAYLAND_DISPLAY is set"


def invisible() -> bool:
    """Whether the window that was opened is one that nobody sees: where the display named by DISPLAY
    does not answer, SDL falls back to drawing for nobody and calls that well."""
    import pygame

    return pygame.display.get_driver() in HEADLESS_DRIVERS


def window_size(text: str | None) -> tuple[int, int] | None:
    """`1280x1024` as two numbers, None for full screen. Raises ConfigurationError otherwise."""
    if text is None:
        return None
    found = re.fullmatch(r"(\d+)\s*[xX×]\s*(\d+)", text.strip())
    if not found or not all(WINDOW_MIN <= int(n) <= WINDOW_MAX for n in found.groups()):
        raise ConfigurationError(
            f'--window wants a size such as 1280x1024 (at least {WINDOW_MIN}), found "{text}".'
        )
    return int(found[1]), int(found[2])
