"""A report of somebody who refused cash (accessibility.md CN-18): what kind of place, in which district, and a
telephone number if the customer wants to be called.

Whoever reports gives nothing that is not asked here, and the number is their own choice. All of it is read
back before it goes to the bank, which gives the report a number; the line of the central bank, where the
same can be reported, is told beside it. The record holds no digit of what was typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Entry, Fact, Prompt, Word
from terminal.card import Card
from terminal.flows import digits
from terminal.flows.contact import GROUPS, NUMBER_DIGITS, is_number
from terminal.flows.offer import OUTCOME, Service, answered, ask_bank, read_back, waiting
from terminal.flows.visit import Step, enter, to_menu
from terminal.help_pages import HOTLINES_OF_ALL, readable
from terminal.profile import Waits
from terminal.prompts import CLEAR, CONFIRM, DIGITS
from terminal.service import ServicePhase
from terminal.values import replace

NAME: Final = "report_refusal"

KINDS: Final = ("shop", "meal", "ride", "fees")
DISTRICTS: Final = ("east", "south", "west", "north")
"""Of the town the machine stands in: four, so that they stand on one screen (COG-01)."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is reported, as far as it is known; `phone` "" for none."""

    kind: str = ""
    district: str = ""
    phone: str = ""

    def facts(self) -> tuple[Fact, ...]:
        """As it is read back."""
        phone = self.phone and readable(self.phone)
        return (
            Fact("report_refusal.kind", Word(f"label.report_refusal.{self.kind}")),
            Fact("report_refusal.district", Word(f"label.report_refusal.{self.district}")),
            Fact("report_refusal.phone", phone or Word("report_refusal.no_phone")),
        )


@dataclass(frozen=True, slots=True)
class ChoosingKind(ServicePhase):
    """What kind of place it was."""

    card: Card

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "report_refusal.choosing_kind",
        Waits.REVIEW,
        Ask.CHOICE,
        tuple(
            Answer("kind", kind, text=f"report_refusal.{kind}", key=str(place))
            for place, kind in enumerate(KINDS, start=1)
        ),
        cue=Cue.STEP,
        may_go_back=True,
    )


@dataclass(frozen=True, slots=True)
class ChoosingDistrict(ServicePhase):
    """Where it was."""

    card: Card
    report: Report

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "report_refusal.choosing_district",
        Waits.REVIEW,
        Ask.CHOICE,
        tuple(
            Answer("district", one, text=f"report_refusal.{one}", key=str(place))
            for place, one in enumerate(DISTRICTS, start=1)
        ),
        cue=Cue.STEP,
        may_go_back=True,
    )


@dataclass(frozen=True, slots=True)
class AskingPhone(ServicePhase):
    """Whether the customer wants to be called; no is as easy as yes."""

    card: Card
    report: Report

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "report_refusal.asking_phone",
        Waits.REVIEW,
        Ask.CHOICE,
        (
            Answer("without_phone", text="report_refusal.without", key="1"),
            Answer("with_phone", text="report_refusal.with", key="2"),
        ),
        cue=Cue.STEP,
        may_go_back=True,
    )


@dataclass(frozen=True, slots=True)
class Typing(digits.Digits):
    """The number; `wrong` after a confirm that came before it was one."""

    card: Card
    report: Report

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "report_refusal.typing",
        Waits.CHOICE,
        Ask.NUMBER,
        (*DIGITS, CLEAR, CONFIRM),
        cue=Cue.STEP,
        private=True,
        may_go_back=True,
    )

    def text_key(self, session: s.Session) -> str:
        """What is to be typed, or that it is no number yet."""
        return "report_refusal.typing_wrong" if self.wrong else "report_refusal.typing"

    def entry(self) -> Entry:
        """As far as it is typed."""
        return Entry(self.typed, NUMBER_DIGITS, GROUPS)


@dataclass(frozen=True, slots=True)
class Reviewing(ServicePhase):
    """Read back before it goes to the bank."""

    card: Card
    report: Report

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = read_back("report_refusal.reviewing")

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """The report."""
        return self.report.facts()


@dataclass(frozen=True, slots=True)
class Sending(ServicePhase):
    """The bank is told."""

    card: Card
    message: str

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = waiting()


@dataclass(frozen=True, slots=True)
class Sent(ServicePhase):
    """The bank has it, under this number."""

    card: Card
    number: str

    service: ClassVar[str] = NAME
    receipt: ClassVar[bool] = True
    prompt: ClassVar[Prompt] = Prompt(
        "report_refusal.sent", Waits.REVIEW, Ask.FACTS, OUTCOME, cue=Cue.DONE
    )

    def values(self, session: s.Session) -> Mapping[str, object]:
        """Where else it can be reported, and the number on the slip."""
        return {"central_bank": HOTLINES_OF_ALL["central_bank"], "reference": self.number}

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """The number."""
        return (Fact("report_refusal.number", self.number, strong=True),)


def _begin(session: s.Session, card: Card) -> Step:
    return enter(session, ChoosingKind(card))


def _step(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase:
        case Typing() as phase:
            return _typing(session, phase, event)
        case Sending(card=card, message=asked):
            return answered(
                *(session, asked, event),
                lambda said: _sent(card, said),
                lost="report_refusal_unknown",
            )
        case _:
            return _chosen(session, event)


def _chosen(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case ChoosingKind(card=card), ev.Chosen("kind", str(kind)) if kind in KINDS:
            return enter(session, ChoosingDistrict(card, Report(kind)))
        case ChoosingKind(card=card), ev.Chosen("back"):
            return to_menu(session, card)
        case ChoosingDistrict(card=card, report=report), ev.Chosen("district", str(where)) if (
            where in DISTRICTS
        ):
            return enter(session, AskingPhone(card, replace(report, district=where)))
        case ChoosingDistrict(card=card), ev.Chosen("back"):
            return enter(session, ChoosingKind(card))
        case AskingPhone(card=card, report=report), ev.Chosen("without_phone"):
            return enter(session, Reviewing(card, replace(report, phone="")))
        case AskingPhone(card=card, report=report), ev.Chosen("with_phone"):
            return enter(session, Typing(card, report))
        case AskingPhone(card=card, report=report), ev.Chosen("back"):
            return enter(session, ChoosingDistrict(card, report))
        case Reviewing(card=card, report=report), ev.Chosen("change" | "back"):
            return enter(session, AskingPhone(card, report))
        case Reviewing(card=card, report=report), ev.Chosen("confirm"):
            fields = (
                ("kind", report.kind),
                ("district", report.district),
                ("phone", report.phone),
            )
            return ask_bank(session, card, NAME, lambda message: Sending(card, message), fields)
        case _:
            return None


def _typing(session: s.Session, phase: Typing, event: ev.Event) -> Step | None:
    card, report = phase.card, phase.report

    def typed(number: str) -> Reviewing | None:
        return Reviewing(card, replace(report, phone=number)) if is_number(number) else None

    return digits.step(session, phase, event, NUMBER_DIGITS, typed, AskingPhone(card, report))


def _sent(card: Card, said: Mapping[str, str]) -> Sent | None:
    number = said.get("number", "")
    return Sent(card, number) if number.isdigit() else None


SERVICE: Final = Service(
    NAME,
    _begin,
    _step,
    (ChoosingKind, ChoosingDistrict, AskingPhone, Typing, Reviewing, Sending, Sent),
)
