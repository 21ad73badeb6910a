"""Another card of the same customer is lost: it is blocked at the bank at once.

Rules it keeps. The card is named by its last four digits and nothing happens before it was read back and
confirmed, so that none is blocked by accident. Blocking is a wish of its own id: an answer that does not
come is asked for again with the same message, and if it never comes the customer is told to call, because
a card that may be in somebody else's hands must not wait. What can be undone is undone at the counter.

Not here: the loss of the only card, by an identity document. Only the age band leaves the reader's driver
(accessibility.md PRV-04), so this machine does not know whose cards they would be; docs/services.md says why that
stays so. Whoever stands without a card gets a page with the bank's number, the counter and somebody to call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Fact, Prompt
from terminal.card import Card
from terminal.flows.offer import OUTCOME, Service, ask_bank, waiting
from terminal.flows.transfer.draft import instant
from terminal.flows.transfer.phases import moment
from terminal.flows.visit import Step, enter, give_back, to_menu
from terminal.help_pages import CALL_STAFF, HOTLINES
from terminal.profile import Waits
from terminal.service import ServicePhase
from terminal.values import replace

NAME: Final = "card_loss"

SENT_MAX: Final = 3
"""How often one message is sent: the bank is given up after three misses (reliability.md A.7)."""

CARDS_MAX: Final = 9
"""Other cards that are gone through; who has more is better served at the counter."""

TAIL_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Asking(ServicePhase):
    """The bank is asked which other cards there are."""

    card: Card
    message: str

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = waiting()


@dataclass(frozen=True, slots=True)
class Naming(ServicePhase):
    """Is it this one? One card after the other, the present one first."""

    card: Card
    tails: tuple[str, ...]

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "card_loss.naming", Waits.CHOICE, Ask.FACTS, cue=Cue.STEP, private=True, may_go_back=True
    )

    def asked(self, session: s.Session) -> Prompt:
        """The way to the next card, where there is another."""
        this = Answer("this_card", role="primary", key="1")
        others = (Answer("next_card", key="2"),) if len(self.tails) > 1 else ()
        return replace(self.prompt, answers=(this, *others))

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """Its last four digits."""
        return (_fact(self.tails[0]),)


@dataclass(frozen=True, slots=True)
class NoOther(ServicePhase):
    """The bank knows no other card of this customer."""

    card: Card

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt("card_loss.no_other", Waits.REVIEW, Ask.CHOICE, OUTCOME)


@dataclass(frozen=True, slots=True)
class Reviewing(ServicePhase):
    """What blocking means, once, before it is done."""

    card: Card
    tails: tuple[str, ...]

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "card_loss.reviewing",
        Waits.REVIEW,
        Ask.REVIEW,
        (
            Answer("confirm", role="primary", text="card_loss.block", key="enter"),
            Answer("change", text="card_loss.keep", key="clear"),
        ),
        cue=Cue.STEP,
        private=True,
        may_go_back=True,
    )

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """Its last four digits."""
        return (_fact(self.tails[0]),)


@dataclass(frozen=True, slots=True)
class Blocking(ServicePhase):
    """The bank is told; `sent` is how often it has been, with the same message."""

    card: Card
    message: str
    tail: str
    sent: int = 1

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = waiting()


@dataclass(frozen=True, slots=True)
class Blocked(ServicePhase):
    """It is blocked: the number to call, and what next. `number` and `at` are under which number and since when,
    as the bank says it."""

    card: Card
    tail: str
    number: str = ""
    at: datetime | None = None

    service: ClassVar[str] = NAME
    receipt: ClassVar[bool] = True
    prompt: ClassVar[Prompt] = Prompt(
        "card_loss.blocked", Waits.REVIEW, Ask.FACTS, OUTCOME, cue=Cue.DONE, private=True
    )

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """Its last four digits, the number of the report and when it was made."""
        number = (Fact("card_loss.number", self.number),) if self.number else ()
        at = (Fact("card_loss.at", moment(self.at)),) if self.at else ()
        return (_fact(self.tail), *number, *at)


@dataclass(frozen=True, slots=True)
class WithoutCard(ServicePhase):
    """A card is lost and none is here: who can block it now."""

    service: ClassVar[str] = NAME
    holds_card: ClassVar[bool] = False
    prompt: ClassVar[Prompt] = Prompt(
        "card_loss.without_card",
        Waits.LEISURE,
        Ask.CHOICE,
        (CALL_STAFF, replace(HOTLINES, key="2")),
        cue=Cue.STEP,
        may_return_card=False,
        may_go_back=True,
    )


def opened(session: s.Session) -> Step:
    """From the lobby."""
    return enter(replace(session, serving=NAME), WithoutCard())


def _fact(tail: str) -> Fact:
    return Fact("card_loss.card", tail, strong=True, financial=True)


def _begin(session: s.Session, card: Card) -> Step:
    return ask_bank(session, card, NAME, lambda message: Asking(card, message))


def _step(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case Asking(card=card, message=ours), ev.BankAnswered(message=theirs, fields=said) if (
            ours == theirs
        ):
            tails = _tails(said)
            return enter(session, Naming(card, tails) if tails else NoOther(card))
        case Asking(message=ours), ev.BankRefused(message=theirs) if ours == theirs:
            return give_back(session, "service_declined")
        case Asking(), ev.TimedOut():
            return give_back(session, "card_loss_call")
        case Naming(card=card, tails=tails), ev.Chosen("this_card"):
            return enter(session, Reviewing(card, tails))
        case Naming(tails=(first, *rest)) as naming, ev.Chosen("next_card") if rest:
            return replace(session, phase=replace(naming, tails=(*rest, first))), ()
        case Naming(card=card), ev.Chosen("back"):
            return to_menu(session, card)
        case Reviewing(card=card, tails=tails), ev.Chosen("change" | "back"):
            return enter(session, Naming(card, tails))
        case Reviewing(card=card, tails=tails), ev.Chosen("confirm"):
            told = _told(tails[0])
            return ask_bank(session, card, NAME, lambda m: Blocking(card, m, tails[0]), told)
        case Blocking() as phase, _:
            return _blocking(session, phase, event)
        case _:
            return None


def _blocking(session: s.Session, phase: Blocking, event: ev.Event) -> Step | None:
    match event:
        case ev.BankAnswered(message=message, fields=said) if message == phase.message:
            return enter(session, _blocked(phase, dict(said)))
        case ev.BankRefused(message=message) if message == phase.message:
            return give_back(session, "card_loss_call")
        case ev.TimedOut() if phase.sent < SENT_MAX:
            again = replace(phase, sent=phase.sent + 1)
            asked = fx.AskBank(phase.message, phase.card, NAME, _told(phase.tail))
            return replace(session, phase=again), (asked,)
        case ev.TimedOut() | ev.Chosen("return_card"):
            return give_back(session, "card_loss_call")
        case _:
            return None


def _blocked(phase: Blocking, said: Mapping[str, str]) -> Blocked:
    """That it is blocked stands, whatever is not understood of the rest."""
    number = said.get("number", "")
    try:
        at = instant(said["at"])
    except (KeyError, ValueError):
        at = None
    return Blocked(phase.card, phase.tail, number if number.isdigit() else "", at)


def _told(tail: str) -> ev.Fields:
    return (("lost", tail),)


def _tails(fields: ev.Fields) -> tuple[str, ...]:
    """The last four digits of each other card."""
    found = dict(fields).get("cards", "").split(",")
    return tuple(one for one in found if len(one) == TAIL_DIGITS and one.isdigit())[:CARDS_MAX]


SERVICE: Final = Service(
    NAME,
    _begin,
    _step,
    (Asking, Naming, NoOther, Reviewing, Blocking, Blocked, WithoutCard),
    opened,
)
