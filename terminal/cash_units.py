"""The cassettes, and which notes make an amount.

A mix is a tuple with the number of notes from each cassette, in cassette order. Only what the
cassettes really hold is ever offered; an amount that cannot be paid has nearest ones that can.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import gcd

from terminal.money import Amount
from terminal.values import replace

Mix = tuple[int, ...]

PICK_FAILED = "01"
"""A cassette gave nothing more: empty, badly loaded or sticking; the others are usable
(hardware-protocols 2.8)."""

NOTES_MAX = 40
"""Notes in one order: the ceiling of hardware-protocols 2.5 (the exit pocket has no full sensor)."""


@dataclass(frozen=True, slots=True)
class Cassette:
    """One storage unit: the note it holds, how many by our count, and what is known of it."""

    note: Amount
    count: int
    usable: bool = True

    def __post_init__(self) -> None:
        assert self.count >= 0, "a cassette cannot hold fewer than no notes"
        assert self.note.minor > 0, "a note is worth something"


Cassettes = tuple[Cassette, ...]


def total(mix: Sequence[int], cassettes: Cassettes) -> Amount:
    """What a mix is worth."""
    return Amount(
        sum(n * c.note.minor for n, c in zip(mix, cassettes, strict=True)),
        cassettes[0].note.currency,
    )


def mix_for(amount: Amount, cassettes: Cassettes, notes_max: int = NOTES_MAX) -> Mix | None:
    """The fewest notes that make `amount` from usable cassettes, or None if it cannot be paid.

    Exhaustive over counts from the largest note down, cut off where the rest cannot be better; with
    four cassettes and 40 notes that is a few hundred steps at most.
    """
    if amount.minor <= 0:
        return None
    order = sorted(
        (i for i, c in enumerate(cassettes) if c.usable and c.count),
        key=lambda i: -cassettes[i].note.minor,
    )
    best: list[tuple[int, ...]] = []
    chosen = [0] * len(cassettes)

    def search(at: int, rest: int, used: int, limit: int) -> int:
        if rest == 0:
            best[:] = [tuple(chosen)]
            return used - 1
        if at == len(order):
            return limit
        here = order[at]
        note = cassettes[here].note.minor
        most = min(rest // note, cassettes[here].count, limit - used)
        for n in range(most, -1, -1):
            left = rest - n * note
            if left and used + n + -(-left // note) > limit:
                break
            chosen[here] = n
            limit = search(at + 1, left, used + n, limit)
            chosen[here] = 0
        return limit

    search(0, amount.minor, 0, notes_max)
    return best[0] if best else None


def nearest_payable(
    amount: Amount, cassettes: Cassettes, most: Amount, notes_max: int = NOTES_MAX
) -> tuple[Amount, ...]:
    """The nearest payable amounts below and above `amount`, up to `most`; smaller first."""
    grid = _grid(cassettes)
    if not grid:
        return ()
    highest = min(amount.minor - 1, most.minor) // grid * grid
    lowest = (amount.minor // grid + 1) * grid
    below = _first_payable(range(highest, 0, -grid), cassettes, amount, notes_max)
    above = _first_payable(range(lowest, most.minor + 1, grid), cassettes, amount, notes_max)
    return tuple(a for a in (below, above) if a is not None)


def payable(cassettes: Cassettes) -> bool:
    """Whether any note can be paid at all."""
    return any(c.usable and c.count for c in cassettes)


@lru_cache(maxsize=64)
def largest_payable(
    cassettes: Cassettes, most: Amount, notes_max: int = NOTES_MAX
) -> Amount | None:
    """The largest amount up to `most` that can be paid now, or None."""
    grid = _grid(cassettes)
    if not grid:
        return None
    return _first_payable(range(most.minor // grid * grid, 0, -grid), cassettes, most, notes_max)


def emptied(cassettes: Cassettes, mix: Sequence[int], moved: Sequence[int]) -> Cassettes:
    """The cassettes after a pick-up failed (error 01): the first one that gave fewer notes than asked
    has none to give until it is loaded again, whatever our count says."""
    for at, (asked, out) in enumerate(zip(mix, moved, strict=True)):
        if out < asked:
            empty = replace(cassettes[at], count=0)
            return (*cassettes[:at], empty, *cassettes[at + 1 :])
    return cassettes


def taken_from(cassettes: Cassettes, moved: Sequence[int]) -> Cassettes:
    """The cassettes after these notes left them. Counts never go below zero: a device that moved
    more than we thought was there has shown our count to be wrong, not itself."""
    return tuple(
        replace(c, count=max(0, c.count - n)) if n else c
        for c, n in zip(cassettes, moved, strict=True)
    )


def can_give(mix: Sequence[int], cassettes: Cassettes) -> bool:
    """Whether these very notes can be paid now."""
    return all(not n or (c.usable and n <= c.count) for n, c in zip(mix, cassettes, strict=True))


def gone(counts: Sequence[int], rejects: Sequence[int]) -> tuple[int, ...]:
    """Notes that left each cassette: those counted at the exit and those refused on the way. A refusal
    may have held more than one note (hardware-protocols 2.8), so this is the least."""
    refused = (*rejects, *(0 for _ in counts))
    return tuple(n + r for n, r in zip(counts, refused, strict=False))


def after_dispense(
    cassettes: Cassettes,
    mix: Sequence[int],
    counts: Sequence[int],
    rejects: Sequence[int],
    error: str,
) -> Cassettes:
    """The cassettes after a path dispenser's answer to one order, heard at once or after a restart."""
    left = taken_from(cassettes, gone(counts, rejects))
    return emptied(left, mix, counts) if error == PICK_FAILED else left


def _grid(cassettes: Cassettes) -> int:
    grid = 0
    for cassette in cassettes:
        if cassette.usable and cassette.count:
            grid = gcd(grid, cassette.note.minor)
    return grid


def _first_payable(
    candidates: range, cassettes: Cassettes, asked: Amount, notes_max: int
) -> Amount | None:
    for minor in candidates:
        candidate = Amount(minor, asked.currency)
        if mix_for(candidate, cassettes, notes_max) is not None:
            return candidate
    return None
