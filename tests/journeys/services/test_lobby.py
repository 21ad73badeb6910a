"""Pages without a card: read and heard at leisure, left by a card at any time."""

import pytest

from sim.stage.bench import Bench
from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.flow import step
from terminal.flows.lobby import Lobby
from terminal.flows.scams import SCAMS, Listing, Telling
from terminal.flows.services import NAMES
from terminal.runtime import without_record
from tests.journeys.services.visiting import LOOKS
from tests.terminal.conftest import a_session


def in_lobby(profile: str = "standard", language: str = "zh") -> Bench:
    bench = Bench(services=NAMES).boot().ready().waits(1.0)
    bench.presses("language", language).presses("profile", profile).presses("no_card")
    assert isinstance(bench.session.phase, Lobby)
    return bench


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_every_scam_is_read_at_leisure_and_the_idle_screen_comes_back(
    profile: str, language: str
) -> None:
    bench = in_lobby(profile, language).presses("open", "scams").presses("scam", SCAMS[0])
    for name in SCAMS:
        phase = bench.waits(200.0).session.phase
        assert isinstance(phase, Telling)
        assert phase.scam == name
        bench.presses("next")
    bench.presses("all")
    assert isinstance(bench.session.phase, Listing)
    bench.presses("back").presses("hotlines").presses("close").presses("back")
    assert isinstance(bench.session.phase, s.Idle)
    assert (bench.session.look.profile, bench.session.look.language) == (profile, language)
    assert bench.session.serving == ""


@pytest.mark.parametrize("way", [(), (("open", "scams"),), (("open", "scams"), ("scam", "prize"))])
def test_a_card_begins_its_visit_from_any_page(way: tuple[tuple[str, str], ...]) -> None:
    bench = in_lobby("elder", "en")
    for name, value in way:
        bench.presses(name, value)
    bench.does("insert:lin").run(lambda now: isinstance(now.phase, s.EnteringPin))
    assert (bench.session.look.profile, bench.session.look.language) == ("elder", "en")
    assert bench.session.serving == ""


def test_whoever_walks_away_is_forgotten() -> None:
    bench = in_lobby("elder", "en").presses("open", "scams").ready()
    assert isinstance(bench.session.phase, s.Idle)
    assert bench.session.look == s.Look()
    bench.does("insert:lin").run(lambda now: isinstance(now.phase, s.EnteringPin))


def test_a_headset_hears_the_pages() -> None:
    bench = Bench(services=NAMES).boot().ready().waits(1.0).does("plug_headset", "key:3")
    bench.does("key:1", "key:1")
    assert bench.session.phase == Telling(SCAMS[0])


@pytest.mark.parametrize("phase", [Lobby(()), Listing(), Telling("prize")])
def test_a_machine_that_closed_meanwhile_gives_the_card_back(phase: s.Phase) -> None:
    session = step(a_session(phase), ev.HostDown(), 1.0)[0]
    after, effects = step(session, ev.CardInserted(), 2.0)
    assert isinstance(after.phase, s.TakingCard)
    assert fx.EjectCard() in effects
    closed, effects = step(session, ev.TimedOut(), 3.0)
    assert closed.phase == s.OutOfService("host")
    assert effects == (fx.RefuseCards(),)


def test_a_record_that_breaks_ejects_nothing_from_an_empty_reader() -> None:
    phase, effects = without_record(a_session(Listing()), ev.Chosen("scam", "prize"))
    assert phase == s.OutOfService("record")
    assert fx.EjectCard() not in effects


def test_a_draft_has_no_such_pages() -> None:
    session = a_session(s.Idle(), language="ru")
    assert step(session, ev.Chosen("no_card"), 1.0)[0].phase == s.Idle()
    lobby = step(a_session(s.Idle()), ev.Chosen("no_card"), 1.0)[0]
    assert step(lobby, ev.Chosen("language", "ru"), 2.0)[0].look.language == "zh"
