"""One turn: poll every port, step on each event, record, hand out effects, see what fell due.

Rows are committed before their effects are handed out. If the record cannot be written, the step
does not happen: the machine keeps no card and moves no money; it closes, and what it must still do
(give a card back) needs no record (reliability.md C, disk).
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.flow import step
from terminal.flows.escrow_screens import Changed, Closing, Held, Inserting, Opening
from terminal.flows.visit import forgotten, reference_of
from terminal.hearing import VOICE_ONLY
from terminal.journal import rows
from terminal.journal_row import Row
from terminal.keys import chosen_by_key
from terminal.ports import NEVER, Clock, Port, Seconds
from terminal.practice.playing import OUTWARD
from terminal.profile import Patience, Profile, Waits, presented
from terminal.prompts import phase_prompt, prompt_of
from terminal.service import ServicePhase
from terminal.sound import heard
from terminal.values import replace
from terminal.waits import SLOT_WAITS

DIGIT_GUARD_SECONDS = 0.08
"""A digit again sooner than this is a contact bounce; people type faster than the profile's guard, so
that one holds only for keys that decide something (TCH-06)."""

SPEECH_SECONDS_MAX = 45.0
"""A voice that says it speaks and never ends does not stop the clock for ever; the longest prompt
takes about 25 seconds at the slowest rate."""

SAME_SECONDS = 1e-9
"""Instants are sums of floats; two that are so close are one."""

EVENTS_PER_TURN_MAX = 1_000
"""A port that gives more than this in one turn is broken; the rest waits for the next turn."""


class RecordFailed(Exception):
    """The journal cannot be written. Raised by a record; says why in one sentence."""


class Record(Protocol):
    """Where rows go. `append` returns when they are on disk, or raises RecordFailed."""

    def append(self, rows: Sequence[Row], now: Seconds, utc: str) -> None: ...

    @property
    def low(self) -> bool:
        """Space runs out."""
        ...


Listener = Callable[[s.Session, ev.Event, s.Session, tuple[fx.Effect, ...], Seconds], None]


@dataclass
class Terminal:
    """The running terminal: a session, its ports, and the record.

    `routes` names the port of each effect type. `profiles` are the values behind the profile names.
    `acct_key` makes account references for the record.
    """

    session: s.Session
    ports: Sequence[Port]
    routes: Mapping[type, Port]
    record: Record
    clock: Clock
    profiles: Mapping[str, Profile]
    acct_key: bytes
    listeners: list[Listener] = field(default_factory=list)
    record_broken: str = ""
    _last_key: tuple[str, Seconds] = ("", -1.0)
    _screen: tuple[type, str] = (s.Starting, "")
    _screen_since: Seconds = 0.0
    _dues: list[Seconds] = field(default_factory=list)
    _looked: Sequence[int] | None = None
    _timed: tuple[s.Session, Seconds] | None = None

    def adopt(self, profiles: Mapping[str, Profile], session: s.Session) -> None:
        """Other values behind the profile names, and the session that knows of them, between two turns:
        nothing happened, so nothing is stepped or recorded."""
        self.profiles, self.session, self._timed = profiles, session, None

    def start(self, now: Seconds) -> None:
        """The first event of a run."""
        self.handle(ev.Started(), now)

    def turn(self, now: Seconds, heard: Container[int] | None = None) -> bool:
        """One pass over everything outside. True if anything happened.

        Whoever knows where something has arrived may say so: `heard` are places in `ports`, and then
        only those are looked at, and those that were due by themselves when `due` was last asked."""
        happened, ports = False, self.ports
        looked: Sequence[int] = range(len(ports))
        if heard is not None:
            soon = now + SAME_SECONDS
            looked = [at for at, due in enumerate(self._dues) if due <= soon or at in heard]
        for at in looked:
            for event in islice(ports[at].poll(now), EVENTS_PER_TURN_MAX):
                self.handle(event, now)
                happened = True
        if now >= self._deadline():
            fallen_due = overdue(self.session, self.profiles, now)
            if fallen_due is not None:
                self.handle(fallen_due, now)
                happened = True
        self._looked = None if happened or heard is None else looked
        return happened

    def due(self, now: Seconds) -> Seconds:
        """The next instant at which the terminal itself has something to do."""
        if self._looked is None:
            self._dues = [port.due(now) for port in self.ports]
        else:
            for at in self._looked:
                self._dues[at] = self.ports[at].due(now)
        return min(self._deadline(), *self._dues)

    def _deadline(self) -> Seconds:
        """`next_deadline` of the present session, worked out once for each session."""
        timed = self._timed
        if timed is None or timed[0] is not self.session:
            timed = self.session, next_deadline(self.session, self.profiles)
            self._timed = timed
        return timed[1]

    def handle(self, event: ev.Event, now: Seconds) -> None:
        """One event: decide, record, then act."""
        if isinstance(event, ev.KeyPressed) and self._bounced(event.key, now):
            return
        before = self.session
        after, effects = step(before, event, now)
        if after.practice is not None:
            effects = tuple(one for one in effects if isinstance(one, OUTWARD))
        if not self._recorded(before, event, after, effects, now):
            return
        if self.record_broken:
            # Nothing falls due any more: it would be refused, and be due again at once.
            after = replace(after, wait=replace(after.wait, expired=True))
        self.session = after
        if (type(after.phase), after.overlay) != self._screen:
            self._screen, self._screen_since = (type(after.phase), after.overlay), now
        for listener in self.listeners:
            listener(before, event, after, effects, now)
        for effect in effects:
            self.routes[type(effect)].submit(effect, now)
        if self.record.low and not after.machine.record_low:
            self.handle(ev.JournalLow(), now)

    def _bounced(self, key: str, now: Seconds) -> bool:
        """A key is ignored for the guard time after the same key, and one that decides something for
        the arming time after a screen appeared: nothing is pressed through (TCH-06, TCH-10)."""
        profile = heard_profile(self.session, self.profiles)
        last, at = self._last_key
        self._last_key = key, now
        if key.isdigit():
            return key == last and now - at < DIGIT_GUARD_SECONDS
        guarded = key == last and now - at < profile.guard_ms / 1000
        return guarded or now - self._screen_since < profile.arming_ms / 1000

    def _recorded(
        self,
        before: s.Session,
        event: ev.Event,
        after: s.Session,
        effects: tuple[fx.Effect, ...],
        now: Seconds,
    ) -> bool:
        if self.record_broken:
            return self._without_record(event, now)
        written = rows(before, event, after, effects, self.acct_key)
        if not written:
            return True
        try:
            self.record.append(written, now, self.clock.utc())
        except RecordFailed as failed:
            self.record_broken = str(failed)
            self._close_without_record(event, now)
            return False
        return True

    def _close_without_record(self, event: ev.Event, now: Seconds) -> None:
        """Stop: nothing more is ordered but the card's return, which needs no row: the reader's own
        answer at the next start is the record of it."""
        before = self.session.practice.real if self.session.practice else self.session
        phase, effects = without_record(before, event)
        machine = replace(before.machine, record_low=True)
        closed = replace(before, phase=phase, machine=machine, overlay="")
        if isinstance(phase, s.OutOfService):
            closed = forgotten(closed)
        self.session = replace(closed, wait=s.Wait(since=now, expired=True))
        for effect in effects:
            self.routes[type(effect)].submit(effect, now)

    def _without_record(self, event: ev.Event, now: Seconds) -> bool:
        """Once the record is broken only the screen may change, and the card may be taken."""
        match event:
            case ev.SpeechStarted() | ev.SpeechEnded() | ev.Laid():
                return True
            case ev.HeadsetPlugged() | ev.HeadsetUnplugged() | ev.SoundLost() | ev.SoundBack():
                return True
            case ev.Chosen(name) if name in LOOKS_ONLY:
                return True
            case ev.KeyPressed(key):
                meant = chosen_by_key(self.session, key)
                return key == "#" or (meant is not None and meant.name in LOOKS_ONLY)
            case ev.CardAtGate() if isinstance(self.session.phase, s.TakingCard):
                there = replace(self.session.phase, at_gate=True)
                self.session = replace(self.session, phase=there)
                return False
            case ev.CardFound(position="inside" | "gate") if isinstance(
                self.session.phase, s.TakingCard | s.OutOfService
            ):
                # The reader fell silent over a card, and is back: whoever it belongs to gets it.
                back, again = s.TakingCard(None, s.Notice("record_failed_card")), fx.EjectCard()
                self.session = replace(self.session, phase=back)
                self.routes[type(again)].submit(again, now)
                return False
            case ev.CardTaken() | ev.CardFound(position="absent") if isinstance(
                self.session.phase, s.TakingCard
            ):
                self.session = replace(forgotten(self.session), phase=s.OutOfService("record"))
                return False
            case _:
                return False


def without_record(session: s.Session, event: ev.Event) -> tuple[s.Phase, tuple[fx.Effect, ...]]:
    """What is said and done when nothing can be recorded any more. A card is given back if one may be
    inside; notes that may be on their way are charged by what came out, at the next start."""
    order, held = (getattr(session.phase, name, None) for name in ("order", "held"))
    match session.phase:
        case phase if isinstance(held, Held):
            return _without_record_of_notes(held, phase)
        case _ if _card_is_inside(event):
            notice = s.Notice("record_failed_card")
            return s.TakingCard(None, notice), (fx.EjectCard(),)
        case s.Idle() | s.OutOfService() | s.Starting() | s.Farewell() | s.Explaining():
            return s.OutOfService("record"), (fx.RefuseCards(),)
        case Changed(notice=notice):
            return s.Explaining(s.Notice("record_failed", reference=notice.reference)), ()
        case s.TakingCard() if isinstance(order, s.Order) and order.against:
            inside = s.Notice("record_failed_notes", reference=reference_of(order.txid))
            return s.TakingCard(None, inside), (fx.ForgetPin(), fx.EjectCard())
        case ServicePhase(moves_money=True) as phase if txid := str(getattr(phase, "txid", "")):
            unsure = s.Notice("record_failed_paying", reference=reference_of(txid))
            return s.TakingCard(None, unsure), (fx.ForgetPin(), fx.EjectCard())
        case ServicePhase(holds_card=False):
            return s.OutOfService("record"), (fx.ForgetPin(), fx.RefuseCards())
        case phase if isinstance(order, s.Order) and _may_move(phase, order):
            reference = reference_of(order.txid)
            key = "record_failed_notes" if order.against else "record_failed"
            return s.Explaining(s.Notice(key, reference=reference)), ()
        case _:
            notice = s.Notice("stopped_after" if session.done else "record_failed_card")
            return s.TakingCard(None, notice), (fx.ForgetPin(), fx.EjectCard())


def _may_move(phase: s.Phase, order: s.Order) -> bool:
    """Notes may be on their way; where they are paid against others, those are inside from the beginning."""
    return bool(order.against) or isinstance(phase, MONEY_MAY_MOVE)


def _without_record_of_notes(held: Held, phase: s.Phase) -> tuple[s.Phase, tuple[fx.Effect, ...]]:
    """Notes of a deposit are inside, or may be: the inlet shuts, nothing more moves, and the next start
    finds out. Closing it needs no row: it moves no note."""
    notice = s.Notice("record_failed_notes", reference=reference_of(held.txid))
    taking = isinstance(phase, Opening | Inserting | Closing)
    shut: tuple[fx.Effect, ...] = (fx.CloseAcceptor(held.txid),) if taking else ()
    if held.card is None:
        return s.Explaining(notice), shut
    return s.TakingCard(None, notice), (fx.ForgetPin(), *shut, fx.EjectCard())


def _card_is_inside(event: ev.Event) -> bool:
    """What was just heard of the reader: somebody's card is in it, also one found at a start."""
    match event:
        case ev.CardInserted() | ev.CardFound(position="inside" | "gate"):
            return True
        case _:
            return False


LOOKS_ONLY = (
    frozenset(("profile", "language", "languages", "view", "size", "contrast", "seated"))
    | frozenset(("page", "focus", "help", "close", "repeat", "sound", "go_on"))
    | VOICE_ONLY
)
"""Presses that change the screen or the voice and nothing else."""

MONEY_MAY_MOVE = (
    s.Dispensing,
    s.PresentingNotes,
    s.TakingNotes,
    s.Retracting,
    s.RejectingNotes,
    s.Counting,
    s.StatingCount,
)


def shown_profile(look: s.Look, profiles: Mapping[str, Profile]) -> Profile:
    """The profile that this customer sees, with their own wishes in it."""
    return presented(profiles, look.profile, look.wishes)


def heard_profile(session: s.Session, profiles: Mapping[str, Profile]) -> Profile:
    """The same with what they set about the sound: what voice, keys and clocks go by."""
    return heard(shown_profile(session.look, profiles), session.sound)


def patience_of(session: s.Session, profiles: Mapping[str, Profile]) -> Patience:
    """The row of the timing table that applies now."""
    return patience_row(session, heard_profile(session, profiles))


def patience_row(session: s.Session, profile: Profile) -> Patience:
    """The row of this profile's timing table: an overlay has its own, except over a slot or a working
    machine, whose clock goes on."""
    waits = phase_prompt(session).waits
    if session.overlay not in ("", "more_time") and waits not in SLOT_WAITS:
        waits = prompt_of(session).waits
    row = profile.patience[waits]
    if session.overlay == "more_time" and not row.dialog:
        # Asked on a page of help over a wait that ends without asking by itself.
        return replace(row, dialog=profile.patience[Waits.HELP].dialog)
    return row


def next_deadline(session: s.Session, profiles: Mapping[str, Profile]) -> Seconds:
    """When the present wait next produces an event of itself."""
    wait = session.wait
    if wait.expired or (session.practice is not None and not wait.speaking):
        return NEVER
    if wait.speaking:
        return wait.since + SPEECH_SECONDS_MAX
    row = patience_of(session, profiles)
    if wait.asked_at is not None:
        return wait.since + row.dialog
    if wait.reminded < len(row.reminders):
        return wait.since + row.reminders[wait.reminded]
    return wait.since + row.limit if row.limit else NEVER


def overdue(session: s.Session, profiles: Mapping[str, Profile], now: Seconds) -> ev.Event | None:
    """What fell due, if anything: a reminder, the question for more time, or the end of the wait."""
    if now < next_deadline(session, profiles):
        return None
    wait, row = session.wait, patience_of(session, profiles)
    if wait.speaking:
        return ev.SpeechEnded()
    if wait.asked_at is not None:
        return ev.TimedOut()
    if wait.reminded < len(row.reminders):
        return ev.Reminded(wait.reminded + 1)
    return ev.AskedForMore() if row.dialog else ev.TimedOut()
