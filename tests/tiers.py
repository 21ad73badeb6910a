"""Two sizes of one suite: `make test` takes a part that was chosen, `make test-whole` everything.

What walks a matrix (screens, looks, panels, languages, faults) marks the cases that are not in the part with
`WHOLE`; pytest leaves them out unless it is called with `--whole`. A part is chosen by hand and written down
beside the cases: the extremes, every look, every language and every panel at least once, every screen where it
has least room. It never depends on chance or on the clock. A loop inside one test asks the fixture `whole`.
"""

from collections.abc import Collection, Iterable
from typing import Any

import pytest

WHOLE = pytest.mark.whole
"""Not in `make test`; in `make test-whole` and in `.ci/run`."""


def with_part(cases: Iterable[Any], part: Collection[Any]) -> list[Any]:
    """`cases` for `parametrize`, those that are not in `part` marked with `WHOLE`. A part with a case that
    does not exist is a mistake."""
    known = list(cases)
    strays = [case for case in part if case not in known]
    if strays or not part:
        raise ValueError(f"not among the cases: {strays}")
    return [case if case in part else _marked(case) for case in known]


def _marked(case: Any) -> Any:
    values = case if type(case) is tuple else (case,)
    return pytest.param(*values, marks=WHOLE)
