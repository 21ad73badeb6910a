"""Large cash, booked for a working day: how much, in which notes, for which day, under which number.

From the amount of CN-09 on cash is made ready by the branch. The bank says from which amount, for which
day and what is booked already; nothing here counts days, and where the bank's table of working days ends
the customer is told to ask the branch. What is confirmed is exactly what was read back: if the day has
changed since, the bank refuses it. A booking moves no money and costs nothing; one that stands is shown
first, and can be cancelled in as many steps as it took to see it.

An answer that is lost is said as it is: a look at this page shows what is booked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Entry, Fact, Prompt, Word
from terminal.card import Card
from terminal.flows import digits
from terminal.flows.offer import DONE, OUTCOME, Service, answered, ask_bank, read_back, waiting
from terminal.flows.visit import Step, enter, to_menu
from terminal.messages import day_of
from terminal.money import Amount, yuan
from terminal.profile import Waits
from terminal.prompts import CLEAR, CONFIRM, DIGITS
from terminal.rules.reservations import FACES, Notes, in_hundreds, summed
from terminal.service import ServicePhase
from terminal.values import replace

NAME: Final = "reservation"

TYPED_DIGITS: Final = 6
"""As many as the largest booking has, in yuan (`reservations.RESERVED_MAX`)."""

WHOLE: Final = yuan(100)
"""Large cash is booked in whole hundreds, so that what is read back stands on one glass [D]."""

OFFERED: Final = tuple(yuan(major) for major in (50_000, 100_000, 200_000))
"""Round sums of large cash; every other one is typed [D]."""

FEWER: Final = 2
"""Of them in the largest type: with the way to other sums three choices (accessibility.md B1)."""

Way = Literal["hundreds", "fifties", "small"]

WAYS: Final[Mapping[Way, Notes]] = {
    "hundreds": (),
    "fifties": ((yuan(50), 200),),
    "small": ((yuan(50), 40), (yuan(20), 100), (yuan(10), 100)),
}
"""Notes below a hundred that a booking begins with, the rest is hundreds: ten thousand in fifties; five
thousand in fifties, twenties and tens, for a family feast or a stall [D]."""


def notes_for(amount: Amount, way: Way) -> Notes:
    """The notes of this way, largest first."""
    small = WAYS[way]
    counted = dict(in_hundreds(amount - summed(small)))
    for face, count in small:
        counted[face] = counted.get(face, 0) + count
    return tuple(sorted(counted.items(), reverse=True))


@dataclass(frozen=True, slots=True)
class Terms:
    """What the bank says: from how much to how much cash is booked, for which day, and whether the
    branch has to confirm that day."""

    least: Amount
    most: Amount
    day: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Booked:
    """What is booked, or shall be; without a `number` while it is not."""

    amount: Amount
    notes: Notes
    day: str
    verified: bool
    number: str = ""

    def facts(self) -> tuple[Fact, ...]:
        """As it is read back and printed: the sum stands below, beside what confirms it."""
        notes = tuple(
            Fact(f"reservation.face.{face.major}", Word("reservation.sheets", (("sheets", count),)))
            for face, count in self.notes
        )
        number = (Fact("reservation.number", self.number),) if self.number else ()
        day, amount = (
            Fact("reservation.day", self.day),
            Fact("reservation.amount", self.amount, strong=True),
        )
        return (*number, day, *notes, amount)


@dataclass(frozen=True, slots=True)
class Asking(ServicePhase):
    """The bank is asked for its terms and for what is booked."""

    card: Card
    message: str

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = waiting()


@dataclass(frozen=True, slots=True)
class AskBranch(ServicePhase):
    """The bank cannot name the day."""

    card: Card

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "reservation.ask_branch", Waits.REVIEW, Ask.CHOICE, OUTCOME, cue=Cue.STEP
    )


@dataclass(frozen=True, slots=True)
class Choosing(ServicePhase):
    """How much."""

    card: Card
    terms: Terms

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "reservation.choosing", Waits.CHOICE, Ask.AMOUNT, cue=Cue.STEP, may_go_back=True
    )

    def asked(self, session: s.Session) -> Prompt:
        """The round sums that may be booked."""
        able = [each for each in OFFERED if self.terms.least <= each <= self.terms.most]
        shown = able[:FEWER] if session.look.profile == "low_vision" else able
        tiles = (
            Answer("amount", each.minor, amount=each, key=str(place))
            for place, each in enumerate(shown, start=1)
        )
        return replace(self.prompt, answers=(*tiles, Answer("other_amount", key="9")))


@dataclass(frozen=True, slots=True)
class Typing(digits.Digits):
    """Another sum, in whole hundreds of yuan; `wrong` after a confirm of one that is not booked."""

    card: Card
    terms: Terms

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "reservation.typing",
        Waits.CHOICE,
        Ask.NUMBER,
        (*DIGITS, CLEAR, CONFIRM),
        cue=Cue.STEP,
        private=True,
        may_go_back=True,
    )

    def text_key(self, session: s.Session) -> str:
        """What is to be typed, or that it is not booked here."""
        return "reservation.typing_wrong" if self.wrong else "reservation.typing"

    def values(self, session: s.Session) -> Mapping[str, object]:
        """From how much to how much."""
        return {"amount": self.terms.least, "most": self.terms.most}

    def entry(self) -> Entry:
        """As far as it is typed."""
        return Entry(self.typed, TYPED_DIGITS, (TYPED_DIGITS,))


@dataclass(frozen=True, slots=True)
class ChoosingNotes(ServicePhase):
    """In which notes."""

    card: Card
    terms: Terms
    amount: Amount

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "reservation.notes",
        Waits.CHOICE,
        Ask.CHOICE,
        tuple(
            Answer("way", way, text=f"reservation.way.{way}", key=str(place))
            for place, way in enumerate(WAYS, start=1)
        ),
        cue=Cue.STEP,
        may_go_back=True,
    )


@dataclass(frozen=True, slots=True)
class Reviewing(ServicePhase):
    """Read back before it is booked."""

    card: Card
    terms: Terms
    wanted: Booked

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = read_back("reservation.reviewing")

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """The booking."""
        return self.wanted.facts()


@dataclass(frozen=True, slots=True)
class Showing(ServicePhase):
    """What stands already."""

    card: Card
    booked: Booked

    service: ClassVar[str] = NAME
    receipt: ClassVar[bool] = True
    prompt: ClassVar[Prompt] = Prompt(
        "reservation.showing",
        Waits.REVIEW,
        Ask.FACTS,
        (DONE, Answer("cancel_booking", text="reservation.cancel", key="2")),
        cue=Cue.STEP,
        private=True,
        may_go_back=True,
    )

    def text_key(self, session: s.Session) -> str:
        """Whether the branch confirms the day."""
        return "reservation.showing" if self.booked.verified else "reservation.showing_unverified"

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """The booking."""
        return self.booked.facts()


@dataclass(frozen=True, slots=True)
class Cancelling(ServicePhase):
    """Asked once whether it shall be cancelled; both answers are of one rank."""

    card: Card
    booked: Booked

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "reservation.cancelling",
        Waits.REVIEW,
        Ask.REVIEW,
        (
            Answer("confirm", text="reservation.cancel", key="1"),
            Answer("keep_booking", text="reservation.keep", key="2"),
        ),
        cue=Cue.STEP,
        private=True,
        may_go_back=True,
    )

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """The booking."""
        return self.booked.facts()


@dataclass(frozen=True, slots=True)
class Sending(ServicePhase):
    """The bank is asked to book, or to cancel what is `booked`."""

    card: Card
    message: str
    booked: Booked | None = None

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = waiting()


@dataclass(frozen=True, slots=True)
class Done(ServicePhase):
    """Booked, with the number to fetch it by."""

    card: Card
    booked: Booked

    service: ClassVar[str] = NAME
    receipt: ClassVar[bool] = True
    prompt: ClassVar[Prompt] = Prompt(
        "reservation.done", Waits.REVIEW, Ask.FACTS, OUTCOME, cue=Cue.DONE, private=True
    )

    def text_key(self, session: s.Session) -> str:
        """Whether the branch confirms the day."""
        return "reservation.done" if self.booked.verified else "reservation.done_unverified"

    def values(self, session: s.Session) -> Mapping[str, object]:
        """The number on the slip."""
        return {"reference": self.booked.number}

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """The booking."""
        return self.booked.facts()


@dataclass(frozen=True, slots=True)
class Cancelled(ServicePhase):
    """Nothing is booked any more; this was."""

    card: Card
    booked: Booked

    service: ClassVar[str] = NAME
    receipt: ClassVar[bool] = True
    prompt: ClassVar[Prompt] = Prompt(
        "reservation.cancelled", Waits.REVIEW, Ask.FACTS, OUTCOME, cue=Cue.DONE, private=True
    )

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """The booking that was."""
        return self.booked.facts()


def _begin(session: s.Session, card: Card) -> Step:
    return ask_bank(session, card, NAME, lambda message: Asking(card, message))


def _step(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase:
        case Asking(card=card, message=asked):
            return answered(session, asked, event, lambda said: _shown(card, said))
        case Sending(message=asked) as sending:
            return answered(
                *(session, asked, event),
                lambda said: _sent(sending, said),
                lost="reservation_unknown",
            )
        case Typing(card=card, terms=terms) as phase:
            return digits.step(
                *(session, phase, event, TYPED_DIGITS),
                lambda number: _typed(phase, number),
                Choosing(card, terms),
                whole=True,
            )
        case _:
            return _wanting(session, event) or _standing(session, event)


def _sent(phase: Sending, said: Mapping[str, str]) -> ServicePhase | None:
    if phase.booked is not None:
        return Cancelled(phase.card, phase.booked)
    booked = _booked(said)
    return Done(phase.card, booked) if booked else None


def _shown(card: Card, said: Mapping[str, str]) -> ServicePhase | None:
    if "number" in said:
        booked = _booked(said)
        return Showing(card, booked) if booked else None
    terms = _terms(said)
    if terms is None:
        return None
    return Choosing(card, terms) if terms.day else AskBranch(card)


def _terms(said: Mapping[str, str]) -> Terms | None:
    """What the bank said, or None where that is not understood."""
    try:
        least, most = Amount(int(said["least"])), Amount(int(said["most"]))
    except (KeyError, ValueError):
        return None
    day = said.get("day", "")
    return Terms(least, most, day if day_of(day) else "", said.get("verified") == "1")


def _booked(said: Mapping[str, str]) -> Booked | None:
    """A booking as the bank said it, or None: a wrong one is worse than none."""
    try:
        amount, day, number = Amount(int(said["amount"])), said["day"], said["number"]
        notes = notes_from(said["notes"])
    except (KeyError, ValueError):
        return None
    sound = summed(notes) == amount and day_of(day) and number.isdigit()
    return Booked(amount, notes, day, said.get("verified") == "1", number) if sound else None


def notes_from(text: str) -> Notes:
    """Notes as they are in a message, `10000x500,5000x40`: fen and how many. Raises ValueError."""
    pairs = (one.split("x") for one in text.split(","))
    notes = tuple((Amount(int(face)), int(count)) for face, count in pairs)
    if any(face not in FACES or count <= 0 for face, count in notes):
        raise ValueError("there is no such note")
    return notes


def notes_text(notes: Notes) -> str:
    """The same as a text."""
    return ",".join(f"{face.minor}x{count}" for face, count in notes)


def _typed(phase: Typing, number: str) -> ChoosingNotes | None:
    amount = yuan(int(number or "0"))
    booked = phase.terms.least <= amount <= phase.terms.most and not amount.minor % WHOLE.minor
    return ChoosingNotes(phase.card, phase.terms, amount) if booked else None


def _wanting(session: s.Session, event: ev.Event) -> Step | None:
    """On the way to a new booking."""
    match session.phase, event:
        case Choosing(card=card, terms=terms), ev.Chosen("amount", int(minor)):
            return enter(session, ChoosingNotes(card, terms, Amount(minor)))
        case Choosing(card=card, terms=terms), ev.Chosen("other_amount"):
            return enter(session, Typing(card, terms))
        case Choosing(card=card), ev.Chosen("back"):
            return to_menu(session, card)
        case ChoosingNotes(card=card, terms=terms, amount=amount), ev.Chosen(
            "way", "hundreds" | "fifties" | "small" as way
        ):
            wanted = Booked(amount, notes_for(amount, way), terms.day, terms.verified)
            return enter(session, Reviewing(card, terms, wanted))
        case ChoosingNotes(card=card, terms=terms), ev.Chosen("back"):
            return enter(session, Choosing(card, terms))
        case Reviewing(card=card, terms=terms, wanted=wanted), ev.Chosen("change" | "back"):
            return enter(session, ChoosingNotes(card, terms, wanted.amount))
        case Reviewing(card=card, wanted=wanted), ev.Chosen("confirm"):
            fields = (
                ("book", str(wanted.amount.minor)),
                ("notes", notes_text(wanted.notes)),
                ("day", wanted.day),
            )
            return _send(session, card, fields)
        case _:
            return None


def _standing(session: s.Session, event: ev.Event) -> Step | None:
    """With one that stands."""
    match session.phase, event:
        case Showing(card=card, booked=booked), ev.Chosen("cancel_booking"):
            return enter(session, Cancelling(card, booked))
        case Showing(card=card), ev.Chosen("back"):
            return to_menu(session, card)
        case Cancelling(card=card, booked=booked), ev.Chosen("keep_booking" | "back"):
            return enter(session, Showing(card, booked))
        case Cancelling(card=card, booked=booked), ev.Chosen("confirm"):
            return _send(session, card, (("cancel", booked.number),), booked)
        case _:
            return None


def _send(session: s.Session, card: Card, fields: ev.Fields, booked: Booked | None = None) -> Step:
    return ask_bank(session, card, NAME, lambda message: Sending(card, message, booked), fields)


SERVICE: Final = Service(
    NAME,
    _begin,
    _step,
    (
        Asking,
        AskBranch,
        Choosing,
        Typing,
        ChoosingNotes,
        Reviewing,
        Showing,
        Cancelling,
        Sending,
        Done,
        Cancelled,
    ),
)
