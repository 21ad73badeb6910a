"""The keys between a terminal and its bank, and the check value they make.

Three steps, each by HMAC-SHA-256 with a text of its own so that no key is ever used for two things:
a master key that the bank holds gives every terminal its own key; the terminal's key protects the
sign-on and nothing else; the nonces of both sides make from it the key of one connection, so that
nothing recorded on one connection is believed on another. A check value is an HMAC cut to the eight
bytes that fields 64 and 128 hold. Where keys are kept is not the business of this module.
"""

import hmac
from typing import Final

from devices.host.message import MAC_BYTES, NONCE_BYTES

DEMO_HOST_KEY: Final = b"DEMO HOST KEY, PROTECTS NOTHING."
"""The master key of a demonstration: anybody may read it, so it protects nothing. A real terminal
is given its own key and never sees a master key."""

KEY_BYTES: Final = 32

_HASH: Final = "sha256"


def terminal_key(master: bytes, terminal: str) -> bytes:
    """The 32-byte key of one terminal, from the master key (32 bytes) and its number (field 41)."""
    assert len(master) == KEY_BYTES, f"a master key has {KEY_BYTES} bytes"
    return hmac.digest(master, b"key of terminal " + terminal.encode(), _HASH)


def session_key(terminal_key: bytes, terminal_nonce: bytes, host_nonce: bytes) -> bytes:
    """The 32-byte key of one connection, from the nonces of the sign-on (16 bytes each)."""
    assert len(terminal_nonce) == len(host_nonce) == NONCE_BYTES, f"nonces have {NONCE_BYTES} bytes"
    return hmac.digest(terminal_key, b"key of connection " + terminal_nonce + host_nonce, _HASH)


def mac(key: bytes, data: bytes) -> bytes:
    """The 8-byte check value over `data`."""
    return hmac.digest(key, data, _HASH)[:MAC_BYTES]


def same(one: bytes, other: bytes) -> bool:
    """Whether two check values are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(one, other)
