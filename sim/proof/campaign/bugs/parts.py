"""What planted bugs of several kinds share."""

from collections.abc import Callable, Iterator

from sim.proof.campaign.bugs.bug import Broken
from terminal.recovery import Recovered
from terminal.values import replace


def without(kind: str) -> Broken:
    """Rows of this kind are never made."""

    def broken(right: Callable[..., Iterator[tuple[str, str, object]]]) -> Broken:
        def made(*about: object) -> Iterator[tuple[str, str, object]]:
            return (row for row in right(*about) if row[0] != kind)

        return made

    return broken


def nothing(right: object) -> Broken:
    return lambda *about: ()


def recovered_without(**forgotten: object) -> Broken:
    def broken(right: Callable[..., Recovered]) -> Broken:
        def recover(rows: object) -> Recovered:
            return replace(right(rows), **forgotten)  # type: ignore[arg-type]

        return recover

    return broken
