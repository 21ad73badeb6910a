"""Over whole random visits, no channel carries what it must not (accessibility.md AUD-04, AUD-05, AUD-11).

Somebody at a real machine in a simulated world plugs, pulls, types, presses, asks for help, reads aloud,
loses their headset and walks away, in any order. What must not be heard is looked for in the words that
were said, not in what the program says of them. A run that fails prints its moves."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from audio.speakers import Recorder, Spoken
from sim.stage.bench import Bench, StoryStuckError
from sim.stage.settings import Design, own_design
from sim.stage.voices import Speech, voice_with
from sim.world.visits import VISITS
from terminal import events as ev
from terminal import session as s
from terminal.privacy import Channel
from terminal.sound import Sound
from tests.journeys.ears import DESIGN

CARD, PIN = "lin", VISITS["standard"].wish.pins[0]
LAST4 = ("0117", "零一一七", "zero one one seven")
ZH, EN = "零一二三四五六七八九", "zero one two three four five six seven eight nine"
PIN_WORDS = (
    PIN,
    "".join(ZH[int(digit)] for digit in PIN),
    " ".join(EN.split(" ")[int(digit)] for digit in PIN),
)
AMOUNTS: Mapping[str, tuple[str, ...]] = {
    "300": ("300", "三百元", "three hundred yuan"),
    "255": ("255", "两百五十五元", "two hundred fifty-five yuan", "two hundred and fifty-five"),
    "4000": ("4000", "四千元", "four thousand yuan"),
}
"""What is typed, and how a person would say it."""

MOVES = (
    "plug_headset", "pull_headset", "plug_headset", "pull_headset",
    "insert:lin", "take_card", "take_notes",
    "pin", "wrong pin", "300", "255", "4000", "enter", "enter", "clear", "cancel", "help",
    "key:1", "key:2", "key:3", "key:9", "key:0", "key:*", "key:#", "key:louder", "key:softer",
    "press:read_aloud", "press:profile:elder", "press:language:en", "press:go_on", "press:sound",
    "press:confirm", "press:count_wrong", "press:count_right", "press:more_time",
    "lost", "back", "wait:1", "wait:6", "wait:40", "wait:100",
)  # fmt: skip

SENSIBLE = (
    "plug_headset", "insert:lin", "wait:6", "pin", "enter", "wait:6", "300", "enter", "wait:6",
    "enter", "wait:6", "take_card", "wait:6", "wait:6", "take_notes", "enter", "wait:40",
)  # fmt: skip
"""A whole visit; a random one is this with moves put in and others left out."""


@dataclass
class Overheard:
    """A machine, what it said and sounded, and how its sound stood when."""

    machine: Bench
    recorder: Recorder
    stood: list[tuple[float, Sound, str]] = field(default_factory=list)
    moved: list[tuple[float, str]] = field(default_factory=list)

    def at(self, instant: float) -> list[Sound]:
        """How the sound stood at an instant: what became so then, and what was so before."""
        before = [(at, sound) for at, sound, _ in self.stood if at <= instant]
        last = before[-1][0] if before else instant
        return [sound for at, sound in before if at == last] or [self.stood[0][1]]


def overheard(design: Design = DESIGN) -> Overheard:
    recorder = Recorder()
    machine = Bench(
        design=design, speech=lambda d: Speech(voice_with(recorder, d), recorder.spoken)
    )
    seen = Overheard(machine.boot().ready().waits(1.0), recorder)

    def look(session: s.Session, now: float) -> None:
        if not seen.stood or seen.stood[-1][1:] != (session.sound, session.visit):
            seen.stood.append((now, session.sound, session.visit))

    machine.terminal.listeners.append(lambda _, __, after, ___, now: look(after, now))
    look(machine.session, machine.clock.now())
    return seen


def moves(seen: Overheard, move: str) -> None:
    """One move of somebody at the machine; what cannot be done now is not done."""
    machine, (verb, _, what) = seen.machine, move.partition(":")
    listens = machine.session.sound.headset and bool(machine.session.visit)
    if verb != "wait" and (listens or move not in ("pull_headset", "lost")):
        seen.moved.append((machine.clock.now(), move))
    keys = {"pin": PIN, "wrong pin": "135790", "300": "300", "255": "255", "4000": "4000"}
    if move in keys:
        machine.does(*(f"key:{digit}" for digit in keys[move]))
    elif move in ("enter", "clear", "cancel", "help"):
        machine.does(f"key:{move}")
    elif verb == "wait":
        machine.waits(float(what))
    elif verb == "press":
        name, _, value = what.partition(":")
        machine.presses(name, value or None)
    elif move in ("lost", "back"):
        event = ev.SoundLost("headset") if move == "lost" else ev.SoundBack("headset")
        machine.glass.pressed.append(event)
        machine.waits(0.5)
    else:
        try:
            machine.does(move)
        except StoryStuckError:
            machine.waits(0.5)


@st.composite
def visits(draw: st.DrawFn) -> list[str]:
    """A sensible visit with some moves left out and others put in, and now and then a plug pulled."""
    made = list[str]()
    for move in SENSIBLE:
        made += draw(st.lists(st.sampled_from(MOVES), max_size=2))
        if draw(st.integers(0, 9)):
            made.append(move)
        if draw(st.integers(0, 9)) == 0:
            made += ["pull_headset", "wait:100", "wait:100"]
    return made


def said_of(words: Sequence[str], text: str) -> bool:
    return any(re.search(rf"(?<!\d){re.escape(one)}", text) for one in words)


def breaches(seen: Overheard) -> list[str]:
    """Everything that was heard where it must not be."""
    return [f"{why}: {one}" for one in seen.recorder.spoken for why in wrong_with(seen, one)]


def wrong_with(seen: Overheard, one: Spoken) -> list[str]:
    sounds = seen.at(one.at)
    during = [sound for at, sound, _ in seen.stood if one.at < at < one.until]
    private = one.channel == "headset"
    amounts = [words for words in AMOUNTS.values() if said_of(words, one.text)]
    return [
        why
        for why, is_so in {
            "the PIN": said_of(PIN_WORDS, one.text),
            "the card's number on the loudspeaker": not private and said_of(LAST4, one.text),
            "an amount that nobody asked to hear": one.channel == "loudspeaker" and amounts,
            "aloud without being asked": one.channel == "aloud"
            and not any(sound.aloud for sound in sounds),
            "in a headset that is not in": private and not any(sound.headset for sound in sounds),
            "on the loudspeaker beside a headset": not private
            and all(sound.headset for sound in sounds),
            "goes on without the headset": private and not all(sound.headset for sound in during),
            "the visit after the plug was pulled": not private
            and last_move(seen, one.at) in ("pull_headset", "lost")
            and not one.text.startswith(("耳机", "The headset", "There is no sound")),
        }.items()
        if is_so
    ]


def last_move(seen: Overheard, instant: float) -> str:
    """What somebody did last before an instant, waiting apart."""
    return next((move for at, move in reversed(seen.moved) if at <= instant), "")


MANY, FEWER = 40, 20
"""How many random visits, and how many in `make test`, always the same ones: each has every move in the middle of
a whole visit, and tests/journeys/test_talking.py plays by hand what they do most."""


def test_no_visit_is_overheard(whole: bool) -> None:
    many = settings(
        max_examples=MANY if whole else FEWER,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
    )
    many(nothing_is_overheard)()


@given(visits())
def nothing_is_overheard(made: list[str]) -> None:
    seen = overheard()
    for move in made:
        moves(seen, move)
    seen.machine.waits(300.0)
    assert breaches(seen) == []


def test_most_of_the_random_visits_say_what_is_private_and_are_cut_short() -> None:
    """The sample is worth something: amounts and the card's number are said, the plug is pulled meanwhile."""
    seen = overheard()
    for move in (*SENSIBLE[:9], "wait:1", "pull_headset", "wait:6", "plug_headset", "wait:40"):
        moves(seen, move)
    said = [one for one in seen.recorder.spoken if said_of(LAST4, one.text)]
    assert any(one.interrupted for one in said)
    assert said_of(AMOUNTS["300"], said[0].text)
    assert breaches(seen) == []
    assert [tone.name for tone in seen.recorder.tones].count("digit") == len(PIN)


@pytest.mark.parametrize("way", ["loudspeaker", "aloud", "headset"])
def test_what_is_said_on_another_channel_would_be_seen(way: Channel) -> None:
    seen = overheard()
    for move in SENSIBLE[:10]:
        moves(seen, move)
    seen.machine.does("key:*").waits(30.0)
    review = next(one for one in seen.recorder.spoken if said_of(LAST4, one.text))
    assert breaches(seen) == []
    at = review.at if way != "headset" else 1.5  # before the plug was in
    moved = replace(review, at=at, until=at + 3.0, interrupted=False, channel=way)
    seen.recorder.spoken.append(moved)
    assert breaches(seen) != []


def test_after_the_visit_nothing_is_said_until_somebody_is_there() -> None:
    seen = overheard(own_design())
    for move in SENSIBLE:
        moves(seen, move)
    seen.machine.run(lambda now: isinstance(now.phase, s.Idle))
    ended, told = seen.machine.clock.now(), len(seen.recorder.spoken)
    seen.machine.waits(600.0)
    assert seen.recorder.spoken[told:] == []
    assert all(one.until <= ended for one in seen.recorder.spoken)


def test_two_pins_sound_alike() -> None:
    """The same tones at the same moments, whatever the digits were (AUD-04)."""
    heard = []
    for pin in ("pin", "wrong pin"):
        seen = overheard()
        for move in ("plug_headset", "insert:lin", "wait:20", pin):
            moves(seen, move)
        heard.append((seen.recorder.tones, seen.recorder.spoken))
    assert heard[0] == heard[1]
    assert [tone.name for tone in heard[0][0]].count("digit") == len(PIN)
