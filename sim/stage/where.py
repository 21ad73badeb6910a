"""On which line of a TOML file a key stands: what a person is told who has to mend it.

The parser forgets lines, so they are looked for again in the text. Long texts (three quotes) hold no keys.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Key = tuple[str, ...]
"""A key as its parts: `("elder", "gap_mm")`."""

_HEAD = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(
    r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*="
)
_PART = re.compile(r"[\w-]+|\"[^\"]*\"|'[^']*'")
_INSIDE = re.compile(r"[{,]\s*([\w-]+)\s*=")
_VALUE = re.compile(r"\"([\w.-]{3,})\"")


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something in a file that is not understood, and where; line 0 is the whole file."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.text}"


def lines_of(text: str) -> Mapping[Key, int]:
    """The line, from 1, of every key and table in a TOML text; keys of an inline table are on its line."""
    found: dict[Key, int] = {}
    for key, number in _keys(text):
        found.setdefault(key, number)
    return found


def _keys(text: str) -> Iterator[tuple[Key, int]]:
    section: Key = ()
    within = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if within:
            within = "" if within in line else within
            continue
        if head := _HEAD.match(line):
            section = _parts(head[1])
            yield from ((section[:n], number) for n in range(1, len(section) + 1))
        elif key := _KEY.match(line):
            whole = (*section, *_parts(key[1]))
            yield whole, number
            yield from (((*whole, inside), number) for inside in _INSIDE.findall(_bare(line)))
        for quote in ('"""', "'''"):
            if line.count(quote) % 2:
                within = quote


def _parts(dotted: str) -> Key:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _bare(line: str) -> str:
    """The line without what stands in quotation marks: a comma in a sentence separates no keys."""
    return re.sub(r'"(?:[^"\\]|\\.)*"', '""', line)


def line_of(lines: Mapping[Key, int], key: Sequence[str]) -> int:
    """The line of a key, or of the nearest table around it that is there; 0 if there is none."""
    whole = tuple(key)
    return next((lines[whole[:n]] for n in range(len(whole), 0, -1) if whole[:n] in lines), 0)


def named_in(text: str, sentence: str) -> int:
    """The line of the longest key of a TOML text that a sentence names, as `a.b`, `[a] b` or `[a]`; else of a
    value in quotation marks that it names; 0 if it names none."""
    named = [
        (len(one), number)
        for key, number in lines_of(text).items()
        for one in _written(key)
        if _stands(one, sentence)
    ]
    named += [
        (0, number)
        for number, line in enumerate(text.split("\n"), start=1)
        if any(_stands(value, sentence) for value in _VALUE.findall(line))
    ]
    return max(named, key=lambda one: one[0], default=(0, 0))[1]


def _written(key: Key) -> Iterator[str]:
    yield ".".join(key)
    yield f"[{key[0]}]" if len(key) == 1 else f"[{'.'.join(key[:-1])}] {key[-1]}"
    if len(key) > 2:  # `[palette.calm] text` may be named `calm.text`
        yield ".".join(key[1:])


def _stands(what: str, sentence: str) -> bool:
    return what in sentence and bool(re.search(rf"(?<![\w.]){re.escape(what)}(?!\w)", sentence))
