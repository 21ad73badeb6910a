"""The pages without a card."""

from collections.abc import Callable

from terminal.flows.lobby import OPENED, PASSBOOK, Lobby
from terminal.flows.scams import SCAMS, Listing, Telling
from terminal.session import Session


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every page of it."""
    opened = tuple(name for name in OPENED if name != PASSBOOK)
    return {
        "lobby": at(phase=Lobby(opened), serving="lobby"),
        "lobby_with_passbook": at(phase=Lobby(OPENED), serving="lobby"),
        "scams": at(phase=Listing(), serving="scams"),
        **{f"scam_{name}": at(phase=Telling(name), serving="scams") for name in SCAMS},
    }
