"""The screens of changing a large note."""

from collections.abc import Callable

from sim.stage.service_samples.balance import CARD
from terminal.flows.escrow_screens import Changed, Held, Inserting, Storing
from terminal.flows.exchange import Choosing, NoChange
from terminal.money import yuan
from terminal.session import Explaining, Farewell, Notice, Session, Swap, TakingCard, Wait
from terminal.values import replace

TXID = "b" * 32
EMPTY = Held(TXID, "exchange", token="t")
NOTE = Held(TXID, "exchange", None, ((10_000, 1),), "t")
FIFTIES, MANY = (0, 2, 0, 0), (0, 1, 1, 3)

ENDINGS = (
    *("exchange_credited", "exchange_disputed", "notes_one_note", "notes_cannot_change"),
    *("notes_pack_failed", "record_failed_notes", "exchange_given_back", "exchange_timed_out"),
    *("exchange_nothing_inserted", "exchange_not_stored"),
)
"""How it can end but well, when the customer has the card already."""


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every screen of it."""
    done = Notice("exchange_changed", {"amount": yuan(100)}, "204817")
    part = Notice("exchange_changed_part", {"amount": yuan(50)}, "204817")
    paid = Held(TXID, "exchange", None, ((10_000, 1),), "t", FIFTIES)
    counted = Changed(part, (0, 1, 0, 0), yuan(100), yuan(50))
    last_words = counted.over(at(phase=counted, visit="v1"))
    over = at(phase=Farewell(last_words), visit="v1", serving="exchange")
    return {
        "take_card": at(phase=TakingCard(Swap(TXID, "t"), None), visit="v1", serving="exchange"),
        "take_card_at_gate": at(
            phase=TakingCard(Swap(TXID, "t"), None, at_gate=True), visit="v1", serving="exchange"
        ),
        "none": at(phase=NoChange(CARD), visit="v1", serving="exchange"),
        "inserting": at(phase=Inserting(EMPTY), visit="v1", serving="exchange"),
        "inserting_refused": at(phase=Inserting(EMPTY, refused=1), visit="v1", serving="exchange"),
        "inserting_too_small": at(
            phase=Inserting(EMPTY, 1, too_small=True), visit="v1", serving="exchange"
        ),
        "choosing": at(phase=Choosing(NOTE, (FIFTIES, MANY)), visit="v1", serving="exchange"),
        "choosing_many": at(
            phase=Choosing(NOTE, (FIFTIES, MANY), 1), visit="v1", serving="exchange"
        ),
        "choosing_only": at(phase=Choosing(NOTE, (FIFTIES,)), visit="v1", serving="exchange"),
        "storing": at(phase=Storing(paid), visit="v1", serving="exchange"),
        "changed": at(
            phase=Changed(done, MANY, yuan(100), yuan(0)), visit="v1", serving="exchange"
        ),
        "changed_reminded": at(
            phase=Changed(done, MANY, yuan(100), yuan(0)),
            visit="v1",
            serving="exchange",
            wait=Wait(reminded=3),
        ),
        "changed_part": at(
            phase=Changed(part, (0, 1, 0, 0), yuan(100), yuan(50)), visit="v1", serving="exchange"
        ),
        "changed_reminded_4": at(
            phase=Changed(done, MANY, yuan(100), yuan(0)),
            visit="v1",
            serving="exchange",
            wait=Wait(reminded=4),
        ),
        "disputed_reminded": at(
            phase=Explaining(Notice("exchange_disputed", reference="204817")),
            visit="v1",
            serving="exchange",
            wait=Wait(reminded=1),
        ),
        "over": over,
        "over_receipt": replace(over, machine=replace(over.machine, printer="")),
        **{
            key: at(
                phase=Explaining(Notice(key, {"amount": yuan(100)}, "204817")),
                visit="v1",
                serving="exchange",
            )
            for key in ENDINGS
        },
    }
