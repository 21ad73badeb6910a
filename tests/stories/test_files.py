"""A file is read strictly: every mistake in it is named, with its line and the nearest known word."""

from pathlib import Path

import pytest

from sim.stories.file import BadStory, read_story
from tests.stories.material import FILE, WITHDRAWAL, design, story


def mistakes(text: str) -> list[str]:
    with pytest.raises(BadStory) as bad:
        story(text)
    return [str(one) for one in bad.value.mistakes]


MISTAKES = [
    ('card = "lin"', 'card = "linn"', 2, '"linn" is not a known card. Did you mean "lin"?'),
    ('card = "lin"', 'kard = "lin"', 2, '"kard" is not a key of a story. Did you mean "card"?'),
    ('card = "lin"', "card = 7", 2, '"card" must be text in quotation marks, found 7.'),
    ('card = "lin"', 'card = "lin"\nlanguage = "eng"', 3, 'Did you mean "en"?'),
    ('card = "lin"', 'card = "lin"\nprofile = "eldr"', 3, 'Did you mean "elder"?'),
    ('card = "lin"', 'card = "lin"\ncustomer = "slo"', 3, 'Did you mean "slow"?'),
    ('card = "lin"', 'card = "lin"\nseed = true', 3, '"seed" must be a whole number, found true.'),
    ('card = "lin"', 'card = "lin"\nfitted = ["printr"]', 3, 'Did you mean "printer"?'),
    ('"withdrawal"', '"withdrawl"', 3, 'Did you mean "withdrawal"?'),
    ("put in the card", "put in teh card", 6, '("teh") is not an act. Did you mean "put in the'),
    ("type the PIN", "type the PIN 12a456", 7, '"12a456" is not a row of digits.'),
    ("press 200, confirm", "press 200, confrim", 8, 'Did you mean "confirm"?'),
    ("the screen is take_card", "the screen is take_crd", 9, 'Did you mean "take_card"?'),
    ("then the screen is", "then the scren is", 9, '("scren") is not a check.'),
    ("take the notes", "take the money", 11, '("money") is not an act. Did you mean "take the'),
    ("charged = 200", "chargd = 200", 16, 'Did you mean "charged"?'),
    (
        "charged = 200",
        'charged = "200"',
        16,
        '"charged" must be an amount in whole yuan, found "200"',
    ),
    ("charged = 200", "charged = -5", 16, '"charged" must be an amount in whole yuan'),
    ("charged = 200", 'journal = ["FINALE"]', 16, 'Did you mean "FINAL"?'),
    ("charged = 200", 'journal = ["FINAL amuont=300"]', 16, 'of FINAL. Did you mean "amount"?'),
    ("charged = 200", 'journal = ["FINAL amount=300,"]', 16, '"300," is not an amount in yuan'),
    ("charged = 200", 'journal = ["CARD_TAKEN by=lin"]', 16, "a row CARD_TAKEN holds no facts."),
    ("the screen is take_card", "the journal has FINAL baiss=x", 9, 'Did you mean "basis"?'),
    ("charged = 200", 'journal = "FINAL"', 16, '"journal" is a list'),
    ("charged = 200", 'card = "bag"', 16, "is not a known place of a card"),
    ("[end]", "[ende]", 15, '"ende" is not a key of a story. Did you mean "end"?'),
    ("[end]", "[end", 15, "this is not TOML"),
    ('count_right\n"""', "count_right", 5, "this is not TOML"),
    ("type the PIN", "type 300, confirm", 7, 'Did you mean "type {digits}", as in `type 300`?'),
]


@pytest.mark.parametrize(
    ("right", "wrong", "line", "said"), MISTAKES, ids=lambda one: str(one)[:40]
)
def test_a_mistake_is_named_with_its_line_and_the_nearest_word(
    right: str, wrong: str, line: int, said: str
) -> None:
    assert right in WITHDRAWAL
    [told] = [one for one in mistakes(WITHDRAWAL.replace(right, wrong, 1)) if said in one]
    assert told.startswith(f"{FILE}:{line}: ")


FAULTS = [
    ("at presnt: jam after 3 notes", '"presnt" is not a known point. Did you mean "present"?'),
    ("at present: jamm after 3 notes", '("jamm") is not a fault. Did you mean "jam after'),
    ("at present: jam after three notes", '"three" is not a whole number.'),
    ("at present: jam after 3 notes, then offline 5 m", '"m" is not a known unit of time.'),
    ("at review: the bank is silent about monney", "is not a known kind of message"),
    ("at the screen choose_amnt: the key pad dies", 'Did you mean "choose_amount"?'),
    ("jam after 3 notes", 'is not "at POINT: FAULT"'),
]


@pytest.mark.parametrize(("fault", "said"), FAULTS, ids=[fault for fault, _ in FAULTS])
def test_a_mistake_in_a_fault_is_named(fault: str, said: str) -> None:
    text = WITHDRAWAL.replace("acts =", f'faults = [\n  "{fault}",\n]\nacts =')
    [told] = mistakes(text)
    assert said in told
    assert told.startswith(f"{FILE}:6: ")


def test_all_mistakes_of_a_file_are_told_at_once_in_their_order() -> None:
    text = WITHDRAWAL.replace('"lin"', '"lim"').replace("take the notes", "grab the notes")
    told = mistakes(text.replace("charged", "chargd"))
    assert [one.split(":")[1] for one in told] == ["2", "11", "16"]


def test_a_story_that_asks_nothing_or_lacks_what_it_needs_is_none() -> None:
    without = WITHDRAWAL.split("[end]")[0].replace("    then the screen is take_card\n", "")
    assert "nothing is asked" in " ".join(mistakes(without))
    assert 'a story needs "acts"' in " ".join(mistakes('about = "x"\ncard = "lin"\n'))


def test_what_cannot_be_read_is_no_story(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(b'about = "x"\ncard = "\xff"\n')
    with pytest.raises(BadStory, match=r"broken.toml:2: is not text in UTF-8"):
        read_story(path, design())
    with pytest.raises(BadStory, match="cannot be read"):
        read_story(tmp_path / "none.toml", design())
    path.write_text("# " + "x" * 70_000, encoding="utf-8")
    with pytest.raises(BadStory, match="64 kB"):
        read_story(path, design())


def test_case_spaces_and_remarks_mean_nothing() -> None:
    text = WITHDRAWAL.replace("put in the card", "  PUT  in the Card   # slowly")
    assert story(text).lines[0].said.form == story().lines[0].said.form


@pytest.mark.parametrize(
    ("head", "line", "said"),
    [
        (
            "",
            'press "Confrim"',
            '"Confrim" stands on no button of any screen. Did you mean Confirm?',
        ),
        ("", 'press "确忍"', "Did you mean 确认?"),
        ("", 'then there is "No, thank"', 'Did you mean "No, thanks"?'),
        ("", "type the PIN 1234567", "a PIN has 6 digits at most, found 7."),
        (
            "",
            "lay down the document feng_guilan",
            'needs a reader of documents: fitted = ["documents"]',
        ),
        (
            "",
            "meanwhile the printer is offline 5 s",
            'needs a receipt printer: fitted = ["printer"]',
        ),
        ("", "put in notes 100", "needs a service that takes notes: deposit, exchange."),
        ("", "take 2 of the notes", 'needs the other dispenser: dispenser = "presenter".'),
        ("", "choose deposit", "the menu of this story has withdrawal."),
        ('faults = ["at start: the shutter jams"]', "walk away", 'dispenser = "presenter".'),
        (
            'dispenser = "presenter"\nfaults = ["at start: offline 1 s, then jam after 2 notes"]',
            "walk away",
            'dispenser = "path".',
        ),
    ],
)
def test_what_no_screen_and_no_machine_of_the_story_has_is_a_mistake_of_the_file(
    head: str, line: str, said: str
) -> None:
    """It was found when the story was played, after two minutes, or never."""
    text = WITHDRAWAL.replace("acts =", f"{head}\nacts =").replace("type the PIN", line, 1)
    [found] = mistakes(text)
    assert said in found


def test_what_only_a_visit_knows_may_stand_in_quotation_marks() -> None:
    for label in ("赵* 0034", "1,500 yuan", "500 元", "profile", "elder"):
        story(WITHDRAWAL.replace("press 200", f'press "{label}", 200'))
