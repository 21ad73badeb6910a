"""Visitors: the language on the card is offered and not forced, small notes come in a pack, a foreign card is told
fee and rate before anything is agreed to, and a passport is read, and read again where it was wrong."""

from typing import Final

import pytest

from sim.stage.bench import Bench
from sim.world.bank import branch
from sim.world.bank.ledger import CASH, FEES
from terminal import session as s
from terminal.flows import change_pack, foreign, passport
from terminal.flows.printing import slip_of
from terminal.flows.services import NAMES
from terminal.money import Amount, yuan
from terminal.prompts import text_key
from terminal.rules.documents import Zone, written
from terminal.rules.foreign import fee_for
from tests.journeys.services.visiting import LOOKS, at_menu, leaves

CARD: Final = "smith"
VISITOR: Final = "keller"

ZONE: Final = Zone("D", "KELLER", "EMMA", "C01X00T47", "D", "680214", "F", "310519")
FIRST, SECOND = written(ZONE)
OTHER_FIRST: Final = FIRST.replace("KELLER", "K3LLER")
OTHER_SECOND: Final = SECOND.replace("680214", "680215")


def at_pin(bench: Bench, profile: str = "standard") -> Bench:
    bench.boot().ready().waits(1.0).does(f"insert:{CARD}")
    bench.run(lambda now: isinstance(now.phase, s.EnteringPin))
    return bench if profile == "standard" else bench.presses("profile", profile)


def past_pin(bench: Bench) -> Bench:
    pin = bench.bank.customers[CARD].pin
    bench.does(*(f"key:{digit}" for digit in pin), "key:enter")
    return bench.run(lambda now: isinstance(now.phase, s.ChoosingService))


def notice(bench: Bench) -> str:
    bench.run(lambda now: isinstance(now.phase, s.TakingCard))
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    return phase.notice.key


# --- the language -----------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", ["standard", "elder"])
@pytest.mark.parametrize(("answer", "language"), [("offer_yes", "en"), ("offer_no", "zh")])
def test_the_language_on_the_card_is_offered_and_taken_or_left_by_one_press(
    profile: str, answer: str, language: str
) -> None:
    bench = at_pin(Bench(services=NAMES))
    assert (bench.session.look.offer, bench.session.look.language) == ("language", "zh")
    bench.presses(answer)
    if profile != "standard":
        bench.presses("profile", profile)
    assert (bench.session.look.offer, bench.session.look.language) == ("", language)
    assert past_pin(bench).session.look.language == language


def test_an_offer_that_nobody_answers_changes_nothing() -> None:
    assert past_pin(at_pin(Bench(services=NAMES))).session.look.language == "zh"


# --- small notes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_visitor_draws_small_notes_in_their_language(profile: str, language: str) -> None:
    bench = at_menu(Bench(services=NAMES), CARD, profile, language)
    bench.presses("service", change_pack.NAME).presses("amount", yuan(100).minor)
    bench.presses("confirm").run(lambda now: isinstance(now.phase, s.TakingCard))
    counting = takes_all(bench)
    assert (counting.amount, bench.session.look.language) == (yuan(100), language)


def test_small_notes_for_a_foreign_card_cost_what_they_are_said_to_cost() -> None:
    bench = at_menu(Bench(services=NAMES), VISITOR)
    bench.presses("service", change_pack.NAME).presses("amount", yuan(100).minor)
    before = bench.bank.balance(VISITOR)
    bench.presses("confirm").run(lambda now: isinstance(now.phase, foreign.Agreeing))
    fee = told(bench).offers[0].fee
    bench.presses("pay", "in_yuan").run(lambda now: isinstance(now.phase, s.TakingCard))
    takes_all(bench)
    bench.presses("count_right").ready()
    assert before - bench.bank.balance(VISITOR) == (yuan(100) + fee).minor


# --- a foreign card ---------------------------------------------------------------------------------


def takes_all(bench: Bench) -> s.Counting:
    """The card, then the notes."""
    bench.run(lambda now: isinstance(now.phase, s.TakingCard) and now.phase.at_gate)
    bench.does("take_card").run(lambda now: isinstance(now.phase, s.Counting))
    phase = bench.session.phase
    assert isinstance(phase, s.Counting)
    return phase


def told(bench: Bench) -> foreign.Agreeing:
    phase = bench.session.phase
    assert isinstance(phase, foreign.Agreeing)
    return phase


def at_terms(profile: str = "standard", language: str = "zh", bench: Bench | None = None) -> Bench:
    """Before what five hundred yuan cost with a foreign card."""
    bench = at_menu(bench or Bench(services=NAMES), VISITOR, profile, language)
    bench.presses("service", "withdrawal").presses("amount", yuan(500).minor)
    return bench.run(lambda now: isinstance(now.phase, foreign.Agreeing))


@pytest.mark.parametrize("way", ["in_yuan", "in_card_currency"])
@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_what_was_agreed_is_held_told_kept_on_record_and_charged(
    profile: str, language: str, way: str
) -> None:
    bench = at_terms(profile, language)
    before, shown = bench.bank.balance(VISITOR), told(bench)
    fee = fee_for(yuan(500), branch.tariff())
    assert {one.fee for one in shown.offers} == {fee}
    facts = {fact.label: fact.value for fact in shown.facts(bench.session)}
    assert (facts["foreign.cash"], facts["foreign.fee"]) == (yuan(500), fee)
    assert facts["foreign.total"] == yuan(500) + fee
    assert bench.bank.held() == 0
    bench.presses("pay", way).run(lambda now: isinstance(now.phase, s.TakingCard))
    assert bench.bank.held() == (yuan(500) + fee).minor
    assert takes_all(bench).amount == yuan(500)
    bench.presses("count_right")
    phase = bench.session.phase
    assert isinstance(phase, s.Farewell)
    assert (phase.notice.values["amount"], phase.notice.values["fee"]) == (yuan(500), fee)
    bench.ready()
    intent = next(row for row in bench.store.rows() if row.kind == "AUTH_INTENT")
    assert (intent.body["amount"], intent.body["fee"], intent.body["way"]) == (50_000, 1_200, way)
    assert before - bench.bank.balance(VISITOR) == (yuan(500) + fee).minor
    assert {(one.credit, one.amount) for one in bench.bank.postings} == {
        (CASH, 50_000),
        (FEES, fee.minor),
    }
    assert bench.bank.audit() == bench.bank.alarms == []


def test_a_receipt_has_the_lines_that_were_agreed_to() -> None:
    bench = at_terms(bench=Bench(services=NAMES, prints_receipts=True))
    shown = told(bench).facts(bench.session)
    bench.presses("pay", "in_card_currency")
    takes_all(bench)
    bench.presses("count_right")
    assert slip_of(bench.session).facts == shown


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_what_is_refused_costs_nothing_and_another_amount_can_be_chosen(
    profile: str, language: str
) -> None:
    bench = at_terms(profile, language).presses("change")
    assert isinstance(bench.session.phase, s.ChoosingAmount)
    assert (bench.session.serving, bench.session.look.language) == ("", language)
    bench.presses("return_card")
    leaves(bench)
    assert bench.bank.operations == {}
    assert asked_of(bench) == 0


def asked_of(bench: Bench) -> int:
    return sum(row.kind == "AUTH_INTENT" for row in bench.store.rows())


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_bank_that_is_silent_about_the_rate_gives_the_card_back(
    profile: str, language: str
) -> None:
    bench = at_menu(Bench(services=NAMES), VISITOR, profile, language)
    bench.presses("service", "withdrawal")
    bench.world.host.silent = True
    bench.presses("amount", yuan(500).minor)
    assert notice(bench) == "service_silent"
    assert asked_of(bench) == 0


def test_both_ways_are_of_one_rank_one_press_each_and_none_is_chosen_beforehand() -> None:
    bench = at_terms()
    first, second, _ = told(bench).asked(bench.session).answers
    assert (first.role, second.role) == ("choice", "choice")
    assert [(one.value, one.key) for one in (first, second)] == [
        ("in_yuan", "1"),
        ("in_card_currency", "2"),
    ]
    bench.does("key:enter")
    assert isinstance(bench.session.phase, foreign.Agreeing)


def test_a_bank_that_charges_something_else_by_then_says_so_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = at_terms()
    tariff = branch.tariff()
    dearer = type(tariff)(
        *(tariff.rates_of, tariff.fee_percent, Amount(2_000), tariff.fee_most),
        *(tariff.markup_percent, tariff.rates),
    )
    monkeypatch.setattr(branch, "tariff", lambda: dearer)
    bench.presses("pay", "in_yuan")
    bench.run(lambda now: isinstance(now.phase, foreign.Agreeing))
    assert told(bench).changed
    assert told(bench).offers[0].fee == Amount(2_000)
    assert bench.bank.held() == 0
    bench.presses("pay", "in_yuan").run(lambda now: isinstance(now.phase, s.TakingCard))
    assert bench.bank.held() == 52_000


def test_who_has_the_cash_and_not_the_fee_may_take_less() -> None:
    bench = at_terms()
    bench.bank.customers[VISITOR].balance = yuan(500).minor
    bench.presses("pay", "in_yuan")
    bench.run(lambda now: isinstance(now.phase, s.ChoosingAmount))
    assert text_key(bench.session) == "choose_amount_insufficient"
    assert (bench.session.serving, bench.bank.held()) == ("", 0)


def test_notes_that_nobody_took_cost_no_fee() -> None:
    bench = at_terms(bench=Bench(services=NAMES, shape="presenter"))
    before = bench.bank.balance(VISITOR)
    bench.presses("pay", "in_yuan")
    bench.run(lambda now: isinstance(now.phase, s.TakingCard) and now.phase.at_gate)
    bench.does("take_card").run(lambda now: isinstance(now.phase, s.TakingNotes))
    bench.run(lambda now: isinstance(now.phase, s.Explaining)).presses("understood").ready()
    assert bench.bank.balance(VISITOR) == before
    assert bench.bank.held() == 0
    assert bench.bank.audit() == []


def test_who_says_that_the_amount_is_wrong_has_the_cash_on_hold_and_no_fee() -> None:
    bench = at_terms().presses("pay", "in_yuan")
    takes_all(bench)
    bench.presses("count_wrong").does("key:1", "key:0", "key:0", "key:enter")
    bench.run(lambda now: isinstance(now.phase, s.Explaining)).presses("understood").ready()
    (booked,) = bench.bank.operations.values()
    assert (booked.outcome, booked.held, booked.posted) == ("suspect", 50_000, 0)
    assert bench.bank.audit() == []


def test_a_power_cut_over_the_notes_charges_cash_and_fee_once() -> None:
    bench = at_terms()
    before = bench.bank.balance(VISITOR)
    bench.presses("pay", "in_yuan")
    takes_all(bench)
    bench.power_cut()
    bench.boot().ready()
    assert before - bench.bank.balance(VISITOR) == 51_200
    assert bench.bank.audit() == bench.bank.alarms == []


def test_a_card_of_this_bank_is_asked_nothing_of_the_kind() -> None:
    bench = at_menu(Bench(services=NAMES), CARD)
    bench.presses("service", "withdrawal").presses("amount", yuan(500).minor)
    assert isinstance(bench.session.phase, s.Reviewing)


def test_from_a_language_without_these_words_the_screen_changes_to_english() -> None:
    bench = at_menu(Bench(services=NAMES), VISITOR, language="ru")
    bench.presses("service", "withdrawal").presses("amount", yuan(500).minor)
    bench.run(lambda now: isinstance(now.phase, foreign.Agreeing))
    assert bench.session.look.language == "en"
    bench.presses("language", "ru")
    assert bench.session.look.language == "en"


# --- a passport -------------------------------------------------------------------------------------


def at_scanner(profile: str = "standard", language: str = "zh") -> Bench:
    bench = at_menu(Bench(services=NAMES), VISITOR, profile, language)
    bench.presses("service", passport.NAME)
    return bench.run(lambda now: isinstance(now.phase, passport.Scanning))


def scans(bench: Bench, *lines: str) -> Bench:
    return bench.does(*(f"scan:{line}" for line in lines))


def wrong(bench: Bench) -> str:
    phase = bench.session.phase
    assert isinstance(phase, passport.Scanning)
    return phase.text_key(bench.session)


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_passport_that_was_read_wrong_is_read_again_and_has_a_number_for_the_counter(
    profile: str, language: str
) -> None:
    bench = at_scanner(profile, language)
    assert wrong(scans(bench, FIRST)) == "passport.second"
    assert wrong(scans(bench, OTHER_SECOND)) == "passport.scanning_line2"
    scans(bench, FIRST, SECOND)
    assert isinstance(bench.session.phase, passport.InOrder)
    bench.presses("book").run(lambda now: isinstance(now.phase, passport.Booked))
    booked = bench.session.phase
    assert isinstance(booked, passport.Booked)
    assert booked.number.isdigit()
    bench.presses("done")
    leaves(bench)


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ((OTHER_FIRST, SECOND), "passport.scanning_line1"),
        ((OTHER_FIRST, OTHER_SECOND), "passport.scanning_both"),
        ((FIRST, FIRST), "passport.scanning_line2"),
        ((SECOND,), "passport.scanning_other"),
        (("V" + FIRST[1:],), "passport.scanning_other"),
        ((FIRST + OTHER_SECOND,), "passport.scanning_line2"),
    ],
)
def test_the_line_that_is_wrong_is_named(lines: tuple[str, ...], key: str) -> None:
    assert wrong(scans(at_scanner(), *lines)) == key


def test_both_lines_may_come_in_one() -> None:
    bench = scans(at_scanner(), FIRST + SECOND)
    assert isinstance(bench.session.phase, passport.InOrder)


def test_after_three_wrong_ones_the_counter_is_named() -> None:
    bench = scans(at_scanner(), SECOND, SECOND, SECOND)
    phase = bench.session.phase
    assert isinstance(phase, passport.NotServed)
    assert phase.why == "unread"


def test_a_passport_that_has_expired_does_not_serve() -> None:
    old = written(Zone("D", "KELLER", "EMMA", "C01X00T47", "D", "680214", "F", "190519"))
    phase = scans(at_scanner(), *old).session.phase
    assert isinstance(phase, passport.NotServed)
    assert phase.why == "expired"


def test_nothing_of_a_passport_is_kept_or_told() -> None:
    bench = scans(at_scanner(), FIRST, SECOND)
    assert "KELLER" not in repr(bench.session)
    bench.presses("book").run(lambda now: isinstance(now.phase, passport.Booked))
    bench.presses("done")
    leaves(bench)
    kept = repr([(row.kind, dict(row.body)) for row in bench.store.rows()])
    sent = repr(bench.bank.snapshot())
    for secret in ("KELLER", "EMMA", "C01X00T47", "680214", "310519"):
        assert secret not in kept
        assert secret not in sent


def test_a_scanner_is_heard_only_where_a_passport_is_asked_for() -> None:
    bench = scans(at_menu(Bench(services=NAMES), VISITOR), FIRST)
    assert isinstance(bench.session.phase, s.ChoosingService)


def test_a_silent_bank_gives_the_card_back_before_a_passport_is_asked_for() -> None:
    bench = at_menu(Bench(services=NAMES), VISITOR)
    bench.world.host.silent = True
    bench.presses("service", passport.NAME)
    assert notice(bench) == "service_silent"
