"""The endings that the services share: why the card comes back."""

from collections.abc import Callable

from sim.stage.service_samples.balance import CARD
from terminal.money import yuan
from terminal.session import ChoosingService, Explaining, Farewell, Notice, Session, TakingCard
from terminal.values import replace

DONE = Notice("done", {"amount": yuan(1_500)})
SUSPECT = Notice("suspect", {"amount": yuan(1_500)}, "204817")
ENDINGS = ("service_done", "service_silent", "service_declined")


def samples(at: Callable[..., Session]) -> dict[str, Session]:
    """Every screen of it."""
    printing = ("receipt_printing", "receipt_printed", "receipt_doubtful", "receipt_refused")
    farewell, look = at(phase=Farewell(DONE), visit="v1"), at(phase=Farewell(DONE)).look
    able = replace(farewell, machine=replace(farewell.machine, printer=""))
    return {
        "receipt_offered": able,
        "receipt_at_notice": replace(able, phase=Explaining(SUSPECT)),
        **{
            said: replace(able, look=replace(look, said=said), slip_ordered=True)
            for said in printing
        },
        **{
            f"{said}_at_{where}": replace(
                able, phase=phase, look=replace(look, said=said), serving=serving
            )
            for where, phase, serving in (
                ("card", TakingCard(None, Notice("service_done"), True), "balance"),
                ("menu", ChoosingService(CARD), ""),
            )
            for said in ("receipt_printed", "receipt_refused_after", "receipt_doubtful_after")
        },
        "record_failed_paying": at(
            phase=TakingCard(None, Notice("record_failed_paying", reference="204817"), True),
            visit="v1",
            serving="bills",
        ),
        **{
            key: at(phase=TakingCard(None, Notice(key), True), visit="v1", serving="balance")
            for key in ENDINGS
        },
    }
