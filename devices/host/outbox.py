"""Outcomes the bank must come to know, and those it once knew.

An outcome is repeated until the bank has booked it: after 2, 4, 8 ... 300 seconds, for ever, whatever
the terminal does meanwhile (reliability.md A.7). Every repeat says the same under the same labels;
only the checkpoint is of its moment. A few are on the way at once, so that a long outbox drains
without flooding the line, and one that the bank never answers does not hold up the others: it gives
its place back after `PLACE_SECONDS`.

A bank that comes back from an old backup has forgotten outcomes it acknowledged. Its checkpoint tells:
the bank keeps the place in our journal that every advice carried, in the step that books the advice.
For an outcome that was acknowledged, `c` being the row it carried:

- bank's row < c: it has lost this outcome. Certain. Resend, and tell staff.
- bank's row > c: it has heard something that was sent after this outcome was booked. Certain: kept.
- bank's row = c: kept, unless something sent *earlier* carried the same row (a sign-on, another
  advice). Then it cannot be told; resend without telling anybody: an idempotent message costs little.
  What has been told again is not told again on this doubt.

An outcome sent several times on the connection that brought the acknowledgement was booked at one of
these sendings, nobody knows which: below the first `c` is certain loss, the last `c` decides whether it
is certainly kept, and what lies between is resent without telling. After a restart `c` is known only to
lie from the FINAL row up to, but not including, the HOST_ACK row, and the same holds for these two.
So nothing is resent for ever, and after an undisturbed reconnect usually nothing at all: whatever is
sent after the HOST_ACK row leads the bank beyond it.

All this holds only if the bank's row never passes an outcome that it lacks. What is told again gets no
second HOST_ACK row, so while anything is (`telling_again`) the link names the bank's own place in every
message, and ours again when it has everything.

What a message looks like in bytes and when there is a connection is the link's business.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from devices.host.message import DEPOSIT, Ending, LastOperation, Message, Original, Private
from devices.host.requests import CURRENCY_NUMBERS, Labels, retrieval_number
from terminal import effects as fx
from terminal.events import Bundle
from terminal.ports import NEVER, Seconds
from terminal.recovery import TOLD_MAX, Outcome
from terminal.values import replace

Operated = fx.Complete | fx.Credit | fx.Reverse | fx.Suspect
"""How an operation of this terminal ended. What is cancelled afterwards is none."""

REPEAT_SECONDS_FIRST: Final = 2.0
REPEAT_SECONDS_MAX: Final = 300.0
"""Pauses between repeats of an outcome, doubling: reliability.md A.7."""

JITTER: Final = 0.1
"""Pauses differ by up to a tenth, so that many terminals do not call a returning bank at once."""

FAILURES_MAX: Final = 6
"""After so many sendings without an acknowledgement people step in: reliability.md A.7 [S18]."""

OLD_SECONDS: Final = 30 * 60.0
"""An outcome not acknowledged for so long stops new withdrawals: reliability.md A.7. Counted in this
run of the program; after a restart it counts anew, for monotonic time knows no other."""

PLACES: Final = 4
"""Outcomes on the way at once."""

PLACE_SECONDS: Final = 25.0
"""As long as a message may remain without an answer."""

BASIS_CHARACTERS_MAX: Final = 64
"""What the codec carries of a basis."""

REPLY_MTIS: Final = {"0220": "0230", "0420": "0430"}
_REPEAT_MTIS: Final = {"0220": "0221", "0420": "0421"}


@dataclass(slots=True)
class Advice:
    """One outcome on its way. `message` is its first form, without a checkpoint; `quiet` when the
    terminal has heard of its acknowledgement before. `carried` and `carried_last` are the
    rows of the first and the last sending on this connection, `unclear` whether something sent before
    the last one carried the same row."""

    effect: Outcome
    message: Message
    born: Seconds
    again_at: Seconds
    sent: bool = False
    quiet: bool = False
    pause: Seconds = REPEAT_SECONDS_FIRST
    place_until: Seconds = 0.0
    waiting: bool = False
    failures: int = 0
    carried: int | None = None
    carried_last: int = 0
    unclear: bool = False

    def form(self) -> Message:
        """What to send now, but for the checkpoint."""
        if not self.sent:
            return self.message
        return replace(self.message, mti=_REPEAT_MTIS[self.message.mti])

    def failed(self) -> bool:
        """A sending is over without acknowledgement. True once, when people should step in."""
        if not self.waiting:
            return False
        self.waiting, self.place_until = False, 0.0
        self.failures += 1
        return self.failures == FAILURES_MAX


@dataclass(frozen=True, slots=True)
class Told:
    """An acknowledged outcome: lost if the bank's row is below `row`, kept if it is not below
    `kept_from`, and in between nobody knows. `message` is None if it was told before this run."""

    effect: Outcome
    message: Message | None
    row: int
    kept_from: int


def advice_message(effect: Outcome, terminal: str, labels: Labels, account: str) -> Message:
    """The 0220 or 0420 of an outcome. `labels` are those of the operation: its moment and trace number
    are the request's, which field 90 of a reversal names again."""
    private = Private(
        txid=effect.txid,
        variant=labels.variant,
        coordination=labels.coordination,
        ending=ending_of(effect),
        basis=_plain(effect.basis),
        account=account,
    )
    plain = Message(
        mti="0220",
        terminal=terminal,
        at=labels.at,
        stan=labels.stan % 10**6,
        processing="010000",
        rrn=retrieval_number(labels.stan),
        private=private,
    )
    match effect:
        case fx.Complete(amount=amount, counts=counts):
            numbered = replace(private, counts=counts)
            currency = CURRENCY_NUMBERS[amount.currency]
            return replace(plain, amount=amount.minor, currency=currency, private=numbered)
        case fx.Credit(amount=amount, bundle=bundle, paid=paid):
            currency = CURRENCY_NUMBERS[amount.currency]
            noted = replace(private, counts=paid, fields=((NOTES, listed(bundle)),))
            plain = replace(plain, processing=DEPOSIT, amount=amount.minor, currency=currency)
            return replace(plain, private=noted)
        case fx.Suspect(amount=amount, counts=claimed, disputed=disputed):
            missing = None if disputed is None else disputed.minor
            numbered = replace(private, counts=claimed or (), disputed=missing)
            currency = CURRENCY_NUMBERS[amount.currency]
            return replace(plain, amount=amount.minor, currency=currency, private=numbered)
        case fx.Reverse() | fx.Cancel():
            original = Original("0200", plain.stan, plain.at)
            return replace(plain, mti="0420", original=original, replacement=0)


def ending_of(effect: Outcome) -> Ending:
    """How an operation ended, in the word both sides use."""
    match effect:
        case fx.Complete() | fx.Credit():
            return "completed"
        case fx.Reverse():
            return "reversed"
        case fx.Cancel():
            return "cancelled"
        case fx.Suspect():
            return "suspect"


def last_operation(effect: Operated) -> LastOperation:
    """The `last_tx` block that the next requests carry."""
    match effect:
        case fx.Reverse():
            notes: tuple[int, ...] = ()
        case fx.Credit(paid=paid):
            notes = paid
        case _:
            notes = effect.counts or ()
    return LastOperation(effect.txid, ending_of(effect), notes)


NOTES: Final = "notes"
"""The name of the field that lists the notes of a deposit."""


def listed(bundle: Bundle) -> str:
    """The notes of a deposit as the wire carries them: `10000x2,5000x1`, minor units and how many."""
    return ",".join(f"{minor}x{count}" for minor, count in bundle)


def _plain(text: str) -> str:
    """A basis as the wire carries it: an outcome is never lost to a strange character in an error."""
    kept = "".join(c if " " <= c <= "~" else "?" for c in text)
    return kept[:BASIS_CHARACTERS_MAX]


@dataclass(slots=True)
class Outbox:
    """Outcomes on their way (one for each txid, the newest) and outcomes told. `chance` gives numbers
    from 0 up to 1."""

    chance: Callable[[], float]
    owed: dict[str, Advice] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)

    def add(
        self,
        effect: Outcome,
        message: Message,
        now: Seconds,
        *,
        sent: bool = False,
        quiet: bool = False,
    ) -> None:
        """Owe an outcome from now on, in place of an earlier one of the same txid. `sent` if it may have
        been sent before; `quiet` if the terminal has heard before that it was booked."""
        self.told.pop(effect.txid, None)
        self.owed.pop(effect.txid, None)
        self.owed[effect.txid] = Advice(effect, message, now, now, sent, quiet)

    @property
    def telling_again(self) -> bool:
        """Whether something is owed that the bank had acknowledged before and lost."""
        return any(advice.quiet for advice in self.owed.values())

    def remember(self, told: Told) -> None:
        """Keep an outcome that the bank has acknowledged, in case it forgets."""
        self.told.pop(told.effect.txid, None)
        self.told[told.effect.txid] = told
        while len(self.told) > TOLD_MAX:
            del self.told[next(iter(self.told))]

    def due(self, now: Seconds) -> Seconds:
        """When something is to be sent, if there is a connection."""
        if not self.owed:
            return NEVER
        again = min(advice.again_at for advice in self.owed.values())
        taken = [a.place_until for a in self.owed.values() if a.place_until > now]
        return again if len(taken) < PLACES else max(again, min(taken))

    def ready(self, now: Seconds) -> list[Advice]:
        """What is to be sent now, longest due first, as far as there are places."""
        if not self.owed:
            return []
        free = PLACES - sum(a.place_until > now for a in self.owed.values())
        due = [a for a in self.owed.values() if a.again_at <= now]
        return sorted(due, key=lambda advice: advice.again_at)[: max(0, free)]

    def sent(self, advice: Advice, now: Seconds, row: int, row_before: int) -> None:
        """It was sent with a checkpoint of `row`; `row_before` is the highest sent until then."""
        if advice.carried is None:
            advice.carried = row
        advice.carried_last, advice.unclear = row, row_before >= row
        pause = advice.pause * (1 - JITTER + 2 * JITTER * self.chance())
        advice.pause = min(advice.pause * 2, REPEAT_SECONDS_MAX)
        advice.again_at = now + pause
        advice.place_until = min(advice.again_at, now + PLACE_SECONDS)
        advice.sent = advice.waiting = True

    def acknowledge(self, advice: Advice) -> None:
        """The bank has booked it."""
        del self.owed[advice.effect.txid]
        row = advice.carried or 0
        kept_from = row if advice.quiet else advice.carried_last + advice.unclear
        self.remember(Told(advice.effect, advice.message, row, kept_from))

    def take_lost(self, row: int) -> list[Told]:
        """The bank stands at `row` of our journal: what it lost or may have lost. No longer told."""
        lost = [told for told in self.told.values() if row < max(told.row, told.kept_from)]
        for told in lost:
            del self.told[told.effect.txid]
        return lost

    def renew(self, now: Seconds) -> None:
        """A fresh connection: everything owed is due at once."""
        for advice in self.owed.values():
            advice.again_at, advice.pause = now, REPEAT_SECONDS_FIRST

    def cut(self) -> Iterator[Advice]:
        """The connection is gone, and what was on the way with it. Gives what now fails too often."""
        for advice in self.owed.values():
            advice.carried = None
            if advice.failed():
                yield advice

    def oldest(self) -> Seconds:
        """Since when the oldest outcome is owed; NEVER if none is."""
        return min((advice.born for advice in self.owed.values()), default=NEVER)
