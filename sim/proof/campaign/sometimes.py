"""Branches that matter, each of which a campaign must have gone through at least once.

A campaign that finds nothing wrong has shown little if it never took the late approval or the crash in
recovery. Each assertion listens to a kind of row, a move, a step or a mark (`mark:` and a name: what the
run itself saw happen), and says whether this was it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sim.proof.campaign.scene import Kept, Scene, Thing
from sim.world.world import Shape
from terminal.flows.bills import NOT_DUE

Holds = Callable[[Scene, Thing], bool]

BOTH: tuple[Shape, ...] = ("path", "presenter")
PATH: tuple[Shape, ...] = ("path",)
PRESENTER: tuple[Shape, ...] = ("presenter",)

REPEATED_SECONDS = 6.0
"""An outcome acknowledged later than this was told more than once (the first repeat comes after 2 s)."""


@dataclass(frozen=True, slots=True)
class Sometimes:
    """One branch: its name, in words, what it listens to, whether that was it, and on which machines
    it exists."""

    name: str
    text: str
    hears: tuple[str, ...]
    holds: Holds
    shapes: tuple[Shape, ...] = BOTH


def _always(scene: Scene, thing: Thing) -> bool:
    return True


def _row(**wanted: object) -> Holds:
    """A row whose body has these values."""

    def holds(scene: Scene, thing: Thing) -> bool:
        assert isinstance(thing, Kept)
        return all(thing.body[name] == value for name, value in wanted.items())

    return holds


def _recovering(scene: Scene, thing: Thing) -> bool:
    return scene.recovering


def _amount(thing: Thing) -> int:
    assert isinstance(thing, Kept)
    amount = thing.body["amount"]
    return amount if isinstance(amount, int) else 0


def _paid_short(scene: Scene, thing: Thing) -> bool:
    assert isinstance(thing, Kept)
    return 0 < _amount(thing) < scene.op(thing.txid).asked


def _undone(scene: Scene, thing: Thing) -> bool:
    assert isinstance(thing, Kept)
    return not _amount(thing) and scene.op(thing.txid).approved > 0


def _by_device(scene: Scene, thing: Thing) -> bool:
    assert isinstance(thing, Kept)
    return thing.body["basis"] != "customer_disputes" and not scene.recovering


def _part_came_back(scene: Scene, thing: Thing) -> bool:
    return _row(basis="stacked_less_retracted")(scene, thing) and _amount(thing) > 0


def _exact_jam(scene: Scene, thing: Thing) -> bool:
    return not _row(error="00")(scene, thing) and _row(doubtful=False)(scene, thing)


def _elder(scene: Scene, thing: Thing) -> bool:
    session = scene.session
    return _amount(thing) > 0 and session is not None and session.look.profile == "elder"


def _told_again(scene: Scene, thing: Thing) -> bool:
    assert isinstance(thing, Kept)
    return thing.at - scene.op(thing.txid).ended_at > REPEATED_SECONDS


def _received(scene: Scene, thing: Thing) -> bool:
    assert isinstance(thing, Kept)
    return bool(thing.body["received"])


def _not_received(scene: Scene, thing: Thing) -> bool:
    return not _received(scene, thing)


def _mark(name: str, text: str, shapes: tuple[Shape, ...] = BOTH) -> Sometimes:
    return Sometimes(name, text, (f"mark:{name}",), _always, shapes)


SOMETIMES: tuple[Sometimes, ...] = (
    # money
    Sometimes("late_reply", "an answer came after we had given up", ("LATE_REPLY",), _always),
    Sometimes(
        "paid_short",
        "fewer notes came out than asked, and just those were charged",
        ("FINAL",),
        _paid_short,
    ),
    Sometimes("undone", "an approved amount was given back whole", ("FINAL",), _undone),
    Sometimes(
        "insufficient",
        "the bank said that there is not enough",
        ("AUTH_RESULT",),
        _row(result="insufficient"),
    ),
    Sometimes(
        "cancelled_late",
        "a customer stopped with the card at the gate and notes to follow",
        ("FINAL",),
        _row(basis="customer_cancelled"),
    ),
    Sometimes("elder_paid", "a visit in the elder profile paid money", ("FINAL",), _elder),
    Sometimes(
        "disputed",
        "a customer said that notes were missing",
        ("SUSPECT",),
        _row(basis="customer_disputes"),
    ),
    Sometimes(
        "suspect_by_device", "the device did not know what it had done", ("SUSPECT",), _by_device
    ),
    Sometimes(
        "suspect_after_restart", "after a restart nobody could know", ("SUSPECT",), _recovering
    ),
    Sometimes(
        "final_after_restart", "a restart settled an operation by itself", ("FINAL",), _recovering
    ),
    Sometimes("settled_received", "the count said: received", ("SETTLED",), _received),
    Sometimes("settled_not_received", "the count said: not received", ("SETTLED",), _not_received),
    # notes
    Sometimes(
        "exact_jam", "notes jammed and the count was certain", ("DISPENSED",), _exact_jam, PATH
    ),
    Sometimes("not_executed", "an order certainly moved nothing", ("NOT_EXECUTED",), _always),
    Sometimes("unknown", "a device said that it does not know", ("DISPENSE_UNKNOWN",), _always),
    Sometimes("purged", "stacked notes went to the reject bin", ("REJECTED",), _always, PRESENTER),
    Sometimes(
        "retracted_all",
        "all notes were taken back and nothing was charged",
        ("FINAL",),
        _row(basis="retracted_all"),
        PRESENTER,
    ),
    Sometimes(
        "retracted_part",
        "some notes were taken, the rest was taken back",
        ("FINAL",),
        _part_came_back,
        PRESENTER,
    ),
    Sometimes(
        "retract_uncounted",
        "notes were taken back and not counted",
        ("RETRACTED",),
        _row(counts=None),
        PRESENTER,
    ),
    # card and PIN
    Sometimes("card_kept", "a card was kept", ("CARD_RETAINED",), _always),
    Sometimes(
        "card_kept_at_boot",
        "a card found at a start was kept",
        ("CARD_RETAINED",),
        _row(reason="leftAtBoot"),
    ),
    Sometimes("card_jammed", "a card would not move", ("CARD_JAMMED",), _always),
    Sometimes("reader_lost", "the reader fell silent in a visit", ("READER_FAILED",), _always),
    Sometimes("pin_blocked", "the last try of a PIN was wrong", ("PIN_RESULT",), _row(left=0)),
    # people
    Sometimes(
        "cancelled", "a customer wanted the card back", ("CHOSEN",), _row(name="return_card")
    ),
    Sometimes("helped", "a customer asked for help", ("HELP",), _always),
    Sometimes("more_time", "a customer wanted more time", ("MORE_TIME",), _row(answer="more_time")),
    # bank
    Sometimes("bank_down", "the bank was gone", ("HOST_STATE",), _row(state="down")),
    Sometimes("bank_up_again", "the bank was back", ("HOST_STATE",), _row(state="up")),
    Sometimes("reply_refused", "an answer was not believed", ("REPLY_REFUSED",), _always),
    Sometimes("told_again", "an outcome was told more than once", ("HOST_ACK",), _told_again),
    Sometimes(
        "resent",
        "a bank from an old backup was told again what it had lost",
        ("ALARM",),
        _row(what="resent"),
    ),
    _mark("bank_restored", "a bank came back from an old backup"),
    _mark("doubled", "a message reached the bank twice"),
    _mark("late_requests", "a message reached the bank late"),
    _mark("flip", "bits of a message to or from the bank flipped"),
    _mark("meddled", "somebody without the key changed a message"),
    _mark("refused", "the bank turned a connection away"),
    _mark("tombstone", "a reversal overtook its request"),
    # terminal, power, disk, clock
    _mark("died", "the terminal died"),
    _mark("died_ordering_notes", "the terminal died between an order to pay and its result"),
    _mark("crash_in_recovery", "the terminal died while it was starting"),
    _mark("second_crash_in_recovery", "it died again in the same start"),
    _mark("power_cut", "the power of the whole machine failed"),
    _mark("record_failed", "a row could not be written"),
    _mark("record_slow", "a row took seconds to write"),
    _mark("clock_jumped", "the wall clock jumped"),
    _mark("unplugged_while_dispensing", "the dispenser's cable was pulled while notes moved", PATH),
    _mark("repaired", "staff looked into the machine"),
)
"""Every branch."""


def _refused(scene: Scene, thing: Thing) -> bool:
    assert isinstance(thing, Kept)
    return bool(thing.body["refused"])


def _of_exchange(scene: Scene, thing: Thing) -> bool:
    assert isinstance(thing, Kept)
    return scene.op(thing.txid).about == "exchange"


def _exchange_credited(scene: Scene, thing: Thing) -> bool:
    return _of_exchange(scene, thing) and _amount(thing) > 0


def _of_notes(about: str, basis: str = "") -> Holds:
    def holds(scene: Scene, thing: Thing) -> bool:
        assert isinstance(thing, Kept)
        basis_is = not basis or str(thing.body["basis"]).startswith(basis)
        return scene.op(thing.txid).about == about and basis_is

    return holds


def _credited(scene: Scene, thing: Thing) -> bool:
    assert isinstance(thing, Kept)
    return scene.op(thing.txid).about == "deposit" and _amount(thing) > 0


OF_NOTES: tuple[Sometimes, ...] = (
    Sometimes("deposited", "notes were stored and credited", ("FINAL",), _credited),
    Sometimes(
        "deposit_after_restart",
        "notes in escrow were stored and credited after a restart",
        ("FINAL",),
        _of_notes("deposit", "stored_after_restart"),
    ),
    Sometimes("given_back", "notes were given back", ("FINAL",), _of_notes("deposit", "returned")),
    Sometimes(
        "notes_kept",
        "notes that nobody took were kept",
        ("SUSPECT",),
        _of_notes("deposit", "retracted"),
    ),
    Sometimes("note_refused", "a note was pushed back", ("ESCROW",), _refused),
    Sometimes(
        "acceptor_in_doubt", "nobody could say where notes are", ("DEPOSIT_UNKNOWN",), _always
    ),
    Sometimes("acceptor_asked", "the acceptor was asked what it did", ("DEPOSIT_FOUND",), _always),
    Sometimes("swapped", "a note was changed", ("FINAL",), _of_notes("exchange", "swapped")),
    Sometimes(
        "pack_failed", "a pack failed and the note came back", ("NOT_EXECUTED",), _of_exchange
    ),
    Sometimes(
        "pack_in_doubt",
        "nobody could say who has the pack",
        ("SUSPECT",),
        _of_notes("exchange", "pack_"),
    ),
    Sometimes(
        "exchange_credited",
        "a note was credited because its pack was not taken, or nobody was there",
        ("FINAL",),
        _exchange_credited,
    ),
)
"""Branches of notes that are taken in, where a machine does that."""

HEARD: dict[str, list[tuple[str, Holds]]] = {}


def _of_order(service: str, basis: str) -> Holds:
    """An order to pay of this service that ended in this way."""

    def holds(scene: Scene, thing: Thing) -> bool:
        assert isinstance(thing, Kept)
        return scene.transfers.get(thing.txid) == service and thing.body["basis"] == basis

    return holds


def _nothing_due(scene: Scene, thing: Thing) -> bool:
    assert isinstance(thing, Kept)
    return thing.body["about"] == "bill" and thing.body["result"] in NOT_DUE


def _taking_pension(scene: Scene, thing: Thing) -> bool:
    return scene.taking_pension


OF_TRANSFERS: tuple[Sometimes, ...] = (
    Sometimes(
        "transfer_sent", "a transfer was accepted", ("FINAL",), _of_order("transfer", "accepted")
    ),
    Sometimes(
        "transfer_unanswered",
        "the bank was asked four times and said nothing",
        ("FINAL",),
        _of_order("transfer", "no_reply"),
    ),
    Sometimes(
        "transfer_reversed_at_start",
        "a restart took a transfer back",
        ("FINAL",),
        _of_order("transfer", "not_confirmed"),
    ),
    Sometimes("transfer_cancelled", "what waited was cancelled", ("CANCELLED",), _always),
    Sometimes(
        "not_sure", "somebody was not sure", ("CHOSEN",), _row(name="answer", value="unsure")
    ),
    Sometimes("transfer_paused", "a call paused a transfer", ("PHONE",), _row(state="call")),
    Sometimes("transfer_signed", "a transfer was signed", ("CHOSEN",), _row(name="sign_by_key")),
)
"""The branches of transfers."""

OF_ERRANDS: tuple[Sometimes, ...] = (
    Sometimes("bill_paid", "a bill was paid", ("FINAL",), _of_order("bills", "accepted")),
    Sometimes(
        "bill_unanswered",
        "the bank was asked four times to pay a bill and said nothing",
        ("FINAL",),
        _of_order("bills", "no_reply"),
    ),
    Sometimes(
        "bill_stopped",
        "somebody asked for the card while a bill was being paid",
        ("FINAL",),
        _of_order("bills", "customer_cancelled"),
    ),
    Sometimes(
        "bill_reversed_at_start",
        "a restart took the payment of a bill back",
        ("FINAL",),
        _of_order("bills", "not_confirmed"),
    ),
    Sometimes(
        "bill_not_due",
        "nothing was due for a bill, or it had been paid",
        ("ANSWERED",),
        _nothing_due,
    ),
    Sometimes(
        "renewed", "an insurance was renewed", ("FINAL",), _of_order("insurance", "accepted")
    ),
    Sometimes("not_renewed", "an insurance was not renewed", ("CHOSEN",), _row(name="not_renew")),
    Sometimes("pension_taken", "a pension was taken out", ("AUTH_INTENT",), _taking_pension),
)
"""The branches of bills, premiums and pensions."""

for _one in (*SOMETIMES, *OF_NOTES, *OF_TRANSFERS, *OF_ERRANDS):
    for _name in _one.hears:
        HEARD.setdefault(_name, []).append((_one.name, _one.holds))
