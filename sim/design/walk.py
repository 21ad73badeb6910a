"""All screens that can be reached, and what leads from one to the next.

The flow is walked as it is: from an idle machine, and from every screen there is a sample of, each press that
can be made now, each amount or number that is typed whole, and whatever devices, bank and clock may say next.
What the bank answers to a question comes from the simulated bank itself. Looks, ids and clocks make no new
place, and the walk goes past a place once; so it finds ways and not all sequences of them.

A screen here is what is asked: its phase and its text. What lies over a screen (help, the page about the look)
is a screen of its own whatever it lies over, and leads back to where it was opened.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Final

from sim.stage.samples import SAMPLES
from sim.stage.settings import read_design
from sim.world.bank import SERVICES, Bank
from sim.world.bank.customers import ABROAD
from sim.world.cards import CARDS
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.asking import Ask
from terminal.card import Card, Pan, PinBlock
from terminal.flow import step
from terminal.flows.services import NAMES
from terminal.focus import targets
from terminal.profile import Waits
from terminal.prompts import phase_prompt, prompt_of, text_key
from terminal.values import replace

CUSTOMERS: Final = ("lin", "chen", "li", "keller")
"""Whose cards are put in: with a pension and without, with payees and without, from here and from abroad."""

OFFERED: Final = (*SERVICES, "pension", "passport", "note_mix")
"""What the bank lets this card do: all there is."""

NO_PINS: Final = ("weak", "same", "birthday", "card", "differ")
"""Why a new PIN is not taken."""

VISIT: Final = "b" * 32
BLOCK: Final = PinBlock(bytes(16))
PIN_DIGITS: Final = 6
NOTES: Final = ((10_000, 1),)
"""What is put into the note acceptor."""

TYPED: Final = (
    *("100", "105", "50000", "12"),
    *("6225000020000000034", "6228480000000000117", "6217000010000000099", "6230000000000009999"),
    *("20417713", "20417796", "99999999", "4008001234", "13900004561"),
)
"""What is typed where something is: amounts that can be paid and that cannot; accounts of somebody, of the
customer, of nobody and of the list of frauds; bills that are due, paid and nobody's; telephones."""

REASONS: Final = (
    *("declined", "insufficient", "unknown", "own", "not_found", "nothing_due", "paid", "underway"),
    *(
        "nothing_agreed",
        "day_amount",
        "day_count",
        "year_amount",
        "no_chinese_fields",
        "over_limit",
    ),
    *("too_late", "no_day", "taken", "weak", "same", "birthday", "card", "not_enough", "changed"),
)
"""Words in which the bank refuses what a service asks."""

PLACES_MAX: Final = 30_000
"""More would be a walk that never ends; some thousands are seen."""

TURNS_OF_VIEW: Final = frozenset(
    ("profile", "language", "size", "contrast", "seated", "page", "focus", "repeat", "read_aloud")
)
"""Presses that change how a screen looks or sounds: where they lead is where they were made."""

PRESENTER: Final = ev.Capabilities(True, True, True, True, True, True)
PATH: Final = ev.Capabilities(False, False, False, False, False, False)


@dataclass(frozen=True, slots=True, order=True)
class Screen:
    """What is asked. `service` is "" for what belongs to none; `over` is what lies over another screen, which
    then has no phase."""

    service: str
    phase: str
    key: str
    over: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Way:
    """From one screen to another, by a press (its name and value) or by what happened."""

    start: Screen
    by: str
    value: str
    pressed: bool
    end: Screen


@dataclass(frozen=True, slots=True)
class Walked:
    """Everything that was reached, the sample that shows it where there is one, and the first screens."""

    screens: Mapping[Screen, str]
    ways: frozenset[Way]
    begins: frozenset[Screen]


def screen_of(session: s.Session) -> Screen:
    """The screen that stands on the glass."""
    if session.overlay:
        return Screen("", "", prompt_of(session).key, session.overlay)
    phase, key = session.phase, text_key(session).replace(AFTER, "notice.")
    return Screen(getattr(phase, "service", ""), type(phase).__name__, key)


AFTER: Final = "notice.after."
"""The same notice where something was done before in the visit."""


def walk(samples: Mapping[str, s.Session] = SAMPLES) -> Walked:
    """All that can be reached."""
    walking = _Walking()
    for able in (PATH, PRESENTER):
        for phase in (s.Idle(), s.Starting()):
            walking.begin(fitted(s.Session(phase, SAMPLES["menu_0"].machine, visit="v1"), able))
    begins = frozenset(walking.screens)
    walking.go_on()
    for name, one in samples.items():
        walking.show(one, name)
        walking.begin(fitted(one, PATH))
    walking.go_on()
    return Walked(walking.screens, frozenset(walking.ways), begins)


def card_of(name: str) -> Card:
    """The card of somebody, as the reader tells of it."""
    spec = CARDS[name]
    return Card(
        Pan(spec.pan), spec.expiry, spec.languages, "DEMO BANK", currency=ABROAD.get(name, "")
    )


def fitted(session: s.Session, able: ev.Capabilities) -> s.Session:
    """With every device there can be, every service, and nothing over the screen but what belongs to it."""
    machine = replace(
        session.machine, capabilities=able, services=NAMES, printer="", acceptor="", cash=""
    )
    look = s.Look(reason="EXPLICIT", locked=True)
    visit = VISIT if session.visit else ""
    return replace(
        session, machine=machine, look=look, wait=s.Wait(), focus=0, offered=OFFERED, visit=visit
    )


Question = tuple[Pan, str, ev.Fields]
"""Whose card it is about, what is asked, and with what."""

By = tuple[str, str, bool]
"""The name and value of a press, or of what happened, and whether it was a press."""


def by_event(event: ev.Event) -> By:
    """What happened, as the cause of a way."""
    return type(event).__name__, said_of(event), False


def _next(here: s.Session) -> Iterator[tuple[By, s.Session, tuple[fx.Effect, ...]]]:
    """Everything that can happen now, and where it leads."""
    for choice in targets(here):
        if choice.name not in TURNS_OF_VIEW:
            yield (choice.name, str(choice.value or ""), True), *step(here, choice, 1.0)
    if here.overlay:
        return
    for keys in typings(here):
        there: s.Session = here
        effects: tuple[fx.Effect, ...] = ()
        for key in keys:
            there, effects = step(there, key, 1.0)
        yield ("typed", "", True), there, effects
    for event in outside(here):
        yield by_event(event), *step(here, event, 1.0)


class _Walking:
    """One walk under way."""

    def __init__(self) -> None:
        self.screens: dict[Screen, str] = {}
        self.ways: set[Way] = set()
        self._bank = Bank()
        self._texts = frozenset(read_design().catalogues["zh"].entries)
        self._answers: dict[Question, ev.BankAnswered | ev.BankRefused] = {}
        self._seen: set[object] = set()
        self._open: list[s.Session] = []

    def show(self, session: s.Session, sample: str) -> None:
        """The first sample of a screen is its picture."""
        here = screen_of(session)
        self.screens[here] = self.screens.get(here) or sample

    def begin(self, session: s.Session) -> None:
        """Walk from here too."""
        self._find(session)

    def _find(self, session: s.Session) -> None:
        self.screens.setdefault(screen_of(session), "")
        place = same(session)
        if place not in self._seen:
            assert len(self._seen) < PLACES_MAX, "a walk that does not end"
            self._seen.add(place)
            self._open.append(session)

    def go_on(self) -> None:
        """Until nothing new is found."""
        while self._open:
            here = self._open.pop()
            for by, there, effects in _next(here):
                self._arrive(here, by, there, effects)

    def _arrive(
        self, here: s.Session, by: By, there: s.Session, effects: tuple[fx.Effect, ...]
    ) -> None:
        """One way, and at once what the bank and the pad answer to what was asked on it: another question that
        is asked on the same screen has another answer."""
        there = replace(there, look=here.look, wait=s.Wait(), page=0, focus=0, sound=here.sound)
        start, end = screen_of(here), screen_of(there)
        if end.key not in self._texts:
            return  # a word that only another service has for a refusal
        if start != end and not (start.over and not end.over):
            self.ways.add(Way(start, *by, end))
        self._find(there)
        for event in self._of(effects):
            answered, more = step(there, event, 1.0)
            if answered is not there:
                self._arrive(there, by_event(event), answered, more)

    def _of(self, effects: Iterable[fx.Effect]) -> Iterator[ev.Event]:
        """What the bank answers to its questions, good and bad."""
        for effect in effects:
            if isinstance(effect, fx.AskBank):
                yield self._asked(effect)
                yield from _of_new_pin(effect)
            if isinstance(effect, fx.MakePinBlock):
                yield ev.PinBlockMade(effect.message, BLOCK)
            if isinstance(effect, fx.Instruct):
                yield ev.Approved(effect.txid, "A1", "token", fields=effect.fields)

    def _asked(self, effect: fx.AskBank) -> ev.Event:
        """Under an id of its own, because each place of the walk counts its questions from the same one."""
        question = effect.card.pan, effect.about, effect.fields
        known = self._answers.get(question)
        if known is None:
            own = f"{len(self._answers):032x}"
            blocks = tuple(bytes(16) for _ in effect.new_pin)
            known = self._bank.ask(own, effect.card, effect.about, effect.fields, None, blocks)
            self._answers[question] = known
        return replace(known, message=effect.message)


def _of_new_pin(effect: fx.AskBank) -> Iterator[ev.Event]:
    """The bank cannot judge a PIN that nobody typed, so all it may say of one is tried."""
    if effect.new_pin:
        yield ev.BankAnswered(effect.message, effect.about, ())
        for reason in NO_PINS:
            yield ev.BankRefused(effect.message, effect.about, reason)


def same(session: s.Session) -> object:
    """What makes two sessions one place: the screen and what decides where it leads."""
    shown = screen_of(session)
    if session.overlay:
        return shown
    phase, machine = session.phase, session.machine
    facts = tuple(_fact(name, getattr(phase, name)) for name in fields_of(phase))
    closing = machine.cash, machine.doubt, machine.reader, machine.capabilities == PRESENTER
    whose = getattr(getattr(phase, "card", None), "pan", None)
    return shown, facts, closing, session.serving, session.practice is not None, whose


COUNTED_MOST: Final = 9
"""What a phase counts, but for what is typed, is the same place from here on."""


def _fact(name: str, value: object) -> object:
    """A word or a number; of anything else only what it is, because there are too many of them."""
    if isinstance(value, int) and name != "typed":
        return min(value, COUNTED_MOST)
    return value if isinstance(value, str | int) else type(value).__name__


IDS: Final = frozenset(("message", "txid", "stan", "since"))


def fields_of(phase: s.Phase) -> Iterator[str]:
    """What a phase holds that may decide where a press leads."""
    assert is_dataclass(phase)
    return (field.name for field in fields(phase) if field.name not in IDS)


def typings(session: s.Session) -> Iterator[tuple[ev.Event, ...]]:
    """What may be typed on this screen, whole, and the press that ends it."""
    phase, ask = session.phase, phase_prompt(session).ask
    if isinstance(phase, s.EnteringPin) or getattr(phase, "digits", None) is not None:
        yield (ev.PinDigits(PIN_DIGITS), ev.PinEntered())
        yield (ev.PinLost(),)
    if ask in (Ask.ENTRY, Ask.AMOUNT, Ask.NUMBER) and not getattr(phase, "typed", None):
        for text in TYPED:
            keys = tuple(ev.Chosen("digit", int(digit)) for digit in text)
            yield keys
            yield (*keys, ev.KeyPressed("enter"))
    if ask is Ask.SIGN:
        yield (ev.Signed(3, 60),)


def outside(session: s.Session) -> Iterator[ev.Event]:
    """What devices, bank and clock may say. A phase that does not wait for it makes nothing of it."""
    phase = session.phase
    asks = phase_prompt(session).waits is Waits.HOST
    reasons = REASONS if asks else ("declined",)
    if isinstance(phase, s.Idle):
        yield ev.CardInserted()
    if isinstance(phase, s.Starting):
        yield ev.Started()
    yield from (ev.TimedOut(), ev.AskedForMore(), ev.PhoneCall(True), ev.Scanned("12345"))
    yield from _of_card(phase)
    yield from _of_questions(phase, reasons)
    for txid in _orders(phase):
        yield from _of_order(txid, _mix(phase), session.machine.capabilities == PRESENTER)
        yield from (ev.Declined(txid, "05", reason) for reason in reasons)


def _of_card(phase: s.Phase) -> Iterator[ev.Event]:
    match phase:
        case s.ReadingCard():
            yield from map(ev.CardRead, map(card_of, CUSTOMERS))
            yield from (ev.CardRead(card_of("expired")), ev.CardUnreadable("invalidMedia"))
            yield from (ev.CardUnreadable("unsupportedCard"), ev.ReaderFailed("deviceNotReady"))
        case s.AskingBank():
            yield ev.CardKnown(OFFERED, "70to79")
            yield from (ev.CardRefused("card_blocked"), ev.CardRefused("stolen", True))
            yield from (ev.CardRefused("card_unknown"), ev.CardRefused("card_expired"))
        case s.TakingCard():
            yield from (ev.CardAtGate(), ev.CardTaken(), ev.CardJammed("mediaJam"))
        case s.KeepingCard():
            yield from (ev.CardRetained(), ev.CardJammed("mediaJam"))


def _of_questions(phase: s.Phase, reasons: Iterable[str]) -> Iterator[ev.Event]:
    message = getattr(phase, "message", "")
    if message:
        yield from (ev.PinRight(message), ev.PinWrong(message, 2), ev.PinWrong(message, 0))
        yield ev.PinBlockMade(message, BLOCK)
        yield from (ev.BankRefused(message, "", reason) for reason in reasons)


def _orders(phase: s.Phase) -> tuple[str, ...]:
    """The operations that this phase is about."""
    held = (getattr(phase, name, None) for name in ("order", "held", "plan", "swap"))
    found = [getattr(one, "txid", "") for one in held] + [getattr(phase, "txid", "")]
    return tuple(dict.fromkeys(filter(None, found)))


def _mix(phase: s.Phase) -> ev.Counts:
    order = getattr(phase, "order", None)
    return order.mix if isinstance(order, s.Order) else (1, 0, 0, 0)


def _of_order(txid: str, mix: ev.Counts, presents: bool) -> Iterator[ev.Event]:
    none, part = (0,) * len(mix), tuple(max(0, n - 1) for n in mix)
    yield from (ev.PinBlockMade(txid, BLOCK), ev.Approved(txid, "A1", "token"))
    yield ev.DispensePrepared(txid, "")
    if presents:
        yield from (ev.NotesStacked(txid, mix, none), ev.NotesStacked(txid, part, none))
        yield from (ev.NotesPresented(txid), ev.NotesTaken(txid), ev.NotesRejected(txid))
        yield ev.NotesRetracted(txid, mix)
    else:
        yield ev.NotesDispensed(txid, mix, none, "00", False)
        yield from (ev.NotesDispensed(txid, part, none, "2F", False),)
        yield ev.NotesDispensed(txid, none, none, "2F", False)
    yield ev.DispenseUnknown(txid, "silent")
    yield from (ev.AcceptorOpen(txid), ev.NotesInEscrow(txid, NOTES, 0))
    yield from (ev.NoteRefused(txid, "identification"), ev.AcceptorClosed(txid, NOTES))
    yield from (ev.NotesStored(txid, NOTES), ev.NotesReturned(txid, NOTES), ev.ReturnedTaken(txid))
    yield from (ev.ReturnedRetracted(txid, NOTES), ev.AcceptorFailed("notExecuted"))
    yield ev.DepositUnknown(txid, "silent")


def said_of(event: ev.Event) -> str:
    """The part of an event that decides where it leads."""
    match event:
        case ev.PinWrong(left=left):
            return "blocked" if left == 0 else ""
        case ev.CardRefused(reason=reason) | ev.BankRefused(reason=reason):
            return reason
        case ev.Declined(reason=reason):
            return reason
        case ev.CardUnreadable(reason=reason):
            return reason
        case ev.NotesDispensed(error=error):
            return "" if error == "00" else "short"
        case _:
            return ""
