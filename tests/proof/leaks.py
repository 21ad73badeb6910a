"""Planted secrets, and the search for them in whatever holds bytes: files, output, memory.

A PIN of six digits also stands in long hexadecimal numbers by chance, so as text it counts only between
characters that are no hexadecimal digits. In binary it is looked for as the clear PIN field of a format 4
block, because three packed bytes are found in any few megabytes of anything.
"""

import gc
import os
import types
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from sim.world.bank import customers
from sim.world.bank.customers import Customer
from sim.world.cards import CARDS, CardSpec, _image, luhn_valid

PIN: Final = "918273"
WRONG_PIN: Final = "827391"
"""Also somebody's secret: the PIN of another card, typed by mistake."""

NEW_PIN: Final = "736451"
"""What the customer of the planted card changes their PIN to."""

PAN: Final = "6228481357902468019"
BOOK: Final = "9012883571246806"
"""The number of the same customer's passbook."""

HOLDER: Final = "PLANTED HOLDER"
CARD: Final = "planted"

MEMORY_CHUNK: Final = 1 << 24

assert all(map(luhn_valid, (PAN, BOOK))), "a terminal may refuse a number that is none"


@dataclass(frozen=True, slots=True)
class Secret:
    """What must not be found: needles as bytes, each with the characters that may not stand beside it
    for it to count."""

    name: str
    needles: tuple[tuple[bytes, bytes], ...]

    def count(self, data: bytes) -> int:
        """How often it is in there."""
        return sum(_count(data, needle, beside) for needle, beside in self.needles)


def _count(data: bytes, needle: bytes, beside: bytes) -> int:
    found, at = 0, data.find(needle)
    while at >= 0:
        end = at + len(needle)
        alone = not any(c in beside for c in (*data[max(0, at - 1) : at], *data[end : end + 1]))
        found += alone
        at = data.find(needle, at + 1)
    return found


DIGITS: Final = b"0123456789"
HEX: Final = DIGITS + b"abcdefABCDEF"


def _texts(text: str, beside: bytes) -> tuple[tuple[bytes, bytes], ...]:
    """A text in the encodings a program may hold it in."""
    wide = ((text.encode(name), b"") for name in ("utf-16-le", "utf-32-le"))
    return ((text.encode(), beside), *wide)


def pin_secret(pin: str) -> Secret:
    """A PIN as text, and as the first half of the clear field of a format 4 block."""
    field = bytes.fromhex(f"4{len(pin)}{pin}".ljust(16, "A"))
    return Secret(f"PIN {pin}", (*_texts(pin, HEX), (field, b"")))


def pan_secret(pan: str) -> Secret:
    """A card number as text, which is in tracks too, and packed as in the chip."""
    packed = bytes.fromhex(pan + "F" * (len(pan) % 2))[: len(pan) // 2]
    return Secret("card number", (*_texts(pan, DIGITS), (packed, b"")))


def block_secret(block: bytes) -> Secret:
    """An encrypted block as it is, and as it goes over the pad's line."""
    return Secret("PIN block", ((block, b""), (block.hex().encode(), b"")))


PINS: Final = (pin_secret(PIN), pin_secret(WRONG_PIN), pin_secret(NEW_PIN))
SECRETS: Final = (
    *PINS,
    pan_secret(PAN),
    replace(pan_secret(BOOK), name="passbook"),
    Secret("name", _texts(HOLDER, b"")),
)


def leaks_in(data: bytes | str, secrets: tuple[Secret, ...] = SECRETS) -> list[str]:
    """The names of the secrets in it."""
    held = data if isinstance(data, bytes) else data.encode("utf-8", "replace")
    return [secret.name for secret in secrets if secret.count(held)]


def leaks_in_folder(folder: Path) -> list[str]:
    """Every file below, whatever it is."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [f"{path.name}: {name}" for path in files for name in leaks_in(path.read_bytes())]


@contextmanager
def planted(**card: Any) -> Iterator[str]:
    """A card and a customer that no source file knows, in this process only; the card's name."""
    given = {"label_zh": HOLDER, "label_en": HOLDER, "pan": PAN, "expiry": "3107", **card}
    spec = CardSpec(CARD, initials="PLT", face_colour=(1, 2, 3), **given)
    (cards,) = gc.get_referents(CARDS)
    changes: tuple[tuple[Any, str, Any], ...] = (
        (cards, CARD, spec),
        (customers._NAME_OF_PAN, spec.pan, CARD),
        (customers.CUSTOMERS, CARD, Customer(1970, PIN, 1_250_000)),
    )
    before = [(table, key, table.get(key)) for table, key, _ in changes]
    try:
        for table, key, value in changes:
            table[key] = value
        _image.cache_clear()
        yield CARD
    finally:
        for table, key, old in before:
            table[key] = old
            if old is None:
                del table[key]
        _image.cache_clear()


# --- memory -------------------------------------------------------------------------------------


def memory_of(pid: int) -> Iterator[bytes]:
    """Everything a process could write to, piece by piece. PermissionError where the system forbids."""
    with open(f"/proc/{pid}/maps", encoding="ascii", errors="replace") as maps:
        areas = [line.split() for line in maps]
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for area in areas:
            if "w" not in area[1] or area[-1].startswith(("[vvar", "[vsyscall", "/dev/")):
                continue
            start, end = (int(edge, 16) for edge in area[0].split("-"))
            yield from _area(memory, start, end)


def _area(memory: Any, start: int, end: int) -> Iterator[bytes]:
    """Pieces overlap by more than the longest pattern."""
    while start < end:
        with suppress(OSError, OverflowError):
            memory.seek(start)
            yield memory.read(min(MEMORY_CHUNK, end - start))
        start += MEMORY_CHUNK - 256


def leaks_in_memory(pid: int, secrets: tuple[Secret, ...] = SECRETS) -> dict[str, int]:
    """Which secrets, and how often, a process holds in its memory."""
    found: dict[str, int] = {}
    for piece in memory_of(pid):
        for secret in secrets:
            if count := secret.count(piece):
                found[secret.name] = found.get(secret.name, 0) + count
    return found


def children_of(pid: int) -> list[int]:
    """Processes that this one has started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(number) for number in listed.split()]


def this_process() -> int:
    """Its number."""
    return os.getpid()


# --- living objects -----------------------------------------------------------------------------

PASSED_BY: Final = (types.ModuleType, type, types.CodeType)
"""What is the program's and not a visit's."""


def leaks_in_objects(root: object, secrets: tuple[Secret, ...] = SECRETS) -> list[str]:
    """Texts and bytes that can be reached from an object and hold a secret, by the way to them. What is
    outside the terminal (bank, cards, firmware) is not looked into; a pad in this process is."""
    seen, waiting, found = {id(root)}, [(root, type(root).__name__)], list[str]()
    while waiting:
        held, way = waiting.pop()
        if isinstance(held, str | bytes | bytearray):
            data = held if isinstance(held, str) else bytes(held)
            found += [f"{way}: {name}" for name in leaks_in(data, secrets)]
        elif not (isinstance(held, PASSED_BY) or _outside(held)):
            for inside in _referred(held):
                if id(inside) not in seen:
                    seen.add(id(inside))
                    waiting.append((inside, f"{way} > {type(inside).__name__}"))
    return found


def _outside(held: object) -> bool:
    kind = type(held)
    return kind.__module__.startswith("sim.world.") and kind.__module__ != "sim.world.pin_pad"


def _referred(held: object) -> list[Any]:
    """What an object holds; of a function only what it has closed over."""
    if isinstance(held, types.FunctionType):
        return list(held.__closure__ or ())
    return gc.get_referents(held)
