"""The real driver and the simulated receipt printer on one wire and one told clock."""

from itertools import count

from devices.printer.driver import DEFAULT_BAUDRATE, PARITY, Printer
from devices.transport import Transport, open_port
from sim.world import protocol_sim
from sim.world.clock import VirtualClock
from sim.world.paper import Page
from sim.world.printer import PrinterFirmware
from sim.world.wire import Damage, Outlet, Wire
from terminal.effects import CheckPrinter, PrintReceipt
from terminal.events import Event, PrinterReady, ReceiptDoubtful, ReceiptPrinted, ReceiptRefused
from terminal.receipt import Raster, Receipt, ReceiptLine

BITS_PER_BYTE = 10
STEPS_MAX = 200_000
FRAME_SECONDS = 1 / 60
"""How often a terminal's loop looks at its ports."""

RECEIPT = Receipt("凭条", (ReceiptLine("金额", "¥500.00", True),), ("96110",), False, "zh")
PAGE = Raster(
    72, b"".join(bytes((row % 251,)) * 72 if row % 40 < 30 else bytes(72) for row in range(400))
)
"""What the receipt is drawn as here: 400 rows, a quarter of them empty."""

JOB = "0123456789abcdef0123456789abcdef"
OTHER_JOB = "fedcba9876543210fedcba9876543210"
SETTLED = ReceiptPrinted | ReceiptDoubtful | ReceiptRefused

_numbers = count()


class Bench:
    """A printer on its cable. `sent` has everything the driver sent, with the instants; `heard` what
    came back."""

    def __init__(
        self,
        firmware: PrinterFirmware | None = None,
        *,
        damage: Damage | None = None,
        awake: bool = True,
        xonxoff: bool = True,
        page: Raster = PAGE,
        frame_seconds: float = 0.0,
        baudrate: int = DEFAULT_BAUDRATE,
    ) -> None:
        self.clock = VirtualClock()
        self.baudrate = baudrate
        self.wire = Wire(self.clock, baudrate, BITS_PER_BYTE, damage=damage)
        self.firmware = firmware or PrinterFirmware(xonxoff=xonxoff)
        self.outlet = Outlet("printer", self.wire, self.firmware)
        self.steps = 0
        self.events: list[Event] = []
        self.sent: list[tuple[float, bytes]] = []
        self.heard = b""
        self.drawn: list[Receipt] = []
        self.page = page
        self.frame_seconds = frame_seconds
        self._name = f"bench-printer-{next(_numbers)}"
        protocol_sim.install()
        protocol_sim.plug(self._name, self.wire.host)
        self.driver = Printer(self.open, self.draw, baudrate, xonxoff)
        if awake:
            self.run(5 + 20_000 / baudrate)
            assert self.events == [PrinterReady("ok")]

    def open(self) -> Transport:
        """The port."""
        return open_port(f"sim://{self._name}", self.baudrate, PARITY, self._trace)

    def draw(self, receipt: Receipt) -> Raster:
        """The page of every receipt."""
        self.drawn.append(receipt)
        return self.page

    def print(self, job: str = JOB, seconds: float = 60.0) -> list[Event]:
        """Order a receipt and wait for its outcome; the events until then."""
        self.driver.submit(PrintReceipt(job, RECEIPT), self.clock.now())
        return self.until_settled(seconds)

    def outcome(self, job: str = JOB, seconds: float = 60.0) -> Event:
        """Order a receipt; what became of it."""
        settled = [event for event in self.print(job, seconds) if isinstance(event, SETTLED)]
        assert len(settled) == 1
        return settled[0]

    def check(self, seconds: float = 5.0) -> list[Event]:
        """Ask how the printer is."""
        self.driver.submit(CheckPrinter(), self.clock.now())
        return self.run(seconds)

    def until_settled(self, seconds: float = 60.0) -> list[Event]:
        """Let time pass until a receipt has its outcome."""
        end = self.clock.now() + seconds
        seen: list[Event] = []
        while self.clock.now() < end and not any(isinstance(event, SETTLED) for event in seen):
            seen += self._step(end)
        self.events += seen
        return seen

    def run(self, seconds: float) -> list[Event]:
        """Let time pass; gives the events of it."""
        end = self.clock.now() + seconds
        seen: list[Event] = []
        while self.clock.now() < end:
            seen += self._step(end)
        self.events += seen
        return seen

    def receipts(self) -> list[Page]:
        """The slips with something on them."""
        return [page for page in self.firmware.pages if not page.blank]

    def everything_sent(self) -> bytes:
        """All bytes that went to the printer."""
        return b"".join(data for _, data in self.sent)

    def _step(self, end: float) -> list[Event]:
        self.steps += 1
        assert self.steps < STEPS_MAX, "time stands still"
        now = self.clock.now()
        self.outlet.advance(now)
        seen = list(self.driver.poll(now))
        self.outlet.advance(now)
        arrives = self.wire.host.arrives() if self.wire.plugged else end
        due = min(self.driver.due(now), self.outlet.due(now), arrives)
        self.clock.advance_to(min(max(due, now + self.frame_seconds), end))
        return seen

    def _trace(self, direction: str, data: bytes) -> None:
        if direction == "->":
            self.sent.append((self.clock.now(), data))
        else:
            self.heard += data
