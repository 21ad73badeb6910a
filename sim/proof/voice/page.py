"""The audit of the voice as one page for people: no other file, no network, no script."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d9dee5; --paper: #fbfbf9;
  --good: #1d5f3a; --wrong: #a3251b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #9aa5b4; --line: #343c47;
  --paper: #14181d; --good: #7cc79a; --wrong: #f08a80; } }
body { font: 16px/1.55 system-ui, "Noto Sans", "Noto Sans SC", sans-serif; color: var(--ink);
  background: var(--paper); max-width: 78rem; margin: 2.5rem auto 6rem; padding: 0 1.5rem; }
h1 { font-weight: 600; font-size: 1.8rem; margin: 0 0 .2rem; }
h2 { font-weight: 600; font-size: 1.25rem; margin: 3rem 0 .8rem; }
p, li { max-width: 52rem; } ul { padding-left: 1.2rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .35rem .9rem .35rem 0;
  border-bottom: 1px solid var(--line); }
th, .soft { color: var(--soft); font-size: .86rem; font-weight: 400; }
.number { text-align: right; } .wrong { color: var(--wrong); } .good { color: var(--good); }
summary { cursor: pointer; padding: .3rem 0; } dl { margin: .3rem 0 1rem 1.2rem; }
dt { color: var(--soft); font-size: .86rem; } dd { margin: 0 0 .4rem 0; }
"""

_CHANNELS = {
    "headset": "in the headset",
    "loudspeaker": "by the loudspeaker",
    "aloud": "after “read it to me”",
}


def page(table: Mapping[str, Any]) -> str:
    """The whole page."""
    return "".join(
        (
            "<!doctype html><html lang=en><meta charset=utf-8>",
            "<meta name=viewport content='width=device-width'>",
            f"<title>What is shown, and what is said</title><style>{_STYLE}</style>",
            "<h1>What is shown, and what is said</h1>",
            f"<p class=soft>{escape(table['line'])}</p>",
            *_requirements(table),
            *_findings(table),
            *_agreed(table),
            *_heard(table),
            "<h2>Not looked at here</h2><ul>",
            *(f"<li>{escape(one)}</li>" for one in table["not_looked_at_here"]),
            "</ul></html>",
        )
    )


def _requirements(table: Mapping[str, Any]) -> Iterator[str]:
    yield "<h2>What was asked</h2><table><tr><th><th>asked<th>how it was looked at"
    yield "<th class=number>checks<th class=number>findings</tr>"
    for one in table["requirements"]:
        mark = "wrong" if one["broken"] else "good" if one["checked"] else "soft"
        yield f"<tr><td>{escape(one['id'])}<td>{escape(one['asks'])}"
        yield f"<td class=soft>{escape(one['taken'])}<td class=number>{one['checked']:,}"
        count = one["broken"] if one["checked"] else "not looked at"
        yield f"<td class='number {mark}'>{count}</tr>"
    yield "</table>"


def _findings(table: Mapping[str, Any]) -> Iterator[str]:
    yield "<h2>Findings</h2>"
    if not table["findings"]:
        yield "<p>None.</p>"
        return
    yield "<table>"
    for one in table["findings"]:
        screens = ", ".join(dict.fromkeys(one["screens"]))
        yield f"<tr><td class=wrong>{escape(one['requirement'])}<td>{escape(one['language'])}"
        yield f"<td>{escape(one['channel'])}<td>{escape(one['note'])}"
        yield f"<td class=soft>{escape(screens)}</tr>"
    yield "</table>"


def _agreed(table: Mapping[str, Any]) -> Iterator[str]:
    for name, title, other in (
        ("said_otherwise", "Said in other words on purpose", "heard"),
        ("left_out", "Left out by agreement", "why"),
    ):
        yield f"<h2>{title}</h2><table><tr><th>channel<th>shown<th>{other}</tr>"
        for pair in table[name]:
            yield f"<tr><td>{escape(pair['channel'])}<td>{escape(pair['shown'])}"
            yield f"<td>{escape(pair[other])}</tr>"
        yield "</table>"


def _heard(table: Mapping[str, Any]) -> Iterator[str]:
    yield "<h2>Every screen</h2>"
    for line in table["heard"]:
        name = f"{line['screen']} ({line['profile']}, {line['language']})"
        yield f"<details><summary>{escape(name)}</summary><dl><dt>shown"
        yield from (f"<dd>{escape(text)}" for text in line["shown"])
        if line["choices"]:
            yield f"<dt>to choose from<dd>{escape(' · '.join(line['choices']))}"
        for channel, texts in line["heard"].items():
            yield f"<dt>{_CHANNELS[channel]}"
            yield from (f"<dd>{escape(text)}" for text in texts or ("(nothing)",))
        yield "</dl></details>"
