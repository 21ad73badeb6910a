"""The audit over a part of its matrix: every look, each in another language and on another panel, with
every eighth screen, so that each screen is measured once, and in the whole every fourth; and all texts and times.
All of the matrix is the business of `.ci/run`.
"""

from itertools import cycle

import pytest

from sim.proof.audit import command
from sim.proof.audit import run as audit
from sim.proof.audit.findings import Tally
from sim.proof.audit.matrix import LOOKS, PANELS, Stage, Unit
from sim.proof.audit.run import Choice
from sim.proof.audit.unit import measure
from sim.stage.samples import samples_in
from sim.stage.settings import own_design
from terminal.profile import LANGUAGES
from tests.tiers import with_part

DESIGN = own_design()

EACH = 8


def units(first: int) -> list[Unit]:
    """Every look once, with every so manieth screen from another one on."""
    return [
        Unit(look, language, panel, tuple(samples_in(language))[(first + number) % EACH :: EACH])
        for number, (look, language, panel) in enumerate(
            zip(LOOKS, cycle(LANGUAGES), cycle(PANELS), strict=False)
        )
    ]


PART, MORE = units(0), units(EACH // 2)


def told(tally: Tally) -> list[str]:
    """What does not hold."""
    return [command.told(sight) for sight in tally.found()]


@pytest.mark.parametrize(
    "unit", with_part([*PART, *MORE], PART), ids=lambda unit: f"{unit.look}-{unit.language}"
)
def test_screens_hold(unit: Unit) -> None:
    tally = measure(Stage(DESIGN), unit)
    assert told(tally) == []
    assert tally.screens == set(unit.screens)
    assert tally.pictures >= len(unit.screens)


def test_texts_and_times_hold() -> None:
    tally = audit.data_of(DESIGN, Choice())
    assert told(tally) == []
    assert tally.counts["COG-11"] >= 25 * len(LANGUAGES)
