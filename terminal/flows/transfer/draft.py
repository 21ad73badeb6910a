"""A transfer as it grows, and what the bank says that decides about it.

The bank says who a payee is (masked), what this customer has sent before, what was agreed and what time
it is; which rule follows from that is `terminal/rules/`. A draft holds what the customer has decided so
far and ends with the visit, unless the customer wants it kept.

What the bank says comes as texts. What is not understood is not used: `None`, and the transfer stops.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, get_args

from terminal import session as s
from terminal.card import Card
from terminal.money import Amount
from terminal.profile import Language
from terminal.rules.history import History, Past, PayeeKind
from terminal.rules.signals import (
    Answer,
    Around,
    Lead,
    Order,
    Question,
    Signals,
    asking_on,
    next_step,
    transfer_questions,
    transfer_signals,
)
from terminal.rules.transfers import NOTHING, SHANGHAI, Agreed, Plan, Sent, plan, terms_on

CHINESE_SHOWN: Final[frozenset[Language]] = frozenset(("zh", "en"))
"""Languages in which the screens of a transfer show its key fields in Chinese too (CN-02)."""

NONE_SENT: Final = Sent()

KNOWN_MAX: Final = 5
"""Known payees that a bank names at a machine: with the way to a new one, two leaves for elders."""


@dataclass(frozen=True, slots=True)
class Named:
    """A payee as the bank names them: its own reference, the masked name, the last four digits of the
    account."""

    ref: str
    name: str
    tail: str


@dataclass(frozen=True, slots=True)
class Payee:
    """A payee after the bank's check: `account` is masked, `bank` the name of the bank that has it."""

    ref: str
    name: str
    account: str
    bank: str
    kind: PayeeKind = "other"
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Before:
    """What the bank says of this customer at `at`, its own instant: what was sent, what was agreed, what
    was done before, and how many transfers were begun today and not finished."""

    at: datetime
    sent: Sent = NONE_SENT
    agreed: Agreed | None = None
    history: History = ()
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft of an earlier visit that the bank kept: the payee's reference, and the amount."""

    ref: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom the bank says one may pay at once: those paid before, and a draft that was kept."""

    known: tuple[Named, ...] = ()
    kept: Kept | None = None


NO_CHOICE: Final = Choice()


@dataclass(frozen=True, slots=True)
class Draft:
    """What the customer has decided so far; no amount yet is nought. `choice` is what there was to
    choose from."""

    card: Card
    payee: Payee
    before: Before
    choice: Choice = NO_CHOICE
    amount: Amount = NOTHING
    answers: tuple[Answer, ...] = ()


def signals_of(session: s.Session, draft: Draft) -> Signals:
    """Which signals are up for it now (E.3 rule 1)."""
    payee, now = draft.payee, draft.before
    around = Around(session.phone == "declared", session.phone == "sensed", now.attempts)
    order = Order(draft.amount, payee.ref, payee.kind, payee.listed)
    today = now.at.date()
    asking = asking_on(session.machine.rules, today)
    return transfer_signals(order, now.history, around, today, asking)


def asked_now(draft: Draft, signals: Signals) -> Question | Lead:
    """The question to put now, or what the answers lead to."""
    return next_step(transfer_questions(signals, draft.payee.kind), draft.answers)


def plan_of(session: s.Session, draft: Draft, signals: Signals) -> Plan:
    """What may be done with it, were it accepted now."""
    before = draft.before
    return plan(
        draft.payee.kind,
        draft.amount,
        before.at,
        sent=before.sent,
        agreed=before.agreed,
        signals=signals,
        chinese_shown=session.look.language in CHINESE_SHOWN,
        terms=terms_on(session.machine.rules, before.at.date()),
    )


# --- what the bank says -----------------------------------------------------------------------------


def read_choice(said: Mapping[str, str]) -> Choice | None:
    """From `payees`: reference, name and tail of each known one; from `draft` what was kept."""
    try:
        rows = [text.split("|") for text in said.get("payees", "").split(";") if text]
        known = tuple(Named(ref, name, tail) for ref, name, tail in rows)
        ref, _, minor = said.get("draft", "").partition("|")
        kept = Kept(ref, Amount(int(minor))) if ref else None
        return Choice(known[:KNOWN_MAX], kept)
    except ValueError:
        return None


def read_payee(said: Mapping[str, str]) -> tuple[Payee, Before] | None:
    """Who the payee is, and what the bank says beside it."""
    try:
        kind = next(one for one in get_args(PayeeKind) if one == said["kind"])
        ref, listed = said["ref"], said.get("listed") == "1"
        payee = Payee(ref, said["name"], said["account"], said["bank"], kind, listed)
        return payee, _before(said, ref)
    except (KeyError, ValueError, StopIteration):
        return None


def _before(said: Mapping[str, str], ref: str) -> Before:
    at = instant(said["at"])
    return Before(
        at,
        _sent(said["sent"]),
        _agreed(said.get("agreed", "")),
        tuple(_past(text, ref, at.date()) for text in said.get("history", "").split(";") if text),
        int(said.get("attempts", "0")),
    )


def instant(text: str) -> datetime:
    """An instant with its zone, in Shanghai's wall time. Raises ValueError."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text} has no zone")
    return found.astimezone(SHANGHAI)


def _sent(text: str) -> Sent:
    day, counted, others, count, year = (int(part) for part in text.split("."))
    return Sent(Amount(day), Amount(counted), Amount(others), count, Amount(year))


def _agreed(text: str) -> Agreed | None:
    if not text:
        return None
    day, count, year = (int(part) for part in text.split("."))
    return Agreed(Amount(day), count, Amount(year))


def _past(text: str, ref: str, today: date) -> Past:
    """One earlier transfer: days ago, minor units, and 1 where it went to this payee."""
    ago, minor, same = (int(part) for part in text.split("."))
    day = today - timedelta(days=ago)
    return Past("transfer", day, Amount(minor), ref if same else "")
