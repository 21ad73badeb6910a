"""The demonstration cards: what is printed on them, and the chip inside.

A chip answers APDUs and nothing else: SELECT, GET PROCESSING OPTIONS, READ RECORD and, on T=0, GET
RESPONSE, with the status words of ISO 7816-4 and the data objects of EMV. Some cards are there to
be refused: a dead chip, a stripe without a chip, a chip for buses, a chip that lies about lengths.

No PIN is on a card, and no age: the bank knows both. The numbers are Luhn-valid and nobody's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

from terminal.values import replace

Kind = Literal["payment", "dead", "stripe", "transit", "garbled"]
"""`payment` works; the others cannot pay, each in its own way."""

Protocol = Literal["T=0", "T=1"]
Colour = tuple[int, int, int]

UNIONPAY_DEBIT = bytes.fromhex("A000000333010101")
VISA = bytes.fromhex("A0000000031010")
PAYMENT_DIRECTORY = b"1PAY.SYS.DDF01"


@dataclass(frozen=True, slots=True)
class CardSpec:
    """One card. `initials`, colour and labels are for drawing it; `expiry` is YYMM; `languages`
    are two-letter codes in the holder's order of preference."""

    name: str
    label_zh: str
    label_en: str
    initials: str
    face_colour: Colour
    pan: str
    expiry: str
    languages: tuple[str, ...] = ("zh",)
    kind: Kind = "payment"
    application: bytes = UNIONPAY_DEBIT
    application_label: str = "UnionPay Debit"
    protocol: Protocol = "T=1"
    preferences: bytes = b""
    """The value of a SIM-PREF object, in a template 7F22 among the records; none if empty."""
    country: str = "0156"
    currency: str = "0156"
    """Issuer country and application currency (tags 5F28 and 9F42), as the chip has them."""
    has_directory: bool = True
    """Answers to 1PAY.SYS.DDF01; the terminal must find other applications by name."""

    @property
    def has_stripe(self) -> bool:
        """Encoded track 2 on the back."""
        return self.kind not in ("transit",)

    @property
    def track2(self) -> str:
        """Track 2 as the reader gives it, without sentinels; empty without a stripe."""
        return f"{self.pan}={self.expiry}2010000000000" if self.has_stripe else ""


_SPECS = (
    CardSpec("lin", "林晓雯", "Lin Xiaowen", "LXW", (24, 96, 150), "6228480000000000117", "3012"),
    CardSpec("chen", "陈桂兰", "Chen Guilan", "CGL", (150, 44, 52), "6228480000000000216", "2909"),
    CardSpec(
        "zhou",
        "周建国",
        "Zhou Jianguo",
        "ZJG",
        (34, 110, 84),
        "6228480000000000315",
        "2811",
        has_directory=False,
    ),
    CardSpec(
        "wang", "王秀英", "Wang Xiuying", "WXY", (116, 66, 130), "6228480000000000414", "3003"
    ),
    CardSpec("li", "李德厚", "Li Dehou", "LDH", (140, 96, 30), "6228480000000000513", "2806"),
    CardSpec(
        "smith",
        "史密斯",
        "Alex Smith",
        "AS",
        (30, 42, 92),
        "4761739001010119",
        "2912",
        languages=("en",),
        application=VISA,
        application_label="Visa Debit",
        protocol="T=0",
    ),
    CardSpec(
        "expired", "过期的卡", "Expired card", "EXP", (110, 110, 110), "6228480000000000612", "2312"
    ),
    CardSpec(
        "unknown",
        "未登记的卡",
        "Unknown card",
        "UNK",
        (90, 104, 120),
        "6228480000000000711",
        "3001",
    ),
    CardSpec(
        "dead",
        "芯片损坏的卡",
        "Card with a dead chip",
        "DED",
        (70, 70, 76),
        "6228480000000000810",
        "2910",
        kind="dead",
    ),
    CardSpec(
        "stripe",
        "只有磁条的卡",
        "Magnetic stripe only",
        "MAG",
        (150, 124, 84),
        "6228480000000000919",
        "2804",
        kind="stripe",
    ),
    CardSpec(
        "transit",
        "公交卡",
        "Transit card",
        "BUS",
        (0, 132, 132),
        "",
        "",
        kind="transit",
        application_label="",
    ),
    CardSpec(
        "garbled",
        "数据错乱的卡",
        "Card with garbled data",
        "GRB",
        (160, 80, 40),
        "6228480000000001016",
        "2902",
        kind="garbled",
    ),
)

PREFERENCES: Mapping[str, bytes] = {
    "he": bytes((1, 102, 1, 0, 0, 0, 0, 1, 0, 0)),
    "su": bytes((1, 0, 3, 0, 1, 28, 0, 3, 0, 0)) + b"zh",
    "ma": bytes((1, 0, 0, 0, 0, 0, 0, 2, 1, 2)),
}
"""SIM-PREF (`devices/card_reader/chip.py`): large text and high contrast; yellow on black, slow speech
and three times the time; keys only, simplified, twice the time."""

_PREFERRING = (
    CardSpec("he", "何雨", "He Yu", "HY", (196, 120, 44), "6228480000000001115", "2907"),
    CardSpec("su", "苏敏", "Su Min", "SM", (60, 60, 96), "6228480000000001214", "3008"),
    CardSpec("ma", "马强", "Ma Qiang", "MQ", (100, 52, 44), "6228480000000001313", "2811"),
)

_FOREIGN = (
    CardSpec(
        "keller",
        "艾玛·凯勒",
        "Emma Keller",
        "EK",
        (92, 52, 100),
        "4761739001010127",
        "2911",
        languages=("de", "en"),
        application=VISA,
        application_label="Visa Debit",
        country="0276",
        currency="0978",
    ),
)
"""Cards of banks abroad, whose accounts are in another currency."""

CARDS: Mapping[str, CardSpec] = MappingProxyType(
    {
        spec.name: spec
        for spec in (
            *_SPECS,
            *(replace(one, preferences=PREFERENCES[one.name]) for one in _PREFERRING),
            *_FOREIGN,
        )
    }
)
"""Every demonstration card by name."""


def luhn_valid(pan: str) -> bool:
    """ISO/IEC 7812-1 check digit."""
    total = 0
    for place, digit in enumerate(reversed(pan)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return bool(pan) and total % 10 == 0


# --- TLV --------------------------------------------------------------------------------------


def tlv(tag: int, value: bytes) -> bytes:
    """One data object; length in one to three bytes."""
    name = tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big")
    size = len(value)
    if size < 0x80:
        return name + bytes((size,)) + value
    count = 1 if size <= 0xFF else 2
    return name + bytes((0x80 | count,)) + size.to_bytes(count, "big") + value


def template(tag: int, **objects: bytes) -> bytes:
    """A constructed object; keywords are tags such as `t4F`."""
    return tlv(tag, b"".join(tlv(int(name[1:], 16), value) for name, value in objects.items()))


# --- the files of a card ----------------------------------------------------------------------

_DIRECTORY_SFI = 1
_PROFILE = bytes.fromhex("3C00")
_PDOL = bytes.fromhex("9F1A029F35015F2A02")
"""Country, terminal type, currency: five bytes."""
_PDOL_BYTES = 5
_FILES = bytes.fromhex("0801010010010200")
"""File 1 record 1, file 2 records 1 and 2."""

Records = Mapping[tuple[int, int], bytes]


@dataclass(frozen=True, slots=True)
class _Image:
    """What a chip answers, prepared once: to SELECT by name, to GET PROCESSING OPTIONS, and the
    records of the directory and of the application."""

    names: Mapping[bytes, bytes]
    options: bytes
    directory: Records
    records: Records


@cache
def _image(name: str) -> _Image:
    spec = CARDS[name]
    match spec.kind:
        case "payment":
            return _payment_image(spec)
        case "garbled":
            return _garbled_image(spec)
        case _:
            return _Image({}, b"", {}, {})


def _payment_image(spec: CardSpec) -> _Image:
    label = spec.application_label.encode("ascii")
    languages = "".join(spec.languages).encode("ascii")
    inside = template(0xA5, t50=label, t87=b"\x01", t5F2D=languages, t9F38=_PDOL)
    names = {spec.application: tlv(0x6F, tlv(0x84, spec.application) + inside)}
    entry = template(0x61, t4F=spec.application, t50=label, t87=b"\x01")
    directory: Records = {}
    if spec.has_directory:
        head = template(0xA5, t88=bytes((_DIRECTORY_SFI,)), t5F2D=languages)
        names[PAYMENT_DIRECTORY] = tlv(0x6F, tlv(0x84, PAYMENT_DIRECTORY) + head)
        directory = {(_DIRECTORY_SFI, 1): tlv(0x70, entry)}
    return _Image(
        names, template(0x77, t82=_PROFILE, t94=_FILES), directory, _payment_records(spec)
    )


def _payment_records(spec: CardSpec) -> Records:
    number = _packed(spec.pan)
    track2 = _packed(spec.track2.replace("=", "D"))
    holder = spec.label_en.upper().encode("ascii")
    expires = bytes.fromhex(spec.expiry + "28")
    wanted = tlv(0x7F22, tlv(0xDF50, spec.preferences)) if spec.preferences else b""
    return {
        (1, 1): tlv(0x70, tlv(0x57, track2) + tlv(0x5F20, holder) + wanted),
        (2, 1): template(0x70, t5A=number, t5F24=expires, t5F34=b"\x00"),
        (2, 2): template(
            0x70,
            t5F28=bytes.fromhex(spec.country),
            t9F07=bytes.fromhex("FF00"),
            t9F42=bytes.fromhex(spec.currency),
        ),
    }


def _garbled_image(spec: CardSpec) -> _Image:
    """A record whose child claims to be longer than its parent."""
    whole = _payment_image(spec)
    broken = {**whole.records, (1, 1): bytes.fromhex("7008" + "5A7F" + "622848000000")}
    return _Image(whole.names, whole.options, whole.directory, broken)


def _packed(digits: str) -> bytes:
    return bytes.fromhex(digits + "F" * (len(digits) % 2))


# --- the chip ---------------------------------------------------------------------------------

OK = b"\x90\x00"
WRONG_LENGTH = b"\x67\x00"
CONDITIONS = b"\x69\x85"
WRONG_DATA = b"\x6a\x80"
NO_SUCH_FILE = b"\x6a\x82"
NO_SUCH_RECORD = b"\x6a\x83"
WRONG_PLACE = b"\x6b\x00"
NO_SUCH_COMMAND = b"\x6d\x00"
WRONG_CLASS = b"\x6e\x00"

_ATR_T0 = bytes.fromhex("3B600000")
_ATR_T1_BODY = bytes.fromhex("E000008131FE45")


def _atr(protocol: Protocol) -> bytes:
    if protocol == "T=0":
        return _ATR_T0
    check = 0
    for byte in _ATR_T1_BODY:
        check ^= byte
    return b"\x3b" + _ATR_T1_BODY + bytes((check,))


class ChipCard:
    """The chip of one card, between a reset and the loss of power."""

    __slots__ = ("_options_got", "_rest", "_selected", "powered", "spec")

    def __init__(self, name: str) -> None:
        self.spec = CARDS[name]
        self.powered = False
        self._selected = b""
        self._options_got = False
        self._rest = b""

    @property
    def answers(self) -> bool:
        """There is a chip, and it works."""
        return self.spec.kind in ("payment", "transit", "garbled")

    def reset(self) -> bytes | None:
        """Power and reset: the answer to reset, or None from a dead or missing chip."""
        self.power_off()
        self.powered = self.answers
        return _atr(self.spec.protocol) if self.powered else None

    def power_off(self) -> None:
        """The chip forgets what was selected."""
        self.powered = False
        self._selected = b""
        self._options_got = False
        self._rest = b""

    def exchange(self, apdu: bytes) -> bytes:
        """One R-APDU: data and two status bytes."""
        assert self.powered, "a chip without power says nothing"
        if len(apdu) < 4:
            return WRONG_LENGTH
        match apdu[0], apdu[1]:
            case 0x00, 0xC0:
                return self._get_response(apdu)
            case 0x00, 0xA4:
                return self._with_rest(self._select(apdu))
            case 0x80, 0xA8:
                return self._with_rest(self._processing_options(apdu))
            case 0x00, 0xB2:
                return self._exact(apdu, self._read_record(apdu))
            case ((0x00 | 0x80), _):
                return NO_SUCH_COMMAND
            case _:
                return WRONG_CLASS

    def snapshot(self) -> dict[str, object]:
        """What the chip knows while it has power."""
        return {
            "powered": self.powered,
            "selected": self._selected.hex(),
            "options": self._options_got,
            "rest": self._rest.hex(),
        }

    def restore(self, state: Mapping[str, object]) -> None:
        """Become what `snapshot` described."""
        self.powered = bool(state["powered"])
        self._selected = bytes.fromhex(str(state["selected"]))
        self._options_got = bool(state["options"])
        self._rest = bytes.fromhex(str(state["rest"]))

    def _select(self, apdu: bytes) -> bytes:
        name = _body(apdu)
        if name is None:
            return WRONG_LENGTH
        if apdu[2] != 0x04:
            return WRONG_PLACE
        names = _image(self.spec.name).names
        known = next((each for each in names if name and each.startswith(name)), None)
        if known is None:
            return NO_SUCH_FILE
        self._selected, self._options_got = known, False
        return names[known] + OK

    def _processing_options(self, apdu: bytes) -> bytes:
        if self._selected in (b"", PAYMENT_DIRECTORY) or self._options_got:
            return CONDITIONS
        data = _body(apdu)
        if data is None:
            return WRONG_LENGTH
        if data[:2] != bytes((0x83, _PDOL_BYTES)) or len(data) != 2 + _PDOL_BYTES:
            return WRONG_DATA
        self._options_got = True
        return _image(self.spec.name).options + OK

    def _read_record(self, apdu: bytes) -> bytes:
        image = _image(self.spec.name)
        in_directory = self._selected == PAYMENT_DIRECTORY
        if not (in_directory or self._options_got):
            return CONDITIONS
        records = image.directory if in_directory else image.records
        sfi, record = apdu[3] >> 3, apdu[2]
        if apdu[3] & 7 != 4:
            return WRONG_PLACE
        if all(file != sfi for file, _ in records):
            return NO_SUCH_FILE
        found = records.get((sfi, record))
        return NO_SUCH_RECORD if found is None else found + OK

    def _with_rest(self, answer: bytes) -> bytes:
        """T=0 cannot send data with this answer: it says how much there is to fetch."""
        if self.spec.protocol == "T=1" or len(answer) == 2:
            return answer
        self._rest = answer[:-2]
        return bytes((0x61, len(self._rest)))

    def _exact(self, apdu: bytes, answer: bytes) -> bytes:
        """T=0 wants the exact length, and names it."""
        size = len(answer) - 2
        exact = len(apdu) == 5 and apdu[4] == size
        if self.spec.protocol == "T=1" or not size or exact:
            return answer
        return bytes((0x6C, size))

    def _get_response(self, apdu: bytes) -> bytes:
        if not self._rest:
            return CONDITIONS
        if len(apdu) != 5 or apdu[4] != len(self._rest):
            return bytes((0x6C, len(self._rest)))
        rest, self._rest = self._rest, b""
        return rest + OK


def _body(apdu: bytes) -> bytes | None:
    """The data of a command with data, with or without Le; None if the lengths disagree."""
    if len(apdu) < 5:
        return None
    size = apdu[4]
    return apdu[5 : 5 + size] if len(apdu) - 5 - size in (0, 1) else None
