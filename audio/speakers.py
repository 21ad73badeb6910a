"""What a `Voice` speaks through: the loudspeaker of the machine, or a record of what would be said.

`Loudspeaker` joins the speech engine, the cache of clips and the mixer: it has an utterance made as
soon as it is known, and plays it when its lead is over. Where anything fails it is silent, and gives
no events. No child process is started before the first sentence: a machine that never speaks has none.

`Recorder` makes no sound. It takes the time that the utterance would take on whatever clock it is
shown, and keeps a list: for runs without a device, thousands of times faster than speech.

Both check once more that nothing private comes through (AUD-05).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from audio.clips import Clip, ClipCache, Mixer, PygameMixer, clip_name
from audio.tts import Failed, Made, Synthesizer
from audio.utterance import (
    Utterance,
    check,
    expected_seconds,
    units_per_second,
)
from audio.voice import SpeechEvent
from terminal.events import SpeechEnded, SpeechStarted
from terminal.privacy import Privacy
from terminal.profile import Language, Profile

LOUDEST_DBA = 70
"""The level at which a clip is played as it was made (elder default, accessibility.md B1). What
that is in the room is set once at the amplifier; other levels are relative to it."""

OVERRUN_SECONDS_MAX = 2.0
"""A mixer that still says "playing" so long after the end of a clip has lost its device."""


# --- the real thing ---------------------------------------------------------------------------


@dataclass(slots=True)
class _Wanted:
    """What is to be said next: `clip` is None until it is made."""

    profile: Profile
    name: str
    not_before: float
    clip: Clip | None


class Loudspeaker:
    """Speech and tones through the mixer. Call `poll` every turn and `close` at the end."""

    def __init__(
        self, mixer: Mixer, synthesizer: Synthesizer, cache: ClipCache | None = None
    ) -> None:
        self._mixer = mixer
        self._synthesizer = synthesizer
        self._cache = ClipCache() if cache is None else cache
        self._asked: dict[int, str] = {}
        self._wanted: _Wanted | None = None
        self._ends_by: float | None = None
        self._events: list[SpeechEvent] = []
        self._has_spoken = False

    def start(self, utterance: Utterance, profile: Profile, now: float) -> None:
        check(utterance, "loudspeaker")
        self.stop(now)
        if not self._mixer.able():
            return
        self._has_spoken = True
        pace = units_per_second(utterance.lang, profile)
        name = clip_name(utterance.form, utterance.lang, pace, profile.sentence_pause_ms / 1000)
        clip = self._cache.get(name)
        if clip is None and name not in self._asked.values():
            self._asked[self._synthesizer.request(utterance, profile, now)] = name
        self._wanted = _Wanted(profile, name, now + profile.speech_lead_ms / 1000, clip)

    def stop(self, now: float) -> None:
        self._wanted = None
        if self._ends_by is not None:
            self._mixer.stop()
            self._ends_by = None
            self._events.append(SpeechEnded())

    def tone(self, name: str, profile: Profile, now: float) -> None:
        self._mixer.tone(name, gain(profile))

    def poll(self, now: float) -> Sequence[SpeechEvent]:
        self._mixer.poll()
        for done in self._synthesizer.poll(now) if self._has_spoken else ():
            self._answered(done)
        self._begin(now)
        if self._ends_by is not None and (now >= self._ends_by or not self._mixer.speaking()):
            self.stop(now)
        events, self._events = self._events, []
        return events

    def due(self, now: float) -> float | None:
        busy = self._wanted is not None or self._ends_by is not None or bool(self._events)
        return now if busy else None

    def close(self) -> None:
        self._synthesizer.close()
        self._mixer.close()

    def _answered(self, done: Made | Failed) -> None:
        name = self._asked.pop(done.id, "")
        if isinstance(done, Made):
            self._cache.put(name, done.clip)
        if self._wanted is not None and self._wanted.name == name:
            if isinstance(done, Made):
                self._wanted.clip = done.clip
            else:
                self._wanted = None

    def _begin(self, now: float) -> None:
        wanted = self._wanted
        if wanted is None or wanted.clip is None or now < wanted.not_before:
            return
        self._wanted = None
        if self._mixer.speak(wanted.clip, gain(wanted.profile)):
            self._ends_by = now + wanted.clip.seconds + OVERRUN_SECONDS_MAX
            self._events.append(SpeechStarted())


def loudspeaker(device: str | None = None, clips: Path | None = None) -> Loudspeaker:
    """The machine's loudspeaker on the sound device called `device` (None: the default), with made
    clips kept in the folder `clips` if one is given. Opens nothing yet."""
    return Loudspeaker(PygameMixer(device), Synthesizer(), ClipCache(clips))


def gain(profile: Profile) -> float:
    """The factor for a profile's loudness: 10 dB less is about a third of the amplitude."""
    return float(min(1.0, 10 ** ((profile.loudness_dba - LOUDEST_DBA) / 20)))


# --- without sound ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spoken:
    """One utterance that was begun: from `at` to `until` (seconds on the run's clock)."""

    at: float
    until: float
    text: str
    spoken_form: str
    lang: Language
    privacy: Privacy
    interrupted: bool


@dataclass(frozen=True, slots=True)
class Toned:
    """One tone by name."""

    at: float
    name: str


class Recorder:
    """Says nothing, takes the time it would take, and writes it down in `spoken` and `tones`."""

    def __init__(self) -> None:
        self.spoken: list[Spoken] = []
        self.tones: list[Toned] = []
        self._utterance: Utterance | None = None
        self._at = self._until = 0.0
        self._begun = False
        self._events: list[SpeechEvent] = []

    def start(self, utterance: Utterance, profile: Profile, now: float) -> None:
        check(utterance, "loudspeaker")
        self.stop(now)
        self._utterance, self._begun = utterance, False
        self._at = now + profile.speech_lead_ms / 1000
        self._until = self._at + expected_seconds(utterance, profile)

    def stop(self, now: float) -> None:
        self._advance(now)
        if self._begun:
            self._finish(now, interrupted=True)
        self._utterance = None

    def tone(self, name: str, profile: Profile, now: float) -> None:
        self.tones.append(Toned(now, name))

    def poll(self, now: float) -> Sequence[SpeechEvent]:
        self._advance(now)
        events, self._events = self._events, []
        return events

    def due(self, now: float) -> float | None:
        if self._events:
            return now
        if self._utterance is None:
            return None
        return self._until if self._begun else self._at

    def close(self) -> None:
        pass

    def _advance(self, now: float) -> None:
        if self._utterance is None:
            return
        if not self._begun and now >= self._at:
            self._begun = True
            self._events.append(SpeechStarted())
        if self._begun and now >= self._until:
            self._finish(self._until, interrupted=False)

    def _finish(self, until: float, *, interrupted: bool) -> None:
        said = self._utterance
        assert said is not None, "only what was begun can end"
        self.spoken.append(
            Spoken(self._at, until, said.text, said.form, said.lang, said.privacy, interrupted)
        )
        self._events.append(SpeechEnded())
        self._utterance, self._begun = None, False
