"""What staff record while the terminal is stopped: they have looked at the dispenser, or loaded it.

Each is one commit in the machine's own record, with a name. A running terminal holds the record's lock,
so nothing here can happen beside it. Where the dispenser is simulated, its cassettes are loaded too.
"""

from devices.clock import SystemClock
from devices.journal_store import JournalStore, journal_key
from sim.stage.keeper import Keeper, KeptClock
from sim.stage.machine import loading_row
from sim.stage.settings import ConfigurationError, Settings
from sim.world.world import World
from terminal.cash_units import Cassettes
from terminal.journal_row import Row
from terminal.recovery import recover
from terminal.takings import takings

NAME_MAX = 64
"""Longest name in the record: a full name with a staff number."""


def reopen(settings: Settings, by: str) -> None:
    """Record that somebody has looked: cash is paid again from the next start on.

    Raises ConfigurationError or JournalError with nothing recorded."""
    name, clock = checked_name(by), SystemClock()
    with record(settings, "to reopen") as store:
        store.append([Row("REOPENED", body={"by": name})], clock.now(), clock.utc())
    print(f"Recorded: {name} has looked at the dispenser. Cash is paid from the next start on.")


def load(settings: Settings, by: str) -> None:
    """Record that the cassettes hold what is configured. A simulated machine gets just that, before the
    record says so. Raises ConfigurationError, JournalError or OSError with nothing recorded."""
    name, clock = checked_name(by), KeptClock(SystemClock())
    with record(settings, "to load") as store:
        rows = list(store.rows())
        found = recover(rows)
        since = takings(rows)
        if not since.counted and any(one.txid in since.doubts for one in found.suspects):
            raise ConfigurationError(
                "An operation is in doubt and the notes were not counted since: what is in the cassettes "
                "now is the evidence. Count first: settle --counted ... --bins ... --by NAME "
                "--witness NAME."
            )
        if found.order is not None:
            raise ConfigurationError(
                "An operation is still open in the record: run the terminal once with the cassettes as "
                "they were, so that it is settled, then load."
            )
        if settings.dispenser.startswith("sim:"):
            world = World(clock, settings.cassettes, settings.shape)
            keeper = Keeper(world, settings.state_folder / "world.json", clock)
            keeper.load()
            world.load(settings.cassettes)
            keeper.save()
        loaded = [loading_row(settings.cassettes), Row("REOPENED", body={"by": name})]
        store.append(loaded, clock.now(), clock.utc())
    print(f"Recorded: {name} has loaded {_said(settings.cassettes)}.")


def checked_name(by: str, option: str = "--by") -> str:
    """A name as it goes into the record. Raises ConfigurationError for none, and for what a listing of
    the record could not show on its line."""
    name = by.strip()
    if not name or len(name) > NAME_MAX or not name.isprintable():
        raise ConfigurationError(
            f"{option} wants the name of a person on one line, of at most {NAME_MAX} characters."
        )
    return name


def record(settings: Settings, what: str) -> JournalStore:
    """The machine's own record, for as long as no terminal runs on it. Raises ConfigurationError or
    JournalError."""
    path = settings.journal
    if not path.exists():
        raise ConfigurationError(f"There is no journal {path}: nothing {what}.")
    return JournalStore(path, journal_key(path))


def _said(cassettes: Cassettes) -> str:
    return ", ".join(f"{c.count} notes of {c.note.major} yuan" for c in cassettes)
