"""How a fault strikes: what each does to firmware, cables, the bank, and the terminal's record and pad.

A strike is given the player and the values of its form; where it can be seen that it has struck, it gives back
what asks for that. Which words mean which strike is `faults.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from devices.dispenser.codec import Command
from devices.host.message import Message
from sim.proof.errors.line import Twist
from sim.proof.errors.visits import Full
from sim.stories.words import unknown
from sim.world.bank.desks import bills
from sim.world.wire import Wire
from terminal.flows import bills as bills_flow
from terminal.money import yuan
from terminal.ports import Seconds
from terminal.values import replace

if TYPE_CHECKING:
    from sim.stories.player import Player

Shown = Callable[[], bool]
"""Whether a fault that was armed has struck."""


@dataclass(frozen=True, slots=True)
class Armed:
    """A fault that waits for something to break. What follows it after `then` waits for it if it `leads`: in a
    device it does; the bank's own are all there at once."""

    shown: Shown
    leads: bool = True


Strike = Callable[..., Armed | None]
"""Given the player and the values of the form."""

FOR_GOOD: Final = 99
"""So often that it never ends within a story."""


def notes(name: str, **fixed: Any) -> Strike:
    """Something the path dispenser is armed with; `after` may come from the form."""

    def strike(player: "Player", after: int | None = None) -> Armed | None:
        more = {} if after is None else {"after": after}
        notes = player.bench.world.notes
        fault = notes.arm(name, **fixed, **more)  # type: ignore[arg-type]
        return Armed(lambda: fault.times <= 0 or all(one is not fault for one in notes.faults))

    return strike


def lost(player: "Player", times: int) -> Armed | None:
    """The result, so many times."""
    return notes("response_lost", times=times, command=Command.DISPENSE)(player)


def refuses(player: "Player", code: str) -> Armed | None:
    try:
        error = int(code, 16)
    except ValueError:
        error = 0x0B
    return notes("refuse", error=error, command=Command.DISPENSE)(player)


def cassette(player: "Player", number: int, count: int) -> None:
    for cassettes in (player.bench.world.notes.cassettes, player.bench.world.presenter.cassettes):
        if 0 < number <= len(cassettes):
            cassettes[number - 1].count = count


def tray(there: bool) -> Strike:
    def strike(player: "Player") -> None:
        player.bench.world.notes.tray_present = there

    return strike


def presenter(name: str) -> Strike:
    def strike(player: "Player") -> None:
        player.bench.world.presenter.arm(name)  # type: ignore[arg-type]

    return strike


def reader(name: str, times: int = 1) -> Strike:
    def strike(player: "Player") -> None:
        player.bench.world.reader.arm(name, times)  # type: ignore[arg-type]

    return strike


def reader_says(player: "Player", code: str, words: str) -> None:
    player.bench.world.reader.fail(code, words)


def reader_speaks(player: "Player") -> None:
    player.bench.world.reader.disarm("silence")


def offline(wire: Callable[["Player"], Wire | None]) -> Strike:
    def strike(player: "Player", seconds: Seconds) -> None:
        cable = wire(player)
        if cable is not None:
            cable.unplug()
            player.later(seconds, cable.replug)

    return strike


def offline_of(name: str) -> Strike:
    """The same of whatever is fitted under this name."""

    def wire(player: "Player") -> Wire | None:
        fitted = player.bench.world.all_outlets
        return next((outlet.wire for outlet in fitted if outlet.name == name), None)

    return offline(wire)


def plugged_in(player: "Player") -> None:
    """Every cable is in its socket."""
    for outlet in player.bench.world.all_outlets:
        if not outlet.wire.plugged:
            outlet.wire.replug()


def acceptor(name: str, times: int = 1) -> Strike:
    def strike(player: "Player", after: int = 0) -> None:
        if player.bench.world.acceptor is not None:
            player.bench.world.acceptor.arm(name, times=times, after=after)  # type: ignore[arg-type]

    return strike


def acceptor_full(player: "Player") -> None:
    """Nothing more fits into its cassette."""
    if player.bench.world.acceptor is not None:
        player.bench.world.acceptor.insert_cassette(0)


def acceptor_off(player: "Player", seconds: Seconds) -> None:
    if player.bench.world.acceptor is not None:
        player.bench.world.acceptor.power_off(player.now, seconds=seconds)


def acceptor_forgets(player: "Player", seconds: Seconds) -> None:
    if player.bench.world.acceptor is not None:
        player.bench.world.acceptor.power_off(player.now, seconds=seconds, forgets=True)


# --- the bank -----------------------------------------------------------------------------------

ABOUT: Final[Mapping[str, frozenset[str]]] = {
    "cards": frozenset({"EnquireCard"}),
    "pins": frozenset({"VerifyPin"}),
    "cash": frozenset({"Authorize"}),
    "questions": frozenset({"AskBank"}),
    "orders": frozenset({"Instruct"}),
    "outcomes": frozenset({"Complete", "Credit", "Reverse", "Suspect"}),
}
"""What messages to the bank are about."""

ASKED_WHEN: Final[Mapping[str, str]] = {
    "cards": "a card was put in: may it be used, and in which language",
    "pins": "a PIN was typed: is it right",
    "cash": "a withdrawal was confirmed: may it be paid; no other service asks this",
    "questions": "a service shows something: a balance, a bill, the name of a payee",
    "orders": "a service was agreed to: a transfer, a bill, a new PIN",
    "outcomes": "notes went out or in: paid, taken back, deposited (the message that credits), in doubt",
}
"""When each is sent, for people."""


def about(text: str) -> frozenset[str]:
    word = text.casefold()
    if word not in ABOUT:
        raise unknown("kind of message", text, ABOUT)
    return ABOUT[word]


def _line(player: "Player", what: str, **knobs: Any) -> Armed:
    """The line to the bank with these knobs turned; `what` it counts once a message has met them."""
    line = player.line.line
    before = line.done[what]
    for name, value in knobs.items():
        setattr(line, name, value)
    return Armed(lambda: line.done[what] > before, leads=False)


def silent(player: "Player") -> Armed:
    return _line(player, "silent", silent=True)


def silent_to(acts: bool) -> Strike:
    def strike(player: "Player", purposes: frozenset[str]) -> Armed:
        return _line(player, "silent", silent_to=purposes, acts_in_silence=acts)

    return strike


def delays(player: "Player", purposes: frozenset[str], seconds: Seconds) -> Armed:
    return _line(player, "delays", delays=dict.fromkeys(purposes, seconds))


def bank_away(player: "Player") -> None:
    player.line.line.refused = True
    player.line.line.drop()


def _twisted(player: "Player", purposes: frozenset[str], twist: Twist) -> Armed:
    """Answers to these, changed; armed until one was."""
    met: list[str] = []

    def changed(reply: Message) -> Message:
        met.append(reply.code)
        return twist(reply)

    player.line.teller.twists |= dict.fromkeys(purposes, changed)
    return Armed(lambda: bool(met), leads=False)


def bank_refuses(player: "Player", purposes: frozenset[str]) -> Armed:
    return _twisted(player, purposes, _no)


def _no(reply: Message) -> Message:
    """No, for a reason that no screen has words of its own for."""
    private = replace(reply.private, reason="some_other_reason", fields=())
    return replace(reply, code="05", private=private)


def bank_keeps_cards(player: "Player") -> Armed:
    def keep(reply: Message) -> Message:
        private = replace(reply.private, reason="card_blocked", capture=True)
        return replace(reply, code="41", private=private)

    return _twisted(player, ABOUT["cards"], keep)


ANSWERS_AGAIN: Final[Mapping[str, Any]] = {
    "silent": False,
    "silent_to": frozenset(),
    "acts_in_silence": False,
    "delays": {},
    "refused": False,
}


def contract(player: "Player", a_year: int) -> Armed:
    """What was agreed with the bank: as much a day as it says, and so much a year."""

    def less(reply: Message) -> Message:
        fields = tuple(
            (name, ".".join((*value.split(".")[:2], str(yuan(a_year).minor))))
            if name == "agreed" and value
            else (name, value)
            for name, value in reply.private.fields
        )
        return replace(reply, private=replace(reply.private, fields=fields))

    return _twisted(player, ABOUT["questions"], less)


def bank_well(player: "Player") -> None:
    for name, value in ANSWERS_AGAIN.items():
        setattr(player.line.line, name, value)
    player.line.teller.twists.clear()


def account(name: str, minor: bool = False) -> Strike:
    def strike(player: "Player", value: int = True) -> None:
        setattr(
            player.bench.bank.customers[player.card], name, yuan(value).minor if minor else value
        )

    return strike


def takes_nothing(player: "Player") -> None:
    player.bench.bank.ledger.keep(player.card, "receives_nothing", True)


def bill_grows(player: "Player", more: int) -> None:
    phase = player.session.phase
    if isinstance(phase, bills_flow.ReviewingBill):
        bill = phase.bill
        bills.charge_more(player.bench.bank, bill.kind, bill.number, yuan(more).minor)


# --- the terminal itself --------------------------------------------------------------------------


def record_full(player: "Player") -> None:
    player.bench.terminal.record = Full(player.bench.terminal.record)


def pad_dies(player: "Player") -> None:
    player.bench.pad.die()
