"""How long it takes from saving a file of the design to the changed pixel: a figure of `main.py bench`.

On the real program in a real window where there can be one; else the work is measured on a window without a
display, and the wait for the next look at the files and for the next frame is added at random.
"""

import os
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from devices.clock import SystemClock
from sim.design.copied import copied
from sim.stage.display import HEADLESS_DRIVERS
from sim.stage.measure import SEED, Figure, percentile

SAVE_SECONDS_MAX = 1.0
"""From saving to the changed pixel, at most."""

GIVEN_UP_SECONDS = 5.0

COLOURS = ("#F3F5F8", "#F8F3F5")
"""The ground of the first screen as it is, and a little redder."""

PATCH = (300, 300, 4, 4)
"""Ground of the glass, wherever the screen has words."""


def figures(quick: bool) -> Iterator[Figure]:
    """Save to changed pixel; the median and the worst."""
    count = 5 if quick else 20
    driver = os.environ.get("SDL_VIDEODRIVER", "")
    from sim.stage.x11 import NoX

    with tempfile.TemporaryDirectory() as folder:
        try:
            if driver in HEADLESS_DRIVERS:
                raise NoX(f"SDL_VIDEODRIVER is {driver}")
            seconds = _in_a_window(Path(folder), count)
        except NoX:
            seconds = _without_display(Path(folder), count)
    worst = percentile(seconds, 0.99)
    yield Figure(
        f"save to changed pixel, run --live ({count})",
        median(seconds),
        worst,
        "s",
        f"p99 < {SAVE_SECONDS_MAX:.0f}",
        worst < SAVE_SECONDS_MAX,
    )


def _in_a_window(folder: Path, count: int) -> list[float]:
    from sim.stage import measure_window as on
    from sim.stage.x11 import Display, private_display

    sources, rng, clock = copied(folder / "design"), random.Random(SEED), SystemClock()
    with private_display(*on.WINDOW) as name:
        display = Display(name)
        driven = on.Driven(display, name, folder, options=("--live", str(sources.folder)))
        driven.start()
        try:
            driven.wait(lambda: driven.phase == "Idle")
            driven.rest(2.0)

            def until_changed() -> float:
                before, begun = display.look(*PATCH), clock.now()
                while display.look(*PATCH) == before:
                    if clock.now() > begun + GIVEN_UP_SECONDS:
                        raise on.Stuck("no pixel changed after a file was saved")
                    on.pause(on.PEEK_SECONDS)
                return clock.now() - begun

            seconds = []
            for number in range(count):
                driven.rest(0.5 + rng.random())
                seconds.append(_saved(sources.theme, number, until_changed))
            return seconds
        finally:
            driven.stop()


def _saved(theme: Path, number: int, until_changed: Callable[[], float]) -> float:
    """Save the other colour; seconds until the pixel has it."""
    old, new = COLOURS[number % 2], COLOURS[(number + 1) % 2]
    text = theme.read_text("utf-8").replace(f'ground = "{old}"', f'ground = "{new}"', 1)
    fresh = theme.with_suffix(".new")
    fresh.write_text(text, "utf-8")
    fresh.replace(theme)
    return until_changed()


def _without_display(folder: Path, count: int) -> list[float]:
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    from screens.theme import Panel
    from screens.window import Window
    from sim.design.rehearse import Rehearsal
    from sim.design.reload import LOOKS_PER_SECOND, Reload
    from sim.stage.kiosk import IDLE_HZ, faces_of
    from sim.stage.samples import SAMPLES

    sources, rng, clock = copied(folder / "design"), random.Random(SEED), SystemClock()
    panel, session = Panel(19.0, 1280, 1024), SAMPLES["idle"]
    reload = Reload(sources, Rehearsal(panel))
    window = Window(faces_of(reload.design), panel, (1280, 1024))
    window.draw(session, None, clock.now())

    def until_changed() -> float:
        begun = clock.now()
        fresh = reload.look(session)
        assert fresh is not None, "what was saved was not taken"
        window.adopt(faces_of(fresh))
        assert window.draw(session, None, begun)
        waited = rng.random() / LOOKS_PER_SECOND + rng.random() / IDLE_HZ
        return clock.now() - begun + waited

    seconds = []
    for number in range(count):
        seconds.append(_saved(sources.theme, number, until_changed))
    window.close()
    return seconds
