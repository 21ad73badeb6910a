"""The pieces every flow shares: ids, returning the card, ending the visit, going out of service.

Nothing here decides about money; the flows do.
"""

import hashlib

from terminal import effects as fx
from terminal import session as s
from terminal.assist import may_remember
from terminal.card import Card
from terminal.cash_units import payable
from terminal.events import WHOLE
from terminal.evidence import NO_EVIDENCE
from terminal.menu import has_menu, leaves
from terminal.own import may_ask
from terminal.sound import ended
from terminal.values import replace

Step = tuple[s.Session, tuple[fx.Effect, ...]]

MONEY_DONE = frozenset({"done", "done_fee", "done_converted"})
"""The farewells after notes were taken and counted; the last two after a foreign card paid a fee."""

REFERENCE_DIGITS = 6
"""Short enough to read over a telephone, long enough to be alone among a month of visits."""


def enter(session: s.Session, phase: s.Phase, *effects: fx.Effect) -> Step:
    """Go to a phase; the clock of its wait starts when `flow.step` sees the change."""
    return replace(session, phase=phase), effects


def afresh(session: s.Session) -> s.Session:
    """The same, at the first page of the screen and with the keys on nothing: for a phase that follows one of
    its own kind."""
    return replace(session, page=0, focus=0, laid=WHOLE)


def begin(session: s.Session, card: Card) -> Step:
    """What the customer came for: asked, where there is more than one thing to do."""
    if has_menu(session):
        return to_menu(session, card)
    return enter(replace(session, serving=""), s.ChoosingAmount(card))


def to_menu(session: s.Session, card: Card) -> Step:
    """The question what for, where the tile stands of the service that was left. None is at work any more: the
    menu speaks every language."""
    free = replace(session, serving="")
    leaf = next((n for n, names in enumerate(leaves(free)) if session.serving in names), 0)
    return enter(free, s.ChoosingService(card, leaf))


def new_id(machine: s.Machine) -> tuple[str, s.Machine]:
    """A fresh 128-bit id in hex, from the entropy of this boot and a counter."""
    digest = hashlib.blake2b(
        machine.serial.to_bytes(8, "big"), digest_size=16, key=machine.entropy[:64]
    )
    return digest.hexdigest(), replace(machine, serial=machine.serial + 1)


def reference_of(identity: str) -> str:
    """The number that a customer and staff can say to each other: digits from an id."""
    return f"{int(identity[:12] or '0', 16) % 10**REFERENCE_DIGITS:0{REFERENCE_DIGITS}d}"


def with_new_visit(session: s.Session) -> s.Session:
    """The session in a visit of its own: a card is in the machine that the record does not know."""
    visit, machine = new_id(session.machine)
    return replace(session, visit=visit, machine=machine)


def offer_found(session: s.Session, order: s.OpenOrder | s.OpenDeposit | None = None) -> Step:
    """A card was found inside that nobody is served for: offer it, under a visit of its own if the
    record knows none."""
    if not session.visit:
        session = with_new_visit(session)
    return enter(session, s.ReturningFound(order), fx.EjectCard())


OF_THE_WHOLE_VISIT = frozenset(("timed_out", "cancelled", "service_stopped"))
"""Notices that say that nothing was done and no money has moved."""


def give_back(session: s.Session, notice_key: str, *before: fx.Effect, **values: object) -> Step:
    """End the visit by returning the card, saying why. PIN digits are wiped first. Where something was done
    before, nothing is said that would be untrue of the whole visit."""
    plain = session.done and notice_key in OF_THE_WHOLE_VISIT
    notice = s.Notice("stopped_after" if plain else notice_key, values)
    return enter(session, s.TakingCard(None, notice), fx.ForgetPin(), *before, fx.EjectCard())


def keep_card(
    session: s.Session,
    reason: str,
    notice_key: str,
    *before: fx.Effect,
    order: s.OpenOrder | s.OpenDeposit | None = None,
) -> Step:
    """Take the card into the retain bin, with the number it can be asked for by."""
    notice = s.Notice(notice_key, reference=reference_of(session.visit))
    return enter(
        session,
        s.KeepingCard(notice, reason, order),
        fx.ForgetPin(),
        *before,
        fx.RetainCard(reason),
    )


def explain(
    session: s.Session, key: str, identity: str, *effects: fx.Effect, **values: object
) -> Step:
    """Say an outcome, with its number, and wait until it was understood."""
    notice = s.Notice(key, values, reference_of(identity))
    return enter(session, s.Explaining(notice), *effects)


def farewell(session: s.Session, key: str, *effects: fx.Effect, **values: object) -> Step:
    """The last words of a visit; once the money is done, and if there is reason to ask, with the question
    whether the next one shall look like it, or begin with what they do most."""
    able = bool(session.enquiry) and session.machine.host_up and key in MONEY_DONE
    if able and may_remember(session.look, session.evidence, session.machine.weights):
        look = replace(session.look, offer="remember", said="")
        asked = replace(session.evidence, asked_to_remember=True)
        session = replace(session, look=look, evidence=asked)
    elif able and may_ask(session):
        session = replace(session, look=replace(session.look, offer="usual", said=""))
    return enter(session, s.Farewell(s.Notice(key, values)), *effects)


def finish(session: s.Session, *effects: fx.Effect) -> Step:
    """Forget the customer and wait for the next, or close if something must be looked at."""
    reason = closed_reason(session.machine)
    phase: s.Phase = s.OutOfService(reason) if reason else s.Idle()
    gate: fx.Effect = fx.RefuseCards() if reason else fx.AcceptCard()
    return replace(forgotten(session), phase=phase, visit="", refusals=0), (
        *effects,
        gate,
    )


def forgotten(session: s.Session) -> s.Session:
    """The session with nothing of the customer in it: look, observations, what the bank was asked, and
    the page they had open. The very same one if there is nothing to forget."""
    clean = replace(
        session,
        look=s.Look(language=session.machine.language),
        overlay="",
        page=0,
        focus=0,
        laid=WHOLE,
        evidence=NO_EVIDENCE,
        enquiry="",
        offered=(),
        usual=(),
        drawn=None,
        serving="",
        done=False,
        slip_ordered=False,
        slip_due=False,
        watched=False,
        pointed="",
        phone="",
        unknown_numbers=0,
        unknown_accounts=0,
        sound=ended(session.sound),
    )
    return session if clean == session else clean


def closed_reason(machine: s.Machine) -> str:
    """Why no visit may begin now, as a key of the catalogue, or ""."""
    if machine.reader:
        return "reader"
    if machine.record_low or machine.record_disputed:
        return "record"
    if not machine.host_up:
        return "host"
    if machine.cash or machine.doubt or not payable(machine.cassettes):
        return "cash"
    return ""


def checks(machine: s.Machine) -> tuple[fx.Effect, ...]:
    """Ask what takes and gives notes whether it can."""
    fitted = machine.acceptor != ABSENT
    return (fx.CheckCash(), fx.CheckAcceptor()) if fitted else (fx.CheckCash(),)


ABSENT = "absent"
DOUBT = "doubt"
"""Why no notes are taken: there is no acceptor; people must look at it first."""


def fit(session: s.Session, error: str) -> s.Session:
    """What the acceptor says of itself; nothing it says ends a doubt."""
    known = session.machine.acceptor
    if known in (ABSENT, DOUBT, error):
        return session
    return with_machine(session, acceptor=error)


def with_machine(session: s.Session, **facts: object) -> s.Session:
    """The session with some facts of the machine changed."""
    return replace(session, machine=replace(session.machine, **facts))  # type: ignore[arg-type]
