"""Whole visits without sight on a machine of devices, bank and clock; and random ones, in which no channel
ever carries what it must not."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.speakers import Recorder, Spoken
from audio.telling import Teller
from audio.utterance import IndiscreetError
from audio.voice import Voice
from sim.stage.bench import Bench
from sim.stage.samples import CARD, SAMPLES
from sim.stage.settings import own_design
from sim.stage.voices import Speech, recorded
from sim.world.visits import VISITS
from terminal import events as ev
from terminal import session as s
from terminal.flow import step
from terminal.privacy import ALLOWED
from terminal.sound import channel, plugged
from tests.audio.material import catalogues, pinyin

DESIGN = own_design()
PIN = VISITS["standard"].wish.pins[0]
ENDED = (s.Idle, s.OutOfService)


class Visit:
    """Somebody at a machine with a headset and twelve keys."""

    def __init__(self, language: str = "zh") -> None:
        self.machine = Bench(design=DESIGN, speech=recorded).boot().ready().waits(1.0)
        self.heard = 0
        self.happens(ev.HeadsetPlugged(), 60.0)
        if language == "en":
            self.keys("2", seconds=20.0)
        self.machine.does("insert:lin").run(lambda now: isinstance(now.phase, s.EnteringPin))
        self.machine.waits(15.0)

    def happens(self, event: ev.Event, seconds: float) -> "Visit":
        self.machine.terminal.handle(event, self.machine.clock.now())
        self.machine.waits(seconds)
        return self

    def keys(self, keys: Sequence[str], seconds: float = 15.0) -> "Visit":
        for key in keys:
            self.machine.does(f"key:{key}").waits(0.7)
        self.machine.waits(seconds)
        return self

    def at_review(self) -> "Visit":
        self.keys(PIN).keys(("enter",)).keys("500").new()
        return self.keys(("enter",))

    def until(self, *phases: type) -> "Visit":
        self.machine.run(lambda now: isinstance(now.phase, phases)).waits(15.0)
        return self

    def new(self) -> list[Spoken]:
        """What was said since the last time, to its end or not."""
        said = list(self.machine.voice.spoken())
        before, self.heard = self.heard, len(said)
        return said[before:]


def text(spoken: Sequence[Spoken]) -> str:
    return " ".join(one.text for one in spoken)


@pytest.mark.parametrize(
    ("language", "review", "outcome"),
    [
        (
            "zh",
            "取款五百元整，是一百元五张，从尾号零一一七的卡取。",
            "取款五百元整，从您的账户里扣。",
        ),
        (
            "en",
            "five notes of one hundred yuan, from the card ending zero one one seven.",
            "You took five hundred",
        ),
    ],
)
def test_a_withdrawal_by_ear_and_twelve_keys(language: str, review: str, outcome: str) -> None:
    visit = Visit(language)
    visit.keys(PIN)
    assert "六位" in text(visit.new()) or language == "en"
    visit.keys(("enter",)).keys("500", 5.0)
    assert not visit.new()[-1].interrupted
    visit.keys(("enter",))
    assert review in text(visit.new())
    visit.keys(("enter",), 1.0).until(s.TakingCard)
    visit.machine.does("take_card")
    visit.until(s.TakingNotes, s.Counting).new()
    visit.machine.does("take_notes")
    visit.keys(("enter",), 20.0)
    assert outcome in text(visit.new())
    visit.until(*ENDED).machine.waits(60.0)
    assert visit.new() == []
    spoken = visit.machine.voice.spoken()
    assert {one.channel for one in spoken} == {"headset"}
    assert PIN not in text(spoken)


def test_a_pulled_plug_in_the_middle_of_the_review_takes_the_amount_nowhere_else() -> None:
    visit = Visit().at_review()
    visit.keys("*", 2.0).new()
    visit.happens(ev.HeadsetUnplugged(), 30.0)
    cut, said = visit.new()
    assert (cut.channel, cut.interrupted, cut.privacy) == ("headset", True, "P2")
    assert (said.channel, said.text) == ("loudspeaker", "耳机已拔出。")
    visit.until(s.TakingCard).machine.does("take_card").waits(60.0)
    assert visit.new() == [], "the time ran out, and the card came back with its tone"


def test_a_plug_that_goes_back_in_goes_on_with_the_same_screen() -> None:
    visit = Visit().at_review()
    visit.happens(ev.HeadsetUnplugged(), 5.0).new()
    visit.happens(ev.HeadsetPlugged(), 60.0)
    assert "取款五百元整" in text(visit.new())
    visit.keys(("enter",), 1.0).until(s.TakingCard)
    assert "请取卡" in text(visit.new())


@pytest.mark.parametrize(
    ("key", "said"), [("softer", "音量，一档。"), ("louder", "音量，六档。"), ("#", "语速，五档。")]
)
def test_a_step_beyond_the_last_is_said_too(key: str, said: str) -> None:
    visit = Visit()
    for _ in range(7 if key != "#" else 1):
        visit.happens(ev.KeyPressed(key), 4.0)
    assert visit.new()[-1].text == said


# --- at random ------------------------------------------------------------------------------------

CHOICES = (
    "confirm", "change", "clear", "back", "help", "close", "sound", "view", "louder", "softer",
    "rate", "speech", "curtain", "more", "read_aloud", "repeat", "more_time", "go_on",
    "return_card", "count_right", "count_wrong", "understood", "other_amount",
)  # fmt: skip
KEYS = (*"0123456789*#", "enter", "clear", "cancel", "help", "louder", "softer")

event_lists = st.lists(
    st.one_of(
        st.builds(ev.HeadsetPlugged),
        st.builds(ev.HeadsetUnplugged),
        st.builds(ev.SoundLost, st.sampled_from(("headset", "loudspeaker"))),
        st.builds(ev.SoundBack, st.sampled_from(("headset", "loudspeaker"))),
        st.builds(ev.Chosen, st.sampled_from(CHOICES)),
        st.builds(ev.Chosen, st.just("language"), st.sampled_from(("zh", "en", "ru"))),
        st.builds(ev.Chosen, st.just("profile"), st.sampled_from(("standard", "elder"))),
        st.builds(ev.KeyPressed, st.sampled_from(KEYS)),
        st.builds(ev.PinDigits, st.integers(0, 6)),
        st.builds(ev.Reminded, st.integers(1, 3)),
        st.builds(ev.AskedForMore),
        st.builds(ev.TimedOut),
        st.builds(ev.CardAtGate),
        st.builds(ev.CardTaken),
    ),
    max_size=25,
)

SECRETS = ("一千五百", "一千四百", "四千九百九十", "零一二三", "二零四八一七", "五千")
"""Amounts, the tail of the card and the number to quote of the samples."""


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(SAMPLES)), event_lists, st.floats(0.0, 6.0))
def test_no_channel_ever_carries_what_it_must_not(
    name: str, events: list[ev.Event], pause: float
) -> None:
    recorder = Recorder()
    speech = Speech(Voice(recorder, catalogues(), pinyin(), DESIGN.profiles))
    session, now = replace(SAMPLES[name], visit="a" * 32), 100.0
    starts: list[tuple[float, s.Session]] = []
    speech.show(session, now)
    for event in events:
        starts.append((now, session))
        after, effects = step(session, event, now)
        speech.heard(session, event, after, effects, now)
        speech.show(after, now)
        session = after
        starts.append((now, session))
        now = run(speech, now, pause)
    run(speech, now, 60.0)
    for one in recorder.spoken:
        there = next(
            held for at, held in reversed([(100.0, SAMPLES[name]), *starts]) if at <= one.at
        )
        assert one.privacy in ALLOWED[one.channel]
        assert one.channel == channel(there.sound)
        if there.sound.muted:
            assert one.text in told_of_the_headset(), one.text
        if one.channel == "loudspeaker":
            assert not [secret for secret in SECRETS if secret in one.text]
        assert CARD.pan.last4 not in one.text


def run(speech: Speech, now: float, seconds: float) -> float:
    """Lets speech take its time."""
    until = now + seconds
    while (due := speech.due(now)) <= until:
        now = max(now, due)
        speech.poll(now)
    return until


def told_of_the_headset() -> set[str]:
    return {catalogues()["zh"].speech(key) for key in ("unplugged", "headset_lost")} | {
        catalogues()["en"].speech(key) for key in ("unplugged", "headset_lost")
    }


def test_a_mistake_in_the_channel_would_stop_the_program() -> None:
    """The guard is at the speaker too: what the headset may carry does not begin on the loudspeaker."""
    session = replace(SAMPLES["review"], sound=plugged(SAMPLES["review"].sound))
    said = Teller(catalogues(), pinyin()).screen(session, "headset", with_banner=False)
    recorder = Recorder()
    with pytest.raises(IndiscreetError):
        recorder.start(said[0], "loudspeaker", DESIGN.profiles["elder"], 0.0)
    with pytest.raises(IndiscreetError):
        recorder.start(said[0], "headset", DESIGN.profiles["elder"], 0.0)
