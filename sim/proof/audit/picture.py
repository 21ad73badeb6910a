"""One picture, judged: its boxes together, and the screen as a whole.

Which of the targets are choices: not the bar and the switches, which are on every screen; not the keys
of a pad; not the leaf to the next page; and not the answers of an offer, which lies over the question
as a small card that need not be answered (accessibility.md C3).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

from screens.layout import BACKDROPS, Box, Rect
from sim.proof.audit import requirements as asked
from sim.proof.audit.boxes import EDGED, FILLED_IN, BoxSeen, Judge
from sim.proof.audit.contrast import contrast
from sim.proof.audit.findings import EVERYWHERE, Reading, at_least, at_most
from sim.proof.audit.matrix import Shot
from sim.proof.audit.pixels import Canvas, within
from sim.proof.audit.requirements import Demand, min_legible_pt, visual_angle_degrees
from sim.proof.audit.targets import gap_px, shared_px
from terminal.focus import BAR
from terminal.profile import SIZES_PERCENT, Profile
from terminal.prompts import phase_prompt

FIXED: Final = (*BAR, "profile", "languages", "view")
"""What stands still."""

SAME_PLACE: Final = {"read_aloud": "repeat"}
"""What may stand in the place of another."""

STILL_ROLES: Final = frozenset(("bar", "bar_on", "off", "switch"))
"""How it is painted; an answer may have the name of a switch."""

LEAVES: Final = frozenset(("page",))
"""Targets that turn to another part of the same screen."""

OTHERS: Final = frozenset(("more_services",))
"""The quiet way to another group of the same question."""

PAD: Final = frozenset(("clear",))
"""Keys of a pad that are no digits."""

ELDEST: Final = 80
"""The age that the elder profile's text is made for (VIS-04)."""

DISTANCE_M: Final = asked.VIEWING_DISTANCE_MM / 1000


@dataclass(frozen=True, slots=True)
class PictureSeen:
    """What came of one picture: its readings, and its boxes as they were found."""

    readings: tuple[Reading, ...]
    boxes: tuple[BoxSeen, ...]


class Look:
    """Judges pictures of one profile on one panel."""

    def __init__(self, judge: Judge, profile: Profile) -> None:
        self._judge = judge
        self._profile = profile

    @property
    def demand(self) -> Demand:
        """What this profile must hold."""
        return self._judge.demand

    def judged(self, picture: Canvas, shot: Shot) -> PictureSeen:
        """All that one picture says."""
        focused = shot.scene.focus is not None or bool(shot.scene.pointed)
        boxes = tuple(self._judge.seen(picture, box, focused) for box in shot.laid.boxes)
        readings = [
            *(reading for box in boxes for reading in box.readings),
            *self._smallest(boxes, shot),
            *self._paragraphs(boxes),
            *self._targets(boxes, shot),
            *self._gaps(boxes),
            *self._reach(boxes, shot),
            *overlaps(boxes),
            *_meanings(boxes),
            *_nib(picture, boxes),
            *self._choices(boxes, shot),
            *_all_there(boxes),
            *self._timer(shot),
            *(() if focused else _strays(picture, boxes)),
            at_most("COG text", int(not shot.scene.title.strip()), 0, note="title"),
        ]
        return PictureSeen(tuple(readings), boxes)

    # Text of the whole screen.

    def _smallest(self, boxes: tuple[BoxSeen, ...], shot: Shot) -> Iterator[Reading]:
        seen = min((b for b in boxes if b.smallest), key=lambda b: b.capital_px, default=None)
        if seen is None or seen.smallest is None:
            return
        per_mm, line = self._judge.px_per_mm, seen.smallest
        em_mm = self._judge.glyphs.em(line) / per_mm
        rect = seen.inks[0]
        if self.demand.angle:
            angle = visual_angle_degrees(seen.capital_px / per_mm)
            yield at_least("VIS-02", angle, asked.ANGLE_MIN_DEGREES, rect, line.text)
            bound = asked.RESERVE * min_legible_pt(ELDEST, DISTANCE_M, "11-15")
            yield at_least("VIS-04", em_mm / asked.MM_PER_POINT, bound, rect, line.text)
        largest = shot.session.look.wishes.size_percent == SIZES_PERCENT[-1]
        bound = asked.LARGEST_DP if largest else asked.BASIC_DP
        yield at_least("VIS-05", em_mm / asked.DP_MM, bound, rect, line.text)

    def _paragraphs(self, boxes: tuple[BoxSeen, ...]) -> Iterator[Reading]:
        """Between paragraphs one below the other, in lines of the spacing that was found, or of the
        smallest allowed where both have one line."""
        texts = [b.box for b in boxes if b.box.role == "text" and b.inks]
        for above, below in pairwise(texts):
            last, first = above.lines[-1], below.lines[0]
            if (last.em_px, last.bold) != (first.em_px, first.bold):
                continue
            if first.baseline <= last.baseline or above.rect.x != below.rect.x:
                continue
            least_pitch = asked.LINE_SPACING_MIN * self._judge.glyphs.em(first)
            pitch = _pitch(above) or _pitch(below) or least_pitch
            lines = (first.baseline - last.baseline) / pitch
            least = asked.PARAGRAPH_SPACING_MIN
            yield at_least("VIS-06 paragraph", lines, least, below.rect, first.text)

    # What can be pressed.

    def _targets(self, boxes: tuple[BoxSeen, ...], shot: Shot) -> Iterator[Reading]:
        offered = _offered(shot)
        for seen in boxes:
            if seen.box.event is None and seen.box.role not in EDGED - FILLED_IN:
                continue
            rect, name = seen.rect, seen.box.name
            wide, tall = rect.w / self._judge.px_per_mm, rect.h / self._judge.px_per_mm
            demand = self.demand
            if not demand.aged:
                yield at_least("TCH-01 width", wide, demand.target[0], rect, name)
                yield at_least("TCH-01 height", tall, demand.target[1], rect, name)
                continue
            yield at_least("TCH-02 width", wide, demand.target[0], rect, name)
            yield at_least("TCH-02 height", tall, demand.target[1], rect, name)
            if _is_choice(seen.box, offered):
                yield at_least("TCH-02 choice width", wide, demand.choice[0], rect, name)
                yield at_least("TCH-02 choice height", tall, demand.choice[1], rect, name)

    def _gaps(self, boxes: tuple[BoxSeen, ...]) -> Iterator[Reading]:
        targets = [seen for seen in boxes if seen.box.event is not None]
        named = "TCH-03 gap" if self.demand.aged else "TCH-01 gap"
        for one, other in combinations(targets, 2):
            millimetres = gap_px(one.rect, other.rect) / self._judge.px_per_mm
            note = f"{one.box.name} and {other.box.name}"
            if _is_key(one.box) and _is_key(other.box):
                yield at_least("TCH-03 pad", millimetres, asked.PAD_GAP_MM_MIN, one.rect, note)
            else:
                yield at_least(named, millimetres, self.demand.gap_mm, one.rect, note)

    def _reach(self, boxes: tuple[BoxSeen, ...], shot: Shot) -> Iterator[Reading]:
        """How high above the floor somebody on a seat must reach."""
        if not shot.session.look.wishes.seated:
            return
        for seen in (one for one in boxes if one.box.event is not None):
            below = (shot.laid.height_px - seen.rect.y) / self._judge.px_per_mm
            high = asked.GLASS_BOTTOM_MM + below
            yield at_most("TCH-16", high, asked.REACH_MM_MAX, seen.rect, seen.box.name)

    def _choices(self, boxes: tuple[BoxSeen, ...], shot: Shot) -> Iterator[Reading]:
        offered = _offered(shot)
        names = [s.box.name for s in boxes if s.box.event and _is_choice(s.box, offered)]
        kind = "COG-01" if self.demand.choices < asked.DEMANDS["standard"].choices else "COG-02"
        yield at_most(kind, len(names), self.demand.choices, note=", ".join(names))

    def _timer(self, shot: Shot) -> Iterator[Reading]:
        """The bar of the time left: as seconds, computed from the session and the timing table."""
        timer = next((box for box in shot.laid.boxes if box.role == "timer"), None)
        if timer is None or not self.demand.aged:
            return
        left = seconds_left(shot, self._profile)
        yield at_most("TIM-09", left, asked.TIMER_SECONDS_MAX, timer.rect, "seconds left")


def seconds_left(shot: Shot, profile: Profile) -> float:
    """Until the present wait ends, at the instant 0 of every picture."""
    wait = shot.session.wait
    row = profile.patience[phase_prompt(shot.session).waits]
    return wait.since + (row.dialog if wait.asked_at is not None else row.limit)


def _pitch(box: Box) -> int:
    """Between the first two lines of a paragraph; 0 if it has one."""
    return box.lines[1].baseline - box.lines[0].baseline if len(box.lines) > 1 else 0


def _offered(shot: Shot) -> frozenset[object]:
    banner = shot.scene.banner
    return frozenset(choice.event for choice in banner.answers) if banner else frozenset()


def _is_key(box: Box) -> bool:
    return box.role == "key" or box.name in PAD


def stands_still(box: Box) -> bool:
    """Whether a box is of the fixed bar or a switch."""
    return place_of(box) in FIXED and box.role in STILL_ROLES


def place_of(box: Box) -> str:
    """The place that a box of the bar or a switch has."""
    return SAME_PLACE.get(box.name, box.name)


def _is_choice(box: Box, offered: frozenset[object]) -> bool:
    apart = stands_still(box) or box.name in LEAVES | OTHERS or _is_key(box)
    return box.role in EDGED - FILLED_IN and not apart and box.event not in offered


def overlaps(boxes: tuple[BoxSeen, ...]) -> Iterator[Reading]:
    """Every two boxes, as drawn, and the ink of each against the other box: nothing is shared.
    Grounds that lie under others hold them."""
    solid = [seen for seen in boxes if seen.box.role not in BACKDROPS]
    clean = True
    for one, other in combinations(solid, 2):
        shared = max(
            shared_px(one.rect, other.rect),
            *(shared_px(ink, other.rect) for ink in one.inks),
            *(shared_px(ink, one.rect) for ink in other.inks),
            0,
        )
        if shared:
            clean = False
            note = f"{one.box.name} and {other.box.name}"
            yield at_most("VIS-17 overlap", shared, 0, other.rect, note)
    if clean:
        yield at_most("VIS-17 overlap", 0, 0)


def _meanings(boxes: tuple[BoxSeen, ...]) -> Iterator[Reading]:
    """The button that goes on against each other choice: by luminance, or by its words."""
    first = [seen for seen in boxes if seen.box.role == "primary"]
    for one in first:
        for other in (seen for seen in boxes if seen.box.role == "choice"):
            value = contrast(one.ground, other.ground)
            words = [[line.text for line in seen.box.lines] for seen in (one, other)]
            if value < asked.MEANING_CONTRAST_MIN and words[0] != words[1] and all(words):
                value = asked.MEANING_CONTRAST_MIN
            note = f"{one.box.name} and {other.box.name}"
            yield at_least("VIS-10", value, asked.MEANING_CONTRAST_MIN, other.rect, note)


def _nib(picture: Canvas, boxes: tuple[BoxSeen, ...]) -> Iterator[Reading]:
    """The 5 has more ink below its digit than the 4 beside it."""
    keys = {seen.box.name: seen for seen in boxes if seen.box.role == "key"}
    if not {"digit4", "digit5"} <= set(keys):
        return
    four, five = (_low_ink(picture, keys[name]) for name in ("digit4", "digit5"))
    yield at_least("TCH-13", five - four, 1, keys["digit5"].rect, "digit5")


def _low_ink(picture: Canvas, seen: BoxSeen) -> int:
    """Pixels that are not ground, between the digit and the edge."""
    rect = seen.rect
    top = max((ink.bottom for ink in seen.inks), default=rect.y)
    low = Rect(rect.x + rect.w // 4, top, rect.w // 2, rect.bottom - top).inset(0, 2)
    return int((picture.cut(within(low, picture.glass)) != seen.ground).sum())


def _strays(picture: Canvas, boxes: tuple[BoxSeen, ...]) -> Iterator[Reading]:
    """Nothing is drawn where the layout knows of nothing."""
    known = [seen.box.rect for seen in boxes] + [ink for seen in boxes for ink in seen.inks]
    found = picture.strays(known)
    yield at_most("VIS-17 stray", found.w * found.h if found else 0, 0, found or EVERYWHERE)


def _all_there(boxes: tuple[BoxSeen, ...]) -> Iterator[Reading]:
    found = {place_of(seen.box) for seen in boxes if stands_still(seen.box) and not seen.lost}
    missing = [name for name in FIXED if name not in found]
    yield at_most("COG-03 all", len(missing), 0, note=", ".join(missing))


def states(seen: BoxSeen) -> tuple[str, str] | None:
    """The name of a place that has states, and which it is in; None for all other boxes."""
    box = seen.box
    if box.name in BAR and stands_still(box):
        return box.name, "on" if box.event else "off"
    if box.role == "dots":
        return box.name, f"{box.value}"
    return None
