"""The driver of the LCDM-4000: a `Port` made of transport, link, codec and verdict.

Each effect is a procedure, written as a generator that yields what it waits for: an `Order` for the
device, or a `_Pause`. `poll` moves the procedure on; nothing waits.

Rules it keeps (hardware-protocols 2.9, 2.11; reliability A.4b):
- DISPENSE is sent once for a txid, and only after its preparation. It is sent again only by the link,
  after a NAK that stood alone.
- After silence the device is asked what it did, no earlier than 62 s after the command, twice with
  equal answers; the verdict decides. There is no second try.
- The response is acknowledged after `KeepResult`.
- RESET is sent once, by the first `CheckCash`, and so after any `InspectDispense` that was ordered
  before it, because a reset may clear the last result. PURGE is never sent: it overwrites that too.
- The device is polled only while something is awaited from it.
- Every procedure ends, whatever the device does.

Parity and speed are the transport's; amounts are the terminal's.
"""

from collections import deque
from collections.abc import Generator, Iterable
from dataclasses import dataclass

from devices.dispenser import codec, verdict
from devices.dispenser.codec import Ask, Command, Dispense, StatusReport
from devices.dispenser.link import (
    MOTION_SECONDS_MAX,
    Answered,
    Late,
    Link,
    Order,
    Outcome,
    Rejected,
    Silent,
)
from devices.transport import LinkLost, Transport
from terminal.effects import (
    CheckCash,
    DispenseNotes,
    Effect,
    InspectDispense,
    KeepResult,
    PrepareDispense,
)
from terminal.events import (
    Capabilities,
    CashFailed,
    CashReady,
    Counts,
    DispenseNotExecuted,
    DispensePrepared,
    DispenseUnknown,
    Event,
)
from terminal.ports import Seconds

RESET_SECONDS = 2.0
"""Time a reset takes before the next command (2.4)."""
QUERY_TRIES = 2
"""Whole questions (each sent up to three times) before a device asked in vain is called dead."""
RETRY_SECONDS = 2.0
"""Between two tries to reach a device, and between the two readings of LAST STATUS (2.9 step 7)."""
RECOVERY_SECONDS_MAX = 120.0
"""From the order on: after that an unreachable device leaves the outcome unknown. Twice the time the
longest dispense takes; the customer stands there."""
READINGS_MAX = 5
"""Of LAST STATUS, to find two equal ones in a row."""

PATH_BLOCKED = "0B"
NO_CASSETTE = "24"
NOT_READY = "deviceNotReady"
NAK_OUT = "nak"
NOT_PREPARED = "notPrepared"
TOO_MANY = "0C"

CAPABILITIES = Capabilities(
    stacks=False,
    presents=False,
    retracts=False,
    senses_taken=False,
    remembers_last=True,
    binds_token=False,
)


@dataclass(frozen=True, slots=True)
class _Pause:
    until: Seconds


@dataclass(frozen=True, slots=True)
class _Unsent:
    """The port was gone before the first byte: nothing was asked."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    txid: str
    before: str
    losses: int


_Reply = Outcome | _Unsent | None
_Step = Order | _Pause
_Procedure = Generator[_Step, _Reply, None]


class Dispenser:
    """The cash dispenser as a `Port`. `transport` is open; `cassettes` are fitted, from the top."""

    def __init__(self, transport: Transport, *, cassettes: int = codec.CASSETTES) -> None:
        assert 1 <= cassettes <= codec.CASSETTES, f"{cassettes} cassettes cannot be fitted"
        self._transport = transport
        self._cassettes = cassettes
        self._link = Link()
        self._now: Seconds = 0.0
        self._down = False
        self._losses = 0
        self._was_reset = False
        self._prepared: _Prepared | None = None
        self._ordered = ""
        self._unkept = ""
        self._late: codec.Tally | None = None
        self._queue: deque[_Procedure] = deque()
        self._procedure: _Procedure | None = None
        self._step: _Step | None = None
        self._asked = False
        self._events: list[Event] = []

    # --- Port -------------------------------------------------------------------------------------

    def submit(self, effect: Effect, now: Seconds) -> None:
        """Take one order of the path dispenser's; another kind is the caller's mistake."""
        self._now = now
        match effect:
            case KeepResult(txid):
                self._keep(txid, now)
            case CheckCash():
                self._queue.append(self._check_cash())
            case PrepareDispense(txid):
                self._queue.append(self._prepare(txid))
            case DispenseNotes(txid, mix):
                self._queue.append(self._dispense(txid, mix))
            case InspectDispense(txid, mix, before):
                self._queue.append(self._inspect(txid, mix, before, now))
            case _:
                raise AssertionError(f"{effect} is not an order for a path dispenser")
        self._work(now)

    def poll(self, now: Seconds) -> Iterable[Event]:
        """What has happened since the last call."""
        self._now = now
        if self._awaits(now):
            self._listen(now)
            self._work(now)
        if not self._events:
            return ()
        events, self._events = self._events, []
        return events

    def due(self, now: Seconds) -> Seconds:
        """The next instant at which it acts by itself."""
        if self._events or (self._queue and self._procedure is None):
            return now
        match self._step:
            case _Pause(until):
                return min(until, self._link.due())
            case Order() if not self._asked and self._link.free():
                return now
            case _:
                return self._link.due()

    # --- moving on --------------------------------------------------------------------------------

    def _awaits(self, now: Seconds) -> bool:
        return self._procedure is not None or bool(self._queue) or self._link.listening(now)

    def _listen(self, now: Seconds) -> None:
        """Hear what has come, let time pass for the link, say what it wants said."""
        if self._down:
            return
        try:
            heard = self._transport.read()
            said, learnt = self._link.hear(heard, now) if heard else (b"", [])
            more, later = self._link.advance(now)
            if learnt or later:
                self._learn([*learnt, *later])
            if said or more:
                self._transport.write(said + more)
        except LinkLost:
            self._lose()

    def _lose(self) -> None:
        self._down = True
        self._losses += 1
        self._learn(self._link.lost())

    def _learn(self, outcomes: list[Outcome]) -> None:
        for outcome in outcomes:
            match outcome:
                case Late(frame) if frame.command == Command.DISPENSE:
                    self._late = codec.decode_tally(frame)
                case Late():
                    pass
                case _ if self._asked:
                    self._asked = False
                    self._advance(outcome)

    def _work(self, now: Seconds) -> None:
        """Continue procedures until one has to wait. None is begun while the last one's event is still
        here: a reset must not clear a result before the terminal has it on disk."""
        while self._procedure or (self._queue and not self._events):
            if self._procedure is None:
                self._procedure = self._queue.popleft()
                self._advance(None)
            match self._step:
                case _Pause(until) if now >= until:
                    self._advance(None)
                case Order() as order if not self._asked and self._link.free():
                    self._put(order, now)
                case None:
                    continue
                case _:
                    return

    def _advance(self, reply: _Reply) -> None:
        """Hand the procedure what it waited for."""
        assert self._procedure is not None
        try:
            self._step = self._procedure.send(reply)
        except StopIteration:
            self._procedure = self._step = None

    def _put(self, order: Order, now: Seconds) -> None:
        """Put the question to the device, opening the port again first where that is allowed."""
        if not self._reach(order, now):
            return self._advance(_Unsent())
        self._asked = True
        try:
            self._transport.write(self._link.ask(order, now))
        except LinkLost:
            self._lose()
        return None

    def _reach(self, order: Order, now: Seconds) -> bool:
        """Whether the port is there; hears what was left on the line. An order that moves notes never
        opens it: what is at its other end now may not be what was prepared."""
        if not self._down and self._drained(now):
            return True
        if order.once:
            return False
        try:
            self._transport.reopen()
        except LinkLost:
            return False
        self._down = False
        return True

    def _drained(self, now: Seconds) -> bool:
        try:
            said, learnt = self._link.hear(self._transport.read(), now)
            self._learn(learnt)
            if said:
                self._transport.write(said)
        except LinkLost:
            self._lose()
        return not self._down

    # --- procedures -------------------------------------------------------------------------------

    def _check_cash(self) -> _Procedure:
        if not self._was_reset:
            yield from self._reset()
        status = yield from self._status()
        if status is None:
            self._events.append(CashFailed(NOT_READY))
            return
        usable = tuple(each.present for each in status.cassettes[: self._cassettes])
        trouble = _trouble(status) or ("" if any(usable) else NO_CASSETTE)
        if trouble:
            self._events.append(CashFailed(trouble))
        else:
            self._events.append(CashReady(CAPABILITIES, usable))

    def _reset(self) -> _Procedure:
        """2.11 step 3. Answers come never, once or twice, and each is acknowledged by the link."""
        frame = codec.encode_request(Ask(Command.RESET))
        begun = self._now
        outcome = yield Order(frame, answer_seconds_max=RESET_SECONDS)
        self._was_reset = isinstance(outcome, Answered) or (
            isinstance(outcome, Silent) and outcome.accepted
        )
        yield _Pause(begun + RESET_SECONDS)

    def _prepare(self, txid: str) -> _Procedure:
        self._prepared = None
        status = yield from self._status()
        trouble = NOT_READY if status is None else _trouble(status)
        if trouble:
            self._events.append(DispenseNotExecuted(txid, trouble))
            return
        outcome = yield _query(Command.LAST_STATUS)
        match outcome:
            case Answered(frame):
                self._prepared = _Prepared(txid, frame.raw.hex(), self._losses)
                self._events.append(DispensePrepared(txid, frame.raw.hex()))
            case _:
                self._events.append(DispenseNotExecuted(txid, NOT_READY))

    def _dispense(self, txid: str, mix: Counts) -> _Procedure:
        prepared, self._prepared = self._prepared, None
        refusal = self._refusal(txid, mix, prepared)
        if refusal:
            self._events.append(refusal)
            return
        assert prepared is not None
        self._ordered = txid
        self._late = None
        request = Dispense(mix + (0,) * (codec.CASSETTES - len(mix)))
        frame = codec.encode_request(request)
        outcome = yield Order(frame, MOTION_SECONDS_MAX, once=True, hold=True)
        match outcome:
            case Answered(frame=response) if tally := codec.decode_tally(response):
                self._unkept = txid
                self._events.append(verdict.of_result(txid, mix, tally))
            case Rejected():
                self._events.append(DispenseNotExecuted(txid, NAK_OUT))
            case _Unsent():
                self._events.append(DispenseNotExecuted(txid, NOT_READY))
            case Silent(why, accepted, sent_at):
                known = verdict.Evidence(prepared.before, "", accepted, False, None, why)
                yield from self._recover(txid, mix, known, sent_at, prepared.losses)
            case _:
                known = verdict.Evidence(prepared.before, "", True, False, None, "no sense")
                yield from self._recover(txid, mix, known, self._now, prepared.losses)

    def _inspect(self, txid: str, mix: Counts, before: str, at: Seconds) -> _Procedure:
        self._late = None
        known = verdict.Evidence(before, "", True, False, None, "restart")
        yield from self._recover(txid, mix, known, at, None)

    def _recover(
        self,
        txid: str,
        mix: Counts,
        known: verdict.Evidence,
        sent_at: Seconds,
        losses: int | None,
    ) -> _Procedure:
        """2.9 step 7. `losses` is how often the link had been lost when the order was prepared; None
        after a restart, when nobody knows what happened meanwhile, nor whose a late response is."""
        yield _Pause(sent_at + MOTION_SECONDS_MAX)
        give_up = sent_at + RECOVERY_SECONDS_MAX
        status = yield from self._status_before(give_up)
        after = "" if status is None else (yield from self._last_result(give_up))
        late = self._late if losses is not None else None
        evidence = verdict.Evidence(
            known.before,
            after,
            known.accepted or late is not None,
            self._losses == losses,
            None if status is None else status.path,
            known.why if after else f"{known.why}, then no LAST STATUS",
        )
        judged = verdict.after_silence(txid, mix, evidence)
        if isinstance(judged, DispenseUnknown) and late is not None:
            judged = verdict.of_result(txid, mix, late)
        self._events.append(judged)

    def _status(self) -> Generator[_Step, _Reply, StatusReport | None]:
        """STATUS, tried a few times; None if the device does not answer."""
        for tries_left in reversed(range(QUERY_TRIES)):
            outcome = yield _query(Command.STATUS)
            if isinstance(outcome, Answered):
                return codec.decode_status(outcome.frame)
            if tries_left:
                yield _Pause(self._now + RETRY_SECONDS)
        return None

    def _status_before(self, give_up: Seconds) -> Generator[_Step, _Reply, StatusReport | None]:
        """STATUS, tried until the device answers or time is up."""
        while True:
            outcome = yield _query(Command.STATUS)
            if isinstance(outcome, Answered) and (found := codec.decode_status(outcome.frame)):
                return found
            if self._now + RETRY_SECONDS > give_up:
                return None
            yield _Pause(self._now + RETRY_SECONDS)

    def _last_result(self, give_up: Seconds) -> Generator[_Step, _Reply, str]:
        """LAST STATUS in hex, as soon as two readings in a row are equal; empty if none are."""
        previous = ""
        for _ in range(READINGS_MAX):
            outcome = yield _query(Command.LAST_STATUS)
            reading = outcome.frame.raw.hex() if isinstance(outcome, Answered) else ""
            if reading and reading == previous:
                return reading
            previous = reading
            if self._now + RETRY_SECONDS > give_up:
                break
            yield _Pause(self._now + RETRY_SECONDS)
        return ""

    # --- small ------------------------------------------------------------------------------------

    def _refusal(
        self, txid: str, mix: Counts, prepared: _Prepared | None
    ) -> DispenseNotExecuted | DispenseUnknown | None:
        """Why an order is not even sent; a txid ordered before is not known to have done nothing."""
        if txid == self._ordered:
            return DispenseUnknown(txid, "why=ordered-twice")
        if prepared is None or prepared.txid != txid:
            return DispenseNotExecuted(txid, NOT_PREPARED)
        if len(mix) > codec.CASSETTES or not 0 < sum(mix) <= codec.NOTES_ORDERED_MAX:
            return DispenseNotExecuted(txid, TOO_MANY)
        return None

    def _keep(self, txid: str, now: Seconds) -> None:
        if txid != self._unkept:
            return
        self._unkept = ""
        said = self._link.release(now)
        if not said or self._down:
            return
        try:
            self._transport.write(said)
        except LinkLost:
            self._lose()


def _query(command: Command) -> Order:
    return Order(codec.encode_request(Ask(command)))


def _trouble(status: StatusReport) -> str:
    """Why the device is not fit to pay, as its code; empty if it is (2.9 step 1)."""
    if status.error:
        return codec.hex_code(status.error)
    return PATH_BLOCKED if status.path else ""
