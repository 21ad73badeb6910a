"""Between the core and the receipt printer: a slip becomes words, with the moment it was ordered at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from devices.printer.driver import Printer
from devices.transport import Trace, open_port
from screens.receipt_page import ReceiptPrinting
from screens.receipt_text import receipt_of
from terminal import effects as fx
from terminal import events as ev
from terminal.messages import Catalogue
from terminal.ports import Clock, Port, Seconds
from terminal.profile import Language


@dataclass(slots=True)
class SlipPrinter:
    """A printer that takes slips; everything else goes through as it is. `catalogues` may be exchanged
    between two turns."""

    printer: Port
    catalogues: Mapping[Language, Catalogue]
    clock: Clock
    terminal: str

    def submit(self, effect: fx.Effect, now: Seconds) -> None:
        """A slip as a receipt, anything else as it is."""
        if isinstance(effect, fx.PrintSlip):
            words = self.catalogues[effect.slip.language]
            receipt = receipt_of(effect.slip, words, self.clock.utc(), self.terminal)
            effect = fx.PrintReceipt(effect.job, receipt)
        self.printer.submit(effect, now)

    def poll(self, now: Seconds) -> Iterable[ev.Event]:
        """What the printer says."""
        return self.printer.poll(now)

    def due(self, now: Seconds) -> Seconds:
        """When the printer has something to do."""
        return self.printer.due(now)


def slip_printer(
    url: str,
    baud: int,
    catalogues: Mapping[Language, Catalogue],
    clock: Clock,
    terminal: str,
    heard: Trace | None = None,
) -> SlipPrinter:
    """The printer behind a port; `heard` is told of the bytes on it."""
    drawn = ReceiptPrinting()
    printer = Printer(lambda: open_port(url, baud, "N", heard), drawn.raster, baudrate=baud)
    return SlipPrinter(printer, catalogues, clock, terminal)
