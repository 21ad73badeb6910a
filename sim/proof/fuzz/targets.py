"""What is tried, and what must hold whatever comes: one function of bytes for each parser.

A target asserts that nothing but the declared exception comes out, that what is accepted can be said
again in the same bytes where both directions exist, that answers are bounded by the question, and that
what was refused has changed nothing. It returns for bytes that were handled well, accepted or not.
"""

import json
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from audio.pinyin import PinyinTable, pinyin_table_from
from audio.utterance import utterance_of
from devices import pin_pad_codec
from devices.card_reader import chip
from devices.card_reader import codec as reader_codec
from devices.card_reader import framing as reader_framing
from devices.card_reader.link import Link
from devices.dispenser import codec as notes_codec
from devices.dispenser import framing as notes_framing
from devices.dispenser import verdict
from devices.host import codec as host_codec
from devices.host import keys
from devices.host.framing import MESSAGE_BYTES_MAX, Deframer, framed
from devices.host.message import MAC_BYTES, Checkpoint, Message, MessageError
from devices.journal_chain import RawRow, canonical, find_faults
from devices.journal_store import JournalError, JournalReader, JournalStore, StoredRow
from screens.theme import design_from
from sim.proof.fuzz.acceptor import acceptor_frames, acceptor_replies
from sim.proof.fuzz.documents import id_reader_frames, id_record
from sim.proof.fuzz.material import Held, disturbed, edited, pieces
from sim.proof.fuzz.receipts import printer_orders, printer_replies
from sim.stage import settings as house
from sim.stage.bench import KEY, Bench
from sim.stage.keeper import Keeper
from sim.stage.settings import ConfigurationError, read_settings
from sim.world.bank.rules import Bank
from sim.world.bank.server import BankServer
from sim.world.clock import VirtualClock
from sim.world.people import Wish
from sim.world.world import World
from terminal import events as ev
from terminal.messages import catalogue_from
from terminal.money import yuan
from terminal.profile import LANGUAGES

Target = Callable[[bytes], None]

MIX: Final = (5, 0, 2, 0)
HOST_KEY: Final = bytes(32)

# --- the dispenser's line -----------------------------------------------------------------------


def dispenser_frames(data: bytes) -> None:
    """Both ends' framers, whole and in pieces, and every decoder behind them."""
    for make in (notes_framing.host_framer, notes_framing.device_framer):
        tokens = make().feed(data, 0.0)
        in_pieces = make()
        assert [t for piece in pieces(data) for t in in_pieces.feed(piece, 0.0)] == tokens
        assert len(tokens) <= len(data)
        for token in tokens:
            if isinstance(token, notes_framing.Frame):
                _dispenser_frame(token)
        _still_hears(make)


def _dispenser_frame(frame: notes_framing.Frame) -> None:
    assert notes_framing.pack(frame.raw[0], frame.command, frame.data) == frame.raw
    if frame.raw[0] == notes_framing.SOH:
        _device_frame(frame)
        return
    request = notes_codec.decode_request(frame)
    if isinstance(request, notes_codec.Dispense):
        # The device's own limit (2.5) is the encoder's to keep and the device's to answer.
        if sum(request.counts) <= notes_codec.NOTES_PER_COMMAND_MAX:
            assert notes_codec.encode_request(request) == frame.raw
    elif request is not None:
        assert notes_codec.encode_request(request) == frame.raw


def _device_frame(frame: notes_framing.Frame) -> None:
    match frame.command:
        case notes_codec.Command.STATUS:
            report = notes_codec.decode_status(frame)
            if report is not None:
                again = notes_codec.encode_status(report)
                assert notes_codec.decode_status(_only_frame(again)) == report
        case notes_codec.Command.LAST_STATUS:
            last = notes_codec.decode_last(frame)
            if last is not None:
                assert notes_codec.encode_last(last) == frame.raw
        case command if command in (0x51, 0x52, 0x53):
            tally = notes_codec.decode_tally(frame)
            if tally is not None:
                again = notes_codec.encode_tally(command, tally)
                assert notes_codec.decode_tally(_only_frame(again)) == tally


def _only_frame(raw: bytes) -> notes_framing.Frame:
    (token,) = notes_framing.host_framer().feed(raw, 0.0)
    assert isinstance(token, notes_framing.Frame)
    return token


def _still_hears(make: Callable[[], notes_framing.Framer]) -> None:
    """After noise and a pause a good frame is heard."""
    framer = make()
    framer.feed(b"\x01\x50\x02", 0.0)
    framer.advance(10.0)
    head = notes_framing.SOH if make is notes_framing.host_framer else notes_framing.EOT
    size = 2 if head == notes_framing.EOT else 3
    good = notes_framing.pack(head, notes_codec.Command.RESET, bytes(size - 2))
    assert framer.feed(good, 10.0)[-1] == notes_framing.Frame(0x44, bytes(size - 2), good)


def last_status(data: bytes) -> None:
    """The verdict over any two answers: certain only where it may be (2.9 step 7)."""
    flags, size = (data[0], data[1] % 32) if len(data) > 1 else (0, 0)
    before, after = data[2 : 2 + size], data[2 + size :]
    evidence = verdict.Evidence(
        before.hex(), after.hex(), bool(flags & 1), bool(flags & 2), flags >> 4, "fuzz"
    )
    judged = verdict.after_silence("t", MIX, evidence)
    if isinstance(judged, ev.NotesDispensed) and not judged.doubtful:
        assert all(out <= asked for out, asked in zip(judged.counts, MIX, strict=True))
        assert judged.error != "00" or judged.counts == MIX
    if isinstance(judged, ev.DispenseNotExecuted) and judged.error == verdict.NOT_EXECUTED:
        assert not evidence.accepted
        assert evidence.unbroken
        assert evidence.path == 0
    if isinstance(judged, ev.DispenseUnknown):
        assert len(judged.evidence) <= 200 + 2 * len(data)


# --- the reader's line --------------------------------------------------------------------------


def reader_frames(data: bytes) -> None:
    """The framer, the responses, and a link in the middle of a command."""
    items = reader_framing.Framer().feed(data, 0.0)
    in_pieces = reader_framing.Framer()
    cut = [item for piece in pieces(data) for item in in_pieces.feed(piece, 0.0)]
    # A length that cannot be drops what has come so far, and how much that is, is the line's affair.
    assert _until_damaged(cut) == _until_damaged(items)
    assert len(items) <= len(data)
    for item in items:
        if isinstance(item, reader_framing.Frame):
            assert reader_framing.encode(item.text) in data
            _response(item.text)
    _response(data)
    reader_codec.sensors(data)
    for command in (reader_codec.STATUS, reader_codec.EJECT, reader_codec.CHIP_ON):
        _link(command, data)


def _until_damaged(items: list[reader_framing.Item]) -> list[reader_framing.Item]:
    damaged = reader_framing.Signal.DAMAGED
    return items[: items.index(damaged)] if damaged in items else items


def _response(text: bytes) -> None:
    response = reader_codec.parse(text)
    if isinstance(response, reader_codec.Negative):
        assert response.error
        assert response.data == text[5:]


def _link(command: reader_codec.Command, data: bytes) -> None:
    """A command is over after its own time, whatever was heard, and a motion is sent once."""
    link, now, sent = Link(), 0.0, 0
    sent += link.ask(command, now).count(command.text)
    for piece in pieces(data):
        out, outcome = link.receive(piece, now)
        sent += out.count(command.text)
        if outcome is not None:
            break
        now += 0.001
    while link.busy:
        due = link.due()
        assert due < now + 100.0, "a command without an end"
        now = max(now, due)
        sent += link.receive(b"", now)[0].count(command.text)
    assert sent == 1 or command.retry is reader_codec.Retry.REPEAT


def chip_data(data: bytes) -> None:
    """TLV, and a whole conversation with a chip that answers these bytes."""
    with suppress(chip.ChipError):
        elements = chip.parse_tlv(data)
        assert sum(1 for _ in chip.walk(elements)) <= len(data)
        assert all(each.value in data for each in chip.walk(elements))
    conversation, answers = chip.read_card(), _answers(data)
    said = 0
    with suppress(StopIteration, chip.ChipError):
        next(conversation)
        while True:
            said += 1
            conversation.send(next(answers, b"\x90\x00"))
    assert said <= chip.EXCHANGES_MAX


def _answers(data: bytes) -> "Any":
    """R-APDUs with a length before each."""
    at = 0
    while at < len(data):
        size = data[at]
        yield data[at + 1 : at + 1 + size]
        at += 1 + size


# --- the pad's line -----------------------------------------------------------------------------


def pin_pad_lines(data: bytes) -> None:
    """Lines of either side: a message that can be said again, or a ValueError that quotes nothing."""
    for decode in (pin_pad_codec.decode_command, pin_pad_codec.decode_reply):
        for line in (data, bytearray(data)):
            words, message = _decoded(lambda: decode(line))  # type: ignore[arg-type]  # noqa: B023
            if words:
                assert words in PAD_WORDS
                continue
            again = pin_pad_codec.encode(message)
            assert len(again) <= pin_pad_codec.LINE_BYTES_MAX
            assert decode(again) == message


PAD_WORDS: Final = ("not a message of a PIN pad", "a pad's line is too long")


def _decoded(decode: Callable[[], Any]) -> tuple[str, Any]:
    """What was refused, in its words, or the message."""
    try:
        return "", decode()
    except ValueError as refused:
        return str(refused), None


# --- the bank's line ----------------------------------------------------------------------------


def host_messages(data: bytes) -> None:
    """Frames of the line, and a message under a right check value and under a wrong one."""
    with suppress(MessageError):
        frames = Deframer().feed(data)
        in_pieces = Deframer()
        assert [f for piece in pieces(data) for f in in_pieces.feed(piece)] == frames
        assert in_pieces.held < 2 + MESSAGE_BYTES_MAX
        assert data.startswith(b"".join(framed(frame) for frame in frames))
    for whole in (data, data + keys.mac(HOST_KEY, data), _sealed(edited(_good_message(), data))):
        with suppress(MessageError):
            message = host_codec.decode(whole, _host_key)
            assert host_codec.encode(message, HOST_KEY) == whole
            assert repr(message)


def _host_key(message: Message) -> bytes:
    return HOST_KEY


def _sealed(message: bytes) -> bytes:
    body = message[:-MAC_BYTES]
    return body + keys.mac(HOST_KEY, body)


@cache
def _good_message() -> bytes:
    """An authorization as a terminal sends it."""
    heard: list[Message] = []

    class Listening(BankServer):
        def answer(self, purpose: str, message: Message, place: Checkpoint | None) -> Message:
            heard.extend([message] * (purpose == "Authorize"))
            return super().answer(purpose, message, place)

    bench = Bench()
    bench.world.host.server = Listening(bench.world.bank)
    bench.boot().visit(Wish("lin", ("135790",)))
    return host_codec.encode(heard[0], HOST_KEY)


def bank_session(data: bytes) -> None:
    """A stranger on the bank's line: nothing is booked, nothing raised, and it hangs up in time."""
    bank = _bank()
    before = bank.changes, len(bank.postings), bank.held()
    server = BankServer(bank)
    session = server.connection()
    for piece in pieces(data):
        session.feed(piece, 0.0)
    said = session.advance(10.0)
    assert len(said) <= 4 * len(data)
    assert (bank.changes, len(bank.postings), bank.held()) == before


@cache
def _bank() -> Bank:
    return Bank()


# --- files --------------------------------------------------------------------------------------


def configuration(data: bytes) -> None:
    """A configuration file of these bytes, and a good one with a few of them changed."""
    for text in (data, edited(CONFIGURATION, data)):
        with suppress(ConfigurationError):
            read = read_settings(Held.of(text))
            assert 1 <= len(read.cassettes) <= house.CASSETTES_MAX
            assert all(c.count >= 0 and c.note.minor > 0 for c in read.cassettes)


CONFIGURATION: Final = b"""
[panel]
diagonal_inch = 19.0
width_px = 1280
[card_reader]
port = "/dev/ttyUSB0"
baud = 38400
[dispenser]
port = "/dev/ttyUSB1"
parity = "even"
cassettes = [{ note = 100, count = 200 }, { note = 50, count = 100 }]
[host]
address = "tcp://bank:8583"
terminal = "T0000002"
[state]
folder = "state"
[screen]
language = "en"
"""


def catalogue(data: bytes) -> None:
    """Texts as a designer may write them; what is accepted can be shown and said."""
    for language in LANGUAGES:
        tables = disturbed(house.catalogue_tables(language), data)
        with suppress(ValueError):
            catalogue_from(language, tables)


def theme(data: bytes) -> None:
    """Sizes and colours as a designer may write them."""
    with suppress(ValueError):
        design_from(disturbed(_toml(house.THEME), data))


def timing(data: bytes) -> None:
    """Profiles and the timing table."""
    kept = house.PROFILES, house.TIMING
    try:
        for profiles, times in ((data, None), (None, data)):
            house.PROFILES = _changed(kept[0], profiles)
            house.TIMING = _changed(kept[1], times)
            with suppress(ConfigurationError):
                house.read_profiles()
    finally:
        house.PROFILES, house.TIMING = kept


def _changed(path: Path, data: bytes | None) -> Path:
    base = _bytes_of(path)
    return Held.of(base if data is None else edited(base, data))


@cache
def _bytes_of(path: Path) -> bytes:
    return path.read_bytes()


@cache
def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def speech(data: bytes) -> None:
    """Whatever a text is, it is said, left out or refused as a text, and privately where it must be."""
    text = data.decode("utf-8", "replace")
    values = {"amount": yuan(500), "left": 2, "reference": "123456", "asked": yuan(100)}
    for language in LANGUAGES:
        with suppress(ValueError):
            found = catalogue_from(language, {"said": {"title": text[:40], "text": text}})
            said = utterance_of(found, _pinyin(), "said", values)
            assert said is None or said.privacy == "P0"
            assert said is None or "123456" not in said.text or "123456" in text


@cache
def _pinyin() -> PinyinTable:
    return pinyin_table_from({})


def world_file(data: bytes) -> None:
    """The simulated world's file: these bytes, a good one edited, and one with odd values."""
    base = _world_json()
    tree = disturbed(json.loads(base), data)
    for text in (data, edited(base, data), _json(tree)):
        _load_world(text)


def _json(tree: Any) -> bytes:
    return json.dumps(tree, default=str).encode("utf-8", "surrogatepass")


def _load_world(text: bytes) -> None:
    world = World(VirtualClock(), house.Settings().cassettes)
    with suppress(ConfigurationError):
        Keeper(world, Held.of(text)).load()


@cache
def _world_json() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "world.json"
        bench = Bench().boot().visit(Wish("lin", ("135790",)))
        Keeper(bench.world, path).save()
        return path.read_bytes()


# --- the journal --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Journal:
    """A good journal: its file, and its rows as they were written."""

    file: bytes
    rows: tuple[StoredRow, ...]


@cache
def _journal() -> _Journal:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        bench = Bench(journal_path=path).boot().visit(Wish("lin", ("135790",)))
        bench.store.close()
        with JournalReader(path) as reader:
            return _Journal(path.read_bytes(), tuple(reader.rows()))


def journal_file(data: bytes) -> None:
    """A journal with some bytes of its file changed: said to be faulty, or it holds what it held."""
    journal = _journal()
    with tempfile.TemporaryDirectory(dir=_fast_folder()) as folder:
        path = Path(folder) / "journal.db"
        path.write_bytes(edited(journal.file, data))
        with suppress(JournalError), JournalReader(path) as reader:
            if not reader.verify(KEY):
                rows = tuple(reader.rows())
                assert rows == journal.rows[: len(rows)], "altered, and not noticed"
        _open_to_write(path)


def _open_to_write(path: Path) -> None:
    with suppress(JournalError):
        Path(f"{path}.key").write_bytes(KEY)
        JournalStore(path, KEY, ballast_bytes=0, boot="fuzz").close()


def _fast_folder() -> str | None:
    """Memory, where the system has a folder in it."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def journal_rows(data: bytes) -> None:
    """The walk along the chain: any change but a shorter tail shows."""
    good = [_raw(row) for row in _journal().rows]
    rows = [tuple(row) for row in disturbed([list(row) for row in good], data) if _is_row(row)]
    faults = find_faults(iter(rows), KEY)
    unchanged = _same(rows, good[: len(rows)])
    assert unchanged == (not faults), "altered, and not noticed"


def _is_row(row: object) -> bool:
    """As many columns, and no text that a database could not hold."""
    if not isinstance(row, list) or len(row) != COLUMNS:
        return False
    return all(text.isprintable() or text.isascii() for text in row if isinstance(text, str))


COLUMNS: Final = 11


def _same(rows: list[Any], good: list[RawRow]) -> bool:
    """Equal in type too: True is not 1 to a journal."""
    return len(rows) == len(good) and all(
        a == b and [type(x) for x in a] == [type(x) for x in b]
        for a, b in zip(rows, good, strict=True)
    )


def _raw(row: StoredRow) -> RawRow:
    body = canonical(dict(row.body))
    return (
        *(row.seq, row.utc, row.mono_ns, row.boot, row.visit, row.txid, row.kind, body),
        *(row.prev_hash, row.hash, row.mac),
    )


TARGETS: Mapping[str, Target] = {
    "dispenser": dispenser_frames,
    "last-status": last_status,
    "reader": reader_frames,
    "chip": chip_data,
    "pin-pad": pin_pad_lines,
    "id-reader": id_reader_frames,
    "acceptor": acceptor_frames,
    "deposit": acceptor_replies,
    "document": id_record,
    "printer": printer_replies,
    "printer-orders": printer_orders,
    "host": host_messages,
    "bank": bank_session,
    "configuration": configuration,
    "catalogue": catalogue,
    "theme": theme,
    "timing": timing,
    "speech": speech,
    "world": world_file,
    "journal": journal_file,
    "chain": journal_rows,
}
"""Every target by the name it is called by."""
