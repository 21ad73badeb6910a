"""A step of a service: a phase that brings its own prompt.

Withdrawal came first and has its phases in `session.py` and its prompts in the one table. Every later
service is one file in `terminal/flows/`: its phases (frozen, each with the facts that are true in it),
its prompts, and the decisions between them. A phase of such a file is a `ServicePhase`; what the rest of
the terminal has to know about it, it says itself.

A phase that `holds_card` can always be left by `return_card`; one that does not stands before an empty
reader and can always be left by `back`. `moves_money` says that notes or a credit may be on their way: then
nothing but the devices' answers ends it. One with a `receipt` is an outcome that can be printed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from terminal.asking import Entry, Fact, Prompt
from terminal.profile import Waits

if TYPE_CHECKING:
    from terminal.session import Session


class ServicePhase:
    """A phase of a service. Subclasses are frozen slotted dataclasses that set `service` and `prompt`."""

    __slots__ = ()

    service: ClassVar[str] = ""
    prompt: ClassVar[Prompt] = Prompt("", Waits.NOTHING)
    holds_card: ClassVar[bool] = True
    moves_money: ClassVar[bool] = False
    receipt: ClassVar[bool] = False

    def asked(self, session: "Session") -> Prompt:
        """The prompt, with the answers that the session's facts allow."""
        return self.prompt

    def text_key(self, session: "Session") -> str:
        """The catalogue key of what is shown and said."""
        return self.prompt.key

    def values(self, session: "Session") -> Mapping[str, object]:
        """The values that this text may name: `Amount`, int or str (`terminal/privacy.py` has their classes)."""
        return {}

    def facts(self, session: "Session") -> tuple[Fact, ...]:
        """What is read back line by line, for `Ask.FACTS` and `Ask.REVIEW`."""
        return ()

    def printable(self) -> bool:
        """Whether there is something to print here."""
        return self.receipt

    def on_paper(self, session: "Session") -> tuple[Fact, ...]:
        """The lines of its receipt: those of the screen, and what its text says of money as a line too."""
        return self.facts(session)

    def marker(self) -> object:
        """What begins the wait anew when it changes within the phase."""
        return None

    def counting(self) -> str:
        """The key of what is said where only what was counted, or the marker, has changed; "" says the screen
        again."""
        return ""

    def entry(self) -> Entry | None:
        """What is typed, for `Ask.NUMBER`."""
        return None

    def way_out(self) -> str:
        """What must be seen to before going to the counter, where notes of the customer's own are in the machine
        (`terminal/counter.py`); "" where the card says it all."""
        return ""

    def signed(self) -> int:
        """How many strokes of a signature there are, for `Ask.SIGN`."""
        return 0


@dataclass(frozen=True, slots=True)
class PinPhase(ServicePhase):
    """A phase in which the pad collects a PIN: keys, tones and dots are those of the first PIN of a visit.
    `digits` is how many the pad holds, never which."""

    digits: int = field(default=0, kw_only=True)
