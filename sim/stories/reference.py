"""The page of all words of a story, made from the tables that mean them, so that it cannot fall behind.

`python -m tools.make_story_words` writes it to `docs/stories.md`; a test compares the two.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sim.stage.settings import Design
from sim.stories.acts import ACTS
from sim.stories.checks import CHECKS, ENDINGS
from sim.stories.faults import FAULTS, POINTS, places_of
from sim.stories.file import KEYS, story_from
from sim.stories.play import play
from sim.stories.player import BANKS, PACES
from sim.stories.strikes import ABOUT, ASKED_WHEN
from sim.stories.words import PAYEES, Form
from sim.world.bank import CUSTOMERS
from sim.world.bank.passbooks import NOBODYS, PASSBOOKS
from sim.world.cards import CARDS
from terminal.flows.services import NAMES

HEAD: Final = """\
# The words of a story

Written by `python -m tools.make_story_words` from the tables that mean them (`sim/stories`); how to write a
story is told in the [README](../README.md). Words in braces stand for something of your own: what may stand
there is listed below under its name. Case and spaces mean nothing, and in `acts` what follows `#` is a remark.
`python main.py play --words SCREEN` tells what a screen reads, takes and offers.

"""


def text(design: Design) -> str:
    """The whole page."""
    places = places_of(design.catalogues)
    parts = [
        *_table(
            "Keys of a file",
            ("key", "value"),
            ((f"`{k}`", f"{v[0]}: {v[1]}") for k, v in KEYS.items()),
        ),
        *_forms("Acts", ACTS),
        *_forms("Checks between acts", CHECKS),
        *_table("Keys of [end]", ("key", "what must hold"), _endings()),
        *_table(
            "Points of a fault",
            ("point", "when"),
            (
                *((f"`at {name}`", point.means) for name, point in POINTS.items()),
                ("`at the screen {screen}`", "that screen is shown"),
            ),
        ),
        *_forms("Faults", FAULTS),
        *_table("What stands in braces", ("name", "what"), _places(places)),
        *_table("Customers", ("`customer`", "who"), ((f"`{k}`", v[1]) for k, v in PACES.items())),
        *_table("The bank", ("`bank`", "how it is"), ((f"`{k}`", v[1]) for k, v in BANKS.items())),
        *_table("Cards", ("`card`", "whose", "PIN", "in the account", "met in"), _cards(design)),
        *_table("Passbooks", ("of the account of", "number", "PIN"), _passbooks()),
        *_list("Payees", PAYEES),
        *_list("Services", NAMES),
        *_table("Messages to the bank", ("about", "sent when"), _messages()),
    ]
    return HEAD + "\n".join(parts)


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"## {title}\n"
    yield f"| {' | '.join(heads)} |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield f"| {' | '.join(one.replace('|', '/') for one in row)} |"
    yield ""


def _forms(title: str, forms: Sequence[Form[Any]]) -> Iterator[str]:
    rows = ((f"`{one.form}`", _meaning(one)) for one in forms)
    yield from _table(title, (title.split()[0].lower(), "meaning"), rows)


def _meaning(form: Form[Any]) -> str:
    example = f"`{form.example}`" if form.example else ""
    return ": ".join(part for part in (form.means, example) if part)


def _endings() -> Iterator[tuple[str, str]]:
    for key, ending in ENDINGS.items():
        kind = "a list: " if ending.many else ""
        yield f"`{key}`", f"{kind}{ending.means}"


def _places(places: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    forms: tuple[Form[Any], ...] = (*ACTS, *CHECKS, *FAULTS)
    used = {name for form in forms for name in form.names}
    return ((f"`{name}`", places[name].means) for name in sorted(used))


def _cards(design: Design) -> Iterator[tuple[str, ...]]:
    for name, card in CARDS.items():
        who = CUSTOMERS.get(name)
        known = (who.pin, f"{who.balance // 100:,}", _met(name, design)) if who else ("", "", "")
        yield f"`{name}`", card.label_en, *known


def _met(card: str, design: Design) -> str:
    """The look in which a machine as it is asks for this customer's PIN: played, and not known here."""
    acts = "put in the card\nthen the screen is enter_pin"
    text = f'about = "x"\ncard = "{card}"\nacts = """\n{acts}\n"""\n'
    result = play(story_from(text, card, design), design)
    assert result.well, f"{card}: {result.failures}"
    return result.steps[-1].screen.look


def _passbooks() -> Iterator[tuple[str, str, str]]:
    for name, book in PASSBOOKS.items():
        yield f"`{name}`", book.number, book.pin
    yield "nobody", NOBODYS, ""


def _messages() -> Iterator[tuple[str, str]]:
    for name in ABOUT:
        yield f"`{name}`", ASKED_WHEN[name]


def _list(title: str, names: Iterable[str]) -> Iterator[str]:
    yield f"## {title}\n"
    yield ", ".join(f"`{name}`" for name in names) + "\n"
