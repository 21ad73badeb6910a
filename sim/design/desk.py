"""`main.py design`: the terminal with everything a designer turns in reach, in one window.

The machine stands at the left as customers have it; what is the designer's stands in the strip at the right, in
other colours, and has its own keys. Letters are the designer's; digits, Enter, Backspace, Delete, * and # stay the
machine's. This file joins the parts: the machine and its time (`sandbox`), the files (`reload`), the place and size
(`place`, `true_size`), the answers (`inspector`), the eyes (`eyes`) and how all that is drawn (`strip`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import pygame

from screens.beside import Places
from screens.layout import Rect
from screens.theme import Panel, design_from, theme
from screens.window import Window
from sim.design import eyes, keys
from sim.design.drawing import ACCENT, GROUND
from sim.design.inspector import Inspector, Row
from sim.design.place import Placing, draw_rulers
from sim.design.reload import Reload
from sim.design.sandbox import SPEEDS, Sandbox, found
from sim.design.sound import EAR_NAMES, Aloud
from sim.design.strip import WIDTH_PX, Board, Option, Strip, Switch
from sim.design.touching import NAMES as HAND_NAMES
from sim.design.touching import Touching
from sim.design.true_size import turned
from sim.proof.audit.matrix import PANELS
from sim.proof.personas.sources import PERSONAS
from sim.senses.models import Sight
from sim.world.bank import CUSTOMERS
from terminal.profile import LANGUAGES, PROFILE_NAMES
from terminal.runtime import shown_profile

Name = TypeVar("Name", bound=str)

NOBODY = "nobody"
GAZE_PX = 12
"""The eyes follow the pointer when it has moved so far."""

OUTLINE_PX = 2


@dataclass
class Desk:
    """A `Beside` around a sandbox."""

    sandbox: Sandbox
    reload: Reload
    placing: Placing
    aloud: Aloud
    strip: Strip = field(default_factory=Strip)
    person: str = NOBODY
    sight: Sight | None = None
    touching: Touching = field(default_factory=Touching)
    helping: bool = False
    measuring: bool = False
    search: str | None = None
    typed: str = ""
    first: int = 0
    held: bool = False
    said: str = ""
    window: Window | None = None
    _places: Places | None = None
    _pointer: tuple[int, int] = (0, 0)
    _gaze: tuple[int, int] = (0, 0)
    _clean: pygame.Surface | None = None
    _seen: pygame.Surface | None = None
    _outlined: Rect | None = None
    _fresh: bool = True
    _thing: tuple[Row, ...] = ()
    _asked: object = None
    _made: Inspector | None = None
    _screened: tuple[tuple[object, ...], tuple[Row, ...]] | None = None

    # --- what is chosen -------------------------------------------------------------------------

    def act(self, name: str) -> None:
        """One of the designer's acts, by name: `speed:2.0`, `jump:review`, `panel`."""
        verb, _, what = name.partition(":")
        if verb in self._verbs:
            self.said = ""
            self._verbs[verb](what)

    @cached_property
    def _verbs(self) -> Mapping[str, Callable[[str], None]]:
        sandbox = self.sandbox
        return {
            "pause": lambda what: sandbox.pause(),
            "speed": lambda what: setattr(sandbox, "speed", float(what)),
            "faster": lambda what: sandbox.faster(1),
            "slower": lambda what: sandbox.faster(-1),
            "profile": lambda what: sandbox.look(
                profile=_chosen(PROFILE_NAMES, sandbox.session.look.profile, what)
            ),
            "language": lambda what: sandbox.look(
                language=_chosen(LANGUAGES, sandbox.session.look.language, what)
            ),
            "panel": self._panel,
            "turn": lambda what: self._fit(turned(self.placing.panel)),
            "size": self._size,
            "measure": lambda what: self._measure(),
            "person": self._person,
            "eyes": self._eyes,
            "hand": lambda what: self.touching.choose(_chosen(HAND_NAMES, self._hand, what)),
            "ears": lambda what: self.aloud.listen(_chosen(EAR_NAMES, self.aloud.ear_name, what)),
            "jump": self._jump,
            "next": lambda what: self._beside(1),
            "previous": lambda what: self._beside(-1),
            "back": lambda what: sandbox.back(),
            "again": lambda what: sandbox.again(),
            "search": lambda what: self._search(),
            "help": lambda what: setattr(self, "helping", not self.helping),
            "sound": lambda what: self.aloud.switch(),
            "hold": lambda what: setattr(self, "held", not self.held),
            "left": lambda what: self._pan(-1, 0),
            "right": lambda what: self._pan(1, 0),
            "up": lambda what: self._pan(0, -1),
            "down": lambda what: self._pan(0, 1),
        }

    def _panel(self, what: str) -> None:
        now = self.placing.panel
        sizes = {name: (glass.width_px, glass.height_px) for name, glass in PANELS.items()}
        shown = [name for name in PANELS if sizes[name] == (now.width_px, now.height_px)]
        glass = PANELS[_chosen(tuple(PANELS), shown[0] if shown else "", what)]
        self._fit(Panel(glass.diagonal_inch, glass.width_px, glass.height_px))

    def _fit(self, panel: Panel) -> None:
        self.placing.panel = panel
        if self.window is not None:
            self.window.fit(panel)

    def _size(self, what: str) -> None:
        self.placing.size = "true" if self.placing.size == "fit" else "fit"
        self._arrange()

    def _pan(self, across: int, down: int) -> None:
        self.placing.move(across, down)
        self._arrange()

    def _measure(self) -> None:
        self.measuring = not self.measuring
        self._arrange()

    def _person(self, what: str) -> None:
        self.person = _chosen((NOBODY, *PERSONAS), self.person, what)
        if self.person == NOBODY:
            self._see(None)
            return
        someone = PERSONAS[self.person]  # type: ignore[index]
        served = [name for name in PROFILE_NAMES if name in someone.served_by]
        self.sandbox.look(profile=served[0] if served else None, language=someone.language)
        self._see(eyes.eyes_of(someone.name, someone.acuity))

    def _eyes(self, what: str) -> None:
        now = self.sight.name if self.sight and self.sight.name in eyes.NAMES else "own"
        self._see(eyes.sight_named(_chosen(eyes.NAMES, now, what)))

    @property
    def _hand(self) -> str:
        return self.touching.hand.name if self.touching.hand else "own"

    def _see(self, sight: Sight | None) -> None:
        self.sight = sight
        self._arrange()

    def _jump(self, name: str) -> None:
        self.sandbox.jump(name)
        self.search = None

    def _beside(self, by: int) -> None:
        names = self.names
        if names:
            shown = self.sandbox.still.name if self.sandbox.still else ""
            place = names.index(shown) + by if shown in names else 0
            place %= len(names)
            self.sandbox.jump(names[place])
            rows = self.strip.list_rows
            self.first = min(max(self.first, place - rows + 1), place)

    def _search(self) -> None:
        self.search, self.first = "", 0

    def _arrange(self) -> None:
        if self.window is not None:
            self.window.arrange()

    @property
    def names(self) -> tuple[str, ...]:
        """The screens that are listed."""
        return found(self.typed, self.sandbox.session.look.language)

    # --- the window's side ----------------------------------------------------------------------

    def arranged(self, width: int, height: int, aspect: float, with_front: bool) -> Places:
        self._places = self.placing.places(width, height, aspect, with_front)
        return self._places

    def heard(self, events: list[pygame.event.Event], now: float) -> list[pygame.event.Event]:
        """What is left for the machine, as the chosen hand does it."""
        others = [event for event in events if not self._own(event)]
        return self.touching.through(others, now, self._glass_px_per_mm())

    def _own(self, event: pygame.event.Event) -> bool:
        match event.type:
            case pygame.KEYDOWN:
                return self._key(event)
            case pygame.MOUSEMOTION:
                self._pointer = (int(event.pos[0]), int(event.pos[1]))
                return False
            case pygame.MOUSEBUTTONDOWN | pygame.MOUSEBUTTONUP:
                return self._click(event)
            case pygame.MOUSEWHEEL:
                self.first = max(0, min(len(self.names) - 1, self.first - 3 * int(event.y)))
                return True
            case _:
                return False

    def _key(self, event: pygame.event.Event) -> bool:
        if self.measuring:
            return self._measured(event)
        if self.search is not None:
            return self._type(event)
        name = keys.act_of(event)
        if name:
            self.act(name)
        return bool(name) or keys.is_letter(event)

    def _measured(self, event: pygame.event.Event) -> bool:
        monitor = self.placing.monitor
        step = 10.0 if event.mod & pygame.KMOD_SHIFT else 1.0
        match event.key:
            case pygame.K_RIGHT | pygame.K_UP:
                monitor.turn(step)
            case pygame.K_LEFT | pygame.K_DOWN:
                monitor.turn(-step)
            case pygame.K_RETURN | pygame.K_KP_ENTER:
                try:
                    monitor.keep()
                    self.said = f"Kept in {monitor.file}."
                except OSError as trouble:
                    self.said = f"It cannot be kept: {trouble.strerror}. It holds until the end."
                self.measuring = False
            case pygame.K_ESCAPE | pygame.K_c:
                self.measuring = False
            case _:
                pass
        self._arrange()
        return True

    def _type(self, event: pygame.event.Event) -> bool:
        match event.key:
            case pygame.K_ESCAPE:
                self.search, self.typed = None, ""
            case pygame.K_RETURN | pygame.K_KP_ENTER:
                if self.names:
                    self._jump(self.names[0])
                self.search = None
            case pygame.K_BACKSPACE:
                self.typed = self.typed[:-1]
            case _ if getattr(event, "unicode", "").isprintable():
                self.typed += event.unicode
            case _:
                pass
        self.first = 0
        return True

    def _click(self, event: pygame.event.Event) -> bool:
        x, y = int(event.pos[0]), int(event.pos[1])
        self._pointer = (x, y)
        assert self.window is not None
        if self.measuring:
            return True
        if x < self.window.surface.get_width() - WIDTH_PX:
            self.search = None
            return False
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:
            self.act(self.strip.act_at(x, y))
        return True

    def painted(self, glass: pygame.Surface) -> None:
        self._fresh = True
        if self.sight is None:
            self._clean = self._seen = glass.copy()
            return
        self._clean = glass.copy()
        self._look_through(glass)
        self._seen = glass.copy()

    def _look_through(self, picture: pygame.Surface) -> None:
        assert self._places is not None
        assert self.sight is not None
        glass = self._places.glass
        self._gaze = self._pointer
        gaze = (float(self._gaze[0] - glass.x), float(self._gaze[1] - glass.y))
        inside = 0 <= gaze[0] < glass.w and 0 <= gaze[1] < glass.h
        per_mm = self._glass_px_per_mm()
        eyes.look_through(picture, self.sight, per_mm, gaze if inside else None)

    def _glass_px_per_mm(self) -> float:
        """Of the panel, as it stands in the window."""
        panel = self.placing.panel
        shown = self._places.glass.w if self._places is not None else panel.width_px
        return panel.px_per_mm * shown / panel.width_px

    def paint(self, surface: pygame.Surface, whole: bool) -> list[Rect]:
        assert self._places is not None
        width, height = surface.get_size()
        if whole:
            panel = self.placing.panel
            draw_rulers(surface, self.strip.sketch, self._places, panel, GROUND)
            self._fresh = True
        dirty = self._paint_glass(surface)
        area = Rect(width - WIDTH_PX, 0, WIDTH_PX, height)
        dirty += self.strip.paint(surface, area, self.board(), whole)
        if self.measuring and (whole or dirty):
            keys.draw_card(surface, self.strip.sketch, self.placing.monitor)
            dirty.append(Rect(0, 0, width, height))
        return dirty

    def _paint_glass(self, surface: pygame.Surface) -> list[Rect]:
        """The outline of what is asked about, and eyes that follow the pointer."""
        assert self._places is not None
        moved = max(abs(a - b) for a, b in zip(self._gaze, self._pointer, strict=True)) > GAZE_PX
        if self.sight is not None and self.sight.lost and moved and self._clean is not None:
            self._seen = self._clean.copy()
            self._look_through(self._seen)
            self._fresh = True
        outline = self._ask()
        if self._seen is None or (outline == self._outlined and not self._fresh):
            return []
        self._fresh, self._outlined = False, outline
        glass, room = self._places.glass, pygame.Rect(self._places.room)
        clip = surface.get_clip()
        surface.set_clip(room)
        surface.blit(self._seen, (glass.x, glass.y))
        if outline is not None:
            grown = pygame.Rect(outline).inflate(2 * OUTLINE_PX, 2 * OUTLINE_PX)
            pygame.draw.rect(surface, ACCENT, grown, OUTLINE_PX)
        surface.set_clip(clip)
        return [Rect(*pygame.Rect(glass).clip(room))]

    # --- what is asked --------------------------------------------------------------------------

    def _ask(self) -> Rect | None:
        """What lies under the pointer, told by the inspector; its outline in the window."""
        window, places = self.window, self._places
        if window is None or places is None or window.glass_layout is None:
            return None
        if self.held:
            return self._outlined
        laid, glass = window.glass_layout, places.glass
        x, y = self._pointer
        if not pygame.Rect(places.room).clip(glass).collidepoint(x, y):
            self._thing = ()
            return None
        per = laid.width_px / glass.w
        box = self.inspector.at(laid, int((x - glass.x) * per), int((y - glass.y) * per))
        if box is None:
            self._thing = ()
            return None
        session = self.sandbox.session
        asked = (box, laid.identity, session.look, self.reload.count)
        if asked != self._asked:
            self._asked = asked
            look = shown_profile(session.look, self.sandbox.design.profiles)
            panel = self.placing.panel.scaled_to(laid.width_px, laid.height_px)
            sizes = theme(look, panel, design_from(self.sandbox.design.theme))
            self._thing = self.inspector.thing(box, laid, sizes, session)
        rect = box.rect
        return Rect(
            glass.x + round(rect.x / per),
            glass.y + round(rect.y / per),
            round(rect.w / per),
            round(rect.h / per),
        )

    @property
    def inspector(self) -> Inspector:
        """Of the present design."""
        design = self.sandbox.design
        if self._made is None or self._made.design is not design:
            self._made = Inspector(design, self.reload.sources, self.strip.sketch.fonts)
        return self._made

    # --- what the strip shows -------------------------------------------------------------------

    def board(self) -> Board:
        """The strip as it is now."""
        still = self.sandbox.still
        rows = (*self._thing, *self._of_screen())
        if still is not None and still.orders:
            rows = (*rows, Row("orders", ", ".join(still.orders), "quiet"))
        mistakes = tuple(map(str, self.reload.mistakes))
        taken = f"Taken: {', '.join(self.reload.saved)} ({self.reload.count})."
        told = mistakes or ((self.said,) if self.said else (taken,) if self.reload.count else ())
        return Board(
            title="DESIGN BENCH  (not the machine)",
            state=self._state(),
            switches=self._switches(),
            rows=rows,
            names=self.names,
            shown=still.name if still else "",
            search=self.search,
            typed=self.typed,
            first=self.first,
            told=told,
            bad=bool(mistakes),
            help=keys.HELP if self.helping else (),
        )

    def _of_screen(self) -> tuple[Row, ...]:
        """Asked again when the session or the whole seconds changed: what is said takes a while to put
        together."""
        session, now = self.sandbox.session, self.sandbox.now
        asked = (session, int(now), self.sandbox.design)
        if self._screened is None or any(
            a is not b and a != b for a, b in zip(asked, self._screened[0], strict=True)
        ):
            self._screened = asked, self.inspector.screen(session, now)
        return self._screened[1]

    def _state(self) -> str:
        still = self.sandbox.still
        if still is not None:
            time = "its time runs" if still.running else "its time stands"
            return f"STILL {still.name}: {time}; the visit waits (B goes back to it)"
        phase = type(self.sandbox.session.phase).__name__
        return f"VISIT {phase}: {'time stands' if self.sandbox.paused else 'time runs'}"

    def _switches(self) -> tuple[Switch, ...]:
        sandbox, look = self.sandbox, self.sandbox.session.look
        speeds = tuple(Option(f"{s:g}", f"speed:{s}", s == sandbox.speed) for s in SPEEDS)
        pause = Option("stands" if sandbox.standing else "runs", "pause", sandbox.standing)
        sound = Option("sound M", "sound", self.aloud.on)
        return (
            Switch("time", "Space", (pause, *speeds, sound)),
            Switch("visit", "B R", (Option("back to it", "back"), Option("new machine", "again"))),
            Switch("profile", "P", _options("profile", PROFILE_NAMES, look.profile)),
            Switch("language", "L", _options("language", LANGUAGES, look.language)),
            Switch("person", "N", self._stepper("person", self._person_told())),
            Switch("eyes", "E", self._stepper("eyes", self.sight.title if self.sight else "own")),
            Switch(
                "ears, hand",
                "A F",
                (
                    Option(f"ears: {self.aloud.ear_name}", "ears"),
                    Option(f"hand: {self._hand}", "hand"),
                ),
            ),
            Switch(
                "panel",
                "G O",
                (*self._stepper("panel", self._panel_told()), Option("turn", "turn")),
            ),
            Switch("size", "T C", self._sizes()),
        )

    def _sizes(self) -> tuple[Option, ...]:
        true = self.placing.size == "true"
        places = self._places
        told = "" if places is None else self.placing.told(places)
        return (
            Option("true size", "size", true),
            Option("measure the monitor", "measure", self.measuring),
            Option(told, ""),
        )

    def _panel_told(self) -> str:
        panel = self.placing.panel
        return f'{panel.diagonal_inch:g}" {panel.width_px}x{panel.height_px}'

    def _person_told(self) -> str:
        if self.person == NOBODY:
            return NOBODY
        card = PERSONAS[self.person].card  # type: ignore[index]
        pin = CUSTOMERS[card].pin if card in CUSTOMERS else ""
        return f"{self.person}: card {card} {pin}"

    def _stepper(self, verb: str, told: str) -> tuple[Option, ...]:
        return Option("<", f"{verb}:-"), Option(told, f"{verb}:"), Option(">", f"{verb}:")


def _options(verb: str, names: tuple[str, ...], now: str) -> tuple[Option, ...]:
    return tuple(Option(name, f"{verb}:{name}", name == now) for name in names)


def _chosen(names: Sequence[Name], now: Name, what: str) -> Name:
    """The one that is named; the one before with "-"; the next with nothing."""
    named = [name for name in names if name == what]
    if named:
        return named[0]
    place = names.index(now) if now in names else -1
    return names[(place + (-1 if what == "-" else 1)) % len(names)]
