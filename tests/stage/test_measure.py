"""The figures' own rules, and that a headless visit taken by its short cuts is the very same visit."""

from dataclasses import replace
from pathlib import Path

import pytest

from devices.clock import SystemClock
from sim.stage import measure
from sim.stage.bench import Bench
from sim.stage.measure import Figure, percentile, table
from sim.stage.measure_voice import BUFFER_BYTES, BUFFER_SECONDS, Ear
from sim.stage.samples import SAMPLES
from sim.stage.settings import read_design
from sim.stories.glass import targets
from sim.world.visits import VISITS
from terminal import session as s


def test_a_table_is_aligned_and_says_what_is_missed() -> None:
    good = Figure("start", 0.39, 0.4, "s", "< 1", met=True)
    lines = table([good, Figure("visits", 271.0, None, "per s", ">= 300", met=False)]).splitlines()
    assert lines[1].split() == ["start", "0.39", "0.40", "s", "<", "1", "yes"]
    assert lines[2].split() == ["visits", "271", "per", "s", ">=", "300", "NO"]
    assert (
        len({line.index(word) for line, word in zip(lines, ("aim", "<", ">="), strict=True)}) == 1
    )


def test_what_the_measured_hand_presses_stands_on_the_screens_it_goes_between() -> None:
    """Help was left by another button, and the figures broke off."""
    there, back = measure.THERE_AND_BACK
    for name, pressed in (("choose_amount", there), ("help_over_choose_amount", back)):
        assert pressed in {one.event.name for one in targets(SAMPLES[name], read_design())}


@pytest.mark.parametrize(("share", "value"), [(0.5, 51), (0.99, 100), (1.0, 100)])
def test_a_percentile_is_one_of_the_values(share: float, value: float) -> None:
    assert percentile(range(100, 0, -1), share) == value


def test_a_visit_that_is_measured_is_a_whole_visit() -> None:
    start, told = measure._told_of_a_visit()
    assert isinstance(start.phase, s.Idle)
    assert measure._visits_per_second(1) > 0
    assert {"CardInserted", "PinRight", "Approved", "NotesDispensed"} <= {
        type(event).__name__ for event, _ in told
    }


@pytest.mark.parametrize("name", ["standard", "note-jam", "lost-reply", "card-left"])
def test_looking_only_where_something_is_due_changes_nothing(name: str) -> None:
    """A bench that is watched looks at everything at every instant; one that is not takes short
    cuts. Their records are the same to the nanosecond."""
    story, journals = VISITS[name], []
    for watched in (True, False):
        bench = Bench(story.shape, seed=3)
        if watched:
            bench.watchers.append(lambda session, now: None)
        story.arrange(bench.world)
        bench.boot().visit(story.wish).waits(10.0)
        journals.append(list(bench.store.rows()))
    assert journals[0] == journals[1]


def test_the_first_buffer_that_is_not_silence_has_its_own_instant(tmp_path: Path) -> None:
    """Four buffers are written at once: one that came first came three periods before the last, and
    they are written when the next one comes."""
    clock = SystemClock()
    ear = Ear(tmp_path / "out.raw", clock)
    assert ear.sound() is None
    silent, loud = bytes(BUFFER_BYTES), b"\1" * BUFFER_BYTES
    ear.path.write_bytes(silent * 4)
    assert ear.sound() is None
    ear.path.write_bytes(silent * 5 + loud + silent * 2)
    before = clock.now()
    heard = ear.sound()
    assert heard is not None
    assert before - 3 * BUFFER_SECONDS <= heard <= clock.now() - 3 * BUFFER_SECONDS
    ear.path.write_bytes(silent * 11 + loud)
    before = clock.now()
    heard = ear.sound()
    assert heard is not None
    assert before - BUFFER_SECONDS <= heard <= clock.now() - BUFFER_SECONDS


def test_press_to_sound_is_measured() -> None:
    effort = replace(measure.QUICK, utterances=3, frames=60)
    figures = list(measure.voice_figures(effort))
    assert [figure.unit for figure in figures] == ["ms"] * 4
    assert all(0.0 < figure.middle < 3000.0 for figure in figures), figures
