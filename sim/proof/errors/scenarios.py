"""One scenario or more for every documented error: where it strikes, and what must come of it.

The simulated firmware says the code on the wire; that it really did is looked at there (`played.py`).

Some codes belong to commands that this terminal never gives: a stripe is not read, no program is
loaded. The device gives them all the same, in answer to what it is asked: a driver meets a code, not
the reason for it.
"""

from collections.abc import Iterator
from typing import Any

from devices.dispenser.codec import Command
from sim.proof.errors.banks import BANK
from sim.proof.errors.scenario import ORDERED, Scenario, Stage, Strike, customer
from sim.proof.errors.visits import VISIT
from sim.world.card_reader import INTAKE, Fault
from sim.world.dispenser import FaultName
from terminal import session as s

NEVER_TAKES = customer(takes_card=False)
"""Leaves the card in the slot: the machine keeps it."""

# --- the dispenser ----------------------------------------------------------------------------


def _notes(name: FaultName, **values: Any) -> Strike:
    def strike(stage: Stage) -> None:
        stage.bench.world.notes.arm(name, **values)

    return strike


def _few_notes(stage: Stage) -> None:
    """Fewer notes in the first cassette than the record says."""
    stage.bench.world.notes.cassettes[0].count = 3


def _no_notes(stage: Stage) -> None:
    stage.bench.world.notes.cassettes[0].count = 0


def _no_tray(stage: Stage) -> None:
    stage.bench.world.notes.tray_present = False


def _refused() -> Iterator[Scenario]:
    """Codes with which a device says before a note moves that it will not."""
    for code in (0x0B, 0x0C, *range(0x20, 0x24), 0x25, *range(0x30, 0x37)):
        yield Scenario(
            f"dispenser {code:02X}",
            "the order is refused",
            "notice.not_dispensed",
            before=_notes("refuse", error=code, command=Command.DISPENSE),
        )


def _in_doubt() -> Iterator[Scenario]:
    """Codes after which nobody knows what came out; the third number is what did."""
    out = {"04": 200, "05": 300, "06": 300, "07": 300, "08": 300, "09": 400, "0A": 400, "0E": 300}
    out |= {"29": 600, "40": 300, "41": 250, "42": 220, "43": 210}
    for code, paid in out.items():
        yield Scenario(
            f"dispenser {code}",
            "after two notes",
            "notice.suspect",
            held=ORDERED,
            paid=paid,
            before=_notes("jam", after=2, error=int(code, 16)),
        )


DISPENSER = (
    Scenario("dispenser 00", "all goes well", "notice.done", charged=ORDERED, paid=ORDERED),
    Scenario(
        "dispenser 01",
        "after three notes",
        "count_notes_short",
        charged=300,
        paid=300,
        before=_few_notes,
    ),
    Scenario("dispenser 01", "at the first note", "notice.not_dispensed", before=_no_notes),
    Scenario(
        "dispenser 02",
        "at the first note",
        "notice.not_dispensed",
        before=_notes("jam", error=0x02),
    ),
    Scenario(
        "dispenser 03",
        "after three notes",
        "count_notes_short",
        charged=300,
        paid=300,
        before=_notes("jam", after=3, error=0x03),
    ),
    Scenario(
        "dispenser 0D",
        "ten notes rejected",
        "notice.not_dispensed",
        before=_notes("reject", times=10, command=Command.DISPENSE),
    ),
    Scenario(
        "dispenser 24",
        "the cassette is gone when notes are wanted",
        "notice.not_dispensed",
        before=_notes("cassette_removed", command=Command.DISPENSE),
    ),
    Scenario(
        "dispenser 26",
        "the tray is taken out after two notes",
        "count_notes_short",
        charged=200,
        paid=200,
        before=_notes("jam", after=2, error=0x26),
    ),
    Scenario(
        "dispenser 26",
        "no tray when the card comes in",
        "notice.cash_unavailable",
        at=((s.ReadingCard, _no_tray),),
    ),
    Scenario(
        "dispenser 26",
        "no tray when the notes are wanted",
        "notice.not_dispensed",
        at=((s.TakingCard, _no_tray),),
    ),
    Scenario(
        "dispenser 20",
        "its sensors fail before anybody comes",
        "out_of_service.cash",
        wish=None,
        before=_notes("unfit", error=0x20, times=99, command=Command.STATUS),
    ),
    Scenario(
        "dispenser silence",
        "the answer is lost, and so is its memory",
        "notice.suspect",
        held=ORDERED,
        paid=ORDERED,
        at=((s.Dispensing, _notes("response_lost", times=99)),),
    ),
    *_refused(),
    *_in_doubt(),
)

# --- the reader -------------------------------------------------------------------------------


def _reader(code: str, at: str, **values: Any) -> Strike:
    def strike(stage: Stage) -> None:
        stage.bench.world.reader.fail(code, at, **values)

    return strike


def _armed(fault: Fault) -> Strike:
    def strike(stage: Stage) -> None:
        stage.bench.world.reader.arm(fault)

    return strike


def _before_anybody_comes() -> Iterator[Scenario]:
    """Codes that close the machine while it waits; it looks at the reader again and again."""
    for code in ("00", "15", "19", "31", "70", "71"):
        yield Scenario(
            f"reader {code}",
            "whenever it is woken",
            "out_of_service.reader",
            wish=None,
            before=_reader(code, "C0", times=99),
        )


def _card_inside() -> Iterator[Scenario]:
    """Codes of a reader that has a card and a fault: it closes, and offers the card."""
    for code in ("18", "30", "39", "73"):
        yield Scenario(
            f"reader {code}",
            "when the card has gone in; it is given back",
            "returning_found",
            before=_reader(code, INTAKE),
        )


def _unreadable() -> Iterator[Scenario]:
    """Codes in answer to the chip, or for a card that is none: it comes back."""
    commands = {"03": "C@0", "04": "CI9", "06": "CI9", "43": "C@0", "60": "CI0", "62": "CI9"}
    commands |= {"64": "CI9", "65": "CI9", "13": INTAKE, "14": INTAKE}
    commands |= dict.fromkeys(map(str, range(20, 30)), "CI9")
    for code, command in commands.items():
        yield Scenario(
            f"reader {code}",
            "when the card has gone in" if command == INTAKE else "while the chip is read",
            "notice.card_unreadable",
            before=_reader(code, command),
        )
    for code in ("66", "69"):
        yield Scenario(
            f"reader {code}",
            "while the chip is read",
            "notice.card_wrong_kind",
            before=_reader(code, "CI0"),
        )


def _stuck() -> Iterator[Scenario]:
    """Codes of a card that cannot be given back, with notes to follow."""
    for code in ("01", "02", "51"):
        yield Scenario(
            f"reader {code}",
            "giving the card back before the notes",
            "notice.card_jammed",
            card="inside",
            before=_reader(code, "C30", times=99),
        )
    for code in ("12", "16"):
        yield Scenario(
            f"reader {code}",
            "when the card has gone in; it is offered later",
            "notice.card_jammed",
            before=_reader(code, INTAKE),
        )


READER = (
    *_before_anybody_comes(),
    *_card_inside(),
    *_unreadable(),
    *_stuck(),
    Scenario(
        "reader 05",
        "giving the card back; the contact is released and all goes well",
        "notice.done",
        charged=ORDERED,
        paid=ORDERED,
        before=_reader("05", "C30"),
    ),
    Scenario(
        "reader 10",
        "on the way in; it is offered later",
        "notice.card_jammed",
        before=_armed("jamOnIntake"),
    ),
    Scenario(
        "reader 10",
        "giving the card back before the notes",
        "notice.card_jammed",
        card="transport",
        before=_armed("jamOnEject"),
    ),
    Scenario(
        "reader 11",
        "giving the card back before the notes",
        "notice.card_jammed",
        card="inside",
        before=_armed("shutterStuck"),
    ),
    Scenario(
        "reader 17",
        "taking back a card that nobody took",
        "notice.card_kept",
        card="bin",
        wish=NEVER_TAKES,
        before=_armed("jamOnRetrieve"),
    ),
    Scenario(
        "reader 40",
        "the customer pulls the card while it is taken back",
        "notice.stopped_card_taken",
        wish=NEVER_TAKES,
        before=_reader("40", "C31"),
    ),
    Scenario(
        "reader 45",
        "the reader pushes the card out by itself",
        "notice.done",
        charged=ORDERED,
        paid=ORDERED,
        before=_reader("45", "C30"),
    ),
    Scenario(
        "reader 46",
        "while the card lies in the slot",
        "notice.done",
        charged=ORDERED,
        paid=ORDERED,
        at=((s.TakingCard, _reader("46", "C10")),),
    ),
    Scenario(
        "reader 50",
        "taking back a card that nobody took",
        "notice.card_jammed",
        card="inside",
        wish=NEVER_TAKES,
        before=_reader("50", "C31", times=99),
    ),
    Scenario("reader 61", "a dead chip", "notice.card_unreadable", wish=customer("dead")),
    Scenario(
        "reader 63", "a card without a chip", "notice.card_unreadable", wish=customer("stripe")
    ),
    Scenario(
        "reader B0",
        "reset by itself while it waits for a card",
        "notice.done",
        charged=ORDERED,
        paid=ORDERED,
        at=((s.Idle, _armed("reset")),),
    ),
    Scenario(
        "reader silence",
        "giving the card back before the notes",
        "finding_card",
        card="inside",
        at=((s.TakingCard, _armed("silence")),),
    ),
)

SCENARIOS: tuple[Scenario, ...] = (*DISPENSER, *READER, *BANK, *VISIT)
"""Every scenario, in the order of the documents."""
