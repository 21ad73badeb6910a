"""A transfer from the menu to the result, in both profiles and languages, and the ways it ends otherwise."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sim.stage.bench import Bench
from sim.stage.voices import recorded
from sim.world.bank.desks.contact import TOPIC
from sim.world.bank.ledger import OTHER_BANKS, TRANSIT
from sim.world.bank.payees import LANDLORD, LIN_SAVINGS, LISTED, NEW, SHOP, SON
from terminal import events as ev
from terminal import session as s
from terminal.flows.services import NAMES
from terminal.flows.transfer import choosing, pending, phases, sending
from terminal.money import yuan
from tests.journeys.ears import DESIGN, Listener
from tests.journeys.services import transferring as t
from tests.journeys.services.visiting import LOOKS, at_menu, leaves

DAY_SECONDS = 24 * 3600


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_money_for_a_known_payee_waits_a_day_and_then_is_theirs(
    profile: str, language: str
) -> None:
    bench = t.to_known(t.begun("lin", profile, language), LANDLORD)
    before = bench.bank.balance("lin")
    done = t.sent(t.arrives(t.amount(bench, 3_000), "after_24h"))
    assert done.cancel_until == done.due
    assert (bench.session.look.profile, bench.session.look.language) == (profile, language)
    leaves(bench.presses("done"))
    assert bench.bank.balance("lin") == before - 300_000
    assert bench.bank.balance(TRANSIT) == 300_000
    assert bench.bank.audit() == []
    bench.power_cut()
    bench.waits_alone(DAY_SECONDS)
    bench.bank.settle_due()
    assert (bench.bank.balance(TRANSIT), bench.bank.balance(OTHER_BANKS)) == (0, 300_000)
    assert bench.bank.audit() == []


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_new_payee_is_asked_about_and_held_for_a_day(profile: str, language: str) -> None:
    bench = t.to_new(t.begun("lin", profile, language), NEW)
    t.amount(bench, 200)
    t.answers(bench, "know", "nobody")
    assert isinstance(bench.session.phase, phases.ReviewingTransfer)
    assert bench.session.phase.offer.arrival == "after_24h"
    assert [fact.key for fact in bench.session.phase.facts(bench.session)][:4] == [True] * 4
    assert t.sent(bench).arrival == "after_24h"
    leaves(bench.presses("done"))
    assert bench.bank.audit() == []


@pytest.mark.parametrize(("profile", "language"), LOOKS)
@pytest.mark.parametrize(
    "codes", [("unsure",), ("know", "unsure"), ("know", "somebody")], ids="-".join
)
def test_who_is_not_sure_sends_nothing_and_is_told_it_was_right(
    codes: tuple[str, ...], profile: str, language: str
) -> None:
    bench = t.to_new(t.begun("lin", profile, language), NEW)
    before = bench.bank.balance("lin")
    t.answers(t.amount(bench, 200), *codes)
    assert isinstance(bench.session.phase, phases.Stopped)
    leaves(bench.presses("done"))
    assert bench.bank.balance("lin") == before
    assert t.transfers(bench) == []
    assert t.rows(bench, "TRANSFER_INTENT") == []


@pytest.mark.parametrize(("named", "outcome"), [(True, "told"), (False, "nobody")])
def test_who_stopped_may_have_somebody_they_trust_told(named: bool, outcome: str) -> None:
    bench = t.to_new(t.begun("lin", "standard", "zh"), NEW)
    if named:
        bench.bank.ledger.keep("lin", TOPIC, {"trusted": "13800001234"})
    t.answers(t.amount(bench, 200), "unsure").presses("tell_trusted")
    bench.run(lambda now: getattr(now.phase, "kept", "") == outcome)
    leaves(bench.presses("done"))
    assert t.transfers(bench) == []


def test_going_on_and_stopping_are_one_press_each_and_look_alike() -> None:
    bench = t.answers(t.amount(t.to_new(t.begun(), NEW), 200))
    for _ in range(2):
        phase = bench.session.phase
        assert isinstance(phase, phases.Questioning)
        offered = phase.asked(bench.session).answers
        assert {answer.role for answer in offered} == {"choice"}
        assert [answer.key for answer in offered] == [str(n) for n in range(1, len(offered) + 1)]
        t.answers(bench, "know" if phase.question == "know_payee" else "nobody")


def test_answers_are_on_record_as_codes_and_payees_as_references() -> None:
    bench = t.to_new(t.begun(), NEW)
    t.answers(t.amount(bench, 200), "know", "nobody")
    t.sent(bench)
    rows = list(bench.store.rows())
    codes = [r.body["value"] for r in rows if r.kind == "CHOSEN" and r.body["name"] == "answer"]
    assert codes == ["know", "nobody"]
    text = repr([(row.kind, dict(row.body)) for row in rows])
    for secret in (NEW.number, NEW.ref, NEW.masked_name, NEW.name):
        assert secret not in text


def test_who_asks_for_somebody_keeps_the_question() -> None:
    bench = t.answers(t.amount(t.to_new(t.begun(), NEW), 200), "help")
    assert (bench.session.overlay, type(bench.session.phase)) == ("help", phases.Questioning)
    bench.presses("close")
    t.answers(bench, "know", "nobody")
    assert isinstance(bench.session.phase, phases.ReviewingTransfer)


def test_a_draft_is_kept_for_the_next_visit() -> None:
    bench = t.answers(t.amount(t.to_new(t.begun(), NEW), 200), "unsure")
    bench.presses("keep_draft")
    bench.run(lambda now: getattr(now.phase, "kept", "") == "kept")
    leaves(bench.presses("done"))
    t.chosen(at_menu(bench, "lin"))
    phase = bench.session.phase
    assert isinstance(phase, phases.ChoosingPayee)
    assert phase.choice.kept is not None
    bench.presses("payee", phases.KEPT)
    bench.run(lambda now: isinstance(now.phase, phases.Questioning))
    t.answers(bench, "know", "nobody")
    review = bench.session.phase
    assert isinstance(review, phases.ReviewingTransfer)
    assert (review.draft.amount, review.draft.payee.ref) == (yuan(200), NEW.ref)


def test_money_to_an_own_account_here_is_there_at_once_without_a_question() -> None:
    bench = t.amount(t.to_known(t.begun(), LIN_SAVINGS), 8_000)
    done = t.sent(t.arrives(bench, "real_time"))
    assert done.cancel_until is None
    leaves(bench.presses("done"))
    assert [state for _, state in t.transfers(bench)] == ["paid"]
    assert bench.bank.audit() == []


def test_a_listed_payee_is_asked_about_and_never_paid_at_once() -> None:
    bench = t.amount(t.to_new(t.begun(), LISTED), 100)
    t.answers(bench, "know", "nobody")
    assert isinstance(bench.session.phase, phases.ReviewingTransfer)
    assert bench.session.phase.offer.arrival == "after_24h"


def test_an_amount_that_is_not_there_can_be_typed_again() -> None:
    bench = t.to_known(t.begun("chen"), SON)
    t.amount(bench, 60_000)
    t.answers(bench, "know", "nobody")
    t.read(bench.presses("confirm")).presses("to_sign")
    bench.presses("sign_by_key").run(lambda now: isinstance(now.phase, phases.EnteringSum))
    again = bench.session.phase
    assert getattr(again, "refused", "") == "insufficient"
    t.arrives(t.amount(bench, 1_000), "after_24h")
    t.sent(bench)
    assert bench.bank.audit() == []


@pytest.mark.parametrize(
    ("card", "yuan_typed", "notice"),
    [
        ("wang", 100, "transfer_nothing_agreed"),
        ("ma", 2_001, "transfer_day_amount"),
    ],
)
def test_what_the_contract_does_not_allow_is_for_the_counter(
    card: str, yuan_typed: int, notice: str
) -> None:
    bench = t.amount(t.to_new(t.begun(card), NEW), yuan_typed)
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    assert phase.notice.key == notice
    assert t.transfers(bench) == []


# --- the signature ----------------------------------------------------------------------------------


def _rich(bench: Bench) -> Bench:
    bench.bank.customers["lin"].balance = 50_000_000
    return bench


def _at_summary(profile: str = "standard", language: str = "zh") -> Bench:
    begun = t.begun(profile=profile, language=language)
    bench = t.amount(_rich(t.to_known(begun, LANDLORD)), 60_000)
    t.answers(bench, "know", "nobody").presses("confirm")
    assert isinstance(bench.session.phase, sending.Summary)
    return bench


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_no_press_within_three_seconds_leads_on_and_none_makes_them_longer(
    profile: str, language: str
) -> None:
    bench = _at_summary(profile, language)
    began = bench.session.wait.since
    for press in ("to_sign", "confirm", "sign_by_key", "key:enter", "key:1"):
        bench.does(press) if ":" in press else bench.presses(press)
        bench.glass.pressed.append(ev.Touched())
        bench.waits(0.1)
        assert isinstance(bench.session.phase, sending.Summary)
        assert bench.clock.now() - began < 3.0
    t.read(bench)
    assert 3.0 <= bench.clock.now() - began < 3.2
    bench.presses("to_sign")
    assert isinstance(bench.session.phase, sending.Signing)


def test_a_summary_that_nobody_answers_never_goes_on_and_the_card_comes_back() -> None:
    bench = t.read(_at_summary())
    before = bench.bank.balance("lin")
    bench.run(lambda now: now.overlay == "more_time")
    assert isinstance(bench.session.phase, sending.Summary)
    bench.presses("more_time").run(lambda now: now.overlay == "more_time")
    assert isinstance(bench.session.phase, sending.Summary)
    bench.run(lambda now: isinstance(now.phase, s.TakingCard))
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    assert phase.notice.key == "timed_out"
    leaves(bench)
    assert (bench.bank.balance("lin"), t.transfers(bench)) == (before, [])


def test_help_over_the_summary_is_no_reading_of_it() -> None:
    bench = _at_summary().presses("help").waits(10.0)
    assert bench.session.phase == replace(_summary(bench), read=False)
    began = bench.presses("close").session.wait.since
    t.read(bench)
    assert bench.clock.now() - began >= 3.0


def test_back_from_the_signature_leads_to_the_summary_and_from_there_to_the_review() -> None:
    bench = t.read(_at_summary()).presses("to_sign")
    draft = _summary(bench.presses("back")).draft
    assert _summary(bench).read
    bench.presses("back")
    review = bench.session.phase
    assert isinstance(review, phases.ReviewingTransfer)
    assert (review.draft, review.draft.amount) == (draft, yuan(60_000))
    assert review.draft.answers == ("know", "nobody")
    t.read(bench.presses("confirm"))


def test_who_listens_hears_the_summary_and_then_the_key_that_leads_to_the_signature() -> None:
    machine = _rich(at_menu(Bench(services=NAMES, design=DESIGN, speech=recorded), "lin"))
    t.amount(t.to_known(t.chosen(machine), LANDLORD), 60_000)
    t.answers(machine, "know", "nobody").does("plug_headset")
    one = Listener(machine).does("key:enter").hears("可以取消到")
    assert "请按确认键去签名" not in one.heard
    one.presses("enter").hears("这个键在这里不用")
    assert isinstance(machine.session.phase, sending.Summary)
    one.hears("听完了，请按确认键去签名").presses("enter")
    assert isinstance(machine.session.phase, sending.Signing)


def _summary(bench: Bench) -> sending.Summary:
    phase = bench.session.phase
    assert isinstance(phase, sending.Summary)
    return phase


def test_a_signature_is_confirmed_once_there_is_one_and_written_again_before() -> None:
    bench = t.read(_at_summary()).presses("to_sign").presses("confirm")
    assert isinstance(bench.session.phase, sending.Signing)
    bench.glass.pressed.append(ev.Signed(2, 40))
    bench.waits(0.1).presses("sign_again").presses("confirm")
    assert isinstance(bench.session.phase, sending.Signing)
    bench.glass.pressed.append(ev.Signed(1, 30))
    bench.waits(0.1).presses("confirm")
    bench.run(lambda now: isinstance(now.phase, sending.Sent))


# --- a bank that is silent --------------------------------------------------------------------------


def test_a_silent_bank_is_asked_four_times_under_one_id_and_then_reversed() -> None:
    bench = t.arrives(t.amount(t.to_known(t.begun(), LANDLORD), 3_000), "after_24h")
    before = bench.bank.balance("lin")
    bench.world.host.silent_to = frozenset({"Instruct"})
    bench.presses("confirm").run(lambda now: isinstance(now.phase, s.TakingCard))
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    assert phase.notice.key == "transfer_unconfirmed"
    assert len(phase.notice.reference) == 6
    leaves(bench)
    assert t.rows(bench, "TRANSFER_INTENT", "FINAL") == ["TRANSFER_INTENT", "FINAL"]
    assert (bench.bank.balance("lin"), bench.bank.held()) == (before, 0)
    assert bench.bank.audit() == []


def test_an_order_whose_answer_is_lost_is_charged_once() -> None:
    bench = t.arrives(t.amount(t.to_known(t.begun(), LANDLORD), 3_000), "after_24h")
    before = bench.bank.balance("lin")
    line = bench.world.host
    line.silent_to, line.acts_in_silence = frozenset({"Instruct"}), True
    bench.presses("confirm").waits(30)
    line.silent_to, line.acts_in_silence = frozenset(), False
    bench.run(lambda now: isinstance(now.phase, sending.Sent))
    leaves(bench.presses("done"))
    assert t.rows(bench, "TRANSFER_INTENT", "FINAL") == ["TRANSFER_INTENT", "FINAL"]
    assert len(bench.bank.operations) == 1
    assert bench.bank.balance("lin") == before - 300_000
    assert bench.bank.audit() == []


def test_the_card_can_be_had_while_the_bank_is_asked_and_nothing_is_sent() -> None:
    bench = t.arrives(t.amount(t.to_known(t.begun(), LANDLORD), 3_000), "after_24h")
    before = bench.bank.balance("lin")
    bench.world.host.silent_to = frozenset({"Instruct"})
    bench.presses("confirm").waits(5).presses("return_card")
    leaves(bench)
    assert bench.bank.balance("lin") == before
    assert [row.body["amount"] for row in bench.store.rows() if row.kind == "FINAL"] == [0]


# --- a telephone call -------------------------------------------------------------------------------


def test_transfers_wait_while_somebody_is_on_the_telephone_and_the_rest_does_not() -> None:
    bench = at_menu(Bench(services=NAMES), "lin").does("answer_phone")
    t.chosen(bench)
    assert isinstance(bench.session.phase, phases.Paused)
    bench.presses("hung_up")
    assert isinstance(bench.session.phase, phases.Paused)
    bench.presses("another").presses("service", "balance")
    bench.run(lambda now: now.phase.__class__.__name__ == "Showing").presses("another")
    t.chosen(bench.does("hang_up"))
    assert isinstance(bench.session.phase, phases.ChoosingPayee)
    t.amount(t.to_known(bench, LANDLORD), 100)
    assert isinstance(bench.session.phase, phases.Questioning)


def test_a_call_before_the_order_stops_what_was_begun() -> None:
    bench = t.amount(t.to_known(t.begun(), LANDLORD), 3_000)
    t.arrives(bench, "real_time").does("answer_phone")
    assert isinstance(bench.session.phase, phases.Paused)
    bench.does("hang_up").presses("hung_up")
    t.answers(bench, "know", "nobody")
    assert isinstance(bench.session.phase, phases.ReviewingTransfer)
    assert bench.session.phase.offer.arrival == "after_24h"


def test_who_said_that_somebody_is_calling_finds_transfers_paused() -> None:
    bench = t.answers(t.amount(t.to_new(t.begun(), NEW), 200), "know", "somebody")
    bench.presses("another")
    t.chosen(bench)
    assert isinstance(bench.session.phase, phases.Paused)


def test_the_card_comes_back_from_a_paused_transfer() -> None:
    bench = at_menu(Bench(services=NAMES), "lin").does("answer_phone")
    leaves(t.chosen(bench).presses("return_card"))


# --- cancelling -------------------------------------------------------------------------------------


def _waits(profile: str = "standard", language: str = "zh") -> Bench:
    """A transfer waits, and its customer has come again."""
    bench = t.arrives(t.amount(t.to_known(t.begun(), LANDLORD), 3_000), "after_24h")
    t.sent(bench)
    leaves(bench.presses("done"))
    return _comes_again(bench, profile, language)


def _comes_again(bench: Bench, profile: str = "standard", language: str = "zh") -> Bench:
    bench.ready().waits(1.0).does("insert:lin")
    bench.run(lambda now: isinstance(now.phase, s.EnteringPin))
    if profile != "standard":
        bench.presses("profile", profile)
    if language != "zh":
        bench.presses("language", language)
    bench.does(*(f"key:{digit}" for digit in bench.bank.customers["lin"].pin), "key:enter")
    there = (pending.ShowingWaiting, s.ChoosingService)
    return bench.run(lambda now: isinstance(now.phase, there))


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_waiting_transfer_is_cancelled_on_the_first_screen_and_costs_nothing(
    profile: str, language: str
) -> None:
    bench = _waits(profile, language)
    before = bench.bank.balance("lin")
    bench.presses("cancel_transfer").presses("confirm_cancel")
    bench.run(lambda now: isinstance(now.phase, pending.CancelEnded))
    assert bench.bank.balance("lin") == before + 300_000
    assert t.rows(bench, "CANCEL_INTENT", "CANCELLED") == ["CANCEL_INTENT", "CANCELLED"]
    assert bench.bank.audit() == []
    leaves(bench.presses("done"))
    assert isinstance(_comes_again(bench).session.phase, s.ChoosingService)


def test_who_does_not_want_to_cancel_comes_to_the_menu_by_one_press() -> None:
    bench = _waits()
    bench.presses("leave_waiting")
    assert isinstance(bench.session.phase, s.ChoosingService)
    assert bench.bank.balance(TRANSIT) == 300_000


def test_a_transfer_that_falls_due_meanwhile_is_too_late_to_cancel() -> None:
    bench = t.arrives(t.amount(t.to_known(t.begun(), LANDLORD), 3_000), "two_hours")
    due = t.sent(bench).due
    leaves(bench.presses("done"))
    seconds = (due - bench.bank.instant()) / timedelta(seconds=1)
    bench.waits(seconds - 40)
    _comes_again(bench)
    shown = bench.session.phase
    assert isinstance(shown, pending.ShowingWaiting)
    bench.presses("cancel_transfer").waits(35).presses("confirm_cancel")
    bench.run(lambda now: isinstance(now.phase, pending.CancelEnded))
    assert t.rows(bench, "CANCEL_INTENT", "TOO_LATE") == ["CANCEL_INTENT", "TOO_LATE"]
    assert bench.bank.balance(OTHER_BANKS) == 300_000


def test_cancelling_without_an_answer_is_asked_again_and_pays_back_once() -> None:
    bench = _waits()
    before = bench.bank.balance("lin")
    line = bench.world.host
    line.silent_to, line.acts_in_silence = frozenset({"AskBank"}), True
    bench.presses("cancel_transfer").presses("confirm_cancel").waits(30)
    line.silent_to, line.acts_in_silence = frozenset(), False
    bench.run(lambda now: isinstance(now.phase, pending.CancelEnded))
    assert bench.bank.balance("lin") == before + 300_000
    assert bench.bank.audit() == []


def test_a_bank_that_cannot_say_what_waits_holds_nobody_up() -> None:
    bench = _waits()
    leaves(bench.presses("return_card"))
    bench.world.host.silent_to = frozenset({"AskBank"})
    assert isinstance(_comes_again(bench).session.phase, s.ChoosingService)


# --- power ------------------------------------------------------------------------------------------


def test_an_order_that_was_not_confirmed_before_a_power_cut_is_reversed() -> None:
    bench = t.arrives(t.amount(t.to_known(t.begun(), LANDLORD), 3_000), "after_24h")
    before = bench.bank.balance("lin")
    line = bench.world.host
    line.silent_to, line.acts_in_silence = frozenset({"Instruct"}), True
    bench.presses("confirm").waits(3)
    assert bench.bank.held() == 300_000
    line.silent_to, line.acts_in_silence = frozenset(), False
    bench.power_cut()
    bench.boot().run(lambda now: not isinstance(now.phase, s.Starting)).waits(60)
    assert (bench.bank.balance("lin"), bench.bank.held()) == (before, 0)
    assert [row.body["amount"] for row in bench.store.rows() if row.kind == "FINAL"] == [0]
    assert bench.bank.audit() == []


def test_an_order_that_was_accepted_reaches_the_bank_after_a_power_cut() -> None:
    bench = t.arrives(t.amount(t.to_known(t.begun(), LANDLORD), 3_000), "after_24h")
    before = bench.bank.balance("lin")
    bench.world.host.silent_to = frozenset({"Complete"})
    t.sent(bench)
    bench.waits(1)
    bench.power_cut()
    bench.world.host.silent_to = frozenset()
    bench.boot().run(lambda now: not isinstance(now.phase, s.Starting)).waits(60)
    assert bench.bank.balance("lin") == before - 300_000
    assert bench.bank.held() == 0
    assert [row.body["amount"] for row in bench.store.rows() if row.kind == "FINAL"] == [300_000]
    assert bench.bank.audit() == []


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_account_numbers_are_not_tried_one_after_the_other(profile: str, language: str) -> None:
    bench = t.begun("wang", profile, language)
    for tried in range(1, choosing.ACCOUNTS_MAX):
        t.digits(bench, f"62250000299999{tried:02d}").presses("confirm")
        bench.run(lambda now: isinstance(now.phase, phases.TypingAccount) and bool(now.phase.wrong))
        assert bench.session.unknown_accounts == tried
    t.digits(bench, "6225000029999999").presses("confirm")
    assert ended(bench) == "transfer_not_found"
    bench.does("take_card").ready()
    assert bench.session.unknown_accounts == 0


def test_names_that_were_not_the_right_one_count_too_and_the_right_one_is_still_paid() -> None:
    bench = t.begun("wang")
    for _ in range(choosing.ACCOUNTS_MAX - 1):
        t.digits(bench, SHOP.number).presses("confirm")
        bench.run(lambda now: isinstance(now.phase, phases.CheckingName)).presses("change")
    t.to_new(bench, NEW)
    assert isinstance(bench.session.phase, phases.EnteringSum)
    bench.presses("back")
    t.digits(bench, SHOP.number).presses("confirm")
    bench.run(lambda now: isinstance(now.phase, phases.CheckingName)).presses("back")
    assert ended(bench) == "transfer_not_found"


def ended(bench: Bench) -> str:
    bench.run(lambda now: isinstance(now.phase, s.TakingCard) and now.phase.at_gate)
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    return phase.notice.key
