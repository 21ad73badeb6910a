"""The conversation with the bank: every rule of the link, against a clerk who says what he is told."""

from dataclasses import replace
from itertools import pairwise

import pytest

from devices.host.framing import framed
from devices.host.link import BAD_FRAMES_MAX, NO_REPLY_SECONDS, HostLink, Standing, moment_of
from devices.host.message import (
    CARD_CHECK,
    ECHO,
    OUT_OF_STEP,
    PIN_CHECK,
    SIGN_ON,
    WITHDRAWAL,
    Checkpoint,
    LastOperation,
    Message,
    Original,
)
from devices.host.requests import Asked, Labels, request, understood
from terminal import effects as fx
from terminal import events as ev
from terminal.card import Card, Pan, PinBlock
from terminal.money import Amount, yuan
from terminal.recovery import Advised, Origin, Recovered
from tests.devices.host.desk import HOST_NONCE, KEY, TERMINAL, UTC, Clerk, Paper, Talk, reply_to

CARD = Card(Pan("6222020200112230556"), "3012")
BLOCK = PinBlock(bytes(range(16)))
M1, M2 = "01" * 16, "02" * 16
T1, T2, T3 = "a1" * 16, "a2" * 16, "a3" * 16

ENQUIRE = fx.EnquireCard(M1, CARD)
VERIFY = fx.VerifyPin(M2, CARD, BLOCK)
ASK = fx.Authorize(T1, 17, CARD, yuan(500), BLOCK)
PAID = fx.Complete(T1, yuan(500), (3, 2), "exit_counts")
UNDONE = fx.Reverse(T1, "no_reply")
DOUBT = fx.Suspect(T1, yuan(500), None, "jam", yuan(100))


def signed_on(paper: Paper | None = None) -> Talk:
    talk = Talk(paper)
    assert talk.sign_on() == []
    assert talk.events() == []
    return talk


def mtis(messages: list[Message]) -> list[str]:
    return [message.mti for message in messages]


def outcome(number: int) -> fx.Reverse:
    return fx.Reverse(f"{number:032x}", "no_reply")


def approve(message: Message, **said: object) -> Message:
    return reply_to(message, **{"approval": "A1B2C3", "token": "0f" * 12, **said})


def say(talk: Talk, *replies: Message) -> list[ev.Event]:
    talk.say(*replies)
    return talk.events()


# --- signing on -------------------------------------------------------------------------------


def test_nothing_but_the_sign_on_goes_out_before_the_bank_has_agreed() -> None:
    talk = Talk()
    assert talk.do(ENQUIRE) == talk.do(fx.Reverse(T2, "no_reply")) == []
    first = talk.connect()
    assert (first.mti, first.network) == ("0800", SIGN_ON)
    assert first.private.checkpoint == talk.paper.head()
    assert len(first.private.nonce) == 16
    assert talk.do(ASK) == talk.wait(5.0) == []
    talk.say(reply_to(first, nonce=HOST_NONCE))
    assert mtis(talk.heard()) == ["0420", "0100", "0200"], "outcomes first"


def test_every_sign_on_has_a_nonce_and_a_variant_of_its_own() -> None:
    talk = Talk()
    seen = set()
    for _ in range(5):
        message = talk.connect()
        seen.add((message.private.nonce, message.private.variant))
        talk.link.lost(talk.now)
        talk.wait(60.0)
    assert len(seen) == 5


def test_a_sign_on_that_is_refused_leads_to_another_connection() -> None:
    talk = Talk()
    message = talk.connect()
    assert say(talk, reply_to(message, "91", nonce=HOST_NONCE)) == [ev.ReplyRefused("form")]
    assert talk.link.take_given_up()
    assert talk.link.standing is Standing.CLOSED
    assert not talk.link.wants_connection(talk.now)
    assert talk.link.wants_connection(talk.now + 1.0)


def test_a_sign_on_without_an_answer_leads_to_another_connection() -> None:
    talk = Talk()
    talk.connect()
    talk.wait(NO_REPLY_SECONDS - 0.1)
    assert talk.given_up == 0
    talk.wait(0.2)
    assert talk.given_up == 1


def test_an_old_sign_on_reply_is_no_sign_on() -> None:
    talk = Talk()
    old = reply_to(talk.connect(), nonce=HOST_NONCE)
    talk.link.lost(talk.now)
    talk.wait(1.0)
    talk.connect()
    assert say(talk, old) == [ev.ReplyRefused("variant")]
    assert talk.link.standing is Standing.SIGNING_ON


def test_each_connection_has_a_key_of_its_own() -> None:
    talk = signed_on()
    old = talk.clerk
    talk.link.lost(talk.now)
    talk.wait(1.0)
    talk.sign_on()
    talk.events()
    message = talk.one(ENQUIRE)
    talk.link.received(old.say(reply_to(message)), talk.now)
    assert talk.events() == [ev.ReplyRefused("mac")]


# --- asking -----------------------------------------------------------------------------------


def test_a_card_check_as_the_bank_reads_it() -> None:
    message = signed_on().one(ENQUIRE)
    assert (message.mti, message.processing) == ("0100", CARD_CHECK)
    assert (message.pan, message.expiry, message.at) == (CARD.pan, "3012", "1121233229")
    assert message.private.txid == M1
    assert message.private.pin_block is None


def test_a_pin_check_as_the_bank_reads_it() -> None:
    message = signed_on().one(VERIFY)
    assert (message.mti, message.processing) == ("0100", PIN_CHECK)
    assert (message.private.txid, message.private.pin_block) == (M2, BLOCK)


def test_an_authorization_as_the_bank_reads_it() -> None:
    message = signed_on().one(ASK)
    assert (message.mti, message.processing, message.stan) == ("0200", WITHDRAWAL, 17)
    assert (message.amount, message.currency, message.rrn) == (50_000, "156", "000000000017")
    assert (message.private.txid, message.private.pin_block) == (T1, BLOCK)
    assert message.private.account == ""


def test_labels_are_fresh_for_every_message_and_the_number_rotates() -> None:
    talk = signed_on()
    labels = [talk.one(fx.EnquireCard(f"{n:032x}", CARD)).private for n in range(30)]
    assert len({label.variant for label in labels}) == 30
    numbers = "".join(label.coordination for label in labels)
    assert set(numbers) == set("123456789:;<=>?")
    assert numbers[:15] == numbers[15:]


def test_what_the_bank_says_of_a_card() -> None:
    talk = signed_on()
    known = reply_to(
        talk.one(ENQUIRE), services=("withdrawal",), age_band="80plus", preference="elder"
    )
    assert say(talk, known) == [ev.CardKnown(("withdrawal",), "80plus", "elder")]
    strange = reply_to(talk.one(ENQUIRE), age_band="90plus", preference="pink")
    assert say(talk, strange) == [ev.CardKnown((), None, None)]
    refused = reply_to(talk.one(ENQUIRE), "54", reason="card_expired")
    assert say(talk, refused) == [ev.CardRefused("card_expired")]
    captured = reply_to(talk.one(ENQUIRE), "43", reason="<b>never mind</b>", capture=True)
    assert say(talk, captured) == [ev.CardRefused("card_unknown", capture=True)]


def test_what_the_bank_says_of_a_pin() -> None:
    talk = signed_on()
    assert say(talk, reply_to(talk.one(VERIFY))) == [ev.PinRight(M2)]
    assert say(talk, reply_to(talk.one(VERIFY), "55", tries_left=2)) == [ev.PinWrong(M2, 2)]
    assert say(talk, reply_to(talk.one(VERIFY), "75", tries_left=0)) == [ev.PinWrong(M2, 0)]
    assert say(talk, reply_to(talk.one(VERIFY), "96")) == [ev.ReplyRefused("form")]


def test_what_the_bank_says_of_an_amount() -> None:
    talk = signed_on()
    approved = [ev.Approved(T1, "A1B2C3", "0f" * 12, "00")]
    assert say(talk, approve(talk.one(ASK))) == approved
    poor = reply_to(talk.one(ASK), "51", reason="insufficient")
    assert say(talk, poor) == [ev.Declined(T1, "51", "insufficient")]
    strange = reply_to(talk.one(ASK), "77", reason="mercury_in_retrograde")
    assert say(talk, strange) == [ev.Declined(T1, "77", "declined")]


@pytest.mark.parametrize("wrong", [{"amount": 50_001}, {"amount": None}, {"currency": "840"}])
def test_an_approval_of_another_amount_is_none(wrong: dict[str, object]) -> None:
    talk = signed_on()
    message = talk.one(ASK)
    assert say(talk, approve(message, **wrong)) == [ev.ReplyRefused("amount")]
    assert say(talk, approve(message)) == [ev.Approved(T1, "A1B2C3", "0f" * 12, "00")]


def test_an_approval_without_its_number_or_an_answer_without_a_code_is_none() -> None:
    talk = signed_on()
    message = talk.one(ASK)
    assert say(talk, reply_to(message)) == [ev.ReplyRefused("form")]
    assert say(talk, approve(message, code="")) == [ev.ReplyRefused("form")]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"txid": T2}, "txid"),
        ({"variant": "00" * 8}, "variant"),
        ({"coordination": "9"}, "coordination"),
        ({"mti": "0110"}, "txid"),
        ({"mti": "0230"}, "txid"),
        ({"mti": "0200"}, "form"),
        ({"terminal": "ATM00043"}, "form"),
    ],
)
def test_a_reply_counts_only_if_everything_is_of_its_request(
    wrong: dict[str, object], why: str
) -> None:
    talk = signed_on()
    message = talk.one(ASK)
    assert say(talk, approve(message, **wrong)) == [ev.ReplyRefused(why)]
    assert say(talk, approve(message)) != []


def test_an_answer_counts_once() -> None:
    talk = signed_on()
    reply = approve(talk.one(ASK))
    assert len(say(talk, reply)) == 1
    assert say(talk, reply) == [ev.ReplyRefused("txid")]


def test_what_the_terminal_said_itself_is_no_answer() -> None:
    talk = signed_on()
    message = talk.one(ENQUIRE)
    assert say(talk, message) == [ev.ReplyRefused("form")]


def test_a_new_card_check_ends_the_older_ones() -> None:
    talk = signed_on()
    old = talk.one(ENQUIRE)
    new = talk.one(fx.EnquireCard(M2, CARD))
    assert say(talk, reply_to(old)) == [ev.ReplyRefused("txid")]
    assert say(talk, reply_to(new)) == [ev.CardKnown(())]


def test_a_late_approval_is_passed_on_and_other_late_answers_are_not() -> None:
    talk = signed_on()
    asked, checked = talk.one(ASK), talk.one(VERIFY)
    talk.wait(NO_REPLY_SECONDS + 1.0)
    assert say(talk, reply_to(checked)) == [ev.ReplyRefused("txid")]
    assert say(talk, approve(asked)) == [ev.Approved(T1, "A1B2C3", "0f" * 12, "00")]


def test_a_request_waits_for_the_bank_but_is_never_sent_late() -> None:
    talk = Talk()
    talk.do(ENQUIRE)
    talk.do(ASK)
    talk.wait(NO_REPLY_SECONDS + 0.1)
    assert talk.sign_on() == []
    early = Talk()
    early.do(ENQUIRE)
    early.wait(NO_REPLY_SECONDS - 0.1)
    assert mtis(early.sign_on()) == ["0100"]


def test_a_reversal_goes_out_though_its_authorization_never_did() -> None:
    talk = Talk()
    talk.do(ASK)
    talk.do(UNDONE)
    (message,) = talk.sign_on()
    assert (message.mti, message.private.txid) == ("0420", T1)
    assert message.original == Original("0200", 17, "1121233229")


def test_a_request_on_a_broken_connection_is_not_sent_again() -> None:
    talk = signed_on()
    talk.do(ASK)
    talk.link.lost(talk.now)
    talk.wait(1.0)
    assert talk.sign_on() == []


def test_a_sent_request_keeps_no_pin_block_and_no_card_number() -> None:
    labels = Labels("1121233229", 17, "00" * 8, "1")
    made = Asked(ASK, request(ASK, TERMINAL, labels, None), 25.0)
    kept = made.after_sending(25.0)
    assert isinstance(kept.effect, fx.Authorize)
    assert kept.effect.block != BLOCK
    assert kept.effect.card.pan != CARD.pan
    assert (kept.message.private.pin_block, kept.message.pan) == (None, None)


def test_requests_tell_of_the_operation_before() -> None:
    talk = signed_on()
    assert talk.one(ENQUIRE).private.last is None
    talk.do(PAID)
    assert talk.one(ENQUIRE).private.last == LastOperation(T1, "completed", (3, 2))
    talk.do(fx.Reverse(T2, "no_reply"))
    assert talk.one(VERIFY).private.last == LastOperation(T2, "reversed", ())
    talk.do(fx.Suspect(T3, yuan(100), (1,), "jam"))
    assert talk.one(fx.Authorize(M1, 18, CARD, yuan(100), BLOCK)).private.last == LastOperation(
        T3, "suspect", (1,)
    )


def test_a_reason_nobody_knows_is_the_plain_one() -> None:
    assert understood(ev.CardRefused("nonsense")) == ev.CardRefused("card_unknown")
    assert understood(ev.Declined(T1, "77", "nonsense")) == ev.Declined(T1, "77", "declined")
    assert understood(ev.PinRight(M1)) == ev.PinRight(M1)


# --- telling ----------------------------------------------------------------------------------


def test_a_completion_as_the_bank_reads_it() -> None:
    talk = signed_on()
    talk.do(ASK)
    message = talk.one(PAID)
    said = message.private
    assert (message.mti, message.amount, message.currency) == ("0220", 50_000, "156")
    assert (message.stan, message.at, message.rrn) == (17, "1121233229", "000000000017")
    assert (said.txid, said.ending, said.counts, said.basis) == (
        *(T1, "completed", (3, 2), "exit_counts"),
    )
    assert said.checkpoint == talk.paper.head()


def test_a_doubt_as_the_bank_reads_it() -> None:
    message = signed_on().one(DOUBT)
    said = message.private
    assert (message.mti, message.amount) == ("0220", 50_000)
    assert (said.ending, said.counts, said.disputed) == ("suspect", (), 10_000)


def test_a_reversal_as_the_bank_reads_it() -> None:
    talk = signed_on()
    talk.do(ASK)
    message = talk.one(UNDONE)
    assert (message.mti, message.amount, message.replacement) == ("0420", None, 0)
    assert message.original == Original("0200", 17, "1121233229")
    assert message.private.ending == "reversed"


def test_a_strange_basis_does_not_keep_an_outcome_back() -> None:
    message = signed_on().one(fx.Reverse(T1, "not_executed_" + "ü\n" * 60))
    assert message.private.basis == ("not_executed_" + "?" * 120)[:64]


def test_an_outcome_is_repeated_with_growing_pauses_and_the_same_labels() -> None:
    talk = signed_on()
    first = talk.one(PAID)
    sent, heard = [talk.now], [first]
    while len(sent) < 13:
        talk.paper.rows += 1
        said = talk.wait(0.5)
        for message in said:
            if message.network:
                talk.say(reply_to(message))
                continue
            sent.append(talk.now)
            heard.append(message)
    pauses = [b - a for a, b in pairwise(sent)]
    for pause, wanted in zip(pauses, [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300], strict=False):
        assert wanted * 0.9 - 0.5 <= pause <= wanted * 1.1 + 0.5
    assert (
        len({round(pause / wanted, 3) for pause, wanted in zip(pauses, [2, 4, 8], strict=False)})
        > 1
    )
    assert mtis(heard) == ["0220"] + ["0221"] * (len(heard) - 1)
    plain = {replace(m, mti="", private=replace(m.private, checkpoint=None)) for m in heard}
    assert len(plain) == 1
    rows = [m.private.checkpoint.seq for m in heard if m.private.checkpoint]
    assert rows == sorted(rows)
    assert rows[0] < rows[-1], "every repeat carries the checkpoint of its moment"


def test_an_outcome_is_acknowledged_once() -> None:
    talk = signed_on()
    message = talk.one(UNDONE)
    again = talk.wait(3.0)
    assert mtis(again) == ["0421"]
    assert say(talk, reply_to(message)) == [ev.Acknowledged(T1)]
    assert say(talk, reply_to(again[0])) == []
    assert [m.mti for m in talk.wait(50.0)] == []


def test_only_code_00_acknowledges() -> None:
    talk = signed_on()
    message = talk.one(PAID)
    assert say(talk, reply_to(message, "94")) == []
    assert mtis(talk.wait(3.0)) == ["0221"]
    assert say(talk, reply_to(message)) == [ev.Acknowledged(T1)]


def test_an_acknowledgement_of_the_other_kind_is_none() -> None:
    talk = signed_on()
    message = talk.one(UNDONE)
    assert say(talk, reply_to(message, mti="0230")) == [ev.ReplyRefused("txid")]


def test_a_second_outcome_of_the_operation_takes_the_place_of_the_first() -> None:
    talk = signed_on()
    doubt = talk.one(DOUBT)
    settled = talk.one(fx.Complete(T1, yuan(500), (), "settled_by_count"))
    assert say(talk, reply_to(doubt)) == [ev.ReplyRefused("variant")]
    assert say(talk, reply_to(settled)) == [ev.Acknowledged(T1)]
    assert not [m for m in talk.wait(50.0) if not m.network]


def test_after_six_failures_people_are_told_once() -> None:
    talk = signed_on()
    talk.do(PAID)
    told = list[float]()
    while talk.now < 1000.0:
        for message in talk.wait(2.0):
            if message.network:
                talk.say(reply_to(message))
        told += [talk.now for event in talk.events() if event == ev.LinkAlarm("outbox_failing")]
    assert len(told) == 1
    assert 126 * 0.9 <= told[0] <= 126 * 1.1 + 2.0, "2 + 4 + 8 + 16 + 32 + 64 seconds"


def test_a_refused_outcome_counts_as_a_failure() -> None:
    talk = signed_on()
    heard = [talk.one(PAID)]
    alarms = list[bool]()
    while len(alarms) < 6:
        talk.say(reply_to(heard[-1], "96"))
        alarms.append(ev.LinkAlarm("outbox_failing") in talk.events())
        while len(heard) == len(alarms):
            heard += [m for m in talk.wait(1.0) if not m.network]
    assert alarms == [False] * 5 + [True]


def test_an_outcome_half_an_hour_old_closes_the_machine_until_the_outbox_is_empty() -> None:
    talk = signed_on()
    message = talk.one(PAID)
    seen: list[ev.Event] = []

    def pass_time(seconds: float) -> None:
        end = talk.now + seconds
        while talk.now < end:
            for said in talk.wait(10.0):
                if said.network:
                    talk.say(reply_to(said))
            seen.extend(talk.events())

    pass_time(1790.0)
    assert ev.HostDown() not in seen
    pass_time(30.0)
    assert seen[-2:] == [ev.LinkAlarm("outbox_old"), ev.HostDown()]
    other = talk.do(fx.Reverse(T2, "no_reply"))
    assert say(talk, reply_to(message)) == [ev.Acknowledged(T1)]
    assert say(talk, reply_to(other[0])) == [ev.Acknowledged(T2), ev.HostUp()]


def test_a_long_outbox_drains_a_few_at_a_time() -> None:
    talk = Talk()
    for number in range(1, 41):
        talk.do(outcome(number))
    waiting = talk.sign_on()
    assert len(waiting) == 4
    order = []
    while waiting:
        message = waiting.pop(0)
        order.append(int(message.private.txid, 16))
        talk.say(reply_to(message))
        waiting += talk.heard()
        assert len(waiting) <= 4
    assert order == list(range(1, 41))


def test_outcomes_without_an_answer_do_not_hold_up_the_others() -> None:
    talk = Talk()
    for number in range(1, 13):
        talk.do(outcome(number))
    heard = talk.sign_on() + talk.wait(30.0)
    assert {int(m.private.txid, 16) for m in heard if not m.network} == set(range(1, 13))


def test_a_fresh_connection_is_told_at_once_what_is_owed() -> None:
    talk = signed_on()
    talk.do(PAID)
    for _ in range(3):
        talk.wait(10.0)
    talk.link.lost(talk.now)
    talk.wait(1.0)
    assert mtis(talk.sign_on()) == ["0221"]
    assert 1.7 < talk.link.due(talk.now) - talk.now < 2.3, "the pauses begin anew"


def test_the_record_says_what_is_still_to_be_told() -> None:
    origin = Origin(T1, 17, "2026-10-01T08:00:01.000Z", "f00d" * 6)
    found = Recovered(
        outbox=(Advised(PAID, 8),),
        told=(Advised(fx.Reverse(T2, "no_reply"), 3, 4),),
        origins={T1: origin},
    )
    talk = Talk()
    talk.link.resume(found, talk.now, UTC)
    (message,) = talk.sign_on(talk.paper.place(4))
    assert (message.mti, message.stan, message.at) == ("0221", 17, "1001080001")
    assert message.private.account == "f00d" * 6
    assert talk.one(ENQUIRE).private.last == LastOperation(T1, "completed", (3, 2))
    assert say(talk, reply_to(message)) == [ev.Acknowledged(T1)]


# --- whether anybody is there -------------------------------------------------------------------


def test_an_echo_asks_after_a_minute_in_which_nothing_was_heard() -> None:
    talk = signed_on()
    assert talk.wait(59.0) == []
    talk.say(reply_to(talk.one(ENQUIRE)))
    assert talk.wait(59.0) == []
    (echo,) = talk.wait(2.0)
    assert (echo.mti, echo.network) == ("0800", ECHO)
    assert echo.private.checkpoint == talk.paper.head()
    assert say(talk, reply_to(echo))[1:] == []
    assert talk.wait(58.0) == []


def test_three_misses_are_no_bank_and_a_new_connection_brings_it_back() -> None:
    talk = signed_on()
    talk.do(ENQUIRE)
    echoes = talk.wait(74.9)
    assert mtis(echoes) == ["0800", "0801"], "each miss asks at once whether anybody is there"
    assert echoes[0].private.variant == echoes[1].private.variant
    assert talk.events() == []
    talk.wait(0.2)
    assert talk.events() == [ev.HostDown()]
    assert talk.given_up == 1
    talk.wait(1.0)
    talk.sign_on()
    assert talk.events() == [ev.HostUp()]


def test_misses_count_only_in_a_row() -> None:
    talk = signed_on()
    for _ in range(4):
        talk.do(ENQUIRE)
        (echo,) = talk.wait(30.0)
        assert say(talk, reply_to(echo)) == []
        (echo,) = talk.wait(60.0)
        talk.say(reply_to(echo))
    assert talk.events() == []


def test_a_refused_reply_does_not_prove_a_bank() -> None:
    talk = signed_on()
    message = talk.one(ASK)
    for _ in range(4):
        talk.say(approve(message, amount=1))
        talk.wait(24.0)
    assert ev.HostDown() in talk.events()


def test_no_bank_at_the_start_is_known_within_five_seconds() -> None:
    talk = Talk()
    tries = list[float]()
    while talk.now < 5.0:
        if talk.link.wants_connection(talk.now):
            talk.link.opening()
            talk.link.lost(talk.now)
            tries.append(talk.now)
        talk.wait(0.25)
    assert tries == [0.0, 1.0, 3.0]
    assert talk.events() == [ev.HostDown()]


def test_pauses_between_attempts_grow_to_half_a_minute() -> None:
    talk = Talk()
    tries = list[float]()
    while len(tries) < 8:
        if talk.link.wants_connection(talk.now):
            talk.link.opening()
            talk.link.lost(talk.now)
            tries.append(talk.now)
        talk.wait(0.5)
    assert [b - a for a, b in pairwise(tries)] == [1, 2, 4, 8, 16, 30, 30]
    assert talk.events() == [ev.HostDown()], "said once"
    talk.wait(30.0)
    talk.sign_on()
    assert talk.events() == [ev.HostUp()]
    talk.link.lost(talk.now)
    assert talk.link.wants_connection(talk.now + 1.0), "after a sign-on the pauses begin anew"


def test_a_bank_that_never_agrees_to_a_sign_on_is_no_bank() -> None:
    talk = Talk()
    for pause in (1.0, 2.0):
        talk.connect()
        talk.wait(NO_REPLY_SECONDS + pause)
        assert talk.events() == []
    talk.connect()
    talk.wait(NO_REPLY_SECONDS)
    assert talk.events() == [ev.HostDown()]


def test_an_echo_that_nobody_asked_for_is_none() -> None:
    talk = signed_on()
    (echo,) = talk.wait(60.0)
    assert say(talk, reply_to(echo)) == []
    assert say(talk, reply_to(echo)) == [ev.ReplyRefused("variant")]


def test_a_lost_connection_is_no_miss_but_the_attempts_after_it_are() -> None:
    talk = signed_on()
    talk.link.lost(talk.now)
    for pause in (1.0, 2.0):
        talk.wait(pause)
        talk.link.opening()
        talk.link.lost(talk.now)
    assert talk.events() == []
    talk.wait(4.0)
    talk.link.opening()
    talk.link.lost(talk.now)
    assert talk.events() == [ev.HostDown()]


def test_a_lost_connection_alone_is_no_miss() -> None:
    talk = signed_on()
    for _ in range(5):
        talk.link.lost(talk.now)
        talk.wait(1.0)
        talk.sign_on()
    assert talk.events() == []


# --- what cannot be believed ---------------------------------------------------------------------


def test_a_bad_check_value_and_a_bad_form_are_dropped() -> None:
    talk = signed_on()
    message = talk.one(ASK)
    good = bytearray(talk.clerk.say(approve(message)))
    good[-1] ^= 1
    talk.link.received(bytes(good), talk.now)
    talk.link.received(framed(b"nonsense"), talk.now)
    assert talk.events() == [ev.ReplyRefused("mac"), ev.ReplyRefused("form")]
    assert say(talk, approve(message)) == [ev.Approved(T1, "A1B2C3", "0f" * 12, "00")]


def test_five_bad_frames_end_the_connection() -> None:
    talk = signed_on()
    for _ in range(BAD_FRAMES_MAX - 1):
        talk.link.received(framed(b"nonsense"), talk.now)
    assert not talk.link.take_given_up()
    talk.link.received(framed(b"nonsense") * 3, talk.now)
    assert talk.link.take_given_up()
    assert talk.events() == [ev.ReplyRefused("form")] * BAD_FRAMES_MAX
    talk.wait(1.0)
    talk.sign_on()
    talk.link.received(framed(b"nonsense"), talk.now)
    assert not talk.link.take_given_up(), "every connection has its own count"


def test_a_length_that_cannot_be_ends_the_connection() -> None:
    talk = signed_on()
    talk.link.received(b"\xff\xff", talk.now)
    assert talk.link.take_given_up()
    assert talk.events() == [ev.ReplyRefused("form")]


def test_nothing_under_a_session_key_counts_before_the_sign_on() -> None:
    talk = Talk()
    echo = replace(talk.connect(), mti="0810", network=ECHO)
    talk.link.received(Clerk(session=KEY).say(echo), talk.now)
    assert talk.events() == [ev.ReplyRefused("mac")]


# --- whose memory is right -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "altered", "place", "code", "why"),
    [
        (10, 0, 11, "00", "missing"),
        (10, 0, 11, OUT_OF_STEP, "missing"),
        (10, 7, 7, "00", "altered"),
        (10, 0, 7, OUT_OF_STEP, "altered"),
        (10, 0, 0, OUT_OF_STEP, "altered"),
    ],
)
def test_a_bank_that_remembers_another_record_stops_the_money(
    rows: int, altered: int, place: int, code: str, why: str
) -> None:
    talk = Talk(Paper(rows, altered))
    talk.do(ASK)
    talk.do(fx.Reverse(T2, "no_reply"))
    said = talk.sign_on(Paper(20).place(place), code)
    assert talk.events() == [ev.RecordDisputed(why)]
    assert mtis(said) == ["0420"], "outcomes are told, money is not asked for"
    assert said[0].private.checkpoint is None, "the next sign-on must find the difference again"
    assert talk.do(fx.Authorize(T3, 18, CARD, yuan(100), BLOCK)) == []
    assert mtis(talk.do(ENQUIRE)) == ["0100"]
    assert say(talk, reply_to(said[0])) == [ev.Acknowledged(T2)]
    talk.link.lost(talk.now)
    talk.wait(1.0)
    talk.sign_on(Paper(20).place(place), code)
    assert talk.events() == [], "said once"


@pytest.mark.parametrize(
    "place", [None, Checkpoint(0, bytes(32)), Paper().place(10), Paper().place(3)]
)
def test_a_bank_that_remembers_our_record_or_nothing_disputes_nothing(
    place: Checkpoint | None,
) -> None:
    talk = Talk()
    assert talk.sign_on(place) == []
    assert talk.events() == []


def visit(talk: Talk, txid: str) -> int:
    """An operation told and acknowledged; gives the row its advice carried."""
    talk.paper.rows += 5
    message = talk.one(fx.Complete(txid, yuan(100), (1,), "exit_counts"))
    talk.say(reply_to(message))
    assert talk.events() == [ev.Acknowledged(txid)]
    assert message.private.checkpoint is not None
    talk.paper.rows += 1
    return message.private.checkpoint.seq


def again(talk: Talk, row: int) -> list[Message]:
    """A new connection to a bank that stands at this row."""
    talk.link.lost(talk.now)
    talk.wait(1.0)
    talk.events()
    return talk.sign_on(talk.paper.place(row))


def test_an_undisturbed_reconnect_repeats_nothing() -> None:
    talk = signed_on()
    visit(talk, T1)
    row = visit(talk, T2)
    for _ in range(3):
        assert again(talk, row) == []
        assert talk.events() == []


def test_a_bank_from_an_old_backup_is_told_again_what_it_lost() -> None:
    talk = signed_on()
    old = visit(talk, T1)
    visit(talk, T2)
    visit(talk, T3)
    said = again(talk, old)
    assert [(m.mti, m.private.txid) for m in said] == [("0221", T2), ("0221", T3)]
    theirs = talk.paper.place(old)
    assert [m.private.checkpoint for m in said] == [theirs] * 2, "ours would speak for both"
    assert talk.events() == [ev.LinkAlarm("resent")]
    assert say(talk, *map(reply_to, said)) == [], "the record knows of the acknowledgement already"
    (echo,) = talk.wait(0.1)
    assert echo.private.checkpoint == talk.paper.head(), "now the bank may know our place"
    assert say(talk, reply_to(echo)) == []
    assert again(talk, talk.paper.rows) == []
    assert talk.events() == []


def test_the_bank_learns_our_place_only_when_it_has_all_it_had_lost() -> None:
    talk = signed_on()
    old = visit(talk, T1)
    visit(talk, T2)
    visit(talk, T3)
    first, second = again(talk, old)
    talk.say(reply_to(first))
    meanwhile = (fx.Reverse(M1, "no_reply"), ENQUIRE, ASK)
    named = [talk.one(effect).private.checkpoint for effect in meanwhile]
    assert named == [talk.paper.place(old)] * 3, "naming none would let it keep that of the sign-on"
    assert talk.wait(0.5) == []
    talk.say(reply_to(second))
    assert [m.network for m in talk.wait(0.5)] == [ECHO]


def test_what_was_told_again_in_vain_is_told_until_it_is_booked() -> None:
    talk = signed_on()
    old = visit(talk, T1)
    visit(talk, T2)
    assert len(again(talk, old)) == 1
    assert [m.private.txid for m in again(talk, talk.paper.rows)] == [T2]


def test_where_the_row_cannot_tell_an_outcome_is_repeated_in_silence() -> None:
    """The sign-on and two advices carried the same row: the bank may stand before or behind them."""
    talk = signed_on()
    message = talk.one(PAID)
    row = talk.paper.rows
    assert say(talk, reply_to(message)) == [ev.Acknowledged(T1)]
    talk.paper.rows += 1
    said = again(talk, row)
    assert mtis(said) == ["0221"]
    assert talk.events() == []
    assert say(talk, reply_to(said[0])) == []
    assert again(talk, row + 1) == again(talk, row + 1) == [], "but not for ever"


def test_an_outcome_decided_anew_is_told_in_place_of_the_one_once_told() -> None:
    talk = signed_on()
    talk.paper.rows += 1
    talk.say(reply_to(talk.one(DOUBT)))
    settled = fx.Complete(T1, yuan(500), (), "settled_by_count")
    talk.do(settled)
    (said,) = again(talk, 3)
    assert said.private.basis == "settled_by_count"
    assert say(talk, reply_to(said)) == [ev.Acknowledged(T1)]


def test_only_the_connection_that_brought_the_acknowledgement_tells_the_row() -> None:
    """Sent at row 11, and at 13 on the next connection, which was answered; the bank stands at 12."""
    talk = signed_on()
    talk.paper.rows = 11
    talk.do(PAID)
    talk.link.lost(talk.now)
    talk.wait(1.0)
    talk.paper.rows = 13
    (repeat,) = talk.sign_on(talk.paper.place(10))
    assert repeat.private.checkpoint == talk.paper.head()
    assert say(talk, reply_to(repeat)) == [ev.Acknowledged(T1)]
    talk.paper.rows = 14
    assert mtis(again(talk, 12)) == ["0221"]
    assert talk.events() == [ev.LinkAlarm("resent")]


def test_an_outcome_sent_twice_may_have_been_booked_at_either_sending() -> None:
    """Sent at rows 11 and 13 and refused the first time; the bank stands at 12, where an echo was."""
    talk = signed_on()
    talk.paper.rows = 11
    message = talk.one(PAID)
    assert say(talk, reply_to(message, "96")) == []
    talk.paper.rows = 13
    (repeat,) = talk.wait(3.0)
    assert say(talk, reply_to(repeat)) == [ev.Acknowledged(T1)]
    talk.paper.rows = 14
    assert mtis(again(talk, 12)) == ["0221"]
    assert talk.events() == []


@pytest.mark.parametrize(
    ("row", "said", "alarms"),
    [
        (2, ["0421", "0221"], 1),
        (5, ["0421", "0221"], 1),
        (6, ["0221"], 1),
        (7, ["0221"], 1),
        (8, ["0221"], 0),
        (9, [], 0),
        (10, [], 0),
    ],
)
def test_after_a_restart_the_rows_of_the_outcome_and_its_acknowledgement_tell(
    row: int, said: list[str], alarms: int
) -> None:
    """Told: one reversed at row 4 and acknowledged at 6, one completed at row 8, acknowledged at 9."""
    told = (Advised(fx.Reverse(T2, "no_reply"), 4, 6), Advised(PAID, 8, 9))
    talk = Talk()
    talk.link.resume(Recovered(told=told), talk.now, UTC)
    assert mtis(talk.sign_on(talk.paper.place(row))) == said
    assert talk.events() == [ev.LinkAlarm("resent")] * alarms


# --- the rest -------------------------------------------------------------------------------------


def test_the_same_entropy_says_the_same_bytes() -> None:
    def bytes_of(entropy: bytes) -> bytes:
        link = HostLink(TERMINAL, KEY, Paper(), entropy)
        link.opening()
        link.opened(0.0, UTC)
        return link.take_output()

    assert bytes_of(b"one") == bytes_of(b"one") != bytes_of(b"two")


def test_a_clock_that_tells_nothing_holds_nothing_up() -> None:
    assert moment_of(UTC) == "1121233229"
    assert moment_of("the clock is dead") == "0101000000"


def test_an_amount_in_another_currency_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        signed_on().do(fx.Complete(T1, Amount(100, "USD"), (1,), "exit_counts"))


def test_a_terminal_takes_no_card_before_a_bank_has_agreed_to_its_first_sign_on() -> None:
    talk = Talk()
    talk.link.resume(Recovered(), talk.now, UTC)
    talk.connect()
    talk.wait(4.9)
    assert talk.events() == []
    talk.wait(0.2)
    assert talk.events() == [ev.HostDown()]


def test_a_bank_that_agrees_at_once_is_never_taken_for_none() -> None:
    talk = Talk()
    talk.link.resume(Recovered(), talk.now, UTC)
    talk.sign_on(None)
    talk.wait(10.0)
    assert talk.events() == []
