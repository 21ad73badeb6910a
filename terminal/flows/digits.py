"""Digits that are typed one by one, until they are confirmed: what each key does to the field.

How many digits there are and which of them are right is the business of the service; so are its screens. A
confirm that comes too early, or of what cannot be, says so and keeps what was typed; but a number that is counted
is typed anew, because digits behind it would make another one. The clearing key empties the field, and leads back
where there is nothing to clear.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from terminal import events as ev
from terminal import session as s
from terminal.flows.visit import Step, enter
from terminal.service import ServicePhase
from terminal.values import replace


@dataclass(frozen=True, slots=True)
class Digits(ServicePhase):
    """Something is typed: `typed` so far, `wrong` after a confirm of what it cannot be."""

    typed: str = field(default="", kw_only=True)
    wrong: bool = field(default=False, kw_only=True)


def step(
    session: s.Session,
    phase: Digits,
    event: ev.Event,
    digits_max: int,
    right: Callable[[str], ServicePhase | None],
    back: ServicePhase,
    *,
    whole: bool = False,
) -> Step | None:
    """One key, or None if it means nothing here. `right` is the screen after a confirm, None where the digits
    are wrong, `back` the one before. `whole` is a number that is counted: it begins with no nought."""
    typed = phase.typed

    def stands(now: str, *, wrong: bool = False) -> Step:
        return replace(session, phase=replace(phase, typed=now, wrong=wrong)), ()

    match event:
        case ev.Chosen("digit", int(digit)):
            longer = f"{typed}{digit}"
            return stands((longer.lstrip("0") if whole else longer)[:digits_max])
        case ev.Chosen("clear") if typed:
            return stands("")
        case ev.Chosen("confirm"):
            shown = right(typed)
            kept = "" if whole else typed
            return stands(kept, wrong=True) if shown is None else enter(session, shown)
        case ev.Chosen("back" | "clear"):
            return enter(session, back)
        case _:
            return None
