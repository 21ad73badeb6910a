"""Makes `sim://dispenser` a port name of pyserial, so that drivers open simulated devices with the
very call they use for real ones.

pyserial looks for a module `protocol_<scheme>` with a class `Serial` in the packages it is told of;
`install()` tells it. Which end of which wire a name means is kept here, because pyserial makes the
object from nothing but the name.

Rules it keeps: a name that nobody plugged in, a second open and an unplugged cable are refused in
words; a port opened before the cable was pulled stays dead until it is closed and opened again, as a
real one does; it never waits, whatever time limit is set, because time here only moves when told.

Line speed and parity are the wire's business; settings are taken and ignored.
"""

from errno import EIO
from typing import TYPE_CHECKING, Any

import serial
from serial.serialutil import PortNotOpenError, SerialBase, SerialException

from sim.world.wire import End

if TYPE_CHECKING:
    from typing_extensions import Buffer

SCHEME = "sim://"
PACKAGE = "sim.world"

_ends: dict[str, End] = {}
_opened: dict[str, "Serial"] = {}


def install() -> None:
    """Let pyserial find this module. May be called again."""
    if PACKAGE not in serial.protocol_handler_packages:
        serial.protocol_handler_packages.append(PACKAGE)


def plug(name: str, end: End) -> None:
    """From now on `sim://<name>` is this end. A port still open on the name is cut off."""
    _opened.pop(name, None)
    _ends[name] = end


def unplug_all() -> None:
    """Forget every name, and every port still open on one."""
    _ends.clear()
    _opened.clear()


class Serial(SerialBase):
    """A port at the terminal's end of a wire."""

    _buffer: bytearray
    _device: str = ""
    _end: End | None = None
    _plugs: int = 0

    def open(self) -> None:
        """SerialException where a real port would refuse."""
        if self.is_open:
            raise SerialException(f"{self.portstr} is already open here.")
        name = _name(self.portstr)
        if name not in _ends:
            known = ", ".join(SCHEME + each for each in sorted(_ends)) or "none"
            raise SerialException(
                f"There is no simulated device {self.portstr}. Simulated devices: {known}."
            )
        if name in _opened:
            raise SerialException(
                f"{self.portstr} is already open; it serves one program at a time."
            )
        end = _ends[name]
        if not end.plugged:
            raise SerialException(EIO, f"The cable of {self.portstr} is unplugged.")
        self._end, self._plugs, self._buffer = end, end.plugs, bytearray()
        self._device = name
        _opened[name] = self
        end.read()  # opening a port discards what came before
        self.is_open = True

    def close(self) -> None:
        """Give the name free."""
        name = _name(self.portstr)
        if _opened.get(name) is self:
            del _opened[name]
        self._end = None
        self.is_open = False

    def __del__(self) -> None:
        """Nothing to give free. Left out, Python closes it by itself, at the end of a program when the names that
        `close` needs are gone, and says so of each port. One that is open is held here, so nobody loses it."""

    def read(self, size: int = 1, /) -> bytes:
        """Up to `size` bytes of what has arrived; never waits."""
        arrived, buffer = self._live().read(), self._buffer
        if not buffer and len(arrived) <= size:
            return arrived
        buffer += arrived
        got = bytes(buffer[:size])
        del buffer[:size]
        return got

    def write(self, data: "Buffer", /) -> int:
        """Hand all of it to the wire."""
        sent = bytes(data)
        self._live().write(sent)
        return len(sent)

    @property
    def in_waiting(self) -> int:
        """How many bytes can be read now."""
        return len(self._arrived())

    def reset_input_buffer(self) -> None:
        """Discard what has arrived."""
        self._arrived().clear()

    def reset_output_buffer(self) -> None:
        """Nothing waits here: what was written is on the wire."""

    def flush(self) -> None:
        """As for `reset_output_buffer`."""

    @property
    def cts(self) -> bool:
        """The device is there as long as the cable is."""
        return self._end is not None and self._end.plugged

    @property
    def dsr(self) -> bool:
        """As `cts`."""
        return self.cts

    @property
    def cd(self) -> bool:
        """As `cts`."""
        return self.cts

    @property
    def ri(self) -> bool:
        """Nobody rings."""
        return False

    def _arrived(self) -> bytearray:
        self._buffer += self._live().read()
        return self._buffer

    def _live(self) -> End:
        if not self.is_open:
            raise PortNotOpenError()
        end = self._end
        cut_off = _opened.get(self._device) is not self
        if end is None or cut_off or end.plugs != self._plugs:
            raise OSError(EIO, "Input/output error")
        return end

    def _reconfigure_port(self, *_: Any, **__: Any) -> None:
        """Speed and format are the wire's."""

    def _update_rts_state(self) -> None:
        """No such line."""

    def _update_dtr_state(self) -> None:
        """No such line."""

    def _update_break_state(self) -> None:
        """No such line."""


def _name(url: str | None) -> str:
    return (url or "").removeprefix(SCHEME).strip("/")
