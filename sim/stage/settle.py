"""Settlement: what is in doubt, what a count says of it, and what two people decide (reliability.md
A.12).

The terminal is stopped while people count: its record has one writer. Nothing here guesses. A count
shows how much more is gone than the operations with an outcome took; what that means for a customer is
decided by two people, by name, one operation at a time, and goes to the bank with the next start of the
terminal. What the machine does not know is said; a shortage is never proof against a person.
"""

from collections.abc import Sequence
from math import gcd

from devices.clock import SystemClock
from devices.journal_store import JournalReader
from sim.stage.settings import ConfigurationError, Settings
from sim.stage.staff import checked_name, record
from terminal.bundles import worth
from terminal.journal_row import Row, Value
from terminal.money import Amount
from terminal.recovery import Recovered, Suspected, recover
from terminal.takings import takings, unexplained

REASON_MAX = 120
"""One sentence on why; what people decide must be readable later."""


def listed(settings: Settings) -> int:
    """Print what is in doubt. The number of operations that wait for a decision."""
    if not settings.journal.exists():
        raise ConfigurationError(f"There is no journal {settings.journal}: nothing to settle.")
    with JournalReader(settings.journal) as reader:
        found = recover(reader.rows())
    if not found.suspects:
        print("Nothing is in doubt.")
        return 0
    for one in found.suspects:
        print(_said(one))
    print(
        "\nCount the notes, then record the count: settle --counted 196,100,100,100 --bins 0,0,0,0 "
        "--by NAME --witness NAME."
    )
    if any(one.effect.bundle is not None for one in found.suspects):
        print(
            "Notes that were taken in: count the acceptor's cassette and bins, then settle --deposits "
            "100x12,50x3 --by NAME --witness NAME; --received is what goes to the account."
        )
    print(
        "Decide one: settle REFERENCE --received YUAN --by NAME --witness NAME --reason TEXT "
        "(0: the customer got nothing)."
    )
    return len(found.suspects)


def counted(
    settings: Settings, counts: Sequence[int], bins: Sequence[int], by: str, witness: str
) -> None:
    """Record a count by two people and say what it shows. Raises ConfigurationError with nothing
    recorded."""
    names = two_names(by, witness)
    clock = SystemClock()
    with record(settings, "to settle") as store:
        rows = list(store.rows())
        found, since = recover(rows), takings(rows)
        cassettes = found.cassettes
        if cassettes is None:
            raise ConfigurationError("The record has no cassettes yet: run the terminal once.")
        if len(counts) != len(cassettes) or len(bins) != len(cassettes):
            raise ConfigurationError(
                f"The machine has {len(cassettes)} cassettes: --counted and --bins want as many "
                "numbers, separated by commas."
            )
        body: dict[str, Value] = {
            "counts": list(counts),
            "bins": list(bins),
            "by": names[0],
            "witness": names[1],
        }
        store.append([Row("COUNTED", body=body)], clock.now(), clock.utc())
    there = [a + b for a, b in zip(counts, bins, strict=True)]
    gone = unexplained(since, cassettes, there)
    for cassette, loaded, paid, n in zip(cassettes, since.loaded, since.paid, there, strict=True):
        print(
            f"{cassette.note.major:>4} yuan: loaded {loaded}, paid {paid}, found {n}, "
            f"difference {n - (loaded - paid):+d}"
        )
    present = [one for one in found.suspects if one.txid in since.doubts]
    print(_meaning(gone, present))
    older = sum(
        one.txid not in since.doubts and one.effect.bundle is None for one in found.suspects
    )
    if older:
        print(
            f"{older} more in doubt from before the cassettes were last loaded: this count says nothing "
            "of them; the count recorded before that loading does (log show)."
        )


def decided(
    settings: Settings, reference: str, received: int, by: str, witness: str, reason: str
) -> None:
    """Record what two people decided on one operation; the bank hears of it with the next start.
    `received` is whole yuan. Raises ConfigurationError with nothing recorded."""
    names, why = two_names(by, witness), _reason(reason)
    clock = SystemClock()
    with record(settings, "to settle") as store:
        found = recover(store.rows())
        one = _named(found, reference)
        held = one.effect.amount
        if one.effect.bundle is not None:
            store.append([_settled(one, received, names, why)], clock.now(), clock.utc())
            print(
                f"Recorded: {received} yuan go to the account. The bank is told at the next start."
            )
            return
        grid = gcd(*(c.note.major for c in found.cassettes or ()))
        if received < 0 or (grid and received % grid):
            raise ConfigurationError(
                f"--received {received}: no notes of this machine make that amount."
            )
        if not 0 <= received * 100 <= held.minor:
            raise ConfigurationError(
                f"Operation {reference} has {held.major} yuan on hold: --received is from 0 to "
                f"{held.major}."
            )
        store.append([_settled(one, received, names, why)], clock.now(), clock.utc())
    rest = held - Amount(received * 100)
    print(
        f"Recorded: of {held.major} yuan on hold, {received} are charged and {rest.major} set free. "
        "The bank is told at the next start."
    )
    if found.doubt:
        print("The dispenser pays nothing before somebody has looked: reopen --by NAME.")


def _settled(one: Suspected, received: int, names: tuple[str, str], why: str) -> Row:
    """The decision as a row. Of notes taken in any sum may be decided that an escrow can hold; where some
    of it was paid out already, only what is still open: whoever finds the notes would pay them twice."""
    if one.effect.bundle and worth(one.effect.bundle) > one.effect.amount:
        most = one.effect.amount.major
        if not 0 <= received <= most:
            raise ConfigurationError(
                f"--received {received}: the change for these notes was paid out already, so "
                f"from 0 to {most} yuan may go to the account."
            )
    if one.effect.bundle is not None and not 0 <= received <= DEPOSIT_MAX_YUAN:
        raise ConfigurationError(
            f"--received {received}: from 0 to {DEPOSIT_MAX_YUAN} yuan may go to the account."
        )
    body: dict[str, Value] = {"received": received * 100, "by": names[0], "witness": names[1]}
    return Row("SETTLED", txid=one.txid, body={**body, "reason": why})


DEPOSIT_MAX_YUAN = 20_000
"""As the bank takes it (`sim/world/bank/rules.RECEIVED_MAX`)."""


def _named(found: Recovered, reference: str) -> Suspected:
    for one in found.suspects:
        if one.reference == reference:
            return one
    known = ", ".join(sorted(one.reference for one in found.suspects))
    raise ConfigurationError(
        f"No operation {reference} is in doubt. "
        + (f"In doubt are: {known}." if known else "Nothing is.")
    )


def two_names(by: str, witness: str) -> tuple[str, str]:
    """Both names as they go into the record. Raises ConfigurationError unless they are two people's."""
    names = checked_name(by), checked_name(witness, "--witness")
    if names[0].casefold() == names[1].casefold():
        raise ConfigurationError("Two people are needed: --by and --witness name the same one.")
    return names


def _reason(reason: str) -> str:
    why = reason.strip()
    if not why or len(why) > REASON_MAX or not why.isprintable():
        raise ConfigurationError(
            f"--reason wants one line of at most {REASON_MAX} characters: why this was decided."
        )
    return why


def _said(one: Suspected) -> str:
    effect = one.effect
    if effect.bundle is not None:
        notes = " + ".join(f"{count}x{minor // 100}" for minor, count in effect.bundle) or "none"
        taken, open_sum = worth(effect.bundle), effect.amount
        paid = (taken.minor - open_sum.minor) // 100
        out = (
            f"{paid} yuan paid out for them, {open_sum.major} yuan open" if paid else "not credited"
        )
        return (
            f"{one.reference}  {one.utc}  {taken.major} yuan taken in, {out}  "
            f"last counted {notes}  because {effect.basis}"
        )
    claimed = "nothing" if effect.counts is None else " + ".join(str(n) for n in effect.counts)
    disputed = "" if effect.disputed is None else f", customer misses {effect.disputed.major}"
    return (
        f"{one.reference}  {one.utc}  {effect.amount.major} yuan on hold  "
        f"device counted {claimed} notes{disputed}  because {effect.basis}"
    )


def _meaning(gone: int, suspects: Sequence[Suspected]) -> str:
    held = sum(one.effect.amount.minor for one in suspects)
    said = gone // 100
    if not suspects:
        if not gone:
            return "The count agrees with the record."
        return f"The count differs by {-said:+d} yuan, and nothing is in doubt: over/short account."
    if gone == 0:
        return "Nothing is missing: no operation in doubt has paid (received 0 each)."
    if gone == held:
        return f"{said} yuan are gone, all that is on hold: every operation in doubt has paid."
    if 0 < gone < held:
        return (
            f"{said} of {held // 100} yuan on hold are gone: they were paid by the operations in "
            "doubt together; which one paid what is for people to find."
        )
    return (
        f"{said} yuan are gone and {held // 100} are on hold: the difference belongs to the "
        "over/short account, never to a customer."
    )
