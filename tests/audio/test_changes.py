"""A screen that changes under somebody's hands: what is said of it in a headset, and what a loudspeaker may."""

from typing import cast

import pytest

from sim.stage.samples import SAMPLES
from terminal import session as s
from terminal.flows.escrow_screens import Inserting
from terminal.flows.exchange import Choosing
from terminal.flows.transfer.phases import EnteringSum
from terminal.sound import Sound
from terminal.values import replace
from tests.audio.test_voice import ELDER, Listener

IN_A_HEADSET = Sound(jack=True)


def told(*screens: s.Session) -> list[str]:
    """What is said of the last of these, after the others were told."""
    listener = Listener()
    for one in screens[:-1]:
        listener.shows(one).waits(200)
    before = len(listener.texts)
    listener.shows(screens[-1]).waits(200)
    return listener.texts[before:]


def heard(name: str, sound: Sound = IN_A_HEADSET) -> s.Session:
    return replace(SAMPLES[name], sound=sound, look=ELDER)


def with_phase(session: s.Session, **fields: object) -> s.Session:
    return replace(session, phase=replace(session.phase, **fields))  # type: ignore[type-var]


def noted(session: s.Session, *counts: tuple[int, int]) -> s.Session:
    held = cast(Inserting, session.phase).held
    return with_phase(session, held=replace(held, counts=counts))


def test_another_mix_is_told_before_it_is_agreed_to() -> None:
    first, other = heard("exchange_choosing"), heard("exchange_choosing_many")
    assert isinstance(first.phase, Choosing)
    assert isinstance(other.phase, Choosing)
    said = "".join(told(first, other))
    assert "十元，三张" in said
    assert "五十元，二张" not in said


def test_a_second_note_is_told_by_the_sum_alone() -> None:
    screen = heard("deposit_inserting_more")
    one, two = noted(screen, (10_000, 1)), noted(screen, (5_000, 1), (10_000, 1))
    assert told(one, two) == ["现在一共一百五十元整。"]


def test_notes_that_come_fast_cut_the_sum_before_them_short() -> None:
    listener, screen = Listener(), heard("deposit_inserting_more")
    listener.shows(noted(screen, (10_000, 1))).waits(200).shows(noted(screen, (10_000, 2))).waits(1)
    listener.shows(noted(screen, (10_000, 3))).waits(200)
    assert listener.texts[-1] == "现在一共三百元整。"
    assert [one.interrupted for one in listener.record.spoken[-2:]] == [True, False]


def test_a_second_note_that_comes_back_is_told_like_the_first() -> None:
    screen = heard("deposit_inserting_refused")
    again = told(screen, with_phase(screen, refused=2))
    assert "有一张退给您了" in "".join(again)


@pytest.mark.parametrize("name", ["transfer_sum", "transfer_sum_insufficient"])
def test_what_is_typed_for_a_transfer_is_told_key_by_key(name: str) -> None:
    screen = heard(name)
    assert isinstance(screen.phase, EnteringSum)
    two, twenty = with_phase(screen, typed=2), with_phase(screen, typed=20)
    assert told(screen, two) == ["现在是两元整。"]
    assert told(screen, two, twenty) == ["现在是二十元整。"]
    assert told(twenty, screen) == ["已清除，请重新输入。"]


def test_the_next_services_are_told_with_their_keys() -> None:
    first, second = heard("menu_0"), heard("menu_1")
    said = "".join(told(first, second))
    assert "要办什么" not in said
    assert "，按一。" in said


ALOUD = Sound(aloud=True)
LOUDSPEAKER = Sound()


def test_the_loudspeaker_says_that_there_is_something_new_and_never_how_much() -> None:
    first, other = (
        heard("exchange_choosing", LOUDSPEAKER),
        heard("exchange_choosing_many", LOUDSPEAKER),
    )
    assert told(first, other) == ["换成这些零钱，可以吗？请看屏幕。可以，请按换零钱。"]
    screen = heard("deposit_inserting_more", LOUDSPEAKER)
    assert told(noted(screen, (10_000, 1)), noted(screen, (10_000, 2))) == [
        "又点好一张，数目在屏幕上。"
    ]


def test_read_to_me_goes_on_as_long_as_its_screen() -> None:
    screen = heard("deposit_inserting_more", ALOUD)
    assert told(noted(screen, (10_000, 1)), noted(screen, (10_000, 2))) == ["现在一共两百元整。"]
    first, other = heard("exchange_choosing", ALOUD), heard("exchange_choosing_many", ALOUD)
    assert "十元，三张" in "".join(told(first, other))


def test_typing_is_not_said_by_a_loudspeaker() -> None:
    screen = heard("transfer_sum", LOUDSPEAKER)
    assert told(screen, with_phase(screen, typed=2)) == []
