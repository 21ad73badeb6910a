"""The pages behind the help key, and an outcome from which staff can be called."""

from collections.abc import Callable

from sim.stage.service_samples.transfer import WAITING
from terminal import session as s
from terminal.card import Card, Pan
from terminal.flows.balance import Asking
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
        "idle_own_line": at(phase=s.Idle(), machine=own),
        **{
            f"staff_{name}": at(
                phase=s.ChoosingService(CARD), machine=replace(machine, call=call), overlay="staff"
            )
            for name, call in CALLS.items()
        },
        **explained,
        "explain_asking": at(phase=Asking(CARD, "m1"), overlay="explain", visit="v1"),
        "explain_longest": at(
            phase=ShowingWaiting(CARD, (WAITING,)), overlay="explain", visit="v1"
        ),
        "explain_card_back": at(
            phase=s.TakingCard(None, s.Notice("service_done"), True), overlay="explain", visit="v1"
        ),
    }
