"""Whether a sentence that is shown is also said, in the same words or in others with the same sense.

The glass and the ear are told the same thing in different words: "in the slot on the right" means nothing
to somebody who cannot see it. So a sentence counts as said where most of its words are heard, whatever
stands between them. Some are said in quite other words on purpose; these are pairs in `pairs.toml`, to the
letter, so that a change of either side is a finding until somebody has read both again. No pair excuses a
number, a choice or a "not": those are looked for in every sentence.

A Chinese sentence is compared by pairs of characters, without numbers and those that say little; an English one by its
words, without their endings.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

PAIRS: Final = Path(__file__).with_name("pairs.toml")

SHARE_MIN: Final = 0.6
"""Of the words of a sentence. A word that was lost in a title of two is half of it."""

TURNED_SHARE_MIN: Final = 0.8
"""A part of a sentence that shares so much with what is heard must agree with it about "not"."""

SENTENCES_KEPT: Final = 1 << 14
"""A sentence is held against everything that is heard with it, so its words are asked for again and again."""

_LIGHT_ZH: Final = frozenset(
    "的了是在您请就把和与也都还这那个一上下里到给以再要可能为从着吗吧呢啊按元整次号按先已将"
)
_LIGHT_EN: Final = frozenset(
    re.findall(
        r"\w+",
        "a an the is are was were be it its this that to of in on at and or then for you your we our us "
        "with by as if please from can could will would so do does did have has had yuan press",
    )
)
_HANZI = re.compile(r"[\u4e00-\u9fff]+")
_FIGURES = re.compile(r"[0-9,]+")
_NUMBER_ZH = re.compile(r"[零一二两三四五六七八九十百千万亿]+")
_WORD = re.compile(r"[A-Za-z']+")
_ENDING = re.compile(r"(?:ing|ed|es|s|ly)$")
_CLAUSE: Final[Mapping[str, re.Pattern[str]]] = {
    "zh": re.compile(r"[，。？！；：、\s]+"),
    "en": re.compile(r"[,.?!;:]+(?:\s+|$)"),
}
_NOT: Final[Mapping[str, re.Pattern[str]]] = {
    "zh": re.compile(r"不(?!急|着急|用)|没有?|未|别(?=[走拉碰])|勿|无"),
    "en": re.compile(
        r"\b(?:not|never|no|nothing|nobody|cannot|without|untouched|none)\b|n't\b", re.IGNORECASE
    ),
}


@lru_cache(maxsize=SENTENCES_KEPT)
def words(text: str, language: str) -> frozenset[str]:
    """What a text is compared by."""
    if language == "zh":
        return frozenset(_bigrams(text))
    found = (word.lower().strip("'") for word in _WORD.findall(text))
    return frozenset(_ENDING.sub("", word) or word for word in found if word not in _LIGHT_EN)


def _bigrams(text: str) -> Iterable[str]:
    for run in _HANZI.findall(_FIGURES.sub("", text)):
        kept = "".join(c for c in _NUMBER_ZH.sub("", run) if c not in _LIGHT_ZH)
        yield from (kept[n : n + 2] for n in range(max(1, len(kept) - 1))) if kept else ()


def clauses(text: str, language: str) -> list[str]:
    """The parts of a text between marks."""
    return [one for one in _CLAUSE[language].split(text) if one.strip()]


def negated(text: str, language: str) -> bool:
    """Whether it says that something is not so, or must not be done."""
    return _NOT[language].search(text) is not None


def share(sentence: str, heard: str, language: str) -> float:
    """How much of a sentence is heard, from 0 to 1; 1 for one without words, such as a number."""
    wanted = words(sentence, language)
    return len(wanted & words(heard, language)) / len(wanted) if wanted else 1.0


def sense_kept(pair: "Pair") -> bool:
    """Whether what was agreed on says "not" if and only if what is shown does."""
    return negated(pair.shown, pair.language) == negated(pair.heard, pair.language)


def sense_lost(sentence: str, heard: str, language: str) -> list[str]:
    """The parts of a sentence whose "not" is not heard, or that are heard with one they do not have."""
    lost: list[str] = []
    spoken = clauses(heard, language)
    for part in clauses(sentence, language):
        wanted = words(part, language)
        if negated(part, language):
            about = _about(part, language)
            kept = any(
                negated(one, language) and (not about or about & _about(one, language))
                for one in spoken
            )
            lost += [] if kept else [part]
        elif wanted:
            near = [one for one in spoken if share(part, one, language) >= TURNED_SHARE_MIN]
            lost += [part] if near and all(negated(one, language) for one in near) else []
    return lost


def _about(part: str, language: str) -> frozenset[str]:
    """What a part of a sentence denies."""
    return words(_NOT[language].sub(" ", part), language)


# --- said otherwise on purpose ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence that is shown, and what is heard in its place, word for word; with nothing heard, why.
    `channel` is where: one (reading aloud is the loudspeaker's), or "any"."""

    language: str
    channel: str
    shown: str
    heard: str = ""
    why: str = ""


def pairs_from(tables: Mapping[str, Sequence[Mapping[str, str]]]) -> tuple[Pair, ...]:
    """Pairs from parsed TOML. Raises ValueError for one that says neither what is heard nor why not."""
    pairs = tuple(Pair(**table) for table in tables.get("pair", ()))
    for pair in pairs:
        if bool(pair.heard) == bool(pair.why):
            raise ValueError(f"{pair.shown}: either what is heard instead, or why nothing is")
    return pairs


def read_pairs() -> tuple[Pair, ...]:
    """Those that were read and agreed to."""
    return pairs_from(tomllib.loads(PAIRS.read_text(encoding="utf-8")))


_LOUD: Final = ("loudspeaker", "aloud")
"""What reads aloud has said the rest before."""


def excused(
    pairs: Iterable[Pair], sentence: str, heard: str, language: str, channel: str
) -> Pair | None:
    """The pair that says a sentence on this channel, if what it says is really heard."""
    for pair in pairs:
        here = pair.channel in (channel, "any") or (pair.channel, channel) == _LOUD
        if here and (pair.language, pair.shown) == (language, sentence) and pair.heard in heard:
            return pair
    return None
