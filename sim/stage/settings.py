"""What is configured, read from TOML and checked before anything starts.

Every mistake is one sentence that says which file, what, and what to do; nothing starts on a half
understood configuration. Unknown words name the nearest known one. What designers turn is `design`, which
is handed on from here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from audio.outputs import SHARED, Devices
from audio.telling import PLACES, Places
from screens.audio_module import ACTS, AUDIONAV, USAGES
from sim.stage.design import (
    LOCALE,
    PACKS,
    PINYIN,
    PROFILES,
    RULES,
    THEME,
    TIMING,
    WEIGHTS,
    Design,
    catalogue_tables,
    keys_of_all,
    own_design,
    read_design,
    read_packs,
    read_profiles,
    read_rules,
    read_weights,
)
from sim.stage.toml_files import HOUSE, ConfigurationError, nearest, read_toml
from terminal.cash_units import Cassette, Cassettes
from terminal.flows.services import NAMES
from terminal.help_pages import DEMO_BANK_LINE
from terminal.money import yuan
from terminal.profile import LANGUAGES, Language

__all__ = [
    "HOUSE",
    "LOCALE",
    "PACKS",
    "PINYIN",
    "PROFILES",
    "RULES",
    "THEME",
    "TIMING",
    "WEIGHTS",
    "ConfigurationError",
    "Design",
    "PanelSize",
    "Settings",
    "catalogue_tables",
    "keys_of_all",
    "nearest",
    "own_design",
    "read_design",
    "read_packs",
    "read_profiles",
    "read_rules",
    "read_settings",
    "read_toml",
    "read_weights",
]

PRESENTER_PORT = "sim://presenter"
"""The only dispenser with a presenter so far is a simulated one."""

SIMULATED_DOCUMENTS = "sim://id_reader"

SIMULATED_ACCEPTOR = "sim://acceptor"

SIMULATED_PRINTER = "sim://printer"

SIMULATED_HOST = "sim://host"
"""The bank inside this program; another one is named `tcp://address:port`."""

DEMONSTRATED = Devices(headset=SHARED)
"""Where everything is simulated there is one pair of ears, too."""

TERMINAL_CHARACTERS = 8
"""A terminal's name is field 41 of every message, eight characters."""

CASSETTES_MAX = 4
"""The LCDM-4000 has four (hardware-protocols 2)."""


KEEP_YEARS = 10
"""Records of identities and transactions are kept at least as long (accessibility.md PRV-07)."""

KEEP_YEARS_MOST = 100

PANEL_PX_MIN, PANEL_PX_MAX = 480, 7_680
"""The short side of VGA and the long side of 8K: no panel has fewer or more pixels along a side."""


@dataclass(frozen=True, slots=True)
class PanelSize:
    """The glass: its diagonal in inches and its pixels; sizes in millimetres follow from it."""

    diagonal_inch: float = 19.0
    width_px: int = 1280
    height_px: int = 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """One machine's configuration. Ports are pyserial URLs or device names; `id_reader` is "" where no
    reader for identity cards is fitted, `printer` where no receipt printer is, `acceptor` where no note acceptor is; `audio_module` says which keys the
    headset's module types, `services` what is offered, in the order of the menu, `bank_line` the bank's telephone number, `passbook` whether the branch allows one in place of a card, `places` where things are seen from its jack. `screen_reader` says whether the desktop's may read the screen;
    a kiosk's may not, whatever this says."""

    panel: PanelSize = field(default_factory=PanelSize)
    card_reader: str = "sim://card_reader"
    card_reader_baud: int = 38_400
    dispenser: str = "sim://dispenser"
    dispenser_parity: str = "none"
    cassettes: Cassettes = (
        Cassette(yuan(100), 200),
        Cassette(yuan(50), 100),
        Cassette(yuan(20), 100),
        Cassette(yuan(10), 100),
    )
    id_reader: str = SIMULATED_DOCUMENTS
    printer: str = SIMULATED_PRINTER
    printer_baud: int = 115_200
    acceptor: str = SIMULATED_ACCEPTOR
    host: str = SIMULATED_HOST
    host_key_file: str = ""
    terminal: str = "T0000001"
    sound: Devices = DEMONSTRATED
    packs: tuple[Path, ...] = ()
    audio_module: Mapping[str, str] = field(default_factory=lambda: AUDIONAV)
    places: Places = PLACES
    state_folder: Path = Path("state")
    keep_years: int = KEEP_YEARS
    services: tuple[str, ...] = NAMES
    bank_line: str = DEMO_BANK_LINE
    passbook: bool = False
    language: Language = "zh"
    screen_reader: bool = True

    @property
    def shape(self) -> Literal["path", "presenter"]:
        """Which kind of dispenser is fitted."""
        return "presenter" if self.dispenser == PRESENTER_PORT else "path"

    @property
    def journal(self) -> Path:
        """Where the machine's own record lies."""
        return self.state_folder / "journal.db"

    @property
    def archive(self) -> Path:
        """Where the years of the record that are over are copied to."""
        return self.state_folder / "archive"

    @property
    def ledger(self) -> Path:
        """Where the simulated bank inside this program keeps its accounts."""
        return self.state_folder / "bank.db"

    @property
    def clips(self) -> Path:
        """Where spoken prompts are kept: public ones only."""
        return self.state_folder / "clips"

    @property
    def host_simulated(self) -> bool:
        """Whether the bank is the one inside this program."""
        return self.host == SIMULATED_HOST

    @property
    def simulated(self) -> bool:
        """Whether any device is simulated: then the machine's front is drawn beside the glass."""
        devices = (self.card_reader, self.dispenser, self.id_reader, self.printer, self.acceptor)
        return any(port.startswith("sim:") for port in devices)


_SECTIONS: Mapping[str, frozenset[str]] = {
    "panel": frozenset(f.name for f in fields(PanelSize)),
    "card_reader": frozenset({"port", "baud"}),
    "dispenser": frozenset({"port", "parity", "cassettes"}),
    "id_reader": frozenset({"port"}),
    "printer": frozenset({"port", "baud"}),
    "acceptor": frozenset({"port"}),
    "host": frozenset({"address", "terminal", "key_file"}),
    "sound": frozenset({"loudspeaker", "headset", "packs"}),
    "audio_module": frozenset(ACTS),
    "places": frozenset({"card", "cash", "keypad"}),
    "services": frozenset({"offered"}),
    "help": frozenset({"bank_line"}),
    "branch": frozenset({"passbook"}),
    "state": frozenset({"folder"}),
    "record": frozenset({"keep_years"}),
    "screen": frozenset({"language", "screen_reader"}),
}


def read_settings(path: Path | None) -> Settings:
    """The configuration file, or the defaults: everything simulated, a 19 inch panel.

    Raises ConfigurationError."""
    if path is None:
        return Settings()
    table = read_toml(path)
    for section, values in table.items():
        _known(path, "section", section, _SECTIONS)
        if not isinstance(values, dict):
            raise ConfigurationError(f"{path}: [{section}] must be a section, found {values!r}.")
        if section == "sound" and "device" in values:
            raise ConfigurationError(
                f"{path}: [sound] device has become two keys, one for each way out: write "
                f"loudspeaker = {json.dumps(values['device'], ensure_ascii=False)} instead, and the "
                "headset's own device as headset."
            )
        for key in values:
            _known(path, f"key in [{section}]", key, _SECTIONS[section])
    reader, notes = table.get("card_reader", {}), table.get("dispenser", {})
    host = table.get("host", {})
    plain = Settings()
    parity = _text(path, notes, "dispenser", "parity", plain.dispenser_parity)
    if parity not in ("none", "even"):
        raise ConfigurationError(
            f'{path}: [dispenser] parity is "none" or "even", found "{parity}".'
        )
    language = _text(path, table.get("screen", {}), "screen", "language", plain.language)
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise ConfigurationError(
            f'{path}: [screen] language is one of {known}, found "{language}".'
        )
    card_reader = _text(path, reader, "card_reader", "port", plain.card_reader)
    sound = table.get("sound", {})
    settings = Settings(
        panel=_panel(path, table.get("panel", {})),
        card_reader=card_reader,
        id_reader=_fitted(path, table, "id_reader", SIMULATED_DOCUMENTS, card_reader),
        printer=_fitted(path, table, "printer", SIMULATED_PRINTER, card_reader),
        acceptor=_fitted(path, table, "acceptor", SIMULATED_ACCEPTOR, card_reader),
        printer_baud=_whole(path, table.get("printer", {}), "printer", "baud", plain.printer_baud),
        card_reader_baud=_whole(path, reader, "card_reader", "baud", plain.card_reader_baud),
        dispenser=_text(path, notes, "dispenser", "port", plain.dispenser),
        dispenser_parity=parity,
        host=_host(path, host, plain.host),
        host_key_file=_text(path, host, "host", "key_file", ""),
        terminal=_terminal(path, host, plain.terminal),
        cassettes=_cassettes(path, notes.get("cassettes"), plain.cassettes),
        sound=_devices(path, sound, card_reader),
        packs=_packs(path, sound.get("packs", [])),
        audio_module=_audio_module(path, table.get("audio_module")),
        places=_places(path, table.get("places", {})),
        state_folder=Path(_text(path, table.get("state", {}), "state", "folder", "state")),
        keep_years=_years(path, table.get("record", {}), plain.keep_years),
        services=_services(path, table.get("services", {})),
        bank_line=_number(path, table.get("help", {}), plain.bank_line),
        passbook=_yes_or_no(path, table.get("branch", {}), "branch", "passbook", plain.passbook),
        language=next(known for known in LANGUAGES if known == language),
        screen_reader=_yes_or_no(path, table.get("screen", {}), "screen", "screen_reader", True),
    )
    if settings.sound.headset == SHARED and not settings.simulated:
        raise ConfigurationError(
            f'{path}: [sound] headset = "{SHARED}" is for demonstrations: everybody near the machine '
            "would hear what is private. Write the name of the headset's own device, or leave it away."
        )
    return settings


LINE_DIGITS_MAX = 15
"""No telephone number has more digits (ITU-T E.164)."""


def _number(path: Path, table: Mapping[str, Any], otherwise: str) -> str:
    """The bank's telephone number, as it is dialled: said and shown digit by digit."""
    number = _text(path, table, "help", "bank_line", otherwise)
    if not (number.isascii() and number.isdigit() and len(number) <= LINE_DIGITS_MAX):
        raise ConfigurationError(
            f"{path}: [help] bank_line is a telephone number of at most {LINE_DIGITS_MAX} digits, "
            f'found "{number}".'
        )
    return number


def _years(path: Path, table: Mapping[str, Any], otherwise: int) -> int:
    years = _whole(path, table, "record", "keep_years", otherwise)
    if not 1 <= years <= KEEP_YEARS_MOST:
        raise ConfigurationError(
            f"{path}: [record] keep_years is a number of years from 1 to {KEEP_YEARS_MOST}, found {years}."
        )
    return years


def _services(path: Path, table: Mapping[str, Any]) -> tuple[str, ...]:
    """What is offered here, in the order of the menu; all there is unless something is named."""
    offered = table.get("offered", list(NAMES))
    if not isinstance(offered, list) or not offered:
        raise ConfigurationError(
            f'{path}: [services] offered is a list of services like ["withdrawal", "balance"], '
            f"found {offered!r}."
        )
    for name in offered:
        _known(path, "service in [services] offered", str(name), frozenset(NAMES))
    return tuple(dict.fromkeys(offered))


def _known(path: Path, what: str, word: str, known: Mapping[str, Any] | frozenset[str]) -> None:
    if word not in known:
        raise ConfigurationError(f'{path}: unknown {what} "{word}". {nearest(word, known)}')


def _text(path: Path, table: Mapping[str, Any], section: str, key: str, otherwise: str) -> str:
    value = table.get(key, otherwise)
    if not isinstance(value, str):
        raise ConfigurationError(f"{path}: [{section}] {key} must be text, found {value!r}.")
    return value


def _devices(path: Path, table: Mapping[str, Any], card_reader: str) -> Devices:
    """The two ways out. One device for both is a loudspeaker that says what is private, which only a
    machine without real cards may have."""
    otherwise = DEMONSTRATED.headset if card_reader.startswith("sim:") else ""
    loudspeaker = _text(path, table, "sound", "loudspeaker", "")
    headset = _text(path, table, "sound", "headset", otherwise)
    if headset and headset == loudspeaker:
        raise ConfigurationError(
            f'{path}: [sound] loudspeaker and headset are both "{headset}": what is private would be '
            "heard by everybody. Write two devices, or leave headset away."
        )
    return Devices(loudspeaker, headset)


def _packs(path: Path, folders: Any) -> tuple[Path, ...]:
    if not isinstance(folders, list) or not all(isinstance(each, str) for each in folders):
        raise ConfigurationError(
            f'{path}: [sound] packs is a list of folders such as ["packs/wang"], found {folders!r}.'
        )
    return tuple(Path(each) for each in folders)


def _yes_or_no(
    path: Path, table: Mapping[str, Any], section: str, key: str, otherwise: bool
) -> bool:
    value = table.get(key, otherwise)
    if not isinstance(value, bool):
        raise ConfigurationError(f"{path}: [{section}] {key} is true or false, found {value!r}.")
    return value


def _fitted(
    path: Path, table: Mapping[str, Any], section: str, simulated: str, card_reader: str
) -> str:
    """The port of a device that a simulated machine has, and a real one where it says so."""
    fitted = simulated if card_reader.startswith("sim:") else ""
    return _text(path, table.get(section, {}), section, "port", fitted)


def _host(path: Path, table: Mapping[str, Any], otherwise: str) -> str:
    address = _text(path, table, "host", "address", otherwise)
    try:
        parts = urlsplit(address)
        reachable = parts.scheme == "tcp" and bool(parts.hostname) and bool(parts.port)
    except ValueError:
        reachable = False
    if address != SIMULATED_HOST and not reachable:
        raise ConfigurationError(
            f'{path}: [host] address is "{SIMULATED_HOST}" or "tcp://address:port", '
            f'found "{address}".'
        )
    return address


def _terminal(path: Path, table: Mapping[str, Any], otherwise: str) -> str:
    name = _text(path, table, "host", "terminal", otherwise)
    if len(name) != TERMINAL_CHARACTERS or not (name.isascii() and name.isalnum()):
        raise ConfigurationError(
            f'{path}: [host] terminal is {TERMINAL_CHARACTERS} letters and digits, found "{name}".'
        )
    return name


def _audio_module(path: Path, table: Mapping[str, Any] | None) -> Mapping[str, str]:
    """Which keys a module types: its own as delivered, unless it says others. "" is none."""
    if table is None:
        return AUDIONAV
    keys = {**AUDIONAV, **{what: _module_key(path, table, what) for what in table}}
    meant: dict[str, str] = {}
    for what, key in keys.items():
        if key and meant.setdefault(key, what) != what:
            raise ConfigurationError(
                f'{path}: [audio_module] {what} and {meant[key]} are both "{key}". Give each a key of '
                "its own."
            )
    return {what: key for what, key in keys.items() if key}


def _module_key(path: Path, table: Mapping[str, Any], what: str) -> str:
    key = _text(path, table, "audio_module", what, "").lower()
    if key and key not in USAGES:
        raise ConfigurationError(
            f'{path}: [audio_module] {what}: unknown key "{key}". {nearest(key, USAGES)}'
        )
    return key


def _places(path: Path, table: Mapping[str, Any]) -> Places:
    """Where things are, seen from the headset jack."""
    plain, hours = PLACES, {}
    for name in ("card", "cash", "keypad"):
        hours[name] = _whole(path, table, "places", name, getattr(plain, name))
        if hours[name] > HOURS:
            raise ConfigurationError(
                f"{path}: [places] {name} is an hour of a clock around the headset jack, 1 to {HOURS}, "
                f"found {hours[name]}."
            )
    return Places(**hours)


HOURS = 12


def _whole(path: Path, table: Mapping[str, Any], section: str, key: str, otherwise: int) -> int:
    value = table.get(key, otherwise)
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise ConfigurationError(
            f"{path}: [{section}] {key} must be a whole number above zero, found {value!r}."
        )
    return value


def _panel(path: Path, table: Mapping[str, Any]) -> PanelSize:
    plain = PanelSize()
    inches = table.get("diagonal_inch", plain.diagonal_inch)
    if not isinstance(inches, int | float) or isinstance(inches, bool) or not 5 <= inches <= 100:
        raise ConfigurationError(
            f"{path}: [panel] diagonal_inch is a number from 5 to 100, found {inches!r}."
        )
    return PanelSize(
        float(inches),
        _pixels(path, table, "width_px", plain.width_px),
        _pixels(path, table, "height_px", plain.height_px),
    )


def _pixels(path: Path, table: Mapping[str, Any], key: str, otherwise: int) -> int:
    pixels = _whole(path, table, "panel", key, otherwise)
    if not PANEL_PX_MIN <= pixels <= PANEL_PX_MAX:
        raise ConfigurationError(
            f"{path}: [panel] {key} is a number from {PANEL_PX_MIN} to {PANEL_PX_MAX}, found {pixels}."
        )
    return pixels


def _cassettes(path: Path, rows: Any, plain: Cassettes) -> Cassettes:
    if rows is None:
        return plain
    shape = "a list such as [{ note = 100, count = 200 }]"
    if not isinstance(rows, list) or not 1 <= len(rows) <= CASSETTES_MAX:
        raise ConfigurationError(
            f"{path}: [dispenser] cassettes is {shape} with 1 to {CASSETTES_MAX} entries."
        )
    made = []
    for row in rows:
        if not isinstance(row, dict) or set(row) != {"note", "count"}:
            raise ConfigurationError(f"{path}: [dispenser] cassettes is {shape}, found {row!r}.")
        note, count = row["note"], row["count"]
        whole = type(note) is int and type(count) is int
        if not (whole and note > 0 and count >= 0):
            raise ConfigurationError(
                f"{path}: [dispenser] cassettes: note and count are whole numbers, found {row!r}."
            )
        made.append(Cassette(yuan(note), count))
    return tuple(made)
