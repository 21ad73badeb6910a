"""Whatever parses bytes from outside takes any bytes: the fuzz targets under Hypothesis, and every input
that ever broke one, tried again."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.dispenser import framing as notes_framing
from sim.proof.fuzz import child, command
from sim.proof.fuzz.command import ALL, CRASHES, run
from sim.proof.fuzz.material import Held, disturbed, edited, pieces
from sim.proof.fuzz.targets import TARGETS
from sim.stage.settings import ConfigurationError

EXAMPLES = 200
EXAMPLES_OF_SLOW = 15
SLOW = frozenset({"catalogue", "journal", "world", "chain", "timing", "theme"})
"""Targets that take a millisecond and more for an input: files."""

NOISE = st.binary(max_size=300)
FRAMES = st.lists(
    st.one_of(
        st.binary(max_size=12),
        st.builds(
            notes_framing.pack,
            st.sampled_from((notes_framing.SOH, notes_framing.EOT)),
            st.sampled_from(sorted(notes_framing.RESPONSE_LENGTHS)),
            st.binary(max_size=24),
        ),
    ),
    max_size=4,
).map(b"".join)
"""Noise, and frames whose check byte is right."""


@pytest.mark.parametrize("name", TARGETS)
def test_any_bytes_are_taken_or_refused_as_declared(name: str) -> None:
    @settings(
        max_examples=EXAMPLES_OF_SLOW if name in SLOW else EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(FRAMES if name == "dispenser" else NOISE)
    def holds(data: bytes) -> None:
        TARGETS[name](data)

    holds()


def kept() -> list[Path]:
    """Inputs that broke something once."""
    return sorted(path for path in CRASHES.glob("*/*") if path.is_file())


def named(path: Path) -> str:
    """Target and input."""
    return f"{path.parent.name}/{path.name}"


@pytest.mark.parametrize(
    "path",
    [pytest.param(p, id=named(p)) for p in kept()],
)
def test_an_input_that_broke_something_breaks_it_no_more(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


def test_every_kept_input_has_its_target() -> None:
    assert {path.parent.name for path in kept()} <= set(TARGETS)


# --- the tools themselves -----------------------------------------------------------------------


def test_edits_and_odd_values_change_something_and_nothing_is_an_edit_of_nothing() -> None:
    assert edited(b"sound", b"") == b"sound"
    assert edited(b"sound", b"\x00\x01\x00X") == b"sXund"
    tree = {"a": [1, 2], "b": {"c": 3}}
    assert disturbed(tree, b"") == tree
    assert disturbed(tree, b"\x00\x00\x00\x00") == {"b": {"c": 3}}
    assert tree == {"a": [1, 2], "b": {"c": 3}}


@given(NOISE)
@settings(max_examples=50, database=None, derandomize=True)
def test_pieces_are_the_whole(data: bytes) -> None:
    assert b"".join(pieces(data)) == data


def test_a_file_in_memory_reads_like_a_file() -> None:
    assert Held.of(b"a = 1").open("rb").read() == b"a = 1"
    assert Held.of(b"a = 1").read_text(encoding="utf-8") == "a = 1"


def raises(trouble: Exception) -> Callable[[], None]:
    def thrower() -> None:
        raise trouble

    return thrower


def test_of_each_kind_of_finding_the_smallest_input_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    findings = child.Findings(tmp_path / "target")
    for data in (b"long enough", b"short", b"much longer than that"):
        try:
            raises(KeyError("x"))()
        except KeyError as trouble:
            findings.add(data, trouble)
    assert [path.read_bytes() for path in (tmp_path / "target").iterdir()] == [b"short"]
    assert capsys.readouterr().out.count(child.NEW) == 2


def test_a_planted_mistake_is_found_by_the_targets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check byte that is not looked at: the frame then is not what it would be said as."""
    monkeypatch.setattr(notes_framing, "check_byte", lambda data: 0)
    frame = bytes(
        (notes_framing.SOH, notes_framing.IDENTITY, notes_framing.STX, 0x44, 0x20, 0x03, 0)
    )
    monkeypatch.setattr(notes_framing, "pack", lambda head, command, data=b"": b"another")
    with pytest.raises(AssertionError):
        TARGETS["dispenser"](frame)


def test_a_target_that_is_none_is_named_in_a_sentence() -> None:
    with pytest.raises(ConfigurationError, match="Did you mean"):
        run("dispensr", 1, 0)


def test_without_atheris_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "able", lambda: False)
    with pytest.raises(ConfigurationError, match="needs atheris"):
        run(ALL, 1, 0, io.StringIO())


def test_a_target_that_is_watched_on_the_wire_only_is_a_target() -> None:
    assert set(child.ON_THE_WIRE) <= TARGETS.keys()
