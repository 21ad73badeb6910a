"""What a `Voice` speaks through: the machine's own sound, or a record of what would be heard.

`Player` joins recordings, the speech engine, the cache of clips and the mixer: it has an utterance
made as soon as it is known, and plays it when its lead is over. Where anything fails it is silent, and
gives no events. No child process is started before the first sentence or the first plug: a machine
that never speaks has none.

`Recorder` makes no sound. It takes the time that the utterance would take on whatever clock it is
shown, and keeps a list: for runs without a device, thousands of times faster than speech.

The rules both keep:

- One output is in use, and everything is heard there: tones too. A change of output ends what is being
  said. What was to be said on the one is never said on the other.
- Both check once more that nothing comes through that its channel may not carry (AUD-05), and that
  the channel is the one of the output in use.
- Only public speech (P0) is kept in the cache; anything else is gone as soon as it was heard.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from audio.clips import Clip, ClipCache, clip_name, joined
from audio.outputs import Devices, Mixer, Outputs
from audio.packs import Packs
from audio.tts import Failed, Made, Synthesizer
from audio.utterance import (
    IndiscreetError,
    Utterance,
    check,
    expected_seconds,
    units_per_second,
)
from audio.voice import SpeechEvent, Unsaid
from terminal.events import SoundBack, SoundLost, SpeechEnded, SpeechStarted
from terminal.privacy import Channel, Output, Privacy, output_of
from terminal.profile import Language, Profile

LOUDEST_DBA = 80
"""The level at which a clip is played as it was made: the last of the customer's steps (AUD-07).
What that is in the room, and at the ear, is set once at each amplifier; other levels are relative."""

OVERRUN_SECONDS_MAX = 2.0
"""A mixer that still says "playing" so long after the end of a clip has lost its device."""


def guard(utterance: Utterance, channel: Channel, output: Output) -> None:
    """Raises IndiscreetError for what `channel` may not carry, and for a channel of an output that
    is not in use."""
    check(utterance, channel)
    if output_of(channel) != output:
        raise IndiscreetError(f"the channel {channel} while the {output} is in use")


# --- the real thing ---------------------------------------------------------------------------


LOST_MAX = 8
"""Twice what the engine works on at a time: a longer series of failures is an engine that is gone."""


@dataclass(slots=True)
class _Wanted:
    """What is to be said next: a clip is None until it is made. `order` is the engine's number for
    what was asked for it last, `failed` how often that came to nothing, `lost` any order since."""

    utterance: Utterance
    profile: Profile
    names: tuple[str, ...]
    clips: list[Clip | None]
    not_before: float
    order: int = 0
    failed: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class _Asked:
    """Sentences that the engine was asked for, and whether they may be kept."""

    names: tuple[str, ...]
    keep: bool


class Player:
    """Speech and tones through the mixer. Call `poll` every turn and `close` at the end."""

    def __init__(
        self,
        mixer: Mixer,
        synthesizer: Synthesizer,
        cache: ClipCache | None = None,
        packs: Packs | None = None,
    ) -> None:
        self._mixer = mixer
        self._synthesizer = synthesizer
        self._cache = ClipCache() if cache is None else cache
        self._packs = Packs() if packs is None else packs
        self._asked: dict[int, _Asked] = {}
        self._wanted: _Wanted | None = None
        self._ends_by: float | None = None
        self._events: list[SpeechEvent | Unsaid] = []
        self._has_spoken = False

    def use(self, output: Output, now: float) -> None:
        if output == self._mixer.output:
            return
        self.stop(now)
        self._mixer.use(output, now)
        self._has_spoken = True

    def start(self, utterance: Utterance, channel: Channel, profile: Profile, now: float) -> None:
        guard(utterance, channel, self._mixer.output)
        self.stop(now)
        if not self._mixer.able(now):
            return
        self._has_spoken = True
        lead = profile.speech_lead_ms / 1000
        pace = units_per_second(utterance.lang, profile)
        names = tuple(clip_name(form, utterance.lang, pace) for form in utterance.forms)
        public = utterance.privacy == "P0"
        recording = self._recording(utterance, profile) if public else None
        if recording is not None:
            self._wanted = _Wanted(utterance, profile, (), [recording], now + lead)
        else:
            clips = [self._cache.get(name) for name in names]
            self._wanted = _Wanted(utterance, profile, names, clips, now + lead)
            self._ask(self._wanted, now)
        self._begin(now)

    def stop(self, now: float) -> None:
        self._wanted = None
        if self._ends_by is not None:
            self._mixer.stop()
            self._ends_by = None
            self._events.append(SpeechEnded())

    def tone(self, name: str, profile: Profile, now: float) -> None:
        self._mixer.tone(name, gain(profile), now)

    def poll(self, now: float) -> Sequence[SpeechEvent | Unsaid]:
        changes = self._mixer.poll(now)
        if any(change == SoundLost(self._mixer.output) for change in changes):
            self.stop(now)
        for done in self._synthesizer.poll(now) if self._has_spoken else ():
            self._answered(done, now)
        self._begin(now)
        if self._ends_by is not None and (now >= self._ends_by or not self._mixer.speaking()):
            self.stop(now)
        events, self._events = self._events, []
        return [*events, *changes]

    def due(self, now: float) -> float | None:
        busy = self._wanted is not None or self._ends_by is not None or bool(self._events)
        return now if busy else None

    def close(self) -> None:
        self._synthesizer.close()
        self._mixer.close()

    def _recording(self, utterance: Utterance, profile: Profile) -> Clip | None:
        mandarin = utterance.lang == "zh"
        pace = profile.zh_chars_per_second if mandarin else profile.en_words_per_minute
        pause = profile.sentence_pause_ms / 1000
        return self._packs.clip(utterance.lang, utterance.sentences, pace, pause)

    def _ask(self, wanted: _Wanted, now: float) -> None:
        """The engine for what is missing and not being made already."""
        public = wanted.utterance.privacy == "P0"
        coming = {
            name
            for number, asked in self._asked.items()
            if (asked.keep and public) or number == wanted.order
            for name in asked.names
        }
        only: dict[str, int] = {}
        for n, name in enumerate(wanted.names):
            if wanted.clips[n] is None and name not in coming:
                only.setdefault(name, n)
        if only:
            sentences = set(only.values())
            number = self._synthesizer.request(wanted.utterance, sentences, wanted.profile, now)
            self._asked[number] = _Asked(tuple(only), public)
            wanted.order = number

    def _answered(self, done: Made | Failed, now: float) -> None:
        asked = self._asked.pop(done.id, _Asked((), False))
        made = dict(zip(asked.names, done.clips, strict=True)) if isinstance(done, Made) else {}
        if asked.keep:
            for name, clip in made.items():
                self._cache.put(name, clip)
        if (wanted := self._wanted) is None:
            return
        for n, name in enumerate(wanted.names):
            if wanted.clips[n] is None and name in made:
                wanted.clips[n] = made[name]
        if None in wanted.clips and not made:
            self._try_again(wanted, now, own=done.id == wanted.order)

    def _try_again(self, wanted: _Wanted, now: float, *, own: bool) -> None:
        """Once, with a fresh child; then it cannot be said. An order of somebody else's that failed is
        taken over, which is no second try, but not for ever."""
        wanted.failed += own
        wanted.lost += 1
        if wanted.failed > 1 or wanted.lost > LOST_MAX:
            self._wanted = None
            self._events.append(Unsaid())
            return
        self._ask(wanted, now)

    def _begin(self, now: float) -> None:
        wanted = self._wanted
        if wanted is None or now < wanted.not_before:
            return
        clips = [clip for clip in wanted.clips if clip is not None]
        if len(clips) < len(wanted.clips):
            return
        self._wanted = None
        clip = joined(clips, wanted.profile.sentence_pause_ms / 1000)
        if self._mixer.speak(clip, gain(wanted.profile), now):
            self._ends_by = now + clip.seconds + OVERRUN_SECONDS_MAX
            self._events.append(SpeechStarted())


def player(
    devices: Devices | None = None, clips: Path | None = None, packs: Packs | None = None
) -> Player:
    """The machine's own sound on these devices, with made clips kept in the folder `clips` if one is
    given. Opens nothing yet."""
    return Player(Outputs(devices), Synthesizer(), ClipCache(clips), packs)


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
    channel: Channel = "loudspeaker"


@dataclass(frozen=True, slots=True)
class Toned:
    """One tone by name, and where it was heard."""

    at: float
    name: str
    output: Output = "loudspeaker"


@dataclass(slots=True)
class _Saying:
    """What is said, or about to be once `at` has come."""

    utterance: Utterance
    channel: Channel
    at: float
    until: float
    begun: bool = False


class Recorder:
    """Says nothing, takes the time it would take, and writes it down in `spoken` and `tones`.
    `without` are outputs that have no device that plays; `takes` is how long an utterance lasts, which
    somebody may know better than the pace of the profile does."""

    def __init__(
        self,
        without: Collection[Output] = (),
        takes: Callable[[Utterance, Profile], float] = expected_seconds,
    ) -> None:
        self.spoken: list[Spoken] = []
        self.tones: list[Toned] = []
        self._without = set(without)
        self._takes = takes
        self._output: Output = "loudspeaker"
        self._saying: _Saying | None = None
        self._events: list[SpeechEvent] = []

    def use(self, output: Output, now: float) -> None:
        if output == self._output:
            return
        self.stop(now)
        self._output = output
        if output in self._without:
            self._events.append(SoundLost(output))

    def start(self, utterance: Utterance, channel: Channel, profile: Profile, now: float) -> None:
        guard(utterance, channel, self._output)
        self.stop(now)
        if self._output not in self._without:
            at = now + profile.speech_lead_ms / 1000
            until = at + self._takes(utterance, profile)
            self._saying = _Saying(utterance, channel, at, until)

    def stop(self, now: float) -> None:
        self._advance(now)
        if self._saying is not None and self._saying.begun:
            self._finish(self._saying, now, interrupted=True)
        self._saying = None

    def tone(self, name: str, profile: Profile, now: float) -> None:
        if self._output not in self._without:
            self.tones.append(Toned(now, name, self._output))

    def lose(self, output: Output, now: float) -> None:
        """The device of an output goes."""
        if output == self._output:
            self.stop(now)
        self._without.add(output)
        self._events.append(SoundLost(output))

    def give_back(self, output: Output, now: float) -> None:
        """It plays again."""
        self._without.discard(output)
        self._events.append(SoundBack(output))

    def poll(self, now: float) -> Sequence[SpeechEvent]:
        self._advance(now)
        events, self._events = self._events, []
        return events

    def due(self, now: float) -> float | None:
        if self._events:
            return now
        if self._saying is None:
            return None
        return self._saying.until if self._saying.begun else self._saying.at

    def close(self) -> None:
        pass

    def _advance(self, now: float) -> None:
        saying = self._saying
        if saying is None:
            return
        if not saying.begun and now >= saying.at:
            saying.begun = True
            self._events.append(SpeechStarted())
        if saying.begun and now >= saying.until:
            self._finish(saying, saying.until, interrupted=False)

    def _finish(self, saying: _Saying, until: float, *, interrupted: bool) -> None:
        said = saying.utterance
        self.spoken.append(
            Spoken(
                saying.at,
                until,
                said.text,
                said.form,
                said.lang,
                said.privacy,
                interrupted,
                saying.channel,
            )
        )
        self._events.append(SpeechEnded())
        self._saying = None
