"""The figures' own rules, and that a headless visit taken by its short cuts is the very same visit."""

import pytest

from sim.stage import measure
from sim.stage.bench import Bench
from sim.stage.measure import Figure, percentile, table
from sim.stage.stories import STORIES
from terminal import session as s


def test_a_table_is_aligned_and_says_what_is_missed() -> None:
    good = Figure("start", 0.39, 0.4, "s", "< 1", met=True)
    lines = table([good, Figure("visits", 271.0, None, "per s", ">= 300", met=False)]).splitlines()
    assert lines[1].split() == ["start", "0.39", "0.40", "s", "<", "1", "yes"]
    assert lines[2].split() == ["visits", "271", "per", "s", ">=", "300", "NO"]
    assert (
        len({line.index(word) for line, word in zip(lines, ("aim", "<", ">="), strict=True)}) == 1
    )


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
    story, journals = STORIES[name], []
    for watched in (True, False):
        bench = Bench(story.shape, seed=3)
        if watched:
            bench.watchers.append(lambda session, now: None)
        story.arrange(bench.world)
        bench.boot().visit(story.wish).waits(10.0)
        journals.append(list(bench.store.rows()))
    assert journals[0] == journals[1]
