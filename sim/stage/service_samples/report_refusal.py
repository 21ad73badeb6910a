"""The screens of a report of refused cash."""

from collections.abc import Callable

from sim.stage.service_samples.balance import CARD
from terminal.flows.report_refusal import (
    DISTRICTS,
    KINDS,
    NAME,
    AskingPhone,
    ChoosingDistrict,
    ChoosingKind,
    Report,
    Reviewing,
    Sending,
    Sent,
    Typing,
)
from terminal.session import Notice, Session, TakingCard


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every screen of it."""
    places = zip(KINDS, DISTRICTS, ("", "13812345678", "", "13812345678"), strict=True)
    reports = [Report(*one) for one in places]
    phases = {
        "kind": ChoosingKind(CARD),
        "district": ChoosingDistrict(CARD, Report("shop")),
        "phone": AskingPhone(CARD, reports[0]),
        "typing": Typing(CARD, reports[0]),
        "typing_whole": Typing(CARD, reports[0], typed="13812345678"),
        "typing_wrong": Typing(CARD, reports[0], typed="1381", wrong=True),
        **{f"reviewing_{one.kind}": Reviewing(CARD, one) for one in reports},
        "sending": Sending(CARD, "m1"),
        "sent": Sent(CARD, "204817"),
        "unknown": TakingCard(None, Notice("report_refusal_unknown"), True),
    }
    return {name: at(phase=phase, visit="v1", serving=NAME) for name, phase in phases.items()}
