"""What the tests of the voice share: the data files read, every screen's session, and the phonemes
that the bundled espeak-ng makes of a text (asked in a child process)."""

import json
import subprocess
import sys
import threading
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, get_args

from audio.pinyin import PinyinTable, pinyin_table_from
from audio.tts import Failed, Made, Synthesizer
from audio.utterance import Utterance, utterance_of
from sim.stage.settings import catalogue_tables
from terminal.messages import EAR_ONLY, Catalogue, catalogue_from
from terminal.profile import Language, Patience, Profile, ProfileName, Waits

EVERY: tuple[Language, ...] = get_args(Language)
"""Every language there are texts in; those in `messages.VOICED` are said."""

TERMINAL = Path(__file__).parents[2] / "terminal"
PROFILE_NAMES: tuple[ProfileName, ...] = ("standard", "elder")


def tables(*parts: str) -> Mapping[str, Any]:
    """A TOML file of the terminal, parsed."""
    return tomllib.loads(TERMINAL.joinpath(*parts).read_text("utf-8"))


@cache
def profiles() -> Mapping[str, Profile]:
    """Both profiles, with their patience."""
    timing, sizes = tables("timing.toml"), tables("profiles.toml")
    return {
        name: Profile(name=name, patience=_patience(timing[name]), **sizes[name])
        for name in PROFILE_NAMES
    }


def _patience(rows: Mapping[str, Any]) -> Mapping[Waits, Patience]:
    return {
        Waits(name): Patience(row["limit"], row.get("dialog", 0.0), tuple(row.get("reminders", ())))
        for name, row in rows.items()
    }


@cache
def catalogues() -> Mapping[Language, Catalogue]:
    """Every catalogue."""
    return {lang: catalogue_from(lang, catalogue_tables(lang)) for lang in EVERY}


@cache
def pinyin() -> PinyinTable:
    """The reviewed pinyin."""
    return pinyin_table_from(tables("locale", "zh_pinyin.toml"))


def spoken_keys(language: Language) -> list[str]:
    """Every key of a prompt that is ever said."""
    return [k for k in catalogues()[language].entries if not k.startswith(NOT_PROMPTS)]


NOT_PROMPTS = ("label.", "front.", "receipt.", EAR_ONLY)


def ear_only_keys(language: Language) -> list[str]:
    """Every key that is said and never shown; words that are said inside a sentence are none."""
    keys = catalogues()[language].entries
    return [k for k in keys if k.startswith(EAR_ONLY) and not k.startswith(f"{EAR_ONLY}word.")]


def utterance(key: str, language: Language = "zh", **values: object) -> Utterance:
    """What the loudspeaker says for a key."""
    said = utterance_of(catalogues()[language], pinyin(), key, values)
    assert said is not None, key
    return said


def finished(synthesizer: Synthesizer, now: float = 0.0) -> list[Made | Failed]:
    """Polls until something is finished; `now` stands still."""
    pause = threading.Event()
    while True:
        done = synthesizer.poll(now)
        if done:
            return done
        pause.wait(0.005)


def phonemes(texts: Sequence[str], voice: str = "cmn-latn-pinyin") -> list[str]:
    """espeak-ng's phonemes of each text, before it changes tones."""
    return _asked("phonemes", voice, texts)


def said_phonemes(texts: Sequence[str], voice: str = "cmn-latn-pinyin") -> list[str]:
    """espeak-ng's phonemes of each text as they are said, tones changed (Linux)."""
    return _asked("said", voice, texts)


def _asked(what: str, voice: str, texts: Sequence[str]) -> list[str]:
    answer = subprocess.run(
        [sys.executable, "-c", _ESPEAK, what, voice],
        input=json.dumps(list(texts)),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[str] = json.loads(answer.stdout)
    assert len(found) == len(texts)
    return found


_ESPEAK = """
import ctypes, json, os, sys, tempfile
import espeakng_loader

what, voice = sys.argv[1:]
espeak = ctypes.CDLL(espeakng_loader.get_library_path())
espeak.espeak_Initialize(2, 60, espeakng_loader.get_data_path().encode(), 0)
assert espeak.espeak_SetVoiceByName(voice.encode()) == 0

def translated(text):
    espeak.espeak_TextToPhonemes.restype = ctypes.c_char_p
    rest, clauses = ctypes.c_char_p(text.encode()), []
    while rest.value is not None:
        clauses.append(espeak.espeak_TextToPhonemes(ctypes.byref(rest), 1, 0).decode())
    return " ".join(clauses)

def said(text):
    libc = ctypes.CDLL(None)
    libc.fopen.restype = ctypes.c_void_p
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "trace")
        trace = ctypes.c_void_p(libc.fopen(path.encode(), b"w"))
        espeak.espeak_SetPhonemeTrace(1, trace)
        data = text.encode()
        espeak.espeak_Synth(data, len(data) + 1, 0, 1, 0, 1, None, None)
        espeak.espeak_Synchronize()
        espeak.espeak_SetPhonemeTrace(0, None)
        libc.fclose(trace)
        return " ".join(open(path).read().split())

@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
def swallow(samples, count, events):
    return 0

espeak.espeak_SetSynthCallback(swallow)
ask = {"phonemes": translated, "said": said}[what]
print(json.dumps([ask(text) for text in json.load(sys.stdin)]))
"""
