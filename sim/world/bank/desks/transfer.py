"""Transfers: who a payee is, what was sent before, the order to pay, and what waits to be paid.

The bank checks the name and says what it knows; which question follows from it and when money may arrive is
worked out by the machine from dated rules. What is due when is booked by the bank's own clock, counted from
the moment it accepted the order.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final, get_args

from sim.world.bank import transit
from sim.world.bank.desk import Order, Payable, Question, Refused
from sim.world.bank.payees import ACCOUNTS, BY_REF, KNOWN, Account, agreed_of
from terminal.events import Fields
from terminal.money import yuan
from terminal.rules.history import DAYS_KEPT
from terminal.rules.transfers import SHANGHAI, Arrival, Terms, cancel_until, due

if TYPE_CHECKING:
    from sim.world.bank.rules import Bank

NAMED_MAX: Final = 5
"""Known payees that are named at a machine."""

DRAFT: Final = "transfer_draft"
ATTEMPTS: Final = "transfer_attempts"
"""What is kept of a customer under these: a draft, and how many transfers were begun on which day."""

TERMS: Final = Terms(
    hold_hours=24,
    own_same_bank_exempt=True,
    chinese_needed=True,
    hold_may_be_dropped=True,
    ordinary_hours=2,
    next_day_hour=9,
    strong_above=yuan(50_000),
    reminder_above=yuan(300_000),
)
"""What this bank does when it accepts an order: CN-01 to CN-05 of accessibility.md D."""

Made = tuple[int, int, Account | None, bool]
"""A transfer: days ago, minor units, to whom, and whether it was cancelled."""


def payees(bank: "Bank", asked: Question) -> Fields | Refused:
    """Whom this customer has paid before, the one paid last first, and a draft that was kept."""
    draft = bank.ledger.kept(asked.name, DRAFT)
    known = ";".join(
        f"{one.ref}|{one.masked_name}|{one.number[-4:]}" for one in _known(bank, asked.name)
    )
    fields: Fields = (("payees", known),)
    return (*fields, ("draft", f"{draft[0]}|{draft[1]}")) if draft else fields


def payee(bank: "Bank", asked: Question) -> Fields | Refused:
    """Who has this account, by its number or our reference, and what was done before."""
    to = asked.fields.get("to", "")
    account = ACCOUNTS.get(to) or BY_REF.get(to)
    if account is None:
        return Refused("unknown")
    if account.to == asked.name:
        return Refused("own")
    now, made = _here(bank), tuple(_made(bank, asked.name))
    agreed = agreed_of(asked.name)
    limits = f"{agreed.day.minor}.{agreed.count}.{agreed.year.minor}" if agreed else ""
    return (
        ("ref", account.ref),
        ("name", account.masked_name),
        ("account", account.masked_number),
        ("bank", account.bank),
        ("kind", account.kind(asked.name)),
        ("listed", str(int(account.listed))),
        ("at", now.isoformat(timespec="seconds")),
        ("sent", _sent(asked.name, made, now)),
        ("agreed", limits),
        ("history", _history(account, made)),
        ("attempts", str(_begun(bank, asked.name, now, made))),
    )


def keep_draft(bank: "Bank", asked: Question) -> Fields | Refused:
    """Keep what was decided so far, in place of an older draft. Nothing is sent by it."""
    to, amount = asked.fields.get("to", ""), asked.fields.get("amount", "")
    if to not in BY_REF or not amount.isdigit():
        return Refused("declined")
    bank.ledger.keep(asked.name, DRAFT, [to, int(amount)])
    return ()


def transfer(bank: "Bank", name: str, order: Order, day: int) -> Payable | Refused:
    """The order itself: it pays when it is due, counted from now."""
    said = dict(order.fields)
    account = BY_REF.get(said.get("to", ""))
    arrival = next((one for one in get_args(Arrival) if one == said.get("arrival")), None)
    if account is None or arrival is None or account.to == name:
        return Refused("declined")
    now = _here(bank)
    at, until = due(arrival, now, TERMS), cancel_until(arrival, now, TERMS)
    if bank.ledger.kept(name, DRAFT):
        bank.ledger.keep(name, DRAFT, None)
    return Payable(
        account.to,
        (
            ("due", at.isoformat(timespec="seconds")),
            ("cancel_until", until.isoformat(timespec="seconds") if until else ""),
        ),
        0 if until is None else int(at.timestamp()),
    )


def waiting(bank: "Bank", asked: Question) -> Fields | Refused:
    """The transfers of this customer that can still be cancelled, the first ordered first."""
    rows = []
    for txid, done, order in transit.waiting_of(bank, asked.name)[:NAMED_MAX]:
        account = BY_REF.get(dict(order.fields).get("to", ""))
        if account is not None:
            until = datetime.fromtimestamp(order.due, SHANGHAI).isoformat(timespec="seconds")
            tail = account.number[-4:]
            rows.append(f"{txid}|{account.masked_name}|{tail}|{done.posted}|{until}")
    return (("waiting", ";".join(rows)),)


def cancel(bank: "Bank", asked: Question) -> Fields | Refused:
    """Give back what waits. It costs nothing, and asking again changes nothing."""
    ended = transit.cancel(bank, asked.name, asked.fields.get("txid", ""))
    return (("ended", ended),) if ended == "cancelled" else Refused(ended)


# --- what was done before ---------------------------------------------------------------------------


def _here(bank: "Bank") -> datetime:
    return bank.instant().astimezone(SHANGHAI)


def _made(bank: "Bank", name: str) -> Iterator[Made]:
    """Every transfer of this customer, the latest first."""
    today = _here(bank).date().toordinal()
    for _, done, order in reversed(bank.ledger.ordered(name, transit.ABOUT)):
        account = BY_REF.get(dict(order.fields).get("to", ""))
        yield max(0, today - done.day), done.posted, account, order.state == "cancelled"
    past = [
        (ago, minor, paid.to, False) for paid in KNOWN.get(name, ()) for ago, minor in paid.past()
    ]
    yield from sorted(past, key=lambda one: one[0])


def _known(bank: "Bank", name: str) -> list[Account]:
    """Whom this customer has paid, each once. What was cancelled makes nobody known."""
    found = [account for _, _, account, cancelled in _made(bank, name) if account and not cancelled]
    return list(dict.fromkeys(found))[:NAMED_MAX]


def _sent(name: str, made: tuple[Made, ...], now: datetime) -> str:
    """Sums of today and of this calendar year, as the rules count them; what was cancelled was not sent."""
    there = [(ago, minor, to) for ago, minor, to, cancelled in made if to and not cancelled]
    today = [(minor, to.kind(name)) for ago, minor, to in there if not ago]
    others = [minor for minor, kind in today if kind == "other"]
    year = [
        minor
        for ago, minor, to in there
        if to.kind(name) == "other" and ago < now.timetuple().tm_yday
    ]
    day = sum(minor for minor, _ in today)
    counted = sum(minor for minor, kind in today if kind != "own_same_bank")
    return f"{day}.{counted}.{sum(others)}.{len(others)}.{sum(year)}"


def _history(to: Account, made: tuple[Made, ...]) -> str:
    """The newest days as `days ago.minor units.1 if to this payee`: as many as say what is usual, each
    payee's or the others' sum of a day in one."""
    sums: dict[tuple[int, bool], int] = {}
    for ago, minor, account, cancelled in made:
        if not cancelled:
            key = ago, account == to
            sums[key] = sums.get(key, 0) + minor
    days = sorted({ago for ago, _ in sums})[: DAYS_KEPT + 1]
    own = sorted({ago for ago, same in sums if same})[: DAYS_KEPT + 1]
    kept = [
        f"{ago}.{minor}.{int(same)}"
        for (ago, same), minor in sorted(sums.items())
        if ago in days or (same and ago in own)
    ]
    return ";".join(kept)


def _begun(bank: "Bank", name: str, now: datetime, made: tuple[Made, ...]) -> int:
    """How many transfers were begun today before this one and not finished; this one is counted from now
    on."""
    today = now.date().toordinal()
    day, begun = bank.ledger.kept(name, ATTEMPTS) or (today, 0)
    earlier = begun if day == today else 0
    bank.ledger.keep(name, ATTEMPTS, [today, earlier + 1])
    done = sum(1 for ago, _, _, _ in made if not ago)
    return max(0, earlier - done)
