"""What is on the glass: every phase, the fixed bar, the switches, the time left, no secrets."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from screens.scene import LAST_SECONDS, PRACTICE, Scene, said_once, scene
from sim.stage.samples import CARD, SAMPLES, at, in_language, shown_as
from terminal import session as s
from terminal.afterwards import AFTER
from terminal.asking import Ask
from terminal.events import Chosen
from terminal.flows import services
from terminal.flows.practice import lesson_leaves
from terminal.flows.transfer.phases import ChoosingPayee
from terminal.focus import bar
from terminal.help_pages import NAME_THE_LINE, OWN
from terminal.keys import chosen_by_key
from terminal.messages import Catalogue
from terminal.money import yuan
from terminal.practice.lessons import offered as offered_lessons
from terminal.profile import LANGUAGES, Language, Profile, ProfileName
from terminal.runtime import next_deadline
from tests.each import each
from tests.screens.conftest import PROFILES

Faces = tuple[Mapping[ProfileName, Profile], Mapping[Language, Catalogue]]


@pytest.fixture
def faces(
    profiles: Mapping[ProfileName, Profile], catalogues: Mapping[Language, Catalogue]
) -> Faces:
    return profiles, catalogues


def seen(session: s.Session, faces: Faces, now: float = 0.0) -> Scene:
    look = session.look
    return scene(session, faces[1][look.language], faces[0][look.profile], now)


def events(shown: Scene) -> set[Chosen]:
    choices = [*shown.answers, *shown.bar, shown.profile_switch, shown.language_switch]
    choices += [shown.view]
    choices += shown.banner.answers if shown.banner else ()
    return {choice.event for choice in choices if choice.event}


def test_the_steps_of_a_withdrawal_stand_over_a_withdrawal_only(faces: Faces) -> None:
    with_steps = [session for session in SAMPLES.values() if seen(session, faces).step]
    assert {session.serving for session in with_steps} == {"", PRACTICE}
    card = seen(SAMPLES["exchange_take_card"], faces)
    assert card.step is None
    assert seen(SAMPLES["take_card"], faces).step == (4, 4)


def test_the_samples_show_every_phase_there_is() -> None:
    assert {type(session.phase) for session in SAMPLES.values()} == {
        *s.PHASES,
        *services.PHASES,
    }


def test_the_samples_show_every_notice_there_is(faces: Faces) -> None:
    notices = [getattr(session.phase, "notice", None) for session in SAMPLES.values()]
    shown = {f"notice.{notice.key}" for notice in notices if notice}
    entries = (key for key in faces[1]["zh"].entries if not key.startswith(AFTER))
    twins = {f"{key}{OWN}" for key in NAME_THE_LINE}
    assert {key for key in entries if key.startswith("notice.")} - twins == shown


@pytest.mark.parametrize("profile", PROFILES)
@each(
    "name, language",
    [(name, one) for name in SAMPLES for one in LANGUAGES if in_language(name, one)],
)
def test_every_screen_has_words_and_no_unfilled_value(
    faces: Faces, name: str, profile: ProfileName, language: Language
) -> None:
    shown = seen(shown_as(SAMPLES[name], profile, language), faces)
    assert shown.title
    words = [shown.title, *shown.paragraphs, *(a.label for a in shown.answers)]
    assert not [word for word in words if "{" in word]


@each("name", SAMPLES)
def test_the_fixed_bar_is_always_whole_and_in_order(faces: Faces, name: str) -> None:
    shown = seen(SAMPLES[name], faces)
    assert tuple(choice.name for choice in shown.bar) == bar(SAMPLES[name])
    assert shown.bar[0].enabled
    assert shown.bar[1].enabled


PARTED = {"more_services", "more_payees"}
"""The way to the next part of a list, of which the large version shows fewer at a time."""


def offered(session: s.Session, faces: Faces) -> set[Chosen]:
    """What a screen offers, and where it is a part of a list, what all its parts offer together."""
    if not isinstance(session.phase, s.ChoosingService | ChoosingPayee) or session.overlay:
        return set(events(seen(session, faces)))
    parts = [
        replace(session, phase=replace(session.phase, leaf=leaf)) for leaf in range(LEAVES_MAX)
    ]
    found = {event for part in parts for event in events(seen(part, faces))}
    return {event for event in found if event.name not in PARTED | {"back"}}


LEAVES_MAX = 10
"""More parts than any list has; a part beyond the last is the last."""


@each("name", SAMPLES)
def test_both_profiles_offer_the_same_but_for_the_preset_amounts(faces: Faces, name: str) -> None:
    standard = offered(shown_as(SAMPLES[name], "standard", "zh"), faces)
    elder = offered(shown_as(SAMPLES[name], "elder", "zh"), faces)
    own = {"amount", "profile", "offer_yes", "offer_no"}
    if name.endswith("choose_amount_more"):
        own.add("back")  # from a leaf of amounts that the standard profile does not need
    if "choosing_lesson" in name:
        own.add("practise")  # as many on one screen as the profile has room for: see below
    if name.startswith("sound_over"):
        own.add("speech")  # the elder profile speaks by itself, and is asked whether it shall not
    assert {e for e in standard if e.name not in own} == {e for e in elder if e.name not in own}


def test_all_screens_of_lessons_together_offer_the_same_in_each_profile() -> None:
    choosing = SAMPLES["practice_choosing_lesson"]
    for profile in ("standard", "elder", "low_vision"):
        every = lesson_leaves(shown_as(choosing, profile, "zh"))
        assert sum(every, ()) == offered_lessons(choosing.machine)


def test_the_card_cannot_be_asked_for_where_it_may_not_be_returned(faces: Faces) -> None:
    enabled = {choice.name: choice.enabled for choice in seen(SAMPLES["take_notes"], faces).bar}
    assert enabled == {"help": True, "repeat": True, "back": False, "return_card": False}
    over = {choice.name: choice.enabled for choice in seen(SAMPLES["help_over_idle"], faces).bar}
    assert not over["return_card"]


def test_the_switches_say_what_they_switch_to(faces: Faces) -> None:
    shown = seen(shown_as(SAMPLES["idle"], "elder", "en"), faces)
    assert shown.profile_switch.event == Chosen("profile", "standard")
    assert shown.language_switch.event == Chosen("languages")


def test_a_pin_is_a_number_of_dots_and_nothing_else(faces: Faces) -> None:
    shown = seen(SAMPLES["enter_pin_4_digits"], faces)
    assert (shown.ask, shown.dots, shown.answers) == (Ask.PIN, 4, ())


def test_an_amount_under_review_has_chinese_capitals_in_chinese_only(faces: Faces) -> None:
    chinese = seen(SAMPLES["review"], faces).figure
    english = seen(shown_as(SAMPLES["review"], "standard", "en"), faces).figure
    assert chinese is not None
    assert english is not None
    assert (chinese.number, chinese.unit, chinese.capitals) == ("1,500", "元", "壹仟伍佰元整")
    assert (english.number, english.unit, english.capitals) == ("1,500", "yuan", "")


def test_the_card_number_is_never_on_the_glass(faces: Faces) -> None:
    for session in SAMPLES.values():
        assert CARD.pan.reveal() not in repr(seen(session, faces))


def test_the_time_left_is_shown_only_in_the_last_seconds(faces: Faces) -> None:
    session = shown_as(at(s.ChoosingAmount(CARD)), "elder", "zh")
    limit = 90.0
    assert seen(session, faces, limit - LAST_SECONDS - 0.1).timer is None
    assert seen(session, faces, limit - LAST_SECONDS).timer == LAST_SECONDS
    assert seen(session, faces, limit - 2.5).timer == 3
    assert seen(session, faces, limit + 5).timer == 0


def test_no_time_runs_while_the_machine_speaks(faces: Faces) -> None:
    session = replace(at(s.ChoosingAmount(CARD)), wait=s.Wait(speaking=True))
    assert seen(session, faces, 39.0).timer is None


def test_the_question_for_more_time_counts_its_own_seconds(faces: Faces) -> None:
    asked = replace(
        shown_as(at(s.ChoosingAmount(CARD)), "elder", "zh"),
        overlay="more_time",
        wait=s.Wait(since=106.0, asked_at=100.0),
    )
    assert seen(asked, faces, 115.0).timer is None
    assert seen(asked, faces, 124.0).timer == 12
    assert next_deadline(asked, {str(name): face for name, face in faces[0].items()}) == 136.0
    talking = replace(asked, wait=replace(asked.wait, speaking=True))
    assert seen(talking, faces, 124.0).timer is None


def test_the_clock_of_a_slot_is_seen_under_help(faces: Faces) -> None:
    taking = replace(shown_as(SAMPLES["take_notes"], "elder", "zh"), overlay="help")
    assert seen(taking, faces, 55.0).timer == 5
    choosing = replace(shown_as(SAMPLES["choose_amount"], "elder", "zh"), overlay="help")
    assert seen(choosing, faces, 85.0).timer is None


@pytest.mark.parametrize("name", ["authorizing", "dispensing", "idle", "farewell_done"])
def test_nobody_is_hurried_where_nothing_can_be_done(faces: Faces, name: str) -> None:
    assert seen(SAMPLES[name], faces, 10_000.0).timer is None


def test_a_scene_stays_equal_within_a_second_so_nothing_is_painted(faces: Faces) -> None:
    session = at(s.ChoosingAmount(CARD))
    assert seen(session, faces, 30.2) == seen(session, faces, 30.7)


def test_typing_stays_on_the_same_screen(faces: Faces) -> None:
    first, then = at(s.EnteringAmount(CARD, 1)), at(s.EnteringAmount(CARD, 15))
    assert seen(first, faces).identity == seen(then, faces).identity
    assert seen(first, faces).identity != seen(at(s.ChoosingAmount(CARD)), faces).identity


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("profile", PROFILES)
def test_a_saved_look_names_the_switch_that_changes_it(
    faces: Faces, profile: ProfileName, language: Language
) -> None:
    shown = seen(shown_as(SAMPLES["saved_at_enter_pin"], profile, language), faces)
    assert shown.banner is not None
    assert shown.profile_switch.label in shown.banner.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_features_of_a_card_name_the_switch_that_leaves_them(
    faces: Faces, language: Language
) -> None:
    session = shown_as(SAMPLES["card_pref_at_enter_pin"], "standard", language)
    shown = seen(replace(session, look=replace(session.look, from_card=True)), faces)
    assert shown.banner is not None
    assert shown.profile_switch.label in shown.banner.text


@pytest.mark.parametrize("profile", [one for one in PROFILES if one != "standard"])
def test_no_sample_calls_another_profile_the_standard_one(profile: ProfileName) -> None:
    looks = [shown_as(session, profile, "zh").look for session in SAMPLES.values()]
    assert not [look for look in looks if look.reason == "DEFAULT"]
    assert shown_as(SAMPLES["idle"], "standard", "zh").look.reason == "DEFAULT"


def test_an_offer_is_not_made_of_what_is_already_shown(faces: Faces) -> None:
    offered = SAMPLES["offered_at_choose_amount"]
    assert seen(offered, faces).banner is not None
    assert seen(shown_as(offered, "elder", "zh"), faces).banner is None


def test_a_reference_is_shown_once(faces: Faces) -> None:
    said = seen(SAMPLES["explain_suspect"], faces)
    unsaid = seen(SAMPLES["card_back_declined"], faces)
    assert said.reference == ""
    assert unsaid.reference.endswith("204817")


REMINDED = (
    ("take_card", 1, "take_card"),
    ("take_card", 3, "take_card_last"),
    ("take_notes", 1, "take_notes"),
    ("take_notes", 2, "take_notes_2"),
    ("take_notes", 3, "take_notes_last"),
    ("returning_found", 3, "take_card_last"),
    ("authorizing", 1, "waiting"),
    ("authorizing", 2, "waiting_2"),
    ("dispensing", 1, "waiting"),
    ("count_notes", 3, "count_notes_last"),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("profile", PROFILES)
@each("name, reminded, key", REMINDED)
def test_a_reminder_is_seen_in_both_profiles(
    faces: Faces,
    name: str,
    reminded: int,
    key: str,
    profile: ProfileName,
    language: Language,
) -> None:
    session = shown_as(SAMPLES[name], profile, language)
    later = replace(session, wait=s.Wait(reminded=reminded))
    assert seen(session, faces).reminder == ""
    assert seen(later, faces).reminder == faces[1][language].text(f"reminder.{key}")
    assert seen(later, faces).identity != seen(session, faces).identity
    assert seen(replace(later, overlay="help"), faces).reminder == ""


def test_a_page_is_not_offered_on_itself(faces: Faces) -> None:
    assert seen(SAMPLES["idle"], faces).view.enabled
    assert not seen(SAMPLES["why_record"], faces).view.enabled
    assert not seen(SAMPLES["languages_over_idle"], faces).language_switch.enabled


@pytest.mark.parametrize(("name", "typed"), [("enter_amount", 15), ("state_count", 0)])
def test_an_empty_amount_field_looks_alike_everywhere(faces: Faces, name: str, typed: int) -> None:
    session = SAMPLES[name]
    empty = seen(session, faces).figure
    assert empty is not None
    assert (empty.number, empty.unit, empty.empty) == ("0", "元", True)
    assert isinstance(session.phase, s.EnteringAmount | s.StatingCount)
    begun = seen(replace(session, phase=replace(session.phase, typed=typed)), faces).figure
    assert begun is not None
    assert not begun.empty


@pytest.mark.parametrize(
    ("title", "first", "left"),
    [
        ("No money came out", "No money came out.", ()),
        ("Your card is stuck", "Your card is stuck. Nobody can use it.", ("Nobody can use it.",)),
        ("卡卡住了", "卡卡住了，别人也用不了。", ("别人也用不了。",)),
        ("机器拿不准您收到多少", "机器拿不准您收到了多少。", ()),
        ("It did not answer", "It did not answer, so we stopped.", None),
        ("Stopped", "The withdrawal is stopped.", None),
        ("卡已锁定", "这张卡被银行锁定了。", None),
    ],
)
def test_what_the_title_says_is_not_said_again(
    title: str, first: str, left: tuple[str, ...] | None
) -> None:
    shown = said_once(title, (first, "Your money is untouched."))
    assert shown == (*((first,) if left is None else left), "Your money is untouched.")


def test_the_card_is_offered_once_where_more_time_is_asked_for(faces: Faces) -> None:
    shown = seen(SAMPLES["more_time_over_choose_amount"], faces)
    assert not {c.name: c.enabled for c in shown.bar}["return_card"]
    assert any(choice.name == "no_more_time" for choice in shown.answers)


def test_more_time_offers_the_card_only_where_there_is_one_to_return(faces: Faces) -> None:
    labels = [a.label for a in seen(SAMPLES["more_time_over_choose_amount"], faces).answers]
    assert labels == ["继续", "退卡"]
    labels = [a.label for a in seen(SAMPLES["more_time_over_state_count"], faces).answers]
    assert labels == ["继续", "不用了"]


def test_only_payable_amounts_are_offered(faces: Faces) -> None:
    values = [a.value for a in seen(SAMPLES["few_notes"], faces).answers if a.name == "amount"]
    assert values == [yuan(100).minor, yuan(200).minor, yuan(300).minor]


@each("name", SAMPLES)
def test_a_digit_on_a_button_is_the_one_that_chooses_it(faces: Faces, name: str) -> None:
    session = shown_as(SAMPLES[name], "standard", "zh")
    shown = seen(session, faces)
    keys = {choice.key: choice.event for choice in shown.answers if choice.key}
    assert all(map(str.isdigit, keys))
    assert not any(choice.key for choice in shown.answers if choice.name == "digit")
    if isinstance(session.phase, s.EnteringPin) and not session.sound.headset:
        assert not keys  # digits are the PIN's
    for key, event in keys.items():
        assert chosen_by_key(session, key) == event
    if name in ("languages_over_choose_amount", "sound_over_idle", "headset_at_idle"):
        assert keys


def test_a_finger_lies_on_one_of_the_buttons_that_share_a_name(faces: Faces) -> None:
    menu = replace(SAMPLES["choose_amount"], pointed="amount:2")
    amounts = [one for one in seen(menu, faces).answers if one.name == "amount"]
    assert seen(menu, faces).pointed == amounts[1].event
    assert seen(replace(menu, pointed="amount:99"), faces).pointed is None
