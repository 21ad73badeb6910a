"""The voice as the stage uses it: a port that takes no orders, is shown the session every turn, and
hears presses so that any of them ends what is being said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

from audio.pinyin import PinyinTable, pinyin_table_from
from audio.speakers import Recorder, Spoken
from audio.telling import PLACES, Places, Step
from audio.voice import Silence, Speaker, Voice
from sim.stage.settings import Design
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.keys import chosen_by_key
from terminal.ports import NEVER, Seconds
from terminal.profile import Profile
from terminal.values import replace

Recorded = Spoken
"""One utterance as it was said."""

STEPS: Mapping[str, Step] = {
    "louder": "level",
    "softer": "level",
    "slower": "rate",
    "faster": "rate",
}
"""Presses that go a step, and which."""


@dataclass
class Speech:
    """A voice among the terminal's ports."""

    voice: Voice | Silence
    log: Sequence[Recorded] = field(default_factory=tuple)

    @property
    def caption(self) -> str:
        """What is said, to be read."""
        return self.voice.caption

    def submit(self, effect: fx.Effect, now: Seconds) -> None:
        """The voice takes no orders: it says the session."""
        raise AssertionError(f"nothing routes {effect} to the voice")

    def poll(self, now: Seconds) -> Sequence[ev.Event]:
        """When speech began and ended."""
        return self.voice.poll(now)

    def due(self, now: Seconds) -> Seconds:
        """When the voice next has something to tell."""
        instant = self.voice.due(now)
        return NEVER if instant is None else instant

    def show(self, session: s.Session, now: Seconds) -> None:
        """What is on the screen now."""
        self.voice.show(session, now)

    def pressed(self, now: Seconds) -> None:
        """A press ends what is said and answers with a tone."""
        self.voice.pressed(now)

    def heard(
        self,
        before: s.Session,
        event: ev.Event,
        after: s.Session,
        effects: tuple[fx.Effect, ...],
        now: Seconds,
    ) -> None:
        """A step of the terminal: keys of the pad end speech too, `repeat` says it again, a step of the sound
        that was the last already is told once more, and a key that changed nothing is answered."""
        key = "enter" if isinstance(event, ev.PinDigits) else ""
        if isinstance(event, ev.KeyPressed):
            key = event.key
            self.voice.pressed(now)
            event = chosen_by_key(before, event.key) or event
        elif isinstance(event, ev.PinDigits | ev.Chosen):
            self.voice.hush(now)
        own = isinstance(event, ev.Chosen) and event.name in ("repeat", *STEPS)
        if key and not own and not effects and _same(before, after):
            self.voice.show(after, now)
            if isinstance(event, ev.Chosen) and event.name == "language" and after.sound.headset:
                self.voice.say_again(now)
            else:
                self.voice.say_meaningless(key, now)
        if not isinstance(event, ev.Chosen):
            return
        if event.name == "repeat" or (event.name == "read_aloud" and before.sound.aloud):
            self.voice.show(after, now)
            self.voice.say_again(now)
        elif event.name in STEPS and after.sound == before.sound:
            self.voice.show(after, now)
            self.voice.say_step(STEPS[event.name], now)

    def adopt(self, design: Design) -> None:
        """Other words and paces from now on."""
        if isinstance(self.voice, Voice):
            table = table_of(design)
            profiles = cast("dict[str, Profile]", dict(design.profiles))
            self.voice.adopt(design.catalogues, table, profiles)

    def spoken(self) -> Sequence[Recorded]:
        """What was said so far, where it is written down."""
        return self.log

    def close(self) -> None:
        """End the sound."""
        self.voice.close()


def _same(before: s.Session, after: s.Session) -> bool:
    """Whether a step changed nothing but that somebody is there."""
    return replace(after, wait=before.wait, evidence=before.evidence) == before


def table_of(design: Design) -> PinyinTable:
    """The reviewed pinyin of a design; made once for as many benches as have a voice from it."""
    return _table_from(_Same(design.pinyin))


class _Same:
    """Tables that are equal where they are the same ones: to compare them would take as long as to read them."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self.tables = tables

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.tables is self.tables

    def __hash__(self) -> int:
        return id(self.tables)


@lru_cache(maxsize=1)
def _table_from(same: _Same) -> PinyinTable:
    return pinyin_table_from(same.tables)


def silence(design: Design) -> Speech:
    """A voice that says nothing."""
    return Speech(Silence())


def recorded(design: Design) -> Speech:
    """A voice that takes the time speech would take, and writes it down."""
    recorder = Recorder()
    return Speech(voice_with(recorder, design), recorder.spoken)


def voice_with(
    speaker: Speaker, design: Design, places: Places = PLACES, read: PinyinTable | None = None
) -> Voice:
    """The voice over any speaker, with the texts, pinyin and profiles of the design; `read` is its pinyin,
    for whoever makes voices by the thousand."""
    profiles = cast("dict[str, Profile]", dict(design.profiles))
    table = table_of(design) if read is None else read
    return Voice(speaker, design.catalogues, table, profiles, places)
