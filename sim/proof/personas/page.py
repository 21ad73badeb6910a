"""The comparison as one page for people: the table, the gates, every number of the model and its source.
No script, no other file; readable on paper and in the dark."""

from collections.abc import Iterator, Sequence
from html import escape

from sim.proof.personas.mind import UNSURE
from sim.proof.personas.sources import AMOUNTS_YUAN, COMMON, NAMES, TRAITS
from sim.proof.personas.tally import Cause, Gate, Line, Place, Versus, signed

MODEL = (
    "This is a model, not people. Nobody was observed for it: six characters made of numbers, half of them "
    "assumed, press a real terminal through the real touch code. It can show that a screen cannot be read "
    "at a size, or that a limit is too short for somebody so slow; it cannot show what people are like. "
    "Only people can."
)

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d9dee5; --paper: #fbfbf9;
  --well: #1d5f3a; --wrong: #a3251b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #9aa5b4; --line: #343c47;
  --paper: #14181d; --well: #7cc79a; --wrong: #f08a80; } }
body { font: 16px/1.55 system-ui, "Noto Sans", "Noto Sans SC", sans-serif; color: var(--ink);
  background: var(--paper); max-width: 80rem; margin: 3rem auto; padding: 0 1.5rem; }
h1 { font-weight: 600; font-size: 1.7rem; margin-bottom: .3rem; }
h2 { font-weight: 600; font-size: 1.2rem; margin: 3rem 0 .8rem; }
p { max-width: 46rem; }
.soft, th { color: var(--soft); font-weight: 400; font-size: .85rem; }
.well { color: var(--well); } .wrong { color: var(--wrong); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th:first-child, td:first-child, th.left, td.left { text-align: left; }
td.text { text-align: left; max-width: 30rem; font-size: .9rem; }
"""

_HEAD = (
    "persona",
    "profile",
    "completed",
    "time, s",
    "p90",
    "wrong",
    "beside",
    "not taken",
    "dialogs",
    "ended",
    "offers",
    "rightly",
    "right after, s",
)


def page(
    found: Sequence[Line],
    against: Sequence[Versus],
    judged: Sequence[Gate],
    told: str,
    where: Sequence[Place] = (),
) -> str:
    """The whole page as HTML. `told` says what was played."""
    body = "\n".join(
        [
            f"<h1>Six customers who are not there</h1><p>{escape(MODEL)}</p>",
            f'<p class="soft">{escape(told)}</p>',
            *_table(found),
            *_against(against),
            *_gates(judged),
            *_places(where),
            *_sources(),
        ]
    )
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Six synthetic customers</title>\n<style>{_STYLE}</style>\n{body}\n</html>\n"
    )


def cells(line: Line) -> tuple[str, ...]:
    """One line of the table as texts."""
    done = line.completed
    return (
        line.persona,
        line.mode,
        f"{done.value:.1%} ({done.low:.1%} to {done.high:.1%})",
        f"{line.seconds_median:.0f}",
        f"{line.seconds_p90:.0f}",
        f"{line.wrong:.3f}",
        f"{line.missed:.3f}",
        f"{line.ignored:.3f}",
        f"{line.dialogs:.2f}",
        f"{line.ended:.3f}",
        f"{line.offers:.2f}",
        "" if line.rightly is None else f"{line.rightly:.0%}",
        "" if line.first_right_seconds is None else f"{line.first_right_seconds:.0f}",
    )


def _table(found: Sequence[Line]) -> Iterator[str]:
    yield "<h2>What happened</h2>"
    yield (
        '<p class="soft">Completed: the right amount in the hand and the card back, with the 95 % interval. '
        "Time: from coming to leaving, median and ninth tenth. Per visit: presses that chose something not "
        "intended, presses beside every target, presses the glass did not take, questions for more time, "
        "waits that ran out, offers. In natural mode: rightly applied or offered (or rightly not), and the "
        "median time until a profile that suits was shown.</p>"
    )
    yield '<div class="wide"><table><tr>'
    yield "".join(f"<th>{escape(name)}</th>" for name in _HEAD) + "</tr>"
    for line in found:
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells(line)) + "</tr>"
    yield "</table></div>"


def _against(against: Sequence[Versus]) -> Iterator[str]:
    yield "<h2>Elder less standard</h2>"
    yield '<div class="wide"><table><tr><th>persona</th><th>completed, points</th>'
    yield "<th>wrong a visit</th><th>beside a visit</th><th>both</th></tr>"
    for one in against:
        texts = (
            one.persona,
            signed(one.completed, 100, ""),
            *(signed(each, 1, "") for each in (one.wrong, one.missed, one.both)),
        )
        yield "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in texts) + "</tr>"
    yield "</table></div>"


def _gates(judged: Sequence[Gate]) -> Iterator[str]:
    yield "<h2>Gates</h2><table>"
    for gate in judged:
        word = verdict(gate)
        kind = {"held": "well", "NOT HELD": "wrong", "NOT SHOWN": "wrong"}.get(word, "soft")
        yield (
            f'<tr><td class="{kind}">{word}</td><td class="text">{escape(gate.name)}</td>'
            f'<td class="text">{escape(gate.found)}</td></tr>'
        )
    yield "</table>"


def _places(where: Sequence[Place]) -> Iterator[str]:
    yield "<h2>Where wrong presses happened</h2>"
    yield (
        '<p class="soft">Of all visits together. A screen is named by the key of its text; presses are those '
        "that chose something there. Aim: the finger landed on another button than the one it was sent to. "
        "Bounce: a second landing that nobody meant. Guess: pressed without knowing. Late: the screen changed "
        "under the finger. Misread: the words were taken for others. Slip: the finger was sent to another "
        "button than the one meant. Unchecked: a wrong amount was confirmed.</p>"
    )
    yield '<div class="wide"><table><tr><th>persona</th><th class="left">profile</th>'
    yield '<th class="left">screen</th><th>presses</th><th>wrong</th><th>of a hundred</th>'
    yield '<th class="left">how, meant → chosen</th></tr>'
    for place in where:
        if not place.wrong:
            continue
        causes = "; ".join(cause_told(cause) for cause in place.causes)
        yield (
            f'<tr><td>{place.persona}</td><td class="left">{place.mode}</td>'
            f'<td class="left">{escape(place.screen)}</td><td>{place.presses:,}</td>'
            f"<td>{place.wrong:,}</td><td>{100 * place.wrong / place.presses:.1f}</td>"
            f'<td class="text">{escape(causes)}</td></tr>'
        )
    yield "</table></div>"


def cause_told(cause: Cause) -> str:
    """One kind of wrong press in a few words: "slip confirm → change, 26"."""
    meant = f" {cause.meant} →" if cause.meant not in ("", UNSURE) else ""
    return f"{cause.why}{meant} {cause.chose}, {cause.times:,}"


def verdict(gate: Gate) -> str:
    """A gate in one word."""
    if not gate.judged:
        return "not judged"
    if gate.held:
        return "held"
    return "NOT SHOWN" if gate.open else "NOT HELD"


def _sources() -> Iterator[str]:
    yield "<h2>Every number of the model, and its source</h2>"
    yield (
        '<p class="soft">Keys in brackets are those of accessibility.md, section H. [D] is a decision of '
        "our own there, [M] from memory there; assumed is assumed here.</p>"
    )
    yield '<div class="wide"><table><tr><th>number</th>'
    yield "".join(f"<th>{escape(name)}</th>" for name in NAMES)
    yield '<th class="left">what it is, and its source</th></tr>'
    for trait in TRAITS:
        numbers = "".join(f"<td>{value:g}</td>" for value in trait.values)
        unit = f" ({escape(trait.unit)})" if trait.unit else ""
        yield (
            f"<tr><td>{escape(trait.name)}</td>{numbers}"
            f'<td class="text">{escape(trait.about)}{unit}<br><span class="soft">'
            f"{escape(trait.source)}</span></td></tr>"
        )
    for common in COMMON:
        unit = f" ({escape(common.unit)})" if common.unit else ""
        yield (
            f"<tr><td>{escape(common.name)}</td><td>{common.value:g}</td><td colspan=5></td>"
            f'<td class="text">{escape(common.about)}{unit}<br><span class="soft">'
            f"{escape(common.source)}</span></td></tr>"
        )
    yield "</table></div>"
    wanted = ", ".join(f"{yuan:,} ({part:.0%})" for yuan, part in AMOUNTS_YUAN.items())
    yield f'<p class="soft">Wanted, in yuan: {wanted}. Assumed.</p>'
