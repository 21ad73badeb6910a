"""The laws of transfers hold in an honest run, and each sees what it is there for."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from sim.proof.campaign import laws_transfer as laws
from sim.proof.campaign.laws import Check
from sim.proof.campaign.plan import plan_for
from sim.proof.campaign.record import Plan
from sim.proof.campaign.run import Run, play
from sim.proof.campaign.scene import Done, Scene
from sim.proof.campaign.shrink import Kept, everything, part
from sim.world.bank.ledger import TRANSIT
from sim.world.bank.payees import LISTED, NEW
from terminal import effects as fx
from terminal import events as ev
from terminal.card import Card, Pan, PinBlock
from terminal.money import yuan
from tests.each import each

CARD = Card(Pan("6228480000000000117"), "3012")


@cache
def _plan() -> Plan:
    return replace(plan_for(6, "path", "transfer"), faults=())


def honest() -> Run:
    run = Run(_plan())
    assert run.play().violations == ()
    return run


def _order(run: Run, to: str, arrival: str) -> Done:
    fields = (("to", to), ("arrival", arrival), ("due", ""))
    order = fx.Instruct("f" * 32, 1, CARD, "transfer", yuan(1), fields, PinBlock(bytes(16)))
    return Done(run.session, ev.Chosen("confirm"), run.session, (order,), 0.0)


def _states(scene: Scene, state: str) -> list[str]:
    return [txid for txid, _ in scene.bank.ledger.instructions(state)]


def _unsure(run: Run) -> object:
    run.scene.unsure = True
    return None


def _hasty(run: Run) -> object:
    return _order(run, NEW.ref, "real_time")


def _moved_twice(run: Run) -> object:
    ledger = run.scene.bank.ledger
    txid = next(
        txid
        for txid in _states(run.scene, "paid")
        if (paid := ledger.instruction(txid)) and paid.due
    )
    ledger.move(txid, TRANSIT, "lin", 100)
    return None


def _said_cancelled(run: Run) -> object:
    run.scene.told_cancelled.add(_states(run.scene, "paid")[0])
    return None


def _left_in_transit(run: Run) -> object:
    run.scene.bank.ledger.move("", "capital", TRANSIT, 100)
    return None


TAMPERED: dict[Check, Callable[[Run], object]] = {
    laws.nothing_after_doubt: _unsure,
    laws.no_haste_with_a_signal: _hasty,
    laws.moved_on_once: _moved_twice,
    laws.cancelled_means_returned: _said_cancelled,
    laws.cancelled_costs_nothing: _said_cancelled,
    laws.nothing_stays_in_transit: _left_in_transit,
}
"""Each law of transfers, and what it must see."""


@pytest.mark.parametrize("law", TAMPERED, ids=lambda law: law.__name__)
def test_a_law_sees_what_it_is_there_for(law: Check) -> None:
    run = honest()
    thing = TAMPERED[law](run)
    assert law(run.scene, thing)  # type: ignore[arg-type]


def test_an_honest_run_sends_cancels_and_pays() -> None:
    scene = honest().scene
    assert _states(scene, "paid")
    assert scene.bank.balance(TRANSIT) == 0


@pytest.mark.parametrize("to", [NEW.ref, LISTED.ref])
def test_what_arrives_after_the_hold_offends_nobody(to: str) -> None:
    run = honest()
    assert laws.no_haste_with_a_signal(run.scene, _order(run, to, "after_24h")) == ""
    assert laws.no_haste_with_a_signal(run.scene, _order(run, to, "two_hours"))


def test_a_machine_of_cash_alone_has_the_same_people_and_faults() -> None:
    for seed in range(20):
        plain, more = plan_for(seed), plan_for(seed, None, "transfer")
        assert plain.faults == more.faults
        kept = [replace(one, transfer=None, cancels_waiting=False) for one in more.visits]
        assert [one.pins for one in kept] == [one.pins for one in plain.visits]


FORGOTTEN = (
    (569, (0, 5, 9, 30), (0, 1, 2, 3, 4, 5)),
    (1117, None, None),
    (2718, None, None),
    (4790, (22,), (1, 2, 4, 5, 6)),
    (975, (1, 8, 25), (0, 1, 2, 4)),
    (7159, None, None),
)
"""Seeds, faults and visits in which a bank that came back from an old copy paid what had been cancelled; from the
fourth on it had forgotten the order itself: there it is right to book nothing, and in the last two, where it came back twice
and heard of the order in between, to book it and give it back."""


@each("seed, faults, visits", FORGOTTEN)
def test_a_cancelled_transfer_comes_back_also_where_the_bank_had_forgotten_it(
    seed: int, faults: tuple[int, ...] | None, visits: tuple[int, ...] | None
) -> None:
    whole = plan_for(seed, None, "all")
    every = everything(whole)
    kept = Kept(faults or every.faults, visits or every.visits)
    assert play(part(whole, kept)).violations == ()
