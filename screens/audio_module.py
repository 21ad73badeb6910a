"""The keys of an audio module that presents itself as a keyboard, by name, and what each one does.

A headset jack with a few keys beside it types keys that nobody else has: F15 when a plug goes in, F16
when it is pulled (Storm AudioNav, hardware-protocols 8). Which key means what can be set on the module,
so it is a table here and in the configuration (`[audio_module]`), and the numbers are those of its
manual: HID usages of the keyboard page.

On a plain X11 desktop the keys up to F18 and those for the loudness arrive, F19 and above do not (measured
under Xvfb with SDL 2.32): there the module's top key, F23, needs another.

A module that types cannot be asked: a plug that was in before the terminal started is known when it is
next put in.
"""

from collections.abc import Mapping

USAGES: Mapping[str, int] = {
    **{f"f{number}": 0x68 + number - 13 for number in range(13, 25)},
    "insert": 0x49,
    "home": 0x4A,
    "page_up": 0x4B,
    "end": 0x4D,
    "page_down": 0x4E,
    "right": 0x4F,
    "left": 0x50,
    "down": 0x51,
    "up": 0x52,
    "mute": 0x7F,
    "volume_up": 0x80,
    "volume_down": 0x81,
}
"""Keys that a module may type, by name. Those of the pad are not among them."""

ACTS: Mapping[str, str] = {
    "plugged": "plug_headset",
    "unplugged": "pull_headset",
    "louder": "key:louder",
    "softer": "key:softer",
    "help": "key:help",
    "repeat": "key:*",
    "rate": "key:#",
    "more": "key:9",
    "curtain": "key:0",
    "enter": "key:enter",
    "clear": "key:clear",
    "cancel": "key:cancel",
}
"""What a key of the module can do."""

AUDIONAV: Mapping[str, str] = {
    "plugged": "f15",
    "unplugged": "f16",
    "louder": "volume_up",
    "softer": "volume_down",
    "help": "f23",
}
"""A module as it is delivered: what it does, and the key that it types for it. Its arrows are on no
list that could be found, and mean nothing until they are configured."""

SDL_SCANCODE_BIT = 1 << 30
"""A key without a character has its usage with this bit as its key code (SDL_SCANCODE_TO_KEYCODE)."""


def acts_by_code(table: Mapping[str, str]) -> Mapping[int, str]:
    """What each key code of the system does, for a table of meanings and keys."""
    return {USAGES[key] | SDL_SCANCODE_BIT: ACTS[meaning] for meaning, key in table.items()}
