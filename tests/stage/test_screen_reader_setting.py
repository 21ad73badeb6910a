"""Whether the desktop's screen reader is told: where devices are simulated, unless somebody says no."""

from pathlib import Path

import pytest

from sim.stage import kiosk
from sim.stage.kiosk import reader_for
from sim.stage.settings import ConfigurationError, Settings, read_settings

KIOSK = Settings(
    card_reader="/dev/ttyUSB0",
    dispenser="/dev/ttyUSB1",
    id_reader="",
    printer="",
    acceptor="",
    screen_reader=True,
)


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kiosk, "screen_reader", lambda caption: caption)


def configured(folder: Path, line: str) -> Settings:
    path = folder / "c.toml"
    path.write_text(f"[screen]\n{line}\n", encoding="utf-8")
    return read_settings(path)


def test_on_a_desktop_it_is_told() -> None:
    assert reader_for(Settings()) is not None


def test_on_a_kiosk_it_is_never_told() -> None:
    assert reader_for(KIOSK) is None


def test_who_wants_none_gets_none(tmp_path: Path) -> None:
    assert reader_for(configured(tmp_path, "screen_reader = false")) is None
    assert reader_for(configured(tmp_path, "screen_reader = true")) is not None
    assert reader_for(configured(tmp_path, "")) is not None


def test_another_word_than_true_or_false_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"\[screen\] screen_reader is true or false"):
        configured(tmp_path, 'screen_reader = "yes"')
