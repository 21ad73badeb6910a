"""Transfers that wait to be paid, on the first screen of a later visit, and their cancelling (CN-01).

They are shown once, right after the PIN, and only where the bank said with the card that there are any.
A bank that does not answer holds nobody up: the visit goes on. Cancelling costs nothing, is asked once
more, and asking again changes nothing; whether it was in time, the bank says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Fact, Picture, Prompt
from terminal.card import Card
from terminal.flows.offer import OUTCOME, ask_bank, waiting
from terminal.flows.transfer.draft import instant
from terminal.flows.transfer.phases import NAME, TransferPhase, moment
from terminal.flows.visit import Step, afresh, begin, enter, give_back, reference_of
from terminal.menu import allowed
from terminal.messages import VOICED
from terminal.money import Amount
from terminal.profile import Waits
from terminal.values import replace

OFFERED: Final = "pending_transfers"
"""What the bank says with the card where transfers wait that can be cancelled."""

WAITING_MAX: Final = 5
"""Waiting transfers that are shown at a machine; the counter has all of them."""

REPEATS_MAX: Final = 3
"""How often a cancelling without an answer is asked for again, as the same question."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A transfer that waits: its id, the masked name and tail of the payee, and the instant before which
    it can be cancelled."""

    txid: str
    name: str
    tail: str
    amount: Amount
    until: datetime


@dataclass(frozen=True, slots=True)
class AskingWaiting(TransferPhase):
    """The bank is asked which transfers wait."""

    card: Card
    message: str

    prompt: ClassVar[Prompt] = waiting()


@dataclass(frozen=True, slots=True)
class ShowingWaiting(TransferPhase):
    """One transfer that waits: left as it is, cancelled, or the next one looked at."""

    card: Card
    all: tuple[Waiting, ...]
    at: int = 0

    prompt: ClassVar[Prompt] = Prompt(
        "transfer.waiting",
        Waits.REVIEW,
        Ask.FACTS,
        (
            Answer("leave_waiting", role="primary", key="enter"),
            Answer("cancel_transfer", key="1"),
            Answer("next_waiting", role="quiet", key="2"),
        ),
        cue=Cue.STEP,
        private=True,
    )

    @property
    def shown(self) -> Waiting:
        """The one on the screen."""
        return self.all[self.at]

    def asked(self, session: s.Session) -> Prompt:
        """The way to the next only where there is one."""
        if len(self.all) > 1:
            return self.prompt
        return replace(self.prompt, answers=self.prompt.answers[:-1])

    def text_key(self, session: s.Session) -> str:
        """Several are told as such."""
        return "transfer.waiting_several" if len(self.all) > 1 else self.prompt.key

    def values(self, session: s.Session) -> Mapping[str, object]:
        """Which of how many."""
        return {"number": self.at + 1, "of": len(self.all)}

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """What it is, and until when it can be cancelled."""
        return waiting_facts(self.shown)


@dataclass(frozen=True, slots=True)
class ConfirmingCancel(TransferPhase):
    """Asked once more. The way back costs nothing either."""

    card: Card
    shown: Waiting
    all: tuple[Waiting, ...]

    prompt: ClassVar[Prompt] = Prompt(
        "transfer.confirming_cancel",
        Waits.REVIEW,
        Ask.FACTS,
        (Answer("confirm_cancel", key="1"), Answer("leave_waiting", key="2")),
        cue=Cue.STEP,
        private=True,
        may_go_back=True,
    )

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """Which one."""
        return waiting_facts(self.shown)


@dataclass(frozen=True, slots=True)
class Cancelling(TransferPhase):
    """The bank is asked to cancel it; `repeat` counts how often before without an answer."""

    card: Card
    shown: Waiting
    message: str
    repeat: int = 0

    prompt: ClassVar[Prompt] = waiting("transfer.cancelling")


@dataclass(frozen=True, slots=True)
class CancelEnded(TransferPhase):
    """What became of it: `cancelled`, or `too_late`."""

    card: Card
    shown: Waiting
    ended: str

    receipt: ClassVar[bool] = True
    prompt: ClassVar[Prompt] = Prompt(
        "transfer.cancel_cancelled", Waits.REVIEW, Ask.FACTS, OUTCOME, cue=Cue.DONE, private=True
    )

    def asked(self, session: s.Session) -> Prompt:
        """With the picture of how it ended."""
        picture = Picture.DONE if self.ended == "cancelled" else Picture.NONE
        return replace(self.prompt, key=self.text_key(session), picture=picture)

    def text_key(self, session: s.Session) -> str:
        """How it ended."""
        return f"transfer.cancel_{self.ended}"

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """Which one it was."""
        return waiting_facts(self.shown)[:-1]


PHASES = (AskingWaiting, ShowingWaiting, ConfirmingCancel, Cancelling, CancelEnded)


def waiting_facts(one: Waiting) -> tuple[Fact, ...]:
    """A transfer that waits, line by line."""
    return (
        Fact("transfer.amount", one.amount, strong=True),
        Fact("transfer.payee", one.name),
        Fact("transfer.tail", one.tail),
        Fact("transfer.number", reference_of(one.txid)),
        Fact("transfer.cancel_until", moment(one.until)),
    )


def greet(session: s.Session, card: Card) -> Step | None:
    """After the PIN: whether there is something to show before anything is chosen."""
    able = NAME in allowed(session) and session.look.language in VOICED
    if OFFERED not in session.offered or not able:
        return None
    serving = replace(session, serving=NAME)
    return ask_bank(
        serving, card, "transfers_waiting", lambda message: AskingWaiting(card, message)
    )


def step(session: s.Session, event: ev.Event) -> Step | None:
    """One step of a waiting transfer, or None if the event means nothing of its own here."""
    match session.phase, event:
        case AskingWaiting(card=card, message=ours), ev.BankAnswered(message=theirs) if (
            ours == theirs
        ):
            known = read_waiting(dict(event.fields))
            return enter(session, ShowingWaiting(card, known)) if known else begin(session, card)
        case AskingWaiting(card=card, message=ours), ev.BankRefused(message=theirs) if (
            ours == theirs
        ):
            return begin(session, card)
        case AskingWaiting(card=card), ev.TimedOut():
            return begin(session, card)
        case ShowingWaiting(card=card), ev.Chosen("leave_waiting"):
            return begin(session, card)
        case ShowingWaiting() as phase, ev.Chosen("next_waiting"):
            fresh = afresh(session)
            return enter(fresh, replace(phase, at=(phase.at + 1) % len(phase.all)))
        case ShowingWaiting(card=card, all=every) as phase, ev.Chosen("cancel_transfer"):
            return enter(session, ConfirmingCancel(card, phase.shown, every))
        case ConfirmingCancel(card=card, shown=one, all=every), ev.Chosen("leave_waiting" | "back"):
            return enter(session, ShowingWaiting(card, every, every.index(one)))
        case ConfirmingCancel(card=card, shown=one), ev.Chosen("confirm_cancel"):
            fields = (("txid", one.txid),)
            return ask_bank(
                session,
                card,
                "transfer_cancel",
                lambda message: Cancelling(card, one, message),
                fields,
            )
        case Cancelling() as phase, _:
            return _cancelling(session, phase, event)
        case _:
            return None


def _cancelling(session: s.Session, phase: Cancelling, event: ev.Event) -> Step | None:
    match event:
        case ev.BankAnswered(message=message) if message == phase.message:
            ended = CancelEnded(phase.card, phase.shown, "cancelled")
            return enter(session, ended, fx.Cancel(phase.shown.txid))
        case ev.BankRefused(message=message, reason="too_late") if message == phase.message:
            return enter(session, CancelEnded(phase.card, phase.shown, "too_late"))
        case ev.BankRefused(message=message) if message == phase.message:
            return give_back(session, "transfer_cancel_unknown")
        case ev.TimedOut() if phase.repeat < REPEATS_MAX:
            again = replace(phase, repeat=phase.repeat + 1)
            fields = (("txid", phase.shown.txid),)
            asked = fx.AskBank(phase.message, phase.card, "transfer_cancel", fields)
            return enter(session, again, asked)
        case ev.TimedOut() | ev.Chosen("return_card"):
            return give_back(session, "transfer_cancel_unknown")
        case _:
            return None


def read_waiting(said: Mapping[str, str]) -> tuple[Waiting, ...]:
    """The transfers that wait, as the bank names them; what is not understood is not shown."""
    found: list[Waiting] = []
    for text in said.get("waiting", "").split(";"):
        try:
            txid, name, tail, minor, until = text.split("|")
            found.append(Waiting(txid, name, tail, Amount(int(minor)), instant(until)))
        except ValueError:
            continue
    return tuple(found[:WAITING_MAX])
