"""Strips that come and go over a page: a reminder, an offer, a line about the look.

The rule: what can be pressed stands where it stood before (TCH-10), because a strip comes while a
finger is on its way. So a page is laid out without its strips; then the strip and the words are
placed anew in what the targets leave free. Words that have no room beside a strip go to a further page,
if there is a button that leads to it; where there is none they wait until the strip has gone, which is
with the next press. What the voice says beside the screen's own words is such a strip too, as long as it
is said; where it has no place it is not shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, tee
from typing import NamedTuple

from screens.layout.arrange import Page, Try, arranged, arrangements
from screens.layout.boxes import Box, Kit, Rect
from screens.layout.frame import Frame, Shape, rail_px
from screens.layout.pages import joined, left_over, sentences, strip_page
from screens.scene import Scene, Strip
from terminal.values import replace

WAYS_MAX = 6
"""Arrangements of a page that are looked at for one that takes a strip; later ones are much like these."""

STRIPS = ("banner", "reminder")
"""Names of the boxes that a strip is made of, beside its answers."""


class Placed(NamedTuple):
    """A page with its boxes in their places, but for what stands still; `title` is that of the page if it
    stands beside the switches."""

    page: Page
    boxes: tuple[Box, ...]
    title: Box | None
    fits: bool


def placed(page: Page, tried: Try, fits: bool) -> Placed:
    """An arrangement of a page, in its place."""
    return Placed(page, tuple(tried.content.place(tried.room)), tried.title, fits)


def waits_for_a_press(scene: Scene) -> bool:
    """Whether there is something on the screen that a finger may be on its way to."""
    return bool(scene.answers or (scene.banner and scene.banner.answers))


@dataclass(frozen=True, slots=True)
class Shapes:
    """Pages of a screen that has several, each in the first of the rooms around the page button in which
    it fits."""

    still: Frame
    kit: Kit
    known: dict[Page, tuple[Try, bool]] = field(default_factory=dict)

    @property
    def narrowest(self) -> int:
        """What a line of text has in any of them, in pixels."""
        return min(shape.room.w for shape in self.still.shapes)

    def fits(self, page: Page) -> bool:
        """Whether a page fits in one of them."""
        return self._tried(page)[1]

    def alone(self, page: Page) -> Placed | None:
        """A page that is the whole screen, in all the room or in one of them, if its reminders have room
        over it."""
        if not self.fits(page):
            return None
        rooms = (Shape(self.still.main), *self.still.shapes)
        calls = tuple(one for one in page.scene.coming if one.reminder)
        reminded = replace(page, scene=replace(page.scene, coming=calls))
        found = steady(reminded, self.still, self.kit, rooms)
        return found._replace(page=page) if found else None

    def placed(self, page: Page) -> Placed:
        """A page with its boxes; one with answers so that what may come over them has room, if it can be."""
        first = placed(page, *self._tried(page))
        if not first.fits or not page.scene.answers:
            return first
        return steady(page, self.still, self.kit, self.still.shapes, True) or first

    def _tried(self, page: Page) -> tuple[Try, bool]:
        if page not in self.known:
            self.known[page] = self._shaped(page)
        return self.known[page]

    def _shaped(self, page: Page) -> tuple[Try, bool]:
        last: Try | None = None
        for shape in self.still.shapes:
            tried, fits = arranged(page, self.still, shape.room, self.kit, shape.notch)
            if tried and fits:
                return tried, True
            last = tried or last
        assert last is not None
        return last, False


@dataclass(frozen=True, slots=True)
class Over:
    """Lays a strip over the pages of a screen that were made without it."""

    still: Frame
    kit: Kit
    known: dict[tuple[Page, Rect], tuple[Try, ...]] = field(default_factory=dict)

    def laid(self, pages: Sequence[Placed], strip: Strip) -> tuple[Placed, ...] | None:
        """The pages with a strip: on the first that has a place for it, where text gives way to it, and a
        reminder also on every later one that has room. None where nothing could stay in its place."""
        several = len(pages) > 1
        laid = ((n, self._first(page, strip, several)) for n, page in enumerate(pages))
        taken = next(((n, first) for n, first in laid if first), None)
        if taken is None:
            return self._own(pages, strip) if several else None
        number, (found, left) = taken
        before, after = pages[:number], pages[number + 1 :]
        if strip.reminder:
            after = [self._beside(page, strip) or page for page in after]
        rest: tuple[Placed, ...] = ()
        if several and left.paragraphs:
            shapes = Shapes(self.still, self.kit)
            more = left_over(left, self.kit, shapes.narrowest, shapes.fits)
            rest = tuple(map(shapes.placed, more))
        return (*before, found, *after, *rest)

    def captioned(self, pages: Sequence[Placed], caption: str) -> tuple[Placed, ...]:
        """The pages while the voice says something beside them: where it has a place, words give way to it
        until it is said. No page comes or goes for it."""
        strip, several = Strip(caption), len(pages) > 1
        laid = (self._first(page, strip, several) for page in pages)
        return tuple(taken[0] if taken else page for page, taken in zip(pages, laid, strict=True))

    def _own(self, pages: Sequence[Placed], strip: Strip) -> tuple[Placed, ...]:
        """On a page of its own."""
        shapes = Shapes(self.still, self.kit)
        own = strip_page(pages[0].page.scene, strip, shapes.fits)
        return (*pages, shapes.placed(own))

    def takes(self, under: Placed, strip: Strip, several: bool, titled: bool) -> bool:
        """Whether a strip would find its place over a page, beside its title or whatever becomes of its
        words; `several` says that there is a button to a next page."""
        quiet = _quiet(under.page.scene)
        if titled:
            return self._talk(under, _with(quiet, strip), several) is not None
        bare = under._replace(page=replace(under.page, scene=quiet))
        return self._first(bare, strip, several) is not None

    def _first(self, under: Placed, strip: Strip, pages: bool) -> tuple[Placed, Scene] | None:
        """The first page with the strip, and what is left over of its text."""
        scene = under.page.scene
        pieces = [(n, one) for n, text in enumerate(scene.paragraphs) for one in sentences(text)]
        for shown, taken in self._shorter(scene, pieces):
            found = self._talk(under, _with(shown, strip), pages)
            if found:
                return found, replace(
                    scene,
                    paragraphs=joined(pieces[taken:]),
                    reference="" if shown.reference else scene.reference,
                )
        return None

    def _shorter(
        self, scene: Scene, pieces: Sequence[tuple[int, str]]
    ) -> Iterator[tuple[Scene, int]]:
        """The words with ever less of them, the title and an amount's capitals last."""
        yield scene, len(pieces)
        for taken in range(len(pieces) - 1, -1, -1):
            yield replace(scene, paragraphs=joined(pieces[:taken]), reference=""), taken
        bare = _quiet(scene)
        yield replace(bare, title=""), 0
        if scene.figure is not None and scene.figure.capitals:
            yield replace(bare, title="", figure=replace(scene.figure, capitals="")), 0

    def _beside(self, under: Placed, strip: Strip) -> Placed | None:
        """A further page with the strip, where that has room."""
        scene = _with(under.page.scene, strip)
        shown = (scene, replace(scene, title=""))
        return next(filter(None, (self._talk(under, one, True) for one in shown)), None)

    def _talk(self, under: Placed, scene: Scene, pages: bool) -> Placed | None:
        """What is only seen of a scene, in what the targets of a page leave free."""
        kept = standing(under.boxes)
        lies = bool(scene.banner) and any(box.name == "banner" for box in kept)
        seen = replace(scene, answers=(), banner=None if lies else scene.banner, coming=())
        taken = [box.rect for box in kept] + [self.still.page] * pages
        rooms = free(self.still.main, taken, self.kit.theme.gap_px)
        for small in dict.fromkeys((under.page.running, True)):
            page = Page(seen, small, under.page.pictured)
            for room in rooms:
                for tried in self._arranged(page, room):
                    if tried.title and any(map(self._head(tried.title, scene).overlaps, taken)):
                        continue
                    boxes = (*tried.content.place(tried.room), *kept)
                    shown = replace(under.page, scene=scene)
                    return Placed(shown, boxes, tried.title, under.fits)
        return None

    def _arranged(self, page: Page, room: Rect) -> tuple[Try, ...]:
        """All arrangements of what is only seen that fit in a room: one way of the targets after the other
        leaves the same rooms."""
        found = self.known.get((page, room))
        if found is None:
            found = tuple(arrangements(page, self.still, room, self.kit))
            self.known[page, room] = found
        return found

    def _head(self, title: Box, scene: Scene) -> Rect:
        """The room of a title that stands in the place of the step, with the step's bars below it."""
        rect = title.rect
        if scene.step is None:
            return rect
        wide = max(rect.w, self.still.left.w)
        return rect._replace(w=wide, h=rect.h + rail_px(self.kit.theme))


def steady(
    page: Page, still: Frame, kit: Kit, shapes: Sequence[Shape], several: bool = False
) -> Placed | None:
    """A page on which what may come over it has room and moves nothing: as it is best arranged, or
    otherwise, or with answers that are no larger than they must be. None where there is no such way."""
    over, strips = Over(still, kit), coming(page.scene)
    small = kit.ungrown

    def ways() -> Iterator[Placed]:
        for each in (kit, small) if strips else (kit,):
            for shape in shapes:
                some = arrangements(page, still, shape.room, each, shape.notch)
                for one in islice(some, WAYS_MAX):
                    yield placed(page, one, True)

    ranks = (True,) if several else (True, False)
    for titled, each in zip(ranks, tee(ways(), len(ranks)), strict=True):
        for one in each:
            if all(over.takes(one, strip, several, titled) for strip in strips):
                return one
    return None


def coming(scene: Scene) -> tuple[Strip, ...]:
    """What may come while a finger is on its way: over an offer without a question only a reminder."""
    if scene.answers:
        return scene.coming
    return tuple(one for one in scene.coming if one.reminder and waits_for_a_press(scene))


def _with(scene: Scene, strip: Strip) -> Scene:
    return replace(scene, reminder=strip.reminder, banner=strip.banner or scene.banner)


def _quiet(scene: Scene) -> Scene:
    return replace(scene, paragraphs=(), reference="")


STAYING = ("off", "signature")
"""Roles that keep their place and take no press of their own."""


def standing(boxes: Sequence[Box]) -> tuple[Box, ...]:
    """What must not move: the answers, also those that cannot be given yet, the area in which one signs, and a
    strip that has answers, whole."""
    pressed = [box for box in boxes if box.event is not None or box.role in STAYING]
    strips = [
        box
        for box in boxes
        if box.name in STRIPS and any(box.rect.contains(one.rect) for one in pressed)
    ]
    return (*strips, *pressed)


def free(room: Rect, taken: Sequence[Rect], gap: int) -> list[Rect]:
    """The largest rectangles in the corners of a room that keep a gap from what is taken, the largest
    first."""
    inside = [rect.inset(-gap, -gap) for rect in taken]
    tops = {room.y, *(rect.bottom for rect in inside if rect.bottom < room.bottom)}
    bottoms = {room.bottom, *(rect.y for rect in inside if rect.y > room.y)}
    bands = {(room.y, bottom) for bottom in bottoms} | {(top, room.bottom) for top in tops}
    found: set[Rect] = set()
    for top, bottom in bands:
        beside = [rect for rect in inside if rect.y < bottom and rect.bottom > top]
        right = min((rect.x for rect in beside), default=room.right)
        left = max((rect.right for rect in beside), default=room.x)
        found.add(Rect(room.x, top, min(right, room.right) - room.x, bottom - top))
        found.add(Rect(max(left, room.x), top, room.right - max(left, room.x), bottom - top))
    real = [rect for rect in found if rect.w > 0]
    whole = [rect for rect in real if not any(one != rect and one.contains(rect) for one in real)]
    return sorted(whole, key=lambda rect: (-rect.w * rect.h, rect))
