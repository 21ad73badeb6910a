"""What the terminal and a PIN pad say to each other: typed messages, one line of JSON each.

The terminal tells the pad to collect, to hold while a page lies over PIN entry, to make a block, to forget. The pad tells how many digits there
are, that they are confirmed, the encrypted block, which other key was pressed, or that it holds no
PIN. There is no message that carries a PIN, so none can be sent by mistake. `Press` stands for a
finger on a simulated pad's key; a real pad has fingers of its own.

Both ends check what they hear: a line that is not one of these messages is a ValueError, and whoever
hears one stops trusting the other end.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from terminal.card import Pan, PinBlock

T = TypeVar("T")

DIGITS_LEAST, DIGITS_MOST = 4, 12
"""ISO 9564-1: a PIN has four to twelve digits."""

LINE_BYTES_MAX: Final = 512
"""Longest line either end accepts. The longest message, a block with its message id, is under 150."""

MESSAGE_ID_MAX: Final = 64
"""Longest message id; ours are 32 characters of hex."""

DIGIT_KEYS: Final = frozenset("0123456789")
OTHER_KEYS: Final = frozenset({"*", "#", "enter", "clear", "cancel", "help"})
KEYS: Final = DIGIT_KEYS | OTHER_KEYS
"""The twelve keys and four function keys of the pad."""


@dataclass(frozen=True, slots=True)
class Collect:
    """Forget what was typed and begin PIN entry."""

    digits_min: int
    digits_max: int

    def __post_init__(self) -> None:
        if not DIGITS_LEAST <= self.digits_min <= self.digits_max <= DIGITS_MOST:
            raise ValueError("a PIN has four to twelve digits")


@dataclass(frozen=True, slots=True)
class MakeBlock:
    """Encrypt the PIN for one message and one card."""

    message: str
    pan: Pan


@dataclass(frozen=True, slots=True)
class Forget:
    """Overwrite what was typed and leave PIN entry."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A page lies over PIN entry, or no longer: while it does, confirm and correct are told as keys
    and do nothing to what was typed."""

    held: bool


@dataclass(frozen=True, slots=True)
class Press:
    """A finger on a key of a simulated pad. Its text never shows which."""

    key: str

    def __post_init__(self) -> None:
        if self.key not in KEYS:
            raise ValueError("the pad has no such key")

    def __repr__(self) -> str:
        return "Press(*)"


Command = Collect | Hold | MakeBlock | Forget | Press


@dataclass(frozen=True, slots=True)
class Digits:
    """So many digits are typed."""

    count: int


@dataclass(frozen=True, slots=True)
class Entered:
    """Confirm was pressed with enough digits."""


@dataclass(frozen=True, slots=True)
class Made:
    """The block for one message."""

    message: str
    block: PinBlock


@dataclass(frozen=True, slots=True)
class Lost:
    """The pad holds no PIN to encrypt."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key that is no part of a PIN."""

    key: str

    def __post_init__(self) -> None:
        if self.key not in KEYS:
            raise ValueError("the pad has no such key")


Reply = Digits | Entered | Made | Lost | Key


def encode(message: Command | Reply) -> bytes:
    """The message as a line, newline included."""
    fields: dict[str, Any]
    match message:
        case Collect(digits_min, digits_max):
            fields = {"min": digits_min, "max": digits_max}
        case Hold(held):
            fields = {"held": held}
        case MakeBlock(name, pan):
            fields = {"message": name, "pan": pan.reveal()}
        case Made(name, block):
            fields = {"message": name, "block": block.reveal().hex()}
        case Press(key) | Key(key):
            fields = {"key": key}
        case Digits(count):
            fields = {"count": count}
        case Forget() | Entered() | Lost():
            fields = {}
    name = _NAMES[type(message)]
    return json.dumps({"is": name} | fields, separators=(",", ":")).encode() + b"\n"


def decode_command(line: bytes | bytearray) -> Command:
    """What the terminal said. Raises ValueError on anything else."""
    return _decode(line, _COMMANDS)


def decode_reply(line: bytes) -> Reply:
    """What the pad said. Raises ValueError on anything else."""
    return _decode(line, _REPLIES)


def _decode(line: bytes | bytearray, known: Mapping[str, Callable[[dict[str, Any]], T]]) -> T:
    """Never quotes the line: it may hold a card number."""
    if len(line) > LINE_BYTES_MAX:
        raise ValueError("a pad's line is too long")
    try:
        fields = json.loads(line)
        return known[fields.pop("is")](fields)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ValueError("not a message of a PIN pad") from None


def _only(fields: dict[str, Any], *names: str) -> tuple[Any, ...]:
    """The values of exactly these fields."""
    if set(fields) != set(names):
        raise ValueError("missing or extra fields")
    return tuple(fields[name] for name in names)


def _whole(value: object) -> int:
    if type(value) is not int or not 0 <= value <= DIGITS_MOST:
        raise ValueError("not a number of digits")
    return value


def _id(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MESSAGE_ID_MAX:
        raise ValueError("not a message id")
    return value


def _collect(fields: dict[str, Any]) -> Collect:
    least, most = _only(fields, "min", "max")
    return Collect(_whole(least), _whole(most))


def _hold(fields: dict[str, Any]) -> Hold:
    (held,) = _only(fields, "held")
    if type(held) is not bool:
        raise ValueError("held or not")
    return Hold(held)


def _make_block(fields: dict[str, Any]) -> MakeBlock:
    name, pan = _only(fields, "message", "pan")
    return MakeBlock(_id(name), Pan(pan))


def _made(fields: dict[str, Any]) -> Made:
    name, block = _only(fields, "message", "block")
    return Made(_id(name), PinBlock(bytes.fromhex(block)))


def _press(fields: dict[str, Any]) -> Press:
    return Press(*_only(fields, "key"))


def _key(fields: dict[str, Any]) -> Key:
    return Key(*_only(fields, "key"))


def _digits(fields: dict[str, Any]) -> Digits:
    return Digits(_whole(*_only(fields, "count")))


def _forget(fields: dict[str, Any]) -> Forget:
    return Forget(*_only(fields))


def _entered(fields: dict[str, Any]) -> Entered:
    return Entered(*_only(fields))


def _lost(fields: dict[str, Any]) -> Lost:
    return Lost(*_only(fields))


_COMMANDS: Final[Mapping[str, Callable[[dict[str, Any]], Command]]] = {
    "collect": _collect,
    "hold": _hold,
    "make_block": _make_block,
    "forget": _forget,
    "press": _press,
}
_REPLIES: Final[Mapping[str, Callable[[dict[str, Any]], Reply]]] = {
    "digits": _digits,
    "entered": _entered,
    "made": _made,
    "lost": _lost,
    "key": _key,
}
_NAMES: Final[Mapping[type[Command | Reply], str]] = {
    Collect: "collect",
    Hold: "hold",
    MakeBlock: "make_block",
    Forget: "forget",
    Press: "press",
    Digits: "digits",
    Entered: "entered",
    Made: "made",
    Lost: "lost",
    Key: "key",
}
