"""An identity card laid on its reader: through every byte to the screen, and no further than to whoever
laid it down."""

from sim.stage.bench import Bench
from sim.world.people import Wish
from terminal import session as s
from terminal.evidence import NO_EVIDENCE

BANDS = ("under50", "50to59", "60to64", "65to69", "70to79", "80plus")


def laid_and_left(seconds: float) -> Bench:
    """Somebody lays a document down at the idle screen, lifts it and walks off; so much later."""
    machine = Bench(reads_documents=True).boot().ready().waits(1.0)
    machine.does("place_document:feng_guilan")
    machine.run(lambda now: now.look.reason == "DOCUMENT", 10.0)
    return machine.waits(2.0).does("lift_document").waits(seconds)


def at_pin(machine: Bench, card: str) -> s.Look:
    machine.does(f"insert:{card}").run(lambda now: isinstance(now.phase, s.EnteringPin))
    return machine.session.look


def test_the_next_customer_is_not_shown_what_somebody_elses_document_brought() -> None:
    machine = laid_and_left(5.0)
    assert machine.session.look.profile == "elder"
    look = at_pin(machine, "lin")
    assert (look.profile, look.reason, look.said) == ("standard", "DEFAULT", "standard_again")
    machine.presses("return_card").run(lambda now: getattr(now.phase, "at_gate", False))
    machine.does("take_card").ready()
    told = " ".join(f"{row.kind} {dict(row.body)}" for row in machine.store.rows())
    assert not [band for band in BANDS if band in told]


def test_half_a_minute_after_somebody_left_with_their_document_nothing_is_left_of_it() -> None:
    machine = laid_and_left(35.0)
    assert (machine.session.look, machine.session.evidence) == (s.Look(), NO_EVIDENCE)
    look = at_pin(machine, "lin")
    assert (look.profile, look.said, look.offer) == ("standard", "", "")


def test_who_stays_at_the_glass_after_lifting_their_document_keeps_the_large_type() -> None:
    machine = laid_and_left(5.0).presses("help").presses("close").waits(30.0)
    assert (machine.session.look.profile, machine.session.look.reason) == ("elder", "DOCUMENT")
    look = at_pin(machine, "chen")
    assert (look.profile, look.reason, look.said) == ("elder", "RECORD", "applied")


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
