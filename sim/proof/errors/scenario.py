"""What a scenario is: data about one error, one customer and the end."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sim.proof.errors.line import BankLine
from sim.stage.bench import Bench
from sim.world.bank import CUSTOMERS
from sim.world.people import Wish
from sim.world.world import Shape


@dataclass(frozen=True, slots=True)
class Stage:
    """What a strike can reach: the machine with its world, and the line to the bank."""

    bench: Bench
    bank: BankLine


Strike = Callable[[Stage], None]
"""Lets the error come, or arms it to."""

ORDERED = 500
"""What the customer wants, in yuan: five notes of one hundred."""


def customer(card: str = "lin", **more: object) -> Wish:
    """Somebody who knows the PIN and wants 500 yuan, and reads before going on."""
    known = CUSTOMERS.get(card)
    pins = (known.pin if known else "000000",)
    return Wish(card, **{"pins": pins, "think_seconds": 6.0, **more})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Scenario:
    """`error` is the documented error's name (`dispenser 03`), `where` what happens in a few words.

    `reads` is the key of the words that tell the customer of it; where nothing is to be told, because
    the machine got over it, of the last words. Amounts in yuan. `card` is where it ends: hand, gate,
    bin, or a place in the reader. `wish` is None where the machine is closed before anybody comes.

    `before` strikes when the terminal is switched on, `at` once the screen is of that kind, one after
    the other. `comes_after` is how many seconds after the start the customer comes. `alarms` where the bank is right to raise one; `refused` why the link believes an answer
    not, as in `ReplyRefused`."""

    error: str
    where: str
    reads: str
    charged: int = 0
    held: int = 0
    paid: int = 0
    card: str = "hand"
    wish: Wish | None = field(default_factory=customer)
    shape: Shape = "path"
    before: Strike | None = None
    at: tuple[tuple[type, Strike], ...] = ()
    comes_after: float = 0.0
    alarms: bool = False
    refused: str = ""

    @property
    def device(self) -> str:
        """Whose error."""
        return self.error.split()[0]

    @property
    def code(self) -> str:
        """As the device says it."""
        return self.error.split()[1]

    @property
    def outcome(self) -> str:
        """In words, for people."""
        if self.held:
            return f"{self.held} on hold, not charged"
        return f"charged {self.charged}" if self.charged else "not charged"
