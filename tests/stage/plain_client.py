"""Somebody else's program: talks to the served devices with nothing but the operating system.

It imports nothing of this house and knows the devices only from the worked frames of hardware-protocols
2.12 and 4.11, which it sends as they stand. Called as `plain_client.py DEVICE PORT`, with a port such
as `/dev/pts/4` or `socket://127.0.0.1:4711`. It prints a line for each exchange, `act NAME` where it
needs a hand at the machine, and ends with 0 if every answer was right, with 1 at the first that was not.

The machine must have three cassettes: then the document's PURGE answer ("cassette 4 absent") fits.
"""

import binascii
import os
import select
import socket
import sys

ANSWER_SECONDS_MAX = 5.0
"""A dispense of five notes takes 2.5 s; everything else is shorter."""
POLLS_MAX = 100
"""How often the reader is asked for a card that a hand is putting in."""
PAUSE_SECONDS = 0.05

ACK, EOT = b"\x06", b"\x04"


class Wrong(Exception):
    """An answer was not what the document says."""


class Line:
    """Bytes in and out of a pty or a socket."""

    def __init__(self, port: str) -> None:
        if port.startswith("socket://"):
            host, _, number = port.removeprefix("socket://").rpartition(":")
            self._socket = socket.create_connection((host, int(number)), ANSWER_SECONDS_MAX)
            self._fd = self._socket.fileno()
            return
        import termios
        import tty

        self._fd = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(self._fd)
        termios.tcflush(self._fd, termios.TCIOFLUSH)

    def send(self, data: bytes) -> None:
        os.write(self._fd, data)

    def take(self, count: int) -> bytes:
        """Exactly so many bytes, or Wrong."""
        got = b""
        while len(got) < count:
            if not select.select([self._fd], [], [], ANSWER_SECONDS_MAX)[0]:
                raise Wrong(f"only {got.hex(' ')} came, {count} bytes were due")
            data = os.read(self._fd, count - len(got))
            if not data:
                raise Wrong(f"hung up after {got.hex(' ')}")
            got += data
        return got

    def expect(self, wanted: bytes) -> None:
        got = self.take(len(wanted))
        if got != wanted:
            raise Wrong(f"got {got.hex(' ')}, the document says {wanted.hex(' ')}")

    def pause(self) -> None:
        """Nothing may come now."""
        if select.select([self._fd], [], [], PAUSE_SECONDS)[0]:
            raise Wrong(f"unasked: {os.read(self._fd, 100).hex(' ')}")


def say(text: str) -> None:
    print(text, flush=True)


# --- the dispenser: hardware-protocols 2.12 ------------------------------------------------------

STATUS = bytes.fromhex("04 30 02 50 03 65")
PURGE = bytes.fromhex("04 30 02 51 03 64")
LAST_STATUS = bytes.fromhex("04 30 02 55 03 60")
RESET = bytes.fromhex("04 30 02 44 03 71")
DISPENSE = bytes.fromhex("04 30 02 52 23 20 22 20 20 20 20 20 20 20 20 20 20 20 20 03 46")
DISPENSE_SHORT = bytes.fromhex("04 30 02 52 23 20 22 20 20 20 20 03 46")
PURGED = bytes.fromhex("01 30 02 51 20 30 20 20 31 20 20 32 20 20 33 20 20 30 03 71")
DISPENSED = bytes.fromhex(
    "01 30 02 52 20 30 23 20 31 20 20 32 22 20 33 20 20 30 20 20 20 20 20 20 20 20 20 03 53"
)
"""The document's answer without its reject in cassette 3: 21 becomes 20, and the check byte with it."""
DISPENSED_SHORT = bytes.fromhex("01 30 02 52 20 30 23 20 31 20 20 32 22 20 33 20 20 30 20 03 53")
"""The same with one reserved byte: the document does not say how many answer the short form."""
LAST = bytes.fromhex("01 30 02 55 52 20 30 23 20 31 20 20 32 22 20 33 20 20 30 03 26")
STATUS_BYTES = 24


def xor(frame: bytes) -> int:
    check = 0
    for byte in frame:
        check ^= byte
    return check


def ask_dispenser(line: Line, name: str, sent: bytes, answer: bytes | None) -> None:
    line.send(sent)
    line.expect(ACK)
    if answer is None:
        got = line.take(STATUS_BYTES)
        if got[:6] != bytes.fromhex("01 30 02 50 20 20") or xor(got) != 0:
            raise Wrong(f"status {got.hex(' ')}")
    else:
        line.expect(answer)
    line.send(ACK)
    line.expect(EOT)
    say(f"{name} right")


def dispenser(line: Line) -> None:
    ask_dispenser(line, "STATUS", STATUS, None)
    ask_dispenser(line, "DISPENSE 3,0,2,0", DISPENSE, DISPENSED)
    ask_dispenser(line, "LAST STATUS", LAST_STATUS, LAST)
    ask_dispenser(line, "DISPENSE 3,0,2,0 short", DISPENSE_SHORT, DISPENSED_SHORT)
    ask_dispenser(line, "PURGE", PURGE, PURGED)
    line.send(RESET)
    line.expect(ACK)
    say("RESET right")


# --- the card reader: hardware-protocols 4.11 ----------------------------------------------------

CHECK_STATUS = bytes.fromhex("F2 00 03 43 31 30 C5 2A")
INITIALISE = bytes.fromhex("F2 00 08 43 30 30 33 32 34 30 30 FA CE")
ENABLE = bytes.fromhex("F2 00 03 43 3A 32 39 92")
DISABLE = bytes.fromhex("F2 00 03 43 3A 31 09 F1")
CONTACT = bytes.fromhex("F2 00 03 43 40 30 FE 42")
ACTIVATE = bytes.fromhex("F2 00 03 43 49 30 44 DA")
SELECT = bytes.fromhex(
    "F2 00 17 43 49 39 00 A4 04 00 0E 31 50 41 59 2E 53 59 53 2E 44 44 46 30 31 00 25 12"
)
EJECT = bytes.fromhex("F2 00 03 43 33 30 A3 48")
WATCH = bytes.fromhex("F2 00 05 43 54 30 31 35 54 AD")
NOT_INITIALISED = bytes.fromhex("F2 00 05 4E 31 30 42 30 9D EF")
INITIALISED = bytes.fromhex("F2 00 05 50 30 30 30 30 4E 92")
NO_CARD = bytes.fromhex("F2 00 05 50 31 30 30 30 38 26")
CARD_AT_GATE = bytes.fromhex("F2 00 05 50 31 30 30 31 28 07")
CARD_INSIDE = bytes.fromhex("F2 00 05 50 31 30 30 32 18 64")
EJECTED = bytes.fromhex("F2 00 05 50 33 30 30 31 C5 6F")
RELEASE = b"C@2"
DONE = b"\x90\x00"


def framed(text: bytes) -> bytes:
    start = b"\xf2" + len(text).to_bytes(2, "big") + text
    return start + binascii.crc_hqx(start, 0).to_bytes(2, "big")


def answer_of(line: Line, sent: bytes) -> bytes:
    """The whole frame that answers a command."""
    line.send(sent)
    line.expect(ACK)
    start = line.take(3)
    frame = start + line.take(int.from_bytes(start[1:], "big") + 2)
    line.send(ACK)
    line.pause()
    if start[0] != 0xF2 or framed(frame[3:-2]) != frame:
        raise Wrong(f"no frame: {frame.hex(' ')}")
    return frame


def ask_reader(line: Line, name: str, sent: bytes, wanted: bytes) -> None:
    got = answer_of(line, sent)
    if got != wanted:
        raise Wrong(f"{name}: got {got.hex(' ')}, the document says {wanted.hex(' ')}")
    say(f"{name} right")


def ask_reader_until(line: Line, name: str, wanted: bytes) -> None:
    for _ in range(POLLS_MAX):
        if answer_of(line, CHECK_STATUS) == wanted:
            say(f"{name} right")
            return
    raise Wrong(f"{name}: never {wanted.hex(' ')}")


def card_reader(line: Line) -> None:
    ask_reader(line, "C10 before C0", CHECK_STATUS, NOT_INITIALISED)
    ask_reader(line, "C0032400", INITIALISE, INITIALISED)
    ask_reader(line, "C10 without card", CHECK_STATUS, NO_CARD)
    ask_reader(line, "C:2", ENABLE, framed(b"P:200"))
    say("act insert:lin")
    ask_reader_until(line, "C10 with card", CARD_INSIDE)
    ask_reader(line, "C:1", DISABLE, framed(b"P:102"))
    ask_reader(line, "C@0", CONTACT, framed(b"P@002"))
    reset = answer_of(line, ACTIVATE)
    if reset[3:8] != b"PI002" or reset[8] not in (0x3B, 0x3F):
        raise Wrong(f"CI0: no answer to reset in {reset.hex(' ')}")
    say("CI0 right")
    selected = answer_of(line, SELECT)
    if selected[3:8] != b"PI402" or selected[8] != 0x6F or selected[-4:-2] != DONE:
        raise Wrong(f"CI9 SELECT: {selected.hex(' ')}")
    say("CI9 SELECT right")
    ask_reader(line, "C@2", framed(RELEASE), framed(b"P@202"))
    ask_reader(line, "C30", EJECT, EJECTED)
    ask_reader(line, "C10 at the gate", CHECK_STATUS, CARD_AT_GATE)
    say("act take_card")
    ask_reader(line, "CT015", WATCH, framed(b"PT000"))


def main() -> int:
    conversation = {"dispenser": dispenser, "card_reader": card_reader}[sys.argv[1]]
    try:
        conversation(Line(sys.argv[2]))
    except Wrong as wrong:
        say(f"WRONG {wrong}")
        return 1
    say("all right")
    return 0


if __name__ == "__main__":
    sys.exit(main())
