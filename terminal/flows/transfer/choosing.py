"""From the payee to the order: what each answer leads to before anything is sent.

Every step here can be taken back, and the card can be had at any of them. Signals and plan are worked out
anew whenever a decision hangs on them, so that a telephone call that begins in between counts.
"""

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.card import Card
from terminal.flows import trusted
from terminal.flows.offer import ask_bank
from terminal.flows.transfer import sending
from terminal.flows.transfer.draft import (
    Choice,
    Draft,
    asked_now,
    plan_of,
    read_choice,
    read_payee,
    signals_of,
)
from terminal.flows.transfer.phases import (
    ACCOUNT_MAX,
    ACCOUNT_MIN,
    KEPT,
    NEW,
    TELLING,
    TRANSFER_MAX,
    AskingPayee,
    AskingPayees,
    CheckingName,
    ChoosingArrival,
    ChoosingPayee,
    EnteringSum,
    Paused,
    Questioning,
    Reminding,
    ReviewingTransfer,
    Stopped,
    TypingAccount,
)
from terminal.flows.visit import Step, afresh, enter, give_back, new_id, to_menu
from terminal.money import Amount, yuan
from terminal.rules.signals import LEADS, Answer
from terminal.rules.transfers import NOTHING, Offer
from terminal.service import ServicePhase
from terminal.values import replace

WRONG_ACCOUNT = frozenset(("unknown", "own"))
"""Refusals of an account number after which another one may be typed."""

ANSWERS: dict[str, Answer] = {name: name for answers in LEADS.values() for name in answers}


def begin(session: s.Session, card: Card) -> Step:
    """Whom the customer has paid before; or, while somebody is on the telephone, that transfers wait."""
    if paused(session):
        return enter(_heard_call(session), Paused(card))
    return ask_bank(session, card, "payees", lambda message: AskingPayees(card, message))


def paused(session: s.Session) -> bool:
    """Whether a caller is there (E.3 rule 4): the sensor says so, or the customer said so."""
    return session.machine.calling or session.phone == "declared"


def _heard_call(session: s.Session) -> s.Session:
    """A call that was sensed stays a signal for the rest of the visit."""
    sensed = session.machine.calling and not session.phone
    return replace(session, phone="sensed") if sensed else session


def step(session: s.Session, event: ev.Event) -> Step | None:
    """One step before the order, or None if the event means nothing of its own here."""
    match session.phase:
        case phase if isinstance(event, ev.PhoneCall):
            return _call(session, phase, event.present)
        case Paused() as phase:
            return _hung_up(session, phase) if event == ev.Chosen("hung_up") else None
        case AskingPayees() | AskingPayee():
            return _asked(session, event)
        case ChoosingPayee() | TypingAccount() | CheckingName():
            return _to_whom(session, event)
        case EnteringSum():
            return _how_much(session, event)
        case Questioning() | Stopped():
            return _questioned(session, event)
        case _:
            return _deciding(session, event)


# --- a telephone call -------------------------------------------------------------------------------


def _call(session: s.Session, phase: s.Phase, present: bool) -> Step | None:
    """A call that begins stops what is not sent yet; one that is over is waited for, not hurried."""
    card = getattr(phase, "card", None)
    if not present or not isinstance(card, Card) or isinstance(phase, Paused | Stopped):
        return None
    draft = getattr(phase, "draft", None)
    return enter(session, Paused(card, draft if isinstance(draft, Draft) else None))


def _hung_up(session: s.Session, phase: Paused) -> Step:
    """The call is over, says the customer; the sensor is believed more."""
    if session.machine.calling:
        return session, ()
    if phase.draft is None or not phase.draft.amount:
        over = replace(session, phone="sensed")
        return ask_bank(
            over, phase.card, "payees", lambda message: AskingPayees(phase.card, message)
        )
    return decide(replace(session, phone="sensed"), replace(phase.draft, answers=()))


# --- to whom ----------------------------------------------------------------------------------------


def _asked(session: s.Session, event: ev.Event) -> Step | None:
    phase = session.phase
    assert isinstance(phase, AskingPayees | AskingPayee)
    if getattr(event, "message", phase.message) != phase.message:
        return None
    match phase, event:
        case AskingPayees(card=card), ev.BankAnswered(fields=said):
            choice = read_choice(dict(said))
            if choice is None:
                return give_back(session, "service_declined")
            return enter(session, _first(card, choice))
        case AskingPayee(), ev.BankAnswered(fields=said):
            found = read_payee(dict(said))
            if found is None:
                return give_back(session, "service_declined")
            return _checked(session, phase, Draft(phase.card, *found, phase.choice))
        case AskingPayee(card=card, choice=choice, fresh=True), ev.BankRefused(reason=reason) if (
            reason in WRONG_ACCOUNT
        ):
            return _again(session, TypingAccount(card, choice, wrong=reason))
        case _, ev.BankRefused():
            return give_back(session, "service_declined")
        case _, ev.TimedOut():
            return give_back(session, "service_silent")
        case _:
            return None


def _first(card: Card, choice: Choice) -> ServicePhase:
    some = choice.known or choice.kept is not None
    return ChoosingPayee(card, choice) if some else TypingAccount(card, choice)


def _checked(session: s.Session, phase: AskingPayee, draft: Draft) -> Step:
    if phase.fresh:
        return enter(session, CheckingName(draft))
    if phase.amount:
        return decide(session, replace(draft, amount=phase.amount))
    return enter(session, EnteringSum(draft))


def _to_whom(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case ChoosingPayee() as phase, ev.Chosen("payee", str(value)):
            return _chosen(session, phase, value)
        case ChoosingPayee() as phase, ev.Chosen("more_payees"):
            return _turned(session, phase, phase.leaf_shown(session) + 1)
        case ChoosingPayee() as phase, ev.Chosen("back") if phase.leaf_shown(session):
            return _turned(session, phase, phase.leaf_shown(session) - 1)
        case ChoosingPayee(card=card), ev.Chosen("back"):
            return to_menu(session, card)
        case TypingAccount() as phase, _:
            return _typing(session, phase, event)
        case CheckingName(draft=draft), ev.Chosen("confirm"):
            return enter(session, EnteringSum(draft))
        case CheckingName(draft=draft), ev.Chosen("change" | "back"):
            return _again(session, TypingAccount(draft.card, draft.choice))
        case _:
            return None


ACCOUNTS_MAX = 4
"""Numbers typed in one visit that came to nothing: unknown ones, and names that were not the right one. Whoever
misreads needs two or three; whoever tries out whose account is whose gets no further."""


def _again(session: s.Session, typing: TypingAccount) -> Step:
    """Another account number after one that came to nothing, while there are tries."""
    counted = replace(session, unknown_accounts=session.unknown_accounts + 1)
    if counted.unknown_accounts >= ACCOUNTS_MAX:
        return give_back(counted, "transfer_not_found")
    return enter(counted, typing)


def _chosen(session: s.Session, phase: ChoosingPayee, value: str) -> Step | None:
    choice, kept = phase.choice, phase.choice.kept
    if value == NEW:
        return enter(session, TypingAccount(phase.card, choice))
    if value == KEPT and kept is not None:
        return _ask_payee(session, phase.card, choice, kept.ref, amount=kept.amount)
    if value in {one.ref for one in choice.known}:
        return _ask_payee(session, phase.card, choice, value)
    return None


def _turned(session: s.Session, phase: ChoosingPayee, leaf: int) -> Step | None:
    if not 0 <= leaf < len(phase.leaves(session)):
        return None
    fresh = afresh(session)
    return enter(fresh, replace(phase, leaf=leaf))


def _typing(session: s.Session, phase: TypingAccount, event: ev.Event) -> Step | None:
    match event:
        case ev.Chosen("digit", int(digit)):
            longer = f"{phase.typed}{digit}"[:ACCOUNT_MAX]
            return enter(session, replace(phase, typed=longer))
        case ev.Chosen("clear") if phase.typed:
            return enter(session, replace(phase, typed=""))
        case ev.Chosen("clear" | "back"):
            first = _first(phase.card, phase.choice)
            if isinstance(first, TypingAccount):
                return to_menu(session, phase.card)
            return enter(session, first)
        case ev.Chosen("confirm") if len(phase.typed) >= ACCOUNT_MIN:
            return _ask_payee(session, phase.card, phase.choice, phase.typed, fresh=True)
        case ev.Chosen("confirm"):
            return enter(session, replace(phase, wrong="short"))
        case _:
            return None


def _ask_payee(
    session: s.Session,
    card: Card,
    choice: Choice,
    to: str,
    *,
    fresh: bool = False,
    amount: Amount = NOTHING,
) -> Step:
    return ask_bank(
        session,
        card,
        "payee",
        lambda message: AskingPayee(card, choice, message, fresh, amount),
        (("to", to),),
    )


# --- how much ---------------------------------------------------------------------------------------


def _how_much(session: s.Session, event: ev.Event) -> Step | None:
    phase = session.phase
    assert isinstance(phase, EnteringSum)
    match event:
        case ev.Chosen("digit", int(digit)):
            longer = phase.typed * 10 + digit
            typed = longer if yuan(longer) <= TRANSFER_MAX else phase.typed
            return enter(session, replace(phase, typed=typed))
        case ev.Chosen("clear") if phase.typed:
            return enter(session, replace(phase, typed=0))
        case ev.Chosen("confirm") if phase.typed:
            return decide(session, replace(phase.draft, amount=yuan(phase.typed)))
        case ev.Chosen("clear" | "back"):
            return enter(session, _first(phase.draft.card, phase.draft.choice))
        case _:
            return None


def decide(session: s.Session, draft: Draft) -> Step:
    """With an amount: refused, asked about, or on to the arrival."""
    if paused(session):
        return enter(_heard_call(session), Paused(draft.card, draft))
    signals = signals_of(session, draft)
    made = plan_of(session, draft, signals)
    if made.refused is not None:
        return give_back(session, f"transfer_{made.refused}")
    match asked_now(draft, signals):
        case "safe_stop":
            return enter(session, Stopped(draft))
        case "help" | "continue":
            return _arrival(session, draft, made.offers)
        case question:
            fresh = afresh(session)
            return enter(fresh, Questioning(draft, question))


def _arrival(session: s.Session, draft: Draft, offers: tuple[Offer, ...]) -> Step:
    if len(offers) == 1:
        return enter(session, ReviewingTransfer(draft, offers[0]))
    return enter(session, ChoosingArrival(draft, offers))


# --- the questions ----------------------------------------------------------------------------------


def _questioned(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case Questioning() as phase, ev.Chosen("answer", str(name)) if (
            name in LEADS[phase.question]
        ):
            return _answered(session, phase, ANSWERS[name])
        case Questioning(draft=draft), ev.Chosen("back"):
            return enter(session, _sum_again(draft))
        case Stopped() as phase, ev.Chosen("keep_draft") if not phase.kept or phase.kept in TELLING:
            return _keep(session, phase)
        case Stopped() as phase, ev.Chosen("tell_trusted") if phase.kept not in (*TELLING, "asked"):
            return _tell(session, phase)
        case Stopped(kept="telling") as phase, ev.BankAnswered(message=theirs) if (
            phase.message == theirs
        ):
            return enter(session, replace(phase, kept="told"))
        case Stopped(kept="telling") as phase, ev.BankRefused(message=theirs, reason=reason) if (
            phase.message == theirs
        ):
            nobody = reason == trusted.NOBODY
            return enter(session, replace(phase, kept="nobody" if nobody else "not_told"))
        case Stopped(kept="asked") as phase, ev.BankAnswered(message=theirs) if (
            phase.message == theirs
        ):
            return enter(session, replace(phase, kept="kept"))
        case Stopped(kept="asked") as phase, ev.BankRefused(message=theirs) if (
            phase.message == theirs
        ):
            return enter(session, replace(phase, kept="not_kept"))
        case _:
            return None


def _answered(session: s.Session, phase: Questioning, answer: Answer) -> Step:
    """What this answer leads to. Who asks for somebody keeps the question: nothing happens until then."""
    if LEADS[phase.question][answer] == "help":
        return replace(session, overlay="help"), ()
    if answer == "somebody":
        session = replace(session, phone="declared")
    draft = replace(phase.draft, answers=(*phase.draft.answers, answer))
    if LEADS[phase.question][answer] == "safe_stop":
        return enter(session, Stopped(draft))
    return decide(session, draft)


def _tell(session: s.Session, phase: Stopped) -> Step:
    """The customer's own contact is asked to call them; nothing of this transfer is named."""

    def telling(message: str) -> Stopped:
        return replace(phase, kept="telling", message=message)

    return trusted.tell(session, phase.card, "unsure_transfer", telling)


def _keep(session: s.Session, phase: Stopped) -> Step:
    """The bank keeps what was decided so far, for the next visit. Nothing is sent by it."""
    draft = phase.draft
    message, machine = new_id(session.machine)
    fields = (("to", draft.payee.ref), ("amount", str(draft.amount.minor)))
    asking = replace(session, machine=machine)
    kept = replace(phase, kept="asked", message=message)
    return enter(asking, kept, fx.AskBank(message, draft.card, "transfer_draft", fields))


def _sum_again(draft: Draft) -> ServicePhase:
    """Back at the amount, with the questions to be put anew."""
    return EnteringSum(replace(draft, answers=()))


# --- when, and all of it once more ------------------------------------------------------------------


def _deciding(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase, event:
        case ChoosingArrival(draft=draft, offers=offers), ev.Chosen("arrival", name):
            chosen = next((one for one in offers if one.arrival == name), None)
            return None if chosen is None else enter(session, ReviewingTransfer(draft, chosen))
        case ChoosingArrival(draft=draft), ev.Chosen("back"):
            return enter(session, _sum_again(draft))
        case ReviewingTransfer(draft=draft), ev.Chosen("change" | "back"):
            return enter(session, _sum_again(draft))
        case ReviewingTransfer(draft=draft, offer=offer), ev.Chosen("confirm"):
            return _confirmed(session, draft, offer)
        case Reminding(draft=draft, offer=offer), ev.Chosen("confirm"):
            return _reminded(session, draft, offer)
        case Reminding(draft=draft), ev.Chosen("do_not_send"):
            return enter(session, Stopped(draft))
        case Reminding(draft=draft), ev.Chosen("change" | "back"):
            return enter(session, _sum_again(draft))
        case _:
            return None


def _confirmed(session: s.Session, draft: Draft, offer: Offer) -> Step:
    """Confirmed as it was read back: what is due before it is sent comes first. An arrival that is not
    allowed any more is not sent: it is chosen again."""
    signals = signals_of(session, draft)
    made = plan_of(session, draft, signals)
    if offer.arrival not in {one.arrival for one in made.offers}:
        return decide(session, draft)
    if asked_now(draft, signals) != "continue":
        return decide(session, draft)
    if made.reminder:
        return enter(session, Reminding(draft, offer))
    return _reminded(session, draft, offer)


def _reminded(session: s.Session, draft: Draft, offer: Offer) -> Step:
    made = plan_of(session, draft, signals_of(session, draft))
    if made.strong:
        return enter(session, sending.Summary(draft, offer))
    return sending.send(session, draft, offer)
