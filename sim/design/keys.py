"""The designer's keys, the list of them, and the card that is held against the screen to measure it."""

from collections.abc import Mapping
from typing import Final

import pygame

from sim.design.drawing import ACCENT, GROUND, LINE, Sketch
from sim.design.true_size import CARD_MM, Monitor

KEYS: Final[Mapping[int, str]] = {
    pygame.K_SPACE: "pause",
    pygame.K_COMMA: "slower",
    pygame.K_PERIOD: "faster",
    pygame.K_p: "profile",
    pygame.K_l: "language",
    pygame.K_n: "person",
    pygame.K_e: "eyes",
    pygame.K_a: "ears",
    pygame.K_f: "hand",
    pygame.K_g: "panel",
    pygame.K_o: "turn",
    pygame.K_t: "size",
    pygame.K_c: "measure",
    pygame.K_SLASH: "search",
    pygame.K_RIGHTBRACKET: "next",
    pygame.K_LEFTBRACKET: "previous",
    pygame.K_b: "back",
    pygame.K_r: "again",
    pygame.K_i: "hold",
    pygame.K_h: "help",
    pygame.K_m: "sound",
}

BACKWARDS: Final = frozenset(("profile", "language", "person", "eyes", "ears", "hand", "panel"))
"""Acts that go to the one before with Shift."""

SHIFTED: Final[Mapping[int, str]] = {
    pygame.K_LEFT: "left",
    pygame.K_RIGHT: "right",
    pygame.K_UP: "up",
    pygame.K_DOWN: "down",
}

HELP: Final = (
    ("Space", "let time stand or run"),
    (",  .", "slower, faster"),
    ("P  L", "next profile, next language (Shift: the one before)"),
    ("N", "next person: their language, the profile that serves them, their eyes"),
    ("E", "other eyes; the contrast told below stays the audit's"),
    ("A  F", "other ears for the voice (M); another hand at the mouse: tremor, glove"),
    ("G  O", "next panel; the panel on its other side"),
    ("T  C", "true size or fitted; measure this monitor with a bank card"),
    ("Shift+arrows", "another part of a panel that is larger than the window"),
    ("/", "jump to a screen: type, Enter; Escape leaves"),
    ("[  ]", "the screen before, the next one of the list"),
    ("M", "hear the voice of the visit, while time runs as fast as ours"),
    ("B  R", "back to the visit; a new machine"),
    ("I", "keep what the inspector tells while the pointer moves"),
    ("H", "these keys"),
    ("", ""),
    (
        "the machine's",
        "0-9, Enter, Backspace, Delete or Escape (cancel), F1 (help), * and #, Page up and down",
    ),
    ("", ""),
    (
        "a still",
        "what was jumped to: a press on it is answered, but what is ordered by it (`orders`) moves nothing. "
        + "Space lets its time run. The visit waits meanwhile.",
    ),
)
"""What the strip lists under H."""

CHORDS: Final = pygame.KMOD_CTRL | pygame.KMOD_ALT | pygame.KMOD_META | pygame.KMOD_GUI


def act_of(event: pygame.event.Event) -> str:
    """The designer's act that a key means; "" for none."""
    if event.mod & CHORDS:
        return ""
    if event.mod & pygame.KMOD_SHIFT:
        if event.key in SHIFTED:
            return SHIFTED[event.key]
        name = KEYS.get(event.key, "")
        return f"{name}:-" if name in BACKWARDS else ""
    return KEYS.get(event.key, "")


def is_letter(event: pygame.event.Event) -> bool:
    """A letter is no key of the machine: it is not typed into a scanner here."""
    return bool(getattr(event, "unicode", "").isalpha())


def draw_card(surface: pygame.Surface, sketch: Sketch, monitor: Monitor) -> None:
    """The outline of a bank card over the whole window, and what to do with it."""
    width, height = surface.get_size()
    surface.fill(GROUND)
    card = monitor.card(width, height)
    pygame.draw.rect(surface, ACCENT, tuple(card), 2, border_radius=round(3.18 * monitor.px_per_mm))
    for mm in range(0, 86, 10):
        x = card.x + round(mm * monitor.px_per_mm)
        pygame.draw.line(surface, LINE, (x, card.bottom + 8), (x, card.bottom + 18))
        sketch.text(surface, x - 4, card.bottom + 22, str(mm), "quiet", 12)
    lines = (
        ("Hold a bank card against the screen, inside this outline.", "plain"),
        ("Left and right make it smaller and larger (with Shift ten times as much).", "plain"),
        ("Enter keeps it for this monitor, Escape leaves.", "plain"),
        (f"{CARD_MM[0]:.2f} x {CARD_MM[1]:.2f} mm  =  {card.w} x {card.h} px", "quiet"),
        (f"{monitor.px_per_mm:.3f} px/mm, {monitor.px_per_mm * 25.4:.0f} dpi", "quiet"),
    )
    y = card.bottom + 60
    for text, ink in lines:
        sketch.text(surface, (width - sketch.width(text)) // 2, y, text, ink)
        y += 24
