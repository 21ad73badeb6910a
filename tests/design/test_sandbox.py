"""Flows on a clock of one's own, and stills that the core answers and nothing obeys."""

from collections.abc import Callable
from typing import cast

import pytest

from audio.speakers import Player
from screens.touch import Act
from sim.design.sandbox import FRAME_SECONDS_MAX, SPEEDS, Sandbox, found
from sim.design.sound import Aloud
from sim.stage.samples import SAMPLES
from sim.stage.settings import own_design
from sim.stage.voices import Speech, voice_with
from sim.world.bank import CUSTOMERS
from terminal import events as ev
from terminal import session as s
from terminal.profile import Waits

DESIGN = own_design()


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(DESIGN)


def passed(sandbox: Sandbox, seconds: float) -> float:
    """How far the machine's clock goes while so much time passes at the desk."""
    before = sandbox.now
    for _ in range(round(seconds / FRAME_SECONDS_MAX)):
        sandbox.advance(FRAME_SECONDS_MAX)
    return sandbox.now - before


def at_the_pin(sandbox: Sandbox) -> None:
    sandbox.advance(FRAME_SECONDS_MAX)
    sandbox.speed = 5.0
    passed(sandbox, 1.0)
    sandbox.heard([Act("insert:chen")])
    passed(sandbox, 2.0)
    assert isinstance(sandbox.session.phase, s.EnteringPin)


def test_time_goes_as_fast_as_wanted_or_not_at_all(sandbox: Sandbox) -> None:
    for speed in SPEEDS:
        sandbox.speed = speed
        assert passed(sandbox, 1.0) == pytest.approx(speed, abs=0.01)
    sandbox.faster(1)
    assert sandbox.speed == SPEEDS[-1]
    sandbox.pause()
    assert passed(sandbox, 5.0) == 0.0


def test_a_whole_visit_can_be_made_as_at_the_machine(sandbox: Sandbox) -> None:
    at_the_pin(sandbox)
    for digit in CUSTOMERS["chen"].pin:
        sandbox.heard([Act(f"key:{digit}")])
        passed(sandbox, 0.5)
    sandbox.heard([Act("key:enter")])
    passed(sandbox, 2.0)
    assert isinstance(sandbox.session.phase, s.ChoosingService)


def test_a_still_is_answered_by_the_core_and_moves_nothing_and_the_visit_waits(
    sandbox: Sandbox,
) -> None:
    at_the_pin(sandbox)
    visit, world = sandbox.bench.session, sandbox.bench.world.snapshot()
    sandbox.jump("review")
    passed(sandbox, 60.0)
    assert isinstance(sandbox.session.phase, s.Reviewing)
    assert sandbox.now == 0.0
    sandbox.heard([ev.Chosen("confirm")])
    assert isinstance(sandbox.session.phase, s.Authorizing)
    assert sandbox.still is not None
    assert sandbox.still.orders == ("MakePinBlock",)
    assert (sandbox.bench.session, sandbox.bench.world.snapshot()) == (visit, world)
    sandbox.back()
    assert sandbox.session is visit


def test_the_time_of_a_still_runs_when_it_is_let(sandbox: Sandbox) -> None:
    sandbox.jump("choose_amount")
    sandbox.look(profile="elder")
    sandbox.pause()
    sandbox.speed = 20.0
    limit = DESIGN.profiles["elder"].patience[Waits.CHOICE].limit
    while sandbox.now < limit + 1.0 and sandbox.session.overlay != "more_time":
        sandbox.advance(FRAME_SECONDS_MAX)
    assert sandbox.session.overlay == "more_time"
    assert sandbox.now == pytest.approx(limit, abs=5.1)


def test_a_look_from_outside_is_kept_over_jumps(sandbox: Sandbox) -> None:
    sandbox.look(profile="low_vision", language="en")
    sandbox.jump("take_notes")
    look = sandbox.session.look
    assert (look.profile, look.language) == ("low_vision", "en")
    sandbox.look(language="ru")
    sandbox.jump(found("balance", "zh")[0])
    assert sandbox.session.look.language == "zh"  # a service that Russian has not got


def test_every_screen_can_be_jumped_to_and_found_by_its_words(sandbox: Sandbox) -> None:
    assert set(found("", "zh")) == set(SAMPLES)
    assert found("take notes", "zh")[0] == "take_notes"
    assert all("review" in name for name in found("review", "en"))
    for name in tuple(SAMPLES)[::40]:
        sandbox.jump(name)
        assert sandbox.still is not None
        assert sandbox.still.name == name


class Heard:
    """A player that only remembers."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., tuple[()]]:
        def did(*given: object) -> tuple[()]:
            self.done.append(name)
            return ()

        return did


def test_the_voice_keeps_the_machines_time_and_is_heard_only_when_wanted() -> None:
    heard = Heard()
    aloud = Aloud(lambda outputs: cast(Player, heard))
    sandbox = Sandbox(DESIGN, speech=lambda design: Speech(voice_with(aloud, design)))
    sandbox.look(profile="elder")
    at_the_pin(sandbox)
    assert heard.done == []
    aloud.switch()
    assert heard.done == ["stop", "use"]
    sandbox.heard([ev.Chosen("repeat")])
    passed(sandbox, 1.0)
    assert "start" in heard.done
    heard.done.clear()
    aloud.tick(1.0, speed=20.0)
    assert heard.done == ["poll", "stop"]
    aloud.switch()
    sandbox.heard([ev.Chosen("repeat")])
    passed(sandbox, 1.0)
    assert "start" not in heard.done
