"""Which notes: small-change packs, a large note changed into small ones, and a choice of mixes for a
withdrawal (accessibility.md F "small-change packs"; reliability.md A.10).

A pack is a recipe from `packs.toml`. Only what the cassettes really hold is offered: of the recipes with
the same value the first one that can be paid, and none if none can. What is shown before the customer
confirms is `composition` of the very mix that will be paid.

Changing a note gives smaller notes only. For a withdrawal there are at most three choices: the fewest
notes; the same with one of the largest notes in smaller ones; and many small notes, as many as make
the wad no more than `MORE_NOTES` thicker. Choices that are the same notes are one.

Which notes are *possible* is `cash_units.py`; how they are paid safely is the flow's. Coins are not paid.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

from terminal.cash_units import NOTES_MAX, Cassettes, Mix, mix_for, total
from terminal.money import Amount, yuan
from terminal.values import replace

FILE: Final = "terminal/rules/packs.toml"

CHOICES_MAX: Final = 3
"""More than three ways to be given the same money is a question, not a service [D]."""

MORE_NOTES: Final = 15
"""How many notes more than the fewest a customer has to count at the machine [D]."""

FACES_YUAN: Final = (100, 50, 20, 10, 5, 1)
"""Notes of yuan there are, large first; no note of two is printed any more."""

Composition = tuple[tuple[Amount, int], ...]
"""Face and how many of it, largest first, each face once."""

MixKind = Literal["fewest", "one_broken", "many_small"]


@dataclass(frozen=True, slots=True)
class Pack:
    """A recipe: its name in the file, what it is worth and what is in it."""

    name: str
    amount: Amount
    notes: Composition


@dataclass(frozen=True, slots=True)
class PayablePack:
    """A pack and the mix that pays it now."""

    pack: Pack
    mix: Mix


@dataclass(frozen=True, slots=True)
class NoteChoice:
    """One way to be given an amount."""

    kind: MixKind
    mix: Mix


def offered_packs(
    packs: Iterable[Pack], cassettes: Cassettes, notes_max: int = NOTES_MAX
) -> tuple[PayablePack, ...]:
    """For each value the first recipe that can be paid now, smaller values first."""
    found: dict[Amount, PayablePack] = {}
    for pack in packs:
        mix = mix_of(pack.notes, cassettes, notes_max)
        if mix is not None:
            found.setdefault(pack.amount, PayablePack(pack, mix))
    return tuple(found[amount] for amount in sorted(found))


def mix_of(notes: Composition, cassettes: Cassettes, notes_max: int = NOTES_MAX) -> Mix | None:
    """These very notes from the cassettes, the first ones first, or None if they cannot be paid."""
    left = dict(notes)
    if sum(left.values()) > notes_max:
        return None
    mix = []
    for cassette in cassettes:
        count = min(left.get(cassette.note, 0), cassette.count) if cassette.usable else 0
        mix.append(count)
        if count:
            left[cassette.note] -= count
    return None if any(left.values()) else tuple(mix)


def composition(mix: Mix, cassettes: Cassettes) -> Composition:
    """What is in a mix, as it is shown and said."""
    counted: dict[Amount, int] = {}
    for cassette, count in zip(cassettes, mix, strict=True):
        if count:
            counted[cassette.note] = counted.get(cassette.note, 0) + count
    return tuple(sorted(counted.items(), reverse=True))


def exchange_choices(
    face: Amount, packs: Iterable[Pack], cassettes: Cassettes, notes_max: int = NOTES_MAX
) -> tuple[Mix, ...]:
    """Ways to change one note of this face into smaller ones, at most `CHOICES_MAX`: first the fewest
    notes, then many small ones, then the pack. Empty if it cannot be changed now."""
    smaller = _below(face, cassettes)
    fewest = mix_for(face, smaller, notes_max)
    if fewest is None:
        return ()
    worth = (pack for pack in packs if pack.amount == face)
    packed = (each.mix for each in offered_packs(worth, smaller, notes_max))
    many = most_notes(face, smaller, min(notes_max, sum(fewest) + MORE_NOTES))
    return _different((fewest, many, *packed), cassettes)


def changeable(cassettes: Cassettes) -> tuple[int, ...]:
    """The denominations, in minor units, of which one note can be changed into smaller ones now."""
    faces = map(yuan, FACES_YUAN)
    return tuple(face.minor for face in faces if exchange_choices(face, (), cassettes))


@lru_cache(maxsize=16)
def note_choices(
    amount: Amount, cassettes: Cassettes, notes_max: int = NOTES_MAX
) -> tuple[NoteChoice, ...]:
    """Ways to be given this amount, the fewest notes first; empty if it cannot be paid at all. Asked for
    several times on one screen, and the same until notes go."""
    fewest = mix_for(amount, cassettes, notes_max)
    if fewest is None:
        return ()
    ways: dict[MixKind, Mix | None] = {
        "fewest": fewest,
        "one_broken": _one_broken(fewest, cassettes, notes_max),
        "many_small": most_notes(amount, cassettes, min(notes_max, sum(fewest) + MORE_NOTES)),
    }
    kept = _different(ways.values(), cassettes)
    named = {mix: kind for kind, mix in reversed(ways.items()) if mix is not None}
    return tuple(NoteChoice(named[mix], mix) for mix in kept)


def most_notes(amount: Amount, cassettes: Cassettes, notes_max: int = NOTES_MAX) -> Mix | None:
    """As many notes as may be, small ones rather than large; None if the amount cannot be paid.

    Exhaustive over the larger notes, the smallest follow by division; cut off where even the largest
    notes left cannot reach the amount, or where the smallest alone would be no more notes than were
    found: with four cassettes a few thousand steps at most.
    """
    order = sorted(
        (at for at, each in enumerate(cassettes) if each.usable and each.count),
        key=lambda at: -cassettes[at].note.minor,
    )
    best: tuple[int, Mix | None] = (0, None)
    chosen = [0] * len(cassettes)
    smallest = min((cassettes[at].note.minor for at in order), default=1)

    def search(place: int, rest: int, room: int) -> None:
        nonlocal best
        if notes_max - room + rest // smallest <= best[0]:
            return
        if rest == 0:
            if notes_max - room > best[0]:
                best = (notes_max - room, tuple(chosen))
            return
        if place == len(order) or rest > room * cassettes[order[place]].note.minor:
            return
        here = order[place]
        note = cassettes[here].note.minor
        least = rest // note if place == len(order) - 1 else 0
        for count in range(least, min(rest // note, cassettes[here].count, room) + 1):
            chosen[here] = count
            search(place + 1, rest - count * note, room - count)
        chosen[here] = 0

    if amount.minor > 0:
        search(0, amount.minor, notes_max)
    return best[1]


def _one_broken(fewest: Mix, cassettes: Cassettes, notes_max: int) -> Mix | None:
    """The mix with one of its largest notes in smaller ones, which are taken from what is left."""
    at = max(
        (place for place, count in enumerate(fewest) if count),
        key=lambda place: cassettes[place].note.minor,
    )
    face = cassettes[at].note
    left = tuple(
        replace(each, count=each.count - count)
        for each, count in zip(cassettes, fewest, strict=True)
    )
    change = mix_for(face, _below(face, left), notes_max - sum(fewest) + 1)
    if change is None:
        return None
    kept = (*fewest[:at], fewest[at] - 1, *fewest[at + 1 :])
    return tuple(one + two for one, two in zip(kept, change, strict=True))


def _below(face: Amount, cassettes: Cassettes) -> Cassettes:
    """The cassettes, of which only notes below this face may be used."""
    return tuple(
        each if each.note.minor < face.minor else replace(each, usable=False) for each in cassettes
    )


def _different(mixes: Iterable[Mix | None], cassettes: Cassettes) -> tuple[Mix, ...]:
    """The first of those that are the same notes, and no more than may be chosen from."""
    found: dict[Composition, Mix] = {}
    for mix in mixes:
        if mix is not None:
            found.setdefault(composition(mix, cassettes), mix)
    kept = tuple(found.values())[:CHOICES_MAX]
    assert len({total(mix, cassettes) for mix in kept}) <= 1, "choices are worth the same"
    return kept


def packs_from(tables: Mapping[str, Any], file: str = FILE) -> tuple[Pack, ...]:
    """The recipes from parsed TOML. Raises ValueError naming file and pack for one that does not sum,
    holds a note there is not, has too many notes, or whose name stands twice."""
    rows = tables.get("pack")
    if set(tables) != {"pack"} or not isinstance(rows, list):
        raise ValueError(f"{file}: holds [[pack]] rows and nothing else.")
    found = tuple(_pack(row, place, file) for place, row in enumerate(rows, start=1))
    names = [pack.name for pack in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{file}: {twice[0]} is there twice. Give each pack its own name.")
    return found


def _pack(row: Any, place: int, file: str) -> Pack:
    if not isinstance(row, dict) or set(row) != {"name", "yuan", "notes"}:
        raise ValueError(f"{file}: row {place} has name, yuan and notes. Correct its keys.")
    where = f"{file}: {row['name']}"
    for face, count in row["notes"].items():
        if face not in _FACE_KEYS or type(count) is not int or count <= 0:
            raise ValueError(
                f"{where}: {face} = {count!r}: notes are {', '.join(_FACE_KEYS)}, one or more of each."
            )
    notes = tuple(
        (yuan(face), row["notes"][str(face)]) for face in FACES_YUAN if str(face) in row["notes"]
    )
    worth = sum(face.major * count for face, count in notes)
    if type(row["yuan"]) is not int or worth != row["yuan"]:
        raise ValueError(f"{where}: its notes are worth {worth} yuan, not {row['yuan']!r}.")
    if sum(count for _, count in notes) > NOTES_MAX:
        raise ValueError(f"{where}: has more than {NOTES_MAX} notes, which is one order's most.")
    return Pack(row["name"], yuan(row["yuan"]), notes)


_FACE_KEYS: Final = tuple(str(face) for face in FACES_YUAN)
