"""What is asked of the voice, by its number in accessibility.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Requirement:
    """One kind of check: what is asked, and how it was looked at."""

    id: str
    asks: str
    taken: str


_ALL: Final = (
    Requirement(
        "AUD-01 words",
        "every sentence shown is said",
        "most of its words are heard, or the words agreed on in its place",
    ),
    Requirement(
        "AUD-01 number",
        "every number shown is said: amounts, tries left, references, telephone numbers",
        "number words that are heard, read back into figures",
    ),
    Requirement(
        "AUD-01 not",
        'no "not" is lost, and none added',
        "parts of sentences with and without it, shown and heard",
    ),
    Requirement(
        "AUD-01 choice",
        "every choice is said together with the key that makes it",
        "its words and the key's name in one sentence",
    ),
    Requirement(
        "AUD-01 key",
        "every choice and switch has a key in the visit without sight",
        "the terminal is asked what each key means on the screen",
    ),
    Requirement(
        "AUD-01 change",
        "where a press or a note changes what is shown, something is said in the visit without sight",
        "every screen, and those that its presses and its notes lead to",
    ),
    Requirement(
        "AUD-01 screen",
        "every text of the catalogue that is said is on a screen that was listened to",
        "keys of the catalogue, against those of the screens",
    ),
    Requirement(
        "AUD-01 keys",
        "the keys of the machine are told when the plug goes in, and where things are",
        "what is heard at that moment",
    ),
    Requirement(
        "AUD-04",
        "one and the same tone for each digit of a PIN, and no word",
        "tones and sentences",
    ),
    Requirement(
        "AUD-05",
        "the loudspeaker says nothing above its class, and leaves out nothing else",
        "classes of utterances; private numbers among those that are heard",
    ),
    Requirement(
        "PRV-01 aloud",
        '"read it to me" says what is personal, and nothing financial',
        "numbers that are heard",
    ),
    Requirement(
        "AUD-11", "a pulled plug is said, in one public sentence and no more", "what is heard then"
    ),
    Requirement(
        "AUD-12",
        "what is said is in the language of the screen, choices of languages excepted",
        "tags, and the characters of what is said",
    ),
    Requirement("AUD-13", "captions are what is said, word for word", "both"),
    Requirement("AUD-17", "no lone words: four characters or three words at least", "utterances"),
    Requirement(
        "pinyin",
        "checked pinyin for every character that is said in Mandarin, and nothing else",
        "the form that the engine is given, syllable by syllable",
    ),
    Requirement(
        "phonemes",
        "the engine says no part of Mandarin in English",
        "phonemes of the bundled espeak-ng",
    ),
    Requirement(
        "pairs",
        "nothing stands among what was agreed on that is not needed any more",
        "pairs that were not used",
    ),
)

REQUIREMENTS: Final[Mapping[str, Requirement]] = {each.id: each for each in _ALL}
"""By id."""
