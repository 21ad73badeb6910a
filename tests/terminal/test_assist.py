"""The worked cases of accessibility.md C3, and the customer's choice above everything."""

import pytest

from terminal.assist import Evidence, advice, advised, score_tenths
from terminal.events import AgeBand
from terminal.session import Look


@pytest.mark.parametrize(
    ("band", "behaviour", "score", "expected"),
    [
        (None, 0, -11, "nothing"),
        ("under50", 0, -26, "nothing"),
        ("60to64", 0, 9, "offer"),
        ("60to64", 8, 17, "apply"),
        ("65to69", 0, 17, "apply"),
        ("70to79", 0, 22, "apply"),
        ("70to79", -10, 12, "offer"),
        ("80plus", -10, 19, "apply"),
        (None, 15, 4, "offer"),
        (None, 99, 4, "offer"),
        ("under50", 15, -11, "nothing"),
    ],
)
def test_worked_cases(band: AgeBand | None, behaviour: int, score: int, expected: str) -> None:
    assert score_tenths(band, behaviour) == score
    assert advice(band, behaviour) == expected


def test_a_customers_choice_is_never_overruled() -> None:
    chosen = Look(profile="standard", reason="EXPLICIT", locked=True)
    assert advised(chosen, Evidence("80plus", "elder")) is chosen


def test_a_saved_preference_outranks_age() -> None:
    look = advised(Look(), Evidence("80plus", "standard"))
    assert (look.profile, look.reason, look.offer) == ("standard", "SAVED", "")


def test_verified_age_applies_and_says_so_once() -> None:
    look = advised(Look(), Evidence("70to79"))
    assert (look.profile, look.reason, look.said) == ("elder", "RECORD", "applied")


def test_sixty_three_is_offered_and_not_changed() -> None:
    look = advised(Look(), Evidence("60to64"))
    assert (look.profile, look.offer, look.offers_made) == ("standard", "look", 1)
