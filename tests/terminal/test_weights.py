"""The operator's table: the shipped one, and every way to get it wrong."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from sim.stage.settings import WEIGHTS, ConfigurationError, read_weights
from terminal.weights import SHIPPED, weights_from


def tables() -> dict[str, Any]:
    return tomllib.loads(WEIGHTS.read_text("utf-8"))


def test_the_shipped_table_is_the_one_that_runs_without_a_configuration() -> None:
    assert read_weights() == SHIPPED


def test_every_number_of_the_file_reaches_the_weights() -> None:
    for name, table in tables().items():
        for key, value in table.items():
            changed = tables()
            if name == "operator":
                changed[name][key] = {"auto_apply_age": 70, "offers_max": 1}[key]
            else:
                changed[name][key] = value + 1
            assert weights_from(changed) != SHIPPED, f"[{name}] {key}"


def test_never_is_a_setting() -> None:
    changed = tables()
    changed["operator"]["auto_apply_age"] = "never"
    assert weights_from(changed).auto_apply_age is None


@pytest.mark.parametrize(
    ("table", "key", "value", "complaint"),
    [
        ("age", "60to64", 2.0, "[age] 60to64 must be whole tenths"),
        ("age", "60to64", True, "[age] 60to64 must be whole tenths"),
        ("signals", "help", "much", "[signals] help must be whole tenths"),
        ("behaviour", "misses", 101, "[behaviour] misses must be whole tenths"),
        ("behaviour", "grip", 3, "[behaviour] grip is unknown"),
        ("thresholds", "apply", -1, "[thresholds] apply is below offer"),
        ("thresholds", "behaviour_most", -1, "[thresholds] behaviour_most is below 0"),
        ("operator", "auto_apply_age", 50, "[operator] auto_apply_age is one of 60, 65, 70"),
        ("operator", "offers_max", 3, "[operator] offers_max is a number from 0 to 2"),
    ],
)
def test_a_mistake_is_named_with_table_and_key(
    table: str, key: str, value: object, complaint: str
) -> None:
    changed = tables()
    changed[table][key] = value
    with pytest.raises(ValueError, match=re.escape(complaint)):
        weights_from(changed)


@pytest.mark.parametrize(("table", "key"), [("age", "80plus"), ("prior", "everybody")])
def test_a_missing_number_is_named(table: str, key: str) -> None:
    changed = tables()
    del changed[table][key]
    with pytest.raises(ValueError, match=rf"\[{table}\] {key} is missing"):
        weights_from(changed)


def test_a_missing_or_unknown_table_is_named() -> None:
    for changed, complaint in (
        ({k: v for k, v in tables().items() if k != "age"}, "[age] is missing"),
        ({**tables(), "gait": {}}, "[gait] is unknown"),
        ({**tables(), "age": 3}, "[age] must be a table"),
    ):
        with pytest.raises(ValueError, match=re.escape(complaint)):
            weights_from(changed)


def test_the_file_is_named_too(tmp_path: Path) -> None:
    path = tmp_path / "weights.toml"
    path.write_text(WEIGHTS.read_text("utf-8").replace("help   = 10", "help   = 1.5"), "utf-8")
    with pytest.raises(ConfigurationError, match=r"weights.toml.*\[signals\] help"):
        read_weights(path)
