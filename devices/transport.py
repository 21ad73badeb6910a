"""Bytes in and out of a port that never blocks: the only module that touches pyserial.

A port is named as pyserial names it: `/dev/ttyUSB0`, `COM3`, `/dev/pts/4` or a symlink to it,
`socket://host:port`, `sim://dispenser`. Every name is opened the same way and gives the same object.

Rules it keeps: a port that cannot be had is refused in a sentence for the person who set it up; a port
that goes away while open is `LinkLost`, whichever of the four exceptions the platform chose (hardware-
protocols 10.3, reliability C wire); a read gives what is there and never waits. After `LinkLost` the
port is dead until `reopen`, as it is in the kernel.

Silence is not its business: a device that says nothing is the link's to notice, against `now`. Nor is
what the bytes mean; `trace` is handed every run of bytes so that a person can see them.

Two waits it cannot avoid are pyserial's own, both for `socket://` only: up to 5 s to connect to a host
that does not answer, and 0.3 s when a connection is closed.
"""

import errno
import os
import sys
from collections.abc import Callable

import serial
from serial.serialutil import SerialException

if sys.platform == "win32":  # no termios there
    TERMINAL_ERRORS: tuple[type[Exception], ...] = ()
else:
    import termios

    TERMINAL_ERRORS = (termios.error,)

Trace = Callable[[str, bytes], None]
"""Called with `->` (to the device) or `<-` (from it) and the bytes."""

READ_MAX = 4096
"""Bytes taken per read: a second of 38400 baud, far more than any frame here."""
WRITE_SECONDS_MAX = 0.2
"""A frame is at most a few hundred bytes; a port that cannot swallow it at once has no listener."""
PTS_FOLDER = "/dev/pts/"

LOST: tuple[type[Exception], ...] = (SerialException, OSError, TypeError, *TERMINAL_ERRORS)
"""What a port raises when it goes away. TypeError is pyserial's for a descriptor that is gone."""
NOT_OPENED: tuple[type[Exception], ...] = (*LOST, ValueError)
"""What opening raises; ValueError is pyserial's for a setting or a scheme it does not know."""


class PortRefused(Exception):
    """The port cannot be opened. Its text says which port, what happened and what to do."""


class LinkLost(Exception):
    """The port was open and is gone: cable, adapter or peer."""


class Transport:
    """An open port. Made by `open_port`."""

    def __init__(self, port: serial.Serial, url: str, trace: Trace | None = None) -> None:
        self.url = url
        self._port = port
        self._trace = trace

    def read(self) -> bytes:
        """What is there, b"" if nothing. LinkLost if the port is gone."""
        try:
            got = self._port.read(READ_MAX)
        except LOST as trouble:
            raise LinkLost(f"{self.url}: {trouble}") from trouble
        if got and self._trace:
            self._trace("<-", got)
        return got

    def write(self, data: bytes) -> None:
        """Hand all of `data` to the port. LinkLost if it is gone or takes no more; then nobody can
        say how much of it went out."""
        if self._trace:
            self._trace("->", data)
        try:
            sent = self._port.write(data)
        except LOST as trouble:
            raise LinkLost(f"{self.url}: {trouble}") from trouble
        if sent != len(data):
            raise LinkLost(f"{self.url}: only {sent} of {len(data)} bytes were taken")

    def close(self) -> None:
        """Let the port go; a dead one too."""
        try:
            self._port.close()
        except LOST:
            self._port.is_open = False

    def reopen(self) -> None:
        """Close and open again under the same name. LinkLost while it is not there."""
        self.close()
        try:
            self._port.open()
        except NOT_OPENED as trouble:
            raise LinkLost(f"{self.url}: {trouble}") from trouble


def open_port(url: str, baudrate: int, parity: str, trace: Trace | None = None) -> Transport:
    """Open `url` at `baudrate` with `parity` (`N`, `E`, `O`), 8 data bits, 1 stop bit, for this program
    alone. PortRefused with a sentence if it cannot be had."""
    try:
        port = _port_for(url)
        port.baudrate = baudrate
        port.parity = parity
        port.timeout = 0
        port.write_timeout = WRITE_SECONDS_MAX
        if not url.startswith("socket://"):
            port.exclusive = True
        port.open()
    except NOT_OPENED as trouble:
        raise PortRefused(_refusal(url, trouble)) from trouble
    return Transport(port, url, trace)


class _TolerantSerial(serial.Serial):
    """A pseudo-terminal drops parity and then reports EINVAL when it is set again, although nothing is
    wrong (hardware-protocols 10.2). The method is pyserial 3.5's own; the version is pinned."""

    def _reconfigure_port(self, *args: object, **kwargs: object) -> None:
        try:
            super()._reconfigure_port(*args, **kwargs)  # type: ignore[misc]
        except TERMINAL_ERRORS as trouble:
            if trouble.args[0] != errno.EINVAL:
                raise


def _port_for(url: str) -> serial.Serial:
    if os.path.realpath(url).startswith(PTS_FOLDER):
        port = _TolerantSerial()
        port.port = url
        return port
    return serial.serial_for_url(url, do_not_open=True)


REFUSALS: dict[int | None, str] = {
    errno.ENOENT: "there is no such port. Check that the cable is plugged in and the name is right.",
    errno.ENODEV: "there is no device behind this port. Plug the adapter in again.",
    errno.ENXIO: "there is no device behind this port. Plug the adapter in again.",
    errno.EIO: "the port does not answer. Check that the cable is plugged in.",
    errno.EACCES: "permission denied. Give this user the right to use it (on Linux usually the group "
    "dialout), then start again.",
    errno.EPERM: "permission denied. Give this user the right to use it (on Linux usually the group "
    "dialout), then start again.",
    errno.EAGAIN: "it is already in use by another program. Close that program; a device serves one "
    "program at a time.",
    errno.EBUSY: "it is already in use by another program. Close that program; a device serves one "
    "program at a time.",
    errno.ENOTTY: "this is not a serial port. Check the name.",
    errno.ECONNREFUSED: "nothing listens at that address, or it already serves another program. "
    "Start the device's server, end the other program, or check the number.",
    errno.EISDIR: "this is a folder, not a serial port. Check the name.",
}


WORDS: dict[str, int] = {
    "Connection refused": errno.ECONNREFUSED,
    "actively refused": errno.ECONNREFUSED,
    "Inappropriate ioctl": errno.ENOTTY,
    "PermissionError": errno.EBUSY,
    "FileNotFoundError": errno.ENOENT,
}
"""Where pyserial gives no number: sockets, settings, and every port on Windows, where a port in use
is refused as PermissionError."""


def _refusal(url: str, trouble: Exception) -> str:
    """The sentence for a person: which port, what happened, what to do."""
    start = f"Port {url} cannot be opened: "
    if url.startswith("sim://") and isinstance(trouble, SerialException):
        return start + (trouble.strerror or str(trouble))
    if isinstance(trouble, ValueError):
        return start + _wrong_setting(url, trouble)
    for words, number in WORDS.items():
        if words in str(trouble):
            return start + REFUSALS[number]
    code = trouble.errno if isinstance(trouble, OSError) else None
    return start + REFUSALS.get(code, f"{trouble}. Check the name and the cable.")


def _wrong_setting(url: str, trouble: ValueError) -> str:
    if "://" in url and "protocol" in str(trouble):
        return (
            f"{url.split('://')[0]}:// is not a kind of port known here. Use a device name such as "
            "/dev/ttyUSB0 or COM3, socket://host:port, or sim://name."
        )
    return f"a setting is wrong ({trouble}). Check speed and parity in the configuration."
