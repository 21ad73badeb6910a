"""An identity card laid on its reader: through every byte to the screen."""

from sim.stage.bench import Bench
from sim.world.people import Wish
from terminal import session as s


def test_a_reader_that_is_not_there_keeps_nobody_from_their_money() -> None:
    machine = Bench(reads_documents=True)
    machine.world.all_outlets[-1].wire.unplug()
    machine.boot().ready().visit(Wish("lin", ("135790",), amount=100))
    assert machine.world.bank.charged("lin") == 10_000


def test_a_visit_goes_on_while_the_reader_asks_for_documents() -> None:
    machine = Bench(reads_documents=True).boot().ready()
    machine.visit(Wish("lin", ("135790",), amount=100))
    assert machine.world.bank.charged("lin") == 10_000
    assert isinstance(machine.session.phase, s.Idle)
