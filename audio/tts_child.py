"""One utterance, said onto a tray by pyttsx3, in a process of its own.

    python -m audio.tts_child TRAY LANGUAGE

The engine blocks, prints, can hang and does not say the same twice in one process
(platform-facts 4.1), so it lives and dies here, once for each utterance. The conversation:

- started, it loads the engine, says one syllable of LANGUAGE to nobody, because the first thing an
  engine says takes twice as long, and waits for one line of JSON on stdin (`Order`);
- it says each sentence, cuts the silence off both ends, leaves all of them on the tray (`tray`) and
  ends. No text is on the command line or in the environment, and neither text nor sound is ever in a
  file that has a name (on macOS and Windows, whose engines insist on one, in a private folder, until
  it is read);
- stdin that closes without an order means: not needed;
- any trouble is an exit code other than 0. Nothing is printed, and no memory is dumped to disk.

Engines hold no pace: at one setting a sentence of long words takes longer. So each sentence is
measured, and said once more at a corrected rate where it misses the wanted time by more than
`_MISS_MAX`.

With espeak (the bundled library, loaded before pyttsx3 so that its SONAME is taken) Mandarin is
given in pinyin to the voice `cmn-latn-pinyin`. The voices of Windows and macOS read characters, so
they are given the characters: chosen by the name of the driver, and untested there.
"""

import array
import contextlib
import ctypes
import json
import os
import sys
import threading
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from audio.tray import Said, emptied, leave, scratch

ESPEAK_VOICE = {"zh": "cmn-latn-pinyin", "en": "en-us"}
_SYLLABLE = {"zh": "a1.", "en": "a."}
_LANGUAGE_TAGS = {"zh": ("zh_cn", "zh-cn", "cmn", "804"), "en": ("en_us", "en-us", "409")}

_FINISH_SECONDS = 0.5
"""A sentence takes 5 to 20 ms; pyttsx3 may return before it is written (platform-facts 4.1)."""
_SETTLE_SECONDS = 0.004
_TRIES = 5

_MISS_MAX = 0.05
"""A third of the 15 % that AUD-15 allows."""
_SLOWEST, _FASTEST = 0.8, 1.3
"""How far a rate is corrected: beyond this the voice itself would sound hurried or drawn out."""
_SILENCE = 100
"""Samples (of 32,767) quieter than this at either end are silence."""


_NOTHING = bytes(2)
"""One silent sample, for a sentence in which there is nothing to say."""


class Order(TypedDict):
    """The one line on stdin. `sentences` are text, spoken form and how many seconds it should take;
    `rate` is the engine's words per minute to begin with."""

    lang: str
    sentences: list[tuple[str, str, float]]
    rate: int


@dataclass(frozen=True, slots=True)
class Sound:
    """Samples (16 bit, mono) at a rate in hertz."""

    samples: "array.array[int]"
    rate_hz: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate_hz


def load_engine() -> Any:
    """pyttsx3's engine, on the bundled espeak-ng where there is one."""
    with contextlib.suppress(ImportError, OSError):
        import espeakng_loader

        os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
        ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
    import pyttsx3

    return pyttsx3.init()


def voice_for(engine: Any, driver: str, lang: str) -> str | None:
    """The id of a voice for `lang`, or None to leave the system's own."""
    if driver == "espeak":
        return ESPEAK_VOICE[lang]
    for voice in engine.getProperty("voices") or ():
        described = f"{voice.id} {getattr(voice, 'languages', '')}".lower()
        if any(tag in described for tag in _LANGUAGE_TAGS[lang]):
            return str(voice.id)
    return None


def driver_of(engine: Any) -> str:
    """Which of the system's engines pyttsx3 has found."""
    return str(engine.proxy._module.__name__.rpartition(".")[2])


def prepare(engine: Any, lang: str) -> None:
    """Takes the voice of a language and says something, so that the next sentence is soon there."""
    if (voice := voice_for(engine, driver_of(engine), lang)) is not None:
        engine.setProperty("voice", voice)
    with scratch() as path:
        _sentence(engine, _SYLLABLE[lang], path)


def said(engine: Any, order: Order) -> Said:
    """Every sentence as sound, by the voice that was prepared."""
    driver = driver_of(engine)
    with scratch() as path:
        words = [form if driver == "espeak" else text for text, form, _ in order["sentences"]]
        sounds = _at_rate(engine, words, order["rate"], path)
        for n, (_, _, seconds) in enumerate(order["sentences"]):
            factor = sounds[n].seconds / seconds
            if abs(factor - 1) > _MISS_MAX:
                corrected = round(order["rate"] * min(max(factor, _SLOWEST), _FASTEST))
                [sounds[n]] = _at_rate(engine, [words[n]], corrected, path)
    return Said(tuple(s.samples.tobytes() or _NOTHING for s in sounds), sounds[0].rate_hz)


def trimmed(sound: Sound) -> Sound:
    """Without the silence at either end."""
    first, last = 0, len(sound.samples)
    while last > first and abs(sound.samples[last - 1]) < _SILENCE:
        last -= 1
    while first < last and abs(sound.samples[first]) < _SILENCE:
        first += 1
    return Sound(sound.samples[first:last], sound.rate_hz)


def _at_rate(engine: Any, words: Sequence[str], rate: int, path: str) -> list[Sound]:
    _set_rate(engine, rate)
    return [_sentence(engine, w, path) for w in words]


def _settle() -> None:
    """Lets the engine's own thread finish. This process has nothing else to do."""
    threading.Event().wait(_SETTLE_SECONDS)


def _set_rate(engine: Any, rate: int) -> None:
    """Sets the rate until it holds: a property set too soon after an utterance is lost
    (measured: one time in three)."""
    for _ in range(_TRIES):
        engine.setProperty("rate", rate)
        _settle()
        if engine.getProperty("rate") == rate:
            return


def _sentence(engine: Any, words: str, path: str) -> Sound:
    """One sentence. pyttsx3 tells the end from inside the engine's callback and tidies up after
    that; an order given too early is lost, hence the settling and the second try."""
    finished = threading.Event()
    engine.connect("finished-utterance", lambda name, completed: finished.set())
    for _ in range(_TRIES):
        finished.clear()
        engine.save_to_file(words, path)
        engine.runAndWait()
        finished.wait(_FINISH_SECONDS)
        _settle()
        if (sound := _read(path)) is not None:
            emptied(path)
            return trimmed(sound)
    raise TimeoutError("the engine has written nothing")


def _read(path: str) -> Sound | None:
    with contextlib.suppress(OSError, EOFError, wave.Error), wave.open(path) as sound:
        samples = array.array("h", sound.readframes(sound.getnframes()))
        return Sound(samples, sound.getframerate()) if samples else None
    return None


def keep_no_core() -> None:
    """What is said must not be in a core file either."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(tray: str, language: str) -> None:
    """One order from stdin, answered on the tray; `language` is what it will probably be in."""
    keep_no_core()
    engine = load_engine()
    prepare(engine, language)
    if line := sys.stdin.readline():
        order: Order = json.loads(line)
        if order["lang"] != language:
            prepare(engine, order["lang"])
        leave(tray, said(engine, order))


if __name__ == "__main__":
    code = 1
    try:
        main(sys.argv[1], sys.argv[2])
        code = 0
    finally:
        os._exit(code)
