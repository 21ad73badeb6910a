"""One test over many cases that cost next to nothing each: pytest's own bookkeeping for a case takes longer
than most of them do, and there are tens of thousands. Every case is tried, and all that fail are told."""

from collections.abc import Callable, Iterable
from inspect import Parameter, signature
from typing import Any

import pytest


def each(names: str, cases: Iterable[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Like `pytest.mark.parametrize(names, cases)`, within one test.

    `names` are separated by commas; with more than one a case is a tuple. A case that skips itself is passed
    over. Raises an `ExceptionGroup` of the assertions that failed, each with a note that tells its case; no
    cases at all is a failure too."""
    wanted = [name.strip() for name in names.split(",")]
    tried = [case if len(wanted) > 1 else (case,) for case in cases]

    def over(test: Callable[..., None]) -> Callable[..., None]:
        def looped(**rest: Any) -> None:
            assert tried, "there are no cases"
            failures = []
            for case in tried:
                given = dict(zip(wanted, case, strict=True))
                try:
                    test(**rest, **given)
                except pytest.skip.Exception:
                    continue
                except AssertionError as failure:
                    failure.add_note(f"where {given}")
                    failures.append(failure)
            if failures:
                raise ExceptionGroup(f"{len(failures)} of {len(tried)} cases fail", failures)

        looped.__name__, looped.__doc__ = test.__name__, test.__doc__
        looped.__module__, looped.__qualname__ = test.__module__, test.__qualname__
        looped.__dict__.update(test.__dict__)
        kept = [p for p in signature(test).parameters.values() if p.name not in wanted]
        shown = [p.replace(kind=Parameter.KEYWORD_ONLY) for p in kept]
        looped.__signature__ = signature(looped).replace(parameters=shown)  # type: ignore[attr-defined]
        return looped

    return over
