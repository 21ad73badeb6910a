"""What is killed and when: stories, cases, and their names.

A story is one customer, what is broken before, and how the visit ends if nobody kills anything. A case
is a story and the deaths in it, one for each life of the terminal but the last: at a crash point by its
number or as a moment (a row or an effect), or so many story seconds after the start of that life. A
case's name says all of it, so that one line repeats it: `standard:17`, `standard:before-FINAL`,
`note-jam:@12.5`, `standard:42+3/stays`, `card-left:20/fresh`.
"""

import re
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from sim.world.bank import CUSTOMERS
from sim.world.people import Wish
from sim.world.world import World

THINK_SECONDS: Final = 0.3
"""A customer in a hurry: the visit itself is not what is looked at here."""

DEATHS_MAX: Final = 5
"""More deaths in one case than a supervisor would stand by and watch (`supervisor.CRASHES_MAX`)."""

Death = int | float | str
"""A crash point by its number or its moment (`after FINAL`), or story seconds into the life."""


@dataclass(frozen=True, slots=True)
class Story:
    """`out`, `charged` and `held` in whole yuan, and `bin` whether the machine keeps the card, if nobody
    kills anything."""

    wish: Wish
    out: int = 500
    charged: int = 500
    held: int = 0
    bin: bool = False
    arrange: Callable[[World], None] = field(default=lambda world: None)
    silent_to: AbstractSet[str] = frozenset()


def _wish(card: str = "lin", **more: object) -> Wish:
    pins = (CUSTOMERS[card].pin,)
    return Wish(card, **{"pins": pins, "think_seconds": THINK_SECONDS, **more})  # type: ignore[arg-type]


def _jam(world: World) -> None:
    world.notes.arm("jam", after=3, error=0x03)


def _jam_at_the_exit(world: World) -> None:
    world.notes.arm("jam", after=2, error=0x05)


def _reply_lost(world: World) -> None:
    world.notes.arm("response_lost", times=3, command=0x52)


def _slow_reader(world: World) -> None:
    world.reader.arm("ackLost")
    world.reader.arm("responseLost")


STORIES: Final[Mapping[str, Story]] = {
    "standard": Story(_wish()),
    "wrong-pin": Story(_wish(pins=("111111", CUSTOMERS["lin"].pin))),
    "cancelled": Story(_wish(cancels_at="choose_amount"), out=0, charged=0),
    "cancelled-late": Story(_wish(cancels_late=True), out=0, charged=0),
    "card-left": Story(_wish(takes_card=False), out=0, charged=0, bin=True),
    "notes-left": Story(_wish(takes_notes=False, count="")),
    "note-jam": Story(_wish(), out=300, charged=300, arrange=_jam),
    "note-jam-doubt": Story(_wish("zhou"), 300, 0, 500, arrange=_jam_at_the_exit),
    "reply-lost": Story(_wish(), arrange=_reply_lost),
    "reader-trouble": Story(_wish(), arrange=_slow_reader),
    "declined": Story(
        _wish("wang", amount=1000, cancels_at="choose_amount_insufficient"), out=0, charged=0
    ),
    "bank-silent": Story(_wish(), out=0, charged=0, silent_to=frozenset({"Authorize"})),
    "wrong-count": Story(_wish(count="wrong", stated=400), 500, 0, 500),
}
"""Every story; `silent_to` as in `BankLine`."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `stays`: the customer is still there after a death; `fresh`: terminals are started as new
    processes instead of forked."""

    story: str
    deaths: tuple[Death, ...] = ()
    stays: bool = False
    fresh: bool = False

    @property
    def name(self) -> str:
        """What `case_named` reads."""
        deaths = "+".join(map(_said, self.deaths))
        return f"{self.story}:{deaths}{'/stays' * self.stays}{'/fresh' * self.fresh}"


def _said(death: Death) -> str:
    match death:
        case str():
            return death.replace(" ", "-")
        case int():
            return str(death)
        case _:
            return f"@{death:g}"


_DEATH: Final = re.compile(
    r"(?P<point>[1-9]\d{0,3})|@(?P<seconds>\d{1,3}(\.\d+)?)|(?P<moment>(before|after)-[A-Za-z_]+)"
)


def _read(death: str) -> Death | None:
    found = _DEATH.fullmatch(death)
    match found and found.lastgroup:
        case "point":
            return int(death)
        case "seconds":
            return float(death[1:])
        case "moment":
            return death.replace("-", " ")
        case _:
            return None


def case_named(name: str) -> Case:
    """The case of a name. Raises ValueError with a sentence for people."""
    words, *ways = name.split("/")
    story, _, said = words.partition(":")
    if story not in STORIES:
        raise ValueError(f'There is no story "{story}". Known are: {", ".join(STORIES)}.')
    deaths = [_read(death) for death in said.split("+")] if said else []
    known = tuple(death for death in deaths if death is not None)
    if len(known) < len(deaths) or len(deaths) > DEATHS_MAX:
        raise ValueError(
            f'"{said}" is no list of deaths: crash points, moments and seconds, such as 17, '
            "before-FINAL, @12.5 or 42+3."
        )
    if not set(ways) <= {"stays", "fresh"}:
        raise ValueError(f'"{name}": after a slash only stays and fresh are known.')
    return Case(story, known, "stays" in ways, "fresh" in ways)
