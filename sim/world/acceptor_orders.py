"""How the note acceptor judges an order: whether it may be executed, and what it answers.

Rules it keeps: only a number above the last one executed for this deposit is executed, and what is not
executed uses no number up; a bundle is stored or given back once; nothing is begun while anything moves,
lies in the way or is out of order; a fence is obeyed in every state. What is begun here is moved by
`acceptor_path`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from devices.acceptor.codec import Command, DepositCode, Flag, Order, Report, Verdict
from sim.world.acceptor_parts import (
    BUNDLE_SECONDS,
    DEPOSITS_MAX,
    RETRACT_SECONDS,
    Deposit,
    Job,
    JobKind,
    Kept,
)
from terminal.ports import Seconds

_MOVING: frozenset[JobKind] = frozenset(
    {"look", "push_back", "carry", "store", "return", "retract"}
)
_TAKING = frozenset({DepositCode.OPEN, DepositCode.CLOSED})


def answer(kept: Kept, order: Order, now: Seconds) -> Report:
    """Execute an order if it may be, and say how the deposit stands."""
    verdict = _obey(kept, order, now)
    flags = _flags(kept)
    deposit = kept.deposit(order.token) or Deposit(order.token.hex())
    state = deposit.state if kept.remembers else DepositCode.UNKNOWN
    if deposit.untouched and state == DepositCode.RETRACTED:
        flags |= Flag.UNTOUCHED
    return Report(
        ask=order.ask,
        verdict=verdict,
        number=deposit.number,
        token=order.token,
        state=DepositCode(state),
        flags=flags,
        trouble=kept.fault,
        refused=deposit.refused,
        reason=deposit.reason,
        counts=tuple(sorted((int(kind), n) for kind, n in deposit.counts.items())),
    )


def _flags(kept: Kept) -> Flag:
    seen = {
        Flag.SLOT: bool(kept.slot),
        Flag.ESCROW: bool(kept.escrow),
        Flag.PATH: bool(kept.path),
        Flag.MOVING: kept.job is not None and kept.job.kind in _MOVING,
        Flag.MEMORY_LOST: not kept.remembers,
    }
    return Flag(sum(flag for flag, is_so in seen.items() if is_so))


def _obey(kept: Kept, order: Order, now: Seconds) -> Verdict:
    if order.command == Command.REPORT:
        return Verdict.DONE
    deposit = kept.deposit(order.token)
    if deposit is not None and order.number <= deposit.number:
        same = (order.number, order.command) == (deposit.number, deposit.command)
        return Verdict.DONE if same else Verdict.OLD
    if order.command != Command.FENCE and not kept.ready:
        return Verdict.NOT_READY
    if not kept.remembers:
        return Verdict.TROUBLE
    if deposit is None:
        deposit = Deposit(order.token.hex())
    verdict = _execute(kept, order.command, deposit, now)
    if verdict is Verdict.DONE:
        deposit.number, deposit.command = order.number, order.command
        _remember(kept, deposit)
    return verdict


def _remember(kept: Kept, deposit: Deposit) -> None:
    deposits = kept.deposits
    if deposit not in deposits:
        deposits.append(deposit)
        del deposits[:-DEPOSITS_MAX]


def _execute(kept: Kept, command: Command, deposit: Deposit, now: Seconds) -> Verdict:
    match command:
        case Command.OPEN:
            return _begin(kept, deposit)
        case Command.CLOSE if deposit.state in (DepositCode.OPEN, DepositCode.CLOSED):
            kept.shut()
        case Command.FENCE:
            if deposit.state == DepositCode.OPEN:
                kept.shut()
        case Command.STORE | Command.RETURN | Command.RETRACT:
            return _move(kept, command, deposit, now)
        case _:
            return Verdict.WRONG_STATE
    return Verdict.DONE


def _begin(kept: Kept, deposit: Deposit) -> Verdict:
    if deposit.state not in (DepositCode.NONE, DepositCode.OPEN, DepositCode.CLOSED):
        return Verdict.WRONG_STATE
    if kept.fault or kept.path:
        return Verdict.TROUBLE
    others = [d for d in kept.deposits if d is not deposit and d.state in _TAKING]
    if kept.slot or len(kept.escrow) != deposit.total or any(d.total for d in others):
        return Verdict.OCCUPIED
    if kept.job is not None:
        return Verdict.BUSY
    no_room = kept.stored + kept.escrow_max > kept.cassette_max
    if no_room or len(kept.escrow) >= kept.escrow_max:
        return Verdict.FULL
    for each in others:
        each.state = DepositCode.NONE
    deposit.state = DepositCode.OPEN
    return Verdict.DONE


def _move(kept: Kept, command: Command, deposit: Deposit, now: Seconds) -> Verdict:
    """Begin to store, to return or to retract."""
    needed, becomes, kind, seconds = _MOVES[command]
    if deposit.state != needed or not deposit.total:
        return Verdict.WRONG_STATE
    if kept.job is not None:
        return Verdict.BUSY
    if kept.trouble or kept.path:
        return Verdict.TROUBLE
    if command == Command.RETURN and kept.slot:
        return Verdict.OCCUPIED
    if command == Command.STORE:
        if kept.fault:
            return Verdict.TROUBLE
        if kept.stored + len(kept.escrow) > kept.cassette_max:
            return Verdict.FULL
        kept.stores[deposit.token] = kept.stores.get(deposit.token, 0) + 1
    deposit.state, deposit.moved = becomes, 0
    kept.job = Job(kind, now + seconds)
    return Verdict.DONE


_MOVES: Mapping[Command, tuple[DepositCode, DepositCode, JobKind, Seconds]] = MappingProxyType(
    {
        Command.STORE: (DepositCode.CLOSED, DepositCode.STORING, "store", BUNDLE_SECONDS),
        Command.RETURN: (DepositCode.CLOSED, DepositCode.RETURNING, "return", BUNDLE_SECONDS),
        Command.RETRACT: (
            *(DepositCode.AT_SLOT, DepositCode.RETRACTING, "retract"),
            RETRACT_SECONDS,
        ),
    }
)
"""Where a deposit must be for an order, what it is then, what moves, and when the first step ends."""
