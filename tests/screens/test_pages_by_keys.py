"""Screens in several pages, with nothing but the keys: everything is read, nothing unseen is pressed."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from screens.layout import Layout, _screen, laid_out, layout
from screens.paint import Fonts
from screens.scene import scene
from screens.theme import Panel, design_from, theme
from sim.stage.samples import OF_SERVICES, SAMPLES, in_language, samples_in, shown_as
from sim.stage.settings import own_design
from terminal import events as ev
from terminal import session as s
from terminal.asking import Ask
from terminal.flow import step
from terminal.focus import focused
from terminal.keys import chosen_by_key
from terminal.profile import Language, Wishes
from terminal.prompts import facts_of, prompt_of
from terminal.runtime import shown_profile
from tests.tiers import with_part

DESIGN = own_design()
MEASURES = design_from(DESIGN.theme)
GLASS = Panel(15.6, 1366, 768)
LOW, SEATED = Wishes(), Wishes(seated=True)
LOOKS: tuple[tuple[Language, Wishes], ...] = (("zh", LOW), ("zh", SEATED), ("en", LOW), ("bo", LOW))
PART = LOOKS[:2]
"""`make test` has every screen in Chinese; a layout in Tibetan or of many English pages takes its time."""

SEEN = tuple(name for name, sample in SAMPLES.items() if not sample.sound.headset)
"""Screens that are read with the eyes. In the headset everything is told, on whichever page it stands:
there `#` is the rate and digits choose, which `tests/laws/test_reach.py` walks."""


def seen_in(language: Language, wishes: Wishes) -> list[str]:
    """Those of them that exist in a language; the services', which are most, where there is least room."""
    there = (name for name in SEEN if in_language(name, language))
    return [name for name in there if wishes == LOW or name not in OF_SERVICES]


looks = pytest.mark.parametrize(("language", "wishes"), with_part(LOOKS, PART))


@pytest.fixture(autouse=True, scope="module")
def kept_screens() -> Iterator[None]:
    """Every screen that was laid out is kept, not only the last: each test here walks them all again."""
    with pytest.MonkeyPatch.context() as keeping:
        keeping.setattr("screens.layout._screen", cache(_screen.__wrapped__))
        yield


@cache
def fonts() -> Fonts:
    return Fonts()


def shown(session: s.Session) -> tuple[s.Session, Layout]:
    """The session after the glass has said what it shows, and what that is."""
    for _ in range(4):
        profile = shown_profile(session.look, DESIGN.profiles)
        seen = scene(session, DESIGN.catalogues[session.look.language], profile, 0.0)
        sizes = theme(profile, GLASS, MEASURES)
        boxes = layout(seen, sizes, GLASS.width_px, GLASS.height_px, fonts().measure)
        if laid_out(boxes) == session.laid:
            return session, boxes
        session = step(session, laid_out(boxes), 1.0)[0]
    raise AssertionError("the glass and the session do not come to rest")


def low_vision(name: str, language: Language, wishes: Wishes) -> s.Session:
    session = shown_as(SAMPLES[name], "low_vision", language)
    return replace(session, look=replace(session.look, wishes=wishes), focus=0)


@cache
def first(name: str, language: Language, wishes: Wishes) -> tuple[s.Session, Layout]:
    """How a screen begins, for every test that asks: a layout in Tibetan takes its time."""
    return shown(low_vision(name, language, wishes))


@looks
def test_the_keys_turn_to_every_page(language: Language, wishes: Wishes) -> None:
    for name in seen_in(language, wishes):
        session, boxes = first(name, language, wishes)
        if boxes.pages == 1:
            continue
        seen = {boxes.page}
        session, boxes = shown(step(session, ev.KeyPressed("#"), 1.0)[0])
        if boxes.pages == 1:
            continue  # the reminder went away with the press, and the screen is whole
        while (here := focused(session)) is None or here.name != "page":
            assert session.focus, f"{name}: no key stands on the page button"
            session = step(session, ev.KeyPressed("#"), 1.0)[0]
        for _ in range(boxes.pages):
            session, boxes = shown(step(session, ev.KeyPressed("enter"), 1.0)[0])
            seen.add(boxes.page)
        assert seen == set(range(boxes.pages)), name


@looks
def test_enter_presses_nothing_that_is_not_on_the_glass(language: Language, wishes: Wishes) -> None:
    turned = 0
    for name in seen_in(language, wishes):
        session, boxes = first(name, language, wishes)
        for page in range(boxes.pages):
            turned_to = step(session, ev.Chosen("page", page), 1.0)[0]
            here, boxes = shown(turned_to) if page else (session, boxes)
            meant = chosen_by_key(here, "enter")
            if meant is None:
                continue
            turned += meant.name == "page"
            assert meant in {box.event for box in boxes.targets}, f"{name}, page {page}"
    assert turned, "no screen of this look has a page without what Enter means"


@looks
def test_an_amount_and_its_confirmation_come_first_and_together(
    language: Language, wishes: Wishes
) -> None:
    for name, sample in samples_in(language).items():
        if prompt_of(sample).ask not in (Ask.REVIEW, Ask.ENTRY) or sample.overlay:
            continue
        if facts_of(sample) or sample.practice:
            continue  # lines are read first (tests/screens/test_layout.py); play money needs no confirmation
        _, boxes = first(name, language, wishes)
        assert "confirm" in {box.name for box in boxes.boxes}, name
        assert any("figure" in (box.name, box.role) or box.role == "sheet" for box in boxes.boxes)


def test_digits_typed_bring_up_the_page_of_their_field() -> None:
    session, boxes = shown(low_vision("enter_amount", "zh", SEATED))
    session, boxes = shown(step(session, ev.KeyPressed("5"), 1.0)[0])
    assert ev.Chosen("confirm") in {box.event for box in boxes.targets}


def test_whoever_uses_keys_only_begins_a_long_notice_at_its_beginning() -> None:
    session = low_vision("explain_suspect", "bo", Wishes(keys_only=True))
    session, boxes = shown(replace(session, focus=1))
    assert boxes.pages > 1
    assert (boxes.page, session.focus) == (0, 0)
