"""Every documented error is met on the wire, told to the customer, and leaves money and card as it must.

The command plays all of it in both profiles and both languages; here all of it in one, and a part in
the others.
"""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from devices.card_reader import codec as reader_codec
from devices.dispenser import codec as dispenser_codec
from sim.proof.errors import command
from sim.proof.errors.documented import COUNTS, DOCUMENTED
from sim.proof.errors.page import page
from sim.proof.errors.played import EVERY, Played, codes_in, play
from sim.proof.errors.scenario import ORDERED, Scenario
from sim.proof.errors.scenarios import SCENARIOS
from sim.stage.bench import Bench
from sim.stage.settings import own_design
from sim.stories import command as command_of_stories
from sim.stories.command import Order
from sim.stories.result import Result
from sim.world.card_reader import CardReaderFirmware
from terminal import session as s
from terminal.afterwards import AFTER
from terminal.help_pages import NAME_THE_LINE, OWN
from terminal.messages import PARTS

DESIGN = own_design()
WHOLE, *OTHERS = EVERY
EVERY_NTH = 10
"""How many scenarios there are to one that is played in the other looks too."""


@pytest.fixture(scope="module")
def results() -> list[Played]:
    """All scenarios in one profile and language, a part in each of the others."""
    found = command.play_all(SCENARIOS, DESIGN, [WHOLE])
    for start, look in enumerate(OTHERS):
        found += command.play_all(SCENARIOS[start::EVERY_NTH], DESIGN, [look])
    return found


def test_every_documented_error_is_told_and_costs_nobody_anything(results: list[Played]) -> None:
    assert command.faults(results, DOCUMENTED) == []


def test_the_table_has_every_code_the_drivers_know_and_no_fewer() -> None:
    known = {f"dispenser {code:02X}" for code in dispenser_codec.ERRORS}
    known |= {f"reader {code}" for code in reader_codec.ERRORS}
    devices = [each for each in DOCUMENTED if each.device in ("dispenser", "reader")]
    listed = {each.name for each in devices if each.code != "silence"}
    assert listed == known
    assert sum(COUNTS.values()) == len(DOCUMENTED)


NEVER_READ = frozenset({"out_of_service.starting"})
"""A key that no machine shows: one that starts says `starting`."""

UNREACHED = frozenset({"notice.transfer_no_chinese_fields", "notice.notes_cannot_change"})
"""Guards: in every language that has transfers their key fields stand in Chinese too; and small notes do not run out
while a card comes back, which a journey makes them do (`tests/journeys/services/test_exchange.py`)."""


@pytest.fixture(scope="module")
def stories() -> list[Result]:
    """Every story that comes with the program."""
    return command_of_stories.play_all(sorted(command_of_stories.STORIES.rglob("*.toml")), Order())


def test_every_story_that_comes_with_the_program_holds(stories: list[Result]) -> None:
    assert [(one.name, one.failures, one.broke) for one in stories if not one.well] == []


def test_every_text_of_trouble_is_read_by_somebody(
    results: list[Played], stories: list[Result]
) -> None:
    """A scenario says which it reads; a story declares nothing, and what it was shown counts. What is told after
    something was done has other words in one place only, held by a test of its own; so have the words with a bank's
    own number (`tests/journeys/services/test_hotlines.py`)."""
    keys = {
        key
        for catalogue in DESIGN.catalogues.values()
        for key in catalogue.entries
        if key.startswith(("notice.", "out_of_service.")) and not key.startswith(AFTER)
    }
    keys -= {f"{key}{OWN}" for key in NAME_THE_LINE}
    read = {each.scenario.reads for each in results} | {key for one in stories for key in one.keys}
    assert keys - read == NEVER_READ | UNREACHED


def test_an_error_without_a_scenario_is_missed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lacking = tuple(each for each in SCENARIOS[:3] if each.error != "dispenser 01")
    monkeypatch.setattr(command, "SCENARIOS", lacking)
    said = io.StringIO()
    assert command.run(tmp_path, said) == command.MISSING
    assert (
        "MISSING: dispenser 01 (pick-up failed, hardware-protocols 2.8) has no" in said.getvalue()
    )
    assert "dispenser 01" in (tmp_path / command.PAGE).read_text(encoding="utf-8")


def test_a_documented_error_that_was_struck_off_is_missed(results: list[Played]) -> None:
    shorter = [each for each in DOCUMENTED if each.name != "reader 10"]
    found = command.faults(results, shorter)
    assert "reader: 49 errors are documented, but 48 are in the table" in found
    assert "reader 10 has a scenario, but is not documented" in found


def scenario(name: str) -> Scenario:
    return next(each for each in SCENARIOS if each.error == name)


def test_an_error_that_the_device_did_not_say_is_noticed() -> None:
    dry = replace(scenario("dispenser 03"), before=None, reads="notice.done", charged=500, paid=500)
    assert play(dry, *WHOLE, DESIGN).faults == ("dispenser 03 was never met on the wire",)


def test_an_outcome_that_is_not_the_expected_one_is_noticed() -> None:
    wrong = replace(scenario("dispenser 05"), held=0, charged=ORDERED)
    assert "held is 500, but must be 0" in play(wrong, *WHOLE, DESIGN).faults


def test_words_that_contradict_the_account_are_noticed() -> None:
    lies = replace(scenario("dispenser 00"), reads="notice.done", charged=0)
    assert "charged is 500, but must be 0" in play(lies, *WHOLE, DESIGN).faults


def test_an_error_without_words_is_noticed() -> None:
    silent = replace(scenario("dispenser 02"), reads="notice.pin_blocked")
    faults = " ".join(play(silent, *WHOLE, DESIGN).faults)
    assert "notice.pin_blocked was not read, but notice.not_dispensed" in faults


def test_what_is_read_says_what_happened_whether_the_money_is_safe_and_what_to_do(
    results: list[Played],
) -> None:
    for each in results:
        told = each.told
        if told is None or not told.key.startswith(("notice.", "out_of_service.")):
            continue
        if told.key in ("notice.done", "notice.goodbye"):
            continue
        entry = DESIGN.catalogues[each.language].entries[told.key]
        assert len(entry.parts) == len(PARTS), told.key
        # A title that says what happened already may stand for the first part.
        assert len(told.reads) >= len(PARTS), (each.scenario.error, told.reads)


def test_the_page_holds_every_error_and_nothing_from_elsewhere(results: list[Played]) -> None:
    whole = page(results, [])
    assert all(each.meaning in whole for each in DOCUMENTED if "'" not in each.meaning)
    assert "http" not in whole
    assert "<script" not in whole


def test_codes_are_read_off_the_wire() -> None:
    tally = dispenser_codec.Tally(0x03, (1, 0, 0, 0), (0, 0, 0, 0), (True,) * 4)
    assert set(codes_in(dispenser_codec.encode_tally(0x52, tally))) == {"dispenser 03"}
    last = dispenser_codec.LastResult(0x52, tally)
    assert set(codes_in(dispenser_codec.encode_last(last))) == {"dispenser 03"}


def test_an_armed_error_survives_a_kept_world() -> None:
    reader, again = CardReaderFirmware(), CardReaderFirmware()
    reader.fail("16", "C30", times=2, stays=True)
    again.restore(json.loads(json.dumps(reader.snapshot())))
    assert again.snapshot() == reader.snapshot()


def test_a_reader_that_takes_no_card_does_not_flap() -> None:
    """It answers, but lets no card in: the machine is closed and looks again now and then."""
    machine = Bench(design=DESIGN)
    machine.world.reader.fail("00", "C:0", times=999)
    machine.boot().waits(600.0)
    assert sum(1 for _ in machine.store.rows()) < 60
    assert isinstance(machine.session.phase, s.OutOfService)
