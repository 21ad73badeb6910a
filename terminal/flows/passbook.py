"""A passbook instead of a card, where the branch allows it (accessibility.md CN-13): looked up, and nothing moved.

Its number is scanned, or typed where the scanner does not read it; then the PIN, as ever by the pad. There is no menu
of services and no order behind it: the balance, the last entries, whether the pension came, and for everything
that moves money the way to the counter, where it is printed into the book.

Rules it keeps. A number is no possession, so the bank says nothing of a passbook without its PIN in that very message;
it has a counter of its own for wrong ones, and locks the passbook and no card. All that is shown comes with that
one answer, and the pad forgets the PIN when it has come. The visit begins with the number and is on record under a
keyed reference and four digits, as a card's is; from then on the reader is shut, so that no card falls
into somebody's open book. The passbook never goes into the machine: at the end its holder is reminded of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Entry, Fact, Picture, Prompt
from terminal.card import Card, Pan, checks_out
from terminal.flows import balance, pension
from terminal.flows.identify import COLLECT_PIN, pin_line
from terminal.flows.offer import OUTCOME, Service, waiting
from terminal.flows.visit import (
    Step,
    enter,
    explain,
    finish,
    new_id,
    offer_found,
    with_machine,
    with_new_visit,
)
from terminal.profile import Waits
from terminal.prompts import CLEAR, CONFIRM, DIGITS
from terminal.service import PinPhase, ServicePhase
from terminal.values import replace

NAME: Final = "passbook"

NUMBER_DIGITS: Final = 16
"""Of the demonstration bank's passbooks; the last is a check digit, which finds most mistakes of typing."""

PIN_WRONG: Final = "pin_wrong_"
LOCKED: Final = "locked"
UNKNOWN: Final = "unknown"
"""Why the bank does not open a passbook: a wrong PIN, with how many tries are left behind it; too many of
them; no such number. Anything else is that it cannot be looked up now."""

DONE_TILE: Final = Answer("done", key="4")
COUNTER: Final = Answer("counter", role="primary", key="1")


@dataclass(frozen=True, slots=True)
class Account:
    """What the bank says of a passbook's account; `pension` is None where none comes."""

    figures: balance.Figures
    pension: pension.Pension | None


@dataclass(frozen=True, slots=True)
class Naming(ServicePhase):
    """Which passbook: its number, scanned or typed. Nobody is told of it yet."""

    typed: str = field(default="", repr=False)
    wrong: bool = False

    service: ClassVar[str] = NAME
    holds_card: ClassVar[bool] = False
    prompt: ClassVar[Prompt] = Prompt(
        "passbook.naming",
        Waits.REVIEW,
        Ask.NUMBER,
        (*DIGITS, CLEAR, CONFIRM),
        cue=Cue.STEP,
        private=True,
        may_return_card=False,
        may_go_back=True,
    )

    def text_key(self, session: s.Session) -> str:
        """Where the number is, or that it is not right."""
        return f"{self.prompt.key}_wrong" if self.wrong else self.prompt.key

    def entry(self) -> Entry:
        """The digits so far."""
        return Entry(self.typed, NUMBER_DIGITS)

    def marker(self) -> object:
        """Being told that it is wrong begins the wait anew."""
        return self.wrong


@dataclass(frozen=True, slots=True)
class EnteringPin(PinPhase):
    """The pad collects the passbook's PIN. `left` is None until the bank has said how many tries remain."""

    book: Pan
    left: int | None = None

    service: ClassVar[str] = NAME
    holds_card: ClassVar[bool] = False
    prompt: ClassVar[Prompt] = Prompt(
        "passbook.pin",
        Waits.PIN,
        Ask.PIN,
        picture=Picture.COVER_KEYS,
        cue=Cue.STEP,
        private=True,
        may_return_card=False,
        may_go_back=True,
    )

    def text_key(self, session: s.Session) -> str:
        """That the one before did not match."""
        return self.prompt.key if self.left is None else f"{self.prompt.key}_again"

    def values(self, session: s.Session) -> Mapping[str, object]:
        """How many tries are left."""
        return {"left": self.left or 0}

    def marker(self) -> object:
        """Another try begins the wait anew."""
        return self.left


@dataclass(frozen=True, slots=True)
class Opened(ServicePhase):
    """A visit with a passbook, after its PIN was typed."""

    holds_card: ClassVar[bool] = False

    book: Pan


@dataclass(frozen=True, slots=True)
class Asking(Opened):
    """The pad seals the PIN, then the bank compares it and says what is in the book."""

    message: str

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = replace(waiting(), may_return_card=False, may_go_back=True)


@dataclass(frozen=True, slots=True)
class Choosing(Opened):
    """What to look at."""

    account: Account

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "passbook.choosing",
        Waits.CHOICE,
        Ask.MENU,
        cue=Cue.STEP,
        may_return_card=False,
        may_go_back=True,
    )

    def asked(self, session: s.Session) -> Prompt:
        """The pension where there is one; the way to the counter for everything that moves money."""
        looks = ("balance", *(("pension",) if self.account.pension else ()), "cash")
        tiles = tuple(
            Answer("look", name, text=f"passbook.look.{name}", key=str(place))
            for place, name in enumerate(looks, start=1)
        )
        return replace(self.prompt, answers=(*tiles, replace(DONE_TILE, key=str(len(looks) + 1))))


@dataclass(frozen=True, slots=True)
class Balance(Opened):
    """The balance, and what of it can be drawn."""

    account: Account

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "passbook.balance",
        Waits.REVIEW,
        Ask.FACTS,
        (*OUTCOME, Answer("entries", key="2")),
        cue=Cue.STEP,
        private=True,
        may_return_card=False,
        may_go_back=True,
    )

    def values(self, session: s.Session) -> Mapping[str, object]:
        """The tail of the number."""
        return {"last4": self.book.last4}

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """Both sums; the second where it differs."""
        return self.account.figures.sums()


@dataclass(frozen=True, slots=True)
class Entries(Opened):
    """The last entries."""

    account: Account

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "passbook.entries",
        Waits.REVIEW,
        Ask.FACTS,
        OUTCOME,
        private=True,
        may_return_card=False,
        may_go_back=True,
    )

    def text_key(self, session: s.Session) -> str:
        """Nothing yet is said as such."""
        return self.prompt.key if self.account.figures.entries else "passbook.no_entries"

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """One line for each."""
        return self.account.figures.lines()


@dataclass(frozen=True, slots=True)
class PensionShown(Opened):
    """Whether it came, and how much."""

    account: Account

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "passbook.pension",
        Waits.REVIEW,
        Ask.FACTS,
        OUTCOME,
        cue=Cue.STEP,
        private=True,
        may_return_card=False,
        may_go_back=True,
    )

    def text_key(self, session: s.Session) -> str:
        """What has become of this month's."""
        told = self.account.pension
        return self.prompt.key if told is None or told.arrived else f"{self.prompt.key}_waiting"

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """How much, and the days."""
        return self.account.pension.told() if self.account.pension else ()


@dataclass(frozen=True, slots=True)
class AtCounter(Opened):
    """Cash and payments: not here by passbook, and where."""

    account: Account

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "passbook.cash",
        Waits.REVIEW,
        Ask.CHOICE,
        (COUNTER, Answer("another", key="2"), Answer("done", key="3")),
        cue=Cue.STEP,
        may_return_card=False,
        may_go_back=True,
    )


Why = Literal["", "timed_out"]


@dataclass(frozen=True, slots=True)
class Leaving(ServicePhase):
    """Nothing of the account is here any more; the holder is reminded of the passbook."""

    why: Why = ""

    service: ClassVar[str] = NAME
    holds_card: ClassVar[bool] = False
    prompt: ClassVar[Prompt] = Prompt(
        "passbook.leaving",
        Waits.CARD,
        Ask.CHOICE,
        (Answer("understood", role="primary", text="passbook.have_it", key="enter"),),
        picture=Picture.SAFE,
        cue=Cue.CARD,
        may_return_card=False,
    )

    def text_key(self, session: s.Session) -> str:
        """Whether it was asked for, or nobody answered."""
        return f"{self.prompt.key}_{self.why}" if self.why else self.prompt.key


VISIT: Final = (EnteringPin, Opened, Leaving)
"""Phases of a visit with a passbook: the reader is shut."""


def opened(session: s.Session) -> Step:
    """From the lobby."""
    return enter(replace(session, serving=NAME), Naming())


def book_of(before: s.Session, after: s.Session) -> Pan | None:
    """The passbook that a visit has just begun with."""
    begins = bool(after.visit and not before.visit)
    return after.phase.book if begins and isinstance(after.phase, EnteringPin) else None


def _begin(session: s.Session, card: Card) -> Step:
    raise AssertionError("a passbook is on no menu")


def _step(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case Naming() as naming, _:
            return _naming(session, naming, event)
        case phase, _ if isinstance(phase, VISIT):
            return _visit(session, event)
        case _:
            return None


def _visit(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case _, ev.CardInserted() | ev.CardFound(position="inside" | "gate"):
            found, effects = offer_found(session)
            return found, (fx.ForgetPin(), *effects)
        case _, ev.CardJammed(error=error):
            stuck = with_machine(session, reader=error, card_stuck=True)
            return explain(stuck, "card_jammed", stuck.visit, fx.ForgetPin())
        case Leaving(), ev.Chosen("understood" | "back") | ev.TimedOut():
            return finish(session)
        case EnteringPin() as entering, _:
            return _typing(session, entering, event)
        case Asking() as asking, _:
            return _asking(session, asking, event)
        case Choosing() as choosing, _:
            return _choosing(session, choosing, event)
        case (Balance() | Entries() | PensionShown() | AtCounter()) as shown, _:
            return _shown(session, shown, event)
        case _:
            return None


def _naming(session: s.Session, at: Naming, event: ev.Event) -> Step | None:
    match event:
        case ev.Chosen("digit", int(digit)):
            typed = f"{at.typed}{digit}"[:NUMBER_DIGITS]
            return replace(session, phase=replace(at, typed=typed, wrong=False)), ()
        case ev.Chosen("clear") if at.typed:
            return replace(session, phase=Naming()), ()
        case ev.Chosen("confirm"):
            return _named(session, at.typed) or enter(session, replace(at, wrong=True))
        case ev.Scanned(text=text) if not session.overlay:
            return _named(session, text) or enter(session, Naming(wrong=True))
        case _:
            return None


def _named(session: s.Session, number: str) -> Step | None:
    """The visit begins; None for what is no number of a passbook."""
    if len(number) != NUMBER_DIGITS or not checks_out(number):
        return None
    begun = with_new_visit(session)
    return enter(begun, EnteringPin(Pan(number)), fx.RefuseCards(), COLLECT_PIN)


def _typing(session: s.Session, at: EnteringPin, event: ev.Event) -> Step | None:
    match event:
        case ev.PinDigits(count=count):
            typed = replace(session, phase=replace(at, digits=count))
            return pin_line(typed, ended_early=count == at.digits), ()
        case ev.PinEntered():
            message, machine = new_id(session.machine)
            asking = replace(session, machine=machine)
            return enter(asking, Asking(at.book, message), fx.MakePinBlock(message, at.book))
        case ev.PinLost():
            return _unavailable(session)
        case ev.TimedOut():
            return _leave(session, "timed_out")
        case ev.Chosen("back"):
            return _leave(session)
        case _:
            return None


def _asking(session: s.Session, at: Asking, event: ev.Event) -> Step | None:
    match event:
        case ev.PinBlockMade(message=message, block=block) if message == at.message:
            return session, (fx.AskBank(message, Card(at.book, ""), NAME, block=block),)
        case ev.BankAnswered(message=message, fields=said) if message == at.message:
            account = _read(dict(said))
            if account is None:
                return _unavailable(session)
            return enter(session, Choosing(at.book, account), fx.ForgetPin())
        case ev.BankRefused(message=message, reason=reason) if message == at.message:
            return _refused(session, at, reason)
        case ev.PinLost() | ev.TimedOut():
            return _unavailable(session)
        case ev.Chosen("back"):
            return _leave(session)
        case _:
            return None


def _refused(session: s.Session, at: Asking, reason: str) -> Step:
    if reason.startswith(PIN_WRONG) and reason.removeprefix(PIN_WRONG).isdecimal():
        left = int(reason.removeprefix(PIN_WRONG))
        return enter(session, EnteringPin(at.book, left), fx.ForgetPin(), COLLECT_PIN)
    if reason in (LOCKED, UNKNOWN):
        return explain(session, f"passbook_{reason}", session.visit, fx.ForgetPin())
    return _unavailable(session)


def _unavailable(session: s.Session) -> Step:
    return explain(session, "passbook_unavailable", session.visit, fx.ForgetPin())


def _choosing(session: s.Session, at: Choosing, event: ev.Event) -> Step | None:
    book, account = at.book, at.account
    match event:
        case ev.Chosen("look", "balance"):
            return enter(session, Balance(book, account))
        case ev.Chosen("look", "pension") if account.pension:
            return enter(session, PensionShown(book, account))
        case ev.Chosen("look", "cash"):
            return enter(session, AtCounter(book, account))
        case ev.Chosen("done" | "back"):
            return _leave(session)
        case ev.TimedOut():
            return _leave(session, "timed_out")
        case _:
            return None


def _shown(
    session: s.Session, at: Balance | Entries | PensionShown | AtCounter, event: ev.Event
) -> Step | None:
    match at, event:
        case Balance(book=book, account=account), ev.Chosen("entries"):
            return enter(session, Entries(book, account))
        case Entries(book=book, account=account), ev.Chosen("back"):
            return enter(session, Balance(book, account))
        case _, ev.Chosen("another" | "back"):
            return enter(session, Choosing(at.book, at.account))
        case _, ev.Chosen("done") | ev.TimedOut():
            return _leave(session)
        case _:
            return None


def _leave(session: s.Session, why: Why = "") -> Step:
    return enter(session, Leaving(why), fx.ForgetPin())


def _read(said: Mapping[str, str]) -> Account | None:
    """What the bank said, or None where that is not understood: a wrong sum is worse than none."""
    figures = balance.figures(said)
    theirs = pension.understood(said) if "amount" in said else None
    if figures is None or ("amount" in said and theirs is None):
        return None
    return Account(figures, theirs)


SERVICE: Final = Service(
    NAME,
    _begin,
    _step,
    (Naming, EnteringPin, Asking, Choosing, Balance, Entries, PensionShown, AtCounter, Leaving),
    opened,
)
