"""The simulated line: every knob does what it says and nothing else."""

import pytest

from devices.host.channel import Channel, ConnectionLost
from devices.host.framing import Deframer
from devices.host.message import BadMac, Message, MessageError
from sim.world.bank import Bank
from sim.world.bank.server import PURPOSES, REPLY_SECONDS, BankServer
from sim.world.line import HostLine
from terminal.ports import NEVER, Seconds
from tests.sim.bank.teller import Teller, txid_of

TX = txid_of(1)
SOON: Seconds = REPLY_SECONDS
AGES: Seconds = 1_000.0


class Wired:
    """A terminal on a line, signed on at instant 0."""

    def __init__(self, seed: int = 0) -> None:
        self.line = HostLine(BankServer(Bank()), seed)
        self.bank = self.line.bank
        self.channel: Channel = self.line.channel
        self.teller = Teller()
        self.sign_on(0.0)

    def sign_on(self, now: Seconds) -> None:
        self.channel.open(now)
        self.deframer = Deframer()
        self.send(self.teller.sign_on(), now)
        assert [said.mti for said in self.heard(now + SOON)] == ["0810"]

    def send(self, message: Message, now: Seconds) -> None:
        self.channel.send(self.teller.framed(message), now)

    def heard(self, now: Seconds) -> list[Message]:
        return [self.teller.read(d) for d in self.deframer.feed(self.channel.receive(now))]

    def outcome(self, number: int = 1) -> str:
        known = self.bank.operation(txid_of(number))
        return "unheard" if known is None else known.outcome


def test_an_answer_comes_after_the_banks_time_and_not_before() -> None:
    wired = Wired()
    wired.line.reply_seconds = 2.5
    wired.send(wired.teller.authorize(TX, 10_000), 10.0)
    assert wired.bank.held() == 10_000
    assert wired.line.arrives() == wired.channel.due(10.0) == 12.5
    assert wired.heard(12.4) == []
    assert [said.mti for said in wired.heard(12.5)] == ["0210"]
    assert wired.line.arrives() == wired.line.due(13.0) == NEVER


def test_a_silent_line_swallows_everything() -> None:
    wired = Wired()
    wired.line.silent = True
    wired.send(wired.teller.reverse(TX), 1.0)
    assert (wired.heard(AGES), wired.outcome()) == ([], "unheard")
    wired.line.silent = False
    wired.send(wired.teller.reverse(TX), AGES)
    assert len(wired.heard(AGES + SOON)) == 1


@pytest.mark.parametrize("acts", [False, True])
def test_silence_to_one_purpose_leaves_the_others(acts: bool) -> None:
    wired = Wired()
    wired.line.silent_to, wired.line.acts_in_silence = frozenset({"Reverse"}), acts
    wired.send(wired.teller.reverse(TX), 1.0)
    wired.send(wired.teller.echo(), 1.0)
    assert [said.mti for said in wired.heard(AGES)] == ["0810"]
    assert wired.outcome() == ("tombstone" if acts else "unheard")


def test_a_late_answer_lets_others_pass() -> None:
    wired = Wired()
    wired.line.delays = {"Authorize": 30.0}
    wired.send(wired.teller.authorize(TX, 10_000), 1.0)
    wired.send(wired.teller.echo(), 2.0)
    assert [said.mti for said in wired.heard(30.0)] == ["0810"]
    assert [said.mti for said in wired.heard(31.0 + SOON)] == ["0210"]


def test_answers_keep_their_order_when_the_bank_becomes_quicker() -> None:
    wired = Wired()
    wired.line.reply_seconds = 9.0
    wired.send(wired.teller.authorize(TX, 10_000), 1.0)
    wired.line.reply_seconds = 0.1
    wired.send(wired.teller.echo(), 2.0)
    assert wired.heard(9.9) == []
    assert [said.mti for said in wired.heard(10.0)] == ["0210", "0810"]


def test_a_doubled_message_arrives_twice_and_is_answered_twice() -> None:
    wired = Wired()
    wired.line.doubled = frozenset({"Authorize", "VerifyPin"})
    wired.send(wired.teller.authorize(TX, 10_000), 1.0)
    first, second = wired.heard(1.0 + SOON)
    assert first == second
    assert wired.bank.held() == 10_000
    wired.send(wired.teller.verify(txid_of(2), pin="000000"), 2.0)
    assert [said.private.tries_left for said in wired.heard(AGES)] == [2, 2]


def test_a_late_request_arrives_after_its_reversal_and_even_after_the_connection() -> None:
    wired = Wired()
    wired.line.late_requests = {"Authorize": 40.0}
    wired.send(wired.teller.authorize(txid_of(1), 10_000), 1.0)
    wired.send(wired.teller.authorize(txid_of(2), 10_000), 1.0)
    wired.send(wired.teller.reverse(txid_of(1)), 2.0)
    wired.line.drop()
    assert wired.line.due(3.0) == 41.0
    wired.line.advance(41.0)
    assert (wired.outcome(1), wired.outcome(2)) == ("tombstone", "")
    assert wired.bank.held() == 10_000, "nobody told the bank of the second one"
    assert wired.line.arrives() == NEVER


def test_a_late_request_does_not_answer_into_a_new_connection() -> None:
    wired = Wired()
    wired.line.late_requests = {"Authorize": 40.0}
    wired.send(wired.teller.authorize(TX, 10_000), 1.0)
    wired.channel.close()
    wired.sign_on(2.0)
    assert wired.heard(AGES) == []
    assert wired.bank.held() == 10_000


def test_a_cut_loses_what_was_on_its_way_and_is_told_once() -> None:
    wired = Wired()
    wired.send(wired.teller.authorize(TX, 10_000), 1.0)
    wired.line.drop()
    assert wired.channel.due(1.0) == 1.0
    with pytest.raises(ConnectionLost):
        wired.channel.receive(1.0 + SOON)
    assert wired.channel.state(2.0) == "closed"
    wired.sign_on(2.0)
    assert wired.bank.held() == 10_000


def test_a_refused_connection() -> None:
    wired = Wired()
    wired.channel.close()
    wired.line.refused = True
    with pytest.raises(ConnectionLost):
        wired.channel.open(1.0)
    wired.line.refused = False
    wired.sign_on(2.0)


def test_a_connection_may_take_its_time() -> None:
    wired = Wired()
    wired.channel.close()
    wired.line.opens_seconds = 3.0
    wired.channel.open(10.0)
    assert (wired.channel.state(12.9), wired.channel.due(12.9)) == ("opening", 13.0)
    assert wired.channel.state(13.0) == "open"


def test_a_restarted_bank_forgets_the_session_and_keeps_the_ledger() -> None:
    wired = Wired()
    wired.line.late_requests = {"Reverse": 5.0}
    wired.send(wired.teller.authorize(TX, 10_000), 1.0)
    wired.send(wired.teller.reverse(TX), 1.0)
    wired.line.restart()
    with pytest.raises(ConnectionLost):
        wired.channel.state(1.0)
    wired.line.advance(AGES)
    assert (wired.bank.held(), wired.outcome()) == (10_000, "")


def test_a_bank_from_an_old_backup_knows_no_later() -> None:
    wired = Wired()
    backup = wired.bank.snapshot()
    wired.send(wired.teller.authorize(TX, 10_000), 1.0)
    wired.line.restore_backup(backup)
    assert (wired.outcome(), wired.bank.held()) == ("unheard", 0)
    with pytest.raises(ConnectionLost):
        wired.channel.send(b"", 1.0)


def test_the_bank_hangs_up_on_nonsense() -> None:
    wired = Wired()
    wired.channel.send(b"\x00\x05noise" * 3, 1.0)
    with pytest.raises(ConnectionLost):
        wired.channel.receive(1.0)


def test_flipped_bits_are_caught_by_the_check_value_at_both_ends() -> None:
    caught = believed = 0
    for seed in range(40):
        wired = Wired(seed)
        wired.line.flip = 0.5
        wired.send(wired.teller.authorize(TX, 10_000), 1.0)
        for frame in wired.deframer.feed(wired.channel.receive(AGES)):
            try:
                said = wired.teller.read(frame)
            except (BadMac, MessageError):
                caught += 1
            else:
                believed += 1
                assert (said.code, said.amount, said.private.txid) == ("00", 10_000, TX)
        assert wired.bank.held() in (0, 10_000)
        assert sum(wired.line.server.refused.values()) <= wired.line.done["flip"]
    assert caught
    assert believed


def test_equal_seeds_flip_equal_bits() -> None:
    def noise(seed: int) -> bytes:
        wired = Wired(seed)
        wired.line.server.nonces = lambda: bytes(16)
        wired.channel.close()
        wired.sign_on(1.0)
        wired.line.flip = 1.0
        return wired.line._damaged(bytes(64))

    assert noise(3) == noise(3) != noise(4)


def test_what_was_done_is_counted() -> None:
    wired = Wired()
    everything = frozenset(PURPOSES)
    wired.line.doubled, wired.line.delays = everything, {"Echo": 1.0}
    wired.send(wired.teller.echo(), 1.0)
    wired.line.silent = True
    wired.send(wired.teller.echo(), 2.0)
    wired.line.drop()
    assert +wired.line.done == {"doubled": 1, "delays": 2, "silent": 1, "drop": 1}


def test_a_killed_terminal_leaves_the_line_free_for_the_next() -> None:
    wired = Wired()
    wired.send(wired.teller.authorize(TX, 10_000), 1.0)
    wired.line.hang_up()
    assert wired.line.arrives() == NEVER
    wired.sign_on(2.0)
