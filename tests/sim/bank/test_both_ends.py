"""The terminal's own driver against the bank, with everything between them going wrong from a seed:
in the end both know the same outcome of every operation, and nobody was charged otherwise."""

from dataclasses import dataclass, field
from random import Random

import pytest

from devices.host.driver import Host
from devices.host.keys import DEMO_HOST_KEY, terminal_key
from devices.host.message import Checkpoint
from sim.world.bank import Bank
from sim.world.bank.server import PURPOSES, BankServer
from sim.world.clock import VirtualClock
from sim.world.line import HostLine
from terminal import effects as fx
from terminal import events as ev
from terminal.card import PinBlock
from terminal.money import Amount
from terminal.ports import NEVER
from tests.sim.bank.teller import block, card, txid_of

TERMINAL = "T0000001"
OPERATIONS = 12
CALM_SECONDS = 2_000.0
"""Longer than the longest pauses between repeats and attempts."""


@dataclass
class Record:
    """A journal in which every acknowledgement is a row; a row's hash is its number."""

    rows: int = 0

    def head(self) -> Checkpoint:
        return Checkpoint(self.rows, self.hash_of(self.rows))

    def hash_of(self, seq: int) -> bytes:
        return seq.to_bytes(32, "big")


@dataclass
class Run:
    """One terminal, one line, one bank."""

    seed: int
    clock: VirtualClock = field(default_factory=VirtualClock)
    record: Record = field(default_factory=Record)
    events: list[ev.Event] = field(default_factory=list)
    told: dict[str, fx.Complete | fx.Reverse | fx.Suspect] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.bank = Bank(doubts_max=None)
        self.line = HostLine(BankServer(self.bank), self.seed)
        key = terminal_key(DEMO_HOST_KEY, TERMINAL)
        channel, entropy = self.line.channel, bytes(32)
        self.host = Host(channel, self.clock, self.record, TERMINAL, key, entropy)

    def until(self, end: float) -> None:
        """Let time pass as events fall due."""
        while self.clock.now() < end:
            now = self.clock.now()
            self.line.advance(now)
            for event in self.host.poll(now):
                self.events.append(event)
                self.record.rows += isinstance(event, ev.Acknowledged)
            due = min(self.host.due(now), self.line.due(now), end)
            self.clock.advance_to(max(now + 0.001, due))

    def spoil(self) -> None:
        """Turn some knobs, and some back."""
        draw, line = self.random, self.line
        some = frozenset(draw.sample(PURPOSES, 2))
        line.silent_to = some if draw.random() < 0.2 else frozenset()
        line.acts_in_silence = draw.random() < 0.5
        line.doubled = frozenset(draw.sample(PURPOSES, 3)) if draw.random() < 0.4 else frozenset()
        line.delays = {draw.choice(PURPOSES): 40.0 * draw.random()} if draw.random() < 0.4 else {}
        line.late_requests = (
            {draw.choice(PURPOSES): 60.0 * draw.random()} if draw.random() < 0.3 else {}
        )
        line.flip = 0.2 * draw.random() if draw.random() < 0.5 else 0.0
        line.refused = draw.random() < 0.1
        if draw.random() < 0.15:
            draw.choice((line.drop, line.restart))()

    def calm(self) -> None:
        line = self.line
        line.silent_to = line.doubled = frozenset()
        line.delays = line.late_requests = {}
        line.flip, line.refused = 0.0, False

    def operate(self, number: int) -> None:
        """Ask for money, wait as a terminal does, and tell what came of it."""
        txid, amount = txid_of(number), Amount(10_000 * self.random.randint(1, 5))
        pin = PinBlock(block(txid, "li"))
        now = self.clock.now()
        self.host.submit(fx.Authorize(txid, number, card("li"), amount, pin), now)
        self.record.rows += 1
        self.until(now + 25.0)
        approved = [e for e in self.events if isinstance(e, ev.Approved) and e.txid == txid]
        left = Amount(amount.minor - 10_000 * self.random.randint(0, amount.minor // 10_000))
        outcome: fx.Complete | fx.Reverse | fx.Suspect = fx.Reverse(txid, "no_answer")
        if approved and self.random.random() < 0.2:
            outcome = fx.Suspect(txid, amount, None, "jam")
        elif approved and left:
            outcome = fx.Complete(txid, left, (1,), "exit_counts")
        self.told[txid] = outcome
        self.record.rows += 1
        self.host.submit(outcome, self.clock.now())


@pytest.mark.parametrize("seed", range(25))
def test_both_ends_agree_in_the_end(seed: int) -> None:
    run = Run(seed)
    run.until(5.0)
    for number in range(OPERATIONS):
        run.spoil()
        run.operate(number)
        run.until(run.clock.now() + 30.0 * run.random.random())
        assert run.bank.audit() == []
    run.calm()
    run.until(run.clock.now() + CALM_SECONDS)

    acknowledged = {e.txid for e in run.events if isinstance(e, ev.Acknowledged)}
    assert acknowledged == set(run.told)
    charged = 0
    for txid, outcome in run.told.items():
        known = run.bank.operations[txid]
        match outcome:
            case fx.Complete(amount=amount):
                assert (known.outcome, known.posted) == ("final", amount.minor)
                charged += amount.minor
            case fx.Suspect():
                assert (known.outcome, known.held) == ("suspect", known.amount)
            case fx.Reverse():
                assert known.outcome in ("reversed", "tombstone", "declined")
    assert run.bank.charged("li") == charged
    assert run.bank.alarms == []
    assert run.bank.audit() == []
    assert run.line.due(run.clock.now()) == NEVER
    assert run.bank.checkpoint(TERMINAL) is not None
