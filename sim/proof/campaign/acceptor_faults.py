"""What can break at the note acceptor, by name: notes that jam or come in pairs, power, its line.

Notes that two sensors count differently are in; forged ones and a bundle that its own count misses on both
sensors are not.
"""

from collections.abc import Mapping
from random import Random
from typing import TYPE_CHECKING

from sim.proof.campaign.faults import BOTH, Kind, OneHurt, Strike
from sim.proof.campaign.record import Fault
from sim.world.acceptor import AcceptorFirmware
from sim.world.acceptor_parts import FaultName
from terminal.flows import escrow_screens as es
from terminal.flows.deposit import Reviewing
from terminal.flows.exchange import Choosing

if TYPE_CHECKING:
    from sim.proof.campaign.run import Run

AIMS: tuple[type, ...] = (
    *(es.Opening, es.Inserting, es.Closing, Reviewing, Choosing),
    *(es.Storing, es.Storing, es.Returning, es.TakingBack, es.Retracting, es.Inspecting),
)
"""Moments of a deposit at which trouble hurts most."""

NOTES: Mapping[str, str] = {
    "jamFeed": "a note jams on its way into the escrow",
    "jamStore": "a note jams on its way into the cassette",
    "jamReturn": "a note jams on its way back",
    "jamSlot": "the tray jams with the notes within reach",
    "doubleFeed": "two notes are drawn in as one",
}
LINE: Mapping[str, str] = {
    "commandLost": "a command to the acceptor is not heard",
    "commandDoubled": "a command to the acceptor comes twice",
    "orderLate": "an order reaches the acceptor after nobody waits for it",
    "busy": "the acceptor is busy",
    "nak": "the acceptor refuses a sound frame",
    "answerLost": "an answer of the acceptor is lost",
    "answerCorrupt": "an answer of the acceptor is damaged",
    "answerCut": "an answer of the acceptor is cut short",
    "answerDoubled": "an answer of the acceptor comes twice",
    "answerLate": "an answer of the acceptor comes late",
    "answerInPieces": "an answer of the acceptor comes byte by byte",
    "noiseBefore": "noise comes before an answer of the acceptor",
}


def acceptor(run: "Run") -> AcceptorFirmware:
    """The one of this world; these faults are drawn only where there is one."""
    found = run.world.acceptor
    assert found is not None, "faults of an acceptor need one"
    return found


def of_notes(name: FaultName) -> Strike:
    """Arm it, after so many notes."""

    def strike(run: "Run", fault: Fault) -> None:
        acceptor(run).arm(name, after=int(fault.seconds))

    return strike


def of_line(name: FaultName) -> Strike:
    """Arm it, for so many messages."""

    def strike(run: "Run", fault: Fault) -> None:
        run.aim(fault.value, lambda: acceptor(run).arm(name, times=1 + int(fault.seconds)), AIMS)

    return strike


def silent(run: "Run", fault: Fault) -> None:
    """It says nothing for a while."""

    def fall_silent() -> None:
        acceptor(run).arm("silence")
        run.later(fault.seconds, lambda: acceptor(run).disarm("silence"))

    run.aim(fault.value, fall_silent, AIMS)


def power(forgets: bool) -> Strike:
    """Its power fails for a while; its memory is kept or lost."""

    def strike(run: "Run", fault: Fault) -> None:
        def fail() -> None:
            acceptor(run).power_off(run.clock.now(), fault.seconds, forgets)

        run.aim(fault.value, fail, AIMS)

    return strike


def unplugged(run: "Run", fault: Fault) -> None:
    """Its cable is pulled for a while."""

    def pull() -> None:
        wire = run.world.acceptor_wire
        assert wire is not None
        wire.unplug()
        run.later(fault.seconds, wire.replug)

    run.aim(fault.value, pull, AIMS)


def damaged(what: str) -> Strike:
    """Its line hurts what is sent, for a while."""

    def strike(run: "Run", fault: Fault) -> None:
        wire = run.world.acceptor_wire
        assert wire is not None
        if wire.damage is None:
            wire.damage = OneHurt(Random(run.plan.seed))
        setattr(wire.damage, what, fault.value)
        run.later(fault.seconds, lambda: setattr(wire, "damage", None))

    return strike


LAYER = "acceptor"

ACCEPTOR: Mapping[str, Kind] = {
    **{
        f"acceptor_{name}": Kind(text, LAYER, BOTH, of_notes(name), seconds=(0, 4))  # type: ignore[arg-type]
        for name, text in NOTES.items()
    },
    **{
        f"acceptor_{name}": Kind(text, LAYER, BOTH, of_line(name), seconds=(0, 3))  # type: ignore[arg-type]
        for name, text in LINE.items()
    },
    "acceptor_silent": Kind("the acceptor says nothing", LAYER, BOTH, silent, seconds=(1, 90)),
    "acceptor_power": Kind(
        "the acceptor's power fails, its memory is kept",
        LAYER,
        BOTH,
        power(False),
        seconds=(0.5, 60),
    ),
    "acceptor_forgets": Kind(
        "the acceptor's power fails and its memory is lost",
        LAYER,
        BOTH,
        power(True),
        seconds=(0.5, 20),
    ),
    "acceptor_unplugged": Kind(
        "the acceptor's cable is pulled", LAYER, BOTH, unplugged, seconds=(0.2, 60)
    ),
    **{
        f"acceptor_line_{what}": Kind(
            f"the acceptor's line hurts what is sent ({what})",
            LAYER,
            BOTH,
            damaged(what),
            (0.02, 0.3),
            (5, 60),
        )
        for what in ("flip", "drop", "stray", "split", "delay")
    },
}
"""Every kind of fault of a note acceptor by name."""
