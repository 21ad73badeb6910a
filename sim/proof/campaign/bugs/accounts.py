"""Bugs of outcomes that are planted on purpose: what the terminal says was paid, and what it forgets."""

from collections.abc import Callable
from typing import Final

from devices.host import keys
from sim.proof.campaign.bugs.bug import Broken, Bug, Swap
from sim.proof.campaign.bugs.parts import nothing, recovered_without
from sim.stage import machine
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.cash_units import total
from terminal.flows import starting, withdrawal
from terminal.flows.visit import Step, enter, farewell
from terminal.values import replace


def _asked_charged(right: Callable[..., Step]) -> Broken:
    def complete(session: s.Session, counted: s.Counting | s.StatingCount) -> Step:
        return right(session, replace(counted, amount=counted.order.amount))

    return complete


def _final_twice(right: Callable[..., Step]) -> Broken:
    def complete(session: s.Session, counted: s.Counting | s.StatingCount) -> Step:
        after, effects = right(session, counted)
        return after, (*effects, *effects)

    return complete


def _asked_told(right: Callable[..., Step]) -> Broken:
    def complete(session: s.Session, counted: s.Counting | s.StatingCount) -> Step:
        _, effects = right(session, counted)
        return farewell(session, "done", *effects, amount=counted.order.amount)

    return complete


def _word_forgotten(right: Callable[..., Step]) -> Broken:
    def settle(session: s.Session, order: s.OpenOrder | None) -> Step:
        return right(session, order and replace(order, count_answer=""))

    return settle


def _never(right: object) -> Broken:
    return lambda *about: False


def _reversed_where(doubted: Callable[[str], bool]) -> Broken:
    """In this doubt it is claimed that nothing came out."""

    def broken(right: Callable[..., Step]) -> Broken:
        def in_doubt(session: s.Session, order: s.Order, counts: object, basis: str) -> Step:
            if doubted(basis):
                return withdrawal.nothing_came_out(session, order, "deviceNotReady")
            return right(session, order, counts, basis)

        return in_doubt

    return broken


def _device_silent(basis: str) -> bool:
    return basis.startswith("why=") or basis == "device_silent"


def _retracted_charged(right: object) -> Broken:
    def retracted(session: s.Session, order: s.Order, stacked: ev.Counts, back: object) -> Step:
        amount = total(stacked, session.machine.cassettes)
        done = fx.Complete(order.txid, amount, stacked, "stacked_less_retracted")
        return farewell(session, "done", done, amount=amount)

    return retracted


def _device_not_asked(right: Callable[..., Step]) -> Broken:
    def settle(session: s.Session, order: s.OpenOrder | None) -> Step:
        if order is not None and order.result is None:
            order = replace(order, intent=False)
        return right(session, order)

    return settle


def _presented_at_boot(right: Callable[..., Step]) -> Broken:
    def presenter(session: s.Session, order: s.OpenOrder, report: ev.PresenterReport) -> Step:
        if not report.executed or report.presented != "notPresented":
            return right(session, order, report)
        amount = total(report.stacked, session.machine.cassettes)
        done = fx.Complete(order.txid, amount, report.stacked, "presented_after_restart")
        asking = s.Starting(None, "cash")
        return enter(session, asking, fx.PresentNotes(order.txid), done, fx.CheckCash())

    return presenter


def _always(right: object) -> Broken:
    return lambda *about: True


OF_ACCOUNTS: Final = (
    Bug(
        "asked-charged",
        "accounts",
        "the amount asked for is charged, not the one counted",
        (Swap(withdrawal, "_complete", _asked_charged),),
        "path",
    ),
    Bug(
        "asked-told",
        "accounts",
        "the screen tells the amount asked for, not the one charged",
        (Swap(withdrawal, "_complete", _asked_told),),
        "path",
    ),
    Bug(
        "doubt-ignored",
        "accounts",
        "counts that prove nothing are charged",
        (
            Swap(withdrawal, "is_doubtful", _never),
            Swap(starting, "is_doubtful", _never),
        ),
        "path",
    ),
    Bug(
        "silence-reversed",
        "accounts",
        "a dispenser that fell silent is taken to have paid nothing",
        (Swap(withdrawal, "in_doubt", _reversed_where(_device_silent)),),
        "path",
    ),
    Bug(
        "jam-reversed",
        "accounts",
        "a jammed shutter is taken to have let nothing out",
        (Swap(withdrawal, "in_doubt", _reversed_where("shutterJam".__eq__)),),
        "presenter",
    ),
    Bug(
        "retract-uncounted",
        "accounts",
        "notes taken back uncounted are credited in full",
        (Swap(withdrawal, "in_doubt", _reversed_where("retract_not_counted".__eq__)),),
        "presenter",
    ),
    Bug(
        "retract-charged",
        "accounts",
        "notes taken back and counted are charged",
        (Swap(withdrawal, "retracted", _retracted_charged),),
        "presenter",
    ),
    Bug(
        "final-twice",
        "accounts",
        "an operation is completed twice",
        (Swap(withdrawal, "_complete", _final_twice),),
    ),
    Bug(
        "not-undone",
        "accounts",
        "a request without an answer is not cancelled",
        (Swap(withdrawal, "_undo", nothing),),
    ),
    Bug(
        "seal-unchecked",
        "accounts",
        "the check value of a message is not looked at",
        (Swap(keys, "same", _always),),
    ),
    Bug(
        "outbox-lost",
        "accounts",
        "outcomes the bank did not acknowledge are forgotten at a restart",
        (Swap(machine, "recover", recovered_without(outbox=())),),
    ),
    Bug(
        "word-forgotten",
        "accounts",
        "after a restart the customer's word that the amount is wrong is forgotten",
        (Swap(starting, "_settle", _word_forgotten),),
    ),
    Bug(
        "order-lost",
        "accounts",
        "an unfinished order is forgotten at a restart",
        (Swap(machine, "recover", recovered_without(order=None)),),
    ),
    Bug(
        "device-not-asked",
        "accounts",
        "after a restart nothing is taken to have come out, without asking the dispenser",
        (Swap(starting, "_settle", _device_not_asked),),
    ),
    Bug(
        "presented-at-boot",
        "accounts",
        "notes found in the stacker after a restart are presented and charged",
        (Swap(starting, "_presenter", _presented_at_boot),),
        "presenter",
    ),
)
"""The planted bugs of this kind."""
