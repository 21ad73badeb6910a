"""A story from its file to its result: played line by line, told step by step.

The first line that fails ends the acts, because what follows rests on it; what must hold at the end is
asked all the same, so that a report says where money and card are. A story of which anything broke off is a
result like another.
"""

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from devices.journal_store import MEMORY
from sim.stage.log import readable
from sim.stage.reading import reads
from sim.stage.settings import Design
from sim.stories.checks import Test, tested
from sim.stories.faults import waited
from sim.stories.file import Line, Story
from sim.stories.player import AFTERWARDS_SECONDS, STUCK, Failed, Machine, Player
from sim.stories.result import Broken, Heard, Kind, Result, Shown, Step
from sim.stories.seen import DARK, Screen
from sim.stories.wire import folded
from terminal import session as s
from terminal.ports import Seconds
from terminal.values import replace

Draw = Callable[[s.Session, Seconds], str]
"""Draws a screen and gives the name of its picture."""

FOLLOWS: Final = "(may follow from the failure above) "
"""Before what failed at the end of a story whose acts had broken off: the visit went another way then."""

NANOSECONDS: Final = 1e9


def no_picture(session: s.Session, now: Seconds) -> str:
    """Nobody wants to see it."""
    return ""


@dataclass
class _Span:
    """A line while it is told: what it says, when it began and ended, what failed, what stood there then."""

    line: int
    kind: Kind
    text: str
    at: Seconds
    until: Seconds = 0.0
    failed: str = ""
    follows: bool = False
    begins: Screen = field(default_factory=lambda: Screen(0.0, DARK, None))
    ends: Screen = field(default_factory=lambda: Screen(0.0, DARK, None))
    broken: tuple[Broken, ...] = ()


@dataclass
class Telling:
    """One play of one story."""

    story: Story
    design: Design
    seed: int
    draw: Draw = no_picture
    journal: str | Path = MEMORY
    spans: list[_Span] = field(default_factory=list)
    _kept: dict[int, Shown] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.player = Player(self.story.machine, self.design, self.seed, journal=self.journal)

    def run(self) -> Result:
        """From the power on to the verdict."""
        broke = ""
        try:
            self._plays()
        except (Failed, STUCK) as trouble:
            self.spans[-1].failed = self.spans[-1].failed or str(trouble)
        except Exception as trouble:  # noqa: BLE001 - whatever it is, the line of the story must be told
            where = traceback.extract_tb(trouble.__traceback__)[-1]
            broke = f"{type(trouble).__name__} in {where.name}, line {where.lineno}: {trouble}"
        result = self._result(broke)
        self.player.close()
        return result

    def _plays(self) -> None:
        story, player = self.story, self.player
        for fault in story.faults:
            fault.arrange(player)
        self._does(1, "start", "the machine is switched on", player.begins)
        held = all(self._line(line) for line in story.lines)
        self._does(1, "end", "the end", lambda: player.passes(AFTERWARDS_SECONDS))
        for one in story.ends:
            found = tested(player, _once(one.check), one.values)
            self._note(one.number, "end", f"{one.key} = {one.value}", found, follows=not held)
        for fault in story.faults:
            idle = fault.idle(player)
            self._note(fault.line, "end", f"{fault.text} - struck", idle, follows=not held)
        for number, text, shown in player.among:
            idle = "" if shown() else waited(text)
            self._note(number, "end", f"{text} - struck", idle, follows=not held)
        if "alarms" not in {one.key for one in story.ends} and held:
            alarms = ", ".join(player.bench.bank.alarms)
            if alarms:
                self._note(1, "end", "no alarm", f"the bank raised an alarm: {alarms}")
        if "open" not in {one.key for one in story.ends} and held:
            for left in player.left_open():
                hint = f"{left}; a `wait` at the end gives it time, `open` in [end] expects it"
                self._note(1, "end", "nothing is left open", hint)
        for law in player.laws():
            self._note(1, "end", "what always holds", law)

    def _line(self, line: Line) -> bool:
        """One line of the story; False if it failed."""
        player, text, values = self.player, line.said.text, line.said.values
        player.number = line.number
        if line.check is not None:
            check = line.check
            return self._does(
                line.number, "check", text, lambda: _held(tested(player, check, values))
            )
        assert line.act is not None, "a line does or asks"
        act = line.act
        return self._does(line.number, "act", text, lambda: player.does(act, values))

    def _does(self, line: int, kind: Kind, text: str, do: Callable[[], None]) -> bool:
        span = _Span(line, kind, text, self.player.now, begins=self._stands())
        broken = self.player.seen.broken
        first = len(broken) if self.spans else 0
        self.spans.append(span)
        try:
            do()
        except Failed as trouble:
            span.failed = str(trouble)
        finally:
            span.until = self.player.now
            span.broken = tuple(broken[first:])
            span.ends = self._stands()
        return not span.failed

    def _note(self, line: int, kind: Kind, text: str, failed: str, follows: bool = False) -> None:
        now, stands = self.player.now, self._stands()
        self.spans.append(_Span(line, kind, text, now, now, failed, follows, stands, stands))

    def _stands(self) -> Screen:
        """What stands on the glass now."""
        player = self.player
        return Screen(player.now, player.screen, None if player.off else player.session)

    # --- telling ------------------------------------------------------------------------------------

    def _result(self, broke: str) -> Result:
        player, story = self.player, self.story
        steps = tuple(self._steps())
        failures = tuple(
            (one.line, f"{FOLLOWS if one.follows else ''}{one.text}: {one.failed}")
            for one in self.spans
            if one.failed
        )
        return Result(
            story.file,
            story.name,
            story.about,
            self.seed,
            steps,
            failures,
            player.money(),
            player.place_of_card(),
            frozenset(player.seen.keys()),
            player.now,
            _replay(story, self.seed),
            broke,
            "" if self.journal == MEMORY else str(self.journal),
            story.text,
            _played_on(story.machine, self.seed),
        )

    def _steps(self) -> Sequence[Step]:
        seen = self.player.seen
        wire = folded(seen.wire.lines)
        spoken = [
            Heard(one.at, one.until, one.text, one.channel, one.interrupted)
            for one in sorted(seen.spoken(), key=lambda one: one.at)
            if one.until > one.at
        ]
        rows = [
            (row.mono_ns / NANOSECONDS, readable(row)) for row in self.player.bench.store.rows()
        ]
        made = []
        for number, span in enumerate(self.spans):
            starts = 0.0 if number == 0 else span.at
            later = self.spans[number + 1 :]
            ends = later[0].at if later else float("inf")

            def within(at: Seconds, starts: Seconds = starts, ends: Seconds = ends) -> bool:
                return starts <= at < ends

            made.append(
                Step(
                    number,
                    span.line,
                    span.kind,
                    span.text,
                    span.at,
                    span.until,
                    self._shown(span.begins),
                    self._shown(span.ends),
                    tuple(self._shown(one) for one in seen.screens if within(one.at)),
                    tuple(one for one in spoken if within(one.at)),
                    tuple(one for one in wire if within(one.at)),
                    tuple(text for at, text in rows if within(at)),
                    span.broken,
                    span.failed,
                    span.follows and bool(span.failed),
                )
            )
        return made

    def _shown(self, one: Screen) -> Shown:
        if one.session is None:
            return Shown(one.at, one.key, "", ())
        known = self._kept.get(id(one.session))
        if known is None:
            look = one.session.look
            known = self._kept[id(one.session)] = Shown(
                one.at,
                one.key,
                f"{look.profile}, {look.language}",
                reads(one.session, self.design, one.at),
                self.draw(one.session, one.at),
            )
        return replace(known, at=one.at)


def _once(check: Callable[..., Test]) -> Callable[..., Test]:
    """At the end nothing is waited for."""
    return lambda *given: replace(check(*given), seconds=0.0)


def _held(found: str) -> None:
    if found:
        raise Failed(found)


def _played_on(machine: Machine, seed: int) -> str:
    """Who comes, and what there is, in one line."""
    fitted = [one for one in ("printer", "documents", "passbook") if getattr(machine, one)]
    told = {
        "card": machine.card,
        "customer": machine.customer,
        "profile": machine.profile or "as the machine decides",
        "language": machine.language or "zh",
        "dispenser": machine.shape,
        "fitted": " and ".join(fitted) or "nothing else",
        "bank": machine.bank,
        "seed": str(seed),
    }
    return ", ".join(f"{name} {value}" for name, value in told.items())


def _replay(story: Story, seed: int) -> str:
    more = "" if seed == story.seed else f" --seed {seed}"
    return f"python main.py play {story.file}{story.options}{more}"


def play(
    story: Story,
    design: Design,
    seed: int | None = None,
    draw: Draw = no_picture,
    journal: str | Path = MEMORY,
) -> Result:
    """Play a story. The same story and seed give the same result. The journal is written where it is said."""
    return Telling(story, design, story.seed if seed is None else seed, draw, journal).run()
