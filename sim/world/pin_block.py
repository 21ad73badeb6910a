"""PIN blocks in ISO 9564-1 format 4: AES-128, bound to the card number, each under a key of its own.

The PIN field and the card-number field are sixteen bytes each; the block is the first enciphered,
mixed with the second, and enciphered again. Random fill makes equal PINs differ. The key comes from
the pad's master key and the message's id by HKDF, so a block is good for one message and one card
(`reliability.md` E.2); the pad and the simulated bank both derive it.

The master key here is a demonstration key that anybody may read. It protects nothing.

Digits are ASCII in a `bytearray`, and every buffer that held them is overwritten.
"""

import secrets
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

DEMO_MASTER_KEY: Final = b"DEMONSTRATION ONLY, NOT A SECRET"
"""Shared by the simulated pad and the simulated bank. A real pad brings its own."""

BLOCK_BYTES: Final = 16
FILL_BYTES: Final = 8
CONTROL: Final = 4
"""First nibble of the PIN field: the format's number."""

FILL_DIGIT: Final = 10
DIGITS_LEAST, DIGITS_MOST = 4, 12
PIN_NIBBLES: Final = 14
"""Room for digits and fill after the control nibble and the length."""

PAN_DIGITS_BASE: Final = 12
"""The card number's length is written as how much longer than this it is."""


def message_key(message: str, master: bytes = DEMO_MASTER_KEY) -> bytes:
    """The AES-128 key of one message."""
    info = b"pin block for message " + message.encode()
    return HKDF(algorithm=SHA256(), length=BLOCK_BYTES, salt=None, info=info).derive(master)


def make_pin_block(digits: bytearray, pan: str, key: bytes, fill: bytes = b"") -> bytes:
    """Encipher `digits` (ASCII) for the card `pan`. `fill` is eight random bytes unless given."""
    assert DIGITS_LEAST <= len(digits) <= DIGITS_MOST, "a PIN has four to twelve digits"
    field = _pin_field(digits, fill or secrets.token_bytes(FILL_BYTES))
    try:
        encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
        mixed = _mix(encryptor.update(field), _pan_field(pan))
        return bytes(encryptor.update(mixed))
    finally:
        wipe(field)


def open_pin_block(block: bytes, pan: str, key: bytes) -> bytearray | None:
    """The digits (ASCII) in a block, or None if it is not for this card and key. Wipe them."""
    decryptor = Cipher(algorithms.AES(key), modes.ECB()).decryptor()
    field = bytearray(2 * BLOCK_BYTES)
    try:
        mixed = _mix(decryptor.update(block), _pan_field(pan))
        decryptor.update_into(mixed, field)
        return _digits_of(field)
    finally:
        wipe(field)


def read_pin_block(block: bytes, pan: str, message: str) -> bytearray | None:
    """What the bank does: derive the message's key and open the block."""
    return open_pin_block(block, pan, message_key(message))


def wipe(buffer: bytearray) -> None:
    """Overwrite every byte with zero, in place."""
    for index in range(len(buffer)):
        buffer[index] = 0


def _pin_field(digits: bytearray, fill: bytes) -> bytearray:
    """Control, length, digits, fill digits; then the random half."""
    assert len(fill) == FILL_BYTES
    field = bytearray(BLOCK_BYTES)
    field[0] = CONTROL << 4 | len(digits)
    for place in range(PIN_NIBBLES):
        nibble = digits[place] - ord("0") if place < len(digits) else FILL_DIGIT
        field[1 + place // 2] |= nibble << (4 if place % 2 == 0 else 0)
    field[FILL_BYTES:] = fill
    return field


def _digits_of(field: bytearray) -> bytearray | None:
    """The digits in a PIN field; None if any nibble of it is not as the format says."""
    count = field[0] & 15
    if field[0] >> 4 != CONTROL or not DIGITS_LEAST <= count <= DIGITS_MOST:
        return None
    digits = bytearray(count)
    sound = True
    for place in range(PIN_NIBBLES):
        nibble = field[1 + place // 2] >> (4 if place % 2 == 0 else 0) & 15
        if place < count:
            sound &= nibble <= 9
            digits[place] = ord("0") + nibble
        else:
            sound &= nibble == FILL_DIGIT
    if sound:
        return digits
    wipe(digits)
    return None


def _pan_field(pan: str) -> bytes:
    """Length, digits, zeros."""
    excess = max(0, len(pan) - PAN_DIGITS_BASE)
    return bytes.fromhex(f"{excess}{pan:0>{PAN_DIGITS_BASE}}".ljust(2 * BLOCK_BYTES, "0"))


def _mix(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
