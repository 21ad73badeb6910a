"""Which words explain a screen: what it is for, what comes next, how one gets away from it (help, "explain this screen").

A step of a service has its own; where a service waits or says something that all services say, the service has
one about itself (`explain.<service>.about`). Prompts of every visit have theirs by their own key. A test holds
these names to the catalogues, and every prompt to a text that is not about something else.
"""

from collections.abc import Mapping
from typing import Final

from terminal import session as s
from terminal.asking import Prompt
from terminal.service import ServicePhase

VISIT: Final = frozenset(
    (
        *("starting", "returning_found", "out_of_service", "idle", "reading_card", "asking_bank"),
        *("enter_pin", "checking_pin", "choose_service", "choose_amount", "enter_amount"),
        *("suggest_amounts", "review", "authorizing", "take_card", "keeping_card"),
        *("preparing_cash", "dispensing", "take_notes", "retracting", "count_notes"),
        *("state_count", "notice", "farewell"),
    )
)
"""The prompts of every visit and of a withdrawal."""

STEPS: Final[Mapping[str, frozenset[str]]] = {
    "balance": frozenset(("showing", "listing")),
    "deposit": frozenset(("inserting", "reviewing", "told")),
    "escrow": frozenset(("opening", "moving", "storing", "returning", "taking_back")),
    "exchange": frozenset(("take_card", "inserting", "none", "choosing", "changed")),
    "transfer": frozenset(
        (
            "paused",
            "choosing_payee",
            "typing_account",
            "checking_name",
            "entering_sum",
            "know_payee",
            "someone_on_phone",
            "stopped",
            "choosing_arrival",
            "reviewing",
            "reminding",
            "summary",
            "signing",
            "sending",
            "sent",
            "waiting",
            "confirming_cancel",
            "cancelling",
            "cancel_cancelled",
            "cancel_too_late",
        )
    ),
    "bills": frozenset(("choosing", "number", "review", "not_due", "paying", "done")),
    "pension": frozenset(("arrived",)),
    "insurance": frozenset(("risk", "deciding", "left", "not_due", "paying", "done")),
    "reservation": frozenset(
        (
            "ask_branch",
            "choosing",
            "typing",
            "notes",
            "reviewing",
            "showing",
            "cancelling",
            "done",
            "cancelled",
        )
    ),
    "damaged_notes": frozenset(
        ("left", "cross", "face", "pieces", "told", "no_day", "half", "booked")
    ),
    "change_pack": frozenset(("choosing", "reviewing", "none")),
    "report_refusal": frozenset(
        ("choosing_kind", "choosing_district", "asking_phone", "typing", "reviewing", "sent")
    ),
    "passport": frozenset(("scanning", "in_order", "not_served", "booked")),
    "card_loss": frozenset(("naming", "no_other", "reviewing", "blocked", "without_card")),
    "contact": frozenset(("showing", "managing", "typing", "reviewing", "removing", "saved")),
    "pin_change": frozenset(
        ("telling", "preparing", "enter_new", "enter_again", "not_taken", "changed")
    ),
    "usual": frozenset(("telling", "saved")),
    "passbook": frozenset(
        (
            *("naming", "pin", "choosing", "balance", "entries", "pension"),
            *("cash", "leaving"),
        )
    ),
    "scams": frozenset(("listing", "telling")),
    "practice": frozenset(("choosing", "ready", "done", "replaying", "told", "asked", "rehearsed")),
    "foreign": frozenset(("agreeing", "agreeing_one")),
    "note_mix": frozenset(("choosing",)),
}
"""The steps that have words of their own, by the first part of their key: a service, or the inlet for notes
(`escrow`) that deposit and exchange have in common."""


def explained(session: s.Session, under: Prompt) -> str:
    """The catalogue key of what is explained of the prompt `under`."""
    if isinstance(session.phase, s.TakingCard) and session.phase.order is None:
        return "explain.card_back"
    if under.key in LIKE:
        return f"explain.{LIKE[under.key]}"
    service = _service(session)
    group, _, step = under.key.rpartition(".")
    for name in (service, group):
        if step in STEPS.get(name, ()):
            return f"explain.{name}.{step}"
    if under.key in VISIT:
        return f"explain.{under.key}"
    return f"explain.{service}.about"


LIKE: Final[Mapping[str, str]] = {"farewell_usual": "farewell"}
"""Prompts of every visit that ask the same as another."""


def _service(session: s.Session) -> str:
    if session.serving:
        return session.serving
    return session.phase.service if isinstance(session.phase, ServicePhase) else ""
