"""What the record left open, row by row: nothing owed is forgotten, no doubt is lost."""

from dataclasses import dataclass, field

import pytest

from terminal import effects as fx
from terminal.journal_row import Body, Value
from terminal.money import yuan
from terminal.recovery import SETTLED_BASIS, Recovered, recover


@dataclass(frozen=True)
class Stored:
    """A row as the fold reads it."""

    kind: str
    txid: str = ""
    body: Body = field(default_factory=dict)
    visit: str = ""
    seq: int = 1
    utc: str = "2026-01-05T09:00:00.000Z"


def asked(txid: str, stan: int) -> Stored:
    body: dict[str, Value] = {
        "stan": stan,
        "rrn": "1",
        "amount": 50_000,
        "currency": "CNY",
        "acct_ref": "a" * 24,
    }
    return Stored("AUTH_INTENT", txid, {**body, "last4": "0117", "mix": [5]})


def final(txid: str, amount: int = 50_000) -> Stored:
    return Stored(
        "FINAL", txid, {"amount": amount, "currency": "CNY", "counts": [5], "basis": "exit_counts"}
    )


def suspect(txid: str, basis: str) -> Stored:
    body: dict[str, Value] = {"amount": 50_000, "currency": "CNY", "counts": None, "basis": basis}
    return Stored("SUSPECT", txid, {**body, "disputed": None, "reference": "123456"})


def settled(txid: str, received: int) -> Stored:
    body: dict[str, Value] = {
        "received": received,
        "by": "Wu",
        "witness": "He",
        "reason": "counted",
    }
    return Stored("SETTLED", txid, body)


ACK_A = Stored("HOST_ACK", "a", seq=9)


def owed(found: Recovered) -> list[str]:
    return [told.effect.txid for told in found.outbox]


def test_an_acknowledgement_is_of_its_own_outcome_and_no_other() -> None:
    rows = [asked("a", 1), final("a"), asked("b", 2), final("b"), ACK_A]
    found = recover(rows)
    assert owed(found) == ["b"]
    assert [(told.effect.txid, told.acknowledged) for told in found.told] == [("a", 9)]
    assert found.origins.keys() >= {"a", "b"}
    assert found.stan == 3


@pytest.mark.parametrize("heard", [True, False], ids=["acknowledged", "not yet"])
def test_of_a_cancelled_transfer_the_bank_hears_that_it_is_cancelled_and_not_that_it_was_sent(
    heard: bool,
) -> None:
    rows = [
        asked("a", 1),
        final("a"),
        *([ACK_A] if heard else []),
        Stored("CANCELLED", "a", seq=12),
    ]
    found = recover(rows)
    assert [told.effect for told in found.outbox] == [fx.Cancel("a")]
    assert found.told == ()
    assert found.origins["a"].stan == 1
    done = recover([*rows, Stored("HOST_ACK", "a", seq=13)])
    assert not done.outbox
    assert [(told.effect, told.acknowledged) for told in done.told] == [(fx.Cancel("a"), 13)]


def test_a_doubt_of_the_machine_closes_the_dispenser_by_itself() -> None:
    assert recover([asked("a", 1), suspect("a", "device_silent")]).doubt
    assert not recover([asked("a", 1), suspect("a", "customer_disputes")]).doubt
    looked = [asked("a", 1), suspect("a", "device_silent"), Stored("REOPENED", body={"by": "Wu"})]
    assert not recover(looked).doubt


def test_what_people_decided_takes_the_place_of_the_doubt_also_before_the_bank_heard_of_it() -> (
    None
):
    found = recover([asked("a", 1), suspect("a", "device_silent"), settled("a", 30_000)])
    assert [told.effect for told in found.outbox] == [
        fx.Complete("a", yuan(300), (), SETTLED_BASIS)
    ]
    assert found.suspects == ()
    nothing = recover([asked("a", 1), suspect("a", "device_silent"), ACK_A, settled("a", 0)])
    assert [told.effect for told in nothing.outbox] == [fx.Reverse("a", SETTLED_BASIS)]


@pytest.mark.parametrize(
    ("recorded", "reason", "locked"),
    [
        ("EXPLICIT", "EXPLICIT", True),
        ("NEED", "NEED", True),
        ("SAVED", "SAVED", False),
        ("RECORD", "RECORD", False),
        ("DOCUMENT", "DOCUMENT", False),
        ("CARD_PREF", "DEFAULT", False),
    ],
)
def test_why_the_screen_looked_so_is_still_true_after_a_restart(
    recorded: str, reason: str, locked: bool
) -> None:
    body: Body = {"profile": "elder", "reason": recorded, "language": "en"}
    look = recover([Stored("VISIT_OPEN"), Stored("PROFILE", body=body)]).look
    assert look is not None
    assert (look.profile, look.reason, look.locked, look.language) == (
        "elder",
        reason,
        locked,
        "en",
    )
