"""An act is done where it is meant: what waits, what it says when that never comes."""

import re
from dataclasses import replace
from functools import lru_cache

import pytest

from sim.stage.reading import seen_scene
from sim.stage.samples import SAMPLES
from sim.stories import told
from sim.stories.page import page
from sim.stories.play import play
from sim.stories.result import Result
from sim.stories.words import plain, separated, unknown, words_of_buttons, written
from terminal import session as s
from terminal.prompts import text_key
from tests.each import each
from tests.stories.material import WITHDRAWAL, design, story

HUNDREDS = 'services = ["withdrawal"]\ncassettes = { 100 = 200 }'


def first(acts: str, head: str = 'services = ["withdrawal"]') -> str:
    """What the first line that failed says of a story with these acts."""
    text = f'about = "x"\ncard = "lin"\ncustomer = "quick"\n{head}\nacts = """\n{acts}\n"""\n'
    result = play(story(text + '[end]\ncharged = 0\ncard = "hand"\n'), design())
    return result.failures[0][1] if result.failures else ""


def test_digits_are_typed_only_where_a_number_is_asked_for() -> None:
    """Two zeros turned the profile, Enter agreed to what stood there, and the story was green."""
    said = first("type 800\nwalk away")
    assert "a screen that asks for a number or an amount was waited for" in said
    assert " on idle (field: none; buttons: " in said
    said = first("put in the card\ntype the PIN\npress 200\ntype 800", 'services = ["withdrawal"]')
    assert "within two minutes on review (field: none; buttons: " in said


@each(
    "line, waited",
    [
        ('scan "3301204412"', "a screen that reads with the scanner was waited for"),
        ("sign with a finger", "a field for a signature was waited for"),
        ("put in notes 100", "that could not be done on idle"),
        ("put in notes 100", "an open inlet for notes was waited for"),
        ("take back the notes", "notes that are given back was waited for"),
        ("pull out the headset", "there is no plug in the jack: there stood"),
        (
            "listen by headset\nlisten by headset",
            "there is a plug in the jack already: there stood",
        ),
        ("pick up the document", "there is no document on the reader: there stood"),
        ("hang up", "the customer is not on the telephone: there stood"),
        ("type the account of the son", "a field for an account was waited for"),
        ("type the PIN", "a screen that asks for a PIN was waited for"),
    ],
)
def test_an_act_waits_for_where_it_is_meant_and_says_so(line: str, waited: str) -> None:
    said = first(line, 'services = ["withdrawal", "deposit"]\nfitted = ["documents"]')
    assert waited in said
    assert "idle (field: none; buttons: " in said


def test_a_button_with_a_comma_or_marks_is_written_as_the_hint_prints_it() -> None:
    known = words_of_buttons(design().catalogues)
    for label in ("No, go back", 'Say "yes"', 'It is "mine", yes', "Don't", "Confirm", "5'6\""):
        [(word, _)] = separated(written(label, known))
        assert plain(word) == plain(label)
    both = 'press "No, thanks", confirm\n    then there is "x, y"'
    said = first(f"put in the card\ntype the PIN\npress 200\n{both}")
    assert 'there was no "no, thanks" to press on review.' in said


@each(
    "acts, said",
    [
        (
            "press 200, change\npress other_amount\ntype 12345678",
            " takes 5 digits, and 8 were to be typed",
        ),
        ("press other_amount\ntype 0300\npress confirm", ""),
    ],
)
def test_digits_that_a_field_does_not_take_fail_the_line(acts: str, said: str) -> None:
    """They were dropped in silence, and the story went on with another number."""
    leaves = "\npress return_card\ntake the card"
    found = first(f"put in the card\ntype the PIN\n{acts}{leaves}")
    assert (said in found) if said else not found


def test_a_payee_is_called_in_errors_as_the_story_calls_them() -> None:
    said = first(
        "put in the card\ntype the PIN\nchoose transfer\npay somebody on the watch list",
        'services = ["withdrawal", "transfer"]',
    )
    assert 'there was no "somebody on the watch list" to press' in said


def test_an_exact_last_part_of_a_key_wins_among_hints() -> None:
    known = ["transfer.review", "preview", "reviewer"]
    assert 'Did you mean "transfer.review"?' in str(unknown("screen", "review", known))


ON_REVIEW = "put in the card\ntype the PIN\npress 200\n"


def test_what_can_be_pressed_is_asked_of_this_screen_and_of_no_later_one() -> None:
    """A button of a later screen made the check hold, minutes after it was asked."""
    said = first(f"{ON_REVIEW}then there is count_right\npress confirm")
    assert "there is no count_right on review. There are: " in said
    assert "take_card" not in said.partition("; while this was waited for came ")[0]
    pressed = f"{ON_REVIEW}press confirm\n"
    said = first(f"{pressed}then there is count_right")
    assert "there is no count_right on take_card." in said
    assert "while this was waited for came take_card at " in said


def test_while_the_machine_works_the_next_screen_is_asked() -> None:
    pin, leaves = "put in the card\ntype the PIN\n", "\npress return_card\ntake the card"
    assert not first(f"put in the card\nthen there is 退卡{leaves}", HUNDREDS)
    assert not first(f"{pin}then there is 200{leaves}", HUNDREDS)
    assert not first(f"{pin}then there is no store{leaves}", HUNDREDS)
    assert "there is 200 on choose_amount" in first(f"{pin}then there is no 200", HUNDREDS)


def test_a_machine_that_is_closed_offers_nothing_and_is_asked_all_the_same() -> None:
    closed = 'services = ["withdrawal"]\ncassettes = { 100 = 0 }'
    acts = "then the screen is out_of_service.cash\nthen there is no 200"
    assert not first(acts, closed)


def test_a_speech_that_was_not_heard_is_told_with_the_nearest_and_when_it_was_said() -> None:
    elder = 'services = ["withdrawal"]\nprofile = "elder"'
    said = first(f'{ON_REVIEW}then it says "请核对荧幕上的金额"', elder)
    assert '"请核对荧幕上的金额" was never said; the nearest was "请核对屏幕上的金额。" at ' in said
    assert " s; said since the last act was: " in said
    text = WITHDRAWAL.replace("acts", 'profile = "elder"\nacts') + 'said = ["请取走卡片"]\n'
    assert (
        '"请取走卡片" was never said; the nearest was "'
        in play(story(text), design()).failures[0][1]
    )


def test_the_screen_on_which_something_was_asked_is_named_once() -> None:
    """Once by the check and once more in brackets."""
    assert _misread().failures[0][1].count("authorizing") == 1
    assert "when this was asked the screen was" not in _misread().failures[0][1]


@lru_cache(maxsize=1)
def _misread() -> Result:
    """Played once: ten minutes of waiting are the dearest play there is."""
    text = WITHDRAWAL.replace("the screen is take_card", 'it reads "Please take the card now"')
    named = story(text + 'card = "gate"\n')
    return play(named, design(), draw=lambda session, now: f"{text_key(session)}.png")


def test_a_text_that_was_not_read_is_told_with_the_nearest_and_when_it_stood_there() -> None:
    """The tester was told what stood there ten minutes later."""
    said = _misread().failures[0][1]
    assert (
        '"Please take the card now" was never read; the nearest was "Please take your card' in said
    )
    assert " on take_card at " in said
    assert "When this was asked, at " in said
    assert "authorizing read: " in said
    assert "while this was waited for came " in said


def test_what_failed_only_because_the_visit_was_over_is_told_after_the_cause() -> None:
    result = _misread()
    text = "\n".join(told.failure(result))
    cause, _, after = text.partition("may only follow from that")
    assert "was never read" in cause
    assert "charged is 0 yuan" not in cause
    assert "charged = 200: charged is 0 yuan" in after
    assert result.failures[1][1].startswith("(may follow from the failure above)")


def test_a_failure_tells_what_was_said_and_on_the_cables_in_its_own_step() -> None:
    text = "\n".join(told.failure(_misread()))
    then = text.partition("on the wire then:")
    assert "said then: " in then[0]
    assert "card_reader -> " in then[2]
    assert then[2].count("bank -> ") <= told.FRAMES_TOLD
    assert "on the wire then:" in told.junit([_misread()])


def test_on_the_page_screens_stand_above_the_wire_and_polls_are_folded() -> None:
    html = page([_misread()])
    failing = html.partition('<p class="failed">')[2].partition('<div class="step">')[0]
    others = failing.find("<div class=more>")
    assert 0 <= others < failing.find("frames on the wire")
    assert " polls and answers</summary>" in failing


def test_waiting_for_a_text_costs_a_look_at_each_screen_and_not_at_each_tick(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A text that never came cost ten seconds of a processor."""
    looked: list[s.Session] = []

    def says(session: s.Session, *more: object) -> bool:
        looked.append(session)
        return False

    monkeypatch.setattr("sim.stories.glass.says", says)
    assert "was never read" in first('then it reads "nothing of the kind"')
    assert 1 <= len(looked) < 200


def test_what_a_screen_reads_does_not_change_with_the_time_alone() -> None:
    """So that it need not be read again while nothing happens."""
    for session in SAMPLES.values():
        early, late = (seen_scene(session, design(), now) for now in (0.0, 5_000.0))
        assert replace(early, timer=None) == replace(late, timer=None)


def test_what_was_there_before_it_was_asked_is_said_to_have_been() -> None:
    """The screen had gone again while the customer waited, and nothing told so."""
    gone = f"{ON_REVIEW}press confirm\nwalk away\n"
    said = first(f"{gone}then the screen is take_card")
    assert "the screen is idle (take_card stood there at " in said
    said = first(f'{gone}then it reads "Take your card first"')
    assert "was never read (it was read at " in said
    said = first(f'{gone}wait 1 s\nthen it says "请取卡"')
    assert "was never said; " in said
    assert " (it was said at " in said


def test_two_buttons_of_one_name_are_told_by_words_that_part_them() -> None:
    """It asked which of "Large text, Large text" was meant."""
    text = WITHDRAWAL.replace('"lin"', '"wang"\nlanguage = "en"').replace(
        "press 200", 'press "Large text"'
    )
    said = play(story(text), design()).failures[0][1]
    assert "stands on several buttons: which of offer_yes, profile is meant?" in said


def test_amounts_are_told_as_a_story_types_them() -> None:
    assert "There are: 100, 200, 300, 500, 1000, 2000, " in first(
        "put in the card\ntype the PIN\nthen there is store"
    )


def test_the_page_leads_from_what_failed_to_its_step_and_shows_what_stood_there_then() -> None:
    html = page([_misread()])
    [anchor, *_] = re.findall(r'<a href="#([\w-]+)">line 9</a>', html)
    _, _, after = html.partition(f'<div class="step" id="{anchor}">')
    failing = after.partition('<div class="step"')[0]
    assert "then it reads" in failing
    assert failing.index("idle.png") < failing.index("authorizing.png")


def test_a_story_whose_fault_never_struck_does_not_hold() -> None:
    """It was green, and tried nothing of what its tester meant to try."""
    never = WITHDRAWAL.replace(
        'card = "lin"', 'card = "lin"\nfaults = ["at inlet: jam after 3 notes"]'
    )
    [fault] = play(story(never), design()).failures
    assert fault[0] == 3
    assert "the visit never came to this point (inlet)" in fault[1]
    waits = never.replace("at inlet: jam", "at notes: jam")
    [fault] = play(story(waits), design()).failures
    assert '"jam after 3 notes" waited for something to break until the end' in fault[1]


@pytest.mark.parametrize(
    "fault",
    [
        "jam after 9 notes",
        "the bank is silent about orders",
        "the bank answers orders after 5 s",
        "the bank refuses orders",
        "the bank wants cards kept",
    ],
)
def test_a_fault_among_the_acts_that_hit_nothing_fails_its_line(fault: str) -> None:
    """The bank's faults and those of the acts were never missed: the story was green."""
    text = WITHDRAWAL.replace("type the PIN", f"type the PIN\nmeanwhile {fault}")
    [missed] = play(story(text), design()).failures
    assert missed[0] == text.splitlines().index(f"meanwhile {fault}") + 1
    assert f'"{fault}" waited for something to break until the end' in missed[1]


def test_a_bank_that_was_silent_to_somebody_is_not_missed() -> None:
    text = WITHDRAWAL.replace(
        "type the PIN", "type the PIN\nmeanwhile the bank is silent about cash"
    )
    assert not any(
        "waited for something" in said for _, said in play(story(text), design()).failures
    )
    slow = text.replace("is silent about cash", "answers cash after 2 s")
    assert play(story(slow), design()).well
