"""The voice: nobody tells it to speak. It is shown the session every turn and says what changed.

Rules it keeps:

- When the prompt changes, what is being said stops at once; a speaking profile then says the new
  one. Two things are never said at the same time (AUD-03).
- Any press ends what is said (`hush`); the answer to a press is a tone and the picture, the
  sentence follows after the profile's lead (AUD-18).
- A reminder is the prompt in other words; what is about to be taken away is said the last time.
- A profile that does not speak has tones only, and speaks once when asked (`say_again`); the question
  for more time and what lies in a slot are spoken in every profile (TIM-02, TIM-06).
- A language without a voice (`messages.VOICED`) is not spoken by any other: what would be said is the
  caption, a reminder its tone, and no speech ever holds up a limit.
- Nothing is said after the visit has ended, and nothing private on the loudspeaker.
- Each PIN digit is one and the same tone. Which digit, and the PIN, never come here.

How it sounds, and on which clock, is the business of a `Speaker`. The limits of a wait count from
`SpeechEnded`, which `poll` gives back like any other port.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Protocol

from audio.pinyin import PinyinTable
from audio.utterance import Utterance, captioned, check, joined, utterance_of
from terminal.events import SoundBack, SoundLost, SpeechEnded, SpeechStarted
from terminal.messages import VOICED, Catalogue, join
from terminal.privacy import Channel, Output, privacy_of
from terminal.profile import SLOTS, Language, Profile, ProfileName
from terminal.prompts import (
    Cue,
    Prompt,
    offer_answers,
    phase_prompt,
    prompt_of,
    reminder_key,
    text_key,
    values_of,
)
from terminal.runtime import shown_profile
from terminal.session import EnteringPin, Session

SpeechEvent = SpeechStarted | SpeechEnded | SoundLost | SoundBack

CHANNEL: Channel = "loudspeaker"
"""There is no headset yet; nothing above P0 is said anywhere."""

UTTERANCES_KEPT_MAX = 1_000
"""Texts made before are kept ready, by key and values; several times the size of the catalogue."""


class Speaker(Protocol):
    """Something that says one utterance at a time and never blocks."""

    def use(self, output: Output, now: float) -> None:
        """From now on every sound goes to this output and nowhere else; a change ends at once what
        is being said."""
        ...

    def start(self, utterance: Utterance, channel: Channel, profile: Profile, now: float) -> None:
        """Says it, in place of what is being said, after the profile's lead. Raises IndiscreetError
        for what the channel may not carry, and for a channel that is not the output's in use."""
        ...

    def stop(self, now: float) -> None:
        """Ends what is being said or about to be."""
        ...

    def tone(self, name: str, profile: Profile, now: float) -> None:
        """Plays one of `clips.TONES`."""
        ...

    def poll(self, now: float) -> Sequence[SpeechEvent]:
        """What began and ended since."""
        ...

    def due(self, now: float) -> float | None:
        """When `poll` will next have something to tell, or None if it is silent."""
        ...

    def close(self) -> None:
        """Gives devices and processes back."""
        ...


@dataclass(frozen=True, slots=True)
class _Shown:
    """What makes one prompt another one, to the ear."""

    visit: str
    key: str
    overlay: str
    profile: ProfileName
    language: Language
    said: str
    offer: str
    values: tuple[object, ...]


class Voice:
    """Says the session through a `Speaker`."""

    def __init__(
        self,
        speaker: Speaker,
        catalogues: Mapping[Language, Catalogue],
        pinyin: PinyinTable,
        profiles: Mapping[str, Profile],
    ) -> None:
        self.caption = ""
        """The text of the last utterance, as long as its prompt is on the screen."""
        self._speaker = speaker
        self._catalogues = catalogues
        self._pinyin = pinyin
        self._profiles = profiles
        self._session: Session | None = None
        self._shown: _Shown | None = None
        self._banner = ("", "")
        self._reminded = 0
        self._digits = 0
        self._made: dict[tuple[object, ...], Utterance | None] = {}

    def show(self, session: Session, now: float) -> None:
        """The present session; call it every turn. Costs nothing while nothing changes."""
        if session is self._session:
            return
        before, self._session = self._shown, session
        self._shown = shown = _what_is_shown(session)
        if before is None or shown != before:
            self._changed(before, shown, session, now)
        elif session.wait.reminded > self._reminded:
            self._remind(session, now)
        self._reminded = session.wait.reminded
        self._count_digits(session, now)

    def hush(self, now: float) -> None:
        """Ends what is said: any press does."""
        self._speaker.stop(now)

    def pressed(self, now: float) -> None:
        """A press was felt: ends what is said and answers with a tone."""
        self.hush(now)
        if self._session is not None:
            self._speaker.tone("press", self._profile(self._session), now)

    def say_again(self, now: float) -> None:
        """Says the present prompt once more, in any profile."""
        if self._session is not None:
            self._tell(self._session, *_prompt_keys(self._session, with_banner=True), now=now)

    def poll(self, now: float) -> Sequence[SpeechEvent]:
        """What began and what ended since the last call."""
        return self._speaker.poll(now)

    def due(self, now: float) -> float | None:
        """When `poll` will next have something, for a clock that moves when told."""
        return self._speaker.due(now)

    def close(self) -> None:
        """Ends the sound for good."""
        self._speaker.close()

    # --- what to say --------------------------------------------------------------------------

    def _changed(self, before: _Shown | None, shown: _Shown, session: Session, now: float) -> None:
        self._speaker.stop(now)
        self.caption = ""
        profile = self._profile(session)
        left = before is not None and before.visit != "" and before.visit != shown.visit
        if left:
            self._banner = ("", "")
        if left and not shown.visit:
            return
        prompt = prompt_of(session)
        if before is None or (before.key, before.overlay) != (shown.key, shown.overlay):
            self._cue(prompt, profile, now)
        if profile.speaks or session.overlay == "more_time":
            banner = shown.said, shown.offer
            self._tell(session, *_prompt_keys(session, with_banner=banner != self._banner), now=now)
            self._banner = banner

    def _remind(self, session: Session, now: float) -> None:
        profile = self._profile(session)
        waits = phase_prompt(session).waits
        tells = profile.speaks or waits in SLOTS
        if not tells or session.look.language not in VOICED:
            self._cue(prompt_of(session), profile, now)
        if not tells:
            return
        last = len(profile.patience[waits].reminders)
        key = reminder_key(session, last, self._catalogues[session.look.language].entries)
        self._tell(session, *([key] if key else _prompt_keys(session, with_banner=False)), now=now)

    def _count_digits(self, session: Session, now: float) -> None:
        digits = session.phase.digits if isinstance(session.phase, EnteringPin) else 0
        if digits > self._digits:
            self.hush(now)
            for _ in range(digits - self._digits):
                self._speaker.tone("digit", self._profile(session), now)
        self._digits = digits

    def _cue(self, prompt: Prompt, profile: Profile, now: float) -> None:
        if prompt.cue is not Cue.NONE:
            self._speaker.tone(prompt.cue.value, profile, now)

    def _tell(self, session: Session, *keys: str, now: float) -> None:
        """Says what these keys say, one after the other; without a voice it is the caption only."""
        self._speaker.stop(now)
        language, values = session.look.language, values_of(session)
        if language not in VOICED:
            self.caption = self._captions(language, keys, values)
            return
        made = [self._utterance(language, key, values) for key in keys]
        parts = [utterance for utterance in made if utterance is not None]
        if parts:
            self._say(reduce(joined, parts), session, now)

    def _say(self, utterance: Utterance, session: Session, now: float) -> None:
        check(utterance, CHANNEL)
        self.caption = utterance.text
        self._speaker.start(utterance, CHANNEL, self._profile(session), now)

    def _captions(
        self, language: Language, keys: Sequence[str], values: Mapping[str, object]
    ) -> str:
        texts = (captioned(self._catalogues[language], key, values, CHANNEL) for key in keys)
        return join(language, *texts)

    def _utterance(
        self, language: Language, key: str, values: Mapping[str, object]
    ) -> Utterance | None:
        public = tuple((n, v) for n, v in values.items() if privacy_of(n) == "P0")
        made = (language, key, public)
        if made not in self._made:
            if len(self._made) >= UTTERANCES_KEPT_MAX:
                self._made.clear()
            self._made[made] = utterance_of(
                self._catalogues[language], self._pinyin, key, dict(public), CHANNEL
            )
        return self._made[made]

    def _profile(self, session: Session) -> Profile:
        return shown_profile(session.look, self._profiles)


class Silence:
    """A voice that says nothing: the same calls, no sound, no events."""

    caption = ""

    def show(self, session: Session, now: float) -> None:
        pass

    def hush(self, now: float) -> None:
        pass

    def pressed(self, now: float) -> None:
        pass

    def say_again(self, now: float) -> None:
        pass

    def poll(self, now: float) -> Sequence[SpeechEvent]:
        return ()

    def due(self, now: float) -> float | None:
        return None

    def close(self) -> None:
        pass


PROMPT = "prompt"
"""Where the prompt's own key stands among those of its banners."""


def _prompt_keys(session: Session, *, with_banner: bool) -> Sequence[str]:
    """The keys that say the present screen: its banners, if they are news, and its prompt. What is asked
    about the next visit is asked last."""
    look = session.look
    offered = f"look.offered_{look.offer}" if offer_answers(session) else ""
    said = f"look.{look.said}" if look.said else ""
    last = look.offer == "remember"
    keys = ("" if last else offered, said, PROMPT, offered if last else "")
    return [
        text_key(session) if key == PROMPT else key
        for key in keys
        if key == PROMPT or (key and with_banner)
    ]


def _what_is_shown(session: Session) -> _Shown:
    look = session.look
    spoken = tuple(v for n, v in values_of(session).items() if privacy_of(n) == "P0")
    return _Shown(
        session.visit,
        text_key(session),
        session.overlay,
        look.profile,
        look.language,
        look.said,
        look.offer if offer_answers(session) else "",
        spoken,
    )
