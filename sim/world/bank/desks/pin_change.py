"""A new PIN in place of the old one, which comes with it.

The two entries of the new PIN are compared here, because nobody else can read them: they come as two
blocks. What is refused changes nothing. The stored answer makes a repeat harmless: it says what became of
the first, and the new PIN is kept once.
"""

from typing import TYPE_CHECKING, Final

from sim.world.bank import pins
from sim.world.bank.desk import Question, Refused
from sim.world.pin_block import read_pin_block, wipe
from terminal.events import Fields

if TYPE_CHECKING:
    from sim.world.bank.rules import Bank

TYPED_TIMES: Final = 2


def pin_change(bank: "Bank", asked: Question) -> Fields | Refused:
    """Keep the new PIN, or say why not: `differ`, `same`, or a `pins.weakness`."""
    if not asked.pin_right or len(asked.new_pin) != TYPED_TIMES:
        return Refused("declined")
    pan = asked.card.pan.reveal()
    read = [read_pin_block(block, pan, asked.message) for block in asked.new_pin]
    typed = [one for one in read if one is not None]
    try:
        if len(typed) != TYPED_TIMES:
            return Refused("declined")
        return _changed(bank, asked, *typed)
    finally:
        for one in typed:
            wipe(one)


def _changed(bank: "Bank", asked: Question, once: bytearray, again: bytearray) -> Fields | Refused:
    who, changed = bank.customers[asked.name], bank.ledger.kept(asked.name, pins.TOPIC)
    if once != again:
        return Refused("differ")
    if pins.is_right(changed, who.pin, once):
        return Refused("same")
    if weakness := pins.weakness(once, who.born, asked.card.pan.reveal()):
        return Refused(weakness)
    bank.ledger.keep(asked.name, pins.TOPIC, pins.kept(once))
    return ()
