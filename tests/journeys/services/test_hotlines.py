"""Whom one can call stands where one looks for it: on the idle screen, on the page of help, on its own page and on the
receipt (accessibility.md F, row 29)."""

import pytest

from screens.figures import rows_of
from screens.receipt_text import receipt_of
from sim.stage.settings import own_design
from terminal import effects as fx
from terminal import session as s
from terminal.help_pages import DEMO_BANK_LINE, HOTLINES_OF_ALL
from terminal.prompts import facts_of, text_key, values_of
from tests.journeys.services.test_receipts import at_outcome
from tests.journeys.services.visiting import LOOKS

DESIGN = own_design()
NUMBERS = (
    DEMO_BANK_LINE,
    *(HOTLINES_OF_ALL[one] for one in ("regulator", "central_bank", "fraud_line")),
)


def missing(words: str) -> list[str]:
    return [number for number in NUMBERS if number not in words]


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_the_numbers_are_on_the_receipt_on_help_and_on_the_idle_screen(
    profile: str, language: str
) -> None:
    bench, slips = at_outcome(profile, language), list[fx.PrintSlip]()
    catalogue = next(one for tag, one in DESIGN.catalogues.items() if tag == language)
    bench.terminal.listeners.append(
        lambda _before, _event, _after, effects, _now: slips.extend(
            one for one in effects if isinstance(one, fx.PrintSlip)
        )
    )
    bench.presses("help")
    assert not missing(catalogue.text(text_key(bench.session), values_of(bench.session)))
    bench.presses("counter").presses("hotlines")
    assert not missing(catalogue.text(text_key(bench.session), values_of(bench.session)))
    bench.presses("close").presses("receipt").run(lambda now: now.look.said == "receipt_printed")
    (slip,) = slips
    paper = receipt_of(slip.slip, catalogue, "2026-11-22T10:00:00.000Z", "T0000001")
    assert not missing(" ".join(paper.texts()))
    bench.ready()
    assert isinstance(bench.session.phase, s.Idle)
    shown = rows_of(facts_of(bench.session), catalogue)
    assert not missing(" ".join(row.value for row in shown))
