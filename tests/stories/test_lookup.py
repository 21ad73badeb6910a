"""What is looked up while a story is written is what a story finds when it is played."""

import pytest

from sim.stage.samples import SAMPLES
from sim.stories import glass, lookup
from sim.stories.acts import ACTS
from sim.stories.command import searched
from sim.stories.faults import places_of
from sim.stories.words import understood, words_of_buttons, written
from tests.each import each
from tests.stories.material import design, story


@each(
    "screen, lines",
    [
        ("review", ("press     confirm ", "Confirm / 确认", "at times  offer_yes ")),
        ("enter_pin", ("field     a PIN", "return_card ")),
        (
            "choose_amount",
            ("field     an amount", "press     100 ", "1,000\u00a0yuan / 1,000\u00a0元"),
        ),
        ("take_card", ("field     none", "reads     Take your card first / 请先取卡")),
        ("notice.done", ("receipt ", "Receipt / 打印小票")),
    ],
)
def test_a_screen_is_told_with_what_it_reads_takes_and_offers(
    screen: str, lines: tuple[str, ...]
) -> None:
    found = lookup.looked_up(screen, design())
    assert found[0] == f"screen  {screen}"
    whole = "\n".join(found)
    assert [one for one in lines if one not in whole] == []


def test_every_button_of_every_screen_can_be_pressed_by_the_word_that_is_told() -> None:
    places = places_of(design().catalogues)
    known = words_of_buttons(design().catalogues)
    for name, session in SAMPLES.items():
        there = glass.targets(session, design())
        for target in there:
            word = written(glass.word_of(target, there), known)
            [(pressed,)] = understood(f"press {word}", ACTS, places, "an act").values
            found = [one.event for one in glass.pressed_by(pressed, there)]
            assert found == [target.event], f"{name}: {word}"


def test_a_screen_that_is_not_known_gets_the_nearest_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert searched("revew") == 1
    assert 'has "revew". Did you mean "review"?' in capsys.readouterr().out
    assert searched("review") == 0
    assert 'Others with "review":' in capsys.readouterr().out


def test_a_word_that_is_no_screen_is_looked_for_as_before() -> None:
    assert lookup.looked_up("correct", design())[0].startswith("screen  count_notes ")


def test_the_words_of_a_screen_are_words_of_a_story() -> None:
    words = ("confirm", "other_notes", "change", "read_aloud", "return_card", "count_wrong")
    head, end = 'about = "x"\ncard = "lin"\nacts = """\n', '\n"""\n[end]\ncharged = 0\n'
    assert len(story(f"{head}press {', '.join(words)}{end}").lines) == 1
