"""Which signals of a scam are up, which questions follow, and what each answer leads to (the table
"Where the flows ask" of accessibility.md D; reliability.md E.3).

Friction by signal, never by age and never by how the machine is presented: no function here has an
argument for either, and a test holds them to it. What is usual for this customer meets no question.

**Unusual**, plainly: the customer has done this kind of thing on at least three earlier days, and
today's sum with this amount is more than one and a half times the largest sum of the last twelve such
days, and more than 1,000 yuan. Sums of days, so that an amount cannot be hidden in pieces.
**Usual with a payee**: at least three earlier transfers to the same payee, the first of them sixty
days ago or more, and today's sum to that payee with this amount at most the largest of an earlier day.
Such a transfer is neither large nor unusual. **Large** is today's sum to that payee with this amount, from 5,000 yuan.

To an own account nobody is asked whether they know the payee, and neither its being new nor its
amount is a signal; a listed payee, many attempts and a telephone call are. For cash the same holds,
and an unusual amount counts.

A question is one screen. Stopping costs nothing; answers are recorded as these codes only (E.3 rule 6).
What is said is the catalogue's business, what may still be offered `transfers.py`'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from terminal.money import Amount, yuan
from terminal.rules.dated import Rules, whole
from terminal.rules.history import (
    History,
    Kind,
    PayeeKind,
    before,
    of_kind,
    on_day,
    recent_day_sums,
    summed,
    to_payee,
)

Signal = Literal[
    "first_payee",
    "large_amount",
    "unusual_amount",
    "many_attempts",
    "listed_payee",
    "phone_declared",
    "phone_sensed",
]
"""reliability.md E.3 rule 1, and accessibility.md D."""

Signals = tuple[Signal, ...]

Question = Literal["know_payee", "someone_on_phone"]

Answer = Literal["know", "nobody", "somebody", "unsure", "help"]

Lead = Literal["continue", "safe_stop", "help"]
"""Go on; nothing is sent or paid, thanked for and without penalty; or somebody comes and nothing
happens until then."""

LEADS: Final[Mapping[Question, Mapping[Answer, Lead]]] = {
    "know_payee": {"know": "continue", "unsure": "safe_stop", "help": "help"},
    "someone_on_phone": {
        "nobody": "continue",
        "somebody": "safe_stop",
        "unsure": "safe_stop",
        "help": "help",
    },
}
"""Every question with its answers, in their order on the screen."""

PAUSING: Final[frozenset[Signal]] = frozenset(("phone_declared", "phone_sensed"))
"""A caller is there: transfers wait, balance and card return do not (reliability.md E.3 rule 4)."""


@dataclass(frozen=True, slots=True)
class Asking:
    """The thresholds on one day (rules `ASK.*`)."""

    large_from: Amount
    unusual_percent: int
    unusual_floor: Amount
    history_least: int
    regular_days: int
    attempts_from: int


def asking_on(rules: Rules, day: date) -> Asking:
    """The thresholds in force on that day. Raises RuleMistake if one is missing."""
    return Asking(
        large_from=yuan(whole(rules, "ASK.large_from_yuan", day)),
        unusual_percent=whole(rules, "ASK.unusual_percent", day),
        unusual_floor=yuan(whole(rules, "ASK.unusual_floor_yuan", day)),
        history_least=whole(rules, "ASK.history_least", day),
        regular_days=whole(rules, "ASK.regular_days", day),
        attempts_from=whole(rules, "ASK.attempts_from", day),
    )


@dataclass(frozen=True, slots=True)
class Order:
    """A transfer as asked for: `payee` is the bank's reference, `listed` what the bank says of it."""

    amount: Amount
    payee: str
    payee_kind: PayeeKind = "other"
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """What is going on at the machine: a telephone call, said by the customer or seen by a sensor, and
    how often today a transfer or withdrawal was begun with this card and not finished."""

    phone_declared: bool = False
    phone_sensed: bool = False
    attempts: int = 0


def transfer_signals(
    order: Order, history: History, around: Around, today: date, asking: Asking
) -> Signals:
    """Every signal that is up for this transfer, in the order of E.3."""
    strange = order.payee_kind == "other"
    usual = usual_with_payee(order, history, today, asking)
    up: Mapping[Signal, bool] = {
        "first_payee": strange and not to_payee(history, order.payee),
        "large_amount": strange and not usual and _large(order, history, today, asking),
        "unusual_amount": strange
        and not usual
        and unusual("transfer", order.amount, history, today, asking),
        "many_attempts": around.attempts >= asking.attempts_from,
        "listed_payee": order.listed,
        "phone_declared": around.phone_declared,
        "phone_sensed": around.phone_sensed,
    }
    return tuple(signal for signal, is_up in up.items() if is_up)


def withdrawal_signals(
    amount: Amount, history: History, around: Around, today: date, asking: Asking
) -> Signals:
    """Every signal that is up for taking out this amount."""
    up: Mapping[Signal, bool] = {
        "unusual_amount": unusual("withdrawal", amount, history, today, asking),
        "many_attempts": around.attempts >= asking.attempts_from,
        "phone_declared": around.phone_declared,
        "phone_sensed": around.phone_sensed,
    }
    return tuple(signal for signal, is_up in up.items() if is_up)


def unusual(kind: Kind, amount: Amount, history: History, today: date, asking: Asking) -> bool:
    """Whether today's sum with this amount stands out from the customer's own earlier days. Without
    enough of them nobody knows, and then it is not called unusual."""
    done = of_kind(history, kind)
    earlier = recent_day_sums(before(done, today))
    now = summed(on_day(done, today)) + amount
    if len(earlier) < asking.history_least or now <= asking.unusual_floor:
        return False
    return now.minor * 100 > max(earlier).minor * asking.unusual_percent


def usual_with_payee(order: Order, history: History, today: date, asking: Asking) -> bool:
    """Whether this customer pays this payee such an amount as a habit."""
    sent = to_payee(history, order.payee)
    earlier = before(sent, today)
    if len(earlier) < asking.history_least:
        return False
    long_known = min(past.day for past in earlier) <= today - timedelta(days=asking.regular_days)
    now = summed(on_day(sent, today)) + order.amount
    return long_known and now <= max(recent_day_sums(earlier))


def _large(order: Order, history: History, today: date, asking: Asking) -> bool:
    earlier_today = on_day(to_payee(history, order.payee), today)
    return summed(earlier_today) + order.amount >= asking.large_from


def transfer_questions(signals: Signals, payee_kind: PayeeKind) -> tuple[Question, ...]:
    """What is asked, one to a screen, in this order. Nothing without a signal."""
    if not signals:
        return ()
    return ("know_payee", "someone_on_phone") if payee_kind == "other" else ("someone_on_phone",)


def withdrawal_questions(signals: Signals) -> tuple[Question, ...]:
    """What is asked before cash is paid. Nothing without a signal."""
    return ("someone_on_phone",) if signals else ()


def lead(question: Question, answer: Answer) -> Lead:
    """What this answer leads to. A question has only its own answers: another is a mistake."""
    assert answer in LEADS[question], f"{answer} is no answer to {question}"
    return LEADS[question][answer]


def next_step(questions: tuple[Question, ...], answers: tuple[Answer, ...]) -> Question | Lead:
    """The question to put now, or what the answers so far lead to. The first answer that does not go
    on ends the asking."""
    for question, answer in zip(questions, answers, strict=False):
        leads_to = lead(question, answer)
        if leads_to != "continue":
            return leads_to
    return questions[len(answers)] if len(answers) < len(questions) else "continue"


def paused(signals: Signals) -> bool:
    """Whether transfers wait until the telephone call is over."""
    return any(signal in PAUSING for signal in signals)
