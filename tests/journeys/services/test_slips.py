"""What each service prints of its outcome: on the customer's wish, once, and the same as on the screen."""

import pytest

from screens.receipt_text import receipt_of
from sim.stage.bench import Bench
from sim.world.bank.payees import LANDLORD, LIN_SAVINGS
from terminal import session as s
from terminal.asking import Fact
from terminal.flows import card_loss, exchange, reservation
from terminal.flows.escrow_screens import Changed, Told
from terminal.flows.printing import slip_of
from terminal.flows.services import NAMES
from terminal.flows.transfer import pending, sending
from terminal.flows.visit import reference_of
from terminal.messages import Catalogue
from terminal.receipt import Receipt
from terminal.values import replace
from tests.journeys.services import test_card_loss as lost
from tests.journeys.services import test_deposit as paid_in
from tests.journeys.services import test_exchange as changed
from tests.journeys.services import test_reservation as booking
from tests.journeys.services import transferring as t
from tests.journeys.services.visiting import LOOKS, at_menu, leaves


def with_printer() -> Bench:
    return Bench(services=NAMES, prints_receipts=True)


def words(bench: Bench) -> Catalogue:
    return bench.design.catalogues[bench.session.look.language]


def on_paper(bench: Bench) -> Receipt:
    """The receipt of the outcome on the screen, as it would be printed now."""
    return receipt_of(slip_of(bench.session), words(bench), bench.clock.utc(), "DEMO0001")


def lines(receipt: Receipt) -> dict[str, str]:
    return {line.label: line.value for line in receipt.lines}


def printed(bench: Bench) -> int:
    assert bench.world.printer is not None
    return bench.world.printer.slips


def gets_one(bench: Bench) -> Bench:
    """The customer asks for a receipt, again and again, and goes on in another look in between."""
    phase = bench.session.phase
    bench.presses("receipt").run(lambda now: now.look.said == "receipt_printed")
    assert bench.session.phase is phase
    for look in ("elder", "standard"):
        bench.presses("profile", look).presses("receipt").waits(3.0)
    assert printed(bench) == 1
    return bench


def sent(profile: str, language: str, arrival: str = "after_24h") -> Bench:
    bench = t.chosen(at_menu(with_printer(), "lin", profile, language))
    payee = LIN_SAVINGS if arrival == "real_time" else LANDLORD
    t.sent(t.arrives(t.amount(t.to_known(bench, payee), 3_000), arrival))
    return bench


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_transfers_receipt_says_who_how_much_when_and_how_to_cancel(
    profile: str, language: str
) -> None:
    bench = sent(profile, language)
    done, said = bench.session.phase, words(bench)
    assert isinstance(done, sending.Sent)
    receipt = on_paper(bench)
    found = lines(receipt)
    assert found[said.label("transfer.payee")] == LANDLORD.masked_name
    account = found[said.label("transfer.account")]
    assert account.endswith(LANDLORD.number[-4:])
    assert LANDLORD.number not in account
    assert "3,000" in found[said.label("transfer.amount")]
    for when in ("transfer.due", "transfer.cancel_until"):
        assert str(done.due.day) in found[said.label(when)]
    number = reference_of(done.txid)
    assert [line.value for line in receipt.lines].count(number) == 1, "said once"
    assert said.text("transfer.sent") in receipt.footer, "how to cancel it"
    assert all(any(one in text for text in receipt.footer) for one in ("12378", "12363", "96110"))
    assert (receipt.large, receipt.language) == (profile != "standard", language)
    leaves(gets_one(bench).presses("done"))
    assert bench.bank.audit() == []


def test_a_transfer_at_once_says_on_paper_that_it_cannot_be_taken_back() -> None:
    bench = sent("standard", "zh", "real_time")
    receipt = on_paper(bench)
    assert words(bench).text("transfer.sent_now") in receipt.footer
    assert words(bench).label("transfer.cancel_until") not in lines(receipt)
    gets_one(bench)


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_cancelled_transfer_can_be_shown_on_paper(profile: str, language: str) -> None:
    bench = sent(profile, language)
    leaves(bench.presses("done")).waits(1.0).does("insert:lin")
    bench.run(lambda now: isinstance(now.phase, s.EnteringPin))
    bench.presses("profile", profile).presses("language", language)
    bench.does(*(f"key:{digit}" for digit in bench.bank.customers["lin"].pin), "key:enter")
    bench.run(lambda now: isinstance(now.phase, pending.ShowingWaiting))
    bench.presses("cancel_transfer").presses("confirm_cancel")
    bench.run(lambda now: isinstance(now.phase, pending.CancelEnded))
    receipt, said = on_paper(bench), words(bench)
    assert receipt.title == said.title("transfer.cancel_cancelled")
    assert "3,000" in lines(receipt)[said.label("transfer.amount")]
    assert lines(receipt)[said.label("transfer.tail")] == LANDLORD.number[-4:]
    gets_one(bench)


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_blocked_card_has_the_banks_number_and_time_on_screen_and_paper(
    profile: str, language: str
) -> None:
    bench = lost.naming(with_printer(), profile, language)
    bench.presses("this_card").presses("confirm")
    bench.run(lambda now: isinstance(now.phase, card_loss.Blocked))
    phase, said = bench.session.phase, words(bench)
    assert isinstance(phase, card_loss.Blocked)
    known = bench.bank.ledger.kept("wang", "card_loss")[phase.tail]
    assert len(phase.number) == 6
    assert (phase.number, phase.at and phase.at.isoformat()) == (known["number"], known["at"])
    receipt = on_paper(bench)
    assert lines(receipt)[said.label("card_loss.number")] == phase.number
    assert phase.at is not None
    assert f"{phase.at.minute:02d}" in lines(receipt)[said.label("card_loss.at")]
    gets_one(bench)
    assert bench.bank.customers[lost.LOST].blocked


def test_a_block_that_was_asked_for_again_keeps_its_first_number_and_time() -> None:
    bench = lost.naming(with_printer()).presses("this_card")
    bench.world.host.silent_to, bench.world.host.acts_in_silence = frozenset({"AskBank"}), True
    bench.presses("confirm").waits(10.0)
    first = dict(bench.bank.ledger.kept("wang", "card_loss"))
    bench.world.host.silent_to = frozenset()
    bench.run(lambda now: isinstance(now.phase, card_loss.Blocked))
    assert first
    assert dict(bench.bank.ledger.kept("wang", "card_loss")) == first


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_deposits_receipt_has_each_kind_of_note_and_what_is_credited(
    profile: str, language: str
) -> None:
    bench = paid_in.at_inlet(with_printer(), profile, language)
    paid_in.counted(paid_in.puts_in(bench, "100,50,100", 3)).presses("store")
    assert paid_in.ended(bench) == paid_in.WELL
    phase, said = bench.session.phase, words(bench)
    assert isinstance(phase, Told)
    receipt = on_paper(bench)
    found = lines(receipt)
    assert found[said.label("notes_of.100")].startswith("2")
    assert found[said.label("notes_of.50")].startswith("1")
    credited = next(one for one in receipt.lines if one.label == said.label("deposit.amount"))
    assert "250" in credited.value
    assert credited.strong
    assert found[said.label("reference")] == phase.notice.reference
    leaves(gets_one(bench).presses("done"))
    assert bench.bank.audit() == []


def test_notes_that_the_machine_kept_are_on_paper_with_their_number() -> None:
    bench = paid_in.at_inlet(with_printer())
    paid_in.counted(paid_in.puts_in(bench, "100", 1)).presses("give_back")
    bench.run(lambda now: isinstance(now.phase, Told), 900.0)
    phase = bench.session.phase
    assert isinstance(phase, Told)
    assert phase.notice.key == "notes_kept"
    receipt = on_paper(bench)
    assert lines(receipt)[words(bench).label("reference")] == phase.notice.reference
    gets_one(bench)


def test_where_no_note_was_put_in_there_is_nothing_to_print() -> None:
    bench = paid_in.at_inlet(with_printer()).presses("give_back")
    bench.run(lambda now: isinstance(now.phase, Told), 60.0)
    bench.presses("receipt").waits(5.0)
    assert printed(bench) == 0


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_an_exchanges_receipt_says_what_went_in_and_what_came_out(
    profile: str, language: str
) -> None:
    bench = changed.choosing(changed.at_inlet(with_printer(), profile, language))
    assert isinstance(bench.session.phase, exchange.Choosing)
    out = bench.session.phase.facts(bench.session)
    changed.takes_pack(bench.presses("confirm"))
    bench.run(lambda now: isinstance(now.phase, Changed)).presses("count_right")
    assert isinstance(bench.session.phase, s.Farewell)
    slip = slip_of(bench.session)
    put_in, *came_out = slip.facts
    assert "100" in lines(on_paper(bench))[words(bench).label("exchange.put_in")]
    assert put_in.label == "exchange.put_in"
    assert tuple(came_out) == out
    assert slip.reference
    gets_one(bench)


def test_a_cancelled_booking_is_on_paper_with_what_was_booked() -> None:
    bench = booking.booked(booking.at_review(booking.begun(with_printer(), "elder")))
    phase = bench.session.phase
    assert isinstance(phase, reservation.Done)
    number = phase.booked.number
    receipt = on_paper(bench)
    assert [line.value for line in receipt.lines].count(number) == 1, "said once"
    bench.presses("another").presses("service", reservation.NAME)
    bench.run(lambda now: isinstance(now.phase, reservation.Showing))
    bench.presses("cancel_booking").presses("confirm")
    bench.run(lambda now: isinstance(now.phase, reservation.Cancelled))
    assert number in [line.value for line in on_paper(bench).lines]
    gets_one(bench)


@pytest.mark.parametrize("trouble", ["paper", "off"])
def test_a_printer_that_fails_holds_up_neither_money_nor_card(trouble: str) -> None:
    bench = sent("elder", "zh")
    before = bench.bank.balance("lin")
    assert bench.world.printer is not None
    if trouble == "paper":
        bench.world.printer.load_paper(0)
    bench.presses("receipt")
    if trouble == "off":
        bench.presses("done")
    leaves(bench if trouble == "off" else bench.waits(30.0).presses("done"))
    assert bench.bank.balance("lin") == before
    assert bench.bank.audit() == []


@pytest.mark.parametrize("number", ["123456789012", "6228480000000000216", "6228 4800 0000 0216"])
def test_a_number_as_long_as_a_cards_is_printed_by_its_end_and_stops_nothing(number: str) -> None:
    """A customer number of a bill has up to twelve digits, and the bank names accounts as it likes."""
    bench = sent("standard", "zh")
    slip = slip_of(bench.session)
    long = replace(slip, facts=(Fact("bills.number", number),), reference=number)
    receipt = receipt_of(long, words(bench), bench.clock.utc(), "DEMO0001")
    assert lines(receipt)[words(bench).label("bills.number")] == f"**** {number[-4:]}"
