"""What the branch allows is its own setting: off unless it is written, and a mistake is one sentence."""

from pathlib import Path

import pytest

from sim.stage.settings import ConfigurationError, Settings, read_settings


def configured(folder: Path, text: str) -> Settings:
    path = folder / "c.toml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path)


def test_no_passbook_is_taken_unless_the_branch_says_so(tmp_path: Path) -> None:
    assert not Settings().passbook
    assert not configured(tmp_path, "").passbook
    assert not configured(tmp_path, "[branch]\npassbook = false\n").passbook
    assert configured(tmp_path, "[branch]\npassbook = true\n").passbook


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[branch]\npassbook = "yes"\n', r"\[branch\] passbook is true or false, found 'yes'"),
        ("[branch]\npassbok = true\n", r'unknown key in \[branch\] "passbok".*"passbook"'),
        ("[brunch]\npassbook = true\n", r'unknown section "brunch".*"branch"'),
        ("branch = true\n", r"\[branch\] must be a section"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        configured(tmp_path, text)
