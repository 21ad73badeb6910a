"""What is in the air, and what of it one pair of ears understands.

`Air` is the machine's speaker of a run without a device. It takes the time that speech would take,
and passes each sentence on when its last word was said, with its language, loudness and rate. A
sentence that is broken off is not passed on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from audio.speakers import Recorder
from audio.utterance import Utterance, spoken_units, units_per_second
from audio.voice import SpeechEvent
from sim.proof.personas.sources import Persona, common
from terminal.privacy import Channel, Output
from terminal.profile import Language, Profile

SLOW: Final[dict[str, float]] = {"zh": 3.3, "en": 150 / 60}
NORMAL: Final[dict[str, float]] = {"zh": 4.3, "en": 175 / 60}
"""The two rates of AUD-15 and AUD-16, in characters or words a second."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One sentence, as it was said: how loud, and how many characters or words a second."""

    text: str
    language: Language
    dba: float
    per_second: float
    until: float


@dataclass
class Air:
    """A speaker among people: the same calls and events as any, and `heard` for those who listen."""

    recorder: Recorder = field(default_factory=Recorder)
    coming: list[Heard] = field(default_factory=list)
    ends: float = 0.0

    def use(self, output: Output, now: float) -> None:
        """Where everything is heard from now on."""
        self.recorder.use(output, now)

    def start(self, utterance: Utterance, channel: Channel, profile: Profile, now: float) -> None:
        """Say it after the profile's lead."""
        self.recorder.start(utterance, channel, profile, now)
        at = now + profile.speech_lead_ms / 1000
        rate = units_per_second(utterance.lang, profile)
        self.coming.clear()
        for sentence in utterance.sentences:
            units = spoken_units(
                Utterance(sentence, utterance.lang, utterance.privacy, (sentence,), ("",))
            )
            at += units / rate
            self.coming.append(
                Heard(sentence, utterance.lang, float(profile.loudness_dba), rate, at)
            )
            at += profile.sentence_pause_ms / 1000
        self.ends = self.coming[-1].until if self.coming else now

    def stop(self, now: float) -> None:
        """Break off."""
        self.recorder.stop(now)
        self.coming = [heard for heard in self.coming if heard.until <= now]
        self.ends = min(self.ends, now)

    def tone(self, name: str, profile: Profile, now: float) -> None:
        """A tone: it tells these people nothing."""

    def poll(self, now: float) -> Sequence[SpeechEvent]:
        """What began and ended."""
        return self.recorder.poll(now)

    def due(self, now: float) -> float | None:
        """When there will be something to tell."""
        return self.recorder.due(now)

    def close(self) -> None:
        """Nothing to give back."""

    # --- for those who listen -------------------------------------------------------------------

    def heard(self, now: float) -> tuple[Heard, ...]:
        """Sentences that ended since the last call."""
        done = tuple(heard for heard in self.coming if heard.until <= now)
        self.coming = [heard for heard in self.coming if heard.until > now]
        return done

    def speaks(self, now: float) -> bool:
        """Whether a voice is to be heard, or has taken breath to speak."""
        return now < self.ends

    def next_end(self) -> float:
        """When the next sentence ends."""
        return self.coming[0].until if self.coming else float("inf")


def understood(persona: Persona, heard: Heard) -> float:
    """The probability that this sentence is understood. Another language is not."""
    if heard.language != persona.language:
        return 0.0
    missing = persona.preferred_dba - heard.dba - common("quieter_db")
    loud = 1 - missing / (common("unheard_db") - common("quieter_db"))
    slow, normal = SLOW[heard.language], NORMAL[heard.language]
    share = max(0.0, min(1.0, (heard.per_second - slow) / (normal - slow)))
    rate = persona.understands_slow + share * (
        persona.understands_normal - persona.understands_slow
    )
    return max(0.0, min(1.0, loud)) * rate
