"""What a campaign found, for people: one page that needs nothing else, and one JSON file beside it.

The page begins with the verdict in words and gives every figure with what it is a share of: faults
that struck, places where the terminal died of those that exist, branches reached of those that must be.
What was not reached is named as plainly as what was, and so is what is not modelled. Nothing is loaded
from anywhere; light, dark and print are the same page.

What is red is decided here too (`verdict`), so that page, JSON and exit code cannot disagree.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final

from sim.proof.campaign.plan import ONE
from sim.proof.campaign.shrink import command
from sim.proof.campaign.tally import (
    Found,
    Json,
    Tally,
    gaps,
    log_hash,
    per_core_second,
    per_cpu_second,
    said,
    to_json,
)
from sim.proof.campaign.workers import BROKE_OFF, counted
from sim.stage.progress import duration

PAGE, FIGURES = "campaign.html", "campaign.json"

RED_VISITS: Final = 20_000
"""From so many visits on, a branch that was never taken is a failure: the rarest ones are taken about
once in a thousand visits, so by then chance is no excuse."""

SHOWN_MAX: Final = 25
"""Violations on the page; all that were kept are in the JSON."""


@dataclass(frozen=True, slots=True)
class LawLine:
    """One of the thirty: its number and sentence, the shapes it applies to (and why only these), when
    it is looked at."""

    number: int
    sentence: str
    shapes: frozenset[str]
    when: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """All that exists, so that what was not reached can be named. Names map to what they mean."""

    laws: Sequence[LawLine]
    sometimes: Mapping[str, str]
    faults: Mapping[str, str]
    crash_points: Sequence[str]
    not_modelled: Sequence[str]

    def law(self, number: int) -> str:
        """A law's sentence."""
        if number == BROKE_OFF:
            return "The run broke off."
        return next((law.sentence for law in self.laws if law.number == number), "")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether all is well, one headline, and what else is to be said: why it is red, or notes."""

    well: bool
    headline: str
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def verdict(tally: Tally, frame: Frame) -> Verdict:
    """What the figures come to."""
    missed = [name for name in frame.sometimes if name not in tally.sometimes]
    late = bool(missed) and tally.visits >= RED_VISITS
    escaped = [canary.bug for canary in tally.canaries if not canary.law]
    reasons: list[str] = []
    if late:
        reasons.append(f"Never seen, though it must be: {', '.join(missed)}.")
    reasons += [f"The deliberate bug “{bug}” was not noticed." for bug in escaped]
    notes: list[str] = []
    if missed and not late:
        notes.append(f"Not seen in so few visits: {', '.join(missed)}.")
    if left_out := gaps(tally.ranges):
        notes.append(f"Not played: seeds {said(left_out)}.")
    if tally.broken:
        headline = _broken_headline(tally)
    elif not tally.visits:
        return Verdict(False, "Nothing was played.", tuple(reasons), tuple(notes))
    elif escaped:
        headline = f"{_held(tally)}, but a deliberate bug went unnoticed."
    elif late:
        headline = f"{_held(tally)}, but not every branch was taken."
    else:
        headline = f"{_held(tally)}."
    well = not (tally.broken or escaped or late)
    return Verdict(well, headline, tuple(reasons), tuple(notes))


def _held(tally: Tally) -> str:
    return f"Every law held in {counted(tally.visits, 'visit')}"


def _broken_headline(tally: Tally) -> str:
    numbers = sorted(int(law) for law in tally.broken)
    laws = [str(number) for number in numbers if number != BROKE_OFF]
    runs = counted(tally.failed_runs, "run")
    of = f"{runs} of {sum(tally.runs.values()):,}"
    if not laws:
        return f"The program broke off in {of}."
    listed = laws[0] if len(laws) == 1 else f"{', '.join(laws[:-1])} and {laws[-1]}"
    verb = "was" if len(laws) == 1 else "were"
    return f"{'Law' if len(laws) == 1 else 'Laws'} {listed} {verb} broken in {of}."


# --- files ----------------------------------------------------------------------------------------


def write(tally: Tally, frame: Frame, folder: Path) -> tuple[Path, Path]:
    """Page and JSON into a folder; where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    page, figures = folder / PAGE, folder / FIGURES
    page.write_text(html(tally, frame), encoding="utf-8")
    text = json.dumps(findings(tally, frame), indent=1, ensure_ascii=False)
    figures.write_text(text + "\n", encoding="utf-8")
    return page, figures


def findings(tally: Tally, frame: Frame) -> dict[str, Json]:
    """The JSON: the verdict and the shares, worked out, and the tally that they come from."""
    judged = verdict(tally, frame)
    return {
        "verdict": {
            "well": judged.well,
            "headline": judged.headline,
            "reasons": [*judged.reasons],
            "notes": [*judged.notes],
        },
        "sometimes": _share(tally.sometimes, frame.sometimes),
        "crash_points": _share(tally.crash_points, frame.crash_points),
        "fault_kinds": _share(+tally.faults, frame.faults),
        "suspect_share": round(tally.suspects / tally.operations, 6) if tally.operations else 0.0,
        "visits_per_core_second": round(per_core_second(tally), 1),
        "visits_per_cpu_second": round(per_cpu_second(tally), 1),
        "replay": [replay(found, tally) for found in tally.violations],
        "not_modelled": [*frame.not_modelled],
        "tally": to_json(tally),
    }


def _share(reached: Mapping[str, int], existing: Iterable[str]) -> Json:
    names = list(existing)
    missed = [name for name in names if name not in reached]
    return {
        "existing": len(names),
        "reached": len(names) - len(missed),
        "missed": [*sorted(missed)],
        "unknown": [*sorted(set(reached) - set(names))],
    }


def replay(found: Found, tally: Tally) -> str:
    """The command that plays a violation again."""
    return command(found.seed, shape=tally.forced or "", services=tally.services)


# --- the page -------------------------------------------------------------------------------------


def html(tally: Tally, frame: Frame) -> str:
    """The whole page."""
    judged = verdict(tally, frame)
    parts = (
        _head(tally, judged),
        _figures(tally),
        _violations(tally, frame),
        _laws(tally, frame),
        _sometimes(tally, frame),
        _faults(tally, frame),
        _crashes(tally, frame),
        _endings(tally),
        _canaries(tally),
        _unmodelled(frame),
        _foot(tally),
    )
    title = escape(judged.headline)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(part for part in parts if part)
        + "\n</main>\n</body>\n</html>\n"
    )


def _head(tally: Tally, judged: Verdict) -> str:
    machines = {None: "both machines", "path": "path dispenser", "presenter": "presenter"}
    about = (
        f"Campaign · seeds {said(tally.ranges) or 'none'} · {machines[tally.forced]} · "
        f"program {tally.program or 'unknown'}"
    )
    reasons = "".join(f'<p class="reason">{escape(each)}</p>' for each in judged.reasons)
    notes = "".join(f'<p class="note">{escape(each)}</p>' for each in judged.notes)
    state = "well" if judged.well else "red"
    return (
        f'<header class="{state}"><p class="about">{escape(about)}</p>'
        f"<h1>{escape(judged.headline)}</h1>{reasons}{notes}</header>"
    )


def _figures(tally: Tally) -> str:
    share = 100 * tally.suspects / tally.operations if tally.operations else 0.0
    faults = sum(tally.faults.values())
    told = (
        (f"{tally.visits:,}", "visits", f"{sum(tally.runs.values()):,} runs"),
        (f"{tally.operations:,}", "operations", f"{tally.rows:,} rows of journal"),
        (f"{tally.virtual_ms / 3_600_000:,.0f}", "hours of virtual time", _machines(tally)),
        (f"{faults:,}", "faults set", counted(len(+tally.faults), "kind")),
        (f"{tally.restarts:,}", "restarts", f"{tally.power_cuts:,} of them power cuts"),
        (f"{share:.2f} %", "left in doubt", counted(tally.suspects, "suspect")),
        (
            f"{per_cpu_second(tally):,.0f}",
            "visits per processor second",
            f"{per_core_second(tally):,.0f} a second and core on the wall",
        ),
        (
            duration(tally.wall_seconds),
            "from begin to end",
            counted(tally.jobs, "process", "processes"),
        ),
    )
    cells = "".join(
        f"<div><dd>{escape(number)}</dd><dt>{escape(what)}</dt><dd class=small>{escape(more)}</dd></div>"
        for number, what, more in told
    )
    return f'<dl class="figures">{cells}</dl>'


def _machines(tally: Tally) -> str:
    return ", ".join(f"{count:,} {shape}" for shape, count in sorted(tally.runs.items())) + " runs"


def _violations(tally: Tally, frame: Frame) -> str:
    if not tally.violations:
        return ""
    shown = tally.violations[:SHOWN_MAX]
    by_law = sorted(shown, key=lambda each: (each.law, each.seed, each.at))
    groups = "".join(
        _law_broken(law, tuple(found), tally, frame)
        for law, found in groupby(by_law, key=lambda each: each.law)
    )
    rest = sum(tally.broken.values()) - len(shown)
    more = (
        f'<p class="note">And {counted(rest, "more violation")} not shown here.</p>' if rest else ""
    )
    return section("What was broken", "", groups + more)


def _law_broken(law: int, found: Sequence[Found], tally: Tally, frame: Frame) -> str:
    name = f"Law {law}" if law != BROKE_OFF else "Broke off"
    items = "".join(
        f'<li><p>{escape(each.text)}</p><p class="where">Seed {each.seed:,}, {each.shape}, '
        f"visit {each.visit}, at {each.at:,.3f} s</p>"
        f"<code>{escape(replay(each, tally))}</code></li>"
        for each in found
    )
    times = counted(tally.broken[str(law)], "time")
    return (
        f'<article class="broken"><h3>{name} <span>{times}</span></h3>'
        f"<p class=sentence>{escape(frame.law(law))}</p>{_short(tally.shortest.get(str(law)))}"
        f"<ol>{items}</ol></article>"
    )


def _short(line: str | None) -> str:
    """The shortest run that was found for this law."""
    return f"<p class=where>Shortest</p><code>{escape(line)}</code>" if line else ""


def _laws(tally: Tally, frame: Frame) -> str:
    rows = "".join(
        f'<tr class="{"bad" if tally.broken[str(law.number)] else ""}">'
        f'<td class="n">{law.number}</td><td>{escape(law.sentence)}{_why(law.why)}</td>'
        f"<td>{_shapes(law.shapes)}</td><td>{escape(law.when)}</td>"
        f"<td>{_times(tally.broken[str(law.number)])}</td></tr>"
        for law in frame.laws
    )
    if not rows:
        return ""
    head = (
        "<tr><th class=n>No.</th><th>Law</th><th>Machine</th><th>Looked at</th><th>Broken</th></tr>"
    )
    held = sum(1 for law in frame.laws if not tally.broken[str(law.number)])
    about = f"{held} of {len(frame.laws)} held. Numbers as in the list of invariants."
    return section("The laws", about, f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>")


def _why(why: str) -> str:
    return f"<br><span class=why>{escape(why)}</span>" if why else ""


def _shapes(shapes: frozenset[str]) -> str:
    return "both" if len(shapes) != 1 else escape(next(iter(shapes)))


def _times(count: int) -> str:
    return f"<b>{counted(count, 'time')}</b>" if count else "never"


def _sometimes(tally: Tally, frame: Frame) -> str:
    if not frame.sometimes:
        return ""
    missed = [name for name in frame.sometimes if name not in tally.sometimes]
    order = (*missed, *(name for name in frame.sometimes if name in tally.sometimes))
    rows = "".join(
        _branch(name, frame.sometimes[name], tally.sometimes.get(name)) for name in order
    )
    total = len(frame.sometimes)
    head = "<tr><th>Branch</th><th>What happened</th><th class=n>First seed</th></tr>"
    table = f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
    about = f"{total - len(missed)} of {total} happened at least once."
    return section("What must happen sometimes", about, _meter(total - len(missed), total) + table)


def _branch(name: str, meaning: str, seed: int | None) -> str:
    when = "<b>never</b>" if seed is None else f"{seed:,}"
    state = ' class="bad"' if seed is None else ""
    text = escape(meaning) if meaning != name else ""
    return f'<tr{state}><td>{escape(name)}</td><td>{text}</td><td class="n">{when}</td></tr>'


def _faults(tally: Tally, frame: Frame) -> str:
    counts = {**dict.fromkeys(frame.faults, 0), **tally.faults}
    if not counts:
        return ""
    most = max(counts.values())
    ordered = sorted(counts, key=lambda kind: (-counts[kind], kind))
    rows = "".join(_bar(kind, frame.faults.get(kind, ""), counts[kind], most) for kind in ordered)
    struck = sum(1 for kind in counts if counts[kind])
    about = f"{struck} of {counted(len(counts), 'kind')} set, {sum(counts.values()):,} times in all; what is armed in a device waits for its occasion."
    return section("What went wrong on purpose", about, _barred("Fault", rows))


def _endings(tally: Tally) -> str:
    if not tally.endings:
        return ""
    most = max(tally.endings.values())
    ordered = sorted(tally.endings, key=lambda name: (-tally.endings[name], name))
    rows = "".join(_bar(name, "", tally.endings[name], most) for name in ordered)
    return section("How operations ended", "", _barred("Ending", rows))


def _bar(name: str, meaning: str, count: int, most: int) -> str:
    width = 100 * count / most if most else 0
    known = f" <span>{escape(name)}</span>" if meaning and meaning != name else ""
    state = "" if count else ' class="none"'
    number = f"{count:,}" if count else "never"
    return (
        f"<tr{state}><td>{escape(meaning or name)}{known}</td>"
        f'<td class="n">{number}</td><td class="bar"><i style="width:{width:.2f}%"></i></td></tr>'
    )


def _barred(what: str, rows: str) -> str:
    head = f"<tr><th>{what}</th><th class=n>Times</th><th></th></tr>"
    return f'<table class="bars"><thead>{head}</thead><tbody>{rows}</tbody></table>'


def _crashes(tally: Tally, frame: Frame) -> str:
    places = list(dict.fromkeys((*frame.crash_points, *sorted(tally.crash_points))))
    if not places:
        return ""
    died = sum(1 for place in places if place in tally.crash_points)
    steps: dict[str, dict[str, str]] = {}
    for place in places:
        side, colon, step = place.partition(":")
        seed = tally.crash_points.get(place)
        told = "<td class=why>not here</td>" if seed is None else f"<td>seed {seed:,}</td>"
        steps.setdefault(step or place, {})[side if colon else "after"] = told
    rows = [step for step in sorted(steps) if step.isupper()]
    orders = [step for step in sorted(steps) if not step.isupper()]
    about = (
        f"{died} of {len(places)} places. With each, the first seed in which the terminal was gone "
        "there and had to find its way from the journal and the devices."
    )
    tables = _sides("Row of the journal", rows, steps, ("before", "after"))
    tables += _sides("Order handed out", orders, steps, ("after",))
    return section("Where the terminal died", about, _meter(died, len(places)) + tables)


def _sides(
    what: str, names: Sequence[str], steps: Mapping[str, Mapping[str, str]], sides: Sequence[str]
) -> str:
    if not names:
        return ""
    heads = "".join(f"<th>Died {side} it</th>" for side in sides)
    rows = "".join(
        f"<tr><td>{escape(name)}</td>"
        f"{''.join(steps[name].get(side, '<td></td>') for side in sides)}</tr>"
        for name in names
    )
    head = f"<thead><tr><th>{what}</th>{heads}</tr></thead>"
    return f'<table class="crashes">{head}<tbody>{rows}</tbody></table>'


def _meter(reached: int, existing: int) -> str:
    share = 100 * reached / existing if existing else 0
    return (
        f'<p class="meter" role="img" aria-label="{reached} of {existing}">'
        f'<i style="width:{share:.2f}%"></i></p>'
    )


def _canaries(tally: Tally) -> str:
    if not tally.canaries:
        return ""
    items = "".join(
        f"<tr{'' if each.law else ' class=bad'}><td>{escape(each.bug)}</td>"
        f"<td>{f'law {each.law}' if each.law else '<b>not noticed</b>'}</td>"
        f'<td class="n">{f"{each.seed:,}" if each.law else ""}</td><td class="n">{each.visits:,}</td></tr>'
        for each in tally.canaries
    )
    head = "<tr><th>Bug</th><th>Caught by</th><th class=n>Seed</th><th class=n>Visits until then</th></tr>"
    about = (
        "Put into the program on purpose, unknown to the checker, so that a campaign that sees nothing "
        "is known to have looked."
    )
    return section(
        "The deliberate bug", about, f"<table><thead>{head}</thead><tbody>{items}</tbody></table>"
    )


def _unmodelled(frame: Frame) -> str:
    if not frame.not_modelled:
        return ""
    items = "".join(f"<li>{escape(each)}</li>" for each in frame.not_modelled)
    about = "Nothing here says anything about these."
    return section("What is not modelled", about, f'<ul class="plain">{items}</ul>')


def _foot(tally: Tally) -> str:
    again = " ".join(f"--seeds {first}:{last}" for first, last in tally.ranges[:1])
    shape = f" --shape {tally.forced}" if tally.forced else ""
    shape += "" if tally.services == ONE else f" --services {tally.services}"
    repeat = f"<p><code>python main.py campaign {again}{shape}</code></p>" if again else ""
    return (
        "<footer><p>The same program plays the same seeds to the same event logs. "
        f"All of them together:</p><p><code>{log_hash(tally)}</code></p>{repeat}</footer>"
    )


def section(title: str, about: str, inner: str) -> str:
    """A part of a page under its heading."""
    told = f"<p class=about>{escape(about)}</p>" if about else ""
    return f"<section><h2>{escape(title)}</h2>{told}{inner}</section>"


STYLE: Final = """
:root {
  --paper: #fbfaf7; --ink: #1c1b19; --soft: #66625a; --line: #dedad0; --bar: #3f6f8f;
  --track: #ebe7dd; --good: #23683c; --bad: #a5271d; --tint: #f8e6e1; --panel: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #161615; --ink: #ebe8e1; --soft: #a19c91; --line: #35332f; --bar: #7fb0d0;
    --track: #2a2926; --good: #79c795; --bad: #f0897d; --tint: #3a211e; --panel: #1e1d1b;
  }
}
* { box-sizing: border-box; margin: 0; }
html { -webkit-text-size-adjust: 100%; }
body {
  background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
}
main { max-width: 62rem; margin: 0 auto; padding: 3.5rem 1.5rem 5rem; }
header { border-left: .35rem solid var(--good); padding-left: 1.4rem; }
header.red { border-color: var(--bad); }
h1 {
  font: 600 2.5rem/1.15 "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, "Noto Serif",
    "DejaVu Serif", serif;
  letter-spacing: -.012em; max-width: 24ch; margin: .45rem 0 .3rem; text-wrap: balance;
}
header.red h1 { color: var(--bad); }
.about, .note, .where { color: var(--soft); }
header .about { font-size: .9rem; }
.reason { font-weight: 600; }
header .reason, header .note { max-width: 64ch; margin-top: .5rem; }
h2 { font-size: 1.3rem; line-height: 1.3; letter-spacing: -.005em; }
h3 { font-size: 1.05rem; }
h3 span, td span { color: var(--soft); font-weight: 400; font-size: .88em; margin-left: .4em; }
section { margin-top: 3.6rem; }
section > .about { max-width: 64ch; margin: .15rem 0 1rem; }
td.why, .why, tr.none td { color: var(--soft); margin: 0 !important; }
.figures {
  display: grid; grid-template-columns: repeat(4, 1fr); margin-top: 2.6rem;
  border-top: 1px solid var(--line);
}
.figures div { padding: 1.1rem 1rem 1.1rem 0; border-bottom: 1px solid var(--line);
  display: flex; flex-direction: column; }
.figures dd:first-child { font-size: 1.75rem; line-height: 1.2; font-weight: 600;
  letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.figures .small { color: var(--soft); font-size: .85rem; }
table { width: 100%; border-collapse: collapse; font-size: .94rem; }
th { text-align: left; font-weight: 600; font-size: .82rem; color: var(--soft);
  border-bottom: 1px solid var(--ink); padding: .3rem .9rem .3rem 0; white-space: nowrap; }
td { border-bottom: 1px solid var(--line); padding: .42rem .9rem .42rem 0; vertical-align: baseline; }
th:last-child, td:last-child { padding-right: 0; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td b { color: var(--bad); font-weight: 600; }
tr.bad td:first-child { color: var(--bad); }
.bars td:first-child { width: 60%; }
.bar { width: 28%; vertical-align: middle; }
.bar i { display: block; height: .62rem; min-width: 1px; background: var(--bar);
  border-radius: 0 2px 2px 0; }
tr.none .bar i { display: none; }
.meter { height: .62rem; background: var(--track); border-radius: 2px; overflow: hidden;
  margin: 0 0 1rem; }
.meter i { display: block; height: 100%; background: var(--good); }
.crashes + .crashes { margin-top: 1.6rem; }
.crashes td:not(:first-child) { width: 30%; font-variant-numeric: tabular-nums; }
.crashes td:first-child { font-size: .9rem; }
.broken { background: var(--panel); border: 1px solid var(--line); border-left: .35rem solid var(--bad);
  border-radius: 3px; padding: 1.1rem 1.4rem; margin-top: 1rem; }
.broken .sentence { color: var(--soft); max-width: 70ch; }
.broken ol { list-style: none; padding: 0; }
.broken li { border-top: 1px solid var(--line); padding-top: .8rem; margin-top: .8rem; }
.where { font-size: .85rem; font-variant-numeric: tabular-nums; }
code { font: .86rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  background: var(--track); padding: .22rem .5rem; border-radius: 3px; user-select: all;
  overflow-wrap: anywhere; display: inline-block; margin-top: .3rem; }
.plain { padding-left: 1.1rem; max-width: 70ch; }
.plain li { margin: .25rem 0; }
footer { margin-top: 4rem; border-top: 1px solid var(--line); padding-top: 1.2rem;
  color: var(--soft); font-size: .88rem; }
@media (max-width: 44rem) {
  main { padding: 1.8rem 1rem 3rem; }
  h1 { font-size: 1.8rem; }
  .figures { grid-template-columns: repeat(2, 1fr); }
  section { overflow-x: auto; }
}
@media print {
  :root { --paper: #fff; --ink: #000; --soft: #444; --line: #bbb; --bar: #555; --track: #ddd;
    --good: #000; --bad: #000; --panel: #fff; }
  main { max-width: none; padding: 0; }
  body { font-size: 9.5pt; }
  section { margin-top: 1.6rem; }
  tr, .broken li, .figures div { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .bar i, .meter, .meter i { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
