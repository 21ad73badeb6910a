"""What is said to the reader and what it answers, as typed values (hardware-protocols 5.2, 5.3, 5.5).

A command knows its bytes, how long the reader may take, and what an answer that belongs to it looks
like: the protocol does not repeat the command in the answer, so a late one is told apart by its status
and the length of its data. Every command only reads; all may be repeated. Nothing here waits, repeats
or decides; what stands in the record is `record`'s business.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from devices.id_reader.framing import Frame, wipe
from terminal.ports import Seconds

STATUS_SECONDS = 1.0
"""`11 FF` is sent every second at power-on (5.7), so it has as long to be answered."""

FIND_SECONDS = 2.0
"""Find and select: 100 ms is enough on one make, others allow 1 to 5 s (5.7)."""

READ_SECONDS = 2.0
"""Text and photo, until the answer begins (5.7); the bytes themselves take their time on top."""

OK = 0x90
FOUND = 0x9F
NO_CARD = 0x80
WRONG_CHECK = 0x10
WRONG_LENGTH = 0x11
WRONG_ORDER = 0x21
UNRECOGNISED = 0x24
READER_NOT_TRUSTED = 0x31
CARD_NOT_TRUSTED = 0x32
INFORMATION_WRONG = 0x33
WRONG_TYPE = 0x40
READ_FAILED = 0x41
RANDOM_FAILED = 0x47
SELF_TEST_FAILED = 0x60
NOT_AUTHORISED = 0x66
SELECT_FAILED = 0x81
NO_CONTENT = 0x91
"""SW3, as in 5.3."""

TEXT_BYTES = 256
PHOTO_BYTES = 1024
READ_HEAD = bytes.fromhex("01 00 04 00")
"""Lengths of text and photo, big endian, before both (5.2)."""

_STATUS_BYTES = 3


@dataclass(frozen=True, slots=True)
class Command:
    """One request. `body` is command, parameter and data; `success` the SW3 that carries `data_bytes`
    of data."""

    body: bytes
    success: int = OK
    data_bytes: int = 0
    answer_seconds: Seconds = FIND_SECONDS


RESET = Command(b"\x10\xff", answer_seconds=STATUS_SECONDS)
STATUS = Command(b"\x11\xff", answer_seconds=STATUS_SECONDS)
SAM_NUMBER = Command(b"\x12\xff", data_bytes=16, answer_seconds=STATUS_SECONDS)
FIND = Command(b"\x20\x01", success=FOUND, data_bytes=4)
SELECT = Command(b"\x20\x02", data_bytes=8)
READ = Command(
    b"\x30\x01",
    data_bytes=len(READ_HEAD) + TEXT_BYTES + PHOTO_BYTES,
    answer_seconds=READ_SECONDS,
)

SPEEDS: Mapping[int, int] = MappingProxyType(
    {115_200: 0, 57_600: 1, 38_400: 2, 19_200: 3, 9_600: 4}
)
"""The parameter of `60` for each line speed; the first is the one a reader is delivered with."""

DEFAULT_BAUDRATE = next(iter(SPEEDS))

_ONLY_AFTER: Mapping[int, Command] = MappingProxyType(
    {NO_CARD: FIND, FOUND: FIND, SELECT_FAILED: SELECT, READ_FAILED: READ}
)
"""Answers that only one command has."""


@dataclass(frozen=True, slots=True)
class Response:
    """One answer: SW1 and SW2 as one number, SW3, and data that its text does not show."""

    sw12: int
    sw3: int
    data: bytearray = field(repr=False)

    def wipe(self) -> None:
        """Overwrite the data."""
        wipe(self.data)


def parse(frame: Frame) -> Response | None:
    """The answer in a frame, whose bytes are overwritten; None if it is too short for one."""
    body = frame.body
    if len(body) < _STATUS_BYTES:
        wipe(body)
        return None
    response = Response(
        body[0] << 8 | body[1], body[2], bytearray(memoryview(body)[_STATUS_BYTES:])
    )
    wipe(body)
    return response


def answers(command: Command, response: Response) -> bool:
    """Whether this can be the answer to that. Only a late answer to an earlier command is not."""
    if response.sw3 in (command.success, OK):
        return response.sw3 == command.success and len(response.data) == command.data_bytes
    return _ONLY_AFTER.get(response.sw3, command) == command


def text_of(response: Response) -> memoryview | None:
    """The text record in the answer to `READ`, in place; None if the lengths declared before it are
    not those of a text with a photo."""
    view = memoryview(response.data)
    head, rest = view[: len(READ_HEAD)], view[len(READ_HEAD) :]
    return rest[:TEXT_BYTES] if head == READ_HEAD and len(rest) >= TEXT_BYTES else None


def sam_number(response: Response) -> str:
    """The module's number as people write it, such as `05.01-20110530-0000012345-0987654321` (5.5)."""
    data = response.data
    first, second, third = (int.from_bytes(data[at : at + 4], "little") for at in (4, 8, 12))
    return f"{data[0]:02d}.{data[2]:02d}-{first}-{second:010d}-{third:010d}"
