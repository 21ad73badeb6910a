"""What was there to be seen and heard while a story was played, in its order.

Screens are kept as sessions, from which pictures and words are made later; what was spoken, the bytes on
the cables and the rows of the journal are kept as they are. All of it goes to the line of the story during
which it happened. Nothing here judges.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from sim.stage.settings import Design
from sim.stage.voices import Recorded
from sim.stories.result import Broken
from sim.stories.wire import Wire
from terminal import session as s
from terminal.ports import Seconds
from terminal.prompts import text_key

DARK: Final = "(dark)"
"""What is said of a glass on which nothing is shown."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen as it was shown, from then on; without a session the glass was dark."""

    at: Seconds
    key: str
    session: s.Session | None


@dataclass
class Seen:
    """Everything of one story. `opening` is what was in the account before, in minor units; `voices` what was
    spoken, a list for each start of the terminal; `since` when the last act began, `done` when it was over, `stood`
    the screen on which it was done; `broken` what the story let break."""

    design: Design
    opening: int = 0
    since: Seconds = 0.0
    done: Seconds = 0.0
    stood: str = ""
    wire: Wire = field(default_factory=Wire)
    screens: list[Screen] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    voices: list[Sequence[Recorded]] = field(default_factory=list)
    _last: tuple[object, ...] = ()

    def screen(self, session: s.Session, now: Seconds) -> None:
        """What the glass shows now."""
        look, key = session.look, text_key(session)
        same = (key, session.overlay, look.profile, look.language, look.offer, look.said)
        if same != self._last:
            self._last = same
            self.screens.append(Screen(now, key, session))

    def dark(self, now: Seconds) -> None:
        """The power went."""
        self._last = ()
        self.screens.append(Screen(now, DARK, None))

    def spoken(self) -> list[Recorded]:
        """All that was said, in its order."""
        return [one for voice in self.voices for one in voice]

    def keys(self) -> Iterator[str]:
        """Of every screen, in the order they were shown."""
        return (one.key for one in self.screens)
