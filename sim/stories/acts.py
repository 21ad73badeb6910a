"""What a customer does, word by word: the closed list of acts.

An act is a line of `acts` in a story. It waits for what it needs (`player.py`), so a story needs no pauses
of its own; what cannot be done is the failure of that line. The same list is the reference page.
"""

from collections.abc import Callable
from typing import Final

from sim.stories import glass
from sim.stories.faults import Chain
from sim.stories.player import WALKED_AWAY_SECONDS_MAX, Failed, Player
from sim.stories.words import PAYEES, Form
from sim.world.acts import act
from sim.world.bank import CUSTOMERS
from terminal import events as ev
from terminal import session as s
from terminal.flows.bills import EnteringNumber
from terminal.flows.passbook import Naming
from terminal.flows.passport import Scanning
from terminal.flows.transfer import phases
from terminal.flows.transfer.sending import Signing

Act = Callable[..., None]
"""Given the player and the values in the places of the form. Raises Failed."""

PAYING: Final = (s.PreparingCash, s.Dispensing, s.PresentingNotes)
"""While notes come out nobody reaches for them."""

SCANNED: Final = (EnteringNumber, Scanning, Naming)
"""Where what is held before the scanner is read; elsewhere nobody hears it."""

SIGNATURE: Final = ev.Signed(2, 40)
"""Two strokes with a finger; what they look like never leaves the glass."""


def _insert(player: Player, card: str = "") -> None:
    player.waits_for(player.may_insert, "a machine that takes cards")
    player.comes()
    player.hand(f"insert:{card or player.card}")


def _collects_pin(player: Player) -> Callable[[], bool]:
    """A pad that collects a PIN and nothing over it; a second one is another one."""
    return lambda: (
        isinstance(player.session.phase, s.COLLECTING_PIN)
        and not player.session.overlay
        and player.session.phase.digits == 0
    )


def _type_pin(player: Player, pin: str = "") -> None:
    player.waits_for(_collects_pin(player), "a screen that asks for a PIN")
    player.looks()
    known = CUSTOMERS.get(player.card)
    player.keys(*(pin or (known.pin if known else "000000")), "enter")


def _press(player: Player, words: tuple[str, ...]) -> None:
    for word in words:
        player.button(word)


def _choose_service(player: Player, name: str) -> None:
    player.waits_for(lambda: isinstance(player.session.phase, s.ChoosingService), "the menu")
    for _ in player.machine.services:
        player.button(name, turn="more_services")
        if not isinstance(player.session.phase, s.ChoosingService):
            return


def _choose_payee(player: Player, name: str) -> None:
    payee = PAYEES[name]
    there = phases.ChoosingPayee
    player.waits_for(lambda: isinstance(player.session.phase, there), "a choice of payees")
    player.button(payee.ref, called=name)


def _type_account(player: Player, name: str) -> None:
    def takes() -> bool:
        asked = isinstance(player.session.phase, phases.TypingAccount)
        return asked and glass.types_here(player.session)

    player.types(PAYEES[name].number, takes, "a field for an account")


def _type(player: Player, digits: str) -> None:
    player.types(
        digits,
        lambda: glass.types_here(player.session),
        "a screen that asks for a number or an amount",
    )


def _keys(player: Player, keys: tuple[str, ...]) -> None:
    player.looks()
    player.keys(*keys)


def _take_card(player: Player) -> None:
    player.waits_for(lambda: player.bench.world.reader.where(player.card) == "gate", "the card")
    player.hand("take_card")


def _notes_there(player: Player) -> Callable[[], bool]:
    return lambda: (
        bool(player.bench.world.notes_in_slot()) and not isinstance(player.session.phase, PAYING)
    )


def _take_notes(player: Player) -> None:
    player.waits_for(_notes_there(player), "notes in the slot")
    player.hand("take_notes")


def _take_some(player: Player, count: int) -> None:
    player.waits_for(_notes_there(player), "notes in the slot")
    if player.machine.shape == "path":
        raise Failed("out of an open tray a hand takes all the notes")
    player.looks()
    world = player.bench.world
    if (there := sum(world.presenter.in_slot().values())) < count:
        raise Failed(f"{there} notes lie in the slot: {count} cannot be taken")
    world.purse.update(world.presenter.take_notes(count))
    player.passes(AFTER_HAND_SECONDS)


AFTER_HAND_SECONDS: Final = 0.7


def _put_in_notes(player: Player, notes: tuple[str, ...]) -> None:
    player.hand(f"insert_notes:{','.join(notes)}", "an open inlet for notes")
    player.passes(COUNTED_SECONDS * len(notes))


COUNTED_SECONDS: Final = 4.0
"""For each note to be drawn in and looked at."""


def _take_back(player: Player) -> None:
    player.hand("take_returned", "notes that are given back")


def _waits(player: Player, seconds: float) -> None:
    player.passes(seconds)


def _walks_away(player: Player) -> None:
    def alone() -> bool:
        return isinstance(player.session.phase, s.Idle | s.OutOfService)

    player.until(lambda: not alone(), 1.0)
    if not player.until(alone, WALKED_AWAY_SECONDS_MAX):
        raise Failed("the machine was never ready for the next customer")


def _scan(player: Player, text: str) -> None:
    def reads() -> bool:
        there = isinstance(player.session.phase, SCANNED)
        return there and not player.session.overlay

    player.waits_for(reads, "a screen that reads with the scanner")
    player.looks()
    if not reads():
        raise Failed(f"the scanner was not asked any more: there stood {player.stands()}")
    act(player.bench.world, f"scan:{text}")
    player.passes(AFTER_HAND_SECONDS)


def _at_once(name: str, cannot: str) -> Act:
    """What nobody but this customer makes possible, on whatever screen: there is nothing to wait for."""

    def do(player: Player, *what: str) -> None:
        player.hand_at_once(":".join((name, *what)), cannot)

    return do


def _signs(player: Player) -> None:
    def asks() -> bool:
        return isinstance(player.session.phase, Signing) and not player.session.overlay

    player.waits_for(asks, "a field for a signature")
    player.looks()
    if not asks():
        raise Failed(f"the field for a signature was gone: there stood {player.stands()}")
    player.bench.glass.pressed.append(SIGNATURE)
    player.passes(AFTER_HAND_SECONDS)


def _meanwhile(player: Player, chain: Chain) -> None:
    number = player.number

    def waits(text: str, shown: Callable[[], bool]) -> None:
        player.among.append((number, text, shown))

    chain.strikes(player, waits)
    player.passes(0.0)


def _power(player: Player, seconds: float) -> None:
    player.power_fails(seconds)


ACTS: Final[tuple[Form[Act], ...]] = (
    Form("put in the card", "their own card, once the machine takes one", "", _insert),
    Form("put in the card {card}", "somebody else's card", "put in the card wang", _insert),
    Form("type the PIN", "the right one, then Enter", "", _type_pin),
    Form("type the PIN {pin}", "this one, then Enter", "type the PIN 111111", _type_pin),
    Form("choose {service}", "on the menu, turning its leaves", "choose deposit", _choose_service),
    Form(
        "press {buttons}",
        "buttons of the glass, one after the other, each once it is there",
        "press 500, confirm",
        _press,
    ),
    Form(
        "type {digits}",
        "digits on the pad, then Enter, once a number, an amount or a PIN is asked for; more than the field takes "
        "fail the line",
        "type 300",
        _type,
    ),
    Form(
        "press the keys {keys}",
        "keys of the machine, at once, on whatever screen: they mean what they mean there",
        "press the keys 3 0 enter",
        _keys,
    ),
    Form("take the card", "once it is out", "", _take_card),
    Form("take the notes", "all of them, once they lie there", "", _take_notes),
    Form(
        "take {count} of the notes", "out of a presenter's slot", "take 2 of the notes", _take_some
    ),
    Form(
        "put in notes {notes}", "into the note acceptor", "put in notes 100 50 bad", _put_in_notes
    ),
    Form("take back the notes", "that the acceptor returns", "", _take_back),
    Form("pay {payee}", "somebody who stands among the payees", "pay the landlord", _choose_payee),
    Form(
        "type the account of {payee}",
        "its number and Enter, where an account is asked for",
        "type the account of somebody new",
        _type_account,
    ),
    Form("sign with a finger", "where a signature is asked for", "", _signs),
    Form(
        "scan {words}",
        "something before the scanner, where a screen reads with it",
        'scan "3301204412"',
        _scan,
    ),
    Form(
        "listen by headset",
        "the plug goes into the jack, at once, on whatever screen",
        "",
        _at_once("plug_headset", "there is a plug in the jack already"),
    ),
    Form(
        "pull out the headset",
        "out of the jack, at once",
        "",
        _at_once("pull_headset", "there is no plug in the jack"),
    ),
    Form(
        "lay down the document {document}",
        "on its reader, at once, on whatever screen; the machine must be `fitted` with one",
        "lay down the document feng_guilan",
        _at_once("place_document", "a document lies on the reader already"),
    ),
    Form(
        "pick up the document",
        "from its reader, at once",
        "",
        _at_once("lift_document", "there is no document on the reader"),
    ),
    Form(
        "answer the telephone",
        "the customer's own, at once, on whatever screen",
        "",
        _at_once("answer_phone", "the customer is on the telephone already"),
    ),
    Form(
        "hang up",
        "the customer's own telephone, at once",
        "",
        _at_once("hang_up", "the customer is not on the telephone"),
    ),
    Form("wait {time}", "do nothing for so long", "wait 30 s", _waits),
    Form("walk away", "do nothing until the machine is free again", "", _walks_away),
    Form(
        "meanwhile {fault}",
        "something breaks, or is mended, at this moment",
        "meanwhile the bank is silent",
        _meanwhile,
    ),
    Form(
        "the power fails for {time}",
        "the terminal's; devices and bank go on",
        "the power fails for 20 s",
        _power,
    ),
)
"""Every act."""
