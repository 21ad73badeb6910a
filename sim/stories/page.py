"""The stories that were played as one page for people: a file and its folder of pictures, no script.

Every line of a story has its picture; beside it what was spoken, the bytes on the wire with their meaning,
the rows of the journal. What failed stands first and open, the others can be opened.
"""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final

from sim.proof.campaign.report import STYLE, section
from sim.stories.pictures import FOLDER
from sim.stories.result import MARKS, Kind, Result, Shown, Step
from sim.stories.told import summary
from sim.stories.wire import Line, tells

NAMED: Final[Mapping[Kind, str]] = {"act": "an act", "check": "a check", "end": "the end"}
LEGEND: Final = escape(" · ".join(f"{MARKS[kind]} {name}" for kind, name in NAMED.items()))
"""What the marks before the steps mean."""

Source = Callable[[str], str]
"""Where a page finds the picture of this name."""


def beside(picture: str) -> str:
    """In the folder beside the page."""
    return f"{FOLDER}/{picture}"


def within(folder: Path) -> Source:
    """In the page itself: it can be sent alone. `folder` has the folder of the pictures."""

    @cache
    def source(picture: str) -> str:
        data = (folder / FOLDER / picture).read_bytes()
        return f"data:image/png;base64,{base64.b64encode(data).decode('ascii')}"

    return source


FOLDED_MIN: Final = 3
"""Fewer polls in a row are as short as what folds them."""

_MORE: Final = """
main { max-width: 78rem; }
details.story { border-top: 1px solid var(--line); padding: .7rem 0; }
summary { cursor: pointer; } summary b { font-weight: 600; } summary .about { margin-left: .6rem; }
.failed > summary b, .step .failed { color: var(--bad); }
.reason a { color: inherit; }
.step { display: grid; grid-template-columns: 21rem 1fr; gap: .4rem 1.6rem; padding: 1.1rem 0;
  border-top: 1px solid var(--line); break-inside: avoid; }
.step h3 { grid-column: 1 / -1; } .step h3 span { font-variant-numeric: tabular-nums; }
.step .failed { grid-column: 1 / -1; font-weight: 600; margin: 0; }
figure { margin: 0; } figure img { display: block; width: 100%; border: 1px solid var(--line); }
.broke { color: var(--bad); font-size: .84rem; }
figcaption, .said, .meant { color: var(--soft); font-size: .84rem; }
.more { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .7rem;
  margin-top: .7rem; }
.step table { font-size: .8rem; } .step td { padding: .12rem .7rem .12rem 0; }
td.hex { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  overflow-wrap: anywhere; }
td.name { white-space: nowrap; color: var(--soft); } .rows { font-size: .78rem; white-space: pre-wrap;
  overflow-wrap: anywhere; }
@media (max-width: 52rem) { .step { grid-template-columns: 1fr; } }
"""


def page(results: Sequence[Result], source: Source = beside) -> str:
    """The whole page."""
    failed = [one for one in results if not one.well]
    well = [one for one in results if one.well]
    state = "red" if failed else "well"
    head = f'<p class="about">Stories</p><h1>{escape(summary(results))}</h1>'
    parts = [f'<header class="{state}">{head}</header>']
    if failed:
        parts.append(
            section("What failed", "", "".join(_story(one, True, source) for one in failed))
        )
    if well:
        parts.append(
            section(
                "What held", "", "".join(_story(one, len(results) == 1, source) for one in well)
            )
        )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(summary(results))}</title>\n<style>{STYLE}{_MORE}</style>\n</head>\n"
        f"<body>\n<main>\n{''.join(parts)}\n</main>\n</body>\n</html>\n"
    )


def _story(result: Result, opened: bool, source: Source) -> str:
    money = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in result.money.items())
    failed = (one for one in result.steps if one.failed)
    faults = "".join(
        f'<p class="reason"><a href="#{_anchor(result, step)}">line {line}</a>: {escape(text)}</p>'
        for (line, text), step in zip(result.failures, failed, strict=True)
    )
    steps = "".join(_step(one, _anchor(result, one), source) for one in result.steps)
    broke = f'<p class="reason">{escape(result.broke)}</p>' if result.broke else ""
    return (
        f'<details class="story{"" if result.well else " failed"}"{" open" if opened else ""}>'
        f"<summary><b>{escape(result.file)}</b>"
        f'<span class="about">{escape(result.about)}</span></summary>{broke}{faults}'
        f'<p class="where">{money} yuan; the card: {escape(result.card)}; '
        f"{result.seconds:,.1f} s; log {result.digest[:16]}</p>"
        f"<code>{escape(result.replay)}</code>{_written(result)}"
        f'<p class="where">{LEGEND}</p>{steps}</details>'
    )


def _written(result: Result) -> str:
    """The story itself, so that whoever has only this page can play it again."""
    return (
        f"<details><summary class=meant>The story: {escape(result.played_on)}</summary>"
        f'<pre class="rows">{escape(result.text)}</pre></details>'
    )


def _anchor(result: Result, step: Step) -> str:
    """Where a step stands, for a link from what failed."""
    return f"{result.digest[:12]}-{step.number}"


def _step(step: Step, anchor: str, source: Source) -> str:
    failed = f'<p class="failed">{escape(step.failed)}</p>' if step.failed else ""
    others = [one for one in step.screens if one.picture and one.picture != step.screen.picture]
    if step.failed and step.before.picture and step.before.key != step.screen.key:
        others = [step.before, *(one for one in others if one.picture != step.before.picture)]
    more = "".join(_figure(one, source) for one in others)
    told = "".join(_told(step))
    return (
        f'<div class="step" id="{anchor}"><h3>{escape(MARKS[step.kind])} {escape(step.text)} '
        f"<span>line {step.line} · {step.at:,.1f} s</span></h3>{failed}"
        f"{_figure(step.screen, source, 'step-picture')}<div>"
        f"{f'<div class=more>{more}</div>' if more else ''}{told}</div></div>\n"
    )


def _figure(shown: Shown, source: Source, css: str = "") -> str:
    kind = f' class="{css}"' if css else ""
    words = escape(" / ".join(shown.reads))
    picture = (
        f'<img loading="lazy" src="{source(shown.picture)}" alt="{words}">' if shown.picture else ""
    )
    place = escape(f"{shown.key}, {shown.look}" if shown.look else shown.key)
    return f"<figure{kind}>{picture}<figcaption>{shown.at:,.1f} s · {place}</figcaption></figure>"


def _told(step: Step) -> Iterator[str]:
    for broken in step.broken:
        yield f'<p class="broke">{broken.at:,.1f} s, a fault {escape(broken.told)}</p>'
    for one in step.heard:
        cut = " (cut off)" if one.interrupted else ""
        yield f'<p class="said">{one.at:,.1f} s, {escape(one.channel)}: {escape(one.text)}{cut}</p>'
    if step.rows:
        yield f'<p class="rows">{escape(chr(10).join(step.rows))}</p>'
    if step.wire:
        rows = "".join(_frames(step.wire))
        few = " open" if step.failed else ""
        yield f"<details{few}><summary class=meant>{len(step.wire)} frames on the wire</summary>"
        yield f"<table>{rows}</table></details>"


def _frames(lines: Sequence[Line]) -> Iterator[str]:
    """Frames in their order; those between that only ask whether somebody is there are folded."""
    for telling, run in groupby(lines, tells):
        rows = [_frame(one) for one in run]
        if telling or len(rows) < FOLDED_MIN:
            yield from rows
        else:
            yield (
                f"<tr><td colspan=4><details><summary class=meant>{len(rows)} polls and answers"
                f"</summary><table>{''.join(rows)}</table></details></td></tr>"
            )


def _frame(line: Line) -> str:
    times = f" ×{line.times}" if line.times > 1 else ""
    return (
        f'<tr><td class="name">{line.at:,.3f}</td><td class="name">{escape(line.device)} '
        f'{escape(line.arrow)}</td><td class="hex">{line.hex}</td>'
        f"<td>{escape(line.meaning)}{times}</td></tr>"
    )
