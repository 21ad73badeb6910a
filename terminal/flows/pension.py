"""The pension: has it come, when and how much, and taken out in one press.

"Take it out" leads to the review of an ordinary withdrawal with that amount, or the nearest below it that can be
paid here and now; limits, PIN, card back and counting are those of every withdrawal.

Its tile stands first on the days after it came, until cash was drawn (`menu.READY`). That asks for no consent and
for no age: it is a fact of this customer's own account, such as its balance is, told by the bank; it is in
both versions, hides no service and changes no limit (C5 rules 2 and 3). What a customer does most is another matter,
because it is counted over visits; that needs their yes (`own.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Fact, Prompt
from terminal.card import Card
from terminal.cash_units import largest_payable, mix_for
from terminal.flows.offer import OUTCOME, Service, answered, ask_bank, waiting
from terminal.flows.visit import Step, enter
from terminal.messages import day_of
from terminal.money import Amount
from terminal.profile import Waits
from terminal.service import ServicePhase
from terminal.values import replace

NAME: Final = "pension"

TAKE = Answer("take_out", role="primary", text="pension.take", key="enter")
BESIDE = (Answer("another", key="1"), Answer("done", key="2"))
"""The answers of every outcome, beside one that comes before them."""


@dataclass(frozen=True, slots=True)
class Pension:
    """What the bank says: how much it is, when it last came and when it comes next (YYYY-MM-DD), how much can be
    drawn now, and whether this month's has come and cash was drawn since."""

    amount: Amount
    came: str
    comes: str
    available: Amount
    arrived: bool
    taken: bool

    def told(self) -> tuple[Fact, ...]:
        """How much and when, and the one before or after."""
        amount = Fact("pension.amount", self.amount, strong=True, financial=True)
        comes = Fact("pension.comes", self.comes)
        if not self.arrived:
            return amount, comes, Fact("pension.came", self.came)
        return amount, Fact("pension.arrived_on", self.came), comes


@dataclass(frozen=True, slots=True)
class Asking(ServicePhase):
    """The bank is asked."""

    card: Card
    message: str

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = waiting()


@dataclass(frozen=True, slots=True)
class Showing(ServicePhase):
    """What the bank says of it."""

    card: Card
    pension: Pension

    service: ClassVar[str] = NAME
    receipt: ClassVar[bool] = True
    prompt: ClassVar[Prompt] = Prompt(
        "pension.arrived", Waits.REVIEW, Ask.FACTS, OUTCOME, cue=Cue.STEP, private=True
    )

    def asked(self, session: s.Session) -> Prompt:
        """What has come and lies there can be taken out."""
        if not can_take(session.machine, self.pension):
            return self.prompt
        return replace(self.prompt, answers=(TAKE, *BESIDE))

    def text_key(self, session: s.Session) -> str:
        """What has become of this month's."""
        match self.pension:
            case Pension(arrived=False):
                return "pension.waiting"
            case Pension(taken=True):
                return "pension.taken"
            case pension if can_take(session.machine, pension) is None:
                return "pension.no_cash"
            case _:
                return self.prompt.key

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """How much and when; what can be taken here at once, where that is less; and the one before or after."""
        said, out = self.pension, can_take(session.machine, self.pension)
        if out is None or out == said.amount:
            return said.told()
        *first, comes = said.told()
        return *first, Fact("pension.payable", out), comes


def can_take(machine: s.Machine, pension: Pension) -> Amount | None:
    """What can be taken out at once: the pension, or the nearest amount below it that the account, the limit and
    the notes allow; None where it did not come, was taken, or no notes come."""
    if not pension.arrived or pension.taken or machine.cash or machine.doubt:
        return None
    most = min(pension.amount, pension.available, machine.withdrawal_max)
    return largest_payable(machine.cassettes, most)


def _begin(session: s.Session, card: Card) -> Step:
    return ask_bank(session, card, NAME, lambda message: Asking(card, message))


def _step(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case Asking(card=card, message=asked), _:
            return answered(
                *(session, asked, event),
                lambda said: Showing(card, pension) if (pension := understood(said)) else None,
            )
        case Showing(card=card, pension=pension), ev.Chosen("take_out"):
            return _take(session, card, can_take(session.machine, pension))
        case _:
            return None


def _take(session: s.Session, card: Card, amount: Amount | None) -> Step | None:
    """To the review of a withdrawal: from here on it is one like any other."""
    mix = None if amount is None else mix_for(amount, session.machine.cassettes)
    if amount is None or mix is None:
        return None
    return enter(replace(session, serving=""), s.Reviewing(card, amount, mix))


def understood(said: Mapping[str, str]) -> Pension | None:
    """What the bank said, or None where that is not understood: a wrong sum is worse than none."""
    try:
        amount, available = Amount(int(said["amount"])), Amount(int(said["available"]))
        came, comes = said["came"], said["comes"]
        told = Pension(amount, came, comes, available, said["arrived"] == "1", said["taken"] == "1")
    except (KeyError, ValueError):
        return None
    sound = amount.minor > 0 and day_of(came) and day_of(comes)
    return told if sound else None


SERVICE: Final = Service(NAME, _begin, _step, (Asking, Showing))
