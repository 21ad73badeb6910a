"""The pages without a card."""

from collections.abc import Callable

from terminal.flows.lobby import OPENED, Lobby
from terminal.flows.scams import SCAMS, Listing, Telling
from terminal.flows.services import SERVICES
from terminal.session import Session


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every page of it."""
    opened = tuple(name for name in OPENED if name in SERVICES)
    return {
        "lobby": at(phase=Lobby(opened), serving="lobby"),
        "scams": at(phase=Listing(), serving="scams"),
        **{f"scam_{name}": at(phase=Telling(name), serving="scams") for name in SCAMS},
    }
