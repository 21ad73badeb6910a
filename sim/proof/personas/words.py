"""What words mean to somebody who knows the language: from a text to what it asks or does.

A customer's knowledge of the language stands here for all of it: each sentence that the machine can
say or show is known to mean one thing or more, each label one thing. It is made from the catalogue, so
that it never lags behind the texts; who does not know the language has no such dictionary, only
figures and the name of their own language.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from terminal.messages import Catalogue

ASKS: Final[Mapping[str, str]] = {
    "idle": "insert",
    "starting": "wait",
    "reading_card": "wait",
    "asking_bank": "wait",
    "checking_pin": "wait",
    "authorizing": "wait",
    "preparing_cash": "wait",
    "dispensing": "wait",
    "retracting": "wait",
    "keeping_card": "wait",
    "finding_card": "wait",
    "waiting": "wait",
    "enter_pin": "pin",
    "enter_pin_again": "pin",
    "choose_amount": "amount",
    "choose_amount_more": "amount",
    "choose_amount_insufficient": "amount",
    "choose_amount_over_limit": "amount",
    "enter_amount": "type",
    "suggest_amounts": "amount",
    "review": "review",
    "take_card": "take_card",
    "returning_found": "take_card",
    "returning_found_cut": "take_card",
    "take_notes": "take_notes",
    "count_notes": "count",
    "count_notes_safe": "count",
    "count_notes_short": "count",
    "count_notes_short_safe": "count",
    "state_count": "state_count",
    "more_time": "more_time",
    "help": "help_page",
    "view": "view_page",
    "languages": "language_page",
    "farewell": "done",
    "notice.done": "done",
    "notice.goodbye": "done",
    "look.applied": "changed",
    "look.saved": "changed",
    "look.saved_standard": "changed",
    "look.standard_again": "changed",
    "look.offered_look": "offer",
    "look.offered_need": "offer",
}
"""What each message of the catalogue asks of a customer."""

BY_PREFIX: Final[Mapping[str, str]] = {
    "notice.": "trouble",
    "why.": "view_page",
    "out_of_service.": "closed",
}

SAME: Final[Mapping[str, str]] = {
    "no_more_time": "return_card",
    "offer_yes": "to_elder",
    "type_amount": "other_amount",
}
"""Labels that say the same as others."""

KINDS_MAX: Final = 2
"""A sentence that could mean more things than this tells nothing."""

PICTURES: Final[Mapping[str, str]] = {
    "insert_card": "insert",
    "cover_keys": "pin",
    "take_card": "take_card",
    "take_cash": "take_notes",
    "count": "count",
    "wait": "wait",
    "done": "done",
}
"""What a pictogram asks, to whom it tells something."""

_SENTENCE = re.compile(r"[^。？！.?!\n]+")
_SLOT = re.compile(r"\\\{\w+\\\}")
_FIGURE = re.compile(r"^([\d,]+)(?:\s*(?:元|yuan|CNY))?$")
_PART = re.compile(r"\s*\d+\s*/\s*\d+\s*$")
"""Which part of how many, on the way to the next part."""

LONGEST_DIGIT: Final = 1


def bare(text: str) -> str:
    """A text without what does not carry its meaning."""
    return "".join(sign for sign in text if sign.isalnum() or sign in "{}_").casefold()


def figure(text: str) -> int | None:
    """The number that a text shows, with or without its unit; everybody can read it."""
    found = _FIGURE.match(text.replace("\u00a0", " ").strip())
    return int(found.group(1).replace(",", "")) if found else None


@dataclass
class Dictionary:
    """What one language's sentences ask and what its labels say."""

    sentences: dict[str, frozenset[str]] = field(default_factory=dict)
    patterns: list[tuple[re.Pattern[str], frozenset[str]]] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)

    def asks(self, text: str) -> frozenset[str]:
        """What a text asks, by all of its sentences."""
        found: frozenset[str] = frozenset()
        for sentence in _SENTENCE.findall(text):
            found |= self._sentence(bare(sentence))
        return found

    def _sentence(self, sentence: str) -> frozenset[str]:
        if sentence in self.sentences:
            return self.sentences[sentence]
        for pattern, asks in self.patterns:
            if pattern.fullmatch(sentence):
                self.sentences[sentence] = asks
                return asks
        self.sentences[sentence] = frozenset()
        return frozenset()

    def label(self, text: str) -> str:
        """What a label says: `amount:500`, `digit:5`, `confirm` ...; "" if that is not known."""
        number = figure(text)
        if number is not None:
            single = text.strip().isdigit() and len(text.strip()) == LONGEST_DIGIT
            return f"digit:{number}" if single else f"amount:{number}"
        return self.labels.get(bare(_PART.sub("", text)), "")


def dictionary(catalogue: Catalogue, others: Mapping[str, Catalogue]) -> Dictionary:
    """The language of one catalogue; of the others only the names of languages."""
    made = Dictionary()
    meant: dict[str, set[str]] = defaultdict(set)
    for key, entry in catalogue.entries.items():
        ask = _ask(key)
        if key.startswith("label."):
            name = key.removeprefix("label.")
            made.labels.setdefault(bare(entry.text), SAME.get(name, name))
        if ask:
            parts = (entry.title, entry.text, entry.one, entry.few, entry.many, entry.speech)
            for text in (*parts, *entry.parts):
                for sentence in _SENTENCE.findall(text):
                    meant[bare(sentence)].add(ask)
    for other in others.values():
        for name in ("languages", "to_zh", "to_en"):
            made.labels.setdefault(bare(other.label(name)), name)
    for sentence, asks in meant.items():
        if not sentence or len(asks) > KINDS_MAX:
            continue
        if "{" in sentence:
            pattern = re.compile(_SLOT.sub(".+", re.escape(sentence)))
            made.patterns.append((pattern, frozenset(asks)))
        else:
            made.sentences[sentence] = frozenset(asks)
    return made


def _ask(key: str) -> str:
    plain = re.sub(r"_(?:last|\d)$", "", key.removeprefix("reminder."))
    if plain in ASKS:
        return ASKS[plain]
    return next((ask for prefix, ask in BY_PREFIX.items() if key.startswith(prefix)), "")
