"""Amounts are whole, mixes are exact, and the nearest payable amounts really can be paid."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.cash_units import Cassette, mix_for, nearest_payable, taken_from, total
from terminal.money import Amount, yuan

notes = st.lists(
    st.builds(
        Cassette,
        st.sampled_from([yuan(n) for n in (5, 10, 20, 50, 100)]),
        st.integers(0, 6),
        st.booleans(),
    ),
    min_size=1,
    max_size=3,
).map(tuple)


def brute_force(amount: Amount, cassettes: tuple[Cassette, ...], notes_max: int) -> int | None:
    """The fewest notes, by trying everything."""
    ranges = [range((c.count if c.usable else 0) + 1) for c in cassettes]
    fits = [
        sum(mix)
        for mix in product(*ranges)
        if sum(mix) <= notes_max and total(mix, cassettes) == amount
    ]
    return min(fits, default=None)


@settings(max_examples=300)
@given(notes, st.integers(1, 80), st.integers(1, 20))
def test_a_mix_is_exact_and_has_the_fewest_notes(
    cassettes: tuple[Cassette, ...], fives: int, notes_max: int
) -> None:
    amount = yuan(5 * fives)
    mix = mix_for(amount, cassettes, notes_max)
    assert (None if mix is None else sum(mix)) == brute_force(amount, cassettes, notes_max)
    if mix is not None:
        assert total(mix, cassettes) == amount
        assert all(
            n <= c.count and (c.usable or not n) for n, c in zip(mix, cassettes, strict=True)
        )


@settings(max_examples=200)
@given(notes, st.integers(1, 700))
def test_the_nearest_amounts_can_be_paid_and_nothing_nearer_can(
    cassettes: tuple[Cassette, ...], asked: int
) -> None:
    most = yuan(400)
    nearest = nearest_payable(yuan(asked), cassettes, most)
    for amount in nearest:
        assert mix_for(amount, cassettes) is not None
        assert amount <= most
    payable = [y for y in range(1, 401) if mix_for(yuan(y), cassettes)]
    below = max((y for y in payable if y < asked), default=None)
    above = min((y for y in payable if y > asked), default=None)
    assert [a.major for a in nearest] == [y for y in (below, above) if y is not None]


def test_an_amount_of_nothing_and_of_less_cannot_be_paid() -> None:
    assert mix_for(yuan(0), (Cassette(yuan(100), 9),)) is None
    assert mix_for(Amount(-100), (Cassette(yuan(100), 9),)) is None


def test_notes_that_left_are_taken_off_the_count_and_never_below_zero() -> None:
    left = taken_from((Cassette(yuan(100), 3), Cassette(yuan(50), 1)), (2, 4))
    assert [c.count for c in left] == [1, 0]


def test_currencies_do_not_mix() -> None:
    with pytest.raises(AssertionError):
        yuan(1) + Amount(100, "EUR")


def test_a_fraction_of_a_major_unit_is_never_cut_off() -> None:
    with pytest.raises(AssertionError):
        _ = Amount(150).major
