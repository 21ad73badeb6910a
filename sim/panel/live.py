"""The words of the stories at a running terminal: each done now, or refused in a sentence.

A story waits for what it acts on; a tester looks. So an act that cannot be done now changes nothing and says
so. Faults are the stories' own strikes: `Live` has what they ask of a player. Only the simulated world is
touched, and of the terminal what a fault names: its record, its pad, its power.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Final

from sim.proof.errors.line import BankLine
from sim.stage.kiosk import Kiosk, Parts
from sim.stories import glass
from sim.stories.acts import ACTS, SIGNATURE
from sim.stories.faults import Chain, chain_of
from sim.stories.strikes import Armed
from sim.stories.words import PAYEES, Form, NotUnderstood, Place, nearest, understood
from sim.world.acts import act
from sim.world.bank import CUSTOMERS
from sim.world.bank.rules import Bank
from sim.world.world import World
from terminal import session as s
from terminal.ports import Seconds
from terminal.runtime import Terminal

KEY_SECONDS: Final = 0.35
"""Between two keys that the panel presses: slower than a contact that bounces."""

KEYS_MAX: Final = 64
"""Keys that wait to be pressed."""


class CannotNow(Exception):
    """An act that cannot be done at this moment: why."""


@dataclass(slots=True)
class LiveBench:
    """What strikes know as the bench."""

    world: World
    terminal: Terminal = field(init=False)
    pad: Any = None

    @property
    def bank(self) -> Bank:
        """The bank inside."""
        return self.world.bank


@dataclass
class Live:
    """The customer and what breaks, at a terminal that runs. Has what strikes ask of `Player`."""

    bench: LiveBench
    line: BankLine
    places: Mapping[str, Place]
    card: str = "lin"
    kiosk: Kiosk | None = None
    parts: Parts | None = None
    cut: Callable[[Seconds], None] = lambda seconds: None
    hands: Callable[[str], None] = lambda name: None
    says: Callable[[str], None] = lambda line: None
    now: Seconds = 0.0
    _later: list[tuple[Seconds, Callable[[], None]]] = field(default_factory=list)
    _after: list[tuple[Callable[[], bool], Callable[[], None]]] = field(default_factory=list)
    _keys: list[str] = field(default_factory=list)
    _next_key: Seconds = 0.0

    @property
    def session(self) -> s.Session:
        """What the terminal holds true."""
        return self.bench.terminal.session

    def later(self, seconds: Seconds, strike: Callable[[], None]) -> None:
        """So much later."""
        self._later.append((self.now + seconds, strike))

    def after(self, happened: Callable[[], bool], strike: Callable[[], None]) -> None:
        """As soon as that has happened."""
        self._after.append((happened, strike))

    def breaks(self, text: str, armed: Armed | None) -> None:
        """Nothing is kept here: `says` tells the panel of it."""

    def turn(self, now: Seconds) -> None:
        """What is due."""
        self.now = now
        for one in [each for each in self._later if each[0] <= now]:
            self._later.remove(one)
            one[1]()
        for other in [each for each in self._after if each[0]()]:
            self._after.remove(other)
            other[1]()
        if self._keys and now >= self._next_key:
            self._next_key = now + KEY_SECONDS
            self.hand(f"key:{self._keys.pop(0)}")

    def does(self, text: str) -> None:
        """A line, an act or a fault. Raises NotUnderstood, CannotNow."""
        line = " ".join(text.split())
        try:
            said = understood(line, ACTS, self.places, "an act or a fault")
        except NotUnderstood as not_an_act:
            self._strikes(line, not_an_act)
            return
        does = DOES.get(said.form.form)
        if does is None:
            raise CannotNow(f'"{line}" waits for something: at a running machine, wait yourself.')
        does(self, *said.values)

    def _strikes(self, line: str, otherwise: NotUnderstood) -> None:
        try:
            chain = chain_of(line, self.places)
        except NotUnderstood as not_a_fault:
            raise max((not_a_fault, otherwise), key=lambda one: _near(line, str(one))) from None
        self.meanwhile(chain, line)

    def meanwhile(self, chain: Chain, line: str) -> None:
        """A fault strikes."""
        try:
            chain.strikes(self)  # type: ignore[arg-type]
        except (AttributeError, KeyError) as missing:
            raise CannotNow(f"this machine has not what that fault is about ({missing}).") from None
        self.bench.world.stirred = True
        self.says(f"meanwhile {line}")

    def hand(self, name: str) -> None:
        """An act at the front."""
        if not act(self.bench.world, name):
            raise CannotNow("that cannot be done now.")
        self.bench.world.stirred = True
        self.hands(name)

    def keys(self, *keys: str) -> None:
        """Keys of the pad, one after the other."""
        if len(self._keys) + len(keys) > KEYS_MAX:
            raise CannotNow("too many keys are waiting to be pressed.")
        self._keys += keys

    def presses(self, word: str) -> None:
        """A button of the glass."""
        assert self.parts is not None
        assert self.kiosk is not None
        there = glass.targets(self.session, self.parts.design)
        found = glass.pressed_by(word, there)
        if len(found) != 1:
            labels = [one.label for one in there]
            raise CannotNow(f'"{word}" is not there to press.{nearest(word, labels)}')
        self.kiosk.voice.pressed(self.now)
        self.kiosk.glass.pressed.append(found[0].event)


def _near(line: str, trouble: str) -> float:
    """How near the line is to what it was taken for."""
    found = re.search(r'Did you mean "(.*)"\?', trouble)
    whole = f'"{line}": ' in trouble  # the form was understood, and a word in it was not
    return 1.0 if whole else SequenceMatcher(None, line, found[1]).ratio() if found else 0.0


# --- acts ---------------------------------------------------------------------------------------------


def _insert(live: Live, card: str = "") -> None:
    live.card = card or live.card
    live.hand(f"insert:{live.card}")


def _pin(live: Live, pin: str = "") -> None:
    if not isinstance(live.session.phase, s.COLLECTING_PIN):
        raise CannotNow("no PIN is asked for now.")
    known = CUSTOMERS.get(live.card)
    live.keys(*(pin or (known.pin if known else "000000")), "enter")


def _press(live: Live, words: tuple[str, ...]) -> None:
    if len(words) > 1:
        raise CannotNow("one button at a time: the next is not there yet.")
    live.presses(words[0])


def _some(live: Live, count: int) -> None:
    world = live.bench.world
    if world.shape != "presenter":
        raise CannotNow("out of an open tray a hand takes all the notes.")
    taken = world.presenter.take_notes(count)
    if not taken:
        raise CannotNow("no notes lie there.")
    world.purse.update(taken)
    world.stirred = True
    live.says(f"take {count} of the notes")


def _sign(live: Live) -> None:
    assert live.kiosk is not None
    live.kiosk.glass.pressed.append(SIGNATURE)


def _wait(live: Live, seconds: Seconds) -> None:
    assert live.parts is not None
    live.parts.clock.ahead += seconds


def _hand(name: str) -> Callable[..., None]:
    return lambda live, *values: live.hand(name.format(*values))


DOES: Final[Mapping[str, Callable[..., None]]] = {
    "put in the card": _insert,
    "put in the card {card}": _insert,
    "type the PIN": _pin,
    "type the PIN {pin}": _pin,
    "choose {service}": lambda live, name: live.presses(name),
    "press {buttons}": _press,
    "type {digits}": lambda live, digits: live.keys(*digits, "enter"),
    "press the keys {keys}": lambda live, keys: live.keys(*keys),
    "take the card": _hand("take_card"),
    "take the notes": _hand("take_notes"),
    "take {count} of the notes": _some,
    "put in notes {notes}": lambda live, notes: live.hand(f"insert_notes:{','.join(notes)}"),
    "take back the notes": _hand("take_returned"),
    "pay {payee}": lambda live, name: live.presses(PAYEES[name].ref),
    "type the account of {payee}": lambda live, name: live.keys(*PAYEES[name].number, "enter"),
    "sign with a finger": _sign,
    "scan {words}": _hand("scan:{}"),
    "listen by headset": _hand("plug_headset"),
    "pull out the headset": _hand("pull_headset"),
    "lay down the document {document}": _hand("place_document:{}"),
    "pick up the document": _hand("lift_document"),
    "answer the telephone": _hand("answer_phone"),
    "hang up": _hand("hang_up"),
    "wait {time}": _wait,
    "meanwhile {fault}": lambda live, chain: live.meanwhile(
        chain, ", then ".join(one.text for one in chain.links)
    ),
    "the power fails for {time}": lambda live, seconds: live.cut(seconds),
}
"""Every act that can be done now; `walk away` cannot."""

NOT_NOW: Final = frozenset({"walk away"})


def forms() -> tuple[Form[Any], ...]:
    """The acts that the panel offers."""
    return tuple(one for one in ACTS if one.form in DOES)
