"""Customers: what they want, how fast they are, what they forget.

A person looks at what the machine asks and does one thing after another, with a pause before each.
People use the glass and the front like anybody; nothing here reaches into the machine.
"""

import random
from dataclasses import dataclass, field

from sim.world.acts import act
from sim.world.people_paying import PHASES as ERRANDS
from sim.world.people_paying import Errand
from sim.world.people_paying import deeds as errand_deeds
from sim.world.people_transfer import Transferring
from sim.world.people_transfer import deeds as transfer_deeds
from sim.world.world import World
from terminal import events as ev
from terminal import session as s
from terminal.bundles import notes_in
from terminal.flows.bills import EnteringNumber
from terminal.flows.deposit import Reviewing
from terminal.flows.escrow_screens import Changed, Inserting, TakingBack, Told
from terminal.flows.exchange import Choosing
from terminal.flows.foreign import Agreeing
from terminal.flows.transfer.phases import TransferPhase
from terminal.money import yuan
from terminal.ports import NEVER, Seconds
from terminal.prompts import prompt_of, text_key
from terminal.rules.foreign import Offer, Way
from terminal.values import replace

SNATCH_SECONDS = 0.3
"""Nobody thinks before grasping a card that goes away."""

AGAIN_SECONDS = 1.0
"""A card that the shutter did not let in is held to it again."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What one customer wants and how they behave.

    `pins` are typed one after the other, the last again and again; `amount` is pressed if the screen
    offers it and typed otherwise; `profile` and `language` are pressed before the card goes in.
    `presses_twice` does every press a second time; `changes_mind` goes back from the review once;
    `takes_some` takes only so many notes from a slot (0: all), and `late_seconds` is how long notes
    are left lying first; `pulls_card` tugs at the card while it is drawn in or taken back;
    `pushes_back` pushes it in again at the gate; `cancels_late` asks for the card while it is at the
    gate and notes would follow; `more_times` is how often the question for more time is answered yes.
    `service` is what they came for where there is a menu, `notes` (yuan; 0 is no note) what they put in, and
    `wants` what is to happen to those: `store`, `add` once more first, or `give_back`. `transfer` is what is
    sent, of those who came for that; `cancels_waiting` that they cancel what waits; `pays` how a foreign card
    is charged; `errand` is what is to be paid, of those who came for a bill, an insurance or their pension.
    """

    card: str
    pins: tuple[str, ...]
    amount: int = 500
    language: str = ""
    profile: str = ""
    switch_at_pin: str = ""
    takes_suggestion: bool = True
    takes_card: bool = True
    takes_notes: bool = True
    count: str = "right"
    stated: int = 0
    cancels_at: str = ""
    asks_help_at: str = ""
    walks_away_at: str = ""
    think_seconds: float = 2.0
    presses_twice: bool = False
    changes_mind: bool = False
    takes_some: int = 0
    late_seconds: float = 0.0
    pulls_card: str = ""
    pushes_back: bool = False
    cancels_late: bool = False
    more_times: int = 0
    service: str = "withdrawal"
    notes: tuple[int, ...] = ()
    wants: str = "store"
    transfer: Transferring | None = None
    cancels_waiting: bool = False
    pays: Way = "in_yuan"
    errand: Errand | None = None


NOTES_LIE_THERE = (s.TakingNotes, s.Counting, TakingBack)
"""When notes may lie in the slot."""

Deed = str | ev.Chosen
"""An act by name at the front, or a press on the glass."""


@dataclass(slots=True)
class Person:
    """One customer in front of the machine. `rng` varies how long they think."""

    wish: Wish
    rng: random.Random
    _looked_at: s.Session | None = None
    _seen: tuple[s.Phase, str, str] | None = None
    _plan: list[tuple[Seconds, Deed]] = field(default_factory=list)
    _pins_typed: int = 0
    _came: bool = False
    _helped: bool = False
    _gone: bool = False
    _changed: bool = False
    _pushed: bool = False
    _more: int = 0
    _put: int = 0
    _sent: bool = False

    def due(self) -> Seconds:
        """When the next deed is planned."""
        return self._plan[0][0] if self._plan else NEVER

    def look(self, session: s.Session, world: World, now: Seconds) -> None:
        """See the screen; plan what to do if it changed."""
        if session is self._looked_at:
            return
        self._looked_at = session
        seen = (session.phase, session.overlay, session.look.offer)
        if self._same(seen):
            return
        self._seen = seen
        deeds = [] if self._gone else self._deeds(session, world)
        start = now + self.wish.think_seconds * (0.75 + 0.5 * self.rng.random())
        if isinstance(session.phase, s.KeepingCard):
            start = now + SNATCH_SECONDS
        if self.wish.late_seconds and isinstance(session.phase, NOTES_LIE_THERE):
            start += self.wish.late_seconds
        self._plan = [(start + 0.4 * n, deed) for n, deed in enumerate(self._doubled(deeds))]

    def act(self, world: World, now: Seconds) -> list[ev.Chosen]:
        """Do what is due: front acts at once, presses on the glass are returned."""
        pressed: list[ev.Chosen] = []
        while self._plan and self._plan[0][0] <= now:
            deed = self._plan.pop(0)[1]
            if isinstance(deed, ev.Chosen):
                pressed.append(deed)
            elif not _done(world, deed) and deed.startswith("insert:"):
                self._plan.insert(0, (now + AGAIN_SECONDS, deed))
        return pressed

    def _doubled(self, deeds: list[Deed]) -> list[Deed]:
        """Presses done twice by a hand that is not sure of the first; keys and slots are not."""
        if not self.wish.presses_twice:
            return deeds
        return [
            again
            for deed in deeds
            for again in [deed] * (1 + (isinstance(deed, ev.Chosen) and deed.name != "digit"))
        ]

    def _same(self, seen: tuple[s.Phase, str, str]) -> bool:
        if self._seen is None:
            return False
        before = self._seen
        return (_still(before[0]), *before[1:]) == (_still(seen[0]), *seen[1:])

    def _deeds(self, session: s.Session, world: World) -> list[Deed]:
        wish, phase = self.wish, session.phase
        if session.overlay == "more_time":
            self._more += 1
            return [ev.Chosen("more_time")] * (self._more <= wish.more_times)
        if session.overlay:
            return [ev.Chosen("close")]
        here = text_key(session)
        if wish.walks_away_at == here:
            self._gone = True
            return []
        if wish.cancels_at == here:
            return [ev.Chosen("return_card")]
        if wish.asks_help_at == here and not self._helped:
            self._helped = True
            return [ev.Chosen("help")]
        return self._answers(session, phase, world)

    def _answers(self, session: s.Session, phase: s.Phase, world: World) -> list[Deed]:
        wish = self.wish
        match phase:
            case s.Idle() if not self._came:
                self._came = True
                language: list[Deed] = [ev.Chosen("language", wish.language)] * bool(wish.language)
                profile: list[Deed] = [ev.Chosen("profile", wish.profile)] * bool(wish.profile)
                pulled: list[Deed] = ["pull_card:intake"] * (wish.pulls_card == "intake")
                return [*language, *profile, f"insert:{wish.card}", *pulled]
            case s.EnteringPin():
                pin = wish.pins[min(self._pins_typed, len(wish.pins) - 1)]
                self._pins_typed += 1
                switch: list[Deed] = [ev.Chosen("profile", wish.switch_at_pin)]
                keys: list[Deed] = [f"key:{digit}" for digit in pin]
                return [*switch * bool(wish.switch_at_pin), *keys, "key:enter"]
            case s.ChoosingService():
                return [self._service(session)]
            case s.ChoosingAmount():
                return self._amount(session)
            case s.EnteringAmount():
                return [
                    *(ev.Chosen("digit", int(d)) for d in str(wish.amount)),
                    ev.Chosen("confirm"),
                ]
            case s.SuggestingAmounts(nearest=nearest) if nearest and wish.takes_suggestion:
                self.wish = replace(wish, amount=nearest[0].major)
                return [ev.Chosen("amount", nearest[0].minor)]
            case s.SuggestingAmounts():
                return [ev.Chosen("return_card")]
            case s.Reviewing() if wish.changes_mind and not self._changed:
                self._changed = True
                return [ev.Chosen("change")]
            case s.Reviewing():
                return [ev.Chosen("confirm")]
            case Agreeing(offers=offered):
                return self._agrees(offered)
            case s.TakingCard(at_gate=True, order=s.Order()) if wish.cancels_late:
                return [ev.Chosen("return_card"), "take_card"]
            case s.TakingCard(at_gate=True) if wish.pushes_back and not self._pushed:
                self._pushed = True
                return ["push_back", "take_card"]
            case s.TakingCard(at_gate=True) | s.ReturningFound(at_gate=True) if wish.takes_card:
                return ["take_card"]
            case s.KeepingCard() if wish.pulls_card == "capture":
                return ["pull_card:capture"]
            case s.TakingNotes() if wish.takes_notes:
                return [self._hand()]
            case s.Counting():
                taken: list[Deed] = [self._hand()] * (wish.takes_notes and world.shape == "path")
                return [*taken, ev.Chosen(f"count_{wish.count}")]
            case s.StatingCount():
                return [
                    *(ev.Chosen("digit", int(d)) for d in str(wish.stated)),
                    ev.Chosen("confirm"),
                ]
            case s.Explaining():
                return [ev.Chosen("understood")]
            case phase if isinstance(phase, TransferPhase):
                return self._transfers(phase)
            case phase if isinstance(phase, ERRANDS):
                return self._errand(session)
            case _:
                return self._with_notes(phase, world)

    def _transfers(self, phase: TransferPhase) -> list[Deed]:
        """What is done on a screen of a transfer. Who is called is called once: a caller who rang again
        after every pause would keep the customer there until somebody comes."""
        wish = self.wish
        deeds = transfer_deeds(phase, wish.transfer, wish.amount, wish.cancels_waiting) or []
        if wish.transfer is not None and "answer_phone" in deeds:
            self.wish = replace(wish, transfer=replace(wish.transfer, called=False))
        return deeds

    def _agrees(self, offered: tuple[Offer, ...]) -> list[Deed]:
        """With the cost of a foreign card, in the way that was wished for; somebody changes their mind first."""
        if self.wish.changes_mind and not self._changed:
            self._changed = True
            return [ev.Chosen("change")]
        ways = [one.way for one in offered]
        wanted = self.wish.pays
        return [ev.Chosen("pay", wanted if wanted in ways else ways[0])]

    def _errand(self, session: s.Session) -> list[Deed]:
        """What is done on a screen of a bill, an insurance or a pension."""
        if self.wish.errand is None:
            return [ev.Chosen("return_card")]
        done, wanted = errand_deeds(session, self.wish.errand)
        self.wish = replace(self.wish, errand=wanted)
        return done

    def _with_notes(self, phase: s.Phase, world: World) -> list[Deed]:
        """What is done at the note acceptor."""
        wish = self.wish
        match phase:
            case Inserting(held=held):
                return self._puts_in(notes_in(held.counts))
            case Reviewing(may_add=True) if wish.wants == "add":
                self.wish, self._put = replace(wish, wants="store"), 0
                return [ev.Chosen("add_notes")]
            case Reviewing() | Choosing() if wish.wants == "give_back":
                return [ev.Chosen("give_back")]
            case Reviewing():
                return [ev.Chosen("store")]
            case Choosing(at=0, mixes=mixes) if wish.changes_mind and len(mixes) > 1:
                return [ev.Chosen("other_mix")]
            case Choosing():
                return [ev.Chosen("confirm")]
            case TakingBack() if wish.takes_notes:
                return ["take_returned"]
            case Changed():
                taken: list[Deed] = [self._hand()] * (wish.takes_notes and world.shape == "path")
                return [*taken, ev.Chosen(f"count_{wish.count}")]
            case Told():
                return [ev.Chosen("done")]
            case _:
                return []

    def _puts_in(self, inside: int) -> list[Deed]:
        """The notes in the hand, then what is asked: at once, or when all are counted."""
        left = self.wish.notes[self._put :]
        self._put = len(self.wish.notes)
        if left:
            return [f"insert_notes:{','.join(str(note) if note else 'bad' for note in left)}"]
        if inside < sum(note > 0 for note in self.wish.notes) and self.wish.takes_suggestion:
            return []
        return [ev.Chosen("all_in" if inside else "give_back")]

    def _service(self, session: s.Session) -> Deed:
        """What they came for, if it is offered."""
        offered = {one.value for one in prompt_of(session).answers if one.name == "service"}
        wanted = self.wish.service
        if wanted == "transfer" and self._sent:
            return ev.Chosen("return_card")
        self._sent = wanted == "transfer"
        return ev.Chosen("service", wanted) if wanted in offered else ev.Chosen("return_card")

    def _hand(self) -> str:
        """All the notes in the slot, or some of them."""
        return f"take_notes:{self.wish.takes_some}" if self.wish.takes_some else "take_notes"

    def _amount(self, session: s.Session) -> list[Deed]:
        minor = yuan(self.wish.amount).minor
        offered = {a.value for a in prompt_of(session).answers if a.name == "amount"}
        return [ev.Chosen("amount", minor) if minor in offered else ev.Chosen("other_amount")]


def _done(world: World, deed: str) -> bool:
    """Do one deed of the hands: an act at the front, or one that only customers think of."""
    verb, _, what = deed.partition(":")
    match verb, what:
        case "take_notes", count if count:
            return _take_some(world, int(count))
        case "pull_card", "intake":
            return world.reader.pull_during_intake() is not None
        case "pull_card", _:
            return world.reader.pull_during_capture() is not None
        case "push_back", _:
            return world.reader.push_back()
        case _:
            return act(world, deed)


def _take_some(world: World, count: int) -> bool:
    """Some notes out of the slot; out of an open tray a hand takes them all."""
    if world.shape == "path":
        return world.take_notes() > 0
    taken = world.presenter.take_notes(count)
    world.purse.update(taken)
    return bool(taken)


def _still(phase: s.Phase) -> object:
    """The part of a phase that makes it a new question: digits typed do not."""
    match phase:
        case s.EnteringPin(left=left):
            return type(phase), left
        case s.EnteringAmount() | s.StatingCount():
            return type(phase)
        case TransferPhase() if hasattr(phase, "typed"):
            return type(phase), getattr(phase, "wrong", ""), getattr(phase, "refused", "")
        case EnteringNumber(refused=refused):
            return EnteringNumber, refused
        case s.TakingCard(at_gate=at_gate) | s.ReturningFound(at_gate=at_gate):
            return type(phase), at_gate
        case _:
            return phase
