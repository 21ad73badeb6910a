"""The screens of the deposit, and of notes that are given back."""

from collections.abc import Callable

from terminal.card import Card, Pan
from terminal.flows.deposit import Reviewing
from terminal.flows.escrow_screens import (
    Closing,
    Held,
    Inserting,
    Inspecting,
    Opening,
    Retracting,
    Returning,
    Storing,
    TakingBack,
    Told,
)
from terminal.flows.receiving import Asking
from terminal.money import yuan
from terminal.session import Notice, Session, TakingCard, Wait
from terminal.values import replace

CARD = Card(Pan("6222021234567890123"), "3012", ("zh", "en"), "DEMO BANK")
TXID = "a" * 32
EMPTY = Held(TXID, "deposit", CARD)
NOTES = ((1_000, 12), (2_000, 3), (5_000, 1), (10_000, 64))
SOME = replace(EMPTY, counts=NOTES)
SUM = yuan(6_630)

ENDINGS = (
    "notes_given_back",
    "notes_nothing_inserted",
    "notes_acceptor_failed",
    "notes_not_stored",
    "notes_suspect",
    "notes_suspect_none",
    "notes_suspect_paid",
    "notes_suspect_part",
    "notes_kept",
)
"""How it can end but well, with the card inside."""


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every screen of it."""
    values = {"amount": SUM}
    return {
        "asking": at(phase=Asking(CARD, TXID, "deposit"), visit="v1"),
        "opening": at(phase=Opening(EMPTY), visit="v1"),
        "inserting": at(phase=Inserting(EMPTY), visit="v1"),
        "inserting_more": at(phase=Inserting(SOME), visit="v1"),
        "inserting_refused": at(phase=Inserting(SOME, refused=1), visit="v1"),
        "inserting_refused_first": at(phase=Inserting(EMPTY, refused=1), visit="v1"),
        "closing": at(phase=Closing(SOME, "count"), visit="v1"),
        "reviewing": at(phase=Reviewing(SOME, may_add=True), visit="v1"),
        "reviewing_full": at(phase=Reviewing(SOME, may_add=False), visit="v1"),
        "storing": at(phase=Storing(SOME), visit="v1"),
        "returning": at(phase=Returning(SOME), visit="v1"),
        "taking_back": at(phase=TakingBack(SOME), visit="v1"),
        **{
            f"taking_back_reminded_{n}": at(
                phase=TakingBack(SOME), visit="v1", wait=Wait(reminded=n)
            )
            for n in (1, 2, 3)
        },
        "retracting": at(phase=Retracting(SOME), visit="v1"),
        "inspecting": at(phase=Inspecting(SOME, "store"), visit="v1"),
        "done": at(phase=Told(CARD, Notice("deposit_done", values, "204817"), NOTES), visit="v1"),
        "declined": at(
            phase=TakingCard(None, Notice("receiving_declined"), at_gate=True),
            visit="v1",
            serving="deposit",
        ),
        **{
            key.removeprefix("notes_"): at(
                phase=Told(CARD, Notice(key, values, "204817"), NOTES), visit="v1"
            )
            for key in ENDINGS
        },
    }
