"""What a customer does most at machines: counted from the moment they agree, thrown away when they no longer
do, and told with their card.

Kept is how often each service was begun and each amount taken; no days, no places and no payees, and
nothing of an age. A customer who never came before is not asked.
"""

from collections.abc import Mapping
from typing import Any, Final

from sim.world.bank.ledger import Ledger
from terminal import own

TOPIC: Final = "usual"

SERVICES_TOLD: Final = 4
"""As many as there are tiles on an elder's first screen (accessibility.md F)."""

AMOUNTS_MAX: Final = 20
"""Different amounts that are counted; the rarest is forgotten for a new one."""

AMOUNT_TIMES_LEAST: Final = 2
"""What was taken once is not yet usual."""

MINOR: Final = 100


def wish(ledger: Ledger, name: str, told: str) -> bool:
    """Keep a yes or a no, which forgets what was counted; the same again changes nothing. False for
    anything else."""
    if told not in (own.YES, own.NO):
        return False
    kept, yes = _kept(ledger, name), told == own.YES
    if kept is None or bool(kept["agreed"]) != yes:
        ledger.keep(name, TOPIC, {"agreed": yes, "services": {}, "amounts": {}})
    return True


def used(ledger: Ledger, name: str, service: str, minor: int = 0) -> None:
    """A service was begun, or an amount of cash was approved, by somebody who agreed to be counted."""
    kept = _kept(ledger, name)
    if kept is None or not kept["agreed"]:
        return
    services = _counted(kept["services"], service)
    amounts = kept["amounts"]
    if minor and minor % MINOR == 0:
        amounts = _counted(amounts, str(minor // MINOR))
    ledger.keep(name, TOPIC, {"agreed": True, "services": services, "amounts": amounts})


def words(ledger: Ledger, name: str) -> tuple[str, ...]:
    """What is told with the card (`terminal/own.py`)."""
    kept = _kept(ledger, name)
    if kept is None:
        return (own.MAY_ASK,) if ledger.charged(name) else ()
    if not kept["agreed"]:
        return ()
    services, amounts = _most(kept["services"]), _most(kept["amounts"])
    usual = [f"{own.CASH}{one}" for one, times in amounts[:1] if times >= AMOUNT_TIMES_LEAST]
    return (own.AGREED, *(one for one, _ in services[:SERVICES_TOLD]), *usual)


def _kept(ledger: Ledger, name: str) -> Mapping[str, Any] | None:
    kept: Mapping[str, Any] | None = ledger.kept(name, TOPIC)
    return kept


def _counted(counts: Mapping[str, int], what: str) -> dict[str, int]:
    more = {**counts, what: counts.get(what, 0) + 1}
    if len(more) > AMOUNTS_MAX:
        del more[min((one for one in more if one != what), key=lambda one: more[one])]
    return more


def _most(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The most frequent first; of equals the one that was first used first."""
    return sorted(counts.items(), key=lambda one: -one[1])
