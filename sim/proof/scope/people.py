"""The customer: one person, who comes once, and at every point may do what is asked, do otherwise, or go
away for good.

A hand takes what is in reach whether the terminal lives or not; a press needs a terminal that hears it.
"""

from collections.abc import Iterator

from sim.proof.scope import presenter
from sim.proof.scope.outside import CASH, GLASS, READER
from sim.proof.scope.state import OFF, Move, State
from sim.proof.scope.world import ASKED, FIRST, MIX, NONE
from terminal import events as ev
from terminal import session as s

_CANCELS = ("cancels", (ev.Chosen("return_card"),))
_PRESSES: dict[type, tuple[tuple[str, tuple[ev.Event, ...]], ...]] = {
    s.EnteringPin: (("enters the PIN", (ev.PinEntered(),)), _CANCELS),
    s.ChoosingAmount: (("chooses 150", (ev.Chosen("amount", ASKED.minor),)), _CANCELS),
    s.Reviewing: (("confirms", (ev.Chosen("confirm"),)), _CANCELS),
    s.Counting: (
        ("says the count is right", (ev.Chosen("count_right"),)),
        ("says the count is wrong", (ev.Chosen("count_wrong"),)),
    ),
    s.StatingCount: (
        ("states 5", (ev.Chosen("digit", 5), ev.Chosen("confirm"))),
        ("states 900", (*(ev.Chosen("digit", d) for d in (9, 0, 0)), ev.Chosen("confirm"))),
    ),
    s.Explaining: (("understands", (ev.Chosen("understood"),)),),
    s.Farewell: (("leaves", (ev.Chosen("understood"),)),),
}


def acts(state: State, phase: s.Phase) -> Iterator[Move]:
    """What the customer may do now, apart from going away; nothing if there is nothing to do."""
    if state.world.person != "here":
        return
    yield from by_hand(state)
    for said, events in _PRESSES.get(type(phase), ()):
        presses = tuple((GLASS, event) for event in events)
        world = state.world
        if events[0] == ev.Chosen("count_wrong"):
            world = world._replace(disputed=True)
        yield f"the customer {said}", state._replace(inbox=presses, world=world)


def by_hand(state: State) -> Iterator[Move]:
    """What a hand can take, whether the machine lives or not."""
    world = state.world
    if world.person != "here":
        return
    if world.card == "gate":
        yield "the customer takes the card", takes_card(state)
    if world.shutter_open and world.exit != NONE:
        yield "the customer takes the notes", _takes_notes(state, all_of_them=True)
        if world.exit == MIX:
            yield "the customer takes one note", _takes_notes(state, all_of_them=False)


def may_cancel(state: State, phase: s.Phase) -> bool:
    """Whether somebody is there to press *return card* while an answer is on its way."""
    if state.world.person != "here":
        return False
    ordered = isinstance(phase, s.TakingCard) and phase.order is not None
    return ordered or isinstance(phase, s.Authorizing)


def takes_card(state: State) -> State:
    """The card is in the customer's hand; a reader that watches tells it."""
    world = state.world
    after = state._replace(world=world._replace(card="customer", watching=False))
    if state.session == OFF or not world.watching:
        return after
    return after._replace(inbox=(*state.inbox, (READER, ev.CardTaken())))


def _takes_notes(state: State, all_of_them: bool) -> State:
    world, emptied = presenter.taken(state.world, state.world.exit if all_of_them else FIRST)
    after = state._replace(world=world)
    if not emptied or state.session == OFF or world.last is None:
        return after
    return after._replace(inbox=(*state.inbox, (CASH, ev.NotesTaken(world.last.txid))))
