"""A screen as a tree for a screen reader: what is there, in words, and what can be pressed. Pure.

Rules it keeps. A screen reader speaks wherever the desktop plays, and nobody here knows where that is: it
is a loudspeaker, and gets what a loudspeaker may say (accessibility.md PRV-01). A sentence that names a
value above P0 is left out, and so is every line that is read back but what is open to all; what was typed and how many digits of a PIN there are is not there at all, and
an amount on a button stands only where everybody is offered the same. Entering a PIN is a password field
that is always empty, because a reader that stands on one does not echo what is typed.

What can be pressed comes in the order of the keys and is what lies on the glass now; the keys of a number
pad are left to the pad, as they are by the focus. After it come the acts on the drawn front, if there is
one, without the PIN that is printed on a card there. How a system's reader is told is the business of
`screen_reader`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from screens.front import FrontState
from screens.front_inlet import NO_NOTE
from screens.front_parts import ACT
from screens.layout import Layout, Rect
from screens.scene import Scene, said_once
from terminal.asking import Ask, Fact
from terminal.events import Chosen
from terminal.focus import targets
from terminal.messages import VOICED, Catalogue, shown_value
from terminal.privacy import ALLOWED, privacy_of
from terminal.prompts import facts_of, text_key, values_of
from terminal.session import Session
from terminal.sound import output, voice_on
from terminal.values import replace

Kind = Literal["text", "note", "pin", "button"]
"""A text is told when it appears; a note waits until somebody looks for it."""

OPEN_TO_ALL = ALLOWED["loudspeaker"]
"""The classes of what may be in the tree."""

_SLOT = re.compile(r"\{(\w+)\}")
_SENTENCE = re.compile(r"[^.。?？!！؟།\n]+[.。?？!！؟།\n]*\s*")
"""Cut too finely it only leaves out more."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing on the screen. `name` is never used for anything else, on no other screen: who was told of
    it knows whether it is still there. `rect` is in the window's pixels, None for what has no place of its
    own; `event` what a press on it says; `language` that of its words."""

    name: str
    kind: Kind
    words: str
    language: str
    rect: Rect | None = None
    event: Chosen | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """The parts in the order of reading, and the name of the one that has the focus, or ""."""

    language: str
    parts: tuple[Part, ...]
    focus: str = ""


def reader_tree(
    session: Session, scene: Scene, boxes: Layout, glass: Rect, catalogue: Catalogue
) -> Tree:
    """The tree of `scene`, which is `session` laid out as `boxes` on the part `glass` of the window."""
    texts = tuple(_texts(session, scene, boxes, catalogue))
    buttons = tuple(_buttons(session, scene, boxes, glass, catalogue))
    focused = (part.name for part in buttons if part.event == scene.focus)
    focus = next(focused, next((part.name for part in texts if part.kind == "pin"), ""))
    return Tree(scene.language, (*texts, *buttons), focus)


def with_front(tree: Tree, state: FrontState, boxes: Layout, catalogue: Catalogue) -> Tree:
    """The tree, and after it what can be done on the drawn front, whose `boxes` are in the window's
    pixels. Keys are left to the keyboard."""
    acts = {box.event: box.rect for box in boxes.targets if box.event}
    parts = tuple(
        Part(f"{ACT}/{event.value}", "button", words, catalogue.language, rect, event)
        for event, rect in acts.items()
        if (words := _act_words(str(event.value), state, catalogue))
    )
    return replace(tree, parts=(*tree.parts, *parts))


def _act_words(act: str, state: FrontState, catalogue: Catalogue) -> str:
    """What an act is called; "" for one that is not offered. Demonstration customers have names, but what
    else stands on their cards is theirs."""
    verb, _, what = act.partition(":")
    match verb:
        case "insert":
            own = catalogue.language == "zh"
            names = {c.name: c.label_zh if own else c.label_en for c in state.cards}
            return f"{catalogue.text('front.card_slot')}: {names.get(what, what)}"
        case "insert_notes":
            named = catalogue.text("front.no_note") if what == NO_NOTE else what
            return f"{catalogue.text('front.inlet')}: {named}"
        case "take_card" | "take_notes" | "take_returned" | "headset":
            return catalogue.text(f"front.{verb}")
        case "place_document" | "lift_document":
            return catalogue.text("front.document")
        case _:
            return ""


def public_words(catalogue: Catalogue, key: str, values: Mapping[str, object]) -> tuple[str, str]:
    """The title and the text of a message for ears that may not be the customer's: sentences that name a
    value above P0 are left out, so that each may be ""."""
    entry = catalogue.entries[key]
    title = _public(entry.title, values, catalogue)
    spoken = catalogue.speech(key, values)
    rest = spoken if entry.speech else spoken.removeprefix(entry.title).lstrip("。.། ")
    text = _public(rest, values, catalogue)
    return title, " ".join(said_once(title, (text,))) if text else ""


def _public(text: str, values: Mapping[str, object], catalogue: Catalogue) -> str:
    """The sentences of `text` that anybody may hear, filled in."""
    shown = {
        name: shown_value(value, catalogue.language)
        for name, value in values.items()
        if privacy_of(name) in OPEN_TO_ALL
    }
    kept = (part for part in _SENTENCE.findall(text) if set(_SLOT.findall(part)) <= set(shown))
    return "".join(part.format_map(shown) for part in kept).strip()


def _texts(session: Session, scene: Scene, boxes: Layout, catalogue: Catalogue) -> Iterator[Part]:
    # One part for both: a reader that is told two new things may say the second one first.
    title, text = public_words(catalogue, text_key(session), values_of(session))
    prompt = "\n".join(words for words in (title, text) if words)
    asks_pin = scene.ask is Ask.PIN and not session.overlay
    told: Kind = "note" if _voiced(session) else "text"
    facts = zip(scene.rows, facts_of(session), strict=True)
    public = "\n".join(" ".join(row.words) for row, fact in facts if open_to_all(fact))
    lines: tuple[tuple[str, Kind, str], ...] = (
        ("prompt", told, prompt),
        ("watermark", "note", scene.watermark),
        ("facts", told, public),
        ("pin", "pin", title if asks_pin else ""),
        ("banner", told, scene.banner.text if scene.banner else ""),
        ("reminder", told, scene.reminder),
        ("step", "note", scene.step_text),
    )
    for name, kind, words in lines:
        if words:
            yield Part(f"{boxes.identity}/{name}", kind, words, scene.language)


def open_to_all(fact: Fact) -> bool:
    """Whether anybody may hear a line that is read back."""
    return not (fact.private or fact.financial)


def _voiced(session: Session) -> bool:
    """Whether the machine's own voice says this screen: two voices at once are none (AUD-03)."""
    heard = output(session.sound) not in session.sound.lost
    return heard and voice_on(session.sound, session.look) and session.look.language in VOICED


def _buttons(
    session: Session, scene: Scene, boxes: Layout, glass: Rect, catalogue: Catalogue
) -> Iterator[Part]:
    labels = _labels(session, scene, catalogue)
    places = {box.event: box.rect for box in boxes.targets}
    for event in targets(session):
        if event in places and event in labels:
            words, language = labels[event]
            name = f"{boxes.identity}/{event.name}:{event.value}"
            rect = _on_window(places[event], boxes, glass)
            yield Part(name, "button", words, language or scene.language, rect, event)


def _labels(
    session: Session, scene: Scene, catalogue: Catalogue
) -> Mapping[Chosen, tuple[str, str]]:
    """What each thing that can be pressed is called, and in which language if in another. An amount that
    was made from what somebody asked for is called by its number in the row."""
    strip = scene.banner.answers if scene.banner else ()
    switches = (scene.view, scene.profile_switch, scene.language_switch)
    private = any(privacy_of(name) not in OPEN_TO_ALL for name in values_of(session))
    found = {event: (scene.more.label, "") for event in targets(session) if event.name == "page"}
    amounts = 0
    for choice in (*strip, *scene.answers, *scene.bar, *switches):
        label = choice.label
        if choice.figure is not None and private:
            amounts += 1
            label = f"{catalogue.label('other_amount')} {amounts}"
        if choice.event is not None:
            found[choice.event] = label, choice.language
    return found


def _on_window(rect: Rect, boxes: Layout, glass: Rect) -> Rect:
    return Rect(
        glass.x + rect.x * glass.w // boxes.width_px,
        glass.y + rect.y * glass.h // boxes.height_px,
        rect.w * glass.w // boxes.width_px,
        rect.h * glass.h // boxes.height_px,
    )
