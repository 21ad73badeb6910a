"""What the bundled espeak-ng makes of texts, in a process of its own: its licence is the GPL, and
nothing of it is loaded into the program (docs/decisions/0002).

    python -m sim.proof.voice.phonemes_child < texts > phonemes

Each line in is a JSON pair of language and text, each line out a JSON text: the phonemes in espeak's
own ASCII names, clauses joined by " | ". A word that a voice cannot read in its own language is read in
another, and marked: `(en)h@l'oU(cmn)`.
"""

import ctypes
import json
import sys
from pathlib import Path

from audio.tts_child import ESPEAK_VOICE

_RETRIEVAL = 1
"""Audio output of espeak_Initialize that opens no device."""
_UTF8 = 1
_ASCII_NAMES = 0
_NO_EXIT = 1 << 15
"""Trouble is told by a number instead of the end of the process."""


class NoEngine(Exception):
    """The library is there and does not work."""


def engine() -> ctypes.CDLL:
    """The library, ready to be asked. Raises NoEngine."""
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    data = str(Path(espeakng_loader.get_data_path())).encode()
    if library.espeak_Initialize(_RETRIEVAL, 0, data, _NO_EXIT) < 0:
        raise NoEngine("espeak_Initialize")
    return library


def phonemes(library: ctypes.CDLL, language: str, text: str) -> str:
    """The phonemes of one text. Raises NoEngine where its voice is missing."""
    voice = ESPEAK_VOICE[language]
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise NoEngine(voice)
    held = ctypes.create_string_buffer(text.encode())
    rest = ctypes.c_void_p(ctypes.addressof(held))
    clauses: list[str] = []
    while rest.value:
        said = library.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, _ASCII_NAMES)
        clauses.append(said.decode() if said else "")
    return " | ".join(clause for clause in clauses if clause)


def main() -> None:
    """Lines in, lines out."""
    library = engine()
    for line in sys.stdin:
        language, text = json.loads(line)
        print(json.dumps(phonemes(library, language, text)), flush=True)


if __name__ == "__main__":
    main()
