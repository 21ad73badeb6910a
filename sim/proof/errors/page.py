"""The plays as one page for people: no script, no other file, readable on paper and in the dark."""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from sim.proof.errors.documented import COUNTS, DOCUMENTED, Documented
from sim.proof.errors.played import Played, Sight

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d9dee5; --paper: #fbfbf9;
  --held: #8a5a00; --charged: #1d5f3a; --wrong: #a3251b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #9aa5b4; --line: #343c47;
  --paper: #14181d; --held: #e0ac52; --charged: #7cc79a; --wrong: #f08a80; } }
body { font: 16px/1.55 system-ui, "Noto Sans", "Noto Sans SC", sans-serif; color: var(--ink);
  background: var(--paper); max-width: 76rem; margin: 3rem auto; padding: 0 1.5rem; }
h1 { font-weight: 600; font-size: 1.7rem; margin-bottom: .3rem; }
h2 { font-weight: 600; font-size: 1.2rem; margin: 3.5rem 0 1rem; }
p, li { max-width: 46rem; }
.soft, figcaption, th { color: var(--soft); font-weight: 400; font-size: .85rem; }
section { border-top: 1px solid var(--line); padding: 1.4rem 0 1.2rem; break-inside: avoid; }
h3 { font-size: 1rem; font-weight: 600; margin: 0 0 .2rem; }
h3 code { font-size: 1rem; margin-right: .6rem; }
.held { color: var(--held); } .charged { color: var(--charged); } .wrong { color: var(--wrong); }
.words { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem 2.5rem;
  margin-top: .8rem; }
figure { margin: 0; } figcaption { margin-bottom: .15rem; }
figure p { margin: 0; } figure p:first-of-type { font-weight: 600; }
.heard { color: var(--soft); margin-top: .35rem !important; font-weight: 400 !important; }
ol { padding-left: 1.2rem; }
"""

_LANGUAGES = {"zh": "Chinese", "en": "English"}
_HEADINGS = {
    "dispenser": "The dispenser",
    "reader": "The card reader",
    "bank": "The bank",
    "visit": "The visit",
}


def page(results: Sequence[Played], missing: Sequence[str]) -> str:
    """The whole page as HTML."""
    body = "\n".join([*_head(results, missing), *_devices(results)])
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>What the customer is told</title>\n<style>{_STYLE}</style>\n{body}\n</html>\n"
    )


def _head(results: Sequence[Played], missing: Sequence[str]) -> Iterator[str]:
    played = {each.scenario.error for each in results}
    yield "<h1>What the customer is told</h1>"
    yield (
        f"<p>{len(played)} of {sum(COUNTS.values())} documented errors were played on the whole "
        "terminal, each with the device or the bank saying that very code on the wire, in both "
        "profiles and both languages. In the standard profile words are spoken when asked for.</p>"
    )
    if missing:
        yield '<p class="wrong">Not all of it holds:</p><ol class="wrong">'
        yield from (f"<li>{escape(fault)}</li>" for fault in missing)
        yield "</ol>"


def _devices(results: Sequence[Played]) -> Iterator[str]:
    for device, errors in groupby(DOCUMENTED, key=lambda error: error.device):
        yield f"<h2>{_HEADINGS[device]}</h2>"
        for error in errors:
            yield from _error(error, [r for r in results if r.scenario.error == error.name])


def _error(error: Documented, results: Sequence[Played]) -> Iterator[str]:
    yield "<section>"
    yield f"<h3><code>{escape(error.code)}</code>{escape(error.meaning)}</h3>"
    yield f'<div class="soft">{escape(error.source)}</div>'
    if not results:
        yield '<p class="wrong">No scenario.</p>'
    for scenario, plays in groupby(results, key=lambda each: each.scenario):
        kind = "held" if scenario.held else "charged" if scenario.charged else "soft"
        yield f'<p>{escape(scenario.where)}: <span class="{kind}">{scenario.outcome}</span></p>'
        yield '<div class="words">'
        yield from (_words(each) for each in plays)
        yield "</div>"
    yield "</section>"


def _words(played: Played) -> str:
    name = f"{_LANGUAGES[played.language]}, {played.profile}"
    sight = played.told
    if sight is None:
        return f'<figure><figcaption>{name}</figcaption><p class="wrong">nothing</p></figure>'
    reads = "".join(f"<p>{escape(text)}</p>" for text in sight.reads)
    return (
        f'<figure lang="{played.language}"><figcaption>{name}</figcaption>{reads}'
        f'<p class="heard">{_heard(sight)}</p></figure>'
    )


def _heard(sight: Sight) -> str:
    said = [escape(text) for text in sight.hears]
    if sight.asked:
        said.append(f"({escape(' '.join(sight.asked))})")
    return " ".join(said) or "(silence)"
