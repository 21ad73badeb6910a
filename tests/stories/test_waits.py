"""An act is done where it is meant: what waits, what it says when that never comes."""

from sim.stories.play import play
from sim.stories.words import plain, separated, unknown, words_of_buttons, written
from tests.each import each
from tests.stories.material import design, story


def first(acts: str, head: str = 'services = ["withdrawal"]') -> str:
    """What the first line that failed says of a story with these acts."""
    text = f'about = "x"\ncard = "lin"\ncustomer = "quick"\n{head}\nacts = """\n{acts}\n"""\n'
    result = play(story(text + '[end]\ncharged = 0\ncard = "hand"\n'), design())
    return result.faults[0][1] if result.faults else ""


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
        ("put in notes 100", "an open inlet for notes was waited for"),
        ("pull out the headset", "a plug in the jack was waited for"),
        ("hang up", "a customer on the telephone was waited for"),
        ("pick up the document", "a document on the reader was waited for"),
        ("type the account of the son", "a field for an account was waited for"),
        ("type the PIN", "a screen that asks for a PIN was waited for"),
    ],
)
def test_an_act_waits_for_where_it_is_meant_and_says_so(line: str, waited: str) -> None:
    said = first(line)
    assert waited in said
    assert "idle (field: none; buttons: " in said


def test_a_button_with_a_comma_or_marks_is_written_as_the_hint_prints_it() -> None:
    known = words_of_buttons(design().catalogues)
    for label in ("No, go back", 'Say "yes"', 'It is "mine", yes', "Don't", "Confirm", "5'6\""):
        [(word, _)] = separated(written(label, known))
        assert plain(word) == plain(label)
    both = 'press "No, go back", confirm\n    then there is "x, y"'
    said = first(f"put in the card\ntype the PIN\npress 200\n{both}")
    assert 'there was no "no, go back" to press on review.' in said


def test_a_payee_is_called_in_errors_as_the_story_calls_them() -> None:
    said = first(
        "put in the card\ntype the PIN\nchoose transfer\npay somebody on the watch list",
        'services = ["withdrawal", "transfer"]',
    )
    assert 'there was no "somebody on the watch list" to press' in said


def test_an_exact_last_part_of_a_key_wins_among_hints() -> None:
    known = ["transfer.review", "preview", "reviewer"]
    assert 'Did you mean "transfer.review"?' in str(unknown("screen", "review", known))
