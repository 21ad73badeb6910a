"""The premium of an insurance that is due: renewed or not, as the customer wants.

It is never a sale. The bank names the customer's own policy that is due and no other; nothing else is offered and
nothing is recommended. The risk information stands alone for at least three seconds, or is heard to its end, before
there is anything to press (policy item 11), and stands beside the question too. "Renew" and "Do not renew" are two
answers of one rank: the same size, the same number of presses, neither of them on Enter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Fact, Picture, Prompt, Word
from terminal.card import Card
from terminal.flows import paying
from terminal.flows.offer import OUTCOME, Service, answered, ask_bank, waiting
from terminal.flows.visit import Step, enter, give_back, reference_of, to_menu
from terminal.focus import on_glass
from terminal.messages import day_of
from terminal.money import Amount
from terminal.profile import Waits
from terminal.service import ServicePhase

NAME: Final = "insurance"

NOT_DUE: Final = ("nothing_due", "paid", "underway")
"""Why there is nothing to renew."""

RENEW = Answer("renew", key="1", text="insurance.renew")
LEAVE = Answer("not_renew", key="2", text="insurance.not_renew")


@dataclass(frozen=True, slots=True)
class Policy:
    """What the bank says is due for another year: number and insured (masked), insurer, premium, and until which
    day the policy runs (YYYY-MM-DD)."""

    number: str
    insured: str
    insurer: str
    amount: Amount
    last_day: str

    def facts(self) -> tuple[Fact, ...]:
        """The same before paying, after it, and on a receipt."""
        return (
            Fact("insurance.amount", self.amount, strong=True),
            Fact("insurance.insurer", self.insurer),
            Fact("insurance.insured", self.insured),
            Fact("insurance.number", self.number[-4:], financial=True),
            Fact("insurance.last_day", self.last_day),
            Fact("insurance.how_long", Word("insurance.one_year")),
        )


@dataclass(frozen=True, slots=True)
class Asking(ServicePhase):
    """The bank is asked."""

    card: Card
    message: str

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = waiting()


@dataclass(frozen=True, slots=True)
class TellingRisk(ServicePhase):
    """The risk information alone. There is nothing to press for it: its wait ends by itself when it stood there long
    enough or was heard."""

    card: Card
    policy: Policy

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "insurance.risk", Waits.SUMMARY, Ask.FACTS, cue=Cue.STEP, may_go_back=True
    )


@dataclass(frozen=True, slots=True)
class Deciding(ServicePhase):
    """The policy is read back with the risk information, and both answers are open."""

    card: Card
    policy: Policy

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "insurance.deciding",
        Waits.REVIEW,
        Ask.REVIEW,
        (RENEW, LEAVE),
        cue=Cue.STEP,
        private=True,
        may_go_back=True,
    )

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """The policy."""
        return self.policy.facts()


@dataclass(frozen=True, slots=True)
class NotRenewed(ServicePhase):
    """Left as it is; it costs nothing and is asked for no reason."""

    card: Card
    policy: Policy

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "insurance.left", Waits.REVIEW, Ask.CHOICE, OUTCOME, Picture.DONE, Cue.DONE, private=True
    )

    def values(self, session: s.Session) -> Mapping[str, object]:
        """Until when it runs."""
        return {"last_day": self.policy.last_day}


@dataclass(frozen=True, slots=True)
class NotDue(ServicePhase):
    """There is nothing to renew, for this reason."""

    card: Card
    reason: str

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "insurance.not_due", Waits.REVIEW, Ask.CHOICE, OUTCOME, Picture.DONE, Cue.STEP
    )

    def text_key(self, session: s.Session) -> str:
        """The reason, in words."""
        return f"insurance.{self.reason}"


@dataclass(frozen=True, slots=True)
class PayingPremium(paying.Paying):
    """The bank is asked to pay it."""

    policy: Policy

    service: ClassVar[str] = NAME


@dataclass(frozen=True, slots=True)
class Renewed(ServicePhase):
    """It is renewed, with the number to ask by."""

    card: Card
    policy: Policy
    txid: str

    service: ClassVar[str] = NAME
    receipt: ClassVar[bool] = True
    prompt: ClassVar[Prompt] = Prompt(
        "insurance.done", Waits.REVIEW, Ask.FACTS, OUTCOME, cue=Cue.DONE, private=True
    )

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """The policy, and the number of what was done."""
        return (*self.policy.facts(), Fact("insurance.reference", reference_of(self.txid)))


def _begin(session: s.Session, card: Card) -> Step:
    return ask_bank(session, card, NAME, lambda message: Asking(card, message))


def _step(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case Asking(card=card, message=asked), _:
            return answered(
                *(session, asked, event),
                lambda said: TellingRisk(card, policy) if (policy := _read(said)) else None,
                refused=lambda reason: _declined(session, card, reason),
            )
        case TellingRisk(card=card, policy=policy), ev.TimedOut():
            return enter(session, Deciding(card, policy))
        case ((TellingRisk(card=card) | Deciding(card=card)), ev.Chosen("back")):
            return to_menu(session, card)
        case Deciding(card=card, policy=policy), ev.Chosen("not_renew"):
            return enter(session, NotRenewed(card, policy))
        case Deciding(card=card, policy=policy), ev.Chosen("renew") if _seen(session, event):
            order = PayingPremium(card, policy.amount, _named(policy), policy)
            return paying.pay(session, order)
        case PayingPremium() as phase, _:
            return paying.step(
                *(session, phase, event),
                lambda done, _: Renewed(done.card, phase.policy, done.txid),
                lambda _, reason: _declined(session, phase.card, reason),
            )
        case _:
            return None


def _seen(session: s.Session, choice: ev.Event) -> bool:
    """What is agreed to was on the glass, or is told in the headset: no digit agrees from another page."""
    return session.sound.headset or (isinstance(choice, ev.Chosen) and on_glass(session, choice))


def _named(policy: Policy) -> ev.Fields:
    return (("to", policy.number), ("number", policy.number), ("last_day", policy.last_day))


def _declined(session: s.Session, card: Card, reason: str) -> Step:
    """Nothing was paid, and why."""
    match reason:
        case reason if reason in NOT_DUE:
            return enter(session, NotDue(card, reason))
        case "insufficient":
            return give_back(session, "not_enough")
        case "card_blocked":
            return give_back(session, reason)
        case _:
            return give_back(session, "service_declined")


def _read(said: Mapping[str, str]) -> Policy | None:
    """What the bank said, or None where that is not understood: nothing is renewed by guessing."""
    try:
        who = said["number"], said["insured"], said["insurer"]
        policy = Policy(*who, Amount(int(said["amount"])), said["last_day"])
    except (KeyError, ValueError):
        return None
    sound = policy.amount.minor > 0 and day_of(policy.last_day) and all(who)
    return policy if sound else None


SERVICE: Final = Service(
    NAME,
    _begin,
    _step,
    (Asking, TellingRisk, Deciding, NotRenewed, NotDue, PayingPremium, Renewed),
)
