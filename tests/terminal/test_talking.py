"""What the keys mean while a headset is plugged in, and what is told of them (accessibility.md B5)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from sim.stage.samples import SAMPLES
from terminal import events as ev
from terminal import session as s
from terminal.asking import Answer
from terminal.flow import step
from terminal.focus import bar, bar_allows, targets
from terminal.keys import chosen_by_key
from terminal.messages import VOICED
from terminal.prompts import PAGES_OF_HELP
from terminal.sound import Sound
from terminal.talking import (
    OWN_KEYS,
    TOLD_MAX,
    has_more,
    keyed,
    menu,
    over_pin,
    takes_digits,
    told,
)
from tests.each import each
from tests.terminal.conftest import CARD, a_session

LISTENING = Sound(jack=True)
DIGITS = "0123456789"


def listening(name: str) -> s.Session:
    return replace(SAMPLES[name], sound=LISTENING)


def press(session: s.Session, *keys: str) -> s.Session:
    for key in keys:
        session = step(session, ev.KeyPressed(key), 5.0)[0]
    return session


def all_told(session: s.Session) -> Iterator[tuple[str, ev.Chosen]]:
    """Every group of the menu, once round, by 9."""
    begin, turns = session.sound.menu, 0
    while turns == 0 or session.sound.menu != begin:
        yield from ((digit, ev.Chosen(one.name, one.value)) for digit, one in told(session))
        session, turns = press(session, "9"), turns + 1
        assert turns < 10


@each("name", SAMPLES)
def test_at_most_four_choices_are_told_at_a_time_and_all_of_them_in_turn(name: str) -> None:
    session = listening(name)
    assert len(told(session)) <= TOLD_MAX
    assert [digit for digit, _ in told(session)] == list("1234"[: len(told(session))])
    choices = [ev.Chosen(one.name, one.value) for one in menu(session)]
    assert [choice for _, choice in all_told(session)] == choices
    assert has_more(session) == (len(choices) > TOLD_MAX)


@each("name", SAMPLES)
def test_a_digit_chooses_what_was_told_with_it_and_no_other_does_anything(name: str) -> None:
    session = listening(name)
    if takes_digits(session) or over_pin(session):
        assert told(session) == ()
        return
    meant = {digit: ev.Chosen(one.name, one.value) for digit, one in told(session)}
    for digit in "12345678":
        assert chosen_by_key(session, digit) == meant.get(digit)


BAR_KEYS = {"help": "help", "repeat": "*", "back": "clear", "return_card": "cancel"}
TYPED_INSTEAD = ("amount", "other_amount", "offer_yes", "offer_no")
"""Where an amount or a PIN is typed, the amounts are; a banner is answered on another screen."""


@each("name", SAMPLES)
def test_everything_on_the_glass_can_be_chosen_by_some_key(name: str) -> None:
    """By a digit, by a key of its own, or from the page of help; a language without a voice would be
    silence."""
    session = listening(name)
    if over_pin(session):
        return
    reached = {choice for _, choice in all_told(session)}
    reached |= {ev.Chosen(one.name, one.value) for _, one in keyed(session)}
    reached |= {c for key in (*OWN_KEYS, "help", "*") if (c := chosen_by_key(session, key))}
    by_help = ("page", "profile", "languages", "view", "sound")
    wanted = {one for one in targets(session) if one.name not in by_help}
    wanted -= {one for one in wanted if one.name == "language" and one.value not in VOICED}
    if takes_digits(session):
        wanted -= {one for one in wanted if one.name in TYPED_INSTEAD}
    if session.overlay == "help":
        assert {ev.Chosen(switch) for switch in ("sound", "view", "languages")} <= reached
        wanted -= {ev.Chosen("help")}
    on_bar = {one.name for one in wanted if one.name in bar(session)}
    assert {one for one in wanted if one.name not in on_bar} <= reached
    for one in on_bar:
        assert bar_allows(session, one)
        meant = chosen_by_key(session, BAR_KEYS[one])
        assert meant is not None
        first = (
            {"close"} if session.overlay else set[str]()
        )  # Cancel closes a page, and then returns
        assert meant.name in first | ({one, "change", "clear"} if one == "back" else {one})


@pytest.mark.parametrize("name", ["enter_amount", "state_count", "choose_amount"])
def test_where_an_amount_is_typed_every_digit_is_a_digit(name: str) -> None:
    session = listening(name)
    assert takes_digits(session)
    assert not menu(session)
    for digit in "123456789":
        assert chosen_by_key(session, digit) == ev.Chosen("digit", int(digit))
    meant = chosen_by_key(session, "0")
    first = name == "choose_amount"  # no amount begins with a nought
    assert meant == (ev.Chosen("curtain") if first else ev.Chosen("digit", 0))


def test_an_amount_is_typed_from_the_menu_and_over_the_question_for_more_time() -> None:
    session = press(listening("choose_amount"), "3", "0", "0")
    assert isinstance(session.phase, s.EnteringAmount)
    assert session.phase.typed == 300
    asked = press(listening("more_time_over_choose_amount"), "5")
    assert isinstance(asked.phase, s.EnteringAmount)
    assert asked.overlay == ""


def test_the_screen_goes_blank_and_comes_back_and_is_seen_by_whoever_looks_next() -> None:
    session = press(listening("choose_amount"), "0")
    assert session.sound.curtain
    assert not press(session, "0").sound.curtain
    assert press(session, "5").sound.curtain
    assert not step(session, ev.HeadsetUnplugged(), 6.0)[0].sound.curtain
    assert not press(SAMPLES["review"], "0").sound.curtain


@each("name", SAMPLES)
def test_the_keys_of_the_voice_do_the_same_on_every_screen(name: str) -> None:
    session = listening(name)
    assert chosen_by_key(session, "*") == ev.Chosen("repeat")
    assert chosen_by_key(session, "louder") == ev.Chosen("louder")
    assert chosen_by_key(session, "softer") == ev.Chosen("softer")
    assert chosen_by_key(session, "#") == ev.Chosen("more" if over_pin(session) else "rate")
    assert chosen_by_key(session, "help") == ev.Chosen(
        "view" if session.overlay == "help" else "help"
    )


def test_another_screen_begins_with_its_first_choices() -> None:
    session = press(listening("view_over_choose_amount"), "9")
    assert session.sound.menu == 1
    assert press(session, "clear").sound.menu == 0


@each("name", [n for n in SAMPLES if not SAMPLES[n].sound.headset])
def test_without_a_headset_the_keys_are_those_of_the_glass(name: str) -> None:
    sample = SAMPLES[name]
    meant = chosen_by_key(sample, "#")
    assert meant is not None
    assert meant.name == "focus"
    assert chosen_by_key(sample, "9") != ev.Chosen("more")
    assert chosen_by_key(sample, "0") != ev.Chosen("curtain")


# --- a page of help over the PIN -----------------------------------------------------------------


def at_pin(overlay: s.Overlay) -> s.Session:
    return replace(a_session(s.EnteringPin(CARD, digits=2)), overlay=overlay, sound=LISTENING)


@pytest.mark.parametrize("overlay", PAGES_OF_HELP)
def test_over_the_pin_no_digit_is_told_because_the_pad_keeps_them_for_the_pin(
    overlay: s.Overlay,
) -> None:
    session = at_pin(overlay)
    assert told(session) == ()
    assert not has_more(session)
    assert all(chosen_by_key(session, digit) != ev.Chosen("more") for digit in DIGITS)


@pytest.mark.parametrize("overlay", PAGES_OF_HELP)
def test_over_the_pin_every_choice_is_told_in_turn_by_hash_and_taken_by_enter(
    overlay: s.Overlay,
) -> None:
    session, heard = at_pin(overlay), list[ev.Chosen]()
    elsewhere = replace(session, phase=s.ChoosingAmount(CARD))
    choices = [*menu(elsewhere), *(one for _, one in keyed(elsewhere))]
    for _ in choices:
        (key, one), another = keyed(session)
        assert (key, another) == ("enter", ("hash", Answer("more")))
        heard.append(ev.Chosen(one.name, one.value))
        assert chosen_by_key(session, "enter") == heard[-1]
        session = press(session, "#")
    assert set(heard) == {ev.Chosen(one.name, one.value) for one in choices}
    assert session.sound.menu == 0
    assert press(session, "clear").overlay == ""


def test_the_voice_is_made_slower_on_the_way_from_the_pin_and_the_digits_stay() -> None:
    session = press(at_pin(""), "help")
    while keyed(session)[0][1].name != "sound":
        session = press(session, "#")
    session = press(session, "enter")
    assert session.overlay == "sound"
    while keyed(session)[0][1].name != "slower":
        session = press(session, "#")
    session = press(session, "enter", "clear")
    assert session.sound.rate == 3
    assert session.phase == s.EnteringPin(CARD, digits=2)
    assert session.overlay == ""
