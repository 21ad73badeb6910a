"""What those who help are shown of a customer's screen: where things stand, and nothing that is the customer's
(accessibility.md PRV-01, PRV-08).

It is made from the session as screen and voice are, and is data: which screen it is by its catalogue keys, and
what can be pointed at by name. What is in it is named here one by one; nothing is taken out of a picture. Of
the values of a text it has the public ones only, so that a sentence which names another one cannot be said at
all. Never in it: an amount, the amounts on buttons too, an account, a name, what a line that is read back says,
what was typed and how much of it, a signature, and how many digits of a PIN there are. While a PIN is typed
it is blank.

It is there for the customer who called, in that visit (`Session.watched`), and for nobody else. What a helper
can do with it is `flows/helping.py`: point.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from terminal import session as s
from terminal.asking import Answer, Ask
from terminal.focus import pointable
from terminal.privacy import ALLOWED, privacy_of
from terminal.profile import Language, ProfileName
from terminal.prompts import (
    entry_of,
    facts_of,
    offer_answers,
    phase_prompt,
    prompt_of,
    text_key,
    values_of,
)

OPEN: Final = ALLOWED["loudspeaker"]
"""A desk in a hall has neighbours too: it may see what a loudspeaker may say."""

TYPED: Final = (Ask.ENTRY, Ask.NUMBER, Ask.SIGN)

What = Literal["words", "amount", "own"]
"""What stands on something that can be pressed: words of the catalogue, an amount, or something of the
customer's own, such as a payee. Of the last two only that they are there is told."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that can be pressed there: the name to point at it by, and the key of its label, "" where it is
    the customer's own business."""

    name: str
    what: What = "words"
    text: str = ""


@dataclass(frozen=True, slots=True)
class MaskedView:
    """A screen as helpers see it. `screen` is the key of its prompt, `text` that of what it says with the public
    `values`, "" for why it looks as it does, which tells of an age or of a need; `lines` are the labels of what is read back, without what they say; `typing` that something is
    typed or written. `blank` is a PIN: then there is nothing else."""

    screen: str
    profile: ProfileName
    language: Language
    text: str = ""
    values: tuple[tuple[str, object], ...] = ()
    answers: tuple[Seen, ...] = ()
    lines: tuple[str, ...] = ()
    typing: bool = False
    pointed: str = ""
    practice: bool = False
    blank: bool = False


def masked_view(session: s.Session) -> MaskedView | None:
    """What helpers see now; None while nobody is shown anything."""
    return _view(session) if session.watched else None


def _view(session: s.Session) -> MaskedView:
    look, screen = session.look, phase_prompt(session).key
    if isinstance(session.phase, s.COLLECTING_PIN) and not session.overlay:
        return MaskedView(screen, look.profile, look.language, blank=True)
    prompt = prompt_of(session)
    keys = any(one.role == "key" for one in prompt.answers)
    return MaskedView(
        screen,
        look.profile,
        look.language,
        "" if session.overlay == "view" else text_key(session),
        tuple((k, v) for k, v in values_of(session).items() if privacy_of(k) in OPEN),
        tuple(_answers(session)),
        tuple(_lines(session)),
        keys or prompt.ask in TYPED or entry_of(session) is not None,
        session.pointed,
        session.practice is not None,
    )


def _answers(session: s.Session) -> Iterator[Seen]:
    """What can be pressed, in the order of the screen."""
    there = (*offer_answers(session), *prompt_of(session).answers)
    shown = {(one.name, one.value): one for one in there}
    for name, choice in pointable(session).items():
        answer = shown.get((choice.name, choice.value))
        label = f"to_{choice.value}" if choice.name == "profile" else choice.name
        yield _seen(name, answer) if answer is not None else Seen(name, text=label)


def _seen(name: str, answer: Answer) -> Seen:
    if answer.amount is not None:
        return Seen(name, "amount")
    return Seen(name, "own") if answer.words else Seen(name, text=answer.text or answer.name)


def _lines(session: s.Session) -> Iterator[str]:
    """The labels of what is read back; none of a line about money at the bank, nor one that is itself a number,
    such as the face of a note."""
    for fact in facts_of(session):
        if not fact.financial and not fact.label.rpartition(".")[2].isdigit():
            yield fact.label
