"""Targets of the note acceptor: its line, both ways, and answers that make no sense.

Whatever comes, nothing is raised, every request and every order ends, and no note is lost."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from devices.acceptor import codec, framing
from devices.acceptor.codec import Command, DepositCode, Flag, Order, Report, Verdict
from devices.acceptor.deposits import Deposits, Pause, Procedure, Reply, Request
from devices.acceptor.link import Link, Silent
from sim.proof.fuzz.material import edited, pieces
from sim.world.acceptor import AcceptorFirmware
from sim.world.acceptor_parts import INIT_SECONDS, TYPES
from terminal import events as ev

TXID: Final = "t1"
TOKEN: Final = codec.token_of(TXID)
STEPS_MAX: Final = 5_000
"""More than any order takes that is answered at all, or not."""

REQUESTS: Final = (
    *(bytes((each,)) for each in Command if each not in codec.ORDERS),
    codec.encode_enable(TYPES),
    *(codec.encode_order(Order(each, 1, 1, TOKEN)) for each in sorted(codec.ORDERS)),
)
TALK: Final = b"".join(framing.encode(each) for each in REQUESTS)


def acceptor_frames(data: bytes) -> None:
    """The framer whole and in pieces, every decoder, a link in the middle of each request, and the
    acceptor's own end, for these bytes and for a good talk edited by them."""
    for stream in (data, edited(TALK, data)):
        items = framing.Framer().feed(stream, 0.0)
        in_pieces = framing.Framer()
        assert [item for piece in pieces(stream) for item in in_pieces.feed(piece, 0.0)] == items
        assert len(items) <= len(stream)
        for item in items:
            if isinstance(item, framing.Frame):
                assert framing.encode(item.data) in stream
                _decoders(item.data)
        _device(stream)
    for request in REQUESTS:
        _link(request, data)
    _decoders(data)


def _decoders(data: bytes) -> None:
    """What is accepted can be said again in the same bytes."""
    report = codec.decode_report(data)
    assert report is None or codec.encode_report(report) == data
    order = codec.decode_order(data)
    assert order is None or codec.encode_order(order) == data
    types = codec.decode_enable(data)
    assert types is None or codec.encode_enable(types) == data
    table = codec.decode_table(data)
    assert table is None or all(value > 0 for value in table.values())
    codec.decode_cassettes(data)
    codec.decode_poll(data)
    if data:
        for request in REQUESTS:
            codec.answers(request, data)


def _link(request: bytes, data: bytes) -> None:
    """A request is over in time, whatever was heard."""
    link, now, sent = Link(), 0.0, 1
    link.ask(request, now)
    for piece in pieces(data):
        if not link.busy:
            break
        sent += framing.encode(request) in link.receive(piece, now)[0]
        now += 0.001
    while link.busy:
        assert link.due() < now + 10.0, "a request without an end"
        now = max(now, link.due())
        sent += framing.encode(request) in link.receive(b"", now)[0]
    assert sent <= 3


def _device(data: bytes) -> None:
    """The acceptor hears these bytes with notes in escrow and one on its way."""
    device, now = AcceptorFirmware(), 0.0
    device.path.reset(now)
    device.advance(now := now + INIT_SECONDS)
    device.path.order(Order(Command.OPEN, 0, 1, TOKEN), now)
    device.path.enable(frozenset(TYPES))
    device.insert(100, 50, 20)
    device.advance(now)
    device.advance(now := now + 3.5)
    said = 0
    for piece in pieces(data):
        device.feed(piece, now)
        said += len(device.advance(now := now + 0.05))
    device.advance(now + 60.0)
    assert said <= 60 * (len(data) + 1), "it says more than it is asked"
    assert device.stores(TXID) <= 1
    total = sum((Counter(held) for held in device.notes().values()), Counter[int]())
    assert total == Counter(device.brought())


def acceptor_replies(data: bytes) -> None:
    """Every order of the terminal, answered with what these bytes make of good answers: it ends, and
    says one thing in the end."""
    deposits = Deposits()
    replies = _replies(data)
    for begin in (
        *(deposits.check, lambda: deposits.open(TXID), lambda: deposits.watch(TXID)),
        *(lambda: deposits.close(TXID), lambda: deposits.store(TXID)),
        *(lambda: deposits.give_back(TXID), lambda: deposits.watch(TXID)),
        *(lambda: deposits.retract(TXID), lambda: deposits.inspect(TXID)),
    ):
        _play(deposits, begin(), replies)


def _play(deposits: Deposits, procedure: Procedure, replies: Iterator[bytes | None]) -> None:
    reply: Reply = None
    for _ in range(STEPS_MAX):
        try:
            step = procedure.send(reply)
        except StopIteration:
            return
        reply = None
        match step:
            case Pause(seconds):
                deposits.now += seconds
            case Request(request):
                deposits.now += 0.05
                reply = _reply(request, next(replies))
            case ev.NotesStored(counts=counts) | ev.NotesReturned(counts=counts):
                assert all(count > 0 for _, count in counts)
            case _:
                pass
    raise AssertionError("an order without an end")


def _reply(request: bytes, bent: bytes | None) -> bytes | Silent:
    """A good answer as it was bent, if it can still be taken for one."""
    if bent is None:
        return Silent("silent")
    answer = edited(_good(request, bent), bent)
    return answer if codec.answers(request, answer) else Silent("noise")


def _good(request: bytes, bent: bytes) -> bytes:
    """An answer that could be given."""
    order = codec.decode_order(request)
    if order is not None:
        kind, *_ = bent
        state = DepositCode(kind % len(DepositCode))
        verdict = Verdict.DONE if kind < 0xC0 else Verdict(kind % len(Verdict))
        flags = Flag(kind & 0x3F if kind >= 0xE0 else 0)
        counts = ((2, 1 + kind % 2), (5, 3))
        return codec.encode_report(
            Report(order.ask, verdict, order.number, order.token, state, flags, 0, 0, 0, counts)
        )
    match request[0]:
        case Command.POLL:
            return bytes((codec.State.IDLING,))
        case Command.GET_BILL_TABLE:
            return codec.encode_table(TYPES)
        case Command.CASSETTE_STATUS:
            return codec.encode_cassettes([codec.Cassette(True, False, codec.ESCROW_TYPE, 4)])
        case _:
            return codec.ACK


def _replies(data: bytes) -> Iterator[bytes | None]:
    """What happens to each answer: bytes to bend it by, or silence; silence for ever in the end."""
    for start in range(0, len(data), 5):
        part = data[start : start + 5]
        yield None if part[0] == 0xFF else part
    while True:
        yield None
