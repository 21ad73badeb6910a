"""One visit of one persona at a whole terminal: the glass is laid out, seen and touched as it really is.

The stage knows everything, the persona only its `Perception`. Every look at the session in this file
is for measuring, never for the persona. A press goes through `screens.touch` with the rules of the
profile that is shown, and what comes out of it goes to the terminal as in the kiosk.

In a comparison (`standard`, `elder`) somebody chose the profile before the customer came, and nothing
that a press does changes it: such presses are counted and go no further. In `natural` mode the
detection decides, and the customer may choose.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal

from screens.layout import Layout, layout
from screens.paint import Fonts
from screens.scene import Scene, scene
from screens.theme import Panel, Theme, design_from, theme
from screens.touch import Hand, Pointer, Rules, shown, touch
from sim.proof.personas import mind as m
from sim.proof.personas.ears import Air
from sim.proof.personas.eyes import Sight, Thing, sight_of
from sim.proof.personas.mind import Mind, Perception, Slots, Want
from sim.proof.personas.sources import AMOUNTS_YUAN, PERSONAS, PersonaName
from sim.proof.personas.words import SAME, Dictionary, dictionary
from sim.stage.bench import AT_REST, Bench
from sim.stage.settings import Design, read_design
from sim.stage.voices import Speech, voice_with
from sim.world.acts import act
from sim.world.bank.customers import CUSTOMERS, STORY_YEAR, Customer
from sim.world.bank.rules import Bank
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.flow import step
from terminal.ports import Seconds
from terminal.profile import Language, Profile, ProfileName, Wishes
from terminal.prompts import text_key
from terminal.runtime import shown_profile

Mode = Literal["standard", "elder", "natural"]
MODES: Final[tuple[Mode, ...]] = ("standard", "elder", "natural")

PANEL: Final = Panel(15.0, 1024, 768)
"""The coarsest panel of accessibility.md B2."""

BALANCE_MINOR: Final = 1_500_000
"""Nobody here is refused for want of money: that is another story."""

VISIT_SECONDS_MAX: Final = 3_600.0
"""A visit that lasts longer has gone wrong."""

HELD: Final[Mapping[str, tuple[str, ...]]] = {
    "elder": ("elder",),
    "standard": ("elder", "standard"),
}
"""What is pressed on the switch before the customer comes, so that the profile is somebody's choice."""

LOOK_EVENTS: Final = frozenset(("profile", "size", "contrast", "seated", "offer_yes"))
"""Presses that change the look; a comparison does not let them through."""

LOOK_OFFERS: Final = frozenset(("look", "need", "standard"))
"""Offers of another profile; a language and a memory are offered too."""

HARMLESS: Final = frozenset(("help", "repeat", "close", "back", "page"))
"""What a guess may choose without having chosen wrongly."""


Why = Literal["bounce", "guess", "late", "aim", "misread", "slip", "unchecked"]
"""How a press came to choose what was not wanted: a second landing nobody meant; pressed without knowing;
the screen changed under the finger; the finger landed on another button than the one it was sent to; the
words were taken for others; the finger was sent to another button than the one meant; a wrong amount was
confirmed as meant."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One wrong press: on which screen (the key of its text), how it came, what was meant and what was
    chosen, in the words of the buttons; `meant` is "" if nothing was."""

    screen: str
    why: Why
    meant: str
    chose: str


@dataclass
class Result:
    """One visit, measured. Seconds are of the visit's own clock. `wrong` are presses that chose something
    not intended, or wrongly guessed; `missed` presses beside every target; `ignored` presses that the
    glass did not take (arming, guard). `ended` counts waits that ran out. `wrongs` are the wrong presses one
    by one, `pressed` how many presses chose something on each screen."""

    persona: PersonaName
    mode: Mode
    seed: int
    amount: int
    completed: bool = False
    seconds: Seconds = 0.0
    presses: int = 0
    wrong: int = 0
    missed: int = 0
    ignored: int = 0
    dialogs: int = 0
    ended: int = 0
    offers: int = 0
    applied: bool = False
    chose_larger: bool = False
    applied_young: bool = False
    explicit: int = 0
    disobeyed: int = 0
    before_amount: str = ""
    first_right_seconds: Seconds | None = None
    left_with_one: int = 0
    leaving_probed: int = 0
    asked_help: int = 0
    stopped: bool = False
    lost: int = 0
    in_hand: int = 0
    card_back: bool = False
    wrongs: list[Wrong] = field(default_factory=list)
    pressed: dict[str, int] = field(default_factory=dict)

    @property
    def rightly(self) -> bool | None:
        """Whether the machine applied or offered a larger profile to whom it suits, and to nobody else.
        Where both suit, either is right; None if the customer was first."""
        suits = PERSONAS[self.persona].served_by
        moved = self.applied or self.offers > 0
        if self.chose_larger and not moved:
            return None
        return moved if "standard" not in suits else not moved or "elder" in suits


@dataclass(frozen=True)
class House:
    """What every visit of a process shares: it is read once."""

    design: Design
    languages: Mapping[Language, Dictionary]
    fonts: Fonts


@lru_cache(maxsize=1)
def house() -> House:
    """The data files, read."""
    design = read_design()
    catalogues = {name: design.catalogues[name] for name in ("zh", "en")}
    languages: Mapping[Language, Dictionary] = {
        name: dictionary(catalogue, {n: c for n, c in catalogues.items() if n != name})
        for name, catalogue in design.catalogues.items()
        if name in catalogues
    }
    return House(design, languages, Fonts())


@lru_cache(maxsize=64)
def _theme(name: ProfileName, wishes: Wishes) -> Theme:
    design = house().design
    look = s.Look(profile=name, wishes=wishes)
    return theme(shown_profile(look, design.profiles), PANEL, design_from(design.theme))


@lru_cache(maxsize=4_000)
def _laid(seen: Scene, name: ProfileName, wishes: Wishes) -> tuple[Layout, Sight]:
    sizes = _theme(name, wishes)
    boxes = layout(seen, sizes, PANEL.width_px, PANEL.height_px, house().fonts.measure)
    return boxes, sight_of(boxes, sizes)


def rules_of(profile: Profile, sizes: Theme) -> Rules:
    """How forgiving the glass is in a profile, as the window has it."""
    return Rules(profile.guard_ms / 1000, profile.arming_ms / 1000, sizes.slop_px)


@dataclass(frozen=True, slots=True)
class Press:
    """A finger that came down or was lifted, where, and what came of it: for the pictures."""

    at: Seconds
    kind: str
    x_px: int
    y_px: int
    said: str
    meant: str


@dataclass
class Frame:
    """One screen as it was shown, from when on, and the presses on it."""

    at: Seconds
    boxes: Layout
    sizes: Theme
    presses: list[Press] = field(default_factory=list)


@dataclass
class Visit:
    """One persona, one mode, one seed. `run` plays it, and fills `frames` if there is a list."""

    persona: PersonaName
    mode: Mode
    seed: int
    frames: list[Frame] | None = None
    result: Result = field(init=False)

    def __post_init__(self) -> None:
        who = PERSONAS[self.persona]
        rng = random.Random(f"{self.persona}/{self.seed}")
        amount = rng.choices(list(AMOUNTS_YUAN), list(AMOUNTS_YUAN.values()))[0]
        self.result = Result(self.persona, self.mode, self.seed, amount)
        pin = CUSTOMERS[who.card].pin
        born = STORY_YEAR - round(who.age)
        people = {who.card: Customer(born, pin, BALANCE_MINOR)}
        self.air = Air()
        self.bench = Bench(
            seed=self.seed,
            design=house().design,
            bank=Bank(customers=people),
            speech=self._speech,
        )
        language = house().languages[who.language]
        self.mind = Mind(who, amount, pin, language, rng, may_enlarge=self.mode == "natural")
        self.who = who
        self.hand = Hand()
        self.boxes: Layout | None = None
        self.sight = Sight()
        self.sizes: Theme | None = None
        self.rules = Rules(0.0, 0.0, 0)
        self._session: s.Session | None = None
        self._explicit = ""
        self._came = 0.0
        self._seen_amount = False
        self._probed: set[str] = set()

    def _speech(self, design: Design) -> Speech:
        return Speech(voice_with(self.air, design), self.air.recorder.spoken)

    # --- the visit --------------------------------------------------------------------------------

    def opens(self) -> Bench:
        """The machine switched on and idle, in the profile of the comparison; the customer comes now."""
        bench = self.bench.boot().ready()
        for name in HELD.get(self.mode, ()):
            bench.presses("profile", name)
        self._came = bench.clock.now()
        return bench

    def run(self) -> Result:
        """From coming to leaving, and until the machine is at rest again."""
        bench = self.opens()
        bench.terminal.listeners.append(self._measures)
        limit = self._came + VISIT_SECONDS_MAX
        left_at: Seconds | None = None
        while bench.clock.now() < limit:
            due = bench.happens()
            now = bench.clock.now()
            self._see(now)
            acted = False
            if not self.mind.gone:
                self.mind.perceive(self._perception(now), now)
                acted = self._do(now)
                due = min(due, self.mind.due(), self.air.next_end())
                due = min(due, self.air.ends if self.air.ends > now else due)
            if self.mind.gone:
                left_at = now if left_at is None else left_at
                if isinstance(bench.session.phase, AT_REST):
                    break
            if acted or bench.glass.pressed:
                due = now
            bench.clock.advance_to(max(due, now))
        self._concludes(bench.clock.now() if left_at is None else left_at)
        return self.result

    def _concludes(self, left_at: Seconds) -> None:
        result, world = self.result, self.bench.world
        result.in_hand = sum(note * count for note, count in world.purse.items())
        result.card_back = world.reader.where(self.who.card) == "outside"
        result.completed = result.card_back and result.in_hand == result.amount
        result.seconds = left_at - self._came
        result.asked_help = self.mind.asked_help
        result.stopped, result.lost = self.mind.stopping, self.mind.lost_times
        self.bench.store.close()

    def _see(self, now: Seconds) -> None:
        """Lay the glass out as the window does, if it may look different now."""
        session = self.bench.session
        if session is self._session:
            return
        self._session = session
        self._hold_profile(session)
        design, look = house().design, session.look
        profile = shown_profile(look, design.profiles)
        seen = scene(session, design.catalogues[look.language], profile, now)
        self.sizes = _theme(look.profile, look.wishes)
        self.boxes, self.sight = _laid(seen, look.profile, look.wishes)
        self.rules = rules_of(profile, self.sizes)
        self.hand = shown(self.hand, self.boxes, self.rules, now)
        if self.frames is not None and not self.mind.gone:
            self.frames.append(Frame(now - self._came, self.boxes, self.sizes))

    def _hold_profile(self, session: s.Session) -> None:
        """A machine that nobody touched for long forgets what was chosen: in a comparison it is chosen
        again, while the customer still looks for the card."""
        if self.mode == "natural" or session.look.locked or self.mind.gone or session.visit:
            return
        self.bench.glass.pressed += [ev.Chosen("profile", name) for name in HELD[self.mode]]

    def _perception(self, now: Seconds) -> Perception:
        world = self.bench.world
        place = world.reader.where(self.who.card)
        slots = Slots(
            card_out=place == "gate",
            notes_out=sum(world.notes_in_slot().values()),
            has_card=place == "outside",
            has_notes=bool(world.purse),
        )
        return Perception(self.sight, self.air.heard(now), self.air.speaks(now), slots)

    def _do(self, now: Seconds) -> bool:
        """What the customer does now, if anything."""
        deeds = self.mind.act(now)
        for deed in deeds:
            match deed:
                case m.Down(x, y, want):
                    self._points("down", x, y, want, now)
                case m.Up(x, y, want):
                    self._points("up", x, y, want, now)
                case m.Key(key):
                    act(self.bench.world, f"key:{key}")
                case m.Act("insert"):
                    act(self.bench.world, f"insert:{self.who.card}")
                case m.Act(name):
                    act(self.bench.world, name)
                case m.Gone():
                    pass
        return bool(deeds)

    # --- the glass --------------------------------------------------------------------------------

    def _points(
        self, kind: Literal["down", "up"], x: float, y: float, want: Want | None, now: Seconds
    ) -> None:
        assert self.boxes is not None
        per_mm = PANEL.px_per_mm
        pointer = Pointer(kind, round(x * per_mm), round(y * per_mm), 1)
        pressed_before = self.hand.target
        self.hand, said = touch(self.hand, self.boxes, self.rules, pointer, now)
        chose = next((event for event in said if isinstance(event, ev.Chosen)), None)
        missed = any(isinstance(event, ev.Touched) for event in said)
        result = self.result
        result.presses += kind == "down" and want is not None
        result.missed += missed
        if kind == "up" and not chose and not missed and pressed_before is None:
            result.ignored += want is not None
        if chose is not None:
            self._counts(chose, want)
        self._keep(kind, pointer, chose, missed, want, now)
        for event in said:
            if self.mode != "natural" and self._changes_look(event):
                event = ev.Touched()
            if isinstance(event, ev.Chosen | ev.Touched):
                self.bench.voice.pressed(now)
            self.bench.glass.pressed.append(event)

    def _changes_look(self, event: ev.Event) -> bool:
        if not isinstance(event, ev.Chosen):
            return False
        offered = self.bench.session.look.offer in LOOK_OFFERS
        return event.name in LOOK_EVENTS and (event.name != "offer_yes" or offered)

    def _word(self, chose: ev.Chosen) -> str:
        """What is written on what was chosen; an answer to an offer says what it answers."""
        assert self.boxes is not None
        if chose.name == "offer_yes" and self.bench.session.look.offer == "language":
            at = next(n for n, box in enumerate(self.boxes.boxes) if box.event == chose)
            words = self.sight.things[at].words
            named = [known.label(words[0].text) for known in house().languages.values() if words]
            return next((name for name in named if name), chose.name)
        return word_of(chose)

    def _keep(
        self,
        kind: str,
        pointer: Pointer,
        chose: ev.Chosen | None,
        missed: bool,
        want: Want | None,
        now: Seconds,
    ) -> None:
        if not self.frames:
            return
        said = self._word(chose) if chose else "beside" if missed else ""
        meant = want.word if want else "not meant"
        press = Press(now - self._came, kind, pointer.x, pointer.y, said, meant)
        self.frames[-1].presses.append(press)

    def _counts(self, chose: ev.Chosen, want: Want | None) -> None:
        """A press that chose something: on which screen, and if it was a wrong one, how it came."""
        result, screen = self.result, text_key(self.bench.session)
        result.pressed[screen] = result.pressed.get(screen, 0) + 1
        if self._is_wrong(chose, want):
            meant = want.word if want else ""
            wrong = Wrong(screen, self._why(chose, want), meant, self._word(chose))
            result.wrong += 1
            result.wrongs.append(wrong)

    def _why(self, chose: ev.Chosen, want: Want | None) -> Why:
        """How a wrong press came."""
        assert self.boxes is not None
        if want is None:
            return "bounce"
        if want.word == m.UNSURE:
            return "guess"
        if want.thing not in self.sight.things:
            return "late"
        if self._event_at(want.thing) != chose:
            return "aim"
        if chose.name == want.word:
            return "unchecked"
        taken_for = self.mind.known.get(want.thing.words[0].text) if want.thing.words else None
        return "misread" if taken_for == want.word else "slip"

    def _event_at(self, thing: Thing) -> ev.Chosen | None:
        """What a thing that is seen on the glass chooses."""
        assert self.boxes is not None
        drawn = (box for box in self.boxes.boxes if box.role != "timer")
        pairs = zip(drawn, self.sight.things, strict=True)
        return next((box.event for box, seen in pairs if seen == thing), None)

    def _is_wrong(self, chose: ev.Chosen, want: Want | None) -> bool:
        if want is None:
            return True
        word = self._word(chose)
        if want.word != m.UNSURE:
            return word != want.word or self._against_the_wish(chose)
        return word not in HARMLESS and word not in self._right_now()

    def _against_the_wish(self, chose: ev.Chosen) -> bool:
        """A misread amount is what was meant, and not what was wanted."""
        wanted = self.result.amount * 100
        phase = self.bench.session.phase
        if isinstance(phase, s.Reviewing) and chose.name == "confirm":
            return phase.amount.minor != wanted
        return chose.name == "amount" and chose.value != wanted

    def _right_now(self) -> frozenset[str]:
        """What somebody who had understood everything would choose here."""
        session, amount = self.bench.session, self.result.amount
        if session.overlay == "more_time":
            return frozenset({"more_time"})
        match session.phase:
            case s.ChoosingAmount() | s.SuggestingAmounts():
                return frozenset({f"amount:{amount}", "other_amount"})
            case s.Reviewing(amount=shown_amount):
                right = shown_amount.major == amount
                return frozenset({"confirm"} if right else {"change", "back"})
            case s.EnteringAmount(typed=typed):
                rest = str(amount).removeprefix(str(typed or ""))
                return frozenset({f"digit:{rest[0]}" if rest else "confirm"})
            case s.Counting():
                return frozenset({"count_right"})
            case s.Explaining():
                return frozenset({"understood"})
            case _:
                return frozenset()

    # --- measuring --------------------------------------------------------------------------------

    def _measures(
        self,
        before: s.Session,
        event: ev.Event,
        after: s.Session,
        effects: tuple[fx.Effect, ...],
        now: Seconds,
    ) -> None:
        result = self.result
        if isinstance(event, ev.AskedForMore):
            result.dialogs += 1
        if isinstance(event, ev.TimedOut) and before.visit and not self.mind.gone:
            waited = not isinstance(before.phase, s.Farewell | s.Counting)
            result.ended += waited and type(after.phase) is not type(before.phase)
        if after.look.offer in LOOK_OFFERS and after.look.offer != before.look.offer:
            result.offers += 1
        self._measures_look(before, event, after, now)
        if isinstance(after.phase, s.ChoosingAmount) and not self._seen_amount:
            self._seen_amount, result.before_amount = True, after.look.profile

    def _measures_look(
        self, before: s.Session, event: ev.Event, after: s.Session, now: Seconds
    ) -> None:
        result, look = self.result, after.look
        in_visit = bool(after.visit)
        chosen = isinstance(event, ev.Chosen) and event.name in LOOK_EVENTS
        if isinstance(event, ev.Chosen) and event.name == "profile":
            result.explicit += 1
            result.disobeyed += look.profile != event.value
            self._explicit = look.profile
        elif chosen and look.profile != before.look.profile:
            self._explicit = look.profile
        elif self._explicit and in_visit and look.profile != self._explicit:
            result.disobeyed += 1
            self._explicit = look.profile
        changed = in_visit and look.profile != before.look.profile
        if changed and not chosen and look.profile != "standard":
            result.applied = True
            result.applied_young |= self.who.age < 50
        suits = look.profile in self.who.served_by
        result.chose_larger |= chosen and look.profile not in ("standard", before.look.profile)
        if suits and result.first_right_seconds is None:
            result.first_right_seconds = now - self._came
        if in_visit and look.profile != "standard" and not isinstance(event, ev.SpeechStarted):
            self._probes_the_way_back(after, now)

    def _probes_the_way_back(self, session: s.Session, now: Seconds) -> None:
        """On each screen of a larger profile: does one press on the switch leave it, at once?"""
        if self.persona != "fluent-70" or self.mode != "natural":
            return
        design, look = house().design, session.look
        profile = shown_profile(look, design.profiles)
        seen = scene(session, design.catalogues[look.language], profile, now)
        boxes, _ = _laid(seen, look.profile, look.wishes)
        if boxes.identity in self._probed:
            return
        self._probed.add(boxes.identity)
        self.result.leaving_probed += 1
        self.result.left_with_one += leaves_with_one_press(session, boxes, profile, now)


def leaves_with_one_press(
    session: s.Session, boxes: Layout, profile: Profile, now: Seconds
) -> bool:
    """Whether a press in the middle of the switch, through the touch rules, gives the standard version."""
    box = next((b for b in boxes.targets if b.event and b.event.name == "profile"), None)
    if box is None:
        return False
    rules = Rules(profile.guard_ms / 1000, profile.arming_ms / 1000, 0)
    x, y = box.rect.x + box.rect.w // 2, box.rect.y + box.rect.h // 2
    hand = shown(Hand(), boxes, rules, now)
    later = now + rules.arming_seconds + 0.01
    hand, _ = touch(hand, boxes, rules, Pointer("down", x, y), later)
    hand, said = touch(hand, boxes, rules, Pointer("up", x, y), later + 0.1)
    for event in said:
        session, _effects = step(session, event, later + 0.1)
    return session.look.profile == "standard" and session.look.locked


def word_of(chose: ev.Chosen) -> str:
    """An event of the glass in the words that people use for the button."""
    match chose.name, chose.value:
        case "amount", int(minor):
            return f"amount:{minor // 100}"
        case "digit", value:
            return f"digit:{value}"
        case (("profile" | "language"), value):
            return f"to_{value}"
        case name, _:
            return SAME.get(name, name)


def play(persona: PersonaName, mode: Mode, seed: int) -> Result:
    """One visit."""
    return Visit(persona, mode, seed).run()
