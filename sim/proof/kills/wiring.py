"""What joins a terminal to the outside of its cell, told to the process in one line of JSON.

Two pairs of sockets: the glass, on which the terminal says what is shown and hears presses, and the
PIN pad's line. Everything else has a name: ptys, the bank's address, the record's file. Lines on the
glass are JSON objects, one a line, from the terminal:

- `{"screen": {...}}` on every change of what a person sees: phase, text key, overlay, answers;
- `{"rest": true}` when the machine waits for a customer or is closed, nothing is open in the record
  and the bank has acknowledged every outcome; `{"rest": false}` when that ends;
- `{"point": n, "what": "..."}` at a crash point: at every one if asked to count, else at the fatal one.

To the terminal: `{"press": [name, value]}`, and `{"close": true}` when staff switch it off.
"""

import json
import os
import socket
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

READ_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class Wiring:
    """One life of a terminal. `glass` and `pad` are descriptors; `dies_at` a crash point as in `Fuse`;
    `counts` whether every point is told; `drops` a planted fault."""

    journal: str
    reader: str
    dispenser: str
    bank: str
    glass: int
    pad: int
    origin: float
    utc_then: str
    scale: float
    dies_at: int | str = 0
    counts: bool = False
    drops: str = ""

    def line(self) -> str:
        """For a command line."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, line: str) -> "Wiring":
        """What `line` wrote."""
        return cls(**json.loads(line))


class Lines:
    """JSON objects over a socket, one a line, neither side ever waiting."""

    def __init__(self, line: socket.socket) -> None:
        line.setblocking(False)
        self._line = line
        self._held = b""
        self._unsent = b""
        self.ended = False

    def fileno(self) -> int:
        """To wait on."""
        return self._line.fileno()

    def say(self, what: Mapping[str, Any]) -> None:
        """One object. A reader that has gone hears nothing."""
        self._unsent += json.dumps(what).encode() + b"\n"
        self.flush()

    def flush(self) -> None:
        """What a full line did not take before."""
        if not self._unsent:
            return
        try:
            sent = os.write(self._line.fileno(), self._unsent)
            self._unsent = self._unsent[sent:]
        except BlockingIOError:
            return
        except OSError:
            self._unsent, self.ended = b"", True

    def heard(self) -> Iterator[dict[str, Any]]:
        """Every whole line since the last call; `ended` once the other side has gone."""
        self.flush()
        *whole, self._held = (self._held + self._arrived()).split(b"\n")
        for line in whole:
            yield json.loads(line)

    def _arrived(self) -> bytes:
        arrived = b""
        while not self.ended:
            try:
                data = os.read(self._line.fileno(), READ_BYTES)
            except BlockingIOError:
                break
            except OSError:
                data = b""
            self.ended = not data
            arrived += data
        return arrived

    def close(self) -> None:
        """Hang up."""
        self._line.close()
