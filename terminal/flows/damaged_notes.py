"""What a damaged note will be worth at the counter, and a time to come there (accessibility.md CN-17).

The customer describes the note, one question at a time: how much of it is left, in pictures; whether what
is missing is a cross; whether its face can be told; whether the pieces fit. What follows is
`terminal/rules/damaged_notes.py`; an answer "not sure" leaves several results, and the machine says so. It
never takes the note: the counter measures it, changes it free of charge and may not refuse it. The branch
names the next working day, morning or afternoon is chosen, and the booking has a number. Where the day is
not known nothing is booked; nobody needs a time to be served.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Final, Literal, get_args

from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Fact, Prompt, Word
from terminal.card import Card
from terminal.flows.offer import DONE, OUTCOME, Service, answered, ask_bank, waiting
from terminal.flows.visit import Step, enter, to_menu
from terminal.messages import day_of
from terminal.money import yuan
from terminal.profile import Waits
from terminal.rules.damaged_notes import FULL_FROM, HALF_FROM, DamagedNote, expected
from terminal.service import ServicePhase
from terminal.values import replace

NAME: Final = "damaged_notes"

Left = Literal["most", "between", "little", "unsure"]

AREAS: Final[Mapping[Left, tuple[Fraction, Fraction]]] = {
    "most": (FULL_FROM, Fraction(1)),
    "between": (HALF_FROM, FULL_FROM - Fraction(1, 100)),
    "little": (Fraction(0), HALF_FROM - Fraction(1, 100)),
    "unsure": (Fraction(0), Fraction(1)),
}
"""From how much to how much of the note is left. A hundredth below a limit is as near to it as anybody
could see [D]."""

MAY_BE_CROSS: Final = ("most", "unsure")
"""Where the shape of what is missing decides anything: with less left it is half at best."""

Half = Literal["morning", "afternoon"]
HALVES: Final[tuple[Half, ...]] = get_args(Half)

EXAMPLE: Final = yuan(100)
"""Shares are the same for every note of yuan; the rule wants one."""

Result = Literal["full", "half", "cross", "little", "face", "pieces", "unsure"]

REASONS: Final[Mapping[str, Result]] = {
    "three_quarters_left": "full",
    "half_left": "half",
    "cross_shaped": "cross",
    "under_half_left": "little",
    "face_unknown": "face",
    "does_not_join": "pieces",
}


@dataclass(frozen=True, slots=True)
class Described:
    """The note as far as it was described."""

    left: Left
    cross: bool = False
    face: bool = True
    pieces: bool = True

    def result(self) -> Result:
        """What to expect; several possible results are "unsure"."""
        least, most = AREAS[self.left]
        if self.cross:
            most = min(most, FULL_FROM)
            least = min(least, most)
        note = DamagedNote(EXAMPLE, most, self.face, self.pieces, self.cross)
        found = expected(note, least, most)
        return REASONS[found[0].reason] if len(found) == 1 else "unsure"


@dataclass(frozen=True, slots=True)
class AskingLeft(ServicePhase):
    """How much is left, in pictures."""

    card: Card

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "damaged_notes.left",
        Waits.REVIEW,
        Ask.MENU,
        tuple(
            Answer("left", left, text=f"damaged_notes.left.{left}", key=str(place))
            for place, left in enumerate(AREAS, start=1)
        ),
        cue=Cue.STEP,
        may_go_back=True,
    )


def _yes_or_no(key: str) -> Prompt:
    return Prompt(
        key,
        Waits.REVIEW,
        Ask.CHOICE,
        (
            Answer("is_so", 1, text=f"{key}_yes", key="1"),
            Answer("is_so", 0, text=f"{key}_no", key="2"),
        ),
        cue=Cue.STEP,
        may_go_back=True,
    )


@dataclass(frozen=True, slots=True)
class AskingCross(ServicePhase):
    """Whether what is missing is a cross, in pictures."""

    card: Card
    note: Described

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = replace(
        _yes_or_no("damaged_notes.cross"),
        ask=Ask.MENU,
        answers=(
            Answer("shape", "no_cross", text="damaged_notes.cross_no", key="1"),
            Answer("shape", "cross", text="damaged_notes.cross_yes", key="2"),
        ),
    )


@dataclass(frozen=True, slots=True)
class AskingFace(ServicePhase):
    """Whether one can tell what it is worth."""

    card: Card
    note: Described

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = _yes_or_no("damaged_notes.face")


@dataclass(frozen=True, slots=True)
class AskingPieces(ServicePhase):
    """Whether it is in one piece, or in pieces that fit."""

    card: Card
    note: Described

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = _yes_or_no("damaged_notes.pieces")


@dataclass(frozen=True, slots=True)
class Told(ServicePhase):
    """What to expect, and that the counter decides."""

    card: Card
    note: Described

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "damaged_notes.told",
        Waits.REVIEW,
        Ask.CHOICE,
        (Answer("book_slot", role="primary", text="damaged_notes.book", key="1"), DONE),
        cue=Cue.STEP,
        may_go_back=True,
    )

    def asked(self, session: s.Session) -> Prompt:
        """Booking is one way and being done the other."""
        book, _ = self.prompt.answers
        return replace(self.prompt, answers=(replace(DONE, role="choice"), replace(book, key="2")))

    def text_key(self, session: s.Session) -> str:
        """By the result."""
        return f"damaged_notes.told_{self.note.result()}"


@dataclass(frozen=True, slots=True)
class AskingDay(ServicePhase):
    """The branch is asked for a day."""

    card: Card
    message: str
    note: Described

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = waiting()


@dataclass(frozen=True, slots=True)
class NoDay(ServicePhase):
    """The day cannot be named; nobody needs a time to be served."""

    card: Card

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "damaged_notes.no_day", Waits.REVIEW, Ask.CHOICE, OUTCOME, cue=Cue.STEP
    )


@dataclass(frozen=True, slots=True)
class ChoosingHalf(ServicePhase):
    """Morning or afternoon of that day."""

    card: Card
    day: str
    note: Described

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "damaged_notes.half",
        Waits.REVIEW,
        Ask.FACTS,
        tuple(
            Answer("half", half, text=f"damaged_notes.{half}", key=str(place))
            for place, half in enumerate(HALVES, start=1)
        ),
        cue=Cue.STEP,
        may_go_back=True,
    )

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """The day."""
        return (Fact("damaged_notes.day", self.day, private=False),)


@dataclass(frozen=True, slots=True)
class Booking(ServicePhase):
    """The branch is asked to keep the time."""

    card: Card
    message: str
    day: str
    half: Half

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = waiting()


@dataclass(frozen=True, slots=True)
class Booked(ServicePhase):
    """The time is kept, under this number."""

    card: Card
    day: str
    half: Half
    number: str

    service: ClassVar[str] = NAME
    receipt: ClassVar[bool] = True
    prompt: ClassVar[Prompt] = Prompt(
        "damaged_notes.booked", Waits.REVIEW, Ask.FACTS, OUTCOME, cue=Cue.DONE, private=True
    )

    def values(self, session: s.Session) -> Mapping[str, object]:
        """The number on the slip."""
        return {"reference": self.number}

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """Day, half and number."""
        return (
            Fact("damaged_notes.day", self.day),
            Fact("damaged_notes.when", Word(f"label.damaged_notes.{self.half}")),
            Fact("damaged_notes.number", self.number, strong=True),
        )


def _begin(session: s.Session, card: Card) -> Step:
    return enter(session, AskingLeft(card))


def _step(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase:
        case AskingDay() | Booking():
            return _answered(session, event)
        case _:
            return _describing(session, event) or _deciding(session, event)


def _describing(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case AskingLeft(card=card), ev.Chosen(
            "left", ("most" | "between" | "little" | "unsure") as left
        ):
            note = Described(left)
            shaped = left in MAY_BE_CROSS
            return enter(session, AskingCross(card, note) if shaped else AskingFace(card, note))
        case AskingLeft(card=card), ev.Chosen("back"):
            return to_menu(session, card)
        case AskingCross(card=card, note=note), ev.Chosen("shape", shape):
            return enter(session, AskingFace(card, replace(note, cross=shape == "cross")))
        case AskingFace(card=card, note=note), ev.Chosen("is_so", 1):
            return enter(session, AskingPieces(card, replace(note, face=True)))
        case AskingFace(card=card, note=note), ev.Chosen("is_so", 0):
            return enter(session, Told(card, replace(note, face=False)))
        case AskingPieces(card=card, note=note), ev.Chosen("is_so", int(fits)):
            return enter(session, Told(card, replace(note, pieces=bool(fits))))
        case ((AskingCross(card=card) | AskingFace(card=card)), ev.Chosen("back")):
            return enter(session, AskingLeft(card))
        case ((AskingPieces(card=card, note=note) | Told(card=card, note=note)), ev.Chosen("back")):
            return enter(session, AskingFace(card, note))
        case _:
            return None


def _deciding(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case Told(card=card, note=note), ev.Chosen("book_slot"):
            return ask_bank(session, card, NAME, lambda message: AskingDay(card, message, note))
        case ChoosingHalf(card=card, note=note), ev.Chosen("back"):
            return enter(session, Told(card, note))
        case ChoosingHalf(card=card, day=day), ev.Chosen("half", "morning" | "afternoon" as half):
            fields = (("book", half), ("day", day))
            return ask_bank(
                session, card, NAME, lambda message: Booking(card, message, day, half), fields
            )
        case _:
            return None


def _answered(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase:
        case AskingDay(message=asked) as asking:
            return answered(session, asked, event, lambda said: _halves(asking, said))
        case Booking(message=asked) as booking:
            return answered(
                *(session, asked, event),
                lambda said: _booked(booking, said),
                lost="damaged_notes_unknown",
            )
        case _:
            return None


def _halves(phase: AskingDay, said: Mapping[str, str]) -> ServicePhase:
    day = said.get("day", "")
    return ChoosingHalf(phase.card, day, phase.note) if day_of(day) else NoDay(phase.card)


def _booked(phase: Booking, said: Mapping[str, str]) -> Booked | None:
    number = said.get("number", "")
    return Booked(phase.card, phase.day, phase.half, number) if number.isdigit() else None


SERVICE: Final = Service(
    NAME,
    _begin,
    _step,
    (
        AskingLeft,
        AskingCross,
        AskingFace,
        AskingPieces,
        Told,
        AskingDay,
        NoDay,
        ChoosingHalf,
        Booking,
        Booked,
    ),
)
