"""What terminal and bank say to each other, as data: one message of either side.

The public fields are those of ISO 8583; what it has no field for travels in field 63, declared in one
table here and read and written by `codec.py`. A message is plain and frozen, and its text shows
neither a card number nor a PIN block (`Pan` and `PinBlock` mask themselves), so it may stand in a
traceback; it still must not be logged.

Which effect becomes which message (reliability.md A.7):

| effect or purpose     | MTI  | repeat | reply | processing code (3)      |
|-----------------------|------|--------|-------|--------------------------|
| `EnquireCard`         | 0100 | 0101   | 0110  | `CARD_CHECK`             |
| `SavePreference`      | 0100 | 0101   | 0110  | `KEEP_PREFERENCE`        |
| `VerifyPin`           | 0100 | 0101   | 0110  | `PIN_CHECK`              |
| `AskBank`             | 0100 | 0101   | 0110  | `ASK`                    |
| `Authorize`           | 0200 | -      | 0210  | `WITHDRAWAL`             |
| `Instruct`            | 0200 | 0201   | 0210  | `INSTRUCTION`            |
| `Complete`, `Suspect` | 0220 | 0221   | 0230  | `WITHDRAWAL`             |
| `Credit`              | 0220 | 0221   | 0230  | `DEPOSIT`                |
| `Reverse`             | 0420 | 0421   | 0430  | `WITHDRAWAL`             |
| sign-on, echo         | 0800 | 0801   | 0810  | none; 70 says which      |
"""

from dataclasses import dataclass, field
from typing import Final, Literal

from terminal.card import Pan, PinBlock

CARD_CHECK: Final = "330000"
PIN_CHECK: Final = "340000"
"""Account enquiries of the private range: may this card be served; is this its PIN."""

KEEP_PREFERENCE: Final = "350000"
"""Private too: keep this display preference for the customer of an enquiry. The txid is the enquiry's
and there is no card in it: the bank knows whom it answered."""

ASK: Final = "360000"
"""Private as well: a question or a wish that moves no money; field 63 says about what."""

INSTRUCTION: Final = "400000"
"""Transfer between accounts; field 63 says to whom and what for."""

WITHDRAWAL: Final = "010000"
"""Withdrawal from the card's default account."""

DEPOSIT: Final = "210000"
"""Deposit to the card's default account; field 63 lists the notes."""

SIGN_ON: Final = "001"
ECHO: Final = "301"
"""Field 70."""

CNY: Final = "156"
"""Field 49, the number of the currency in ISO 4217."""

APPROVED: Final = "00"
NOT_UNDERSTOOD: Final = "30"
"""Field 39 of a reply to a message with a sound MAC that makes no sense."""

DUPLICATE: Final = "94"
"""Same txid, other body."""

NOT_ON_FILE: Final = "25"
"""Field 39 where a preference is for an enquiry that is not known here."""

OUT_OF_STEP: Final = "96"
"""Field 39 of a sign-on reply: the terminal's record does not continue the checkpoint kept here."""

Ending = Literal["", "completed", "reversed", "suspect", "cancelled"]
"""How an operation ended, as an advice says it."""

TXID_BYTES: Final = 16
VARIANT_BYTES: Final = 8
NONCE_BYTES: Final = 16
MAC_BYTES: Final = 8
"""Fields 64 and 128 hold eight bytes."""


@dataclass(frozen=True, slots=True)
class LastOperation:
    """The operation before this one, so that a bank that was never told can reconcile (A.7
    `last_tx`): notes that left, per cassette."""

    txid: str
    ending: Ending
    notes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A place in the terminal's journal: row number and that row's hash (32 bytes)."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Original:
    """Field 90: the message that an advice speaks of. `at` is its MMDDhhmmss."""

    mti: str
    stan: int
    at: str


@dataclass(frozen=True, slots=True)
class Private:
    """Field 63. Empty values are left out of the message.

    `txid` and `variant` are hex (32 and 16 digits); `variant` is the random time variant of the
    request and comes back in its reply, as does `coordination` (one character, 1 to ?, rotating).
    `counts` are notes per cassette; `disputed` minor units; `token` the dispenser's, in hex. `about` names
    what a service asks or orders, `fields` are its own names and values, `new_pin` the two blocks of a PIN that
    shall be valid from now on, `usual` the services that this
    customer uses most, `drawn` the bank's day and the cash drawn on it (`20261122.500000`, minor units)."""

    txid: str = ""
    variant: str = ""
    coordination: str = ""
    pin_block: PinBlock | None = None
    last: LastOperation | None = None
    checkpoint: Checkpoint | None = None
    ending: Ending = ""
    counts: tuple[int, ...] = ()
    basis: str = ""
    disputed: int | None = None
    account: str = ""
    nonce: bytes = b""
    reason: str = ""
    token: str = ""
    services: tuple[str, ...] = ()
    age_band: str = ""
    preference: str = ""
    tries_left: int | None = None
    capture: bool = False
    usual: tuple[str, ...] = ()
    drawn: str = ""
    about: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    new_pin: tuple[PinBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One message. Numbers in brackets are fields of ISO 8583.

    `at` is MMDDhhmmss (7, 12, 13), taken once per operation; `stan` (11) the trace number, 0 to
    999999; `terminal` (41) eight characters; amounts (4, 95) minor units of `currency` (49)."""

    mti: str
    terminal: str
    at: str
    stan: int
    processing: str = ""
    pan: Pan | None = None
    expiry: str = ""
    amount: int | None = None
    rrn: str = ""
    approval: str = ""
    code: str = ""
    currency: str = ""
    network: str = ""
    original: Original | None = None
    replacement: int | None = None
    private: Private = field(default_factory=Private)


class MessageError(Exception):
    """These bytes are no message of ours. The text is one sentence and quotes no data."""


class BadMac(MessageError):
    """A message in form, whose MAC is not right under the key of this connection."""
