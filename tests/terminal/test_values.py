"""Values made out of others: the same as by the library, frozen, and checked where they check themselves."""

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, dataclass, field

import pytest

from terminal import events as ev
from terminal import session as s
from terminal.cash_units import Cassette
from terminal.money import yuan
from terminal.values import replace


@dataclass(frozen=True, slots=True)
class One:
    """A value with a field."""

    count: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A value with two, one of which has a name that could be mistaken."""

    value: int = 1
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Larger(Pair):
    """A value that inherits."""

    more: int = 3


@dataclass(frozen=True)
class Loose:
    """A value without slots."""

    count: int = 1


@dataclass(slots=True)
class Open:
    """Something that changes."""

    count: int = 1


VALUES = [One(1), Pair(2, ["a"]), Larger(5), Loose(), Open(), s.Wait(3.0), s.Look(), ev.WHOLE]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_copy_is_equal_and_of_the_same_class(value: One) -> None:
    made = replace(value)
    assert type(made) is type(value)
    assert made == value
    assert made is not value
    assert repr(made) == repr(value)


@pytest.mark.parametrize("value", [One(1), Loose(), Open()], ids=lambda one: type(one).__name__)
def test_a_changed_field_is_changed_and_the_first_value_is_not(value: One) -> None:
    assert replace(value, count=2) == dataclasses.replace(value, count=2)
    assert value.count == 1


def test_fields_that_are_not_named_are_the_very_same_objects() -> None:
    first = Pair(1, ["a"])
    made = replace(first, value=2)
    assert made.value == 2
    assert made.names is first.names


def test_an_inherited_value_keeps_all_its_fields() -> None:
    assert replace(Larger(1, ["a"], 3), value=2) == Larger(2, ["a"], 3)


def test_what_was_made_is_frozen() -> None:
    made = replace(One(1), count=2)
    with pytest.raises(FrozenInstanceError):
        made.count = 3  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del made.count
    assert made.count == 2


def test_what_was_made_hashes_copies_and_travels_like_any_other() -> None:
    made = replace(One(1), count=2)
    assert hash(made) == hash(One(2))
    assert copy.deepcopy(made) == made
    assert pickle.loads(pickle.dumps(made)) == made


def test_a_field_that_is_not_there_is_refused() -> None:
    with pytest.raises(TypeError):
        replace(One(1), cuont=2)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        replace(Loose(1), cuont=2)  # type: ignore[call-arg]


def test_a_class_that_checks_its_values_still_does() -> None:
    cassette = Cassette(yuan(100), 5)
    assert replace(cassette, count=0) == Cassette(yuan(100), 0)
    with pytest.raises(AssertionError):
        replace(cassette, count=-1)
