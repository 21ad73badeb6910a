"""What must stand on the glass: all that a scene holds beside its running text, each in its own box.

Over the pages of a screen: every answer is one box that says its words and does what it says; the
amount, its unit and its capitals are on the page of the answer that is given to it; a picture that says
what to do, a warning's sign and the dots of a PIN are on the first page. On each page: the bar and the
switches do what they say, nothing else can be pressed, the leaf leads to the next page and from the
last to the first, and what Enter means can be seen and pressed (TCH-12, COG-06).

The words of a box are the ones that were looked for in the pixels; what a box does is its event.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from screens.layout import Box, Layout
from screens.layout.arrange import WARNING
from screens.scene import Choice, Meter, Scene
from sim.proof.audit.findings import Reading, at_most
from sim.proof.audit.matrix import Shot
from sim.proof.audit.picture import LEAVES, stands_still
from terminal.asking import Ask
from terminal.events import Chosen
from terminal.keys import chosen_by_key
from terminal.session import Session
from terminal.talking import keyed

AWAY = 9_999
"""How far an answer has gone that is on the page no more."""


def on_page(shot: Shot) -> Iterator[Reading]:
    """What must be on every page of a screen."""
    yield _reading("TCH-00 word", chain(_still(shot), _unknown(shot)))
    yield _reading("VIS-17 pages", _leaf(shot))
    yield _reading("VIS-17 signs", _passing(shot))
    yield _reading("TCH-12 enter", _enter(shot))


def over_pages(shots: Sequence[Shot]) -> Iterator[Reading]:
    """What must be once on the pages of a screen, which are all of `shots`."""
    yield _reading("TCH-00 word", _answers(shots))
    yield _reading("COG-06 amount", chain(_amount(shots), _rows(shots)))
    yield _reading("VIS-17 signs", chain(_tiles(shots), _sheet(shots)))
    yield _reading("VIS-17 signs", _signs(shots[0]))


def stays(shot: Shot, calm: Shot) -> Iterator[Reading]:
    """Each answer of a page against the same page with nothing over it, and the leaf if both have one."""
    for box in calm.laid.targets:
        if stands_still(box):
            continue
        leaf = box.name in LEAVES
        same = [
            one
            for one in shot.laid.targets
            if one.name == box.name and (leaf or one.event == box.event)
        ]
        if leaf and not same:
            continue
        off = max(abs(a - b) for a, b in zip(same[0].rect, box.rect, strict=True)) if same else AWAY
        yield at_most("TCH-10 stays", off, 0, box.rect, box.name)


def comes_over(scene: Scene) -> bool:
    """Whether something that comes and goes lies over what can be pressed."""
    offered = bool(scene.banner and scene.banner.answers)
    over = bool(scene.banner or scene.reminder) if scene.answers else bool(scene.reminder)
    return over and (bool(scene.answers) or offered)


def _reading(requirement: str, wrong: Iterable[str]) -> Reading:
    found = list(wrong)
    return at_most(requirement, len(found), 0, note="; ".join(found))


def letters(texts: Iterable[str]) -> str:
    """Texts without the blanks, which lines break at."""
    return "".join(c for text in texts for c in text if not c.isspace())


def words(box: Box) -> str:
    """All that a box says."""
    return letters(line.text for line in box.lines)


# --- what can be pressed --------------------------------------------------------------------------


def asked(scene: Scene) -> tuple[Choice, ...]:
    """The answers of a screen, those of an offer first."""
    return (*(scene.banner.answers if scene.banner else ()), *scene.answers)


def fixed(scene: Scene) -> tuple[Choice, ...]:
    """The bar and the switches."""
    return (*scene.bar, scene.profile_switch, scene.language_switch, scene.view)


def _labels(choice: Choice) -> tuple[str, ...]:
    """What its box may say: an amount stands with its unit, and with its capitals where there is room."""
    figure = choice.figure
    plain: tuple[str, ...]
    if figure is None:
        plain = (letters([choice.label]),)
    else:
        short = letters((figure.number, figure.unit))
        plain = short, short + letters([figure.capitals])
    return *plain, *(choice.key + one for one in plain if choice.key)


def _still(shot: Shot) -> Iterator[str]:
    for choice in fixed(shot.scene):
        yield from _one(choice, [b for b in _fixed_boxes(shot.laid) if b.name == choice.name])


def _answers(shots: Sequence[Shot]) -> Iterator[str]:
    boxes = [box for shot in shots for box in shot.laid.boxes if not stands_still(box)]
    for choice in asked(shots[0].scene):
        if choice.enabled:
            yield from _one(choice, [box for box in boxes if box.event == choice.event])
        else:
            yield from _one(choice, [box for box in boxes if box.name == choice.name])


def _one(choice: Choice, boxes: Sequence[Box]) -> Iterator[str]:
    """What is wrong with the boxes that stand for a choice."""
    if len(boxes) != 1:
        yield f"{_named(choice)} is {len(boxes)} boxes"
    for box in boxes:
        if box.event != choice.event:
            yield f"{_named(choice)} does {_told(box.event)}"
        if words(box) not in _labels(choice):
            yield f"{_named(choice)} says {words(box)}"


def _named(choice: Choice) -> str:
    return choice.name if choice.value is None else f"{choice.name} {choice.value}"


def _told(event: Chosen | None) -> str:
    return (
        "nothing" if event is None else " ".join(map(str, filter(None, (event.name, event.value))))
    )


def _fixed_boxes(laid: Layout) -> Iterator[Box]:
    return (box for box in laid.boxes if stands_still(box))


def _unknown(shot: Shot) -> Iterator[str]:
    """Targets that stand for nothing of this screen."""
    known = {choice.event for choice in (*asked(shot.scene), *fixed(shot.scene))}
    for box in shot.laid.targets:
        if box.event not in known and box.name not in LEAVES:
            yield f"{box.name} does {_told(box.event)}, which is not asked"


def _leaf(shot: Shot) -> Iterator[str]:
    """The way round the pages."""
    leaves = [box for box in shot.laid.boxes if box.name in LEAVES]
    if len(leaves) != int(shot.pages > 1):
        yield f"{len(leaves)} buttons to the next of {shot.pages} pages"
    onward = Chosen("page", (shot.page + 1) % shot.pages)
    mark = f"{shot.page + 1}/{shot.pages}"
    for box in leaves:
        if box.event != onward:
            yield f"page {mark} leads to {_told(box.event)}"
        if words(box) != letters([shot.scene.more.label, mark]):
            yield f"the leaf of page {mark} says {words(box)}"


def _shows(box: Box, meter: Meter) -> bool:
    return words(box) == letters([meter.text]) and (box.value, box.of) == (meter.value, meter.of)


def _enter(shot: Shot) -> Iterator[str]:
    """What Enter means, asked of the terminal when the glass has told it of this page. In the headset all
    answers are read out, on whichever page they stand, and Enter gives the one that was told."""
    meant = chosen_by_key(shot.session, "enter")
    if shot.session.sound.headset and meant in _told_on_keys(shot.session):
        return
    if meant is not None and all(box.event != meant for box in shot.laid.targets):
        yield f"Enter is {_told(meant)}, which is not on page {shot.page + 1} of {shot.pages}"


def _told_on_keys(session: Session) -> set[Chosen]:
    """The answers that the voice tells Enter, Clear and Cancel for."""
    return {Chosen(answer.name, answer.value) for _, answer in keyed(session)}


# --- what is only seen ----------------------------------------------------------------------------


def _amount(shots: Sequence[Shot]) -> Iterator[str]:
    """The amount, whole, on the page of the answer that is given to it; its capitals may wait while
    something lies over the screen."""
    scene = shots[0].scene
    if scene.figure is None:
        return
    short = letters((scene.figure.number, scene.figure.unit))
    whole = short + letters([scene.figure.capitals])
    said = (whole, short) if comes_over(scene) else (whole,)
    shown = [(shot, box) for shot in shots for box in shot.laid.boxes if box.name == "figure"]
    if len(shown) != 1:
        yield f"the amount is {len(shown)} boxes"
    primary = next((one for one in scene.answers if one.role == "primary"), None)
    for shot, box in shown:
        if words(box) not in said:
            yield f"the amount says {words(box)}, not {whole}"
        if primary and all(target.event != primary.event for target in shot.laid.targets):
            yield f"the amount is not on the page of {primary.name}"


def _rows(shots: Sequence[Shot]) -> Iterator[str]:
    """Every line that is read back, whole, in one box, in its order; what counts most on the page where it is
    agreed to; in two languages where both are asked for (CN-02)."""
    scene = shots[0].scene
    wanted = [letters(row.words) for row in scene.rows]
    found = [words(box) for shot in shots for box in shot.laid.boxes if box.name == "row"]
    if not comes_over(scene) and [
        one for n, one in enumerate(found) if one not in found[:n]
    ] != list(dict.fromkeys(wanted)):
        yield f"the lines say {', '.join(found) or 'nothing'}"
    primary = next((one for one in scene.answers if one.role == "primary"), None)
    for shot in shots:
        there = [words(box) for box in shot.laid.boxes if box.name == "row"]
        if primary and any(box.event == primary.event for box in shot.laid.targets):
            yield from (
                f"{letters(row.words)} is not on the page of {primary.name}"
                for row in scene.rows
                if row.strong and scene.ask is Ask.REVIEW and letters(row.words) not in there
            )


def _tiles(shots: Sequence[Shot]) -> Iterator[str]:
    """Each tile has the picture of its own service, or none of them has one."""
    targets = [box for shot in shots for box in shot.laid.targets]
    for choice in shots[0].scene.answers:
        drawn = [box.tile for box in targets if box.event == choice.event and box.tile]
        if drawn and drawn != [choice.picture]:
            yield f"{_named(choice)} has the picture {', '.join(drawn)}"


def _sheet(shots: Sequence[Shot]) -> Iterator[str]:
    """One area to sign in, where its answers are."""
    asks = shots[0].scene.ask is Ask.SIGN and bool(shots[0].scene.answers)
    sheets = [shot for shot in shots for box in shot.laid.boxes if box.role == "signature"]
    if len(sheets) != int(asks):
        yield f"{len(sheets)} areas to sign in"
    for shot in sheets:
        if all(box.name != "sign_by_key" for box in shot.laid.targets):
            yield "the area to sign in is not where one agrees"


def _signs(first: Shot) -> Iterator[str]:
    """The dots of a PIN, and the picture, on the page that a screen begins with."""
    scene, boxes = first.scene, first.laid.boxes
    dots = [(box.value, box.value < box.of) for box in boxes if box.role == "dots"]
    if dots != ([] if scene.dots is None else [(scene.dots, True)]):
        yield f"dots {dots}"
    pictures = [box.icon for box in boxes if box.role == "picture"]
    if pictures != [scene.picture] and (pictures or _must_be_seen(scene)):
        yield f"picture {scene.picture} is {', '.join(pictures) or 'missing'}"


def _must_be_seen(scene: Scene) -> bool:
    """A warning has its sign, and a slot the picture of what to do at it; other pictures may give way
    to words."""
    return scene.picture == WARNING or scene.ask is Ask.ACTION


def _passing(shot: Shot) -> Iterator[str]:
    """How far the visit is, and what is left of the time."""
    scene, boxes = shot.scene, shot.laid.boxes
    steps = [(box.value, box.of) for box in boxes if box.role == "steps"]
    if steps != ([scene.step] if scene.step else []):
        yield f"step {steps}"
    for box in boxes:
        if box.role == "sign" and box.icon != scene.sign:
            yield f"the sign of the sound is {box.icon}, not {scene.sign}"
        if box.role == "meter" and not any(_shows(box, meter) for meter in scene.meters):
            yield f"meter {box.value} of {box.of}, which is not so"
    marks = [words(box) for box in boxes if box.role == "watermark"]
    if marks != ([letters([scene.watermark])] if scene.watermark else []):
        yield f"the watermark says {', '.join(marks) or 'nothing'}"
    timers = [box.value for box in boxes if box.role == "timer"]
    if timers != ([] if scene.timer is None else [scene.timer]):
        yield f"time left {timers}"
