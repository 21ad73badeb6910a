"""The withdrawal as data: event in, phase after, effects out (design 1.5, reliability A.4 and A.4b)."""

from dataclasses import replace
from typing import Any

import pytest

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.card import PinBlock
from terminal.flow import step
from terminal.flows.leaving import HOLDING_CARD
from terminal.keys import chosen_by_key
from terminal.money import yuan
from terminal.profile import Profile, Wishes
from terminal.prompts import PROMPTS, prompt_of, text_key
from terminal.runtime import overdue, patience_of
from tests.terminal.conftest import CARD, CASSETTES, ORDER, PATH, PRESENTER, a_session

BLOCK = PinBlock(bytes(16))
MIX = ORDER.mix
REVIEW = s.Reviewing(CARD, yuan(500), MIX)


def after(phase: s.Phase, event: ev.Event, able: ev.Capabilities = PATH) -> tuple[s.Session, list]:  # type: ignore[type-arg]
    session, effects = step(a_session(phase, able), event, 100.0)
    return session, list(effects)


def names(effects: list[fx.Effect]) -> list[str]:
    return [type(e).__name__ for e in effects]


@pytest.mark.parametrize(
    ("phase", "event", "phase_after", "effects"),
    [
        (s.Idle(), ev.CardInserted(), s.ReadingCard, ["ReadCard", "CheckCash"]),
        (s.ReadingCard(), ev.CardRead(CARD), s.AskingBank, ["EnquireCard"]),
        (s.AskingBank(CARD, "m"), ev.CardKnown(("withdrawal",)), s.EnteringPin, ["CollectPin"]),
        (s.EnteringPin(CARD), ev.PinEntered(), s.CheckingPin, ["MakePinBlock"]),
        (s.CheckingPin(CARD, "m"), ev.PinBlockMade("m", BLOCK), s.CheckingPin, ["VerifyPin"]),
        (s.CheckingPin(CARD, "m"), ev.PinRight("m"), s.ChoosingAmount, []),
        (
            s.CheckingPin(CARD, "m"),
            ev.PinWrong("m", 2),
            s.EnteringPin,
            ["ForgetPin", "CollectPin"],
        ),
        (s.CheckingPin(CARD, "m"), ev.PinWrong("m", 0), s.TakingCard, ["ForgetPin", "EjectCard"]),
        (s.ChoosingAmount(CARD), ev.Chosen("amount", 50_000), s.Reviewing, []),
        (REVIEW, ev.Chosen("confirm"), s.Authorizing, ["MakePinBlock"]),
        (
            s.Authorizing(CARD, "t", 1, yuan(500), MIX),
            ev.PinBlockMade("t", BLOCK),
            s.Authorizing,
            ["Authorize"],
        ),
        (
            s.Authorizing(CARD, "t", 1, yuan(500), MIX, sent=True),
            ev.Approved("t", "A", "token"),
            s.TakingCard,
            ["ForgetPin", "EjectCard"],
        ),
        (s.TakingCard(ORDER, None), ev.CardTaken(), s.PreparingCash, ["PrepareDispense"]),
        (
            s.PreparingCash(ORDER),
            ev.DispensePrepared(ORDER.txid, "00"),
            s.Dispensing,
            ["DispenseNotes"],
        ),
        (
            s.Dispensing(ORDER),
            ev.NotesDispensed(ORDER.txid, MIX, (0,) * 4, "00", False),
            s.Counting,
            ["KeepResult"],
        ),
        (s.Counting(ORDER, MIX, yuan(500)), ev.Chosen("count_right"), s.Farewell, ["Complete"]),
        (s.Farewell(s.Notice("done")), ev.TimedOut(), s.Idle, ["AcceptCard"]),
        (
            s.Authorizing(CARD, "t", 1, yuan(500), MIX, sent=True),
            ev.TimedOut(),
            s.TakingCard,
            ["ForgetPin", "Reverse", "EjectCard"],
        ),
        (
            s.TakingCard(ORDER, None),
            ev.TimedOut(),
            s.KeepingCard,
            ["ForgetPin", "Reverse", "RetainCard"],
        ),
        (
            s.Dispensing(ORDER),
            ev.DispenseNotExecuted(ORDER.txid, "24"),
            s.Explaining,
            ["Reverse"],
        ),
        (s.Dispensing(ORDER), ev.DispenseUnknown(ORDER.txid, "equal"), s.Explaining, ["Suspect"]),
        (s.Dispensing(ORDER), ev.TimedOut(), s.Explaining, ["Suspect"]),
        (
            s.Dispensing(ORDER),
            ev.NotesDispensed(ORDER.txid, MIX, (0,) * 4, "05", True),
            s.Explaining,
            ["KeepResult", "Suspect"],
        ),
        (
            s.Dispensing(ORDER),
            ev.NotesDispensed(ORDER.txid, (6, 0, 0, 0), (0,) * 4, "00", False),
            s.Explaining,
            ["KeepResult", "Suspect"],
        ),
        (
            s.Dispensing(ORDER),
            ev.NotesDispensed(ORDER.txid, (0, 0, 0, 0), (0,) * 4, "01", False),
            s.Explaining,
            ["KeepResult", "Reverse"],
        ),
    ],
)
def test_one_withdrawal_as_data(
    phase: s.Phase, event: ev.Event, phase_after: type, effects: list[str]
) -> None:
    session, made = after(phase, event)
    assert (type(session.phase), names(made)) == (phase_after, effects)


@pytest.mark.parametrize(
    ("phase", "event", "phase_after", "effects"),
    [
        (
            s.PreparingCash(ORDER),
            ev.DispensePrepared(ORDER.txid, ""),
            s.Dispensing,
            ["StackNotes"],
        ),
        (
            s.Dispensing(ORDER),
            ev.NotesStacked(ORDER.txid, MIX, (0,) * 4),
            s.PresentingNotes,
            ["PresentNotes"],
        ),
        (
            s.Dispensing(ORDER),
            ev.NotesStacked(ORDER.txid, (4, 0, 0, 0), (1, 0, 0, 0)),
            s.RejectingNotes,
            ["RejectNotes"],
        ),
        (s.RejectingNotes(ORDER, "x"), ev.NotesRejected(ORDER.txid), s.Explaining, ["Reverse"]),
        (s.PresentingNotes(ORDER, MIX), ev.NotesPresented(ORDER.txid), s.TakingNotes, []),
        (s.TakingNotes(ORDER, MIX), ev.NotesTaken(ORDER.txid), s.Counting, []),
        (s.TakingNotes(ORDER, MIX), ev.TimedOut(), s.Retracting, ["RetractNotes"]),
        (
            s.Retracting(ORDER, MIX),
            ev.NotesRetracted(ORDER.txid, MIX),
            s.Explaining,
            ["Reverse"],
        ),
        (
            s.Retracting(ORDER, MIX),
            ev.NotesRetracted(ORDER.txid, (2, 0, 0, 0)),
            s.Explaining,
            ["Complete"],
        ),
        (s.Retracting(ORDER, MIX), ev.NotesRetracted(ORDER.txid, None), s.Explaining, ["Suspect"]),
        (s.Retracting(ORDER, MIX), ev.NotesTaken(ORDER.txid), s.Explaining, ["Suspect"]),
        (
            s.PresentingNotes(ORDER, MIX),
            ev.DispenseUnknown(ORDER.txid, "jam"),
            s.Explaining,
            ["Suspect"],
        ),
    ],
)
def test_the_presenters_rows(
    phase: s.Phase, event: ev.Event, phase_after: type, effects: list[str]
) -> None:
    session, made = after(phase, event, PRESENTER)
    assert (type(session.phase), names(made)) == (phase_after, effects)


def test_the_amount_charged_is_what_the_device_counted_not_what_was_asked() -> None:
    counts = (3, 0, 0, 0)
    session, _ = after(
        s.Dispensing(ORDER), ev.NotesDispensed(ORDER.txid, counts, (0,) * 4, "03", False)
    )
    assert isinstance(session.phase, s.Counting)
    assert session.phase.short
    done = step(session, ev.TimedOut(), 200.0)[1]
    assert done == (fx.Complete(ORDER.txid, yuan(300), counts, "exit_counts"),)


def test_a_partly_retracted_sum_charges_the_rest() -> None:
    _, made = after(
        s.Retracting(ORDER, MIX), ev.NotesRetracted(ORDER.txid, (2, 0, 0, 0)), PRESENTER
    )
    assert made == [fx.Complete(ORDER.txid, yuan(300), (3, 0, 0, 0), "stacked_less_retracted")]


def test_a_late_approval_of_another_operation_changes_nothing() -> None:
    session = a_session(s.Authorizing(CARD, "t", 1, yuan(500), MIX, sent=True))
    assert step(session, ev.Approved("other", "A", "k"), 1.0) == (session, ())
    assert step(a_session(s.Idle()), ev.Approved("t", "A", "k"), 1.0)[1] == ()


def test_a_result_of_another_order_changes_nothing() -> None:
    session = a_session(s.Dispensing(ORDER))
    other = ev.NotesDispensed("99" * 16, MIX, (0,) * 4, "00", False)
    assert step(session, other, 1.0) == (session, ())


@pytest.mark.parametrize("kind", HOLDING_CARD)
def test_stop_give_my_card_back_works_wherever_the_card_is_inside(kind: type) -> None:
    phase = next(p for p in EXAMPLES if type(p) is kind)
    session, made = after(phase, ev.Chosen("return_card"))
    assert isinstance(session.phase, s.TakingCard)
    assert session.phase.order is None
    assert "EjectCard" in names(made)
    assert "ForgetPin" in names(made)


def test_a_customer_may_change_their_mind_until_the_card_is_taken() -> None:
    session, made = after(s.TakingCard(ORDER, None, at_gate=True), ev.Chosen("return_card"))
    assert names(made) == ["Reverse"]
    assert step(session, ev.CardTaken(), 5.0)[1] == ()


def test_not_enough_money_asks_for_less_without_giving_the_card_back() -> None:
    asked = s.Authorizing(CARD, "t", 1, yuan(500), MIX, sent=True)
    session, made = after(asked, ev.Declined("t", "51", "insufficient"))
    assert session.phase == s.ChoosingAmount(CARD, "insufficient")
    assert made == []


def test_the_third_refused_amount_gives_the_card_back() -> None:
    session = a_session(s.ChoosingAmount(CARD))
    for _ in range(3):
        asked = s.Authorizing(CARD, "t", 1, yuan(500), MIX, sent=True)
        session, made = step(
            replace(session, phase=asked), ev.Declined("t", "51", "insufficient"), 1.0
        )
    assert session.phase == s.TakingCard(None, s.Notice("insufficient"))
    assert "EjectCard" in names(list(made))


def test_an_amount_the_notes_cannot_make_brings_the_nearest_ones() -> None:
    session, _ = after(s.EnteringAmount(CARD, 255), ev.Chosen("confirm"))
    assert session.phase == s.SuggestingAmounts(CARD, yuan(255), (yuan(250), yuan(260)))


def test_saying_the_amount_is_wrong_holds_the_money_and_charges_nothing() -> None:
    session, _ = after(s.Counting(ORDER, MIX, yuan(500)), ev.Chosen("count_wrong"))
    for digit in (4, 0, 0):
        session, _ = step(session, ev.Chosen("digit", digit), 3.0)
    session, made = step(session, ev.Chosen("confirm"), 4.0)
    assert made == (fx.Suspect(ORDER.txid, yuan(500), MIX, "customer_disputes", yuan(100)),)
    assert isinstance(session.phase, s.Explaining)


def test_a_dispenser_in_doubt_stops_offering_cash() -> None:
    session, _ = after(s.Dispensing(ORDER), ev.DispenseUnknown(ORDER.txid, "equal"))
    session, _ = step(session, ev.Chosen("understood"), 5.0)
    assert session.phase == s.OutOfService("cash")
    ready = ev.CashReady(PATH, (True,) * 4)
    assert step(session, ready, 6.0)[0].phase == s.OutOfService("cash")


# --- the customer's choice, and time -----------------------------------------------------------


def test_the_switch_wins_for_the_rest_of_the_visit_and_the_next_visit_starts_fresh() -> None:
    session = a_session(s.AskingBank(CARD, "m"), profile="elder", reason="EXPLICIT", locked=True)
    session = step(session, ev.Chosen("profile", "standard"), 1.0)[0]
    session = step(session, ev.CardKnown((), "80plus"), 2.0)[0]
    assert session.look.profile == "standard"
    for event in (ev.Chosen("return_card"), ev.CardTaken(), ev.TimedOut()):
        session = step(session, event, 9.0)[0]
    assert session.phase == s.Idle()
    assert session.look == s.Look()


def test_switching_loses_nothing_that_was_typed() -> None:
    session = a_session(s.EnteringAmount(CARD, 250))
    session = step(session, ev.Chosen("profile", "elder"), 1.0)[0]
    assert session.phase == s.EnteringAmount(CARD, 250)


@pytest.mark.parametrize("profile", ["standard", "elder"])
@pytest.mark.parametrize("phase", [s.EnteringPin(CARD), s.ChoosingAmount(CARD), REVIEW])
def test_more_time_can_be_had_ten_times_with_one_press(
    phase: s.Phase, profile: str, profiles: dict[str, Profile]
) -> None:
    session, now = a_session(phase, profile=profile), 0.0
    row = patience_of(session, profiles)
    for _ in range(10):
        while session.overlay != "more_time":
            now += 1.0
            event = overdue(session, profiles, now)
            assert not isinstance(event, ev.TimedOut)
            if event:
                session = step(session, event, now)[0]
        now += row.dialog - 1.0
        assert row.dialog >= 20.0
        assert overdue(session, profiles, now) is None
        session = step(session, ev.Chosen("more_time"), now)[0]
        assert session.overlay == ""
    assert type(session.phase) is type(phase)


def test_time_counts_from_the_end_of_the_spoken_prompt(profiles: dict[str, Profile]) -> None:
    session = a_session(s.ChoosingAmount(CARD), profile="elder")
    session = step(session, ev.SpeechStarted(), 0.5)[0]
    assert overdue(session, profiles, 40.0) is None
    session = step(session, ev.SpeechEnded(), 10.0)[0]
    assert overdue(session, profiles, 54.0) is None
    assert overdue(session, profiles, 55.0) == ev.Reminded(1)


def test_nobody_answering_leads_home_from_every_phase_in_bounded_time(
    profiles: dict[str, Profile],
) -> None:
    for profile in ("standard", "elder"):
        for phase in EXAMPLES:
            session, now = a_session(phase, profile=profile), 0.0
            for _ in range(2_000):
                if isinstance(session.phase, s.Idle | s.OutOfService):
                    break
                now += 1.0
                while (event := overdue(session, profiles, now)) is not None:
                    session = step(session, event, now)[0]
            assert isinstance(session.phase, s.Idle | s.OutOfService), (profile, phase)


def test_slots_are_reminded_three_times_before_anything_is_taken_back(
    profiles: dict[str, Profile],
) -> None:
    for profile in ("standard", "elder"):
        for phase in (s.TakingCard(ORDER, None, True), s.TakingNotes(ORDER, MIX)):
            session, reminders, now = a_session(phase, profile=profile), 0, 0.0
            while type(session.phase) is type(phase):
                now += 0.5
                event = overdue(session, profiles, now)
                if event:
                    reminders += isinstance(event, ev.Reminded)
                    session = step(session, event, now)[0]
            assert reminders >= 3


def test_presence_does_not_prolong_a_slot() -> None:
    session = a_session(s.TakingNotes(ORDER, MIX))
    assert step(session, ev.Touched(), 20.0)[0].wait == session.wait
    helped = step(session, ev.Chosen("help"), 20.0)[0]
    assert (helped.overlay, helped.wait) == ("help", session.wait)


# --- tables --------------------------------------------------------------------------------------


def test_there_is_a_prompt_for_every_phase() -> None:
    assert set(PROMPTS) == set(s.PHASES)


def test_every_answer_can_be_reached_by_a_key_of_the_pad() -> None:
    for phase in EXAMPLES:
        session = a_session(phase)
        for answer in prompt_of(session).answers:
            if answer.name in ("amount", "other_amount"):
                typed = chosen_by_key(session, "3")
                assert typed is not None
                assert isinstance(step(session, typed, 1.0)[0].phase, s.EnteringAmount)
                continue
            assert chosen_by_key(session, answer.key) == ev.Chosen(answer.name, answer.value)


def test_both_profiles_reach_the_same_functions() -> None:
    for phase in EXAMPLES:
        by_profile = [
            {a.name for a in prompt_of(a_session(phase, profile=p)).answers}
            for p in ("standard", "elder")
        ]
        assert by_profile[0] == by_profile[1]


def test_only_amounts_the_cassettes_hold_are_offered() -> None:
    session = a_session(s.ChoosingAmount(CARD))
    few = tuple(replace(c, count=1 if c.note == yuan(100) else 0) for c in CASSETTES)
    session = replace(session, machine=replace(session.machine, cassettes=few))
    offered = [a.amount for a in prompt_of(session).answers if a.amount]
    assert offered == [yuan(100)]


def offered(session: s.Session) -> list[int]:
    """The amounts on the screen, in major units, in their order."""
    return [answer.amount.major for answer in prompt_of(session).answers if answer.amount]


def pressed(session: s.Session, name: str, value: int | str | None = None) -> s.Session:
    return step(session, ev.Chosen(name, value), 1.0)[0]


STANDARD = [100, 200, 300, 500, 1000, 2000]


@pytest.mark.parametrize(
    ("look", "leaves"),
    [
        ({"profile": "standard"}, [STANDARD]),
        ({"profile": "elder"}, [[200, 500, 1000], [100, 300, 2000]]),
        ({"profile": "low_vision"}, [[200, 500], [1000, 2000]]),
        ({"wishes": Wishes(fewer_choices=True)}, [[200, 500, 1000], [100, 300, 2000]]),
        ({"wishes": Wishes(size_percent=175)}, [[200, 500, 1000], [100, 300, 2000]]),
        ({"wishes": Wishes(size_percent=150)}, [STANDARD]),
        (
            {"profile": "low_vision", "wishes": Wishes(fewer_choices=True)},
            [[200, 500], [1000, 2000]],
        ),
    ],
)
def test_other_amount_leads_through_every_leaf_to_the_number_pad(
    look: dict[str, Any], leaves: list[list[int]]
) -> None:
    session, seen = a_session(s.ChoosingAmount(CARD), **look), []
    while isinstance(session.phase, s.ChoosingAmount):
        seen.append(offered(session))
        *_, last = prompt_of(session).answers
        assert last.name == "other_amount"
        session = pressed(session, "other_amount")
    assert seen == leaves
    assert session.phase == s.EnteringAmount(CARD)


@pytest.mark.parametrize(("profile", "most"), [("elder", 4), ("low_vision", 3)])
@pytest.mark.parametrize("notes", range(0, 60, 3))
def test_a_leaf_has_no_more_choices_than_the_profile_allows_and_is_never_empty(
    profile: str, most: int, notes: int
) -> None:
    few = tuple(replace(c, count=notes if c.note == yuan(100) else 0) for c in CASSETTES)
    session = a_session(s.ChoosingAmount(CARD), profile=profile)
    session = replace(session, machine=replace(session.machine, cassettes=few))
    while isinstance(session.phase, s.ChoosingAmount):
        answers = prompt_of(session).answers
        assert 1 + (notes > 1) <= len(answers) <= most
        assert offered(session) == sorted(offered(session))
        assert all(major <= 100 * notes for major in offered(session))
        session = pressed(session, "other_amount")


def test_what_can_be_paid_moves_up_where_the_first_amounts_cannot() -> None:
    few = tuple(replace(c, count=3 if c.note == yuan(100) else 0) for c in CASSETTES)
    session = a_session(s.ChoosingAmount(CARD), profile="elder")
    session = replace(session, machine=replace(session.machine, cassettes=few))
    assert offered(session) == [100, 200, 300]
    assert pressed(session, "other_amount").phase == s.EnteringAmount(CARD)


def test_an_amount_of_the_second_leaf_is_reviewed_and_changed_from_the_beginning() -> None:
    session = pressed(a_session(s.ChoosingAmount(CARD), profile="elder"), "other_amount")
    session = pressed(session, "amount", yuan(300).minor)
    assert isinstance(session.phase, s.Reviewing)
    assert session.phase.amount == yuan(300)
    assert offered(pressed(session, "change")) == [200, 500, 1000]


@pytest.mark.parametrize("event", [ev.Chosen("back"), ev.KeyPressed("clear")])
def test_back_from_the_second_leaf_is_the_first(event: ev.Event) -> None:
    refused = s.ChoosingAmount(CARD, "insufficient")
    first = a_session(refused, profile="elder")
    assert not prompt_of(first).may_go_back
    second = pressed(first, "other_amount")
    assert prompt_of(second).may_go_back
    assert text_key(second) == "choose_amount_more"
    assert step(second, event, 2.0)[0].phase == refused


def test_a_leaf_that_another_profile_does_not_have_is_not_missed() -> None:
    second = pressed(a_session(s.ChoosingAmount(CARD), profile="elder"), "other_amount")
    standard = pressed(second, "profile", "standard")
    assert offered(standard) == STANDARD
    assert (text_key(standard), prompt_of(standard).may_go_back) == ("choose_amount", False)
    assert pressed(standard, "back") is standard
    assert pressed(standard, "other_amount").phase == s.EnteringAmount(CARD)


def test_another_leaf_begins_with_its_first_page_and_no_focus_and_its_time_anew() -> None:
    first = replace(
        a_session(s.ChoosingAmount(CARD), profile="elder", wishes=Wishes(keys_only=True)),
        page=1,
        focus=4,
        laid=ev.Laid(2, frozenset({ev.Chosen("other_amount")})),
        wait=s.Wait(since=-30.0, reminded=1),
    )
    second = step(first, ev.KeyPressed("enter"), 5.0)[0]
    assert offered(second) == [100, 300, 2000]
    assert (second.page, second.focus, second.laid) == (0, 0, ev.WHOLE)
    assert second.wait == s.Wait(since=5.0)
    assert step(second, ev.KeyPressed("enter"), 6.0)[0] is second


def test_digits_are_typed_on_every_leaf() -> None:
    second = pressed(a_session(s.ChoosingAmount(CARD), profile="elder"), "other_amount")
    assert step(second, ev.KeyPressed("7"), 1.0)[0].phase == s.EnteringAmount(CARD, 7)


NOTICE = s.Notice("not_dispensed", {"amount": yuan(500)}, "123456")
EXAMPLES: tuple[s.Phase, ...] = (
    s.Starting(),
    s.Starting(s.OpenOrder(ORDER.txid, yuan(500), MIX, True, True), "order"),
    s.Starting(None, "cash"),
    s.ReturningFound(),
    s.OutOfService("cash"),
    s.Idle(),
    s.ReadingCard(),
    s.AskingBank(CARD, "m"),
    s.EnteringPin(CARD, 2, 3),
    s.CheckingPin(CARD, "m"),
    s.ChoosingService(CARD),
    s.ChoosingAmount(CARD),
    s.EnteringAmount(CARD, 25),
    s.SuggestingAmounts(CARD, yuan(255), (yuan(250), yuan(260))),
    REVIEW,
    s.Authorizing(CARD, "t", 1, yuan(500), MIX, True),
    s.TakingCard(ORDER, None, True),
    s.TakingCard(None, s.Notice("cancelled"), True),
    s.KeepingCard(s.Notice("card_kept", {}, "123456"), "notTaken"),
    s.PreparingCash(ORDER),
    s.Dispensing(ORDER),
    s.PresentingNotes(ORDER, MIX),
    s.TakingNotes(ORDER, MIX),
    s.Retracting(ORDER, MIX),
    s.RejectingNotes(ORDER, "x"),
    s.Counting(ORDER, MIX, yuan(500)),
    s.StatingCount(ORDER, MIX, yuan(500), 40),
    s.Explaining(NOTICE),
    s.Farewell(s.Notice("done", {"amount": yuan(500)})),
)


def test_the_examples_cover_every_phase() -> None:
    assert {type(p) for p in EXAMPLES} == set(s.PHASES)


def test_a_pin_ended_too_early_is_seen_to_be_unfinished_until_a_digit_follows() -> None:
    """The pad tells the same number again; how many there must be is not said."""
    typing = a_session(s.EnteringPin(CARD, digits=3), PATH)
    early, effects = step(typing, ev.PinDigits(3), 100.0)
    assert (early.look.said, early.phase, effects) == ("pin_unfinished", typing.phase, ())
    again, _ = step(early, ev.PinDigits(3), 101.0)
    assert again.look == early.look
    further, _ = step(again, ev.PinDigits(4), 102.0)
    assert further.look == typing.look
    entered, _ = step(again, ev.PinEntered(), 102.0)
    assert entered.look.said == ""


def test_a_line_about_something_else_stays_while_the_pin_is_typed() -> None:
    typing = a_session(s.EnteringPin(CARD, digits=3), PATH)
    told = replace(typing, look=replace(typing.look, said="saved"))
    assert step(told, ev.PinDigits(4), 100.0)[0].look == told.look
