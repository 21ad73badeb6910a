"""Random values from given entropy: the same entropy, the same values in the same order.

A counter under a keyed hash: nobody can foretell a value without the entropy, which production takes
fresh from the operating system at every start and a simulation from its seed.
"""

import hashlib
from typing import Final

_KEY_BYTES_MAX: Final = 64
_WORD: Final = 2**32


class Chance:
    """A sequence of random values."""

    __slots__ = ("_count", "_key")

    def __init__(self, entropy: bytes) -> None:
        assert entropy, "random values need some entropy"
        self._key = entropy[:_KEY_BYTES_MAX]
        self._count = 0

    def bytes(self, size: int) -> "bytes":
        """`size` bytes, 1 to 64."""
        self._count += 1
        number = self._count.to_bytes(8, "big")
        return hashlib.blake2b(number, digest_size=size, key=self._key).digest()

    def fraction(self) -> float:
        """A number from 0 up to 1."""
        return int.from_bytes(self.bytes(4), "big") / _WORD
