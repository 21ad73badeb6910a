"""What of the sound is seen: the curtain, the sign of a plug, the steps, "read it to me" in the bar."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pygame
import pytest

from audio.pinyin import pinyin_table_from
from audio.telling import Teller, prompt_keys
from screens.layout import Box, Layout, layout
from screens.paint import Painter
from screens.scene import caption_of, scene
from screens.theme import Design, Panel, Theme, theme
from screens.touch import Hand, Pointer, Rules, touch
from sim.stage.samples import OF_ALL, SAMPLES, shown_as
from terminal import session as s
from terminal.events import Chosen, Touched
from terminal.messages import VOICED, Catalogue
from terminal.profile import LANGUAGES, Language, Profile, ProfileName
from terminal.sound import Sound, channel
from tests.screens.conftest import PANELS, PROFILES, tables
from tests.tiers import with_part

LISTENING = Sound(jack=True)
BLANK = Sound(jack=True, curtain=True)
PULLED = Sound(muted=True)


class Glass:
    """Lays out and paints sessions of one look on one panel."""

    def __init__(
        self, look: Profile, catalogue: Catalogue, panel: Panel, design: Design, painter: Painter
    ) -> None:
        self.look, self.catalogue, self.panel, self.painter = look, catalogue, panel, painter
        self.sizes: Theme = theme(look, panel, design)

    def laid(self, session: s.Session, said: str = "") -> Layout:
        shown = shown_as(session, self.look.name, self.catalogue.language)
        seen = scene(shown, self.catalogue, self.look, 0.0, said)
        size = self.panel.width_px, self.panel.height_px
        return layout(seen, self.sizes, *size, self.painter.fonts.measure)

    def pixels(self, session: s.Session) -> "np.ndarray[Any, np.dtype[Any]]":
        surface = pygame.Surface((self.panel.width_px, self.panel.height_px), depth=32)
        self.painter.paint(surface, self.laid(session), self.sizes)
        return pygame.surfarray.array2d(surface) & 0xFFFFFF


Looks = Mapping[ProfileName, Profile]
Catalogues = Mapping[Language, Catalogue]


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("profile", PROFILES)
def test_a_blank_screen_is_one_colour_but_for_its_notice(
    profiles: Looks, catalogues: Catalogues, design: Design, painter: Painter,
    profile: ProfileName, language: Language, panel: str,
) -> None:  # fmt: skip
    glass = Glass(profiles[profile], catalogues[language], PANELS[panel], design, painter)
    session = replace(SAMPLES["review"], sound=BLANK)
    (box,) = glass.laid(session).boxes
    (line,) = box.lines
    assert line.text == catalogues[language].label("in_use")
    pixels = glass.pixels(session)
    notice = np.zeros(pixels.shape, bool)
    top = line.baseline - 2 * line.em_px
    notice[line.x : line.x + line.width, top : line.baseline + line.em_px] = True
    assert set(np.unique(pixels[~notice])) == {0}
    assert pixels[notice].max() > 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_of_what_happens_shows_on_a_blank_screen(
    profiles: Looks, catalogues: Catalogues, design: Design, painter: Painter, language: Language
) -> None:
    panel = PANELS["15in_1024x768"]
    glass = Glass(profiles["standard"], catalogues[language], panel, design, painter)
    pictures = {
        glass.pixels(replace(SAMPLES[name], sound=BLANK)).tobytes()
        for name in ("enter_pin", "enter_pin_4_digits", "focus_at_idle", "hurry_at_enter_pin",
                     "offered_need", "reminded_at_review", "take_notes")
    }  # fmt: skip
    assert len(pictures) == 1
    plain = glass.pixels(SAMPLES["enter_pin"])
    assert (plain != glass.pixels(SAMPLES["enter_pin_4_digits"])).any()


def test_a_touch_on_a_blank_screen_only_says_that_somebody_is_there(
    profiles: Looks, catalogues: Catalogues, design: Design, painter: Painter
) -> None:
    panel = PANELS["15in_1024x768"]
    glass = Glass(profiles["standard"], catalogues["zh"], panel, design, painter)
    boxes = glass.laid(replace(SAMPLES["review"], sound=BLANK))
    rules, middle = Rules(0.0, 0.0, 20), Pointer("down", 512, 500)
    hand, said = touch(Hand(), boxes, rules, middle, 1.0)
    assert said == (Touched(),)
    assert touch(hand, boxes, rules, Pointer("up", 512, 500), 1.1)[1] == ()


def without_sign(boxes: Layout) -> list[tuple[object, ...]]:
    """Where everything stands; which digit chooses an answer may differ."""
    return [(b.rect, b.role, b.name, b.event) for b in boxes.boxes if b.role != "sign"]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(("sound", "icon"), [(PULLED, "speaker_off"), (LISTENING, "headset")])
def test_the_sign_of_the_sound_moves_nothing(
    profiles: Looks, catalogues: Catalogues, design: Design, painter: Painter,
    profile: ProfileName, sound: Sound, icon: str,
) -> None:  # fmt: skip
    panel, shown = PANELS["21.5in_1080x1920"], 0
    glass = Glass(profiles[profile], catalogues["en"], panel, design, painter)
    for name in (
        "idle",
        "enter_pin",
        "choose_amount",
        "take_notes",
        "dispensing",
        "help_over_idle",
    ):
        calm, signed = glass.laid(SAMPLES[name]), glass.laid(replace(SAMPLES[name], sound=sound))
        assert without_sign(calm) == without_sign(signed), name
        signs = [box for box in signed.boxes if box.role == "sign"]
        assert [box.icon for box in signs] in ([icon], [])
        assert not [box for box in calm.boxes if box.role == "sign"]
        shown += len(signs)
    assert shown, "the sign had room nowhere"


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("language", sorted(VOICED))
def test_read_it_to_me_stands_where_say_it_again_stands(
    profiles: Looks, catalogues: Catalogues, design: Design, painter: Painter,
    profile: ProfileName, language: Language, panel: str,
) -> None:  # fmt: skip
    glass = Glass(profiles[profile], catalogues[language], PANELS[panel], design, painter)

    def bar(name: str) -> dict[str, Box]:
        return {
            b.name: b for b in glass.laid(SAMPLES[name]).boxes if b.role in ("bar", "bar_on", "off")
        }

    plain, own, aloud = bar("idle"), bar("review"), bar("read_aloud_at_review")
    assert own["read_aloud"].rect == aloud["read_aloud"].rect == plain["repeat"].rect
    assert {n: b.rect for n, b in own.items() if n != "read_aloud"} == {
        n: b.rect for n, b in plain.items() if n != "repeat"
    }
    assert own["read_aloud"].event == Chosen("read_aloud")
    assert own["read_aloud"].icon in ("", "read_aloud")
    assert (own["read_aloud"].role, aloud["read_aloud"].role) == ("bar", "bar_on")
    assert "".join(line.text for line in own["read_aloud"].lines).replace(" ", "") == catalogues[
        language
    ].label("read_aloud").replace(" ", "")


def test_what_is_at_work_looks_so_without_colour(
    profiles: Looks, catalogues: Catalogues, design: Design, painter: Painter
) -> None:
    panel = PANELS["15in_1024x768"]
    glass = Glass(profiles["elder"], catalogues["zh"], panel, design, painter)
    place = next(b.rect for b in glass.laid(SAMPLES["review"]).boxes if b.name == "read_aloud")
    edge = (slice(place.x, place.right), place.y + glass.sizes.edge_px)
    changed = (
        glass.pixels(SAMPLES["review"])[edge] != glass.pixels(SAMPLES["read_aloud_at_review"])[edge]
    )
    assert changed.mean() > 0.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_about_the_voice_answers_a_press_with_figures_and_bars(
    profiles: Looks, catalogues: Catalogues, design: Design, painter: Painter, language: Language
) -> None:
    glass = Glass(
        profiles["standard"], catalogues[language], PANELS["15in_1024x768"], design, painter
    )

    def meters(sound: Sound) -> list[tuple[str, int, int]]:
        boxes = glass.laid(replace(SAMPLES["sound_over_choose_amount"], sound=sound)).boxes
        return [(b.lines[0].text[-3:], b.value, b.of) for b in boxes if b.role == "meter"]

    assert meters(Sound()) == [("2/6", 2, 6), ("4/5", 4, 5)]
    assert meters(Sound(level=3, rate=1)) == [("3/6", 3, 6), ("1/5", 1, 5)]
    assert meters(Sound(jack=True, headset_level=6)) == [("6/6", 6, 6), ("4/5", 4, 5)]


# --- captions -------------------------------------------------------------------------------------


def speaking(session: s.Session, language: Language) -> s.Session:
    shown = shown_as(session, "standard", language)
    return replace(shown, wait=replace(shown.wait, speaking=True))


@pytest.fixture(scope="module")
def teller(catalogues: Catalogues) -> Teller:
    return Teller(catalogues, pinyin_table_from(tables("terminal", "locale", "zh_pinyin.toml")))


@pytest.mark.parametrize("language", sorted(VOICED))
@pytest.mark.parametrize("sound", [Sound(), LISTENING, Sound(aloud=True)])
def test_what_the_voice_says_beside_the_screen_is_read_and_the_screen_is_not_said_twice(
    profiles: Looks, catalogues: Catalogues, teller: Teller, sound: Sound, language: Language
) -> None:
    def caption(session: s.Session, said: str) -> str:
        return caption_of(session, catalogues[language], "", said)

    way = channel(sound)
    for name, sample in SAMPLES.items():
        if sample.wait.reminded:
            continue
        session = speaking(replace(sample, sound=sound), language)
        steps = [teller.step(session, one, way) for one in ("level", "rate", "voice", "curtain")]
        beside = [*teller.orientation(session), *(said for step in steps for said in step)]
        if sound.headset:
            beside += teller.menu(session)
        for said in beside:
            foreign = name.startswith(("idle", "languages")) or "idle" in name
            wanted = ("", said.text) if foreign else (said.text,)
            assert caption(session, said.text) in wanted, name
        for said in teller.keys(session, prompt_keys(session, with_banner=True), way):
            assert caption(session, said.text) == "", name
        quiet = replace(session, wait=replace(session.wait, speaking=False))
        assert caption(quiet, beside[0].text) == ""
        first = beside[0].text
        seen = scene(session, catalogues[language], profiles["standard"], 0.0, first)
        assert (seen.reminder, seen.caption) == ("", caption(session, first)), name


@pytest.mark.parametrize(
    ("profile", "panel"),
    with_part(
        product(PROFILES, ("15in_1024x768", "21.5in_1080x1920")),
        [
            ("low_vision", "15in_1024x768"),
            ("elder", "21.5in_1080x1920"),
            ("standard", "15in_1024x768"),
        ],
    ),
)
def test_a_caption_moves_nothing_that_can_be_pressed(
    profiles: Looks, catalogues: Catalogues, design: Design, painter: Painter, teller: Teller,
    profile: ProfileName, panel: str,
) -> None:  # fmt: skip
    glass = Glass(profiles[profile], catalogues["zh"], PANELS[panel], design, painter)
    shown = 0
    for name in tuple(SAMPLES)[::4]:
        session = speaking(SAMPLES[name], "zh")
        (said,) = teller.step(session, "level", channel(session.sound))
        calm, read = glass.laid(session), glass.laid(session, said.text)
        assert calm.targets == read.targets, name
        assert (calm.pages, calm.identity) == (read.pages, read.identity), name
        lines = [line.text for b in read.boxes if b.name == "reminder" for line in b.lines]
        shown += "".join(lines) == said.text
    assert shown >= len(OF_ALL) // 4 - 4


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("profile", PROFILES)
def test_the_keys_on_the_buttons_of_a_page_are_all_there_or_none_and_move_no_word(
    profiles: Looks, catalogues: Catalogues, design: Design, painter: Painter,
    profile: ProfileName, panel: str,
) -> None:  # fmt: skip
    glass = Glass(profiles[profile], catalogues["zh"], PANELS[panel], design, painter)
    for name in ("languages_over_choose_amount", "sound_over_choose_amount", "view_over_idle"):
        capped = {
            box.icon == "cap" for box in glass.laid(SAMPLES[name]).boxes if box.role == "choice"
        }
        assert len(capped) == 1, name
