"""The customers of the campaign come to an end with what they came for."""

from sim.proof.campaign.plan import OFFERED
from sim.proof.campaign.record import Plan
from sim.proof.campaign.run import Run
from sim.world.bank import CUSTOMERS
from sim.world.bank.payees import LANDLORD
from sim.world.people import Wish
from sim.world.people_transfer import Transferring

SENDS = Wish(
    "lin",
    (CUSTOMERS["lin"].pin,),
    amount=300,
    service="transfer",
    think_seconds=0.7,
    transfer=Transferring(LANDLORD.number, LANDLORD.ref, called=True),
)


def test_who_is_called_hangs_up_and_sends_once() -> None:
    """A caller who rang after every pause kept the customer there for an hour (all services, seed 27)."""
    run = Run(
        Plan(
            1,
            "path",
            (SENDS,),
            services=OFFERED["all"],
        )
    )
    assert run.play().violations == ()
    calls = [
        row.visit for row in run.scene.rows if row.kind == "PHONE" and row.body["state"] == "call"
    ]
    assert len(calls) == len(set(calls)) == 1
    assert {"transfer_paused", "transfer_sent"} <= run.hit
    assert run.clock.now() < 1_000
