"""Physical acts by name: what a hand can do at the machine's front. A name that is not an act is a
mistake; an act that cannot be done now changes nothing and says so."""

from sim.world.cards import CARDS
from sim.world.identities import IDENTITIES
from sim.world.world import World

KEYS = frozenset("0123456789*#") | {"enter", "clear", "cancel", "help"}


class UnknownAct(Exception):
    """No such act; the text names the known ones."""


def act(world: World, name: str) -> bool:
    """Do one act: `insert:CARD`, `take_card`, `take_notes`, `place_document:NAME`, `lift_document`,
    `key:KEY`, `headset`. True if it could be done."""
    verb, _, what = name.partition(":")
    match verb:
        case "insert" if what in CARDS:
            return world.reader.insert(what)
        case "take_card":
            return world.reader.take_card() is not None
        case "take_notes":
            return world.take_notes() > 0
        case "place_document" if what in IDENTITIES:
            return world.documents is not None and world.documents.place(what)
        case "lift_document":
            return world.documents is not None and world.documents.lift() is not None
        case "key" if what in KEYS:
            world.press_key(what)
            return True
        case "headset":
            world.headset = not world.headset
            return True
        case _:
            raise UnknownAct(
                f'"{name}" is not an act. Known: insert:CARD, take_card, take_notes, '
                "place_document:NAME, lift_document, key:KEY, headset; "
                f"cards: {', '.join(CARDS)}; documents: {', '.join(IDENTITIES)}."
            )
