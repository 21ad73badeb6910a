"""A new PIN: chosen, refused, typed differently, and an answer that is lost."""

import json

import pytest

from sim.stage.bench import Bench
from sim.world.bank import pins
from terminal import session as s
from terminal.card import Card, Pan
from terminal.flows import pin_change as p
from terminal.flows.services import NAMES
from tests.journeys.services.visiting import LOOKS, at_menu, leaves

NEW = "928374"


def types(bench: Bench, pin: str) -> Bench:
    return bench.does(*(f"key:{digit}" for digit in pin), "key:enter")


def at_new(profile: str = "standard", language: str = "zh", card: str = "lin") -> Bench:
    """Before the pad that collects the new PIN."""
    bench = at_menu(Bench(services=NAMES), card, profile, language)
    bench.presses("service", "pin_change").presses("go_ahead")
    return bench.run(lambda now: isinstance(now.phase, p.EnteringNew))


def changes(bench: Bench, new: str, again: str = "") -> Bench:
    """The new PIN, twice."""
    types(bench, new).run(lambda now: isinstance(now.phase, p.EnteringAgain))
    return types(bench, again or new)


def decided(now: s.Session) -> bool:
    return isinstance(now.phase, p.Changed | p.NotTaken | s.TakingCard)


def opens_with(bench: Bench, pin: str) -> bool:
    """Whether a visit with this PIN comes to the menu; the card is taken back after it."""
    bench.ready().waits(1.0).does("insert:lin")
    types(bench.run(lambda now: isinstance(now.phase, s.EnteringPin)), pin)
    asked = bench.run(lambda now: isinstance(now.phase, s.ChoosingService | s.EnteringPin))
    right = isinstance(asked.session.phase, s.ChoosingService)
    bench.does("key:cancel")
    leaves(bench)
    return right


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_new_pin_is_valid_at_once_and_the_old_one_no_more(profile: str, language: str) -> None:
    bench = changes(at_new(profile, language), NEW).run(decided)
    assert isinstance(bench.session.phase, p.Changed)
    leaves(bench.presses("done"))
    assert opens_with(bench, NEW)
    assert not opens_with(bench, bench.bank.customers["lin"].pin)
    assert bench.bank.operations == {}


def test_the_pad_pays_with_the_new_pin_in_the_same_visit() -> None:
    bench = changes(at_new(), NEW).run(decided).presses("another")
    bench.presses("service", "withdrawal").presses("amount", 10_000).presses("confirm")
    bench.run(lambda now: isinstance(now.phase, s.TakingCard))
    assert isinstance(bench.session.phase, s.TakingCard)
    assert bench.session.phase.order is not None


@pytest.mark.parametrize(
    ("new", "again", "reason"),
    [
        ("111111", "", "weak"),
        ("123456", "", "weak"),
        ("987654", "", "weak"),
        ("920615", "", "birthday"),
        ("150692", "", "birthday"),
        ("199206", "", "birthday"),
        ("135790", "", "same"),
        (NEW, "928375", "differ"),
    ],
)
def test_the_bank_says_kindly_why_it_does_not_take_a_pin(new: str, again: str, reason: str) -> None:
    bench = changes(at_new(), new, again).run(decided)
    assert isinstance(bench.session.phase, p.NotTaken)
    assert bench.session.phase.reason == reason
    changes(bench.presses("another_pin"), NEW).run(decided)
    assert isinstance(bench.session.phase, p.Changed)


def test_after_three_pins_that_were_not_taken_the_card_comes_back_and_the_old_one_is_valid() -> (
    None
):
    bench = at_new()
    for _ in range(2):
        changes(bench, "111111").run(decided).presses("another_pin")
    changes(bench, "111111").run(decided)
    assert notice(bench) == "pin_unchanged"
    leaves(bench)
    assert opens_with(bench, bench.bank.customers["lin"].pin)


def notice(bench: Bench) -> str:
    phase = bench.session.phase
    assert isinstance(phase, s.TakingCard)
    assert phase.notice is not None
    return phase.notice.key


def test_a_lost_answer_is_asked_for_again_and_changes_nothing_twice() -> None:
    bench = at_new()
    types(bench, NEW).run(lambda now: isinstance(now.phase, p.EnteringAgain))
    bench.world.host.silent_to, bench.world.host.acts_in_silence = frozenset({"AskBank"}), True
    types(bench, NEW).waits(10.0)
    assert isinstance(bench.session.phase, p.Changing)
    bench.world.host.silent_to = frozenset()
    bench.run(decided)
    assert isinstance(bench.session.phase, p.Changed)
    assert bench.bank.alarms == []


def test_an_answer_that_never_comes_is_said_as_it_is() -> None:
    bench = at_new()
    types(bench, NEW).run(lambda now: isinstance(now.phase, p.EnteringAgain))
    bench.world.host.silent = True
    types(bench, NEW).run(decided)
    assert notice(bench) == "pin_unknown"


@pytest.mark.parametrize("leaving", ["walks away", "return_card"])
def test_whoever_stops_keeps_the_old_pin(leaving: str) -> None:
    bench = types(at_new(), NEW).run(lambda now: isinstance(now.phase, p.EnteringAgain))
    if leaving == "return_card":
        bench.presses("return_card")
    bench.run(decided)
    assert notice(bench) == "pin_unchanged"
    leaves(bench)
    assert opens_with(bench, bench.bank.customers["lin"].pin)


def test_help_over_the_new_pin_keeps_what_was_typed() -> None:
    bench = at_new().does("key:9", "key:2")
    bench.presses("help").does("key:8").presses("close")
    typing = bench.session.phase
    assert isinstance(typing, p.EnteringNew)
    assert typing.digits == 3


def test_going_back_before_anything_is_typed_leads_to_the_menu() -> None:
    bench = at_menu(Bench(services=NAMES), "lin").presses("service", "pin_change")
    bench.presses("back")
    assert isinstance(bench.session.phase, s.ChoosingService)


def test_the_bank_keeps_a_value_and_no_pin() -> None:
    bench = changes(at_new(), NEW).run(decided)
    kept = bench.bank.ledger.kept("lin", pins.TOPIC)
    assert kept is not None
    assert NEW not in json.dumps(bench.bank.snapshot())
    assert pins.is_right(kept, "", bytearray(NEW.encode()))
    assert not pins.is_right(kept, "", bytearray(b"928375"))


def test_the_end_of_the_card_number_is_no_pin() -> None:
    card = Card(Pan("6222021234567890123"), "3012")
    assert pins.weakness(bytearray(b"890123"), 1992, card.pan.reveal()) == "card"
    assert pins.weakness(bytearray(NEW.encode()), 1992, card.pan.reveal()) == ""
    assert pins.weakness(bytearray(b"9283"), 1992, card.pan.reveal()) == "length"
