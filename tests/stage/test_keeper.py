"""The world on disk: it comes back as it was, also after the machine's own clock has begun again."""

import re
from pathlib import Path

import pytest

from devices.card_reader.framing import ACK, encode
from sim.stage.keeper import Keeper, KeptClock
from sim.stage.settings import ConfigurationError, Settings
from sim.world.clock import VirtualClock
from sim.world.identities import IDENTITIES
from sim.world.world import World


def kept(folder: Path, machine: VirtualClock) -> tuple[World, Keeper, KeptClock]:
    clock = KeptClock(machine)
    world = World(clock, Settings().cassettes, reads_documents=True)
    return world, Keeper(world, folder / "world.json", clock), clock


def test_a_world_comes_back_as_it_was(tmp_path: Path) -> None:
    world, keeper, _ = kept(tmp_path, VirtualClock(5.0))
    world.purse[100] = 3
    keeper.save()
    again, reader, _ = kept(tmp_path, VirtualClock(6.0))
    assert reader.load()
    assert again.snapshot() == world.snapshot()


def test_time_goes_on_where_the_world_was_kept_if_the_machine_was_switched_off(
    tmp_path: Path,
) -> None:
    _, keeper, _ = kept(tmp_path, VirtualClock(900_000.0))
    keeper.save()
    machine = VirtualClock(12.0)
    _, again, clock = kept(tmp_path, machine)
    again.load()
    assert clock.now() == 900_000.0
    machine.advance_to(13.5)
    assert clock.now() == 900_001.5


def test_time_is_the_machines_own_if_that_ran_on(tmp_path: Path) -> None:
    _, keeper, _ = kept(tmp_path, VirtualClock(10.0))
    keeper.save()
    _, again, clock = kept(tmp_path, VirtualClock(50.0))
    again.load()
    assert clock.now() == 50.0


def test_nothing_is_written_while_nothing_changes(tmp_path: Path) -> None:
    machine = VirtualClock(1.0)
    world, keeper, _ = kept(tmp_path, machine)
    keeper.save()
    before = (tmp_path / "world.json").read_bytes()
    machine.advance_to(2.0)
    keeper.save()
    assert (tmp_path / "world.json").read_bytes() == before
    world.purse[50] = 1
    keeper.save()
    assert (tmp_path / "world.json").read_bytes() != before


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"world": {}, "bank": {}}', "\x00\x01"])
def test_what_is_no_world_is_refused_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "world.json"
    path.write_text(text, encoding="utf-8")
    _, keeper, _ = kept(tmp_path, VirtualClock())
    with pytest.raises(ConfigurationError, match="is not a saved world"):
        keeper.load()
    assert path.read_text(encoding="utf-8") == text


def test_what_the_reader_merely_says_is_not_written_but_the_end_of_a_conversation_is(
    tmp_path: Path,
) -> None:
    world, keeper, _ = kept(tmp_path, VirtualClock(1.0))
    ask = encode(b"C0332400200001")

    def read() -> bytes:
        keeper.save()
        return (tmp_path / "world.json").read_bytes()

    fresh = read()
    world.reader.feed(ask, 1.0)
    world.reader.advance(9.0)
    answered = read()
    assert answered != fresh, (
        "the reader is initialised, and waits for the answer to be acknowledged"
    )
    world.reader.feed(ACK, 9.1)
    settled = read()
    assert b'"link": "answered"' in answered
    assert b'"link": "neutral"' in settled
    world.reader.feed(encode(b"C10"), 9.2)
    world.reader.advance(9.2)
    assert read() == settled


# --- an identity card left on its reader -----------------------------------------------------------


@pytest.mark.parametrize("name", IDENTITIES)
def test_a_document_left_lying_is_kept_by_a_name_that_says_no_age(
    name: str, tmp_path: Path
) -> None:
    world, keeper, _ = kept(tmp_path, VirtualClock(5.0))
    assert world.documents is not None
    world.documents.place(name)
    keeper.save()
    about = IDENTITIES[name]
    text = (tmp_path / "world.json").read_text("utf-8")
    assert not re.search(
        r"[0-9]", name.removeprefix("foreigner_form_i").removeprefix("foreigner_form_y")
    )
    for told in ("number", "birth", "name"):
        assert about.fields.get(told) is None or about.fields[told] not in text
    again, reader, _ = kept(tmp_path, VirtualClock(6.0))
    assert reader.load()
    assert again.documents is not None
    assert again.documents.lying == name


def test_a_document_that_is_known_no_more_lies_there_no_more(tmp_path: Path) -> None:
    world, keeper, _ = kept(tmp_path, VirtualClock(5.0))
    assert world.documents is not None
    world.documents.place("zhao_qiang")
    keeper.save()
    path = tmp_path / "world.json"
    path.write_text(path.read_text("utf-8").replace("zhao_qiang", "somebody_49"), "utf-8")
    again, reader, _ = kept(tmp_path, VirtualClock(6.0))
    assert reader.load()
    assert again.documents is not None
    assert again.documents.lying is None
