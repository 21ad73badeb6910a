"""The audit as one page for people: a file and its folder of pictures, no other file, no network.

Values stand worst first. The filters choose among the worst of each look, language and panel, which the
page holds all; the statement says at which distance and on which panels that was.
"""

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d9dee5; --paper: #fbfbf9;
  --card: #ffffff; --good: #1d5f3a; --wrong: #a3251b; --bar: #0b4f9e; --track: #e3e7ec; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #9aa5b4; --line: #343c47;
  --paper: #14181d; --card: #1b2027; --good: #7cc79a; --wrong: #f08a80; --bar: #7fb2ee;
  --track: #2c343e; } }
* { box-sizing: border-box; }
body { font: 16px/1.55 system-ui, "Noto Sans", "Noto Sans SC", sans-serif; color: var(--ink);
  background: var(--paper); max-width: 78rem; margin: 2.5rem auto 6rem; padding: 0 1.5rem; }
h1 { font-weight: 600; font-size: 1.8rem; margin: 0 0 .2rem; }
h2 { font-weight: 600; font-size: 1.25rem; margin: 3rem 0 .8rem; }
p, li { max-width: 52rem; }
.soft, th, figcaption { color: var(--soft); font-size: .86rem; font-weight: 400; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: 1rem;
  margin: 1.6rem 0; }
.figures div { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
  padding: .8rem 1rem; }
.figures b { display: block; font-size: 1.45rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.figures .wrong b { color: var(--wrong); } .figures .good b { color: var(--good); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .35rem .9rem .35rem 0;
  border-bottom: 1px solid var(--line); }
td.name { white-space: nowrap; } td.number, th.number { text-align: right; white-space: nowrap; }
td.note { color: var(--soft); font-size: .86rem; overflow-wrap: anywhere; }
form { position: sticky; top: 0; z-index: 2; background: var(--paper); padding: .8rem 0;
  display: flex; flex-wrap: wrap; gap: .8rem 1.4rem; align-items: end;
  border-bottom: 1px solid var(--line); }
label { font-size: .86rem; color: var(--soft); }
select { display: block; font: inherit; color: var(--ink); background: var(--card);
  border: 1px solid var(--line); border-radius: .4rem; padding: .3rem .5rem; min-width: 10rem; }
section { border-bottom: 1px solid var(--line); padding: 1.3rem 0 1.1rem; }
.head { display: grid; grid-template-columns: 10rem 1fr auto; gap: .2rem 1.4rem;
  align-items: baseline; }
h3 { font-size: 1rem; font-weight: 600; margin: 0; }
.asks { margin: 0; } .taken { grid-column: 2; margin: 0; }
.value { font-size: 1.2rem; font-weight: 600; text-align: right; font-variant-numeric: tabular-nums; }
.good { color: var(--good); } .wrong { color: var(--wrong); }
.bound { grid-column: 3; grid-row: 2; text-align: right; white-space: nowrap; }
details { margin: .6rem 0 0 11.4rem; } summary { cursor: pointer; color: var(--soft);
  font-size: .86rem; }
.shots { display: flex; flex-wrap: wrap; gap: 1rem; margin: .8rem 0 0 11.4rem; }
.said { margin: .4rem 0 0 11.4rem; } figure { margin: 0; max-width: 30rem; } figure img { display: block; max-width: 100%;
  max-height: 12rem; border: 1px solid var(--line); border-radius: .35rem; }
figcaption { margin-top: .25rem; max-width: 30rem; }
@media (max-width: 52rem) { .head { grid-template-columns: 1fr auto; } .asks, .taken { grid-column: 1; }
  .bound { grid-row: auto; grid-column: 2; } details, .shots, .said { margin-left: 0; } }
"""

_SCRIPT = """
const table = JSON.parse(document.getElementById("table").textContent);
const sight = cells => Object.fromEntries(table.columns.map((name, i) => [name, cells[i]]));
table.findings = table.findings.map(sight);
for (const r of table.requirements) r.worst = r.worst.map(sight);
const form = document.querySelector("form");
const chosen = name => form.elements[name].value;
const number = v => Math.abs(v) >= 1000 ? Math.round(v).toLocaleString("en") :
  String(+v.toFixed(Math.abs(v) >= 100 ? 1 : Math.abs(v) >= 10 ? 2 : 3));
const make = (tag, text, css) => { const e = document.createElement(tag);
  if (text !== undefined) e.textContent = text; if (css) e.className = css; return e; };
const put = (parent, ...children) => { parent.append(...children); return parent; };
const fits = s => (!chosen("look") || s.look === chosen("look") || table.profiles[s.look] === chosen("look"))
  && (!chosen("language") || s.language === chosen("language"))
  && (!chosen("panel") || s.panel === chosen("panel"))
  && (!chosen("requirement") || s.requirement === chosen("requirement"));
const place = s => [s.screen, s.page ? "page " + (s.page + 1) : ""].filter(Boolean).join(", ");
const unit = id => table.requirements.find(r => r.id === id).unit;
const broken = s => s.margin < -1e-9;
function row(s, withId) {
  const tr = make("tr");
  if (withId) put(tr, make("td", s.requirement, "name"));
  const others = s.screens > 1 ? " and " + (s.screens - 1) + " more" : "";
  return put(tr, make("td", number(s.value) + " " + unit(s.requirement), "number " + (broken(s) ? "wrong" : "")),
    make("td", (s.sense === "at least" ? "≥ " : "≤ ") + number(s.required), "number"),
    make("td", place(s) + others), make("td", s.look, "name"), make("td", s.language),
    make("td", s.panel, "name"),
    make("td", s.note, "note"));
}
function rows(list, withId) {
  const head = put(make("tr"), ...(withId ? [make("th", "requirement")] : []),
    make("th", "measured", "number"), make("th", "asked", "number"),
    ...["screen", "look", "language", "panel", "what"].map(t => make("th", t)));
  return put(make("table"), put(make("thead"), head),
    put(make("tbody"), ...list.map(s => row(s, withId))));
}
function shot(s) {
  const img = make("img"); img.loading = "lazy"; img.src = "pictures/" + encodeURIComponent(s.picture);
  img.alt = place(s) + ": " + s.note;
  const words = [number(s.value) + " " + unit(s.requirement), place(s), s.look, s.language, s.panel];
  return put(make("figure"), img, make("figcaption", words.filter(Boolean).join(" · ")));
}
function card(r, list) {
  const worst = list[0], bad = broken(worst);
  const sense = (worst.sense === "at least" ? "at least " : "at most ") + number(worst.required);
  const head = put(make("div", undefined, "head"), make("h3", r.id), make("p", r.asks, "asks"),
    make("div", number(worst.value) + (r.unit.startsWith(":") ? "" : " ") + r.unit, "value " + (bad ? "wrong" : "good")),
    make("p", r.taken + " · " + r.measured.toLocaleString("en") + " measured", "taken soft"),
    make("div", sense, "bound soft"));
  const shots = list.filter(s => s.picture).slice(0, 4).map(shot);
  const more = put(make("details"), make("summary", "the worst of each look, language and panel"),
    rows(list.slice(0, 40), false));
  return put(make("section"), head,
    ...(shots.length ? [put(make("div", undefined, "shots"), ...shots)]
      : worst.note ? [make("p", worst.note, "said soft")] : []), more);
}
function show() {
  const found = table.findings.filter(fits);
  document.getElementById("found").replaceChildren(found.length
    ? rows(found.slice(0, 200), true) : make("p", "Nothing that was measured here is outside its bound.", "good"));
  const shots = found.filter(s => s.picture).slice(0, 12).map(shot);
  if (shots.length) put(document.getElementById("found"), put(make("div", undefined, "shots"), ...shots));
  const rank = list => broken(list[0]) ? list[0].margin - 1e6 : list[0].required === 0 ? 1e6 : list[0].margin;
  const cards = table.requirements.map(r => [r, r.worst.filter(fits)]).filter(c => c[1].length);
  cards.sort((a, b) => rank(a[1]) - rank(b[1]));
  document.getElementById("worst").replaceChildren(...cards.map(c => card(...c)));
}
form.addEventListener("change", show);
show();
"""


def page(table: Mapping[str, Any]) -> str:
    """The whole page as HTML, from what `report.as_table` made."""
    data = json.dumps(_slim(table), ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    body = "\n".join([*_head(table), *_statement(table), *_filters(table), *_places(table)])
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>The accessibility audit</title>\n<style>{_STYLE}</style>\n{body}\n"
        f'<script type="application/json" id="table">{data}</script>\n'
        f"<script>{_SCRIPT}</script>\n</html>\n"
    )


_COLUMNS = (
    "requirement",
    "screen",
    "look",
    "language",
    "panel",
    "page",
    "value",
    "required",
    "sense",
    "margin",
    "note",
    "screens",
    "picture",
)

NOTE_MAX = 120
"""Characters of a note on the page; the table has all of it."""


def _slim(table: Mapping[str, Any]) -> dict[str, Any]:
    """What the script needs, sights as rows without names: there are thousands."""
    requirements = [
        {**each, "worst": [_cells(sight) for sight in each["worst"]]}
        for each in table["requirements"]
    ]
    return {
        "columns": _COLUMNS,
        "profiles": table["profiles"],
        "findings": [_cells(sight) for sight in table["findings"]],
        "requirements": requirements,
    }


def _cells(sight: Mapping[str, Any]) -> list[Any]:
    return [sight.get(name) for name in _COLUMNS[:-3]] + [
        sight["note"][:NOTE_MAX],
        len(sight["screens"]),
        sight.get("picture"),
    ]


def _head(table: Mapping[str, Any]) -> Iterator[str]:
    found = len(table["findings"])
    part = "" if table["everything"] else " This is a part of the whole matrix."
    yield "<h1>The accessibility audit</h1>"
    yield (
        '<p class="soft">Every screen was drawn in each look and language on the panels named below, and the '
        f"pictures were measured. Nothing here is taken from what the program believes of itself.{part}</p>"
    )
    yield '<div class="figures">'
    for value, name, css in (
        (found, "findings", "wrong" if found else "good"),
        (len(table["screens"]), "screens", ""),
        (table["pictures"], "pictures", ""),
        (table["measurements"], "measurements", ""),
        *((value, name, "") for name, value in _extremes(table)),
    ):
        shown = f"{value:,}" if isinstance(value, int) else value
        yield f'<div class="{css}"><b>{shown}</b>{escape(name)}</div>'
    yield "</div>"


_EXTREMES = (
    ("VIS-01", "smallest capital"),
    ("VIS-02", "smallest angle, elder"),
    ("VIS-07", "lowest contrast"),
    ("TCH-02 height", "lowest elder target"),
)


def _extremes(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    known = {each["id"]: each for each in table["requirements"]}
    for name, words in _EXTREMES:
        worst = known[name]["worst"]
        if worst:
            value = min(sight["value"] for sight in worst)
            yield words, f"{value:.2f} {known[name]['unit']}".replace(" :1", ":1")


def _statement(table: Mapping[str, Any]) -> Iterator[str]:
    distance = table["viewing_distance_mm"]
    panels = "; ".join(
        f"{one['diagonal_inch']:g} inch with {one['width_px']} x {one['height_px']} pixels "
        f"({one['px_per_mm']:.2f} per millimetre)"
        for one in table["panels"]
    )
    yield "<h2>What this holds for</h2>"
    yield (
        f"<p>Angles are those of an eye {distance:g} mm from the glass; its lower edge is taken to be "
        f"{table['glass_bottom_mm']:g} mm above the floor. The panels: {panels}. On another panel, further "
        "away or mounted otherwise, the figures are others. No conformance with any standard is claimed.</p>"
    )
    yield from _few_panels(table["on_few_panels"])
    drafts = ", ".join(
        f"{language} {one['drafts']} of {one['drafts'] + one['reviewed']}"
        for language, one in table["drafts"].items()
    )
    yield (
        f"<p>Texts that no reader of the language has reviewed yet (drafts): {drafts}. Their sizes and "
        "lengths are measured; whether they say the right thing is not.</p>"
    )
    yield "<details style='margin-left:0'><summary>What was not measured here</summary><ul>"
    yield from (f"<li>{escape(text)}</li>" for text in table["not_measured_here"])
    yield "</ul></details>"


def _few_panels(few: Mapping[str, list[str]]) -> Iterator[str]:
    """That some looks were not seen on every panel."""
    for panels in dict.fromkeys(tuple(each) for each in few.values()):
        looks = ", ".join(look for look, seen in few.items() if tuple(seen) == panels)
        yield f"<p>Only on {escape(' and '.join(panels))}: {escape(looks)}.</p>"


def _filters(table: Mapping[str, Any]) -> Iterator[str]:
    profiles = sorted({*table["profiles"].values(), *table["looks"]})
    yield "<h2>Findings and worst values</h2><form>"
    yield _select("requirement", [one["id"] for one in table["requirements"] if one["worst"]])
    yield _select("look", profiles, "profile or look")
    yield _select("language", table["languages"])
    yield _select("panel", [one["name"] for one in table["panels"]])
    yield "</form>"


def _select(name: str, values: list[str], label: str = "") -> str:
    options = "".join(f"<option>{escape(value)}</option>" for value in values)
    return (
        f'<label>{label or name}<select name="{name}"><option value="">all</option>{options}'
        "</select></label>"
    )


def _places(table: Mapping[str, Any]) -> Iterator[str]:
    yield '<div id="found"></div>'
    yield "<h2>Every requirement, the nearest to its bound first</h2>"
    yield "<noscript><p>The values below need a script; audit.json has them all.</p></noscript>"
    yield '<div id="worst"></div>'
