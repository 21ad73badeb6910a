"""TOML files as the stage reads them: one sentence for a person where one cannot be used, and hints.

Who means a file says what may stand in it; here is only how it is opened and how a mistake is told.
"""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).resolve().parents[2]
"""The folder that holds `terminal/`, `screens/` and the rest; data files lie beside their code."""


class ConfigurationError(Exception):
    """The configuration cannot be used. The text is one sentence for a person; `path` the file it is
    about, where it is about one."""

    def __init__(self, text: str, path: Path | None = None) -> None:
        super().__init__(text)
        self.path = path


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file. Raises ConfigurationError with file, line and what the parser did not expect."""
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"{path}: there is no such file. Check the name, or leave --config away.", path
        ) from error
    except IsADirectoryError as error:
        raise ConfigurationError(
            f"{path}: this is a folder, not a configuration file.", path
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: not readable as TOML: {error}.", path) from error
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}.", path) from error


def nearest(word: str, known: Mapping[str, Any] | frozenset[str]) -> str:
    """A hint naming the nearest known word, or all of them."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f'Did you mean "{close[0]}"?' if close else f"Known are: {', '.join(sorted(known))}."
