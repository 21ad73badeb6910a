"""The screens of the balance."""

from collections.abc import Callable

from terminal.card import Card, Pan
from terminal.flows.balance import Asking, Figures, Listing, Posted, Showing
from terminal.money import yuan
from terminal.session import Session

CARD = Card(Pan("6222021234567890123"), "3012", ("zh", "en"), "DEMO BANK")

TEN = tuple(
    Posted(f"2026-11-{day:02d}", sign * day * 10_000, kind)
    for day, (sign, kind) in zip(
        range(20, 10, -1), ((-1, "withdrawal"), (1, "cash_in")) * 5, strict=True
    )
)


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every screen of it."""
    plain = Showing(CARD, Figures(yuan(12_500), yuan(12_500), TEN))
    held = Showing(CARD, Figures(yuan(1_234_567), yuan(1_232_567), ()))
    return {
        "asking": at(phase=Asking(CARD, "m1"), visit="v1"),
        "showing": at(phase=plain, visit="v1"),
        "showing_held": at(phase=held, visit="v1"),
        "listing": at(phase=Listing(plain), visit="v1"),
        "listing_none": at(phase=Listing(held), visit="v1"),
    }
