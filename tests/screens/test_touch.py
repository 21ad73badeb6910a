"""The hand on the glass: lift-off, guard, arming, slop, one press once; and the keys of the pad."""

import pygame
import pytest

from screens.audio_module import AUDIONAV, acts_by_code
from screens.layout import Box, Layout, Rect
from screens.touch import (
    Act,
    Hand,
    Pointer,
    Rules,
    hit,
    key_act,
    offset_percent,
    pointers,
    shown,
    touch,
)
from terminal.events import Chosen, Touched, TouchMeasured

YES, NO = Chosen("yes"), Chosen("no")
RULES = Rules(guard_seconds=0.5, arming_seconds=0.6, slop_px=10)
SCREEN = Layout(
    200,
    100,
    "first",
    (
        Box(Rect(20, 20, 60, 60), "choice", event=YES),
        Box(Rect(100, 20, 60, 60), "choice", event=NO),
        Box(Rect(170, 20, 20, 60), "off"),
    ),
    True,
)
ON_YES, ON_NO, BESIDE = (50, 50), (130, 50), (5, 5)
SIZE = (200, 100)


class Glass:
    """A hand on one screen, with a clock that is told."""

    def __init__(self, rules: Rules = RULES) -> None:
        self.rules = rules
        self.hand = shown(Hand(), SCREEN, rules, 0.0)
        self.said: list[Chosen | Touched] = []
        self.measured: list[TouchMeasured] = []

    def does(self, kind: str, at: tuple[int, int], now: float, which: int = 0) -> "Glass":
        assert kind in ("down", "move", "up")
        pointer = Pointer(kind, *at, which)  # type: ignore[arg-type]
        self.hand, said = touch(self.hand, SCREEN, self.rules, pointer, now)
        for one in said:
            if isinstance(one, TouchMeasured):
                self.measured.append(one)
            else:
                self.said.append(one)
        return self

    def press(self, at: tuple[int, int], now: float) -> "Glass":
        return self.does("down", at, now).does("up", at, now + 0.08)


def test_a_press_acts_when_it_is_lifted_and_shows_at_once() -> None:
    glass = Glass().does("down", ON_YES, 1.0)
    assert glass.hand.pressed == YES
    assert glass.said == []
    glass.does("up", ON_YES, 1.1)
    assert glass.said == [YES]
    assert glass.hand.pressed is None


def test_sliding_off_cancels_and_is_a_sign_of_presence() -> None:
    glass = Glass().does("down", ON_YES, 1.0).does("move", BESIDE, 1.1)
    assert glass.hand.pressed is None
    assert glass.does("up", BESIDE, 1.2).said == [Touched()]


def test_sliding_onto_another_target_chooses_neither() -> None:
    assert Glass().does("down", ON_YES, 1.0).does("up", ON_NO, 1.1).said == [Touched()]


def test_sliding_back_before_lifting_acts() -> None:
    glass = Glass().does("down", ON_YES, 1.0).does("move", BESIDE, 1.1).does("move", ON_YES, 1.2)
    assert glass.hand.pressed == YES
    assert glass.does("up", ON_YES, 1.3).said == [YES]


@pytest.mark.parametrize(("later", "times"), [(0.1, 1), (0.4, 1), (0.6, 2)])
def test_the_same_press_within_the_guard_counts_once(later: float, times: int) -> None:
    glass = Glass().press(ON_YES, 1.0).press(ON_YES, 1.08 + later)
    assert glass.said == [YES] * times


def test_another_target_is_not_guarded() -> None:
    assert Glass().press(ON_YES, 1.0).press(ON_NO, 1.2).said == [YES, NO]


@pytest.mark.parametrize(("at", "said"), [(0.1, []), (0.55, []), (0.65, [YES])])
def test_a_new_screen_takes_no_press_before_it_is_armed(at: float, said: list[Chosen]) -> None:
    assert Glass().press(ON_YES, at).said == said


def test_a_press_begun_on_the_old_screen_does_nothing_on_the_new() -> None:
    glass = Glass().does("down", ON_YES, 1.0)
    after = Layout(200, 100, "second", SCREEN.boxes, True)
    glass.hand = shown(glass.hand, after, RULES, 1.05)
    assert glass.does("up", ON_YES, 2.0).said == []


def test_typing_on_the_same_screen_does_not_arm_it_again() -> None:
    hand = shown(Hand(), SCREEN, RULES, 0.0)
    assert shown(hand, SCREEN, RULES, 5.0) is hand


def test_beside_every_target_is_a_touch_that_chose_nothing() -> None:
    assert Glass().press(BESIDE, 1.0).said == [Touched()]


def test_what_is_dimmed_chooses_nothing() -> None:
    assert Glass().press((182, 50), 1.0).said == [Touched()]


@pytest.mark.parametrize(
    ("at", "target"),
    [((84, 50), YES), ((88, 50), YES), ((97, 50), NO), ((12, 50), YES), ((5, 50), None)],
)
def test_a_near_miss_goes_to_the_nearest_within_the_slop(
    at: tuple[int, int], target: Chosen | None
) -> None:
    assert hit(SCREEN, Pointer("down", *at), 10) == target


def test_two_targets_that_compete_get_nothing() -> None:
    assert hit(SCREEN, Pointer("down", 89, 50), 20) is None
    assert Glass(Rules(0.5, 0.6, 20)).press((89, 50), 1.0).said == [Touched()]


def test_one_finger_at_a_time() -> None:
    glass = Glass().does("down", ON_YES, 1.0, which=1).does("down", ON_NO, 1.05, which=2)
    glass.does("up", ON_NO, 1.1, which=2).does("up", ON_YES, 1.2, which=1)
    assert glass.said == [YES]


def test_a_finger_whose_lifting_was_lost_does_not_block_the_glass() -> None:
    glass = Glass().does("down", ON_YES, 1.0, which=1)
    glass.does("down", ON_NO, 20.0, which=2).does("up", ON_NO, 20.1, which=2)
    assert glass.said == [NO]


# --- how a touch was made -----------------------------------------------------------------------


def test_a_press_is_measured_when_it_is_lifted_and_told_before_what_it_chose() -> None:
    hand = shown(Hand(), SCREEN, RULES, 0.0)
    hand, said = touch(hand, SCREEN, RULES, Pointer("down", 65, 50), 1.0)
    assert said == ()
    _, said = touch(hand, SCREEN, RULES, Pointer("up", 65, 50), 1.3)
    assert said == (TouchMeasured(missed=False, contact_ms=300, offset_percent=53), YES)


def test_a_press_beside_every_target_is_a_miss() -> None:
    assert Glass().press(BESIDE, 1.0).measured == [TouchMeasured(missed=True, contact_ms=80)]


def test_the_same_press_again_within_the_guard_is_a_bounce() -> None:
    glass = Glass().press(ON_YES, 1.0).press(ON_YES, 1.2)
    assert [one.bounced for one in glass.measured] == [False, True]


def test_a_press_before_the_screen_is_armed_is_not_measured() -> None:
    glass = Glass().press(ON_YES, 0.1)
    assert glass.measured == []
    glass.press(BESIDE, 0.2).press(ON_YES, 1.0)
    assert len(glass.measured) == 1


def test_every_touch_is_measured_once() -> None:
    glass = Glass().does("down", ON_YES, 1.0).does("move", BESIDE, 1.1).does("up", BESIDE, 1.2)
    assert len(glass.measured) == 1
    assert len(glass.press(ON_NO, 2.0).measured) == 2


@pytest.mark.parametrize(
    ("x", "y", "percent"), [(20, 20, 100), (49, 50, 2), (79, 50, 100), (50, 65, 53), (20, 49, 100)]
)
def test_the_offset_is_from_the_middle_in_percent_of_the_half_size(
    x: int, y: int, percent: int
) -> None:
    assert offset_percent(Rect(20, 20, 60, 60), Pointer("down", x, y)) == percent


# --- pygame's events --------------------------------------------------------------------------


def mouse(kind: int, pos: tuple[int, int], made_up: bool = False) -> pygame.event.Event:
    return pygame.event.Event(kind, pos=pos, button=1, touch=made_up)


def finger(kind: int, x: float, y: float, touch_id: int = 3) -> pygame.event.Event:
    return pygame.event.Event(kind, touch_id=touch_id, finger_id=0, x=x, y=y, dx=0, dy=0)


def test_a_touchscreen_press_counts_once() -> None:
    events = [
        finger(pygame.FINGERDOWN, 0.25, 0.5),
        mouse(pygame.MOUSEBUTTONDOWN, ON_YES, made_up=True),
        finger(pygame.FINGERUP, 0.25, 0.5),
        mouse(pygame.MOUSEBUTTONUP, ON_YES, made_up=True),
    ]
    assert list(pointers(events, SIZE)) == [Pointer("down", 50, 50, 0), Pointer("up", 50, 50, 0)]


def test_a_mouse_press_counts_once_when_a_finger_is_made_up_for_it() -> None:
    events = [
        mouse(pygame.MOUSEBUTTONDOWN, ON_YES),
        finger(pygame.FINGERDOWN, 0.25, 0.5, touch_id=-1),
        mouse(pygame.MOUSEBUTTONUP, ON_YES),
        finger(pygame.FINGERUP, 0.25, 0.5, touch_id=-1),
    ]
    assert [pointer.kind for pointer in pointers(events, SIZE)] == ["down", "up"]


def test_only_the_left_button_presses() -> None:
    right = pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=ON_YES, button=3, touch=False)
    assert list(pointers([right], SIZE)) == []


def key(code: int, mod: int = 0, text: str = "") -> Act | None:
    pressed = pygame.event.Event(pygame.KEYDOWN, key=code, mod=mod, unicode=text)
    return key_act(pressed, acts_by_code(AUDIONAV))


def test_the_keys_of_the_pad_are_acts_and_never_presses_on_the_glass() -> None:
    assert key(pygame.K_5, text="5") == Act("key:5")
    assert key(pygame.K_KP7) == Act("key:7")
    assert key(pygame.K_RETURN) == Act("key:enter")
    assert key(pygame.K_BACKSPACE) == Act("key:clear")
    assert key(pygame.K_DELETE) == Act("key:cancel")
    assert key(pygame.K_F1) == Act("key:help")
    assert key(pygame.K_8, pygame.KMOD_LSHIFT, "*") == Act("key:*")
    assert key(pygame.K_3, pygame.KMOD_LSHIFT) == Act("key:#")


@pytest.mark.parametrize("mod", [pygame.KMOD_LALT, pygame.KMOD_LCTRL, pygame.KMOD_LMETA])
def test_no_chord_does_anything(mod: int) -> None:
    codes = [getattr(pygame, name) for name in dir(pygame) if name.startswith("K_")]
    assert {key(code, mod) for code in codes} == {None}


def test_every_key_outside_the_pad_is_nothing() -> None:
    codes = {getattr(pygame, name) for name in dir(pygame) if name.startswith("K_")}
    acts = [act.name for code in codes if (act := key(code))]
    names = {"enter", "clear", "cancel", "help", "*", "#", *"0123456789", "louder", "softer"}
    jack = {"plug_headset"}  # F16 has no name in pygame; nor have the keys for the loudness
    assert {act.removeprefix("key:") for act in acts} == names | jack


def test_the_keys_of_an_audio_module_are_the_plug_and_the_keys_beside_it() -> None:
    usages = {"plug_headset": 0x6A, "pull_headset": 0x6B, "key:help": 0x72}
    usages |= {"key:louder": 0x80, "key:softer": 0x81}
    for act, usage in usages.items():
        assert key(1 << 30 | usage) == Act(act)
    assert pygame.K_F15 == 1 << 30 | 0x6A


def test_a_module_that_types_other_keys_is_understood_by_its_table() -> None:
    table = acts_by_code({"plugged": "f13", "repeat": "left"})
    pressed = [pygame.event.Event(pygame.KEYDOWN, key=code, mod=0, unicode="") for code in MODULE]
    assert [key_act(one, table) for one in pressed] == [
        Act("plug_headset"),
        Act("key:*"),
        None,
    ]


MODULE = (pygame.K_F13, pygame.K_LEFT, pygame.K_F15)
