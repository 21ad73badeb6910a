"""The audit as one table of plain data: what JSON holds and the page is made of."""

from collections.abc import Mapping
from typing import Any, Final

from screens.layout import Rect
from sim.proof.audit.findings import Sight, Tally, Where, verdict
from sim.proof.audit.matrix import LOOKS, PANELS
from sim.proof.audit.requirements import GLASS_BOTTOM_MM, REQUIREMENTS, VIEWING_DISTANCE_MM
from sim.proof.audit.run import Choice
from sim.stage.settings import Design

NOT_HERE: Final = (
    "People. Nobody has looked at these screens for this page; a measured screen can still be a bad one.",
    "VIS-12 (flashing and movement), VIS-15 (the cabinet and the eye), VIS-16 (receipts).",
    "TCH-06 to TCH-12 and TCH-14 to TCH-15: presses in time, keys and forces.",
    "What is heard, beside that each text shown has a text said (AUD-13).",
    (
        "VIS-05 asks in one place for a size 1.67 times the elder one and VIS-17 for 200 % of the standard "
        "one; the second is offered, which is 1.33 times the elder size. Its floor of 30 dp is measured."
    ),
    "The glass itself: its brightness, glare, viewing angle and the light in the room.",
)
"""What the page must not be taken to say."""

Names = Mapping[tuple[Where, Rect], str]


def as_table(tally: Tally, choice: Choice, design: Design, names: Names) -> dict[str, Any]:
    """Everything, for JSON and for the page."""
    found = tally.found()
    return {
        "viewing_distance_mm": VIEWING_DISTANCE_MM,
        "glass_bottom_mm": GLASS_BOTTOM_MM,
        "everything": choice.everything,
        "looks": list(choice.looks),
        "languages": list(choice.languages),
        "panels": [_panel(name) for name in choice.panels],
        "on_few_panels": _on_few(choice),
        "profiles": {name: LOOKS[name].profile for name in choice.looks},
        "screens": sorted(tally.screens),
        "pictures": tally.pictures,
        "measurements": tally.measurements,
        "drafts": {language: _reviewed(design, language) for language in choice.languages},
        "findings": [_sight(sight, names) for sight in found],
        "broken": dict(tally.broken),
        "requirements": [_requirement(tally, name, names) for name in REQUIREMENTS],
        "not_measured_here": list(NOT_HERE),
    }


def _on_few(choice: Choice) -> dict[str, list[str]]:
    """The looks that were not seen on each panel, and where they were."""
    seen = {
        name: [unit.panel for unit in choice.units if unit.look == name] for name in choice.looks
    }
    return {
        name: list(dict.fromkeys(panels))
        for name, panels in seen.items()
        if set(panels) != set(choice.panels)
    }


def _panel(name: str) -> dict[str, Any]:
    glass = PANELS[name]
    return {
        "name": name,
        "diagonal_inch": glass.diagonal_inch,
        "width_px": glass.width_px,
        "height_px": glass.height_px,
        "px_per_mm": round(glass.px_per_mm, 3),
    }


def _reviewed(design: Design, language: str) -> dict[str, int]:
    done, drafts = next(
        each.review_counts() for name, each in design.catalogues.items() if name == language
    )
    return {"reviewed": done, "drafts": drafts}


def _requirement(tally: Tally, name: str, names: Names) -> dict[str, Any]:
    known = REQUIREMENTS[name]
    return {
        "id": name,
        "asks": known.asks,
        "unit": known.unit,
        "taken": known.taken,
        "measured": tally.counts[name],
        "broken": tally.broken[name],
        "verdict": verdict(tally, name),
        "worst": [_sight(sight, names) for sight in tally.worst_of(name)],
    }


def _sight(sight: Sight, names: Names) -> dict[str, Any]:
    table = sight.as_table()
    picture = names.get((sight.where, sight.reading.rect))
    return {**table, "margin": round(sight.reading.margin, 4)} | (
        {"picture": picture} if picture else {}
    )
