"""The phases of a transfer from the payee to the order: each with what is true in it and its prompt.

What leads from one to the next is `choosing.py`; the signature and the order are `sending.py`, transfers
that wait and their cancelling are `pending.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Final

from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Entry, Fact, Picture, Prompt, Word
from terminal.card import Card
from terminal.flows.offer import DONE, read_back, waiting
from terminal.flows.transfer.draft import Choice, Draft, Named
from terminal.money import Amount, yuan
from terminal.profile import Waits
from terminal.prompts import CHANGE, CLEAR, CONFIRM, DIGITS, TYPED_MAX
from terminal.rules.signals import LEADS, Question
from terminal.rules.transfers import NOTHING, Offer
from terminal.service import ServicePhase
from terminal.values import replace

NAME: Final = "transfer"

ACCOUNT_MIN: Final = 12
ACCOUNT_MAX: Final = 19
"""Digits of an account number (ISO/IEC 7812)."""

TRANSFER_MAX: Final = yuan(TYPED_MAX)
"""The longest amount that can be typed, as for cash: more is for the counter. Several on one day can be more
than the reminder of CN-05."""

PER_LEAF: Final[Mapping[str, int]] = {"standard": 6, "elder": 3, "low_vision": 2}
"""Payees on one screen, the way to a new one among them; with the way to the next leaf four at most for
elders (COG-01) and three for low vision (B1)."""

NEW: Final = "new_payee"
KEPT: Final = "kept_draft"
"""What stands among the payees beside them: the way to a new one, and a draft of an earlier visit."""


class TransferPhase(ServicePhase):
    """A phase of a transfer."""

    __slots__ = ()

    service: ClassVar[str] = NAME


# --- to whom ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paused(TransferPhase):
    """Somebody is on the telephone: transfers wait, everything else does not (E.3 rule 4). `draft` is
    what was decided before the call."""

    card: Card
    draft: Draft | None = None

    prompt: ClassVar[Prompt] = Prompt(
        "transfer.paused",
        Waits.REVIEW,
        Ask.CHOICE,
        (Answer("hung_up", key="1"), Answer("another", key="2"), replace(DONE, text="do_not_send")),
        cue=Cue.STEP,
    )


@dataclass(frozen=True, slots=True)
class AskingPayees(TransferPhase):
    """The bank is asked whom this customer has paid before."""

    card: Card
    message: str

    prompt: ClassVar[Prompt] = waiting()


@dataclass(frozen=True, slots=True)
class ChoosingPayee(TransferPhase):
    """To whom? `leaf` is which of the groups is offered."""

    card: Card
    choice: Choice
    leaf: int = 0

    prompt: ClassVar[Prompt] = Prompt(
        "transfer.choosing_payee", Waits.CHOICE, Ask.MENU, cue=Cue.STEP, may_go_back=True
    )

    def asked(self, session: s.Session) -> Prompt:
        """With the payees of this leaf, each on the digit of its place."""
        leaves, leaf = self.leaves(session), self.leaf_shown(session)
        tiles = tuple(_tile(one, place) for place, one in enumerate(leaves[leaf], start=1))
        if leaf + 1 < len(leaves):
            tiles = (*tiles, Answer("more_payees", role="quiet", key="9"))
        return replace(self.prompt, answers=tiles)

    def text_key(self, session: s.Session) -> str:
        """Another leaf is another screen."""
        return "transfer.choosing_payee_more" if self.leaf_shown(session) else self.prompt.key

    def leaves(self, session: s.Session) -> tuple[tuple[Named | str, ...], ...]:
        """What there is in groups of one screen each, the way to a new payee last."""
        draft = (KEPT,) if self.choice.kept is not None else ()
        every: tuple[Named | str, ...] = (*draft, *self.choice.known, NEW)
        few = session.look.wishes.fewer_choices and session.look.profile == "standard"
        each = PER_LEAF["elder" if few else session.look.profile]
        return tuple(every[at : at + each] for at in range(0, len(every), each))

    def leaf_shown(self, session: s.Session) -> int:
        """Which group is on the screen; another profile may have fewer of them."""
        return min(self.leaf, len(self.leaves(session)) - 1)


def _tile(one: Named | str, place: int) -> Answer:
    if isinstance(one, str):
        return Answer("payee", one, text=f"transfer.{one}", key=str(place))
    return Answer("payee", one.ref, key=str(place), words=f"{one.name} {one.tail}")


@dataclass(frozen=True, slots=True)
class TypingAccount(TransferPhase):
    """A new payee's account number. `wrong` is why the one typed before would not do."""

    card: Card
    choice: Choice
    typed: str = field(default="", repr=False)
    wrong: str = ""

    prompt: ClassVar[Prompt] = Prompt(
        "transfer.typing_account",
        Waits.REVIEW,
        Ask.NUMBER,
        (*DIGITS, CLEAR, CONFIRM),
        cue=Cue.STEP,
        private=True,
        may_go_back=True,
    )

    def text_key(self, session: s.Session) -> str:
        """What was wrong, if anything was."""
        return f"transfer.account_{self.wrong}" if self.wrong else self.prompt.key

    def entry(self) -> Entry:
        """In groups of four, as on a card."""
        return Entry(self.typed, ACCOUNT_MAX, (4,))


@dataclass(frozen=True, slots=True)
class AskingPayee(TransferPhase):
    """The bank checks who has this account. `fresh` is one that was typed; `amount` is known already where
    a draft is taken up again."""

    card: Card
    choice: Choice
    message: str
    fresh: bool
    amount: Amount = NOTHING

    prompt: ClassVar[Prompt] = waiting()


@dataclass(frozen=True, slots=True)
class CheckingName(TransferPhase):
    """The masked name of a new payee: is that who is meant?"""

    draft: Draft

    prompt: ClassVar[Prompt] = Prompt(
        "transfer.checking_name",
        Waits.REVIEW,
        Ask.FACTS,
        (Answer("confirm", role="primary", text="transfer.right_payee", key="enter"), CHANGE),
        cue=Cue.STEP,
        private=True,
        may_go_back=True,
    )

    @property
    def card(self) -> Card:
        """The card that is inside."""
        return self.draft.card

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """Who it is, as far as may be shown."""
        payee = self.draft.payee
        return (*_payee_facts(self.draft), Fact("transfer.bank", payee.bank))


# --- how much ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EnteringSum(TransferPhase):
    """How much, in whole yuan. `refused` is why the bank would not allow the amount before, or ""."""

    draft: Draft
    typed: int = 0
    refused: str = ""

    prompt: ClassVar[Prompt] = Prompt(
        "transfer.entering_sum",
        Waits.CHOICE,
        Ask.ENTRY,
        (*DIGITS, CLEAR, CONFIRM),
        cue=Cue.STEP,
        private=True,
        may_go_back=True,
    )

    @property
    def card(self) -> Card:
        """The card that is inside."""
        return self.draft.card

    def text_key(self, session: s.Session) -> str:
        """What was wrong, if anything was."""
        return f"transfer.sum_{self.refused}" if self.refused else self.prompt.key

    def values(self, session: s.Session) -> Mapping[str, object]:
        """What stands in the field."""
        return {"amount": yuan(self.typed)} if self.typed else {}


# --- the questions ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Questioning(TransferPhase):
    """One question, because a signal is up. Its answers look alike and none is chosen beforehand."""

    draft: Draft
    question: Question

    prompt: ClassVar[Prompt] = Prompt(
        "transfer.know_payee", Waits.REVIEW, Ask.CHOICE, cue=Cue.STEP, may_go_back=True
    )

    @property
    def card(self) -> Card:
        """The card that is inside."""
        return self.draft.card

    def asked(self, session: s.Session) -> Prompt:
        """With the answers of this question."""
        answers = tuple(
            Answer("answer", name, text=f"transfer.{self.question}.{name}", key=str(place))
            for place, name in enumerate(LEADS[self.question], start=1)
        )
        return replace(self.prompt, key=self.text_key(session), answers=answers)

    def text_key(self, session: s.Session) -> str:
        """The question itself."""
        return f"transfer.{self.question}"


TELLING = ("telling", "told", "nobody", "not_told")
TOLD = ("tell_trusted",)


@dataclass(frozen=True, slots=True)
class Stopped(TransferPhase):
    """The customer was not sure: nothing was sent, and that was right. `kept` says what became of the
    draft (being asked with its message, kept, not kept) or of the word to the contact they trust (being
    told, told, nobody named, not told); "" is neither yet."""

    draft: Draft
    kept: str = ""
    message: str = ""

    prompt: ClassVar[Prompt] = Prompt(
        "transfer.stopped",
        Waits.REVIEW,
        Ask.CHOICE,
        (
            DONE,
            Answer("tell_trusted", key="1"),
            Answer("keep_draft", key="2"),
            Answer("call_staff", key="3"),
        ),
        picture=Picture.SAFE,
        cue=Cue.DONE,
    )

    @property
    def card(self) -> Card:
        """The card that is inside."""
        return self.draft.card

    def asked(self, session: s.Session) -> Prompt:
        """What was done, or cannot be, is not offered again."""
        done = TOLD if self.kept in TELLING else ("keep_draft",)
        left = tuple(one for one in self.prompt.answers if one.name not in done)
        return replace(self.prompt, answers=left) if self.kept else self.prompt

    def text_key(self, session: s.Session) -> str:
        """What became of the draft is told once."""
        return f"transfer.stopped_{self.kept}" if self.kept else self.prompt.key


# --- when, and all of it once more ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChoosingArrival(TransferPhase):
    """When the payee shall have it, of what the rules allow."""

    draft: Draft
    offers: tuple[Offer, ...]

    prompt: ClassVar[Prompt] = Prompt(
        "transfer.choosing_arrival", Waits.CHOICE, Ask.CHOICE, cue=Cue.STEP, may_go_back=True
    )

    @property
    def card(self) -> Card:
        """The card that is inside."""
        return self.draft.card

    def asked(self, session: s.Session) -> Prompt:
        """With what may be chosen, the one to begin with first."""
        answers = tuple(
            Answer("arrival", one.arrival, text=f"transfer.{one.arrival}", key=str(place))
            for place, one in enumerate(self.offers, start=1)
        )
        return replace(self.prompt, answers=answers)


@dataclass(frozen=True, slots=True)
class ReviewingTransfer(TransferPhase):
    """Read back before anything happens. Going back costs nothing."""

    draft: Draft
    offer: Offer

    prompt: ClassVar[Prompt] = read_back("transfer.reviewing")

    @property
    def card(self) -> Card:
        """The card that is inside."""
        return self.draft.card

    def text_key(self, session: s.Session) -> str:
        """What cannot be taken back is said so."""
        at_once = self.offer.cancel_until is None
        return "transfer.reviewing_real_time" if at_once else self.prompt.key

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """Who, which account, how much, when, and until when it can be cancelled."""
        return order_facts(self.draft, self.offer)


@dataclass(frozen=True, slots=True)
class Reminding(TransferPhase):
    """More than the amount of CN-05 in one day: said, and confirmed once more."""

    draft: Draft
    offer: Offer

    prompt: ClassVar[Prompt] = Prompt(
        "transfer.reminding",
        Waits.REVIEW,
        Ask.CHOICE,
        (
            Answer("confirm", key="1", text="transfer.go_on"),
            Answer("change", key="2"),
            Answer("do_not_send", key="3"),
        ),
        picture=Picture.WARNING,
        cue=Cue.STEP,
        private=True,
        may_go_back=True,
    )

    @property
    def card(self) -> Card:
        """The card that is inside."""
        return self.draft.card

    def values(self, session: s.Session) -> Mapping[str, object]:
        """What leaves the accounts of this customer today, this transfer too."""
        return {"amount": self.draft.before.sent.day + self.draft.amount}


# --- facts ------------------------------------------------------------------------------------------


def order_facts(draft: Draft, offer: Offer) -> tuple[Fact, ...]:
    """All of a transfer that is read back, its key fields marked (CN-02, CN-03)."""
    return (
        *_payee_facts(draft),
        Fact("transfer.amount", draft.amount, key=True, strong=True),
        Fact("transfer.arrival", Word(f"transfer.arrives.{offer.arrival}"), key=True),
        *when_facts(offer.arrival, offer.due, offer.cancel_until, expected=True),
    )


def when_facts(
    arrival: str, due: datetime, cancel_until: datetime | None, *, expected: bool = False
) -> tuple[Fact, ...]:
    """When it is due and until when it can be cancelled; nothing where it is there at once. Before the
    bank has accepted it the instant is `expected`, and the other one is told by it."""
    if arrival == "real_time":
        return ()
    if expected:
        until = Fact("transfer.cancel_until", Word("transfer.before_due"))
        return Fact("transfer.expected", moment(due)), until
    facts = (Fact("transfer.due", moment(due)),)
    if cancel_until is None:
        return facts
    return (*facts, Fact("transfer.cancel_until", moment(cancel_until)))


def moment(at: datetime) -> Word:
    """An instant to the minute, as a text of the catalogue."""
    values = (("day", at.date().isoformat()), ("hour", at.hour), ("minute", f"{at.minute:02d}"))
    return Word("transfer.moment", values)


def _payee_facts(draft: Draft) -> tuple[Fact, ...]:
    payee = draft.payee
    return (
        Fact("transfer.payee", payee.name, key=True),
        Fact("transfer.account", payee.account, key=True),
    )
