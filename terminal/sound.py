"""What a customer set about sound in this visit, and what follows from it for voice and clocks.

The rules it keeps (accessibility.md AUD-07..11, B5):

- a plug in the headset jack is the whole command: from then on everything is said there, and nothing on
  the loudspeaker; a plug pulled out ends private speech, and never moves it to the loudspeaker: the voice
  says only that, and is silent until the plug is back or the customer goes on by a press;
- loudness and rate go in steps that can be heard; all of it ends with the visit, except the plug itself.
  A headset whose device is gone is as good as unplugged;
- the headset begins at the second of six steps.

Which sentences are said is the voice's business, which keys mean what is `talking`'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from terminal.privacy import Channel, Output
from terminal.profile import Patience, Profile, ProfileName, Waits, Wishes
from terminal.values import replace

LEVELS_DBA = (55, 60, 65, 70, 75, 80)
"""The steps of loudness (AUD-07), for the headset too."""

HEADSET_LEVEL = 2
"""Of six, at the moment the plug goes in (AUD-09)."""

RATES_TENTHS = (25, 33, 38, 43, 50)
"""Mandarin characters a second, in tenths: five steps with both profiles' own among them (AUD-15)."""

WORDS_PER_MINUTE = (130.0, 150.0, 162.0, 175.0, 200.0)
"""English at the same five steps: AUD-16's floor, both profiles' own, and the upper end of its band."""

OWN_LEVEL: Mapping[ProfileName, int] = {"standard": 2, "elder": 4, "low_vision": 4}
"""The step of each profile's own loudness (B1): 60 and 70 dBA. A test holds it to `profiles.toml`."""

OWN_RATE: Mapping[ProfileName, int] = {"standard": 4, "elder": 2, "low_vision": 2}
"""The step of each profile's own rate (B1), held to the same file."""

OWN_VOICE: Mapping[ProfileName, bool] = {"standard": False, "elder": True, "low_vision": True}
"""Whether each profile speaks by itself, held to the same file."""

HEADSET_GUARD_MS = 500
"""The repeat guard of a visit without sight (B1, audio-only)."""

HEADSET_PAUSE_MS = 400
"""Between sentences (B1, audio-only), at least."""


class Look(Protocol):
    """What the steps begin from: `session.Look`."""

    @property
    def profile(self) -> ProfileName: ...

    @property
    def wishes(self) -> Wishes: ...


@dataclass(frozen=True, slots=True)
class Sound:
    """The sound of this visit. `level` and `rate` are steps from 1, 0 while the profile's own applies;
    `headset_level` is the headset's step. `voice` is whether the customer switched it on or off.

    `jack`: a plug is in it. `muted`: private speech has ended with the plug pulled or its device gone, and
    nobody has pressed anything since. `aloud`: the customer asked for this screen to be read out.
    `curtain`: the screen is blank. `menu`: which group of a spoken menu is told. `lost`: outputs whose
    device cannot play."""

    jack: bool = False
    muted: bool = False
    level: int = 0
    headset_level: int = HEADSET_LEVEL
    rate: int = 0
    voice: Literal["", "on", "off"] = ""
    aloud: bool = False
    curtain: bool = False
    menu: int = 0
    lost: frozenset[Output] = frozenset()

    @property
    def headset(self) -> bool:
        """Whether everything is said in the headset: the visit without sight."""
        return self.jack and "headset" not in self.lost


SILENT_SO_FAR = Sound()


def output(sound: Sound) -> Output:
    """The only way out that is in use."""
    return "headset" if sound.headset else "loudspeaker"


def channel(sound: Sound) -> Channel:
    """What may be said now."""
    if sound.headset:
        return "headset"
    return "aloud" if sound.aloud else "loudspeaker"


def plugged(sound: Sound) -> Sound:
    """The sound once a plug is in the jack; a device that was gone is tried once more."""
    return replace(
        sound,
        jack=True,
        lost=sound.lost - {"headset"},
        muted=False,
        aloud=False,
        headset_level=sound.headset_level if sound.headset else HEADSET_LEVEL,
        menu=0,
    )


def unplugged(sound: Sound) -> Sound:
    """The sound once the plug was pulled."""
    return replace(_unheard(sound), jack=False)


def lost(sound: Sound, output: Output) -> Sound:
    """The sound once the device of an output is gone: for whoever listens there, as if unplugged."""
    gone = replace(sound, lost=sound.lost | {output})
    return _unheard(gone) if output == "headset" and sound.headset else gone


def back(sound: Sound, output: Output) -> Sound:
    """The sound once a device can play again."""
    return replace(sound, lost=sound.lost - {output})


def _unheard(sound: Sound) -> Sound:
    return replace(sound, muted=True, aloud=False, curtain=False, menu=0)


def ended(sound: Sound) -> Sound:
    """The sound after a visit: as it was at first, with the plug where it is."""
    return Sound(jack=sound.jack, lost=sound.lost)


def louder(sound: Sound, look: Look, steps: int) -> Sound:
    """So many steps louder (or softer, below 0) on the output in use; the last step stays the last."""
    if sound.headset:
        return replace(sound, headset_level=_within(sound.headset_level + steps, LEVELS_DBA))
    return replace(sound, level=_within(level_of(sound, look) + steps, LEVELS_DBA))


def faster(sound: Sound, look: Look, steps: int) -> Sound:
    """So many steps faster or slower; the last step stays the last."""
    return replace(sound, rate=_within(rate_of(sound, look) + steps, RATES_TENTHS))


def next_rate(sound: Sound, look: Look) -> Sound:
    """One step faster, and from the fastest to the slowest: one key for all (B5)."""
    return replace(sound, rate=rate_of(sound, look) % len(RATES_TENTHS) + 1)


def level_of(sound: Sound, look: Look) -> int:
    """The step of loudness that is heard, from 1."""
    if sound.headset:
        return sound.headset_level
    own = LEVELS_DBA[OWN_LEVEL[look.profile] - 1] + look.wishes.gain_db
    return sound.level or _nearest(own, LEVELS_DBA)


def rate_of(sound: Sound, look: Look) -> int:
    """The step of the rate that is heard, from 1."""
    own = look.wishes.rate_tenths or RATES_TENTHS[OWN_RATE[look.profile] - 1]
    return sound.rate or _nearest(own, RATES_TENTHS)


def voice_on(sound: Sound, look: Look) -> bool:
    """Whether everything is said without being asked for."""
    if sound.headset or sound.voice:
        return sound.headset or sound.voice == "on"
    return OWN_VOICE[look.profile] if not look.wishes.speech else look.wishes.speech != "off"


def switched_off(sound: Sound, look: Look) -> bool:
    """Whether the customer, or their card, wants no voice: then nothing is said that was not asked for, and
    a tone tells what a reminder would."""
    if sound.headset:
        return False
    return sound.voice == "off" or (not sound.voice and look.wishes.speech == "off")


def heard(profile: Profile, sound: Sound) -> Profile:
    """The profile as presented, with the customer's sound in it: what voice, keys and clocks go by."""
    if sound == SILENT_SO_FAR:
        return profile
    made = _at_rate(profile, sound)
    if sound.headset:
        return replace(
            made,
            speaks=True,
            loudness_dba=LEVELS_DBA[sound.headset_level - 1],
            guard_ms=max(made.guard_ms, HEADSET_GUARD_MS),
            sentence_pause_ms=max(made.sentence_pause_ms, HEADSET_PAUSE_MS),
            patience=_with_headset(made),
        )
    loudness = LEVELS_DBA[sound.level - 1] if sound.level else made.loudness_dba
    wanted = made.speaks if not sound.voice else sound.voice == "on"
    return replace(made, loudness_dba=loudness, speaks=wanted and not sound.muted)


def _at_rate(profile: Profile, sound: Sound) -> Profile:
    if not sound.rate:
        return profile
    return replace(
        profile,
        zh_chars_per_second=RATES_TENTHS[sound.rate - 1] / 10,
        en_words_per_minute=WORDS_PER_MINUTE[sound.rate - 1],
    )


def _with_headset(profile: Profile) -> dict[Waits, Patience]:
    """Whoever listens needs the longer of both times (B3, audio-only)."""
    rows, talking = profile.patience, profile.headset_patience

    def row(waits: Waits, own: Patience) -> Patience:
        other = talking.get(waits)
        return own if other is None or not own.limit or own.limit > other.limit else other

    return {waits: row(waits, own) for waits, own in rows.items()}


def _nearest(value: float, steps: tuple[int, ...]) -> int:
    return 1 + min(range(len(steps)), key=lambda at: abs(steps[at] - value))


def _within(step: int, steps: tuple[int, ...]) -> int:
    return min(max(step, 1), len(steps))
