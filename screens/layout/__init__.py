"""Scene and theme to boxes: where everything stands. Pure geometry.

Rules it keeps. The fixed bar and the switches have the same rectangles on every screen and page of one
profile, panel and language (COG-03): `frame`. Text is never made smaller and never cut: `arrange` tries
one arrangement after the other, and what no arrangement brings on one glass is split by `pages` into
several, with a button that turns them. A right-to-left language has the mirror of the whole (`mirror`).
A screen that cannot be shown even so says it in `fits`. Widths of text come from the caller.
"""

from screens.layout.arrange import Page, Try, arranged
from screens.layout.boxes import BACKDROPS, BASELINE, Box, Kit, Layout, Line, Measure, Rect, spoken
from screens.layout.frame import Frame, frame, page_button, still_boxes
from screens.layout.mirror import mirrored
from screens.layout.pages import split
from screens.scene import Scene
from screens.theme import Theme
from terminal.events import WHOLE, Chosen, Laid
from terminal.profile import RIGHT_TO_LEFT
from terminal.prompts import Ask

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


def layout(scene: Scene, theme: Theme, width_px: int, height_px: int, measure: Measure) -> Layout:
    """`scene` on a glass of this many pixels: the page that its number says, counted round, or the one
    that holds what the keys stand on."""
    kit = Kit(spoken(theme, scene.language), measure, scene.language, theme)
    still = frame(scene, kit, width_px, height_px)
    pages, tries = _paged(scene, still, kit)
    shown = _shown(scene, [page.scene for page in pages])
    tried, _ = tries[shown]
    page = pages[shown].scene
    boxes = [
        *tried.content.place(tried.room),
        *still_boxes(page, still, kit, tried.title.rect if tried.title else None),
    ]
    if tried.title:
        boxes.append(tried.title)
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
        all(fit for _, fit in tries),
        shown,
        len(pages),
        scene.focus,
    )


def laid_out(layout: Layout) -> Laid:
    """What the glass tells of this layout: nothing of one that is whole."""
    if layout.pages == 1:
        return WHOLE
    return Laid(layout.pages, frozenset(box.event for box in layout.targets if box.event))


def _paged(scene: Scene, still: Frame, kit: Kit) -> tuple[list[Page], list[tuple[Try, bool]]]:
    """The pages of a screen, and how each is arranged; one where one is enough."""
    # Whoever stands before the machine with a card is told so by the picture, before anything else.
    whole = Page(scene, pictured=bool(scene.answers) and scene.ask is Ask.ACTION)
    if _counted(scene) <= kit.theme.choices_per_page:
        one, fits = arranged(whole, still, still.main, kit)
        if one and fits:
            return [whole], [(one, True)]
    known: dict[Page, tuple[Try, bool]] = {}

    def tried(page: Page) -> tuple[Try, bool]:
        if page not in known:
            known[page] = _shaped(page, still, kit)
        return known[page]

    narrowest = min(shape.room.w for shape in still.shapes)
    pages = split(scene, kit, narrowest, lambda page: tried(page)[1])
    return list(pages), [tried(page) for page in pages]


def _shaped(page: Page, still: Frame, kit: Kit) -> tuple[Try, bool]:
    """A page in the first of the rooms around the page button in which it fits."""
    last: Try | None = None
    for shape in still.shapes:
        tried, fits = arranged(page, still, shape.room, kit, shape.notch)
        if tried and fits:
            return tried, True
        last = tried or last
    assert last is not None
    return last, False


def _counted(scene: Scene) -> int:
    """Answers that count as choices: the keys of a pad are one thing."""
    return sum(one.role != "key" and one.name != "clear" for one in scene.answers)


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
