"""Somebody on the line to the bank who can read and change messages, and has no key.

What noise does to a message seldom still means something; what a meddler does always would, if the check
value were not looked at: a refusal becomes an approval, a wrong PIN a right one, an amount smaller. Used
by the campaign to show that nobody believes it.
"""

from dataclasses import dataclass, field

from devices.host import codec
from devices.host.message import Message
from sim.world.bank.server import peek
from sim.world.line import HostLine
from terminal.values import replace

NO_KEY = bytes(32)
"""The meddler has to guess; this is the guess."""

APPROVAL, TOKEN = "999999", "00" * 12
"""What an approval looks like (field 38) and a dispenser's token."""


@dataclass(slots=True)
class MeddledLine(HostLine):
    """A line with a meddler on it, who works while `meddles`, and keeps all that was `carried`."""

    meddles: bool = False
    carried: list[bytes] = field(default_factory=list)

    def _damaged(self, data: bytes) -> bytes:
        self.carried.append(data)
        data = HostLine._damaged(self, data)
        if not self.meddles:
            return data
        seen = peek(data)
        changed = None if seen is None else _changed(seen)
        if changed is None:
            return data
        self.done["meddled"] += 1
        return codec.encode(changed, NO_KEY)


def _changed(seen: Message) -> Message | None:
    """The message as the meddler would like it; None for one that is left alone."""
    match seen.mti:
        case "0210" if seen.code != "00":
            private = replace(seen.private, token=TOKEN, reason="")
            return replace(seen, code="00", approval=APPROVAL, private=private)
        case "0110" if seen.code == "55":
            return replace(seen, code="00", private=replace(seen.private, tries_left=None))
        case "0220" | "0221" if seen.replacement:
            return replace(seen, replacement=seen.replacement // 2)
        case _:
            return None


def words_of(seen: Message) -> str:
    """The words of a message that are neither a number that must be there (trace number, time, amount,
    the card's own field) nor sealed: where a secret could have slipped in."""
    more = seen.private
    spoken = (seen.approval, seen.network, seen.expiry, more.basis, more.reason, more.account)
    return " ".join((*spoken, more.token, more.txid, more.variant, more.preference, *more.services))
