"""Every planted bug by its name. A file for each kind; this is the only place that names them all."""

from collections.abc import Mapping
from typing import Final

from sim.proof.campaign.bugs.accounts import OF_ACCOUNTS
from sim.proof.campaign.bugs.bank import OF_BANK
from sim.proof.campaign.bugs.bug import Bug
from sim.proof.campaign.bugs.card import OF_CARD
from sim.proof.campaign.bugs.cash import OF_CASH
from sim.proof.campaign.bugs.data import OF_DATA
from sim.proof.campaign.bugs.errands import OF_ERRANDS
from sim.proof.campaign.bugs.notes import OF_NOTES
from sim.proof.campaign.bugs.transfers import OF_TRANSFERS
from sim.proof.campaign.bugs.visitors import OF_VISITORS

ALL: Final = (
    *OF_CASH,
    *OF_ACCOUNTS,
    *OF_BANK,
    *OF_CARD,
    *OF_DATA,
    *OF_NOTES,
    *OF_TRANSFERS,
    *OF_ERRANDS,
    *OF_VISITORS,
)

BUGS: Final[Mapping[str, Bug]] = {bug.name: bug for bug in ALL}
"""The registry: what `--canary` and `--bug` know."""
