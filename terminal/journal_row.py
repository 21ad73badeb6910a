"""One line of the electronic journal, and the closed list of what may be written there.

A kind is a fact or an intention by name; its body holds only the fields listed for it here
(`reliability.md` A.4, D.2: a field not listed is never written). Amounts are integers of minor
units, notes are counts, nothing is prose. There is no field for a PIN, a full card number, a
balance, a name or a token's value, so none can be written. A wrong kind or field is a mistake in
the program and fails at once, in every build: money safety stops rather than guesses.

Not its business: when a row is written (`terminal/journal.py`), and how it reaches the disk
(`devices/journal_store.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

Value = int | str | bool | list[int] | tuple[int, ...] | None
"""What a field may hold. Note counts are integers in cassette order; notes of a deposit (`bundle`, and the
counts of its own rows) are pairs one after the other: minor units, how many."""

Body = Mapping[str, Value]

TEXT_LENGTH_MAX: Final = 512
"""Longest text in a field. The longest we have is a dispenser's last result in hex, under 300;
anything longer is prose or a dump, and does not belong here."""

_FIELDS: Final[Mapping[str, str]] = {
    # the machine
    "BOOT": "boot version shape language",
    "RECOVERED": "rule found",
    "CARD_FOUND": "position",
    "CASH_STATE": "state error usable",
    "ACCEPTOR_STATE": "state error",
    "HOST_STATE": "state",
    "REPLY_REFUSED": "why",
    "ALARM": "what",
    "RECORD_DISPUTED": "why",
    "OUT_OF_SERVICE": "reason",
    "EXPORTED": "rows",
    "CASSETTES": "notes counts",
    "REOPENED": "by",
    "COUNTED": "counts bins by witness",
    "DEPOSITS_COUNTED": "notes counts by witness",
    "DEPOSITS_EMPTIED": "by",
    "SETTLED": "received by witness reason",
    # the visit and the card
    "VISIT_OPEN": "",
    "CARD_IN": "",
    "CARD_READ": "acct_ref last4 application",
    "PASSBOOK": "acct_ref last4",
    "CARD_UNREADABLE": "reason",
    "CARD_REFUSED": "reason",
    "CARD_KNOWN": "services",
    "PROFILE": "profile reason language",
    "OFFER": "answer",
    "CONSENT": "answer profile about",
    "PIN_RESULT": "result left",
    "PIN_LOST": "",
    "CHOSEN": "screen name value",
    "SIGNED": "screen strokes points",
    "REMINDED": "screen number",
    "MORE_TIME": "screen answer",
    "TIMED_OUT": "screen",
    "HELP": "screen",
    "STAFF": "what screen reference",
    "PHONE": "state",
    "PRACTICE": "what",
    "IGNORED": "event screen",
    "EJECT_INTENT": "",
    "CARD_AT_GATE": "",
    "CARD_TAKEN": "",
    "RETAIN_INTENT": "reason",
    "CARD_RETAINED": "reason reference",
    "CARD_JAMMED": "error",
    "READER_FAILED": "error",
    "VISIT_CLOSE": "ending",
    # the money
    "AUTH_INTENT": "stan rrn amount currency acct_ref last4 mix fee way own rate charged",
    "AUTH_RESULT": "code approval result",
    "ASKED": "about",
    "ANSWERED": "about result",
    "CASHIN_INTENT": "about stan rrn acct_ref last4",
    "CASHIN_OPEN": "",
    "ESCROW": "counts refused",
    "STORE_INTENT": "",
    "STORED": "counts",
    "RETURN_INTENT": "",
    "AT_SLOT": "counts",
    "RETURNED": "",
    "RETURN_RETRACT_INTENT": "",
    "RETURN_RETRACTED": "counts",
    "DEPOSIT_FOUND": "state counts slot",
    "DEPOSIT_UNKNOWN": "evidence",
    "TRANSFER_INTENT": "about stan rrn amount currency acct_ref last4 payee_ref due",
    "TRANSFER_RESULT": "code approval result",
    "CANCEL_INTENT": "",
    "CANCELLED": "",
    "TOO_LATE": "",
    "LATE_REPLY": "code",
    "DISPENSE_INTENT": "mix before token_id",
    "DISPENSED": "counts rejects error doubtful",
    "STACKED": "counts rejects",
    "PRESENT_INTENT": "",
    "PRESENTED": "",
    "TAKEN": "",
    "RETRACT_INTENT": "",
    "RETRACTED": "counts",
    "REJECT_INTENT": "",
    "REJECTED": "",
    "NOT_EXECUTED": "error",
    "DISPENSE_UNKNOWN": "evidence",
    "COUNT_ANSWER": "answer stated",
    "RECEIPT": "state reason",
    "FINAL": "amount currency counts basis bundle",
    "SUSPECT": "amount currency counts basis disputed reference bundle",
    "HOST_ACK": "",
}

ALLOWED: Final[Mapping[str, frozenset[str]]] = {
    kind: frozenset(names.split()) for kind, names in _FIELDS.items()
}
"""Kind to the fields its body may hold."""

KINDS: Final = frozenset(ALLOWED)
"""Every kind there is."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is to be written: `visit` and `txid` are empty where there is none."""

    kind: str
    visit: str = ""
    txid: str = ""
    body: Body = field(default_factory=dict)

    def __post_init__(self) -> None:
        check(self)


def check(row: Row) -> None:
    """Raise AssertionError unless the kind is listed and the body holds only what it may.

    Written as a raise, so that it also holds where assertions are switched off."""
    allowed = ALLOWED.get(row.kind)
    if allowed is None:
        raise AssertionError(f"{row.kind!r} is not a kind of journal row")
    if not row.body.keys() <= allowed:
        extra = ", ".join(sorted(row.body.keys() - allowed))
        raise AssertionError(f"a {row.kind} row has no field {extra}")
    for name, value in row.body.items():
        if not _fits(value):
            raise AssertionError(f"{row.kind}.{name} holds something a journal row may not hold")


def _fits(value: object) -> bool:
    if value is None or isinstance(value, int):
        return True
    if isinstance(value, str):
        return len(value) <= TEXT_LENGTH_MAX
    return isinstance(value, list | tuple) and all(type(item) is int for item in value)
