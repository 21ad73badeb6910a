"""The endings that the services share: why the card comes back."""

from collections.abc import Callable

from terminal.session import Notice, Session, TakingCard

ENDINGS = ("service_done", "service_stopped", "service_silent", "service_declined")


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every screen of it."""
    return {
        key: at(phase=TakingCard(None, Notice(key), True), visit="v1", serving="balance")
        for key in ENDINGS
    }
