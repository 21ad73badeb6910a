"""Stories played headless: pictures of every screen shown, what was spoken, the record, and a verdict.

Under the output folder each story gets a folder of its own with numbered pictures, `speech.txt`,
`journal.db` (which `log verify` accepts) and `journal.jsonl`. The same story, seed and choices give the
same files byte for byte.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO

from devices.journal_store import MEMORY
from sim.stage import log
from sim.stage.bench import KEY, Bench, StoryStuckError
from sim.stage.gallery import Gallery
from sim.stage.settings import Design, Settings, nearest, read_design
from sim.stage.stories import STORIES, Must, Story
from sim.stage.voices import Recorded, recorded
from terminal import session as s
from terminal.prompts import phase_prompt, text_key, values_of
from terminal.recovery import recover

Frame = tuple[str, s.Session, float]
"""A screen as it was shown: its name, the session behind it, and when."""


class UnknownStory(Exception):
    """No story of that name; the text names the nearest."""


@dataclass
class Played:
    """One story after the play: what was seen and said, and what did not hold."""

    story: Story
    frames: list[Frame] = field(default_factory=list)
    spoken: Sequence[Recorded] = ()
    faults: list[str] = field(default_factory=list)
    journal: bytes = b""
    rows: int = 0


def find(name: str) -> Story:
    """A story by name. Raises UnknownStory with the nearest known one."""
    if name not in STORIES:
        raise UnknownStory(f'There is no story "{name}". {nearest(name, STORIES)}')
    return STORIES[name]


def told(story: Story, profile: str = "", language: str = "") -> Story:
    """The story with the customer choosing a profile or language at the start.

    What was chosen by the customer holds to the end, so what must hold changes with it."""
    wish = replace(
        story.wish, profile=profile or story.wish.profile, language=language or story.wish.language
    )
    must = replace(story.must, profile=profile, reason="EXPLICIT") if profile else story.must
    return replace(story, wish=wish, must=must)


def play(
    story: Story,
    settings: Settings,
    design: Design,
    seed: int = 0,
    journal: Path | None = None,
    seen: Callable[[Frame], None] = lambda frame: None,
) -> Played:
    """Play one story to its end and hold the end against what must hold."""
    played = Played(story)
    bench = Bench(
        story.shape, seed, settings, journal_path=journal or MEMORY, design=design, speech=recorded
    )

    def watch(session: s.Session, now: float) -> None:
        name = screen_name(session)
        if not played.frames or _shown(played.frames[-1]) != _shown((name, session, now)):
            frame = (name, session, now)
            played.frames.append(frame)
            seen(frame)

    story.arrange(bench.world)
    try:
        with bench.watching(watch):
            bench.boot().visit(story.wish).waits(10.0)
    except StoryStuckError as stuck:
        played.faults.append(str(stuck))
    played.spoken = bench.voice.spoken()
    played.faults += list(broken(story.must, bench, played.frames))
    played.faults += [str(fault) for fault in bench.store.verify()]
    played.rows = sum(1 for _ in bench.store.rows())
    bench.store.close()
    return played


def broken(must: Must, bench: Bench, frames: Sequence[Frame]) -> Iterable[str]:
    """What does not hold at the end of a story, in words."""
    card = bench.story_card
    bank, world = bench.world.bank, bench.world
    if card in bank.customers:
        charged = bank.charged(card) // 100
        held = (bank.balance(card) - bank.available(card)) // 100
        yield from _unless("the account was charged", charged, must.charged)
        yield from _unless("on hold", held, must.held)
    yield from _unless("the customer holds", world.paid_out(), must.paid)
    place = {"outside": "hand"}.get(world.reader.where(card), world.reader.where(card))
    yield from _unless("the card is in", place, must.card)
    looks = [session.look for _, session, _ in frames if session.visit]
    if looks:
        yield from _unless("the profile was", looks[-1].profile, must.profile)
        yield from _unless("its reason was", looks[-1].reason, must.reason)
    endings = [
        notice.key
        for _, session, _ in frames
        if isinstance(session.phase, s.Farewell | s.Explaining) and (notice := session.phase.notice)
    ]
    yield from _unless("the last words were", endings[-1] if endings else "", must.ending)
    for alarm in bank.alarms:
        yield f"the bank raised an alarm: {alarm}"
    left = recover(bench.store.rows())
    if left.order is not None:
        yield f"operation {left.order.txid} has no ending"
    if left.outbox:
        yield f"{len(left.outbox)} outcomes were never acknowledged"


def _unless(what: str, found: object, wanted: object) -> Iterable[str]:
    if found != wanted:
        yield f"{what} {found}, but it must be {wanted}"


def screen_name(session: s.Session) -> str:
    """The name of a screen, for files and people."""
    return text_key(session).replace("notice.", "").replace(".", "-").replace("_", "-")


def _shown(frame: Frame) -> tuple[object, ...]:
    name, session, _ = frame
    look = session.look
    reminded = session.wait.reminded if phase_prompt(session).key == "enter_pin" else 0
    typed = getattr(session.phase, "typed", None) if name == "review" else None
    return name, look.profile, look.language, look.offer, look.said, reminded, typed


# --- the command ----------------------------------------------------------------------------------


def play_all(
    stories: Sequence[Story],
    settings: Settings,
    out: Path,
    seed: int = 0,
    to: TextIO = sys.stdout,
) -> int:
    """Play stories, write everything under `out`, say a line for every screen and a summary at the
    end. The exit code: 0 if everything held, 1 otherwise.

    Raises OSError where nothing can be written."""
    design = read_design()
    gallery = Gallery(settings, design)
    results = []
    for number, story in enumerate(stories, start=1):
        print(f"[{number}/{len(stories)}] {story.name}: {story.about}", file=to, flush=True)
        results.append(_play_one(story, settings, design, out, seed, gallery, to))
    _summary(results, out, to)
    return 1 if any(played.faults for played in results) else 0


def _play_one(
    story: Story,
    settings: Settings,
    design: Design,
    out: Path,
    seed: int,
    gallery: Gallery,
    to: TextIO,
) -> Played:
    folder = out / story.name
    journal = prepared(folder)

    def seen(frame: Frame) -> None:
        gallery.count += 1
        name, session, now = frame
        path = folder / f"{gallery.count:02d}-{name}.png"
        gallery.draw(session, now, path)
        catalogue = design.catalogues[session.look.language]
        key = text_key(session)
        title = catalogue.title(key, values_of(session)) if key in catalogue.entries else ""
        look = f"{session.look.profile}, {session.look.language}"
        print(f"  {gallery.count:02d} {now:7.1f} s  {name} ({look})  {title}", file=to, flush=True)

    gallery.count = 0
    played = play(story, settings, design, seed, journal, seen)
    _write_speech(folder / "speech.txt", played.spoken)
    with (folder / "export.log").open("w", encoding="utf-8") as said:
        log.export(journal, folder / "journal.jsonl", said)
    (folder / "export.log").unlink()
    for fault in played.faults:
        print(f"  DOES NOT HOLD: {fault}", file=to, flush=True)
    return played


def prepared(folder: Path) -> Path:
    """A fresh folder for a story; where its journal comes to be, with the key beside it."""
    _emptied(folder)
    journal = folder / "journal.db"
    write_key(journal)
    return journal


def _emptied(folder: Path) -> None:
    """A fresh folder: what an earlier play wrote there goes, nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.name.startswith("journal.") or old.suffix in (".png", ".txt"):
            old.unlink()


def write_key(journal: Path) -> None:
    """The key of stories beside a journal, as the log commands look for it."""
    path = Path(f"{journal}.key")
    path.write_bytes(KEY)
    path.chmod(0o600)


def _write_speech(path: Path, spoken: Sequence[Recorded]) -> None:
    lines = [
        f"{said.at:8.1f}-{said.until:6.1f} s  {said.lang}  {said.privacy}"
        f"{'  (interrupted)' if said.interrupted else ''}  {said.text}"
        + (f"\n{'':28}{said.spoken_form}" if said.spoken_form != said.text else "")
        for said in spoken
    ]
    path.write_text(
        "\n".join(lines) + "\n" if lines else "(nothing was spoken)\n", encoding="utf-8"
    )


def _summary(results: Sequence[Played], out: Path, to: TextIO) -> None:
    pictures = sum(len(p.frames) for p in results)
    spoken = sum(len(p.spoken) for p in results)
    rows = sum(p.rows for p in results)
    failed = [p.story.name for p in results if p.faults]
    print(
        f"{len(results)} stories, {len(failed)} with something that does not hold"
        f"{': ' + ', '.join(failed) if failed else ''}. "
        f"{pictures} pictures, {spoken} utterances, {rows} journal rows under {out}.",
        file=to,
        flush=True,
    )
