"""The map of all screens as a drawing: an SVG with a picture for each screen and its exits below it.

A group is a band across the drawing, a column in it is one step further in. A line is drawn where an exit
leads further in within its group; every other exit is only written, which keeps it readable: nearly every
screen can also end, go back or be left. Pictures are files beside the drawing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Final

from sim.design.flow_map import ENDS, OVER, Exit, Node
from sim.design.walk import Screen
from sim.proof.campaign.workers import counted

WIDE: Final = 184
TALL: Final = 147
"""Of a picture: a panel of 5 : 4."""

GAP: Final = 92
"""Between columns, where the lines run."""

BETWEEN: Final = 26
MARGIN: Final = 28
HEADING: Final = 52
LINE: Final = 14
EXITS_MAX: Final = 12
COLUMN_MAX: Final = 4
"""Screens of one step below each other; more of them stand in a further column."""

GRID_COLUMNS: Final = 12
"""How wide the groups without an order are."""

LETTERS: Final = 34
"""Of an exit; the whole of it is told where it is pointed at."""

STYLE: Final = (
    "text{font:11px system-ui,'Noto Sans','Noto Sans SC',sans-serif;fill:#1b2430}"
    ".group{font-size:22px;font-weight:650}.soft{fill:#586474}.name{font-weight:600}"
    ".exit{fill:#0b4f9e}.happens{fill:#586474}a{cursor:pointer}"
    "a:hover .exit,a:hover .happens{text-decoration:underline}"
    ".line{fill:none;stroke:#0b4f9e;stroke-width:1.3;opacity:.34}"
    ".line.happens{stroke:#586474;opacity:.3;stroke-dasharray:4 3}"
    ".frame{fill:#fff;stroke:#c3ccd6}.lost .frame{stroke-dasharray:5 4;stroke:#b35a00}"
    "svg.only .node,svg.only .line{opacity:.1}svg.only .on{opacity:1}"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the drawing says of a screen: its title, the file of its picture ("" for none) and the address of
    its pictures in the page."""

    title: str
    picture: str
    address: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A node with its place in the drawing."""

    node: Node
    number: int
    column: int
    x: int
    y: int


def drawing(nodes: Sequence[Node], shown: Mapping[Screen, Shown]) -> str:
    """The whole map."""
    placed, headings, height = _arranged(nodes)
    by_screen = {one.node.screen: one for one in placed}
    width = max((one.x + WIDE for one in placed), default=0) + MARGIN
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" id="flow">'
        ),
        f"<style>{STYLE}</style>",
        f'<rect width="{width}" height="{height}" fill="#f6f7f9"/>',
        *headings,
        *(line for one in placed for line in _lines(one, by_screen)),
        *(text for one in placed for text in _node(one, by_screen, shown)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


# --- where everything stands ----------------------------------------------------------------------


def _arranged(nodes: Sequence[Node]) -> tuple[list[Placed], list[str], int]:
    placed: list[Placed] = []
    headings: list[str] = []
    top = MARGIN
    for group, members in groupby(nodes, lambda node: node.group):
        some = list(members)
        title = escape(group.replace("_", " "))
        headings.append(f'<text class="group" x="{MARGIN}" y="{top + 24}">{title}</text>')
        headings.append(
            f'<text class="soft" x="{MARGIN}" y="{top + 42}">{escape(_said(some))}</text>'
        )
        top += HEADING
        bottom = top
        for column, rows in _columns(group, some):
            y = top
            for node in rows:
                x = MARGIN + column * (WIDE + GAP)
                placed.append(Placed(node, len(placed), column, x, y))
                y += height_of(node) + BETWEEN
            bottom = max(bottom, y)
        top = bottom + MARGIN
    return placed, headings, top


def _said(members: Sequence[Node]) -> str:
    lost = sum(not node.reached for node in members)
    screens = counted(len(members), "screen")
    return (
        f"{screens}, {lost} with a dashed frame: the walk found no way there" if lost else screens
    )


def _columns(group: str, members: Sequence[Node]) -> Iterator[tuple[int, list[Node]]]:
    """What stands in which column; the screens that no way leads to come last."""
    if group in (ENDS, OVER):
        for column in range(GRID_COLUMNS):
            yield column, list(members[column::GRID_COLUMNS])
        return
    column = 0
    for _, rows in groupby(members, lambda node: (not node.reached, node.depth)):
        each = list(rows)
        for at in range(0, len(each), COLUMN_MAX):
            yield column, each[at : at + COLUMN_MAX]
            column += 1


def height_of(node: Node) -> int:
    """Of the picture, two lines of words and the exits."""
    return TALL + 34 + LINE * min(len(node.exits), EXITS_MAX + 1)


# --- what is drawn --------------------------------------------------------------------------------


def _lines(one: Placed, places: Mapping[Screen, Placed]) -> Iterator[str]:
    """From the exits that lead further in."""
    for row, way in enumerate(one.node.exits[:EXITS_MAX]):
        end = places[way.end]
        if end.node.group != one.node.group or end.column <= one.column:
            continue
        x, y = one.x + WIDE, one.y + TALL + 34 + LINE * row + 3
        to_x, to_y = end.x, end.y + 22
        bend = min(70, (to_x - x) // 2)
        css = "line" if way.pressed else "line happens"
        yield (
            f'<path class="{css}" data-from="{one.number}" data-to="{end.number}" '
            f'd="M{x} {y}C{x + bend} {y} {to_x - bend} {to_y} {to_x} {to_y}"/>'
        )


def _node(
    one: Placed, places: Mapping[Screen, Placed], shown: Mapping[Screen, Shown]
) -> Iterator[str]:
    node, x, y = one.node, one.x, one.y
    told = shown[node.screen]
    css = "node" if node.reached else "node lost"
    yield f'<g class="{css}" id="n{one.number}" data-place="{escape(told.address)}">'
    yield f"<title>{escape(_whole(node, shown))}</title>"
    link = f"index.html#{told.address}" if told.address else ""
    yield f'<a href="{escape(link)}">' if link else "<g>"
    yield f'<rect class="frame" x="{x}" y="{y}" width="{WIDE}" height="{TALL}" rx="5"/>'
    if told.picture:
        yield (
            f'<image href="{told.picture}" x="{x + 1}" y="{y + 1}" width="{WIDE - 2}" '
            f'height="{TALL - 2}" preserveAspectRatio="xMidYMid meet"/>'
        )
    if not told.picture:
        yield _text("soft", x + 12, y + TALL // 2, "no sample shows it")
    yield "</a>" if link else "</g>"
    yield _text("name", x, y + TALL + 14, told.title or node.screen.key)
    yield _text("soft", x, y + TALL + 27, node.screen.key)
    for row, way in enumerate(node.exits[:EXITS_MAX]):
        end = places[way.end]
        text = f"{', '.join(way.names)} → {shown[way.end].title or way.end.key}"
        css = "exit" if way.pressed else "happens"
        line = _text(css, x, y + TALL + 34 + LINE * row + 8, text)
        yield f'<a href="#n{end.number}" data-to="{end.number}">{line}</a>'
    more = len(node.exits) - EXITS_MAX
    if more > 0:
        yield _text("soft", x, y + TALL + 34 + LINE * EXITS_MAX + 8, f"and {more} more")
    yield "</g>"


def _whole(node: Node, shown: Mapping[Screen, Shown]) -> str:
    """All there is to say of a node, for whoever points at it."""
    ways = (_way(way, shown) for way in node.exits)
    return "\n".join((f"{node.screen.phase} {node.screen.key}".strip(), *ways))


def _way(way: Exit, shown: Mapping[Screen, Shown]) -> str:
    return f"{', '.join(way.names)} → {shown[way.end].title or way.end.key}"


def _text(css: str, x: int, y: int, text: str) -> str:
    short = text if _wide(text) <= LETTERS else f"{_cut(text)}…"
    return f'<text class="{css}" x="{x}" y="{y}">{escape(short)}</text>'


def _wide(text: Iterable[str]) -> int:
    """In Latin letters; a Chinese character is as wide as two."""
    return sum(2 if c > "\u2e80" else 1 for c in text)


def _cut(text: str) -> str:
    end = len(text)
    while end and _wide(text[:end]) >= LETTERS:
        end -= 1
    return text[:end]
