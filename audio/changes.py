"""What makes one screen another one, to the ear: what of it a way out may carry, what stands in a field,
what was counted, which choices there are.

The glass shows a session whole; a channel carries only the classes of `terminal/privacy`. What is typed is
no other screen: it is told key by key. When something is said of a change, and what, is the business of
`voice`.
"""

from dataclasses import dataclass

from audio.facts import slot_of
from terminal.asking import Answer, Ask
from terminal.privacy import ALLOWED, Channel, privacy_of
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
from terminal.service import ServicePhase
from terminal.session import COLLECTING_PIN, Session
from terminal.values import replace

TYPED = (Ask.PIN, Ask.ENTRY, Ask.NUMBER)
"""Where something is typed: that is told key by key, and the screen not again."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What makes one prompt another one, to the ear."""

    visit: str
    key: str
    overlay: str
    profile: ProfileName
    language: Language
    said: str
    offer: str
    values: tuple[object, ...]
    """Values and lines, as far as they may be said."""
    mark: object


def typed_in(session: Session) -> int | str | None:
    """What stands in the field, or None where there is none; nothing of what is hidden."""
    entry = entry_of(session)
    if entry is not None and not entry.hidden:
        return entry.typed
    field = phase_prompt(session).ask is Ask.ENTRY
    return getattr(session.phase, "typed", None) if field else None


def hidden_digits(session: Session) -> int:
    """How many digits there are of what is never said."""
    entry = entry_of(session)
    if entry is not None:
        return len(entry.typed) if entry.hidden else 0
    return session.phase.digits if isinstance(session.phase, COLLECTING_PIN) else 0


def same_field(before: Session | None, session: Session) -> bool:
    """Whether typing goes on where it was."""
    return before is not None and type(before.phase) is type(session.phase) and not session.overlay


def line_gone(was: Shown | None, shown: Shown | None) -> bool:
    """Whether nothing has changed but that a line is there no more: there is nothing to say of that."""
    if was is None or shown is None or shown.said:
        return False
    return replace(shown, said=was.said) == was


def what_is_shown(session: Session, way: Channel) -> Shown:
    """The screen as this channel may tell it; what is typed is told key by key."""
    look = session.look
    typed = prompt_of(session).ask in TYPED
    carried = ALLOWED["loudspeaker" if typed else way]
    told = [(n, v) for n, v in values_of(session).items() if privacy_of(n) in carried]
    lines = [fact for fact in facts_of(session) if privacy_of(slot_of(fact)) in carried]
    return Shown(
        session.visit,
        text_key(session),
        session.overlay,
        look.profile,
        look.language,
        look.said,
        look.offer if offer_answers(session) else "",
        (*told, *lines),
        None if typed or session.overlay else _mark(session),
    )


def _mark(session: Session) -> object:
    """What a step of a service counts by itself, such as notes that came back."""
    return session.phase.marker() if isinstance(session.phase, ServicePhase) else None


def counted(was: Shown, shown: Shown, session: Session) -> str:
    """The key that tells what was counted since, where nothing else has changed on a screen that counts."""
    if not isinstance(session.phase, ServicePhase):
        return ""
    same = replace(shown, values=was.values, mark=was.mark) == was
    return session.phase.counting() if same else ""


def other_choices(before: Session | None, session: Session) -> bool:
    """Whether the same screen has other choices now."""
    return before is not None and _choices(before) != _choices(session)


def _choices(session: Session) -> tuple[Answer, ...]:
    prompt = prompt_of(session)
    return () if prompt.ask in TYPED else tuple(one for one in prompt.answers if one.enabled)
