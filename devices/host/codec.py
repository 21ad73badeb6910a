"""Messages as bytes: ISO 8583 by `iso8583`, our field 63 by one table, a check value over the whole.

The library does the ISO part: bitmaps, fixed and variable fields. Here is which fields there are,
what may stand in each, and the private field. Both ends use this, so a message has exactly one form:
tags of field 63 ascend and none is empty, lengths are plain digits, filler is zero. What deviates is
refused, hence `encode(decode(data)) == data` for whatever `decode` accepts.

`decode` trusts nothing. Whatever the bytes, the only exceptions are MessageError and BadMac, and
neither carries any of the data, nor the exception of the library, which would (reliability.md D.2).
Which key belongs to a message, and whether it is an answer to anything, the link knows.

On the wire: MTI and numbers in ASCII, bitmaps, field 63 and the check value in binary. Field 52 holds
eight bytes and stays unused; the format 4 PIN block (16 bytes) is in field 63 (reliability.md A.7).
"""

import re
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import iso8583

from devices.host import keys
from devices.host.message import (
    MAC_BYTES,
    NONCE_BYTES,
    TXID_BYTES,
    VARIANT_BYTES,
    BadMac,
    Checkpoint,
    Ending,
    LastOperation,
    Message,
    MessageError,
    Original,
    Private,
)
from terminal.card import Pan, PinBlock

KNOWN_MTIS: Final = frozenset(
    {"0100", "0101", "0110", "0200", "0201", "0210", "0220", "0221", "0230"}
    | {"0420", "0421", "0430", "0800", "0801", "0810"}
)
"""The table in `message.py`."""

AMOUNT_MAX: Final = 10**12 - 1
"""Field 4 has twelve digits of minor units."""

STAN_MAX: Final = 999_999
"""Field 11 has six digits."""

PRIVATE_BYTES_MAX: Final = 999
"""A field with a three-digit length."""

COUNTS_MAX: Final = 16
"""Cassettes in a machine; the largest dispensers have six."""

NOTES_MAX: Final = 0xFFFF
"""Notes of one cassette in one order; a cassette holds about 3,000."""

TEXT_MAX: Final = 64
"""Characters of a reason or a basis: words of ours, not prose."""

SERVICES_CHARS_MAX: Final = 255
"""Every value of field 63 has a one-byte length."""

BITMAP_BYTES: Final = 8
SEQ_BYTES: Final = 8
HASH_BYTES: Final = 32
DISPUTED_BYTES: Final = 6

# --- the fields of ISO 8583 -------------------------------------------------------------------


def _field(size_max: int, length_digits: int = 0, data: str = "ascii") -> dict[str, Any]:
    """One line of the specification as `iso8583` reads it; `data` is "b" for binary."""
    return {
        "data_enc": data,
        "len_enc": "ascii",
        "len_type": length_digits,
        "max_len": size_max,
        "desc": "",
    }


SPEC: Final[Mapping[str, Mapping[str, Any]]] = {
    "h": _field(0),
    "t": _field(4),
    "p": _field(8, data="b"),
    "1": _field(8, data="b"),
    "2": _field(19, 2),
    "3": _field(6),
    "4": _field(12),
    "7": _field(10),
    "11": _field(6),
    "12": _field(6),
    "13": _field(4),
    "14": _field(4),
    "37": _field(12),
    "38": _field(6),
    "39": _field(2),
    "41": _field(8),
    "49": _field(3),
    "63": _field(PRIVATE_BYTES_MAX, 3, "b"),
    "64": _field(MAC_BYTES, data="b"),
    "70": _field(3),
    "90": _field(42),
    "95": _field(42),
    "128": _field(MAC_BYTES, data="b"),
}

_DIGITS: Final = "[0-9]{%d}"
_AT: Final = (
    "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9]|60)"
)
"""MMDDhhmmss; a leap second has the number 60."""

_NO_INSTITUTIONS: Final = "0" * 22
"""Acquirer and forwarder of field 90: there are none on a line of one's own."""

_NO_OTHER_AMOUNTS: Final = "0" * 12 + "D00000000" * 2
"""The rest of field 95: no settlement amount and no fees."""

_FORMS: Final[Mapping[str, Callable[[str], object]]] = {
    number: re.compile(form).fullmatch
    for number, form in {
        "2": "[0-9]{12,19}",
        "3": _DIGITS % 6,
        "4": _DIGITS % 12,
        "7": _AT,
        "11": _DIGITS % 6,
        "14": _DIGITS % 4,
        "37": "[0-9A-Za-z]{12}",
        "38": "[0-9A-Za-z]{6}",
        "39": "[0-9A-Z]{2}",
        "41": "[!-~][ -~]{7}",
        "49": _DIGITS % 3,
        "70": _DIGITS % 3,
        "90": _DIGITS % 10 + _AT + _NO_INSTITUTIONS,
        "95": _DIGITS % 12 + _NO_OTHER_AMOUNTS,
    }.items()
}
"""What may stand in a field. Fields 12 and 13 repeat 7; 63 and the check values are looked at apart."""

_REQUIRED: Final = frozenset({"t", "7", "11", "12", "13", "41", "63"})
_NO_PRIVATE: Final = Private()
_NO_MAC: Final = "00" * MAC_BYTES
_UNKNOWN: Final = "This message has a field or a form that is not ours."

# --- field 63 ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Tag:
    """One value of field 63. `pack` and `unpack` raise ValueError for what cannot be said."""

    name: str
    empty: object
    pack: Callable[[Any], bytes]
    unpack: Callable[[bytes], Any]


def _sized(data: bytes, size: int) -> bytes:
    if len(data) != size:
        raise ValueError("wrong size")
    return data


def _hex(name: str, least: int, most: int) -> _Tag:
    def pack(value: str) -> bytes:
        data = bytes.fromhex(value)
        if data.hex() != value or not least <= len(data) <= most:
            raise ValueError("not hex of the right size")
        return data

    def unpack(data: bytes) -> str:
        if not least <= len(data) <= most:
            raise ValueError("wrong size")
        return data.hex()

    return _Tag(name, "", pack, unpack)


def _text(name: str, form: str) -> _Tag:
    fits = re.compile(form.encode()).fullmatch

    def checked(data: bytes) -> bytes:
        if not fits(data):
            raise ValueError("characters or size that cannot be")
        return data

    def unpack(data: bytes) -> str:
        return checked(data).decode("ascii")

    return _Tag(name, "", lambda value: checked(value.encode("ascii")), unpack)


def _number(name: str, size: int, most: int) -> _Tag:
    def pack(value: int) -> bytes:
        return checked(value).to_bytes(size, "big")

    def unpack(data: bytes) -> int:
        return checked(int.from_bytes(_sized(data, size), "big"))

    def checked(value: int) -> int:
        if not 0 <= value <= most:
            raise ValueError("out of range")
        return value

    return _Tag(name, None, pack, unpack)


_ENDING_LETTERS: Final[Mapping[str, bytes]] = {
    "completed": b"C",
    "reversed": b"R",
    "suspect": b"S",
    "cancelled": b"X",
}
_ENDINGS: Final[Mapping[bytes, Ending]] = {
    letter: cast(Ending, name) for name, letter in _ENDING_LETTERS.items()
}


def _pack_ending(value: str) -> bytes:
    letter = _ENDING_LETTERS.get(value)
    if letter is None:
        raise ValueError("no such ending")
    return letter


def _unpack_ending(data: bytes) -> Ending:
    ending = _ENDINGS.get(data)
    if ending is None:
        raise ValueError("no such ending")
    return ending


def _pack_counts(counts: tuple[int, ...]) -> bytes:
    if len(counts) > COUNTS_MAX:
        raise ValueError("too many counts")
    return struct.pack(f">{len(counts)}H", *counts)


def _unpack_counts(data: bytes) -> tuple[int, ...]:
    if len(data) % 2 or len(data) > 2 * COUNTS_MAX:
        raise ValueError("wrong size")
    return struct.unpack(f">{len(data) // 2}H", data)


def _unpack_some_counts(data: bytes) -> tuple[int, ...]:
    if not data:
        raise ValueError("an empty value is left out")
    return _unpack_counts(data)


_TXID: Final = _hex("txid", TXID_BYTES, TXID_BYTES)
_LAST_HEAD: Final = TXID_BYTES + 1


def _pack_last(last: LastOperation) -> bytes:
    return _TXID.pack(last.txid) + _pack_ending(last.ending) + _pack_counts(last.notes)


def _unpack_last(data: bytes) -> LastOperation:
    ending = _unpack_ending(data[TXID_BYTES:_LAST_HEAD])
    return LastOperation(data[:TXID_BYTES].hex(), ending, _unpack_counts(data[_LAST_HEAD:]))


def _pack_checkpoint(place: Checkpoint) -> bytes:
    return place.seq.to_bytes(SEQ_BYTES, "big") + _sized(place.hash, HASH_BYTES)


def _unpack_checkpoint(data: bytes) -> Checkpoint:
    _sized(data, SEQ_BYTES + HASH_BYTES)
    return Checkpoint(int.from_bytes(data[:SEQ_BYTES], "big"), data[SEQ_BYTES:])


_SERVICE: Final = "[a-z0-9_]{1,24}"


def _words(name: str) -> _Tag:
    """Names of services with commas between."""
    text = _text(name, f"{_SERVICE}(?:,{_SERVICE})*")

    def pack(services: tuple[str, ...]) -> bytes:
        if any("," in service for service in services):
            raise ValueError("a service is one word")
        return text.pack(",".join(services))

    return _Tag(name, (), pack, lambda data: tuple(text.unpack(data).split(",")))


_FIELD_NAME: Final = re.compile("[a-z0-9_]{1,24}").fullmatch
_FIELD_ENDS: Final = re.compile("[\x00-\x1f\x7f]").search
_NAME_END, _VALUE_END = "\x1f", "\x1e"
FIELDS_BYTES_MAX: Final = 3 * 0xFF
"""Names and values of a service go into three tags of one-byte lengths at most."""


def _pack_fields(fields: tuple[tuple[str, str], ...]) -> bytes:
    for name, value in fields:
        if not _FIELD_NAME(name) or _FIELD_ENDS(value):
            raise ValueError("a name or a value that cannot be")
    data = "".join(f"{name}{_NAME_END}{value}{_VALUE_END}" for name, value in fields).encode()
    if len(data) > FIELDS_BYTES_MAX:
        raise ValueError("too long")
    return data


def _unpack_fields(data: bytes) -> tuple[tuple[str, str], ...]:
    lines = data.decode().split(_VALUE_END)
    if lines.pop() or not lines:
        raise ValueError("cut off")
    pairs = [line.split(_NAME_END) for line in lines]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError("no name and value")
    fields = tuple((name, value) for name, value in pairs)
    if _pack_fields(fields) != data:
        raise ValueError("not the one way to say it")
    return fields


def _unpack_capture(data: bytes) -> bool:
    if data != b"\x01":
        raise ValueError("not a flag")
    return True


BLOCK_BYTES: Final = 16
TYPED_TIMES: Final = 2
"""A new PIN is typed twice; each time makes a block."""


def _pack_blocks(blocks: tuple[PinBlock, ...]) -> bytes:
    return _sized(b"".join(one.reveal() for one in blocks), TYPED_TIMES * BLOCK_BYTES)


def _unpack_blocks(data: bytes) -> tuple[PinBlock, ...]:
    _sized(data, TYPED_TIMES * BLOCK_BYTES)
    return PinBlock(data[:BLOCK_BYTES]), PinBlock(data[BLOCK_BYTES:])


_TAGS: Final[Mapping[int, _Tag]] = {
    0x01: _TXID,
    0x02: _hex("variant", VARIANT_BYTES, VARIANT_BYTES),
    0x03: _text("coordination", "[1-?]"),
    0x04: _Tag("pin_block", None, PinBlock.reveal, PinBlock),
    0x05: _Tag("last", None, _pack_last, _unpack_last),
    0x06: _Tag("checkpoint", None, _pack_checkpoint, _unpack_checkpoint),
    0x07: _Tag("ending", "", _pack_ending, _unpack_ending),
    0x08: _Tag("counts", (), _pack_counts, _unpack_some_counts),
    0x09: _text("basis", f"[ -~]{{1,{TEXT_MAX}}}"),
    0x0A: _number("disputed", DISPUTED_BYTES, AMOUNT_MAX),
    0x0B: _text("account", "[0-9A-Za-z]{1,40}"),
    0x0C: _Tag(
        "nonce", b"", lambda data: _sized(data, NONCE_BYTES), lambda d: _sized(d, NONCE_BYTES)
    ),
    0x0D: _text("reason", f"[ -~]{{1,{TEXT_MAX}}}"),
    0x0E: _hex("token", 1, 32),
    0x0F: _words("services"),
    0x10: _text("age_band", "[a-z0-9_]{1,16}"),
    0x11: _text("preference", "[a-z0-9_]{1,16}"),
    0x12: _number("tries_left", 1, 99),
    0x13: _Tag("capture", False, lambda _: b"\x01", _unpack_capture),
    0x14: _words("usual"),
    0x15: _text("about", _SERVICE),
    0x16: _Tag("new_pin", (), _pack_blocks, _unpack_blocks),
    0x17: _text("drawn", "[0-9]{8}[.](?:0|[1-9][0-9]{0,11})"),
}
"""Field 63: tag (one byte), length (one byte), value; ascending, none empty."""

_FIELDS_TAGS: Final = (0x20, 0x21, 0x22)
"""The fields of a service, in as many of these as they need: only the last of them is not full."""

_PACKING: Final = tuple((tag, row.name, row.empty, row.pack) for tag, row in _TAGS.items())
_UNPACKING: Final = {tag: (row.name, row.unpack) for tag, row in _TAGS.items()}


def _pack_private(private: Private) -> bytes:
    parts = []
    for tag, name, empty, pack in _PACKING:
        value = getattr(private, name)
        if value == empty:
            continue
        data = pack(value)
        if len(data) > 0xFF:
            raise ValueError("too long")
        parts.append(bytes((tag, len(data))))
        parts.append(data)
    if private.fields:
        parts.extend(_tagged_fields(_pack_fields(private.fields)))
    return b"".join(parts)


def _tagged_fields(data: bytes) -> Iterator[bytes]:
    for tag, at in zip(_FIELDS_TAGS, range(0, len(data), 0xFF), strict=False):
        part = data[at : at + 0xFF]
        yield bytes((tag, len(part))) + part


def _unpack_private(data: bytes) -> Private:
    values: dict[str, Any] = {}
    fields: list[tuple[int, bytes]] = []
    at, last, end = 0, 0, len(data)
    while at < end:
        if at + 2 > end:
            raise ValueError("cut off")
        tag, stop = data[at], at + 2 + data[at + 1]
        if tag <= last or stop > end:
            raise ValueError("out of order or cut off")
        if tag in _FIELDS_TAGS:
            fields.append((tag, data[at + 2 : stop]))
        else:
            name, unpack = _UNPACKING[tag]
            values[name] = unpack(data[at + 2 : stop])
        at, last = stop, tag
    if fields:
        values["fields"] = _joint_fields(fields)
    return Private(**values) if values else _NO_PRIVATE


def _joint_fields(parts: list[tuple[int, bytes]]) -> tuple[tuple[str, str], ...]:
    """The fields of a service from their tags. Raises ValueError unless they are as `_tagged_fields` makes
    them."""
    tags, data = [tag for tag, _ in parts], b"".join(part for _, part in parts)
    if b"".join(_tagged_fields(data)) != b"".join(bytes((t, len(p))) + p for t, p in parts):
        raise ValueError(f"{len(tags)} tags that are not the one way to say it")
    return _unpack_fields(data)


# --- whole messages ---------------------------------------------------------------------------


def encode(message: Message, key: bytes) -> bytes:
    """The bytes of a message, ending in its check value under `key` (field 128 if there is a field
    above 64, otherwise 64). Raises MessageError for a message that cannot be said."""
    data = _encoded(message)
    if data is None:
        raise MessageError("This message cannot be said in the fields there are.")
    covered = bytes(data[:-MAC_BYTES])
    return covered + keys.mac(key, covered)


def decode(data: bytes, key_for: Callable[[Message], bytes]) -> Message:
    """The message in these bytes. Everything is looked at before `key_for` is asked, with the message,
    for the key of the check value; it may itself raise BadMac where there is none.

    Raises MessageError for what is not a message of ours, BadMac for a check value that is wrong."""
    message = _decoded(data)
    if message is None:
        raise MessageError(_UNKNOWN)
    if not keys.same(keys.mac(key_for(message), data[:-MAC_BYTES]), data[-MAC_BYTES:]):
        raise BadMac("The check value of this message is wrong.")
    return message


def _encoded(message: Message) -> bytearray | None:
    """Everything, with zeros for the check value; None if it cannot be said."""
    try:
        fields = _fields(message)
        if message.mti not in KNOWN_MTIS or not _in_form(fields):
            return None
        return iso8583.encode(fields, SPEC)[0]
    except (iso8583.EncodeError, ValueError, OverflowError, struct.error):
        return None


def _decoded(data: bytes) -> Message | None:
    """Everything but the check value looked at; None if it is no message of ours."""
    try:
        fields, raw = iso8583.decode(data, SPEC)
        if not fields.keys() >= _REQUIRED or fields["t"] not in KNOWN_MTIS:
            return None
        if not _in_form(fields) or not _is_canonical(fields, raw):
            return None
        return _message(fields, raw["63"]["data"])
    except (iso8583.DecodeError, KeyError, ValueError):
        return None


def _in_form(fields: Mapping[str, str]) -> bool:
    """Whether every field holds what may stand in it."""
    forms = _FORMS
    for number, value in fields.items():
        fits = forms.get(number)
        if fits is not None and not fits(value):
            return False
    return fields["7"] == fields["13"] + fields["12"]


def _is_canonical(fields: Mapping[str, str], raw: Mapping[str, Mapping[str, bytes]]) -> bool:
    """Whether this is the one way to say it: plain lengths, and the check value in its own field."""
    if not raw["63"]["len"].isdigit() or ("2" in raw and not raw["2"]["len"].isdigit()):
        return False
    if "1" not in fields:
        return "64" in fields
    above = "70" in fields or "90" in fields or "95" in fields
    one_bitmap_more = len(fields["1"]) == 2 * BITMAP_BYTES
    return one_bitmap_more and above and "128" in fields and "64" not in fields


def _fields(message: Message) -> dict[str, str]:
    at = message.at
    fields = {
        "t": message.mti,
        "7": at,
        "11": f"{message.stan:06d}",
        "12": at[4:],
        "13": at[:4],
        "41": message.terminal,
        "63": _pack_private(message.private).hex(),
    }
    if message.pan is not None:
        fields["2"] = message.pan.reveal()
    if message.processing:
        fields["3"] = message.processing
    if message.amount is not None:
        fields["4"] = f"{message.amount:012d}"
    if message.expiry:
        fields["14"] = message.expiry
    if message.rrn:
        fields["37"] = message.rrn
    if message.approval:
        fields["38"] = message.approval
    if message.code:
        fields["39"] = message.code
    if message.currency:
        fields["49"] = message.currency
    return _with_fields_above(message, fields)


def _with_fields_above(message: Message, fields: dict[str, str]) -> dict[str, str]:
    """Fields above 64, and the check value's own."""
    below = len(fields)
    if message.network:
        fields["70"] = message.network
    if message.original is not None:
        first = message.original
        fields["90"] = f"{first.mti}{first.stan:06d}{first.at}{_NO_INSTITUTIONS}"
    if message.replacement is not None:
        fields["95"] = f"{message.replacement:012d}{_NO_OTHER_AMOUNTS}"
    fields["64" if len(fields) == below else "128"] = _NO_MAC
    return fields


def _message(fields: Mapping[str, str], private: bytes) -> Message:
    get = fields.get
    pan, amount, replacement, original = get("2"), get("4"), get("95"), get("90")
    return Message(
        mti=fields["t"],
        terminal=fields["41"],
        at=fields["7"],
        stan=int(fields["11"]),
        processing=get("3", ""),
        pan=None if pan is None else Pan(pan),
        expiry=get("14", ""),
        amount=None if amount is None else int(amount),
        rrn=get("37", ""),
        approval=get("38", ""),
        code=get("39", ""),
        currency=get("49", ""),
        network=get("70", ""),
        original=None if original is None else _original(original),
        replacement=None if replacement is None else int(replacement[:12]),
        private=_unpack_private(private),
    )


def _original(text: str) -> Original:
    return Original(text[:4], int(text[4:10]), text[10:20])
