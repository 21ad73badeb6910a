"""The voice with a headset: everything is said there and nothing elsewhere, a pulled plug ends it, and the
loudspeaker names somebody's values only when it was asked to read the screen."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from audio.speakers import Recorder, Spoken
from audio.telling import PLACES
from audio.utterance import Utterance, utterance_of
from audio.voice import PIN_DIGITS, SpeechEvent, Unsaid, Voice
from sim.stage.samples import CARD, MACHINE, MIX, ORDER, SAMPLES, at
from sim.stage.settings import own_design
from terminal import session as s
from terminal.money import yuan
from terminal.privacy import Channel
from terminal.profile import Language, Profile
from terminal.sound import Sound, faster, lost, louder, plugged, unplugged
from tests.audio.material import catalogues, pinyin
from tests.each import each

DESIGN = own_design()
ELDER = s.Look(profile="elder")
CHOOSING = at(s.ChoosingAmount(CARD))
REVIEWING = at(s.Reviewing(CARD, yuan(1_500), MIX))
ENTERING = at(s.EnteringPin(CARD))
TAKING = at(s.TakingNotes(ORDER, MIX))
IDLE = s.Session(s.Idle(), MACHINE)


class Ears:
    """A voice, its record, and a clock that goes where it is told."""

    def __init__(self) -> None:
        self.record = Recorder()
        self.voice = Voice(self.record, catalogues(), pinyin(), DESIGN.profiles)
        self.now = 100.0

    def shows(self, session: s.Session, seconds: float = 120.0) -> "Ears":
        """Shows a session, and lets what it says be said."""
        self.voice.show(session, self.now)
        until = self.now + seconds
        while (due := self.voice.due(self.now)) is not None and due <= until:
            self.now = max(self.now, due)
            self.voice.poll(self.now)
        self.now = until
        self.voice.poll(until)
        return self

    def after(self, session: s.Session) -> list[str]:
        """The texts that showing this session adds."""
        before = len(self.record.spoken)
        return [spoken.text for spoken in self.shows(session).record.spoken[before:]]

    @property
    def spoken(self) -> list[Spoken]:
        return self.record.spoken


@pytest.fixture
def ears() -> Ears:
    return Ears()


def listening(session: s.Session, **changes: object) -> s.Session:
    return replace(session, sound=replace(plugged(session.sound), **changes))  # type: ignore[arg-type]


def heard(key: str, language: Language = "zh", **values: object) -> str:
    """What the headset says for a key."""
    said = utterance_of(catalogues()[language], pinyin(), key, values, "headset")
    assert said is not None, key
    return said.text


def test_a_plug_starts_speech_in_the_headset_with_where_things_are(ears: Ears) -> None:
    ears.shows(CHOOSING)
    assert ears.spoken == [], "the standard profile does not speak"
    what, where, keys, prompt, *_ = ears.shows(listening(CHOOSING)).spoken
    assert {one.channel for one in ears.spoken} == {"headset"}
    assert what.text == heard("talk.plugged") + heard("talk.orientation")
    for place, hour in (("cash", PLACES.cash), ("card", PLACES.card), ("keypad", PLACES.keypad)):
        assert heard(f"talk.place.{place}", hour=hour) in where.text
    assert keys.text == heard("talk.keys.voice") + heard("talk.keys.visit")
    assert prompt.text.startswith(heard("choose_amount"))


def test_where_things_are_is_said_once_in_a_visit_and_a_plug_put_back_is_told_as_that(
    ears: Ears,
) -> None:
    ears.shows(listening(CHOOSING))
    assert not any("点钟" in text for text in ears.after(listening(REVIEWING)))
    ears.shows(replace(REVIEWING, sound=unplugged(listening(REVIEWING).sound), overlay="unplugged"))
    again = ears.after(listening(REVIEWING))
    assert again[0] == heard("talk.plugged")
    assert again[1].startswith("请核对")
    assert not any("点钟" in text for text in again)


def test_where_things_are_is_told_after_the_next_screens_until_it_was_heard_whole(
    ears: Ears,
) -> None:
    """Who presses on is not kept waiting, and loses nothing."""
    ears.shows(IDLE).shows(listening(IDLE), seconds=1.0)
    entering, choosing = listening(ENTERING), listening(CHOOSING)
    said = ears.after(entering)
    asked = next(at for at, text in enumerate(said) if "输入密码" in text)
    where = next(at for at, text in enumerate(said) if "键盘在" in text)
    assert asked < where
    assert any(heard("talk.keys.visit") in text for text in said[where:])
    assert not any("点钟" in text for text in ears.after(choosing))


def test_the_page_of_help_tells_where_things_are_and_what_the_keys_do(ears: Ears) -> None:
    ears.shows(listening(CHOOSING))
    said = " ".join(ears.after(listening(replace(CHOOSING, overlay="help"))))
    for key in ("talk.keys.voice", "talk.keys.visit"):
        assert heard(key) in said
    assert said.count("键盘在") == 1
    assert heard("talk.plugged") not in said


ENDINGS = [
    name for name, shown in SAMPLES.items() if isinstance(shown.phase, s.Farewell | s.Explaining)
]


def test_both_kinds_of_ending_are_among_the_screens() -> None:
    assert {type(SAMPLES[name].phase) for name in ENDINGS} == {s.Farewell, s.Explaining}


@pytest.mark.parametrize("name", ENDINGS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_ending_says_that_it_is_one_and_what_to_do_with_the_plug(
    ears: Ears, name: str, language: Language
) -> None:
    session = replace(SAMPLES[name], overlay="", sound=Sound())
    session = replace(session, look=replace(session.look, language=language, offer="", said=""))
    said = " ".join(ears.after(listening(session)))
    bye = "talk.goodbye" if isinstance(session.phase, s.Farewell) else "talk.goodbye_after"
    assert said.count(heard(bye, language)) == 1
    assert said.count("再见") + said.count("Goodbye") == 1


def test_no_goodbye_is_said_while_a_question_is_open(ears: Ears) -> None:
    bye = at(s.Farewell(s.Notice("done", {"amount": yuan(100)})))
    asking = replace(bye, look=replace(ELDER, offer="remember"))
    assert not any("再见" in text for text in ears.after(listening(asking)))
    assert any("再见" in text for text in ears.after(listening(replace(bye, look=ELDER))))


def test_a_banner_that_was_said_when_the_plug_went_in_is_not_news_any_more(ears: Ears) -> None:
    applied = replace(ENTERING, look=replace(ELDER, said="applied"))
    news = heard("look.applied")
    assert news in " ".join(ears.shows(replace(ENTERING, look=ELDER)).after(listening(applied)))
    helped = listening(replace(applied, overlay="help"))
    assert news not in " ".join(ears.after(helped) + ears.after(listening(applied)))


@pytest.mark.parametrize(
    "name", ["reading_card", "dispensing", "take_notes", "take_card", "explain_suspect"]
)
def test_where_things_are_waits_while_a_slot_or_a_machine_is_more_urgent(
    ears: Ears, name: str
) -> None:
    session = replace(SAMPLES[name], sound=Sound())
    ears.shows(session)
    said = ears.after(listening(session))
    assert said[0].startswith(heard("talk.plugged"))
    assert not any(heard("talk.orientation") in text or "键盘在" in text for text in said)
    assert ears.after(listening(CHOOSING))[0].startswith(heard("talk.plugged"))
    assert not any(heard("talk.orientation") in text for text in ears.after(listening(REVIEWING)))


def test_plugging_in_ends_the_loudspeaker_and_says_the_prompt_from_its_start(ears: Ears) -> None:
    elder = replace(CHOOSING, look=ELDER)
    ears.shows(elder, seconds=1.5).shows(listening(elder))
    first, *others = ears.spoken
    assert (first.channel, first.interrupted, first.until) == ("loudspeaker", True, 101.5)
    assert {one.channel for one in others} == {"headset"}


def test_a_press_ends_what_is_said_and_what_was_still_to_come(ears: Ears) -> None:
    plugged_in = listening(CHOOSING)
    ears.shows(CHOOSING).shows(plugged_in, seconds=3.0)
    ears.voice.pressed(ears.now)
    ears.shows(plugged_in)
    [only] = ears.spoken
    assert (only.interrupted, only.until) == (True, 223.0)


def test_the_caption_is_what_is_being_said(ears: Ears) -> None:
    ears.shows(listening(REVIEWING), seconds=3.0)
    seen = {ears.voice.caption}
    for _ in range(60):
        ears.shows(listening(REVIEWING), seconds=1.0)
        seen.add(ears.voice.caption)
    assert {one.text for one in ears.spoken} == seen
    ears.shows(IDLE)
    assert ears.voice.caption == ""


def test_the_review_is_read_back_in_full_with_its_keys(ears: Ears) -> None:
    ears.shows(listening(CHOOSING))
    assert ears.after(listening(REVIEWING)) == [
        "请核对。取款一千五百元整，是一百元十五张，从尾号零一二三的卡取。还没有取钱，对了请按确认键。",
        "换面额，按一。确认，按确认键。修改，按更正键。",
    ]
    assert [one.privacy for one in ears.spoken[-2:]] == ["P2", "P0"]


def test_a_menu_is_told_in_groups_of_four_and_the_next_group_alone(ears: Ears) -> None:
    view = listening(replace(CHOOSING, overlay="view"))
    ears.shows(listening(CHOOSING))
    _, first = ears.after(view)
    assert "字大一点，按一。特大字，按二。按钮放低，按三。声音，按四。" in first
    assert first.endswith("返回，按更正键。听更多，按九。")
    [second] = ears.after(replace(view, sound=replace(view.sound, menu=1)))
    assert second == "大字版，按一。返回，按更正键。听更多，按九。"


def test_a_choice_of_languages_is_told_in_each_language_by_its_own_voice(ears: Ears) -> None:
    ears.shows(IDLE).shows(listening(IDLE))
    texts = [(one.lang, one.text) for one in ears.spoken]
    [zh] = [at for at, (_, text) in enumerate(texts) if "中文，按一。" in text]
    assert texts[zh][1].endswith("中文，按一。")
    assert texts[zh + 1] == ("en", "English: press two.")


def test_amounts_that_can_be_chosen_are_said_with_their_digits(ears: Ears) -> None:
    suggesting = at(s.SuggestingAmounts(CARD, yuan(1_505), (yuan(1_500), yuan(1_510))))
    assert ears.shows(listening(CHOOSING)).after(listening(suggesting)) == [
        "机器里的钞票凑不出一千五百零五元整。可以取这些数。",
        "一千五百元整，按一。一千五百一十元整，按二。其他金额，按三。返回，按更正键。",
    ]


# --- typing ---------------------------------------------------------------------------------------


def test_a_typed_amount_is_echoed_in_the_headset(ears: Ears) -> None:
    ears.shows(listening(at(s.EnteringAmount(CARD))))
    assert ears.after(listening(at(s.EnteringAmount(CARD, 1)))) == ["现在是一元整。"]
    assert ears.after(listening(at(s.EnteringAmount(CARD, 1_500)))) == ["现在是一千五百元整。"]
    assert ears.after(listening(at(s.EnteringAmount(CARD)))) == ["已清除，请重新输入。"]


def test_a_stated_nought_that_is_cleared_is_said_to_be(ears: Ears) -> None:
    stating = s.StatingCount(ORDER, MIX, yuan(1_500))
    ears.shows(listening(at(stating)))
    assert ears.after(listening(at(replace(stating, typed=0)))) == ["现在是零元整。"]
    assert ears.after(listening(at(stating))) == ["已清除，请重新输入。"]


def test_a_typed_amount_is_not_echoed_on_the_loudspeaker(ears: Ears) -> None:
    ears.shows(replace(at(s.EnteringAmount(CARD)), look=ELDER))
    for typed in (1, 15, 0):
        assert ears.after(replace(at(s.EnteringAmount(CARD, typed)), look=ELDER)) == []


def test_a_full_pin_is_said_in_the_headset_and_no_digit_is(ears: Ears) -> None:
    ears.shows(listening(ENTERING))
    said = [
        ears.after(listening(at(s.EnteringPin(CARD, digits=digits))))
        for digits in range(1, PIN_DIGITS + 1)
    ]
    assert said == [[]] * (PIN_DIGITS - 1) + [["已输入六位，请按确认键。"]]
    assert ears.after(listening(ENTERING)) == ["已清除，请重新输入。"]
    digits = [tone for tone in ears.record.tones if tone.name == "digit"]
    assert [tone.output for tone in digits] == ["headset"] * PIN_DIGITS


# --- the plug is pulled ---------------------------------------------------------------------------


@pytest.mark.parametrize("profile", ["standard", "elder"])
@pytest.mark.parametrize(
    ("overlay", "session"), [("unplugged", REVIEWING), ("", TAKING)], ids=["asked", "in the slot"]
)
def test_a_pulled_plug_is_said_aloud_and_nothing_else(
    ears: Ears, session: s.Session, overlay: s.Overlay, profile: str
) -> None:
    session = replace(session, look=replace(session.look, profile=profile))  # type: ignore[arg-type]
    ears.shows(listening(session), seconds=3.0)
    pulled = replace(session, sound=unplugged(listening(session).sound), overlay=overlay)
    assert ears.after(pulled)[1:] == ["耳机已拔出。"]
    assert ears.spoken[-1].channel == "loudspeaker"
    for number in (1, 2, 3):
        assert ears.after(replace(pulled, wait=s.Wait(reminded=number))) == []
    counting = at(s.Counting(ORDER, MIX, yuan(1_500)))
    assert ears.after(replace(counting, look=session.look, sound=pulled.sound)) == []
    asked = replace(CHOOSING, sound=pulled.sound, overlay="more_time")
    assert ears.after(asked) == []
    ears.voice.say_again(ears.now)
    ears.voice.say_step("level", ears.now)
    assert ears.after(asked) == []


def test_a_headset_without_its_device_is_said_aloud_once(ears: Ears) -> None:
    ears.shows(listening(REVIEWING), seconds=3.0)
    gone = lost(listening(REVIEWING).sound, "headset")
    said = ears.after(replace(REVIEWING, sound=gone, overlay="unplugged"))
    assert said[-1] == "耳机没有声音。请拔下来，再插一次。"


def test_whoever_goes_on_without_the_headset_is_spoken_to_by_their_profile(ears: Ears) -> None:
    elder = replace(REVIEWING, look=ELDER)
    ears.shows(listening(elder), seconds=3.0)
    ears.shows(replace(elder, sound=unplugged(listening(elder).sound), overlay="unplugged"))
    assert ears.after(elder) == ["请核对屏幕上的金额。还没有取钱，可以修改。对了请按确认。"]


# --- read aloud, and steps ------------------------------------------------------------------------


def test_read_to_me_says_the_amount_and_not_the_card(ears: Ears) -> None:
    ears.shows(REVIEWING)
    aloud = replace(REVIEWING, sound=Sound(aloud=True))
    assert ears.after(aloud) == [
        "请核对。取款一千五百元整，是一百元十五张。还没有取钱，对了请按确认。"
    ]
    assert (ears.spoken[-1].channel, ears.spoken[-1].privacy) == ("aloud", "P1")
    ears.voice.say_again(ears.now)
    assert ears.after(replace(aloud, focus=1)) == [
        "请核对。取款一千五百元整，是一百元十五张。还没有取钱，对了请按确认。"
    ]


def test_read_to_me_says_the_amounts_that_can_be_paid_instead(ears: Ears) -> None:
    suggesting = at(s.SuggestingAmounts(CARD, yuan(1_505), (yuan(1_500),)))
    [said] = ears.shows(suggesting).after(replace(suggesting, sound=Sound(aloud=True)))
    assert said.endswith("可以取下面的数。可以取一千五百元整。")


@pytest.mark.parametrize("session", [CHOOSING, listening(CHOOSING)], ids=["loudspeaker", "headset"])
def test_a_step_is_said_as_loud_and_as_fast_as_it_is_now(ears: Ears, session: s.Session) -> None:
    ears.shows(session)
    up = replace(session, sound=louder(session.sound, session.look, 1))
    assert ears.after(up) == ["音量，三档。"]
    slow = replace(up, sound=faster(up.sound, up.look, -1))
    assert ears.after(slow) == ["语速，三档。"]
    if session.sound.headset:
        dark = replace(slow, sound=replace(slow.sound, curtain=True))
        assert ears.after(dark) == ["屏幕已关。"]
        assert ears.after(slow) == ["屏幕已开。"]


def test_switching_the_voice_on_says_so_and_the_screen(ears: Ears) -> None:
    ears.shows(CHOOSING)
    on = replace(CHOOSING, sound=Sound(voice="on"))
    assert ears.after(on) == ["语音已打开。", "取多少？可以按下面的数，也可以自己输。"]
    assert ears.after(replace(CHOOSING, sound=Sound(voice="off"))) == ["语音已关掉。"]


def test_what_a_time_out_forgets_is_not_told(ears: Ears) -> None:
    loud = Sound(jack=True, level=5, headset_level=6, rate=1, curtain=True)
    ears.shows(replace(IDLE, sound=loud))
    assert ears.after(replace(IDLE, sound=Sound(jack=True))) == []


# --- the end --------------------------------------------------------------------------------------


def test_nothing_is_said_into_a_headset_that_was_left_in(ears: Ears) -> None:
    bye = at(s.Farewell(s.Notice("done", {"amount": yuan(100)})))
    ears.shows(listening(bye))
    left = replace(IDLE, sound=Sound(jack=True))
    assert ears.after(left) == []
    assert ears.after(replace(left, phase=s.OutOfService("cash"))) == []
    assert ears.after(left) == []
    ears.voice.pressed(ears.now)
    assert "Hello." in " ".join(ears.after(replace(left, look=s.Look(language="en"))))
    assert ears.after(replace(left, phase=s.ReadingCard(), visit="v2"))[0].startswith("正在读卡。")


@each("name", SAMPLES)
def test_nothing_private_is_said_before_it_was_asked_for(ears: Ears, name: str) -> None:
    """Every screen, spoken to and not, then with the plug pulled."""
    session = replace(SAMPLES[name], sound=Sound())
    for look in (session.look, replace(session.look, profile="elder")):
        ears.shows(replace(session, look=look))
    quiet = unplugged(plugged(Sound()))
    ears.shows(replace(session, sound=quiet))
    ears.shows(replace(session, sound=quiet, wait=s.Wait(reminded=9)))
    assert {one.channel for one in ears.spoken} <= {"loudspeaker"}
    assert {one.privacy for one in ears.spoken} <= {"P0"}


def test_the_other_language_is_offered_before_anything_long_is_told(ears: Ears) -> None:
    texts = [one.text for one in ears.shows(listening(SAMPLES["idle"])).spoken]
    english = next(at for at, text in enumerate(texts) if text.startswith("English"))
    where = next(at for at, text in enumerate(texts) if "点钟" in text)
    assert english < where


def test_who_chooses_a_language_is_told_in_it_where_things_are(ears: Ears) -> None:
    ears.shows(listening(SAMPLES["idle"]))
    chosen = replace(SAMPLES["idle"], look=replace(SAMPLES["idle"].look, language="en"))
    said = ears.after(listening(chosen))
    assert any("o'clock" in text for text in said)
    assert not any(
        "o'clock" in text for text in ears.after(listening(replace(CHOOSING, look=chosen.look)))
    )


class Fails(Recorder):
    """Cannot say what names a value; or nothing at all."""

    def __init__(self, *, nothing: bool = False) -> None:
        super().__init__()
        self.nothing, self.owed = nothing, 0

    def start(self, utterance: Utterance, channel: Channel, profile: Profile, now: float) -> None:
        if self.nothing or utterance.privacy != "P0":
            self.stop(now)
            self.owed += 1
        else:
            super().start(utterance, channel, profile, now)

    def poll(self, now: float) -> Sequence[SpeechEvent | Unsaid]:  # type: ignore[override]
        owed, self.owed = self.owed, 0
        return [*super().poll(now), *(Unsaid() for _ in range(owed))]


def test_an_amount_that_could_not_be_said_is_not_followed_by_how_to_confirm_it() -> None:
    ears = Ears()
    ears.record = Fails()
    ears.voice = Voice(ears.record, catalogues(), pinyin(), DESIGN.profiles)
    ears.shows(listening(CHOOSING))
    assert ears.after(listening(REVIEWING)) == [heard("talk.unsaid")]


def test_an_engine_that_says_nothing_at_all_is_not_asked_for_ever() -> None:
    ears = Ears()
    ears.record = Fails(nothing=True)
    ears.voice = Voice(ears.record, catalogues(), pinyin(), DESIGN.profiles)
    assert ears.after(listening(REVIEWING)) == []
    assert ears.voice.due(ears.now) is None


def test_a_headset_without_a_device_is_said_before_an_idle_machine(ears: Ears) -> None:
    gone = Sound(jack=True, muted=True, lost=frozenset(("headset",)))
    ears.shows(IDLE)
    said = ears.shows(replace(IDLE, sound=gone)).spoken
    assert [(one.channel, one.privacy) for one in said] == [("loudspeaker", "P0")]
    assert "耳机没有声音" in said[0].text


def test_a_voice_switched_off_says_nothing_more_by_itself(ears: Ears) -> None:
    off = replace(REVIEWING, look=ELDER, sound=Sound(voice="off"))
    ears.shows(off)
    asked = replace(off, overlay="more_time", wait=s.Wait(asked_at=0.0))
    assert ears.after(asked) == []
    taking = replace(TAKING, look=ELDER, sound=Sound(voice="off"), wait=s.Wait(reminded=1))
    before = len(ears.record.tones)
    assert ears.after(replace(taking, wait=s.Wait())) == []
    assert ears.after(taking) == []
    assert len(ears.record.tones) > before
