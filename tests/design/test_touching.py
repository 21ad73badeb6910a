"""The designer's mouse as another hand: what the machine hears of a press."""

import numpy as np
import pygame
import pytest

from audio.clips import Clip
from audio.outputs import Outputs
from sim.design.sound import EAR_NAMES, OtherEars
from sim.design.touching import CONTACT_SECONDS, NAMES, Touching
from sim.senses.hearing import heard
from sim.senses.models import EARS

PX_PER_MM = 3.0
DOWN, UP = pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP


def press(kind: int, x: int = 300, y: int = 200) -> pygame.event.Event:
    return pygame.event.Event(kind, pos=(x, y), button=1)


def hand(name: str) -> Touching:
    made = Touching()
    made.choose(name)
    return made


def test_the_designers_own_hand_changes_nothing() -> None:
    events = [press(DOWN), press(UP)]
    assert hand("own").through(events, 1.0, PX_PER_MM) == events


def test_a_short_touch_with_a_glove_is_not_felt_and_a_long_one_lands_near() -> None:
    glove = hand("glove")
    assert glove.through([press(DOWN)], 1.0, PX_PER_MM) == []
    assert glove.through([press(UP)], 1.1, PX_PER_MM) == []
    assert glove.through([press(DOWN)], 2.0, PX_PER_MM) == []
    felt = glove.through([], 2.2, PX_PER_MM) + glove.through([press(UP)], 2.3, PX_PER_MM)
    assert [event.type for event in felt] == [DOWN, UP]
    assert felt[0].pos == felt[1].pos != (300, 200)
    assert np.hypot(felt[0].pos[0] - 300, felt[0].pos[1] - 200) <= 4.0 * PX_PER_MM + 1


def test_a_trembling_hand_moves_what_it_presses_and_presses_again_now_and_then() -> None:
    tremor, came = hand("tremor"), []
    for number in range(7):
        at = 10.0 * number
        came += tremor.through([press(DOWN)], at + 0.03, PX_PER_MM)
        came += tremor.through([press(UP)], at + 0.13, PX_PER_MM)
        came += tremor.through([], at + 0.34, PX_PER_MM)
        came += tremor.through([], at + 0.34 + CONTACT_SECONDS, PX_PER_MM)
    assert [event.type for event in came] == [DOWN, UP] * 8
    assert len({event.pos for event in came}) >= 4


def test_what_another_hand_would_still_do_ends_with_it() -> None:
    glove = hand("glove")
    glove.through([press(DOWN)], 1.0, PX_PER_MM)
    glove.choose("own")
    assert glove.through([], 2.0, PX_PER_MM) == []


def test_other_buttons_wheels_and_fingers_are_left_alone() -> None:
    others = [
        pygame.event.Event(DOWN, pos=(1, 2), button=3),
        pygame.event.Event(pygame.FINGERDOWN, x=0.5, y=0.5, finger_id=1, touch_id=1),
    ]
    for name in NAMES:
        assert hand(name).through(others, 1.0, PX_PER_MM) == others


def test_the_voice_is_played_as_other_ears_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[Clip] = []

    def speak(self: Outputs, clip: Clip, gain: float, now: float) -> bool:
        played.append(clip)
        return True

    monkeypatch.setattr(Outputs, "speak", speak)
    ears, clip = OtherEars(), Clip((9_000 * np.sin(np.arange(4_000))).astype("<i2").tobytes())
    for ear in (None, EARS[0]):
        ears.ear = ear
        ears.speak(clip, 1.0, 0.0)
    assert played == [clip, heard(clip, EARS[0])]
    assert played[0] != played[1]
    assert EAR_NAMES[0] == "own"
