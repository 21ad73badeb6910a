"""Scene and theme to boxes: where everything stands. Pure geometry.

Rules it keeps. The fixed bar and the switches have the same rectangles on every screen and page of one
profile, panel and language (COG-03): `frame`. Text is never made smaller and never cut: `arrange` tries
one arrangement after the other, and what no arrangement brings on one glass is split by `pages` into
several, with a button that turns them. A right-to-left language has the mirror of the whole (`mirror`).
A screen that cannot be shown even so says it in `fits`. Widths of text come from the caller. The pages
of a screen do not depend on which of them is shown, on the target that the keys stand on or on the
seconds left; those of the last screens are kept, so that none of these lays anything out anew.
"""

from functools import lru_cache

from screens.layout.arrange import Page, Try, arrangements
from screens.layout.boxes import BACKDROPS, BASELINE, Box, Kit, Layout, Line, Measure, Rect, kit_for
from screens.layout.frame import (
    Frame,
    Shape,
    frame,
    page_button,
    sign_box,
    still_boxes,
    watermark_box,
)
from screens.layout.mirror import mirrored
from screens.layout.over import Over, Placed, Shapes, placed, steady, waits_for_a_press
from screens.layout.pages import split
from screens.scene import Banner, Choice, Scene, Strip
from screens.theme import Theme
from terminal.asking import Ask
from terminal.events import WHOLE, Chosen, Laid
from terminal.profile import RIGHT_TO_LEFT
from terminal.values import replace

__all__ = [
    "BACKDROPS",
    "BASELINE",
    "Box",
    "Frame",
    "Kit",
    "Layout",
    "Line",
    "Measure",
    "Rect",
    "frame",
    "laid_out",
    "layout",
]

SCREENS_KEPT = 64
"""Screens whose pages are kept: more than a visit shows."""

PAGED_KEPT = 512
"""Contents of screens whose pages are kept: most of those that a look has."""

NOTHING = Choice("", None, "quiet", "")
"""What stands still, where only what moves is looked at."""


def layout(scene: Scene, theme: Theme, width_px: int, height_px: int, measure: Measure) -> Layout:
    """`scene` on a glass of this many pixels: the page that its number says, counted round, or the one
    that holds what the keys stand on."""
    kit = kit_for(theme, measure, scene.language)
    if scene.curtain:
        return _curtain(scene, kit, width_px, height_px)
    asked = replace(scene, page=0, focus=None, timer=None)
    still, pages = _screen(asked, theme, width_px, height_px, measure)
    shown = _shown(scene, [one.page.scene for one in pages])
    here = pages[shown]
    title = here.title.rect if here.title else None
    boxes = [*here.boxes, *still_boxes(scene, still, kit, title)]
    if here.title:
        boxes.append(here.title)
    boxes += watermark_box(scene, still, kit)
    boxes += sign_box(scene, still, kit, [box.rect for box in boxes])
    if len(pages) > 1:
        boxes.append(page_button(scene, still, kit, shown, len(pages)))
    if scene.language in RIGHT_TO_LEFT:
        boxes = mirrored(boxes, width_px)
    ordered = sorted(boxes, key=lambda box: box.role not in BACKDROPS)
    identity = f"{scene.identity}/{shown + 1}of{len(pages)}" if len(pages) > 1 else scene.identity
    return Layout(
        width_px,
        height_px,
        identity,
        tuple(ordered),
        all(one.fits for one in pages),
        shown,
        len(pages),
        scene.focus,
        scene.pointed,
    )


@lru_cache(maxsize=SCREENS_KEPT)
def _screen(
    scene: Scene, theme: Theme, width_px: int, height_px: int, measure: Measure
) -> tuple[Frame, tuple[Placed, ...]]:
    """What stands still on a screen, and its pages."""
    kit = kit_for(theme, measure, scene.language)
    still = frame(scene, kit, width_px, height_px)
    return still, _pages(_content(scene), still, kit)


def _content(scene: Scene) -> Scene:
    """The scene with nothing but what its pages are made of: screens that differ in what stands still share
    their pages."""
    step = scene.step and (0, 0)
    return replace(
        scene,
        identity="",
        bar=(),
        profile_switch=NOTHING,
        language_switch=NOTHING,
        view=NOTHING,
        more=NOTHING,
        step=step,
        step_text="",
        sign="",
        watermark="",
        pointed=None,
    )


def _curtain(scene: Scene, kit: Kit, width_px: int, height_px: int) -> Layout:
    """A blank glass with a plain notice in its middle. Nothing can be pressed, and whatever happens behind
    it, this is the same picture (PRV-02)."""
    whole = Rect(0, 0, width_px, height_px)
    lines = kit.lines((scene.curtain,), kit.theme.title, whole, "on_curtain")
    box = Box(whole, "curtain", lines, name="curtain")
    return Layout(width_px, height_px, f"curtain/{scene.language}", (box,), True)


def laid_out(layout: Layout) -> Laid:
    """What the glass tells of this layout: nothing of one that is whole."""
    if layout.pages == 1:
        return WHOLE
    return Laid(layout.pages, frozenset(box.event for box in layout.targets if box.event))


@lru_cache(maxsize=PAGED_KEPT)
def _pages(scene: Scene, still: Frame, kit: Kit) -> tuple[Placed, ...]:
    """The pages of a screen, each with its boxes: laid out without what comes and goes, which is then
    laid over them."""
    if scene.caption:
        calm = _pages(replace(scene, caption=""), still, kit)
        return Over(still, kit).captioned(calm, scene.caption)
    over = Over(still, kit)
    match scene:
        case Scene(reminder="", banner=Banner() as banner) if scene.answers:
            quiet = replace(scene, banner=None)
            found = over.laid(_pages(quiet, still, kit), Strip(banner=banner))
        case Scene(reminder=str(reminder)) if reminder and waits_for_a_press(scene):
            asks = scene.banner if scene.banner and scene.banner.answers else None
            quiet = replace(scene, reminder="", banner=asks)
            found = over.laid(_pages(quiet, still, kit), Strip(reminder))
        case _:
            found = None
    return found or _paged(scene, still, kit)


def _paged(scene: Scene, still: Frame, kit: Kit) -> tuple[Placed, ...]:
    """The pages of a screen with whatever is on it; one where one is enough."""
    # Whoever stands before the machine with a card is told so by the picture, before anything else.
    whole = Page(scene, pictured=scene.ask is Ask.ACTION)
    one: Try | None = None
    if _counted(scene) <= kit.theme.choices_per_page:
        found = steady(whole, still, kit, (Shape(still.main),))
        if found:
            return (found,)
        one = next(arrangements(whole, still, still.main, kit), None)
    shapes = Shapes(still, kit)
    pages = split(scene, kit, shapes.narrowest, shapes.fits)
    # A screen that fits on one page, but with a strip over it would not, is better in two from the start.
    if one and len(pages) == 1:
        whole_page = shapes.alone(pages[0])
        if whole_page:
            return (whole_page,)
        refused = pages[0]
        pages = split(
            scene, kit, shapes.narrowest, lambda page: page != refused and shapes.fits(page)
        )
    if one and not all(map(shapes.fits, pages)):
        return (placed(whole, one, True),)
    return tuple(map(shapes.placed, pages))


NO_CHOICES = ("clear", "more_services")
"""Answers that choose nothing of what is asked."""


def _counted(scene: Scene) -> int:
    """Answers that count as choices: the keys of a pad are one thing, and the quiet way to other services
    turns a leaf."""
    return sum(one.role != "key" and one.name not in NO_CHOICES for one in scene.answers)


def _shown(scene: Scene, pages: list[Scene]) -> int:
    """The page to show."""
    if scene.focus is not None:
        for number, page in enumerate(pages):
            if scene.focus in _targets(page):
                return number
    return scene.page % len(pages)


def _targets(page: Scene) -> set[Chosen | None]:
    strip = page.banner.answers if page.banner else ()
    return {choice.event for choice in (*page.answers, *strip)} - {None}
