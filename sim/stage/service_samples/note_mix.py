"""Other notes for an amount, from the review of a withdrawal, and the review after the notes ran out."""

from collections.abc import Callable
from typing import Final

from sim.stage.service_samples.balance import CARD
from terminal.cash_units import total
from terminal.flows.note_mix import Choosing
from terminal.money import yuan
from terminal.prompts import other_ways
from terminal.rules.change_packs import note_choices
from terminal.session import Reviewing, Session

AMOUNTS: Final = (100, 1_500, 3_000)


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every other way of three amounts: two lines, and as many as there are cassettes."""
    machine = at().machine
    found = {"gone": at(phase=Reviewing(CARD, yuan(1_500), (15, 0, 0, 0), gone=True), visit="v1")}
    for major in AMOUNTS:
        first = note_choices(yuan(major), machine.cassettes)[0].mix
        for n, way in enumerate(other_ways(at(), yuan(major), first), start=1):
            assert total(way, machine.cassettes) == yuan(major)
            found[f"{major}_{n}"] = at(phase=Choosing(CARD, yuan(major), first, way), visit="v1")
    return found
