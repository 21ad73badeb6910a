"""The demonstration identity documents: what their chips hold, and what is wrong with some of them.

Nobody's: the names are the textbook's, area 100000 is no county, order 000 and 001 are given to nobody,
and the number of Zhang San is the printed example of the national standard. A document gives 256 bytes
of text laid out by its form (hardware-protocols 5.4), a photo, which is blank, a fingerprint of the
length it says and, for those who moved, a latest address. Some are there to be refused: a wrong check
digit, a birth date that the number contradicts, a day that does not exist, one past its validity, a
forgery, a card that is no identity document.

Ages are those of 2026, the year of the simulated stories. They stand in the labels and not in the names:
a name is what the saved world keeps of a document that was left on the reader.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

FormName = Literal["citizen", "J", "I", "Y"]

TEXT_BYTES = 256
PHOTO_BYTES = 1024
ADDRESS_BYTES = 70
NO_EXPIRY = "长期"

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"

_CITIZEN = {
    "name": (0, 30),
    "sex": (30, 2),
    "group": (32, 4),
    "birth": (36, 16),
    "address": (52, 70),
    "number": (122, 36),
    "issuer": (158, 30),
    "since": (188, 16),
    "until": (204, 16),
}

FIELDS: Mapping[FormName, Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        "citizen": _CITIZEN,
        "J": {
            **{field: place for field, place in _CITIZEN.items() if field != "group"},
            "permit": (220, 18),
            "count": (238, 4),
            "form": (248, 2),
        },
        "I": {
            "name": (0, 120),
            "sex": (120, 2),
            "number": (122, 30),
            "nation": (152, 6),
            "chinese_name": (158, 30),
            "since": (188, 16),
            "until": (204, 16),
            "birth": (220, 16),
            "version": (236, 4),
            "authority": (240, 8),
            "form": (248, 2),
        },
        "Y": {
            "chinese_name": (0, 30),
            "sex": (30, 2),
            "count": (32, 4),
            "birth": (36, 16),
            "name": (52, 70),
            "number": (122, 36),
            "since": (188, 16),
            "until": (204, 16),
            "nation": (242, 6),
            "form": (248, 2),
            "earlier": (250, 6),
        },
    }
)
"""Offset and length in bytes of every field that is written, by form (5.4)."""


@dataclass(frozen=True, slots=True)
class Identity:
    """One document. `fields` has text by the names in `FIELDS`; the labels are for drawing it.

    `trouble`: `notAnId` is a card that answers the find and is none, `forged` one that the reader
    cannot authenticate."""

    name: str
    label_zh: str
    label_en: str
    form: FormName
    fields: Mapping[str, str]
    moved_to: str = ""
    fingerprint_bytes: Literal[0, 512, 1024] = 0
    trouble: Literal["", "notAnId", "forged"] = ""

    @property
    def text(self) -> bytes:
        """The 256 bytes, UTF-16LE, padded with spaces."""
        record = bytearray(" " * (TEXT_BYTES // 2), "utf-16-le")
        for field, (offset, size) in FIELDS[self.form].items():
            written = self.fields.get(field, "").encode("utf-16-le")
            assert len(written) <= size, f"{self.name}: {field} is too long"
            record[offset : offset + len(written)] = written
        return bytes(record)

    @property
    def photo(self) -> bytes:
        """1024 bytes: blank, for want of an open description of the format."""
        return bytes(PHOTO_BYTES)

    @property
    def fingerprint(self) -> bytes:
        """0, 512 or 1024 bytes."""
        return b"C" * self.fingerprint_bytes

    @property
    def latest_address(self) -> bytes:
        """70 bytes as the text record has them, or none for who did not move."""
        if not self.moved_to:
            return b""
        return self.moved_to.ljust(ADDRESS_BYTES // 2).encode("utf-16-le")


def check_digit(digits: str) -> str:
    """ISO 7064 MOD 11-2 over the first 17 digits of a number (accessibility CN-21)."""
    assert len(digits) == len(_WEIGHTS), "17 digits"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return _CHECKS[total % len(_CHECKS)]


def number_for(birth: str, sex: str, area: str = "100000") -> str:
    """A number that is nobody's, for a birth date YYYYMMDD; odd order for men, even for women."""
    digits = f"{area}{birth}00{1 if sex == '1' else 0}"
    return digits + check_digit(digits)


def citizen(
    name: str, label_zh: str, label_en: str, sex: str, birth: str, **other: str
) -> Identity:
    """A citizen's card with everything right, unless a field given by name says otherwise."""
    fields = {
        "name": label_zh,
        "sex": sex,
        "group": "01",
        "birth": birth,
        "address": "北京市朝阳区建国路1号",
        "number": number_for(birth, sex),
        "issuer": "北京市公安局朝阳分局",
        "since": "20150101",
        "until": "20350101",
    }
    return Identity(name, label_zh, label_en, "citizen", {**fields, **other})


ZHANG_SAN = citizen(
    "zhang_san",
    "张三",
    "Zhang San",
    "2",
    "19491231",
    number="11010519491231002X",
    until=NO_EXPIRY,
)
"""The test record of hardware-protocols 5.8."""

_WRONG_CHECK_NUMBER = "110105194912310021"

_J = Identity(
    "resident_hk",
    "陈大文",
    "Chan Tai Man",
    "J",
    {
        "name": "陈大文",
        "sex": "1",
        "birth": "19580220",
        "address": "广东省深圳市福田区深南大道1号",
        "number": number_for("19580220", "1", area="810000"),
        "issuer": "深圳市公安局",
        "since": "20200101",
        "until": "20300101",
        "permit": "H00000000",
        "count": "01",
        "form": "J",
    },
)

_I = Identity(
    "foreigner_form_i",
    "外国人永久居留证（2017）",
    "Foreign resident, 2017 form",
    "I",
    {
        "name": "EXAMPLE, JANE",
        "sex": "2",
        "number": "UTO000000000000",
        "nation": "UTO",
        "chinese_name": "简例",
        "since": "20180101",
        "until": "20280101",
        "birth": "19600615",
        "version": "02",
        "authority": "1500",
        "form": "I",
    },
)

_Y_DIGITS = "90000019720301000"

_Y = Identity(
    "foreigner_form_y",
    "外国人永久居留证（2023）",
    "Foreign resident, 2023 form",
    "Y",
    {
        "chinese_name": "约翰例",
        "sex": "1",
        "count": "00",
        "birth": "19720301",
        "name": "EXAMPLE, JOHN",
        "number": _Y_DIGITS + check_digit(_Y_DIGITS),
        "since": "20240101",
        "until": "20340101",
        "nation": "UTO",
        "form": "Y",
        "earlier": "000",
    },
)

_SPECS = (
    ZHANG_SAN,
    citizen("li_xiaoming", "李小明", "Li Xiaoming, 25", "1", "20000315"),
    citizen("wang_fang", "王芳", "Wang Fang, 34", "2", "19910520"),
    citizen("zhao_qiang", "赵强", "Zhao Qiang, 49", "1", "19760830"),
    citizen("sun_li", "孙丽", "Sun Li, 55", "2", "19700402"),
    citizen("zhou_jianguo", "周建国", "Zhou Jianguo, 63", "1", "19621001"),
    citizen("wu_xiuying", "吴秀英", "Wu Xiuying, 66", "2", "19590708"),
    citizen("zheng_dehou", "郑德厚", "Zheng Dehou, 74", "1", "19510917", until=NO_EXPIRY),
    citizen("feng_guilan", "冯桂兰", "Feng Guilan, 84", "2", "19411111", until=NO_EXPIRY),
    citizen("chu_fusheng", "褚福生", "Chu Fusheng, 90", "1", "19350102", until=NO_EXPIRY),
    Identity(
        "moved",
        "迁居的人",
        "Somebody who moved, 70",
        "citizen",
        citizen("", "卫老七", "", "1", "19551212").fields,
        moved_to="上海市黄浦区南京东路1号",
        fingerprint_bytes=1024,
    ),
    citizen("expired_id", "过期证件", "Expired document", "2", "19520606", until="20251231"),
    citizen(
        "wrong_check", "校验码错", "Wrong check digit", "2", "19491231", number=_WRONG_CHECK_NUMBER
    ),
    citizen(
        "wrong_birth",
        "生日不符",
        "Birth date and number differ",
        "1",
        "19500101",
        number=number_for("19900101", "1"),
    ),
    citizen("no_such_day", "不存在的日子", "A day that never was", "1", "19500230"),
    _J,
    _I,
    _Y,
    Identity(
        "forged", "伪造的证件", "Forged document", "citizen", ZHANG_SAN.fields, trouble="forged"
    ),
    Identity("bus_card", "公交卡", "Bus card", "citizen", {}, trouble="notAnId"),
)

IDENTITIES: Mapping[str, Identity] = MappingProxyType({each.name: each for each in _SPECS})
"""Every demonstration document by name."""
