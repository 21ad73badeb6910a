"""Cash for a foreign card: what it costs, in yuan and in the card's own currency, before anybody
consents (accessibility.md CN-20, F "foreign visitors"; issue: fee and rate before consent).

Two ways, offered side by side and equal in presses:

- **in yuan**: the card's own bank converts at its rate, which nobody here knows; amount and fee are
  told in yuan. It stands first, and refusing the other is one press like accepting it.
- **in the card's currency**: this machine converts at its rate with its markup, both told; the amount
  in that currency is then exact. Only where there is a rate for the currency.

Whole numbers and fractions only. Each result is rounded once, to the nearest smallest unit of its
currency and half a unit up; the fee is rounded first and then bounded, and what is converted is
the sum of amount and fee. The rate a person is shown has the markup in it and six decimal places.

Rates and fees are data from `foreign.toml`; how a card says its currency is the chip's business.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import floor
from typing import Any, Final, Literal

from terminal.money import MINOR_PER_MAJOR, Amount

FILE: Final = "terminal/rules/foreign.toml"

HOME: Final = "CNY"

PERCENT_MAX: Final = Decimal(20)
"""A fee or markup above a fifth is a slip of the comma."""

DIGITS_MAX: Final = 3
"""No currency in use has more decimal places than the dinars' three (ISO 4217)."""

RATE_PLACES: Final = Decimal("0.000001")

Way = Literal["in_yuan", "in_card_currency"]

PRESSES: Final[Mapping[Way, int]] = {"in_yuan": 1, "in_card_currency": 1}
"""Presses from the screen with both ways to the end of the choice: the same for either."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Yuan for one unit of a currency, and how many decimal places that currency has."""

    yuan: Decimal
    digits: int


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a bank charges: percents as numbers of percent, fees in yuan, rates of one day."""

    rates_of: date
    fee_percent: Decimal
    fee_least: Amount
    fee_most: Amount
    markup_percent: Decimal
    rates: Mapping[str, Rate]


@dataclass(frozen=True, slots=True)
class Conversion:
    """What this machine converts: yuan for one unit as shown (the markup in it), the markup, the day of
    the rate, and the sum in the card's currency, whose `minor` counts units of `digits` places."""

    shown_rate: Decimal
    markup_percent: Decimal
    rates_of: date
    charged: Amount
    digits: int


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to be charged: `total` is cash and fee in yuan; `conversion` is None where the card's own
    bank converts."""

    way: Way
    cash: Amount
    fee: Amount
    total: Amount
    conversion: Conversion | None


def offers(cash: Amount, card_currency: str, tariff: Tariff) -> tuple[Offer, ...]:
    """The ways to be charged for this cash in yuan; one only for a currency without a rate and for a
    card in yuan."""
    assert cash.currency == HOME, "this machine pays yuan"
    assert cash.minor > 0, "no cash costs nothing"
    fee = fee_for(cash, tariff)
    plain = Offer("in_yuan", cash, fee, cash + fee, None)
    rate = None if card_currency == HOME else tariff.rates.get(card_currency)
    if rate is None:
        return (plain,)
    converted = _converted(cash + fee, card_currency, rate, tariff)
    return plain, Offer("in_card_currency", cash, fee, cash + fee, converted)


def agreed(offer: Offer, own: str) -> tuple[tuple[str, str], ...]:
    """An offer as it is told to the bank when the customer agrees to it, with the card's `own` currency: fee and
    `charged` are minor units. Both sides make this of the same tariff, and only what is equal is agreed."""
    fields = (("fee", str(offer.fee.minor)), ("way", offer.way), ("own", own))
    if offer.conversion is None:
        return fields
    rate, charged = offer.conversion.shown_rate, offer.conversion.charged.minor
    return (*fields, ("rate", f"{rate:f}"), ("charged", str(charged)))


def tariff_told(tariff: Tariff, own: str) -> tuple[tuple[str, str], ...]:
    """A tariff as the bank tells it for one currency; without `rate` where there is none for it."""
    fields = (
        ("rates_of", tariff.rates_of.isoformat()),
        ("fee_percent", f"{tariff.fee_percent:f}"),
        ("fee_least_fen", str(tariff.fee_least.minor)),
        ("fee_most_fen", str(tariff.fee_most.minor)),
        ("markup_percent", f"{tariff.markup_percent:f}"),
        ("own", own),
    )
    rate = tariff.rates.get(own)
    if rate is None:
        return fields
    return (*fields, ("rate", f"{rate.yuan:f}"), ("digits", str(rate.digits)))


def tariff_heard(fields: tuple[tuple[str, str], ...]) -> tuple[Tariff, str]:
    """The same as it was told, and the card's own currency. Raises ValueError for anything else."""
    said = dict(fields)
    try:
        own, rate, digits = said.pop("own"), said.pop("rate", ""), said.pop("digits", "0")
        tables: dict[str, Any] = {
            **said,
            "rates_of": date.fromisoformat(said["rates_of"]),
            "fee_least_fen": int(said["fee_least_fen"]),
            "fee_most_fen": int(said["fee_most_fen"]),
            "rate": {own: {"rate": rate, "digits": int(digits)}} if rate else {},
        }
    except KeyError as missing:
        raise ValueError(f"the bank's terms have no {missing}") from None
    return tariff_from(tables, "the bank's terms"), own


def fee_for(cash: Amount, tariff: Tariff) -> Amount:
    """The fee in yuan: the percentage to the nearest fen, then not below the least and not above the
    most."""
    percent = rounded(Fraction(tariff.fee_percent) * cash.minor / 100)
    return Amount(min(max(percent, tariff.fee_least.minor), tariff.fee_most.minor))


def rounded(value: Fraction) -> int:
    """To the nearest whole number, a half up. Not for amounts below nothing: there are none."""
    assert value >= 0, "money that is paid is not below nothing"
    return floor(value + Fraction(1, 2))


def _converted(total: Amount, currency: str, rate: Rate, tariff: Tariff) -> Conversion:
    """A markup makes a unit of the card's currency worth fewer yuan."""
    exact = Fraction(rate.yuan) / (1 + Fraction(tariff.markup_percent) / 100)
    units = Fraction(total.minor, MINOR_PER_MAJOR) / exact * 10**rate.digits
    return Conversion(
        shown_rate=_shown(exact),
        markup_percent=tariff.markup_percent,
        rates_of=tariff.rates_of,
        charged=Amount(rounded(units), currency),
        digits=rate.digits,
    )


def _shown(exact: Fraction) -> Decimal:
    return rounded(exact / Fraction(RATE_PLACES)) * RATE_PLACES


def tariff_from(tables: Mapping[str, Any], file: str = FILE) -> Tariff:
    """The tariff from parsed TOML. Raises ValueError naming file, key and what to do."""
    wrong = set(tables) ^ {
        "rates_of",
        "fee_percent",
        "fee_least_fen",
        "fee_most_fen",
        "markup_percent",
        "rate",
    }
    if wrong:
        raise ValueError(f"{file}: {min(wrong)} is missing or unknown.")
    least, most = _fen(tables, "fee_least_fen", file), _fen(tables, "fee_most_fen", file)
    if least > most:
        raise ValueError(f"{file}: fee_least_fen is above fee_most_fen. Exchange or correct them.")
    return Tariff(
        rates_of=_day(tables["rates_of"], f"{file}: rates_of"),
        fee_percent=_percent(tables, "fee_percent", file),
        fee_least=least,
        fee_most=most,
        markup_percent=_percent(tables, "markup_percent", file),
        rates={code: _rate(code, row, file) for code, row in tables["rate"].items()},
    )


def _day(value: object, where: str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError(f"{where}: is a day such as 2026-01-01, without quotes, found {value!r}.")


def _fen(tables: Mapping[str, Any], key: str, file: str) -> Amount:
    value = tables[key]
    if type(value) is not int or value < 0:
        raise ValueError(f"{file}: {key} is a whole number of fen, found {value!r}.")
    return Amount(value)


def _percent(tables: Mapping[str, Any], key: str, file: str) -> Decimal:
    value = _decimal(tables[key], f"{file}: {key}")
    if not 0 <= value <= PERCENT_MAX:
        raise ValueError(f"{file}: {key} is from 0 to {PERCENT_MAX} percent, found {value}.")
    return value


def _rate(code: str, row: Any, file: str) -> Rate:
    where = f"{file}: [rate] {code}"
    if len(code) != 3 or not (code.isascii() and code.isupper()) or code == HOME:
        raise ValueError(f"{where}: a currency is three capital letters, and not {HOME}.")
    if not isinstance(row, dict) or set(row) != {"rate", "digits"}:
        raise ValueError(f'{where}: is {{ rate = "7.1000", digits = 2 }}, found {row!r}.')
    value, digits = _decimal(row["rate"], where), row["digits"]
    if value <= 0:
        raise ValueError(f"{where}: a rate is above nothing, found {value}.")
    if type(digits) is not int or not 0 <= digits <= DIGITS_MAX:
        raise ValueError(f"{where}: digits are from 0 to {DIGITS_MAX}, found {digits!r}.")
    return Rate(value, digits)


def _decimal(value: Any, where: str) -> Decimal:
    try:
        number = Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        raise ValueError(f'{where}: is a number in quotes such as "7.1000", found {value!r}.')
    return number
