"""A barcode scanner that types like a keyboard (keyboard wedge), told from fingers on the number pad.

A scanner types its code within a moment and ends with Enter (the usual suffix of such scanners; hardware
is set to it with a printed code). So a digit is held back for a moment: where others follow as fast and an Enter
ends them, and they are too many for a PIN, somebody scanned; otherwise they were pressed, and are passed on in their order.
What only a machine types so fast is never passed on as keys, whatever it is: a code with letters, one that is too
long, one without its Enter. Codes are digits, or the lines of a passport (accessibility.md CN-22).

The first half is pure: characters and instants in, presses and codes out. What a code means, and on which screen, is
not its business.
"""

from typing import Final, NamedTuple

from screens.touch import Act
from terminal.events import Scanned

GAP_SECONDS: Final = 0.07
"""Characters of one code follow each other within this. A scanner leaves some milliseconds between them; they
are looked at 16 times a second at an idle machine, that is every 0.0625 s. A quick finger leaves twice this."""

CODE_MIN: Final = 8
"""Fewer digits are pressed ones, whatever their haste: a PIN has six, an amount five."""

CODE_MAX: Final = 20
"""No bill has so long a number."""

LINE_CHARACTERS: Final = 44
ZONE_MAX: Final = 2 * LINE_CHARACTERS
"""A line of a passport's zone, and both where a scanner ends only the second with Enter; what is longer than
these is dropped."""

ZONE: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<")

ENTER: Final = "\r"


def is_code(text: str) -> bool:
    """Whether this may be what a scanner read: digits of ASCII alone, of a bounded number, or a line or both of
    a passport's zone."""
    digits = text.isascii() and text.isdigit() and CODE_MIN <= len(text) <= CODE_MAX
    return digits or (len(text) in (LINE_CHARACTERS, ZONE_MAX) and set(text) <= ZONE)


class Burst(NamedTuple):
    """What is held back: the characters, what each would press, and when the last one came."""

    text: str = ""
    presses: tuple[Act, ...] = ()
    last: float = 0.0


Heard = tuple[Burst, tuple[Act | Scanned, ...]]
"""What is held back now, and what is passed on."""

NOTHING: Final = Burst()


def typed(held: Burst, character: str, press: Act | None, now: float) -> Heard:
    """A key that types `character` ("" for one that types nothing, `ENTER` for Enter) and would press `press`
    was hit at `now` (monotonic seconds)."""
    held, before = settled(held, now)
    if character == ENTER and len(held.text) >= CODE_MIN:
        return NOTHING, (*before, *((Scanned(held.text),) if is_code(held.text) else ()))
    if press is None and (not character or character == ENTER):
        return held, before
    if press is None or (character.isascii() and character.isdigit()):
        more = (press,) if press else ()
        kept = len(held.text) <= ZONE_MAX
        text, presses = (held.text + character, held.presses + more) if kept else held[:2]
        return Burst(text, presses, now), before
    return NOTHING, (*before, *_pressed(held), press)


def settled(held: Burst, now: float) -> Heard:
    """What is passed on because nothing followed fast enough."""
    if not held.text or now - held.last <= GAP_SECONDS:
        return held, ()
    return NOTHING, _pressed(held)


def _pressed(held: Burst) -> tuple[Act, ...]:
    """What fingers pressed of it: few digits and nothing else."""
    return held.presses if len(held.text) < CODE_MIN and held.text.isdigit() else ()


def read(text: str) -> Scanned | None:
    """What comes of a scanner that types this and its Enter, all in one moment."""
    held = NOTHING
    for character in text:
        held, _ = typed(held, character, None, 0.0)
    _, said = typed(held, ENTER, None, 0.0)
    return next((one for one in said if isinstance(one, Scanned)), None)
