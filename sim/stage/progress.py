"""How far a long command is: one line on a terminal, drawn anew, and elsewhere a line now and then.

A line has the share done, the words of whoever works, and the time left. The last line stays when the work
ends, also where it is broken off, so that what is printed next begins on a line of its own.
"""

from typing import Final, Self, TextIO

from devices.clock import SystemClock
from terminal.ports import Clock, Seconds

BAR_CELLS: Final = 24

BAR_SECONDS: Final = 0.2
LINE_SECONDS: Final = 10.0
"""Between two lines: on a terminal, and where there is none to draw a bar on."""


class Progress:
    """Tells of work under way, as a context; without a stream it says nothing. `whole` is how much there is
    to do; `even` whether the rest takes as long as what is done, so that the time left is known."""

    def __init__(
        self,
        stream: TextIO | None,
        whole: int,
        *,
        even: bool = True,
        clock: Clock | None = None,
    ) -> None:
        self._stream, self._whole, self._even = stream, whole, even
        self._clock = clock or SystemClock()
        self._begun = self._told = self._clock.now()
        self._done, self._words = 0, ""
        self._drawn = stream is not None and stream.isatty()

    @property
    def seconds(self) -> Seconds:
        """Since it was begun."""
        return self._clock.now() - self._begun

    def speed(self, done: int) -> float:
        """So many a second since it was begun."""
        seconds = self.seconds
        return done / seconds if seconds > 0 else 0.0

    def step(self, done: int, words: str) -> None:
        """So much is done; say so if the last line is old enough."""
        self._done, self._words = done, words
        now = self._clock.now()
        if now - self._told >= (BAR_SECONDS if self._drawn else LINE_SECONDS):
            self._told = now
            self._tell(self._left())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *trouble: object) -> None:
        if self._words:
            self._tell(f", in {duration(self.seconds)}", "\n")

    def _left(self) -> str:
        if not self._even or not 0 < self._done < self._whole:
            return ""
        return f", {duration(self.seconds * (self._whole - self._done) / self._done)} left"

    def _tell(self, time: str, end: str = "") -> None:
        if self._stream is None:
            return
        done = min(self._done, self._whole)
        percent = 100 * done // self._whole if self._whole else 100
        line = f"{percent:3}% {self._words}{time}"
        if self._drawn:
            full = BAR_CELLS * percent // 100
            bar = f"[{'#' * full}{'.' * (BAR_CELLS - full)}]"
            self._stream.write(f"\r\x1b[2K{bar} {line}{end}")
        else:
            self._stream.write(f"{line}\n")
        self._stream.flush()


def duration(seconds: Seconds) -> str:
    """A time for people, in its two largest units: "3 h 5 min", "40 s"."""
    whole = round(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    if hours:
        return f"{hours:,} h {minutes} min"
    return f"{minutes} min {whole % 60} s" if minutes else f"{whole} s"
