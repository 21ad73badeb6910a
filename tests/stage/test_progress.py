"""How far a long command is: drawn anew on a terminal, a line now and then elsewhere, and how long it takes yet."""

import io

import pytest

from sim.stage.progress import BAR_SECONDS, LINE_SECONDS, Progress, duration
from sim.world.clock import VirtualClock

AGAIN = "\r\x1b[2K"


class Terminal(io.StringIO):
    """A stream that is one."""

    def isatty(self) -> bool:
        return True


def worked(
    stream: io.StringIO, steps: list[tuple[float, int]], whole: int = 200, *, even: bool = True
) -> list[str]:
    """The lines of work that had done so much at such instants, after it was begun at 100.0."""
    clock = VirtualClock(100.0)
    with Progress(stream, whole, even=even, clock=clock) as progress:
        for instant, done in steps:
            clock.advance_to(100.0 + instant)
            progress.step(done, f"{done} visits")
    return stream.getvalue().split(AGAIN if stream.isatty() else "\n")


def test_a_line_now_and_then_where_there_is_no_terminal() -> None:
    steps = [
        (1.0, 20),
        (LINE_SECONDS - 1, 50),
        (LINE_SECONDS, 50),
        (LINE_SECONDS + 1.5, 60),
        (30, 200),
    ]
    assert worked(io.StringIO(), steps) == [
        " 25% 50 visits, 30 s left",
        "100% 200 visits",
        "100% 200 visits, in 30 s",
        "",
    ]


def test_one_line_drawn_anew_on_a_terminal() -> None:
    steps = [(BAR_SECONDS / 2, 1), (20.0, 50), (20.0 + BAR_SECONDS / 2, 60), (80.0, 200)]
    assert worked(Terminal(), steps) == [
        "",
        "[######..................]  25% 50 visits, 1 min 0 s left",
        "[########################] 100% 200 visits",
        "[########################] 100% 200 visits, in 1 min 20 s\n",
    ]


def test_nothing_is_whole_before_all_is_done() -> None:
    nearly, *_ = worked(io.StringIO(), [(LINE_SECONDS, 1_999)], 2_000)
    assert nearly == " 99% 1999 visits, 0 s left"


def test_more_than_was_asked_for_is_all_of_it() -> None:
    more, *_ = worked(io.StringIO(), [(LINE_SECONDS, 230)])
    assert more == "100% 230 visits"


def test_no_time_is_foretold_where_nothing_is_done_or_the_parts_differ() -> None:
    assert worked(io.StringIO(), [(LINE_SECONDS, 0)])[0] == "  0% 0 visits"
    assert worked(io.StringIO(), [(LINE_SECONDS, 50)], even=False)[0] == " 25% 50 visits"


def test_no_work_is_whole_and_work_that_never_came_back_is_not_told() -> None:
    assert worked(io.StringIO(), [(0.0, 0)], 0) == ["100% 0 visits, in 0 s", ""]
    assert worked(Terminal(), []) == [""]


def test_what_is_said_after_work_that_broke_off_begins_on_its_own_line() -> None:
    stream, clock = Terminal(), VirtualClock()

    def broken_off() -> None:
        with Progress(stream, 10, clock=clock) as progress:
            clock.advance_to(3.0)
            progress.step(4, "4 stories")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert stream.getvalue().endswith(f"{AGAIN}[#########...............]  40% 4 stories, in 3 s\n")


def test_without_a_stream_nothing_is_said_and_the_time_is_known() -> None:
    clock = VirtualClock()
    with Progress(None, 10, clock=clock) as progress:
        assert progress.speed(1) == 0.0
        clock.advance_to(20.0)
        progress.step(5, "5 pictures")
    assert (progress.seconds, progress.speed(5)) == (20.0, 0.25)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "0 s"), (59.6, "1 min 0 s"), (185, "3 min 5 s"), (3_900, "1 h 5 min")],
)
def test_times_are_told_in_their_largest_units(seconds: float, words: str) -> None:
    assert duration(seconds) == words
