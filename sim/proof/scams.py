"""How the machine's own screens do on the scripted scams and ordinary operations (reliability.md E.3 rule 7).

Every case is played through the session that customers meet: the amount is typed, what is asked is answered
as this person would, one press for each, and what follows is read off the screen that comes. The same case is
judged by the rules alone beside it: where the two differ, the screens do not do what the rules say, and that
is counted and named.

What the figures are worth stands in `terminal/rules/scam_cases.py`. Cash is played too: the machine asks
nothing before it pays out, so no scam that wants cash is caught there.
"""

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from sim.stage.rulebook import read_rules, read_scam_cases
from terminal import events as ev
from terminal import session as s
from terminal.card import Card, Pan
from terminal.cash_units import Cassette
from terminal.flow import step
from terminal.flows.transfer import phases
from terminal.flows.transfer.draft import Before, Draft, Payee
from terminal.money import yuan
from terminal.profile import PROFILE_NAMES, ProfileName
from terminal.rules.dated import Rules
from terminal.rules.scam_cases import Case, judge
from terminal.rules.signals import asking_on
from terminal.rules.transfers import SHANGHAI, Agreed, Arrival, terms_on
from terminal.values import replace

DAY: Final = date(2026, 11, 22)
"""The day on which the set is played: any on which all rules are in force."""

CARD: Final = Card(Pan("6228480000000000117"), "3012")
CASSETTES: Final = (Cassette(yuan(100), 2_000),)
NO_LIMIT: Final = Agreed(yuan(999_999), 99, yuan(9_999_999))
"""A contract that refuses nothing, so that only the questions decide."""

STEPS_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a case at the machine: how many questions it met, whether it was stopped or somebody was
    called, which arrivals could then be chosen, and whether the rules alone say the same."""

    case: Case
    questions: int
    stopped: bool
    arrivals: tuple[Arrival, ...] = ()
    agrees: bool = True

    @property
    def held(self) -> bool:
        """It went on, but is not acted on before 24 hours, in which it can be cancelled."""
        return not self.stopped and self.arrivals == ("after_24h",)


def play(case: Case, rules: Rules, profile: ProfileName = "standard") -> Played:
    """One case at the machine, in one profile."""
    if case.kind == "withdrawal":
        return _played_cash(case, profile)
    session = _typed(case, _began(case, rules, profile))
    questions = 0
    for _ in range(STEPS_MAX):
        match session.phase:
            case phases.Questioning(question=question) if not session.overlay:
                questions += 1
                session = _press(session, "answer", case.answers[question])
            case phases.Questioning() | phases.Stopped():
                return _judged(Played(case, questions, stopped=True), rules)
            case phases.ChoosingArrival(offers=offers):
                arrivals = tuple(one.arrival for one in offers)
                return _judged(Played(case, questions, stopped=False, arrivals=arrivals), rules)
            case phases.ReviewingTransfer(offer=offer):
                sole: tuple[Arrival, ...] = (offer.arrival,)
                return _judged(Played(case, questions, stopped=False, arrivals=sole), rules)
            case other:
                raise AssertionError(f"{case.name}: {type(other).__name__} was not expected")
    raise AssertionError(f"{case.name}: asks for ever")


def _judged(played: Played, rules: Rules) -> Played:
    """Beside what the rules alone say of it."""
    alone = judge(played.case, DAY, asking_on(rules, DAY), terms_on(rules, DAY))
    same = (len(alone.asked), alone.stopped) == (played.questions, played.stopped)
    return replace(played, agrees=same and set(alone.arrivals) == set(played.arrivals))


def _played_cash(case: Case, profile: ProfileName) -> Played:
    """Cash: typed, and read back or offered in amounts that the machine can pay. No question comes,
    whatever the signals."""
    machine = s.Machine(CASSETTES, cash="", withdrawal_max=yuan(20_000))
    look = s.Look(profile=profile)
    session = s.Session(s.EnteringAmount(CARD), machine, look, visit="v")
    session = _press(_digits(session, case.order.amount.major), "confirm")
    no_question = isinstance(session.phase, s.Reviewing | s.SuggestingAmounts)
    assert no_question, f"{case.name}: {type(session.phase).__name__} was not expected"
    return Played(case, 0, stopped=False)


def _began(case: Case, rules: Rules, profile: ProfileName) -> s.Session:
    order, around = case.order, case.around
    at = datetime.combine(DAY, time(10), SHANGHAI)
    payee = Payee(order.payee, "*", "0000", "", order.payee_kind, order.listed)
    before = Before(at, agreed=NO_LIMIT, history=case.history, attempts=around.attempts)
    machine = s.Machine(CASSETTES, cash="", services=("withdrawal", "transfer"), rules=rules)
    phone: s.PhoneSignal = "sensed" if around.phone_declared or around.phone_sensed else ""
    return s.Session(
        phases.EnteringSum(Draft(CARD, payee, before)),
        machine,
        s.Look(profile=profile),
        visit="v",
        phone=phone,
        serving="transfer",
    )


def _typed(case: Case, session: s.Session) -> s.Session:
    return _press(_digits(session, case.order.amount.major), "confirm")


def _digits(session: s.Session, number: int) -> s.Session:
    for digit in str(number):
        session = _press(session, "digit", int(digit))
    return session


def _press(session: s.Session, name: str, value: int | str | None = None) -> s.Session:
    return step(session, ev.Chosen(name, value), 0.0)[0]


# --- what is published ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts that are published, of one kind of operation."""

    scams: int
    caught: int
    held: int
    coached: int
    coached_caught: int
    ordinary: int
    questioned: int
    stopped: int


def figures(played: Iterable[Played]) -> Figures:
    """Counts what came of the cases."""
    every = tuple(played)
    scams = [one for one in every if one.case.scam]
    ordinary = [one for one in every if not one.case.scam]
    coached = [one for one in scams if one.case.coached]
    return Figures(
        len(scams),
        sum(one.stopped for one in scams),
        sum(one.held for one in scams),
        len(coached),
        sum(one.stopped for one in coached),
        len(ordinary),
        sum(one.questions > 0 for one in ordinary),
        sum(one.stopped for one in ordinary),
    )


def lines(every: tuple[Played, ...]) -> Iterator[str]:
    """What is printed, and stands in the README."""
    of = figures(one for one in every if one.case.kind == "transfer")
    cash = figures(one for one in every if one.case.kind == "withdrawal")
    everything = figures(every)
    yield (
        f"Scams by transfer: {of.caught} of {of.scams} stopped at the machine, {of.held} more held "
        f"for 24 hours; of {of.coached} coached ones {of.coached_caught} stopped."
    )
    yield f"Scams by cash: {cash.caught} of {cash.scams} stopped; before cash nothing is asked."
    yield (
        f"All scams: {everything.caught} of {everything.scams} stopped "
        f"({everything.caught * 100 // everything.scams} %)."
    )
    yield (
        f"Ordinary operations that met a question: {everything.questioned} of {everything.ordinary} "
        f"({everything.questioned * 100 // everything.ordinary} %), {of.questioned} of "
        f"{of.ordinary} transfers; {everything.stopped} of them stopped or asked for help."
    )


def play_all(profile: ProfileName = "standard") -> tuple[Played, ...]:
    """Every case, in one profile."""
    rules = read_rules()
    return tuple(play(case, rules, profile) for case in read_scam_cases(DAY))


def run(given: argparse.Namespace) -> int:
    """`python main.py scams`: the figures, every case on request. 1 if screens and rules differ, or one
    profile meets other questions than another."""
    by_profile = {profile: play_all(profile) for profile in PROFILE_NAMES}
    every = by_profile["standard"]
    if given.cases:
        for one in every:
            kind = "scam" if one.case.scam else "ordinary"
            end = "stopped" if one.stopped else "held 24 h" if one.held else "went on"
            print(f"{kind:<9}{one.case.name:<40}{one.questions} questions, {end}")
    print("\n".join(lines(every)))
    wrong = [one.case.name for one in every if not one.agrees]
    others = [name for name, played in by_profile.items() if played != every]
    for name in wrong:
        print(f"{name}: the screens do not do what the rules say.")
    for name in others:
        print(f"{name}: other questions than in the standard profile.")
    return 1 if wrong or others else 0
