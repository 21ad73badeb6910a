"""The screens of cash for a foreign card."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final

from terminal.card import Card, Pan
from terminal.flows.foreign import NAMED, Agreeing, AskingTerms, outcome
from terminal.money import Amount, yuan
from terminal.rules.foreign import Rate, Tariff, agreed, offers
from terminal.session import Agreed, Farewell, Session

CARD: Final = Card(Pan("4761739001010127"), "2911", ("de", "en"), "Visa Debit", None, "EUR")

TARIFF: Final = Tariff(
    rates_of=date(2026, 11, 20),
    fee_percent=Decimal("1.0"),
    fee_least=Amount(1_200),
    fee_most=Amount(5_000),
    markup_percent=Decimal("3.5"),
    rates={
        "USD": Rate(Decimal("7.1000"), 2),
        "EUR": Rate(Decimal("8.2000"), 2),
        "GBP": Rate(Decimal("9.4000"), 2),
        "JPY": Rate(Decimal("0.0460"), 0),
        "KRW": Rate(Decimal("0.0049"), 0),
        "RUB": Rate(Decimal("0.0880"), 2),
    },
)
MIX: Final = (15, 0, 0, 0)


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every screen of it, in every currency that has words, and the largest sums."""
    shown = {f"agreeing_{own.lower()}": _agreeing(1_500, own) for own in NAMED}
    phases = {
        "asking": AskingTerms(CARD, yuan(1_500), MIX, "m1"),
        **shown,
        "agreeing_most": _agreeing(4_990, "RUB"),
        "agreeing_one": _agreeing(1_500, "CHF"),
        "changed": _agreeing(1_500, "EUR", changed=True),
    }
    told = {
        "done_fee": _done("CHF"),
        "done_converted": _done("EUR"),
    }
    before = {name: at(phase=phase, visit="v1") for name, phase in phases.items()}
    after = {name: at(phase=phase, visit="v1") for name, phase in told.items()}
    return {**before, **after}


def _agreeing(major: int, own: str, changed: bool = False) -> Agreeing:
    made = offers(yuan(major), own, TARIFF)
    return Agreeing(CARD, yuan(major), MIX, made, own, changed)


def _done(own: str) -> Farewell:
    offer = offers(yuan(4_990), own, TARIFF)[-1]
    return Farewell(outcome(Agreed(offer, own, agreed(offer, own))))
