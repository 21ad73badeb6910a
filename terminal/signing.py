"""The answers of a screen that is signed: confirm, write again, and agree without a hand that writes.

What is written stays on the glass; the terminal knows of how many strokes it is (`events.Signed`). Nothing
can be confirmed before there is one. Whoever cannot see the glass or hold a hand still agrees by a key, and
that has the same weight: nobody is shut out by a pen (accessibility.md AUD-14, TCH-09). In the headset it
is the only way that is told, on Enter.

A phase with `Ask.SIGN` keeps the number of strokes, gives it in `signed`, its answers in `asked` from
`sign_answers`, and takes `Signed` and `Chosen("sign_again")` with `strokes_after`.
"""

from typing import Final

from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer
from terminal.prompts import CONFIRM
from terminal.values import replace

BY_KEY: Final = Answer("sign_by_key", role="choice", key="1")

AGAIN: Final = Answer("sign_again", role="quiet", key="clear")

STROKES_MAX: Final = 200
"""More are not counted: a long name in running hand has a tenth of it."""


def sign_answers(session: s.Session, strokes: int) -> tuple[Answer, ...]:
    """What can be answered now: confirm and write again once there is a stroke."""
    if session.sound.headset:
        return (replace(BY_KEY, role="primary", key="enter"),)
    written = strokes > 0
    # The clearing key leads back as long as there is nothing to clear.
    again = replace(AGAIN, enabled=written, key=AGAIN.key if written else "")
    return replace(CONFIRM, enabled=written), BY_KEY, again


def strokes_after(strokes: int, event: ev.Event) -> int | None:
    """How many strokes there are after an event, or None where it is not about them."""
    match event:
        case ev.Signed(strokes=now):
            return min(max(0, now), STROKES_MAX)
        case ev.Chosen("sign_again"):
            return 0
        case _:
            return None
