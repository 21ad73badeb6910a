"""The campaign with notes taken in: what is planned, what is lived through, and that every law of it sees a
breach."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from sim.proof.campaign import canaries as c
from sim.proof.campaign import taken
from sim.proof.campaign.acceptor_faults import ACCEPTOR
from sim.proof.campaign.laws import LAWS
from sim.proof.campaign.plan import OFFERED, plan_for
from sim.proof.campaign.record import Plan
from sim.proof.campaign.run import Run, play
from sim.proof.campaign.scene import Kept, Scene
from sim.stage.settings import own_design
from sim.world.bank import CUSTOMERS
from sim.world.bank.customers import ABROAD
from sim.world.people import Wish
from sim.world.world import Shape

DESIGN = own_design()
GIVES = Wish("lin", (CUSTOMERS["lin"].pin,), service="deposit", notes=(100, 50), think_seconds=0.7)
CHANGES = replace(GIVES, service="exchange", notes=(100,))
SEEDS = range(1, 5)


def honest(*wishes: Wish) -> Run:
    run = Run(Plan(1, "path", wishes, services=OFFERED["all"]), None, DESIGN)
    assert run.play().violations == ()
    return run


def final(scene: Scene) -> Kept:
    return next(row for row in reversed(scene.rows) if row.kind == "FINAL")


def _drawn_in(run: Run) -> None:
    assert run.world.acceptor is not None
    run.world.acceptor.path._s.brought["100"] += 1


def _stored_twice(run: Run) -> None:
    assert run.world.acceptor is not None
    stores = run.world.acceptor.path._s.stores
    stores.update({token: count + 1 for token, count in stores.items()})


def _unrecorded(run: Run) -> None:
    run.scene.taken[final(run.scene).txid].stored_on_record = False


def _kept(run: Run) -> None:
    run.scene.taken[final(run.scene).txid].kept += 10_000


def _credited(run: Run) -> None:
    run.scene.taken[final(run.scene).txid].credited += 10_000


def _left_inside(run: Run) -> None:
    assert run.world.acceptor is not None
    run.world.acceptor.path._s.escrow.append(100)


def _doubted(run: Run) -> None:
    assert run.scene.session is not None
    machine = replace(run.scene.session.machine, acceptor="doubt")
    run.scene.session = replace(run.scene.session, machine=machine)


TAMPERED: dict[Callable[..., str], Callable[[Run], None]] = {
    taken.notes_somewhere: _drawn_in,
    taken.stored_once: _stored_twice,
    taken.stored_before_credit: _unrecorded,
    taken.kept_is_credited: _kept,
    taken.note_or_pack: _credited,
    taken.nothing_lies_inside: _left_inside,
    taken.doubt_on_record: _doubted,
}


@pytest.mark.parametrize("check", TAMPERED, ids=lambda check: check.__name__)
def test_each_law_holds_honestly_and_sees_its_breach(check: Callable[..., str]) -> None:
    run = honest(GIVES)
    run.scene.session = run.session
    thing = final(run.scene)
    assert check(run.scene, thing) == ""
    TAMPERED[check](run)
    assert check(run.scene, thing)


def test_every_law_of_notes_is_tampered_with() -> None:
    assert {law.check for law in LAWS if law.check.__module__ == taken.__name__} == set(TAMPERED)


def test_customers_deposit_and_change_and_withdraw() -> None:
    run = honest(GIVES, CHANGES, replace(GIVES, service="withdrawal"))
    endings = [(one.about, one.bundle, one.credited) for one in run.scene.taken.values()]
    assert endings == [("deposit", 15_000, 15_000), ("exchange", 10_000, 0)]
    assert {"deposited", "swapped"} <= run.hit


def test_plans_with_all_services_are_those_of_withdrawal_with_more_in_them() -> None:
    for seed in range(30):
        plain, more = plan_for(seed), plan_for(seed, services="all")
        for before, after in zip(plain.visits, more.visits, strict=True):
            assert after.errand or after.card in ABROAD or after.card == before.card
        assert set(plain.faults) <= set(more.faults)
    struck = {f.kind for seed in range(300) for f in plan_for(seed, services="all").faults}
    assert set(ACCEPTOR) <= struck


def test_random_worlds_break_no_law() -> None:
    for seed in SEEDS:
        assert play(plan_for(seed, services="all")).violations == (), seed


def left_lying(seed: int, shape: Shape | None, services: str) -> Plan:
    """Somebody who changes a note and does not take the small ones."""
    return Plan(
        seed, shape or "path", (replace(CHANGES, takes_notes=False),), (), OFFERED[services]
    )


def test_a_pack_taken_back_called_swapped_and_a_credit_before_the_store_are_seen() -> None:
    assert c.hunted("credit-before-store", plan_for, play, 1).law == 5
    assert c.hunted("swapped-untaken", left_lying, play, 1).law == 13
