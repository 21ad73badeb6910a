"""What may come of a message to the bank: answers, silence, answers that are not to be believed."""

from collections.abc import Callable
from typing import Any

from devices.host.message import Checkpoint, Message
from sim.proof.errors.line import Bend, Twist
from sim.proof.errors.scenario import ORDERED, Scenario, Stage, Strike, customer
from sim.world.bank.server import BankServer
from terminal import session as s
from terminal.card import Pan, PinBlock
from terminal.money import yuan
from terminal.values import replace

UNKNOWN_PAN = Pan("6228480000000000711")
OTHER_ID = "0f" * 16
BLOCK = PinBlock(bytes(16))
THIS_MONTH = 10**6
"""A day in years to come: always less than 30 days ago."""

# --- strikes ----------------------------------------------------------------------------------


def _customer_is(**facts: Any) -> Strike:
    def strike(stage: Stage) -> None:
        for name, value in facts.items():
            setattr(stage.bench.world.bank.customers["lin"], name, value)

    return strike


def _line(**knobs: Any) -> Strike:
    def strike(stage: Stage) -> None:
        for name, value in knobs.items():
            setattr(stage.bank.line, name, value)

    return strike


def _silent_to(*purposes: str, acts: bool = False) -> Strike:
    return _line(silent_to=frozenset(purposes), acts_in_silence=acts)


def _bend(purpose: str, bend: Bend) -> Strike:
    def strike(stage: Stage) -> None:
        stage.bank.teller.bends[purpose] = bend

    return strike


def _twist(purpose: str, twist: Twist) -> Strike:
    def strike(stage: Stage) -> None:
        stage.bank.teller.twists[purpose] = twist

    return strike


def _seen(**other: Any) -> Bend:
    """The bank sees these fields of the message in place of what was sent."""
    return lambda bank, message: replace(message, **other)


def _seen_private(**other: Any) -> Bend:
    return lambda bank, message: replace(message, private=replace(message.private, **other))


def _says(code: str = "", **other: Any) -> Twist:
    """The bank's answer with these private fields, and another code."""

    def twist(reply: Message) -> Message:
        private = replace(reply.private, **other)
        return replace(reply, code=code or reply.code, private=private)

    return twist


def _already_reversed(bank: BankServer, message: Message) -> Message:
    bank.bank.reverse(message.private.txid, "no_reply")
    return message


def _already_asked(stage: Stage) -> None:
    """The same operation came before, for another amount; it is undone when that was noticed."""
    other = yuan(100).minor

    def bend(bank: BankServer, message: Message) -> Message:
        BankServer.answer(bank, "Authorize", replace(message, amount=other), None)
        return message

    def twist(reply: Message) -> Message:
        stage.bench.world.bank.reverse(reply.private.txid)
        return reply

    stage.bank.teller.bends["Authorize"] = bend
    stage.bank.teller.twists["Authorize"] = twist


def _for_other_reasons(stage: Stage) -> None:
    """No, for a reason that the catalogue does not have."""
    stage.bank.teller.bends["Authorize"] = _seen_private(pin_block=BLOCK)
    stage.bank.teller.twists["Authorize"] = _says("05", reason="some_other_reason")


def _three_doubts(stage: Stage) -> None:
    """Three endings that nobody understood, on this account, this month."""
    ledger = stage.bench.world.bank.ledger
    with ledger:
        for number in range(3):
            ledger.add_doubt(f"{number:032x}", "lin", THIS_MONTH)


def _meddled(meddle: Callable[[bytes], bytes]) -> Strike:
    """Change the bytes of the answer about the money."""

    def strike(stage: Stage) -> None:
        def noticed(reply: Message) -> Message:
            stage.bank.wire.meddle = meddle
            return reply

        stage.bank.teller.twists["Authorize"] = noticed

    return strike


def _remembers(seq: int) -> Strike:
    """The bank remembers a row that is not the record's."""

    def strike(stage: Stage) -> None:
        terminal = stage.bench.settings.terminal
        stage.bench.world.bank.keep_checkpoint(terminal, Checkpoint(seq, b"x" * 32))

    return strike


# --- scenarios --------------------------------------------------------------------------------

TOO_LITTLE = customer("wang", amount=1_000, cancels_at="choose_amount_insufficient")
WRONG_TWICE = customer(pins=("111111", "111112", "135790"))
WRONG_EVER = customer(pins=("111111",))


def _declined(code: str, strike: Strike, reads: str = "notice.declined", **more: Any) -> Scenario:
    return Scenario(f"bank money-{code}", "at the money", reads, before=strike, **more)


def _disbelieved(why: str, strike: Strike) -> Scenario:
    """An answer about the money that counts as none; the hold goes away again."""
    return Scenario(
        f"bank bad-{why}",
        "the answer about the money",
        "notice.host_silent",
        before=strike,
        refused=why,
    )


BANK: tuple[Scenario, ...] = (
    Scenario("bank card-54", "before the PIN", "notice.card_expired", wish=customer("expired")),
    Scenario("bank card-14", "before the PIN", "notice.card_unknown", wish=customer("unknown")),
    Scenario(
        "bank card-75", "before the PIN", "notice.card_blocked", before=_customer_is(blocked=True)
    ),
    Scenario(
        "bank card-capture",
        "before the PIN",
        "notice.card_captured_by_bank",
        card="bin",
        before=_twist("EnquireCard", _says("41", reason="card_blocked", capture=True)),
    ),
    Scenario(
        "bank card-30",
        "before the PIN",
        "notice.host_silent",
        before=_bend("EnquireCard", _seen(pan=None)),
    ),
    Scenario(
        "bank pin-55", "twice", "enter_pin_again", charged=ORDERED, paid=ORDERED, wish=WRONG_TWICE
    ),
    Scenario("bank pin-75", "the third time", "notice.pin_blocked", wish=WRONG_EVER),
    Scenario(
        "bank pin-30",
        "at the PIN",
        "notice.host_silent",
        before=_bend("VerifyPin", _seen_private(pin_block=None)),
        refused="form",
    ),
    Scenario("bank money-51", "at the money", "choose_amount_insufficient", wish=TOO_LITTLE),
    Scenario(
        "bank money-51",
        "three times",
        "notice.insufficient",
        wish=customer("wang", amount=1_000),
    ),
    Scenario(
        "bank money-61",
        "at the money",
        "choose_amount_over_limit",
        wish=customer(cancels_at="choose_amount_over_limit"),
        before=_customer_is(day_limit=yuan(300).minor),
    ),
    Scenario(
        "bank money-61",
        "three times",
        "notice.over_limit",
        before=_customer_is(day_limit=yuan(300).minor),
    ),
    _declined("55", _bend("Authorize", _seen_private(pin_block=BLOCK))),
    _declined("14", _bend("Authorize", _seen(pan=UNKNOWN_PAN)), "notice.card_unknown"),
    Scenario(
        "bank money-75",
        "blocked between PIN and money",
        "notice.card_blocked",
        at=((s.Reviewing, _customer_is(blocked=True)),),
    ),
    _declined("57", _three_doubts),
    _declined("13", _bend("Authorize", _seen(amount=0))),
    _declined("30", _bend("Authorize", _seen_private(pin_block=None))),
    _declined("12", _bend("Authorize", _already_reversed)),
    _declined("94", _already_asked, alarms=True),
    Scenario(
        "bank money-other",
        "at the money",
        "notice.declined",
        before=_for_other_reasons,
    ),
    Scenario(
        "bank silent-card",
        "before the PIN",
        "notice.host_silent",
        before=_silent_to("EnquireCard"),
    ),
    Scenario("bank silent-pin", "at the PIN", "notice.host_silent", before=_silent_to("VerifyPin")),
    Scenario(
        "bank silent-money", "at the money", "notice.host_silent", before=_silent_to("Authorize")
    ),
    Scenario(
        "bank silent-money-held",
        "the hold is placed, the answer lost",
        "notice.host_silent",
        before=_silent_to("Authorize", acts=True),
    ),
    Scenario(
        "bank silent-outcome",
        "the completion is lost, and sent again",
        "notice.done",
        charged=ORDERED,
        paid=ORDERED,
        at=((s.Counting, _silent_to("Complete")), (s.Idle, _silent_to())),
    ),
    Scenario(
        "bank late-money",
        "the answer comes when the visit is over",
        "notice.host_silent",
        before=_line(delays={"Authorize": 40.0}),
    ),
    Scenario(
        "bank down",
        "before anybody comes",
        "out_of_service.host",
        wish=None,
        before=_line(refused=True),
    ),
    Scenario(
        "bank up",
        "after it was down",
        "notice.done",
        charged=ORDERED,
        paid=ORDERED,
        before=_line(refused=True),
        at=((s.OutOfService, _line(refused=False)),),
        comes_after=30.0,
    ),
    _disbelieved("mac", _meddled(lambda frame: frame[:-1] + bytes((frame[-1] ^ 1,)))),
    _disbelieved("form", _meddled(lambda frame: frame[: len(frame) // 2])),
    _disbelieved("txid", _twist("Authorize", _says(txid=OTHER_ID))),
    _disbelieved("variant", _twist("Authorize", _says(variant="00" * 8))),
    _disbelieved("coordination", _twist("Authorize", _says(coordination="?"))),
    _disbelieved(
        "amount", _twist("Authorize", lambda reply: replace(reply, amount=yuan(900).minor))
    ),
    Scenario(
        "bank out-of-step-missing",
        "at the first sign-on",
        "out_of_service.record",
        wish=None,
        alarms=True,
        before=_remembers(9_999),
    ),
    Scenario(
        "bank out-of-step-altered",
        "at the first sign-on",
        "out_of_service.record",
        wish=None,
        before=_remembers(1),
    ),
)
