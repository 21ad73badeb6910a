"""Who runs what when several work at the tests: the longest first, so that all end together.

A file stays with one worker, because its tests share what they made. Tests of `ALONE` share nothing with
the rest of their file, and each goes to whoever is free.

Which cases are left to `make test-whole` stands beside the cases (`tests/tiers.py`); here they are left out.

What was collected stays to the end, so nobody looks through it for garbage: twelve thousand tests and all
modules would be looked at again and again.
"""

import gc
import os
from collections.abc import Iterator
from itertools import groupby

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

ALONE = (
    "tests/test_docs.py::test_every_command_of_main_in_the_readme_runs_as_written",
    "tests/sound/test_visit.py",
    "tests/sound/test_devices.py",
    "tests/stage/test_serve.py",
)

WAITING = ALONE[1:]
"""Of these, those that mostly wait: for sound to be heard and for devices that take their time."""

BETWEEN = 2
"""Other pieces of work between two that wait, so that one worker waits while the cores are busy."""

LONGEST = (
    "tests/test_docs.py",
    "tests/screens/test_layout.py",
    "tests/laws/test_reach.py",
    "tests/proof/test_leaks.py",
    "tests/proof/test_audit_screens.py",
    "tests/screens/test_sound_seen.py",
    "tests/proof/test_voice_audit.py",
    "tests/screens/test_pages_by_keys.py",
    "tests/screens/test_reader_tree.py",
    "tests/proof/test_outage.py",
    "tests/proof/test_scope.py",
    "tests/test_tidy.py",
)
"""Files of ten seconds and more, by what `pytest --durations` says of them, and the last one by name."""


class Sharing(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """Hands out whole files, and the tests of `ALONE` one by one."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid if nodeid.startswith(ALONE) else str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing | None:
    """For `--dist loadfile`; with `--no-loadscope-reorder` in the order of the tests."""
    return Sharing(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: where sound is heard and programs are called, a worker waits."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection() -> None:
    """Nothing of what is made now is given back."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Set aside what is there now, and look for garbage among what comes, a thirtieth as often as usual:
    tests make many values that live for a moment and in no circle."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole", action="store_true", help="every case: see tests/tiers.py")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "whole: only with --whole (tests/tiers.py)")


@pytest.fixture(scope="session")
def whole(pytestconfig: pytest.Config) -> bool:
    """Whether everything is asked for, or the part."""
    return bool(pytestconfig.getoption("--whole"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest files at the beginning, woven with those that wait; without what only the whole has."""
    if not config.getoption("--whole"):
        left = [item for item in items if item.get_closest_marker("whole")]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if not item.get_closest_marker("whole")]
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(LONGEST)))
    waiting = [item for item in items if item.nodeid.startswith(WAITING)]
    others = groupby((item for item in items if not item.nodeid.startswith(WAITING)), _piece)
    items[:] = [*_woven(waiting, [list(piece) for _, piece in others])]


def _piece(item: pytest.Item) -> str:
    return item.nodeid if item.nodeid.startswith(ALONE) else item.nodeid.partition("::")[0]


def _woven(waiting: list[pytest.Item], others: list[list[pytest.Item]]) -> Iterator[pytest.Item]:
    """One that waits, a few pieces that do not, and so on; the rest of those of which there are more."""
    for number, piece in enumerate(others):
        if waiting and number % BETWEEN == 0:
            yield waiting.pop(0)
        yield from piece
    yield from waiting
