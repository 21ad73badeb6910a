"""Help from a whole terminal: somebody is called, comes, points, and the visit is the customer's own."""

import pytest

from sim.stage.bench import Bench
from sim.stage.desk import desk_lines
from sim.stage.settings import own_design
from sim.world.staff import EACH_SECONDS
from terminal import effects as fx
from terminal import session as s
from terminal.flows.services import NAMES
from terminal.masked_view import MaskedView, masked_view
from tests.journeys.services.visiting import LOOKS, at_menu, leaves


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_somebody_is_called_comes_points_and_the_customer_goes_on(
    profile: str, language: str
) -> None:
    bench = at_menu(Bench(services=NAMES), "lin", profile, language)
    before = bench.bank.balance("lin")
    bench.presses("help").presses("explain").presses("close").presses("help")
    bench.presses("counter").presses("hotlines").presses("call_staff")
    bench.run(lambda now: now.machine.call.state == "queued")
    assert bench.world.staff.sees == masked_view(bench.session) is not None
    bench.run(lambda now: now.machine.call.state == "here", 3 * EACH_SECONDS)
    assert bench.session.overlay == "staff"
    bench.presses("close").does("point:service:1")
    assert bench.session.pointed == "service:1"
    assert isinstance(bench.session.phase, s.ChoosingService)
    bench.does("point:return_card").presses("service", "withdrawal")
    assert isinstance(bench.session.phase, s.ChoosingAmount)
    assert bench.session.pointed == ""
    leaves(bench.presses("return_card"))
    assert bench.bank.balance("lin") == before
    assert bench.bank.operations == {}


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_a_wrong_amount_leads_to_somebody_who_knows_the_number(profile: str, language: str) -> None:
    bench = at_menu(Bench(services=NAMES), "lin", profile, language)
    bench.presses("service", "withdrawal").presses("amount", 20_000).presses("confirm")
    bench.run(lambda now: isinstance(now.phase, s.TakingCard) and now.phase.at_gate)
    bench.does("take_card").run(lambda now: isinstance(now.phase, s.Counting))
    bench.does("take_notes").presses("count_wrong").presses("digit", 0).presses("confirm")
    phase = bench.session.phase
    assert isinstance(phase, s.Explaining)
    bench.presses("call_staff")
    assert bench.world.staff.rung == [fx.CallStaff("notice", phase.notice.reference)]
    assert len(phase.notice.reference) == 6
    bench.presses("close").presses("understood").ready()
    assert bench.session.machine.call.state in ("ringing", "queued")


def test_with_nobody_on_duty_the_customer_is_told_and_nothing_is_lost() -> None:
    bench = at_menu(Bench(services=NAMES), "lin")
    bench.world.staff.on_duty = False
    bench.presses("help").presses("call_staff")
    bench.run(lambda now: now.machine.call.state == "busy")
    bench.presses("hotlines").presses("close")
    assert isinstance(bench.session.phase, s.ChoosingService)


@pytest.mark.parametrize(("profile", "language"), LOOKS)
def test_the_desk_sees_the_way_and_no_amount_and_nobody_after_the_visit(
    profile: str, language: str
) -> None:
    bench = at_menu(Bench(services=NAMES), "lin", profile, language)
    desk = bench.world.staff
    assert desk.sees is None
    bench.presses("help").presses("call_staff").presses("close")
    seen = [desk.sees]
    bench.presses("service", "withdrawal")
    seen.append(desk.sees)
    bench.presses("amount", 20_000)
    seen.append(desk.sees)
    assert [one and one.screen for one in seen] == ["choose_service", "choose_amount", "review"]
    words = "".join(_read(one, language) for one in seen)
    assert not any(private in words for private in ("200", "贰佰", "hundred", "6222", "尾号"))
    bench.does("point:confirm")
    assert bench.session.pointed == "confirm"
    assert isinstance(bench.session.phase, s.Reviewing)
    leaves(bench.presses("return_card"))
    assert desk.sees is None
    assert bench.session.machine.call.state, "somebody is still expected"
    at_menu(bench, "su")
    bench.does("point:return_card")
    assert (desk.sees, bench.session.pointed) == (None, "")


def _read(view: MaskedView | None, language: str) -> str:
    assert view is not None
    catalogue = own_design().catalogues[language]  # type: ignore[index]
    return "\n".join(desk_lines(view, catalogue))
