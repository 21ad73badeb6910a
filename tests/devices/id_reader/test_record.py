"""What a text record proves: the age band, or why there is none."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.id_reader import record
from devices.id_reader.record import BANDS, Unread, local_date, parse
from sim.world.identities import IDENTITIES, Identity, check_digit, citizen, number_for

STORY = date(2026, 1, 5)
UNREADABLE, EXPIRED = Unread("unreadable"), Unread("expired")

BAND_OF = {
    "zhang_san": "70to79",
    "li_xiaoming": "under50",
    "wang_fang": "under50",
    "zhao_qiang": "under50",
    "sun_li": "50to59",
    "zhou_jianguo": "60to64",
    "wu_xiuying": "65to69",
    "zheng_dehou": "70to79",
    "feng_guilan": "80plus",
    "chu_fusheng": "80plus",
    "moved": "70to79",
    "resident_hk": "65to69",
    "foreigner_form_i": "65to69",
    "foreigner_form_y": "50to59",
}


def born(birth: date | str, sex: str = "1", **fields: str) -> bytes:
    written = birth if isinstance(birth, str) else f"{birth:%Y%m%d}"
    return citizen("somebody", "某人", "Somebody", sex, written, **fields).text


def changed(text: bytes, offset: int, written: str) -> bytes:
    new = written.encode("utf-16-le")
    return text[:offset] + new + text[offset + len(new) :]


# --- the worked record and the demonstration documents ----------------------------------------------


def test_the_worked_record_to_the_byte() -> None:
    text = IDENTITIES["zhang_san"].text
    assert text[:8] == bytes.fromhex("20 5F 09 4E 20 00 20 00")
    assert text[30:32] == bytes.fromhex("32 00")
    assert text[32:36] == bytes.fromhex("30 00 31 00")
    assert text[36:52] == bytes.fromhex("31 00 39 00 34 00 39 00 31 00 32 00 33 00 31 00")
    assert text[204:210] == bytes.fromhex("7F 95 1F 67 20 00")
    folded = 0
    for byte in text:
        folded ^= byte
    assert (len(text), folded) == (256, 0xDB)


@pytest.mark.parametrize("name", BAND_OF)
def test_good_documents_give_their_band(name: str) -> None:
    assert parse(IDENTITIES[name].text, STORY) == BAND_OF[name]


@pytest.mark.parametrize("name", ["wrong_check", "wrong_birth", "no_such_day"])
def test_contradictions_are_a_fault_of_reading(name: str) -> None:
    assert parse(IDENTITIES[name].text, STORY) == UNREADABLE


def test_every_document_is_tried_here_or_refused_before_it_is_read() -> None:
    refused = {"wrong_check", "wrong_birth", "no_such_day", "expired_id", "forged", "bus_card"}
    assert set(BAND_OF) | refused == set(IDENTITIES)


@pytest.mark.parametrize(
    ("number", "last"), [("11010519491231002", "X"), ("44052418800101001", "4")]
)
def test_the_check_digits_of_the_standard(number: str, last: str) -> None:
    assert check_digit(number) == last
    text = changed(IDENTITIES["zhang_san"].text, 122, number + last)
    wrong = changed(text, 122 + 34, "5")
    assert record._check_digit_right(text, 122)
    assert not record._check_digit_right(wrong, 122)


# --- age ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("birth", "today", "band"),
    [
        ("19660105", date(2026, 1, 5), "60to64"),  # the birthday itself counts
        ("19660106", date(2026, 1, 5), "50to59"),
        ("19760105", date(2026, 1, 5), "50to59"),
        ("19760106", date(2026, 1, 5), "under50"),
        ("19610105", date(2026, 1, 5), "65to69"),
        ("19560105", date(2026, 1, 5), "70to79"),
        ("19460105", date(2026, 1, 5), "80plus"),
        ("19460106", date(2026, 1, 5), "70to79"),
        ("19560229", date(2026, 2, 28), "65to69"),  # 29 February: not before 1 March
        ("19560229", date(2026, 3, 1), "70to79"),
        ("19560229", date(2028, 2, 29), "70to79"),
        ("20260105", date(2026, 1, 5), "under50"),
    ],
)
def test_age_is_completed_years(birth: str, today: date, band: str) -> None:
    assert parse(born(birth), today) == band


@pytest.mark.parametrize(
    ("birth", "today"),
    [("20260106", STORY), ("18950105", STORY), ("00000000", STORY), ("19500229", STORY)],
)
def test_an_impossible_age_or_day_is_never_young(birth: str, today: date) -> None:
    assert parse(born(birth), today) == UNREADABLE


@given(st.dates(date(1900, 1, 1), date(2010, 12, 31)), st.dates(date(2015, 1, 1), date(2030, 1, 1)))
def test_any_birth_date_gives_the_band_of_its_age(birth: date, today: date) -> None:
    years = today.year - birth.year
    while (birth.year + years, birth.month, birth.day) > (today.year, today.month, today.day):
        years -= 1
    wanted = next(band for least, band in BANDS if years >= least)
    assert parse(born(birth), today) == wanted


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ("2026-01-04T15:59:59.999Z", date(2026, 1, 4)),
        ("2026-01-04T16:00:00.000Z", date(2026, 1, 5)),
        ("2024-02-28T20:00:00.000Z", date(2024, 2, 29)),
        ("2025-12-31T16:00:00.000Z", date(2026, 1, 1)),
    ],
)
def test_the_day_is_that_of_shanghai(utc: str, day: date) -> None:
    assert local_date(utc) == day


# --- validity -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "proves"),
    [(date(2025, 12, 30), "70to79"), (date(2025, 12, 31), "70to79"), (date(2026, 1, 1), EXPIRED)],
)
def test_a_document_is_valid_on_its_last_day_and_not_after(today: date, proves: object) -> None:
    assert parse(IDENTITIES["expired_id"].text, today) == proves


@pytest.mark.parametrize("until", ["", "长", "长期1", "2035010", "20351301", "长期长期", "期长"])
def test_an_end_of_validity_that_is_none_is_a_fault_of_reading(until: str) -> None:
    assert parse(born("19500101", until=until), STORY) == UNREADABLE


# --- the number and what it says --------------------------------------------------------------------


@pytest.mark.parametrize(("sex", "agrees"), [("1", True), ("2", False), ("0", True), ("9", True)])
def test_sex_and_number_must_agree_where_sex_is_said(sex: str, agrees: bool) -> None:
    text = born("19500101", sex, number=number_for("19500101", "1"))
    assert parse(text, STORY) == ("70to79" if agrees else UNREADABLE)


@pytest.mark.parametrize("sex", ["3", " ", "男"])
def test_a_sex_that_is_no_code_is_a_fault_of_reading(sex: str) -> None:
    assert parse(changed(born("19500101"), 30, sex), STORY) == UNREADABLE


@pytest.mark.parametrize("place", range(18))
def test_any_wrong_digit_of_the_number_is_noticed(place: int) -> None:
    text = IDENTITIES["zhang_san"].text
    offset = 122 + 2 * place
    for other in "0123456789":
        if other != text[offset : offset + 2].decode("utf-16-le"):
            assert parse(changed(text, offset, other), STORY) == UNREADABLE


@pytest.mark.parametrize("digit", ["１", "x", " ", "Ⅹ", "-"])
def test_only_plain_digits_are_digits(digit: str) -> None:
    assert parse(changed(IDENTITIES["zhang_san"].text, 122, digit), STORY) == UNREADABLE
    assert parse(changed(IDENTITIES["zhang_san"].text, 156, digit), STORY) == UNREADABLE
    assert parse(changed(IDENTITIES["zhang_san"].text, 36, digit), STORY) == UNREADABLE


# --- forms ----------------------------------------------------------------------------------------


def altered(name: str, **fields: str) -> bytes:
    known = IDENTITIES[name]
    return Identity("", "", "", known.form, {**known.fields, **fields}).text


def test_a_residence_permit_is_checked_as_a_citizens_card_is() -> None:
    assert parse(altered("resident_hk", birth="19580221"), STORY) == UNREADABLE
    assert parse(altered("resident_hk", sex="2"), STORY) == UNREADABLE
    assert parse(altered("resident_hk", until="20251231"), STORY) == EXPIRED


def test_the_2023_form_is_checked_by_its_check_digit() -> None:
    assert parse(altered("foreigner_form_y", number="900000197203010002"), STORY) == UNREADABLE
    assert parse(altered("foreigner_form_y", birth="19720302"), STORY) == "50to59"
    assert parse(altered("foreigner_form_y", until="20251231"), STORY) == EXPIRED


def test_the_2017_form_rests_on_its_dates() -> None:
    assert parse(altered("foreigner_form_i", number="anything"), STORY) == "65to69"
    assert parse(altered("foreigner_form_i", birth="19601315"), STORY) == UNREADABLE
    assert parse(altered("foreigner_form_i", until="20251231"), STORY) == EXPIRED


@pytest.mark.parametrize("form", ["K", "j", "1", "\0", "长"])
def test_a_form_that_is_not_known_is_a_fault_of_reading(form: str) -> None:
    assert parse(changed(IDENTITIES["zhang_san"].text, 248, form), STORY) == UNREADABLE


# --- anything at all --------------------------------------------------------------------------------


@given(st.binary(max_size=300))
def test_no_bytes_are_an_accident(data: bytes) -> None:
    assert parse(data, STORY) == UNREADABLE


@given(
    st.sampled_from(sorted(BAND_OF)),
    st.lists(st.tuples(st.integers(0, 255), st.integers(0, 255)), max_size=4),
)
def test_a_disturbed_record_gives_a_band_or_a_reason(
    name: str, edits: list[tuple[int, int]]
) -> None:
    text = bytearray(IDENTITIES[name].text)
    for place, value in edits:
        text[place] = value
    found = parse(memoryview(text), STORY)
    assert isinstance(found, Unread) or found in dict(BANDS).values()


def test_a_record_cut_short_or_too_long_is_none() -> None:
    text = IDENTITIES["zhang_san"].text
    assert parse(text[:255], STORY) == UNREADABLE
    assert parse(text + b"\0", STORY) == UNREADABLE
