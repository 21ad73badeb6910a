"""Which keys the headset's module types, as it is configured."""

from pathlib import Path

from screens.audio_module import AUDIONAV
from sim.stage.settings import read_settings


def read(tmp_path: Path, text: str) -> dict[str, str]:
    config = tmp_path / "kiosk.toml"
    config.write_text(text, encoding="utf-8")
    return dict(read_settings(config).audio_module)


def test_a_module_is_as_delivered_unless_it_is_configured(tmp_path: Path) -> None:
    assert read(tmp_path, "") == AUDIONAV
    assert read(tmp_path, "[audio_module]\n") == AUDIONAV


def test_a_module_can_type_other_keys_more_keys_and_fewer(tmp_path: Path) -> None:
    keys = read(tmp_path, '[audio_module]\nplugged = "F13"\nrepeat = "left"\nhelp = ""\n')
    assert keys == {
        "plugged": "f13",
        "unplugged": "f16",
        "louder": "volume_up",
        "softer": "volume_down",
        "repeat": "left",
    }


def test_two_meanings_can_change_their_keys(tmp_path: Path) -> None:
    text = '[audio_module]\nlouder = "volume_down"\nsofter = "volume_up"\n'
    assert read(tmp_path, text)["louder"] == "volume_down"
