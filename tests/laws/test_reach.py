"""Every profile, the keys alone, and the keys of somebody who listens by headset reach the same screens
(COG-04, C5 rule 2, TCH-12, TCH-17, B5).

The flow is walked from an idle machine: whatever the customer may press now, and whatever devices,
bank and clock may say next. Amounts are names here, not values."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

import pytest

from sim.stage.samples import CARD, MACHINE, MIX
from terminal import events as ev
from terminal import session as s
from terminal.asking import Ask
from terminal.card import PinBlock
from terminal.flow import step
from terminal.focus import focused, targets
from terminal.hearing import VOICE_ONLY
from terminal.messages import VOICED
from terminal.money import yuan
from terminal.profile import PROFILE_NAMES, ProfileName
from terminal.prompts import leaf_shown, phase_prompt, text_key
from terminal.sound import SILENT_SO_FAR, Sound
from terminal.talking import CURTAIN, MORE, over_pin, takes_digits, told
from tests.tiers import WHOLE, with_part

BLOCK = PinBlock(bytes(16))
PIN_DIGITS = 6
LOOKS = frozenset(("profile", "language", "size", "contrast", "seated", "page")) | VOICE_ONLY
"""Presses that change appearance or voice only: where they lead is the screen they are pressed on."""

TYPED = (1, 5, 0)
TYPED_LONGEST = 2
"""Digits that are typed, and how many: 5, 15 ... cannot be paid, 50 and 10 can."""

TYPED_MOST = 50
"""The most that can be typed: a customer can say that exactly this came out."""

TRIES = 2
"""How often the bank refuses, and a PIN is wrong, before the walk leaves it at that."""

PRESENTER = ev.Capabilities(True, True, True, True, True, True)
PATH = ev.Capabilities(False, False, False, False, False, False)

Node = tuple[str, str, str]
Edge = tuple[Node, str, Node]


@dataclass(frozen=True)
class Walk:
    """The screens seen and how each was left."""

    nodes: frozenset[Node]
    edges: frozenset[Edge]


def outside(session: s.Session) -> Iterator[ev.Event]:
    """What devices, bank and clock may say in this phase."""
    phase = session.phase
    match phase:
        case s.Idle():
            yield ev.CardInserted()
            return
        case s.ReadingCard():
            yield from (ev.CardRead(CARD), ev.CardUnreadable("invalidMedia"), ev.TimedOut())
        case s.AskingBank():
            yield from (ev.CardKnown(("withdrawal",)), ev.TimedOut())
            yield from (ev.CardRefused("card_blocked"), ev.CardRefused("stolen", True))
        case s.EnteringPin():
            yield from (ev.PinLost(), ev.TimedOut())
        case s.CheckingPin(message=message):
            yield from (ev.PinRight(message), ev.PinWrong(message, 2), ev.PinWrong(message, 0))
        case s.Authorizing(txid=txid, sent=False):
            yield ev.PinBlockMade(txid, BLOCK)
        case s.Authorizing(txid=txid):
            yield from (ev.Approved(txid, "A1", "token"), ev.TimedOut())
            yield from (
                ev.Declined(txid, "05", "declined"),
                ev.Declined(txid, "51", "insufficient"),
            )
        case s.TakingCard():
            yield from (ev.CardAtGate(), ev.CardTaken(), ev.TimedOut(), ev.CardJammed("mediaJam"))
        case s.KeepingCard():
            yield from (ev.CardRetained(), ev.CardJammed("mediaJam"))
        case s.PreparingCash(order=order):
            yield ev.DispensePrepared(order.txid, "")
        case s.Dispensing(order=order):
            yield from _paid(session, order)
        case s.PresentingNotes(order=order):
            yield ev.NotesPresented(order.txid)
        case s.TakingNotes(order=order):
            yield from (ev.NotesTaken(order.txid), ev.TimedOut())
        case s.Retracting(order=order, stacked=stacked):
            yield ev.NotesRetracted(order.txid, stacked)
        case s.RejectingNotes(order=order):
            yield ev.NotesRejected(order.txid)
        case s.Counting() | s.StatingCount() | s.Explaining() | s.Farewell():
            yield ev.TimedOut()
        case _:
            return
    if phase_prompt(session).waits in ("pin", "choice", "review", "notice"):
        yield ev.AskedForMore()


def _paid(session: s.Session, order: s.Order) -> Iterator[ev.Event]:
    none = (0,) * len(order.mix)
    part = tuple(max(0, n - 1) for n in order.mix)
    if session.machine.capabilities == PRESENTER:
        for counts in (order.mix, part):
            yield ev.NotesStacked(order.txid, counts, none)
    else:
        for counts, error in ((order.mix, "00"), (part, "2F"), (none, "2F")):
            yield ev.NotesDispensed(order.txid, counts, none, error, False)
    yield ev.DispenseUnknown(order.txid, "silent")


def touches(session: s.Session) -> Iterator[tuple[str, s.Session]]:
    """Where every press on the glass leads, by its name."""
    digits = (ev.Chosen("digit", d) for d in TYPED if _types(session) and not session.overlay)
    for choice in (*targets(session), *digits):
        yield choice.name, step(session, choice, 1.0)[0]
    if isinstance(session.phase, s.EnteringPin) and not session.overlay:
        for event in _pad(session, session.phase):
            yield "key", step(session, event, 1.0)[0]


def keys(session: s.Session) -> Iterator[tuple[str, s.Session]]:
    """Where every key leads, on a pad that types a PIN by itself."""
    collecting = isinstance(session.phase, s.EnteringPin)
    held = bool(session.overlay or session.focus)
    if collecting and isinstance(session.phase, s.EnteringPin):
        for event in _pad(session, session.phase):
            if isinstance(event, ev.PinDigits) or not held:
                yield "key", step(session, event, 1.0)[0]
    others = ("*", "cancel", "help", *(str(d) for d in TYPED)) if not session.focus else ()
    # Where the keys stand on a target, the others mean what they mean without.
    for key in ("#", "enter", "clear", *others):
        if collecting and (key.isdigit() or (key in ("enter", "clear") and not held)):
            continue
        if key.isdigit() and not _types(session) and session.overlay in ("", "more_time"):
            continue
        yield key, step(session, ev.KeyPressed(key), 1.0)[0]


LISTENING = Sound(jack=True)
SEVERAL = 4
"""By ear an amount is typed and never pressed: 40 is the one that takes two of a kind."""

KEYS_OF_A_HEADSET = (*"0123456789*#", "enter", "clear", "cancel", "help", "louder", "softer")


def keys_by_ear(session: s.Session) -> Iterator[tuple[str, s.Session]]:
    """Where every key leads somebody who hears what it does: the digits that were told, the others only
    where digits are typed. While a PIN is typed every digit is the pad's, also under a page."""
    yield from _told_now(session)
    further = "#" if over_pin(session) else MORE
    while (session := step(session, ev.KeyPressed(further), 1.0)[0]).sound.menu:
        yield from _told_now(session)


def _told_now(session: s.Session) -> Iterator[tuple[str, s.Session]]:
    """The same for the choices that were told last."""
    if isinstance(session.phase, s.EnteringPin):
        for event in _pad(session, session.phase):
            if isinstance(event, ev.PinDigits) or not session.overlay:
                yield "key", step(session, event, 1.0)[0]
    digits = {digit for digit, _ in told(session)} | {MORE, CURTAIN}
    if takes_digits(session):
        digits = {str(d) for d in (*TYPED, SEVERAL) if _types(session)}
    for key in KEYS_OF_A_HEADSET:
        if isinstance(session.phase, s.EnteringPin) and (
            key.isdigit() or (key in ("enter", "clear") and not session.overlay)
        ):
            continue
        if not key.isdigit() or key in digits:
            yield key, step(session, ev.KeyPressed(key), 1.0)[0]


def _pad(session: s.Session, phase: s.EnteringPin) -> Iterator[ev.Event]:
    if phase.digits < PIN_DIGITS:
        yield ev.PinDigits(PIN_DIGITS)
    if phase.digits == PIN_DIGITS:
        yield ev.PinEntered()


def _types(session: s.Session) -> bool:
    typed = getattr(session.phase, "typed", 0) or 0
    over = session.overlay in ("", "more_time")
    asks = over and phase_prompt(session).ask in (Ask.ENTRY, Ask.AMOUNT)
    return asks and len(str(typed)) < TYPED_LONGEST


def _node(session: s.Session) -> Node:
    """The screen; the leaves of one question are one, because a profile may offer fewer at once."""
    if isinstance(session.phase, s.ChoosingAmount):
        session = replace(session, phase=replace(session.phase, leaf=0))
    return type(session.phase).__name__, session.overlay, text_key(session)


def _leaf(session: s.Session) -> int:
    return leaf_shown(session) if isinstance(session.phase, s.ChoosingAmount) else 0


def _same(session: s.Session) -> object:
    """What makes two sessions one place of the walk: all but ids, clocks and looks."""
    phase = session.phase
    facts = (
        getattr(phase, "typed", None),
        getattr(phase, "digits", None),
        getattr(phase, "sent", None),
        getattr(phase, "at_gate", None),
        _notes(phase),
        getattr(phase, "amount", None),
        getattr(phase, "scam", None),
        _leaf(session),
    )
    machine = session.machine
    closing = machine.cash, machine.doubt, machine.reader, machine.card_stuck
    return _node(session), facts, closing, session.refusals, session.focus


def _notes(phase: s.Phase) -> str:
    """Whether an order is open, and whether a part of it could come out."""
    order = getattr(phase, "order", None)
    if not isinstance(order, s.Order):
        return ""
    small = str(order.amount.major) if order.amount.major <= TYPED_MOST else ""
    return f"{'several' if sum(order.mix) > 1 else 'one'} {small}"


def walk(
    profile: ProfileName,
    able: ev.Capabilities,
    acts: Callable[[s.Session], Iterable[tuple[str, s.Session]]],
    sound: Sound = SILENT_SO_FAR,
) -> Walk:
    """All that can be reached from an idle machine."""
    machine = replace(MACHINE, capabilities=able)
    look = s.Look(profile, reason="EXPLICIT", locked=True)
    start = s.Session(s.Idle(), machine, look, sound=sound)
    nodes, edges = set[Node](), set[Edge]()
    seen, open_ends = {_same(start)}, [start]
    while open_ends:
        here = open_ends.pop()
        node, leaf = _node(here), _leaf(here)
        nodes.add(node)
        led = [*acts(here)]
        # Where the keys stand on something the outside says the same, and the walk was there without.
        said = () if here.focus else outside(here)
        led += [(type(event).__name__, step(here, event, 1.0)[0]) for event in said]
        for name, there in led:
            wait = s.Wait(asked_at=there.wait.asked_at)
            there = replace(there, look=look, wait=wait, page=0, sound=sound)
            if there.refusals > TRIES:
                continue
            led_to = _node(there)
            turned = leaf != _leaf(there) and node == led_to
            if name not in LOOKS and not turned:
                edges.add((node, name, led_to))
            if (place := _same(there)) not in seen:
                seen.add(place)
                open_ends.append(there)
    return Walk(frozenset(nodes), frozenset(edges))


@cache
def touched(profile: ProfileName, able: ev.Capabilities) -> Walk:
    return walk(profile, able, touches)


SHAPES: Mapping[str, ev.Capabilities] = {"path": PATH, "presenter": PRESENTER}


@pytest.mark.parametrize(
    ("profile", "shape"),
    with_part(product(PROFILE_NAMES[1:], SHAPES), [("elder", "presenter"), ("low_vision", "path")]),
)
def test_every_profile_reaches_the_same_screens_by_the_same_presses(
    profile: ProfileName, shape: str
) -> None:
    assert touched(profile, SHAPES[shape]) == touched("standard", SHAPES[shape])


def test_the_walk_sees_every_phase_of_a_withdrawal() -> None:
    seen = {phase for able in SHAPES.values() for phase, _, _ in touched("standard", able).nodes}
    started_elsewhere = {"Starting", "ReturningFound", "OutOfService", "ChoosingService"}
    assert seen >= {phase.__name__ for phase in s.PHASES} - started_elsewhere


@pytest.mark.parametrize(
    ("profile", "shape"),
    [
        pytest.param("standard", "path", marks=WHOLE),  # by ear too, in `make test`
        pytest.param("low_vision", "path", marks=WHOLE),
        ("elder", "presenter"),  # most screens, and most leaves of amounts
    ],
)
def test_keys_alone_reach_every_screen(profile: ProfileName, shape: str) -> None:
    assert walk(profile, SHAPES[shape], keys).nodes == touched(profile, SHAPES[shape]).nodes


@pytest.mark.parametrize(
    ("profile", "shape"),
    [("standard", "path"), ("low_vision", "presenter")],
)
def test_the_keys_of_somebody_who_listens_reach_every_screen(
    profile: ProfileName, shape: str
) -> None:
    by_ear = walk(profile, SHAPES[shape], keys_by_ear, LISTENING)
    assert by_ear.nodes == touched(profile, SHAPES[shape]).nodes


def test_a_screen_that_nobody_who_listens_could_reach_would_be_seen() -> None:
    def without_help(session: s.Session) -> Iterator[tuple[str, s.Session]]:
        return (one for one in keys_by_ear(session) if one[0] != "help")

    by_ear = walk("standard", PATH, without_help, LISTENING)
    assert by_ear.nodes < touched("standard", PATH).nodes


Changed = tuple[str, str, object, object, object]


def _changed_to(session: s.Session) -> Changed:
    look, wishes = session.look, session.look.wishes
    return look.profile, look.language, wishes.size_percent, wishes.contrast, wishes.seated


def looks(
    start: s.Session, acts: Callable[[s.Session], Iterable[tuple[str, s.Session]]]
) -> frozenset[Changed]:
    """Every look that can be had on this screen and the pages over it."""
    seen, open_ends = {(_changed_to(start), start.overlay)}, [start]
    found = set[Changed]()
    while open_ends:
        here = open_ends.pop()
        found.add(_changed_to(here))
        for _, there in acts(here):
            there = replace(there, wait=s.Wait(), page=0, focus=0, sound=start.sound)
            place = _changed_to(there), there.overlay
            if type(there.phase) is type(start.phase) and place not in seen:
                seen.add(place)
                open_ends.append(there)
    return frozenset(found)


@pytest.mark.parametrize("phase", [s.Reviewing(CARD, yuan(300), MIX), s.EnteringPin(CARD)])
def test_every_look_of_the_switches_can_be_had_by_the_keys_of_somebody_who_listens(
    phase: s.Phase,
) -> None:
    """But a language without a voice, which would be silence."""
    start = s.Session(phase, replace(MACHINE, capabilities=PATH))
    by_touch = {one for one in looks(start, touches) if one[1] in VOICED}
    assert len(by_touch) > 50
    assert looks(replace(start, sound=LISTENING), keys_by_ear) == by_touch


def test_loudness_and_rate_have_every_step_by_the_keys_of_somebody_who_listens() -> None:
    session = s.Session(s.Reviewing(CARD, yuan(300), MIX), MACHINE, sound=LISTENING)
    levels, rates = set[int](), set[int]()
    for key in ("louder", "softer", "#"):
        for _ in range(6):
            session = step(session, ev.KeyPressed(key), 1.0)[0]
            levels.add(session.sound.headset_level)
            rates.add(session.sound.rate)
    assert (levels, rates - {0}) == ({1, 2, 3, 4, 5, 6}, {1, 2, 3, 4, 5})


def test_a_press_that_only_one_profile_has_would_be_seen() -> None:
    def without_review(session: s.Session) -> Iterator[tuple[str, s.Session]]:
        return (one for one in touches(session) if not isinstance(one[1].phase, s.Reviewing))

    assert walk("elder", PATH, without_review) != touched("standard", PATH)


def test_the_focus_goes_round_and_leaves() -> None:
    """No target holds the focus: from each, `#` comes back to none."""
    for able in SHAPES.values():
        machine = replace(MACHINE, capabilities=able)
        session = s.Session(s.ChoosingAmount(CARD), machine)
        for _ in range(len(targets(session)) + 1):
            session = step(session, ev.KeyPressed("#"), 1.0)[0]
        assert focused(session) is None


def test_the_mix_of_the_samples_can_be_paid() -> None:
    assert len(MIX) == len(MACHINE.cassettes)
