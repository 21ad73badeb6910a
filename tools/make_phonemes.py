"""Writes `tests/audio/golden_phonemes.toml`: what the engine makes of every fixed sentence.

    python -m tools.make_phonemes

Nobody's ears are in a test. Somebody listened to these sentences, or read their phonemes, once; from then
on a change of one is seen: a text that was changed, pinyin that was, or another version of the engine. Look
at the difference (`git diff`) before it is committed, and listen to what it is about:
`python main.py prompts build --out FOLDER` makes the clips.

A fixed sentence is one without a value in it; a sentence with an amount has its own numbers every time, and
is looked at by the audit (`python main.py audit --voice`).
"""

from collections.abc import Mapping
from pathlib import Path

from sim.proof.voice.phonemes import by_form
from sim.stage.prompts import fixed_prompts
from sim.stage.settings import Design, read_design
from terminal.profile import Language

GOLDEN = Path(__file__).parents[1] / "tests" / "audio" / "golden_phonemes.toml"

LANGUAGES: tuple[Language, ...] = ("zh", "en")

_HEAD = """\
# What the bundled espeak-ng makes of every fixed sentence, in its own names for sounds: written by
# `python -m tools.make_phonemes`. After a change somebody reads the difference, or listens to it.
"""


def sentences(design: Design) -> dict[Language, dict[str, str]]:
    """Every fixed sentence with its spoken form, by language."""
    return {
        language: {
            text: form
            for fixed in fixed_prompts(design, language)
            for text, form in zip(fixed.utterance.sentences, fixed.utterance.forms, strict=True)
        }
        for language in LANGUAGES
    }


def phonemes_now(design: Design) -> dict[str, dict[str, str]]:
    """The phonemes of every fixed sentence, by language. Raises PhonemesMissing."""
    said = sentences(design)
    known = by_form((language, form) for language in said for form in said[language].values())
    return {
        language: {text: known[language, form] for text, form in sorted(said[language].items())}
        for language in said
    }


def as_toml(phonemes: Mapping[str, Mapping[str, str]]) -> str:
    """The file's text."""
    lines = [_HEAD]
    for language, known in phonemes.items():
        lines.append(f"[{language}]")
        lines += [f"{_quoted(text)} = {_quoted(said)}" for text, said in known.items()]
        lines.append("")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def main() -> None:
    """Write the file."""
    GOLDEN.write_text(as_toml(phonemes_now(read_design())), encoding="utf-8")


if __name__ == "__main__":
    main()
