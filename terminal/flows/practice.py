"""Practice from the idle screen: the whole machine with play money, and rehearsals of three scams.

The pages here stand around a practice: before it, after it, and the rehearsals, which need no play machine
because in them stopping is the whole art. What is practised is the real flow of the lesson's service
(`terminal/practice/lessons.py`) on a play machine (`terminal/practice/playing.py`), with a coach's line on every
screen. Nothing here has a limit (TIM-08).

In a rehearsal every way of stopping wins and is praised; going on is asked once more, as at the real
machine, and never blamed.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from terminal import effects as fx
from terminal import events as ev
from terminal import menu
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Fact, Picture, Prompt, Word
from terminal.card import Card
from terminal.flows.offer import Service
from terminal.flows.visit import Step, afresh, enter, new_id
from terminal.help_pages import own_line
from terminal.practice import lessons
from terminal.practice.hands import PUT_CARD
from terminal.printing import CAN_PRINT
from terminal.profile import Waits
from terminal.prompts import MORE_SERVICES
from terminal.receipt import Slip
from terminal.service import ServicePhase
from terminal.values import replace

NAME: Final = "practice"

REHEARSED: Final = ("safe_account", "family", "refund")
"""Scams that can be rehearsed, as they are told in `scams.py`."""


@dataclass(frozen=True, slots=True)
class Choosing(ServicePhase):
    """What is practised: a service, or how to stop?"""

    service: ClassVar[str] = NAME
    holds_card: ClassVar[bool] = False
    prompt: ClassVar[Prompt] = Prompt(
        "practice.choosing",
        Waits.NOTHING,
        Ask.MENU,
        (
            Answer("lessons", text="practice.lessons", key="1"),
            *(
                Answer("rehearse", name, text=f"practice.{name}", key=str(place))
                for place, name in enumerate(REHEARSED, start=2)
            ),
        ),
        cue=Cue.STEP,
        may_return_card=False,
        may_go_back=True,
    )


@dataclass(frozen=True, slots=True)
class ChoosingLesson(ServicePhase):
    """Which service? `leaf` is which part of the lessons is offered."""

    leaf: int = 0

    service: ClassVar[str] = NAME
    holds_card: ClassVar[bool] = False
    prompt: ClassVar[Prompt] = Prompt(
        "practice.choosing_lesson",
        Waits.NOTHING,
        Ask.MENU,
        cue=Cue.STEP,
        may_return_card=False,
        may_go_back=True,
    )

    def asked(self, session: s.Session) -> Prompt:
        """The tiles are those of the menu, each on the digit of its place."""
        leaves, leaf = lesson_leaves(session), self.leaf_shown(session)
        tiles = tuple(
            Answer("practise", name, text=f"service.{name}", key=str(place))
            for place, name in enumerate(leaves[leaf], start=1)
        )
        more = (MORE_SERVICES,) if leaf + 1 < len(leaves) else ()
        return replace(self.prompt, answers=(*tiles, *more))

    def leaf_shown(self, session: s.Session) -> int:
        """Which group is on the screen; another profile may have fewer of them."""
        return min(self.leaf, len(lesson_leaves(session)) - 1)


def lesson_leaves(session: s.Session) -> tuple[tuple[str, ...], ...]:
    """The lessons in groups of one screen each."""
    return menu.in_leaves(session, lessons.offered(session.machine))


@dataclass(frozen=True, slots=True)
class Ready(ServicePhase):
    """Before an empty reader: the practice card is put in by a press, and `lesson` begins."""

    lesson: str = menu.WITHDRAWAL

    service: ClassVar[str] = NAME
    holds_card: ClassVar[bool] = False
    prompt: ClassVar[Prompt] = Prompt(
        "practice.ready",
        Waits.NOTHING,
        Ask.CHOICE,
        (PUT_CARD,),
        picture=Picture.INSERT_CARD,
        cue=Cue.STEP,
        may_return_card=False,
        may_go_back=True,
    )


@dataclass(frozen=True, slots=True)
class Done(ServicePhase):
    """After the practice of `lesson`: `done` are the screens it went through. `printed` once the step card was
    asked for."""

    lesson: str
    done: tuple[str, ...]
    printed: bool = False

    service: ClassVar[str] = NAME
    holds_card: ClassVar[bool] = False
    prompt: ClassVar[Prompt] = Prompt(
        "practice.done",
        Waits.NOTHING,
        Ask.CHOICE,
        cue=Cue.DONE,
        may_return_card=False,
        may_go_back=True,
    )

    def asked(self, session: s.Session) -> Prompt:
        """A step card only where there is a printer that can print, and once."""
        able = session.machine.printer == CAN_PRINT and not self.printed and bool(self.done)
        answers = (
            Answer("again", role="primary", key="enter"),
            *((Answer("replay", key="1"),) if self.done else ()),
            *((Answer("step_card", key="2"),) if able else ()),
        )
        return replace(self.prompt, answers=answers)

    def text_key(self, session: s.Session) -> str:
        """What happens with the card that was asked for."""
        return "practice.printed" if self.printed else self.prompt.key


@dataclass(frozen=True, slots=True)
class Replaying(ServicePhase):
    """What was done, one step on a page, for as long as one likes."""

    after: Done
    at: int = 0

    service: ClassVar[str] = NAME
    holds_card: ClassVar[bool] = False
    prompt: ClassVar[Prompt] = Prompt(
        "practice.replaying",
        Waits.NOTHING,
        Ask.CHOICE,
        (Answer("next", role="primary", key="enter"),),
        cue=Cue.STEP,
        may_return_card=False,
        may_go_back=True,
    )

    def text_key(self, session: s.Session) -> str:
        """The step, in its own words."""
        return f"practice.did.{self.after.done[self.at]}"


@dataclass(frozen=True, slots=True)
class Told(ServicePhase):
    """A rehearsal begins: what the caller says."""

    scam: str

    service: ClassVar[str] = NAME
    holds_card: ClassVar[bool] = False
    prompt: ClassVar[Prompt] = Prompt(
        "practice.told",
        Waits.NOTHING,
        Ask.CHOICE,
        (Answer("stop", key="1"), Answer("go_on_as_told", key="2")),
        cue=Cue.STEP,
        may_return_card=False,
        may_go_back=True,
    )

    def text_key(self, session: s.Session) -> str:
        """Each has its own story."""
        return f"practice.told.{self.scam}"


@dataclass(frozen=True, slots=True)
class AskedAgain(ServicePhase):
    """The machine asks, as it would before a transfer."""

    scam: str

    service: ClassVar[str] = NAME
    holds_card: ClassVar[bool] = False
    prompt: ClassVar[Prompt] = Prompt(
        "practice.asked",
        Waits.NOTHING,
        Ask.CHOICE,
        (Answer("told_yes", key="1"), Answer("told_unsure", key="2"), Answer("told_no", key="3")),
        cue=Cue.STEP,
        may_return_card=False,
        may_go_back=True,
    )


@dataclass(frozen=True, slots=True)
class Rehearsed(ServicePhase):
    """Stopped, which is the win; or gone on, which is explained and may be tried again."""

    scam: str
    stopped: bool

    service: ClassVar[str] = NAME
    holds_card: ClassVar[bool] = False
    prompt: ClassVar[Prompt] = Prompt(
        "practice.rehearsed",
        Waits.NOTHING,
        Ask.CHOICE,
        cue=Cue.DONE,
        may_return_card=False,
        may_go_back=True,
    )

    def asked(self, session: s.Session) -> Prompt:
        """On, or once more."""
        more = Answer("another_one", role="primary", key="enter")
        again = Answer("try_again", role="choice" if self.stopped else "primary", key="1")
        return replace(self.prompt, answers=(more, again) if self.stopped else (again,))

    def text_key(self, session: s.Session) -> str:
        """Praise, or what is true."""
        return "practice.stopped" if self.stopped else f"practice.went_on.{self.scam}"


def practising(session: s.Session) -> bool:
    """Whether the screen belongs to a practice: play money, or a page around it."""
    return session.practice is not None or isinstance(session.phase, PAGES)


PAGES: Final = (Choosing, ChoosingLesson, Ready, Done, Replaying, Told, AskedAgain, Rehearsed)


def opened(session: s.Session) -> Step:
    """From the lobby."""
    return enter(replace(session, serving=NAME), Choosing())


def _begin(session: s.Session, card: Card) -> Step:
    raise AssertionError("a practice is on no menu")


def _step(session: s.Session, event: ev.Event) -> Step | None:
    """The pages; `practice_insert` is the runtime of the practice's (`flow.step`)."""
    match session.phase, event:
        case Choosing(), ev.Chosen("lessons"):
            return _to_lessons(session)
        case ChoosingLesson(), ev.Chosen("practise", str(name)) if name in lessons.offered(
            session.machine
        ):
            return enter(session, Ready(name))
        case ChoosingLesson() as phase, ev.Chosen("more_services" | "back" as turned):
            return _turned(session, phase, 1 if turned == "more_services" else -1)
        case Choosing(), ev.Chosen("rehearse", name) if name in REHEARSED:
            return enter(session, Told(str(name)))
        case Done(lesson=lesson), ev.Chosen("again"):
            return enter(session, Ready(lesson))
        case Done(done=done) as phase, ev.Chosen("replay") if done:
            return enter(session, Replaying(phase))
        case Done(printed=False) as phase, ev.Chosen("step_card"):
            return _print(session, phase)
        case Replaying(after=after, at=at), ev.Chosen("next"):
            last = at + 1 == len(after.done)
            return enter(afresh(session), after if last else Replaying(after, at + 1))
        case Replaying(after=after, at=at), ev.Chosen("back"):
            return enter(afresh(session), Replaying(after, at - 1) if at else after)
        case Told(scam=scam), ev.Chosen("stop"):
            return enter(session, Rehearsed(scam, True))
        case Told(scam=scam), ev.Chosen("go_on_as_told"):
            return enter(session, AskedAgain(scam))
        case AskedAgain(scam=scam), ev.Chosen("told_yes" | "told_unsure"):
            return enter(session, Rehearsed(scam, True))
        case AskedAgain(scam=scam), ev.Chosen("told_no"):
            return enter(session, Rehearsed(scam, False))
        case Rehearsed(scam=scam), ev.Chosen("try_again"):
            return enter(session, Told(scam))
        case Rehearsed(), ev.Chosen("another_one"):
            return enter(session, Choosing())
        case ((Ready() | Done()), ev.Chosen("back")):
            return _to_lessons(session)
        case ((Told() | AskedAgain() | Rehearsed()), ev.Chosen("back")):
            return enter(session, Choosing())
        case _:
            return None


def _to_lessons(session: s.Session) -> Step:
    """Where there is one lesson only, nothing is asked: to it, or from it back to the rehearsals."""
    here = lessons.offered(session.machine)
    if len(here) > 1:
        return enter(session, ChoosingLesson())
    began = isinstance(session.phase, Choosing) and bool(here)
    return enter(session, Ready(here[0]) if began else Choosing())


def _turned(session: s.Session, phase: ChoosingLesson, by: int) -> Step | None:
    leaf = phase.leaf_shown(session) + by
    if leaf < 0:
        return enter(session, Choosing())
    if leaf == len(lesson_leaves(session)):
        return None
    return enter(afresh(session), replace(phase, leaf=leaf))


def _print(session: s.Session, phase: Done) -> Step | None:
    """The step card, in large type, whatever the profile."""
    if session.machine.printer != CAN_PRINT:
        return None
    job, machine = new_id(session.machine)
    facts, line = card_facts(phase.done), own_line(session.machine)
    slip = Slip("receipt.practice", (), facts, "", True, session.look.language, line)
    printing = replace(session, machine=machine)
    return enter(printing, replace(phase, printed=True), fx.PrintSlip(job, slip))


def card_facts(done: tuple[str, ...]) -> tuple[Fact, ...]:
    """A line for each step: its name, and what to do."""
    return tuple(
        Fact(f"practice.{one}", Word(f"practice.did.{one}"), private=False) for one in done
    )


SERVICE: Final = Service(NAME, _begin, _step, PAGES, opened)
