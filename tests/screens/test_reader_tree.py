"""The tree for screen readers: nothing private in it, everything that can be pressed, in every language."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

import pytest

from screens.front import DemoCard, DemoDocument, FrontState, front_layout
from screens.layout import Layout, Rect, laid_out, layout
from screens.paint import Fonts
from screens.reader_tree import Part, Tree, public_words, reader_tree, with_front
from screens.scene import Scene, scene
from screens.theme import Design, theme
from sim.stage.samples import CARD, REFERENCE, SAMPLES, at, samples_in, shown_as
from terminal import session as s
from terminal.events import Chosen
from terminal.focus import targets
from terminal.messages import Catalogue, catalogue_from, shown_value
from terminal.money import yuan
from terminal.privacy import privacy_of
from terminal.profile import LANGUAGES, Language, Profile, ProfileName
from terminal.prompts import values_of
from terminal.runtime import shown_profile
from terminal.session import Session
from terminal.sound import lost, plugged
from tests.screens.conftest import PANELS

PANEL = PANELS["19in_1280x1024"]
GLASS = Rect(40, 20, 640, 512)
"""Half as large as the panel, and not in the corner."""

CARDS = (DemoCard("chen", "陈桂兰", "Chen Guilan", (150, 44, 52), "135790", 74),)
DOCUMENT = DemoDocument("chen", 74, "陈桂兰", "Chen Guilan")


class Teller:
    """Makes trees as the window does."""

    def __init__(
        self,
        profiles: Mapping[str, Profile],
        catalogues: Mapping[Language, Catalogue],
        design: Design,
    ) -> None:
        self.profiles, self.catalogues, self.design = profiles, catalogues, design
        self.fonts = Fonts()

    def __call__(
        self, session: Session, language: Language = "en", profile: ProfileName = "standard"
    ) -> Tree:
        shown, boxes = self.laid(session, language, profile)
        return self.tree(shown, boxes)

    def laid(
        self, session: Session, language: Language, profile: ProfileName
    ) -> tuple[Session, Layout]:
        """The session as it is shown, which knows what stands on the glass, and the boxes."""
        shown = shown_as(session, profile, language)
        boxes = self.boxes(shown)
        return replace(shown, laid=laid_out(boxes)), boxes

    def seen(self, session: Session) -> tuple[Scene, Profile, Catalogue]:
        made = shown_profile(session.look, self.profiles)
        catalogue = self.catalogues[session.look.language]
        return scene(session, catalogue, made, 0.0), made, catalogue

    def boxes(self, session: Session) -> Layout:
        seen, made, _ = self.seen(session)
        sizes = theme(made, PANEL, self.design)
        return layout(seen, sizes, PANEL.width_px, PANEL.height_px, self.fonts.measure)

    def tree(self, session: Session, boxes: Layout) -> Tree:
        seen, _, catalogue = self.seen(session)
        return reader_tree(session, seen, boxes, GLASS, catalogue)


@pytest.fixture(scope="module")
def told(
    profiles: Mapping[str, Profile], catalogues: Mapping[Language, Catalogue], design: Design
) -> Teller:
    return Teller(profiles, catalogues, design)


def words(tree: Tree) -> list[str]:
    return [part.words for part in tree.parts]


def by_event(tree: Tree) -> Mapping[Chosen, Part]:
    return {part.event: part for part in tree.parts if part.event}


def private(session: Session, language: Language) -> Iterator[str]:
    for name, value in values_of(session).items():
        if privacy_of(name) != "P0" and name != "digits" and value:
            yield shown_value(value, language)
    yield REFERENCE
    yield CARD.pan.last4


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_a_loudspeaker_may_not_say_is_in_any_tree(
    told: Teller, language: Language
) -> None:
    for name, session in samples_in(language).items():
        tree = told(session, language)
        for secret in private(session, language):
            for text in words(tree):
                assert secret not in text, f"{name}: {text}"
                assert "{" not in text, f"{name}: {text}"


def test_how_many_digits_of_a_pin_are_typed_changes_nothing(told: Teller) -> None:
    trees = {told(at(s.EnteringPin(CARD, digits=digits))) for digits in range(7)}
    assert len(trees) == 1


def test_what_is_typed_changes_nothing(told: Teller) -> None:
    trees = {told(at(s.EnteringAmount(CARD, typed))) for typed in (0, 1, 1_500, 99_999)}
    assert len(trees) == 1


def test_which_amount_is_reviewed_changes_nothing(told: Teller) -> None:
    first, second = (s.Reviewing(CARD, yuan(y), (n, 0, 0, 0)) for y, n in ((1_500, 15), (200, 2)))
    assert told(at(first)) == told(at(second))


def test_amounts_everybody_is_offered_are_named_and_those_made_for_one_are_numbered(
    told: Teller,
) -> None:
    menu = by_event(told(SAMPLES["choose_amount"]))
    assert menu[Chosen("amount", 50_000)].words == "500\u00a0yuan"
    made = by_event(told(SAMPLES["suggest_amounts"]))
    assert made[Chosen("amount", 150_000)].words == "Other amount 1"
    assert made[Chosen("amount", 151_000)].words == "Other amount 2"


@pytest.mark.parametrize("profile", ["standard", "elder"])
@pytest.mark.parametrize("language", ["zh", "ug"])
def test_all_that_can_be_pressed_now_is_there_once_in_the_order_of_the_keys(
    told: Teller, language: Language, profile: ProfileName
) -> None:
    paged = 0
    for name, session in samples_in(language).items():
        shown, boxes = told.laid(session, language, profile)
        tree = told.tree(shown, boxes)
        buttons = [part.event for part in tree.parts if part.event]
        on_glass = {box.event for box in boxes.targets}
        assert buttons == [one for one in targets(shown) if one in on_glass], name
        paged += any(one.name == "page" for one in buttons)
    assert (paged > 0) == (profile == "elder")


@pytest.mark.parametrize("language", ["zh", "ug"])
def test_every_part_has_a_name_of_its_own_and_words_and_each_button_a_place_on_the_glass(
    told: Teller, language: Language
) -> None:
    for name, session in samples_in(language).items():
        tree = told(session, language)
        assert len({part.name for part in tree.parts}) == len(tree.parts) > 0, name
        for part in tree.parts:
            assert part.words.strip(), name
            assert part.event is None or (part.rect and GLASS.contains(part.rect)), name


def test_places_are_those_in_the_window(told: Teller) -> None:
    help_ = by_event(told(SAMPLES["idle"]))[Chosen("help")]
    assert help_.rect is not None
    assert help_.rect.x < GLASS.x + GLASS.w // 4
    assert help_.rect.y > GLASS.y + GLASS.h * 3 // 4


def test_the_prompt_is_one_text_title_first(told: Teller) -> None:
    first = told(SAMPLES["choose_amount"]).parts[0]
    assert (first.kind, first.words) == ("text", "How much?\nChoose below or type an amount.")


def kinds(tree: Tree) -> dict[str, str]:
    return {part.name.rsplit("/", 1)[1]: part.kind for part in tree.parts}


def test_while_the_machine_speaks_itself_the_reader_is_not_made_to(told: Teller) -> None:
    menu = SAMPLES["choose_amount"]
    assert kinds(told(menu, "en", "standard"))["prompt"] == "text"
    assert kinds(told(menu, "en", "elder"))["prompt"] == "note"
    assert kinds(told(replace(menu, sound=plugged(menu.sound))))["prompt"] == "note"


def test_where_the_machine_has_no_voice_the_reader_speaks(told: Teller) -> None:
    menu = SAMPLES["choose_amount"]
    silent = replace(menu, sound=lost(menu.sound, "loudspeaker"))
    assert kinds(told(menu, "ug", "elder"))["prompt"] == "text"
    assert kinds(told(silent, "en", "elder"))["prompt"] == "text"


def test_a_title_that_begins_the_sentence_is_not_cut_out_of_it(told: Teller) -> None:
    first = told(SAMPLES["enter_amount"]).parts[0]
    assert first.words == "Type the amount\nType the amount, then press Confirm."


def test_a_title_that_names_an_amount_is_left_out(told: Teller) -> None:
    assert told(SAMPLES["count_notes_short"]).parts[0].words.startswith("Less money came out")


def test_only_the_sentences_with_private_values_are_left_out() -> None:
    text = {"title": "T", "text": "One {left}. Two {last4}. Three {new}. Four."}
    catalogue = catalogue_from("en", {"k": text})
    values = {"left": 2, "last4": "0123", "new": "x"}
    assert public_words(catalogue, "k", values) == ("T", "One 2. Four.")


def test_a_pin_is_asked_for_by_a_password_field_that_has_the_focus(told: Teller) -> None:
    tree = told(SAMPLES["enter_pin"])
    field = next(part for part in tree.parts if part.kind == "pin")
    assert tree.focus == field.name
    assert field.event is None


@pytest.mark.parametrize("name", ["help_over_idle", "languages_over_enter_pin", "choose_amount"])
def test_there_is_no_password_field_elsewhere(told: Teller, name: str) -> None:
    assert all(part.kind != "pin" for part in told(SAMPLES[name]).parts)


def test_the_focus_is_where_the_keys_stand(told: Teller) -> None:
    session = replace(SAMPLES["review"], focus=2)
    tree = told(session)
    assert tree.focus == by_event(tree)[targets(session)[1]].name


def test_the_keys_of_the_number_pad_are_left_to_the_pad(told: Teller) -> None:
    found = by_event(told(SAMPLES["enter_amount"]))
    assert all(event.name != "digit" for event in found)
    assert Chosen("confirm") in found


def test_a_name_means_the_same_thing_on_no_other_screen(told: Teller) -> None:
    review, menu = told(SAMPLES["review"]), told(SAMPLES["choose_amount"])
    assert not {part.name for part in review.parts} & {part.name for part in menu.parts}


def test_labels_in_other_languages_say_so(told: Teller) -> None:
    tree = told(SAMPLES["languages_over_idle"], "en")
    spoken = {e.value: part.language for e, part in by_event(tree).items()}
    assert spoken["ru"] == "ru"
    assert spoken["bo"] == "bo"


def front_of(told: Teller, state: FrontState, language: Language = "en") -> Tree:
    catalogue = told.catalogues[language]
    boxes = front_layout(state, Rect(700, 0, 300, 700), catalogue, told.fonts.measure)
    return with_front(told(SAMPLES["idle"], language), state, boxes, catalogue)


def test_the_front_can_be_used_and_tells_no_pin_and_no_age(told: Teller) -> None:
    tree = front_of(told, FrontState(CARDS, document=DOCUMENT))
    acts = {e.value: part.words for e, part in by_event(tree).items() if e.name == "act"}
    assert acts["insert:chen"] == "Card: Chen Guilan"
    assert acts["headset"] == "Headset"
    assert acts["place_document:chen"] == "ID card"
    assert not any("135790" in text or "74" in text for text in words(tree))


def test_the_card_and_the_notes_in_their_slots_can_be_taken(told: Teller) -> None:
    state = FrontState(CARDS, card="chen", card_at="gate", notes={100: 5})
    acts = {part.event.value for part in front_of(told, state).parts if part.event}
    assert {"take_card", "take_notes"} <= acts


def test_the_keys_of_the_front_are_left_to_the_keyboard(told: Teller) -> None:
    tree = front_of(told, FrontState(CARDS, keypad_active=True), "zh")
    assert not any("key:" in part.name for part in tree.parts)
