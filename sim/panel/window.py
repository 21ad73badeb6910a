"""The panel's window: buttons at the left, how the machine stands and what its cables carry at the right.

A click says a button's line; the right button writes it below, to be changed first. Enter says what is
written. Drawing is all that happens here: what is offered and known is `board.py`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pygame

from screens.paint import Fonts
from sim.panel.board import CHOICES, Board, groups
from sim.panel.hub import RATES
from sim.panel.link import Peer, connected
from terminal.ports import Clock

CAPTION: Final = "Tester's panel"
SIZE: Final = (1500, 940)
HZ: Final = 25

RETRY_SECONDS: Final = 0.5
"""Between two tries to reach a terminal that is off."""

GROUND, TILE, TILE_HOT, EDGE = (28, 31, 36), (46, 51, 59), (66, 74, 86), (78, 86, 98)
INK, SOFT, WARM, COOL, GREEN = (
    *((236, 239, 243), (160, 168, 178), (255, 205, 96)),
    *((140, 200, 255), (140, 220, 150)),
)

EM: Final = 15
LINE_PX: Final = 20

RISE_PX: Final = 2
"""The faces stand low in their line."""

BUTTON_PX: Final = 23
COLUMN_PX: Final = 286
COLUMNS: Final = 3
MARGIN_PX: Final = 12

HEAD_PX: Final = 186
"""For the instant, the device and the way of a frame."""

RIGHT_PX: Final = MARGIN_PX + COLUMNS * (COLUMN_PX + 8)

ARROWS: Final = {"->": "\u2192", "<-": "\u2190"}


@dataclass(slots=True)
class Hot:
    """A place that can be clicked: what a click does, and what one with the right button does."""

    rect: pygame.Rect
    does: Callable[[], None]
    other: Callable[[], None]


@dataclass
class Window:
    """Draws a board and gives clicks to it. `played` is what becomes of a story that was saved."""

    board: Board
    folder: Path
    played: Callable[[str, str], str]
    fonts: Fonts = field(init=False)
    surface: pygame.Surface = field(init=False)
    hot: list[Hot] = field(default_factory=list)
    _saved: int = 0

    def open(self) -> None:
        """The window."""
        pygame.display.init()
        self.surface = pygame.display.set_mode(SIZE, pygame.RESIZABLE)
        pygame.display.set_caption(CAPTION)
        pygame.key.set_repeat(350, 40)
        self.fonts = Fonts()

    def poll(self) -> bool:
        """Keys and clicks; False when it was closed."""
        for event in pygame.event.get():
            match event.type:
                case pygame.QUIT:
                    return False
                case pygame.MOUSEBUTTONDOWN if event.button in (1, 3):
                    self._clicked(event.pos, right=event.button == 3)
                case pygame.TEXTINPUT:
                    self.board.types(event.text)
                case pygame.KEYDOWN:
                    self._key(event.key)
                case _:
                    pass
        return True

    def _key(self, key: int) -> None:
        match key:
            case pygame.K_RETURN | pygame.K_KP_ENTER:
                self.board.enters()
            case pygame.K_BACKSPACE:
                self.board.typed = self.board.typed[:-1]
            case pygame.K_ESCAPE:
                self.board.typed = ""
            case _:
                pass

    def _clicked(self, place: tuple[int, int], right: bool) -> None:
        for one in self.hot:
            if one.rect.collidepoint(place):
                (one.other if right else one.does)()
                return

    def keeps(self) -> None:
        """A story that came is written, and played once: a file that does not do it again is worth little."""
        if self.board.story is None:
            return
        (name, text), self.board.story = self.board.story, None
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        self.board.said.append(f"Saved as {path}. {self.played(str(path), text)}")

    # --- drawing ------------------------------------------------------------------------------------

    def draw(self) -> None:
        """All of it."""
        self.surface.fill(GROUND)
        self.hot.clear()
        top = self._choices(MARGIN_PX)
        self._buttons(top)
        self._right()
        self._bottom()
        pygame.display.flip()

    def _choices(self, top: int) -> int:
        """What stands for the places in braces; the next at each click."""
        x = MARGIN_PX
        for name in CHOICES:
            text = f"{name}: {self.board.chosen[name]}"
            width = self.fonts.measure(text, EM, False, "en") + 20
            if x + width > RIGHT_PX - 8:
                x, top = MARGIN_PX, top + BUTTON_PX + 4
            rect = pygame.Rect(x, top, width, BUTTON_PX)
            self._tile(rect, text, WARM)
            self._hot(
                rect,
                lambda one=name: self.board.turns(one),  # type: ignore[misc]
                lambda one=name: self.board.turns(one, back=True),  # type: ignore[misc]
            )
            x += width + 6
        return top + BUTTON_PX + 10

    def _buttons(self, top: int) -> None:
        x, y, bottom = MARGIN_PX, top, self.surface.get_height() - 2 * BUTTON_PX - 130
        for title, buttons in groups():
            if y + 3 * BUTTON_PX > bottom:
                x, y = x + COLUMN_PX + 8, top
            self._write(title, x, y + 2, SOFT, bold=True)
            y += LINE_PX + 2
            for button in buttons:
                if y + BUTTON_PX > bottom:
                    x, y = x + COLUMN_PX + 8, top
                rect = pygame.Rect(x, y, COLUMN_PX, BUTTON_PX - 3)
                line = button.line(self.board.chosen)
                self._tile(rect, line or f"{button.form} …", INK if line else SOFT)
                self._hot(
                    rect,
                    lambda one=button: self.board.presses(one),  # type: ignore[misc]
                    lambda one=button: self.board.presses(one, only_write=True),  # type: ignore[misc]
                )
                y += BUTTON_PX
            y += 6

    def _right(self) -> None:
        board, x, width = self.board, RIGHT_PX, self.surface.get_width() - RIGHT_PX - MARGIN_PX
        height = self.surface.get_height()
        y = MARGIN_PX
        if not board.connected:
            self._write("The terminal is off, or has no panel.", x, y, WARM, bold=True)
        state = board.state
        shown = [
            ("screen", f"{state.get('screen', '')}   ({state.get('look', '')})"),
            ("card", f"{state.get('card', '')};  notes in reach: {state.get('notes', '')}"),
            ("account", f"{state.get('account', '')} ({state.get('whose', '')})"),
            ("unplugged", f"{state.get('unplugged', '')};  headset {state.get('headset', '')}"),
        ]
        for name, text in shown if board.connected else ():
            self._write(name, x, y, SOFT)
            self._write(text, x + 90, y, INK, width=width - 90)
            y += LINE_PX
        y = max(y, MARGIN_PX + 4 * LINE_PX) + 4
        x_now = x
        for rate in RATES:
            rect = pygame.Rect(x_now, y, 52, BUTTON_PX)
            on = state.get("rate") == rate
            self._tile(rect, f"{rate}x", GREEN if on else INK)
            self._hot(rect, lambda one=rate: board.hastens(one), lambda: None)  # type: ignore[misc]
            x_now += 58
        rect = pygame.Rect(x_now + 10, y, width - (x_now + 10 - x), BUTTON_PX)
        self._tile(rect, "Save what just happened as a story", GREEN)
        self._hot(rect, self._save, lambda: None)
        y += BUTTON_PX + 8
        rest = height - y - 130 - 2 * BUTTON_PX
        y = self._list("What just happened", [(one, INK) for one in board.lines], x, y, rest // 4)
        y = self._wire(x, y, rest // 2)
        self._list("Record", [(one, INK) for one in board.rows], x, y, rest - rest // 4 - rest // 2)

    def _save(self) -> None:
        self._saved += 1
        while (self.folder / f"visit-{self._saved}.toml").exists():
            self._saved += 1
        self.board.saves(f"visit-{self._saved}.toml")

    def _list(
        self,
        title: str,
        lines: Sequence[tuple[str, tuple[int, int, int]]],
        x: int,
        y: int,
        height: int,
    ) -> int:
        self._write(title, x, y, SOFT, bold=True)
        count = max(1, (height - LINE_PX) // LINE_PX)
        width = self.surface.get_width() - x - MARGIN_PX
        for number, (line, colour) in enumerate(lines[-count:]):
            self._write(line, x, y + LINE_PX * (number + 1), colour, width=width)
        return y + height

    def _wire(self, x: int, y: int, height: int) -> int:
        """Bytes in hex, and what they mean beside them."""
        self._write("On the cables", x, y, SOFT, bold=True)
        count = max(1, (height - LINE_PX) // LINE_PX)
        width = self.surface.get_width() - x - MARGIN_PX
        half = HEAD_PX + (width - HEAD_PX) // 2
        for number, frame in enumerate(list(self.board.wire)[-count:]):
            at, device, arrow, shown, meaning = frame
            line = y + LINE_PX * (number + 1)
            head = f"{float(at) % 10_000:8.2f} {device} {ARROWS.get(str(arrow), arrow)}"
            self._write(head, x, line, SOFT, width=HEAD_PX - 4)
            self._write(str(shown), x + HEAD_PX, line, COOL, width=half - HEAD_PX - 8)
            self._write(str(meaning), x + half, line, INK, width=width - half)
        return y + height

    def _bottom(self) -> None:
        width, height = self.surface.get_size()
        y = height - BUTTON_PX - MARGIN_PX
        rect = pygame.Rect(MARGIN_PX, y, width - 2 * MARGIN_PX, BUTTON_PX + 2)
        pygame.draw.rect(self.surface, TILE, rect)
        pygame.draw.rect(self.surface, EDGE, rect, 1)
        hint = "any act or fault in the words of a story, then Enter"
        self._write(self.board.typed + "|" if self.board.typed else hint, MARGIN_PX + 8, y + 3,
                    INK if self.board.typed else SOFT)  # fmt: skip
        said = list(_wrapped(self.board.said, self.fonts, width - 2 * MARGIN_PX))[-SAID_LINES:]
        for number, line in enumerate(reversed(said), start=1):
            self._write(line, MARGIN_PX, y - number * LINE_PX - 4, WARM)

    def _hot(self, rect: pygame.Rect, does: Callable[[], None], other: Callable[[], None]) -> None:
        self.hot.append(Hot(rect, does, other))

    def _tile(self, rect: pygame.Rect, text: str, colour: tuple[int, int, int]) -> None:
        over = rect.collidepoint(pygame.mouse.get_pos())
        pygame.draw.rect(self.surface, TILE_HOT if over else TILE, rect, border_radius=4)
        self._write(text, rect.x + 8, rect.y + 1, colour, width=rect.width - 12)

    def _write(
        self,
        text: str,
        x: int,
        y: int,
        colour: tuple[int, int, int],
        bold: bool = False,
        width: int = 0,
    ) -> None:
        if width and self.fonts.measure(text, EM, bold, "en") > width:
            text = _cut(text, self.fonts, width)
        left = x
        for piece in self.fonts.pieces(text, EM, bold, "en"):
            left += piece.moved
            if piece.text:
                font = self.fonts.font(EM, bold, piece.face, piece.direction)
                self.surface.blit(font.render(piece.text, True, colour), (left, y - RISE_PX))
            left += piece.width


SAID_LINES: Final = 6


def _cut(text: str, fonts: Fonts, width: int) -> str:
    """As much as fits, by halves."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if fonts.measure(f"{text[:middle]}…", EM, False, "en") <= width:
            low = middle
        else:
            high = middle - 1
    return f"{text[:low]}…"


def _wrapped(said: Sequence[str], fonts: Fonts, width: int) -> Iterator[str]:
    for one in said:
        line = ""
        for word in one.split():
            longer = f"{line} {word}".strip()
            if line and fonts.measure(longer, EM, False, "en") > width:
                yield line
                line = word
            else:
                line = longer
        yield line


def run(port: int, folder: Path, clock: Clock, played: Callable[[str, str], str]) -> int:
    """Until the window is closed. A terminal that goes and comes back is found again."""
    window = Window(Board(), folder, played)
    window.open()
    peer: Peer | None = None
    tried, ticks = -1.0, pygame.time.Clock()
    try:
        while window.poll():
            now = clock.now()
            if (peer is None or not peer.open) and now >= tried + RETRY_SECONDS:
                peer, tried = connected(port), now
            window.board.connected = peer is not None and peer.open
            if peer is not None and peer.open:
                for message in window.board.leaves():
                    peer.send(message)
                for message in peer.received():
                    window.board.heard(message)
            window.keeps()
            window.draw()
            ticks.tick(HZ)
    finally:
        pygame.display.quit()
    return 0
