"""What a designer asks of the thing under the pointer: its text's key and place, its size, its contrast as the audit
measures it, and of the screen what is said on it and how long it waits.

Contrast is read from pixels: the box is painted as customers see it, whatever eyes the window is looked through,
and judged by the audit's own judge, with the audit's own demands. Without numpy nothing is measured, and it says so.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pygame

from audio.pinyin import pinyin_table_from
from audio.telling import Teller
from screens.layout import Box, Layout
from screens.paint import Fonts, Painter
from screens.theme import Theme
from sim.design.check import Texts
from sim.stage.design import Design, Sources
from sim.stage.where import line_of, lines_of
from terminal.messages import Catalogue, Entry
from terminal.ports import NEVER, Seconds
from terminal.privacy import Channel
from terminal.prompts import phase_prompt, prompt_of, text_key
from terminal.runtime import next_deadline, patience_of
from terminal.session import Session
from terminal.waits import SLOT_WAITS

PART_CHARACTERS_MIN: Final = 4
"""A shorter piece of a text stands in too many others to be known by it."""

FIELDS: Final = ("title", "text", "one", "few", "many")
CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_SLOT: Final = re.compile(r"\\\{\w+\\\}")
_SPACE: Final = re.compile(r"\s+")

CONTRASTS: Final = {
    "VIS-07": "text",
    "VIS-09 moderate": "through an aged lens",
    "VIS-09 severe": "through a very aged lens",
    "VIS-08 edge": "edge",
    "VIS-08 icon": "pictogram",
}
"""Readings of the audit that are told, and what of."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the inspector: what, its value, and how it is to be seen (`plain`, `good`, `bad`)."""

    what: str
    value: str
    ink: str = "plain"


@dataclass
class Inspector:
    """Answers about one design. Made anew when that changes."""

    design: Design
    sources: Sources
    fonts: Fonts
    _judged: dict[tuple[object, ...], tuple[Row, ...]] = field(default_factory=dict)

    def at(self, laid: Layout, x: int, y: int) -> Box | None:
        """The smallest thing at a point of the glass, in its pixels."""
        there = [
            box
            for box in laid.boxes
            if box.rect.x <= x < box.rect.right and box.rect.y <= y < box.rect.bottom
        ]
        return min(there, key=lambda box: box.rect.w * box.rect.h, default=None)

    # --- the thing ------------------------------------------------------------------------------

    def thing(self, box: Box, laid: Layout, theme: Theme, session: Session) -> tuple[Row, ...]:
        """What there is to say of one box."""
        per_mm = theme.panel.px_per_mm
        wide, tall = box.rect.w / per_mm, box.rect.h / per_mm
        name = box.name or box.role
        rows = [Row("thing", f"{name} ({box.role})" if name != box.role else name)]
        rows += self._words(box, session)
        rows.append(Row("size", f"{wide:.1f} x {tall:.1f} mm"))
        if box.lines:
            ems = sorted({line.em_px for line in box.lines})
            rows.append(Row("em", ", ".join(f"{em / per_mm:.1f} mm" for em in ems)))
        rows += self._measured(box, laid, theme)
        if box.event is not None:
            value = "" if box.event.value is None else f" {box.event.value}"
            rows.append(Row("press", f"{box.event.name}{value}"))
        return tuple(rows)

    def _words(self, box: Box, session: Session) -> Iterator[Row]:
        # The digit on a key's cap is no part of the words beside it.
        words = " ".join(
            line.text for line in box.lines if len(line.text) > 1 or len(box.lines) == 1
        )
        if not words:
            return
        catalogue = self.design.catalogues[session.look.language]
        guesses = [text_key(session)]
        if box.event is not None:
            guesses += [f"label.{box.event.name}", f"label.{box.event.name}_{box.event.value}"]
        found = key_of(words, catalogue, tuple(guesses))
        if found is None:
            yield Row("text", "no text of the catalogue: a value, or a name")
            return
        key, part = found
        yield Row("text", f"{key} ({part})" if part != "text" else key)
        if place := self._place(key, catalogue):
            yield Row("at", place)
        if catalogue.reviewed(key) is None:
            yield Row("review", "draft: no reader has reviewed it", "quiet")

    def _place(self, key: str, catalogue: Catalogue) -> str:
        """File and line of a text."""
        parts = tuple(key.split("."))
        texts = self._texts.setdefault(
            catalogue.language, Texts(self.sources.texts(catalogue.language))
        )
        path = texts.of(parts)
        line = line_of(_lines(path, path.stat().st_mtime_ns if path.exists() else 0), parts)
        return f"{path.relative_to(self.sources.folder).as_posix()}:{line}" if line else ""

    @cached_property
    def _texts(self) -> dict[str, Texts]:
        return {}

    def _measured(self, box: Box, laid: Layout, theme: Theme) -> tuple[Row, ...]:
        if find_spec("numpy") is None:
            return (Row("contrast", "not measured: numpy is not installed here", "quiet"),)
        key = (box, laid.identity, laid.width_px, laid.height_px, theme)
        if key not in self._judged:
            self._judged[key] = tuple(self._judge(box, laid, theme))
        return self._judged[key]

    def _judge(self, box: Box, laid: Layout, theme: Theme) -> Iterator[Row]:
        from sim.proof.audit.boxes import Judge
        from sim.proof.audit.glyphs import Glyphs
        from sim.proof.audit.pixels import canvas
        from sim.proof.audit.requirements import DEMANDS

        surface = pygame.Surface((laid.width_px, laid.height_px), depth=32)
        self._painter.paint(surface, laid, theme)
        judge = Judge(Glyphs(self._painter, {}), DEMANDS[theme.name], theme.panel.px_per_mm)
        with canvas(surface) as picture:
            focused = box.event is not None and box.event == laid.focus
            seen = judge.seen(picture, box, focused)
        if seen.smallest is not None:
            yield Row("capital", f"{seen.capital_px / theme.panel.px_per_mm:.1f} mm")
        for requirement, what in CONTRASTS.items():
            readings = [one for one in seen.readings if one.requirement == requirement]
            if readings:
                worst = min(readings, key=lambda one: one.margin)
                ink = "good" if worst.holds else "bad"
                told = f"{worst.value:.1f} : 1 {what} (at least {worst.bound:g}, {requirement})"
                yield Row("contrast", told, ink)

    @cached_property
    def _painter(self) -> Painter:
        return Painter(self.fonts)

    # --- the screen -----------------------------------------------------------------------------

    def screen(self, session: Session, now: Seconds) -> tuple[Row, ...]:
        """What there is to say of the whole screen."""
        return (
            Row("screen", f"{type(session.phase).__name__}, {text_key(session)}"),
            *self._waits(session, now),
            *self._said(session),
        )

    def _waits(self, session: Session, now: Seconds) -> Iterator[Row]:
        profiles = self.design.profiles
        waits = phase_prompt(session).waits
        if session.overlay not in ("", "more_time") and waits not in SLOT_WAITS:
            waits = prompt_of(session).waits
        row = patience_of(session, profiles)
        limit = f"{row.limit:g} s" if row.limit else "no limit"
        asked = f", then asks for {row.dialog:g} s" if row.dialog else ""
        reminded = ", ".join(f"{one:g}" for one in row.reminders)
        tells = f"; reminds at {reminded} s" if reminded else ""
        yield Row("waits", f"{waits.value}: {limit}{asked}{tells}")
        place = self.sources.timing
        lines = _lines(place, place.stat().st_mtime_ns if place.exists() else 0)
        line = line_of(lines, (session.look.profile, waits.value))
        yield Row("at", f"{place.relative_to(self.sources.folder).as_posix()}:{line}")
        due = next_deadline(session, profiles)
        if session.wait.speaking:
            yield Row("next", "the limit counts from the end of what is said", "quiet")
        elif due != NEVER:
            yield Row("next", f"something falls due in {max(0.0, due - now):.0f} s", "quiet")

    def _said(self, session: Session) -> Iterator[Row]:
        ways: Mapping[str, Channel] = {"says": "loudspeaker", "headset": "headset"}
        for what, channel in ways.items():
            said = self._teller.screen(session, channel, with_banner=True)
            text = " ".join(one.text for one in said)
            yield Row(what, text or "nothing", "plain" if text else "quiet")
            if any(CHINESE.search(form) for one in said for form in one.forms):
                yield Row("pinyin", "not checked yet: python -m tools.make_pinyin", "bad")

    @cached_property
    def _teller(self) -> Teller:
        return Teller(self.design.catalogues, pinyin_table_from(self.design.pinyin))


def key_of(words: str, catalogue: Catalogue, first: tuple[str, ...] = ()) -> tuple[str, str] | None:
    """The key and the field of the text that stands there, or of which a part does; those named `first` are
    looked at before the others. None where it is no text of the catalogue."""
    bare = _bare(words)
    order = dict.fromkeys((*first, *catalogue.entries))
    known = [(key, catalogue.entries[key]) for key in order if key in catalogue.entries]
    for whole in (True, False):
        for key, entry in known:
            for part, text in _parts(entry):
                if _matches(text, bare, whole):
                    return key, part
    return None


def _parts(entry: Entry) -> Iterator[tuple[str, str]]:
    for name in FIELDS:
        if text := getattr(entry, name):
            yield name, text
    yield from zip(("what", "money", "next"), entry.parts, strict=False)


def _matches(text: str, bare: str, whole: bool) -> bool:
    pattern = _pattern(text)
    if whole:
        return pattern.fullmatch(bare) is not None
    plain = _bare(text)
    return len(bare) >= PART_CHARACTERS_MIN and (
        bare in plain or any(pattern_of.fullmatch(bare) for pattern_of in _lines_of(text))
    )


@lru_cache(maxsize=8_192)
def _pattern(text: str) -> re.Pattern[str]:
    """A text with anything in the place of its values."""
    return re.compile(_SLOT.sub(".+", re.escape(_bare(text))), re.IGNORECASE)


@lru_cache(maxsize=8_192)
def _lines_of(text: str) -> tuple[re.Pattern[str], ...]:
    """Its paragraphs and sentences, each by itself."""
    pieces = re.split(r"\n|(?<=[。！？.!?])", text)
    return tuple(_pattern(one) for one in pieces if len(_bare(one)) >= PART_CHARACTERS_MIN)


def _bare(text: str) -> str:
    return _SPACE.sub("", text)


@lru_cache(maxsize=128)
def _lines(path: Path, stamp: int) -> Mapping[tuple[str, ...], int]:
    """The lines of a file's keys as it was at that moment."""
    return lines_of(path.read_text("utf-8", "replace")) if stamp else {}
