"""How a screen reader is told: when AccessKit's adapter may be called, what it gets, what comes back."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import BuiltinFunctionType, SimpleNamespace
from typing import Any

import pygame
import pytest

from screens import screen_reader as module
from screens.front import DemoCard, FrontState
from screens.layout import Rect
from screens.reader_tree import Part, Tree
from screens.screen_reader import ASKED_MAX, WINDOW, ScreenReader, screen_reader
from screens.theme import Design
from screens.touch import Act
from screens.window import Faces, Window
from sim.stage.samples import SAMPLES, shown_as
from terminal.events import Chosen
from terminal.messages import Catalogue
from terminal.profile import Language, Profile
from tests.screens.conftest import PANELS

accesskit = pytest.importorskip("accesskit")

PANEL = PANELS["19in_1280x1024"]
INSIDE = Rect(10, 20, 300, 200)
YES, NO = Chosen("confirm"), Chosen("change")


def screen(name: str, *events: Chosen, focus: str = "") -> Tree:
    prompt = Part(f"{name}/prompt", "text", f"This is {name}", "en")
    buttons = (
        Part(f"{name}/{e.name}", "button", e.name, "en", Rect(0, 0, 9, 9), e) for e in events
    )
    return Tree("en", (prompt, *buttons), focus)


class PanicException(BaseException):
    """What a failure inside AccessKit looks like from here."""


class Desk:
    """A desktop with a reader that can be started and stopped: the other side of the adapter."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.updates: list[Any] = []
        self.focused: list[bool] = []
        self.bounds: list[Any] = []
        self.broken = False
        self.reader = ScreenReader("Machine", self._made)

    def _made(
        self, on: Callable[[], None], asked: Callable[[Any], None], off: Callable[[], None]
    ) -> "Desk":
        self.on, self.asked, self.off = on, asked, off
        return self

    def update_if_active(self, factory: Callable[[], Any]) -> None:
        self.calls.append("update")
        if self.broken:
            raise PanicException("poisoned")
        self.updates.append(factory())

    def update_window_focus_state(self, focused: bool) -> None:
        self.calls.append("focus")
        self.focused.append(focused)

    def set_root_window_bounds(self, outer: Any, inner: Any) -> None:
        self.calls.append("bounds")
        self.bounds.append(inner)

    def turn(self, tree: Tree, focused: bool = True) -> list[Chosen]:
        """What the window does in every turn."""
        if self.reader.listening:
            self.reader.show(tree, focused, INSIDE)
        return self.reader.poll()

    def press(self, number: int, action: Any = None) -> None:
        self.asked(SimpleNamespace(action=action or accesskit.Action.CLICK, target=number))

    def numbers(self) -> list[int]:
        """The numbers of the parts that were told last."""
        return [number for number, _ in self.updates[-1].nodes if number != WINDOW]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_nothing_is_called_before_a_reader_has_asked_and_after_it_has_gone(desk: Desk) -> None:
    desk.turn(screen("a"))
    assert desk.calls == []
    desk.on()
    desk.turn(screen("a"))
    told = list(desk.calls)
    assert told == ["bounds", "update", "focus"]
    desk.off()
    desk.turn(screen("b"))
    assert desk.calls == told


def test_no_line_of_python_stands_between_the_signal_and_letting_go(desk: Desk) -> None:
    for callback in (desk.on, desk.asked, desk.off):
        plain = callback.func if isinstance(callback, partial) else callback
        assert isinstance(plain, BuiltinFunctionType)


def test_the_tree_is_whole_and_names_its_window(desk: Desk) -> None:
    desk.on()
    desk.turn(screen("a", YES, NO))
    nodes = dict(desk.updates[-1].nodes)
    assert nodes[WINDOW].label == "Machine"
    assert nodes[WINDOW].children == desk.numbers()
    text, yes, no = (nodes[number] for number in desk.numbers())
    assert (text.role, text.value) == (accesskit.Role.LABEL, "This is a")
    assert (yes.role, yes.label, no.label) == (accesskit.Role.BUTTON, "confirm", "change")
    assert yes.supports_action(accesskit.Action.CLICK)
    assert not text.supports_action(accesskit.Action.CLICK)
    assert (yes.bounds.x1, yes.bounds.y1) == (9, 9)
    assert (desk.bounds[-1].x0, desk.bounds[-1].y1) == (10, 220)


def test_a_pin_is_a_password_field_without_a_value(desk: Desk) -> None:
    desk.on()
    desk.turn(Tree("en", (Part("a/pin", "pin", "Enter your PIN", "en"),), "a/pin"))
    [number] = desk.numbers()
    node = dict(desk.updates[-1].nodes)[number]
    assert node.role == accesskit.Role.PASSWORD_INPUT
    assert node.value is None
    assert desk.updates[-1].focus == number


def test_the_same_screen_is_told_once(desk: Desk) -> None:
    desk.on()
    for _ in range(3):
        desk.turn(screen("a", YES))
    assert desk.calls.count("update") == 1


def test_a_window_that_loses_the_keyboard_says_so(desk: Desk) -> None:
    desk.on()
    desk.turn(screen("a"), focused=True)
    desk.turn(screen("a"), focused=False)
    assert desk.focused == [True, False]


def test_a_reader_that_comes_back_is_told_everything_again(desk: Desk) -> None:
    for _ in range(2):
        desk.on()
        desk.turn(screen("a", YES))
        desk.off()
        desk.turn(screen("a", YES))
    assert desk.calls.count("update") == 2


def test_a_press_by_way_of_the_reader_is_a_press(desk: Desk) -> None:
    desk.on()
    desk.turn(screen("a", YES, NO))
    desk.press(desk.numbers()[2])
    assert desk.turn(screen("a", YES, NO)) == [NO]
    assert desk.turn(screen("a", YES, NO)) == []


def test_a_press_meant_for_the_last_screen_is_nothing_on_this_one(desk: Desk) -> None:
    desk.on()
    desk.turn(screen("a", YES))
    desk.press(desk.numbers()[1])
    assert desk.turn(screen("b", YES)) == []


def test_what_stays_keeps_its_number(desk: Desk) -> None:
    desk.on()
    desk.turn(screen("a", YES))
    before = desk.numbers()
    desk.turn(screen("a", YES, focus="a/confirm"))
    assert desk.numbers() == before
    assert desk.updates[-1].focus == before[1]


def test_text_cannot_be_pressed_and_other_wishes_are_not_granted(desk: Desk) -> None:
    desk.on()
    desk.turn(screen("a", YES))
    text, button = desk.numbers()
    desk.press(text)
    desk.press(button, accesskit.Action.FOCUS)
    desk.press(10_000)
    assert desk.turn(screen("a", YES)) == []


def test_a_flood_of_presses_is_cut_short(desk: Desk) -> None:
    desk.on()
    desk.turn(screen("a", YES))
    for _ in range(ASKED_MAX * 3):
        desk.press(desk.numbers()[1])
    assert len(desk.turn(screen("a", YES))) == ASKED_MAX


def test_a_failure_in_accesskit_costs_the_reader_and_not_the_visit(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.on()
    desk.broken = True
    assert desk.turn(screen("a", YES)) == []
    desk.on()
    desk.turn(screen("b", YES))
    assert desk.calls.count("update") == 1
    assert "poisoned" in capsys.readouterr().err


def test_other_exceptions_are_not_swallowed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(update: Any) -> None:
        raise KeyboardInterrupt

    desk.on()
    monkeypatch.setattr(desk, "update_if_active", interrupted)
    with pytest.raises(KeyboardInterrupt):
        desk.turn(screen("a"))


def test_without_the_package_there_is_no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "accesskit", None)
    assert screen_reader("Machine") is None


def test_on_another_system_there_is_no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "accesskit", SimpleNamespace(windows=None))
    assert screen_reader("Machine") is None


@pytest.fixture
def window(
    desk: Desk,
    profiles: Mapping[str, Profile],
    catalogues: Mapping[Language, Catalogue],
    design: Design,
) -> Iterator[Window]:
    opened = Window(Faces(profiles, catalogues, design), PANEL, (1000, 700), reader=desk.reader)
    pygame.event.clear()
    yield opened
    opened.close()


def labels(desk: Desk) -> dict[str, int]:
    """What can be pressed of what was told last: its words to its number."""
    return {node.label: number for number, node in desk.updates[-1].nodes if node.label}


def test_the_window_tells_what_it_shows_and_hears_what_is_pressed(
    desk: Desk, window: Window
) -> None:
    desk.on()
    window.draw(shown_as(SAMPLES["review"], "standard", "en"), None, 0.0)
    window.poll(0.1)
    desk.press(labels(desk)["Confirm"])
    assert YES in window.poll(0.2)


def test_a_press_that_comes_when_the_screen_has_just_changed_is_nothing(
    desk: Desk, window: Window
) -> None:
    desk.on()
    window.draw(shown_as(SAMPLES["review"], "standard", "en"), None, 0.0)
    window.poll(0.1)
    desk.press(labels(desk)["Return card"])
    window.draw(shown_as(SAMPLES["choose_amount"], "standard", "en"), None, 0.2)
    assert Chosen("return_card") not in window.poll(0.3)


def test_a_card_can_be_put_in_by_way_of_the_reader(desk: Desk, window: Window) -> None:
    card = DemoCard("chen", "陈桂兰", "Chen Guilan", (150, 44, 52), "135790", 74)
    desk.on()
    window.draw(shown_as(SAMPLES["idle"], "standard", "en"), FrontState((card,)), 0.0)
    window.poll(0.1)
    desk.press(labels(desk)["Card: Chen Guilan"])
    assert Act("insert:chen") in window.poll(0.2)


def test_a_window_without_a_reader_makes_no_tree(
    profiles: Mapping[str, Profile],
    catalogues: Mapping[Language, Catalogue],
    design: Design,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(*arguments: object) -> None:
        raise AssertionError("nobody asked")

    monkeypatch.setattr("screens.window.reader_tree", refused)
    opened = Window(Faces(profiles, catalogues, design), PANEL, (1000, 700))
    opened.draw(SAMPLES["idle"], None, 0.0)
    opened.poll(0.1)
    opened.close()
