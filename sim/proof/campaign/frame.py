"""What exists - laws, branches, kinds of fault, crash points - gathered for a report, so that what was
not reached can be named; and what this campaign does not model at all."""

from typing import Final

from sim.proof.campaign.acceptor_faults import ACCEPTOR
from sim.proof.campaign.faults import CATALOGUE
from sim.proof.campaign.laws import LAWS, Law
from sim.proof.campaign.plan import OFFERED, ONE
from sim.proof.campaign.report import Frame, LawLine
from sim.proof.campaign.sometimes import OF_ERRANDS, OF_NOTES, OF_TRANSFERS, SOMETIMES
from sim.stage.machine import (
    ACCEPTOR_EFFECTS,
    DISPENSER_EFFECTS,
    HOST_EFFECTS,
    PAD_EFFECTS,
    READER_EFFECTS,
)
from sim.world.world import Shape
from terminal import effects as fx
from terminal.journal_row import KINDS

NOT_MODELLED: Final = (
    "Two machines at one account at the same moment: a run has one machine and one bank.",
    "Line damage that a frame's check cannot see: two errors in one frame.",
    (
        "A disk that loses or tears what it said was written. Here a write fails or space runs out; "
        "torn and lost writes have their own proof."
    ),
    "Pixels and sound. What is asked and what is said are compared as text; nobody looks or listens.",
    "Notes that stick together, are forged, or lie in the wrong cassette.",
    "Several people at the machine at once, tools, fire and water.",
    "Staff who count wrong or deceive: whoever counts here counts right.",
    "Programs and processors that fail: every instruction does what it says.",
)

BY_STAFF: Final = frozenset(
    {
        *("EXPORTED", "CASSETTES", "REOPENED", "COUNTED", "SETTLED"),
        *("DEPOSITS_COUNTED", "DEPOSITS_EMPTIED"),
    }
)
"""Rows that a terminal does not write while it serves."""

NEVER_LAST: Final = frozenset(
    {
        "VISIT_OPEN",
        "CARD_UNREADABLE",
        "CARD_REFUSED",
        "PIN_LOST",
        "STACKED",
        "RETRACTED",
        "REJECTED",
        "NOT_EXECUTED",
        "DISPENSE_UNKNOWN",
        "RECOVERED",
    }
)
"""Rows that always have another one behind them in the same commit - the decision that follows from
them - so that nothing can come between."""


OF_DEPOSIT: Final = frozenset(
    {
        *("CASHIN_INTENT", "CASHIN_OPEN", "ESCROW", "STORE_INTENT", "STORED", "RETURN_INTENT"),
        *("AT_SLOT", "RETURNED", "RETURN_RETRACT_INTENT", "RETURN_RETRACTED"),
        *("DEPOSIT_FOUND", "DEPOSIT_UNKNOWN", "ACCEPTOR_STATE"),
    }
)
"""Rows of notes that are taken in."""

NEVER_LAST_OF_NOTES: Final = frozenset(
    {"STORED", "RETURNED", "RETURN_RETRACTED", "DEPOSIT_FOUND", "DEPOSIT_UNKNOWN"}
)
"""Those of them that have the decision that follows behind them."""


def frame_of(shape: Shape | None, services: str = ONE) -> Frame:
    """All that exists for one shape, or for both, and for these services."""
    more = "deposit" in OFFERED[services]
    sent = OF_TRANSFERS if "transfer" in OFFERED[services] else ()
    paid = OF_ERRANDS if "bills" in OFFERED[services] else ()
    return Frame(
        _laws(),
        {each.name: each.text for each in (*SOMETIMES, *(OF_NOTES if more else ()), *sent, *paid)},
        {
            kind: known.text
            for kind, known in (*CATALOGUE.items(), *(ACCEPTOR.items() if more else ()))
            if shape is None or shape in known.shapes
        },
        crash_points(more),
        NOT_MODELLED,
    )


def crash_points(more: bool = False) -> tuple[str, ...]:
    """Every place in which a terminal can die: around each commit, by its last row, and after each
    order handed out; and anywhere, by power."""
    rows = sorted(KINDS - BY_STAFF - NEVER_LAST - (NEVER_LAST_OF_NOTES if more else OF_DEPOSIT))
    orders: tuple[type[fx.Effect], ...] = (
        *READER_EFFECTS,
        *PAD_EFFECTS,
        *HOST_EFFECTS,
        *DISPENSER_EFFECTS,
        *(ACCEPTOR_EFFECTS if more else ()),
    )
    return (
        *(f"{side}:{kind}" for kind in rows for side in ("before", "after")),
        *(f"after:{name}" for name in sorted({order.__name__ for order in orders})),
        "power",
    )


def _laws() -> tuple[LawLine, ...]:
    """One line for each number, whatever number of checks it has."""
    lines: dict[int, list[Law]] = {}
    for law in LAWS:
        lines.setdefault(law.number, []).append(law)
    return tuple(_line(lines[number]) for number in sorted(lines))


_MOMENTS: Final = {
    "always": "after every event",
    "idle": "at rest",
    "settled": "after the count",
    "static": "for the program as it is",
}


def _line(checks: list[Law]) -> LawLine:
    shapes = frozenset(shape for law in checks for shape in law.shapes)
    moments = ", ".join(dict.fromkeys(_MOMENTS[law.when] for law in checks))
    why = next((law.why for law in checks if law.why), "")
    return LawLine(checks[0].number, checks[0].text, shapes, moments, why)
