"""The headset jack with the two keys beside it: what hands do to it, and the sensor that says so.

A plug is in the jack or it is not, whatever the terminal does meanwhile. A sensor that has just been
connected says that a plug is in, as an audio module does that is asked for its state, so that a
terminal started with somebody's headset in it knows. Keys pressed while nobody listens are lost.

No audio module with a published protocol was found (hardware-protocols 8): the sensor says the
terminal's own events. A real module that types its keys comes through the window (`screens.audio_module`).
"""

from dataclasses import dataclass, field

from terminal import events as ev
from terminal.effects import Effect
from terminal.ports import NEVER, Seconds

SIDE_KEYS = frozenset(("louder", "softer"))
"""The keys beside the jack: they are not the pad's, and work while a PIN is typed."""

PRESSED_MAX = 32
"""More presses than that between two looks of the terminal are nobody's fingers."""


@dataclass
class Jack:
    """The hole, and what was pressed beside it since the sensor was last asked."""

    plugged: bool = False
    pressed: list[str] = field(default_factory=list)

    def plug(self) -> bool:
        """Put a plug in. False if there is one."""
        done, self.plugged = not self.plugged, True
        return done

    def pull(self) -> bool:
        """Pull it out. False if there is none."""
        done, self.plugged = self.plugged, False
        return done

    def press(self, key: str) -> None:
        """One of the two keys."""
        if len(self.pressed) < PRESSED_MAX:
            self.pressed.append(key)


class JackSensor:
    """The jack among the terminal's ports; one for each run of a terminal."""

    def __init__(self, jack: Jack) -> None:
        self._jack = jack
        self._said = False
        jack.pressed.clear()

    def submit(self, effect: Effect, now: Seconds) -> None:
        """A sensor takes no orders."""
        raise AssertionError(f"nothing routes {effect} to the jack")

    def poll(self, now: Seconds) -> list[ev.Event]:
        """Whether the plug is in, if that is news, and the keys."""
        jack, events = self._jack, list[ev.Event]()
        if jack.plugged != self._said:
            self._said = jack.plugged
            events.append(ev.HeadsetPlugged() if jack.plugged else ev.HeadsetUnplugged())
        if jack.pressed:
            events += [ev.KeyPressed(key) for key in jack.pressed]
            jack.pressed.clear()
        return events

    def due(self, now: Seconds) -> Seconds:
        """Now, if there is news."""
        jack = self._jack
        return now if jack.pressed or jack.plugged != self._said else NEVER
