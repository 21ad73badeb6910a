"""Hands at the front, as presses on the glass: in a practice nothing lies in the slots, so what a hand would do
there is one more answer of the screen. `play.meant` says what each of them is to the flow."""

from collections.abc import Mapping
from typing import Final

from terminal.asking import Answer

PUT_CARD: Final = Answer("practice_insert", role="primary", key="enter")
TAKE_CARD: Final = Answer("practice_take_card", role="primary", key="enter")
TAKE_NOTES: Final = Answer("practice_take_notes", role="primary", key="enter")
PUT_NOTE: Final = Answer("practice_put_note", key="1")
TAKE_BACK: Final = Answer("practice_take_back", role="primary", key="enter")
FINISH: Final = Answer("understood", role="primary", key="enter")

HANDS: Final[Mapping[str, Answer]] = {
    "take_card": TAKE_CARD,
    "take_notes": TAKE_NOTES,
    "deposit.inserting": PUT_NOTE,
    "escrow.taking_back": TAKE_BACK,
    "farewell": FINISH,
}
"""What is pressed in place of a hand, and of the time that a goodbye ends with, by the key of the prompt."""

LEAVE: Final = "return_card"
"""The place of the fixed bar, and the key, that end a practice at any time and from everywhere: one press, where
a real visit has its card back. It keeps its place and says what it does (`label.end_practice`)."""

HAND_NAMES: Final = frozenset(
    (PUT_CARD.name, TAKE_CARD.name, TAKE_NOTES.name, PUT_NOTE.name, TAKE_BACK.name, LEAVE)
)
"""The presses that belong to the practice and not to the flow that is practised."""
