"""When a transfer may arrive, until when it can be cancelled, and what must happen before it is sent
(accessibility.md CN-01 to CN-06, reliability.md E.3).

- **The hold.** A transfer at a machine is acted on 24 hours after it was accepted (CN-01). An own
  account at the same bank is exempt. For all others the hold may be dropped where the screen shows the
  key fields in Chinese and the customer confirms it (CN-03), but never while a signal is up
  (E.3 rule 2): what arrives sooner than 24 hours is not offered then, be it at once, in two hours or
  the next day. The three modes of CN-04 are thus a machine's only without the hold. CN-03 speaks of
  real time; that the two slower modes come with it is our reading [D].
- **A signal on the way to an own account** takes away real time; two hours and the next day stay.
- **No key fields in Chinese, no transfer** of any kind (CN-02).
- **Sums of a day** count this transfer too. Above 50,000 yuan strong verification is due, not counting
  own accounts at the same bank; above 300,000 a reminder and a confirmation (CN-05). "Above" is more than.
- **Agreed limits** are for accounts of others (CN-06): above them, or where nothing was agreed, the
  way is the counter.
- **Cancelling**: CN-01 gives it for the 24 hours; for two hours and the next day it is our own
  decision [D]. It ends when the transfer is due; real time has none.

Instants are aware datetimes and come out in Shanghai's wall time. China has had no summer time since
1991, so an offset of eight hours is the zone. Which signals are up is `signals.py`'s business; the
confirmation on screen is the flow's.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Final, Literal

from terminal.money import Amount, yuan
from terminal.rules.dated import Rules, holds, whole
from terminal.rules.history import History, PayeeKind, of_kind, on_day, summed
from terminal.rules.signals import Signals

SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")

NOTHING: Final = Amount(0)

Arrival = Literal["real_time", "two_hours", "next_day", "after_24h"]

Refusal = Literal["no_chinese_fields", "nothing_agreed", "day_amount", "day_count", "year_amount"]
"""Why the machine cannot do it. All but the first are done at the counter."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules of transfers on one day."""

    hold_hours: int
    own_same_bank_exempt: bool
    chinese_needed: bool
    hold_may_be_dropped: bool
    ordinary_hours: int
    next_day_hour: int
    strong_above: Amount
    reminder_above: Amount


def terms_on(rules: Rules, day: date) -> Terms:
    """The terms in force on that day. Raises RuleMistake if a number is missing."""
    return Terms(
        hold_hours=whole(rules, "CN-01.hold_hours", day),
        own_same_bank_exempt=holds(rules, "CN-01.own_account_same_bank_exempt", day),
        chinese_needed=holds(rules, "CN-02.chinese_key_fields", day),
        hold_may_be_dropped=holds(rules, "CN-03.hold_may_be_dropped", day),
        ordinary_hours=whole(rules, "CN-04.ordinary_hours", day),
        next_day_hour=whole(rules, "CN-04.next_day_hour", day),
        strong_above=yuan(whole(rules, "CN-05.strong_above_yuan", day)),
        reminder_above=yuan(whole(rules, "CN-05.reminder_above_yuan", day)),
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent before, not counting this transfer. `day` is all of today, `day_counted` without
    own accounts at the same bank, `others_*` to other people only."""

    day: Amount = NOTHING
    day_counted: Amount = NOTHING
    others_day: Amount = NOTHING
    others_count: int = 0
    others_year: Amount = NOTHING


def sent_before(history: History, today: date) -> Sent:
    """The sums from a history that holds today and this calendar year."""
    transfers = of_kind(history, "transfer")
    now = on_day(transfers, today)
    others = tuple(past for past in now if past.payee_kind == "other")
    year = tuple(
        past for past in transfers if past.payee_kind == "other" and past.day.year == today.year
    )
    return Sent(
        day=summed(now),
        day_counted=summed(past for past in now if past.payee_kind != "own_same_bank"),
        others_day=summed(others),
        others_count=len(others),
        others_year=summed(year),
    )


@dataclass(frozen=True, slots=True)
class Agreed:
    """The limits in the customer's contract for transfers to others without the counter (CN-06)."""

    day: Amount
    count: int
    year: Amount


@dataclass(frozen=True, slots=True)
class Offer:
    """One arrival that may be chosen: acted on at `due`, to be cancelled before `cancel_until`, None if
    it cannot be."""

    arrival: Arrival
    due: datetime
    cancel_until: datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What may be done with a transfer: refused with the reason, or offered with what is due before.
    The first offer is the one to begin with."""

    refused: Refusal | None = None
    strong: bool = False
    reminder: bool = False
    offers: tuple[Offer, ...] = ()


def plan(
    payee_kind: PayeeKind,
    amount: Amount,
    accepted: datetime,
    *,
    sent: Sent,
    agreed: Agreed | None,
    signals: Signals,
    chinese_shown: bool,
    terms: Terms,
) -> Plan:
    """The whole decision about one transfer accepted at that instant."""
    refused = refusal(payee_kind, amount, sent, agreed, chinese_shown, terms)
    if refused:
        return Plan(refused)
    return Plan(
        strong=strong_due(payee_kind, amount, sent, terms),
        reminder=sent.day + amount > terms.reminder_above,
        offers=tuple(
            Offer(arrival, due(arrival, accepted, terms), cancel_until(arrival, accepted, terms))
            for arrival in arrivals(payee_kind, signals, chinese_shown, terms)
        ),
    )


def refusal(
    payee_kind: PayeeKind,
    amount: Amount,
    sent: Sent,
    agreed: Agreed | None,
    chinese_shown: bool,
    terms: Terms,
) -> Refusal | None:
    """Why this machine may not take the order (CN-02, CN-06), or None."""
    if terms.chinese_needed and not chinese_shown:
        return "no_chinese_fields"
    return None if payee_kind != "other" else _above_agreed(amount, sent, agreed)


def _above_agreed(amount: Amount, sent: Sent, agreed: Agreed | None) -> Refusal | None:
    if agreed is None:
        return "nothing_agreed"
    if sent.others_day + amount > agreed.day:
        return "day_amount"
    if sent.others_count + 1 > agreed.count:
        return "day_count"
    return "year_amount" if sent.others_year + amount > agreed.year else None


def strong_due(payee_kind: PayeeKind, amount: Amount, sent: Sent, terms: Terms) -> bool:
    """Whether a certificate or a signature is due (CN-05)."""
    return payee_kind != "own_same_bank" and sent.day_counted + amount > terms.strong_above


def arrivals(
    payee_kind: PayeeKind, signals: Signals, chinese_shown: bool, terms: Terms
) -> tuple[Arrival, ...]:
    """Which arrivals may be offered, the one to begin with first: to others after the hold, as E.3
    rule 2 has it; to an own account at the same bank the soonest."""
    if terms.chinese_needed and not chinese_shown:
        return ()
    if payee_kind == "own_same_bank" and terms.own_same_bank_exempt:
        return ("two_hours", "next_day") if signals else ("real_time", "two_hours", "next_day")
    if signals or not (terms.hold_may_be_dropped and chinese_shown):
        return ("after_24h",)
    return ("after_24h", "next_day", "two_hours", "real_time")


def due(arrival: Arrival, accepted: datetime, terms: Terms) -> datetime:
    """When the bank acts on it, in Shanghai's wall time. `accepted` must know its zone."""
    here = _in_shanghai(accepted)
    match arrival:
        case "real_time":
            return here
        case "two_hours":
            return here + timedelta(hours=terms.ordinary_hours)
        case "next_day":
            tomorrow = here.date() + timedelta(days=1)
            return datetime.combine(tomorrow, time(terms.next_day_hour), SHANGHAI)
        case "after_24h":
            return here + timedelta(hours=terms.hold_hours)


def cancel_until(arrival: Arrival, accepted: datetime, terms: Terms) -> datetime | None:
    """Before which instant it can be cancelled, or None if never."""
    return None if arrival == "real_time" else due(arrival, accepted, terms)


def may_cancel(arrival: Arrival, accepted: datetime, now: datetime, terms: Terms) -> bool:
    """Whether it can still be cancelled: at the instant it is due it is too late."""
    until = cancel_until(arrival, accepted, terms)
    return until is not None and now < until


def _in_shanghai(instant: datetime) -> datetime:
    assert instant.tzinfo is not None, "an instant without a zone is no instant"
    return instant.astimezone(SHANGHAI)
