"""What can break, by name: devices, cables, the terminal itself, power, the bank, the disk, the clock.

A kind says in words what it does, on which layer and for which machines it makes sense, between which
bounds its two numbers are drawn, and how it strikes. A strike acts on the world or arms the firmware; it
never touches the terminal. What lasts for a while ends by itself; what was armed waits for its occasion
and may never strike, so each is counted when it is set.

Line damage hurts a write in one place at most: two flips in one column, or two bytes exchanged, pass the
one-byte check of these protocols (5.6 % of messages with 2 to 4 flipped bits, reliability.md C), and what
the line cannot show the terminal cannot know. For the same reason no frame is doubled on these cables: the
dispenser has no sequence number, so a second copy of an order that nobody sent would be paid, whoever
writes the terminal. Messages to the bank are doubled.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, get_args

from sim.proof.campaign.record import Fault
from sim.world import card_reader
from sim.world.wire import BYTE_VALUES, Damage, Wire
from sim.world.world import Shape
from terminal import session as s
from terminal.ports import Seconds

if TYPE_CHECKING:
    from sim.proof.campaign.run import Run

BOTH: tuple[Shape, ...] = ("path", "presenter")
PATH: tuple[Shape, ...] = ("path",)
PRESENTER: tuple[Shape, ...] = ("presenter",)

DISPENSE = 0x52
"""The command that pays (hardware-protocols 2.4)."""

AT_ONCE = 0.3
"""The share of aimed faults that strike whenever it is."""

Strike = Callable[["Run", Fault], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault; `value` and `seconds` are the bounds between which its numbers are drawn."""

    text: str
    layer: str
    shapes: tuple[Shape, ...]
    strike: Strike
    value: tuple[float, float] = (0.0, 1.0)
    seconds: tuple[Seconds, Seconds] = (0.0, 0.0)


class OneHurt(Damage):
    """Line damage that hurts each write in one place at most."""

    def pieces(self, data: bytes) -> list[tuple[Seconds, bytes]]:
        """What becomes of one write."""
        draw = self.random
        hurt = bytearray(data)
        if data and draw.random() < self.flip + self.drop + self.stray:
            at, kind = (
                draw.randrange(len(data)),
                draw.random() * (self.flip + self.drop + self.stray),
            )
            if kind < self.flip:
                hurt[at] ^= 1 << draw.randrange(8)
            elif kind < self.flip + self.drop:
                del hurt[at]
            else:
                hurt.insert(at, draw.randrange(BYTE_VALUES))
        pause = draw.uniform(0, self.delay_seconds_max) if draw.random() < self.delay else 0.0
        if len(hurt) > 1 and draw.random() < self.split:
            at = draw.randrange(1, len(hurt))
            gap = draw.uniform(0, self.split_seconds_max)
            return [(pause, bytes(hurt[:at])), (gap, bytes(hurt[at:]))]
        return [(pause, bytes(hurt))] if hurt else []


# --- the path dispenser -----------------------------------------------------------------------------

JAM_ERRORS = (0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x29, 0x40, 0x41, 0x42, 0x43)
REFUSALS = (0x20, 0x22, 0x23, 0x26)


def _jam(run: "Run", fault: Fault) -> None:
    error = JAM_ERRORS[int(fault.value * len(JAM_ERRORS)) % len(JAM_ERRORS)]
    run.world.notes.arm("jam", after=int(fault.seconds), error=error, command=DISPENSE)


def _pick_fails(run: "Run", fault: Fault) -> None:
    run.world.notes.arm("jam", after=int(fault.seconds), error=0x01, command=DISPENSE)


def _notes_refuse(run: "Run", fault: Fault) -> None:
    error = REFUSALS[int(fault.value * len(REFUSALS)) % len(REFUSALS)]
    run.world.notes.arm("refuse", error=error, command=DISPENSE)


def _rejects(run: "Run", fault: Fault) -> None:
    run.world.notes.arm("reject", times=1 + int(fault.value), command=DISPENSE)


def _cassette_removed(run: "Run", fault: Fault) -> None:
    number = 1 + int(fault.value) % len(run.world.cassettes)
    run.world.notes.arm("cassette_removed", cassette=number, command=DISPENSE)


def _cassette_pulled(run: "Run", fault: Fault) -> None:
    number = 1 + int(fault.value) % len(run.world.cassettes)
    run.world.notes.remove_cassette(number)
    run.later(fault.seconds, lambda: run.world.notes.insert_cassette(number))


def _notes_power(memory: str) -> Strike:
    def strike(run: "Run", fault: Fault) -> None:
        run.world.notes.arm(
            "power_cut", after=int(fault.value), seconds=fault.seconds, memory=memory
        )

    return strike


def _notes_say(name: str) -> Strike:
    """Trouble in the dispenser's conversation around the order to pay."""

    def strike(run: "Run", fault: Fault) -> None:
        run.world.notes.arm(
            name,  # type: ignore[arg-type]
            times=1 + int(fault.value),
            command=DISPENSE,
            seconds=fault.seconds,
        )

    return strike


# --- the presenter, the reader ----------------------------------------------------------------------


def _presenter(name: str) -> Strike:
    def strike(run: "Run", fault: Fault) -> None:
        run.world.presenter.arm(
            name,  # type: ignore[arg-type]
            after=int(fault.seconds),
            reachable=fault.value < 0.5,
        )

    return strike


def _presenter_forgets(run: "Run", fault: Fault) -> None:
    run.world.presenter.lose_memory()


def _reader(name: str) -> Strike:
    def strike(run: "Run", fault: Fault) -> None:
        run.world.reader.arm(name, times=1 + int(fault.value))  # type: ignore[arg-type]

    return strike


def _reader_silent(run: "Run", fault: Fault) -> None:
    def fall_silent() -> None:
        run.world.reader.arm("silence")
        run.later(fault.seconds, lambda: run.world.reader.disarm("silence"))

    run.aim(fault.value, fall_silent)


READER_ERRORS: tuple[tuple[str, str, bool], ...] = (
    *(
        (code, "C30", stays)
        for code, stays in (("10", True), ("11", True), ("12", True), ("51", True))
    ),
    *((code, "C31", stays) for code, stays in (("10", True), ("40", False), ("50", False))),
    *((code, "C40", stays) for code, stays in (("17", True), ("45", False))),
    *((code, card_reader.INTAKE, True) for code in ("13", "14", "16", "18")),
    *((code, "C@0", False) for code in ("02", "43")),
    *((code, "CI", False) for code in ("60", "61", "62", "64", "66")),
    *((code, "C:0", False) for code in ("15", "31")),
    *((code, "C10", False) for code in ("30", "B0")),
)
"""Errors of hardware-protocols 4.7 at the command where they hurt, and whether they stay."""


def _reader_error(run: "Run", fault: Fault) -> None:
    code, at, stays = READER_ERRORS[int(fault.value * len(READER_ERRORS)) % len(READER_ERRORS)]
    run.world.reader.fail(code, at, 1 + int(fault.seconds), stays=stays)


# --- cables -----------------------------------------------------------------------------------------


AIMS_OF: Mapping[str, tuple[type, ...]] = {
    "reader_wire": (s.ReadingCard, s.EnteringPin, s.Authorizing, s.TakingCard, s.KeepingCard),
    "notes_wire": (
        s.TakingCard,
        s.PreparingCash,
        s.Dispensing,
        s.Dispensing,
        s.Counting,
        s.Starting,
    ),
}
"""When a pulled cable hurts most."""


def _unplug(which: str) -> Strike:
    def strike(run: "Run", fault: Fault) -> None:
        wire: Wire = getattr(run.world, which)

        def pull() -> None:
            phase = run.scene.session and run.scene.session.phase
            if which == "notes_wire" and isinstance(phase, s.Dispensing):
                run.mark("unplugged_while_dispensing")
            wire.unplug()
            run.later(fault.seconds, wire.replug)

        run.aim(fault.value, pull, AIMS_OF[which])

    return strike


def _damage(which: str, what: str) -> Strike:
    def strike(run: "Run", fault: Fault) -> None:
        wire: Wire = getattr(run.world, which)
        if wire.damage is None:
            wire.damage = OneHurt(Random(run.plan.seed))
        setattr(wire.damage, what, fault.value)
        run.later(fault.seconds, lambda: _mend(wire))

    return strike


def _mend(wire: Wire) -> None:
    wire.damage = None


# --- the terminal, power ----------------------------------------------------------------------------


POINTS_ANYWHERE, POINTS_AIMED = 60, 12
"""A visit has some 60 crash points; the phase that a death is aimed at a handful."""


def _dies(run: "Run", fault: Fault) -> None:
    digits = int(fault.value * 10_000)
    most = POINTS_ANYWHERE if fault.value < AT_ONCE else POINTS_AIMED
    run.aim(fault.value, lambda: run.light_fuse(1 + digits % most, fault.seconds))


def _dies_twice(run: "Run", fault: Fault) -> None:
    digits = int(fault.value * 10_000)
    again = 1 + digits // 7 % POINTS_AIMED
    run.aim(fault.value, lambda: run.light_fuse(1 + digits % POINTS_AIMED, fault.seconds, again))


def _power(run: "Run", fault: Fault) -> None:
    run.aim(fault.value, lambda: run.power_fails(fault))


# --- the bank ---------------------------------------------------------------------------------------

OUTCOMES = frozenset({"Complete", "Credit", "Reverse", "Suspect", "Cancel"})
MONEY = frozenset({"Authorize", "AskBank", "Instruct"})
PURPOSES: tuple[frozenset[str], ...] = (
    MONEY,
    OUTCOMES,
    MONEY,
    OUTCOMES,
    frozenset({"VerifyPin"}),
    frozenset({"EnquireCard"}),
    frozenset({"SignOn", "Echo"}),
)
"""Groups of messages that a fault may concern (`sim.world.bank.server.PURPOSES`); money twice."""


def _group(fault: Fault) -> frozenset[str]:
    """The group that the whole part of the fault's value names."""
    return PURPOSES[int(fault.value) % len(PURPOSES)]


def _turn(knob: str, value: Callable[[Fault], object]) -> Strike:
    """Turn a knob of the line for a while."""

    def strike(run: "Run", fault: Fault) -> None:
        run.turn_line(knob, value(fault), fault.seconds)

    return strike


def _bank_acts_in_silence(run: "Run", fault: Fault) -> None:
    run.turn_line("acts_in_silence", True, fault.seconds)
    run.turn_line("silent_to", MONEY if fault.value < 0.5 else OUTCOMES, fault.seconds)


def _bank_away(run: "Run", fault: Fault) -> None:
    def go_away() -> None:
        run.turn_line("refused", True, fault.seconds)
        run.world.host.drop()

    run.aim(fault.value, go_away)


def _bank_drops(run: "Run", fault: Fault) -> None:
    run.aim(fault.value, run.world.host.drop)


def _bank_restarts(run: "Run", fault: Fault) -> None:
    run.aim(fault.value, run.world.host.restart)


def _bank_restored(run: "Run", fault: Fault) -> None:
    run.bank_restored(int(fault.value))


# --- disk and clock ---------------------------------------------------------------------------------


def _disk_low(run: "Run", fault: Fault) -> None:
    run.disk_low = True
    run.later(fault.seconds, run.disk_freed)


def _disk_slow(run: "Run", fault: Fault) -> None:
    run.disk_slow_seconds = fault.value

    def fast_again() -> None:
        run.disk_slow_seconds = 0.0

    run.later(fault.seconds, fast_again)


def _disk_fails(run: "Run", fault: Fault) -> None:
    run.disk_fails_in = 1 + int(fault.value)


def _clock_jumps(run: "Run", fault: Fault) -> None:
    run.clock.jump_seconds += fault.value
    run.mark("clock_jumped")


ORDER_VALUES = (0.0, 3.99)

CATALOGUE: Mapping[str, Kind] = {
    "notes_jam": Kind(
        "a note jams after so many, with each error of the table",
        "dispenser",
        PATH,
        _jam,
        seconds=(0, 6.9),
    ),
    "notes_pick_fails": Kind(
        "a cassette gives no more notes", "dispenser", PATH, _pick_fails, seconds=(0, 4.9)
    ),
    "notes_refuse": Kind(
        "the order is refused before any motion", "dispenser", PATH, _notes_refuse
    ),
    "notes_rejects": Kind(
        "notes go to the reject tray and others are picked", "dispenser", PATH, _rejects, (0, 11.9)
    ),
    "cassette_removed": Kind(
        "a cassette is gone when the order comes",
        "dispenser",
        PATH,
        _cassette_removed,
        ORDER_VALUES,
    ),
    "cassette_pulled": Kind(
        "a cassette is out for a while", "dispenser", PATH, _cassette_pulled, ORDER_VALUES, (5, 120)
    ),
    "notes_power_kept": Kind(
        "the dispenser loses power among the notes and remembers the result before",
        "dispenser",
        PATH,
        _notes_power("old"),
        (0, 5.9),
        (0.5, 90),
    ),
    "notes_power_partial": Kind(
        "the dispenser loses power among the notes and remembers how far it came",
        "dispenser",
        PATH,
        _notes_power("partial"),
        (0, 5.9),
        (0.5, 90),
    ),
    "notes_power_lost": Kind(
        "the dispenser loses power among the notes and remembers nothing",
        "dispenser",
        PATH,
        _notes_power("lost"),
        (0, 5.9),
        (0.5, 90),
    ),
    "notes_command_lost": Kind(
        "the order never arrives", "dispenser", PATH, _notes_say("command_lost")
    ),
    "notes_nak": Kind(
        "the order is not understood", "dispenser", PATH, _notes_say("nak"), (0, 3.9)
    ),
    "notes_ack_lost": Kind(
        "the order is executed and not acknowledged", "dispenser", PATH, _notes_say("ack_lost")
    ),
    "notes_response_lost": Kind(
        "the result is lost, once or for good",
        "dispenser",
        PATH,
        _notes_say("response_lost"),
        ORDER_VALUES,
    ),
    "notes_response_corrupt": Kind(
        "the result is broken, once or for good",
        "dispenser",
        PATH,
        _notes_say("response_corrupt"),
        (0, 5.9),
    ),
    "notes_response_late": Kind(
        "the result comes late, up to after the driver gave up",
        "dispenser",
        PATH,
        _notes_say("response_delayed"),
        (0, 0.9),
        (1, 70),
    ),
    "notes_response_gap": Kind(
        "the result has a pause in it",
        "dispenser",
        PATH,
        _notes_say("response_gap"),
        (0, 0.9),
        (0.05, 0.5),
    ),
    "notes_ack_unheard": Kind(
        "our acknowledgement is lost and the result comes twice",
        "dispenser",
        PATH,
        _notes_say("host_ack_lost"),
        (0, 1.9),
    ),
    "short_pick": Kind(
        "fewer notes are stacked than ordered",
        "presenter",
        PRESENTER,
        _presenter("short_pick"),
        seconds=(0, 4.9),
    ),
    "stacker_jam": Kind(
        "a note jams on its way to the stacker",
        "presenter",
        PRESENTER,
        _presenter("stacker_jam"),
        seconds=(0, 4.9),
    ),
    "shutter_jam": Kind(
        "the shutter jams, with the notes in reach or not",
        "presenter",
        PRESENTER,
        _presenter("shutter_jam"),
    ),
    "retract_uncounted": Kind(
        "notes taken back cannot be counted",
        "presenter",
        PRESENTER,
        _presenter("retract_uncounted"),
    ),
    "presenter_forgets": Kind(
        "the presenter's memory fails", "presenter", PRESENTER, _presenter_forgets
    ),
    "reader_jam_in": Kind("a card jams on its way in", "reader", BOTH, _reader("jamOnIntake")),
    "reader_jam_back": Kind(
        "a card jams when it is drawn back", "reader", BOTH, _reader("jamOnRetrieve")
    ),
    "reader_jam_out": Kind("a card jams on its way out", "reader", BOTH, _reader("jamOnEject")),
    "reader_jam_bin": Kind(
        "a card jams on its way into the bin", "reader", BOTH, _reader("jamOnCapture")
    ),
    "reader_shutter": Kind("the card shutter sticks", "reader", BOTH, _reader("shutterStuck")),
    "reader_hangs": Kind("a command of the reader never ends", "reader", BOTH, _reader("hangs")),
    "chip_mute": Kind("the chip falls silent", "reader", BOTH, _reader("muteChip"), (0, 2.9)),
    "chip_dead": Kind("the chip does not answer", "reader", BOTH, _reader("deadChip")),
    "chip_in_parts": Kind(
        "the chip's answer comes in parts", "reader", BOTH, _reader("chipInParts")
    ),
    "reader_resets": Kind("the reader starts anew", "reader", BOTH, _reader("reset")),
    "reader_command_lost": Kind(
        "the reader misses a command", "reader", BOTH, _reader("commandLost"), (0, 2.9)
    ),
    "reader_command_refused": Kind(
        "the reader refuses a command", "reader", BOTH, _reader("commandRefused"), (0, 2.9)
    ),
    "reader_ack_lost": Kind(
        "the reader's acknowledgement is lost", "reader", BOTH, _reader("ackLost"), (0, 2.9)
    ),
    "reader_response_lost": Kind(
        "the reader's answer is lost", "reader", BOTH, _reader("responseLost"), (0, 2.9)
    ),
    "reader_response_corrupt": Kind(
        "the reader's answer is broken", "reader", BOTH, _reader("responseCorrupt"), (0, 3.9)
    ),
    "reader_gap": Kind("the reader's answer has a pause", "reader", BOTH, _reader("responseGap")),
    "reader_stray": Kind("stray bytes before an answer", "reader", BOTH, _reader("strayBytes")),
    "reader_cancel_lost": Kind("the reader misses a cancel", "reader", BOTH, _reader("cancelLost")),
    "reader_answers_late": Kind(
        "the reader answers what was cancelled", "reader", BOTH, _reader("answersAfterCancel")
    ),
    "reader_error": Kind(
        "a command of the reader fails, with the errors of the table",
        "reader",
        BOTH,
        _reader_error,
        seconds=(0, 2.9),
    ),
    "reader_silent": Kind(
        "the reader says nothing for a while", "reader", BOTH, _reader_silent, seconds=(1, 120)
    ),
    "reader_unplugged": Kind(
        "the reader's cable is out", "cable", BOTH, _unplug("reader_wire"), seconds=(0.2, 90)
    ),
    "notes_unplugged": Kind(
        "the dispenser's cable is out", "cable", PATH, _unplug("notes_wire"), seconds=(0.2, 90)
    ),
    **{
        f"{name}_{what}": Kind(
            f"on the {name}'s cable {text}",
            "cable",
            shapes,
            _damage(wire, what),
            (0.01, most),
            (5, 90),
        )
        for name, wire, shapes in (
            ("reader", "reader_wire", BOTH),
            ("notes", "notes_wire", PATH),
        )
        for what, text, most in (
            ("flip", "a bit flips in a write", 0.2),
            ("drop", "a byte of a write is lost", 0.2),
            ("stray", "a byte comes into a write", 0.2),
            ("split", "a write comes in two pieces", 0.3),
            ("delay", "a write comes late", 0.2),
        )
    },
    "dies": Kind(
        "the terminal dies at its k-th crash point from now",
        "terminal",
        BOTH,
        _dies,
        (0, 1),
        (0.5, 40),
    ),
    "dies_twice": Kind(
        "the terminal dies, and again while it starts",
        "terminal",
        BOTH,
        _dies_twice,
        (0, 1),
        (0.5, 40),
    ),
    "power": Kind(
        "the power of the whole machine fails", "power", BOTH, _power, (0, 1), (0.5, 120)
    ),
    "bank_silent": Kind(
        "the bank is silent", "bank", BOTH, _turn("silent", lambda fault: True), seconds=(5, 240)
    ),
    "bank_silent_to": Kind(
        "the bank does not answer about money, outcomes, PINs, cards or itself",
        "bank",
        BOTH,
        _turn("silent_to", _group),
        (0, 6.99),
        (5, 120),
    ),
    "bank_silent_to_money": Kind(
        "the bank does not answer about money",
        "bank",
        BOTH,
        _turn("silent_to", lambda fault: MONEY),
        seconds=(5, 120),
    ),
    "bank_acts_in_silence": Kind(
        "the bank does what it is told and the answer is lost",
        "bank",
        BOTH,
        _bank_acts_in_silence,
        seconds=(5, 120),
    ),
    "bank_slow": Kind(
        "the bank answers late, up to after we gave up",
        "bank",
        BOTH,
        _turn("reply_seconds", lambda fault: fault.value),
        (2, 40),
        (10, 90),
    ),
    "bank_answers_late": Kind(
        "answers about money overtake or come after we gave up",
        "bank",
        BOTH,
        _turn("delays", lambda fault: dict.fromkeys(MONEY | OUTCOMES, fault.value)),
        (1, 60),
        (10, 120),
    ),
    "bank_hears_late": Kind(
        "requests for money reach the bank late, after their reversal",
        "bank",
        BOTH,
        _turn("late_requests", lambda fault: dict.fromkeys(MONEY, fault.value)),
        (1, 60),
        (10, 120),
    ),
    "bank_hears_outcomes_late": Kind(
        "outcomes reach the bank late and in another order",
        "bank",
        BOTH,
        _turn("late_requests", lambda fault: dict.fromkeys(OUTCOMES, fault.value)),
        (1, 60),
        (10, 120),
    ),
    "bank_hears_twice": Kind(
        "messages reach the bank twice",
        "bank",
        BOTH,
        _turn("doubled", _group),
        (0, 6.99),
        (10, 240),
    ),
    "bank_flips": Kind(
        "bits of a message flip on the way to or from the bank",
        "bank",
        BOTH,
        _turn("flip", lambda fault: fault.value),
        (0.05, 0.6),
        (10, 120),
    ),
    "bank_meddled": Kind(
        "somebody without the key changes what terminal and bank tell each other",
        "bank",
        BOTH,
        _turn("meddles", lambda fault: True),
        seconds=(30, 300),
    ),
    "bank_away": Kind(
        "the bank turns connections away", "bank", BOTH, _bank_away, seconds=(5, 240)
    ),
    "bank_drops": Kind("the connection breaks", "bank", BOTH, _bank_drops),
    "bank_restarts": Kind("the bank's process starts anew", "bank", BOTH, _bank_restarts),
    "bank_restored": Kind(
        "the bank comes back from a backup of so many visits ago",
        "bank",
        BOTH,
        _bank_restored,
        (0, 3.99),
    ),
    "disk_low": Kind("the disk is nearly full", "disk", BOTH, _disk_low, seconds=(5, 120)),
    "disk_slow": Kind(
        "every commit takes up to four seconds", "disk", BOTH, _disk_slow, (0.05, 4), (5, 60)
    ),
    "disk_fails": Kind(
        "a write of the record fails, and every later one until the next start",
        "disk",
        BOTH,
        _disk_fails,
        (0, 60),
    ),
    "clock_jumps": Kind("the wall clock jumps", "clock", BOTH, _clock_jumps, (-90_000, 90_000)),
}
"""Every kind of fault by name."""

READER_FAULTS: tuple[card_reader.Fault, ...] = get_args(card_reader.Fault)
"""All that the reader's firmware can be armed with."""
