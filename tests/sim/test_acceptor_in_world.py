"""The note acceptor in the world, looked at only when something is due, as the campaign looks."""

from devices.acceptor.driver import Acceptor
from devices.transport import open_port
from sim.stage.settings import Settings
from sim.world.clock import VirtualClock
from sim.world.world import ACCEPTOR_BAUD, World
from terminal import effects as fx
from terminal import events as ev
from terminal.ports import NEVER

TURNS_MAX = 20_000


class Machine:
    """A world and the acceptor's driver; `work` moves both, and looks at no device in vain."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.world = World(self.clock, Settings().cassettes, takes_notes=True, name="-in-world")
        self.world.plug_in()
        self.driver = Acceptor(open_port("sim://acceptor-in-world", ACCEPTOR_BAUD, "N"))
        self.turns = 0

    def work(self, wanted: type[ev.Event]) -> ev.Event:
        """Until this is heard."""
        self.world.due(self.clock.now())
        while self.turns < TURNS_MAX:
            now = self.clock.now()
            self.turns += 1
            for event in self.driver.poll(now):
                if isinstance(event, wanted):
                    return event
            due = min(self.world.work(now, spoken_to=True), self.driver.due(now))
            assert due != NEVER, "nothing will ever happen"
            self.clock.advance_to(max(now, due))
        raise AssertionError(f"{wanted.__name__} never came")


def test_a_deposit_in_a_world_that_is_looked_at_only_when_due() -> None:
    machine = Machine()
    now = machine.clock.now
    machine.driver.submit(fx.OpenAcceptor("t1"), now())
    machine.work(ev.AcceptorOpen)
    assert machine.world.insert_notes(100)
    told = machine.work(ev.NotesInEscrow)
    assert told == ev.NotesInEscrow("t1", ((10_000, 1),), 0)
    machine.driver.submit(fx.CloseAcceptor("t1"), now())
    machine.work(ev.AcceptorClosed)
    machine.driver.submit(fx.StoreNotes("t1"), now())
    assert machine.work(ev.NotesStored) == ev.NotesStored("t1", ((10_000, 1),))
    machine.world.work(now(), spoken_to=True)
    assert machine.world.arrivals()[-1] == NEVER
    assert machine.driver.due(now()) == NEVER
    assert machine.turns < 1_000
