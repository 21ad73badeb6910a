"""How the journeys of the services begin and end."""

from typing import Final

from sim.stage.bench import Bench
from terminal import session as s
from tests.tiers import with_part

LOOKS: Final = with_part(
    [(p, lang) for p in ("standard", "elder") for lang in ("zh", "en")],
    [("standard", "en"), ("elder", "zh")],
)
"""Both profiles in both finished languages, for `parametrize`; in `make test` each of them once."""


def at_menu(bench: Bench, card: str, profile: str = "standard", language: str = "zh") -> Bench:
    """A customer with this card has chosen how the machine looks, put it in, typed the PIN and stands before
    the menu."""
    if not hasattr(bench, "terminal"):
        bench.boot()
    bench.ready().waits(1.0).does(f"insert:{card}")
    bench.run(lambda now: isinstance(now.phase, s.EnteringPin))
    if profile != "standard":
        bench.presses("profile", profile)
    if language != "zh":
        bench.presses("language", language)
    bench.does(*(f"key:{digit}" for digit in bench.bank.customers[card].pin), "key:enter")
    return bench.run(lambda now: isinstance(now.phase, s.ChoosingService))


def leaves(bench: Bench) -> Bench:
    """The card is offered and taken, and the machine waits for the next customer."""
    bench.run(lambda now: isinstance(now.phase, s.TakingCard) and now.phase.at_gate)
    return bench.does("take_card").ready()
