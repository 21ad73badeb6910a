"""A replay as one page: a player on top, every screen below with the rows that led to it.

The page needs no other file than its pictures. Without scripts it is the list alone.
"""

import hashlib
import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

import pygame

from screens.picture import save_png
from sim.replay.compare import Difference
from sim.replay.draw import Drawer, headline
from sim.replay.retold import Frame
from sim.stage.log import readable

PAGE: Final = "replay.html"
PICTURES: Final = "pictures"

NAME_CHARS: Final = 20
"""Of the hash of a picture: equal pictures are one file."""

_STYLE: Final = """
:root { color-scheme: light dark; --soft: #5c636b; --line: #c9ced4; --note: #8a5a00; --ground: #fff; }
@media (prefers-color-scheme: dark) { :root { --soft: #a4acb4; --line: #3d444c; --note: #ffcd60;
  --ground: #17191c; } }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; background: var(--ground); }
main { max-width: 74rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.4rem; margin: 0 0 .3rem; } p { margin: .3rem 0; } .soft { color: var(--soft); }
#player { position: sticky; top: 0; background: var(--ground); padding: .6rem 0; z-index: 1;
  border-bottom: 1px solid var(--line); }
#player img { display: block; max-height: 58vh; max-width: 100%; border: 1px solid var(--line); }
#player button { font: inherit; padding: .35rem .9rem; margin: .5rem .4rem 0 0; min-width: 5rem; }
.frame { display: grid; grid-template-columns: 20rem 1fr; gap: .3rem 1.4rem; padding: 1rem 0;
  border-top: 1px solid var(--line); }
.frame h2 { font-size: 1rem; margin: 0; grid-column: 1 / -1; font-variant-numeric: tabular-nums; }
.frame img { width: 100%; border: 1px solid var(--line); display: block; }
.frame.now h2 { text-decoration: underline; text-underline-offset: .2em; }
.note { color: var(--note); } pre { font-size: .78rem; white-space: pre-wrap; overflow-wrap: anywhere;
  margin: .2rem 0; } table { border-collapse: collapse; } td, th { text-align: left; padding: .2rem 1rem .2rem 0;
  vertical-align: top; border-top: 1px solid var(--line); }
@media (max-width: 48rem) { .frame { grid-template-columns: 1fr; } }
"""

_SCRIPT: Final = """
const frames = JSON.parse(document.getElementById("frames").textContent);
const speed = Number(document.body.dataset.speed), gap = 6;
let at = 0, playing = null;
const player = document.getElementById("player"); player.hidden = false;
const items = [...document.querySelectorAll(".frame")];
function show(to) { at = Math.max(0, Math.min(frames.length - 1, to));
  document.getElementById("shown").src = frames[at].picture;
  document.getElementById("where").textContent = (at + 1) + " of " + frames.length + "   " + frames[at].text;
  items.forEach((one, i) => one.classList.toggle("now", i === at)); }
function stop() { clearTimeout(playing); playing = null;
  document.getElementById("play").textContent = "Play"; }
function later() { if (at + 1 >= frames.length) { stop(); return; }
  const wait = Math.min(frames[at + 1].at - frames[at].at, gap) / speed;
  playing = setTimeout(() => { show(at + 1); later(); }, Math.max(wait, .25) * 1000); }
function toggle() { if (playing) { stop(); return; }
  if (at + 1 >= frames.length) show(0);
  document.getElementById("play").textContent = "Pause"; later(); }
document.getElementById("back").onclick = () => { stop(); show(at - 1); };
document.getElementById("next").onclick = () => { stop(); show(at + 1); };
document.getElementById("play").onclick = toggle;
document.addEventListener("keydown", (event) => {
  if (event.key === "ArrowRight") { stop(); show(at + 1); }
  if (event.key === "ArrowLeft") { stop(); show(at - 1); } });
show(0); if (document.body.dataset.step === "no") toggle();
"""


def write(
    frames: Sequence[Frame],
    drawer: Drawer,
    folder: Path,
    about: str,
    speed: float,
    step: bool,
    found: Sequence[Difference] | None = None,
) -> Path:
    """Page and pictures under `folder`; the page's path."""
    (folder / PICTURES).mkdir(parents=True, exist_ok=True)
    names = [_picture(drawer, frame, folder / PICTURES) for frame in frames]
    shown = [
        {"picture": name, "at": frame.at, "text": headline(frame)}
        for name, frame in zip(names, frames, strict=True)
    ]
    data = json.dumps(shown, ensure_ascii=False).replace("<", "\\u003c")
    listed = "".join(_frame(frame, name) for frame, name in zip(frames, names, strict=True))
    unknown = sum(frame.session is None for frame in frames)
    not_said = f"; of {unknown} only the name is recorded" if unknown else ""
    body = (
        f"<h1>{escape(about)}</h1><p class=soft>{len(frames)} screens drawn again from the rows of the "
        f"record{not_said}. No device was touched, and nothing was heard of a bank.</p>{_compared(found)}"
        '<div id="player" hidden><img id="shown" alt=""><p id="where" class=soft></p>'
        '<button id="back">Back</button><button id="play">Play</button>'
        f'<button id="next">Next</button></div>{listed}'
        f'<script type="application/json" id="frames">{data}</script><script>{_SCRIPT}</script>'
    )
    page = folder / PAGE
    page.write_text(
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(about)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f'<body data-speed="{speed}" data-step="{"yes" if step else "no"}"><main>{body}</main></body>\n'
        "</html>\n",
        encoding="utf-8",
    )
    return page


def _picture(drawer: Drawer, frame: Frame, folder: Path) -> str:
    surface = drawer.picture(frame)
    digest = hashlib.sha256(pygame.image.tobytes(surface, "RGB")).hexdigest()
    name = f"{digest[:NAME_CHARS]}.png"
    if not (folder / name).exists():
        save_png(surface, folder / name)
    return f"{PICTURES}/{name}"


def _frame(frame: Frame, name: str) -> str:
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in frame.notes)
    rows = escape("\n".join(readable(row) for row in frame.rows))
    return (
        f'<section class="frame"><h2>{escape(headline(frame))}</h2>'
        f'<img loading="lazy" src="{name}" alt="{escape(frame.key)}"><div>{notes}<pre>{rows}</pre></div>'
        "</section>\n"
    )


def _compared(found: Sequence[Difference] | None) -> str:
    if found is None:
        return ""
    if not found:
        return "<p>The two runs agree: money, screens, words, rows and card.</p>"
    rows = "".join(
        f"<tr><td>{escape(one.what)}</td><td>{one.agree}</td><td>{one.at:.1f} s {escape(one.ours)}</td>"
        f"<td>{one.other_at:.1f} s {escape(one.theirs)}</td></tr>"
        for one in found
    )
    return f"<table><tr><th>first difference</th><th>after</th><th>here</th><th>other</th></tr>{rows}</table>"
