"""The passport's two lines: the examples of CN-22, the specimen, every fault, and a round trip."""

import string
from datetime import date
from typing import Literal, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.rules.documents import (
    ALPHABET,
    FILLER,
    Fault,
    Passport,
    Private,
    Unread,
    What,
    Zone,
    check_digit,
    read,
    written,
)

TODAY = date(2026, 11, 22)

SPECIMEN = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)
"""The specimen of ICAO 9303 (from memory; its check digits recompute)."""


@pytest.mark.parametrize(
    ("text", "digit"),
    [("L898902C3", "6"), ("740812", "2"), ("120415", "9"), ("ZE184226B<<<<<", "1"), ("<<<", "0")],
)
def test_check_digits(text: str, digit: str) -> None:
    assert check_digit(text) == digit


def test_the_specimen() -> None:
    found = read(*SPECIMEN, TODAY)
    assert found == Passport(
        issuer="UTO",
        surname=Private("ERIKSSON"),
        given_names=Private("ANNA MARIA"),
        number=Private("L898902C3"),
        nationality="UTO",
        sex="F",
        age_band="50to59",
        expires=date(2012, 4, 15),
        expired=True,
    )


def test_nothing_private_is_printed() -> None:
    found = read(*SPECIMEN, TODAY)
    assert isinstance(found, Passport)
    told = f"{found!r} {found} {found.surname} {found.given_names!r} {[found.number]}"
    for secret in ("ERIKSSON", "ANNA", "MARIA", "L898902C3", "7408", "1974", "UTO", "50to59"):
        assert secret not in told
    spoiled = read(SPECIMEN[0], SPECIMEN[1].replace("7408122", "7408123"), TODAY)
    assert "7408" not in repr(spoiled)
    zone = Zone("UTO", "ERIKSSON", "ANNA", "L898902C3", "UTO", "740812", "F", "120415")
    assert "ERIKSSON" not in repr(zone)


def test_the_birth_date_is_not_kept() -> None:
    assert not {"birth", "born", "birthday", "age"} & set(Passport.__slots__)


def test_private_texts_are_equal_by_what_they_hold() -> None:
    assert Private("A") == Private("A")
    assert Private("A") != Private("B")
    assert len({Private("A"), Private("A"), Private("B")}) == 2
    assert Private("A").reveal() == "A"


# --- faults -------------------------------------------------------------------------------------


def spoil(line: Literal[1, 2], at: int, text: str) -> tuple[str, str]:
    """The specimen with some characters replaced from place `at`, counted from nought."""
    old = SPECIMEN[line - 1]
    new = old[:at] + text + old[at + len(text) :]
    return (new, SPECIMEN[1]) if line == 1 else (SPECIMEN[0], new)


@pytest.mark.parametrize(
    ("line", "at", "text", "whats"),
    [
        (1, 0, "I", {"not_a_passport"}),
        (1, 1, "7", {"not_a_passport"}),
        (1, 2, "<<<", {"issuer"}),
        (1, 2, "U<O", {"issuer"}),
        (1, 2, "U7O", {"issuer"}),
        (1, 5, "<", {"names"}),
        (1, 8, "0", {"names"}),
        (1, 8, "é", {"characters"}),
        (1, 8, "e", {"characters"}),
        (1, 8, " ", {"characters"}),
        (2, 0, "<898902C3", {"number", "number_check", "whole_check"}),
        (2, 1, "9", {"number_check", "whole_check"}),
        (2, 9, "7", {"number_check", "whole_check"}),
        (2, 10, "<<<", {"nationality"}),
        (2, 13, "7413122", {"birth", "birth_check", "whole_check"}),
        (2, 13, "74081A", {"birth", "birth_check", "whole_check"}),
        (2, 19, "3", {"birth_check", "whole_check"}),
        (2, 20, "X", {"sex"}),
        (2, 21, "1204319", {"expiry", "expiry_check", "whole_check"}),
        (2, 21, "<<<<<<0", {"expiry"}),
        (2, 27, "8", {"expiry_check", "whole_check"}),
        (2, 28, "ZF", {"personal_check", "whole_check"}),
        (2, 42, "2", {"personal_check", "whole_check"}),
        (2, 42, "<", {"personal_check", "whole_check"}),
        (2, 43, "1", {"whole_check"}),
    ],
)
def test_a_fault_is_named_by_its_line(
    line: Literal[1, 2], at: int, text: str, whats: set[What]
) -> None:
    found = read(*spoil(line, at, text), TODAY)
    assert isinstance(found, Unread)
    assert {fault.line for fault in found.faults} == {line}
    assert {fault.what for fault in found.faults} == whats


def test_a_line_of_another_length_is_named_before_anything_else() -> None:
    short, long = SPECIMEN[0][:-1], SPECIMEN[1] + FILLER
    assert read(short, long, TODAY) == Unread((Fault(1, "length"), Fault(2, "length")))
    assert read("", SPECIMEN[1], TODAY) == Unread((Fault(1, "length"),))


def test_every_kind_of_fault_can_happen() -> None:
    """All of them but the length stand in the table above."""
    marks = test_a_fault_is_named_by_its_line.pytestmark  # type: ignore[attr-defined]
    named = {what for mark in marks for row in mark.args[1] for what in row[3]}
    assert named | {"length"} == set(get_args(What))


@given(st.integers(0, 43), st.sampled_from(ALPHABET))
def test_a_misread_digit_in_the_second_line_is_never_another_person(
    at: int, character: str
) -> None:
    """7, 3 and 1 have no common factor with 10, so one wrong character in a checked field is seen,
    unless its value differs by ten or twenty or thirty (0, A, K and U), which no check digit sees."""
    old = SPECIMEN[1][at]
    checked = not 10 <= at <= 12 and at != 20
    differs = (ALPHABET.index(old) % 36 - ALPHABET.index(character) % 36) % 10
    if checked and differs:
        assert isinstance(read(*spoil(2, at, character), TODAY), Unread)


# --- ages ---------------------------------------------------------------------------------------


def zone(birth: str, expiry: str = "300101") -> tuple[str, str]:
    return written(Zone("D", "MUSTER", "ERIKA", "C01X00T47", "D", birth, "F", expiry))


@pytest.mark.parametrize(
    ("birth", "band"),
    [
        ("610101", "65to69"),
        ("611122", "65to69"),
        ("611123", "60to64"),
        ("761122", "50to59"),
        ("761123", "under50"),
        ("461122", "80plus"),
        ("461123", "70to79"),
        ("270101", "80plus"),
        ("261123", "80plus"),
        ("261122", None),
        ("100101", None),
        ("061101", None),
        ("051122", "under50"),
        ("000229", "under50"),
        ("560229", "70to79"),
        ("<<<<<<", None),
        ("61<<<<", None),
        ("6101<<", None),
    ],
)
def test_the_band_of_a_birth_day(birth: str, band: str | None) -> None:
    found = read(*zone(birth), TODAY)
    assert isinstance(found, Passport)
    assert found.age_band == band


@pytest.mark.parametrize(("expiry", "expired"), [("261121", True), ("261122", False)])
def test_a_passport_serves_through_its_last_day(expiry: str, expired: bool) -> None:
    found = read(*zone("610101", expiry), TODAY)
    assert isinstance(found, Passport)
    assert found.expired is expired


def test_a_leap_day_is_a_day_in_its_year_only() -> None:
    assert isinstance(read(*zone("610101", "280229"), TODAY), Passport)
    assert read(*zone("610101", "270229"), TODAY) == Unread((Fault(2, "expiry"),))
    assert read(*zone("610229"), TODAY) == Unread((Fault(2, "birth"),))


def test_germany_has_one_letter() -> None:
    found = read(*zone("610101"), TODAY)
    assert isinstance(found, Passport)
    assert (found.issuer, found.nationality) == ("D", "D")


def test_an_empty_personal_number_may_have_no_digit() -> None:
    line1, line2 = zone("610101")
    assert line2[28:43] == FILLER * 14 + "0"
    assert isinstance(read(line1, line2[:42] + FILLER + line2[43:], TODAY), Passport)


# --- there and back -----------------------------------------------------------------------------

words = st.text(string.ascii_uppercase, min_size=1, max_size=8)
names = st.lists(words, min_size=1, max_size=2).map(" ".join)
codes = st.text(string.ascii_uppercase, min_size=1, max_size=3)
numbers = st.text(string.ascii_uppercase + string.digits, min_size=1, max_size=9)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(
    st.builds(
        Zone,
        issuer=codes,
        surname=names,
        given_names=names | st.just(""),
        number=numbers,
        nationality=codes,
        birth=st.dates(date(1907, 1, 1), date(2005, 1, 1)).map(lambda day: f"{day:%y%m%d}"),
        sex=st.sampled_from(["M", "F", ""]),
        expiry=days.map(lambda day: f"{day:%y%m%d}"),
        personal=st.text(string.ascii_uppercase + string.digits, max_size=14),
    )
)
def test_what_is_written_is_read(zone: Zone) -> None:
    found = read(*written(zone), TODAY)
    assert isinstance(found, Passport)
    assert found.surname.reveal() == zone.surname
    assert found.given_names.reveal() == zone.given_names
    assert found.number.reveal() == zone.number
    assert (found.issuer, found.nationality) == (zone.issuer, zone.nationality)
    assert found.sex == zone.sex
    assert f"{found.expires:%y%m%d}" == zone.expiry
    assert found.expired == (found.expires < TODAY)


@given(st.text(max_size=50), st.text(max_size=50))
def test_anything_else_is_unread_and_never_a_crash(line1: str, line2: str) -> None:
    assert isinstance(read(line1, line2, TODAY), Unread)


@given(
    st.text(ALPHABET, min_size=44, max_size=44),
    st.text(ALPHABET, min_size=44, max_size=44),
)
def test_any_forty_four_characters_are_read_or_named(line1: str, line2: str) -> None:
    found = read("P" + line1[1:], line2, TODAY)
    assert isinstance(found, Passport) or found.faults


def test_a_name_that_is_too_long_is_cut_off() -> None:
    long = Zone("UTO", "A" * 30, "B" * 30, "1", "UTO", "740812", "", "300101")
    found = read(*written(long), TODAY)
    assert isinstance(found, Passport)
    assert found.given_names.reveal() == "B" * 7


def test_a_number_that_is_too_long_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="too long"):
        written(Zone("UTO", "A", "B", "1234567890", "UTO", "740812", "", "300101"))
