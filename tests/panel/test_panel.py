"""The panel speaks the words of the stories, and what it saves does the same again."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sim.panel import command, hub, live, recording
from sim.panel.board import Board, groups
from sim.panel.link import Peer, Server, address, connected
from sim.stage.settings import ConfigurationError, Settings
from sim.stories.acts import ACTS
from sim.stories.faults import FAULTS, places_of
from sim.stories.file import story_from
from sim.stories.play import play
from sim.stories.words import understood
from terminal import events as ev
from terminal import session as s
from tests.panel.beside import Beside
from tests.stories.material import design


@pytest.fixture
def beside() -> Iterator[Beside]:
    """A terminal with a panel."""
    made = Beside(services=("withdrawal",))
    yield made
    made.close()


def does_again(text: str) -> None:
    """What was saved, played."""
    result = play(story_from(text, "saved.toml", design()), design())
    assert result.well, (text, result.failures, result.broke)


DRAWS = ("put in the card", "type the PIN", "press 500")


def test_a_jam_from_the_panel_is_saved_and_does_the_same_again(beside: Beside) -> None:
    beside.does(*DRAWS, "jam after 3 notes", "press confirm", "take the card", after=5.0)
    beside.does("take the notes", "press count_right", after=4.0)
    text = beside.story()
    assert "meanwhile jam after 3 notes" in text
    assert "charged = 300" in text
    assert beside.told("said") == []
    does_again(text)


def test_what_a_hand_does_at_the_machine_is_in_the_story_too(beside: Beside) -> None:
    """The panel presses nothing here: a card, keys and the glass are used as at the front."""
    bench = beside.bench
    for name in ("insert:chen", *(f"key:{one}" for one in "111111"), "key:enter"):
        beside.hub.live.hand(name)
        beside.passes(1.5)
    for key in "246813":
        beside.hub.live.hand(f"key:{key}")
        beside.passes(1.0)
    beside.hub.live.hand("key:enter")
    beside.passes(3.0)
    bench.glass.pressed.append(ev.Chosen("amount", 20_000))
    beside.passes(2.0)
    text = beside.story()
    assert 'card = "chen"' in text
    assert "press 200" in text
    assert "246813" not in text
    assert "111111" not in text
    assert text.index(recording.WRONG_PIN) < text.index(recording.RIGHT_PIN + "\n")
    does_again(text)


def test_somebody_who_did_nothing_did_nothing_again(beside: Beside) -> None:
    beside.does(*DRAWS, "press confirm", after=5.0)
    beside.passes(120.0)
    text = beside.story()
    assert "walk away" in text
    assert 'card = "bin"' in text
    does_again(text)


def test_the_visit_before_is_not_in_the_story_and_what_was_done_since_is(beside: Beside) -> None:
    beside.does("put in the card", "type the PIN", "press return_card", "take the card", after=5.0)
    beside.passes(20.0)
    beside.does("the account holds 50 yuan", "put in the card", after=3.0)
    text = beside.story()
    assert "take the card" not in text
    assert text.index("meanwhile the account holds 50 yuan") < text.index("put in the card lin")


def test_there_is_nothing_to_save_before_a_card_went_in(beside: Beside) -> None:
    beside.says({"save": "saved.toml"})
    assert beside.told("story") == []
    assert "no visit to save" in str(beside.told("said")[-1])


def test_a_word_that_is_not_known_is_answered_with_the_nearest(beside: Beside) -> None:
    beside.does("press confrim", "jam aftr 3 notes", "walk away", "take the card", after=0.5)
    said = [str(one) for one in beside.told("said")]
    assert 'Did you mean "confirm"?' in said[0]
    assert 'Did you mean "jam after {count} notes"?' in said[1]
    assert "wait yourself" in said[2]
    assert "cannot be done now" in said[3]


def test_a_button_that_is_not_there_is_no_press(beside: Beside) -> None:
    beside.does("press confirm", "type the PIN", after=1.0)
    said = beside.told("said")
    assert "not there to press" in str(said[0])
    assert "no PIN is asked for" in str(said[1])
    assert beside.hub.recording.keys == []
    assert isinstance(beside.bench.session.phase, s.Idle)


def test_the_panel_is_told_of_cables_record_and_machine(beside: Beside) -> None:
    beside.does("put in the card", "offline 10 s", after=3.0)
    state = beside.told("state")[-1]
    assert (state["whose"], state["unplugged"]) == ("lin", "dispenser")
    assert any("CARD_READ" in row for rows in beside.told("rows") for row in rows)
    wire = [frame for frames in beside.told("wire") for frame in frames]
    assert any(device == "bank" and "EnquireCard" in meaning for _, device, _, _, meaning in wire)
    assert all(shown for _, device, _, shown, _ in wire if device == "card_reader")
    beside.passes(12.0)
    beside.says({})
    assert beside.told("state")[-1]["unplugged"] == "none"


def test_time_runs_faster_when_it_is_told_to(beside: Beside) -> None:
    beside.says({"rate": 20}, after=2.0)
    assert 30.0 < beside.clock.ahead < 41.0
    beside.says({"rate": 7})
    assert beside.hub.rate == 20


def test_power_cannot_be_cut_where_nobody_switches_it_on(beside: Beside) -> None:
    beside.does("the power fails for 5 s", after=0.5)
    assert "--alone" in str(beside.told("said")[-1])


def test_a_visit_outlives_a_power_cut_in_the_story(beside: Beside) -> None:
    beside.does("put in the card", after=2.0)
    kept = beside.hub.recording.kept()
    again = recording.Recording(beside.bench.world, beside.hub.recording.fitted, live_places())
    again.resumed(kept, beside.bench.session.machine.cassettes, 100.0)
    assert again.lines == ["put in the card lin"]
    assert again.opening == beside.hub.recording.opening


def live_places() -> Any:
    """As the hub has them."""
    return places_of(design().catalogues)


# --- the same words --------------------------------------------------------------------------------


def test_every_act_can_be_done_or_is_said_not_to_be() -> None:
    assert {one.form for one in ACTS} == live.DOES.keys() | live.NOT_NOW


def test_every_act_and_every_fault_has_a_button() -> None:
    there = {button.form for _, buttons in groups() for button in buttons}
    forms: list[Any] = [*ACTS, *FAULTS]
    left = {one.form for one in forms} - there
    assert left == {"meanwhile {fault}", "put in the card", *live.NOT_NOW}


def test_what_stands_on_a_button_is_understood_by_stories() -> None:
    chosen = Board().chosen
    for title, buttons in groups():
        forms: Any = ACTS if title == "By hand" else FAULTS
        for button in buttons:
            understood(button.line(chosen) or button.example, forms, live_places(), "a line")


def test_a_button_with_something_to_type_is_written_first() -> None:
    board = Board()
    press = next(one for _, all_ in groups() for one in all_ if one.form == "press {buttons}")
    board.presses(press)
    assert list(board.leaves()) == []
    assert board.typed == press.example
    board.enters()
    assert list(board.leaves()) == [{"do": press.example}]


def test_what_is_chosen_stands_on_the_buttons() -> None:
    board = Board()
    card = next(one for _, all_ in groups() for one in all_ if one.form == "put in the card {card}")
    board.turns("card")
    board.presses(card)
    assert list(board.leaves()) == [{"do": "put in the card chen"}]
    board.turns("card", back=True)
    assert card.line(board.chosen) == "put in the card lin"


# --- only simulated, only here -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "real",
    [{"dispenser": "/dev/ttyUSB0"}, {"printer": "/dev/usb/lp0"}, {"host": "tcp://10.0.0.1:1"}],
)
def test_a_machine_with_anything_real_has_no_panel(real: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(real.values()))):
        hub.refuse_real(replace(Settings(), **real))  # type: ignore[arg-type]
    hub.refuse_real(Settings())


def test_only_this_machine_is_connected_to() -> None:
    assert address("tcp://127.0.0.1:7300") == address("7300") == ("127.0.0.1", 7300)
    for wrong in ("tcp://10.0.0.7:7300", "0.0.0.0:7300", "tcp://127.0.0.1:x"):
        with pytest.raises(ConfigurationError):
            address(wrong)


def test_it_listens_on_this_machine_only() -> None:
    server = Server(0)
    assert server._socket.getsockname()[0] == "127.0.0.1"
    with pytest.raises(ConfigurationError, match="cannot listen"):
        Server(server.port)
    server.close()


def test_a_peer_that_says_no_line_is_let_go() -> None:
    server = Server(0)
    peer = connected(server.port)
    assert isinstance(peer, Peer)
    assert server.welcomes()
    peer._end.send(b"GET / HTTP/1.1\r\n\r\n")
    for _ in range(50):
        assert list(server.received()) == []
    assert server._peers == []
    peer.close()
    server.close()


def test_how_long_it_stays_dark_is_limited(tmp_path: Path) -> None:
    settings = replace(Settings(), state_folder=tmp_path)
    assert hub.off_seconds(settings) == 0.0
    (tmp_path / hub.KEPT).write_text('{"off": 9000}', encoding="utf-8")
    assert hub.off_seconds(settings) == hub.CUT_SECONDS_MAX


def test_a_saved_story_is_played_once_and_told_of() -> None:
    from tests.stories.material import WITHDRAWAL

    assert "does the same" in command.played("mine.toml", WITHDRAWAL)
    wrong = WITHDRAWAL.replace("charged = 200", "charged = 700")
    assert "does not do the same" in command.played("mine.toml", wrong)
