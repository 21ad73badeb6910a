"""The colleagues in the hall and the bell on their desk: they hear it, say who is next, and come.

One colleague serves one after the other. Whoever rings is told their place in the queue; each of those
before takes `EACH_SECONDS`, then the colleague walks over. With nobody on duty, or with a queue that is
full, the desk says at once that nobody can come. Whoever was called is shown the terminal's masked view and
can point at what stands in it; there is nothing else that a helper can do to a terminal, and no act for it.

A bell with a published protocol was not found: the desk says the terminal's own events, as the headset's
sensor does (`sim/world/jack.py`).
"""

from collections import deque
from dataclasses import dataclass, field

from terminal import effects as fx
from terminal import events as ev
from terminal.effects import Effect
from terminal.masked_view import MaskedView
from terminal.ports import NEVER, Seconds

ANSWER_SECONDS = 2.0
"""From the bell to the answer: somebody looks at the desk."""

EACH_SECONDS = 60.0
"""One conversation at the counter. Assumed: no figure was looked for."""

WALK_SECONDS = 15.0
"""Across a hall."""

QUEUE_MAX = 9
"""With so many waiting nobody is promised anything."""

POINTED_MAX = 32
"""More between two looks of the terminal are nobody's finger."""


@dataclass
class Staff:
    """Who is there: `on_duty`, and how many are `ahead` of whoever rings next. `rung` are the calls that came
    in, as they were told: screen and number; `sees` is what the terminal shows the desk, None when nothing."""

    on_duty: bool = True
    ahead: int = 1
    rung: list[fx.CallStaff] = field(default_factory=list)
    sees: MaskedView | None = None
    pointing: deque[str] = field(default_factory=lambda: deque(maxlen=POINTED_MAX))

    def point(self, name: str) -> bool:
        """Point at what has this name on the screen; "" takes the finger away."""
        self.pointing.append(name)
        return True


class Bell:
    """The bell among the terminal's ports; one for each run of a terminal."""

    def __init__(self, staff: Staff) -> None:
        self._staff = staff
        self._coming: deque[tuple[Seconds, ev.Event]] = deque()
        staff.pointing.clear()
        staff.sees = None

    def submit(self, effect: Effect, now: Seconds) -> None:
        """Ring, or say that nobody needs to come."""
        match effect:
            case fx.CallStaff():
                self._staff.rung.append(effect)
                self._coming = deque(self._answers(now))
            case fx.CancelCall():
                self._coming.clear()
            case _:
                raise AssertionError(f"nothing routes {effect} to the bell")

    def show(self, view: MaskedView | None) -> None:
        """What the desk sees from now on."""
        self._staff.sees = view

    def _answers(self, now: Seconds) -> list[tuple[Seconds, ev.Event]]:
        staff, heard = self._staff, now + ANSWER_SECONDS
        if not staff.on_duty or staff.ahead >= QUEUE_MAX:
            return [(heard, ev.StaffBusy())]
        places = range(staff.ahead + 1, 0, -1)
        moves = [(heard + EACH_SECONDS * n, ev.StaffCalled(at)) for n, at in enumerate(places)]
        return [*moves, (moves[-1][0] + WALK_SECONDS, ev.StaffCame())]

    def poll(self, now: Seconds) -> list[ev.Event]:
        """What the colleagues did since."""
        events = list[ev.Event]()
        while self._coming and self._coming[0][0] <= now:
            events.append(self._coming.popleft()[1])
        while self._staff.pointing:
            events.append(ev.HelperPoints(self._staff.pointing.popleft()))
        return events

    def due(self, now: Seconds) -> Seconds:
        """When the next of them is."""
        if self._staff.pointing:
            return now
        return self._coming[0][0] if self._coming else NEVER
