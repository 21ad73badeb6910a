"""Twenty terminals of one bank that is not there for an hour: every outbox drains, every account is right
to the fen, and nobody is paid what another machine holds."""

import random

import pytest

from sim.proof.fleet import Fleet
from sim.world.bank import CUSTOMERS
from sim.world.people import Wish
from terminal import session as s
from terminal.recovery import recover

TERMINALS = 20
HOUR = 3_600.0
OWED: list[int] = []
"""Outcomes each machine had not got rid of when the bank went."""
PHASES: list[type] = []
"""Where each machine was when the bank had been gone for an hour."""

WISHES = [
    Wish(name, (CUSTOMERS[name].pin,), amount=amount, think_seconds=2.0)
    for name, amount in [
        *(("lin", 500), ("chen", 100), ("zhou", 300), ("smith", 200), ("lin", 1000)),
        *(("wang", 100), ("li", 2000), ("smith", 500), ("chen", 50), ("zhou", 100)),
    ]
]


@pytest.fixture(scope="module")
def fleet() -> Fleet:
    """Half an hour of visits; the bank goes while machines are in the middle of them, some answers with
    it; an hour later it is back."""
    made = Fleet(TERMINALS, WISHES, seed=7).boot()
    made.run(10.0)
    made.open = True
    made.run(600.0)
    rng = random.Random(1)
    for bench in made.benches:
        bench.world.host.silent_to = frozenset({"Complete", "Reverse"})
        bench.world.host.acts_in_silence = rng.random() < 0.5
    made.run(45.0)
    for bench in made.benches:
        bench.world.host.refused = True
        bench.world.host.restart()
        bench.world.host.silent_to = frozenset()
    made.run(120.0)
    OWED[:] = [len(recover(b.store.rows()).outbox) for b in made.benches]
    made.run(HOUR)
    PHASES[:] = [type(b.session.phase) for b in made.benches]
    made.open = False
    for bench in made.benches:
        bench.world.host.refused = False
    made.run(900.0)
    return made


def test_the_outage_met_machines_that_owed_the_bank_something(fleet: Fleet) -> None:
    assert len([owed for owed in OWED if owed]) >= 5
    assert sum(fleet.visits) > 3 * TERMINALS


def test_a_machine_without_a_bank_takes_no_card(fleet: Fleet) -> None:
    assert set(PHASES) == {s.OutOfService}


def test_every_outbox_drains(fleet: Fleet) -> None:
    assert fleet.settled()
    assert all(isinstance(bench.session.phase, s.Idle) for bench in fleet.benches)


def test_every_account_is_right_to_the_fen(fleet: Fleet) -> None:
    bank = fleet.bank
    assert (bank.audit(), bank.alarms) == ([], [])
    paid = sum(bench.world.paid_out() for bench in fleet.benches) * 100
    assert paid > 0
    assert sum(bank.charged(name) for name in CUSTOMERS) == paid
    for name, customer in CUSTOMERS.items():
        assert bank.balance(name) == customer.balance - bank.charged(name) >= 0
        assert bank.available(name) == bank.balance(name), "nothing stays on hold"


def test_no_machine_pays_what_another_holds(fleet: Fleet) -> None:
    """Wang has 560 yuan and is at several machines at once."""
    assert fleet.bank.charged("wang") <= CUSTOMERS["wang"].balance
    declined = [
        row
        for bench in fleet.benches
        for row in bench.store.rows()
        if row.kind == "AUTH_RESULT" and row.body["result"] == "insufficient"
    ]
    assert declined, "somebody came too late"


def test_each_terminal_is_told_apart(fleet: Fleet) -> None:
    known = {operation.terminal for operation in fleet.bank.operations.values()}
    assert known == {f"T{number:07d}" for number in range(TERMINALS)}
