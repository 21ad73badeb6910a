"""Where things are, seen from the headset jack, is the machine's own configuration."""

from pathlib import Path

import pytest

from sim.stage.settings import ConfigurationError, read_settings


def test_where_things_are_is_an_hour_of_a_clock(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text("[places]\ncash = 3\n")
    assert (read_settings(path).places.cash, read_settings(path).places.card) == (3, 12)
    path.write_text("[places]\ncash = 13\n")
    with pytest.raises(ConfigurationError, match=r"\[places\] cash is an hour .* found 13"):
        read_settings(path)
