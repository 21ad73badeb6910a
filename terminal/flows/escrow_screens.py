"""The screens of notes on their way between the customer and the cassette, for deposit and exchange alike:
what is true in each, what is asked, and what is read back. What happens between them is `escrow.py`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Fact, Picture, Prompt, Word
from terminal.bundles import worth
from terminal.card import Card
from terminal.cash_units import Mix
from terminal.flows.offer import OUTCOME
from terminal.money import Amount
from terminal.profile import Waits
from terminal.rules.change_packs import composition
from terminal.service import ServicePhase
from terminal.values import replace

Wanted = Literal["open", "count", "store", "give_back"]
"""What was to happen to the notes when something came in between."""


@dataclass(frozen=True, slots=True)
class Held:
    """A deposit or exchange under way: its txid, which service it is, the card if that is still inside, what
    lies in escrow as far as the acceptor has said, the dispenser's token and what it `paid` against the
    notes, and `why` they are given back, as a notice."""

    txid: str
    about: str
    card: Card | None = None
    counts: ev.Bundle = ()
    token: str = ""
    paid: ev.Counts = ()
    why: str = "given_back"


def notes_of(bundle: ev.Bundle) -> tuple[Fact, ...]:
    """One line for each denomination, the largest first."""
    return tuple(
        Fact(f"notes_of.{minor // 100}", Word("notes_count", (("notes", count),)))
        for minor, count in reversed(bundle)
    )


def taken_back_first(held: Held) -> str:
    """What is said of the way to the counter while notes can be put in or given back."""
    if held.card is not None:
        return "notes_and_card" if held.counts else ""
    return "notes" if held.counts else "no_card"


GIVE_BACK: Final = Answer("give_back", key="clear")
STOPS: Final = {
    about: Answer("give_back", text=f"stop_{about}", key="clear")
    for about in ("deposit", "exchange")
}
COUNTED: Final = Answer("all_in", role="primary", key="enter")


class Moving(ServicePhase):
    """Notes are moving, or may: nothing but the device's answer ends it."""

    __slots__ = ()

    service: ClassVar[str] = "deposit"
    moves_money: ClassVar[bool] = True
    prompt: ClassVar[Prompt] = Prompt(
        "escrow.moving", Waits.DEVICE, picture=Picture.WAIT, may_return_card=False
    )


@dataclass(frozen=True, slots=True)
class Opening(Moving):
    """The inlet is opening."""

    held: Held

    prompt: ClassVar[Prompt] = replace(Moving.prompt, key="escrow.opening")


@dataclass(frozen=True, slots=True)
class Inserting(Moving):
    """The inlet takes notes. `refused` is how many were pushed back since the last that was kept; `too_small`
    that the last of them is real and cannot be changed into smaller ones."""

    held: Held
    refused: int = 0
    too_small: bool = False

    prompt: ClassVar[Prompt] = Prompt(
        "deposit.inserting",
        Waits.REVIEW,
        Ask.FACTS,
        (COUNTED, GIVE_BACK),
        cue=Cue.STEP,
        private=True,
    )

    def asked(self, session: s.Session) -> Prompt:
        """Without notes there is nothing to confirm; without a card inside none to give back."""
        answers = (COUNTED, GIVE_BACK) if self.held.counts else (STOPS[self.held.about],)
        inside = self.held.card is not None
        return replace(self.prompt, answers=answers, may_return_card=inside)

    def way_out(self) -> str:
        """What was put in comes back with the card, or first."""
        return taken_back_first(self.held)

    def text_key(self, session: s.Session) -> str:
        """A note that was pushed back is spoken of; otherwise what to put in, or what has been: an exchange
        closes over its one note at once."""
        key = f"{self.held.about}.inserting"
        if self.refused:
            small = self.too_small and self.held.about == "exchange"
            return f"{key}_too_small" if small else f"{key}_refused"
        more = self.held.about == "deposit" and self.held.counts
        return f"{key}_more" if more else key

    def values(self, session: s.Session) -> Mapping[str, object]:
        """The sum so far."""
        return {"amount": worth(self.held.counts)}

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """What has been counted."""
        return notes_of(self.held.counts)

    def marker(self) -> object:
        """Every note begins the wait anew."""
        return self.held.counts, self.refused

    def counting(self) -> str:
        """Note by note only the sum is news."""
        return "" if self.refused or not self.held.counts else "talk.counted"


@dataclass(frozen=True, slots=True)
class Closing(Moving):
    """The inlet closes; then the notes are counted or given back."""

    held: Held
    then: Wanted


@dataclass(frozen=True, slots=True)
class Storing(Moving):
    """Escrow to cassette."""

    held: Held

    prompt: ClassVar[Prompt] = replace(Moving.prompt, key="escrow.storing")

    def text_key(self, session: s.Session) -> str:
        """After a pack was paid out it lies there to be taken."""
        return "exchange.storing" if any(self.held.paid) else self.prompt.key


@dataclass(frozen=True, slots=True)
class Returning(Moving):
    """Escrow to slot."""

    held: Held

    prompt: ClassVar[Prompt] = replace(Moving.prompt, key="escrow.returning")


@dataclass(frozen=True, slots=True)
class TakingBack(Moving):
    """The notes lie in the slot."""

    held: Held

    prompt: ClassVar[Prompt] = Prompt(
        "escrow.taking_back",
        Waits.CASH,
        Ask.ACTION,
        picture=Picture.TAKE_CASH,
        cue=Cue.NOTES,
        may_return_card=False,
    )

    def way_out(self) -> str:
        """These notes first, and the card where it waits for them."""
        return "slot" if self.held.card is None else "slot_and_card"


@dataclass(frozen=True, slots=True)
class Retracting(Moving):
    """Nobody took them."""

    held: Held


@dataclass(frozen=True, slots=True)
class Inspecting(Moving):
    """The acceptor is asked what became of the notes; `wanted` is what was to happen."""

    held: Held
    wanted: Wanted


STORED: Final = "deposit_done"
"""The notice of a deposit that went well."""


@dataclass(frozen=True, slots=True)
class Told(ServicePhase):
    """How it ended; the card is inside. `notice` speaks of it, `counts` are the notes in question."""

    card: Card
    notice: s.Notice
    counts: ev.Bundle = ()

    service: ClassVar[str] = "deposit"
    receipt: ClassVar[bool] = True
    prompt: ClassVar[Prompt] = Prompt(
        "deposit.told", Waits.REVIEW, Ask.FACTS, OUTCOME, cue=Cue.STEP, private=True
    )

    def text_key(self, session: s.Session) -> str:
        """The notice's own words."""
        return f"notice.{self.notice.key}"

    def values(self, session: s.Session) -> Mapping[str, object]:
        """The sum, and the number staff find it by."""
        return {**self.notice.values, "reference": self.notice.reference}

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """The notes."""
        return notes_of(self.counts)

    def printable(self) -> bool:
        """Where no note was put in nothing was done."""
        return bool(self.counts)

    def on_paper(self, session: s.Session) -> tuple[Fact, ...]:
        """The notes, and where they were stored what the account gets for them."""
        if self.notice.key != STORED:
            return self.facts(session)
        amount = self.notice.values["amount"]
        return (*self.facts(session), Fact("deposit.amount", amount, strong=True))


@dataclass(frozen=True, slots=True)
class Changed(ServicePhase):
    """A note was changed: `mix` came out for it. `notice` says what else became of it, `put_in` what it was worth
    and `credited` what of that goes to the account."""

    notice: s.Notice
    mix: Mix
    put_in: Amount
    credited: Amount

    service: ClassVar[str] = "exchange"
    holds_card: ClassVar[bool] = False
    prompt: ClassVar[Prompt] = Prompt(
        "exchange.changed",
        Waits.COUNT,
        Ask.REVIEW,
        (
            Answer("count_right", role="primary", key="enter"),
            Answer("count_wrong", role="choice", key="clear"),
        ),
        picture=Picture.COUNT,
        cue=Cue.NOTES,
        private=True,
        may_return_card=False,
    )

    def asked(self, session: s.Session) -> Prompt:
        """Where nothing senses that notes were taken, taking them is part of the wait."""
        able = session.machine.capabilities
        senses = able is not None and able.senses_taken
        return self.prompt if senses else replace(self.prompt, waits=Waits.TAKE_AND_COUNT)

    def way_out(self) -> str:
        """The change may still lie in the slot, and a wrong count has to be said here."""
        return "count"

    def text_key(self, session: s.Session) -> str:
        """The notice's own words."""
        return f"notice.{self.notice.key}"

    def values(self, session: s.Session) -> Mapping[str, object]:
        """What was put in or what the account got, and the number to ask for it by."""
        return {**self.notice.values, "reference": self.notice.reference}

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """What came out."""
        made = composition(self.mix, session.machine.cassettes)
        return notes_of(tuple(sorted((face.minor, count) for face, count in made)))

    def over(self, session: s.Session) -> s.Notice:
        """The last words, once it was counted; a receipt has all of it."""
        put_in = Fact("exchange.put_in", self.put_in, strong=True)
        rest = (Fact("exchange.credited", self.credited),) if self.credited else ()
        facts = (put_in, *self.facts(session), *rest)
        return s.Notice("exchange_over", {}, self.notice.reference, facts)


PHASES: Final = (
    *(Opening, Inserting, Closing, Storing, Returning, TakingBack, Retracting, Inspecting),
    Told,
)
