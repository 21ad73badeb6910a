"""The screens of what comes first, and the question at the end of a visit."""

from collections.abc import Callable

from sim.stage.service_samples.balance import CARD
from terminal.flows.usual import NAME, Saved, Saving, Telling
from terminal.money import yuan
from terminal.session import (
    ChoosingAmount,
    ChoosingService,
    Farewell,
    Look,
    Notice,
    Session,
    TakingCard,
    Wait,
)

MINE = ("agreed", "balance", "withdrawal", "cash_700")


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every screen of it. The question is asked in the finished languages only, like all of this."""
    done = Farewell(Notice("done", {"amount": yuan(1_500)}))
    asked = Look(offer="usual")
    return {
        "telling_off": at(phase=Telling(CARD), visit="v1"),
        "telling_on": at(phase=Telling(CARD), visit="v1", usual=MINE),
        "saving": at(phase=Saving(CARD, "m1", True), visit="v1"),
        "agreed": at(phase=Saved(CARD, True), visit="v1", usual=MINE),
        "stopped": at(phase=Saved(CARD, False), visit="v1"),
        "unknown": at(
            phase=TakingCard(None, Notice("usual_unknown"), True), visit="v1", serving=NAME
        ),
        "menu": at(phase=ChoosingService(CARD), visit="v1", usual=MINE, serving=NAME),
        "amounts": at(phase=ChoosingAmount(CARD), visit="v1", usual=MINE, serving=NAME),
        "offered": at(phase=done, visit="v1", look=asked, serving=NAME),
        "offered_again": at(
            phase=done, visit="v1", look=asked, serving=NAME, wait=Wait(reminded=1)
        ),
    }
