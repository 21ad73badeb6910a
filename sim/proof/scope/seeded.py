"""Bugs on purpose: each breaks one rule of the protocol, in the terminal's decisions, in its rows, or in
a thing outside. A checker that does not notice one of them proves nothing (reliability.md F.1).

The checker never knows which is in. `""` is the program as it is.
"""

from dataclasses import dataclass

from sim.proof.scope.world import Shape
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.flows.visit import Step, explain, farewell
from terminal.journal_row import Row
from terminal.values import replace

BOTH: tuple[Shape, ...] = ("path", "presenter")
PRESENTER: tuple[Shape, ...] = ("presenter",)


@dataclass(frozen=True, slots=True)
class Bug:
    """What is broken, and with which dispensers it can show."""

    about: str
    shapes: tuple[Shape, ...] = BOTH


BUGS = {
    "no intent record": Bug("notes are ordered without DISPENSE_INTENT on disk"),
    "token not checked": Bug("the device executes an order whenever it comes", PRESENTER),
    "no fence": Bug("the device does not fence what it was asked about", PRESENTER),
    "present after the fence": Bug(
        "the device's fence stops a payment, but not a present", PRESENTER
    ),
    "reverse on timeout": Bug("a device that did not answer is taken for one that did nothing"),
    "reverse on shutter jam": Bug(
        "a shutter that jams is taken for one that stayed shut", PRESENTER
    ),
    "full credit on retract": Bug(
        "whatever came back, and counted or not, all is refunded", PRESENTER
    ),
    "no dedupe at the host": Bug("the bank books a repeated message again"),
    "second dispense": Bug("after a lost reply the notes are ordered again"),
    "final as asked": Bug("charged is what was asked for, not what was counted"),
}


def rows(bug: str, written: list[Row]) -> list[Row]:
    """The rows of a step, with the bug in them."""
    if bug == "no intent record":
        return [row for row in written if row.kind != "DISPENSE_INTENT"]
    return written


def step(bug: str, before: s.Session, event: ev.Event, decided: Step) -> Step:
    """A decision, with the bug in it."""
    match bug:
        case "reverse on timeout":
            return _reversed(decided, before, isinstance(event, ev.TimedOut | ev.DispenseUnknown))
        case "reverse on shutter jam":
            jammed = isinstance(event, ev.DispenseUnknown) and event.evidence == "shutterJam"
            return _reversed(decided, before, jammed)
        case "full credit on retract":
            return _credited(decided, before, event)
        case "second dispense":
            return _again(decided, before, event)
        case "final as asked":
            return _as_asked(decided, before)
        case _:
            return decided


def _reversed(decided: Step, before: s.Session, when: bool) -> Step:
    after, effects = decided
    if not when or not any(isinstance(each, fx.Suspect) for each in effects):
        return decided
    machine = replace(after.machine, doubt=before.machine.doubt)
    undone = tuple(
        fx.Reverse(each.txid, "no_reply") if isinstance(each, fx.Suspect) else each
        for each in effects
    )
    return replace(after, machine=machine), undone


def _credited(decided: Step, before: s.Session, event: ev.Event) -> Step:
    order = getattr(before.phase, "order", None)
    if not isinstance(event, ev.NotesRetracted) or not isinstance(order, s.Order):
        return decided
    return explain(before, "retracted", order.txid, fx.Reverse(order.txid, "retracted_all"))


def _again(decided: Step, before: s.Session, event: ev.Event) -> Step:
    match before.phase, event:
        case s.PresentingNotes(order=order), ev.TimedOut():
            once_more = fx.StackNotes(order.txid, f"{order.token} again", order.mix)
            return replace(before, phase=s.Dispensing(order)), (once_more,)
        case _:
            return decided


def _as_asked(decided: Step, before: s.Session) -> Step:
    after, effects = decided
    order = getattr(before.phase, "order", None)
    if not isinstance(order, s.Order) or not any(isinstance(e, fx.Complete) for e in effects):
        return decided
    asked = fx.Complete(order.txid, order.amount, order.mix, "asked")
    charged = tuple(asked if isinstance(each, fx.Complete) else each for each in effects)
    ended, _ = farewell(after, "done", amount=order.amount)
    return ended, charged
