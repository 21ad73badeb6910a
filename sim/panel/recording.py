"""What just happened at a terminal, as a story that `play` accepts and does again.

The recording holds one visit: from the card that goes in while nobody is there, with what was done to the
machine since the visit before, to its end or as far as it has come. Every act is a line in the words of the
stories (`sim/stories`), and is read back by them before it is given out. Digits of a PIN are not in it: a
right one is `type the PIN`, a wrong one is some other. Where somebody was waited for until the machine
reminded or gave up, the wait is a line of its own; otherwise the customer of a story waits by themselves.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sim.stories import glass
from sim.stories.acts import ACTS
from sim.stories.words import NotUnderstood, Place, understood
from sim.world.world import World
from terminal import events as ev
from terminal import session as s
from terminal.cash_units import Cassettes
from terminal.flows import passbook
from terminal.flows.services import NAMES
from terminal.journal_row import Row
from terminal.money import MINOR_PER_MAJOR
from terminal.ports import Seconds
from terminal.prompts import text_key
from terminal.values import replace

LINES_MAX: Final = 400
"""A story is a page; whoever did more than this in one visit meant no story."""

WRONG_PIN: Final = "type the PIN 000000"
RIGHT_PIN: Final = "type the PIN"

WAIT_SECONDS_MIN: Final = 2.0
"""Less than this is how a customer looks at a screen."""

SHOWN_MAX: Final = 40

AT_REST: Final = (s.Idle, s.OutOfService)

WAITED: Final = (ev.Reminded, ev.AskedForMore, ev.TimedOut)
"""Events that come because nobody did anything."""

HANDS: Final[Mapping[str, str]] = {
    "take_card": "take the card",
    "take_notes": "take the notes",
    "take_returned": "take back the notes",
    "plug_headset": "listen by headset",
    "pull_headset": "pull out the headset",
    "lift_document": "pick up the document",
    "answer_phone": "answer the telephone",
    "hang_up": "hang up",
}
"""Acts at the front (`sim/world/acts.py`) in the words of a story."""

WITH_WHAT: Final[Mapping[str, str]] = {
    "insert": "put in the card {}",
    "place_document": "lay down the document {}",
    "scan": 'scan "{}"',
}


def said_of(name: str) -> str:
    """An act at the front as a line; "" where a story has no words for it."""
    verb, _, what = name.partition(":")
    if verb == "insert_notes":
        return f"put in notes {' '.join(what.split(','))}"
    return WITH_WHAT[verb].format(what) if verb in WITH_WHAT else HANDS.get(verb, "")


MORE: Final = ("printer", "documents", "passbook")
"""What a story says is fitted beside what every machine has."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The machine of the recording."""

    shape: str
    services: tuple[str, ...]
    printer: bool
    documents: bool
    passbook: bool = False


@dataclass(slots=True)
class Opening:
    """What was there when the visit began: in yuan, notes, names."""

    card: str
    profile: str
    language: str
    cassettes: Cassettes
    account: int
    paid_out: int
    stored: int
    alarms: int


@dataclass
class Recording:
    """The last visit, line by line. `world` is looked at when it begins and when it is told."""

    world: World
    fitted: Fitted
    places: Mapping[str, Place]
    lines: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    opening: Opening | None = None
    full: bool = False
    _visit_over: int = -1
    _last_at: Seconds = 0.0
    _in_field: bool = False
    _waited: bool = False
    _signed: bool = False

    # --- what happens -------------------------------------------------------------------------------

    def says(self, line: str, now: Seconds) -> None:
        """A line of the story."""
        self._flush(now)
        self._add(line, now)

    def acted(self, name: str, session: s.Session, now: Seconds) -> None:
        """A hand did this at the front, or a key was pressed."""
        if _aside(session):
            return
        verb, _, what = name.partition(":")
        if verb == "key":
            self._key(what, session, now)
            return
        if verb == "headset":
            name = "plug_headset" if self.world.jack.plugged else "pull_headset"
        if verb == "insert" and isinstance(session.phase, AT_REST):
            self._begins(what, session)
        if line := said_of(name):
            self.says(line, now)

    def _key(self, key: str, session: s.Session, now: Seconds) -> None:
        """Keys are gathered; while a PIN is typed nothing of it is."""
        if not self.keys:
            self._wait(now)
        self._last_at = now
        collects = isinstance(session.phase, s.COLLECTING_PIN) and not session.overlay
        if not (collects and (key.isdigit() or key in ("enter", "clear"))):
            here = glass.types_here(session)
            self._in_field = here and (self._in_field or not self.keys)
            self.keys.append(key)

    def heard(
        self, before: s.Session, event: ev.Event, after: s.Session, design: Any, now: Seconds
    ) -> None:
        """The terminal took a step."""
        if _aside(before):
            return
        match event:
            case ev.Chosen() if before.visit:
                if line := pressed(event, before, design, self.places):
                    self.says(line, now)
            case ev.PinEntered():
                self.says(RIGHT_PIN, now)
            case ev.PinWrong():
                self._wrong_pin()
            case ev.Signed() if not self._signed:
                self._signed = True
                self.says("sign with a finger", now)
            case _ if isinstance(event, WAITED):
                self._waited = True
            case _:
                pass
        if type(after.phase) is not type(before.phase):
            self._signed = False
        if before.visit and not after.visit:
            self._visit_over = len(self.lines)

    def sees(self, session: s.Session) -> None:
        """What stands on the glass after a turn: a screen that is over within one is not shown."""
        key = text_key(session)
        if self.opening and len(self.shown) < SHOWN_MAX and key not in self.shown:
            self.shown.append(key)

    def wrote(self, rows: Sequence[Row]) -> None:
        """Rows of the record: how money ended is asked for again."""
        for row in rows:
            amount = row.body.get("amount")
            if row.kind in ("FINAL", "SUSPECT") and isinstance(amount, int):
                self.rows.append(f"{row.kind} amount={amount // MINOR_PER_MAJOR}")

    def _wrong_pin(self) -> None:
        for at in range(len(self.lines) - 1, -1, -1):
            if self.lines[at] == RIGHT_PIN:
                self.lines[at] = WRONG_PIN
                return

    def _begins(self, card: str, session: s.Session) -> None:
        """A visit begins: what was done to the machine since the one before belongs to it."""
        if self._visit_over >= 0:
            del self.lines[: self._visit_over]
        self._visit_over = -1
        self.keys.clear()
        self.shown, self.rows, self.full, self._waited = [], [], False, False
        world, look = self.world, session.look
        self.opening = Opening(
            card,
            look.profile if look.reason == "EXPLICIT" else "",
            look.language,
            session.machine.cassettes,
            _balance(world, card),
            world.paid_out(),
            _stored(world),
            len(world.bank.alarms),
        )

    def _flush(self, now: Seconds) -> None:
        """Keys that were gathered become a line."""
        if not self.keys:
            self._wait(now)
            return
        keys, self.keys = self.keys, []
        digits = "".join(keys[:-1])
        typed = self._in_field and keys[-1] == "enter" and digits.isdigit()
        self._add(f"type {digits}" if typed else f"press the keys {' '.join(keys)}", self._last_at)

    def _wait(self, now: Seconds) -> None:
        gap = now - self._last_at
        if self._waited and gap >= WAIT_SECONDS_MIN and self.lines:
            self._add(f"wait {gap:.0f} s", now)
        self._waited = False

    def _add(self, line: str, now: Seconds) -> None:
        self._last_at = now
        if len(self.lines) >= LINES_MAX:
            self.full = True
        else:
            self.lines.append(line)

    # --- what is told -------------------------------------------------------------------------------

    def story(self, session: s.Session, now: Seconds) -> str:
        """The file, or "" while there is no visit to tell."""
        if self.opening is None or self.full:
            return ""
        opening = self.opening
        lines = [*self.lines, *self._last_lines(session, now)]
        return "\n".join((*self._head(opening), *_acts(lines), *self._end(opening, session))) + "\n"

    def _last_lines(self, session: s.Session, now: Seconds) -> Iterator[str]:
        """Keys that no Enter ended yet, and that nobody did anything any more."""
        if self.keys:
            yield f"press the keys {' '.join(self.keys)}"
        if isinstance(session.phase, AT_REST):
            yield "walk away"
            return
        if self._waited and now - self._last_at >= WAIT_SECONDS_MIN:
            yield f"wait {now - self._last_at:.0f} s"
        if known_screen(text_key(session), self.places):
            yield f"then the screen is {text_key(session)}"

    def _head(self, opening: Opening) -> Iterator[str]:
        fitted, world = self.fitted, self.world
        yield 'about = "Saved from the panel."'
        yield f'card = "{opening.card}"'
        yield 'customer = "quick"'
        yield f'language = "{opening.language}"'
        if opening.profile:
            yield f'profile = "{opening.profile}"'
        if fitted.shape != "path":
            yield f'dispenser = "{fitted.shape}"'
        notes = (f"{one.note.major} = {one.count}" for one in opening.cassettes)
        yield f"cassettes = {{ {', '.join(notes)} }}"
        if fitted.services != NAMES:
            yield f"services = {json.dumps(list(fitted.services))}"
        if more := [name for name in MORE if getattr(fitted, name)]:
            yield f"fitted = {json.dumps(more)}"
        if opening.card in world.bank.customers:
            held = opening.account // MINOR_PER_MAJOR
            yield f'faults = ["at start: the account holds {held} yuan"]'

    def _end(self, opening: Opening, session: s.Session) -> Iterator[str]:
        world = self.world
        less = (opening.account - _balance(world, opening.card)) // MINOR_PER_MAJOR
        yield ""
        yield "[end]"
        if isinstance(session.phase, AT_REST):
            yield f'screen = "{text_key(session)}"'
        if shown := [key for key in self.shown if known_screen(key, self.places)]:
            yield f"shown = {json.dumps(shown)}"
        yield f"charged = {max(less, 0)}"
        yield f"credited = {max(-less, 0)}"
        yield f"paid_out = {world.paid_out() - opening.paid_out}"
        if world.acceptor is not None:
            yield f"stored = {_stored(world) - opening.stored}"
        place = world.reader.where(opening.card)
        yield f'card = "{"hand" if place == "outside" else place}"'
        if self.rows:
            yield f"journal = {json.dumps(self.rows)}"
        if len(world.bank.alarms) > opening.alarms:
            yield "alarms = true"

    # --- a power cut -------------------------------------------------------------------------------

    def kept(self) -> dict[str, Any]:
        """What must outlive a power cut."""
        opening = self.opening
        found = (
            {}
            if opening is None
            else {
                name: getattr(opening, name)
                for name in (
                    "card",
                    "profile",
                    "language",
                    "account",
                    "paid_out",
                    "stored",
                    "alarms",
                )
            }
        )
        notes = [] if opening is None else [one.count for one in opening.cassettes]
        return {
            "lines": self.lines,
            "shown": self.shown,
            "rows": self.rows,
            "opening": found,
            "notes": notes,
            "over": self._visit_over,
        }

    def resumed(self, kept: Mapping[str, Any], cassettes: Cassettes, now: Seconds) -> None:
        """Back after a power cut."""
        self.lines, self.shown = list(kept["lines"]), list(kept["shown"])
        self.rows, self._visit_over = list(kept["rows"]), int(kept["over"])
        self._last_at = now
        if kept["opening"]:
            pairs = zip(cassettes, kept["notes"], strict=True)
            were = tuple(replace(one, count=int(count)) for one, count in pairs)
            self.opening = Opening(cassettes=were, **kept["opening"])


def _aside(session: s.Session) -> bool:
    """A visit with a passbook is no part of a card's: neither its number nor its PIN belongs into a story."""
    return session.serving == passbook.NAME


def _acts(lines: Sequence[str]) -> Iterator[str]:
    yield ""
    yield 'acts = """'
    yield from lines
    yield '"""'


def _balance(world: World, card: str) -> int:
    return world.bank.balance(card) if card in world.bank.customers else 0


def _stored(world: World) -> int:
    if world.acceptor is None:
        return 0
    return sum(note * count for note, count in world.acceptor.notes()["cassette"].items())


def known_screen(key: str, places: Mapping[str, Place]) -> bool:
    """Whether a story can ask for this screen."""
    try:
        places["screen"].value(key)
    except NotUnderstood:
        return False
    return True


def pressed(event: ev.Chosen, session: s.Session, design: Any, places: Mapping[str, Place]) -> str:
    """A press on the glass as a line: by the name that means this and nothing else, and that a story
    understands. "" for what only turns a page."""
    if event.name in ("page", "focus"):
        return ""
    there = glass.targets(session, design)
    target = next((one for one in there if one.event == event), None)
    if target is None:
        return ""
    for name in sorted(target.names, key=lambda one: _plainness(one, event)):
        words = f'press "{name}"' if "," in name or " " in name else f"press {name}"
        means = glass.pressed_by(name, there)
        if [one.event for one in means] == [event] and _understood(words, places):
            return words
    return ""


def _plainness(name: str, event: ev.Chosen) -> tuple[bool, ...]:
    """Amounts first, then what the press says itself, then other words; Chinese ones last."""
    said = name in (event.value, event.name)
    return not name.isdigit(), name != event.value, not said, not name.isascii()


def _understood(line: str, places: Mapping[str, Place]) -> bool:
    try:
        understood(line, ACTS, places, "an act")
    except NotUnderstood:
        return False
    return True
