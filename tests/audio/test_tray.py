"""What a speech child leaves for the terminal: whole or not there, and without a name."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio import tray
from audio.tray import FolderTray, NamelessTray, Said, leave, new_tray, packed, scratch, unpacked

SAID = Said((b"abcd", b"ef"), 22_050)

_sentence = st.binary(min_size=1, max_size=40).map(lambda half: half + half)


@given(st.lists(_sentence, min_size=1, max_size=5), st.integers(1, 48_000))
def test_what_is_packed_is_unpacked(sentences: list[bytes], rate_hz: int) -> None:
    said = Said(tuple(sentences), rate_hz)
    assert unpacked(packed(said)) == said


@given(st.binary(max_size=60))
def test_anything_else_is_nothing(data: bytes) -> None:
    said = unpacked(data)
    assert said is None or packed(said) == data


@pytest.mark.parametrize("cut", range(len(packed(SAID))))
def test_a_part_is_nothing(cut: int) -> None:
    assert unpacked(packed(SAID)[:cut]) is None


@pytest.mark.parametrize("kind", [NamelessTray, FolderTray])
def test_a_tray_is_empty_until_it_is_whole(kind: type[NamelessTray] | type[FolderTray]) -> None:
    mine = kind()
    try:
        assert mine.read() is None
        leave(mine.argument, SAID)
        assert mine.read() == SAID
    finally:
        mine.close()


def test_the_head_is_written_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that looks between two writes sees nothing yet."""
    mine = NamelessTray()
    seen: list[Said | None] = []
    write = os.pwrite

    def watched(file: int, data: bytes, at: int) -> int:
        seen.append(mine.read())
        return write(file, bytes(data)[:5], at) if at else write(file, data, at)

    monkeypatch.setattr(os, "pwrite", watched)
    leave(mine.argument, SAID)
    assert len(seen) > 3
    assert set(seen) == {None}
    assert mine.read() == SAID
    mine.close()


@pytest.mark.skipif("sys.platform == 'win32'", reason="inherits no file by number")
@pytest.mark.parametrize("memory", [True, False])
def test_a_tray_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, memory: bool) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    if not memory:
        monkeypatch.delattr(os, "memfd_create", raising=False)
    mine = new_tray()
    assert os.fstat(int(mine.argument)).st_nlink == 0
    leave(mine.argument, SAID)
    assert list(tmp_path.iterdir()) == []
    mine.close()


def test_the_folder_of_a_tray_is_private_and_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    mine = FolderTray()
    [folder] = tmp_path.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    leave(mine.argument, SAID)
    mine.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("memory", [True, False])
def test_a_sentence_is_gone_once_it_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, memory: bool
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    if not memory:
        monkeypatch.delattr(os, "memfd_create", raising=False)
    with scratch() as path:
        for _ in range(2):
            Path(path).write_bytes(b"spoken")
            tray.emptied(path)
            assert not Path(path).exists() or Path(path).read_bytes() == b""
        assert [each for each in tmp_path.rglob("*") if each.is_file()] == []
    assert list(tmp_path.iterdir()) == []
