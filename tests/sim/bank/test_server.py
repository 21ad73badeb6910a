"""The bank's end of a connection, through real bytes: who is believed, and what an answer carries."""

from dataclasses import replace

import pytest

from devices.host import codec
from devices.host.framing import Deframer, framed
from devices.host.message import (
    APPROVED,
    CARD_CHECK,
    ECHO,
    NOT_UNDERSTOOD,
    OUT_OF_STEP,
    SIGN_ON,
    Checkpoint,
    LastOperation,
    Message,
)
from sim.world.bank import CUSTOMERS, SERVICES, Bank
from sim.world.bank.server import (
    PENDING_MAX,
    PURPOSES,
    REFUSED_MAX,
    REPLY_SECONDS,
    BankServer,
    Session,
    peek,
    purpose_of,
)
from terminal.ports import NEVER
from tests.sim.bank.teller import Teller, place, txid_of

TX = txid_of(1)


class Talk:
    """A terminal and its session, signed on."""

    def __init__(self, server: BankServer | None = None, head: Checkpoint | None = None) -> None:
        self.server = server or BankServer(Bank())
        self.bank = self.server.bank
        self.teller = Teller()
        self.session = self.server.connection()
        self.welcome = self.say(self.teller.sign_on(head))

    def say(self, message: Message) -> Message:
        """The answer to a message."""
        reply = self.session.handle(self.teller.frame(message))
        assert reply is not None, "no answer"
        return self.teller.read(reply.data)


# --- what is asked and answered -----------------------------------------------------------------


def test_an_enquiry_says_what_may_be_said_before_a_pin() -> None:
    talk = Talk()
    said = talk.say(talk.teller.enquire(TX, "li"))
    assert (said.mti, said.code) == ("0110", APPROVED)
    told = said.private
    assert (told.services, told.age_band, told.preference) == (
        (*SERVICES, "pension", "pension_ready"),
        "80plus",
        "standard",
    )
    talk.bank.customers["li"].blocked = True
    refused = talk.say(talk.teller.enquire(txid_of(2), "li"))
    assert (refused.code, refused.private.reason) == ("75", "card_blocked")


def test_a_pin_is_right_or_wrong_and_the_third_wrong_one_blocks() -> None:
    talk = Talk()
    assert talk.say(talk.teller.verify(txid_of(1))).code == APPROVED
    said = [talk.say(talk.teller.verify(txid_of(n), pin="000000")) for n in (2, 3, 4)]
    assert [(s.code, s.private.tries_left) for s in said] == [("55", 2), ("55", 1), ("75", 0)]


def test_a_withdrawal_from_request_to_acknowledgement() -> None:
    talk = Talk()
    said = talk.say(talk.teller.authorize(TX, 50_000))
    assert (said.mti, said.code, said.amount, said.currency) == ("0210", APPROVED, 50_000, "156")
    assert said.approval
    assert said.private.token
    booked = talk.say(talk.teller.complete(TX, 30_000))
    assert (booked.mti, booked.code) == ("0230", APPROVED)
    assert (talk.bank.charged("lin"), talk.bank.held()) == (30_000, 0)
    declined = talk.say(talk.teller.authorize(txid_of(2), 100_000_000))
    assert (declined.code, declined.private.reason) == ("51", "insufficient")


def test_the_other_outcomes_and_the_echo() -> None:
    talk = Talk()
    for number in (1, 2):
        talk.say(talk.teller.authorize(txid_of(number), 10_000))
    reversal = talk.teller.reverse(txid_of(1))
    assert (talk.say(reversal).mti, talk.say(replace(reversal, mti="0421")).mti) == ("0430", "0430")
    assert talk.say(talk.teller.suspect(txid_of(2), 10_000)).code == APPROVED
    outcomes = [talk.bank.operations[txid_of(n)].outcome for n in (1, 2)]
    assert outcomes == ["reversed", "suspect"]
    assert talk.say(talk.teller.echo()).code == APPROVED


def test_an_answer_carries_what_makes_it_match_and_no_card() -> None:
    talk = Talk()
    asked = talk.teller.authorize(TX, 10_000)
    said = talk.say(asked)
    for name in ("txid", "variant", "coordination"):
        assert getattr(said.private, name) == getattr(asked.private, name)
    assert (said.stan, said.at, said.rrn) == (asked.stan, asked.at, asked.rrn)
    assert said.pan is None
    assert said.private.pin_block is None


def test_every_repeat_gets_the_same_bytes_and_changes_nothing() -> None:
    talk = Talk()
    teller = talk.teller
    for message in (
        teller.enquire(txid_of(7), "wang"),
        teller.verify(txid_of(8), pin="000000"),
        teller.authorize(TX, 10_000),
        teller.authorize(txid_of(2), 100_000_000),
        teller.complete(TX, 10_000, checkpoint=place(9)),
        teller.reverse(txid_of(3)),
        teller.suspect(txid_of(4), 10_000),
    ):
        first = talk.session.handle(teller.frame(message))
        talk.bank.customers["wang"].blocked = True
        before = talk.bank.snapshot()
        assert talk.session.handle(teller.frame(message)) == first
        assert talk.bank.snapshot() == before


def test_what_is_said_in_passing_reaches_the_book() -> None:
    talk = Talk()
    talk.say(talk.teller.authorize(TX, 10_000))
    last = LastOperation(TX, "completed", (1, 0))
    talk.say(talk.teller.enquire(txid_of(2), last=last))
    assert talk.bank.operations[TX].reported == "completed"
    assert talk.bank.held() == 10_000


def test_what_makes_no_sense_is_answered_so_and_changes_nothing() -> None:
    talk = Talk()
    teller = talk.teller
    whole = teller.authorize(TX, 10_000)
    nonsense = [
        replace(whole, pan=None),
        replace(whole, amount=None),
        replace(whole, currency="840"),
        replace(whole, private=replace(whole.private, pin_block=None)),
        replace(whole, private=replace(whole.private, txid="")),
        teller.authorize(TX, 10_000, at="0230093000"),
        replace(teller.complete(TX, 100), amount=None),
        replace(teller.enquire(TX), processing="999999"),
        replace(teller.echo(), network="999"),
        replace(whole, mti="0210"),
    ]
    talk.say(teller.echo())
    before = talk.bank.snapshot()
    for message in nonsense:
        assert talk.say(message).code == NOT_UNDERSTOOD, message
    assert talk.bank.snapshot() == before


# --- who is believed ----------------------------------------------------------------------------


def silence(session: Session, frame: bytes) -> bool:
    return session.handle(frame) is None


def test_nothing_is_answered_before_the_sign_on() -> None:
    server = BankServer(Bank())
    assert silence(server.connection(), Teller().frame(Teller().echo()))
    assert server.refused == {"not signed on": 1}


def test_a_flipped_bit_a_strange_key_and_another_connection_get_no_answer() -> None:
    talk = Talk()
    frame = talk.teller.frame(talk.teller.authorize(TX, 10_000))
    assert silence(talk.session, frame[:-1] + bytes([frame[-1] ^ 1]))
    other = Talk(talk.server)
    assert silence(other.session, frame), "recorded on one connection, played on another"
    stranger = Teller(master=b"another key, of just as many byt")
    assert silence(talk.server.connection(), stranger.frame(stranger.sign_on()))
    assert talk.server.refused == {"bad MAC": 3}
    assert talk.bank.held() == 0


def test_a_session_belongs_to_who_signed_on() -> None:
    talk = Talk()
    message = replace(talk.teller.authorize(TX, 10_000), terminal="T0000002")
    assert silence(talk.session, codec.encode(message, talk.teller.session_key))
    assert talk.server.refused == {"not signed on": 1}


def test_a_terminal_that_may_not_sign_on_is_not_answered() -> None:
    server = BankServer(Bank(), terminals={"T0000002"})
    teller = Teller()
    assert silence(server.connection(), teller.frame(teller.sign_on()))
    assert server.refused == {"unknown terminal": 1}


def test_after_a_few_bad_messages_the_session_is_over() -> None:
    talk = Talk()
    good = talk.teller.frame(talk.teller.echo())
    for _ in range(REFUSED_MAX):
        assert not talk.session.closed
        assert silence(talk.session, b"no message at all")
    assert talk.session.closed
    assert silence(talk.session, good)


def test_every_bit_of_a_request_is_under_the_check_value() -> None:
    server = BankServer(Bank())
    talk = Talk(server)
    frame = talk.teller.frame(talk.teller.authorize(TX, 10_000))
    key = talk.teller.session_key
    for bit in range(len(frame) * 8):
        session = server.connection()
        session.terminal, session._key = talk.teller.terminal, key
        bent = bytearray(frame)
        bent[bit // 8] ^= 1 << bit % 8
        assert silence(session, bytes(bent)), f"bit {bit} may be flipped"
    assert server.bank.held() == 0


# --- the terminal's record ----------------------------------------------------------------------


def test_the_first_place_is_kept_and_the_next_sign_on_is_told_it() -> None:
    talk = Talk(head=place(5))
    assert (talk.welcome.code, talk.welcome.private.checkpoint) == (APPROVED, None)
    talk.say(talk.teller.enquire(TX))
    assert talk.bank.checkpoint("T0000001") == place(5)
    again = Talk(talk.server, head=place(9))
    assert (again.welcome.code, again.welcome.private.checkpoint) == (APPROVED, place(5))


def known_at(seq: int) -> BankServer:
    """A bank that knows the terminal's record up to a row."""
    talk = Talk(head=place(seq))
    talk.say(talk.teller.echo())
    return talk.server


@pytest.mark.parametrize("head", [place(4), place(5, fill=2)])
def test_a_record_that_does_not_continue_is_out_of_step(head: Checkpoint) -> None:
    server = known_at(5)
    bank = server.bank
    bent = Talk(server, head=head)
    assert (bent.welcome.code, bent.welcome.private.checkpoint) == (OUT_OF_STEP, place(5))
    money = bent.say(bent.teller.authorize(TX, 10_000))
    assert (money.code, money.private.reason) == (OUT_OF_STEP, "declined")
    assert bank.operation(TX) is None
    assert bank.alarms == ["T0000001: its record does not continue what is known of it"]
    bent.say(bent.teller.reverse(txid_of(2), checkpoint=place(50, fill=3)))
    assert bank.operations[txid_of(2)].outcome == "tombstone", "outcomes are booked all the same"
    assert bank.checkpoint("T0000001") == place(5)
    bank.forget("T0000001", "wu")
    assert Talk(server, head=head).welcome.code == APPROVED


def test_an_advice_and_an_echo_bring_a_newer_place() -> None:
    talk = Talk(head=place(5))
    talk.say(talk.teller.reverse(TX, checkpoint=place(7)))
    assert talk.bank.checkpoint("T0000001") == place(7)
    talk.say(talk.teller.echo(place(8)))
    talk.say(talk.teller.reverse(TX, checkpoint=place(6)))
    assert talk.bank.checkpoint("T0000001") == place(8)


def test_an_old_sign_on_played_back_changes_nothing_and_alarms_nobody() -> None:
    server = BankServer(Bank())
    teller = Teller()
    old = teller.frame(teller.sign_on(place(2)))
    server.connection().handle(old)
    assert server.bank.checkpoint("T0000001") is None
    talk = Talk(server, head=place(5))
    talk.say(talk.teller.echo(place(6)))
    before = server.bank.snapshot()
    session = server.connection()
    assert session.handle(old) is not None
    assert not session.confirmed
    assert session.handle(talk.teller.frame(talk.teller.echo())) is None, "the key is another"
    assert server.bank.snapshot() == before


def test_a_longer_exchanged_record_gains_nothing_by_signing_on() -> None:
    server = known_at(5)
    Talk(server, head=place(9, fill=2))
    bent = Talk(server, head=place(9, fill=2))
    assert bent.welcome.private.checkpoint == place(5)
    bent.say(bent.teller.reverse(TX))
    bent.say(bent.teller.echo())
    assert server.bank.checkpoint("T0000001") == place(5), "it never went on as one that agrees"
    bent.say(bent.teller.authorize(txid_of(2), 10_000))
    assert server.bank.checkpoint("T0000001") == place(9, fill=2)


def test_a_repeated_sign_on_gets_the_same_bytes_and_another_new_nonces() -> None:
    server = BankServer(Bank())
    session, teller = server.connection(), Teller()
    asked = teller.sign_on()
    first = session.handle(teller.frame(asked))
    assert session.handle(teller.frame(replace(asked, mti="0801"))) == first
    again = session.handle(teller.frame(teller.sign_on()))
    assert first is not None
    assert again is not None
    nonces = {teller.read(reply.data).private.nonce for reply in (first, again)}
    assert len(nonces) == 2


# --- bytes and time -----------------------------------------------------------------------------


def test_bytes_may_come_in_pieces_and_answers_take_their_time() -> None:
    talk = Talk()
    data = talk.teller.framed(talk.teller.echo())
    assert talk.session.due(10.0) == NEVER
    for byte in data:
        talk.session.feed(bytes([byte]), 10.0)
    assert talk.session.due(10.0) == 10.0 + REPLY_SECONDS
    assert talk.session.advance(10.0 + REPLY_SECONDS - 0.01) == b""
    answer = talk.session.advance(10.0 + REPLY_SECONDS)
    assert talk.teller.read(Deframer().feed(answer)[0]).network == ECHO
    assert talk.session.due(20.0) == NEVER


def test_a_length_that_cannot_be_ends_the_session() -> None:
    session = Talk().session
    session.feed(b"\xff\xff", 0.0)
    assert session.closed


def test_a_flood_of_questions_ends_the_session() -> None:
    talk = Talk()
    session, teller = talk.session, talk.teller
    session.feed(b"".join(framed(teller.frame(teller.echo())) for _ in range(PENDING_MAX)), 0.0)
    assert not session.closed
    session.feed(teller.framed(teller.echo()), 0.0)
    assert session.closed


def test_purposes_are_named_like_the_effects() -> None:
    teller = Teller()
    messages = (
        *(teller.enquire(TX), teller.prefer(TX, "elder"), teller.verify(TX)),
        *(teller.ask(TX, "balance"), teller.authorize(TX, 100), teller.instruct(TX, 100, "bill")),
        *(teller.complete(TX, 100), teller.credit(TX, 100)),
        *(teller.suspect(TX, 100), teller.reverse(TX), teller.cancel(TX)),
        *(teller.sign_on(), teller.echo()),
    )
    assert tuple(purpose_of(message) for message in messages) == PURPOSES
    for message in messages:
        assert peek(teller.frame(message)) == message
    assert peek(b"noise") is None
    assert messages[0].processing == CARD_CHECK
    assert messages[11].network == SIGN_ON


def test_the_card_a_customer_does_not_have_is_unknown() -> None:
    talk = Talk()
    assert len(CUSTOMERS) == 10
    said = talk.say(replace(talk.teller.enquire(TX, "lin"), expiry="2001"))
    assert (said.code, said.private.reason) == ("54", "card_expired")
