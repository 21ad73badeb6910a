"""The line to the bank, in process: the port that the network link will stand behind later.

Answers take time; a silent bank gives none. Outcomes (completion, reversal, suspect) are repeated
with growing pauses until the bank has acknowledged them, whatever the terminal shows meanwhile. A
reason comes from outside: one that nobody can be told about is taken for the plain one of its kind.
"""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import count

from sim.world.bank import Bank, apply_outcome
from terminal import effects as fx
from terminal import events as ev
from terminal.ports import NEVER, Seconds

REPLY_SECONDS = 0.6
"""A usual answer; long enough that the waiting screen is seen, as on a real line."""

REPEAT_SECONDS_FIRST = 2.0
REPEAT_SECONDS_MAX = 300.0
"""Pauses between repeats of an outcome, doubling: reliability.md A.7."""

NO_REPLY_SECONDS = 25.0
"""A message without an answer for so long is a miss (reliability.md A.7)."""

MISSES_MAX = 3
ECHO_SECONDS = 60.0
"""Three misses in a row mean that there is no bank; an echo a minute asks whether it is back."""

REFUSALS = frozenset({"card_expired", "card_unknown", "card_blocked"})
"""Why a card may be refused: the reasons that there is a notice for."""

DECLINES = REFUSALS | {"insufficient", "over_limit", "declined"}
"""Why an amount may be declined: the reasons that there is a notice for."""

Outcome = fx.Complete | fx.Reverse | fx.Suspect


@dataclass(slots=True)
class _Owed:
    effect: Outcome
    again_at: Seconds
    pause: Seconds


@dataclass(slots=True)
class HostPort:
    """A `Port` in front of a bank. `silent` swallows everything; `silent_to` names effect types that
    get no answer (the bank still acts on them when `acts_in_silence`); `reply_seconds` is the line's
    delay."""

    bank: Bank
    reply_seconds: Seconds = REPLY_SECONDS
    silent: bool = False
    silent_to: frozenset[str] = frozenset()
    acts_in_silence: bool = False
    down: bool = False
    _silences: list[Seconds] = field(default_factory=list)
    _misses: int = 0
    _echo_at: Seconds = NEVER
    _replies: list[tuple[Seconds, int, ev.Event]] = field(default_factory=list)
    _owed: dict[str, _Owed] = field(default_factory=dict)
    _order: "count[int]" = field(default_factory=count)

    def submit(self, effect: fx.Effect, now: Seconds) -> None:
        """Send one message to the bank."""
        if isinstance(effect, Outcome):
            self._owed[effect.txid] = _Owed(
                effect, now + REPEAT_SECONDS_FIRST, REPEAT_SECONDS_FIRST
            )
            self._advise(effect, now)
            return
        quiet = self._is_quiet(effect)
        if quiet:
            self._silences.append(now + NO_REPLY_SECONDS)
        if quiet and not self.acts_in_silence:
            return
        answer = self._answer(effect)
        if answer is not None and not quiet:
            self._later(answer, now)

    def poll(self, now: Seconds) -> Iterable[ev.Event]:
        """Answers that have arrived, and whether there is a bank at all."""
        return self._arrived(now) if now >= self.due(now) else ()

    def _arrived(self, now: Seconds) -> Iterable[ev.Event]:
        yield from self._heartbeat(now)
        for owed in self._owed.values():
            if now >= owed.again_at:
                owed.pause = min(owed.pause * 2, REPEAT_SECONDS_MAX)
                owed.again_at = now + owed.pause
                self._advise(owed.effect, now)
        while self._replies and self._replies[0][0] <= now:
            event = heapq.heappop(self._replies)[2]
            self._misses = 0
            self._silences.clear()
            if (
                not isinstance(event, ev.Acknowledged)
                or self._owed.pop(event.txid, None) is not None
            ):
                yield event

    def due(self, now: Seconds) -> Seconds:
        """The next answer or repeat."""
        due = self._echo_at
        if self._replies:
            due = min(due, self._replies[0][0])
        if self._silences:
            due = min(due, self._silences[0])
        for owed in self._owed.values():
            due = min(due, owed.again_at)
        return due

    def hang_up(self) -> None:
        """The terminal is gone: what was on its way to it is lost, and nobody repeats anything."""
        self._replies.clear()
        self._owed.clear()
        self._silences.clear()
        self.down, self._misses, self._echo_at = False, 0, NEVER

    def _advise(self, effect: Outcome, now: Seconds) -> None:
        if self._is_quiet(effect):
            self._silences.append(now + NO_REPLY_SECONDS)
            return
        apply_outcome(self.bank, effect)
        self._later(ev.Acknowledged(effect.txid), now)

    def _is_quiet(self, effect: fx.Effect) -> bool:
        return self.silent or type(effect).__name__ in self.silent_to

    def _heartbeat(self, now: Seconds) -> Iterable[ev.Event]:
        while self._silences and self._silences[0] <= now:
            self._silences.pop(0)
            self._misses += 1
        if not self.down and self._misses >= MISSES_MAX:
            self.down, self._echo_at = True, now + ECHO_SECONDS
            yield ev.HostDown()
        if self.down and now >= self._echo_at:
            self._echo_at = now + ECHO_SECONDS
            if not self.silent:
                self.down, self._misses, self._echo_at = False, 0, NEVER
                yield ev.HostUp()

    def _later(self, event: ev.Event, now: Seconds) -> None:
        heapq.heappush(self._replies, (now + self.reply_seconds, next(self._order), event))

    def _answer(self, effect: fx.Effect) -> ev.Event | None:
        match effect:
            case fx.EnquireCard(card=card):
                return understood(self.bank.enquire(card))
            case fx.VerifyPin(message=message, card=card, block=block):
                return self.bank.verify(message, card, block.reveal())
            case fx.Authorize(txid=txid, card=card, amount=amount, block=block):
                return understood(self.bank.authorize(txid, card, amount, block.reveal()))
            case _:
                return None


def understood(answer: ev.Event) -> ev.Event:
    """What the bank said, with a reason that is not known here taken for the plain one."""
    match answer:
        case ev.CardRefused(reason=reason) if reason not in REFUSALS:
            return replace(answer, reason="card_unknown")
        case ev.Declined(reason=reason) if reason not in DECLINES:
            return replace(answer, reason="declined")
        case _:
            return answer
