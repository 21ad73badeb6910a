"""The pages behind the help key, and an outcome from which staff can be called."""

from collections.abc import Callable

from sim.stage.service_samples.transfer import WAITING
from terminal import session as s
from terminal.card import Card, Pan
from terminal.flows import escrow_screens
from terminal.flows.balance import Asking
from terminal.flows.deposit import Reviewing
from terminal.flows.transfer.pending import ShowingWaiting
from terminal.money import yuan
from terminal.prompts import PROMPTS
from terminal.session import Call, Session
from terminal.values import replace

CARD = Card(Pan("6222021234567890123"), "3012", ("zh", "en"), "DEMO BANK")
MIX = (15, 0, 0, 0)

ORDER = s.Order("a" * 32, yuan(1_500), MIX, "token")
NOTICE = s.Notice("disputed", {"amount": yuan(1_500)}, "204817")

SAID: tuple[s.Phase, ...] = (
    *(s.Starting(), s.ReturningFound(), s.OutOfService("cash"), s.Idle(), s.ReadingCard()),
    *(s.AskingBank(CARD, "m1"), s.EnteringPin(CARD), s.CheckingPin(CARD, "m1")),
    *(s.ChoosingService(CARD), s.ChoosingAmount(CARD), s.EnteringAmount(CARD)),
    s.SuggestingAmounts(CARD, yuan(1_505), (yuan(1_500),)),
    s.Reviewing(CARD, yuan(1_500), MIX),
    s.Authorizing(CARD, "t" * 32, 7, yuan(1_500), MIX),
    *(s.TakingCard(ORDER, None, True), s.KeepingCard(NOTICE, "notTaken")),
    *(s.PreparingCash(ORDER), s.Dispensing(ORDER), s.TakingNotes(ORDER, MIX)),
    *(s.Retracting(ORDER, MIX), s.Counting(ORDER, MIX, yuan(1_500))),
    *(s.StatingCount(ORDER, MIX, yuan(1_500)), s.Explaining(NOTICE)),
    s.Farewell(s.Notice("goodbye")),
)
"""A phase for every explanation."""

CALLS = {
    "ringing": Call("ringing"),
    "queued": Call("queued", 9),
    "here": Call("here"),
    "busy": Call("busy"),
    "off": Call(),
}


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every page of it."""
    machine = at(phase=s.Idle()).machine
    own = replace(machine, bank_line="075588889999")
    explained = {
        f"explain_{PROMPTS[type(phase)].key}": at(phase=phase, overlay="explain", visit="v1")
        for phase in SAID
    }
    return {
        "page": at(phase=s.ChoosingService(CARD), overlay="help", visit="v1"),
        "hotlines": at(phase=s.ChoosingService(CARD), overlay="hotlines", visit="v1"),
        "hotlines_own": at(phase=s.Idle(), machine=own, overlay="hotlines"),
        "page_own": at(phase=s.ChoosingService(CARD), machine=own, overlay="help", visit="v1"),
        "idle_own_line": at(phase=s.Idle(), machine=own),
        **{
            f"staff_{name}": at(
                phase=s.ChoosingService(CARD), machine=replace(machine, call=call), overlay="staff"
            )
            for name, call in CALLS.items()
        },
        **explained,
        **{f"counter_{name}": replace(one, overlay="counter") for name, one in _left(at).items()},
        "explain_asking": at(phase=Asking(CARD, "m1"), overlay="explain", visit="v1"),
        "explain_longest": at(
            phase=ShowingWaiting(CARD, (WAITING,)), overlay="explain", visit="v1"
        ),
        "explain_card_back": at(
            phase=s.TakingCard(None, s.Notice("service_done"), True), overlay="explain", visit="v1"
        ),
    }


def _left(at: Callable[..., Session]) -> dict[str, Session]:
    """A session for everything that is said of the way to the counter (`terminal/counter.py`)."""
    notes = ((10_000, 2),)
    held = escrow_screens.Held("a" * 32, "deposit", CARD, notes)
    changed = replace(held, about="exchange", card=None)
    menu = at(phase=s.ChoosingService(CARD), visit="v1")
    phases: dict[str, s.Phase] = {
        "review": s.Reviewing(CARD, yuan(1_500), MIX),
        "pin": s.EnteringPin(CARD),
        "order": s.TakingCard(ORDER, None, True),
        "swap": s.TakingCard(s.Swap("a" * 32, "token"), None, True),
        "count": s.Counting(ORDER, MIX, yuan(1_500)),
        "changed": escrow_screens.Changed(s.Notice("exchange_changed"), MIX, yuan(100), yuan(0)),
        "notes_and_card": Reviewing(held, may_add=True),
        "notes": escrow_screens.Inserting(changed),
        "slot": escrow_screens.TakingBack(changed),
        "slot_and_card": escrow_screens.TakingBack(held),
        "at_slot": s.TakingCard(None, s.Notice("cancelled"), True),
        "cash": s.TakingNotes(ORDER, MIX),
        "moving": escrow_screens.Storing(held),
        "told": s.Explaining(NOTICE),
        "closed": s.OutOfService("cash"),
        "no_card": s.Farewell(s.Notice("goodbye")),
    }
    play, coached = s.Practice(menu, "withdrawal"), s.Look(said="coach_choose_service")
    return {
        "ready": menu,
        "idle": at(phase=s.Idle()),
        "practice": replace(menu, practice=play, serving="practice", look=coached),
        **{name: at(phase=phase, visit="v1") for name, phase in phases.items()},
    }
