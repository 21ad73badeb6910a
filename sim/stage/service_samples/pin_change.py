"""The screens of the PIN change."""

from collections.abc import Callable
from typing import Final

from sim.stage.service_samples.balance import CARD
from terminal.card import PinBlock
from terminal.flows.pin_change import (
    NAME,
    REFUSED,
    Changed,
    Changing,
    EnteringAgain,
    EnteringNew,
    NotTaken,
    Preparing,
    Sealing,
    Telling,
    Try,
)
from terminal.session import Notice, Session, TakingCard, Wait
from terminal.values import replace

BLOCK: Final = PinBlock(bytes(16))
TRIES: Final = (Try("m1", BLOCK), Try("m2", BLOCK))


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every screen of it."""
    phases = {
        "telling": Telling(CARD),
        "preparing": Preparing(CARD, "m1"),
        "enter_new": EnteringNew(CARD, TRIES),
        "enter_new_4_digits": EnteringNew(CARD, TRIES, digits=4),
        "enter_again": EnteringAgain(CARD, TRIES, BLOCK),
        "enter_again_6_digits": EnteringAgain(CARD, TRIES, BLOCK, digits=6),
        "sealing": Sealing(CARD, TRIES),
        "changing": Changing(CARD, TRIES, (BLOCK, BLOCK)),
        "changed": Changed(CARD),
        **{f"not_taken_{why}": NotTaken(CARD, TRIES, why) for why in sorted(REFUSED)},
        **{why: TakingCard(None, Notice(why), True) for why in ("pin_unchanged", "pin_unknown")},
    }
    found = {name: at(phase=phase, visit="v1", serving=NAME) for name, phase in phases.items()}
    return found | {
        f"{name}_reminded": replace(found[name], wait=Wait(reminded=1))
        for name in ("enter_new", "enter_again")
    }
