"""`replace` for the frozen values that the program is made of: as `dataclasses.replace`, and faster.

A visit makes some hundred and twenty values out of others. The library asks each field anew how it is
declared and fills the copy through `object.__setattr__`, field by field. Here a class is asked once: its
copy is filled as a draft, an object with the same slots that is open, and turns into the frozen value
when all is in place. Nobody else ever holds a draft.

A class that checks its values when they are made, or is no plain frozen class with slots, is left to the
library. To whoever checks types all of it is the library's own, so a wrong field is found before anything
runs.
"""

import dataclasses
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["replace"]

if TYPE_CHECKING:
    from dataclasses import replace
else:

    def replace(value, /, **changes):
        """The same value with these fields changed. TypeError for a field it has not got."""
        kind = type(value)
        drafting = _drafting(kind)
        if drafting is None:
            return dataclasses.replace(value, **changes)
        draft_of, held = drafting
        draft = draft_of(*held(value))
        try:
            for name, changed in changes.items():
                setattr(draft, name, changed)
        except AttributeError as trouble:
            raise TypeError(f"{kind.__name__} has no such field: {trouble}") from None
        draft.__class__ = kind
        return draft


Held = Callable[[Any], tuple[Any, ...]]


@cache
def _drafting(kind: type[Any]) -> tuple[type[Any], Held] | None:
    """The class of the drafts, and what reads all fields of a value; None where the library has to make
    the copy. Two fields at least, because an `attrgetter` of one name gives no tuple."""
    fields = dataclasses.fields(kind)
    names = tuple(field.name for field in fields)
    plain = kind.__bases__ == (object,) and getattr(kind, "__slots__", None) == names
    checked = hasattr(kind, "__post_init__") or not all(field.init for field in fields)
    if len(names) < 2 or checked or not plain:
        return None
    return dataclasses.make_dataclass("Draft", names, slots=True), attrgetter(*names)
