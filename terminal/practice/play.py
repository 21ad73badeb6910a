"""The outside of a practice: a play reader, pad, bank and dispenser that are values and nothing else.

They answer what the real ones would answer when all goes well, at once, and know nothing of the real ones:
there is no port here, no journal and no account, only effects that come in and events that go out. What a
hand does at the front (put the card in, take it, take the notes) is a press on the glass in practice,
because the slots are real.
"""

from collections.abc import Mapping
from typing import Final

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer
from terminal.card import Card, Pan, PinBlock
from terminal.cash_units import Cassette
from terminal.money import yuan

CARD: Final = Card(Pan("6200000000000000000"), "9912", (), "PRACTICE")
"""A card that no bank has."""

CASSETTES: Final = tuple(Cassette(yuan(note), 100) for note in (100, 50, 20, 10))

PRESENTER: Final = ev.Capabilities(True, True, True, True, True, True)
"""What is practised where the dispenser has not said what it can do."""

PIN_DIGITS: Final = 6
"""Any six digits are right: nobody is to type their own, and nothing compares them."""

TAKE_CARD: Final = Answer("practice_take_card", role="primary", key="enter")
TAKE_NOTES: Final = Answer("practice_take_notes", role="primary", key="enter")
FINISH: Final = Answer("understood", role="primary", key="enter")


def machine_for(real: s.Machine) -> s.Machine:
    """The machine of a practice: play cassettes, withdrawal alone, and no bank that could remember a look."""
    return s.Machine(
        CASSETTES,
        capabilities=real.capabilities or PRESENTER,
        cash="",
        host_up=False,
        language=real.language,
        entropy=b"practice",
        weights=real.weights,
        bank_line=real.bank_line,
        call=real.call,
    )


def answered(effect: fx.Effect, machine: s.Machine) -> tuple[ev.Event, ...]:
    """What the play outside says to an effect; nothing where the real one would say nothing."""
    none = (0,) * len(CASSETTES)
    match effect:
        case fx.ReadCard():
            return (ev.CardRead(CARD),)
        case fx.EnquireCard():
            return (ev.CardKnown(("withdrawal",)),)
        case fx.MakePinBlock(message=message):
            return (ev.PinBlockMade(message, PinBlock(bytes(16))),)
        case fx.VerifyPin(message=message):
            return (ev.PinRight(message),)
        case fx.Authorize(txid=txid):
            return (ev.Approved(txid, "PLAY", "play"),)
        case fx.EjectCard():
            return (ev.CardAtGate(),)
        case fx.PrepareDispense(txid=txid):
            return (ev.DispensePrepared(txid, ""),)
        case fx.DispenseNotes(txid=txid, mix=mix):
            return (ev.NotesDispensed(txid, mix, none, "00", False),)
        case fx.StackNotes(txid=txid, mix=mix):
            return (ev.NotesStacked(txid, mix, none),)
        case fx.PresentNotes(txid=txid):
            return (ev.NotesPresented(txid),)
        case _:
            return ()


def meant(session: s.Session, event: ev.Event) -> ev.Event:
    """What a press means in a practice: hands at the front, and the keys of the play pad."""
    match session.phase, event:
        case s.TakingCard(), ev.Chosen("practice_take_card"):
            return ev.CardTaken()
        case s.TakingNotes(order=order), ev.Chosen("practice_take_notes"):
            return ev.NotesTaken(order.txid)
        case s.EnteringPin() as phase, ev.KeyPressed(key) if not (session.overlay or session.focus):
            return _typed(phase.digits, key) or event
        case _:
            return event


def _typed(digits: int, key: str) -> ev.Event | None:
    match key:
        case key if key.isdigit():
            return ev.PinDigits(min(digits + 1, PIN_DIGITS))
        case "enter":
            return ev.PinEntered() if digits == PIN_DIGITS else ev.PinDigits(digits)
        case "clear":
            return ev.PinDigits(0)
        case _:
            return None


HANDS: Final[Mapping[type, Answer]] = {
    s.TakingCard: TAKE_CARD,
    s.TakingNotes: TAKE_NOTES,
    s.Farewell: FINISH,
}
"""What is pressed in place of a hand at the front, and of the time that a goodbye ends with."""

HAND_NAMES: Final = frozenset(("practice_insert", TAKE_CARD.name, TAKE_NOTES.name))
"""The presses that stand for a hand."""
