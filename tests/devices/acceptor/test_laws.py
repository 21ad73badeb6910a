"""Deposits with whatever can go wrong, in any order, and what must hold then: no note is lost, none is
stored twice, and nothing is said that is not so."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.world.acceptor_parts import FaultName
from sim.world.wire import Damage
from terminal import events as ev
from terminal.effects import (
    CloseAcceptor,
    Effect,
    InspectDeposit,
    OpenAcceptor,
    RetractReturned,
    ReturnNotes,
    StoreNotes,
)
from tests.devices.acceptor.rig import Rig

TXID = "t1"
WAIT = 260.0
"""Longer than any order may take, with all its tries."""

ENDS: dict[str, tuple[type[ev.Event], ...]] = {
    "open": (ev.AcceptorOpen,),
    "close": (ev.AcceptorClosed,),
    "store": (ev.NotesStored,),
    "return": (ev.NotesReturned,),
    "retract": (ev.ReturnedRetracted, ev.ReturnedTaken),
    "inspect": (ev.DepositReport,),
}
ORDERS: dict[str, Callable[[str], Effect]] = {
    "open": OpenAcceptor,
    "close": CloseAcceptor,
    "store": StoreNotes,
    "return": ReturnNotes,
    "retract": RetractReturned,
    "inspect": InspectDeposit,
}
ALWAYS = (ev.AcceptorFailed, ev.DepositUnknown)

FAULTS: tuple[FaultName, ...] = (
    *("jamFeed", "jamStore", "jamReturn", "jamSlot", "doubleFeed", "powerCut"),
    *("busy", "commandLost", "commandDoubled", "orderLate", "nak", "answerLost"),
    *("answerCorrupt", "answerCut", "answerDoubled", "answerLate", "answerInPieces", "noiseBefore"),
)


@dataclass(frozen=True)
class Armed:
    name: FaultName
    times: int
    after: int
    forgets: bool


@dataclass(frozen=True)
class Act:
    """One thing that happens: an order, notes put in, a hand, a fault, power, a restart."""

    name: str
    notes: tuple[int, ...] = ()
    fault: Armed | None = None
    seconds: float = 0.0


@dataclass
class Story:
    """A rig, and what was said about its one deposit."""

    rig: Rig
    said: list[ev.Event] = field(default_factory=list)
    taken: Counter[int] = field(default_factory=Counter)

    def do(self, act: Act) -> None:
        rig, device = self.rig, self.rig.device
        match act.name:
            case "insert":
                device.insert(*act.notes)
                self.listen(rig.rest(act.seconds))
            case "take":
                self.taken += Counter(device.take_returned(None if act.seconds > 4 else 1))
                self.listen(rig.rest(2.0))
            case "arm" if act.fault is not None:
                device.arm(act.fault.name, act.fault.times, act.fault.after, 3.0, act.fault.forgets)
            case "power":
                device.power_off(rig.clock.now(), act.seconds)
                self.listen(rig.rest(1.0))
            case "unplug":
                rig.wire.unplug()
                rig.at(act.seconds, rig.wire.replug)
                self.listen(rig.rest(1.0))
            case "cassette":
                device.remove_cassette()
                self.listen(rig.rest(act.seconds))
                device.insert_cassette()
            case "restart":
                rig.wire.replug()
                rig.start()
                self.order("inspect")
            case order:
                self.order(order)
        self.check()

    def order(self, name: str) -> None:
        self.rig.submit(ORDERS[name](TXID))
        end = self.rig.clock.now() + WAIT
        while self.rig.clock.now() < end:
            heard = self.rig.step()
            self.listen(heard)
            if any(isinstance(event, (*ENDS[name], *ALWAYS)) for event in heard):
                return
        raise AssertionError(f"{name} has no end")

    def listen(self, heard: list[ev.Event]) -> None:
        """Each event, at the instant at which it is heard."""
        self.said += heard
        for event in heard:
            self.judge(event)

    def judge(self, event: ev.Event) -> None:
        notes, device = self.rig.device.notes(), self.rig.device
        match event:
            case ev.NotesInEscrow(_, counts, _):
                known = device.deposit(TXID)
                assert known is None or known.total >= sum(n for _, n in counts)
            case ev.AcceptorClosed(_, counts):
                assert minor(notes["escrow"]) == dict(counts)
            case ev.NotesStored(_, counts) | ev.DepositReport(_, "stored", counts, _):
                assert counts is not None
                kept = Counter(notes["cassette"]) + Counter(notes["staff"])
                assert minor(kept) == dict(counts)
                assert device.stores(TXID) == 1
            case ev.NotesReturned(_, counts):
                assert minor(self.reached(notes)) == dict(counts)
            case ev.ReturnedTaken():
                assert not notes["slot"]
            case ev.ReturnedRetracted(_, counts) | ev.DepositReport(_, "retracted", counts, _):
                assert not notes["slot"]
                assert counts is None or minor(notes["retracted"]) == dict(counts)
            case ev.DepositReport(_, "escrow", counts, _):
                assert counts is not None
                assert minor(notes["escrow"]) == dict(counts)
            case ev.DepositReport(_, "none", _, _):
                assert not notes["escrow"] | notes["path"]
                assert not device.stores(TXID)
            case ev.DepositReport(_, "at_slot" | "returned", counts, occupied):
                assert counts is not None
                assert minor(self.reached(notes)) == dict(counts)
                assert occupied == bool(notes["slot"])
            case _:
                pass

    def reached(self, notes: dict[str, dict[int, int]]) -> dict[int, int]:
        """What lies in the slot or was taken from it."""
        return dict(Counter(notes["slot"]) + self.taken)

    def check(self) -> None:
        assert self.rig.is_conserved()
        assert self.rig.device.stores(TXID) <= 1
        stored = [e for e in self.said if isinstance(e, ev.NotesStored)]
        returned = [e for e in self.said if isinstance(e, ev.NotesReturned)]
        assert not (stored and returned), "stored and given back"


def minor(held: dict[int, int]) -> dict[int, int]:
    return {note * 100: n for note, n in held.items() if n and note}


arms = st.builds(
    Armed,
    st.sampled_from(FAULTS),
    st.integers(1, 4),
    st.integers(0, 3),
    st.booleans(),
)
acts = st.one_of(
    st.builds(
        Act,
        st.just("insert"),
        notes=st.lists(st.sampled_from((10, 20, 50, 100, 0)), min_size=1, max_size=4).map(tuple),
        seconds=st.floats(0.0, 12.0),
    ),
    st.builds(Act, st.sampled_from(("close", "store", "return", "retract", "open", "inspect"))),
    st.builds(Act, st.just("arm"), fault=arms),
    st.builds(Act, st.just("take"), seconds=st.floats(0.0, 8.0)),
    st.builds(
        Act,
        st.sampled_from(("power", "unplug", "cassette", "restart")),
        seconds=st.floats(0.1, 20.0),
    ),
)
WHOLE = (
    Act("open"),
    Act("insert", notes=(100, 0, 50), seconds=9.0),
    Act("close"),
)


@st.composite
def stories(draw: st.DrawFn) -> list[Act]:
    """A deposit up to an ending, with other acts strewn in."""
    ending = draw(st.sampled_from(("store", "return")))
    told = [*WHOLE, Act(ending), Act("retract")]
    for act in draw(st.lists(acts, max_size=6)):
        told.insert(draw(st.integers(0, len(told))), act)
    return [*told, Act("restart")]


@settings(
    max_examples=150,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(stories(), st.sampled_from((0.0, 0.0, 0.003, 0.01)), st.integers(0, 1_000))
def test_nothing_is_said_that_is_not_so(told: list[Act], harm: float, seed: int) -> None:
    damage = Damage.seeded(seed, flip=harm, drop=harm, stray=harm, split=harm) if harm else None
    rig = Rig(damage, awake=False)
    story = Story(rig)
    for act in told:
        story.do(act)
