"""A terminal's end for these tests: it makes messages and reads answers, and keeps no record."""

from dataclasses import replace
from typing import Any

from devices.host import codec, keys
from devices.host.framing import framed
from devices.host.message import (
    ASK,
    CARD_CHECK,
    CNY,
    DEPOSIT,
    ECHO,
    INSTRUCTION,
    KEEP_PREFERENCE,
    PIN_CHECK,
    SIGN_ON,
    WITHDRAWAL,
    Checkpoint,
    Message,
    Original,
    Private,
)
from sim.world.bank import CUSTOMERS
from sim.world.cards import CARDS
from sim.world.pin_block import make_pin_block, message_key
from terminal.card import Card, Pan, PinBlock

TODAY = "0105"
AT = TODAY + "093000"
NONCE = bytes(range(16))


def txid_of(number: int) -> str:
    """An id, told by a number."""
    return f"{number:032x}"


def card(name: str = "lin", expiry: str = "3012") -> Card:
    return Card(Pan(CARDS[name].pan), expiry)


def block(message: str, name: str = "lin", pin: str = "") -> bytes:
    """The right PIN for this message, or another."""
    digits = bytearray((pin or CUSTOMERS[name].pin).encode())
    return make_pin_block(digits, CARDS[name].pan, message_key(message), bytes(8))


def place(seq: int, fill: int = 1) -> Checkpoint:
    return Checkpoint(seq, bytes([fill]) * 32)


class Teller:
    """One terminal. `stan` counts by itself; the variant is the trace number's."""

    def __init__(self, terminal: str = "T0000001", master: bytes = keys.DEMO_HOST_KEY) -> None:
        self.terminal = terminal
        self.key = keys.terminal_key(master, terminal)
        self.session_key = b""
        self.stan = 0

    def message(self, mti: str, at: str = AT, **fields: Any) -> Message:
        """One message; what is not a field of `Message` goes into field 63."""
        self.stan += 1
        ours = {k: fields.pop(k) for k in tuple(fields) if k in Private.__dataclass_fields__}
        private = replace(Private(variant=f"{self.stan:016x}", coordination="1"), **ours)
        return Message(mti, self.terminal, at, self.stan, private=private, **fields)

    def sign_on(self, head: Checkpoint | None = None, nonce: bytes = NONCE) -> Message:
        return self.message("0800", network=SIGN_ON, nonce=nonce, checkpoint=head or place(1))

    def echo(self, head: Checkpoint | None = None) -> Message:
        return self.message("0800", network=ECHO, checkpoint=head)

    def enquire(self, txid: str, name: str = "lin", **more: Any) -> Message:
        pan = Pan(CARDS[name].pan)
        return self.message(
            "0100", processing=CARD_CHECK, pan=pan, expiry="3012", txid=txid, **more
        )

    def prefer(self, txid: str, preference: str) -> Message:
        return self.message("0100", processing=KEEP_PREFERENCE, txid=txid, preference=preference)

    def verify(self, txid: str, name: str = "lin", pin: str = "") -> Message:
        return self.message(
            "0100",
            processing=PIN_CHECK,
            pan=Pan(CARDS[name].pan),
            expiry="3012",
            txid=txid,
            pin_block=PinBlock(block(txid, name, pin)),
        )

    def authorize(self, txid: str, minor: int, name: str = "lin", **more: Any) -> Message:
        return self.message(
            "0200",
            processing=WITHDRAWAL,
            pan=Pan(CARDS[name].pan),
            expiry="3012",
            amount=minor,
            currency=CNY,
            rrn=f"{self.stan:012d}",
            txid=txid,
            pin_block=PinBlock(block(txid, name)),
            **more,
        )

    def ask(self, txid: str, about: str, name: str = "lin", **more: Any) -> Message:
        return self.message(
            "0100",
            processing=ASK,
            pan=Pan(CARDS[name].pan),
            expiry="3012",
            txid=txid,
            about=about,
            **more,
        )

    def instruct(
        self, txid: str, minor: int, about: str, name: str = "lin", **more: Any
    ) -> Message:
        order = self.authorize(txid, minor, name, about=about, **more)
        return replace(order, processing=INSTRUCTION)

    def complete(self, txid: str, minor: int, **more: Any) -> Message:
        more = {"ending": "completed", "basis": "exit_counts", **more}
        return self.message(
            "0220", processing=WITHDRAWAL, amount=minor, currency=CNY, txid=txid, **more
        )

    def credit(self, txid: str, minor: int, **more: Any) -> Message:
        """Notes of a deposit are in the cassette."""
        more = {"ending": "completed", "basis": "stored", **more}
        return self.message(
            "0220", processing=DEPOSIT, amount=minor, currency=CNY, txid=txid, **more
        )

    def suspect(self, txid: str, minor: int, **more: Any) -> Message:
        return self.complete(txid, minor, ending="suspect", **more)

    def reverse(self, txid: str, **more: Any) -> Message:
        return self.message(
            "0420",
            processing=WITHDRAWAL,
            original=Original("0200", self.stan, AT),
            replacement=0,
            txid=txid,
            ending="reversed",
            **more,
        )

    def cancel(self, txid: str) -> Message:
        order = self.reverse(txid)
        return replace(order, private=replace(order.private, ending="cancelled"))

    def frame(self, message: Message) -> bytes:
        """The message under the key that belongs to it, without a frame around it."""
        key = self.key if message.network == SIGN_ON else self.session_key
        return codec.encode(message, key or self.key)

    def framed(self, message: Message) -> bytes:
        return framed(self.frame(message))

    def read(self, data: bytes) -> Message:
        """An answer. A sign-on's gives the key of the connection."""

        def key_for(message: Message) -> bytes:
            return self.key if message.network == SIGN_ON else self.session_key

        answer = codec.decode(data, key_for)
        if answer.network == SIGN_ON and answer.private.nonce:
            self.session_key = keys.session_key(self.key, NONCE, answer.private.nonce)
        return answer
