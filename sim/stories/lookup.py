"""What can be looked up while a story is written: what a screen reads, what it takes and what can be pressed on it,
and where a word stands.

A screen is looked up as it is shown in the samples of every screen, so that what is listed is what a story finds;
a button stands there with the word that a story may use in every language. Amounts and names are those of the samples.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import Final

from sim.stage.reading import reads
from sim.stage.samples import SAMPLES
from sim.stage.settings import Design
from sim.stories import glass
from sim.stories.words import nearest, plain, screens_of, words_of_buttons, written
from terminal import session as s
from terminal.profile import Language
from terminal.prompts import text_key
from terminal.values import replace

NOTHING: Final = "No screen and no button has"

WORD_COLUMNS: Final = 24
"""Of the word of a button, before what stands on it."""


def looked_up(words: str, design: Design) -> list[str]:
    """The screen of this name, then the screens and buttons that have these words; the nearest screen where there
    is neither."""
    key = words.strip()
    screen = list(_screen(key, design)) if key in shown() else []
    others = [line for line in search(words, design) if line.split()[:2] != ["screen", key]]
    if screen and others:
        return [*screen, "", f'Others with "{words}":', *others]
    if screen or others:
        return screen or others
    known = screens_of(design.catalogues)
    return [f'{NOTHING} "{words}".{nearest(words, known)}']


def search(words: str, design: Design) -> Iterator[str]:
    """Screens and buttons whose key or words, in English or Chinese, have these in them; "" is all."""
    wanted = plain(words)
    screens = screens_of(design.catalogues)
    english, chinese = design.catalogues["en"].entries, design.catalogues["zh"].entries
    for key in sorted(english):
        entry, other = english[key], chinese[key]
        kind = "button" if key.startswith("label.") else "screen" if key in screens else ""
        said = entry.title or entry.text
        if kind and any(
            wanted in plain(one) for one in (key, said, entry.text, other.title, other.text)
        ):
            yield f"{kind}  {key.removeprefix('label.'):36} {said} / {other.title or other.text}"


@lru_cache(maxsize=1)
def shown() -> Mapping[str, Sequence[s.Session]]:
    """Every screen by its key, as it is shown; practice, which shows the same, only where nothing else does."""
    real: dict[str, list[s.Session]] = {}
    practised: dict[str, list[s.Session]] = {}
    for session in SAMPLES.values():
        kind = practised if session.practice else real
        kind.setdefault(text_key(session), []).append(session)
    return {**practised, **real}


def _screen(key: str, design: Design) -> Iterator[str]:
    sessions = shown()[key]
    yield f"screen  {key}"
    pairs = zip_longest(
        *(reads(_in(sessions[0], one), design, 0.0) for one in ("en", "zh")), fillvalue=""
    )
    for number, (english, chinese) in enumerate(pairs):
        yield f"  {'' if number else 'reads':10}{english} / {chinese}"
    yield f"  {'field':10}{glass.field_of(sessions[0]) or 'none'}"
    named: set[str] = set()
    for head, some in (("press", sessions[:1]), ("at times", sessions[1:])):
        found = dict(one for session in some for one in _buttons(session, design))
        new = [line for word, line in found.items() if word not in named]
        named |= set(found)
        for number, line in enumerate(new):
            yield f"  {'' if number else head:10}{line}"


def _buttons(session: s.Session, design: Design) -> Iterator[tuple[str, str]]:
    known = words_of_buttons(design.catalogues)
    english, chinese = (glass.targets(_in(session, one), design) for one in ("en", "zh"))
    for one, other in zip(english, chinese, strict=True):
        word = glass.word_of(one, english)
        yield word, f"{written(word, known):{WORD_COLUMNS}}{one.label} / {other.label}"


def _in(session: s.Session, language: Language) -> s.Session:
    return replace(session, look=replace(session.look, language=language))
