"""The telephone numbers that the bank keeps of a customer: where its messages go, and whom the customer
trusts.

A trusted contact can be told, and nothing more: there is no message from them that this machine or the
bank would act on. They are named by the customer, with consent, and told only when the customer asks for
it (`flows/trusted.py`). Numbers that are kept are shown masked; one that is typed is read back in groups
before anything is kept, and the record has no digit of either. What was kept can be removed as easily.

An answer that is lost is said as it is: a look at this page shows which number is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Entry, Fact, Picture, Prompt, Word
from terminal.card import Card
from terminal.flows import digits
from terminal.flows.offer import DONE, OUTCOME, Service, answered, ask_bank, read_back, waiting
from terminal.flows.visit import Step, enter, give_back, to_menu
from terminal.help_pages import GROUPS as READ_IN
from terminal.help_pages import readable
from terminal.profile import Waits
from terminal.prompts import CLEAR, CONFIRM, DIGITS
from terminal.service import ServicePhase
from terminal.values import replace

NAME: Final = "contact"

Kind = Literal["messages", "trusted"]
KINDS: Final[tuple[Kind, ...]] = ("messages", "trusted")

NUMBER_DIGITS: Final = 11
"""A mobile number of mainland China, which begins with 1; messages go to nothing else."""

GROUPS: Final = READ_IN[NUMBER_DIGITS]
"""As it is said: 138 1234 5678."""

Done = Literal["kept", "removed"]


@dataclass(frozen=True, slots=True)
class Known:
    """What the bank keeps, masked by it, "" for nothing."""

    card: Card
    messages: str = ""
    trusted: str = ""

    def of(self, kind: Kind) -> str:
        """The masked number of this kind."""
        return self.messages if kind == "messages" else self.trusted


@dataclass(frozen=True, slots=True)
class Asking(ServicePhase):
    """The bank is asked what it keeps."""

    card: Card
    message: str

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = waiting()


@dataclass(frozen=True, slots=True)
class Showing(ServicePhase):
    """Both numbers."""

    known: Known

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "contact.showing",
        Waits.CHOICE,
        Ask.FACTS,
        (
            *(
                Answer("number", kind, text=f"contact.{kind}", key=str(place))
                for place, kind in enumerate(KINDS, start=1)
            ),
            DONE,
        ),
        cue=Cue.STEP,
        private=True,
        may_go_back=True,
    )

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """One line for each."""
        return tuple(
            Fact(f"contact.{kind}", self.known.of(kind) or Word("contact.none")) for kind in KINDS
        )


@dataclass(frozen=True, slots=True)
class Managing(ServicePhase):
    """What one of the numbers is for, and what can be done with it."""

    known: Known
    kind: Kind

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "contact.managing", Waits.CHOICE, Ask.CHOICE, cue=Cue.STEP, may_go_back=True
    )

    def asked(self, session: s.Session) -> Prompt:
        """Nothing is removed where nothing is kept."""
        kept = bool(self.known.of(self.kind))
        typing = Answer(
            "type_number",
            role="primary",
            text="contact.change" if kept else f"contact.name_{self.kind}",
            key="1",
        )
        removing = (Answer("remove", text="contact.remove", key="2"),) if kept else ()
        return replace(self.prompt, answers=(typing, *removing))

    def text_key(self, session: s.Session) -> str:
        """What this number is for."""
        return f"contact.managing_{self.kind}"


@dataclass(frozen=True, slots=True)
class Typing(digits.Digits):
    """The number, digit by digit; `wrong` after a confirm that came before it was one."""

    known: Known
    kind: Kind

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "contact.typing",
        Waits.CHOICE,
        Ask.NUMBER,
        (*DIGITS, CLEAR, CONFIRM),
        cue=Cue.STEP,
        private=True,
        may_go_back=True,
    )

    def text_key(self, session: s.Session) -> str:
        """What is to be typed, or that it is no number yet."""
        return "contact.typing_wrong" if self.wrong else "contact.typing"

    def entry(self) -> Entry:
        """As far as it is typed."""
        return Entry(self.typed, NUMBER_DIGITS, GROUPS)


@dataclass(frozen=True, slots=True)
class Reviewing(ServicePhase):
    """Read back in groups, before the bank is asked."""

    known: Known
    kind: Kind
    number: str

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = read_back("contact.reviewing")

    def text_key(self, session: s.Session) -> str:
        """What it will be used for."""
        return f"contact.reviewing_{self.kind}"

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """The number."""
        return (Fact(f"contact.{self.kind}", readable(self.number), strong=True),)


@dataclass(frozen=True, slots=True)
class Removing(ServicePhase):
    """Asked once whether it shall be removed. Not to is as near: somebody may be told to do this."""

    known: Known
    kind: Kind

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "contact.removing",
        Waits.REVIEW,
        Ask.REVIEW,
        (
            Answer("confirm", text="contact.remove", key="1"),
            Answer("leave_number", text="contact.leave", key="2"),
        ),
        cue=Cue.STEP,
        private=True,
        may_go_back=True,
    )

    def facts(self, session: s.Session) -> tuple[Fact, ...]:
        """The number, masked."""
        return (Fact(f"contact.{self.kind}", self.known.of(self.kind)),)


@dataclass(frozen=True, slots=True)
class Saving(ServicePhase):
    """The bank is asked to keep or to remove it."""

    card: Card
    message: str
    done: Done

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = waiting()


@dataclass(frozen=True, slots=True)
class Saved(ServicePhase):
    """The bank has done it."""

    card: Card
    done: Done

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "contact.saved", Waits.REVIEW, Ask.CHOICE, OUTCOME, Picture.DONE, Cue.DONE
    )

    def text_key(self, session: s.Session) -> str:
        """Which of the two."""
        return f"contact.{self.done}"


def _begin(session: s.Session, card: Card) -> Step:
    return ask_bank(session, card, NAME, lambda message: Asking(card, message))


def _step(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase:
        case Asking(card=card, message=asked):
            return answered(session, asked, event, lambda said: _shown(card, said))
        case Saving(card=card, message=asked, done=done):
            told = Saved(card, done)
            return answered(session, asked, event, lambda _: told, lost="contact_unknown")
        case Typing(known=known, kind=kind) as phase:
            return digits.step(
                *(session, phase, event, NUMBER_DIGITS),
                lambda number: Reviewing(known, kind, number) if is_number(number) else None,
                Managing(known, kind),
            )
        case _:
            return _chosen(session, event)


def _shown(card: Card, kept: Mapping[str, str]) -> Showing:
    return Showing(Known(card, kept.get("messages", ""), kept.get("trusted", "")))


def is_number(typed: str) -> bool:
    """Whether this may be a mobile number."""
    return len(typed) == NUMBER_DIGITS and typed[0] == "1"


def _chosen(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case Showing(known=known), ev.Chosen("number", "messages" | "trusted" as kind):
            return enter(session, Managing(known, kind))
        case Showing(known=known), ev.Chosen("back"):
            return to_menu(session, known.card)
        case Showing(), ev.Chosen("done"):
            return give_back(session, "service_done")
        case Managing(known=known, kind=kind), ev.Chosen("type_number"):
            return enter(session, Typing(known, kind))
        case Managing(known=known, kind=kind), ev.Chosen("remove") if known.of(kind):
            return enter(session, Removing(known, kind))
        case Managing(known=known), ev.Chosen("back"):
            return enter(session, Showing(known))
        case Reviewing(known=known, kind=kind), ev.Chosen("change" | "back"):
            return enter(session, Typing(known, kind))
        case Reviewing(known=known, kind=kind, number=number), ev.Chosen("confirm"):
            return _save(session, known.card, "kept", (("keep", kind), ("number", number)))
        case Removing(known=known, kind=kind), ev.Chosen("confirm"):
            return _save(session, known.card, "removed", (("remove", kind),))
        case Removing(known=known, kind=kind), ev.Chosen("leave_number" | "back"):
            return enter(session, Managing(known, kind))
        case _:
            return None


def _save(session: s.Session, card: Card, done: Done, fields: ev.Fields) -> Step:
    return ask_bank(session, card, NAME, lambda message: Saving(card, message, done), fields)


SERVICE: Final = Service(
    NAME,
    _begin,
    _step,
    (Asking, Showing, Managing, Typing, Reviewing, Removing, Saving, Saved),
)
