"""The audit sees what is planted into a menu, lines that are read back, a number, a signature and the strip
of a practice; without the fault the same pictures are clean."""

from dataclasses import replace

import pytest

from screens import scene
from screens.layout import Box, Layout, Rect
from sim.proof.audit.findings import Reading
from sim.proof.audit.matrix import Stage, Unit, unfaulted
from sim.proof.audit.unit import measure
from sim.stage.settings import own_design
from terminal.messages import Catalogue
from terminal.profile import Language
from terminal.session import Session
from tests.forms import FORMS, with_forms
from tests.proof.test_audit_faults import Fault, broken

DESIGN = with_forms(own_design())
PANEL = "15.0in-1024x768"


def found(
    screen: str,
    fault: Fault = unfaulted,
    look: str = "standard",
    language: Language = "zh",
) -> dict[str, Reading]:
    """What breaks on one screen."""
    stage = Stage(DESIGN, fault, samples=FORMS)
    return broken(measure(stage, Unit(look, language, PANEL, (screen,))))


def without(keep: str) -> Fault:
    """All but the boxes of this name."""

    def fault(laid: Layout) -> Layout:
        return replace(laid, boxes=tuple(box for box in laid.boxes if box.name != keep))

    return fault


def changed(name: str, **changes: object) -> Fault:
    """The first box of this name with something else in it."""

    def fault(laid: Layout) -> Layout:
        at = next(n for n, box in enumerate(laid.boxes) if box.name == name)
        other = replace(laid.boxes[at], **changes)  # type: ignore[arg-type]
        return replace(laid, boxes=(*laid.boxes[:at], other, *laid.boxes[at + 1 :]))

    return fault


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_form_holds_as_it_is(name: str, language: Language) -> None:
    assert found(name, look="elder", language=language) == {}


# --- tiles ----------------------------------------------------------------------------------------


def test_the_picture_of_another_service_is_found() -> None:
    assert "VIS-17 signs" in found("menu_0", changed("service", tile="bills"))


def test_a_picture_that_lies_on_its_words_is_found() -> None:
    def fault(laid: Layout) -> Layout:
        at = next(n for n, box in enumerate(laid.boxes) if box.tile)
        box = laid.boxes[at]
        line = box.lines[-1]
        place = Rect(line.x, line.baseline - line.em_px, line.em_px, line.em_px)
        boxes = list(laid.boxes)
        boxes[at] = replace(box, tile_rect=place)
        return replace(laid, boxes=tuple(boxes))

    assert "VIS-17 overlap" in found("menu_0", fault)


def test_a_picture_that_is_not_drawn_is_found() -> None:
    def fault(laid: Layout) -> Layout:
        at = next(n for n, box in enumerate(laid.boxes) if box.tile)
        box = laid.boxes[at]
        empty = Rect(box.rect.x + 4, box.rect.bottom - 12, 8, 8)
        boxes = list(laid.boxes)
        boxes[at] = replace(box, icon="", icon_rect=None, tile="", tile_rect=None)
        boxes.append(Box(empty, "text", icon="deposit", icon_rect=empty, name="lost"))
        return replace(laid, boxes=tuple(boxes))

    assert "VIS-08 icon" in found("menu_0", fault)


# --- lines that are read back ---------------------------------------------------------------------


def test_a_line_that_is_missing_is_found() -> None:
    found_ = found("review", without("row"))
    assert {"COG-06 amount", "VIS-17 fits"} <= set(found_)


def test_a_line_that_says_another_amount_is_found() -> None:
    def fault(laid: Layout) -> Layout:
        at = next(n for n, box in enumerate(laid.boxes) if box.role == "row_strong")
        box = laid.boxes[at]
        lines = tuple(replace(one, text=one.text.replace("1,500", "1,5000")) for one in box.lines)
        boxes = list(laid.boxes)
        boxes[at] = replace(box, lines=lines)
        return replace(laid, boxes=tuple(boxes))

    assert "COG-06 amount" in found("review", fault)


def test_a_line_without_its_chinese_is_found() -> None:
    def fault(laid: Layout) -> Layout:
        boxes = tuple(
            replace(
                box,
                lines=tuple(
                    line for line in box.lines if line.language != "zh" or not _hanzi(line.text)
                ),
            )
            if box.role == "row_key"
            else box
            for box in laid.boxes
        )
        return replace(laid, boxes=boxes)

    assert found("review", language="en") == {}
    assert "COG-06 amount" in found("review", fault, language="en")


def _hanzi(text: str) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in text)


# --- a number and a signature -----------------------------------------------------------------------


def test_a_number_that_lost_a_group_is_found() -> None:
    def fault(laid: Layout) -> Layout:
        at = next(n for n, box in enumerate(laid.boxes) if box.name == "figure")
        box = laid.boxes[at]
        boxes = list(laid.boxes)
        boxes[at] = replace(box, lines=box.lines[:-1])
        return replace(laid, boxes=tuple(boxes))

    assert "COG-06 amount" in found("number_some", fault)


def test_a_signature_without_its_area_is_found() -> None:
    assert "VIS-17 signs" in found("sign_some", without("signature"))


def test_a_signature_without_another_way_to_agree_is_found() -> None:
    assert {"VIS-17 signs", "TCH-00 word"} <= set(found("sign_some", without("sign_by_key")))


def test_an_area_over_its_answers_is_found() -> None:
    whole = Rect(10, 60, 1004, 700)
    assert "VIS-17 overlap" in found("sign_some", changed("signature", rect=whole))


# --- a practice -----------------------------------------------------------------------------------


def practising(session: Session, catalogue: Catalogue) -> str:
    """What the strip says."""
    return "练习，不动真钱" if catalogue.language == "zh" else "Practice: no real money moves"


@pytest.mark.parametrize("name", ["menu_0", "review", "number_some", "sign_some"])
def test_the_strip_of_a_practice_covers_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene, "watermark_of", practising)
    assert found(name) == {}
    assert found(name, look="elder", language="en") == {}


def test_a_practice_that_does_not_say_so_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene, "watermark_of", practising)
    assert {"VIS-17 signs", "VIS-17 fits"} <= set(found("review", without("watermark")))


def test_a_strip_over_something_else_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene, "watermark_of", practising)
    over = Rect(10, 300, 1004, 40)
    assert "VIS-17 overlap" in found("review", changed("watermark", rect=over))
