"""What can break, and when: the closed lists of points and of faults.

A fault of a story is `at POINT: FAULT, then FAULT`: it strikes once, the first time the terminal is at
that point. What follows `then` strikes when the fault before has shown itself in its device, or at once
where that cannot be seen. The same faults can be said among the acts, after `meanwhile`.

Faults act on the simulated world - firmware, cables, notes, the bank - and never on the terminal, but for
the record and the key pad, which are part of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from devices.dispenser.codec import Command
from devices.host.message import Message
from sim.proof.errors.visits import Full
from sim.stories.words import (
    Catalogues,
    Form,
    NotUnderstood,
    Place,
    Said,
    screens_of,
    understood,
    unknown,
)
from sim.world.bank.desks import bills
from sim.world.wire import Wire
from terminal import session as s
from terminal.flows import bills as bills_flow
from terminal.flows.escrow_screens import Inserting, Storing, TakingBack
from terminal.money import yuan
from terminal.ports import Seconds
from terminal.prompts import text_key

if TYPE_CHECKING:
    from sim.stories.player import Player

Shown = Callable[[], bool]
"""Whether a fault that was armed has struck."""

Strike = Callable[..., Shown | None]
"""Given the player and the values of the form."""

FOR_GOOD: Final = 99
"""So often that it never ends within a story."""


# --- points -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Point:
    """A moment of a visit: what it is, and whether the terminal is there."""

    means: str
    there: Callable[[s.Session], bool]


def _in(*phases: type) -> Callable[[s.Session], bool]:
    return lambda session: isinstance(session.phase, phases)


START: Final = "start"

POINTS: Final[Mapping[str, Point]] = {
    START: Point("before the machine is switched on", lambda session: False),
    "idle": Point("the machine waits for a card", _in(s.Idle)),
    "closed": Point("the machine is out of service", _in(s.OutOfService)),
    "card": Point("the card has gone in and is read", _in(s.ReadingCard)),
    "pin": Point("the PIN is to be typed", _in(s.EnteringPin)),
    "menu": Point("the menu is shown", _in(s.ChoosingService)),
    "amount": Point("the amount is asked for", _in(s.ChoosingAmount, s.EnteringAmount)),
    "review": Point("amount and notes are read back", _in(s.Reviewing)),
    "authorise": Point("the bank has been asked for the money", _in(s.Authorizing)),
    "card back": Point("the card is given back", _in(s.TakingCard)),
    "prepare": Point("the dispenser gets ready", _in(s.PreparingCash)),
    "dispense": Point("the order to pay is given", _in(s.Dispensing)),
    "present": Point(
        "notes are on their way to the customer",
        _in(s.Dispensing, s.PresentingNotes, s.TakingNotes),
    ),
    "notes": Point("the notes lie there", _in(s.TakingNotes, s.Counting)),
    "count": Point("the customer is asked to count", _in(s.Counting)),
    "inlet": Point("notes can be put in", _in(Inserting)),
    "store": Point("the acceptor is told to store the notes", _in(Storing)),
    "give back": Point("the acceptor gives the notes back", _in(TakingBack)),
}
"""The named points of a story."""

ON_SCREEN: Final = "the screen "
"""Any screen is a point too: `at the screen choose_amount: ...`."""


# --- faults -------------------------------------------------------------------------------------


def _notes(name: str, **fixed: Any) -> Strike:
    """Something the path dispenser is armed with; `after` may come from the form."""

    def strike(player: "Player", after: int | None = None) -> Shown | None:
        more = {} if after is None else {"after": after}
        notes = player.bench.world.notes
        fault = notes.arm(name, **fixed, **more)  # type: ignore[arg-type]
        return lambda: fault.times <= 0 or all(one is not fault for one in notes.faults)

    return strike


def _refuses(player: "Player", code: str) -> Shown | None:
    try:
        error = int(code, 16)
    except ValueError:
        error = 0x0B
    return _notes("refuse", error=error, command=Command.DISPENSE)(player)


def _cassette(player: "Player", number: int, count: int) -> None:
    for cassettes in (player.bench.world.notes.cassettes, player.bench.world.presenter.cassettes):
        if 0 < number <= len(cassettes):
            cassettes[number - 1].count = count


def _tray(there: bool) -> Strike:
    def strike(player: "Player") -> None:
        player.bench.world.notes.tray_present = there

    return strike


def _presenter(name: str) -> Strike:
    def strike(player: "Player") -> None:
        player.bench.world.presenter.arm(name)  # type: ignore[arg-type]

    return strike


def _reader(name: str, times: int = 1) -> Strike:
    def strike(player: "Player") -> None:
        player.bench.world.reader.arm(name, times)  # type: ignore[arg-type]

    return strike


def _reader_says(player: "Player", code: str, words: str) -> None:
    player.bench.world.reader.fail(code, words)


def _reader_speaks(player: "Player") -> None:
    player.bench.world.reader.disarm("silence")


def _offline(wire: Callable[["Player"], Wire | None]) -> Strike:
    def strike(player: "Player", seconds: Seconds) -> None:
        cable = wire(player)
        if cable is not None:
            cable.unplug()
            player.later(seconds, cable.replug)

    return strike


def _acceptor(name: str, times: int = 1) -> Strike:
    def strike(player: "Player", after: int = 0) -> None:
        if player.bench.world.acceptor is not None:
            player.bench.world.acceptor.arm(name, times=times, after=after)  # type: ignore[arg-type]

    return strike


def _acceptor_full(player: "Player") -> None:
    """Nothing more fits into its cassette."""
    if player.bench.world.acceptor is not None:
        player.bench.world.acceptor.insert_cassette(0)


def _acceptor_off(player: "Player", seconds: Seconds) -> None:
    if player.bench.world.acceptor is not None:
        player.bench.world.acceptor.power_off(player.now, seconds=seconds)


def _acceptor_forgets(player: "Player", seconds: Seconds) -> None:
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


def _about(text: str) -> frozenset[str]:
    word = text.casefold()
    if word not in ABOUT:
        raise unknown("kind of message", text, ABOUT)
    return ABOUT[word]


def _bank(**knobs: Any) -> Strike:
    def strike(player: "Player") -> None:
        for name, value in knobs.items():
            setattr(player.line.line, name, value)

    return strike


def _silent_to(acts: bool) -> Strike:
    def strike(player: "Player", purposes: frozenset[str]) -> None:
        _bank(silent_to=purposes, acts_in_silence=acts)(player)

    return strike


def _delays(player: "Player", purposes: frozenset[str], seconds: Seconds) -> None:
    player.line.line.delays = dict.fromkeys(purposes, seconds)


def _bank_away(player: "Player") -> None:
    player.line.line.refused = True
    player.line.line.drop()


def _bank_refuses(player: "Player", purposes: frozenset[str]) -> None:
    for purpose in purposes:
        player.line.teller.twists[purpose] = _no


def _no(reply: Message) -> Message:
    """No, for a reason that no screen has words of its own for."""
    private = replace(reply.private, reason="some_other_reason", fields=())
    return replace(reply, code="05", private=private)


def _bank_keeps_cards(player: "Player") -> None:
    def keep(reply: Message) -> Message:
        private = replace(reply.private, reason="card_blocked", capture=True)
        return replace(reply, code="41", private=private)

    player.line.teller.twists["EnquireCard"] = keep


ANSWERS_AGAIN: Final = {"silent": False, "silent_to": frozenset(), "acts_in_silence": False}


def _contract(player: "Player", a_year: int) -> None:
    """What was agreed with the bank: as much a day as it says, and so much a year."""

    def less(reply: Message) -> Message:
        fields = tuple(
            (name, ".".join((*value.split(".")[:2], str(yuan(a_year).minor))))
            if name == "agreed" and value
            else (name, value)
            for name, value in reply.private.fields
        )
        return replace(reply, private=replace(reply.private, fields=fields))

    player.line.teller.twists["AskBank"] = less


def _bank_well(player: "Player") -> None:
    _bank(**ANSWERS_AGAIN, delays={}, refused=False)(player)
    player.line.teller.twists.clear()


def _account(name: str, minor: bool = False) -> Strike:
    def strike(player: "Player", value: int = True) -> None:
        setattr(
            player.bench.bank.customers[player.card], name, yuan(value).minor if minor else value
        )

    return strike


def _takes_nothing(player: "Player") -> None:
    player.bench.bank.ledger.keep(player.card, "receives_nothing", True)


def _bill_grows(player: "Player", more: int) -> None:
    phase = player.session.phase
    if isinstance(phase, bills_flow.ReviewingBill):
        bill = phase.bill
        bills.charge_more(player.bench.bank, bill.kind, bill.number, yuan(more).minor)


# --- the terminal itself --------------------------------------------------------------------------


def _record_full(player: "Player") -> None:
    player.bench.terminal.record = Full(player.bench.terminal.record)


def _pad_dies(player: "Player") -> None:
    player.bench.pad.die()


FAULTS: Final[tuple[Form[Strike], ...]] = (
    Form(
        "jam after {count} notes",
        "the dispenser jams; it counted what came out",
        "",
        _notes("jam", error=0x03),
    ),
    Form(
        "jam in the exit after {count} notes",
        "it jams where it cannot count: in doubt",
        "",
        _notes("jam", error=0x05),
    ),
    Form(
        "offline {time}",
        "the dispenser's cable is out for so long",
        "offline 5 s",
        _offline(lambda p: p.bench.world.notes_wire),
    ),
    Form(
        "the order to pay is refused",
        "before a note moves",
        "",
        _notes("refuse", error=0x0B, command=Command.DISPENSE),
    ),
    Form(
        "the order to pay is refused with {code}",
        "by this error of the dispenser",
        "the order to pay is refused with 22",
        _refuses,
    ),
    Form(
        "the result is lost",
        "once; the dispenser remembers it",
        "",
        _notes("response_lost", command=Command.DISPENSE),
    ),
    Form(
        "the result is lost for good",
        "and the dispenser says nothing more",
        "",
        _notes("response_lost", times=FOR_GOOD),
    ),
    Form(
        "cassette {count} holds {count} notes",
        "fewer than the record says",
        "cassette 1 holds 3 notes",
        _cassette,
    ),
    Form("the reject tray is taken out", "", "", _tray(False)),
    Form("the reject tray is put back", "", "", _tray(True)),
    Form("a note is missing from the stack", "of a presenter", "", _presenter("short_pick")),
    Form("the stacker jams", "of a presenter", "", _presenter("stacker_jam")),
    Form("the shutter jams", "of a presenter", "", _presenter("shutter_jam")),
    Form(
        "the recount fails",
        "notes taken back cannot be counted",
        "",
        _presenter("retract_uncounted"),
    ),
    Form("the card jams on its way in", "", "", _reader("jamOnIntake")),
    Form("the card jams on its way out", "", "", _reader("jamOnEject")),
    Form("the card jams on its way into the bin", "", "", _reader("jamOnCapture")),
    Form("the chip is dead", "", "", _reader("deadChip")),
    Form("the card reader is silent", "until it speaks again", "", _reader("silence")),
    Form("the card reader speaks again", "", "", _reader_speaks),
    Form(
        "the card reader is offline {time}",
        "its cable is out",
        "",
        _offline(lambda p: p.bench.world.reader_wire),
    ),
    Form(
        "the card reader answers {code} to {words}",
        "an error to the next command that begins so",
        'the card reader answers 10 to "C30"',
        _reader_says,
    ),
    Form("the acceptor's cassette is full", "nothing can be stored", "", _acceptor_full),
    Form("the acceptor draws in two notes at once", "", "", _acceptor("doubleFeed")),
    Form("the acceptor jams while it draws in", "", "", _acceptor("jamFeed")),
    Form("the acceptor jams while it stores, after {count} notes", "", "", _acceptor("jamStore")),
    Form(
        "the acceptor jams while it gives back, after {count} notes", "", "", _acceptor("jamReturn")
    ),
    Form("the acceptor is silent", "for good", "", _acceptor("silence", times=10**9)),
    Form(
        "the acceptor is offline {time}",
        "its cable is out",
        "",
        _offline(lambda p: p.bench.world.acceptor_wire),
    ),
    Form("the acceptor has no power for {time}", "and remembers", "", _acceptor_off),
    Form(
        "the acceptor has no power for {time} and forgets", "its memory too", "", _acceptor_forgets
    ),
    Form("the bank is silent", "to everything", "", _bank(silent=True)),
    Form(
        "the bank is silent about {about}",
        "it hears nothing of them",
        "the bank is silent about cash",
        _silent_to(False),
    ),
    Form(
        "the bank acts on {about} in silence",
        "it does what it is told, and the answer is lost",
        "the bank acts on orders in silence",
        _silent_to(True),
    ),
    Form("the bank answers {about} after {time}", "", "the bank answers cash after 40 s", _delays),
    Form(
        "the bank refuses {about}",
        "for a reason nobody knows",
        "the bank refuses questions",
        _bank_refuses,
    ),
    Form("the bank wants cards kept", "whatever card it is asked about", "", _bank_keeps_cards),
    Form("the bank is away", "it turns connections away", "", _bank_away),
    Form("the bank is well again", "all of it", "", _bank_well),
    Form(
        "the account holds {yuan} yuan",
        "",
        "the account holds 50 yuan",
        _account("balance", minor=True),
    ),
    Form(
        "the limit of the day is {yuan} yuan",
        "",
        "the limit of the day is 300 yuan",
        _account("day_limit", minor=True),
    ),
    Form("the card is blocked at the bank", "", "", _account("blocked")),
    Form("the account takes no money", "", "", _takes_nothing),
    Form(
        "the bill grows by {yuan} yuan",
        "that is being read back",
        "the bill grows by 10 yuan",
        _bill_grows,
    ),
    Form(
        "the contract allows {yuan} yuan a year",
        "to be sent at machines",
        "the contract allows 1000 yuan a year",
        _contract,
    ),
    Form("the record is full", "nothing can be written down any more", "", _record_full),
    Form("the key pad dies", "", "", _pad_dies),
)
"""Every fault."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Faults one after the other."""

    links: tuple[Said[Strike], ...]

    def strikes(self, player: "Player") -> None:
        """The first now, each other when the one before has shown itself."""
        if not self.links:
            return
        first, rest = self.links[0], Chain(self.links[1:])
        shown = first.does(player, *first.values)
        if rest.links and shown is not None:
            player.after(shown, partial(rest.strikes, player))
        else:
            rest.strikes(player)


@dataclass(frozen=True, slots=True)
class Arranged:
    """A fault of a story and its point; START where there is no terminal yet."""

    text: str
    point: str
    there: Callable[[s.Session], bool]
    chain: Chain

    def arrange(self, player: "Player") -> None:
        """Let it strike in its time."""
        if self.point == START:
            self.chain.strikes(player)
        else:
            player.at(self.there, partial(self.chain.strikes, player))


def chain_of(text: str, places: Mapping[str, Place]) -> Chain:
    """`FAULT, then FAULT`. Raises NotUnderstood."""
    links = [understood(one, FAULTS, places, "a fault") for one in _split(text)]
    return Chain(tuple(links))


def _split(text: str) -> Sequence[str]:
    return [one.strip() for one in text.split(", then ")]


def arranged(text: str, places: Mapping[str, Place], catalogues: Catalogues) -> Arranged:
    """`at POINT: FAULT, then FAULT`. Raises NotUnderstood."""
    head, colon, fault = text.partition(":")
    words = " ".join(head.split())
    if not colon or not words.casefold().startswith("at "):
        raise NotUnderstood(f'"{text}" is not "at POINT: FAULT". Points are: {", ".join(POINTS)}.')
    point = words[3:].casefold()
    if point.startswith(ON_SCREEN):
        key = point.removeprefix(ON_SCREEN)
        if key not in (known := screens_of(catalogues)):
            raise unknown("screen", key, known)
        there: Callable[[s.Session], bool] = lambda session: text_key(session) == key
    elif point in POINTS:
        there = POINTS[point].there
    else:
        raise unknown("point", point, POINTS)
    return Arranged(text, point, there, chain_of(fault.strip(), places))


def fault_places(places: Mapping[str, Place]) -> Mapping[str, Place]:
    """With what a fault of the bank is about, and with a whole fault as a place."""
    about = Place(r"\S+", _about, f"one of {', '.join(ABOUT)}")
    inner = {**places, "about": about}
    whole = Place(r".+", lambda text: chain_of(text, inner), "a fault, as in `faults`")
    return {**inner, "fault": whole}
