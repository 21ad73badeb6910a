"""One customer: sees, hears, understands, decides, and moves.

A mind knows its wish (so much money, and the card back), its language, and what it has perceived: the
`Sight` of the glass, sentences it heard, whether a voice is speaking, and what lies in the slots. It
has no other way to the machine; what it does are deeds of a body (`Down`, `Up`, `Key`, `Act`, `Gone`).

How it goes on. Words are read one after the other, each with the chance that its size, contrast and
the eyes give; what could not be read is looked at again from nearer, once. As soon as the question is
understood, from words, a pictogram, the voice or the familiar shape of the screen, and the way to answer
it was found, it is decided after a while, and the finger moves. A movement that is nearly done lands even
if the screen changes under it. A press that nothing answers is made again. Who cannot read on asks,
guesses, waits, looks for larger type, or in the end stops. Whoever is in the middle of a pause is met by
the machine's time-outs.
"""

import heapq
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sim.proof.personas import hands
from sim.proof.personas.ears import Heard, understood
from sim.proof.personas.eyes import Sight, Thing, Words, legible, reading_seconds
from sim.proof.personas.hands import varied
from sim.proof.personas.sources import AMOUNTS_YUAN, Persona, common
from sim.proof.personas.words import PICTURES, Dictionary, figure
from terminal.ports import NEVER, Seconds

WAITING_ASKS: Final = frozenset({"wait", "done", "take_card", "take_notes", "closed"})
"""What asks nothing that a finger could answer."""

UNSURE: Final = "?"
"""What somebody means who presses without knowing."""

AT_ONCE: Final = frozenset({"take_card", "take_notes", "gone"})
"""What needs no decision once it is understood."""

SNATCH_SECONDS: Final = 0.6
"""A hand to a slot that one looks at."""

STILL_SECONDS: Final = 1.0
"""Notes that have not become more for so long are all there; nobody takes them while they come."""

KEPT_SECONDS: Final = 15.0
"""A machine that asks for a card so long after it drew one in has kept it."""

ALONE_SECONDS: Final = 40.0
"""Somebody who wants to go and gets no card goes without it after this."""


@dataclass(frozen=True, slots=True)
class Slots:
    """What one sees beside the glass: a card to be taken, how many notes lie there; and what one has."""

    card_out: bool = False
    notes_out: int = 0
    has_card: bool = True
    has_notes: bool = False


@dataclass(frozen=True, slots=True)
class Perception:
    """All that reaches a customer: what is on the glass, what was said since the last time, whether a
    voice speaks now, and the slots."""

    sight: Sight
    heard: tuple[Heard, ...]
    speaks: bool
    slots: Slots


@dataclass(frozen=True, slots=True)
class Want:
    """What somebody has decided to do: `word` is what it is meant to say, at `thing` if it is on the
    glass."""

    word: str
    thing: Thing | None = None


@dataclass(frozen=True, slots=True)
class Down:
    """A finger comes down. `want` is what it is meant to say, None if nobody meant it."""

    x: float
    y: float
    want: Want | None


@dataclass(frozen=True, slots=True)
class Up:
    """The finger is lifted."""

    x: float
    y: float
    want: Want | None


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the metal pad."""

    key: str


@dataclass(frozen=True, slots=True)
class Act:
    """A hand at a slot: `insert`, `take_card`, `take_notes`."""

    name: str


@dataclass(frozen=True, slots=True)
class Gone:
    """Walked away."""


Deed = Down | Up | Key | Act | Gone


@dataclass(frozen=True, slots=True)
class Note:
    """Something to think of at a time: `read`, `look`, `decide`, `lost`, `unanswered`, `noticed`,
    `impatient`; `of` is the screen it belongs to."""

    kind: str
    of: int = 0
    words: Words | None = None
    thing: Thing | None = None
    want: Want | None = None


@dataclass
class Screen:
    """What somebody has made of the screen so far. `number` tells screens apart."""

    number: int = 0
    since: Seconds = 0.0
    asks: set[str] = field(default_factory=set)
    reading_ends: Seconds = 0.0
    leaned: bool = False
    shape_known: bool = False
    reads_all: bool = False
    listens: bool = False
    decided: bool = False
    typed_pin: bool = False
    checks: bool = True
    answered: bool = False
    pictures: dict[str, bool] = field(default_factory=dict)


@dataclass
class Mind:
    """A customer of this persona who wants `amount` yuan with this PIN. `may_enlarge` is false where
    profiles are compared: then nobody thinks of another one.

    Whether a text is legible is drawn once: what these eyes cannot make out at one size, they cannot
    by looking again, but perhaps from nearer or in larger type (`_luck` against the chance)."""

    persona: Persona
    amount: int
    pin: str
    language: Dictionary
    rng: random.Random
    may_enlarge: bool = True

    def __post_init__(self) -> None:
        self.perception: Perception | None = None
        self.known: dict[str, str] = {}
        self.asking: dict[str, frozenset[str]] = {}
        self.unreadable: set[Words] = set()
        self._luck: dict[str, float] = {}
        self.screen = Screen()
        self.lost_times = 0
        self.tries = 0
        self.stopping = False
        self.stopping_at = NEVER
        self.gone = False
        self.asked_help = 0
        self._agenda: list[tuple[Seconds, int, Note | Deed]] = []
        self._order = 0
        self._awaits: Want | None = None
        self._noticed = False
        self._notes_still_at = 0.0
        self._inserted_at = NEVER
        self._paused_until = 0.0
        self._repeat: Want | None = None
        self._chosen_text = ""
        self._enlarged = self.rng.random() >= self.persona.looks_for_larger
        self._leaves = self.rng.random() >= self.persona.prefers_standard
        self._offer_answered = False
        self._unanswered_question = self.rng.random() < self.persona.leaves_unanswered

    # --- what the body does when ------------------------------------------------------------------

    def due(self) -> Seconds:
        """When there is next something to do or to think of."""
        return self._agenda[0][0] if self._agenda else NEVER

    def act(self, now: Seconds) -> list[Deed]:
        """Everything that is due."""
        deeds: list[Deed] = []
        while self._agenda and self._agenda[0][0] <= now and not self.gone:
            at, _, item = heapq.heappop(self._agenda)
            if isinstance(item, Note):
                self._think_of(item, at)
                continue
            deeds.append(item)
            if isinstance(item, Gone):
                self.gone = True
        return deeds

    def _plan(self, at: Seconds, item: Note | Deed) -> None:
        self._order += 1
        heapq.heappush(self._agenda, (at, self._order, item))

    def _planned(self, *kinds: str) -> bool:
        return any(isinstance(item, Note) and item.kind in kinds for _, _, item in self._agenda)

    def _moving(self) -> bool:
        return any(not isinstance(item, Note) for _, _, item in self._agenda)

    def _drop(self, unwanted: Iterable[tuple[Seconds, int, Note | Deed]]) -> None:
        gone = {entry[1] for entry in unwanted}
        self._agenda = [entry for entry in self._agenda if entry[1] not in gone]
        heapq.heapify(self._agenda)

    def _forget(self, *kinds: str) -> None:
        self._drop([e for e in self._agenda if isinstance(e[2], Note) and e[2].kind in kinds])

    # --- perceiving -------------------------------------------------------------------------------

    def perceive(self, seen: Perception, now: Seconds) -> None:
        """What the senses give at this moment."""
        before, self.perception = self.perception, seen
        if before is None:
            patience = varied(self.rng, self.persona.patience_seconds)
            self._plan(now + patience, Note("impatient"))
        if before is None or seen.sight != before.sight:
            self._looks(before.sight if before else Sight(), seen.sight, now)
        if before is None or seen.slots != before.slots:
            self._slots_changed(before.slots if before else Slots(), seen.slots, now)
        if seen.speaks and before is not None and not before.speaks:
            self._awaits = None
            self._forget("unanswered")
        heard = [self._hears(sentence) for sentence in seen.heard]
        if any(heard) and self._paused_until > now:
            self._called(now)
        if any(heard) or (before is not None and before.speaks != seen.speaks):
            self._consider(now)

    def _called(self, now: Seconds) -> None:
        """Words that are understood end a pause: one looks up."""
        assert self.perception is not None
        self._paused_until = now
        self._forget("read", "look")
        self._reads(self.perception.sight, now + common("orienting_seconds"))

    def _hears(self, heard: Heard) -> bool:
        if self.rng.random() >= understood(self.persona, heard):
            return False
        asks = self.language.asks(heard.text)
        self.screen.asks |= asks
        return bool(asks)

    def _slots_changed(self, before: Slots, slots: Slots, now: Seconds) -> None:
        if slots.notes_out != before.notes_out:
            self._notes_still_at = now + STILL_SECONDS
            self._plan(self._notes_still_at, Note("still"))
        there = slots.card_out or bool(slots.notes_out)
        if there and not (before.card_out or before.notes_out):
            after = varied(self.rng, self.persona.notices_slot_seconds)
            self._plan(now + after, Note("noticed"))
        elif not there:
            self._noticed = False
            self._forget("noticed")
        self._consider(now)

    def _looks(self, before: Sight, sight: Sight, now: Seconds) -> None:
        self._awaits = None
        if sight.headline != before.headline:
            self._new_screen(now)
        self._stops_moving(before, sight, now)
        self._forget("read", "look", "unanswered")
        self._unsettles(before, sight)
        known = sight.headline == before.headline
        glance = common("known_text_seconds" if known else "orienting_seconds")
        at = max(now + glance, self._paused_until)
        self._plan(at, Note("look", self.screen.number))
        self._reads(sight, at)

    def _new_screen(self, now: Seconds) -> None:
        persona, rng = self.persona, self.rng
        self.screen = Screen(
            self.screen.number + 1,
            now,
            shape_known=rng.random() < persona.knows_machines,
            reads_all=rng.random() < persona.reads_everything,
            listens=rng.random() < persona.listens_out,
            checks=rng.random() < persona.checks_amount,
        )
        self._repeat, self.tries = None, 0
        if rng.random() < persona.lapses:
            pause = varied(rng, common("lapse_seconds"), common("lapse_spread"))
            self._paused_until = now + pause

    def _unsettles(self, before: Sight, sight: Sight) -> None:
        """What was decided about a screen that is gone, or a button that moved, is open again."""
        other = sight.headline != before.headline
        self._drop(
            [
                entry
                for entry in self._agenda
                if isinstance(entry[2], Note)
                and entry[2].kind in ("decide", "lost")
                and (other or _lacks(sight, entry[2].want))
            ]
        )

    def _stops_moving(self, before: Sight, sight: Sight, now: Seconds) -> None:
        """A screen that changed stops what has not gone too far: a finger on its way to something that
        is no longer there, and on another screen the typing."""
        late = now + self.persona.stop_seconds
        other = sight.headline != before.headline
        stopped = []
        for entry in self._agenda:
            at, _, item = entry
            match item:
                case Down(want=Want(thing=thing)) if at > late and thing not in sight.things:
                    stopped.append(entry)
                case Key() | Act() if other and at > late:
                    stopped.append(entry)
                case _:
                    pass
        if any(isinstance(item, Down) for _, _, item in stopped):
            stopped += [e for e in self._agenda if isinstance(e[2], Down | Up) and e[0] > late]
        self._drop(stopped)

    # --- reading ----------------------------------------------------------------------------------

    def _reads(self, sight: Sight, at: Seconds, distance: str = "viewing_mm") -> None:
        """Plan the reading of what is new: the words of the screen, then its buttons, the larger ones
        first."""
        for thing, words in _in_reading_order(sight):
            if words.text in self.known or words.text in self.asking:
                continue
            if words in self.unreadable and distance == "viewing_mm":
                continue
            chance = self._chance(words, distance)
            at += reading_seconds(self.persona, words, chance)
            luck = self._luck.setdefault(words.text, self.rng.random())
            kind = "read" if luck < chance else "unread"
            self._plan(at, Note("read", self.screen.number, words, thing, Want(kind)))
        for thing in sight.things:
            if thing.picture and thing.picture not in self.screen.pictures:
                self.screen.pictures[thing.picture] = self.rng.random() < common(
                    "picture_understood"
                )
                at += common("picture_seconds")
        self.screen.reading_ends = at
        self._plan(at, Note("look", self.screen.number))

    def _chance(self, words: Words, distance: str) -> float:
        persona = self.persona
        return legible(persona.acuity, persona.contrast_need, words, common(distance))

    def _has_read(self, words: Words, thing: Thing, legibly: bool) -> None:
        if not legibly:
            self.unreadable.add(words)
            if thing.shape == "button" and self.rng.random() < common("misread_share"):
                self._misreads(words)
            return
        self.unreadable.discard(words)
        if thing.shape in ("button", "dead"):
            self.known[words.text] = self.language.label(words.text)
        elif thing.shape == "words":
            self.asking[words.text] = self.language.asks(words.text)
        else:
            self.known[words.text] = words.text

    def _misreads(self, words: Words) -> None:
        """An illegible amount is taken for another one; words that are not legible are seen to be so."""
        if figure(words.text) in AMOUNTS_YUAN:
            self.known[words.text] = f"amount:{self.rng.choice(list(AMOUNTS_YUAN))}"

    # --- thinking ---------------------------------------------------------------------------------

    def _think_of(self, note: Note, now: Seconds) -> None:
        match note.kind:
            case "impatient":
                self._stop(now)
            case "noticed":
                self._noticed = True
                self._consider(now)
            case "still":
                self._consider(now)
            case _ if note.of != self.screen.number:
                pass
            case "read" if note.words and note.thing and note.want:
                self._has_read(note.words, note.thing, note.want.word == "read")
                self._consider(now)
            case "look":
                self._consider(now)
            case "decide" if note.want:
                self._moves(note.want, now)
            case "unanswered":
                self._not_answered(now)
            case "lost":
                self._is_lost(now)
            case _:
                pass

    def _stop(self, now: Seconds) -> None:
        """Enough: the card back, and away."""
        if not self.stopping:
            self.stopping, self.stopping_at = True, now
            self._plan(now + ALONE_SECONDS, Note("impatient"))
        self._consider(now)

    def _consider(self, now: Seconds) -> None:
        """Is there something to do? Then decide it after a while. If there is nothing to find out any
        more, one does not know on."""
        if self.gone or self.perception is None or self._awaits or self._moving():
            return
        if now < self._paused_until:
            return
        if self._planned("decide"):
            want = self._about_looks(self._asks(), self._labels())
            if want is None:
                return
            self._forget("decide")
        else:
            want = self._wants(now)
        if want is None:
            self._perhaps_lost(now)
            return
        self._forget("lost")
        start = now
        if want.word not in AT_ONCE and not self.screen.decided:
            if self.screen.reads_all:
                start = max(start, self.screen.reading_ends)
            if self.screen.listens and self.perception.speaks:
                return
        self._plan(start + self._decision(want), Note("decide", self.screen.number, want=want))

    def _decision(self, want: Want) -> Seconds:
        """The first answer on a screen is decided; the next ones follow from it."""
        if self.screen.decided or want.word in AT_ONCE:
            return common("known_text_seconds")
        return varied(self.rng, self.persona.decision_seconds, self.persona.decision_spread)

    def _perhaps_lost(self, now: Seconds) -> None:
        assert self.perception is not None
        if self._waits() or self.perception.speaks or self._planned("lost", "read"):
            return
        if not self.screen.leaned and any(
            words in self.unreadable for _, words in _in_reading_order(self.perception.sight)
        ):
            self.screen.leaned = True
            self._reads(self.perception.sight, now + common("leaning_seconds"), "leaning_mm")
            return
        quiet = max(0.0, self.screen.since + common("silence_seconds") - now)
        after = quiet + varied(self.rng, common("guess_seconds"))
        self._plan(now + after, Note("lost", self.screen.number))

    def _waits(self) -> bool:
        """Whether one knows that the machine is at work, or that something will come out."""
        asks = self._asks()
        return bool(asks) and asks <= WAITING_ASKS | {"changed"}

    # --- what is asked, and what one wants ----------------------------------------------------------

    def _asks(self) -> set[str]:
        """All that this screen is understood to ask."""
        assert self.perception is not None
        asks = set(self.screen.asks)
        for thing in self.perception.sight.things:
            if thing.shape == "words":
                for words in thing.words:
                    asks |= self.asking.get(words.text, frozenset())
            if self.screen.pictures.get(thing.picture):
                asks |= {PICTURES[thing.picture]} if thing.picture in PICTURES else set()
        return asks | (self._by_shape() if self.screen.shape_known else set())

    def _by_shape(self) -> set[str]:
        """What the shape of a screen tells who knows machines: places for a PIN, amounts, a pad."""
        assert self.perception is not None
        things = self.perception.sight.things
        if any(thing.shape == "dots" for thing in things):
            return {"pin"}
        labels = self._labels()
        if sum(word.startswith("digit:") for word in labels) > len(labels) // 3:
            return {"type"}
        if sum(word.startswith("amount:") for word in labels) > 1:
            return {"amount"}
        if "confirm" in labels and self._figure() is not None:
            return {"review"}
        return {"count"} if "count_right" in labels else set()

    def _labels(self) -> dict[str, Thing]:
        """The buttons that were read, by what they say."""
        assert self.perception is not None
        found: dict[str, Thing] = {}
        for thing in self.perception.sight.things:
            if thing.shape == "button" and thing.words:
                word = self.known.get(thing.words[0].text, "")
                if word:
                    found.setdefault(word, thing)
        return found

    def _figure(self) -> int | None:
        """The amount in the panel, if it was read."""
        assert self.perception is not None
        for thing in self.perception.sight.things:
            if thing.shape == "panel" and thing.words and thing.words[0].text in self.known:
                return figure(thing.words[0].text)
        return None

    def _dots(self) -> int:
        """How many digits of a PIN are seen to be there."""
        assert self.perception is not None
        return max((thing.filled for thing in self.perception.sight.things), default=0)

    def _wants(self, now: Seconds) -> Want | None:
        assert self.perception is not None
        asks, labels, slots = self._asks(), self._labels(), self.perception.slots
        for wish in (
            self._from_slots(asks, slots, now),
            self._to_leave(labels, slots, now),
            self._more_time(asks, labels),
            self._own_language(asks, labels),
            self._about_looks(asks, labels),
            self._step(asks, labels, slots, now),
            self._elsewhere(asks, labels),
        ):
            if wish is not None:
                return wish
        return None

    def _from_slots(self, asks: set[str], slots: Slots, now: Seconds) -> Want | None:
        if slots.card_out and (self._noticed or asks & {"take_card", "trouble", "done"}):
            return Want("take_card")
        still = now >= self._notes_still_at
        if slots.notes_out and still and (self._noticed or asks & {"take_notes", "count"}):
            return Want("take_notes")
        return None

    def _to_leave(self, labels: dict[str, Thing], slots: Slots, now: Seconds) -> Want | None:
        over = slots.has_card and slots.has_notes and not slots.notes_out
        if over and now >= self._notes_still_at and (self._unanswered_question or self.stopping):
            return Want("gone")
        if not self.stopping:
            return None
        if slots.has_card or now >= self.stopping_at + ALONE_SECONDS:
            return Want("gone")
        word = "return_card"
        if word in labels and self.tries <= common("presses_again"):
            return Want(word, labels[word])
        return None if self.screen.answered else Want("cancel")

    def _more_time(self, asks: set[str], labels: dict[str, Thing]) -> Want | None:
        if "more_time" in labels and ("more_time" in asks or self.screen.shape_known):
            return Want("more_time", labels["more_time"])
        return None

    def _own_language(self, asks: set[str], labels: dict[str, Thing]) -> Want | None:
        """Who can read nothing but the name of a way to their language takes it."""
        assert self.perception is not None
        read = [
            self.asking[words.text]
            for thing in self.perception.sight.things
            for words in thing.words
            if words.text in self.asking
        ]
        strange = bool(read) and not any(read)
        if not strange and "language_page" not in asks:
            return None
        return _first(labels, f"to_{self.persona.language}", "languages")

    def _about_looks(self, asks: set[str], labels: dict[str, Thing]) -> Want | None:
        if not self.may_enlarge:
            return None
        if "offer" in asks and "to_elder" in labels and not self._offer_answered:
            yes = self.rng.random() < self.persona.accepts_offer
            self._offer_answered = True
            answer = "to_elder" if yes else "offer_no"
            return Want(answer, labels[answer]) if answer in labels else None
        if "changed" in asks and not self._leaves and "to_standard" in labels:
            self._leaves = True
            return Want("to_standard", labels["to_standard"])
        if not self._enlarged and "to_elder" in labels and self.unreadable:
            self._enlarged = True
            return Want("to_elder", labels["to_elder"])
        return None

    def _step(
        self, asks: set[str], labels: dict[str, Thing], slots: Slots, now: Seconds
    ) -> Want | None:
        """The next step towards the money."""
        if "insert" in asks and now > self._inserted_at + KEPT_SECONDS:
            return Want("gone")
        if "insert" in asks and slots.has_card and not slots.has_notes:
            return Want("insert")
        if "pin" in asks and not self.screen.typed_pin:
            return Want("pin")
        if asks & {"help_page", "view_page"}:
            return _first(labels, "close", "back")
        if "type" in asks:
            return self._types(labels)
        if "review" in asks:
            read = self._figure()
            wrong = read is not None and read != self.amount and self.screen.checks
            if wrong and self._chosen_text:
                self.known[self._chosen_text] = f"amount:{read}"
            return _first(labels, "change", "back") if wrong else _first(labels, "confirm")
        if "amount" in asks:
            return _first(labels, f"amount:{self.amount}", "other_amount", "page")
        if "count" in asks and slots.has_notes:
            return _first(labels, "count_right")
        if "state_count" in asks:
            return _first(labels, "back")
        if "trouble" in asks:
            return _first(labels, "understood") or (
                Want("gone") if slots.has_card and not labels.get("change") else None
            )
        if asks & {"done", "insert"} and slots.has_card:
            return Want("gone")
        return None

    def _types(self, labels: dict[str, Thing]) -> Want | None:
        assert self.perception is not None
        panels = [t for t in self.perception.sight.things if t.shape == "panel" and t.words]
        typed = figure(panels[0].words[0].text) if panels else None
        wanted, shown = str(self.amount), str(typed or "")
        if shown == wanted:
            return _first(labels, "confirm")
        if not wanted.startswith(shown):
            return _first(labels, "clear")
        return _first(labels, f"digit:{wanted[len(shown)]}")

    def _elsewhere(self, asks: set[str], labels: dict[str, Thing]) -> Want | None:
        """What one looks for may be on the next part."""
        return _first(labels, "page") if asks & {"amount", "help_page", "view_page"} else None

    # --- moving -----------------------------------------------------------------------------------

    def _moves(self, want: Want, now: Seconds) -> None:
        persona, rng = self.persona, self.rng
        self.screen.decided = True
        typing = want.word.startswith("digit:") and self._repeat is not None
        at = now + varied(rng, persona.key_gap_seconds if typing else persona.movement_seconds)
        match want.word:
            case "gone":
                self._plan(now + SNATCH_SECONDS, Gone())
            case "insert" | "take_card" | "take_notes":
                if want.word == "insert":
                    self._inserted_at = now
                self._plan(now + SNATCH_SECONDS, Act(want.word))
                self._expects(Want(want.word), now + SNATCH_SECONDS)
            case "pin":
                self.screen.typed_pin = True
                if self._dots():
                    at += varied(rng, persona.key_gap_seconds)
                    self._plan(at, Key("clear"))
                for gap, key in hands.typed(persona, self.pin, rng):
                    at += gap
                    self._plan(at, Key(key))
                self._expects(want, at)
            case "cancel":
                self.screen.answered = True
                self._plan(at, Key("cancel"))
                self._expects(want, at)
            case _ if want.thing is not None:
                self._presses(self._slipped(want), at)
            case _:
                pass

    def _presses(self, want: Want, at: Seconds) -> None:
        assert want.thing is not None
        if want.word == "help":
            self.asked_help += 1
        for motion in hands.press(self.persona, want.thing.middle, self.rng):
            meant = want if motion.meant else None
            kind = Down if motion.kind == "down" else Up
            self._plan(at + motion.after, kind(motion.x, motion.y, meant))
        self._repeat = want
        if want.word == f"amount:{self.amount}":
            self._chosen_text = want.thing.words[0].text
        self._expects(want, at)

    def _expects(self, want: Want, at: Seconds) -> None:
        self._awaits = want
        after = varied(self.rng, self.persona.expects_seconds)
        self._plan(at + after, Note("unanswered", self.screen.number))

    def _slipped(self, want: Want) -> Want:
        """Sometimes the finger is sent to another choice than the one meant, more often among many; a
        number pad is not a choice among ten, because everybody knows where the digits are."""
        assert self.perception is not None
        assert want.thing is not None
        alike = [
            thing
            for thing in self.perception.sight.things
            if thing.shape == "button" and _alike(thing, want.thing)
        ]
        others = [thing for thing in alike if thing != want.thing]
        persona = self.persona
        many = 0 if want.word.startswith("digit:") else max(0, len(alike) - 4)
        chance = persona.slips + persona.slips_per_choice * many
        if others and self.rng.random() < chance:
            return Want(want.word, self.rng.choice(others))
        return want

    def _not_answered(self, now: Seconds) -> None:
        """Nothing seems to have happened: once more, a few times."""
        self._awaits = None
        self.tries += 1
        assert self.perception is not None
        again = self._repeat
        if self.tries <= common("presses_again") or self.stopping:
            self.screen.typed_pin = False
            if again is None or again.word == UNSURE or _lacks(self.perception.sight, again):
                self._consider(now)
            else:
                soon = now + common("known_text_seconds")
                self._plan(soon, Note("decide", self.screen.number, want=again))
        else:
            self._plan(now, Note("lost", self.screen.number))

    # --- not knowing on -----------------------------------------------------------------------------

    def _is_lost(self, now: Seconds) -> None:
        assert self.perception is not None
        slots = self.perception.slots
        if slots.has_card and slots.has_notes and not slots.notes_out:
            self._moves(Want("gone"), now)
            return
        self.lost_times += 1
        self.tries = 0
        if self.lost_times > self.persona.gives_up_after:
            self._stop(now)
            return
        want = self._way_out()
        if want is None or want.thing is None:
            self._paused_until = now + varied(self.rng, 2 * common("guess_seconds"))
            self._plan(self._paused_until, Note("look", self.screen.number))
            return
        self._presses(want, now + varied(self.rng, self.persona.movement_seconds))

    def _way_out(self) -> Want | None:
        """What this character does who cannot read on; None is waiting."""
        persona, labels = self.persona, self._labels()
        ways = [
            (persona.lost_repeats, _first(labels, "repeat")),
            (persona.lost_asks_help, _first(labels, "help")),
            (persona.lost_enlarges, _first(labels, "to_elder") if self.may_enlarge else None),
            (persona.lost_guesses, self._guess()),
        ]
        chosen = self.rng.random()
        for weight, want in ways:
            if chosen < weight:
                return want
            chosen -= weight
        return None

    def _guess(self) -> Want | None:
        """One of the largest buttons; of those that could not be read, if there are any."""
        assert self.perception is not None
        buttons = [t for t in self.perception.sight.things if t.shape == "button" and t.words]
        if not buttons:
            return None
        unread = [thing for thing in buttons if not self.known.get(thing.words[0].text)]
        buttons = unread or buttons
        largest = max(thing.em_mm for thing in buttons)
        likely = [thing for thing in buttons if thing.em_mm == largest]
        return Want(UNSURE, self.rng.choice(likely))


def _lacks(sight: Sight, want: Want | None) -> bool:
    return want is not None and want.thing is not None and want.thing not in sight.things


def _alike(one: Thing, other: Thing) -> bool:
    """Buttons of one kind: what is taken for something else is as large as it."""
    return abs(one.h - other.h) < 1.0 and abs(one.w - other.w) < 1.0


def _first(labels: dict[str, Thing], *words: str) -> Want | None:
    return next((Want(word, labels[word]) for word in words if word in labels), None)


def _in_reading_order(sight: Sight) -> Sequence[tuple[Thing, Words]]:
    """Words before buttons, larger before smaller, and then as they stand; of a button only its first
    words are looked for."""
    found = [
        (thing.shape == "button", -words.em_mm, thing.y, thing.x, thing, words)
        for thing in sight.things
        for words in (thing.words[:1] if thing.shape == "button" else thing.words)
        if thing.shape != "rail" and words.text.strip()
    ]
    found.sort(key=lambda entry: entry[:4])
    return [(thing, words) for *_, thing, words in found]
