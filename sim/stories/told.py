"""What became of stories, for a CI log and for other programs: text, JUnit XML, JSON.

A story that failed is told so that nobody needs another run to understand it: the line, what was expected,
what stood on the screen and was said, money and card, the last frames on the wire with their meaning, and
the command that plays it again. Times in JSON are the machine's own, so that equal runs give equal files; the
XML has what the play took, as whoever reads it expects.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import dropwhile, groupby
from pathlib import PurePath
from typing import Any, Final
from xml.etree import ElementTree as Xml

from sim.stories.result import Heard, Result, Shown, Step, wire_line
from sim.stories.wire import Line, tells

FRAMES_TOLD: Final = 8
"""The last frames before a failure: an order and what came of it."""

HEX_CHARS_TOLD: Final = 96
"""Of a frame in a CI log; the report has all of it."""

SAID_TOLD: Final = 3

CAME_TOLD: Final = 6
"""Screens that came in one step."""

PATIENCE_SECONDS: Final = 20.0
"""An act that took longer waited for something; a machine asks after less whether somebody is there."""


def summary(results: Sequence[Result]) -> str:
    """All of them in one line."""
    failed = sum(not one.well for one in results)
    noun = "story" if len(results) == 1 else "stories"
    return f"{len(results)} {noun}, {failed} failed."


def failure(result: Result) -> Iterator[str]:
    """A story that failed, line by line."""
    yield f"FAILED  {result.file}: {result.about}"
    if result.broke:
        yield f"  the program broke off: {result.broke}"
    for step in result.steps:
        if step.failed and not step.follows:
            yield f"  line {step.line}: {step.text}"
            yield f"    {step.failed}"
    yield from _circumstances(result)
    after = [step for step in result.steps if step.follows]
    if after:
        yield "  what does not hold either, and may only follow from that: the acts after it were not done:"
    yield from (f"    line {one.line}: {one.text}: {one.failed}" for one in after)
    yield f"  log {result.digest[:16]}; again: {result.replay}"


def _circumstances(result: Result) -> Iterator[str]:
    step = first_failed(result)
    if step is None:
        return
    until = result.steps[: step.number]
    for one in until[-1:]:
        yield from _before(one)
    yield f"  on the screen when this line began: {_read(step.before)}"
    if came := _came(step):
        yield f"  then came: {came}"
        yield f"  and at the end of waiting: {_read(step.screen)}"
    for one in (*until, step):
        yield from (f"  fault at {broken.at:.1f} s, {broken.told}" for broken in one.broken)
    said = [one for each in until for one in each.heard]
    yield from (f"  said before: {_said(one)}" for one in said[-SAID_TOLD:])
    yield from _of_many("  said then: ", [_said(one) for one in step.heard], SAID_TOLD)
    money = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in result.money.items())
    yield f"  money in yuan: {money}; the card: {result.card}"
    frames = [one for each in until for one in each.wire if tells(one)]
    if frames:
        yield "  the last on the wire:"
    yield from (_on_wire(one) for one in frames[-FRAMES_TOLD:])
    then = [_on_wire(one) for one in step.wire if tells(one)]
    yield "  on the wire then:" if then else "  on the wire then: nothing but polls"
    yield from _of_many("", then, FRAMES_TOLD)


def _before(step: Step) -> Iterator[str]:
    """The act before, if it took so long that the machine may have gone on without the customer."""
    took, came = step.until - step.at, _came(step)
    if step.kind == "act" and took > PATIENCE_SECONDS and came:
        yield f"  the line before, {step.text}, took {took:.0f} s; then came {came}"


def _came(step: Step) -> str:
    """The first of the screens after the one that stood there; what is only told otherwise is the same screen."""
    others = dropwhile(lambda one: one.key == step.before.key, step.screens)
    keys = [next(run) for _, run in groupby(others, lambda one: one.key)]
    more = f", and {len(keys) - CAME_TOLD} more" if len(keys) > CAME_TOLD else ""
    return f"{', '.join(f'{one.key} at {one.at:.1f} s' for one in keys[:CAME_TOLD])}{more}"


def _of_many(head: str, lines: Sequence[str], count: int) -> Iterator[str]:
    """The first of them; what came first says what happened, what came later is what waiting cost."""
    yield from (f"{head}{one}" for one in lines[:count])
    if len(lines) > count:
        yield f"    and {len(lines) - count} more, in the report"


def _on_wire(one: Line) -> str:
    line = wire_line(one)
    if len(one.hex) > HEX_CHARS_TOLD:
        line = line.replace(one.hex, f"{one.hex[:HEX_CHARS_TOLD]}...")
    return f"    {one.at:9.3f}  {line}"


def _read(shown: Shown) -> str:
    return f"{shown.key} ({shown.look}): {' / '.join(shown.reads) or '(nothing)'}"


def _said(one: Heard) -> str:
    return f"{one.text}{' (cut off)' if one.interrupted else ''}"


def first_failed(result: Result) -> Step | None:
    """The step that failed first, or the last one of a story that broke off."""
    if not result.steps or result.well:
        return None
    return next((step for step in result.steps if step.failed), result.steps[-1])


# --- JUnit ----------------------------------------------------------------------------------------

_NO_XML: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


def junit(results: Sequence[Result]) -> str:
    """One test case for each story. `time` is what the play took; what the machine's clock says is a property."""
    failed = sum(bool(one.failures) and not one.broke for one in results)
    counts = {
        "tests": str(len(results)),
        "failures": str(failed),
        "errors": str(sum(bool(one.broke) for one in results)),
        "time": f"{sum(one.took_seconds for one in results):.3f}",
    }
    suites = Xml.Element("testsuites", counts)
    suite = Xml.SubElement(suites, "testsuite", {"name": "stories", **counts})
    for one in results:
        _testcase(suite, one)
    Xml.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{Xml.tostring(suites, "unicode")}\n'


def _testcase(suite: Xml.Element, result: Result) -> None:
    step = first_failed(result)
    names = {
        "classname": _package(PurePath(result.file).parent) or "stories",
        "name": result.name,
        "file": result.file,
        "line": str(step.line if step else 1),
        "time": f"{result.took_seconds:.3f}",
    }
    case = Xml.SubElement(suite, "testcase", names)
    kept = Xml.SubElement(case, "properties")
    for name, value in _properties(result):
        Xml.SubElement(kept, "property", {"name": name, "value": _xml(value)})
    if step is None:
        return
    kind = "error" if result.broke else "failure"
    message = result.broke or f"line {step.line}: {step.text}: {step.failed}"
    told = Xml.SubElement(case, kind, {"message": _xml(message), "type": step.kind})
    told.text = _xml("\n".join(failure(result)))


def _package(folder: PurePath) -> str:
    """Folders as the names of a package, from wherever they are."""
    parts = (part for part in folder.parts if part not in (folder.anchor, "..", "."))
    return ".".join(part.replace(".", "_") for part in parts)


def _properties(result: Result) -> Iterator[tuple[str, str]]:
    """What a case says of itself: how long it was at the machine, and where its journal lies."""
    yield "machine_seconds", f"{result.seconds:.3f}"
    yield "seed", str(result.seed)
    if result.journal:
        yield "journal", result.journal


def _xml(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


# --- JSON -----------------------------------------------------------------------------------------


def as_json(results: Sequence[Result]) -> str:
    """Everything that was told of them, for programs."""
    failed = [one.file for one in results if not one.well]
    table = {"stories": len(results), "failed": failed, "results": [_table(one) for one in results]}
    return json.dumps(table, ensure_ascii=False, indent=1) + "\n"


def _table(result: Result) -> dict[str, Any]:
    table = asdict(result)
    del table["took_seconds"]
    table["keys"] = sorted(result.keys)
    table["well"], table["log"] = result.well, result.digest
    return table
