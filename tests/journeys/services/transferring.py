"""How a journey goes through a transfer: a press for each screen, and what the bank has at the end."""

from sim.stage.bench import Bench
from sim.world.bank.payees import Account
from terminal import session as s
from terminal.flows.services import NAMES
from terminal.flows.transfer import phases, sending
from tests.journeys.services.visiting import at_menu

BEFORE_SENDING = (
    phases.Paused,
    phases.Questioning,
    phases.ChoosingArrival,
    phases.ReviewingTransfer,
    s.TakingCard,
)
"""Where a transfer may stand once its amount is known."""


def begun(card: str = "lin", profile: str = "standard", language: str = "zh") -> Bench:
    """A customer stands before the payees, or before the field for an account number."""
    bench = at_menu(Bench(services=NAMES), card, profile, language)
    return chosen(bench)


def chosen(bench: Bench) -> Bench:
    """Transfers are chosen on the menu."""
    bench.presses("service", "transfer")
    return bench.run(
        lambda now: isinstance(
            now.phase, phases.ChoosingPayee | phases.TypingAccount | phases.Paused
        )
    )


def to_known(bench: Bench, payee: Account) -> Bench:
    """A payee who stands there is chosen."""
    bench.presses("payee", payee.ref)
    return bench.run(lambda now: isinstance(now.phase, phases.EnteringSum))


def to_new(bench: Bench, payee: Account) -> Bench:
    """An account number is typed, and the masked name is right."""
    if isinstance(bench.session.phase, phases.ChoosingPayee):
        bench.presses("payee", phases.NEW)
    digits(bench, payee.number).presses("confirm")
    bench.run(lambda now: isinstance(now.phase, phases.CheckingName))
    return bench.presses("confirm")


def digits(bench: Bench, number: str) -> Bench:
    """Digits are typed on the glass."""
    for digit in number:
        bench.presses("digit", int(digit))
    return bench


def amount(bench: Bench, yuan: int) -> Bench:
    """The amount is typed and confirmed."""
    digits(bench, str(yuan)).presses("confirm")
    return bench.run(lambda now: isinstance(now.phase, BEFORE_SENDING))


def answers(bench: Bench, *codes: str) -> Bench:
    """The questions are answered, one after the other."""
    for code in codes:
        assert isinstance(bench.session.phase, phases.Questioning), bench.session.phase
        bench.presses("answer", code)
    return bench


def arrives(bench: Bench, arrival: str) -> Bench:
    """The arrival is chosen where there is a choice."""
    if isinstance(bench.session.phase, phases.ChoosingArrival):
        bench.presses("arrival", arrival)
    assert isinstance(bench.session.phase, phases.ReviewingTransfer), bench.session.phase
    return bench


def read(bench: Bench) -> Bench:
    """The summary stood there long enough: it can be signed."""
    return bench.run(lambda now: isinstance(now.phase, sending.Summary) and now.phase.read)


def sent(bench: Bench) -> sending.Sent:
    """It is confirmed; the result."""
    bench.presses("confirm")
    bench.run(lambda now: isinstance(now.phase, sending.Sent))
    phase = bench.session.phase
    assert isinstance(phase, sending.Sent)
    return phase


def transfers(bench: Bench) -> list[tuple[str, str]]:
    """The state of every transfer that the bank knows, with its id."""
    states = ("", "waiting", "paid", "cancelled")
    return [(txid, state) for state in states for txid, _ in bench.bank.ledger.instructions(state)]


def rows(bench: Bench, *kinds: str) -> list[str]:
    """The kinds of these rows in the record, in their order."""
    return [row.kind for row in bench.store.rows() if row.kind in kinds]
