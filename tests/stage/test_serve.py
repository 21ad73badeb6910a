"""`main.py serve` in a process of its own: used by the real drivers and by a program that shares nothing
with us, on pseudo-terminals and on TCP."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from devices.acceptor.driver import Acceptor
from devices.acceptor.link import BAUDRATE
from devices.card_reader.driver import DEFAULT_BAUDRATE, PARITY, CardReader
from devices.dispenser.driver import Dispenser
from devices.id_reader.driver import IdReader
from devices.printer import driver as receipts
from devices.transport import LinkLost, PortRefused, Transport, open_port
from terminal import effects as fx
from terminal import events as ev
from terminal.ports import Port
from terminal.receipt import Raster, Receipt
from tests.stage.processes import CLOCK, MAIN, PATIENCE_SECONDS, Program, call

CLIENT = Path(__file__).with_name("plain_client.py")
LOOK_SECONDS = 0.002
"""How long other things may happen between two looks at a driver."""

DEVICES = ("card_reader", "dispenser", "id_reader", "acceptor", "printer")
"""What is served."""

CASSETTES = """[dispenser]
cassettes = [{note = 100, count = 60}, {note = 50, count = 60}, {note = 20, count = 60}]
"""
FITTED = 3
DISPENSER_BAUD = 9_600

WAYS = [
    pytest.param((), id="pty", marks=pytest.mark.skipif(os.name == "nt", reason="no ptys here")),
    pytest.param(("--tcp",), id="tcp"),
]

Opening = Callable[[str, int, str], Transport]
Heard = TypeVar("Heard", bound=ev.Event)


class Served(Program):
    """`serve`, and where its devices are."""

    def __init__(self, folder: Path, options: Sequence[str]) -> None:
        config = folder / "three.toml"
        config.write_text(CASSETTES, encoding="utf-8")
        super().__init__([MAIN, "serve", *options, "--config", config], folder)
        self.drivers: dict[Port, list[ev.Event]] = {}
        self.ports: dict[str, str] = {}

    def find_ports(self) -> None:
        """Hear which device is where."""
        while len(self.ports) < len(DEVICES):
            label, name = self.until(what="port").split()
            self.ports[label] = name

    def act(self, name: str) -> str:
        """A hand at the machine, and what came of it."""
        self.enter(name)
        return self.until(what=f"answer to {name}")

    def hear(self, port: Port, wanted: type[Heard], act: str = "") -> Heard:
        """Let every driver work until this one tells what is wanted; a hand tries `act` until it
        can be done."""
        if act:
            self.enter(act)
        end = CLOCK.now() + PATIENCE_SECONDS
        while CLOCK.now() < end:
            for driver, told in self.drivers.items():
                told.extend(driver.poll(CLOCK.now()))
            for event in self.drivers.setdefault(port, []):
                if isinstance(event, wanted):
                    self.drivers[port].remove(event)
                    return event
            if "not now" in self.read(LOOK_SECONDS):
                self.enter(act)
        pytest.fail(f"no {wanted.__name__}, only {self.drivers[port]}")


@pytest.fixture(params=WAYS)
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """The devices, offered one way or the other."""
    with Served(tmp_path, request.param) as program:
        program.find_ports()
        yield program


@pytest.fixture
def opened() -> Iterator[Opening]:
    """Opens ports as the kiosk does, and closes them in the end."""
    ports: list[Transport] = []

    def opening(url: str, baud: int, parity: str) -> Transport:
        ports.append(open_port(url, baud, parity))
        return ports[-1]

    yield opening
    for port in ports:
        port.close()


def test_the_real_drivers_serve_a_customer_over_the_line(served: Served, opened: Opening) -> None:
    reader = CardReader(opened(served.ports["card_reader"], DEFAULT_BAUDRATE, PARITY))
    notes = Dispenser(opened(served.ports["dispenser"], DISPENSER_BAUD, "N"), cassettes=FITTED)
    served.drivers = {reader: [], notes: []}

    notes.submit(fx.CheckCash(), CLOCK.now())
    reader.submit(fx.InspectReader(), CLOCK.now())
    assert served.hear(reader, ev.CardFound) == ev.CardFound("absent")
    reader.submit(fx.AcceptCard(), CLOCK.now())
    served.hear(reader, ev.CardInserted, act="insert:chen")
    reader.submit(fx.ReadCard(), CLOCK.now())
    card = served.hear(reader, ev.CardRead).card
    assert card.pan.last4 == card.pan.reveal()[-4:]
    assert len(card.pan.reveal()) >= 16
    reader.submit(fx.EjectCard(), CLOCK.now())
    served.hear(reader, ev.CardAtGate)
    served.hear(reader, ev.CardTaken, act="take_card")

    assert served.hear(notes, ev.CashReady).usable == (True, True, True)
    notes.submit(fx.PrepareDispense("t1"), CLOCK.now())
    assert served.hear(notes, ev.DispensePrepared).txid == "t1"
    notes.submit(fx.DispenseNotes("t1", (3, 0, 0)), CLOCK.now())
    dispensed = served.hear(notes, ev.NotesDispensed)
    assert (dispensed.txid, dispensed.counts, dispensed.error) == ("t1", (3, 0, 0), "00")
    assert not dispensed.doubtful
    assert served.act("take_notes") == "done"
    assert served.act("take_notes") == "not now"


def test_a_program_that_knows_only_the_document_is_answered_by_it(
    served: Served, tmp_path: Path
) -> None:
    def client(device: str) -> Program:
        return Program([CLIENT, device, served.ports[device]], tmp_path)

    with client("dispenser") as notes, client("card_reader") as reader:
        while (line := reader.until(what="answer of the reader")).startswith(("act ", "C")):
            if line.startswith("act "):
                assert served.act(line.removeprefix("act ")) == "done"
        assert line == "all right"
        said = notes.until(lambda line: line.startswith(("all right", "WRONG")), what="end")
        assert said == "all right"
        assert (reader.ended(), notes.ended()) == (0, 0)


def test_an_identity_card_is_read_by_our_driver_over_the_line(
    served: Served, opened: Opening
) -> None:
    url = served.ports["id_reader"]
    documents = IdReader(lambda baud: opened(url, baud, "N"), CLOCK)
    assert served.act("place_document:wu_xiuying") == "done"
    assert served.hear(documents, ev.DocumentRead).age_band == "65to69"
    assert served.act("lift_document") == "done"


def test_a_note_is_taken_and_given_back_by_our_driver_over_the_line(
    served: Served, opened: Opening
) -> None:
    acceptor = Acceptor(opened(served.ports["acceptor"], BAUDRATE, "N"))
    acceptor.submit(fx.OpenAcceptor("t1"), CLOCK.now())
    served.hear(acceptor, ev.AcceptorOpen)
    assert served.act("insert_notes:50") == "done"
    assert served.hear(acceptor, ev.NotesInEscrow).counts == ((5_000, 1),)
    acceptor.submit(fx.CloseAcceptor("t1"), CLOCK.now())
    acceptor.submit(fx.ReturnNotes("t1"), CLOCK.now())
    served.hear(acceptor, ev.NotesReturned)
    served.hear(acceptor, ev.ReturnedTaken, act="take_returned")


def test_a_receipt_is_printed_by_our_driver_over_the_line(served: Served, opened: Opening) -> None:
    url, page = served.ports["printer"], Raster(72, bytes(range(72)) * 60)
    printer = receipts.Printer(
        lambda: opened(url, receipts.DEFAULT_BAUDRATE, receipts.PARITY), lambda receipt: page
    )
    job = "0123456789abcdef" * 2
    printer.submit(fx.PrintReceipt(job, Receipt("x", (), (), False, "zh")), CLOCK.now())
    assert served.hear(printer, ev.ReceiptPrinted).job == job
    assert printer.fence == "marker"


def test_the_plain_client_knows_nothing_of_this_house() -> None:
    text = CLIENT.read_text(encoding="utf-8")
    imported = {line.split()[1] for line in text.splitlines() if line.strip().startswith("import ")}
    assert imported == {"binascii", "os", "select", "socket", "sys", "termios", "tty"}
    assert "from " not in {line[:5] for line in text.splitlines()}


def test_a_second_program_is_refused_and_the_port_is_free_again_afterwards(
    served: Served, opened: Opening
) -> None:
    url = served.ports["card_reader"]
    first = CardReader(transport := opened(url, DEFAULT_BAUDRATE, PARITY))
    first.submit(fx.InspectReader(), CLOCK.now())
    served.hear(first, ev.CardFound)
    with pytest.raises(PortRefused, match=f"Port {url} cannot be opened: ") as refused:
        opened(url, DEFAULT_BAUDRATE, PARITY)
    assert "\n" not in str(refused.value)

    transport.close()
    second = CardReader(_opened_soon(served, opened, url))
    second.submit(fx.InspectReader(), CLOCK.now())
    assert served.hear(second, ev.CardFound) == ev.CardFound("absent")


def _opened_soon(served: Served, opened: Opening, url: str) -> Transport:
    """The far side needs a moment to notice that the first program has left."""
    end = CLOCK.now() + PATIENCE_SECONDS
    while CLOCK.now() < end:
        try:
            return opened(url, DEFAULT_BAUDRATE, PARITY)
        except PortRefused:
            served.read(LOOK_SECONDS)
    pytest.fail("the port was never free again")


def test_the_devices_outlive_the_program_that_used_them(served: Served, opened: Opening) -> None:
    """The card stays where it was when a program goes, and the next one finds it."""
    transport = opened(served.ports["card_reader"], DEFAULT_BAUDRATE, PARITY)
    reader = CardReader(transport)
    reader.submit(fx.AcceptCard(), CLOCK.now())
    served.hear(reader, ev.CardInserted, act="insert:lin")
    transport.close()

    again = CardReader(_opened_soon(served, opened, served.ports["card_reader"]))
    again.submit(fx.InspectReader(), CLOCK.now())
    assert served.hear(again, ev.CardFound) == ev.CardFound("inside")


def test_acts_typed_in_one_go_are_all_obeyed(served: Served) -> None:
    served.enter("insert:nobody\nheadset\n\ntake_notes\nquit")
    answers = [served.until() for _ in range(3)]
    assert answers[0].startswith('"insert:nobody" is not an act.')
    assert answers[1:] == ["done", "not now"]
    assert served.ended() == 0


def test_a_program_whose_server_has_gone_is_told(served: Served, opened: Opening) -> None:
    transport = opened(served.ports["dispenser"], DISPENSER_BAUD, "N")
    served.enter("quit")
    assert served.ended() == 0
    with pytest.raises(LinkLost):
        transport.read()


def test_an_address_of_another_machine_is_refused_in_a_sentence(tmp_path: Path) -> None:
    done = call("serve", "--tcp", "--host", "192.0.2.1", folder=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("Cannot listen on 192.0.2.1: ")
    assert done.stderr.count("\n") == 1
