"""What designers turn, read from TOML beside the code and handed on as one value, to be read again at any time.

Texts, speech, theme, profiles, timing, weights and rules are a `Design`; where they lie are its `Sources`. Every
mistake is one ConfigurationError that names the file and says what to do. Whoever holds a `Design` holds a whole
one: it is replaced as a whole or not at all.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from screens.theme import design_from
from sim.stage.toml_files import HOUSE, ConfigurationError, nearest, read_toml
from terminal.messages import Catalogue, catalogue_from
from terminal.profile import LANGUAGES, Language, Patience, Profile, Waits
from terminal.rules.change_packs import Pack, packs_from
from terminal.rules.dated import RuleMistake, Rules, rules_from
from terminal.values import replace
from terminal.weights import SHIPPED, Weights, weights_from


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the files of a design lie: in the program's own folder, or in one laid out like it."""

    folder: Path = HOUSE

    @property
    def profiles(self) -> Path:
        """Sizes, pace and loudness."""
        return self.folder / "terminal" / "profiles.toml"

    @property
    def timing(self) -> Path:
        """The timing table."""
        return self.folder / "terminal" / "timing.toml"

    @property
    def weights(self) -> Path:
        """What signs weigh."""
        return self.folder / "terminal" / "weights.toml"

    @property
    def rules(self) -> Path:
        """The dated rules."""
        return self.folder / "terminal" / "rules" / "rules.toml"

    @property
    def packs(self) -> Path:
        """The recipes of small change."""
        return self.folder / "terminal" / "rules" / "packs.toml"

    @property
    def locale(self) -> Path:
        """The folder of texts and speech."""
        return self.folder / "terminal" / "locale"

    @property
    def pinyin(self) -> Path:
        """The checked pinyin of what is said."""
        return self.locale / "zh_pinyin.toml"

    @property
    def theme(self) -> Path:
        """Measures and colours."""
        return self.folder / "screens" / "theme.toml"

    def texts(self, language: Language) -> tuple[Path, ...]:
        """The files of a language: its own, and those of the services that it has."""
        services = sorted((self.locale / "services" / language).glob("*.toml"))
        return (self.locale / f"{language}.toml", *services)

    def files(self) -> tuple[Path, ...]:
        """Every file of the design."""
        texts = (path for language in LANGUAGES for path in self.texts(language))
        tables = (self.profiles, self.timing, self.weights, self.rules, self.packs)
        return (self.theme, *tables, self.pinyin, *texts)


SOURCES = Sources()

PROFILES, TIMING, WEIGHTS = SOURCES.profiles, SOURCES.timing, SOURCES.weights
RULES, PACKS, THEME = SOURCES.rules, SOURCES.packs, SOURCES.theme
LOCALE, PINYIN = SOURCES.locale, SOURCES.pinyin


@dataclass(frozen=True, slots=True)
class Design:
    """Everything a designer turns, read and parsed."""

    profiles: Mapping[str, Profile]
    catalogues: Mapping[Language, Catalogue]
    pinyin: Mapping[str, str]
    theme: Mapping[str, Any]
    weights: Weights = SHIPPED
    rules: Rules = field(default_factory=dict)
    packs_of_change: tuple[Pack, ...] = ()


def catalogue_tables(language: Language, sources: Sources = SOURCES) -> dict[str, Any]:
    """The texts of a language as they are written: its file, and those of the services that it has.

    Raises ConfigurationError where a file cannot be read or says something that another says already."""
    first, *services = sources.texts(language)
    found = dict(read_toml(first))
    for path in services:
        try:
            _merge(found, read_toml(path))
        except ValueError as error:
            raise ConfigurationError(f"{path}: {error}", path) from error
    return found


def keys_of_all() -> frozenset[str]:
    """The keys that every language has; those of the services are in the finished ones only (decision 0010)."""
    return frozenset(catalogue_from("zh", read_toml(LOCALE / "zh.toml")).entries)


def _merge(found: dict[str, Any], more: Mapping[str, Any], prefix: str = "") -> None:
    for name, value in more.items():
        known = found.get(name)
        if name not in found:
            found[name] = dict(value) if isinstance(value, dict) else value
        elif isinstance(known, dict) and isinstance(value, dict) and not _is_text(known):
            _merge(known, value, f"{prefix}{name}.")
        elif name != "default_review" or value != known:
            raise ValueError(f"{prefix}{name} is in another file already.")


def _is_text(table: Mapping[str, Any]) -> bool:
    return "text" in table or "title" in table or "what" in table


def read_design(sources: Sources = SOURCES) -> Design:
    """Profiles, timing, weights, rules, catalogues, pinyin and theme from beside the code, or from where
    `sources` says.

    Raises ConfigurationError naming the file and what is wrong in it."""
    catalogues: dict[Language, Catalogue] = {}
    for language in LANGUAGES:
        folder = sources.locale / language
        try:
            catalogues[language] = catalogue_from(language, catalogue_tables(language, sources))
        except ValueError as error:
            raise ConfigurationError(f"{folder}: {error}", folder) from error
    catalogues = {name: replace(one, chinese=catalogues["zh"]) for name, one in catalogues.items()}
    pinyin = read_toml(sources.pinyin) if sources.pinyin.exists() else {}
    theme = read_toml(sources.theme) if sources.theme.exists() else {}
    try:
        design_from(theme)
    except ValueError as error:
        raise ConfigurationError(f"{sources.theme}: {error}.", sources.theme) from error
    return Design(
        read_profiles(sources),
        catalogues,
        pinyin,
        theme,
        read_weights(sources.weights),
        read_rules(sources.rules),
        read_packs(sources.packs),
    )


@cache
def own_design() -> Design:
    """The design beside the code as it is when this process first asks: one value for all benches and runs,
    which never see a file change. Raises ConfigurationError."""
    return read_design()


def read_packs(path: Path = PACKS) -> tuple[Pack, ...]:
    """The recipes of small-change packs. Raises ConfigurationError."""
    try:
        return packs_from(read_toml(path), str(path))
    except ValueError as mistake:
        raise ConfigurationError(str(mistake), path) from mistake


def read_rules(path: Path = RULES) -> Rules:
    """The dated rules. Raises ConfigurationError."""
    try:
        return rules_from(read_toml(path), str(path))
    except RuleMistake as mistake:
        raise ConfigurationError(str(mistake), path) from mistake


def read_weights(path: Path = WEIGHTS) -> Weights:
    """The operator's table of what signs weigh. Raises ConfigurationError naming file, table and key."""
    try:
        return weights_from(read_toml(path))
    except ValueError as error:
        raise ConfigurationError(f"{path}: {error}.", path) from error


def read_profiles(sources: Sources = SOURCES) -> Mapping[str, Profile]:
    """The profiles with their column of the timing table."""
    at, times = sources.profiles, sources.timing
    sizes, timing = read_toml(at), read_toml(times)
    headset = _column(times, timing, "headset")
    profiles = {}
    for name in sizes:
        values = _table(at, sizes, name)
        patience = _column(times, timing, name)
        missing = [w.value for w in Waits if w not in patience]
        if missing:
            row = ", ".join(missing)
            raise ConfigurationError(f"{times}: [{name}] has no row for {row}.", times)
        _exactly_the_sizes(at, name, values)
        profiles[name] = Profile(
            name=name,  # type: ignore[arg-type]
            patience=patience,
            headset_patience=headset,
            **values,
        )
    return profiles


_SIZES = frozenset(
    one.name for one in fields(Profile) if one.default is MISSING and one.default_factory is MISSING
) - {"name", "patience"}
"""What a profile says of itself."""


def _exactly_the_sizes(path: Path, name: str, values: Mapping[str, Any]) -> None:
    for key in values:
        if key not in _SIZES:
            hint = nearest(key, _SIZES)
            raise ConfigurationError(f"{path}: [{name}] {key} is unknown. {hint}", path)
    for key in sorted(_SIZES - values.keys()):
        raise ConfigurationError(f"{path}: [{name}] {key} is missing.", path)


def _column(path: Path, timing: Mapping[str, Any], name: str) -> dict[Waits, Patience]:
    """One profile's column of the timing table."""
    return {
        _waits(path, name, waits): _patience(path, f"[{name}] {waits}", row)
        for waits, row in _table(path, timing, name).items()
    }


def _table(path: Path, tables: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = tables.get(name)
    if not isinstance(found, dict):
        raise ConfigurationError(f"{path}: there is no table [{name}].", path)
    return found


def _waits(path: Path, profile: str, word: str) -> Waits:
    try:
        return Waits(word)
    except ValueError:
        known = frozenset(waits.value for waits in Waits)
        hint = nearest(word, known)
        raise ConfigurationError(
            f"{path}: [{profile}] {word} is an unknown row. {hint}", path
        ) from None


def _patience(path: Path, where: str, row: Any) -> Patience:
    try:
        return Patience(
            float(row["limit"]),
            float(row.get("dialog", 0)),
            tuple(float(r) for r in row.get("reminders", ())),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ConfigurationError(
            f"{path}: {where} must be {{ limit = seconds, dialog = seconds, "
            f"reminders = [seconds, ...] }}, found {row!r}.",
            path,
        ) from None
