"""What helpers are shown of a screen, on every screen there is: where things stand and nothing of the
customer's (accessibility.md PRV-01, PRV-08; F rows 15 and 22/23)."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest

from sim.stage.desk import PrintedDesk, desk_catalogue, desk_lines
from sim.stage.samples import CARD, OF_ALL, SAMPLES
from sim.stage.settings import own_design
from terminal import events as ev
from terminal import session as s
from terminal.asking import Word
from terminal.flow import step
from terminal.flows.helping import told
from terminal.focus import pointable
from terminal.help_pages import DEMO_BANK_LINE, HOTLINES_OF_ALL, readable
from terminal.masked_view import MaskedView, masked_view
from terminal.messages import VOICED, Catalogue, shown_amount, shown_value
from terminal.money import Amount, yuan
from terminal.privacy import ALLOWED, privacy_of
from terminal.prompts import entry_of, facts_of, prompt_of, values_of
from terminal.values import replace
from tests.each import each
from tests.terminal.conftest import a_session

DESIGN = own_design()
PUBLIC = ALLOWED["loudspeaker"]


def watched(session: s.Session) -> s.Session:
    return replace(session, watched=True)


def view_of(session: s.Session) -> MaskedView:
    view = masked_view(watched(session))
    assert view is not None
    return view


def words_of(session: s.Session, catalogue: Catalogue) -> str:
    """All that the desk reads, without the names to point by."""
    lines = desk_lines(view_of(session), catalogue)
    return "\n".join(re.sub(r"^  [->] [\w:]+: ", "  ", line) for line in lines)


def own_of(session: s.Session, catalogue: Catalogue) -> Iterator[str]:
    """Everything on the screen that is the customer's own, as it is shown to the customer."""
    language = catalogue.language
    for name, value in values_of(session).items():
        if privacy_of(name) not in PUBLIC:
            yield shown_value(value, language)
    for fact in facts_of(session):
        if not isinstance(fact.value, Word) and (fact.private or fact.financial):
            parts = fact.value if isinstance(fact.value, tuple) else (fact.value,)
            yield from (shown_value(part, language) for part in parts)
    for answer in prompt_of(session).answers:
        yield answer.words
        yield shown_amount(answer.amount, language) if answer.amount else ""
    entry = entry_of(session)
    yield entry.typed if entry else ""
    yield CARD.pan.last4


@pytest.mark.parametrize("language", sorted(VOICED))
@each("name", SAMPLES)
def test_nothing_of_the_customers_own_is_in_what_the_desk_reads(name: str, language: str) -> None:
    session = SAMPLES[name]
    catalogue = desk_catalogue(DESIGN.catalogues, language)  # type: ignore[arg-type]
    words = words_of(session, catalogue)
    for own in own_of(session, catalogue):
        assert len(own) < 2 or own not in words, own


@each("name", SAMPLES)
def test_the_view_has_public_values_and_words_of_the_catalogue_only(name: str) -> None:
    """Its data, not what is made of it: no amount, no card, nothing that could be opened."""
    view = view_of(SAMPLES[name])
    for key, value in view.values:
        assert privacy_of(key) in PUBLIC, key
        assert isinstance(value, int | str)
    plain = replace(view, values=())
    for one in fields(plain):
        for part in _parts(getattr(plain, one.name)):
            assert isinstance(part, str | bool), (one.name, part)


def _parts(value: object) -> Iterator[object]:
    if isinstance(value, tuple):
        for one in value:
            yield from _parts(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _parts(getattr(value, field.name))
    else:
        yield value


@pytest.mark.parametrize("language", sorted(VOICED))
@each("name", SAMPLES)
def test_no_figure_is_told_but_public_ones_and_telephone_numbers(name: str, language: str) -> None:
    session = SAMPLES[name]
    catalogue = desk_catalogue(DESIGN.catalogues, language)  # type: ignore[arg-type]
    known = {str(value) for _, value in view_of(session).values}
    own = readable(session.machine.bank_line).split()
    lines = {*HOTLINES_OF_ALL.values(), DEMO_BANK_LINE, *own}
    figures = set(re.findall(r"\d+", words_of(session, catalogue)))
    assert figures <= known | lines


@each("name", SAMPLES)
def test_everything_on_the_screen_can_be_pointed_at_by_a_name_in_the_view(name: str) -> None:
    session = watched(SAMPLES[name])
    view = view_of(session)
    names = [one.name for one in view.answers]
    assert names == ([] if view.blank else list(pointable(session)))
    for one in view.answers:
        assert told(session, ev.HelperPoints(one.name))[0].pointed == one.name


@each("name", SAMPLES)
def test_while_a_pin_is_typed_the_desk_sees_nothing_at_all(name: str) -> None:
    session = SAMPLES[name]
    if not isinstance(session.phase, s.COLLECTING_PIN) or session.overlay:
        return
    views = {
        view_of(replace(session, phase=replace(session.phase, digits=digits)))
        for digits in range(7)
    }
    (view,) = views
    bare = MaskedView(view.screen, view.profile, view.language, blank=True)
    assert view == bare
    assert desk_lines(view, DESIGN.catalogues["zh"]) == ("客户正在输入密码，这里什么都不显示",)


@pytest.mark.parametrize(
    ("one", "another"),
    [
        (s.EnteringAmount(CARD, 0), s.EnteringAmount(CARD, 1_990)),
        (s.Reviewing(CARD, yuan(500), (5, 0, 0, 0)), s.Reviewing(CARD, yuan(40), (0, 0, 2, 0))),
        (
            s.SuggestingAmounts(CARD, yuan(1_505), (yuan(1_500), yuan(1_510))),
            s.SuggestingAmounts(CARD, yuan(35), (yuan(30), yuan(40))),
        ),
        (
            s.Explaining(s.Notice("disputed", {"amount": yuan(700)}, "204817")),
            s.Explaining(s.Notice("disputed", {"amount": yuan(90)}, "731955")),
        ),
    ],
    ids=lambda phase: type(phase).__name__,
)
def test_two_customers_with_other_amounts_and_numbers_look_the_same(
    one: s.Phase, another: s.Phase
) -> None:
    first, second = view_of(a_session(one)), view_of(a_session(another))
    assert first == second


def test_why_the_screen_looks_so_is_not_the_desks_business() -> None:
    """An age and a need are behind it."""
    reasons: tuple[s.ReasonSource, ...] = ("DEFAULT", "DOCUMENT", "RECORD", "CARD_PREF", "NEED")
    views = {
        view_of(replace(a_session(s.ChoosingAmount(CARD), reason=reason), overlay="view"))
        for reason in reasons
    }
    assert len(views) == 1


# --- when there is one ----------------------------------------------------------------------------


@each("name", OF_ALL)
def test_nobody_is_watched_who_called_nobody(name: str) -> None:
    assert masked_view(SAMPLES[name]) is None


def asked() -> s.Session:
    session = replace(a_session(s.ChoosingAmount(CARD)), overlay="help")
    return step(session, ev.Chosen("call_staff"), 1.0)[0]


def test_the_view_begins_with_the_press_and_not_with_anything_of_the_desks() -> None:
    assert masked_view(asked()) is not None
    session = a_session(s.ChoosingAmount(CARD))
    for event in (ev.StaffCalled(1), ev.StaffCame(), ev.HelperPoints("other_amount")):
        assert masked_view(step(session, event, 1.0)[0]) is None


@pytest.mark.parametrize("event", [ev.Chosen("cancel_call"), ev.StaffBusy()])
def test_the_view_ends_with_the_call(event: ev.Event) -> None:
    session = step(step(asked(), ev.StaffCalled(2), 2.0)[0], event, 3.0)[0]
    assert masked_view(session) is None
    assert step(session, ev.HelperPoints("other_amount"), 4.0)[0].pointed == ""


def test_whoever_comes_next_is_not_watched_though_somebody_is_still_expected() -> None:
    session = a_session(s.Explaining(s.Notice("disputed", {}, "204817")))
    session = step(session, ev.Chosen("call_staff"), 1.0)[0]
    session = step(session, ev.Chosen("close"), 2.0)[0]
    assert masked_view(session) is not None
    gone = step(session, ev.Chosen("understood"), 3.0)[0]
    assert (type(gone.phase), gone.machine.call.state) == (s.Idle, "ringing")
    assert masked_view(gone) is None
    assert step(gone, ev.HelperPoints("languages"), 4.0)[0].pointed == ""
    again = step(replace(gone, overlay="help"), ev.Chosen("call_staff"), 5.0)
    assert masked_view(again[0]) is not None
    assert again[1] == (), "the bell rings already"


# --- on the desk ----------------------------------------------------------------------------------


def test_the_desk_names_what_stands_there_and_points_by_that_name() -> None:
    session = replace(watched(a_session(s.Reviewing(CARD, yuan(500), (5, 0, 0, 0)))))
    session = told(session, ev.HelperPoints("confirm"))[0]
    lines = desk_lines(view_of(session), DESIGN.catalogues["zh"])
    assert "  > confirm: 确认" in lines
    assert "  - return_card: 退卡" in lines
    assert not any("500" in line or "伍佰" in line for line in lines)


def test_a_console_is_told_what_changed_and_that_it_is_over(
    capsys: pytest.CaptureFixture[str],
) -> None:
    desk = PrintedDesk(DESIGN.catalogues["en"])
    view = view_of(a_session(s.ChoosingAmount(CARD)))
    for seen in (None, view, view, None):
        desk.look(seen)
    told_there = capsys.readouterr().err
    assert told_there.count("without amounts, accounts and names") == 2
    assert told_there.count("amount:1: An amount, not shown") == 1
    assert told_there.endswith("is not shown any more\n")


def test_an_amount_is_an_amount_to_the_desk_wherever_it_stands() -> None:
    session = a_session(s.ChoosingAmount(CARD))
    amounts = [one for one in prompt_of(session).answers if isinstance(one.amount, Amount)]
    assert len(amounts) > 1
    seen = [one for one in view_of(session).answers if one.what == "amount"]
    assert [one.name for one in seen] == [f"amount:{at}" for at in range(1, len(amounts) + 1)]
