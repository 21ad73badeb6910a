"""What the words of a story need of its machine, so that nothing is waited for that cannot come and no fault strikes
nothing.

A printer that is not there cannot be unplugged, and a path dispenser has no shutter: both would pass in silence.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sim.stories.faults import Chain
from sim.stories.player import Machine
from sim.stories.words import Said
from terminal.menu import TAKE_NOTES


@dataclass(frozen=True, slots=True)
class Need:
    """The beginnings of the forms that need something, whether a machine has it, and how a story says so."""

    forms: tuple[str, ...]
    has: Callable[[Machine], bool]
    say: str


NEEDS: Final = (
    Need(
        ("lay down the document", "pick up the document", "the identity reader"),
        lambda machine: machine.documents,
        'a reader of documents: fitted = ["documents"]',
    ),
    Need(
        ("the printer",),
        lambda machine: machine.printer,
        'a receipt printer: fitted = ["printer"]',
    ),
    Need(
        ("put in notes", "take back the notes", "the acceptor"),
        lambda machine: bool(TAKE_NOTES & set(machine.services)),
        f"a service that takes notes: {', '.join(sorted(TAKE_NOTES))}",
    ),
    Need(
        (
            "take {count} of the notes",
            "a note is missing from the stack",
            "the stacker jams",
            "the shutter jams",
            "the recount fails",
        ),
        lambda machine: machine.shape == "presenter",
        'the other dispenser: dispenser = "presenter"',
    ),
    Need(
        ("jam ", "the order to pay", "the result is lost", "the reject tray"),
        lambda machine: machine.shape == "path",
        'the other dispenser: dispenser = "path"',
    ),
)
"""Everything that not every machine has."""


def missing(said: Said[Any], machine: Machine) -> Iterator[str]:
    """What a line that was understood needs and this machine has not."""
    form = said.form.form
    for need in NEEDS:
        if form.startswith(need.forms) and not need.has(machine):
            yield f'"{said.text}" needs {need.say}.'
    if form == "choose {service}" and said.values[0] not in machine.services:
        offered = ", ".join(machine.services)
        yield f'"{said.text}": the menu of this story has {offered}.'
    for value in said.values:
        if isinstance(value, Chain):
            yield from of_chain(value, machine)


def of_chain(chain: Chain, machine: Machine) -> Iterator[str]:
    """The same of faults."""
    for link in chain.links:
        yield from missing(link, machine)
