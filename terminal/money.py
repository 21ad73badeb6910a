"""Money as integers. An amount is a number of minor units and a currency; there are no floats."""

from dataclasses import dataclass

MINOR_PER_MAJOR = 100
"""Fen in a yuan; every currency this machine pays out has hundredths (ISO 4217 exponent 2)."""


@dataclass(frozen=True, slots=True, order=True)
class Amount:
    """An integer of minor units in one currency (ISO 4217 code)."""

    minor: int
    currency: str = "CNY"

    def __post_init__(self) -> None:
        assert isinstance(self.minor, int), "an amount is a whole number of minor units"
        assert len(self.currency) == 3, "a currency is an ISO 4217 code"

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: "Amount") -> "Amount":
        return Amount(self.minor - self._same(other).minor, self.currency)

    def __mul__(self, times: int) -> "Amount":
        return Amount(self.minor * times, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    @property
    def major(self) -> int:
        """Whole major units (yuan); the machine pays no coins, so nothing is ever cut off."""
        assert self.minor % MINOR_PER_MAJOR == 0, f"{self.minor} has a fraction of a major unit"
        return self.minor // MINOR_PER_MAJOR

    def _same(self, other: "Amount") -> "Amount":
        assert self.currency == other.currency, f"{self.currency} is not {other.currency}"
        return other


@dataclass(frozen=True, slots=True)
class Sheets:
    """So many notes of one face."""

    count: int
    face: Amount


def yuan(major: int) -> Amount:
    """`major` yuan."""
    return Amount(major * MINOR_PER_MAJOR)
