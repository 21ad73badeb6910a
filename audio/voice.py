"""The voice: nobody tells it to speak. It is shown the session every turn and says what changed.

Rules it keeps:

- When the prompt changes, what is being said stops at once; a speaking profile then says the new
  one. Two things are never said at the same time (AUD-03).
- Any press ends what is said (`hush`); the answer to a press is a tone and the picture, the
  sentence follows after the profile's lead (AUD-18).
- The same screen with other lines or values is another one, as far as this way out may carry them. What is
  counted note by note says only the sum so far.
- A reminder is the prompt in other words; what is about to be taken away is said the last time.
- A profile that does not speak has tones only, and speaks once when asked (`say_again`); the question
  for more time, what lies in a slot and what a key changed about the sound are spoken in every profile
  (TIM-02, TIM-06).
- With a headset everything is said there and nothing elsewhere: where things are, until it was heard whole;
  every prompt with its choices; a key that means nothing is answered; the end says that it is one; what is typed, but never a digit of a PIN (B5). A pulled plug ends that: the loudspeaker
  says so, once, and nothing more until the customer goes on (AUD-11). What the glass names of somebody is
  said on the loudspeaker when it was asked for on that screen, and not otherwise (PRV-01).
- A language without a voice (`messages.VOICED`) is not spoken by any other: what would be said is the
  caption, a reminder its tone, and no speech ever holds up a limit.
- Nothing is said after the visit has ended, also into a headset that was left in.
- Each PIN digit is one and the same tone. Which digit, and the PIN, never come here.

What the sentences are is `telling`'s business; how they sound, and on which clock, a `Speaker`'s. The
limits of a wait count from `SpeechEnded`, which `poll` gives back like any other port. What is long is
said in several utterances, one after the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from audio.changes import (
    Shown,
    counted,
    hidden_digits,
    line_gone,
    other_choices,
    same_field,
    typed_in,
    what_is_shown,
)
from audio.pinyin import PinyinTable
from audio.telling import PLACES, Places, Step, Teller, prompt_keys
from audio.utterance import Utterance, check
from terminal.asking import Cue
from terminal.events import SoundBack, SoundLost, SpeechEnded, SpeechStarted
from terminal.messages import VOICED, Catalogue
from terminal.privacy import Channel, Output
from terminal.profile import SLOTS, Language, Profile, Waits
from terminal.prompts import (
    phase_prompt,
    prompt_of,
)
from terminal.runtime import heard_profile
from terminal.session import COLLECTING_PIN, Idle, Session
from terminal.sound import SILENT_SO_FAR, Sound, channel, ended, output, switched_off
from terminal.values import replace
from terminal.waits import SLOT_WAITS

SpeechEvent = SpeechStarted | SpeechEnded | SoundLost | SoundBack


@dataclass(frozen=True, slots=True)
class Unsaid:
    """What was to be said could not be, not at a second try either. The voice's own business."""


HURRIED = SLOT_WAITS | SLOTS | {Waits.NOTICE, Waits.REMEMBER}
"""Screens that pass by themselves, slots in which something lies, and what became of card and money: where
things are is told later, or not any more."""

PIN_DIGITS = 6
"""After so many digits a Chinese PIN is complete (accessibility.md B5)."""


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

    def poll(self, now: float) -> Sequence[SpeechEvent | Unsaid]:
        """What began and ended since, and what could not be said."""
        ...

    def due(self, now: float) -> float | None:
        """When `poll` will next have something to tell, or None if it is silent."""
        ...

    def close(self) -> None:
        """Gives devices and processes back."""
        ...


class Voice:
    """Says the session through a `Speaker`. `places` is where things are around the headset jack."""

    def __init__(
        self,
        speaker: Speaker,
        catalogues: Mapping[Language, Catalogue],
        pinyin: PinyinTable,
        profiles: Mapping[str, Profile],
        places: Places = PLACES,
    ) -> None:
        self.caption = ""
        """The text of the last utterance, as long as its prompt is on the screen."""
        self._speaker = speaker
        self._places = places
        self.adopt(catalogues, pinyin, profiles)
        self._session: Session | None = None
        self._shown: Shown | None = None
        self._output: Output = "loudspeaker"
        self._rest: list[tuple[Utterance, Channel]] = []
        self._banner = ("", "")
        self._reminded = 0
        self._digits = 0
        self._oriented: Language | None = None
        self._untold: tuple[Utterance, ...] = ()
        self._saying: Utterance | None = None
        self._forsaken = False
        self._left = self._pressed = self._owned_up = False

    def adopt(
        self,
        catalogues: Mapping[Language, Catalogue],
        pinyin: PinyinTable,
        profiles: Mapping[str, Profile],
    ) -> None:
        """Other words and paces from now on. What is being said is said to its end; nothing is said anew."""
        self._teller = Teller(catalogues, pinyin, self._places)
        self._profiles = profiles

    def show(self, session: Session, now: float) -> None:
        """The present session; call it every turn. Costs nothing while nothing changes."""
        if session is self._session:
            return
        before, self._session = self._session, session
        way = channel(session.sound)
        was = None if before is None else what_is_shown(before, way)
        self._shown = what_is_shown(session, way)
        self._follow(session, now)
        if not self._gone(was, self._shown, now):
            self._say_what_changed(before, was, session, now)
            self._count_digits(before, session, now)
        self._reminded, self._pressed = session.wait.reminded, False

    def hush(self, now: float) -> None:
        """Ends what is said: any press does."""
        self._left, self._pressed = False, True
        self._stop(now)

    def pressed(self, now: float) -> None:
        """A press was felt: ends what is said and answers with a tone."""
        self.hush(now)
        if self._session is not None:
            self._speaker.tone("press", self._profile(self._session), now)

    def say_again(self, now: float) -> None:
        """Says the present prompt once more, in any profile."""
        if self._session is not None and not self._session.sound.muted:
            self._tell_screen(self._session, now, with_banner=True)

    def say_step(self, step: Step, now: float) -> None:
        """Says a step of the sound that a press left where it was: the last one is the last."""
        if self._session is not None and not self._session.sound.muted:
            self._announce(self._session, step, now)

    def say_meaningless(self, key: str, now: float) -> None:
        """Whoever does not see is told that a key changed nothing, and what does; after a visit, where they
        are: somebody is here again."""
        session = self._session
        if session is None or not session.sound.headset:
            return
        if self._forsaken:
            self._welcome(session, now)
        else:
            self._say(self._teller.meaningless(session, key), session, now)

    def poll(self, now: float) -> Sequence[SpeechEvent]:
        """What began and what ended since the last call."""
        told = self._speaker.poll(now)
        events = [one for one in told if not isinstance(one, Unsaid)]
        if len(events) < len(told):
            self._saying = None
            self._own_up(now)
        if self._saying is not None and self._speaker.due(now) is None:
            self._untold = tuple(one for one in self._untold if one != self._saying)
            self._saying = None
        if self._rest and self._speaker.due(now) is None:
            self._go_on(now)
        return events

    def due(self, now: float) -> float | None:
        """When `poll` will next have something, for a clock that moves when told."""
        instant = self._speaker.due(now)
        return now if instant is None and self._rest else instant

    def close(self) -> None:
        """Ends the sound for good."""
        self._rest = []
        self._speaker.close()

    # --- what changed -------------------------------------------------------------------------

    def _follow(self, session: Session, now: float) -> None:
        """Sound goes where the plug is; what was said elsewhere is not said on."""
        sound = session.sound
        if output(sound) != self._output:
            self._output = output(sound)
            self._silence(now)
            self._speaker.use(self._output, now)
        if not sound.jack and not session.visit:
            self._oriented, self._untold = None, ()

    def _gone(self, was: Shown | None, shown: Shown, now: float) -> bool:
        """Whether a visit has ended and nobody is here: then nothing is said of what follows."""
        left = was is not None and was.visit != "" and was.visit != shown.visit
        if left:
            self._banner = ("", "")
            self._silence(now)
            self._oriented, self._untold, self._forsaken = None, (), True
        self._left = (self._left or left) and not shown.visit
        return left and self._left

    def _say_what_changed(
        self, before: Session | None, was: Shown | None, session: Session, now: float
    ) -> None:
        sound = session.sound
        earlier = SILENT_SO_FAR if before is None else before.sound
        reminded = session.wait.reminded > self._reminded
        if sound.muted:
            self._keep_still(was, session, now, begins=not earlier.muted, reminded=reminded)
        elif sound.headset and not earlier.headset:
            self._welcome(session, now)
        elif was != self._shown and not line_gone(was, self._shown):
            self._changed(was, session, now)
        elif sound.aloud and not earlier.aloud:
            self._tell_screen(session, now, with_banner=True)
        elif sound.menu != earlier.menu or (sound.headset and other_choices(before, session)):
            self._say(self._teller.menu(session), session, now)
        elif (step := self._step(earlier, sound)) is not None:
            self._announce(session, step, now)
        elif reminded:
            self._remind(session, now)
        elif before is not None and sound.headset:
            self._echo(before, session, now)

    def _keep_still(
        self, was: Shown | None, session: Session, now: float, *, begins: bool, reminded: bool
    ) -> None:
        """Private speech has ended: that is said once, and what follows has its tones."""
        changed = was != self._shown
        if changed:
            self._silence(now)
        if changed or reminded:
            self._cue(session, now)
        if begins or (changed and session.overlay == "unplugged"):
            key = "headset_lost" if session.sound.jack else "unplugged"
            self._tell(session, (key,), now)

    def _welcome(self, session: Session, now: float) -> None:
        """The plug is in: where things are, and the present screen from its beginning. Who was told already
        in this visit is told only that it is in."""
        self._left = False
        first, then = self._orientation(session)
        if not first:
            first = self._teller.keys(session, ("talk.plugged",), "headset")
        self._tell_screen(session, now, with_banner=True, first=first, then=then)
        assert self._shown is not None, "a session was shown"
        self._banner = self._shown.said, self._shown.offer

    def _orientation(self, session: Session) -> tuple[Sequence[Utterance], Sequence[Utterance]]:
        """Where things are, in the language chosen since, on screens that have the time for it: what of it is
        said before the screen's own words, and what after. It is begun once in a visit; what was cut short
        follows the next screen, until it was heard whole."""
        hurried, language = phase_prompt(session).waits in HURRIED, session.look.language
        if hurried or not session.sound.headset:
            return (), ()
        if self._oriented == language:
            return (), () if session.overlay else self._untold
        self._oriented = language
        self._untold = tuple(self._teller.orientation(session))
        if session.overlay == "help":
            return self._untold[:1], ()
        if isinstance(session.phase, Idle) and not session.overlay:
            # The choice of the language comes as soon as it can: all that follows is in one.
            return self._untold[:1], self._untold[1:]
        return self._untold, ()

    def _changed(self, was: Shown | None, session: Session, now: float) -> None:
        self._silence(now)
        shown = self._shown
        assert shown is not None, "a session was shown"
        if was is None or (was.key, was.overlay) != (shown.key, shown.overlay):
            self._cue(session, now)
        unheard = self._left and session.sound.headset
        urgent = session.overlay == "more_time" and not switched_off(session.sound, session.look)
        if not (self._profile(session).speaks or urgent) or unheard:
            return
        if was is not None and (key := counted(was, shown, session)):
            self._tell(session, (key,), now)
        else:
            banner = shown.said, shown.offer
            first, then = self._orientation(session)
            news = banner != self._banner
            self._tell_screen(session, now, with_banner=news, first=first, then=then)
            self._banner = banner

    def _step(self, earlier: Sound, sound: Sound) -> Step | None:
        """What a press changed about the sound; what a time-out forgets is no press."""
        if sound == ended(earlier) and not self._pressed:
            return None
        for step, one, other in (
            ("level", earlier.level, sound.level),
            ("level", earlier.headset_level, sound.headset_level),
            ("rate", earlier.rate, sound.rate),
            ("voice", earlier.voice, sound.voice),
            ("curtain", earlier.curtain, sound.curtain),
        ):
            if one != other:
                return step  # type: ignore[return-value]
        return None

    def _announce(self, session: Session, step: Step, now: float) -> None:
        """The step, at the new loudness and rate; a voice that was switched on goes on with the screen."""
        said = self._teller.step(session, step, channel(session.sound))
        if step == "voice" and session.sound.voice == "on":
            self._tell_screen(session, now, with_banner=False, first=said)
        else:
            self._say(said, session, now)

    def _remind(self, session: Session, now: float) -> None:
        profile, waits = self._profile(session), phase_prompt(session).waits
        urgent = waits in SLOTS and not switched_off(session.sound, session.look)
        tells = profile.speaks or urgent
        if not tells or session.look.language not in VOICED:
            self._cue(session, now)
        if tells:
            last = len(profile.patience[waits].reminders)
            self._tell(session, self._teller.reminder(session, last), now)

    def _echo(self, before: Session, session: Session, now: float) -> None:
        """What stands in the field, after each key."""
        was, typed = typed_in(before), typed_in(session)
        if was == typed or not same_field(before, session):
            return
        if was is not None and not typed and (was or typed is None):
            self._tell(session, ("talk.cleared",), now)
        else:
            self._say(self._teller.typed(session), session, now)

    def _count_digits(self, before: Session | None, session: Session, now: float) -> None:
        """One tone for each digit; in the headset also that there are enough, or none any more."""
        digits = hidden_digits(session)
        was, self._digits = self._digits, digits
        private = session.sound.headset
        if digits > was:
            self._stop(now)
            for _ in range(digits - was):
                self._speaker.tone("digit", self._profile(session), now)
            pin = isinstance(session.phase, COLLECTING_PIN)
            if private and pin and was < PIN_DIGITS <= digits:
                self._tell(session, ("talk.pin_full",), now)
        elif was and not digits and private and same_field(before, session):
            self._tell(session, ("talk.cleared",), now)

    # --- saying it ----------------------------------------------------------------------------

    def _cue(self, session: Session, now: float) -> None:
        cue = prompt_of(session).cue
        if cue is not Cue.NONE:
            self._speaker.tone(cue.value, self._profile(session), now)

    def _tell_screen(
        self,
        session: Session,
        now: float,
        *,
        with_banner: bool,
        first: Sequence[Utterance] = (),
        then: Sequence[Utterance] = (),
    ) -> None:
        way = channel(session.sound)
        if session.look.language not in VOICED:
            self._tell(session, prompt_keys(session, with_banner=with_banner), now)
            return
        said = self._teller.screen(session, way, with_banner=with_banner)
        self._say([*first, *said, *then], session, now)

    def _tell(self, session: Session, keys: Sequence[str], now: float) -> None:
        """Says what these keys say, one after the other; without a voice it is the caption only."""
        way = channel(session.sound)
        if session.look.language in VOICED:
            self._say(self._teller.keys(session, keys, way), session, now)
            return
        self._stop(now)
        self.caption = self._teller.caption(session, keys, way)

    def _say(self, utterances: Sequence[Utterance], session: Session, now: float) -> None:
        """Says these in place of what is being said."""
        self._stop(now)
        self._owned_up = False
        way = channel(session.sound)
        for utterance in utterances:
            check(utterance, way)
        if utterances:
            self._start(utterances[0], way, self._profile(session), now)
            self._rest = [(utterance, way) for utterance in utterances[1:]]

    def _go_on(self, now: float) -> None:
        """The next of several, after the pause between sentences."""
        assert self._session is not None, "something was said"
        (utterance, way), *self._rest = self._rest
        profile = self._profile(self._session)
        pause = replace(profile, speech_lead_ms=profile.sentence_pause_ms)
        self._start(utterance, way, pause, now)

    def _start(self, utterance: Utterance, way: Channel, profile: Profile, now: float) -> None:
        check(utterance, way)
        self.caption, self._saying, self._forsaken = utterance.text, utterance, False
        self._speaker.start(utterance, way, profile, now)

    def _own_up(self, now: float) -> None:
        """Whoever listens must not take the rest for the whole: an amount that could not be said is not
        confirmed by what comes after it."""
        session = self._session
        if session is None or not session.sound.headset or self._owned_up:
            return
        self._tell(session, ("talk.unsaid",), now)
        self._owned_up = True

    def _stop(self, now: float) -> None:
        self._rest, self._saying = [], None
        self._speaker.stop(now)

    def _silence(self, now: float) -> None:
        """Nothing is said, and nothing that was said is read any more."""
        self._stop(now)
        self.caption = ""

    def _profile(self, session: Session) -> Profile:
        return heard_profile(session, self._profiles)


class Silence:
    """A voice that says nothing: the same calls, no sound, no events."""

    caption = ""

    def adopt(
        self,
        catalogues: Mapping[Language, Catalogue],
        pinyin: PinyinTable,
        profiles: Mapping[str, Profile],
    ) -> None:
        pass

    def show(self, session: Session, now: float) -> None:
        pass

    def hush(self, now: float) -> None:
        pass

    def pressed(self, now: float) -> None:
        pass

    def say_again(self, now: float) -> None:
        pass

    def say_step(self, step: Step, now: float) -> None:
        pass

    def say_meaningless(self, key: str, now: float) -> None:
        pass

    def poll(self, now: float) -> Sequence[SpeechEvent]:
        return ()

    def due(self, now: float) -> float | None:
        return None

    def close(self) -> None:
        pass
