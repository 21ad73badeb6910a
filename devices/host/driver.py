"""The bank as a port of the terminal: effects in, events out, never waiting.

It moves bytes between the link and the channel, opens and closes the connection when the link wants
it, and asks the clock for wall time where a message needs it. What is said, when and to whom is the
link's business. A connection that breaks is an event of the link, never an exception of the port.
"""

from collections.abc import Iterable
from typing import Final

from devices.host.channel import Channel, ConnectionLost, Recorded
from devices.host.link import HostLink, Standing
from terminal.effects import Effect
from terminal.events import Event
from terminal.ports import Clock, Seconds
from terminal.recovery import Recovered

ALWAYS: Final[Seconds] = float("-inf")
"""The link has been spoken to since it was last asked when it has something to do."""

READS_MAX: Final = 64
"""Reads in one poll: a bank that never stops talking does not stop the terminal."""


class Host:
    """The bank behind a channel. Implements `Port`.

    Takes EnquireCard, SavePreference, VerifyPin, AskBank, Authorize, Instruct, Complete, Credit, Reverse and
    Suspect. `key` is the terminal's own
    (`keys.terminal_key`), `terminal` its number of eight characters; `entropy` makes nonces and time
    variants, so production passes fresh random bytes at every start."""

    def __init__(
        self,
        channel: Channel,
        clock: Clock,
        record: Recorded,
        terminal: str,
        key: bytes,
        entropy: bytes,
    ) -> None:
        self._channel = channel
        self._clock = clock
        self._link = HostLink(terminal, key, record, entropy)
        self._link_due = ALWAYS

    def resume(self, found: Recovered, now: Seconds) -> None:
        """Take over what the record left: outcomes to tell the bank come first, before any visit. Called
        once, before anything is submitted."""
        self._link.resume(found, now, self._clock.utc())
        self._link_due = ALWAYS

    def submit(self, effect: Effect, now: Seconds) -> None:
        """Send one message to the bank, or keep it until there is a connection."""
        self._link.submit(effect, now, self._clock.utc())
        try:
            self._flush(now)
        except ConnectionLost:
            self._lose(now)
        self._link_due = self._link.due(now)

    def mark(self, now: Seconds) -> None:
        """Notes are about to move: let the bank have the record's place first."""
        self._link.mark(now, self._clock.utc())
        try:
            self._flush(now)
        except ConnectionLost:
            self._lose(now)
        self._link_due = self._link.due(now)

    def poll(self, now: Seconds) -> Iterable[Event]:
        """Answers that have arrived, and whether there is a bank at all."""
        if now < self._link_due and not self._channel.stirs(now):
            return ()
        try:
            self._converse(now)
        except ConnectionLost:
            self._lose(now)
        events = self._link.take_events()
        self._link_due = self._link.due(now)
        return events

    def due(self, now: Seconds) -> Seconds:
        """The next thing to send, to stop waiting for, or to receive as far as the channel knows."""
        due = now if self._link_due == ALWAYS else self._link_due
        if self._link.standing is Standing.CLOSED:
            return due
        return min(due, self._channel.due(now))

    def _converse(self, now: Seconds) -> None:
        if self._link.wants_connection(now):
            self._link.opening()
            self._channel.open(now)
        if self._link.standing is Standing.OPENING:
            self._await_opening(now)
        if self._link.standing in (Standing.SIGNING_ON, Standing.SIGNED_ON):
            self._flush(now)
            self._listen(now)
        if now >= self._link.due(now):
            self._link.turn(now, self._clock.utc())
        self._flush(now)

    def _await_opening(self, now: Seconds) -> None:
        match self._channel.state(now):
            case "open":
                self._link.opened(now, self._clock.utc())
            case "closed":
                raise ConnectionLost("The attempt came to nothing.")
            case "opening":
                pass

    def _listen(self, now: Seconds) -> None:
        for _ in range(READS_MAX):
            data = self._channel.receive(now)
            if not data:
                return
            self._link.received(data, now)
            if self._link.standing is Standing.CLOSED:
                return

    def _flush(self, now: Seconds) -> None:
        """Do what the link has decided: leave the connection, or send."""
        if self._link.take_given_up():
            self._channel.close()
        output = self._link.take_output()
        if output:
            self._channel.send(output, now)

    def _lose(self, now: Seconds) -> None:
        self._channel.close()
        self._link.lost(now)
