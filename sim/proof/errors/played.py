"""Scenarios played on a whole terminal: was the code on the wire, what was read, what was heard, and
how money and card stood at the end.

The customer chooses the profile and the language at the start, so that every error is met in each. On
the screen that tells of it a silent profile is asked to say it (the bar's "say again"), because that is
what a customer who cannot read can do.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from audio.pinyin import PinyinTable, pinyin_table_from
from audio.speakers import Recorder
from audio.voice import Voice
from devices.card_reader import framing as reader_framing
from devices.dispenser.codec import OFFSET, Command, hex_code
from devices.dispenser.framing import Frame, host_framer
from screens.scene import Scene, scene
from sim.proof.errors.line import BankLine
from sim.proof.errors.scenario import Scenario, Stage
from sim.stage.bench import Bench, StoryStuckError
from sim.stage.settings import Design, Settings, read_design
from sim.stage.voices import Speech
from sim.world.people import Person
from sim.world.wire import Firmware
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.messages import VOICED
from terminal.ports import Seconds
from terminal.profile import LANGUAGES, Language, Profile, ProfileName
from terminal.prompts import text_key
from terminal.runtime import shown_profile

PROFILES: tuple[ProfileName, ...] = ("standard", "elder")

VISIT_SECONDS_MAX = 1_500.0
"""The longest visit here: an elder customer who walks away, and then a dispenser that is silent."""

WITHOUT_RECORD_SECONDS = 60.0
"""How long a terminal that lost its record stays, as a kiosk does, before it is started again."""

AFTERWARDS_SECONDS = 8.0
AFTERWARDS_LOOKS = 8
"""How long is looked on, if need be: a stuck card is offered and taken, outcomes reach the bank. One that
was not answered is sent again after 25 s without a reply and a pause of at most 30 s."""

CLOSED_SECONDS = 70.0
"""How long somebody stands before a closed machine: they hear it out, and the bank an echo."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One screen: its catalogue key, what stands there (title first), what was heard of itself (tones
    in angle brackets), and what "say again" says where nothing is said of itself."""

    key: str
    reads: tuple[str, ...]
    hears: tuple[str, ...]
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Played:
    """A scenario after the play. `sights` are the screens that tell of trouble or end the visit, in
    the order they were shown; `faults` what does not hold, in sentences."""

    scenario: Scenario
    profile: ProfileName
    language: Language
    sights: tuple[Sight, ...]
    faults: tuple[str, ...]

    @property
    def told(self) -> Sight | None:
        """The screen that tells the customer."""
        return next((each for each in self.sights if each.key == self.scenario.reads), None)


# --- what is on the wire ------------------------------------------------------------------------


@dataclass
class Overheard:
    """A device's firmware, with its error codes written down as they leave it."""

    firmware: Firmware
    codes: set[str] = field(default_factory=set)

    def feed(self, data: bytes, now: Seconds) -> None:
        """Bytes to the device."""
        self.firmware.feed(data, now)

    def advance(self, now: Seconds) -> bytes:
        """Bytes from the device."""
        said = self.firmware.advance(now)
        if said:
            self.codes.update(codes_in(said))
        return said

    def due(self, now: Seconds) -> Seconds:
        """As the device."""
        return self.firmware.due(now)

    def snapshot(self) -> dict[str, object]:
        """As the device."""
        return self.firmware.snapshot()

    def restore(self, state: dict[str, object]) -> None:
        """As the device."""
        self.firmware.restore(state)


def codes_in(said: bytes) -> Iterator[str]:
    """Error codes in what either device says at once (2.8 after its command byte, 4.7 in an `N`)."""
    for token in host_framer().feed(said, 0.0):
        if isinstance(token, Frame):
            place = 1 if token.command == Command.LAST_STATUS and len(token.data) > 1 else 0
            yield f"dispenser {hex_code(token.data[place] - OFFSET)}"
    for item in reader_framing.Framer().feed(said, 0.0):
        if isinstance(item, reader_framing.Frame) and item.text[:1] == b"N":
            yield f"reader {item.text[3:5].decode('ascii', 'replace')}"


# --- the play -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Frame:
    key: str
    session: s.Session
    at: Seconds


@lru_cache(maxsize=1)
def _pinyin() -> PinyinTable:
    """The house's table: read once, it is the same for every play."""
    return pinyin_table_from(read_design().pinyin)


class Play:
    """One scenario in one profile and language. `run` once."""

    def __init__(
        self, scenario: Scenario, profile: ProfileName, language: Language, design: Design
    ) -> None:
        self._scenario = scenario
        self._profile: ProfileName = profile
        self._language: Language = language
        self._design = design
        self._frames: list[_Frame] = []
        self._asked_at: dict[str, Seconds] = {}
        self._strikes = list(scenario.at)
        self._visited = scenario.wish is None
        self._recorder = Recorder()
        self._bench = Bench(scenario.shape, settings=Settings(), design=design, speech=self._speech)
        self._bank = BankLine(self._bench)
        self._events: list[ev.Event] = []
        self._overheard = []
        for outlet in self._bench.world.outlets:
            outlet.firmware = Overheard(outlet.firmware)
            self._overheard.append(outlet.firmware)

    def watch(self, watcher: Callable[[s.Session, Seconds], None]) -> None:
        """See every session of the play as it becomes true."""
        self._bench.watchers.append(watcher)

    def run(self) -> Played:
        """Play it to the end."""
        scenario, bench = self._scenario, self._bench
        faults = []
        if scenario.before:
            scenario.before(self._stage)
        with bench.watching(self._watch):
            try:
                bench.boot()
                bench.terminal.listeners.append(self._hear)
                bench.ready().waits(scenario.comes_after)
                if scenario.wish is not None:
                    bench.person = Person(scenario.wish, bench.rng)
                self._until_over()
            except StoryStuckError as stuck:
                faults.append(str(stuck))
            for _ in range(AFTERWARDS_LOOKS):
                bench.waits(AFTERWARDS_SECONDS)
                if not list(self._standing()):
                    break
        sights = tuple(self._sights())
        faults += self._faults(sights)
        bench.store.close()
        return Played(scenario, self._profile, self._language, sights, tuple(faults))

    @property
    def _stage(self) -> Stage:
        return Stage(self._bench, self._bank)

    def _hear(
        self,
        before: s.Session,
        event: ev.Event,
        after: s.Session,
        effects: tuple[fx.Effect, ...],
        now: Seconds,
    ) -> None:
        self._events.append(event)

    def _speech(self, design: Design) -> Speech:
        profiles: dict[str, Profile] = {name: design.profiles[name] for name in PROFILES}
        voice = Voice(self._recorder, design.catalogues, _pinyin(), profiles)
        return Speech(voice, self._recorder.spoken)

    def _until_over(self) -> None:
        """Until the customer's visit has begun and ended, or, with nobody coming, until it was read
        that the machine is closed."""
        bench = self._bench.run(self._over, VISIT_SECONDS_MAX)
        if self._scenario.wish is None:
            bench.waits(CLOSED_SECONDS)

        if bench.terminal.record_broken:
            bench.waits(WITHOUT_RECORD_SECONDS).power_cut()
            bench.boot().ready()

    def _over(self, session: s.Session) -> bool:
        if self._bench.terminal.record_broken:
            return self._seen(self._scenario.reads)
        resting = isinstance(session.phase, s.Idle | s.OutOfService)
        self._visited = self._visited or not resting
        return self._visited and resting and self._seen(self._scenario.reads)

    def _seen(self, key: str) -> bool:
        return any(frame.key == key for frame in self._frames)

    def _watch(self, session: s.Session, now: Seconds) -> None:
        self._choose(session)
        key = text_key(session)
        if self._strikes and isinstance(session.phase, self._strikes[0][0]):
            self._strikes.pop(0)[1](self._stage)
        look = session.look
        last = self._frames[-1].session.look if self._frames else None
        same = last is not None and (last.profile, last.language) == (look.profile, look.language)
        if not (same and self._frames[-1].key == key):
            self._frames.append(_Frame(key, session, now))
        ours = (look.profile, look.language) == (self._profile, self._language)
        silent = not self._design.profiles[look.profile].speaks
        if key == self._scenario.reads and ours and silent and key not in self._asked_at:
            self._asked_at[key] = now
            self._bench.glass.pressed.append(ev.Chosen("repeat"))

    def _choose(self, session: s.Session) -> None:
        """Profile and language, whenever somebody may choose and the machine has forgotten."""
        if not isinstance(session.phase, s.Idle | s.OutOfService):
            return
        wanted = {"profile": self._profile, "language": self._language}
        for name, value in wanted.items():
            press = ev.Chosen(name, value)
            if getattr(session.look, name) != value and press not in self._bench.glass.pressed:
                self._bench.glass.pressed.append(press)

    # --- what was seen ----------------------------------------------------------------------------

    def _sights(self) -> Iterator[Sight]:
        ends = [*(frame.at for frame in self._frames[1:]), self._bench.clock.now() + 1.0]
        shown: set[str] = set()
        for frame, end in zip(self._frames, ends, strict=True):
            look = frame.session.look
            ours = (look.profile, look.language) == (self._profile, self._language)
            if frame.key in shown or not ours or not tells(frame.key):
                continue
            shown.add(frame.key)
            hears, asked = self._heard(frame, end)
            yield Sight(frame.key, self._read(frame), hears, asked)

    def _read(self, frame: _Frame) -> tuple[str, ...]:
        look = frame.session.look
        catalogue = self._design.catalogues[look.language]
        profile = shown_profile(look, self._design.profiles)
        drawn: Scene = scene(frame.session, catalogue, profile, frame.at)
        return tuple(text for text in (drawn.title, *drawn.paragraphs, drawn.reference) if text)

    def _heard(self, frame: _Frame, end: Seconds) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Of itself, and when asked."""
        asked = self._asked_at.get(frame.key, end)
        speaks = self._design.profiles[frame.session.look.profile].speaks
        tones = [f"<{t.name}>" for t in self._recorder.tones if frame.at <= t.at <= asked]
        spoken = (w for w in self._recorder.spoken if w.until > w.at)
        said = [w.text for w in spoken if frame.at <= w.at < end]
        cue = tuple(tone for tone in tones if tone != "<press>")[:1]
        return ((*cue, *said[:1]), ()) if speaks else (cue, tuple(said[:1]))

    # --- what must hold ---------------------------------------------------------------------------

    def _faults(self, sights: tuple[Sight, ...]) -> Iterator[str]:
        scenario, bench = self._scenario, self._bench
        if not self._met():
            yield f"{scenario.error} was never met on the wire"
        told = next((each for each in sights if each.key == scenario.reads), None)
        if told is None:
            keys = ", ".join(each.key for each in sights)
            yield f"{scenario.reads} was not read, but {keys or 'nothing'}"
        elif not told.reads or not (told.asked or any(w[0] != "<" for w in told.hears)):
            yield f"{scenario.reads} has no words"
        yield from self._standing()
        bank, card = bench.world.bank, scenario.wish.card if scenario.wish else ""
        charged = bank.charged(card) if card in bank.customers else 0
        claim = CLAIMS.get(scenario.reads)
        if claim is not None and not scenario.held and bool(charged) != claim:
            yield f"{scenario.reads} is read, and {charged} charged"
        if bool(bank.alarms) != scenario.alarms:
            yield f"the bank's alarms: {', '.join(bank.alarms) or 'none'}"

    def _standing(self) -> Iterator[str]:
        """How money and card stand, where they must not."""
        scenario, bench = self._scenario, self._bench
        card = scenario.wish.card if scenario.wish else "lin"
        bank = bench.world.bank
        charged, held = 0, 0
        if card in bank.customers:
            charged = bank.charged(card) // 100
            held = (bank.balance(card) - bank.available(card)) // 100
        place = bench.world.reader.where(card)
        found = {
            "charged": charged,
            "held": held,
            "paid": bench.world.paid_out(),
            "card": "hand" if place == "outside" else place,
        }
        for name, value in found.items():
            if value != (wanted := getattr(scenario, name)):
                yield f"{name} is {value}, but must be {wanted}"

    def _met(self) -> bool:
        """Whether the error was really there: in a device's answer, in the bank's, or as silence."""
        scenario, events = self._scenario, self._events
        if scenario.refused and ev.ReplyRefused(scenario.refused) not in events:
            return False
        match scenario.device, scenario.code.partition("-")[0]:
            case "dispenser" | "reader", "silence":
                return self._silent()
            case "dispenser" | "reader", _:
                return any(scenario.error in each.codes for each in self._overheard)
            case _, "card" | "pin" | "money" if scenario.code != "money-other":
                return scenario.error in self._bank.teller.said
            case _, "silent":
                return self._bank.line.done["silent"] > 0
            case _, "late":
                return any(isinstance(event, ev.Approved) for event in events)
            case _, "down":
                return ev.HostDown() in events
            case _, "up":
                return ev.HostUp() in events
            case _, "out":
                return any(isinstance(event, ev.RecordDisputed) for event in events)
            case _:
                return True

    def _silent(self) -> bool:
        failed = (ev.ReaderFailed, ev.DispenseUnknown, ev.CashFailed)
        return any(isinstance(event, failed) for event in self._events)


CLAIMS: Mapping[str, bool] = {
    "notice.not_dispensed": False,
    "notice.cash_unavailable": False,
    "notice.host_silent": False,
    "notice.insufficient": False,
    "notice.over_limit": False,
    "notice.card_jammed": False,
    "notice.card_unreadable": False,
    "notice.card_kept": False,
    "notice.declined": False,
    "notice.suspect": False,
    "notice.cancelled": False,
    "notice.timed_out": False,
    "notice.disputed": False,
    "notice.retracted": False,
    "notice.pin_pad_failed": False,
    "notice.record_failed_card": False,
    "notice.retracted_part": True,
    "notice.done": True,
    "count_notes_short": True,
    "count_notes_short_safe": True,
}
"""Whether the words say that money was charged; then it must have been, and otherwise not."""


TELLING = ("notice.", "out_of_service.", "choose_amount_")
TELLING_BESIDES = (
    *("enter_pin_again", "finding_card", "returning_found", "returning_found_cut"),
    *("count_notes_short", "count_notes_short_safe"),
)


def tells(key: str) -> bool:
    """Whether a screen of this key tells of trouble, or of the end."""
    return key.startswith(TELLING) or key in TELLING_BESIDES


def play(scenario: Scenario, profile: ProfileName, language: Language, design: Design) -> Played:
    """Play one scenario in one profile and language."""
    return Play(scenario, profile, language, design).run()


SPOKEN = tuple(language for language in LANGUAGES if language in VOICED)
"""The languages that are heard too; a draft is only read."""

EVERY = tuple((profile, language) for profile in PROFILES for language in SPOKEN)
"""Every profile with every language."""
