"""The catalogues as the stage reads them: a text for every screen, three parts in every error. What
the texts of each language must be like is in `test_catalogues`."""

import tomllib
from typing import get_args

import pytest

from sim.stage.settings import LOCALE, own_design
from terminal import session as s
from terminal.messages import catalogue_from
from terminal.money import yuan
from terminal.profile import LANGUAGES, Language
from terminal.prompts import OVERLAYS, PROMPTS

DESIGN = own_design()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phase_and_overlay_has_a_text(language: Language) -> None:
    entries = DESIGN.catalogues[language].entries
    for phase, prompt in PROMPTS.items():
        if phase not in (s.Explaining, s.OutOfService):
            assert prompt.key in entries, phase
    for prompt in OVERLAYS.values():
        assert prompt.key in entries or prompt.key == "view"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_says_what_happened_what_of_the_money_and_what_next(language: Language) -> None:
    for key, entry in DESIGN.catalogues[language].entries.items():
        if key.startswith(("notice.", "out_of_service.")) and key not in (
            "notice.done",
            "notice.done_fee",
            "notice.done_converted",
            "notice.goodbye",
            "notice.service_done",
            "notice.deposit_done",
            "notice.exchange_changed",
            "notice.exchange_changed_part",
            "notice.exchange_over",
        ):
            assert len(entry.parts) == 3, key
            assert all(part.strip() for part in entry.parts), key


def test_amounts_tries_and_plurals_are_filled_in() -> None:
    zh, en = DESIGN.catalogues["zh"], DESIGN.catalogues["en"]
    assert zh.text("notice.done", {"amount": yuan(1500)}).startswith("取款1,500\u00a0元")
    assert "One try left" in en.text("enter_pin_again", {"left": 1})
    assert "2 tries left" in en.text("enter_pin_again", {"left": 2})


def test_a_mistake_in_a_catalogue_names_its_key() -> None:
    with pytest.raises(ValueError, match=r"notice\.bad"):
        catalogue_from("zh", tomllib.loads('[notice]\nbad = { what = "x", txet = "y" }'))
    for wrong in (7, ["x"], {"text": 7}, {"text": {"b": None}}):
        with pytest.raises(ValueError, match=r"a\.b"):
            catalogue_from("zh", {"a": {"b": wrong}})


def test_the_files_are_where_the_stage_reads_them() -> None:
    assert {path.stem for path in LOCALE.glob("??.toml")} == set(get_args(Language))
    assert set(DESIGN.catalogues) == set(LANGUAGES)
