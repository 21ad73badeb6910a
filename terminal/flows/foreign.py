"""Cash for a foreign card: fee and rate before anybody agrees (accessibility.md CN-20, F "foreign visitors").

The bank is asked for its tariff once the amount is known, and what it costs is worked out by the rules
(`terminal/rules/foreign.py`): fee and total, and, where there is a rate, what it is in the card's own currency.
Which of the two is charged is the customer's choice: both stand on one screen, of one rank, one press each, and
neither is chosen beforehand. Without a rate there is nothing to choose. Nothing is asked of the bank before one
of them was pressed, and what was pressed goes with the request: a bank that would charge anything else declines,
and its new terms are shown anew.

The fee is due only where all the notes come out. From the agreement on it is a withdrawal as any other
(`withdrawal.py`). These words are in the finished languages only; from another one the screen changes to English
here, and stays in one of them to the end.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final

from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Fact, Prompt, Word
from terminal.card import Card
from terminal.cash_units import Mix
from terminal.flows.authorizing import authorize
from terminal.flows.offer import Service, ask_bank, waiting
from terminal.flows.visit import Step, begin, enter, give_back
from terminal.messages import VOICED
from terminal.money import Amount
from terminal.profile import Waits
from terminal.prompts import CHANGE, CONFIRM
from terminal.rules.foreign import HOME, Conversion, Offer, agreed, offers, tariff_heard
from terminal.service import ServicePhase
from terminal.values import replace

NAME: Final = "foreign"

CHANGED: Final = "terms_changed"
"""Why the bank declines what was agreed to, or cash for a foreign card without any terms."""

NAMED: Final = ("USD", "EUR", "GBP", "JPY", "KRW", "RUB")
"""Currencies that have words. Another one is charged in yuan only, whatever rate there is."""

WAYS: Final = (
    Answer("pay", "in_yuan", text="foreign.in_yuan", key="1"),
    Answer("pay", "in_card_currency", text="foreign.in_card_currency", key="2"),
)
"""Both ways, of one rank."""


@dataclass(frozen=True, slots=True)
class AskingTerms(ServicePhase):
    """The bank is asked for fee and rate. `changed` says that what was agreed to is not what it charges."""

    card: Card
    amount: Amount
    mix: Mix
    message: str
    changed: bool = False

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = waiting()


@dataclass(frozen=True, slots=True)
class Agreeing(ServicePhase):
    """What it costs, and in which currency. `own` is the card's."""

    card: Card
    amount: Amount
    mix: Mix
    offers: tuple[Offer, ...]
    own: str
    changed: bool = False

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "foreign.agreeing",
        Waits.REVIEW,
        Ask.REVIEW,
        (*WAYS, CHANGE),
        cue=Cue.STEP,
        private=True,
        may_go_back=True,
    )

    def asked(self, session: s.Session) -> Prompt:
        """With one way only there is nothing to choose."""
        if len(self.offers) > 1:
            return self.prompt
        plain = replace(CONFIRM, value="in_yuan", name="pay", text="confirm")
        return replace(self.prompt, key="foreign.agreeing_one", answers=(plain, CHANGE))

    def text_key(self, session: s.Session) -> str:
        """That there are other terms now, that there is a choice, or that there is none."""
        if self.changed:
            return "foreign.changed"
        return self.asked(session).key

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """What it costs."""
        return _lines(self.offers, self.own)


def _lines(told: tuple[Offer, ...], own: str) -> tuple[Fact, ...]:
    """Cash, fee and total; rate and sum in the card's currency, where it may be charged."""
    first = told[0]
    made = (one.conversion for one in told if one.conversion is not None)
    return (
        Fact("foreign.cash", first.cash),
        Fact("foreign.fee", first.fee),
        Fact("foreign.total", first.total, strong=True),
        *(fact for one in made for fact in _converted(one, own)),
    )


def _converted(made: Conversion, own: str) -> tuple[Fact, ...]:
    charged = Decimal(made.charged.minor).scaleb(-made.digits)
    return (
        Fact("foreign.rate", Word(f"foreign.one_{own}", _said(made.shown_rate))),
        Fact("foreign.markup", Word("foreign.percent", _said(made.markup_percent))),
        Fact("foreign.charged", Word(f"foreign.sum_{own}", _said(charged)), strong=True),
    )


def _said(number: Decimal) -> tuple[tuple[str, object], ...]:
    """A number as it is written, and its halves as they are said."""
    written = f"{number:,f}"
    whole, _, decimals = written.partition(".")
    return (
        ("figures", written),
        ("whole", int(whole.replace(",", ""))),
        ("decimals", decimals or "0"),
    )


def is_foreign(card: Card) -> bool:
    """Whether the card says that its account is in another currency."""
    return card.currency not in ("", HOME)


def ask(session: s.Session, card: Card, amount: Amount, mix: Mix, changed: bool = False) -> Step:
    """Ask the bank what it costs."""
    look = session.look
    known = look if look.language in VOICED else replace(look, language="en")
    return ask_bank(
        replace(session, serving=NAME, look=known),
        card,
        NAME,
        lambda message: AskingTerms(card, amount, mix, message, changed),
    )


def _begin(session: s.Session, card: Card) -> Step:
    """It is on no menu: a foreign card comes here from its withdrawal."""
    return begin(session, card)


def _step(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case AskingTerms() as asking, ev.BankAnswered(message=message, fields=said) if (
            message == asking.message
        ):
            return _told(session, asking, said)
        case AskingTerms(message=ours), ev.BankRefused(message=theirs) if ours == theirs:
            return give_back(session, "service_declined")
        case AskingTerms(), ev.TimedOut():
            return give_back(session, "service_silent")
        case Agreeing(card=card), ev.Chosen("change" | "back"):
            return enter(replace(session, serving=""), s.ChoosingAmount(card))
        case Agreeing(), ev.Chosen("pay") if session.machine.cash or session.machine.doubt:
            return give_back(session, "cash_unavailable")
        case Agreeing() as phase, ev.Chosen("pay", way):
            return _agreed(session, phase, way)
        case _:
            return None


def _told(session: s.Session, asking: AskingTerms, said: ev.Fields) -> Step:
    """What the bank said; nothing is offered by guessing."""
    try:
        tariff, own = tariff_heard(said)
    except ValueError:
        return give_back(session, "service_declined")
    told = offers(asking.amount, own, tariff)
    able = told if own in NAMED else told[:1]
    agreeing = Agreeing(asking.card, asking.amount, asking.mix, able, own, asking.changed)
    return enter(session, agreeing)


def _agreed(session: s.Session, phase: Agreeing, way: object) -> Step | None:
    chosen = next((one for one in phase.offers if one.way == way), None)
    if chosen is None:
        return None
    terms = s.Agreed(chosen, phase.own, agreed(chosen, phase.own))
    return authorize(session, phase.card, phase.amount, phase.mix, terms)


def outcome(agreed: s.Agreed) -> s.Notice:
    """The last words after cash and fee were charged: what they are in yuan, and on a receipt how it was agreed."""
    offer = agreed.offer
    key = "done_fee" if offer.conversion is None else "done_converted"
    values = {"amount": offer.cash, "fee": offer.fee, "total": offer.total}
    return s.Notice(key, values, agreed=_lines((offer,), agreed.own))


SERVICE: Final = Service(NAME, _begin, _step, (AskingTerms, Agreeing))
