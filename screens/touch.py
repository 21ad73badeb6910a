"""Fingers, mouse and keys to events, by the boxes hit.

Rules it keeps (accessibility.md A2). A press acts when it is lifted inside the target it began on;
sliding off cancels (TCH-08). A near miss goes to the nearest target unless two compete (TCH-11). The
same press again within the guard time is a tremor and counts once (TCH-06). A screen that has just
appeared takes no press for the arming time, and a press begun on the old screen never acts on the
new one (TCH-10). How each touch was made is told beside what it
chose, and before it. One finger at a time; nothing needs more (TCH-09). On a touchscreen SDL reports a
finger and a made-up mouse press for it: only the finger counts. Keys never become presses on the
glass: they are acts on the key pad, by name.

The first half is pure; `pointers` and `key_act` at the end are the only lines that see pygame.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pygame

from screens.layout import Box, Layout, Rect
from terminal.events import Chosen, Touched, TouchMeasured
from terminal.values import replace

Said = Chosen | Touched | TouchMeasured

COMPETING_SHARE = 0.4
"""Two targets compete if the farther one is less than this share of the slop farther away."""


HELD_SECONDS_MAX = 10.0
"""After this the lifting of a finger counts as lost, and another finger may press."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something physical that was done on the drawn front, or a key of the pad: `insert:chen`,
    `take_card`, `take_notes`, `headset`, `key:5`, `key:enter`, `key:louder`."""

    name: str


@dataclass(frozen=True, slots=True)
class Quit:
    """The window was asked to close; never said by a kiosk."""


Kind = Literal["down", "move", "up"]


@dataclass(frozen=True, slots=True)
class Pointer:
    """A finger or the mouse: what it did, where in pixels of the window, and which one."""

    kind: Kind
    x: int
    y: int
    which: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """How forgiving the glass is, in seconds and pixels."""

    guard_seconds: float
    arming_seconds: float
    slop_px: int


@dataclass(frozen=True, slots=True)
class Hand:
    """What the glass remembers of the hand on it. `pressed` is the target under the finger now, to be
    shown as pressed; `touch` how the finger came down, to be told when it is lifted, and None for one
    that came down before the screen was armed; `armed_at` when the present screen begins to take presses."""

    which: int | None = None
    down_at: float = 0.0
    target: Chosen | None = None
    pressed: Chosen | None = None
    touch: TouchMeasured | None = None
    identity: str = ""
    armed_at: float = 0.0
    last: Chosen | None = None
    last_at: float = field(default=-1e9)


def shown(hand: Hand, layout: Layout, rules: Rules, now: float) -> Hand:
    """The hand after `layout` came on the glass: a new screen is armed after its time, and whatever
    was held down on the old one is let go."""
    if layout.identity == hand.identity:
        return hand
    return replace(
        hand,
        identity=layout.identity,
        armed_at=now + rules.arming_seconds,
        target=None,
        pressed=None,
    )


def touch(
    hand: Hand, layout: Layout, rules: Rules, pointer: Pointer, now: float
) -> tuple[Hand, tuple[Said, ...]]:
    """The hand after one thing a pointer did, and what the customer said by it."""
    match pointer.kind:
        case "down" if _free(hand, pointer, now):
            return _down(hand, layout, rules, pointer, now)
        case "move" if hand.which == pointer.which:
            over = hand.target is not None and hit(layout, pointer, rules.slop_px) == hand.target
            return replace(hand, pressed=hand.target if over else None), ()
        case "up" if hand.which == pointer.which:
            return _up(hand, layout, rules, pointer, now)
        case _:
            return hand, ()


def _free(hand: Hand, pointer: Pointer, now: float) -> bool:
    lost = now - hand.down_at > HELD_SECONDS_MAX
    return hand.which is None or hand.which == pointer.which or lost


def _down(
    hand: Hand, layout: Layout, rules: Rules, pointer: Pointer, now: float
) -> tuple[Hand, tuple[Said, ...]]:
    held = replace(hand, which=pointer.which, down_at=now, target=None, pressed=None, touch=None)
    if now < hand.armed_at:
        return held, ()
    if not layout.targets:
        return held, (Touched(),)  # a blank glass: nothing was aimed at, so nothing was missed
    box = hit_box(layout, pointer, rules.slop_px)
    if box is None:
        return replace(held, touch=TouchMeasured(missed=True, contact_ms=0)), (Touched(),)
    target = box.event
    again = target == hand.last and now - hand.last_at < rules.guard_seconds
    how = TouchMeasured(False, 0, offset_percent(box.rect, pointer), bounced=again)
    if again:
        return replace(held, touch=how), ()
    return replace(held, target=target, pressed=target, touch=how), ()


def _up(
    hand: Hand, layout: Layout, rules: Rules, pointer: Pointer, now: float
) -> tuple[Hand, tuple[Said, ...]]:
    free = replace(hand, which=None, target=None, pressed=None, touch=None)
    contact_ms = round((now - hand.down_at) * 1000)
    told = () if hand.touch is None else (replace(hand.touch, contact_ms=contact_ms),)
    if hand.target is None:
        return free, told
    if hit(layout, pointer, rules.slop_px) != hand.target:
        return free, (*told, Touched())
    return replace(free, last=hand.target, last_at=now), (*told, hand.target)


def offset_percent(rect: Rect, pointer: Pointer) -> int:
    """How far a point is from the middle of a target, in percent of half its size on the axis where it
    is farther; 100 is its edge."""
    across = abs(2 * (pointer.x - rect.x) - (rect.w - 1)) / max(1, rect.w - 1)
    down = abs(2 * (pointer.y - rect.y) - (rect.h - 1)) / max(1, rect.h - 1)
    return round(100 * max(across, down))


def hit(layout: Layout, pointer: Pointer, slop_px: int) -> Chosen | None:
    """What a press at a point chooses, or None."""
    box = hit_box(layout, pointer, slop_px)
    return None if box is None else box.event


def hit_box(layout: Layout, pointer: Pointer, slop_px: int) -> Box | None:
    """The target at a point: the one it lies in, or the nearest within the slop if no other is about
    as near."""
    near = sorted(
        ((_distance(box.rect, pointer), n) for n, box in enumerate(layout.targets)),
    )[:2]
    if not near or near[0][0] > slop_px:
        return None
    first = near[0][0]
    if first > 0 and len(near) > 1:
        second = near[1][0]
        if second <= slop_px and second - first < slop_px * COMPETING_SHARE:
            return None
    return layout.targets[near[0][1]]


def _distance(rect: Rect, pointer: Pointer) -> float:
    dx = max(rect.x - pointer.x, 0, pointer.x - (rect.right - 1))
    dy = max(rect.y - pointer.y, 0, pointer.y - (rect.bottom - 1))
    return float((dx * dx + dy * dy) ** 0.5)


# --- pygame's events --------------------------------------------------------------------------

MADE_UP_TOUCH_IDS = frozenset((-1, 2**32 - 1, 2**64 - 1))
"""The touch device SDL names for fingers it makes up from a mouse (SDL_MOUSE_TOUCHID)."""

FINGER_KINDS: Mapping[int, Kind] = {pygame.FINGERDOWN: "down", pygame.FINGERUP: "up"}

MOVE: Kind = "move"
LEFT_BUTTON = 1
MOUSE = -1
"""The mouse, among the fingers."""

KEYS: Mapping[int, str] = {
    **{getattr(pygame, f"K_{digit}"): str(digit) for digit in range(10)},
    **{getattr(pygame, f"K_KP{digit}"): str(digit) for digit in range(10)},
    pygame.K_RETURN: "enter",
    pygame.K_KP_ENTER: "enter",
    pygame.K_BACKSPACE: "clear",
    pygame.K_DELETE: "cancel",
    pygame.K_F1: "help",
    pygame.K_ASTERISK: "*",
    pygame.K_KP_MULTIPLY: "*",
    pygame.K_HASH: "#",
    pygame.K_PAGEUP: "louder",
    pygame.K_PAGEDOWN: "softer",
}
"""The keys that mean something; every other key is nothing (reliability.md E.1)."""

SHIFTED: Mapping[int, str] = {pygame.K_8: "*", pygame.K_3: "#"}

CHORDS = pygame.KMOD_ALT | pygame.KMOD_CTRL | pygame.KMOD_META | pygame.KMOD_GUI
"""A key held with one of these is nobody's digit."""


def pointers(events: Iterable[pygame.event.Event], size: tuple[int, int]) -> Iterator[Pointer]:
    """Fingers and the left mouse button as pointers in a window of `size`, each press once."""
    for event in events:
        match event.type:
            case pygame.MOUSEBUTTONDOWN | pygame.MOUSEBUTTONUP:
                if event.button == LEFT_BUTTON and not getattr(event, "touch", False):
                    kind: Kind = "down" if event.type == pygame.MOUSEBUTTONDOWN else "up"
                    yield Pointer(kind, *_place(event.pos), MOUSE)
            case pygame.MOUSEMOTION:
                if event.buttons[0] and not getattr(event, "touch", False):
                    yield Pointer("move", *_place(event.pos), MOUSE)
            case pygame.FINGERDOWN | pygame.FINGERUP | pygame.FINGERMOTION:
                if event.touch_id not in MADE_UP_TOUCH_IDS:
                    x, y = int(event.x * size[0]), int(event.y * size[1])
                    kind = FINGER_KINDS.get(event.type, MOVE)
                    yield Pointer(kind, x, y, event.finger_id)
            case _:
                pass


def _place(pos: tuple[float, float]) -> tuple[int, int]:
    return int(pos[0]), int(pos[1])


def key_act(event: pygame.event.Event, module: Mapping[int, str]) -> Act | None:
    """What a key press does: the key of the pad that it stands for, or what an audio module means by it
    (`audio_module.acts_by_code`); None if it is nothing. `*` and `#` are taken from the text
    of the press where there is one, because keyboards have them on different keys."""
    if event.mod & CHORDS:
        return None
    if event.key in module:
        return Act(module[event.key])
    text = getattr(event, "unicode", "")
    shifted = SHIFTED.get(event.key) if event.mod & pygame.KMOD_SHIFT else None
    name = text if text in ("*", "#") else shifted or KEYS.get(event.key)
    return Act(f"key:{name}") if name else None
