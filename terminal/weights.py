"""What each sign weighs, and when that is enough: the operator's table as data (accessibility.md C3).

Whole tenths of natural log-odds, so that the boundary cases are exact. The values live in
`weights.toml` beside this file; the defaults here are the shipped ones, for whatever runs without a
configuration, and a test holds the two together. What is observed is `evidence.py`, what follows is
`assist.py`; neither is decided here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any, Final

from terminal.events import AgeBand

TENTHS_MAX: Final = 100
"""Ten units of log-odds are odds of 22,000 to one: more is a slip of the keyboard."""

OFFERS_MAX: Final = 2
"""Offers per visit in total, at most (C3, gate of C6). An operator may allow fewer."""

AUTO_APPLY_AGES: Final = (60, 65, 70)
"""From which verified age the profile may be applied by itself; "never" is the fourth setting."""

NEVER: Final = "never"

YOUNGEST: Final[Mapping[AgeBand, int]] = {
    "under50": 0,
    "50to59": 50,
    "60to64": 60,
    "65to69": 65,
    "70to79": 70,
    "80plus": 80,
}
"""The youngest age in a band, in years."""


@dataclass(frozen=True, slots=True)
class Ages:
    """Weight of a verified age band, in tenths."""

    under50: int = -15
    from50: int = 0
    from60: int = 20
    from65: int = 28
    from70: int = 33
    from80: int = 40

    def of(self, band: AgeBand) -> int:
        """The weight of this band."""
        match band:
            case "under50":
                return self.under50
            case "50to59":
                return self.from50
            case "60to64":
                return self.from60
            case "65to69":
                return self.from65
            case "70to79":
                return self.from70
            case "80plus":
                return self.from80


@dataclass(frozen=True, slots=True)
class Signals:
    """Weights of what was asked for: help, louder (or "say again" twice), larger text."""

    help: int = 10
    louder: int = 7
    zoom: int = 20


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Weights of pace and errors; `evidence.signs` says which apply."""

    slow_start: int = 6
    hesitant_start: int = 3
    brisk_start: int = -5
    slow_digits: int = 5
    brisk_digits: int = -5
    misses: int = 5
    long_contact: int = 3
    off_centre: int = 2
    bounces: int = 3
    backs: int = 4
    more_time: int = 8


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which score the profile is applied, from which it is offered; from which sum of positive
    behaviour help is offered by need; below which the way back is offered; and how much behaviour
    counts at most, either way."""

    apply: int = 17
    offer: int = 0
    need: int = 10
    back: int = -5
    behaviour_most: int = 15


@dataclass(frozen=True, slots=True)
class Weights:
    """The whole table. `auto_apply_age` is None for "never"."""

    prior: int = -11
    ages: Ages = Ages()
    signals: Signals = Signals()
    behaviour: Behaviour = Behaviour()
    thresholds: Thresholds = Thresholds()
    auto_apply_age: int | None = 60
    offers_max: int = OFFERS_MAX


SHIPPED: Final = Weights()
"""The table as it is shipped."""

_AGE_KEYS: Final = dict(zip(YOUNGEST, (one.name for one in fields(Ages)), strict=True))
_TABLES: Final = ("prior", "age", "signals", "behaviour", "thresholds", "operator")


def weights_from(tables: Mapping[str, Any]) -> Weights:
    """The table from parsed TOML. Raises ValueError naming table and key: every one must be there, and
    no other."""
    _exactly("", tables, _TABLES)
    ages = _whole("age", tables["age"], tuple(_AGE_KEYS))
    thresholds = Thresholds(**_numbers("thresholds", tables["thresholds"], Thresholds))
    if thresholds.apply < thresholds.offer:
        raise ValueError("[thresholds] apply is below offer")
    if thresholds.behaviour_most < 0:
        raise ValueError("[thresholds] behaviour_most is below 0")
    operator = _table("operator", tables["operator"], ("auto_apply_age", "offers_max"))
    return Weights(
        prior=_whole("prior", tables["prior"], ("everybody",))["everybody"],
        ages=Ages(**{_AGE_KEYS[band]: tenths for band, tenths in ages.items()}),  # type: ignore[index]
        signals=Signals(**_numbers("signals", tables["signals"], Signals)),
        behaviour=Behaviour(**_numbers("behaviour", tables["behaviour"], Behaviour)),
        thresholds=thresholds,
        auto_apply_age=_auto_apply_age(operator["auto_apply_age"]),
        offers_max=_offers_max(operator["offers_max"]),
    )


def _numbers(name: str, table: Any, kind: type) -> dict[str, int]:
    return _whole(name, table, tuple(one.name for one in fields(kind)))


def _whole(name: str, table: Any, keys: tuple[str, ...]) -> dict[str, int]:
    for key, value in _table(name, table, keys).items():
        if type(value) is not int or abs(value) > TENTHS_MAX:
            raise ValueError(
                f"[{name}] {key} must be whole tenths from -{TENTHS_MAX} to {TENTHS_MAX}, "
                f"found {value!r}"
            )
    return dict(table)


def _table(name: str, table: Any, keys: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(table, dict):
        raise ValueError(f"[{name}] must be a table, found {table!r}")  # noqa: TRY004
    _exactly(f"[{name}] ", table, keys)
    return table


def _exactly(where: str, table: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    for key in table:
        if key not in keys:
            near = get_close_matches(key, keys, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ValueError(
                f"{where}{key} is unknown{hint}" if where else f"[{key}] is unknown{hint}"
            )
    for key in keys:
        if key not in table:
            raise ValueError(f"{where}{key} is missing" if where else f"[{key}] is missing")


def _auto_apply_age(value: object) -> int | None:
    if value == NEVER:
        return None
    if type(value) is int and value in AUTO_APPLY_AGES:
        return value
    known = ", ".join(str(age) for age in AUTO_APPLY_AGES)
    raise ValueError(f'[operator] auto_apply_age is one of {known}, "{NEVER}"; found {value!r}')


def _offers_max(value: object) -> int:
    if type(value) is int and 0 <= value <= OFFERS_MAX:
        return value
    raise ValueError(f"[operator] offers_max is a number from 0 to {OFFERS_MAX}, found {value!r}")
