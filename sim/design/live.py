"""`run --live`: the terminal as it is, with its design read again whenever a file was saved."""

from dataclasses import dataclass, field

from screens.theme import Panel
from sim.design.foot import Foot
from sim.design.rehearse import Rehearsal
from sim.design.reload import Reload
from sim.stage.design import Design, Sources
from sim.stage.settings import Settings
from terminal.ports import Seconds
from terminal.session import Session


@dataclass
class Live:
    """A design that changes while the terminal runs, and the foot of the window that says so."""

    reload: Reload
    beside: Foot = field(default_factory=lambda: Foot(""))

    @property
    def design(self) -> Design:
        """The last good one."""
        return self.reload.design

    def poll(self, now: Seconds, session: Session) -> Design | None:
        """Another design to take from now on, or None."""
        fresh = self.reload.poll(now, session)
        self.beside.tell(self.reload.mistakes, self.reload.saved, self.reload.count)
        return fresh


def live(sources: Sources, settings: Settings) -> Live:
    """The files of `sources`, watched. Raises ConfigurationError where they are broken from the start."""
    size = settings.panel
    panel = Panel(size.diagonal_inch, size.width_px, size.height_px)
    reload = Reload(sources, Rehearsal(panel))
    count, folder = len(sources.files()), sources.folder
    return Live(reload, Foot(f"Live: {count} files below {folder} are shown when they are saved."))
