"""What is really heard of a session: the voice of the product, speaking into a recorder.

The voice is shown the screen that came before, then the one that is listened to, as the terminal shows
it; nothing here knows how a sentence is made. Three ways of listening:

- `headset`: the visit without sight, with every group of a spoken menu;
- `loudspeaker`: a profile that speaks, with neighbours about;
- `aloud`: the same after "read it to me".

A session of an overlay that says the headset was pulled or is without sound is listened to as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from audio.pinyin import PinyinTable, pinyin_table_from
from audio.speakers import Recorder, Spoken
from sim.stage.settings import Design
from sim.stage.voices import voice_with
from terminal import session as s
from terminal import talking
from terminal.events import Chosen
from terminal.keys import chosen_by_key
from terminal.privacy import Channel
from terminal.session import Session
from terminal.sound import SILENT_SO_FAR, Sound
from terminal.values import replace

TURNS_MAX: Final = 200
"""Of a clock that jumps from one utterance to the next: more of them have no end."""

SECOND: Final = 1.0

MORE: Final = Chosen("more")
MORE_KEYS: Final = ("9", "#")


@dataclass(frozen=True, slots=True)
class Heard:
    """Everything that was said of one screen in its order, and the tones."""

    said: tuple[Spoken, ...]
    tones: tuple[str, ...]
    captions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it."""
        return " ".join(one.text for one in self.said)

    def of(self, language: str) -> str:
        """What one voice said."""
        return " ".join(one.text for one in self.said if one.lang == language)


@dataclass(frozen=True, slots=True)
class Listening:
    """One screen as it was listened to: its sessions (one for each group of a menu) and what was heard of
    each."""

    channel: Channel
    parts: tuple[tuple[Session, Heard], ...]

    @property
    def whole(self) -> Heard:
        """All parts as one."""
        return Heard(
            tuple(one for _, heard in self.parts for one in heard.said),
            tuple(tone for _, heard in self.parts for tone in heard.tones),
            tuple(caption for _, heard in self.parts for caption in heard.captions),
        )


def pulled(session: Session) -> bool:
    """Whether private speech has just ended: nothing but that is said."""
    return session.sound.muted


def listened(design: Design, session: Session, channel: Channel) -> Listening:
    """A screen through one channel."""
    shown = replace(session, sound=_sound(session.sound, channel), focus=0)
    # Where things are was told at the idle machine.
    idle = replace(_before(shown), phase=s.Idle(), visit="")
    before, screens = [idle, _before(shown)], [*_earlier(shown), *_groups(shown)]
    if channel == "aloud":
        before = [*before, *screens]
        screens = [replace(shown, sound=replace(shown.sound, aloud=True))]
    return Listening(channel, tuple(zip(screens, _hear(design, before, screens), strict=True)))


def orientation(design: Design, session: Session) -> Heard:
    """What is said at the moment the plug goes in, on any screen."""
    plugged = replace(session, sound=Sound(jack=True))
    return _hear(design, [replace(session, sound=SILENT_SO_FAR)], [plugged])[0]


def heard_after(design: Design, before: Session, after: Session) -> Heard:
    """What the visit without sight hears of a screen that follows another one."""
    return _hear(design, [_before(before), before], [after])[0]


def _sound(sound: Sound, channel: Channel) -> Sound:
    if sound.muted:
        return sound
    if channel == "headset":
        return Sound(jack=True)
    return Sound(voice="on")


def _earlier(shown: Session) -> Iterator[Session]:
    """The same screen before its reminder, before each that came earlier, and before a digit was typed."""
    for reminded in range(shown.wait.reminded):
        yield replace(shown, wait=replace(shown.wait, reminded=reminded))
    if isinstance(shown.phase, s.COLLECTING_PIN):
        for digits in range(shown.phase.digits):
            yield replace(shown, phase=replace(shown.phase, digits=digits))


def _groups(shown: Session) -> Iterator[Session]:
    """The screen, once for each group of its menu."""
    yield shown
    group, seen = shown, {shown.sound.menu}
    while shown.sound.headset and _goes_on(group):
        following = talking.next_group(group)
        if following in seen:
            return
        seen.add(following)
        group = replace(group, sound=replace(group.sound, menu=following))
        yield group


def _goes_on(group: Session) -> bool:
    """Whether some key tells other choices: 9, and over a PIN the hash key."""
    return any(chosen_by_key(group, key) == MORE for key in MORE_KEYS)


def _before(shown: Session) -> Session:
    """What was on the glass before: another screen of the same visit; the headset, if it was pulled."""
    phase: s.Phase = s.ReadingCard() if not isinstance(shown.phase, s.ReadingCard) else s.Starting()
    look = replace(shown.look, offer="", said="")
    sound = Sound(jack=True) if shown.sound.muted else shown.sound
    return Session(phase, shown.machine, visit=shown.visit, look=look, sound=sound)


@dataclass
class _Read:
    """The pinyin of the design that was listened to last: thousands of screens follow in one design."""

    tables: Mapping[str, str] | None = None
    table: PinyinTable = field(default_factory=PinyinTable)

    def of(self, design: Design) -> PinyinTable:
        """The design's, parsed once."""
        if self.tables is not design.pinyin:
            self.tables, self.table = design.pinyin, pinyin_table_from(design.pinyin)
        return self.table


_READ: Final = _Read()


def _hear(design: Design, before: Sequence[Session], sessions: Sequence[Session]) -> list[Heard]:
    """What is said of each of `sessions`, shown after `before`."""
    recorder = Recorder()
    voice = voice_with(recorder, design, read=_READ.of(design))
    now, found = 0.0, list[Heard]()
    for number, session in enumerate([*before, *sessions]):
        said, tones, captions = len(recorder.spoken), len(recorder.tones), list[str]()
        now += SECOND
        voice.show(session, now)
        for _ in range(TURNS_MAX):
            if (due := voice.due(now)) is None:
                break
            if voice.caption and (not captions or captions[-1] != voice.caption):
                captions.append(voice.caption)
            now = max(now, due)
            voice.poll(now)
        if number >= len(before):
            names = tuple(tone.name for tone in recorder.tones[tones:])
            found.append(Heard(tuple(recorder.spoken[said:]), names, tuple(captions)))
    return found
