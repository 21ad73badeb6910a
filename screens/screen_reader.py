"""The screen offered to the desktop's screen reader, through AccessKit (docs/decisions/0007).

On Linux only, and only where the package is there: otherwise `screen_reader` gives None. Nothing is told
until a reader asks for it; until then this is one idle thread of AccessKit's. What goes wrong in AccessKit
costs the screen reader, never the visit.

One rule keeps the program from standing still for ever. AccessKit calls back from its own thread while it
holds a lock, and for that needs Python's; the adapter's methods take the two the other way round. So the
adapter is called only between its "on" and its "off", and a callback is an `append` with no line of Python
in it, so that nothing comes between the signal and letting go of both. What came is read in the window's
own turn.
"""

import sys
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from itertools import count
from typing import Any

from screens.layout import Rect
from screens.reader_tree import Part, Tree
from terminal.events import Chosen

try:
    import accesskit
except ImportError:
    accesskit = None

ASKED_MAX = 32
"""Presses by a reader that wait for the next turn, 8 to 63 ms away; more than that is no person."""

WINDOW = 0
"""The number of the window itself, above all parts."""

PANIC = "PanicException"
"""How a failure inside AccessKit arrives. Its class cannot be imported, and is no `Exception`."""


class ScreenReader:
    """Whatever reader the desktop has. In every turn: if `listening`, `show`; then `poll`. `adapter` makes
    AccessKit's adapter from what is called when it turns on, when something is asked, and when it turns
    off."""

    def __init__(self, caption: str, adapter: Callable[..., Any]) -> None:
        self._caption = caption
        self._signals: deque[bool] = deque()
        self._asked: deque[Any] = deque(maxlen=ASKED_MAX)
        self._listening = False
        self._shown: tuple[Tree, bool, Rect] | None = None
        self._fresh = count(WINDOW + 1)
        self._numbers: Mapping[str, int] = {}
        self._adapter = adapter(
            partial(self._signals.append, True),
            self._asked.append,
            partial(self._signals.append, False),
        )

    @property
    def listening(self) -> bool:
        """Whether somebody wants to be shown the screen."""
        while self._signals:
            self._listening, self._shown = self._signals.popleft(), None
        return self._listening

    def show(self, tree: Tree, focused: bool, window: Rect) -> None:
        """The present screen, whether the window has the keyboard, and where its inside is on the desktop,
        in pixels. Costs nothing while nothing changes."""
        now = (tree, focused, window)
        if now == self._shown:
            return
        known = self._numbers
        names = (part.name for part in tree.parts)
        self._numbers = {name: known.get(name) or next(self._fresh) for name in names}
        try:
            self._tell(tree, focused, window)
        except BaseException as trouble:
            if type(trouble).__name__ != PANIC:
                raise
            self._end(trouble)
        else:
            self._shown = now

    def poll(self) -> list[Chosen]:
        """What was pressed by way of the reader since the last call. A press that was meant for something
        that is not there any more is nothing."""
        asked = [self._asked.popleft() for _ in range(len(self._asked))]
        if self._shown is None:
            return []
        tree, _, _ = self._shown
        events = {self._numbers[part.name]: part.event for part in tree.parts}
        pressed = (events.get(one.target) for one in asked if one.action == accesskit.Action.CLICK)
        return [event for event in pressed if event is not None]

    def _tell(self, tree: Tree, focused: bool, window: Rect) -> None:
        bounds = accesskit.Rect(window.x, window.y, window.right, window.bottom)
        update = _update(tree, self._numbers, self._caption)
        self._adapter.set_root_window_bounds(bounds, bounds)
        self._adapter.update_if_active(lambda: update)
        self._adapter.update_window_focus_state(focused)

    def _end(self, trouble: BaseException) -> None:
        self._listening, self._shown = False, None
        self._signals = deque()
        print(f"The screen reader is told nothing more: {trouble}.", file=sys.stderr, flush=True)


def screen_reader(caption: str) -> ScreenReader | None:
    """A way to the desktop's screen reader for a window of this name; None where there is none."""
    if accesskit is None or not hasattr(accesskit, "unix"):
        return None
    return ScreenReader(caption, accesskit.unix.Adapter)


def _update(tree: Tree, numbers: Mapping[str, int], caption: str) -> Any:
    """The whole tree, as AccessKit wants it."""
    window = accesskit.Node(accesskit.Role.WINDOW)
    window.set_label(caption)
    window.set_language(tree.language)
    window.set_children([numbers[part.name] for part in tree.parts])
    update = accesskit.TreeUpdate(numbers[tree.focus] if tree.focus else WINDOW)
    update.tree = accesskit.Tree(WINDOW)
    nodes = [(numbers[part.name], _node(part, part.name == tree.focus)) for part in tree.parts]
    update.nodes.extend([(WINDOW, window), *nodes])
    return update


def _node(part: Part, focused: bool) -> Any:
    role = {"text": "LABEL", "note": "LABEL", "pin": "PASSWORD_INPUT", "button": "BUTTON"}
    node = accesskit.Node(getattr(accesskit.Role, role[part.kind]))
    # The words of a label are its value, those of everything else its name.
    (node.set_value if role[part.kind] == "LABEL" else node.set_label)(part.words)
    node.set_language(part.language)
    if part.kind == "text":
        node.set_live(accesskit.Live.POLITE)
    if focused:
        node.add_action(accesskit.Action.FOCUS)
    if part.event is not None:
        node.add_action(accesskit.Action.CLICK)
    if part.rect is not None:
        rect = part.rect
        node.set_bounds(accesskit.Rect(rect.x, rect.y, rect.right, rect.bottom))
    return node
