"""A new PIN. The terminal never sees a digit of either.

The old PIN is in the pad since the visit began, so it is not asked for again. One block of it is made for
each time that the bank may be asked, because a block is good for one message and typing a new PIN
overwrites what the pad held. Then the pad collects the new PIN twice; the bank alone can compare the two.

Rules it keeps. From the first digit of the new PIN on the pad holds no PIN that the bank knows, so there
is no way back to the menu before the change is done, and every ending but that one gives the card back.
An answer that does not come is asked for again with the very same message, which changes nothing twice;
if it never comes, nobody here knows which PIN is valid, and that is what is said. Blocks are held until
the bank has answered and never recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer, Ask, Cue, Picture, Prompt
from terminal.card import Card, PinBlock
from terminal.flows import leaving
from terminal.flows.identify import pin_line
from terminal.flows.offer import OUTCOME, Service, waiting
from terminal.flows.visit import Step, enter, give_back, new_id, to_menu
from terminal.profile import Waits
from terminal.service import PinPhase, ServicePhase
from terminal.values import replace

NAME: Final = "pin_change"

COLLECT_NEW: Final = fx.CollectPin(6, 6)
"""A PIN has six digits (CN-16)."""

TRIES_MAX: Final = 3
"""New PINs that may be tried in one visit: as many tries as a PIN has anywhere (CN-16)."""

SENT_MAX: Final = 3
"""How often one message is sent: the bank is given up after three misses (reliability.md A.7)."""

REFUSED: Final = frozenset({"differ", "same", "weak", "birthday", "card"})
"""Why a bank does not take a PIN, where another one may be tried. Anything else ends the visit."""


@dataclass(frozen=True, slots=True)
class Try:
    """One message that may be sent, and the block of the old PIN that is good for it."""

    message: str
    old: PinBlock


Tries = tuple[Try, ...]
"""What is left of them; the first is the present one."""


@dataclass(frozen=True, slots=True)
class Telling(ServicePhase):
    """What a good PIN is, before anything is typed."""

    card: Card

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "pin_change.telling",
        Waits.REVIEW,
        Ask.CHOICE,
        (Answer("go_ahead", role="primary", key="enter"),),
        cue=Cue.STEP,
        may_go_back=True,
    )


@dataclass(frozen=True, slots=True)
class Preparing(ServicePhase):
    """The pad makes the blocks of the old PIN, one after the other; `message` is the one it makes now."""

    card: Card
    message: str
    made: Tries = ()

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt("pin_change.preparing", Waits.DEVICE, picture=Picture.WAIT)


@dataclass(frozen=True, slots=True)
class EnteringNew(PinPhase):
    """The pad collects the new PIN."""

    card: Card
    tries: Tries

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "pin_change.enter_new",
        Waits.PIN,
        Ask.PIN,
        picture=Picture.COVER_KEYS,
        cue=Cue.STEP,
        private=True,
    )


@dataclass(frozen=True, slots=True)
class EnteringAgain(PinPhase):
    """The pad collects the new PIN once more."""

    card: Card
    tries: Tries
    new: PinBlock

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "pin_change.enter_again",
        Waits.PIN,
        Ask.PIN,
        picture=Picture.COVER_KEYS,
        cue=Cue.STEP,
        private=True,
    )


@dataclass(frozen=True, slots=True)
class Sealing(ServicePhase):
    """The pad makes the block of what was typed; `new` is that of the first time, if this is the second."""

    card: Card
    tries: Tries
    new: PinBlock | None = None

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt("pin_change.preparing", Waits.DEVICE, picture=Picture.WAIT)


@dataclass(frozen=True, slots=True)
class Changing(ServicePhase):
    """The bank is asked to change it; `sent` is how often it has been, with the same message."""

    card: Card
    tries: Tries
    new: tuple[PinBlock, PinBlock]
    sent: int = 1

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = waiting()


@dataclass(frozen=True, slots=True)
class NotTaken(ServicePhase):
    """The bank does not take this PIN, and why. The old one is still the one."""

    card: Card
    tries: Tries
    reason: str

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "pin_change.not_taken",
        Waits.REVIEW,
        Ask.CHOICE,
        (Answer("another_pin", role="primary", key="enter"),),
        cue=Cue.ERROR,
    )

    def text_key(self, session: s.Session) -> str:
        """The reason, in words."""
        return f"pin_change.not_taken_{self.reason}"

    def asked(self, session: s.Session) -> Prompt:
        """One that was typed differently may well be the same once more."""
        if self.reason != "differ":
            return self.prompt
        again = replace(self.prompt.answers[0], text="pin_again")
        return replace(self.prompt, answers=(again,))


@dataclass(frozen=True, slots=True)
class Changed(ServicePhase):
    """The new PIN is valid, and it is the one in the pad."""

    card: Card

    service: ClassVar[str] = NAME
    prompt: ClassVar[Prompt] = Prompt(
        "pin_change.changed", Waits.REVIEW, Ask.CHOICE, OUTCOME, Picture.DONE, Cue.DONE
    )

    def values(self, session: s.Session) -> Mapping[str, object]:
        """The tail of the card."""
        return {"last4": self.card.pan.last4}


def _begin(session: s.Session, card: Card) -> Step:
    return enter(session, Telling(card))


def _step(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase:
        case Telling(card=card):
            return _told(session, card, event)
        case Preparing() as phase:
            return _prepared(session, phase, event)
        case EnteringNew() | EnteringAgain() as typing:
            return _typing(session, typing, event)
        case Sealing() as phase:
            return _sealed(session, phase, event)
        case Changing() as phase:
            return _changing(session, phase, event)
        case NotTaken(card=card, tries=tries):
            return _not_taken(session, card, tries, event)
        case _:
            return None


def _told(session: s.Session, card: Card, event: ev.Event) -> Step | None:
    match event:
        case ev.Chosen("go_ahead"):
            return _prepare(session, card, ())
        case ev.Chosen("back"):
            return to_menu(session, card)
        case _:
            return None


def _prepare(session: s.Session, card: Card, made: Tries) -> Step:
    message, machine = new_id(session.machine)
    going = replace(session, machine=machine)
    return enter(going, Preparing(card, message, made), fx.MakePinBlock(message, card.pan))


def _prepared(session: s.Session, phase: Preparing, event: ev.Event) -> Step | None:
    match event:
        case ev.PinBlockMade(message=message, block=block) if message == phase.message:
            made = (*phase.made, Try(message, block))
            if len(made) < TRIES_MAX:
                return _prepare(session, phase.card, made)
            return enter(session, EnteringNew(phase.card, made), COLLECT_NEW)
        case ev.PinLost() | ev.TimedOut():
            return give_back(session, "pin_pad_failed")
        case _:
            return None


def _typing(session: s.Session, phase: EnteringNew | EnteringAgain, event: ev.Event) -> Step | None:
    match event:
        case ev.PinDigits(count=count):
            typed = replace(session, phase=replace(phase, digits=count))
            return pin_line(typed, ended_early=count == phase.digits), ()
        case ev.PinEntered():
            new = phase.new if isinstance(phase, EnteringAgain) else None
            made = fx.MakePinBlock(phase.tries[0].message, phase.card.pan)
            return enter(session, Sealing(phase.card, phase.tries, new), made)
        case ev.PinLost():
            return give_back(session, "pin_pad_failed")
        case ev.TimedOut() | ev.Chosen("return_card"):
            return give_back(session, "pin_unchanged")
        case _:
            return None


def _sealed(session: s.Session, phase: Sealing, event: ev.Event) -> Step | None:
    match event:
        case ev.PinBlockMade(message=message, block=block) if message == phase.tries[0].message:
            if phase.new is None:
                return enter(session, EnteringAgain(phase.card, phase.tries, block), COLLECT_NEW)
            asking = Changing(phase.card, phase.tries, (phase.new, block))
            return enter(session, asking, _question(asking))
        case ev.PinLost() | ev.TimedOut():
            return give_back(session, "pin_pad_failed")
        case ev.Chosen("return_card"):
            return give_back(session, "pin_unchanged")
        case _:
            return None


def _question(phase: Changing) -> fx.AskBank:
    """Always the same for one try: the bank answers it once."""
    now = phase.tries[0]
    return fx.AskBank(now.message, phase.card, NAME, block=now.old, new_pin=phase.new)


def _changing(session: s.Session, phase: Changing, event: ev.Event) -> Step | None:
    ours = phase.tries[0].message
    match event:
        case ev.BankAnswered(message=message) if message == ours:
            return enter(session, Changed(phase.card))
        case ev.BankRefused(message=message, reason=reason) if message == ours:
            left = phase.tries[1:]
            if reason not in REFUSED or not left:
                return give_back(session, "pin_unchanged")
            return enter(session, NotTaken(phase.card, left, reason))
        case ev.TimedOut() if phase.sent < SENT_MAX:
            again = replace(phase, sent=phase.sent + 1)
            return replace(session, phase=again), (_question(again),)
        case ev.TimedOut() | ev.Chosen("return_card"):
            return give_back(session, "pin_unknown")
        case ev.ReaderFailed():
            ended = leaving.while_holding(session, event)
            assert ended is not None
            return _saying(ended, "pin_unknown")
        case _:
            return None


def _saying(ended: Step, notice: str) -> Step:
    """The same ending with other words."""
    session, effects = ended
    assert isinstance(session.phase, s.TakingCard)
    return replace(session, phase=replace(session.phase, notice=s.Notice(notice))), effects


def _not_taken(session: s.Session, card: Card, tries: Tries, event: ev.Event) -> Step | None:
    match event:
        case ev.Chosen("another_pin"):
            return enter(session, EnteringNew(card, tries), COLLECT_NEW)
        case ev.TimedOut() | ev.Chosen("return_card"):
            return give_back(session, "pin_unchanged")
        case _:
            return None


SERVICE: Final = Service(
    NAME,
    _begin,
    _step,
    (Telling, Preparing, EnteringNew, EnteringAgain, Sealing, Changing, NotTaken, Changed),
)
