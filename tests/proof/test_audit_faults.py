"""The audit sees what is planted: a fault put into the profile, the theme, the catalogue, the layout or
the painter that it is handed, never into itself. Without the fault the same pictures are clean of it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pygame
import pytest

from screens.layout import Box, Layout, Line, Rect
from screens.paint import Fonts, Painter
from screens.theme import Palette, Theme
from sim.proof.audit.findings import Reading, Tally, Where
from sim.proof.audit.glyphs import Glyphs
from sim.proof.audit.matrix import Stage, Studio, Unit, unfaulted
from sim.proof.audit.pixels import canvas
from sim.proof.audit.stands import AWAY, on_page
from sim.proof.audit.unit import measure
from sim.proof.audit.words import times, words
from sim.stage.settings import Design, own_design
from terminal.events import WHOLE, Chosen
from terminal.messages import Entry
from terminal.profile import Language, Patience, Waits

DESIGN = own_design()
FINE = "15.6in-1920x1080"
"""A panel on which a tenth of a millimetre is half a pixel."""

Fault = Callable[[Layout], Layout]


def seen(
    design: Design = DESIGN,
    fault: Fault = unfaulted,
    brush: Callable[[Fonts], Painter] = Painter,
    look: str = "standard",
    panel: str = FINE,
    screens: tuple[str, ...] = ("review",),
    language: Language = "zh",
) -> Tally:
    """A few screens, measured."""
    return measure(Stage(design, fault, brush), Unit(look, language, panel, screens))


def broken(tally: Tally) -> dict[str, Reading]:
    """The worst of what does not hold, by requirement."""
    found: dict[str, Reading] = {}
    for sight in tally.found():
        found.setdefault(sight.reading.requirement, sight.reading)
    return found


# --- into the profile -----------------------------------------------------------------------------


def with_profile(name: str, **changes: Any) -> Design:
    """The design with one profile changed."""
    profiles = dict(DESIGN.profiles)
    profiles[name] = replace(profiles[name], **changes)
    return replace(DESIGN, profiles=profiles)


def test_a_capital_of_4_7_mm_is_found() -> None:
    assert "VIS-01" not in broken(seen())
    found = broken(seen(with_profile("standard", body_em_mm=6.4)))["VIS-01"]
    assert found.value == pytest.approx(4.7, abs=0.05)


def test_a_capital_that_is_seen_too_small_is_found() -> None:
    assert not {"VIS-02", "VIS-04"} & set(broken(seen(look="elder")))
    found = broken(seen(with_profile("elder", body_em_mm=9.6), look="elder"))
    assert found["VIS-02"].value == pytest.approx(0.68, abs=0.012)
    assert found["VIS-04"].value == pytest.approx(27.4, abs=0.4)


def test_an_elder_target_of_19_mm_is_found() -> None:
    assert "TCH-02 height" not in broken(seen(look="elder"))
    found = broken(seen(with_profile("elder", target_height_mm=19.0), look="elder"))
    assert found["TCH-02 height"].value == pytest.approx(19.0, abs=0.2)


def test_an_elder_choice_of_29_mm_is_found() -> None:
    screens = ("enter_amount",)
    assert "TCH-02 choice height" not in broken(seen(look="elder", screens=screens))
    design = with_profile("elder", choice_height_mm=29.0)
    found = broken(seen(design, look="elder", screens=screens, panel="15.0in-1024x768"))
    assert found["TCH-02 choice height"].value == pytest.approx(29.0, abs=0.3)


def test_a_gap_of_6_0_mm_is_found() -> None:
    assert "TCH-03 gap" not in broken(seen(look="elder"))
    found = broken(seen(with_profile("elder", gap_mm=6.0), look="elder"))["TCH-03 gap"]
    assert found.value == pytest.approx(6.1, abs=0.15)


def test_lines_too_near_are_found() -> None:
    screens, panel = ("explain_suspect",), "15.0in-1024x768"
    assert "VIS-06 running" not in broken(seen(screens=screens, panel=panel))
    design = with_profile("standard", line_spacing=1.2)
    found = broken(seen(design, screens=screens, panel=panel))
    assert found["VIS-06 line"].value == found["VIS-06 running"].value
    assert found["VIS-06 running"].value == pytest.approx(1.2, abs=0.03)


# --- into the theme -------------------------------------------------------------------------------


def with_colour(palette: str, **colours: str) -> Design:
    """The design with colours of one palette changed."""
    palettes = dict(DESIGN.theme["palette"])
    palettes[palette] = {**palettes[palette], **colours}
    return replace(DESIGN, theme={**DESIGN.theme, "palette": palettes})


def test_a_pair_of_colours_of_4_4_to_1_is_found() -> None:
    assert "VIS-07" not in broken(seen())
    found = broken(seen(with_colour("calm", text="#727272")))["VIS-07"]
    assert found.value == pytest.approx(4.4, abs=0.05)


def test_a_pair_that_an_aged_eye_cannot_tell_is_found() -> None:
    assert not {"VIS-09 moderate", "VIS-09 severe"} & set(broken(seen(look="elder")))
    found = broken(seen(with_colour("strong", text="#767676"), look="elder"))
    assert found["VIS-09 moderate"].value == pytest.approx(3.4, abs=0.1)
    assert found["VIS-09 severe"].value == pytest.approx(2.8, abs=0.1)
    assert found["VIS-07 main"].bound == 12.0


def test_an_edge_that_nobody_sees_is_found() -> None:
    assert "VIS-08 edge" not in broken(seen())
    assert "VIS-08 edge" in broken(seen(with_colour("calm", edge="#B8C0CA")))


def test_a_pictogram_that_nobody_sees_is_found() -> None:
    screens = ("take_card",)
    assert "VIS-08 icon" not in broken(seen(screens=screens))
    names = ("picture_ink", "picture_accent", "picture_soft", "picture_fill")
    pale = with_colour("calm", **dict.fromkeys(names, "#C8D4E2"))
    assert "VIS-08 icon" in broken(seen(pale, screens=screens))


def test_states_that_look_alike_are_found() -> None:
    """A place of the bar that does nothing, painted as one that does."""
    screens = ("review", "take_card")
    assert "VIS-11" not in broken(seen(screens=screens))
    alike = named("back", lambda box: replace(box, role="bar"))
    found = broken(seen(fault=alike, screens=screens))["VIS-11"]
    assert "back" in found.note


# --- into the layout ------------------------------------------------------------------------------


def named(name: str, change: Callable[[Box], Box | None], role: str = "") -> Fault:
    """A layout with each box of this name changed, or away."""

    def fault(laid: Layout) -> Layout:
        boxes = [
            change(box) if box.name == name and role in ("", box.role) else box
            for box in laid.boxes
        ]
        return replace(laid, boxes=tuple(box for box in boxes if box is not None))

    return fault


def moved(dx: int, dy: int) -> Callable[[Box], Box]:
    """The box with all that is in it, elsewhere."""

    def change(box: Box) -> Box:
        icon = box.icon_rect
        lines = tuple(replace(i, x=i.x + dx, baseline=i.baseline + dy) for i in box.lines)
        return replace(
            box,
            rect=box.rect._replace(x=box.rect.x + dx, y=box.rect.y + dy),
            lines=lines,
            icon_rect=icon and icon._replace(x=icon.x + dx, y=icon.y + dy),
        )

    return change


def test_a_box_over_another_is_found() -> None:
    assert not {"VIS-17 overlap", "TCH-00"} & set(broken(seen()))
    found = broken(seen(fault=named("change", moved(-80, 0))))
    assert found["VIS-17 overlap"].note == "other_notes and change"
    assert "TCH-00" in found, "an edge is covered"


def test_a_bar_that_moves_on_one_screen_is_found() -> None:
    screens = ("review", "choose_amount", "take_card")
    assert "COG-03" not in broken(seen(screens=screens))

    def fault(laid: Layout) -> Layout:
        on_one = "/review/" in laid.identity
        return named("help", moved(0, -4))(laid) if on_one else laid

    found = broken(seen(fault=fault, screens=screens))
    assert (found["COG-03"].value, found["COG-03"].note) == (4, "help")


def test_read_it_to_me_that_stands_elsewhere_than_say_it_again_is_found() -> None:
    fault = named("read_aloud", moved(2, 0))
    found = broken(seen(fault=fault, screens=("idle", "take_notes", "review")))
    assert found["COG-03"].note == "repeat"


def test_a_missing_switch_is_found() -> None:
    assert "COG-03 all" not in broken(seen())
    found = broken(seen(fault=named("profile", lambda box: None)))["COG-03 all"]
    assert (found.value, found.note) == (1, "profile")


COMING = ("reminded_at_review", "applied_at_enter_amount", "offered_at_choose_amount")
"""Screens with a reminder, a line and an offer over their answers."""


@pytest.mark.parametrize("screen", COMING)
def test_an_answer_that_moves_when_something_comes_over_it_is_found(screen: str) -> None:
    """The upper half of a screen pushes the answers down by the height of a finger's tip."""
    assert "TCH-10 stays" not in broken(seen(screens=(screen,)))

    def fault(laid: Layout) -> Layout:
        if not {"reminder", "banner"} & {box.name for box in laid.boxes}:
            return laid
        for name in ("confirm", "amount", "other_amount"):
            laid = named(name, moved(0, 9))(laid)
        return laid

    found = broken(seen(fault=fault, screens=(screen,)))["TCH-10 stays"]
    assert found.value == 9


def test_an_answer_that_goes_to_another_page_when_a_reminder_comes_is_found() -> None:
    def fault(laid: Layout) -> Layout:
        reminded = any(box.name == "reminder" for box in laid.boxes)
        return without("change")(laid) if reminded else laid

    found = broken(seen(fault=fault, screens=("reminded_at_review",)))["TCH-10 stays"]
    assert (found.value, found.note) == (AWAY, "change")


def test_words_that_do_not_come_back_after_a_reminder_are_found() -> None:
    screens = ("reminded_at_review",)
    assert "VIS-17 fits" not in broken(seen(screens=screens))

    def fault(laid: Layout) -> Layout:
        reminded = any(box.name == "reminder" for box in laid.boxes)
        return laid if reminded else without("text")(laid)

    assert "VIS-17 fits" in broken(seen(fault=fault, screens=screens))


def test_five_choices_for_elders_are_found() -> None:
    screens = ("choose_amount",)
    assert "COG-01" not in broken(seen(look="elder", screens=screens))

    def fault(laid: Layout) -> Layout:
        whole = next(box for box in laid.boxes if box.name == "other_amount")
        half = whole.rect.w // 2 - 40
        left = replace(whole, rect=whole.rect._replace(w=half), lines=())
        right = replace(left, rect=left.rect._replace(x=whole.rect.right - half))
        others = tuple(box for box in laid.boxes if box is not whole)
        return replace(laid, boxes=(*others, left, right))

    found = broken(seen(fault=fault, look="elder", screens=screens))["COG-01"]
    assert found.value == 5


def over(laid: Layout, box: Box) -> Layout:
    """The layout with one more box painted last."""
    return replace(laid, boxes=(*laid.boxes, box))


def first_line(laid: Layout) -> Line:
    """A line of running text."""
    return next(box.lines[0] for box in laid.boxes if box.role == "text")


def test_text_over_two_colours_is_found() -> None:
    assert "VIS-13" not in broken(seen())

    def fault(laid: Layout) -> Layout:
        line = first_line(laid)
        half = Rect(line.x, line.baseline - line.em_px, line.width // 2, 2 * line.em_px)
        return replace(laid, boxes=(Box(half, "banner"), *laid.boxes))

    assert broken(seen(fault=fault))["VIS-13"].value > 100


def test_a_row_of_a_glyph_that_is_cut_off_is_found() -> None:
    assert "VIS-17 cut" not in broken(seen())

    def fault(laid: Layout) -> Layout:
        line = first_line(laid)
        return over(laid, Box(Rect(line.x, line.baseline - 2, line.width, 1), "off"))

    assert broken(seen(fault=fault))["VIS-17 cut"].value > 20


def test_ink_over_text_is_found() -> None:
    assert "VIS-17 mixed" not in broken(seen())

    def fault(laid: Layout) -> Layout:
        line = first_line(laid)
        other = Box(Rect(line.x, 0, 9, 9), "text", (replace(line, x=line.x + line.em_px // 2),))
        return over(laid, other)

    assert "VIS-17 mixed" in broken(seen(fault=fault))


def test_text_that_leaves_its_button_or_the_glass_is_found() -> None:
    assert "VIS-17 inside" not in broken(seen())

    def wide(box: Box) -> Box:
        lines = tuple(replace(line, x=box.rect.x - line.em_px // 2) for line in box.lines)
        return replace(box, lines=lines)

    assert broken(seen(fault=named("confirm", wide)))["VIS-17 inside"].value < 1

    def below(box: Box) -> Box:
        return replace(
            box,
            rect=Rect(0, 0, 1920, 1200),
            lines=tuple(replace(i, baseline=1090) for i in box.lines),
        )

    found = broken(seen(fault=named("text", below)))
    assert found["VIS-17 inside"].value < 0
    assert found["VIS-17 cut"].value > 100


def test_words_that_are_left_out_are_found() -> None:
    assert "VIS-17 fits" not in broken(seen())
    found = broken(seen(fault=named("text", lambda box: None)))["VIS-17 fits"]
    assert found.value >= 1


def test_a_press_that_is_taken_elsewhere_is_found() -> None:
    """What is drawn is three pixels off what takes the press."""

    class Slipping(Painter):
        def paint(
            self,
            surface: pygame.Surface,
            layout: Layout,
            theme: Theme,
            pressed: Chosen | None = None,
        ) -> None:
            slipped = named("confirm", moved(3, 0))(layout)
            super().paint(surface, slipped, theme, pressed)

    found = broken(seen(brush=Slipping))
    assert found["TCH-00"].value == 3
    assert found["VIS-17 cut"].value > 100, "its words are not where they are said to be"


def test_a_five_without_its_nib_is_found() -> None:
    screens = ("enter_amount",)
    assert "TCH-13" not in broken(seen(screens=screens))
    fault = named("digit5", lambda box: replace(box, icon=""))
    assert "TCH-13" in broken(seen(fault=fault, screens=screens))


def test_a_place_of_the_keys_that_is_not_shown_is_found() -> None:
    screens = ("focus_at_review",)
    assert "TCH-17" not in broken(seen(screens=screens))
    found = broken(seen(fault=lambda laid: replace(laid, focus=None), screens=screens))
    assert found["TCH-17"].value == 0


def test_a_target_that_nobody_reaches_from_a_seat_is_found() -> None:
    upright = "21.5in-1080x1920"
    assert "TCH-16" not in broken(seen(look="standard-seated", panel=upright))
    fault = named("confirm", moved(0, -1000))
    found = broken(seen(fault=fault, look="standard-seated", panel=upright))["TCH-16"]
    assert found.value > 1_120


def test_a_bar_of_time_that_hurries_elders_is_found() -> None:
    assert "TIM-09" not in broken(seen(look="elder", screens=("hurry_at_enter_pin",)))

    def fault(laid: Layout) -> Layout:
        return over(laid, Box(Rect(60, 800, 900, 12), "timer", value=20, name="timer"))

    assert broken(seen(fault=fault, look="elder"))["TIM-09"].value == 180


# --- what must stand on the glass -----------------------------------------------------------------


def without(name: str) -> Fault:
    """A layout without the boxes of this name."""
    return named(name, lambda box: None)


def doing(events: Mapping[str, Chosen | None]) -> Fault:
    """A layout whose boxes of these names do something else, and look as before."""

    def fault(laid: Layout) -> Layout:
        boxes = (
            replace(box, event=events[box.name]) if box.name in events else box
            for box in laid.boxes
        )
        return replace(laid, boxes=tuple(boxes))

    return fault


def saying(name: str, old: str, new: str) -> Fault:
    """A layout with other words in the boxes of this name."""

    def change(box: Box) -> Box:
        lines = (replace(line, text=line.text.replace(old, new)) for line in box.lines)
        return replace(box, lines=tuple(line for line in lines if line.text))

    return named(name, change)


def leading_to(page: int) -> Fault:
    """A layout whose leaf always leads to one page."""
    return doing({"page": Chosen("page", page)})


CONFIRM, CHANGE = Chosen("confirm"), Chosen("change")

PLANTED: Mapping[str, tuple[Fault, str, str, str]] = {
    "no amount": (without("figure"), "elder", "review", "COG-06 amount"),
    "another amount": (saying("figure", "1,500", "1,000"), "elder", "review", "COG-06 amount"),
    "no capitals": (saying("figure", "壹仟伍佰元整", ""), "elder", "review", "COG-06 amount"),
    "no unit": (saying("figure", "元", ""), "elder", "review", "COG-06 amount"),
    "exchanged": (
        doing({"confirm": CHANGE, "change": CONFIRM}),
        "elder",
        "review",
        "TCH-00 word",
    ),
    "an answer that does nothing": (doing({"confirm": None}), "elder", "review", "TCH-00 word"),
    "Enter at what is not there": (doing({"confirm": None}), "elder", "review", "TCH-12 enter"),
    "a bar that does nothing": (doing({"return_card": None}), "elder", "review", "TCH-00 word"),
    "a switch to elsewhere": (
        doing({"profile": Chosen("languages")}),
        "elder",
        "review",
        "TCH-00 word",
    ),
    "an offer that cannot be taken": (
        doing({"offer_yes": None}),
        "standard",
        "offered_need",
        "TCH-00 word",
    ),
    "a target that nobody asked for": (
        doing({"title": Chosen("profile", "low_vision")}),
        "elder",
        "review",
        "TCH-00 word",
    ),
    "no dots": (without("dots"), "elder", "enter_pin_4_digits", "VIS-17 signs"),
    "no warning sign": (without("picture"), "elder", "explain_suspect", "VIS-17 signs"),
    "no step": (without("steps"), "standard", "review", "VIS-17 signs"),
    "no time left": (without("timer"), "elder", "hurry_at_enter_pin", "VIS-17 signs"),
    "no leaf": (without("page"), "low-vision-yellow", "explain_retracted", "VIS-17 pages"),
    "no leaf in a menu": (without("page"), "low-vision-yellow", "choose_amount", "VIS-17 pages"),
    "no step of the sound": (without("meter"), "standard", "sound_over_idle", "VIS-17 fits"),
    "another step of the sound": (
        named("meter", lambda box: replace(box, value=box.value + 1)),
        "standard",
        "sound_over_idle",
        "VIS-17 signs",
    ),
    "another sign of the sound": (
        named("sign", lambda box: replace(box, icon="speaker_off")),
        "standard",
        "headset_at_review",
        "VIS-17 signs",
    ),
    "another key on a button": (
        saying("softer", "2", "3"),
        "standard",
        "sound_over_idle",
        "TCH-00 word",
    ),
    "no way round": (leading_to(1), "low-vision-yellow", "explain_retracted", "VIS-17 pages"),
}
"""What is planted: the fault, the look and the screen, and by what it must be found."""


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_missing_or_does_another_thing_is_found(name: str) -> None:
    fault, look, screen, requirement = PLANTED[name]
    where: Any = {"look": look, "screens": (screen,), "panel": "15.6in-1366x768"}
    where["language"] = "en" if screen.startswith("explain") else "zh"
    assert broken(seen(**where)) == {}
    found = broken(seen(fault=fault, **where))
    assert requirement in found
    assert found[requirement].note


def test_an_amount_on_another_page_than_its_answer_is_found() -> None:
    """The picture is cut in two: the amount on one page, its answers on the other."""
    look, screen, panel = "low-vision-yellow", "reminded_at_review", "15.6in-1366x768"
    assert "COG-06 amount" not in broken(seen(look=look, screens=(screen,), panel=panel))

    def fault(laid: Layout) -> Layout:
        amount = [box for box in laid.boxes if box.name == "figure"]
        gone = {"confirm", "change"} if amount else set()
        return replace(laid, boxes=tuple(box for box in laid.boxes if box.name not in gone))

    found = broken(seen(fault=fault, look=look, screens=(screen,), panel=panel))
    assert "confirm" in found["COG-06 amount"].note
    assert "TCH-00 word" in found


def test_enter_that_presses_what_is_on_another_page_is_found() -> None:
    """The glass says that it shows everything at once, as it did before pages were told of."""
    shot = next(Studio(Stage(DESIGN), PAGED).shots(PAGED.screens[0]))
    assert shot.pages > 1
    assert [one.holds for one in on_page(shot)] == [True] * 4
    untold = replace(shot, session=replace(shot.session, laid=WHOLE))
    [found] = [one for one in on_page(untold) if not one.holds]
    assert found.requirement == "TCH-12 enter"
    assert "understood" in found.note


PAGED = Unit("low-vision-yellow", "en", "15.6in-1366x768", ("explain_retracted",))
"""A screen of several pages whose answer is on the last."""


# --- into the painter -----------------------------------------------------------------------------


def test_a_painter_that_shrinks_long_lines_is_found() -> None:
    class Shrinking(Painter):
        def words(self, surface: pygame.Surface, lines: tuple[Line, ...], colours: Palette) -> None:
            small = tuple(
                replace(i, em_px=i.em_px * 9 // 10) if len(i.text) > 8 else i for i in lines
            )
            super().words(surface, small, colours)

    assert "VIS-01 scale" not in broken(seen())
    assert broken(seen(brush=Shrinking))["VIS-01 scale"].value >= 2


def test_ink_that_no_box_knows_of_is_found() -> None:
    class Spilling(Painter):
        def paint(
            self,
            surface: pygame.Surface,
            layout: Layout,
            theme: Theme,
            pressed: Chosen | None = None,
        ) -> None:
            super().paint(surface, layout, theme, pressed)
            surface.fill("black", (3, 500, 4, 2))

    assert "VIS-17 stray" not in broken(seen())
    assert broken(seen(brush=Spilling))["VIS-17 stray"].rect == Rect(3, 500, 4, 2)


JOINED = {"bo": "དངུལ་གྲངས་འགྲིག་གམ།", "ug": "پۇلنى سانىۋېلىڭ"}
"""Letters that join, which cannot be compared one by one."""


class Pushing(Painter):
    """Pushes long lines down, as a shaping engine may that makes room for a high stack."""

    def words(self, surface: pygame.Surface, lines: tuple[Line, ...], colours: Palette) -> None:
        pushed = [replace(i, baseline=i.baseline + 4 * (len(i.text) > 2)) for i in lines]
        super().words(surface, tuple(pushed), colours)


@pytest.mark.parametrize("language", JOINED)
@pytest.mark.parametrize(("brush", "off"), [(Painter, 0), (Pushing, 4)])
def test_a_line_of_joined_letters_that_is_pushed_down_is_found(
    language: str, brush: Callable[[Fonts], Painter], off: int
) -> None:
    painter = brush(Fonts())
    text = JOINED[language]
    wide = painter.fonts.measure(text, 60, True, language)
    line = Line(text, 100, 150, 60, True, wide, "text", language)
    surface = pygame.Surface((wide + 200, 300), depth=32)
    surface.fill("white")
    painter.words(surface, (line,), {"text": (0, 0, 90)})
    with canvas(surface) as picture:
        seen_there = Glyphs(painter).seen(picture, line)
    assert seen_there is not None
    assert (seen_there.off_px, seen_there.missing, seen_there.extra) == (off, 0, 0)
    assert seen_there.glyphless == 0


# --- into the catalogue ---------------------------------------------------------------------------


def of_words(key: str, **changes: Any) -> dict[str, Reading]:
    """What the Chinese texts break when one entry is changed."""
    catalogue = DESIGN.catalogues["zh"]
    entries: Mapping[str, Entry] = {
        **catalogue.entries,
        key: replace(catalogue.entries[key], **changes),
    }
    tally = Tally()
    tally.add(Where("", language="zh"), words(replace(catalogue, entries=entries)))
    return broken(tally)


def test_the_texts_hold_as_they_are() -> None:
    assert of_words("review") == {}


def test_a_clause_of_21_characters_is_found() -> None:
    assert of_words("review", text="钱" * 20 + "。") == {}
    found = of_words("review", text="钱" * 21 + "。")
    assert found["COG-05 clause"].value == 21


def test_a_fourth_sentence_is_found() -> None:
    assert of_words("review", text="好。" * 4)["COG-05 sentences"].value == 4


def test_an_error_that_does_not_say_what_becomes_of_the_money_is_found() -> None:
    assert of_words("notice.suspect", parts=("出错了。", "", "请按求助。"))["COG-11"].value == 1


def test_a_text_that_is_empty_or_only_spoken_is_found() -> None:
    found = of_words("review", title="", text="", speech="")
    assert "COG text" in found
    assert "AUD-13" in of_words("review", title="", text="", speech="请核对。")


def test_a_character_without_a_glyph_is_found() -> None:
    catalogue = DESIGN.catalogues["zh"]
    entries = {**catalogue.entries, "review": Entry("请核对", "金额\U0001f600对吗？")}
    catalogues = {**DESIGN.catalogues, "zh": replace(catalogue, entries=entries)}
    assert "VIS-17 glyph" not in broken(seen())
    found = broken(seen(replace(DESIGN, catalogues=catalogues)))["VIS-17 glyph"]
    assert found.value == 1


# --- into the timing table ------------------------------------------------------------------------


def of_times(name: str, waits: Waits, row: Patience) -> dict[str, Reading]:
    """What the timing table breaks when one row is changed."""
    profiles = dict(DESIGN.profiles)
    patience = {**profiles[name].patience, waits: row}
    profiles[name] = replace(profiles[name], patience=patience)
    tally = Tally()
    tally.add(Where(""), times(profiles))
    return broken(tally)


def test_times_that_are_too_short_are_found() -> None:
    assert of_times("elder", Waits.PIN, Patience(120, 30)) == {}
    assert of_times("standard", Waits.PIN, Patience(40, 19))["TIM-01"].value == 19
    found = of_times("elder", Waits.CHOICE, Patience(79, 30))
    assert found["TIM-03"].value == pytest.approx(79 / 40)
    assert found["TIM B3"].value == 79
    few = of_times("elder", Waits.CASH, Patience(60, 0, (15, 30)))
    assert few["TIM-06"].value == 2
