"""What can break, and when: the closed lists of points and of faults.

A fault of a story is `at POINT: FAULT, then FAULT`: it strikes once, the first time the terminal is at
that point. What follows `then` strikes when the fault before has shown itself in its device, or at once
where that cannot be seen. The same faults can be said among the acts, after `meanwhile`.

Faults act on the simulated world - firmware, cables, notes, the bank - and never on the terminal, but for
the record and the key pad, which are part of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from devices.dispenser.codec import Command
from sim.stories import strikes
from sim.stories.words import (
    Catalogues,
    Form,
    NotUnderstood,
    Place,
    Said,
    design_places,
    screens_of,
    understood,
    unknown,
)
from sim.world.world import DOCUMENTS, PRINTER
from terminal import session as s
from terminal.flows.escrow_screens import Inserting, Storing, TakingBack
from terminal.prompts import text_key

if TYPE_CHECKING:
    from sim.stories.player import Player

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
    "authorise": Point(
        "the bank has been asked for the money and has heard it; `at review` for what it is not to hear",
        _in(s.Authorizing),
    ),
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


# --- faults --------------------------------------------------------------------------------------

FAULTS: Final[tuple[Form[strikes.Strike], ...]] = (
    Form(
        "jam after {count} notes",
        "the dispenser jams; it counted what came out",
        "",
        strikes.notes("jam", error=0x03),
    ),
    Form(
        "jam in the exit after {count} notes",
        "it jams where it cannot count: in doubt",
        "",
        strikes.notes("jam", error=0x05),
    ),
    Form(
        "offline {time}",
        "the dispenser's cable is out for so long",
        "offline 5 s",
        strikes.offline(lambda p: p.bench.world.notes_wire),
    ),
    Form(
        "the order to pay is refused",
        "before a note moves",
        "",
        strikes.notes("refuse", error=0x0B, command=Command.DISPENSE),
    ),
    Form(
        "the order to pay is refused with {code}",
        "by this error of the dispenser",
        "the order to pay is refused with 22",
        strikes.refuses,
    ),
    Form(
        "the result is lost",
        "once; the dispenser remembers it",
        "",
        strikes.notes("response_lost", command=Command.DISPENSE),
    ),
    Form(
        "the result is lost {count} times",
        "and no oftener",
        "the result is lost 3 times",
        strikes.lost,
    ),
    Form(
        "the result is lost for good",
        "and the dispenser says nothing more",
        "",
        strikes.notes("response_lost", times=strikes.FOR_GOOD),
    ),
    Form(
        "cassette {count} holds {count} notes",
        "fewer than the record says",
        "cassette 1 holds 3 notes",
        strikes.cassette,
    ),
    Form("the reject tray is taken out", "", "", strikes.tray(False)),
    Form("the reject tray is put back", "", "", strikes.tray(True)),
    Form("a note is missing from the stack", "of a presenter", "", strikes.presenter("short_pick")),
    Form("the stacker jams", "of a presenter", "", strikes.presenter("stacker_jam")),
    Form("the shutter jams", "of a presenter", "", strikes.presenter("shutter_jam")),
    Form(
        "the recount fails",
        "notes taken back cannot be counted",
        "",
        strikes.presenter("retract_uncounted"),
    ),
    Form("the card jams on its way in", "", "", strikes.reader("jamOnIntake")),
    Form("the card jams on its way out", "", "", strikes.reader("jamOnEject")),
    Form("the card jams on its way into the bin", "", "", strikes.reader("jamOnCapture")),
    Form("the chip is dead", "", "", strikes.reader("deadChip")),
    Form("the card reader is silent", "until it speaks again", "", strikes.reader("silence")),
    Form("the card reader speaks again", "", "", strikes.reader_speaks),
    Form(
        "the card reader is offline {time}",
        "its cable is out",
        "",
        strikes.offline(lambda p: p.bench.world.reader_wire),
    ),
    Form(
        "the card reader answers {code} to {words}",
        "an error to the next command that begins so",
        'the card reader answers 10 to "C30"',
        strikes.reader_says,
    ),
    Form("the acceptor's cassette is full", "nothing can be stored", "", strikes.acceptor_full),
    Form("the acceptor draws in two notes at once", "", "", strikes.acceptor("doubleFeed")),
    Form("the acceptor jams while it draws in", "", "", strikes.acceptor("jamFeed")),
    Form(
        "the acceptor jams while it stores, after {count} notes",
        "the last that went in is stored first",
        "",
        strikes.acceptor("jamStore"),
    ),
    Form(
        "the acceptor jams while it gives back, after {count} notes",
        "the last that went in comes first",
        "",
        strikes.acceptor("jamReturn"),
    ),
    Form("the acceptor is silent", "for good", "", strikes.acceptor("silence", times=10**9)),
    Form(
        "the acceptor is offline {time}",
        "its cable is out",
        "",
        strikes.offline(lambda p: p.bench.world.acceptor_wire),
    ),
    Form("the acceptor has no power for {time}", "and remembers", "", strikes.acceptor_off),
    Form(
        "the acceptor has no power for {time} and forgets",
        "its memory too",
        "",
        strikes.acceptor_forgets,
    ),
    Form("the bank is silent", "to everything", "", strikes.silent),
    Form(
        "the bank is silent about {about}",
        "it hears nothing of them",
        "the bank is silent about cash",
        strikes.silent_to(False),
    ),
    Form(
        "the bank acts on {about} in silence",
        "it does what it is told, and the answer is lost",
        "the bank acts on orders in silence",
        strikes.silent_to(True),
    ),
    Form(
        "the bank answers {about} after {time}",
        "",
        "the bank answers cash after 40 s",
        strikes.delays,
    ),
    Form(
        "the bank refuses {about}",
        "for a reason nobody knows",
        "the bank refuses questions",
        strikes.bank_refuses,
    ),
    Form(
        "the bank wants cards kept", "whatever card it is asked about", "", strikes.bank_keeps_cards
    ),
    Form("the bank is away", "it turns connections away", "", strikes.bank_away),
    Form("the bank is well again", "all of it", "", strikes.bank_well),
    Form(
        "the account holds {yuan} yuan",
        "",
        "the account holds 50 yuan",
        strikes.account("balance", minor=True),
    ),
    Form(
        "the limit of the day is {yuan} yuan",
        "",
        "the limit of the day is 300 yuan",
        strikes.account("day_limit", minor=True),
    ),
    Form("the card is blocked at the bank", "", "", strikes.account("blocked")),
    Form("the account takes no money", "", "", strikes.takes_nothing),
    Form(
        "the bill grows by {yuan} yuan",
        "that is being read back",
        "the bill grows by 10 yuan",
        strikes.bill_grows,
    ),
    Form(
        "the contract allows {yuan} yuan a year",
        "to be sent at machines",
        "the contract allows 1000 yuan a year",
        strikes.contract,
    ),
    Form("the printer is offline {time}", "its cable is out", "", strikes.offline_of(PRINTER)),
    Form(
        "the identity reader is offline {time}",
        "its cable is out",
        "",
        strikes.offline_of(DOCUMENTS),
    ),
    Form("every cable is plugged in again", "at once", "", strikes.plugged_in),
    Form("the record is full", "nothing can be written down any more", "", strikes.record_full),
    Form("the key pad dies", "", "", strikes.pad_dies),
)
"""Every fault."""


Told = Callable[[str, strikes.Shown], None]
"""Told of a fault that waits, and what asks whether it has shown itself."""


def waited(text: str) -> str:
    """What is said of one that waited in vain."""
    return f'"{text}" waited for something to break until the end, and nothing came'


@dataclass(frozen=True, slots=True)
class Chain:
    """Faults one after the other."""

    links: tuple[Said[strikes.Strike], ...]

    def strikes(self, player: "Player", tell: Told = lambda text, shown: None) -> None:
        """The first now, each other when the one before has shown itself."""
        if not self.links:
            return
        first, rest = self.links[0], Chain(self.links[1:])
        armed = first.does(player, *first.values)
        player.breaks(first.text, armed)
        if armed is not None:
            tell(first.text, armed.shown)
        if rest.links and armed is not None and armed.leads:
            player.after(armed.shown, partial(rest.strikes, player, tell))
        else:
            rest.strikes(player, tell)


@dataclass(frozen=True, slots=True)
class Arranged:
    """A fault of a story and its point; START where there is no terminal yet."""

    text: str
    point: str
    there: Callable[[s.Session], bool]
    chain: Chain
    line: int = 1

    def arrange(self, player: "Player") -> None:
        """Let it strike in its time."""
        if self.point == START:
            self._strikes(player)
        else:
            player.at(self.there, partial(self._strikes, player))

    def _strikes(self, player: "Player") -> None:
        player.came_to.add(self.text)
        self.chain.strikes(player, player.armed.__setitem__)

    def idle(self, player: "Player") -> str:
        """Why nothing broke by it, at the end of a story; "" if something did, or nobody can tell."""
        if self.text not in player.came_to:
            return f"the visit never came to this point ({self.point}), so nothing broke"
        for link in self.chain.links:
            shown = player.armed.get(link.text)
            if shown is not None and not shown():
                return waited(link.text)
        return ""


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
        all_points = ", ".join((*POINTS, f"{ON_SCREEN}SCREEN"))
        raise NotUnderstood(f'"{text}" is not "at POINT: FAULT". Points are: {all_points}.')
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


_PLACES: list[tuple[Catalogues, Mapping[str, Place]]] = []
"""The texts that were asked for last and their words' places: those of a folder have the same."""


def places_of(catalogues: Catalogues) -> Mapping[str, Place]:
    """Every place of a story's words: those of the texts, what a fault of the bank is about, and a whole fault."""
    if not _PLACES or _PLACES[0][0] is not catalogues:
        _PLACES[:] = [(catalogues, _with_faults(design_places(catalogues)))]
    return _PLACES[0][1]


def _with_faults(places: Mapping[str, Place]) -> Mapping[str, Place]:
    told = Place(r"\S+", strikes.about, f"one of {', '.join(strikes.ABOUT)}")
    inner = {**places, "about": told}
    whole = Place(r".+", lambda text: chain_of(text, inner), "a fault, as in `faults`")
    return {**inner, "fault": whole}
