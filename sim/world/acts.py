"""Physical acts by name: what a hand can do at the machine's front. A name that is not an act is a
mistake; an act that cannot be done now changes nothing and says so."""

from collections.abc import Callable, Mapping

from sim.world.cards import CARDS
from sim.world.identities import IDENTITIES
from sim.world.jack import SIDE_KEYS
from sim.world.printer import PrinterFirmware
from sim.world.world import World

NOTES = {"10": 10, "20": 20, "50": 50, "100": 100, "bad": 0}
"""What can be put into the note acceptor: yuan, and what is no note."""

PAPER: Mapping[str, Callable[[PrinterFirmware], None]] = {
    "take_paper": lambda printer: printer.load_paper(0),
    "load_paper": lambda printer: printer.load_paper(),
    "open_cover": PrinterFirmware.open_cover,
    "close_cover": PrinterFirmware.close_cover,
}
"""What a hand does at the receipt printer."""

KEYS = frozenset("0123456789*#") | {"enter", "clear", "cancel", "help"}


class UnknownAct(Exception):
    """No such act; the text names the known ones."""


def act(world: World, name: str) -> bool:
    """Do one act: `insert:CARD`, `take_card`, `take_notes`, `insert_notes:NOTE,NOTE` (the acceptor draws
    them in one by one), `take_returned`, `place_document:NAME`, `lift_document`,
    `take_paper`, `load_paper`, `open_cover` and `close_cover` of the receipt printer, where one is fitted,
    `key:KEY` (the pad, and `louder` and `softer` beside the jack), `plug_headset`, `pull_headset`,
    `headset` (whichever of both can be done), `point:NAME` (a helper points at what is called so on the
    screen; without a name, at nothing), `scan:TEXT` (a barcode before the scanner). True if it could
    be done; `answer_phone` and `hang_up` are the customer's own telephone."""
    verb, _, what = name.partition(":")
    match verb:
        case "insert" if what in CARDS:
            return world.reader.insert(what)
        case "take_card":
            return world.reader.take_card() is not None
        case "take_notes":
            return world.take_notes() > 0
        case "insert_notes" if what and set(what.split(",")) <= NOTES.keys():
            return world.insert_notes(*(NOTES[note] for note in what.split(",")))
        case "take_returned":
            return world.take_returned() > 0
        case "place_document" if what in IDENTITIES:
            return world.documents is not None and world.documents.place(what)
        case "lift_document":
            return world.documents is not None and world.documents.lift() is not None
        case "take_paper" | "load_paper" | "open_cover" | "close_cover" if (
            world.printer is not None
        ):
            PAPER[verb](world.printer)
            return True
        case "key" if what in KEYS:
            world.press_key(what)
            return True
        case "key" if what in SIDE_KEYS:
            world.jack.press(what)
            return True
        case "point":
            return world.staff.point(what)
        case "scan" if what:
            world.scan(what)
            return True
        case "plug_headset":
            return world.jack.plug()
        case "pull_headset":
            return world.jack.pull()
        case "answer_phone":
            return world.phone.answer()
        case "hang_up":
            return world.phone.hang_up()
        case "headset":
            return world.jack.pull() or world.jack.plug()
        case _:
            raise UnknownAct(
                f'"{name}" is not an act. Known: insert:CARD, take_card, take_notes, '
                "insert_notes:NOTE,NOTE, take_returned, place_document:NAME, lift_document, key:KEY, "
                "take_paper, load_paper, open_cover, close_cover, "
                "plug_headset, pull_headset, headset, answer_phone, hang_up, point:NAME, scan:TEXT; "
                f"cards: {', '.join(CARDS)}; documents: {', '.join(IDENTITIES)}; "
                f"notes: {', '.join(NOTES)}."
            )
