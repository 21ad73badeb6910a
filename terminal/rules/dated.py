"""Dated rules: which value a rule of accessibility.md D has on a given day.

Rules change. Each value is a row `rule_id, from, to, value, source` in `rules.toml` beside this file; a
rule that has changed has several rows, one after the other. Days are local (Asia/Shanghai); `from` is
the first day a row is in force, `to` the last one, and a row without `to` is in force until further
notice. There may be days without a rule, before its first row for one.

A source ends in the mark of accessibility.md where it has one: [S:..] read, [S~:..] weak, [M] from
memory, [D] our own. Nothing here may be quoted outside without looking at that mark.

What a rule means is the business of the file that asks for it. Reading the file is the stage's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

Value = int | str | bool

FILE: Final = "terminal/rules/rules.toml"
"""How the shipped file is named in a complaint about it."""

ROWS_MAX: Final = 500
"""Some twenty rules with a few values each and a few changes in twenty years: more is a slip."""

_KEYS_NEEDED: Final = ("rule_id", "from", "value", "source")
_KEYS: Final = (*_KEYS_NEEDED, "to")


class RuleMistake(ValueError):
    """A rule file that cannot be used, or a rule that was asked for and is not there. Says which file,
    which rule and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One value of one rule: in force from `since` to `until`, both included; None is until further
    notice. `source` says where it is from, with its mark."""

    rule_id: str
    since: date
    until: date | None
    value: Value
    source: str

    def covers(self, day: date) -> bool:
        """Whether this row is in force on that day."""
        return self.since <= day and (self.until is None or day <= self.until)

    @property
    def from_memory(self) -> bool:
        """Whether the value was written down from memory and is to be verified before it is quoted."""
        return "[M]" in self.source


Rules = Mapping[str, tuple[Row, ...]]
"""Rule id to its rows, oldest first."""


def rules_from(tables: Mapping[str, Any], file: str = FILE) -> Rules:
    """The rules from parsed TOML. Raises RuleMistake for a row that is not of the form, for rows of one
    rule that overlap or do not stand in the order of their days."""
    rows = tables.get("rule")
    if not isinstance(rows, list) or not rows or set(tables) != {"rule"}:
        raise RuleMistake(f"{file}: holds [[rule]] rows and nothing else. Write at least one.")
    if len(rows) > ROWS_MAX:
        raise RuleMistake(
            f"{file}: has {len(rows)} rows, at most {ROWS_MAX}. Remove what is not used."
        )
    found: dict[str, tuple[Row, ...]] = {}
    for place, table in enumerate(rows, start=1):
        row = _row(table, place, file)
        earlier = found.get(row.rule_id, ())
        if earlier:
            _follows(earlier[-1], row, file)
        found[row.rule_id] = (*earlier, row)
    return found


def in_force(rules: Rules, rule_id: str, day: date, file: str = FILE) -> Row | None:
    """The row of this rule on that day; None on a day without one. Raises RuleMistake for a rule that
    is not in the file."""
    if rule_id not in rules:
        known = ", ".join(sorted(rules))
        raise RuleMistake(f"{file}: there is no rule {rule_id}. Add it, or ask for one of {known}.")
    return next((row for row in rules[rule_id] if row.covers(day)), None)


def newest(rules: Rules, rule_id: str) -> Row | None:
    """The last row of this rule, for where no day is known; None if there is no such rule."""
    return rules[rule_id][-1] if rule_id in rules else None


def whole(rules: Rules, rule_id: str, day: date, file: str = FILE) -> int:
    """The number this rule has on that day. Raises RuleMistake if it has none."""
    value = _value(rules, rule_id, day, file)
    if type(value) is not int:
        raise RuleMistake(f"{file}: {rule_id}: is not a whole number: {value!r}. Write one.")
    return value


def holds(rules: Rules, rule_id: str, day: date, file: str = FILE) -> bool:
    """Whether a yes-or-no rule is in force on that day and says yes. A day without a row is a no."""
    row = in_force(rules, rule_id, day, file)
    if row is None:
        return False
    if type(row.value) is not bool:
        raise RuleMistake(f"{file}: {rule_id}: is not true or false: {row.value!r}. Write one.")
    return row.value


def _value(rules: Rules, rule_id: str, day: date, file: str) -> Value:
    row = in_force(rules, rule_id, day, file)
    if row is None:
        raise RuleMistake(f"{file}: {rule_id}: has no row for {day}. Add one that covers that day.")
    return row.value


def _row(table: Any, place: int, file: str) -> Row:
    where = f"{file}: row {place}"
    if not isinstance(table, dict):
        raise RuleMistake(f"{where}: is not a table. Write it under [[rule]].")
    rule_id = table.get("rule_id")
    if not isinstance(rule_id, str) or not rule_id.strip():
        raise RuleMistake(f'{where}: has no rule_id. Write one such as "CN-05.strong_above_yuan".')
    where = f"{file}: {rule_id} (row {place})"
    _keys(table, where)
    since = _day(table["from"], "from", where)
    until = _day(table["to"], "to", where) if "to" in table else None
    if until is not None and until < since:
        raise RuleMistake(
            f"{where}: to = {until} is before from = {since}. Exchange or correct them."
        )
    value, source = table["value"], table["source"]
    if type(value) not in (int, str, bool):
        raise RuleMistake(
            f"{where}: value is a whole number, text, true or false, found {value!r}."
        )
    if not isinstance(source, str) or not source.strip():
        raise RuleMistake(f"{where}: has no source. Say where the value is from.")
    return Row(rule_id, since, until, value, source)


def _keys(table: Mapping[str, Any], where: str) -> None:
    missing = [key for key in _KEYS_NEEDED if key not in table]
    unknown = [key for key in table if key not in _KEYS]
    if missing:
        raise RuleMistake(f"{where}: {missing[0]} is missing. Add it.")
    if unknown:
        raise RuleMistake(f"{where}: {unknown[0]} is unknown. Known are {', '.join(_KEYS)}.")


def _day(value: object, key: str, where: str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise RuleMistake(
        f"{where}: {key} is a day such as 2026-01-01, without quotes, found {value!r}."
    )


def _follows(before: Row, after: Row, file: str) -> None:
    where = f"{file}: {after.rule_id}"
    if after.since <= before.since:
        raise RuleMistake(
            f"{where}: the row from {after.since} stands after the one from {before.since}. "
            "Put the older one first."
        )
    if before.until is None or after.since <= before.until:
        raise RuleMistake(
            f"{where}: the rows from {before.since} and from {after.since} overlap. "
            f"End the first one the day before the second begins."
        )
