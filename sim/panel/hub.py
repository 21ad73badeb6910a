"""Beside a running terminal: does what a panel says, tells it everything, and keeps what just happened.

It stands outside of the terminal's turn. Once in each pass of the loop it does what was said, lets time run
faster if that is wanted, and sends what the cables carried, what the record was told and how the machine
stands. It is refused where any device, or the bank, is a real one.
"""

import json
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from devices.host.channel import Channel
from devices.transport import Trace
from sim.panel.link import Message, Server
from sim.panel.live import CannotNow, Live, LiveBench
from sim.panel.recording import Fitted, Recording
from sim.proof.errors.line import BankLine
from sim.stage.kiosk import Kiosk, Parts
from sim.stage.overheard import TracedChannel
from sim.stage.settings import ConfigurationError, Settings
from sim.stories.faults import places_of
from sim.stories.file import BadStory, story_from
from sim.stories.wire import Wire, tells
from sim.stories.words import NotUnderstood
from sim.world.world import World
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.journal_row import Row
from terminal.money import MINOR_PER_MAJOR
from terminal.ports import Seconds
from terminal.prompts import text_key
from terminal.runtime import Record

TELLS_SECONDS: Final = 0.2
"""How often a panel is told how the machine stands."""

FRAMES_MAX: Final = 500
"""Frames kept for a panel that comes later."""

RATES: Final = (1, 2, 5, 20, 60)
"""How many times faster time may run."""

CUT_SECONDS_MAX: Final = 15.0
"""The longest power cut: the supervisor takes a longer silence for a terminal that hangs."""

KEPT: Final = "panel.json"
"""Beside the record: what must outlive a power cut."""

HEX_MAX: Final = 3_000
"""Of a frame, as it is sent to a panel."""


def refuse_real(settings: Settings) -> None:
    """Raise ConfigurationError where a panel would have to move something real."""
    ports = {
        "card_reader": settings.card_reader,
        "dispenser": settings.dispenser,
        "acceptor": settings.acceptor,
        "printer": settings.printer,
        "id_reader": settings.id_reader,
    }
    real = [
        f"{name} = {port}" for name, port in ports.items() if port and not port.startswith("sim:")
    ]
    if not settings.host_simulated:
        real.append(f"host = {settings.host}")
    if real:
        raise ConfigurationError(
            f"The panel moves simulated devices only, and this machine has {', '.join(real)}. "
            "Run without --panel."
        )


@dataclass(frozen=True, slots=True)
class Overheard:
    """The record, with somebody told of each row that it took."""

    record: Record
    told: Callable[[Sequence[Row]], None]

    def append(self, rows: Sequence[Row], now: Seconds, utc: str) -> None:
        """As the record."""
        self.record.append(rows, now, utc)
        self.told(rows)

    @property
    def low(self) -> bool:
        """As the record."""
        return self.record.low


@dataclass
class Hub:
    """Who stands beside the kiosk (`sim.stage.bystander.Bystander`). `alone`: nobody would start the terminal
    again after its power was cut."""

    server: Server
    alone: bool = False
    wire: Wire = field(default_factory=Wire)
    live: Live = field(init=False)
    recording: Recording = field(init=False)
    rate: int = 1
    _bench: LiveBench | None = None
    _bank: BankLine | None = None
    _real: Seconds | None = None
    _now: Seconds = 0.0
    _told_at: Seconds = 0.0
    _told: Mapping[str, Any] = field(default_factory=dict)
    _sent: int = 0
    _lines_sent: int = -1
    _rows: list[str] = field(default_factory=list)

    # --- as the kiosk puts itself together ----------------------------------------------------------

    def heard(self, device: str) -> Trace | None:
        """Everything on this cable."""
        return lambda arrow, data: self.wire.heard(device, arrow, data, self._now)

    def line(self, world: World) -> Channel:
        """With a bank at its end that can be made to say what it should not."""
        self._bench = LiveBench(world)
        self._bank = BankLine(self._bench)  # type: ignore[arg-type]
        return TracedChannel(world.host.channel, self.wire.heard)

    def begins(self, kiosk: Kiosk, parts: Parts) -> None:
        """The kiosk stands."""
        assert self._bench is not None, "a panel stands beside a bank that is inside"
        assert self._bank is not None, "a panel stands beside a bank that is inside"
        terminal, world = kiosk.terminal, kiosk.world
        self._bench.terminal, self._bench.pad = terminal, parts.pad
        places = places_of(parts.design.catalogues)
        self.live = Live(self._bench, self._bank, places, kiosk=kiosk, parts=parts)
        self.live.cut, self.live.hands, self.live.says = self._cut, self.acted, self._says
        settings = parts.settings
        fitted = Fitted(
            world.shape,
            terminal.session.machine.services,
            world.printer is not None,
            world.documents is not None,
            terminal.session.machine.passbook,
        )
        self.recording = Recording(world, fitted, places)
        terminal.record = Overheard(terminal.record, self._wrote)
        terminal.listeners.append(self._listened)
        self._resume(settings.state_folder / KEPT)

    # --- what the kiosk tells -------------------------------------------------------------------------

    def acted(self, name: str) -> None:
        """A hand at the front, the panel's or the tester's own."""
        verb, _, what = name.partition(":")
        if verb == "insert":
            self.live.card = what
        self.recording.acted(name, self.live.session, self._now)

    def _says(self, line: str) -> None:
        self.recording.says(line, self._now)

    def _listened(
        self,
        before: s.Session,
        event: ev.Event,
        after: s.Session,
        effects: tuple[fx.Effect, ...],
        now: Seconds,
    ) -> None:
        assert self.live.parts is not None
        self.recording.heard(before, event, after, self.live.parts.design, now)

    def _wrote(self, rows: Sequence[Row]) -> None:
        self.recording.wrote(rows)
        self._rows += [_row(row) for row in rows]

    # --- each pass --------------------------------------------------------------------------------

    def turn(self, now: Seconds) -> None:
        """What was said is done, and what there is to tell is told."""
        now = self._now = self._hastens(now)
        self.recording.sees(self.live.session)
        self._try(lambda: self.live.turn(now))
        if self.server.welcomes():
            self._told, self._sent, self._lines_sent = (
                {},
                max(0, len(self.wire.lines) - FRAMES_MAX),
                -1,
            )
        for message in self.server.received():
            self._does(message)
        if now >= self._told_at + TELLS_SECONDS or now < self._told_at:
            self._told_at = now
            self._tells()

    def _hastens(self, now: Seconds) -> Seconds:
        """Time that runs faster is a clock that is put forward a little in every pass."""
        assert self.live.parts is not None
        clock = self.live.parts.clock
        real = now - clock.ahead
        if self._real is not None and self.rate > 1:
            clock.ahead += (real - self._real) * (self.rate - 1)
        self._real = real
        return real + clock.ahead

    def _does(self, message: Message) -> None:
        match message:
            case {"do": str(line)}:
                self._try(lambda: self.live.does(line))
            case {"rate": int(rate)} if rate in RATES:
                self.rate = rate
            case {"save": str(name)}:
                self._save(name)
            case _:
                self.server.send({"said": "That is not understood."})

    def _try(self, do: Callable[[], None]) -> None:
        try:
            do()
        except (NotUnderstood, CannotNow) as trouble:
            self.server.send({"said": str(trouble)})

    def _save(self, name: str) -> None:
        text = self.recording.story(self.live.session, self._now)
        if not text:
            self.server.send({"said": "There is no visit to save yet: put in a card first."})
            return
        assert self.live.parts is not None
        try:
            story_from(text, name, self.live.parts.design)
        except BadStory as bad:
            self.server.send({"said": f"It cannot be told as a story: {bad}"})
            return
        self.server.send({"story": text, "name": name})

    # --- telling ------------------------------------------------------------------------------------

    def _tells(self) -> None:
        frames = [one for one in self.wire.lines[self._sent :] if tells(one)][-FRAMES_MAX:]
        if len(self.wire.lines) > 4 * FRAMES_MAX:
            del self.wire.lines[:-FRAMES_MAX]
        self._sent = len(self.wire.lines)
        if frames:
            told = [
                (one.at, one.device, one.arrow, one.hex[:HEX_MAX], one.meaning) for one in frames
            ]
            self.server.send({"wire": told})
        if self._rows:
            self.server.send({"rows": self._rows})
            self._rows = []
        if (state := self.state()) != self._told:
            self._told = state
            self.server.send({"state": state})
        lines = self.recording.lines
        if len(lines) != self._lines_sent:
            self._lines_sent = len(lines)
            self.server.send({"lines": lines})

    def state(self) -> dict[str, Any]:
        """How the machine stands."""
        world, session = self.live.bench.world, self.live.session
        reader = world.reader
        inside = reader.card or ""
        place = (
            "at the gate" if reader.at_gate else f"inside ({inside})" if inside else "in the hand"
        )
        notes = " + ".join(f"{count}x{note}" for note, count in world.notes_in_slot().items())
        unplugged = [one.name for one in world.all_outlets if not one.wire.plugged]
        return {
            "screen": text_key(session),
            "look": f"{session.look.profile}, {session.look.language}",
            "card": place,
            "notes": notes or "none",
            "unplugged": ", ".join(unplugged) or "none",
            "headset": "in" if world.jack.plugged else "out",
            "account": _account(world, self.live.card),
            "whose": self.live.card,
            "rate": self.rate,
        }

    # --- power ----------------------------------------------------------------------------------------

    def _cut(self, seconds: Seconds) -> None:
        """The terminal is gone between two instructions; its supervisor starts it again."""
        if self.alone:
            raise CannotNow("nobody would switch it on again: run without --alone.")
        if seconds > CUT_SECONDS_MAX:
            raise CannotNow(
                f"at a running machine the power fails for {CUT_SECONDS_MAX:.0f} s at most."
            )
        assert self.live.parts is not None
        folder = self.live.parts.settings.state_folder
        self._says(f"the power fails for {seconds:g} s")
        kept = {"off": seconds, "recording": self.recording.kept(), "card": self.live.card}
        (folder / KEPT).write_text(json.dumps(kept), encoding="utf-8")
        self.server.send({"said": f"The power is cut for {seconds:g} s."})
        self.server.close()
        os.kill(os.getpid(), signal.SIGKILL if os.name != "nt" else signal.SIGTERM)

    def _resume(self, path: Path) -> None:
        """After a power cut the visit goes on in the same story."""
        if not path.exists():
            return
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            cassettes = self.live.session.machine.cassettes
            self.recording.resumed(kept["recording"], cassettes, self._now)
            self.live.card = str(kept["card"])
        except (ValueError, KeyError, TypeError):
            self.recording.lines.clear()
        path.unlink(missing_ok=True)


def off_seconds(settings: Settings) -> Seconds:
    """How long the terminal is to stay off after its power was cut by a panel."""
    path = settings.state_folder / KEPT
    try:
        off = float(json.loads(path.read_text(encoding="utf-8"))["off"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0.0
    return min(max(off, 0.0), CUT_SECONDS_MAX)


def _account(world: World, card: str) -> str:
    if card not in world.bank.customers:
        return "none"
    return f"{world.bank.balance(card) // MINOR_PER_MAJOR} yuan"


def _row(row: Row) -> str:
    facts = (f"{name}={_value(value)}" for name, value in row.body.items())
    return f"{row.kind} {' '.join(facts)}".rstrip()


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return "/".join(map(str, value))
    return "-" if value is None else str(value)
