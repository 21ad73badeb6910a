"""A terminal, a bank that comes back from an old backup, and a restart: the real link against the real
bank, with the bank deaf to some messages. What is in question is the place in our record that the bank
keeps: it must never stand beyond an outcome that the bank has not got, or nobody would know after a
restart of the terminal that it is missing."""

from collections.abc import Collection

import pytest

from devices.host.framing import Deframer, framed
from devices.host.keys import DEMO_HOST_KEY, terminal_key
from devices.host.link import HostLink
from devices.host.message import Checkpoint
from sim.world.bank import Bank
from sim.world.bank.server import BankServer, Session, peek
from terminal import effects as fx
from terminal import events as ev
from terminal.card import Card, Pan, PinBlock
from terminal.money import yuan
from terminal.recovery import Advised, Outcome, Recovered
from tests.devices.host.desk import TERMINAL, UTC, Paper

CARD = Card(Pan("6222020200112230556"), "3012")
BLOCK = PinBlock(bytes(range(16)))
LOST = fx.Reverse("a1" * 16, "no_reply")
ALSO_LOST = fx.Reverse("a2" * 16, "no_reply")
ENQUIRE = fx.EnquireCard("01" * 16, CARD)
ASK = fx.Authorize("a3" * 16, 17, CARD, yuan(500), BLOCK)
TURNS_MAX = 20
"""A conversation here is a few messages long."""


class Terminal:
    """One run of the terminal's program, signed on at once."""

    def __init__(self, bank: Bank, paper: Paper, found: Recovered | None = None) -> None:
        self.server, self.paper = BankServer(bank), paper
        self.link = HostLink(TERMINAL, terminal_key(DEMO_HOST_KEY, TERMINAL), paper, b"seed")
        self.link.resume(found or Recovered(), 0.0, UTC)

    def connect(self, deaf: Collection[str] = ()) -> list[tuple[str, str]]:
        """A new connection up to where nobody has more to say."""
        self.session: Session = self.server.connection()
        self.link.opening()
        self.link.opened(0.0, UTC)
        return self.talk(deaf)

    def do(self, effect: fx.Effect, deaf: Collection[str] = ()) -> list[tuple[str, str]]:
        """The terminal wants something; gives what it says."""
        self.link.submit(effect, 0.0, UTC)
        return self.talk(deaf)

    def tell(self, effect: Outcome) -> Advised:
        """An outcome is told and acknowledged, both on record; gives the rows."""
        self.paper.rows += 1
        row = self.paper.rows
        self.do(effect)
        assert ev.Acknowledged(effect.txid) in self.link.take_events()
        self.paper.rows += 1
        return Advised(effect, row, self.paper.rows)

    def talk(self, deaf: Collection[str]) -> list[tuple[str, str]]:
        """Both sides speak in turn; what is of a `deaf` type the bank does not hear."""
        said = list[tuple[str, str]]()
        for _ in range(TURNS_MAX):
            frames = Deframer().feed(self.link.take_output())
            if not frames:
                return said
            for frame in frames:
                message = peek(frame)
                assert message is not None
                said.append((message.mti, message.private.txid))
                reply = None if message.mti in deaf else self.session.handle(frame)
                if reply is not None:
                    self.link.received(framed(reply.data), 0.0)
        raise AssertionError("they never end")


@pytest.mark.parametrize("said", [ASK, ENQUIRE])
@pytest.mark.parametrize("row", [0, 10])
def test_a_bank_asked_something_before_it_has_all_again_still_shows_what_it_lacks(
    row: int, said: fx.Authorize | fx.EnquireCard
) -> None:
    """Restored to a book without a place, or with one from before both outcomes. It hears the question
    and not the outcomes; then the terminal restarts."""
    bank, paper = Bank(), Paper(row)
    if row:
        bank.keep_checkpoint(TERMINAL, paper.head())
    backup = bank.snapshot()
    terminal = Terminal(bank, paper)
    terminal.connect()
    told = (terminal.tell(LOST), terminal.tell(ALSO_LOST))
    bank.restore(backup)
    outcomes = [("0421", LOST.txid), ("0421", ALSO_LOST.txid)]
    assert terminal.connect(deaf={"0421"})[1:] == outcomes
    terminal.do(said, deaf={"0421"})
    paper.rows += 3
    restarted = Terminal(bank, paper, Recovered(told=told))
    assert restarted.connect()[1:3] == outcomes
    assert all(bank.operations[one.effect.txid].outcome for one in told)


def test_a_bank_that_knew_no_place_does_not_take_one_with_the_first_of_two_lost_outcomes() -> None:
    bank, paper = Bank(), Paper()
    backup = bank.snapshot()
    terminal = Terminal(bank, paper)
    terminal.connect()
    terminal.tell(LOST)
    terminal.tell(ALSO_LOST)
    bank.restore(backup)
    terminal.connect(deaf={"0421"})
    assert not bank.checkpoint(TERMINAL)
    terminal.do(fx.Reverse("a4" * 16, "no_reply"))
    assert bank.checkpoint(TERMINAL) == paper.place(0)


def test_a_bank_that_has_all_again_gets_our_place() -> None:
    bank, paper = Bank(), Paper()
    bank.keep_checkpoint(TERMINAL, paper.head())
    backup = bank.snapshot()
    terminal = Terminal(bank, paper)
    terminal.connect()
    terminal.tell(LOST)
    bank.restore(backup)
    assert terminal.connect()[1:] == [("0421", LOST.txid)]
    assert bank.checkpoint(TERMINAL) == Checkpoint(10, paper.place(10).hash)
    terminal.do(ASK)
    assert bank.checkpoint(TERMINAL) == paper.head()
