"""Cash for a foreign card: fee, rate and sum before consent, in whole numbers."""

import tomllib
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.stage.rulebook import FOREIGN, read_tariff
from terminal.money import Amount, yuan
from terminal.rules.foreign import (
    PRESSES,
    Conversion,
    Offer,
    Rate,
    Tariff,
    agreed,
    fee_for,
    offers,
    rounded,
    tariff_from,
    tariff_heard,
    tariff_told,
)

TARIFF = Tariff(
    rates_of=date(2026, 11, 20),
    fee_percent=Decimal("1.0"),
    fee_least=Amount(1_200),
    fee_most=Amount(5_000),
    markup_percent=Decimal("3.5"),
    rates={
        "USD": Rate(Decimal("7.1000"), 2),
        "JPY": Rate(Decimal("0.0460"), 0),
        "KWD": Rate(Decimal("23.000"), 3),
    },
)


def test_both_ways_stand_side_by_side_with_yuan_first() -> None:
    """2,000 yuan and a fee of 20; 7.1 / 1.035 yuan for a dollar."""
    plain, converted = offers(yuan(2_000), "USD", TARIFF)
    assert plain == Offer("in_yuan", yuan(2_000), yuan(20), yuan(2_020), None)
    assert converted == Offer(
        "in_card_currency",
        yuan(2_000),
        yuan(20),
        yuan(2_020),
        Conversion(
            shown_rate=Decimal("6.859903"),
            markup_percent=Decimal("3.5"),
            rates_of=date(2026, 11, 20),
            charged=Amount(29_446, "USD"),
            digits=2,
        ),
    )


def test_refusing_the_conversion_is_as_short_as_taking_it() -> None:
    assert PRESSES["in_yuan"] == PRESSES["in_card_currency"]
    assert set(PRESSES) == {offer.way for offer in offers(yuan(100), "USD", TARIFF)}


@pytest.mark.parametrize("currency", ["CNY", "CHF"])
def test_without_a_rate_the_cards_own_bank_converts(currency: str) -> None:
    assert [offer.way for offer in offers(yuan(100), currency, TARIFF)] == ["in_yuan"]


@pytest.mark.parametrize(("currency", "charged"), [("JPY", 2_520), ("KWD", 5_040), ("USD", 1_633)])
def test_a_currency_has_its_own_smallest_unit(currency: str, charged: int) -> None:
    """112 yuan: 2,520 yen; 5.040 dinars; 16.33 dollars."""
    conversion = offers(yuan(100), currency, TARIFF)[1].conversion
    assert conversion is not None
    assert conversion.charged == Amount(charged, currency)


@pytest.mark.parametrize(
    ("cash", "fee"),
    [
        (yuan(100), 1_200),
        (yuan(1_200), 1_200),
        (Amount(120_049), 1_200),
        (Amount(120_050), 1_201),
        (yuan(2_000), 2_000),
        (yuan(5_000), 5_000),
        (yuan(9_000), 5_000),
    ],
)
def test_the_fee_is_a_percentage_within_bounds(cash: Amount, fee: int) -> None:
    assert fee_for(cash, TARIFF) == Amount(fee)


@pytest.mark.parametrize(
    ("value", "whole"),
    [(Fraction(1, 2), 1), (Fraction(3, 2), 2), (Fraction(5, 2), 3), (Fraction(49, 100), 0), (0, 0)],
)
def test_a_half_is_rounded_up(value: Fraction, whole: int) -> None:
    assert rounded(Fraction(value)) == whole


@given(st.integers(1, 2_000_000), st.sampled_from(sorted(TARIFF.rates)))
def test_what_is_charged_is_worth_the_total_to_half_a_unit(minor: int, currency: str) -> None:
    plain, converted = offers(Amount(minor), currency, TARIFF)
    conversion = converted.conversion
    assert conversion is not None
    assert plain.total == converted.total == converted.cash + converted.fee
    rate = TARIFF.rates[currency]
    yuan_per_unit = Fraction(rate.yuan) / Fraction("1.035") / 10**rate.digits
    off = conversion.charged.minor * yuan_per_unit - Fraction(converted.total.minor, 100)
    assert abs(off) <= yuan_per_unit / 2


def test_a_markup_never_helps_the_customer() -> None:
    plain = tomllib.loads(FOREIGN.read_text("utf-8"))
    without = tariff_from({**plain, "markup_percent": "0"})
    for currency in without.rates:
        dear, fair = (offers(yuan(1_000), currency, each)[1] for each in (read_tariff(), without))
        assert dear.conversion is not None
        assert fair.conversion is not None
        assert dear.conversion.charged > fair.conversion.charged
        assert fair.conversion.shown_rate == without.rates[currency].yuan


def test_a_bank_may_charge_nothing_or_one_fee_for_all() -> None:
    plain = tomllib.loads(FOREIGN.read_text("utf-8"))
    free = {"fee_percent": "0", "fee_least_fen": 0, "fee_most_fen": 0}
    assert fee_for(yuan(2_000), tariff_from({**plain, **free})) == Amount(0)
    fixed = {"fee_least_fen": 1_500, "fee_most_fen": 1_500}
    assert fee_for(yuan(2_000), tariff_from({**plain, **fixed})) == Amount(1_500)


def test_nothing_and_other_money_are_not_paid() -> None:
    with pytest.raises(AssertionError, match="costs nothing"):
        offers(Amount(0), "USD", TARIFF)
    with pytest.raises(AssertionError, match="pays yuan"):
        offers(Amount(100, "USD"), "USD", TARIFF)


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ('rate = "7.1000"', "rate = 7.1", "number in quotes"),
        ('rate = "7.1000"', 'rate = "7,1"', "number in quotes"),
        ('rate = "7.1000"', 'rate = "NaN"', "number in quotes"),
        ('rate = "7.1000"', 'rate = "0"', "above nothing"),
        ("digits = 2", "digits = 4", "digits are from 0 to 3"),
        ("USD =", "usd =", "three capital letters"),
        ("USD =", "CNY =", "three capital letters"),
        ('fee_percent = "1.0"', 'fee_percent = "20.1"', "from 0 to 20 percent"),
        ('fee_percent = "1.0"', 'fee_percent = "-1"', "from 0 to 20 percent"),
        ("fee_least_fen = 1200", "fee_least_fen = 12.0", "whole number of fen"),
        ("fee_least_fen = 1200", "fee_least_fen = 5001", "above fee_most_fen"),
        ("rates_of = 2026-11-20", 'rates_of = "2026-11-20"', "without quotes"),
        ("fee_most_fen = 5000", "", "fee_most_fen is missing"),
        ("USD = { rate", "USD = { rat", 'is { rate = "7.1000"'),
    ],
)
def test_a_mistake_in_the_file_is_named(before: str, after: str, complaint: str) -> None:
    text = FOREIGN.read_text("utf-8")
    assert before in text
    with pytest.raises(ValueError, match=r"some\.toml: ") as told:
        tariff_from(tomllib.loads(text.replace(before, after)), "some.toml")
    assert complaint in str(told.value)


@pytest.mark.parametrize("own", ["USD", "JPY", "CHF"])
def test_a_tariff_is_heard_as_it_was_told(own: str) -> None:
    told = tariff_told(TARIFF, own)
    heard, currency = tariff_heard(told)
    assert currency == own
    assert offers(yuan(500), own, heard) == offers(yuan(500), own, TARIFF)


@pytest.mark.parametrize("name", ["own", "rates_of", "fee_percent", "markup_percent"])
def test_terms_that_lack_something_are_not_guessed(name: str) -> None:
    told = tuple(pair for pair in tariff_told(TARIFF, "USD") if pair[0] != name)
    with pytest.raises(ValueError, match=name):
        tariff_heard(told)


@pytest.mark.parametrize(
    ("name", "value"), [("rate", "-1"), ("fee_least_fen", "x"), ("digits", "9")]
)
def test_terms_that_cannot_be_are_refused(name: str, value: str) -> None:
    told = tuple(
        (each, value if each == name else said) for each, said in tariff_told(TARIFF, "USD")
    )
    with pytest.raises(ValueError, match=r"the bank|invalid literal"):
        tariff_heard(told)


def test_an_agreement_differs_by_way_by_currency_and_by_every_sum() -> None:
    plain, converted = offers(yuan(500), "USD", TARIFF)
    others = offers(yuan(600), "USD", TARIFF)
    all_of_them = [agreed(plain, "USD"), agreed(converted, "USD"), agreed(plain, "EUR")]
    all_of_them += [agreed(others[1], "USD")]
    assert len(set(all_of_them)) == 4
    assert dict(agreed(converted, "USD"))["fee"] == str(converted.fee.minor)
