"""Millimetres on the designer's own monitor: measured with a card, kept, and told when they are assumed."""

from pathlib import Path

import pytest

from screens.theme import Panel
from sim.design.place import RULER_PX, Placing
from sim.design.strip import WIDTH_PX
from sim.design.true_size import (
    ASSUMED_PX_PER_MM,
    CARD_MM,
    PX_PER_MM_MAX,
    Monitor,
    marks,
    size_mm,
    turned,
)

PANEL = Panel(15.0, 1024, 768)
DESKTOP = (2560, 1440)


def test_a_monitor_is_measured_with_a_card_and_known_again(tmp_path: Path) -> None:
    file = tmp_path / "state" / "design.json"
    monitor = Monitor(file, DESKTOP)
    assert (monitor.measured, monitor.px_per_mm) == (False, ASSUMED_PX_PER_MM)
    while monitor.card(2000, 1000).w < 428:  # the card is 428 px wide here: 5 px/mm
        monitor.turn(1.0)
    monitor.keep()
    again = Monitor(file, DESKTOP)
    assert again.measured
    assert again.px_per_mm == pytest.approx(428 / CARD_MM[0], rel=0.002)
    assert not Monitor(file, (1280, 800)).measured
    monitor.turn(1e6)
    assert monitor.px_per_mm == PX_PER_MM_MAX


@pytest.mark.parametrize(
    "broken", ["", "{", "[]", '{"px_per_mm": 3}', '{"px_per_mm": {"2560x1440": -4}}']
)
def test_a_file_that_is_broken_is_as_none(tmp_path: Path, broken: str) -> None:
    file = tmp_path / "design.json"
    file.write_text(broken, "utf-8")
    assert not Monitor(file, DESKTOP).measured


def test_the_panel_is_as_many_millimetres_on_the_monitor_as_it_is(tmp_path: Path) -> None:
    monitor = Monitor(tmp_path / "none", DESKTOP, px_per_mm=5.0)
    wide, tall = size_mm(PANEL)
    assert (wide**2 + tall**2) ** 0.5 == pytest.approx(15.0 * 25.4)
    placing = Placing(monitor, PANEL, "true")
    places = placing.places(2400, 1400, 1024 / 768, True)
    assert places.glass.w == pytest.approx(wide * 5.0, abs=1)
    assert places.glass.h == pytest.approx(tall * 5.0, abs=1)
    assert "true size" in placing.told(places)
    upright = Placing(monitor, turned(PANEL), "true").places(2400, 1600, 768 / 1024, True)
    assert (upright.glass.w, upright.glass.h) == (places.glass.h, places.glass.w)


def test_what_is_larger_than_its_room_is_seen_in_part_and_never_under_the_strip(
    tmp_path: Path,
) -> None:
    monitor = Monitor(tmp_path / "none", DESKTOP, px_per_mm=8.0)
    placing = Placing(monitor, PANEL, "true")
    for _ in range(100):
        placing.move(1, 1)
        places = placing.places(1500, 900, 1024 / 768, True)
        assert places.room.right <= 1500 - WIDTH_PX
        assert places.glass.right >= places.room.right
        assert places.glass.bottom >= places.room.bottom
    assert "Shift+arrows" in placing.told(places)
    fitted = Placing(monitor, PANEL).places(1500, 900, 1024 / 768, True)
    assert fitted.room.contains(fitted.glass)
    assert fitted.glass.x == fitted.glass.y == RULER_PX
    assert fitted.front is not None
    assert not fitted.front.overlaps(fitted.glass)


def test_a_ruler_has_a_number_at_every_centimetre() -> None:
    found = list(marks(42.0, 4.0))
    assert [number for _, number in found if number is not None] == [0, 1, 2, 3, 4]
    assert found[2] == (40, 1)
    assert len(found) == 9
