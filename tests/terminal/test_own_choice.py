"""A no is as near as a yes, is remembered for the visit, and nothing is harder after it (accessibility.md F,
"own choice"; CN-13, C5). docs/services.md has the table: which refusal, which test."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest

from sim.stage.bench import Bench
from sim.stage.samples import CARD, SAMPLES
from terminal import effects as fx
from terminal import events as ev
from terminal import own
from terminal import session as s
from terminal.evidence import Evidence
from terminal.flow import step
from terminal.flows.services import NAMES
from terminal.focus import targets
from terminal.money import yuan
from terminal.profile import PROFILE_NAMES
from terminal.prompts import offer_answers, prompt_of
from terminal.sound import voice_on
from terminal.values import replace
from tests.each import each
from tests.journeys.services.visiting import LOOKS
from tests.terminal.conftest import ORDER, a_session

MIX = (5, 0, 0, 0)


def press(session: s.Session, name: str, value: Any = None) -> s.Session:
    return step(session, ev.Chosen(name, value), 50.0)[0]


# --- each refusal, as a customer says it ------------------------------------------------------------


def no_large_type() -> s.Session:
    """The offer answered with no."""
    asking = replace(a_session(s.CheckingPin(CARD, "m")), evidence=Evidence(record_band="60to64"))
    offered = step(asking, ev.PinRight("m"), 5.0)[0]
    assert offered.look.offer == "look"
    return press(offered, "offer_no")


def back_to_standard() -> s.Session:
    """The large version, applied by the machine, left by the switch."""
    asking = a_session(s.AskingBank(CARD, "m"))
    applied = step(asking, ev.CardKnown(("withdrawal",), "80plus"), 5.0)[0]
    assert applied.look.profile == "elder"
    return press(applied, "profile", "standard")


def no_voice() -> s.Session:
    """The voice switched off on its page."""
    return press(press(a_session(s.ChoosingAmount(CARD)), "sound"), "speech", 0)


def no_other_language() -> s.Session:
    """The card's own language not wanted."""
    english = replace(CARD, languages=("en", "zh"))
    asking = step(a_session(s.ReadingCard()), ev.CardRead(english), 3.0)[0]
    offered = step(asking, ev.CardKnown(("withdrawal",)), 4.0)[0]
    assert offered.look.offer == "language"
    return press(offered, "offer_no")


def no_standard() -> s.Session:
    """The way back to the standard version not wanted."""
    seen = Evidence(document_band="under50", menu="acted")
    large = a_session(s.EnteringAmount(CARD), profile="elder", reason="DOCUMENT")
    offered = press(replace(large, evidence=seen), "back")
    assert offered.look.offer == "standard"
    return press(offered, "offer_no")


def counted(**facts: Any) -> s.Session:
    """All is done and paid; the bank can be told of a wish."""
    counting = a_session(s.Counting(ORDER, MIX, yuan(500)))
    return step(replace(counting, enquiry="e1", **facts), ev.Chosen("count_right"), 70.0)[0]


def no_saving() -> s.Session:
    """The look is not to be remembered."""
    offered = counted(look=s.Look(profile="elder", reason="EXPLICIT", locked=True))
    assert offered.look.offer == "remember"
    return press(offered, "offer_no")


def no_own_order() -> s.Session:
    """What is done most is not to be counted."""
    machine = replace(a_session(s.Idle()).machine, services=NAMES)
    offered = counted(machine=machine, usual=(own.MAY_ASK,))
    assert offered.look.offer == "usual"
    return press(offered, "offer_no")


def no_staff() -> s.Session:
    """Staff called, and then not needed."""
    rung = press(press(a_session(s.ChoosingAmount(CARD)), "help"), "call_staff")
    assert rung.watched
    return press(press(rung, "cancel_call"), "close")


REFUSALS: Final[Mapping[str, Callable[[], s.Session]]] = {
    "large type": no_large_type,
    "the large version": back_to_standard,
    "the voice": no_voice,
    "the card's language": no_other_language,
    "the standard version": no_standard,
    "saving the look": no_saving,
    "own services first": no_own_order,
    "staff": no_staff,
}

RIPE = Evidence(record_band="60to64", more_time=True, backs=2, helped=True, menu="acted")
"""Every sign that brings an offer."""


def unasked(session: s.Session) -> s.Session:
    """The same with no question and no line of the look on it, and nobody called."""
    alone = replace(session.machine, call=s.NO_CALL)
    return replace(session, machine=alone, look=replace(session.look, offer="", said=""))


def having_refused(session: s.Session, said_no: s.Session) -> s.Session:
    """This screen, for a customer who said that no before: what the machine keeps of it, and nothing else."""
    look = replace(session.look, locked=session.look.locked or said_no.look.locked)
    return replace(
        session,
        look=replace(look, offers_made=said_no.look.offers_made),
        evidence=said_no.evidence,
        watched=said_no.watched,
        machine=replace(session.machine, call=said_no.machine.call),
        sound=replace(session.sound, voice=said_no.sound.voice),
    )


@each("name", SAMPLES)
@pytest.mark.parametrize("refusal", REFUSALS)
def test_after_a_no_every_screen_has_the_same_buttons(name: str, refusal: str) -> None:
    """No more to press, no less, and in the same order."""
    before = unasked(SAMPLES[name])
    after = having_refused(before, REFUSALS[refusal]())
    assert _but_the_voice(targets(after)) == _but_the_voice(targets(before))


@each("name", SAMPLES)
@pytest.mark.parametrize("refusal", REFUSALS)
def test_after_a_no_the_counter_is_as_near_as_before(name: str, refusal: str) -> None:
    """Two presses, and the same answers there."""
    before = replace(unasked(SAMPLES[name]), overlay="")
    after = having_refused(before, REFUSALS[refusal]())
    pages = [press(press(one, "help"), "counter") for one in (before, after)]
    assert {one.overlay for one in pages} == {"counter"}
    assert prompt_of(pages[0]) == prompt_of(pages[1])


def _but_the_voice(all_of_them: tuple[ev.Chosen, ...]) -> list[ev.Chosen]:
    """The switch of the voice says the other thing once the voice is off."""
    return [replace(one, value=None) if one.name == "speech" else one for one in all_of_them]


@each("name", SAMPLES)
def test_after_every_no_each_press_leads_where_it_led(name: str) -> None:
    """All refusals at once: each press opens the same screen and gives the same orders."""
    before = after = unasked(SAMPLES[name])
    before = after = replace(before, visit="a" * 32 if before.visit else "")
    for refusal in REFUSALS.values():
        after = having_refused(after, refusal())
    for choice in targets(before):
        if choice.name == "speech":
            continue
        led, orders = step(before, choice, 99.0)
        still, same = step(after, choice, 99.0)
        assert (still.phase, still.overlay) == (led.phase, led.overlay), choice
        assert same == orders, choice


# --- remembered for the visit -----------------------------------------------------------------------


def border_after_border(session: s.Session) -> Iterator[s.Session]:
    """The menu again and again, where offers are made."""
    for _ in range(4):
        session = press(press(session, "other_amount"), "back")
        assert isinstance(session.phase, s.ChoosingAmount)
        yield session


@pytest.mark.parametrize("refusal", ["large type", "the large version", "the card's language"])
def test_what_was_refused_is_not_offered_again_whatever_is_noticed(refusal: str) -> None:
    said_no = REFUSALS[refusal]()
    session = replace(said_no, phase=s.ChoosingAmount(CARD))
    language = session.evidence.card_language
    seen = replace(RIPE, refused=session.evidence.refused, card_language=language)
    session = replace(
        session, evidence=seen if refusal != "the card's language" else session.evidence
    )
    made = {again.look.offer for again in border_after_border(session)}
    assert not made & {"look", "language"}
    assert {again.look.profile for again in border_after_border(session)} == {"standard"}


def test_the_way_back_is_not_offered_again() -> None:
    session = replace(no_standard(), phase=s.ChoosingAmount(CARD))
    assert {one.look.offer for one in border_after_border(session)} == {""}
    assert {one.look.profile for one in border_after_border(session)} == {"elder"}


@pytest.mark.parametrize("profile", PROFILE_NAMES)
def test_a_voice_that_was_switched_off_stays_off_in_every_version(profile: str) -> None:
    session = no_voice()
    for name, value in (("close", None), ("profile", profile), ("help", None), ("close", None)):
        session = press(session, name, value)
        assert not voice_on(session.sound, session.look), name
    assert {again.sound.voice for again in border_after_border(session)} == {"off"}


@pytest.mark.parametrize("refusal", [no_saving, no_own_order])
def test_what_is_asked_at_the_end_is_asked_once(refusal: Callable[[], s.Session]) -> None:
    """After the answer the visit has no further screen that could ask; that a bank which was told no does not
    let it be asked in a later one is `journeys/services/test_usual.py`, `journeys/test_detection.py`."""
    session = refusal()
    assert session.look.offer == ""
    events: tuple[ev.Event, ...] = (*targets(session), ev.TimedOut())
    for event in events:
        after = step(session, event, 99.0)[0]
        assert isinstance(after.phase, s.Farewell | s.Idle)
        assert after.look.offer == ""


def test_who_does_not_want_a_look_saved_is_not_asked_by_a_second_outcome_either() -> None:
    again = replace(no_saving(), phase=s.Counting(ORDER, MIX, yuan(500)))
    assert press(again, "count_right").look.offer == ""


@each("name", SAMPLES)
def test_nobody_rings_for_a_customer_who_needs_nobody(name: str) -> None:
    """The bell rings at the press that says so, and at the start nobody sees the screen."""
    session = having_refused(unasked(SAMPLES[name]), no_staff())
    session = replace(session, visit="a" * 32 if session.visit else "")
    for choice in targets(session):
        after, effects = step(session, choice, 99.0)
        rings = any(isinstance(one, fx.CallStaff) for one in effects)
        assert rings == after.watched == (choice.name == "call_staff"), choice


# --- a no is as near as a yes -----------------------------------------------------------------------

NO: Final[Mapping[str, frozenset[str]]] = {
    "offer_yes": frozenset({"offer_no"}),
    "more_time": frozenset({"no_more_time"}),
    "renew": frozenset({"not_renew"}),
    "store": frozenset({"give_back"}),
    "count_right": frozenset({"count_wrong"}),
    "confirm_cancel": frozenset({"leave_waiting"}),
    "with_phone": frozenset({"without_phone"}),
    "sign_by_key": frozenset({"do_not_send", "back"}),
    "to_sign": frozenset({"do_not_send", "back"}),
    "take_out": frozenset({"done", "back"}),
    "pay": frozenset({"change", "back"}),
    "book": frozenset({"done", "back"}),
    "book_slot": frozenset({"done", "back"}),
    "go_ahead": frozenset({"back", "another_pin"}),
    "cancel_booking": frozenset({"back", "done"}),
    "tell_trusted": frozenset({"done", "keep_draft"}),
    "confirm": frozenset({"change", "back", "clear", "give_back"}),
    "wish": frozenset({"back"}),
}
"""What agrees to something, and what says no to it: one of these is on the same screen, one press too."""


@each("name", SAMPLES)
def test_where_something_can_be_agreed_to_a_no_is_one_press_too(name: str) -> None:
    there = {one.name for one in targets(SAMPLES[name])}
    there |= {one.name for one in prompt_of(SAMPLES[name]).answers}
    for agreed, refused in NO.items():
        assert agreed not in there or there & refused, (agreed, there)


@each("name", SAMPLES)
def test_an_offer_has_its_yes_and_its_no_side_by_side(name: str) -> None:
    """Two answers, one beside the other in the order of the keys."""
    names = [one.name for one in offer_answers(SAMPLES[name])]
    assert names in ([], ["offer_yes", "offer_no"])


# --- whole visits -----------------------------------------------------------------------------------


def draws_cash(profile: str, language: str, answer: str) -> int:
    """How many presses a customer of 63 needs from the PIN to the card and the money, who answers the offer
    of the large version so ("" passes it over)."""
    bench, pressed = Bench(services=NAMES).boot(), 0

    def presses(name: str, value: int | str | None = None) -> None:
        nonlocal pressed
        bench.presses(name, value)
        pressed += 1

    bench.ready().waits(1.0).does("insert:wang")
    bench.run(lambda now: isinstance(now.phase, s.EnteringPin))
    if language != "zh":
        bench.presses("language", language)
    bench.does(*(f"key:{digit}" for digit in bench.bank.customers["wang"].pin), "key:enter")
    bench.run(lambda now: isinstance(now.phase, s.ChoosingService))
    assert bench.session.look.offer == "look"
    if answer:
        presses(answer)
    if bench.session.look.profile != profile:
        bench.presses("profile", profile)
    presses("service", "withdrawal")
    presses("amount", 10_000)
    presses("confirm")
    bench.run(lambda now: isinstance(now.phase, s.TakingCard) and now.phase.at_gate)
    bench.does("take_card").run(lambda now: isinstance(now.phase, s.Counting))
    bench.does("take_notes")
    presses("count_right")
    assert isinstance(bench.session.phase, s.Farewell)
    return pressed


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_visit_after_a_no_has_as_many_presses_as_after_a_yes(profile: str, language: str) -> None:
    said_yes, said_no, passed_over = (
        draws_cash(profile, language, answer) for answer in ("offer_yes", "offer_no", "")
    )
    assert said_no == said_yes == passed_over + 1
