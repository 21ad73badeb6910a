"""The one owner of `pygame.display`: opens it, reads it, paints it, closes it.

The glass keeps the configured panel's shape and the front stands beside it when devices are
simulated. Words are set for the pixels that are really there, so a small window is sharp; where
rounding up leaves no room, the screen is drawn at the panel's own size and scaled down whole.

The picture is painted and shown only when it changed. A press shows at once, and acts when lifted.
With real devices this is a kiosk: no way out of full screen, closing is ignored, the keyboard is
grabbed, the pointer is hidden, and only the keys of the pad mean anything (reliability.md E.1).
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

import pygame

from screens.audio_module import AUDIONAV, acts_by_code
from screens.beside import Beside
from screens.front import FrontState, arrange, front_layout
from screens.front_paint import paint_front
from screens.front_parts import ACT
from screens.layout import Layout, Rect, laid_out, layout
from screens.paint import Fonts, Painter
from screens.reader_tree import Tree, reader_tree, with_front
from screens.scanner import ENTER, NOTHING, settled, typed
from screens.scene import Scene, scene
from screens.screen_reader import ScreenReader
from screens.signing import CLEAN, sheet, writes, written
from screens.theme import Design, Panel, Theme, theme
from screens.touch import Act, Hand, Pointer, Quit, Rules, key_act, pointers, shown, touch
from terminal.events import Chosen, Laid, Scanned, Signed, Touched, TouchMeasured
from terminal.messages import Catalogue
from terminal.profile import Language, Profile, ProfileName, Wishes
from terminal.runtime import shown_profile
from terminal.service import ServicePhase
from terminal.session import Look, Session

Said = Chosen | Touched | TouchMeasured | Laid | Signed | Act | Quit | Scanned
"""What comes out of a window."""

FRONT_RULES = Rules(guard_seconds=0.0, arming_seconds=0.0, slop_px=0)
"""The drawn front is a demonstration's furniture and forgives nothing."""

LOOKS_PER_SECOND = 4
"""How often the seconds left are looked at while nothing happens."""

SHARP_PX_MIN = 300
"""A glass with fewer pixels on a side is drawn at the panel's size and scaled down whole."""

BEHIND = (24, 28, 33)
"""Around the glass, where the window has another shape."""

KIOSK_HINTS = {
    "SDL_GRAB_KEYBOARD": "1",
    "SDL_ALLOW_ALT_TAB_WHILE_GRABBED": "0",
    "SDL_VIDEO_MINIMIZE_ON_FOCUS_LOSS": "0",
}


@dataclass(frozen=True, slots=True)
class Faces:
    """What a screen is made from, read by the stage."""

    profiles: Mapping[str, Profile]
    catalogues: Mapping[Language, Catalogue]
    design: Design


class NoDisplay(Exception):
    """There is no display to open a window on. The text says what the system said."""


class Window:
    """A window, or the whole screen. `size` None means full screen; `simulated` that the front is
    drawn and that Escape and F11 leave full screen; `reader` is told what is shown, where there is one.
    `audio_module` is what the keys of the headset's module mean, by meaning. `beside` are a designer's tools
    around the machine's picture, where there are any.

    Raises NoDisplay where no display can be opened."""

    def __init__(
        self,
        faces: Faces,
        panel: Panel,
        size: tuple[int, int] | None = None,
        simulated: bool = True,
        caption: str = "",
        reader: ScreenReader | None = None,
        audio_module: Mapping[str, str] = AUDIONAV,
        beside: Beside | None = None,
    ) -> None:
        assert getattr(pygame, "IS_CE", 0), "pygame is installed over pygame-ce; remove pygame"
        self._faces, self._panel, self._simulated = faces, panel, simulated
        self._windowed_size = size or (panel.width_px * 3 // 4, panel.height_px * 3 // 4)
        self._full = size is None
        self._module_keys = acts_by_code(audio_module)
        self._beside = beside
        os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
        if not simulated:
            os.environ.update(KIOSK_HINTS)
        try:
            pygame.display.init()
            self._open()
        except pygame.error as error:
            raise NoDisplay(str(error)) from error
        pygame.display.set_caption(caption)
        pygame.key.set_repeat()
        pygame.key.stop_text_input()
        self._painter = Painter(Fonts())
        self._clock = pygame.time.Clock()
        self._themes: dict[tuple[ProfileName, Wishes, int, int], Theme] = {}
        self._glass_hand, self._front_hand = Hand(), Hand()
        self._on_front = False
        self._ink = self._ink_painted = CLEAN
        self._held = NOTHING
        self._session: Session | None = None
        self._front: FrontState | None = None
        self._said = ""
        self._scene: Scene | None = None
        self._theme: Theme | None = None
        self._rules = FRONT_RULES
        self._glass_layout: Layout | None = None
        self._front_layout: Layout | None = None
        self._looked = -1
        self._hand_now = 0.0
        self._stale = True
        self._painted: tuple[Chosen | None, Chosen | None] = (None, None)
        self._reader = reader
        self._tree: Tree | None = None

    # --- reading ------------------------------------------------------------------------------

    @property
    def surface(self) -> pygame.Surface:
        """The window's picture, for saving it."""
        return self._surface

    @property
    def glass(self) -> Rect:
        """Where the glass is in the window."""
        return self._glass

    @property
    def glass_layout(self) -> Layout | None:
        """The boxes now on the glass, in the glass's own pixels; None before the first drawing."""
        return self._glass_layout

    @property
    def front_layout(self) -> Layout | None:
        """The boxes of the front, in the window's pixels; None where none is drawn."""
        return self._front_layout

    @property
    def full_screen(self) -> bool:
        """Whether the window covers the screen."""
        return self._full

    def adopt(self, faces: Faces) -> None:
        """Other words, sizes and colours from the next drawing on; what is being pressed stays pressed."""
        self._faces = faces
        self._themes.clear()
        self._stale = True

    def fit(self, panel: Panel) -> None:
        """Another glass in the same window."""
        self._panel = panel
        self._themes.clear()
        self.arrange()

    def poll(self, now: float) -> list[Said]:
        """What was pressed, touched, typed or asked since the last call."""
        events = pygame.event.get()
        if self._beside is not None:
            events = self._beside.heard(events, now)
        said: list[Said] = []
        for event in events:
            said.extend(self._heard(event, now))
        self._held, pressed = settled(self._held, now)
        said.extend(pressed)
        for pointer in pointers(events, self._surface.get_size()):
            said.extend(self._pointed(pointer, now))
        said.extend(self._read())
        if self._session is not None and self._glass_layout is not None:
            laid = laid_out(self._glass_layout)
            said += [laid] if laid != self._session.laid else []
        return said

    def _heard(self, event: pygame.event.Event, now: float) -> list[Said]:
        match event.type:
            case pygame.QUIT:
                return [Quit()] if self._simulated else []
            case pygame.KEYDOWN:
                return self._key(event, now)
            case pygame.VIDEORESIZE | pygame.WINDOWSIZECHANGED:
                self._resized()
            case pygame.WINDOWEXPOSED:
                self._stale = True
            case _:
                pass
        return []

    def _key(self, event: pygame.event.Event, now: float) -> list[Said]:
        if self._simulated and event.key in (pygame.K_ESCAPE, pygame.K_F11):
            if event.key == pygame.K_F11 or self._full:
                self._full = not self._full
                self._open()
                self._resized()
                return []
            act: Act | None = Act("key:cancel")
        else:
            act = key_act(event, self._module_keys)
        self._held, said = typed(self._held, _character(event, act), act, now)
        return list(said)

    def _pointed(self, pointer: Pointer, now: float) -> list[Said]:
        front = self._front_rect
        if pointer.kind == "down":
            self._on_front = front is not None and _inside(front, pointer)
        if self._on_front and self._front_layout:
            self._front_hand, said = touch(
                self._front_hand, self._front_layout, FRONT_RULES, pointer, now
            )
            return [Act(str(s.value)) for s in said if isinstance(s, Chosen) and s.name == ACT]
        if self._glass_layout is None:
            return []
        on_glass = self._on_glass(pointer, self._glass_layout)
        place = sheet(self._glass_layout)
        armed = now >= self._glass_hand.armed_at
        if place is not None and armed and writes(self._ink, place, on_glass):
            self._ink, told = written(self._ink, place, on_glass)
            return [told] if told else []
        self._glass_hand, heard = touch(
            self._glass_hand, self._glass_layout, self._rules, on_glass, now
        )
        return list(heard)

    def _read(self) -> list[Said]:
        """What was pressed by way of a screen reader, which is shown first what is on the glass: a press on
        what has gone is nothing."""
        if self._reader is None or not self._reader.listening:
            return []
        self._tree = self._tree or self._told_tree()
        if self._tree is not None:
            inside = Rect(*pygame.display.get_window_position(), *self._surface.get_size())
            self._reader.show(self._tree, pygame.key.get_focused(), inside)
        return [Act(str(e.value)) if e.name == ACT else e for e in self._reader.poll()]

    def _told_tree(self) -> Tree | None:
        session, seen, boxes = self._session, self._scene, self._glass_layout
        if session is None or seen is None or boxes is None:
            return None
        catalogue = self._faces.catalogues[session.look.language]
        tree = reader_tree(session, seen, boxes, self._glass, catalogue)
        if self._front is None or self._front_layout is None:
            return tree
        return with_front(tree, self._front, self._front_layout, catalogue)

    def _on_glass(self, pointer: Pointer, boxes: Layout) -> Pointer:
        x = (pointer.x - self._glass.x) * boxes.width_px // self._glass.w
        y = (pointer.y - self._glass.y) * boxes.height_px // self._glass.h
        return Pointer(pointer.kind, x, y, pointer.which)

    # --- showing ------------------------------------------------------------------------------

    def draw(
        self,
        session: Session,
        front: FrontState | None,
        now: float,
        said: str = "",
        hand: float | None = None,
    ) -> bool:
        """Show `session` (and the front, when it is given one) while the voice says `said`. `hand` is the
        instant on the clock that `poll` is told, where that is another than the session's. True if the picture
        changed."""
        whole = self._stale
        self._hand_now = now if hand is None else hand
        dirty = self._draw(session, front, now, said)
        if self._beside is not None:
            dirty += self._beside.paint(self._surface, whole)
        if dirty:
            pygame.display.flip() if whole else pygame.display.update(dirty)
        return bool(dirty)

    def _draw(
        self, session: Session, front: FrontState | None, now: float, said: str
    ) -> list[Rect]:
        """The machine's picture where it changed; which parts those are."""
        pressed = (self._glass_hand.pressed, self._front_hand.pressed)
        look = int(now * LOOKS_PER_SECOND)
        same = session is self._session and (front is self._front or front == self._front)
        same, self._said = same and said == self._said, said
        inked = self._ink != self._ink_painted
        if (
            same
            and look == self._looked
            and pressed == self._painted
            and not (self._stale or inked)
        ):
            return []
        self._looked = look
        self._wipe(session)
        inked = self._ink != self._ink_painted
        glass_changed = (
            self._see(session, now) or self._stale or pressed[0] != self._painted[0] or inked
        )
        front_changed = self._stale or front != self._front or pressed[1] != self._painted[1]
        language_changed = (
            self._session is None or session.look.language != self._session.look.language
        )
        self._session, self._front, self._tree = session, front, None
        dirty = []
        if self._stale:
            self._surface.fill(BEHIND)
        if glass_changed:
            dirty.append(self._paint_glass(self._glass_hand.pressed))
        if front and self._front_rect and (front_changed or language_changed):
            dirty.append(self._paint_front(front, session.look.language))
        if dirty:
            self._stale = False
            self._painted = (self._glass_hand.pressed, self._front_hand.pressed)
            self._ink_painted = self._ink
        return dirty

    def _wipe(self, session: Session) -> None:
        """A clean area on every other screen, and when the customer wants to write again."""
        before = self._session
        if self._ink == CLEAN or before is None or session is before:
            return
        again = _signed(before) > 0 and _signed(session) == 0
        if again or type(session.phase) is not type(before.phase):
            self._ink = CLEAN

    def places(self) -> dict[str, tuple[int, int]]:
        """Where each thing that can be pressed is now: its name to the middle, in window pixels.
        For programs that press for people."""
        found: dict[str, tuple[int, int]] = {}
        for boxes, area in ((self._glass_layout, self._glass), (self._front_layout, None)):
            for box in boxes.targets if boxes else ():
                middle = (box.rect.x + box.rect.w // 2, box.rect.y + box.rect.h // 2)
                if area is not None and boxes is not None:
                    middle = (
                        area.x + middle[0] * area.w // boxes.width_px,
                        area.y + middle[1] * area.h // boxes.height_px,
                    )
                found[_press_name(box.event)] = middle
        return found

    def tick(self, hz: float) -> None:
        """Sleep for the rest of the frame, `hz` frames to the second."""
        self._clock.tick(hz)

    def close(self) -> None:
        """Give the display back."""
        pygame.display.quit()

    def _see(self, session: Session, now: float) -> bool:
        look, faces = session.look, self._faces
        profile = shown_profile(look, faces.profiles)
        catalogue = faces.catalogues[look.language]
        seen = scene(session, catalogue, profile, now, self._said)
        if seen == self._scene and not self._stale:
            return False
        self._scene = seen
        sizes, boxes = self._laid(seen, profile, look)
        self._theme, self._glass_layout = sizes, boxes
        self._rules = Rules(profile.guard_ms / 1000, profile.arming_ms / 1000, sizes.slop_px)
        self._glass_hand = shown(self._glass_hand, boxes, self._rules, self._hand_now)
        return True

    def _laid(self, seen: Scene, profile: Profile, look: Look) -> tuple[Theme, Layout]:
        """The scene in the pixels of the window, or in the panel's own where those are too few."""
        here = (self._glass.w, self._glass.h)
        panel = (self._panel.width_px, self._panel.height_px)
        for size in (here, panel) if min(here) >= SHARP_PX_MIN else (panel,):
            sizes = self._sized(profile, look, *size)
            boxes = layout(seen, sizes, *size, self._painter.fonts.measure)
            if boxes.fits:
                break
        return sizes, boxes

    def _sized(self, profile: Profile, look: Look, width: int, height: int) -> Theme:
        key = (look.profile, look.wishes, width, height)
        if key not in self._themes:
            panel = self._panel.scaled_to(width, height)
            self._themes[key] = theme(profile, panel, self._faces.design)
        return self._themes[key]

    def _paint_glass(self, pressed: Chosen | None) -> Rect:
        assert self._glass_layout is not None
        assert self._theme is not None
        boxes, place = self._glass_layout, pygame.Rect(self._glass)
        inside = pygame.Rect(self._room).contains(place)
        target = self._surface.subsurface(place) if inside else pygame.Surface(place.size, depth=32)
        if (boxes.width_px, boxes.height_px) == target.get_size():
            self._painter.paint(target, boxes, self._theme, pressed)
            self._painter.ink(target, boxes, self._theme, self._ink.strokes)
        else:
            whole = pygame.Surface((boxes.width_px, boxes.height_px), depth=32)
            self._painter.paint(whole, boxes, self._theme, pressed)
            self._painter.ink(whole, boxes, self._theme, self._ink.strokes)
            target.blit(pygame.transform.smoothscale(whole, target.get_size()), (0, 0))
        if self._beside is not None:
            self._beside.painted(target)
        if inside:
            return self._glass
        seen = place.clip(self._room)
        self._surface.blit(target, seen, seen.move(-place.x, -place.y))
        return Rect(*seen)

    def _paint_front(self, front: FrontState, language: Language) -> Rect:
        assert self._front_rect is not None
        catalogue = self._faces.catalogues[language]
        boxes = front_layout(front, self._front_rect, catalogue, self._painter.fonts.measure)
        self._front_layout = boxes
        self._front_hand = shown(self._front_hand, boxes, FRONT_RULES, 0.0)
        palette = self._faces.design.palettes["front"]
        paint_front(self._painter, self._surface, boxes, palette, self._front_hand.pressed)
        return self._front_rect

    # --- the display --------------------------------------------------------------------------

    def _open(self) -> None:
        if self._full:
            self._surface = pygame.display.set_mode((0, 0), pygame.FULLSCREEN)
        else:
            if pygame.display.get_surface():
                # A window that was full screen keeps that size unless it is told to leave first.
                pygame.Window.from_display_module().set_windowed()
            flags = pygame.RESIZABLE if self._simulated else 0
            self._surface = pygame.display.set_mode(self._windowed_size, flags)
        pygame.mouse.set_visible(self._simulated)
        pygame.event.set_grab(not self._simulated)
        self.arrange()

    def _resized(self) -> None:
        self._surface = pygame.display.get_surface() or self._surface
        if not self._full:
            self._windowed_size = self._surface.get_size()
        self.arrange()

    def arrange(self) -> None:
        """Where everything goes in the window as it is now; all of it is painted again."""
        width, height = self._surface.get_size()
        aspect = self._panel.width_px / self._panel.height_px
        if self._beside is None:
            self._room = Rect(0, 0, width, height)
            self._glass, self._front_rect = arrange(width, height, aspect, self._simulated)
        else:
            places = self._beside.arranged(width, height, aspect, self._simulated)
            self._room, self._glass, self._front_rect = places
        self._stale = True


def _press_name(event: Chosen | None) -> str:
    if event is None:
        return ""
    if event.name == ACT:
        return str(event.value)
    return event.name if event.value is None else f"{event.name}:{event.value}"


def _signed(session: Session) -> int:
    return session.phase.signed() if isinstance(session.phase, ServicePhase) else 0


def _inside(rect: Rect, pointer: Pointer) -> bool:
    return rect.x <= pointer.x < rect.right and rect.y <= pointer.y < rect.bottom


def _character(event: pygame.event.Event, act: Act | None) -> str:
    """What a key types, as far as a scanner is concerned."""
    if event.key in (pygame.K_RETURN, pygame.K_KP_ENTER):
        return ENTER
    digit = act.name.removeprefix("key:") if act else ""
    return digit if digit.isdigit() else str(getattr(event, "unicode", ""))
