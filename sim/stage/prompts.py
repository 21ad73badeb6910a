"""Spoken prompts made ahead, and recordings checked: `main.py prompts build` and `prompts check`.

What a kiosk says is mostly fixed: every sentence of the catalogue without a slot, and, for whoever
listens by headset, where things are, the choices of every screen with their keys, and the steps of
loudness and rate. `build` has the engine say each of them once, in every language that is spoken and at
the pace of every profile, into the folder where the running terminal looks first; so it starts with all
of them. `check` says what is missing there, and what a prompt pack (`audio/packs.py`) lacks or has of
yesterday.

Which sentences those are follows from the catalogue, and from what the voice tells of every sample of a
screen; nothing is listed here. Only public text is made ahead.
"""

import os
import re
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, get_args

from audio.clips import clip_name, clip_path, read_wav, write_whole_wav
from audio.outputs import open_device
from audio.packs import (
    MANIFEST,
    Manifest,
    PackError,
    Packs,
    Rate,
    Recording,
    decoded,
    fits,
    manifest_from,
    recording_bytes,
    recording_sha256,
)
from audio.pinyin import PinyinTable, pinyin_table_from
from audio.telling import PLACES, Places, Teller
from audio.tts import Made, Synthesizer
from audio.utterance import Utterance, sentences_of, template, units_per_second, utterance_of
from devices.clock import SystemClock
from sim.stage.progress import Progress
from sim.stage.samples import SAMPLES
from sim.stage.settings import ConfigurationError, Design, Settings, own_design, read_toml
from terminal.messages import VOICED
from terminal.privacy import Channel, privacy_of
from terminal.profile import Language, Profile
from terminal.session import Look, Session
from terminal.sound import LEVELS_DBA, RATES_TENTHS, Sound
from terminal.values import replace

WELL, LACKING = 0, 1

JOBS = 2
JOBS_MAX = 64
TRIES = 3
"""How often sentences are tried: under load a child can be late."""
BATCH = 8
"""Sentences for one child: most of its time goes into loading the engine, and it has three seconds."""
LOOK_SECONDS = 0.005

_SLOT = re.compile(r"\{(\w+)\}")
_CLIP_FILE = re.compile(r"[0-9a-f]{64}\.(wav|part)")


@dataclass(frozen=True, slots=True)
class Fixed:
    """What is always said of one key on one channel: its sentences without slots. `whole` is whether
    that is all that is said there."""

    key: str
    utterance: Utterance
    whole: bool


@dataclass(frozen=True, slots=True)
class Take:
    """One sentence at one pace: where it belongs, and how it is asked for."""

    name: str
    key: str
    language: Language
    text: str
    form: str
    profile: Profile


def opened_packs(folders: Sequence[Path]) -> Packs:
    """The configured packs. Raises ConfigurationError naming the manifest and what is wrong in it."""
    return Packs([(folder, read_manifest(folder)) for folder in folders])


def read_manifest(folder: Path) -> Manifest:
    """A pack's manifest. Raises ConfigurationError naming it and what is wrong in it."""
    if not folder.is_dir():
        raise ConfigurationError(f"{folder}: there is no such folder with a prompt pack.")
    path = folder / MANIFEST
    try:
        return manifest_from(read_toml(path))
    except PackError as error:
        raise ConfigurationError(f"{path}: {error}.") from error


def fixed_prompts(design: Design, language: Language) -> Iterator[Fixed]:
    """Everything that is said in a language without a value in it, for each channel."""
    catalogue, table = design.catalogues[language], pinyin_table_from(design.pinyin)
    for key in spoken_keys(table):
        for channel in get_args(Channel):
            said = utterance_of(catalogue, table, key, {}, channel)
            if said is not None:
                public = [n for n in _SLOT.findall(template(catalogue, key)) if _public(n)]
                yield Fixed(key, said, channel == "loudspeaker" and not public)


def spoken_keys(table: PinyinTable) -> list[str]:
    """Every key that is ever said: those with reviewed pinyin."""
    return sorted({*table.loudspeaker, *table.headset})


def _public(name: str) -> bool:
    return privacy_of(name) == "P0"


def public_prompts(
    design: Design, language: Language, places: Places = PLACES
) -> Iterator[tuple[str, Utterance]]:
    """What the voice tells of the samples of all screens, and of every step of the sound, as far as it is
    public; with a name for people."""
    teller = Teller(design.catalogues, pinyin_table_from(design.pinyin), places)
    looks: set[Look] = set()
    for name, sample in SAMPLES.items():
        session = replace(sample, look=replace(sample.look, language=language))
        told = [*teller.menu(session)]
        for channel in get_args(Channel):
            told += teller.screen(session, channel, with_banner=True)
        if session.look not in looks:  # what is said of the sound depends on nothing else
            looks.add(session.look)
            told += _of_the_sound(teller, session)
        yield from ((name, one) for one in told if (one.privacy, one.lang) == ("P0", language))


def _of_the_sound(teller: Teller, session: Session) -> Iterator[Utterance]:
    yield from teller.orientation(session)
    for sound in _STEPS:
        stepped = replace(session, sound=sound)
        yield from teller.step(stepped, "level", "headset")
        yield from teller.step(stepped, "rate", "headset")


_STEPS = [
    *(Sound(level=level) for level in range(1, len(LEVELS_DBA) + 1)),
    *(Sound(rate=rate) for rate in range(1, len(RATES_TENTHS) + 1)),
]


def takes(
    design: Design, languages: Sequence[Language], places: Places = PLACES
) -> dict[str, Take]:
    """Every clip that a kiosk starts with, by its name."""
    found: dict[str, Take] = {}
    for language in languages:
        fixed = [(one.key, one.utterance) for one in fixed_prompts(design, language)]
        said_once: dict[str, tuple[str, str]] = {}
        for key, said in (*fixed, *public_prompts(design, language, places)):
            for text, form in zip(said.sentences, said.forms, strict=True):
                said_once.setdefault(form, (key, text))
        for profile in design.profiles.values():
            pace = units_per_second(language, profile)
            for form, (key, text) in said_once.items():
                name = clip_name(form, language, pace)
                found.setdefault(name, Take(name, key, language, text, form, profile))
    return found


# --- build ------------------------------------------------------------------------------------


def build(
    settings: Settings,
    out: Path | None,
    jobs: int,
    language: Language | None,
    stream: TextIO = sys.stdout,
    synthesizer: Synthesizer | None = None,
) -> int:
    """Makes what is missing. 0 if all of it is there, 1 if the engine failed at some."""
    if not 1 <= jobs <= JOBS_MAX:
        raise ConfigurationError(f"--jobs is a number from 1 to {JOBS_MAX}, found {jobs}.")
    folder = settings.clips if out is None else out
    languages = sorted(VOICED) if language is None else [language]
    wanted = takes(own_design(), languages, settings.places)
    folder.mkdir(parents=True, exist_ok=True)
    missing = [take for name, take in wanted.items() if read_wav(clip_path(folder, name)) is None]
    removed = _swept(folder, wanted) if language is None else 0
    what = f"{len(wanted)} sentences ({', '.join(languages)}, at the pace of each profile)"
    swept = f" {removed} that nobody says any more were removed." if removed else ""
    if not missing:
        print(f"All {what} are in {folder} already.{swept}", file=stream)
        return WELL
    engine = Synthesizer(warm=0, jobs_max=jobs) if synthesizer is None else synthesizer
    try:
        with Progress(stream, len(missing)) as progress:
            failed = _made(engine, missing, folder, jobs, progress)
    finally:
        engine.close()
    made = len(missing) - len(failed)
    there = len(wanted) - len(missing)
    print(f"{what}: {made} made, {there} there already, in {folder}.{swept}", file=stream)
    if failed:
        keys = ", ".join(sorted({take.key for take in failed}))
        print(
            f"The speech engine did not say {len(failed)} of them ({keys}). They are said when they "
            "are needed, or not at all; try again, or look whether pyttsx3 works here.",
            file=sys.stderr,
        )
    return LACKING if failed else WELL


def _made(
    engine: Synthesizer, missing: Sequence[Take], folder: Path, jobs: int, progress: Progress
) -> list[Take]:
    """Has everything made; what the engine failed at."""
    clock, pause = SystemClock(), threading.Event()
    waiting = [(batch, 1) for batch in _batches(missing)]
    running: dict[int, tuple[Sequence[Take], int]] = {}
    failed: list[Take] = []
    made = 0
    while waiting or running:
        while waiting and len(running) < jobs:
            batch, tries = waiting.pop(0)
            said = _together(batch)
            number = engine.request(said, range(len(batch)), batch[0].profile, clock.now())
            running[number] = batch, tries
        for done in engine.poll(clock.now()):
            batch, tries = running.pop(done.id)
            if isinstance(done, Made):
                for take, clip in zip(batch, done.clips, strict=True):
                    write_whole_wav(clip_path(folder, take.name), clip)
                made += len(batch)
            elif tries < TRIES:
                waiting.append((batch, tries + 1))
            else:
                failed += batch
        if engine.resting and not made:
            return list(missing)
        tried = made + len(failed)
        progress.step(tried, f"{tried} of {len(missing)} sentences")
        pause.wait(LOOK_SECONDS)
    return failed


def _batches(missing: Sequence[Take]) -> Iterator[Sequence[Take]]:
    """Sentences that one child can be asked for: of one language, at one pace."""
    alike: dict[tuple[Language, str], list[Take]] = {}
    for take in missing:
        alike.setdefault((take.language, take.profile.name), []).append(take)
    for several in alike.values():
        for at in range(0, len(several), BATCH):
            yield several[at : at + BATCH]


def _together(batch: Sequence[Take]) -> Utterance:
    texts, forms = tuple(t.text for t in batch), tuple(t.form for t in batch)
    return Utterance(" ".join(texts), batch[0].language, "P0", texts, forms)


def _swept(folder: Path, wanted: Mapping[str, Take]) -> int:
    """Removes clips that nobody says any more; nothing else that may lie there."""
    old = [
        path
        for path in folder.iterdir()
        if _CLIP_FILE.fullmatch(path.name) and not (path.suffix == ".wav" and path.stem in wanted)
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


# --- check ------------------------------------------------------------------------------------


def check(
    settings: Settings, pack: Path | None, out: Path | None, stream: TextIO = sys.stdout
) -> int:
    """Says what is missing or stale in one pack; without a pack, in the made clips and in every
    configured pack. 0 if nothing is, otherwise 1."""
    design = own_design()
    if pack is not None:
        return LACKING if _check_pack(design, pack, stream) else WELL
    lacking = _check_clips(design, settings, settings.clips if out is None else out, stream)
    for folder in settings.packs:
        lacking += _check_pack(design, folder, stream)
    return LACKING if lacking else WELL


def _check_clips(design: Design, settings: Settings, folder: Path, stream: TextIO) -> int:
    lacking = 0
    for language in sorted(VOICED):
        wanted = takes(design, [language], settings.places)
        missing = [t for name, t in wanted.items() if read_wav(clip_path(folder, name)) is None]
        print(
            f"{language}: {len(wanted) - len(missing)} of {len(wanted)} sentences are in {folder}.",
            file=stream,
        )
        for take in missing:
            pace = units_per_second(language, take.profile)
            print(f'  missing  {take.key} at {pace:.2f} a second: "{take.text}"', file=stream)
        lacking += len(missing)
    if lacking:
        print("Make them with: python main.py prompts build", file=stream)
    return lacking


def _check_pack(design: Design, folder: Path, stream: TextIO) -> int:
    manifest = read_manifest(folder)
    os.environ["SDL_AUDIODRIVER"] = "dummy"
    trouble = open_device("")
    if trouble:
        raise ConfigurationError(f"Recordings cannot be looked at: {trouble}.")
    faults = [*_about(manifest), *_spoiled(folder, manifest), *_stale(design, manifest)]
    faults += _missing(design, manifest)
    print(
        f"{folder}: {manifest.language}, {len(manifest.recordings)} recordings by "
        f"{manifest.speaker or 'nobody named'}, {manifest.licence or 'no licence'}.",
        file=stream,
    )
    for fault in faults:
        print(f"  {fault}", file=stream)
    print(f"  {len(faults)} to put right." if faults else "  Nothing is missing.", file=stream)
    return len(faults)


def _about(manifest: Manifest) -> Iterator[str]:
    if not manifest.licence:
        yield f'licence  missing: write licence = "..." into {MANIFEST}: may these be used here?'
    if not manifest.speaker:
        yield f'speaker  missing: write speaker = "..." into {MANIFEST}: whose voice is it?'


def _spoiled(folder: Path, manifest: Manifest) -> Iterator[str]:
    for one in manifest.recordings:
        data = recording_bytes(folder / one.file)
        if data is None:
            yield f'unreadable  {one.file}: not there, or too large, for "{one.text}"'
        elif (found := recording_sha256(data)) != one.sha256:
            yield f"changed  {one.file}: listen to it, then write sha256 = {found}"
        elif decoded(folder / one.file) is None:
            yield f"unreadable  {one.file}: no sound that can be played; save it as 16-bit WAV"


def _stale(design: Design, manifest: Manifest) -> Iterator[str]:
    now = {f.key: f for f in fixed_prompts(design, manifest.language) if f.whole}
    texts = {f.utterance.sentences for f in now.values()}
    for one in manifest.recordings:
        said = _said(manifest, one)
        if one.key and one.key not in now:
            yield f'stale  {one.file}: there is no fixed prompt "{one.key}" any more'
        elif one.key and now[one.key].utterance.sentences != said:
            yield f'stale  {one.file}: {one.key} is now "{now[one.key].utterance.text}"'
        elif said not in texts:
            yield f'stale  {one.file}: nobody says "{one.text}" (any more)'


def _missing(design: Design, manifest: Manifest) -> Iterator[str]:
    """Fixed prompts without a recording for the pace of some profile that speaks by itself."""
    language = manifest.language
    paces = {_manifest_pace(language, p) for p in design.profiles.values() if p.speaks}
    there: dict[tuple[str, ...], set[Rate]] = {}
    for one in manifest.recordings:
        there.setdefault(_said(manifest, one), set()).add(one.rate)
    for fixed in fixed_prompts(design, language):
        said = fixed.utterance.sentences
        for pace in sorted(paces) if fixed.whole else ():
            if not any(fits(rate, pace) for rate in there.get(said, ())):
                yield f'missing  {fixed.key} at rate {pace:g}: "{fixed.utterance.text}"'


def _said(manifest: Manifest, one: Recording) -> tuple[str, ...]:
    return sentences_of(one.text, manifest.language)


def _manifest_pace(language: Language, profile: Profile) -> float:
    return profile.zh_chars_per_second if language == "zh" else profile.en_words_per_minute
