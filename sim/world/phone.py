"""Somebody at the machine is on the telephone, and the sensor that sees it.

There is no such sensor with a published protocol that we know of: a camera that looks for a hand at an ear
is what one police asks machines for (reliability.md E.3). It says the terminal's own event, and nothing of
who calls or what is said.
"""

from dataclasses import dataclass

from terminal import events as ev
from terminal.effects import Effect
from terminal.ports import NEVER, Seconds


@dataclass
class Telephone:
    """The customer's own telephone, as far as it can be seen."""

    calling: bool = False

    def answer(self) -> bool:
        """A call begins. False if there is one."""
        done, self.calling = not self.calling, True
        return done

    def hang_up(self) -> bool:
        """The call is over. False if there is none."""
        done, self.calling = self.calling, False
        return done


class CallSensor:
    """The telephone among the terminal's ports; one for each run of a terminal."""

    def __init__(self, phone: Telephone) -> None:
        self._phone = phone
        self._said = False

    def submit(self, effect: Effect, now: Seconds) -> None:
        """A sensor takes no orders."""
        raise AssertionError(f"nothing routes {effect} to the telephone sensor")

    def poll(self, now: Seconds) -> list[ev.Event]:
        """Whether there is a call, if that is news."""
        if self._phone.calling == self._said:
            return []
        self._said = self._phone.calling
        return [ev.PhoneCall(self._said)]

    def due(self, now: Seconds) -> Seconds:
        """Now, if there is news."""
        return now if self._phone.calling != self._said else NEVER
