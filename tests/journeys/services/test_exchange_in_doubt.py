"""The note of an exchange in doubt after its change came out: nobody is paid twice for it."""

from dataclasses import replace

import pytest

from sim.proof.campaign.faults import DISPENSE
from sim.stage.bench import Bench
from sim.stage.settings import ConfigurationError
from sim.stage.settle import _settled
from terminal import session as s
from terminal.flows.services import NAMES
from terminal.prompts import text_key, values_of
from terminal.recovery import recover
from tests.journeys.services import test_exchange as te


def in_doubt() -> Bench:
    bench = te.choosing(te.at_inlet(Bench(services=NAMES)))

    def silence(session: s.Session, now: float) -> None:
        if type(session.phase).__name__ == "Storing":
            assert bench.world.acceptor is not None
            bench.world.acceptor.arm("silence", times=10**9)

    bench.watchers.append(silence)
    bench.presses("confirm")
    return bench.run(lambda now: isinstance(now.phase, s.Explaining), 600.0)


def test_who_has_the_change_is_not_promised_the_note_as_well() -> None:
    phase = in_doubt().session.phase
    assert isinstance(phase, s.Explaining)
    assert phase.notice.key == "notes_suspect_paid"


def test_two_people_who_find_the_note_cannot_credit_it_once_more() -> None:
    [doubt] = recover(in_doubt().store.rows()).suspects
    assert (doubt.effect.amount.minor, doubt.effect.bundle) == (0, ((10_000, 1),))
    with pytest.raises(ConfigurationError, match="paid out already"):
        _settled(doubt, 100, ("A. One", "B. Two"), "found in the escrow")
    assert _settled(doubt, 0, ("A. One", "B. Two"), "found in the escrow").body["received"] == 0
    plain = replace(
        doubt, effect=replace(doubt.effect, amount=replace(doubt.effect.amount, minor=10_000))
    )
    assert (
        _settled(plain, 100, ("A. One", "B. Two"), "no change came out").body["received"] == 10_000
    )


def test_who_got_part_of_the_change_reads_how_much_is_in_doubt() -> None:
    """The dispenser was not sure of its last note (campaign, all services, seed 56)."""
    bench = te.choosing(te.at_inlet(Bench(services=NAMES)), "50")
    bench.world.notes.arm("jam", after=1, error=0x0A, command=DISPENSE)
    bench.presses("confirm").run(lambda now: isinstance(now.phase, s.Explaining), 600.0)
    phase = bench.session.phase
    assert isinstance(phase, s.Explaining)
    assert phase.notice.key == "notes_suspect_part"
    [doubt] = recover(bench.store.rows()).suspects
    assert phase.notice.values["amount"] == doubt.effect.amount
    assert doubt.effect.amount.minor == 1_000
    words = bench.design.catalogues["zh"]
    assert f"{doubt.effect.amount.major}" in words.text(
        text_key(bench.session), values_of(bench.session)
    )
