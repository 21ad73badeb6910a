"""The customer of a cell: sees what the terminal's screen says and what lies in the slots, nothing else.

The screen comes as the lines of `wiring`; a `Wish` says what the customer wants and forgets. A customer
comes once. One who stays when the screen goes dark takes what the machine gives back after its restart,
and holds the card to the shutter again if it was never drawn in.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sim.world.acts import act
from sim.world.people import Wish
from sim.world.world import World
from terminal.money import yuan
from terminal.ports import NEVER, Seconds

AGAIN_SECONDS: Final = 1.0
"""A card that the shutter did not let in is held to it again."""

STEP_SECONDS: Final = 0.4
"""Between two deeds of one plan: keys, or a slot and then the glass."""

Screen = Mapping[str, Any]
Deed = tuple[str, Any]
"""An act by name at the front (value None), `key` and a key of the pad, or `press` and an answer with
its value."""


@dataclass(slots=True)
class Guest:
    """One customer. `came` once the card was drawn in; `gone` after walking away."""

    wish: Wish
    rng: random.Random
    came: bool = False
    gone: bool = False
    _seen: Screen | None = None
    _plan: list[tuple[Seconds, Deed]] = field(default_factory=list)
    _pins_typed: int = 0

    def due(self) -> Seconds:
        """When the next deed is planned."""
        return self._plan[0][0] if self._plan else NEVER

    def look(self, screen: Screen, world: World, now: Seconds) -> None:
        """See the screen; plan what to do if it is a new one."""
        if self.gone or screen == self._seen:
            return
        self._seen = screen
        start = now + self.wish.think_seconds * (0.75 + 0.5 * self.rng.random())
        deeds = self._deeds(screen, world)
        self._plan = [(start + STEP_SECONDS * n, deed) for n, deed in enumerate(deeds)]

    def act(self, world: World, now: Seconds) -> list[Deed]:
        """Do what is due with the hands at the slots; keys and presses are given back."""
        given = []
        while self._plan and self._plan[0][0] <= now:
            verb, value = self._plan.pop(0)[1]
            if verb in ("key", "press"):
                given.append((verb, value))
            elif verb.startswith("insert:"):
                self._insert(world, verb, now)
            else:
                act(world, verb)
                world.stirred = True
        return given

    def _insert(self, world: World, verb: str, now: Seconds) -> None:
        self.came = act(world, verb)
        world.stirred = True
        if not self.came:
            self._plan.insert(0, (now + AGAIN_SECONDS, (verb, None)))

    def _deeds(self, screen: Screen, world: World) -> list[Deed]:
        wish, text = self.wish, screen["text"]
        if screen["overlay"] == "more_time":
            return []
        if wish.walks_away_at == text:
            self.gone = True
            return []
        if wish.cancels_at == text:
            return [_pressed("return_card")]
        notes = bool(world.notes_in_slot()) and wish.takes_notes
        return [*[_hand("take_notes")] * notes, *self._answers(screen)]

    def _answers(self, screen: Screen) -> list[Deed]:
        wish = self.wish
        match screen:
            case {"phase": "Idle"} if not self.came:
                return [_hand(f"insert:{wish.card}")]
            case {"phase": "EnteringPin"}:
                pin = wish.pins[min(self._pins_typed, len(wish.pins) - 1)]
                self._pins_typed += 1
                return [*(("key", digit) for digit in pin), ("key", "enter")]
            case {"phase": "ChoosingAmount", "answers": offered}:
                wanted = ["amount", yuan(wish.amount).minor]
                return [("press", wanted)] if wanted in offered else [_pressed("other_amount")]
            case {"phase": "EnteringAmount"}:
                return [*(_pressed("digit", int(d)) for d in str(wish.amount)), _pressed("confirm")]
            case {"phase": "Reviewing"}:
                return [_pressed("confirm")]
            case {"phase": "TakingCard" | "ReturningFound", "at_gate": True} if wish.takes_card:
                late = wish.cancels_late and screen["phase"] == "TakingCard"
                return [*[_pressed("return_card")] * late, _hand("take_card")]
            case {"phase": "Counting"}:
                taken = [_hand("take_notes")] * wish.takes_notes
                return [*taken, *[_pressed(f"count_{wish.count}")] * bool(wish.count)]
            case {"phase": "StatingCount"}:
                return [*(_pressed("digit", int(d)) for d in str(wish.stated)), _pressed("confirm")]
            case {"phase": "Explaining"}:
                return [_pressed("understood")]
            case _:
                return []


def _pressed(name: str, value: int | None = None) -> Deed:
    return "press", [name, value]


def _hand(verb: str) -> Deed:
    return verb, None
