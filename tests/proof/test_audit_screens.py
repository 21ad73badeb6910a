"""The audit over a part of its matrix: every look, each in another language and on another panel, with
every fourth screen; and all texts and times. All of the matrix is the business of `.ci/run`.
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
from sim.stage.settings import read_design
from terminal.profile import LANGUAGES

DESIGN = read_design()

PART = [
    Unit(look, language, panel, tuple(samples_in(language))[number % 4 :: 4])
    for number, (look, language, panel) in enumerate(
        zip(LOOKS, cycle(LANGUAGES), cycle(PANELS), strict=False)
    )
]
"""Every look once."""


def told(tally: Tally) -> list[str]:
    """What does not hold."""
    return [command.told(sight) for sight in tally.found()]


@pytest.mark.parametrize("unit", PART, ids=lambda unit: f"{unit.look}-{unit.language}")
def test_screens_hold(unit: Unit) -> None:
    tally = measure(Stage(DESIGN), unit)
    assert told(tally) == []
    assert tally.screens == set(unit.screens)
    assert tally.pictures >= len(unit.screens)


def test_texts_and_times_hold() -> None:
    tally = audit.data_of(DESIGN, Choice())
    assert told(tally) == []
    assert tally.counts["COG-11"] >= 25 * len(LANGUAGES)
