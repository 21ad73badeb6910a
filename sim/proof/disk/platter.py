"""What a disk keeps when the power goes: pure data, from a seed, without SQLite.

Every file has two images: what programs see (the page cache) and what is on the platter. Between them
lies one ordered list of changes that nobody has synced. A sync of a file moves its changes to the
platter and leaves other files alone; the first one makes the directory last too. A cut draws a fate for the changes that are
left and gives the disk as it is found afterwards.

Modelled: sectors of 512 bytes are written whole or not at all; the sectors of one write and of
different writes survive in any combination, in any order; bytes of a sector beside a write are never
hurt ("powersafe overwrite", as SQLite assumes on Linux); a hole left before a surviving sector reads as
zeros or as garbage; a truncation, a new name and a deleted name survive or not until they are synced;
after a failed sync the changes are called clean, so that no later sync carries them (what Linux does).
Not modelled: synced sectors that rot later, sectors written to the wrong place, a disk that is slow.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

SECTOR_BYTES = 512
"""The smallest thing any disk in a terminal writes whole; larger sectors tear less."""

COINS = (0.1, 0.5, 0.9)
"""How likely one sector is to survive, where each sector has its own coin."""


@dataclass(eq=False, slots=True)
class Image:
    """One file: as programs see it, and as the platter has it."""

    seen: bytearray = field(default_factory=bytearray)
    kept: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes put at an offset."""

    offset: int
    data: bytes

    def pieces(self) -> Iterator["Write"]:
        """The write cut at the borders of sectors."""
        start, end = self.offset, self.offset + len(self.data)
        while start < end:
            border = min(end, (start // SECTOR_BYTES + 1) * SECTOR_BYTES)
            yield Write(start, self.data[start - self.offset : border - self.offset])
            start = border


@dataclass(frozen=True, slots=True)
class Truncate:
    """The file made shorter or longer."""

    size: int


Change = Write | Truncate
Filler = Callable[[int], bytes]
"""What so many bytes of a hole read as."""


@dataclass(slots=True)
class Losses:
    """What one cut did to the changes that nobody had synced."""

    kept: int = 0
    dropped: int = 0
    torn: int = 0
    truncations_lost: int = 0
    names_lost: int = 0
    names_revived: int = 0


@dataclass(frozen=True, slots=True)
class Fate:
    """Which sectors survive: all of the first `whole` changes, then each by a coin, and none from
    `none_from` on."""

    whole: int
    none_from: int
    coin: float

    def keeps(self, number: int, rng: random.Random) -> bool:
        """Whether one sector of this change (from 0, in the order they were made) survives."""
        if number < self.whole:
            return True
        return number < self.none_from and rng.random() < self.coin


def draw_fate(rng: random.Random, changes: int) -> Fate:
    """One of: nothing survives, everything, what came first with one change torn, or any mixture."""
    match rng.randrange(8):
        case 0:
            return Fate(0, 0, 0.0)
        case 1:
            return Fate(changes, changes, 1.0)
        case 2 | 3 | 4:
            first = rng.randrange(changes + 1)
            return Fate(first, first + 1, 0.5)
        case _:
            return Fate(0, changes, rng.choice(COINS))


@dataclass(slots=True)
class Platter:
    """All files of one disk. `names` is the directory as programs see it, `lasting` as the platter
    has it."""

    names: dict[str, Image] = field(default_factory=dict)
    lasting: dict[str, Image] = field(default_factory=dict)
    unsynced: list[tuple[Image, Change]] = field(default_factory=list)

    def opened(self, name: str, create: bool) -> Image | None:
        """The file of this name, made if wanted, or None."""
        if name not in self.names and create:
            self.names[name] = Image()
        return self.names.get(name)

    def change(self, image: Image, change: Change) -> None:
        """Programs see it at once; the platter does not have it yet."""
        apply(image.seen, change)
        self.unsynced.append((image, change))

    def sync(self, image: Image) -> None:
        """Everything changed in this file is on the platter, in order. If its name is new, so is the
        whole directory: SQLite syncs it with the first sync of every log it has made."""
        for owner, change in self.unsynced:
            if owner is image:
                apply(image.kept, change)
        self._called_clean(image)
        new = [
            name for name, i in self.names.items() if i is image and self.lasting.get(name) is not i
        ]
        if new:
            self.lasting = dict(self.names)

    def sync_failed(self, image: Image, dropped: bool) -> None:
        """The sync reported an error. The changes will never be carried again; the system still shows
        them, or has `dropped` them from its cache."""
        self._called_clean(image)
        if dropped:
            image.seen[:] = image.kept

    def delete(self, name: str, synced: bool) -> None:
        """The name is gone for programs, and on the platter if the directory was synced with it."""
        self.names.pop(name, None)
        if synced:
            self.lasting.pop(name, None)

    def cut(self, rng: random.Random) -> Losses:
        """The power goes: what is found when it is back."""
        losses, fate = Losses(), draw_fate(rng, len(self.unsynced))
        filler: Filler = bytes if rng.random() < 0.5 else rng.randbytes
        for number, (image, change) in enumerate(self.unsynced):
            _survive(image, change, partial(fate.keeps, number, rng), filler, losses)
        found = {}
        for name in sorted(self.names.keys() | self.lasting.keys()):
            if (left := self._found(name, rng, losses)) is not None:
                found[name] = Image(bytearray(left.kept), bytearray(left.kept))
        self.names, self.lasting, self.unsynced = found, dict(found), []
        return losses

    def _called_clean(self, image: Image) -> None:
        self.unsynced = [entry for entry in self.unsynced if entry[0] is not image]

    def _found(self, name: str, rng: random.Random, losses: Losses) -> Image | None:
        seen, lasting = self.names.get(name), self.lasting.get(name)
        if seen is lasting:
            return seen
        found = rng.choice([seen, lasting])
        losses.names_lost += lasting is None and found is None
        losses.names_revived += seen is None and found is not None
        return found


def apply(image: bytearray, change: Change, filler: Filler = bytes) -> None:
    """Do the change to one image."""
    match change:
        case Write(offset=offset, data=data):
            if len(image) < offset:
                image.extend(filler(offset - len(image)))
            image[offset : offset + len(data)] = data
        case Truncate(size=size) if size <= len(image):
            del image[size:]
        case Truncate(size=size):
            image.extend(bytes(size - len(image)))


def _survive(
    image: Image, change: Change, keeps: Callable[[], bool], filler: Filler, losses: Losses
) -> None:
    match change:
        case Truncate():
            if keeps():
                apply(image.kept, change)
            else:
                losses.truncations_lost += 1
        case Write():
            pieces = list(change.pieces())
            survive = [piece for piece in pieces if keeps()]
            for piece in survive:
                apply(image.kept, piece, filler)
            losses.kept += len(survive) == len(pieces)
            losses.dropped += not survive
            losses.torn += 0 < len(survive) < len(pieces)
