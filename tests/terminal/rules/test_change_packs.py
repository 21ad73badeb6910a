"""Small-change packs, a large note changed, and a choice of notes: only what the cassettes hold."""

import tomllib
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.stage.rulebook import read_packs
from terminal.cash_units import NOTES_MAX, Cassette, Cassettes, mix_for, total
from terminal.money import yuan
from terminal.rules.change_packs import (
    CHOICES_MAX,
    FACES_YUAN,
    MORE_NOTES,
    Pack,
    composition,
    exchange_choices,
    mix_of,
    most_notes,
    note_choices,
    offered_packs,
    packs_from,
)

PACKS = read_packs()


def holding(*faces_and_counts: tuple[int, int]) -> Cassettes:
    return tuple(Cassette(yuan(face), count) for face, count in faces_and_counts)


ALL = holding((100, 200), (50, 100), (20, 100), (10, 100), (5, 100), (1, 100))
USUAL = ALL[:4]

cassettes = st.lists(
    st.builds(
        Cassette,
        st.sampled_from([yuan(face) for face in FACES_YUAN]),
        st.integers(0, 30),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
).map(tuple)


def named(packs: tuple[Any, ...]) -> list[str]:
    return [each.pack.name for each in packs]


# --- packs --------------------------------------------------------------------------------------


def test_every_recipe_sums_and_there_is_one_for_each_value() -> None:
    assert {pack.amount for pack in PACKS} == {yuan(100), yuan(200), yuan(500)}
    for pack in PACKS:
        assert sum(face.minor * count for face, count in pack.notes) == pack.amount.minor
        assert sum(count for _, count in pack.notes) <= NOTES_MAX


def test_the_recipe_of_the_reference_stands_first() -> None:
    assert PACKS[0].notes == ((yuan(20), 2), (yuan(10), 4), (yuan(5), 2), (yuan(1), 10))


def test_with_every_note_the_best_recipes_are_offered() -> None:
    assert named(offered_packs(PACKS, ALL)) == [
        "hundred_down_to_one",
        "two_hundred_down_to_one",
        "five_hundred_down_to_one",
    ]


@pytest.mark.parametrize(
    ("stock", "names"),
    [
        (
            USUAL,
            ["hundred_down_to_ten", "two_hundred_down_to_ten", "five_hundred_down_to_ten"],
        ),
        (holding((100, 200), (10, 14)), ["hundred_in_tens"]),
        (holding((100, 200), (10, 9)), []),
        (
            holding((50, 10)),
            ["two_hundred_in_fifties", "five_hundred_in_fifties"],
        ),
        (holding((50, 9)), ["two_hundred_in_fifties"]),
        (holding((100, 200)), []),
    ],
)
def test_only_what_can_be_paid_is_offered(stock: Cassettes, names: list[str]) -> None:
    assert named(offered_packs(PACKS, stock)) == names


def test_a_cassette_that_cannot_be_used_holds_nothing() -> None:
    stock = (*holding((10, 50)), Cassette(yuan(20), 50, usable=False))
    assert named(offered_packs(PACKS, stock)) == ["hundred_in_tens"]


def test_a_pack_is_taken_from_two_cassettes_of_the_same_note() -> None:
    assert mix_of(((yuan(10), 10),), holding((10, 6), (20, 5), (10, 6))) == (6, 0, 4)
    assert mix_of(((yuan(10), 13),), holding((10, 6), (10, 6))) is None


def test_a_pack_fits_into_one_order() -> None:
    assert mix_of(((yuan(1), 10),), ALL, notes_max=9) is None
    assert mix_of(((yuan(1), 10),), ALL, notes_max=10) == (0, 0, 0, 0, 0, 10)


@given(cassettes)
def test_what_is_offered_is_there_and_is_the_recipe(stock: Cassettes) -> None:
    for each in offered_packs(PACKS, stock):
        assert composition(each.mix, stock) == each.pack.notes
        assert total(each.mix, stock) == each.pack.amount
        _possible(each.mix, stock)


def _possible(mix: tuple[int, ...], stock: Cassettes) -> None:
    assert sum(mix) <= NOTES_MAX
    for count, cassette in zip(mix, stock, strict=True):
        assert 0 <= count <= (cassette.count if cassette.usable else 0)


# --- changing a note ----------------------------------------------------------------------------


def test_a_hundred_is_changed_in_three_ways() -> None:
    ways = exchange_choices(yuan(100), PACKS, USUAL)
    assert ways == ((0, 2, 0, 0), (0, 0, 0, 10), (0, 0, 3, 4))


def test_a_note_that_cannot_be_changed_has_no_ways() -> None:
    assert exchange_choices(yuan(10), PACKS, USUAL) == ()
    assert exchange_choices(yuan(100), PACKS, holding((100, 50), (20, 4))) == ()


@given(st.sampled_from([100, 50, 20, 10]), cassettes)
def test_change_is_worth_the_note_and_smaller(face: int, stock: Cassettes) -> None:
    ways = exchange_choices(yuan(face), PACKS, stock)
    assert len(ways) <= CHOICES_MAX
    assert len({composition(mix, stock) for mix in ways}) == len(ways)
    for mix in ways:
        assert total(mix, stock) == yuan(face)
        assert all(note < yuan(face) for note, _ in composition(mix, stock))
        _possible(mix, stock)


# --- which notes for a withdrawal ---------------------------------------------------------------


def test_five_hundred_in_three_ways() -> None:
    ways = note_choices(yuan(500), USUAL)
    assert [(each.kind, each.mix) for each in ways] == [
        ("fewest", (5, 0, 0, 0)),
        ("one_broken", (4, 2, 0, 0)),
        ("many_small", (0, 4, 14, 2)),
    ]


def test_one_note_is_broken_into_what_is_left() -> None:
    """The fifty in the mix is not there a second time."""
    ways = note_choices(yuan(150), holding((100, 5), (50, 2), (20, 5)))
    assert [(each.kind, each.mix) for each in ways] == [
        ("fewest", (1, 1, 0)),
        ("one_broken", (0, 1, 5)),
    ]


def test_the_same_notes_are_offered_once() -> None:
    assert [each.kind for each in note_choices(yuan(100), holding((100, 5)))] == ["fewest"]
    assert note_choices(yuan(30), holding((100, 5))) == ()
    assert [each.kind for each in note_choices(yuan(4_000), USUAL)] == ["fewest"]


@given(st.integers(1, 2_000), cassettes)
def test_every_choice_pays_the_amount_from_what_is_there(major: int, stock: Cassettes) -> None:
    ways = note_choices(yuan(major), stock)
    fewest = mix_for(yuan(major), stock)
    assert (fewest is not None) == bool(ways)
    assert len(ways) <= CHOICES_MAX
    assert len({composition(each.mix, stock) for each in ways}) == len(ways)
    for each in ways:
        assert total(each.mix, stock) == yuan(major)
        _possible(each.mix, stock)
        assert fewest is not None
        assert sum(fewest) <= sum(each.mix)
    kinds = {each.kind: sum(each.mix) for each in ways}
    if "many_small" in kinds:
        assert kinds["many_small"] <= kinds["fewest"] + MORE_NOTES


@given(st.integers(1, 300), st.integers(1, 40), cassettes)
def test_most_notes_are_the_most_there_can_be(major: int, notes_max: int, stock: Cassettes) -> None:
    """Held against what the fewest notes can do: whenever any mix fits, one is found, and it is no
    fewer than those."""
    most, fewest = most_notes(yuan(major), stock, notes_max), mix_for(yuan(major), stock, notes_max)
    assert (most is None) == (fewest is None)
    if most is not None and fewest is not None:
        assert total(most, stock) == yuan(major)
        assert sum(fewest) <= sum(most) <= notes_max


@given(
    st.integers(1, 40),
    st.integers(1, 12),
    st.lists(st.tuples(st.sampled_from([20, 10, 5, 1]), st.integers(0, 5)), max_size=3),
)
def test_no_mix_has_more_notes(major: int, notes_max: int, held: list[tuple[int, int]]) -> None:
    stock = holding((1, 5), *held)
    every = product(*(range(cassette.count + 1) for cassette in stock))
    paying = [sum(mix) for mix in every if total(mix, stock) == yuan(major)]
    fitting = [count for count in paying if count <= notes_max]
    most = most_notes(yuan(major), stock, notes_max)
    assert (sum(most) if most else None) == max(fitting, default=None)


def test_most_notes_worked_out() -> None:
    assert most_notes(yuan(100), USUAL) == (0, 0, 0, 10)
    assert most_notes(yuan(100), USUAL, 9) == (0, 0, 1, 8)
    assert most_notes(yuan(110), holding((100, 1), (20, 5), (10, 1))) == (0, 5, 1)
    assert most_notes(yuan(100), holding((100, 1), (50, 1))) == (1, 0)
    assert most_notes(yuan(100), holding((50, 2), (20, 5), (1, 60))) == (1, 1, 30)
    assert most_notes(yuan(0), USUAL) is None


def test_a_broken_note_fits_into_one_order() -> None:
    found = [(each.kind, each.mix) for each in note_choices(yuan(3_900), USUAL)]
    assert found == [("fewest", (39, 0, 0, 0)), ("one_broken", (38, 2, 0, 0))]
    assert [each.kind for each in note_choices(yuan(3_900), USUAL, 39)] == ["fewest"]


def test_a_composition_names_each_face_once_and_the_largest_first() -> None:
    stock = holding((10, 5), (100, 5), (10, 5))
    assert composition((2, 1, 3), stock) == ((yuan(100), 1), (yuan(10), 5))


# --- the file -----------------------------------------------------------------------------------

ONE = '[[pack]]\nname = "some"\nyuan = 100\nnotes = { 50 = 1, 10 = 5 }\n'


def test_a_pack_is_read_with_its_largest_note_first() -> None:
    swapped = ONE.replace("50 = 1, 10 = 5", "10 = 5, 50 = 1")
    pack = Pack("some", yuan(100), ((yuan(50), 1), (yuan(10), 5)))
    assert packs_from(tomllib.loads(swapped)) == (pack,)


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("yuan = 100", "yuan = 110", "worth 100 yuan, not 110"),
        ("50 = 1", "25 = 2", "25 = 2: notes are"),
        ("50 = 1", "50 = 0", "50 = 0: notes are"),
        ("50 = 1", "50 = 1.0", "50 = 1.0: notes are"),
        ("yuan = 100", "worth = 100", "has name, yuan and notes"),
        ("[[pack]]", "[[packs]]", "holds [[pack]] rows"),
        ("yuan = 100\nnotes = { 50 = 1, 10 = 5 }", "yuan = 41\nnotes = { 1 = 41 }", "more than 40"),
    ],
)
def test_a_mistake_in_the_file_is_named(before: str, after: str, complaint: str) -> None:
    assert before in ONE
    with pytest.raises(ValueError, match=r"some\.toml: ") as told:
        packs_from(tomllib.loads(ONE.replace(before, after)), "some.toml")
    assert complaint in str(told.value)


def test_a_pack_may_fill_one_order() -> None:
    forty = ONE.replace("yuan = 100", "yuan = 40").replace("50 = 1, 10 = 5", "1 = 40")
    assert packs_from(tomllib.loads(forty))[0].notes == ((yuan(1), NOTES_MAX),)


@pytest.mark.parametrize("tables", [{}, {"pack": {}}, {"pack": [], "more": 1}])
def test_a_file_is_packs_and_nothing_else(tables: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="rows and nothing else"):
        packs_from(tables)


def test_a_name_stands_once() -> None:
    with pytest.raises(ValueError, match="some is there twice"):
        packs_from(tomllib.loads(ONE + ONE))
