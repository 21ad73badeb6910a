"""What somebody who listens by headset is not asked, because no key of theirs could answer."""

import pytest

from sim.stage.samples import SAMPLES
from terminal import events as ev
from terminal import session as s
from terminal.flow import step
from terminal.prompts import offer_answers

OFFERED = ("offered_need", "offered_at_choose_amount", "offered_at_enter_pin", "offered_language")


@pytest.mark.parametrize("name", OFFERED)
def test_an_offer_about_the_look_goes_when_the_plug_goes_in(name: str) -> None:
    assert offer_answers(SAMPLES[name])
    listening, _ = step(SAMPLES[name], ev.HeadsetPlugged(), 1.0)
    assert not listening.look.offer


def test_whether_to_remember_is_still_asked() -> None:
    listening, _ = step(SAMPLES["offered_remember"], ev.HeadsetPlugged(), 1.0)
    assert offer_answers(listening)


def test_who_listens_is_offered_no_other_look_and_none_is_counted() -> None:
    """The bank says 60 to 64: whoever looks is offered large type at the PIN."""
    asking = SAMPLES["asking_bank"]
    known = ev.CardKnown(("withdrawal",), "60to64")
    seen, _ = step(asking, known, 1.0)
    assert seen.look.offer == "look"
    heard, _ = step(step(asking, ev.HeadsetPlugged(), 0.5)[0], known, 1.0)
    assert isinstance(heard.phase, s.EnteringPin)
    assert (heard.look.offer, heard.look.offers_made) == ("", 0)


def test_clear_on_an_empty_count_goes_back_to_the_question() -> None:
    stating = SAMPLES["state_count_1400"]
    cleared, _ = step(stating, ev.KeyPressed("clear"), 1.0)
    assert isinstance(cleared.phase, s.StatingCount)
    assert cleared.phase.typed is None
    back, _ = step(cleared, ev.KeyPressed("clear"), 2.0)
    assert isinstance(back.phase, s.Counting)
