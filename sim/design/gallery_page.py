"""The gallery as one page: its data, and the templates in `page/` that show them.

The page holds everything but the pictures, which lie in folders beside it, and needs no network. A place is
found by numbers: for each unit (look, language, panel) a row for each screen with the numbers of its pages'
pictures. The models of other eyes (`sim.senses`) come as SVG filters, which the browser lays over pictures; a part of the field that is lost is
a mask around the pointer.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sim.design.accepted import Compared, Shown, place
from sim.design.screens_told import told
from sim.proof.audit.matrix import LOOKS, PANELS
from sim.proof.audit.run import Choice
from sim.senses.models import EDGE_DEGREES, MM_PER_DEGREE, SIGHTS
from sim.senses.seeing import FILL_DEGREES
from sim.senses.svg import filters, radius_of
from sim.stage.samples import SAMPLES

ONE_DEGREE: Final = 1.0
"""Filters are made for pictures of one pixel per degree; the page makes them as large as it shows pictures."""

TEMPLATES: Final = Path(__file__).parent / "page"


@dataclass(frozen=True, slots=True)
class Album:
    """All that the page tells."""

    choice: Choice
    titles: Mapping[str, Mapping[str, str]]
    shown: Shown
    compared: Compared
    accepted: bool
    usual: str
    map_svg: str = ""


def page(album: Album) -> str:
    """The whole page as HTML."""
    text = (TEMPLATES / "gallery.html").read_text(encoding="utf-8")
    data = json.dumps(data_of(album), ensure_ascii=False, separators=(",", ":"))
    parts = {
        "STYLE": (TEMPLATES / "gallery.css").read_text(encoding="utf-8"),
        "FILTERS": filters(ONE_DEGREE),
        "MAP": album.map_svg,
        "DATA": data.replace("</", "<\\/"),
        "SCRIPT": "\n".join(
            (TEMPLATES / name).read_text(encoding="utf-8") for name in ("gallery.js", "map.js")
        ),
    }
    for name, part in parts.items():
        text = text.replace(f"<!--{name}-->", part, 1)
    return text


def data_of(album: Album) -> dict[str, Any]:
    """What the script reads."""
    choice = album.choice
    numbers: dict[str, int] = {}
    units = [
        {
            "look": choice.looks.index(unit.look),
            "language": choice.languages.index(unit.language),
            "panel": choice.panels.index(unit.panel),
            "cells": list(_cells(album, unit.look, unit.language, unit.panel, numbers)),
        }
        for unit in choice.units
    ]
    before = {
        where: [numbers.setdefault(name, len(numbers)) for name in names]
        for where, names in album.compared.changed.items()
    }
    return {
        "looks": [{"name": one, "profile": LOOKS[one].profile} for one in choice.looks],
        "languages": list(choice.languages),
        "panels": [
            {
                "name": one,
                "width": PANELS[one].width_px,
                "height": PANELS[one].height_px,
                "px_per_mm": round(PANELS[one].px_per_mm, 4),
            }
            for one in choice.panels
        ],
        "screens": [_screen(name) for name in choice.screens],
        "titles": [
            [album.titles.get(language, {}).get(screen, "") for screen in choice.screens]
            for language in choice.languages
        ],
        "units": units,
        "pictures": list(numbers),
        "changed": before,
        "fresh": list(album.compared.fresh),
        "gone": list(album.compared.gone),
        "accepted": album.accepted,
        "usual": album.usual,
        "sights": [
            {
                "name": one.name,
                "title": one.title,
                "source": one.source,
                "lost": one.lost or "",
                "degrees": radius_of(one, ONE_DEGREE),
            }
            for one in SIGHTS
        ],
        "edge_degrees": EDGE_DEGREES,
        "fill_degrees": FILL_DEGREES,
        "mm_per_degree": MM_PER_DEGREE,
    }


def _screen(name: str) -> dict[str, Any]:
    one = told(name, SAMPLES[name])
    return {
        "name": one.name,
        "service": one.service,
        "states": one.states,
        "key": one.key,
        "phase": one.phase,
    }


def _cells(
    album: Album, look: str, language: str, panel: str, numbers: dict[str, int]
) -> Iterator[list[int] | int]:
    """For each screen the numbers of its pages' pictures; 0 where the language has no such screen."""
    for screen in album.choice.screens:
        names = album.shown.get(place(screen, look, language, panel))
        yield [numbers.setdefault(name, len(numbers)) for name in names] if names else 0
