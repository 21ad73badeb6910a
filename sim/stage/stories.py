"""The stories that come with the terminal: who comes, what goes wrong, and what must hold at the end.

A story is data. `play` runs it headless, draws what was seen, writes what was said and the record,
and compares the end with `Must`: what the account was charged, what the customer holds, where the
card is, how the operation ended.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sim.world.bank import CUSTOMERS
from sim.world.people import Wish
from sim.world.world import Shape, World


@dataclass(frozen=True, slots=True)
class Must:
    """What must hold when the story is over. Amounts in whole yuan; `ending` is the catalogue key of
    the last words; `profile` and `reason` what was shown at the end and why."""

    charged: int
    paid: int
    card: str = "hand"
    held: int = 0
    ending: str = ""
    profile: str = "standard"
    reason: str = "DEFAULT"


@dataclass(frozen=True, slots=True)
class Story:
    """One story: a customer's wish, a machine's shape, what is arranged before, what must hold."""

    name: str
    about: str
    wish: Wish
    must: Must
    shape: Shape = "path"
    arrange: Callable[[World], None] = field(default=lambda world: None)


def _wish(card: str, **more: object) -> Wish:
    customer = CUSTOMERS.get(card)
    pins = (customer.pin,) if customer else ("000000",)
    return Wish(card, **{"pins": pins, **more})  # type: ignore[arg-type]


def _jam_after_three(world: World) -> None:
    world.notes.arm("jam", after=3, error=0x03)


def _jam_at_the_exit(world: World) -> None:
    world.notes.arm("jam", after=2, error=0x05)


def _bank_silent(world: World) -> None:
    world.host.silent_to = frozenset({"Authorize"})


def _lost_reply(world: World) -> None:
    world.notes.arm("response_lost", times=3, command=0x52)


def _retract_uncounted(world: World) -> None:
    world.presenter.arm("retract_uncounted")


_STORIES = (
    Story(
        "standard",
        "A customer of 34 draws 500 yuan.",
        _wish("lin"),
        Must(500, 500, ending="done"),
    ),
    Story(
        "elder",
        "A customer of 74 draws 500 yuan and gets the large-text version without asking.",
        _wish("chen", think_seconds=5.0),
        Must(500, 500, ending="done", profile="elder", reason="RECORD"),
    ),
    Story(
        "wrong-pin",
        "The PIN is wrong once; the second one is right.",
        _wish("lin", pins=("111111", CUSTOMERS["lin"].pin)),
        Must(500, 500, ending="done"),
    ),
    Story(
        "card-left",
        "The customer walks away before taking the card; the machine keeps it and no note moves.",
        _wish("lin", takes_card=False),
        Must(0, 0, card="bin", ending="card_kept"),
    ),
    Story(
        "note-jam",
        "The notes jam after three of five; 300 came out and 300 are charged.",
        _wish("lin"),
        Must(300, 300, ending="done"),
        arrange=_jam_after_three,
    ),
    Story(
        "note-jam-doubt",
        "A note sticks in the exit: the machine does not know, says so, and holds the money.",
        _wish("zhou"),
        Must(0, 300, held=500, ending="suspect", profile="elder", reason="RECORD"),
        arrange=_jam_at_the_exit,
    ),
    Story(
        "host-silent",
        "The bank does not answer the money request; nothing is charged, the card comes back.",
        _wish("lin"),
        Must(0, 0, ending="goodbye"),
        arrange=_bank_silent,
    ),
    Story(
        "unpayable",
        "255 yuan cannot be made from the notes; the customer takes 250 instead.",
        _wish("lin", amount=255),
        Must(250, 250, ending="done"),
    ),
    Story(
        "too-little",
        "There is less in the account than asked; the customer gives up and gets the card back.",
        _wish("wang", amount=1000, cancels_at="choose_amount_insufficient"),
        Must(0, 0, ending="goodbye"),
    ),
    Story(
        "offered",
        "A customer of 63 is offered the large-text version and goes on without it.",
        _wish("wang", amount=100),
        Must(100, 100, ending="done"),
    ),
    Story(
        "own-choice",
        "A customer of 74 switches back to the standard version; it stays.",
        _wish("chen", switch_at_pin="standard"),
        Must(500, 500, ending="done", reason="EXPLICIT"),
    ),
    Story(
        "visitor",
        "A visitor reads English and draws 200 yuan.",
        _wish("smith", language="en", amount=200),
        Must(200, 200, ending="done"),
    ),
    Story(
        "lost-reply",
        "The dispenser's answer is lost three times; its own memory settles it. Nothing is paid twice.",
        _wish("lin"),
        Must(500, 500, ending="done"),
        arrange=_lost_reply,
    ),
    Story(
        "wrong-count",
        "The customer says 100 is missing: the money is held, people will count.",
        _wish("lin", count="wrong", stated=400),
        Must(0, 500, held=500, ending="disputed"),
    ),
    Story(
        "presenter",
        "The other kind of dispenser: notes are stacked, presented, taken.",
        _wish("lin"),
        Must(500, 500, ending="done"),
        shape="presenter",
    ),
    Story(
        "notes-left",
        "Nobody takes the notes; they are taken back, counted, and nothing is charged.",
        _wish("chen", takes_notes=False),
        Must(0, 0, ending="retracted", profile="elder", reason="RECORD"),
        shape="presenter",
    ),
    Story(
        "notes-left-doubt",
        "Nobody takes the notes and the recount fails: the money is held, people will count.",
        _wish("lin", takes_notes=False),
        Must(0, 0, held=500, ending="suspect"),
        shape="presenter",
        arrange=_retract_uncounted,
    ),
    Story(
        "unreadable",
        "A dead chip: the card comes back with a plain word.",
        _wish("dead"),
        Must(0, 0, ending="goodbye"),
    ),
    Story(
        "wrong-card",
        "A bus card: not a bank card, and it comes back.",
        _wish("transit"),
        Must(0, 0, ending="goodbye"),
    ),
    Story(
        "expired",
        "A card past its date comes back.",
        _wish("expired"),
        Must(0, 0, ending="goodbye"),
    ),
    Story(
        "walks-away",
        "The customer leaves at the amount; the machine asks, waits, and gives the card to nobody.",
        _wish("lin", walks_away_at="choose_amount", takes_card=False),
        Must(0, 0, card="bin", ending="card_kept"),
    ),
)

STORIES: Mapping[str, Story] = {story.name: story for story in _STORIES}
"""Every story by name."""

FIRST = (
    "standard",
    "elder",
    "wrong-pin",
    "card-left",
    "note-jam",
    "host-silent",
    "unpayable",
)
"""What is played where there is no display."""
