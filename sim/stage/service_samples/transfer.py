"""The screens of transfers: every phase, every text of it, and the longest and shortest lists and sums."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sim.stage.service_samples.balance import CARD
from terminal.flows.transfer import pending, phases, sending
from terminal.flows.transfer.draft import Before, Choice, Draft, Kept, Named, Payee
from terminal.money import yuan
from terminal.rules.transfers import SHANGHAI, Arrival, Offer
from terminal.session import Notice, Session, TakingCard
from terminal.values import replace

AT = datetime(2026, 11, 22, 10, 5, tzinfo=SHANGHAI)

KNOWN = (
    Named("p1", "赵*", "0034"),
    Named("p2", "陈*兰", "0216"),
    Named("p3", "林*雯", "9117"),
    Named("p4", "李*红", "0026"),
    Named("p5", "周*民", "0042"),
)
ALL = Choice(KNOWN, Kept("p9", yuan(500)))
"""As many as there can be, and a draft."""

PAYEE = Payee("p2", "陈*兰", "6228 **** **** 0216", "东城银行")
DRAFT = Draft(CARD, PAYEE, Before(AT), ALL, yuan(1_500))
MUCH = replace(DRAFT, amount=yuan(99_999))

LATER = Offer("after_24h", AT + timedelta(hours=24), AT + timedelta(hours=24))
AT_ONCE = Offer("real_time", AT, None)
EVERY: tuple[Arrival, ...] = ("after_24h", "next_day", "two_hours", "real_time")
OFFERS = tuple(replace(LATER, arrival=arrival) for arrival in EVERY)

TXID = "b" * 32
WAITING = pending.Waiting(TXID, "陈*兰", "0216", yuan(1_500), AT + timedelta(hours=24))
MUCH_WAITING = replace(
    WAITING, amount=yuan(99_999), until=datetime(2026, 12, 31, 23, 59, tzinfo=SHANGHAI)
)

ENDINGS = (
    *("insufficient", "nothing_agreed", "day_amount", "day_count", "year_amount"),
    *("no_chinese_fields", "unconfirmed", "cancel_unknown", "not_found"),
)
"""Why it can end with the card given back."""


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every screen of it."""
    shown = {
        "paused": phases.Paused(CARD),
        "asking_payees": phases.AskingPayees(CARD, "m1"),
        "choosing": phases.ChoosingPayee(CARD, ALL),
        "choosing_one": phases.ChoosingPayee(CARD, Choice(KNOWN[:1])),
        "choosing_more": phases.ChoosingPayee(CARD, ALL, leaf=1),
        "choosing_last": phases.ChoosingPayee(CARD, ALL, leaf=9),
        "typing": phases.TypingAccount(CARD, ALL),
        "typing_long": phases.TypingAccount(CARD, ALL, "6228480000000000216"),
        "typing_unknown": phases.TypingAccount(CARD, ALL, wrong="unknown"),
        "typing_own": phases.TypingAccount(CARD, ALL, wrong="own"),
        "typing_short": phases.TypingAccount(CARD, ALL, "62284", wrong="short"),
        "asking_payee": phases.AskingPayee(CARD, ALL, "m1", fresh=True),
        "checking": phases.CheckingName(DRAFT),
        "sum": phases.EnteringSum(DRAFT),
        "sum_typed": phases.EnteringSum(DRAFT, 99_999),
        "sum_insufficient": phases.EnteringSum(DRAFT, refused="insufficient"),
        "know_payee": phases.Questioning(DRAFT, "know_payee"),
        "on_phone": phases.Questioning(DRAFT, "someone_on_phone"),
        "stopped": phases.Stopped(DRAFT),
        "stopped_asked": phases.Stopped(DRAFT, "asked", "m1"),
        "stopped_kept": phases.Stopped(DRAFT, "kept", "m1"),
        "stopped_not_kept": phases.Stopped(DRAFT, "not_kept", "m1"),
        "stopped_telling": phases.Stopped(DRAFT, "telling", "m1"),
        "stopped_told": phases.Stopped(DRAFT, "told", "m1"),
        "stopped_nobody": phases.Stopped(DRAFT, "nobody", "m1"),
        "stopped_not_told": phases.Stopped(DRAFT, "not_told", "m1"),
        "arrival": phases.ChoosingArrival(DRAFT, OFFERS),
        "review": phases.ReviewingTransfer(DRAFT, LATER),
        "review_much": phases.ReviewingTransfer(MUCH, LATER),
        "review_real_time": phases.ReviewingTransfer(DRAFT, AT_ONCE),
        **{
            f"review_{offer.arrival}": phases.ReviewingTransfer(DRAFT, offer)
            for offer in OFFERS
            if offer.arrival in ("next_day", "two_hours")
        },
        "reminding": phases.Reminding(MUCH, LATER),
        "summary": sending.Summary(MUCH, LATER),
        "summary_read": sending.Summary(MUCH, LATER, read=True),
        "signing": sending.Signing(MUCH, LATER),
        "signing_written": sending.Signing(MUCH, LATER, 3),
        "sending": sending.Sending(CARD, DRAFT.amount, (), DRAFT, LATER),
        "sent": sending.Sent(MUCH, TXID, "after_24h", LATER.due, LATER.due),
        "sent_now": sending.Sent(DRAFT, TXID, "real_time", AT, None),
        "asking_waiting": pending.AskingWaiting(CARD, "m1"),
        "waiting": pending.ShowingWaiting(CARD, (WAITING,)),
        "waiting_several": pending.ShowingWaiting(CARD, (MUCH_WAITING, WAITING)),
        "confirm_cancel": pending.ConfirmingCancel(CARD, WAITING, (WAITING,)),
        "cancelling": pending.Cancelling(CARD, WAITING, "m1"),
        "cancelled": pending.CancelEnded(CARD, WAITING, "cancelled"),
        "too_late": pending.CancelEnded(CARD, WAITING, "too_late"),
    }
    ended = {
        end: TakingCard(None, Notice(f"transfer_{end}", reference="204817"), True)
        for end in ENDINGS
    }
    return {name: at(phase=phase, visit="v1") for name, phase in (shown | ended).items()}
