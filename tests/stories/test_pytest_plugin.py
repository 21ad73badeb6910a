"""The plugin as a tester uses it: from a folder of their own, in a run of pytest of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.stories.material import WITHDRAWAL

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples" / "pytest"


def pytest_in(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-v", *words]
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


def test_the_examples_run_as_written_and_a_story_that_fails_is_told(tmp_path: Path) -> None:
    """With the three documented examples lies a file of our own that must fail, and one that is none."""
    folder = tmp_path / "theirs"
    shutil.copytree(EXAMPLES, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "wrong.toml").write_text(
        WITHDRAWAL.replace("charged = 200", "charged = 100"), encoding="utf-8"
    )
    (folder / "typo.toml").write_text(WITHDRAWAL.replace("take the", "tke the"), encoding="utf-8")
    (folder / "test_own.py").write_text(
        "def test_a_line_that_fails(bench):\n"
        '    bench.insert_card("lin").does("then the screen is choose_service")\n',
        encoding="utf-8",
    )
    done = pytest_in(folder)
    said = done.stdout
    assert "5 passed, 3 failed" in said or "3 failed, 5 passed" in said, said
    assert "card_left.toml::card_left PASSED" in said
    assert "charged is 200 yuan" in said
    assert 'typo.toml:10: "tke the card"' in said
    assert "then the screen is choose_service: the screen is" in said
