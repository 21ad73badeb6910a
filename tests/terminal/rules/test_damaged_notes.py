"""CN-17 worked out: boundaries, the cross, half a fen."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.money import Amount, yuan
from terminal.rules.damaged_notes import DamagedNote, Exchange, exchange, expected

HAIR = Fraction(1, 10**9)

fractions = st.fractions(0, 1, max_denominator=10_000)
faces = st.sampled_from([Amount(minor) for minor in (1, 2, 5, 10, 50, 100, 500, 2_000, 10_000)])


@pytest.mark.parametrize(
    ("left", "share", "reason", "pays"),
    [
        (Fraction(1), "full", "three_quarters_left", yuan(100)),
        (Fraction(3, 4) + HAIR, "full", "three_quarters_left", yuan(100)),
        (Fraction(3, 4), "full", "three_quarters_left", yuan(100)),
        (Fraction(3, 4) - HAIR, "half", "half_left", yuan(50)),
        (Fraction(1, 2) + HAIR, "half", "half_left", yuan(50)),
        (Fraction(1, 2), "half", "half_left", yuan(50)),
        (Fraction(1, 2) - HAIR, "none", "under_half_left", yuan(0)),
        (Fraction(0), "none", "under_half_left", yuan(0)),
    ],
)
def test_the_boundaries(left: Fraction, share: Any, reason: Any, pays: Amount) -> None:
    assert exchange(DamagedNote(yuan(100), left)) == Exchange(share, pays, reason)


@pytest.mark.parametrize(
    ("left", "share", "reason"),
    [
        (Fraction(3, 4) + HAIR, "full", "three_quarters_left"),
        (Fraction(3, 4), "half", "cross_shaped"),
        (Fraction(1, 2), "half", "cross_shaped"),
        (Fraction(1, 2) - HAIR, "none", "under_half_left"),
    ],
)
def test_a_cross_shaped_loss_of_a_quarter_is_half(left: Fraction, share: str, reason: str) -> None:
    found = exchange(DamagedNote(yuan(50), left, cross_shaped=True))
    assert (found.share, found.reason) == (share, reason)


@pytest.mark.parametrize(
    ("face", "pays", "share"),
    [(5, 2, "half"), (2, 1, "half"), (1, 0, "none"), (10, 5, "half"), (50, 25, "half")],
)
def test_half_of_a_few_fen(face: int, pays: int, share: str) -> None:
    found = exchange(DamagedNote(Amount(face), Fraction(1, 2)))
    assert (found.pays, found.share) == (Amount(pays), share)


def test_under_one_fen_says_so() -> None:
    assert exchange(DamagedNote(Amount(1), Fraction(1, 2))).reason == "under_one_fen"
    assert exchange(DamagedNote(Amount(1), Fraction(3, 4))).pays == Amount(1)


def test_without_a_face_or_a_fit_there_is_nothing() -> None:
    assert exchange(DamagedNote(yuan(100), Fraction(1), face_known=False)).reason == "face_unknown"
    assert exchange(DamagedNote(yuan(100), Fraction(1), joins=False)).reason == "does_not_join"
    assert exchange(DamagedNote(yuan(100), Fraction(1), joins=False)).pays == yuan(0)


def test_a_float_is_refused() -> None:
    with pytest.raises(AssertionError, match="float"):
        DamagedNote(yuan(100), 0.75)  # type: ignore[arg-type]


@pytest.mark.parametrize("left", [Fraction(-1, 100), Fraction(101, 100)])
def test_more_or_less_than_a_note_is_a_mistake(left: Fraction) -> None:
    with pytest.raises(AssertionError):
        DamagedNote(yuan(100), left)


@given(faces, fractions, fractions, st.booleans(), st.booleans(), st.booleans())
def test_more_left_never_pays_less(
    face: Amount, one: Fraction, two: Fraction, known: bool, joins: bool, cross: bool
) -> None:
    less, more = sorted((one, two))
    pays = [exchange(DamagedNote(face, left, known, joins, cross)).pays for left in (less, more)]
    assert pays[0] <= pays[1] <= face


@given(faces, fractions, fractions, fractions, st.booleans())
def test_an_estimate_names_every_answer_in_its_range(
    face: Amount, one: Fraction, two: Fraction, where: Fraction, cross: bool
) -> None:
    least, most = sorted((one, two))
    left = least + (most - least) * where
    note = DamagedNote(face, left, cross_shaped=cross)
    assert exchange(note) in expected(note, least, most)


def test_an_estimate_begins_with_the_best_and_is_sure_away_from_the_edges() -> None:
    note = DamagedNote(yuan(100), Fraction(7, 10))
    shares = [each.share for each in expected(note, Fraction(2, 5), Fraction(4, 5))]
    assert shares == ["full", "half", "none"]
    assert [each.share for each in expected(note, Fraction(3, 5), Fraction(7, 10))] == ["half"]
    assert [each.share for each in expected(note, Fraction(3, 4), Fraction(3, 4))] == ["full"]
    assert [each.share for each in expected(note, Fraction(1, 2), Fraction(3, 4))] == [
        "full",
        "half",
    ]
    assert [each.share for each in expected(note, Fraction(1, 3), Fraction(1, 2))] == [
        "half",
        "none",
    ]
