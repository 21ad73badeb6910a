"""The keys reach every target of every screen, and can always leave."""

from dataclasses import replace

from sim.stage.samples import SAMPLES
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.flow import step
from terminal.focus import focused, targets
from tests.each import each


def press(session: s.Session, key: str) -> s.Session:
    return step(session, ev.KeyPressed(key), 10.0)[0]


LOOKED_AT = [name for name, shown in SAMPLES.items() if not shown.sound.headset]
"""In the headset `#` is the speed, and digits choose (tests/laws/test_reach.py)."""


@each("name", LOOKED_AT)
def test_every_target_is_stood_on_once_and_then_none(name: str) -> None:
    start = session = replace(SAMPLES[name], focus=0)
    stood: list[ev.Chosen] = []
    for _ in targets(start):
        session = press(session, "#")
        here = focused(session)
        assert here is not None
        stood.append(here)
    assert tuple(stood) == targets(start)
    assert len(set(stood)) == len(stood)
    assert focused(press(session, "#")) is None


@each("name", SAMPLES)
def test_enter_presses_what_is_stood_on(name: str) -> None:
    start = replace(SAMPLES[name], focus=0)
    for place, target in enumerate(targets(start), start=1):
        by_key = step(replace(start, focus=place), ev.KeyPressed("enter"), 10.0)
        by_glass = step(start, target, 10.0)
        assert replace(by_key[0], focus=0) == replace(by_glass[0], focus=0), target
        held = tuple(e for e in by_key[1] if not isinstance(e, fx.HoldPin))
        assert held == tuple(e for e in by_glass[1] if not isinstance(e, fx.HoldPin)), target


def test_another_screen_begins_without_focus() -> None:
    session = press(SAMPLES["choose_amount"], "#")
    assert session.focus == 1
    reviewing = press(session, "enter")
    assert isinstance(reviewing.phase, s.Reviewing)
    assert reviewing.focus == 0


def test_a_digit_typed_leaves_the_focus() -> None:
    session = press(press(SAMPLES["enter_amount"], "#"), "5")
    assert session.focus == 0
    assert getattr(session.phase, "typed", None) == 5


def test_the_pad_gives_up_enter_while_the_focus_stands_on_something() -> None:
    session = SAMPLES["enter_pin_4_digits"]
    session, effects = step(session, ev.KeyPressed("#"), 10.0)
    assert effects == (fx.HoldPin(True),)
    session, effects = step(session, ev.PinDigits(5), 11.0)
    assert effects == (fx.HoldPin(False),)
    assert (session.focus, getattr(session.phase, "digits", None)) == (0, 5)


def test_the_size_can_be_pressed_again_without_going_round() -> None:
    session = replace(SAMPLES["view_over_choose_amount"], focus=1)
    session = press(press(session, "enter"), "enter")
    assert session.look.wishes.size_percent == 150
    assert session.focus == 1


def test_a_page_is_turned_and_another_screen_begins_with_the_first() -> None:
    session, _ = step(SAMPLES["choose_amount"], ev.Chosen("page", 1), 10.0)
    assert session.page == 1
    session, _ = step(session, ev.Chosen("amount", 50_000), 11.0)
    assert session.page == 0


def test_the_standard_version_is_the_way_out_of_every_wish() -> None:
    session = SAMPLES["choose_amount"]
    for wish in (
        ev.Chosen("size", 200),
        ev.Chosen("seated", 1),
        ev.Chosen("profile", "low_vision"),
        ev.Chosen("contrast", "white_on_black"),
    ):
        session, _ = step(session, wish, 10.0)
    assert session.look.profile == "low_vision"
    session, _ = step(session, ev.Chosen("profile", "standard"), 11.0)
    assert session.look.wishes == s.Look().wishes
    assert session.phase == SAMPLES["choose_amount"].phase
