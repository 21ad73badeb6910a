"""Settlement of the note acceptor: what its cassette and bins should hold, what two people found there, and
that they have emptied it.

What is found beyond what was stored with a certain outcome belongs to the deposits in doubt, if nothing
else is wrong; whose it is, people decide (`settle.decided`).
"""

from collections.abc import Mapping

from devices.clock import SystemClock
from sim.stage.keeper import Keeper, KeptClock
from sim.stage.settings import ConfigurationError, Settings
from sim.stage.settle import two_names
from sim.stage.staff import record
from sim.world.world import World
from terminal.journal_row import Row
from terminal.recovery import recover
from terminal.takings import takings


def found(given: str) -> dict[int, int]:
    """Yuan to notes, from `100x12,50x3`. Raises ConfigurationError."""
    notes: dict[int, int] = {}
    for part in filter(None, given.split(",")):
        face, _, count = part.partition("x")
        if not (face.isdecimal() and count.isdecimal() and int(face)):
            raise ConfigurationError("--deposits wants notes as 100x12,50x3: yuan, then how many.")
        notes[int(face)] = notes.get(int(face), 0) + int(count)
    return notes


def counted(settings: Settings, there: Mapping[int, int], by: str, witness: str) -> None:
    """Record what two people found in the acceptor, and say what it shows."""
    names, clock = two_names(by, witness), SystemClock()
    with record(settings, "to settle") as store:
        rows = list(store.rows())
        since = takings(rows)
        doubtful = [one for one in recover(rows).suspects if one.txid in since.unsure]
        faces = sorted(there)
        body = {"notes": [face * 100 for face in faces], "counts": [there[f] for f in faces]}
        row = Row("DEPOSITS_COUNTED", body={**body, "by": names[0], "witness": names[1]})
        store.append([row], clock.now(), clock.utc())
    beyond = 0
    for face in sorted({*there, *(minor // 100 for minor in since.stored)}, reverse=True):
        stored, n = since.stored[face * 100], there.get(face, 0)
        beyond += face * (n - stored)
        print(f"{face:>4} yuan: stored {stored}, found {n}, difference {n - stored:+d}")
    print(_meaning(beyond, sum(one.effect.amount.major for one in doubtful), len(doubtful)))


def _meaning(beyond: int, unsure: int, doubtful: int) -> str:
    if not doubtful:
        agrees = "The count agrees with the record."
        return agrees if not beyond else f"{beyond:+d} yuan, nothing in doubt: over/short account."
    if beyond == unsure:
        return f"{beyond} yuan beyond what is credited: all that is in doubt is here."
    return (
        f"{beyond:+d} yuan beyond what is credited; {unsure} were last counted in {doubtful} in doubt. "
        "Whose they are is for people to find; the rest is the over/short account's."
    )


def emptied(settings: Settings, by: str, witness: str) -> None:
    """Record that the acceptor was emptied, after the count. A simulated one is."""
    names, clock = two_names(by, witness), KeptClock(SystemClock())
    with record(settings, "to settle") as store:
        rows = list(store.rows())
        kinds = [row.kind for row in rows]
        last = {kind: len(kinds) - 1 - kinds[::-1].index(kind) for kind in set(kinds)}
        if last.get("DEPOSITS_COUNTED", -1) < max(last.get("STORED", 0), last.get("SUSPECT", 0)):
            raise ConfigurationError("Count first: settle --deposits 100x12,50x3 --by --witness.")
        if settings.acceptor.startswith("sim:"):
            world = World(clock, settings.cassettes, settings.shape, takes_notes=True)
            keeper = Keeper(world, settings.state_folder / "world.json", clock)
            keeper.load()
            assert world.acceptor is not None
            world.acceptor.clear()
            world.acceptor.remove_cassette()
            world.acceptor.insert_cassette()
            keeper.save()
        rows_now = [Row("DEPOSITS_EMPTIED", body={"by": names[0]})]
        store.append(rows_now, clock.now(), clock.utc())
    print(f"Recorded: {names[0]} and {names[1]} have emptied the note acceptor.")
