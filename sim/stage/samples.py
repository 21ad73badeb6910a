"""One session for every screen the glass can show: all phases, notices, closings, overlays, offers.

For whatever wants every screen: the audit, the tests of the screens, a gallery.
"""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import get_args

from sim.stage import service_samples
from sim.stage.settings import read_rules
from terminal import session as s
from terminal.afterwards import told_as
from terminal.card import Card, Pan
from terminal.cash_units import Cassette
from terminal.events import Drawn, UnreadDocument
from terminal.evidence import Evidence
from terminal.flows.services import NAMES
from terminal.messages import VOICED
from terminal.money import yuan
from terminal.profile import Language, ProfileName, Wishes
from terminal.prompts import phase_prompt, text_key
from terminal.service import ServicePhase
from terminal.session import Look, Machine, Notice, Order, Session, Wait
from terminal.sound import Sound
from terminal.values import replace

CARD = Card(Pan("6222021234567890123"), "3012", ("zh", "en"), "DEMO BANK")
CASSETTES = (
    Cassette(yuan(100), 400),
    Cassette(yuan(50), 300),
    Cassette(yuan(20), 200),
    Cassette(yuan(10), 200),
)
MACHINE = Machine(CASSETTES, cash="", rules=read_rules())
MIX = (15, 0, 0, 0)
ORDER = Order("a" * 32, yuan(1_500), MIX, "token")
PART = (14, 0, 0, 0)
REFERENCE = "204817"

NOTICE_VALUES: Mapping[str, object] = {
    "amount": yuan(1_500),
    "asked": yuan(1_500),
    "back": yuan(100),
    "most": yuan(5_000),
}
"""Every value that a notice may name: a part that went back is small beside what was taken."""

CARD_NOTICES = (
    "cancelled",
    "service_stopped",
    "stopped_after",
    "timed_out",
    "card_unreadable",
    "card_wrong_kind",
    "card_expired",
    "card_unknown",
    "card_blocked",
    "pin_blocked",
    "pin_pad_failed",
    "host_silent",
    "insufficient",
    "over_limit",
    "declined",
    "cash_unavailable",
    "record_failed_card",
)
"""Why a visit ends with the card handed back."""

EXPLAINED = (
    "not_dispensed",
    "suspect",
    "disputed",
    "retracted",
    "retracted_part",
    "card_kept",
    "card_jammed",
    "card_captured_by_bank",
    "record_failed",
    "stopped_card_taken",
)
CLOSINGS = ("cash", "reader", "record", "host", "starting")
WHY_REASONS: tuple[s.ReasonSource, ...] = (
    "DEFAULT",
    "EXPLICIT",
    "CARD_PREF",
    "SAVED",
    "RECORD",
    "DOCUMENT",
    "NEED",
)

REMINDED: Mapping[str, int] = {
    "returning_found": 1,
    "returning_found_cut": 1,
    "enter_pin": 1,
    "choose_amount": 1,
    "choose_amount_more": 1,
    "enter_amount_1500": 1,
    "suggest_amounts": 1,
    "review": 1,
    "authorizing": 2,
    "take_card": 3,
    "dispensing": 1,
    "take_notes": 3,
    "count_notes": 4,
    "state_count_1400": 1,
}
"""Screens on which a reminder appears, and how many there have been."""


def notice(key: str) -> Notice:
    """A notice with every value its text may need."""
    return Notice(key, NOTICE_VALUES, REFERENCE)


def at(phase: s.Phase) -> Session:
    """A session in `phase`, with a machine that can pay."""
    return Session(phase, MACHINE, visit="v1")


def _phases() -> dict[str, s.Phase]:
    return {
        "starting": s.Starting(),
        "returning_found": s.ReturningFound(),
        "returning_found_cut": s.ReturningFound(
            s.OpenOrder("cd" * 16, ORDER.amount, ORDER.mix, True, True)
        ),
        "idle": s.Idle(),
        "reading_card": s.ReadingCard(),
        "asking_bank": s.AskingBank(CARD, "m1"),
        "enter_pin": s.EnteringPin(CARD),
        "enter_pin_4_digits": s.EnteringPin(CARD, digits=4),
        "enter_pin_2_left": s.EnteringPin(CARD, left=2),
        "enter_pin_1_left": s.EnteringPin(CARD, left=1),
        "checking_pin": s.CheckingPin(CARD, "m1"),
        "choose_service": s.ChoosingService(CARD),
        "choose_amount": s.ChoosingAmount(CARD),
        "choose_amount_more": s.ChoosingAmount(CARD, leaf=1),
        "choose_amount_insufficient": s.ChoosingAmount(CARD, "insufficient"),
        "choose_amount_over_limit": s.ChoosingAmount(CARD, "over_limit"),
        "enter_amount": s.EnteringAmount(CARD),
        "enter_amount_1500": s.EnteringAmount(CARD, 1_500),
        "enter_amount_99999": s.EnteringAmount(CARD, 99_999),
        "suggest_amounts": s.SuggestingAmounts(CARD, yuan(1_505), (yuan(1_500), yuan(1_510))),
        "suggest_amounts_one": s.SuggestingAmounts(CARD, yuan(5), (yuan(10),)),
        "review": s.Reviewing(CARD, yuan(1_500), MIX),
        "review_4990": s.Reviewing(CARD, yuan(4_990), (49, 1, 2, 0)),
        "authorizing": s.Authorizing(CARD, "t" * 32, 7, yuan(1_500), MIX, True),
        "take_card": s.TakingCard(ORDER, None, True),
        "keeping_card": s.KeepingCard(notice("card_kept"), "timeout"),
        "preparing_cash": s.PreparingCash(ORDER),
        "dispensing": s.Dispensing(ORDER),
        "presenting": s.PresentingNotes(ORDER, MIX),
        "take_notes": s.TakingNotes(ORDER, MIX),
        "retracting": s.Retracting(ORDER, MIX),
        "rejecting": s.RejectingNotes(ORDER, "2F"),
        "count_notes": s.Counting(ORDER, MIX, yuan(1_500)),
        "count_notes_short": s.Counting(ORDER, PART, yuan(1_400), True, "2F"),
        "state_count": s.StatingCount(ORDER, MIX, yuan(1_500)),
        "state_count_1400": s.StatingCount(ORDER, MIX, yuan(1_500), 1_400),
        "farewell_done": s.Farewell(Notice("done", {"amount": yuan(1_500)})),
        "farewell_goodbye": s.Farewell(Notice("goodbye")),
    }


def _samples() -> dict[str, Session]:
    found = {name: at(phase) for name, phase in _phases().items()}
    for key in CARD_NOTICES:
        found[f"card_back_{key}"] = at(s.TakingCard(None, notice(key), True))
    for key in EXPLAINED:
        found[f"explain_{key}"] = at(s.Explaining(notice(key)))
    for key in CLOSINGS:
        found[f"closed_{key}"] = at(s.OutOfService(key))
    for reason in WHY_REASONS:
        look = Look(reason=reason)
        found[f"why_{reason.lower()}"] = replace(found["choose_amount"], look=look, overlay="view")
    for name in ("idle", "choose_amount", "take_notes"):
        found[f"help_over_{name}"] = replace(found[name], overlay="help")
    for name in ("choose_amount", "state_count"):
        found[f"more_time_over_{name}"] = replace(
            found[name], overlay="more_time", wait=Wait(since=-12.0, asked_at=-15.0)
        )
    for name in ("idle", "enter_pin", "choose_amount", "review", "take_notes"):
        found[f"view_over_{name}"] = replace(found[name], overlay="view")
        found[f"languages_over_{name}"] = replace(found[name], overlay="languages")
    for offer in ("need", "standard"):
        found[f"offered_{offer}"] = replace(
            found["choose_amount"],
            look=Look("elder" if offer == "standard" else "standard", offer=offer, offers_made=1),
        )
    for name in ("idle", "enter_pin", "choose_amount", "enter_amount", "review", "take_card"):
        found[f"focus_at_{name}"] = replace(found[name], focus=2)
    for name in ("enter_pin", "choose_amount", "enter_amount", "review", "count_notes"):
        applied = Look(reason="RECORD", said="applied")
        found[f"applied_at_{name}"] = replace(found[name], look=applied)
        found[f"offered_at_{name}"] = replace(found[name], look=Look(offer="look", offers_made=1))
    found["saved_at_enter_pin"] = replace(
        found["enter_pin"], look=Look(reason="SAVED", said="saved_standard")
    )
    again = Look(said="standard_again")
    found["standard_again_at_enter_pin"] = replace(found["enter_pin"], look=again)
    found |= _banners(found)
    found["enter_pin_unfinished"] = replace(
        found["enter_pin_4_digits"], look=Look(said="pin_unfinished")
    )
    found["refused_at_enter_pin"] = replace(found["enter_pin"], look=Look(said="refused"))
    found["hurry_at_enter_pin"] = replace(found["enter_pin"], wait=Wait(since=-110.0))
    for name, reminded in REMINDED.items():
        found[f"reminded_at_{name}"] = replace(found[name], wait=Wait(reminded=reminded))
    found["reminded_and_offered"] = replace(
        found["authorizing"], look=Look(offer="look", offers_made=1), wait=Wait(reminded=1)
    )
    found |= _sounds(found)
    found["few_notes"] = replace(
        found["choose_amount"], machine=replace(MACHINE, cassettes=(Cassette(yuan(100), 3),))
    )
    much = Drawn(date(2026, 11, 22), yuan(9_000))
    for name in ("count_notes", "count_notes_short"):
        found[f"{name}_safe"] = replace(found[name], drawn=much)
    return {**found, **_afterwards(found)}


def _sounds(found: Mapping[str, Session]) -> dict[str, Session]:
    """The page about the voice, the headset pulled out or without sound, and a screen read aloud."""
    listening, pulled = Sound(jack=True), Sound(muted=True)
    gone = Sound(jack=True, muted=True, lost=frozenset(("headset",)))
    return {
        **{
            f"sound_over_{name}": replace(found[name], overlay="sound")
            for name in ("idle", "choose_amount", "take_notes")
        },
        "headset_at_idle": replace(found["idle"], sound=listening),
        "headset_at_review": replace(found["review"], sound=listening),
        "headset_at_sound": replace(found["choose_amount"], sound=listening, overlay="sound"),
        "unplugged_over_review": replace(found["review"], sound=pulled, overlay="unplugged"),
        "unplugged_at_take_notes": replace(found["take_notes"], sound=pulled),
        "headset_lost_over_review": replace(found["review"], sound=gone, overlay="unplugged"),
        "read_aloud_at_review": replace(found["review"], sound=Sound(aloud=True)),
    }


def _banners(found: Mapping[str, Session]) -> dict[str, Session]:
    """Lines and questions about the look that come from a card, a document or the bank."""
    pin, menu, goodbye = found["enter_pin"], found["choose_amount"], found["farewell_done"]
    wanted = Look(reason="CARD_PREF", said="card_pref", wishes=Wishes(contrast="strong"))
    other = replace(pin, evidence=Evidence(card_language="ru"))
    chosen = Look(reason="EXPLICIT", locked=True)
    by_hand = Look(wishes=Wishes(size_percent=125), by_hand=True)
    return {
        "card_pref_at_enter_pin": replace(pin, look=wanted),
        "offered_language": replace(other, look=Look(offer="language")),
        "offered_remember": replace(goodbye, look=replace(chosen, offer="remember")),
        "reminded_to_remember": replace(
            goodbye, look=replace(chosen, offer="remember"), wait=Wait(reminded=1)
        ),
        "why_by_hand": replace(menu, look=by_hand, overlay="view"),
        **{
            said: replace(goodbye, look=replace(chosen, said=said))
            for said in ("remembering", "remembered", "not_remembered")
        },
        **{
            f"document_{reason}": replace(menu, look=Look(said=f"document_{reason}"))
            for reason in get_args(UnreadDocument)
        },
    }


def _of_services() -> dict[str, Session]:
    """The screens of the services, each named `<service>_<name>`; the machine offers all of them."""
    machine = replace(MACHINE, services=NAMES)
    found = {
        f"menu_{leaf}": replace(at(s.ChoosingService(CARD, leaf=leaf)), machine=machine)
        for leaf in range(2)
    }
    found |= {
        name: replace(one, machine=replace(one.machine, services=machine.services))
        for name, one in service_samples.all_of_them(
            partial(replace, at(s.Idle()), machine=machine)
        )
    }
    return {**found, **_reminded(found), **_afterwards(found)}


REMINDED_BY_STATE = (
    *("pension_waiting", "pension_taken", "pension_no_cash"),
    *("deposit_inserting_more", "exchange_inserting", "menu_1"),
)
"""States of a screen that have a reminder of their own."""


def _reminded(found: Mapping[str, Session]) -> dict[str, Session]:
    """The first screen of every prompt of the services that waits for a person, with its reminder over it."""
    firsts: dict[str, str] = {}
    for name, one in found.items():
        prompt = phase_prompt(one)
        asks = isinstance(one.phase, ServicePhase | s.ChoosingService) and prompt.answers
        if asks and not one.overlay and not one.wait.reminded:
            firsts.setdefault(prompt.key, name)
    return {
        f"reminded_at_{name}": replace(found[name], wait=Wait(reminded=1))
        for name in dict.fromkeys((*firsts.values(), *REMINDED_BY_STATE))
    }


def _afterwards(found: Mapping[str, Session]) -> dict[str, Session]:
    """A screen for every notice that says something else where something was done before in the visit."""
    told: dict[str, str] = {}
    for name, one in found.items():
        key = text_key(one)
        if told_as(key, True) != key and not one.wait.reminded:
            told.setdefault(key, name)
    return {f"after_{name}": replace(found[name], done=True) for name in told.values()}


OF_ALL: Mapping[str, Session] = _samples()
"""The screens of every visit and of withdrawal, which every language has."""

OF_SERVICES: Mapping[str, Session] = _of_services()
"""The screens of the other services, which are in the finished languages only (`terminal.menu`)."""

SAMPLES: Mapping[str, Session] = {**OF_ALL, **OF_SERVICES}
"""Every screen, by name; the look is standard and Chinese unless the sample is about the look."""


def samples_in(language: Language) -> Mapping[str, Session]:
    """The screens that exist in a language."""
    return SAMPLES if language in VOICED else OF_ALL


def in_language(name: str, language: Language) -> bool:
    """Whether a screen exists in a language."""
    return language in VOICED or name in OF_ALL


IN_ANOTHER: Mapping[str, str] = {"saved_standard": "saved", "standard_again": "applied"}
"""What is said of a look that is not the standard one, in place of what is said of that."""


def shown_as(session: Session, profile: ProfileName, language: Language) -> Session:
    """The same session in another profile and language. What the look says of itself stays true: another
    profile than the standard one is not there by itself, and a saved one names the switch away from it."""
    look, other = session.look, profile != "standard"
    reason: s.ReasonSource = "EXPLICIT" if other and look.reason == "DEFAULT" else look.reason
    said = IN_ANOTHER.get(look.said, look.said) if other else look.said
    shown = replace(look, profile=profile, language=language, reason=reason, said=said)
    return replace(session, look=shown)
