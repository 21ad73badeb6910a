"""How many touches it is from any screen to those who help: everything that a finger does counts, turning the pages of
the glass too (accessibility.md COG-03, F rows 15, 20/21, 29 and own choice).

Counted on the glass, in every look of the audit's matrix: the screen as it is laid out, a press on help, as many
presses on the page button as stand between, and the press itself. `MOST` has what may be needed, `MORE` where a
glass has no room for as little, and why.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

import pytest

from screens.scene import Scene, scene
from sim.proof.audit.matrix import LOOKS, PANELS, Shot, Stage, Studio, Unit
from sim.stage.samples import SAMPLES, in_language
from sim.stage.settings import own_design
from terminal import events as ev
from terminal.flow import step
from terminal.focus import bar_allows
from terminal.help_pages import HOTLINES_OF_ALL, readable
from terminal.messages import VOICED
from terminal.profile import Language
from tests.tiers import with_part

HELP = ev.Chosen("help")
MOST: Mapping[str, int] = {"call_staff": 2, "counter": 2, "explain": 2}
"""Touches from any screen."""

LOW_GLASS = ("15.6in-1366x768", "15.6in-1920x1080")
"""194 mm high: under the title and above the bar there is no room for three answers of 36 mm in one column
(accessibility.md B1), and one of double-sized English beside the page button."""
MORE: Mapping[tuple[str, str], Mapping[str, int]] = {
    (look, panel): {"explain": 3}
    for look in ("low-vision-yellow", "low-vision-white", "low-vision-seated")
    for panel in LOW_GLASS
}
READ_MOST = 3
"""Touches until every number has stood on the glass: help, and at most two pages turned."""

CASES = [
    (look, language, panel)
    for look in LOOKS
    for panel in LOOKS[look].panels or PANELS
    for language in sorted(VOICED)
]
PART = (
    ("standard", "zh", "15.0in-1024x768"),
    ("standard-200", "en", "15.6in-1366x768"),
    ("standard-seated", "zh", "21.5in-1080x1920"),
    ("elder", "en", "15.0in-1024x768"),
    ("elder", "zh", "15.6in-1920x1080"),
    ("elder-seated", "en", "15.6in-1366x768"),
    ("elder-200", "en", "15.0in-1024x768"),
    ("low-vision-yellow", "zh", "15.0in-1024x768"),
    ("low-vision-yellow", "en", "15.6in-1366x768"),
    ("low-vision-seated", "en", "21.5in-1080x1920"),
    ("low-vision-white", "zh", "19in-1280x1024"),
)
every = pytest.mark.parametrize(("look", "language", "panel"), with_part(CASES, PART))


@cache
def studio(look: str, language: Language, panel: str) -> Studio:
    return Studio(Stage(own_design()), Unit(look, language, panel, ()))


def helped(look: str, language: Language, panel: str) -> Iterator[tuple[str, tuple[Shot, ...]]]:
    """Every screen by name, and the pages of the glass after help was pressed there. Screens of one look are told
    apart by what is on the glass; those that are the same but for their name are laid out once."""
    at = studio(look, language, panel)
    known: dict[Scene, tuple[Shot, ...]] = {}
    for name in SAMPLES:
        if not in_language(name, language):
            continue
        session = at.session(name)
        opened = step(replace(session, page=0), HELP, 60.0)[0]
        assert opened.overlay == "help", name
        assert bar_allows(session, "help"), name
        same = replace(scene(opened, at.catalogue, at.profile, 0.0), identity="")
        if same not in known:
            known[same] = tuple(at.pages(opened))
        yield name, known[same]


def touches(pages: tuple[Shot, ...], answer: str) -> int:
    """Help, then the page button until the answer is on the glass, then the answer; 0 if it is nowhere."""
    on = (
        n
        for n, one in enumerate(pages)
        if any(b.event == ev.Chosen(answer) for b in one.laid.targets)
    )
    return next((1 + n + 1 for n in on), 0)


@every
def test_those_who_help_are_so_many_touches_away_from_every_screen(
    look: str, language: Language, panel: str
) -> None:
    most = {**MOST, **MORE.get((look, panel), {})}
    far = {
        (name, answer): found
        for name, pages in helped(look, language, panel)
        for answer in MOST
        if not 0 < (found := touches(pages, answer)) <= most[answer]
    }
    assert not far


@every
def test_every_number_is_read_after_so_many_touches(
    look: str, language: Language, panel: str
) -> None:
    """The bank's own, both for complaints, the line against fraud (CN-19)."""
    for name, pages in helped(look, language, panel):
        words = "".join(_words(page) for page in pages[:READ_MOST])
        line = pages[0].session.machine.bank_line
        for number in (
            line,
            *(HOTLINES_OF_ALL[one] for one in ("regulator", "central_bank", "fraud_line")),
        ):
            assert number in words or readable(number).replace(" ", "") in words, (name, number)


def _words(page: Shot) -> str:
    lines = (line.text for box in page.laid.boxes for line in box.lines)
    return "".join(lines).replace(" ", "").replace("\u00a0", "")


def test_what_may_take_longer_is_no_more_than_what_does() -> None:
    """A limit that nobody needs is a limit that lets a page get worse."""
    for (look, panel), more in MORE.items():
        found = {
            answer: max(
                touches(pages, answer)
                for language in sorted(VOICED)
                for _, pages in [next(helped(look, language, panel))]
            )
            for answer in more
        }
        assert found == more, (look, panel)
