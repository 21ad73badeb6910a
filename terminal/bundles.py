"""Notes that were taken in, by denomination: what they are worth, and how the record holds them.

A `Bundle` is pairs of minor units and how many, ascending. In the record it is one list with the pairs
one after the other.
"""

from collections.abc import Sequence

from terminal.events import Bundle
from terminal.money import Amount


def worth(bundle: Bundle) -> Amount:
    """What they are worth together."""
    return Amount(sum(minor * count for minor, count in bundle))


def notes_in(bundle: Bundle) -> int:
    """How many notes."""
    return sum(count for _, count in bundle)


def flat(bundle: Bundle) -> list[int]:
    """As the record has it."""
    return [number for pair in bundle for number in pair]


def bundle_of(numbers: Sequence[int]) -> Bundle:
    """Read back from the record."""
    assert len(numbers) % 2 == 0, "notes are on record in pairs"
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


def holds(more: Bundle, less: Bundle) -> bool:
    """Whether every note of `less` is in `more`."""
    found = dict(more)
    return all(found.get(minor, 0) >= count for minor, count in less)
