"""Material for tests of the bank's line: strategies that make any message that can be said."""

from hypothesis import strategies as st

from devices.host.codec import AMOUNT_MAX, KNOWN_MTIS, STAN_MAX
from devices.host.message import Checkpoint, Ending, LastOperation, Message, Original, Private
from terminal.card import Pan, PinBlock

KEY = b"a key for tests, thirty-two long"
TXID = "00112233445566778899aabbccddeeff"
VARIANT = "0123456789abcdef"

ENDINGS: tuple[Ending, ...] = ("completed", "reversed", "suspect", "cancelled")


def _hex(size: int) -> st.SearchStrategy[str]:
    return st.binary(min_size=size, max_size=size).map(bytes.hex)


def _digits(size: int) -> st.SearchStrategy[str]:
    return st.integers(0, 10**size - 1).map(lambda number: f"{number:0{size}d}")


def _text(form: str) -> st.SearchStrategy[str]:
    return st.from_regex(form, fullmatch=True)


def _or(empty: str, some: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(st.just(empty), some)


counts = st.lists(st.integers(0, 0xFFFF), max_size=16).map(tuple)
stans = st.integers(0, STAN_MAX)
amounts = st.integers(0, AMOUNT_MAX)

moments = st.datetimes().map(lambda moment: moment.strftime("%m%d%H%M%S"))
"""MMDDhhmmss."""

lasts = st.builds(LastOperation, _hex(16), st.sampled_from(ENDINGS), counts)
checkpoints = st.builds(Checkpoint, st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
services = st.lists(st.sampled_from(["withdrawal", "balance", "change_pack"]), max_size=8)

privates = st.builds(
    Private,
    txid=_or("", _hex(16)),
    variant=_or("", _hex(8)),
    coordination=_or("", st.sampled_from("123456789:;<=>?")),
    pin_block=st.none() | st.binary(min_size=16, max_size=16).map(PinBlock),
    last=st.none() | lasts,
    checkpoint=st.none() | checkpoints,
    ending=st.sampled_from(("", *ENDINGS)),
    counts=counts,
    basis=_or("", _text("[ -~]{1,64}")),
    disputed=st.none() | amounts,
    account=_or("", _hex(12)),
    nonce=st.one_of(st.just(b""), st.binary(min_size=16, max_size=16)),
    reason=_or("", _text("[ -~]{1,64}")),
    token=_or("", st.binary(min_size=1, max_size=32).map(bytes.hex)),
    services=services.map(tuple),
    age_band=_or("", st.sampled_from(["under50", "65to69", "80plus"])),
    preference=_or("", st.sampled_from(["elder", "standard"])),
    tries_left=st.none() | st.integers(0, 99),
    capture=st.booleans(),
)

originals = st.builds(Original, _digits(4), stans, moments)

messages = st.builds(
    Message,
    mti=st.sampled_from(sorted(KNOWN_MTIS)),
    terminal=_text("[!-~][ -~]{7}"),
    at=moments,
    stan=stans,
    processing=_or("", _digits(6)),
    pan=st.none() | st.integers(12, 19).flatmap(_digits).map(Pan),
    expiry=_or("", _digits(4)),
    amount=st.none() | amounts,
    rrn=_or("", _text("[0-9A-Za-z]{12}")),
    approval=_or("", _text("[0-9A-Za-z]{6}")),
    code=_or("", _text("[0-9A-Z]{2}")),
    currency=_or("", _digits(3)),
    network=_or("", _digits(3)),
    original=st.none() | originals,
    replacement=st.none() | amounts,
    private=privates,
)
"""Any message that can be said: `decode(encode(m)) == m`."""
