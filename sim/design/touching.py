"""The designer's mouse as another hand's finger: `sim.senses.hands` between the window's events and the machine.

A press lands beside what was meant, is not felt, or comes twice; what the designer's own strip hears is never
changed, and neither is a real finger on a touchscreen.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import pygame

from sim.senses.hands import felt, landed, swayed
from sim.senses.models import HANDS, Hand

NAMES: Final = ("own", *(hand.name for hand in HANDS))
"""What the hand can be; `own` is the designer's."""

CONTACT_SECONDS: Final = 0.08
"""How long a press lasts that nobody meant: shorter than a usual one (assumed)."""

MOVES: Final = frozenset({pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP})


@dataclass
class Touching:
    """One hand at the mouse. Seconds are the designer's clock."""

    hand: Hand | None = None
    presses: int = 0
    _down_at: float = 0.0
    _unfelt: pygame.event.Event | None = None
    _spot: tuple[float, float] = (0.0, 0.0)
    _later: list[tuple[float, pygame.event.Event]] = field(default_factory=list)

    def choose(self, name: str) -> None:
        """Another hand; what it still would have done is gone."""
        self.hand = next((one for one in HANDS if one.name == name), None)
        self._unfelt = None
        self._later.clear()

    def through(
        self, events: Iterable[pygame.event.Event], now: float, px_per_mm: float
    ) -> list[pygame.event.Event]:
        """What the machine hears of these events. `px_per_mm` are the window's pixels in a millimetre of the
        panel."""
        hand = self.hand
        if hand is None:
            return list(events)
        heard = [event for at, event in self._later if at <= now]
        self._later = [(at, event) for at, event in self._later if at > now]
        for event in events:
            left = event.type == pygame.MOUSEMOTION or getattr(event, "button", 0) == 1
            if event.type in MOVES and left:
                heard += self._moved(hand, event, now, px_per_mm)
            else:
                heard.append(event)
        if self._unfelt is not None and now - self._down_at >= hand.least_seconds:
            heard.append(self._unfelt)
            self._unfelt = None
        return heard

    def _moved(
        self, hand: Hand, event: pygame.event.Event, now: float, px_per_mm: float
    ) -> list[pygame.event.Event]:
        if event.type == pygame.MOUSEBUTTONDOWN:
            self.presses += 1
            self._down_at = now
            at = landed(hand, (event.pos[0], event.pos[1]), self.presses, px_per_mm)
            self._spot = (at[0] - event.pos[0], at[1] - event.pos[1])
        point = (event.pos[0] + self._spot[0], event.pos[1] + self._spot[1])
        changed = _at(event, swayed(hand, point, now, px_per_mm))
        if event.type == pygame.MOUSEBUTTONDOWN and hand.least_seconds:
            self._unfelt = changed
            return []
        if event.type == pygame.MOUSEBUTTONUP:
            return self._lifted(hand, changed, now)
        return [changed]

    def _lifted(
        self, hand: Hand, event: pygame.event.Event, now: float
    ) -> list[pygame.event.Event]:
        down, self._unfelt = self._unfelt, None
        press = felt(hand, now - self._down_at, self.presses)
        if not press.felt:
            return []
        if press.again_after:
            again = now + press.again_after
            second = {"pos": event.pos, "button": 1, "touch": False}
            self._later += [
                (again, pygame.event.Event(pygame.MOUSEBUTTONDOWN, second)),
                (again + CONTACT_SECONDS, pygame.event.Event(pygame.MOUSEBUTTONUP, second)),
            ]
        return [*([down] if down is not None else []), event]


def _at(event: pygame.event.Event, point: tuple[float, float]) -> pygame.event.Event:
    place = {"pos": (round(point[0]), round(point[1]))}
    return pygame.event.Event(event.type, {**event.dict, **place})
