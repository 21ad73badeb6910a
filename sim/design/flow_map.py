"""The map of all screens: which belong together, how far in they are, and what leads out of each.

Made of what `walk` found. Screens of one service are one group, in columns by how many steps they are in;
where a visit begins, how it ends and what lies over any screen are groups too. Every way is an exit of its
screen, named by what leads there; ways to the same screen are one exit with several names. A screen that
there is a sample of and that the walk found no way to is in the map as well, and says so.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sim.design.walk import Screen, Walked, Way
from terminal.menu import WITHDRAWAL
from terminal.messages import Catalogue

BEGIN: Final = "before a service"
ENDS: Final = "how it ends"
OVER: Final = "over any screen"

BEGINNING: Final = frozenset(
    (
        *("Starting", "Idle", "OutOfService", "ReadingCard", "AskingBank", "EnteringPin"),
        *("CheckingPin", "ChoosingService", "ReturningFound"),
    )
)
ENDING: Final = frozenset(("TakingCard", "KeepingCard", "Explaining", "Farewell"))

LOBBY: Final = "lobby"
FIRST_GROUPS: Final = (BEGIN, LOBBY, WITHDRAWAL, "note_mix", "foreign")
LAST_GROUPS: Final = (ENDS, OVER)

BACKWARDS: Final = frozenset(("back", "change", "another", "return_card"))
"""Presses that lead nobody further in."""

HAPPENS: Final[Mapping[str, str]] = {
    "TimedOut": "time is up",
    "AskedForMore": "time runs out",
    "typed": "typed",
    "BankAnswered": "the bank answers",
    "BankRefused": "the bank refuses",
    "Declined": "declined",
    "Approved": "approved",
    "CardJammed": "the card jams",
    "CardTaken": "card taken",
    "PinWrong": "wrong PIN",
    "PinRight": "right PIN",
    "NotesDispensed": "notes come out",
    "PhoneCall": "somebody telephones",
}
"""Events in other words than those of their names."""


@dataclass(frozen=True, slots=True)
class Exit:
    """What leads from a screen to another: the names of it, presses first."""

    names: tuple[str, ...]
    pressed: bool
    end: Screen


@dataclass(frozen=True, slots=True)
class Node:
    """A screen of the map. `depth` is how many steps it lies inside its group; `reached` says that the walk
    found a way to it."""

    screen: Screen
    sample: str
    group: str
    depth: int
    reached: bool
    exits: tuple[Exit, ...]


def flow_map(walked: Walked, catalogue: Catalogue) -> tuple[Node, ...]:
    """Every screen that was reached or has a sample, group by group, those nearest to its entrance first."""
    leads = sorted(walked.ways)
    reached = {way.end for way in leads} | walked.begins
    groups = {screen: group_of(screen) for screen in walked.screens}
    depths = _depths(leads, groups, walked.begins)
    exits = _exits(leads, catalogue)
    made = [
        Node(
            screen,
            sample,
            groups[screen],
            depths.get(screen, 0),
            screen in reached,
            exits.get(screen, ()),
        )
        for screen, sample in walked.screens.items()
    ]
    order = _order(groups.values())
    return tuple(
        sorted(
            made,
            key=lambda node: (order[node.group], not node.reached, node.depth, node.screen),
        )
    )


def group_of(screen: Screen) -> str:
    """Whose screen it is."""
    if screen.over:
        return OVER
    if screen.service:
        return screen.service
    if screen.phase in BEGINNING:
        return BEGIN
    return ENDS if screen.phase in ENDING else WITHDRAWAL


def _order(groups: Iterable[str]) -> Mapping[str, int]:
    known = sorted(set(groups) - {*FIRST_GROUPS, *LAST_GROUPS})
    return {name: n for n, name in enumerate((*FIRST_GROUPS, *known, *LAST_GROUPS))}


def _depths(
    leads: Iterable[Way], groups: Mapping[Screen, str], begins: Iterable[Screen]
) -> Mapping[Screen, int]:
    """How many steps each screen is inside its group, from where one comes in."""
    within: dict[Screen, list[Screen]] = {}
    doors = dict.fromkeys(sorted(begins), 0)
    others: dict[Screen, int] = {}
    for way in leads:
        start, end = groups[way.start], groups[way.end]
        if way.by in BACKWARDS:
            continue
        if start == end:
            within.setdefault(way.start, []).append(way.end)
        elif end != BEGIN:
            (doors if start in (BEGIN, LOBBY, WITHDRAWAL) else others).setdefault(way.end, 0)
    from_menus = _steps(within, doors)
    # Doors that no menu leads to count only where nothing else does.
    return _steps(within, {**others, **from_menus})


def _steps(
    within: Mapping[Screen, Iterable[Screen]], doors: Mapping[Screen, int]
) -> dict[Screen, int]:
    """How many steps from the nearest door."""
    found, waiting = dict(doors), deque(doors)
    while waiting:
        here = waiting.popleft()
        for there in within.get(here, ()):
            if there not in found:
                found[there] = found[here] + 1
                waiting.append(there)
    return found


def _exits(leads: Iterable[Way], catalogue: Catalogue) -> Mapping[Screen, tuple[Exit, ...]]:
    """The ways out of each screen, one for each screen they lead to; pages over it are no way out."""
    names: dict[Screen, dict[Screen, dict[str, bool]]] = {}
    for way in leads:
        if not way.end.over or way.start.over:
            held = names.setdefault(way.start, {}).setdefault(way.end, {})
            held[name_of(way, catalogue)] = way.pressed
    return {
        start: tuple(sorted(_told(ends), key=lambda one: (not one.pressed, one.end)))
        for start, ends in names.items()
    }


def _told(ends: Mapping[Screen, Mapping[str, bool]]) -> Iterator[Exit]:
    for end, held in ends.items():
        ordered = sorted(held, key=lambda name: (not held[name], name))
        yield Exit(tuple(ordered), any(held.values()), end)


def name_of(way: Way, catalogue: Catalogue) -> str:
    """What leads there, in words: that of the button, or of what happened."""
    if way.pressed and way.by != "typed":
        for key in (
            f"label.{way.by}.{way.value}",
            f"label.{way.by}_{way.value}",
            f"label.{way.by}",
        ):
            if key in catalogue.entries:
                plain = catalogue.entries[key].text.split("\n")[0]
                value = way.value if key == f"label.{way.by}" and way.value.isalpha() else ""
                return f"{plain} {value}".strip()
        value = way.value if way.value.isalpha() else ""
        return f"{way.by} {value}".replace("_", " ").strip()
    return HAPPENS.get(way.by) or _split(way.by)


def _split(name: str) -> str:
    """`NotesTaken` as people write it."""
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()
