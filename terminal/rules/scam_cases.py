"""The scripted set: scam stories and ordinary operations, and how the rules do on them (reliability.md
E.3 rule 7, accessibility.md CN-11).

A case says what somebody does at the machine, what their own earlier days look like, what happens
around them and what they would answer if asked. What is asked, what comes of it and how soon the money
may go is worked out here by the same functions the terminal uses; nothing in the file says whether a
case is caught. `coached` people were told what to answer and do, so they pass the questions as an
honest customer does.

What the figures are worth: the stories are made up after kinds of scams that are public, the answers
are our guess of a person, and the ordinary operations are a mix of our own (it leaves out balances and
other visits that move no money, which would only flatter the share). They say how the rules behave and
not how many people would be saved.

Reading `scam_cases.toml` is the stage's; publishing the figures is a command's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final, Literal, get_args

from terminal.money import yuan
from terminal.rules.history import History, Kind, Past, PayeeKind
from terminal.rules.signals import (
    LEADS,
    Answer,
    Around,
    Asking,
    Lead,
    Order,
    Question,
    Signals,
    lead,
    transfer_questions,
    transfer_signals,
    withdrawal_questions,
    withdrawal_signals,
)
from terminal.rules.transfers import Arrival, Terms, arrivals

FILE: Final = "terminal/rules/scam_cases.toml"

Phone = Literal["", "declared", "sensed"]

DAYS_APART: Final[Mapping[str, int]] = {
    "cash": 30,
    "paid": 30,
    "cash_weekly": 7,
    "paid_weekly": 7,
}
"""The tables of a customer's earlier days: amounts in yuan, the latest first, so many days apart."""

_CASE_KEYS: Final = frozenset(
    [
        "id",
        "scam",
        "story",
        "customer",
        "does",
        "yuan",
        "payee",
        "payee_kind",
        "listed",
        "phone",
        "attempts",
        "today_yuan",
        "know",
        "caller",
        "coached",
    ]
)
_CASE_NEEDED: Final = frozenset(["id", "scam", "story", "customer", "does", "yuan", "caller"])


@dataclass(frozen=True, slots=True)
class Case:
    """One story. `order` is the transfer, and for cash only its amount counts; `history` holds today
    too; `answers` is what this person says if asked."""

    name: str
    scam: bool
    story: str
    kind: Kind
    order: Order
    history: History
    around: Around
    answers: Mapping[Question, Answer]
    coached: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a case: the signals, the questions that were put until the asking ended, how it
    ended, and which arrivals could then be chosen (none for cash or where nothing is sent)."""

    case: Case
    signals: Signals
    asked: tuple[Question, ...]
    ended: Lead
    arrivals: tuple[Arrival, ...]

    @property
    def questioned(self) -> bool:
        """Whether at least one question was put."""
        return bool(self.asked)

    @property
    def stopped(self) -> bool:
        """Whether nothing was sent or paid, or somebody was called first."""
        return self.ended != "continue"

    @property
    def caught(self) -> bool:
        """Whether a scam was stopped at the machine."""
        return self.case.scam and self.stopped

    @property
    def held(self) -> bool:
        """Whether it went on, but cannot be acted on before 24 hours, in which it can be cancelled."""
        return not self.stopped and self.arrivals == ("after_24h",)


@dataclass(frozen=True, slots=True)
class Score:
    """The figures to publish, as counts. `caught` and `held` are of `scams` and exclude each other;
    `coached_caught` is of `coached`; `questioned` and `stopped` are of `ordinary`."""

    scams: int
    caught: int
    held: int
    coached: int
    coached_caught: int
    ordinary: int
    questioned: int
    stopped: int

    @property
    def catch_rate(self) -> Fraction:
        """Scams stopped at the machine, of all scams."""
        return _share(self.caught, self.scams)

    @property
    def questioned_share(self) -> Fraction:
        """Ordinary operations that met a question, of all ordinary ones."""
        return _share(self.questioned, self.ordinary)


def _share(part: int, of: int) -> Fraction:
    return Fraction(part, of) if of else Fraction(0)


def judge(case: Case, today: date, asking: Asking, terms: Terms) -> Judged:
    """Plays one case through the rules of transfers or withdrawals."""
    match case.kind:
        case "transfer":
            signals = transfer_signals(case.order, case.history, case.around, today, asking)
            questions = transfer_questions(signals, case.order.payee_kind)
            offered = arrivals(case.order.payee_kind, signals, True, terms)
        case "withdrawal":
            amount = case.order.amount
            signals = withdrawal_signals(amount, case.history, case.around, today, asking)
            questions, offered = withdrawal_questions(signals), ()
    put, ended = _play(questions, case.answers)
    sent = offered if ended == "continue" else ()
    return Judged(case, signals, questions[:put], ended, sent)


def _play(questions: tuple[Question, ...], answers: Mapping[Question, Answer]) -> tuple[int, Lead]:
    """How many questions were put, and what the answers led to."""
    for put, question in enumerate(questions, start=1):
        leads_to = lead(question, answers[question])
        if leads_to != "continue":
            return put, leads_to
    return len(questions), "continue"


def score(judged: Iterable[Judged]) -> Score:
    """Counts what came of all cases."""
    every = tuple(judged)
    scams = [one for one in every if one.case.scam]
    ordinary = [one for one in every if not one.case.scam]
    coached = [one for one in scams if one.case.coached]
    return Score(
        scams=len(scams),
        caught=sum(one.caught for one in scams),
        held=sum(one.held for one in scams),
        coached=len(coached),
        coached_caught=sum(one.caught for one in coached),
        ordinary=len(ordinary),
        questioned=sum(one.questioned for one in ordinary),
        stopped=sum(one.stopped for one in ordinary),
    )


def cases_from(tables: Mapping[str, Any], today: date, file: str = FILE) -> tuple[Case, ...]:
    """The cases from parsed TOML, with their earlier days counted back from `today`. Raises ValueError
    naming file and case."""
    customers = {
        name: _history(rows, today, f"{file}: [customer.{name}]")
        for name, rows in tables.get("customer", {}).items()
    }
    found = tuple(_case(row, customers, today, file) for row in tables.get("case", []))
    names = [case.name for case in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{file}: {twice[0]} is there twice. Give each case its own id.")
    return found


def _history(rows: Mapping[str, Any], today: date, where: str) -> History:
    unknown = set(rows) - set(DAYS_APART)
    if unknown:
        raise ValueError(f"{where}: {min(unknown)} is unknown. Known are {', '.join(DAYS_APART)}.")
    return tuple(
        past
        for name, apart in DAYS_APART.items()
        for payee, amounts in _amounts(rows, name)
        for past in _spread(payee, amounts, apart, today)
    )


def _amounts(rows: Mapping[str, Any], name: str) -> Iterable[tuple[str, list[int]]]:
    if name.startswith("paid"):
        return tuple(rows.get(name, {}).items())
    return (("", rows.get(name, [])),)


def _spread(payee: str, amounts: list[int], apart: int, today: date) -> History:
    kind: Kind = "transfer" if payee else "withdrawal"
    return tuple(
        Past(kind, today - timedelta(days=apart * back), yuan(amount), payee)
        for back, amount in enumerate(amounts, start=1)
    )


def _case(row: Mapping[str, Any], customers: Mapping[str, History], today: date, file: str) -> Case:
    where = f"{file}: {row.get('id', 'a case without id')}"
    missing, unknown = _CASE_NEEDED - set(row), set(row) - _CASE_KEYS
    if missing or unknown:
        what = f"{min(missing)} is missing" if missing else f"{min(unknown)} is unknown"
        raise ValueError(f"{where}: {what}. Known are {', '.join(sorted(_CASE_KEYS))}.")
    if row["customer"] not in customers:
        raise ValueError(f"{where}: there is no [customer.{row['customer']}]. Add one.")
    kind: Kind = _one_of(where, "does", row["does"], Kind)
    phone: Phone = _one_of(where, "phone", row.get("phone", ""), Phone)
    payee, payee_kind = row.get("payee", ""), row.get("payee_kind", "other")
    if (kind == "transfer") != bool(payee):
        raise ValueError(f"{where}: a transfer has a payee, and only a transfer.")
    whose: PayeeKind = _one_of(where, "payee_kind", payee_kind, PayeeKind)
    earlier = row.get("today_yuan", 0)
    before = (Past(kind, today, yuan(earlier), payee, whose),) if earlier else ()
    return Case(
        name=row["id"],
        scam=row["scam"],
        story=row["story"],
        kind=kind,
        order=Order(yuan(row["yuan"]), payee, whose, row.get("listed", False)),
        history=(*customers[row["customer"]], *before),
        around=Around(phone == "declared", phone == "sensed", row.get("attempts", 0)),
        answers=_answers(where, row, kind),
        coached=row.get("coached", False),
    )


def _answers(where: str, row: Mapping[str, Any], kind: Kind) -> Mapping[Question, Answer]:
    said: dict[Question, Answer] = {"someone_on_phone": row["caller"]}
    if kind == "transfer":
        said["know_payee"] = row.get("know", "know")
    for question, answer in said.items():
        if answer not in LEADS[question]:
            known = ", ".join(LEADS[question])
            raise ValueError(f"{where}: {answer!r} is no answer to {question}. Known are {known}.")
    return said


def _one_of(where: str, key: str, value: Any, kind: Any) -> Any:
    if value in get_args(kind):
        return value
    raise ValueError(f"{where}: {key} is one of {get_args(kind)}, found {value!r}.")
