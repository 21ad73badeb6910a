"""A plan from a seed: who comes to which machine, and what breaks when.

A plan is a pure function of its seed, so that a seed is all that a report has to keep. Each seed first
draws which kinds of fault exist in its world at all and how often (a swarm): a world in which everything
breaks a little finds less than many worlds in which a few things break a lot.

What a fault does is in `faults.py`; here only its name, its instant and its numbers are drawn.
"""

import random
from collections.abc import Iterator, Mapping
from typing import Final

from sim.proof.campaign import faults
from sim.proof.campaign.acceptor_faults import ACCEPTOR
from sim.proof.campaign.record import Fault, Plan
from sim.world.bank import CUSTOMERS
from sim.world.bank.customers import ABROAD, RESIDENTS
from sim.world.bank.desks import bills
from sim.world.bank.desks.pension import PENSIONS
from sim.world.bank.payees import (
    ACCOUNTS,
    LANDLORD,
    LIN_ELSEWHERE,
    LIN_SAVINGS,
    LISTED,
    NEW,
    SHOP,
    SON,
)
from sim.world.cards import CARDS
from sim.world.people import Wish
from sim.world.people_paying import Errand
from sim.world.people_transfer import Transferring
from sim.world.world import Shape
from terminal.rules.foreign import PRESSES
from terminal.values import replace

VISITS_PER_RUN = 10
"""Long enough that a run has a history (notes run low, cards are kept, a second fault meets the first);
short enough that a failing one can be read."""

SECONDS_PER_VISIT = 50.0
"""About what one visit takes with its pause: faults are spread over this many seconds for each."""

KIND_ON = 0.25
"""The share of fault kinds that exist in one world (reliability.md F.1)."""

QUIET_RUNS = 0.08
"""The share of runs without any fault: what must hold with faults must hold without."""

FAULTS_PER_VISIT = (0.1, 0.4, 1.0, 2.0)
"""How dense faults may be."""

OFTEN = {"dispenser": 3, "presenter": 3, "bank": 2, "terminal": 3}
"""Layers that strike more often than others: where money is decided."""

SCREENS = (
    "enter_pin",
    "choose_amount",
    "enter_amount",
    "review",
    "authorizing",
    "take_card",
    "take_notes",
    "count_notes",
    "state_count",
)
AMOUNTS = (10, 50, 100, 100, 200, 255, 300, 500, 500, 1000, 1370, 2000, 4990, 5000, 99_999)
OTHER_CARDS = ("dead", "transit", "expired")
"""Cards that are not, or no longer, a bank's."""


ONE: Final = "withdrawal"
ERRANDS: Final = ("bills", "insurance", "pension")
OFFERED: Final[Mapping[str, tuple[str, ...]]] = {
    ONE: (ONE,),
    "notes": (ONE, "deposit", "exchange"),
    "transfer": (ONE, "transfer"),
    "foreign": (ONE, "passport"),
    "errands": (ONE, *ERRANDS),
    "all": (ONE, "deposit", "exchange", "transfer", *ERRANDS),
}
"""What a campaign's machines offer: the services that move money, by the word of `--services`."""


def plan_for(seed: int, shape: Shape | None = None, services: str = ONE) -> Plan:
    """What this seed decides. Shapes alternate by seed unless one is asked for. With all services the
    customers and faults are those of withdrawal alone, but that some want something else, or send
    somebody who has an insurance or a pension, and that more breaks."""
    rng = random.Random(seed)
    fitted: Shape = shape or ("presenter" if seed % 2 else "path")
    visits = tuple(_wish(rng) for _ in range(VISITS_PER_RUN))
    plan = Plan(seed, fitted, visits, _faults(rng, fitted), OFFERED[services])
    plan = _with_notes(plan) if "deposit" in plan.services else plan
    plan = _with_transfers(plan) if "transfer" in plan.services else plan
    plan = _with_errands(plan) if "bills" in plan.services else plan
    return _with_visitors(plan, services) if services in VISITORS else plan


VISITORS: Final[Mapping[str, float]] = {"foreign": 0.6, "all": 0.1}
"""The share of customers with a foreign card, by the word of `--services`."""


def _with_visitors(plan: Plan, services: str) -> Plan:
    apart, share = random.Random(f"visitors {plan.seed}"), VISITORS[services]
    return replace(plan, visits=tuple(_visiting(apart, one, share) for one in plan.visits))


def _visiting(rng: random.Random, wish: Wish, share: float) -> Wish:
    """The same customer, who may come with a foreign card; such a card is good for cash alone."""
    card, pays = rng.choice(tuple(ABROAD)), rng.choice(tuple(PRESSES))
    at = "foreign.agreeing" if rng.random() < 0.1 else ""
    walks = "foreign.agreeing" if rng.random() < 0.1 else ""
    if rng.random() >= share or wish.card not in CUSTOMERS:
        return wish
    right, own = CUSTOMERS[wish.card].pin, CUSTOMERS[card].pin
    return replace(
        wish,
        card=card,
        pins=tuple(own if pin == right else pin for pin in wish.pins),
        pays=pays,
        cancels_at=at or wish.cancels_at,
        walks_away_at=walks or wish.walks_away_at,
        service=ONE,
        transfer=None,
        errand=None,
        amount=min(wish.amount, 99_999),
    )


TRANSFERS: Final = 0.6
"""The share of customers who come for a transfer, where the machine offers only that beside cash."""

SUMS: Final = (1, 100, 300, 500, 800, 1000, 3000, 5000, 8000, 60_000)

PAYEES: Final = (LANDLORD, SON, SHOP, NEW, LISTED, LIN_SAVINGS, LIN_ELSEWHERE)


def _with_transfers(plan: Plan) -> Plan:
    apart = random.Random(f"transfers {plan.seed}")
    share = TRANSFERS if "deposit" not in plan.services else TRANSFERS / 2
    return replace(plan, visits=tuple(_transferring(apart, one, share) for one in plan.visits))


def _transferring(rng: random.Random, wish: Wish, share: float) -> Wish:
    """The same customer, who may have come for a transfer, and may cancel what waits."""
    cancels = rng.random() < 0.5
    own = [ACCOUNTS[CARDS[name].pan] for name in RESIDENTS]
    to = rng.choice((*PAYEES, *PAYEES, *own))
    sent = Transferring(
        to.number,
        to.ref,
        arrival=rng.choice(("real_time", "real_time", "two_hours", "next_day", "after_24h")),
        know=rng.choices(("know", "unsure"), (9, 1))[0],
        caller=rng.choices(("nobody", "unsure", "somebody"), (18, 1, 1))[0],
        called=rng.random() < 0.1,
        keeps_draft=rng.random() < 0.5,
    )
    amount = rng.choice(SUMS)
    if rng.random() >= share:
        return replace(wish, cancels_waiting=cancels)
    return replace(wish, service="transfer", transfer=sent, amount=amount, cancels_waiting=cancels)


ERRAND_SHARE: Final = 0.6
"""The share of customers who come for an errand, where the machine offers only these beside cash."""

NUMBERS: Final = (
    *bills.EXAMPLES.items(),
    *bills.EXAMPLES.items(),
    ("water", bills.NOTHING_DUE),
    ("gas", "550183322"),
)
"""Bills that are brought, of which several customers bring the same; one has nothing due, one is nobody's."""

INSURED: Final = ("lin", "chen", "zhou", "su")
"""Who comes for an insurance: three have one that is due, one has none."""

PENSIONED: Final = tuple(PENSIONS)
"""Who comes for a pension."""

AT_ERRANDS: Final = (
    *("bills.choosing", "bills.number", "bills.review", "paying"),
    *("insurance.risk", "insurance.deciding", "pension.arrived"),
)


def _with_errands(plan: Plan) -> Plan:
    apart = random.Random(f"errands {plan.seed}")
    share = ERRAND_SHARE if "deposit" not in plan.services else ERRAND_SHARE / 2
    return replace(plan, visits=tuple(_on_errand(apart, one, share) for one in plan.visits))


def _on_errand(rng: random.Random, wish: Wish, share: float) -> Wish:
    """The same customer, or somebody who has an insurance or a pension, with an errand."""
    service = rng.choice(("bills", "bills", "bills", "insurance", "pension"))
    kind, number = rng.choice(NUMBERS)
    whose = {"insurance": rng.choice(INSURED), "pension": rng.choice(PENSIONED)}
    at, cancels, walks = rng.choice(AT_ERRANDS), rng.random() < 0.06, rng.random() < 0.06
    errand = Errand(
        kind,
        number,
        scans=rng.random() < 0.4,
        again=rng.random() < 0.3,
        renews=rng.random() < 0.7,
        takes_out=rng.random() < 0.8,
        looks_again=rng.random() < 0.15,
        says_no=rng.random() < 0.1,
        stops=rng.random() < 0.1,
    )
    if rng.random() >= share or wish.card not in CUSTOMERS:
        return wish
    card = whose.get(service, wish.card)
    pins = tuple(pin.replace(CUSTOMERS[wish.card].pin, CUSTOMERS[card].pin) for pin in wish.pins)
    return replace(
        wish,
        card=card,
        pins=pins,
        service=service,
        transfer=None,
        notes=(),
        errand=errand,
        cancels_at=at if cancels else wish.cancels_at,
        walks_away_at=at if walks else wish.walks_away_at,
    )


SERVICES_WANTED: Final = (ONE, "deposit", "deposit", "deposit", "exchange", "exchange")
IN_HAND: Final = (
    (100,),
    (100, 100),
    (100, 50, 20),
    (10,) * 5,
    (100, 0, 50),
    (0,),
    (20, 100, 100),
    (),
)
TO_CHANGE: Final = ((100,), (100,), (50,), (100, 100), (10,), (0, 100), ())
AT_NOTES: Final = (
    *("deposit.inserting", "deposit.inserting_more", "deposit.reviewing"),
    *("exchange.inserting", "exchange.choosing", "take_card_first", "escrow.taking_back"),
)


def _with_notes(plan: Plan) -> Plan:
    rng = random.Random(f"services {plan.seed}")
    visits = tuple(_wanting(rng, wish) for wish in plan.visits)
    faults_more = _of_acceptor(rng, bool(plan.faults))
    struck = tuple(sorted((*plan.faults, *faults_more), key=lambda fault: fault.at))
    return replace(plan, visits=visits, faults=struck)


def _wanting(rng: random.Random, wish: Wish) -> Wish:
    """The same customer with something else in mind."""
    service = rng.choice(SERVICES_WANTED)
    if service == ONE:
        return replace(wish, service=service)
    at = rng.choice(AT_NOTES)
    return replace(
        wish,
        service=service,
        notes=rng.choice(TO_CHANGE if service == "exchange" else IN_HAND),
        wants=rng.choice(("store", "store", "store", "add", "give_back")),
        cancels_at=at if rng.random() < 0.06 else wish.cancels_at,
        walks_away_at=at if rng.random() < 0.06 else wish.walks_away_at,
    )


def _of_acceptor(rng: random.Random, breaks: bool) -> Iterator[Fault]:
    """What breaks at the acceptor, in a world in which anything does."""
    if not breaks:
        return
    on = [kind for kind in ACCEPTOR if rng.random() < KIND_ON]
    for _ in range(round(VISITS_PER_RUN * rng.choice(FAULTS_PER_VISIT)) if on else 0):
        at = rng.uniform(0.0, VISITS_PER_RUN * SECONDS_PER_VISIT)
        yield _fault(rng, rng.choice(on), at)


def _wish(rng: random.Random) -> Wish:
    """One customer; most want their money and behave, each habit comes by itself."""

    def rarely(share: float = 0.08) -> bool:
        return rng.random() < share

    card = rng.choice(OTHER_CARDS) if rarely(0.04) else rng.choice(RESIDENTS)
    return Wish(
        card,
        _pins(rng, card),
        amount=rng.choice(AMOUNTS),
        language=rng.choice(("", "", "", "en", "zh")),
        profile=rng.choice(("", "", "", "standard", "elder")),
        switch_at_pin="elder" if rarely(0.04) else "",
        takes_suggestion=not rarely(0.2),
        takes_card=not rarely(),
        takes_notes=not rarely(0.1),
        count="wrong" if rarely(0.1) else "right",
        stated=rng.choice((0, 100, 500, 2000)),
        cancels_at=rng.choice(SCREENS) if rarely() else "",
        asks_help_at=rng.choice(SCREENS) if rarely() else "",
        walks_away_at=rng.choice(SCREENS) if rarely() else "",
        think_seconds=rng.choice((0.2, 0.2, 0.7, 0.7, 0.7, 2.0, 2.0, 5.0, 12.0)),
        presses_twice=rarely(0.06),
        changes_mind=rarely(0.05),
        takes_some=rng.randint(1, 4) if rarely() else 0,
        late_seconds=rng.choice((9.0, 29.5, 31.0, 62.0, 64.0)) if rarely(0.06) else 0.0,
        pulls_card=rng.choice(("intake", "capture")) if rarely(0.05) else "",
        pushes_back=rarely(0.04),
        cancels_late=rarely(0.04),
        more_times=rng.choice((0, 0, 0, 1, 3)),
    )


def _pins(rng: random.Random, card: str) -> tuple[str, ...]:
    """What is typed: mostly right, sometimes wrong first, seldom wrong to the end or given up."""
    customer = CUSTOMERS.get(card)
    right = customer.pin if customer else "000000"
    return rng.choices(
        ((right,), ("000000", right), ("000000", "111111", right), ("000000",), ("12",)),
        (84, 8, 4, 2, 2),
    )[0]


def _faults(rng: random.Random, shape: Shape) -> tuple[Fault, ...]:
    """The swarm: which kinds are on in this world, and when they strike."""
    if rng.random() < QUIET_RUNS:
        return ()
    on: dict[str, list[str]] = {}
    for kind, known in faults.CATALOGUE.items():
        if shape in known.shapes and rng.random() < KIND_ON:
            on.setdefault(known.layer, []).append(kind)
    if not on:
        return ()
    layers = [layer for layer in on for _ in range(OFTEN.get(layer, 1))]
    count = max(1, round(VISITS_PER_RUN * rng.choice(FAULTS_PER_VISIT)))
    struck = [rng.choice(on[rng.choice(layers)]) for _ in range(count)]
    until = VISITS_PER_RUN * SECONDS_PER_VISIT
    drawn = [_fault(rng, kind, rng.uniform(0.0, until)) for kind in struck]
    return tuple(sorted(drawn, key=lambda fault: fault.at))


def _fault(rng: random.Random, kind: str, at: float) -> Fault:
    known = ACCEPTOR[kind] if kind in ACCEPTOR else faults.CATALOGUE[kind]
    value = round(rng.uniform(*known.value), 4)
    seconds = round(rng.uniform(*known.seconds), 2)
    return Fault(kind, round(at, 3), value, seconds)
