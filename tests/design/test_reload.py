"""Saved files are on the screen within a second and the visit stays; a mistake is named and changes nothing."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from audio.voice import Voice
from sim.design.check import Checker
from sim.design.copied import copied
from sim.design.reload import LOOKS_PER_SECOND
from sim.stage.design import read_design
from sim.stage.samples import SAMPLES
from terminal import session as s
from terminal.profile import Waits
from terminal.runtime import patience_of
from tests.design.conftest import Desk

ZH = "terminal/locale/zh.toml"
THEME = "screens/theme.toml"
PROFILES = "terminal/profiles.toml"
TIMING = "terminal/timing.toml"
WEIGHTS = "terminal/weights.toml"
A_MINUTE = 60.0

TITLE = 'choose_amount = { title = "取多少？"'

SHOWN = {
    "a text": (ZH, TITLE, 'choose_amount = { title = "您要取多少？"'),
    "a colour": (THEME, 'ground = "#FFFCF5"', 'ground = "#F5FCFF"'),
    "a measure": (THEME, "margin_mm = 5.0", "margin_mm = 9.0"),
    "a size": (PROFILES, "button_em_mm = 12.0", "button_em_mm = 10.0"),
}


def test_a_saved_file_is_on_the_screen_within_a_second_and_the_visit_stays(desk: Desk) -> None:
    before, phase, visit = desk.picture(), desk.session.phase, desk.session.visit
    assert desk.session.look.profile == "elder"
    pictures = {before}
    for number, (file, old, new) in enumerate(SHOWN.values(), start=1):
        desk.edit(file, old, new)
        pictures.add(desk.look(times=1))
        assert desk.live.reload.mistakes == ()
        assert len(pictures) == number + 1, f"{file} changed nothing"
    assert (desk.session.phase, desk.session.visit) == (phase, visit)
    assert 1.0 / LOOKS_PER_SECOND < 0.5


def test_what_is_said_how_long_is_waited_and_what_signs_weigh_are_taken_too(desk: Desk) -> None:
    patience = patience_of(desk.session, desk.kiosk.terminal.profiles)
    deadline = desk.kiosk.terminal.due(0.0)
    desk.edit(TIMING, "choice   = { limit = 90", "choice   = { limit = 77")
    desk.edit(WEIGHTS, "help   = 10", "help   = 11")
    desk.edit(
        ZH, "speech = " + '"取多少？可以按下面的数', "speech = " + '"您取多少？可以按下面的数'
    )
    desk.look()
    now = patience_of(desk.session, desk.kiosk.terminal.profiles)
    assert (patience.limit, now.limit) == (90.0, 77.0)
    assert desk.kiosk.terminal.due(0.0) == pytest.approx(deadline)  # the first reminder stays first
    assert desk.session.machine.weights.signals.help == 11
    assert isinstance(desk.session.phase, s.ChoosingAmount)
    assert isinstance(desk.kiosk.voice.voice, Voice)
    desk.kiosk.voice.voice.say_again(desk.now)
    desk.kiosk.voice.poll(desk.now + A_MINUTE)
    assert desk.kiosk.voice.log[-1].text.startswith("您取多少")


BROKEN = {
    "no TOML": (THEME, "margin_mm = 5.0", "margin_mm = = 5.0", "not readable as TOML"),
    "no colour": (THEME, 'primary = "#0B4794"', 'primary = "#0B479"', "expected #RRGGBB"),
    "no number": (THEME, "radius_mm = 2.4", 'radius_mm = "big"', "big"),
    "a measure misspelt": (THEME, "margin_mm", "margim_mm", 'Did you mean "margin_mm"?'),
    "a text gone": (ZH, "choose_amount = {", "choose_amout = {", '"choose_amount"?'),
    "a size of metres": (PROFILES, "title_em_mm = 14.0", "title_em_mm = 1400", "from"),
    "a word for a size": (PROFILES, "columns = 2", 'columns = "two"', "a whole number"),
    "no such palette": (PROFILES, '"strong"', '"stronk"', 'Did you mean "strong"?'),
    "no such key": (PROFILES, "guard_ms", "guard_msec", 'Did you mean "guard_ms"?'),
    "no such wait": (TIMING, "choice   =", "choise   =", 'Did you mean "choice"?'),
    "a wait for ever": (TIMING, "limit = 40, dialog = 20 }", "limit = inf }", "seconds"),
    "no such sign": (WEIGHTS, "zoom   = 20", "zoon   = 20", "did you mean zoom?"),
}


def test_ten_broken_edits_in_a_row_never_end_the_program_and_each_is_named(desk: Desk) -> None:
    good = desk.picture()
    assert len(BROKEN) >= 10
    for what, (file, old, new, told) in BROKEN.items():
        before = desk.edit(file, old, new)
        line = before[: before.index(old)].count("\n") + 1
        assert desk.look() == good, what
        first = desk.live.reload.mistakes[0]
        assert (first.file, first.line) == (file, line), f"{what}: {first}"
        assert told in first.text, f"{what}: {first}"
        assert desk.live.beside.told[0].startswith(f"{file}:{line}: "), what
        desk.save(file, before)
    assert desk.look() == good
    assert desk.live.reload.mistakes == ()
    desk.edit(*SHOWN["a text"])
    assert desk.look(times=1) != good


def test_files_that_go_and_come_back_end_nothing(desk: Desk) -> None:
    good, path = desk.picture(), desk.sources.folder / ZH
    text = path.read_text("utf-8")
    path.unlink()
    assert desk.look() == good
    assert desk.live.reload.mistakes[0].file == ZH
    path.write_bytes(b"\xff\xfe\x00")
    assert desk.look() == good
    assert "UTF-8" in desk.live.reload.mistakes[0].text or desk.live.reload.mistakes
    desk.save(ZH, text)
    assert desk.look() == good
    assert desk.live.reload.mistakes == ()


def test_a_file_seen_half_written_is_no_mistake(desk: Desk) -> None:
    whole = desk.edit(*SHOWN["a text"])
    desk.save(ZH, whole[: len(whole) // 2])
    desk.look(times=1)
    assert desk.live.reload.mistakes == ()
    desk.save(ZH, whole)
    desk.look(times=1)
    assert desk.live.reload.mistakes == ()


def test_values_of_a_text_are_those_that_its_screens_have(desk: Desk) -> None:
    desk.edit(ZH, "还可以试{left}次。", "还可以试{levt}次。")
    desk.look()
    first = desk.live.reload.mistakes[0]
    assert first.file == ZH
    assert "{levt} is no value of enter_pin_again" in first.text
    assert 'Did you mean "left"?' in first.text


SPOILERS: tuple[Callable[[str], str], ...] = (
    lambda line: "",
    lambda line: f"{line}\n{line}",
    lambda line: line.replace("=", "", 1),
    lambda line: line.replace(" = ", " = -", 1),
    lambda line: line.replace("{", "{x", 1),
    lambda line: line.replace("0", "0000", 1),
    lambda line: line[: len(line) // 2],
    lambda line: line.partition("=")[0] + "= 0",
    lambda line: line.partition("=")[0] + '= ""',
    lambda line: line.partition("=")[0] + "= [1, {}]",
)
"""What a hand may do to a line."""


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_done_to_a_line_is_told_or_can_be_drawn(desk: Desk, seed: int) -> None:
    rng = random.Random(seed)
    told = 0
    for number in range(14):
        file = rng.choice((ZH, THEME, PROFILES, TIMING, WEIGHTS))
        text = (desk.sources.folder / file).read_text("utf-8")
        lines = text.split("\n")
        at = rng.choice([n for n, line in enumerate(lines) if "=" in line])
        lines[at] = SPOILERS[number % len(SPOILERS)](lines[at])
        desk.save(file, "\n".join(lines))
        desk.look()
        told += bool(desk.live.reload.mistakes)
        desk.save(file, text)
    desk.look()
    assert told >= 7
    assert desk.live.reload.mistakes == ()


def test_the_design_that_is_shipped_has_no_mistakes() -> None:
    design = read_design()
    assert Checker(design).mistakes(design) == ()
    assert set(Waits) == set(design.profiles["elder"].patience)
    assert SAMPLES


def test_a_copy_of_the_design_is_the_design(tmp_path: Path) -> None:
    assert read_design(copied(tmp_path)) == read_design()
