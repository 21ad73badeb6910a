"""Six synthetic customers: they know only what is on the glass and in the air, they press as hands do,
and what is promised of the detection holds for them. Small numbers of visits with fixed seeds."""

import ast
import dataclasses
import io
import json
import os
import random
import typing
from dataclasses import replace
from pathlib import Path

import pytest

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

from sim.proof.personas import command, hands, mind
from sim.proof.personas.command import summary
from sim.proof.personas.ears import Air, Heard, understood
from sim.proof.personas.eyes import Sight, Thing, Words, legible, sight_of
from sim.proof.personas.mind import Act, Down, Mind, Perception, Slots
from sim.proof.personas.page import MODEL, cause_told, page, verdict
from sim.proof.personas.sources import (
    AMOUNTS_YUAN,
    COMMON,
    NAMES,
    PERSONAS,
    TRAITS,
    Common,
    PersonaName,
    Trait,
)
from sim.proof.personas.tally import (
    by_kind,
    difference_of_means,
    difference_of_shares,
    gates,
    lines,
    places,
    share,
    versus,
)
from sim.proof.personas.visit import MODES, Mode, Result, Visit, Wrong, house, play
from sim.proof.personas.words import ASKS, figure
from sim.stage.samples import SAMPLES, shown_as
from terminal import events as ev
from terminal.session import EnteringAmount

NUMBERS: tuple[Trait | Common, ...] = (*TRAITS, *COMMON)
LOW_VISION, TREMOR, HESITANT = (
    PERSONAS["low-vision-55"],
    PERSONAS["tremor-60"],
    PERSONAS["hesitant-70"],
)


# --- the numbers -----------------------------------------------------------------------------------


def test_every_number_has_a_source_or_says_that_it_is_assumed_and_why() -> None:
    for number in NUMBERS:
        assert number.about
        assert len(number.source.removeprefix("assumed: ")) >= len("C6"), number.name


def test_what_one_does_who_is_lost_adds_up() -> None:
    for who in PERSONAS.values():
        ways = [getattr(who, trait.name) for trait in TRAITS if trait.name.startswith("lost_")]
        assert sum(ways) == pytest.approx(1.0), who.name
    assert sum(AMOUNTS_YUAN.values()) == pytest.approx(1.0)


# --- what reaches a persona --------------------------------------------------------------------------

SENSED = {"things", "x", "y", "w", "h", "shape", "words", "picture", "filled"}
SENSED |= {"text", "em_mm", "contrast", "language", "dba", "per_second", "until"}
SENSED |= {"sight", "heard", "speaks", "slots", "card_out", "notes_out", "has_card", "has_notes"}


def test_a_perception_holds_what_is_seen_and_heard_and_nothing_else() -> None:
    found: set[str] = set()
    kinds = {type(None)}

    def walk(kind: object) -> None:
        if dataclasses.is_dataclass(kind) and isinstance(kind, type):
            for name, hint in typing.get_type_hints(kind).items():
                found.add(name)
                walk(hint)
            return
        for part in typing.get_args(kind):
            walk(part)
        if isinstance(kind, type) and not typing.get_args(kind):
            kinds.add(kind)

    walk(Perception)
    assert found == SENSED
    assert kinds <= {type(None), float, int, str, bool}


def test_a_mind_can_reach_nothing_of_the_machine() -> None:
    tree = ast.parse(Path(mind.__file__).read_text(encoding="utf-8"))
    named = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    named |= {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    inside = {
        name for name in named if name.split(".")[0] in ("terminal", "screens", "sim", "audio")
    }
    assert inside <= {
        "sim.proof.personas",
        "sim.proof.personas.ears",
        "sim.proof.personas.eyes",
        "sim.proof.personas.hands",
        "sim.proof.personas.sources",
        "sim.proof.personas.words",
        "terminal.ports",
    }


def test_what_looks_the_same_is_the_same_whatever_is_behind_it() -> None:
    visit = arrived("fluent-25", "standard")
    assert visit.boxes is not None
    assert visit.sizes is not None
    hidden = replace(
        visit.boxes,
        identity="another screen of another profile",
        boxes=tuple(
            replace(box, name="secret", event=box.event and ev.Chosen("secret"))
            for box in visit.boxes.boxes
        ),
    )
    other = replace(visit.sizes, name="elder", palette="other", slop_px=99)
    assert sight_of(hidden, other) == sight_of(visit.boxes, visit.sizes)
    larger = replace(visit.boxes, boxes=visit.boxes.boxes[:-1])
    assert sight_of(larger, other) != sight_of(visit.boxes, visit.sizes)


def test_equal_perceptions_lead_to_equal_deeds() -> None:
    visit = arrived("hesitant-70", "elder")
    deeds = []
    for _ in range(2):
        who = Mind(HESITANT, 500, "246813", house().languages["zh"], random.Random("x"))
        who.perceive(Perception(visit.sight, (), False, Slots()), 0.0)
        done = []
        while who.due() < 60.0:
            now = who.due()
            done.append((now, who.act(now)))
        deeds.append(done)
    assert deeds[0] == deeds[1]
    assert any(Act("insert") in done for _, done in deeds[0])


# --- eyes, ears, hands -----------------------------------------------------------------------------


def test_small_text_is_out_of_reach_for_weak_eyes_and_large_text_is_not() -> None:
    def chance(em_mm: float, contrast: float = 12.0, near_mm: float = 600.0) -> float:
        words = Words("请核对", em_mm, contrast)
        return legible(LOW_VISION.acuity, LOW_VISION.contrast_need, words, near_mm)

    assert 0.3 < chance(6.8) < 0.5
    assert chance(6.8, near_mm=450.0) > chance(6.8)
    assert chance(14.0) == 1.0
    assert chance(4.0) == 0.0
    assert chance(14.0, contrast=3.0) < 0.5
    assert legible(1.0, 3.0, Words("请核对", 6.8, 12.0), 600.0) == 1.0


def test_speech_is_understood_by_loudness_rate_and_language() -> None:
    def chance(dba: float, rate: float, language: str = "zh") -> float:
        heard = Heard("请取卡", language, dba, rate, 0.0)  # type: ignore[arg-type]
        return understood(HESITANT, heard)

    assert chance(70.0, 3.3) > chance(70.0, 4.3) > chance(60.0, 4.3) > 0
    assert chance(40.0, 3.3) == 0.0
    assert chance(70.0, 2.5, "en") == 0.0


def test_a_sentence_is_heard_when_its_last_word_was_said_and_not_if_it_was_broken_off() -> None:
    visit = arrived("hesitant-70", "elder")
    air = visit.air
    assert isinstance(air, Air)
    ends = [heard.until for heard in air.coming]
    assert len(ends) > 1
    assert [heard.until for heard in air.heard(ends[0])] == ends[:1]
    air.stop(ends[0] + 0.1)
    assert air.heard(ends[-1] + 10) == ()
    assert not air.speaks(ends[-1])


def test_a_trembling_hand_lands_wide_and_sometimes_twice() -> None:
    rng = random.Random(1)
    presses = [hands.press(TREMOR, (100.0, 100.0), rng) for _ in range(4_000)]
    bounced = sum(len(motions) > 2 for motions in presses) / len(presses)
    assert bounced == pytest.approx(TREMOR.bounces, abs=0.02)
    right = sum(motions[0].x for motions in presses) / len(presses) - 100.0
    assert right == pytest.approx(TREMOR.aim_bias_mm, abs=0.3)
    assert all(not late.meant for motions in presses for late in motions[2:])


def test_a_wrong_key_that_is_felt_is_corrected() -> None:
    clumsy = replace(TREMOR, key_misses=0.5)
    keys = [key for _, key in hands.typed(clumsy, "246813", random.Random(3))]
    assert "clear" in keys
    assert keys[-1] == "enter"
    assert [
        key for _, key in hands.typed(replace(TREMOR, key_misses=0.0), "24", random.Random(3))
    ] == [
        "2",
        "4",
        "enter",
    ]


# --- words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whoever_knows_the_language_understands_every_screen_of_a_withdrawal(language: str) -> None:
    catalogue = house().design.catalogues[language]  # type: ignore[index]
    words = house().languages[language]  # type: ignore[index]
    for key, ask in ASKS.items():
        entry = catalogue.entries.get(key)
        if entry is not None:
            whole = "\n".join((entry.title, entry.text, *entry.parts))
            assert ask in words.asks(whole), key
    for name in ("confirm", "change", "other_amount", "count_right", "to_elder", "back", "help"):
        assert words.label(catalogue.label(name)) == name


def test_figures_are_read_in_any_language() -> None:
    assert figure("1,000 元") == 1_000
    assert figure("500 yuan") == 500
    assert figure("第1步，共4步") is None
    assert house().languages["en"].label("500 元") == "amount:500"
    assert house().languages["en"].label("5") == "digit:5"
    assert house().languages["en"].label("确认") == ""
    assert house().languages["zh"].label("更多 1/3") == "page"


# --- at the machine ----------------------------------------------------------------------------------


def arrived(persona: PersonaName, mode: Mode) -> Visit:
    """A visit just before the customer does anything."""
    visit = Visit(persona, mode, 1)
    visit.opens()
    visit._see(visit.bench.clock.now())
    return visit


def test_a_press_goes_through_the_touch_rules_of_the_glass() -> None:
    visit = arrived("fluent-25", "natural")
    assert visit.boxes is not None
    switch = next(b for b in visit.boxes.targets if b.event == ev.Chosen("profile", "elder"))
    thing = visit.sight.things[visit.boxes.boxes.index(switch)]
    x, y = thing.middle
    shown_at, now = visit.bench.clock.now(), visit.hand.armed_at

    def presses(at: float, dx: float = 0.0) -> list[ev.Event]:
        visit.bench.glass.pressed.clear()
        visit._points("down", x + dx, y, mind.Want("to_elder", thing), at)
        visit._points("up", x + dx, y, mind.Want("to_elder", thing), at + 0.1)
        return list(visit.bench.glass.pressed)

    assert presses(shown_at + 0.05) == []
    assert ev.Chosen("profile", "elder") in presses(now + 0.01)
    assert ev.Chosen("profile", "elder") not in presses(now + 0.2)
    assert (visit.result.ignored, visit.result.wrong) == (2, 0)
    presses(now + 5.0, dx=-200.0)
    assert visit.result.missed == 1


def test_a_comparison_lets_no_press_change_the_profile() -> None:
    visit = arrived("fluent-25", "standard")
    seen: list[str] = []
    visit.bench.terminal.listeners.append(
        lambda before, event, after, effects, now: seen.append(after.look.profile)
    )
    assert visit.boxes is not None
    switch = next(b for b in visit.boxes.targets if b.event == ev.Chosen("profile", "elder"))
    x, y = visit.sight.things[visit.boxes.boxes.index(switch)].middle
    later = visit.hand.armed_at + 1.0
    visit._points("down", x, y, None, later)
    visit._points("up", x, y, None, later + 0.1)
    visit.bench.waits(1.0)
    assert visit.result.wrong == 1
    assert set(seen) == {"standard"}


def test_a_choice_that_is_not_obeyed_is_noticed() -> None:
    visit = arrived("fluent-70", "natural")
    before = replace(visit.bench.session, visit="a visit")
    switched = replace(before, look=replace(before.look, profile="elder"))
    visit._measures(before, ev.Chosen("profile", "elder"), switched, (), 1.0)
    assert (visit.result.explicit, visit.result.disobeyed) == (1, 0)
    visit._measures(switched, ev.Reminded(1), before, (), 2.0)
    assert visit.result.disobeyed == 1
    visit._measures(before, ev.Chosen("profile", "elder"), before, (), 3.0)
    assert visit.result.disobeyed == 2


@pytest.mark.parametrize("mode", MODES)
def test_the_same_seed_gives_the_same_visit(mode: Mode) -> None:
    assert play("tremor-60", mode, 7) == play("tremor-60", mode, 7)


def test_a_fluent_customer_gets_the_money_and_the_card() -> None:
    for seed in range(1, 5):
        result = play("fluent-25", "standard", seed)
        assert result.completed, result
        assert result.in_hand == result.amount
        assert result.seconds < 120


@pytest.mark.parametrize("mode", ["standard", "elder"])
def test_every_amount_but_an_odd_one_is_had_without_typing(mode: Mode) -> None:
    """In either profile only 1,500 is on none of the buttons."""
    wanted = set[int]()
    for seed in (1, 3, 5, 6, 15, 31, 53):
        visit = Visit("fluent-25", mode, seed)
        phases: list[object] = []
        visit.bench.watchers.append(lambda session, now: phases.append(session.phase))  # noqa: B023
        result = visit.run()
        assert result.completed
        typed = any(isinstance(phase, EnteringAmount) for phase in phases)
        assert result.wrong or typed is (result.amount == 1_500), result
        wanted.add(result.amount)
    assert wanted == set(AMOUNTS_YUAN)


def test_a_foreigner_finds_english() -> None:
    visit = Visit("first-time-foreigner-30", "standard", 2)
    languages: set[str] = set()
    visit.bench.watchers.append(lambda session, now: languages.add(session.look.language))
    assert visit.run().completed
    assert "en" in languages


def test_the_promises_about_detection_hold_for_all_six() -> None:
    results = [play(name, "natural", seed) for name in NAMES for seed in range(1, 6)]
    promised = gates(by_kind(results))[:5]
    assert [gate.name for gate in promised if not gate.held] == []
    assert next(gate for gate in promised if "hesitant" in gate.name).judged
    left = next(gate for gate in promised if "one press" in gate.name)
    assert left.judged
    assert not left.found.startswith("0 ")


def test_a_late_movement_lands_on_the_screen_that_came_under_it() -> None:
    visit = arrived("hesitant-70", "standard")
    button = Thing(10, 10, 60, 30, "button", (Words("确认", 7.5, 10.0),))
    first = Sight((button, Thing(10, 60, 60, 10, "words", (Words("请核对", 9.0, 10.0),))))
    for at, landed in ((10.0 - HESITANT.stop_seconds / 2, True), (5.0, False)):
        late = Mind(HESITANT, 500, "246813", house().languages["zh"], random.Random(1))
        late.perceive(Perception(first, (), False, Slots(has_card=False)), 0.0)
        late._agenda.clear()
        late._presses(mind.Want("confirm", button), 10.0)
        late.perceive(Perception(visit.sight, (), False, Slots(has_card=False)), at)
        downs = [item for _, _, item in late._agenda if isinstance(item, Down)]
        assert bool(downs) is landed


# --- figures -----------------------------------------------------------------------------------------


def results_of(**facts: object) -> list[Result]:
    """Visits of everybody in every mode, all well, with some facts changed in each."""
    made = []
    for name in NAMES:
        for mode in MODES:
            one = Result(name, mode, 1, 500, completed=True, before_amount="elder", explicit=1)
            one.leaving_probed = one.left_with_one = 3
            made.append(replace(one, **facts))  # type: ignore[arg-type]
    return made


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"disobeyed": 1}, "obeyed"),
        ({"applied_young": True}, "under a verified 50"),
        ({"offers": 3}, "offers"),
        ({"before_amount": "standard"}, "before the amount"),
        ({"left_with_one": 2}, "one press"),
    ],
)
def test_each_gate_can_fail(facts: dict[str, object], name: str) -> None:
    well = gates(by_kind(results_of()))
    ill = gates(by_kind(results_of(**facts)))
    assert all(gate.held for gate in well[:5])
    assert [gate.held for gate in ill[:5] if name in gate.name] == [False]


def test_a_comparison_is_judged_only_by_enough_visits() -> None:
    few, many = results_of(), results_of() * 200
    assert not any(gate.judged for gate in gates(by_kind(few))[5:])
    judged = gates(by_kind(many))[5:]
    assert all(gate.judged for gate in judged)
    assert not any(gate.held for gate in judged), "no difference is no victory"
    assert {verdict(gate) for gate in judged} == {"NOT SHOWN"}
    worse = [replace(one, completed=one.mode != "elder", wrong=one.mode == "elder") for one in many]
    assert {verdict(gate) for gate in gates(by_kind(worse))[5:]} == {"NOT HELD"}


def test_intervals() -> None:
    none = share(0, 10)
    assert none.low == 0.0
    assert none.high == pytest.approx(0.278, abs=0.001)
    gap = difference_of_shares(share(95, 100), share(50, 100))
    assert gap.value == pytest.approx(0.45)
    assert gap.clear == 1
    assert difference_of_means([0] * 50, [1] * 50).clear == -1
    assert difference_of_means([0, 1] * 50, [1, 0] * 50).clear == 0


def test_the_page_names_every_number_and_says_what_it_is() -> None:
    results = by_kind(results_of())
    found, against, judged = list(lines(results)), list(versus(results)), gates(results)
    whole = page(found, against, judged, "told")
    assert "This is a model, not people" in whole
    assert all(number.name in whole for number in NUMBERS)
    told = "\n".join(summary(found, against, judged, "told"))
    assert MODEL in told
    assert all(name in told for name in NAMES)


def reviewing() -> Visit:
    """A visit on whose glass an amount is to be confirmed or changed."""
    visit = arrived("hesitant-70", "elder")
    visit.bench.terminal.session = shown_as(SAMPLES["review"], "elder", "zh")
    visit._see(visit.bench.clock.now())
    return visit


def seen_as(visit: Visit, name: str) -> Thing:
    """What the box of this name looks like."""
    assert visit.boxes is not None
    names = [box.name for box in visit.boxes.boxes if box.role != "timer"]
    return visit.sight.things[names.index(name)]


def test_a_wrong_press_is_kept_with_its_screen_and_how_it_came() -> None:
    visit = reviewing()
    change = seen_as(visit, "change")
    visit._counts(ev.Chosen("change"), mind.Want("change", change))
    visit._counts(ev.Chosen("change"), mind.Want("confirm", change))
    assert visit.result.pressed == {"review": 2}
    assert visit.result.wrong == 1
    assert visit.result.wrongs == [Wrong("review", "slip", "confirm", "change")]


def test_places_add_up_to_the_wrong_presses_and_forget_the_figures() -> None:
    slips = [
        Wrong("choose_amount", "slip", "amount:500", "amount:1000"),
        Wrong("choose_amount", "slip", "amount:200", "amount:500"),
        Wrong("review", "bounce", "", "confirm"),
    ]
    one = Result(
        *("hesitant-70", "elder", 1, 500),
        wrong=3,
        wrongs=slips,
        pressed={"review": 2, "choose_amount": 3, "count_notes": 1},
    )
    found = list(places(by_kind([one, one])))
    told = [(p.screen, p.presses, p.wrong) for p in found]
    assert told == [("choose_amount", 6, 4), ("review", 4, 2), ("count_notes", 2, 0)]
    assert [cause_told(c) for p in found for c in p.causes] == [
        "slip amount → amount, 4",
        "bounce confirm, 2",
    ]
    whole = page([], [], [], "told", found)
    assert "<td>6</td><td>4</td><td>66.7</td>" in whole
    assert "count_notes" not in whole


@pytest.mark.parametrize(
    ("aimed", "word", "pressed", "why"),
    [
        ("change", "confirm", "change", "slip"),
        ("confirm", "confirm", "change", "aim"),
        ("confirm", "confirm", "confirm", "unchecked"),
        ("confirm", mind.UNSURE, "change", "guess"),
        (None, "confirm", "change", "late"),
        (None, None, "change", "bounce"),
    ],
)
def test_how_a_wrong_press_came(
    aimed: str | None, word: str | None, pressed: str, why: str
) -> None:
    visit = reviewing()
    thing = seen_as(visit, aimed) if aimed else Thing(0.0, 0.0, 1.0, 1.0, "button")
    want = mind.Want(word, thing) if word else None
    assert visit._why(ev.Chosen(pressed), want) == why


def test_words_taken_for_others_are_no_slip() -> None:
    visit = reviewing()
    change = seen_as(visit, "change")
    visit.mind.known[change.words[0].text] = "confirm"
    assert visit._why(ev.Chosen("change"), mind.Want("confirm", change)) == "misread"


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> tuple[PersonaName, ...]:
    """Only two of the six, where what is done with them is the question."""
    monkeypatch.setattr(command, "NAMES", NAMES[:2])
    return NAMES[:2]


def test_the_command_prints_and_writes_what_it_found(
    tmp_path: Path, two: tuple[PersonaName, ...]
) -> None:
    told = io.StringIO()
    assert command.run(1, 2, 1, tmp_path, told) == 0
    assert MODEL in told.getvalue()
    figures = json.loads((tmp_path / "personas.json").read_text(encoding="utf-8"))
    assert len(figures["lines"]) == len(two) * len(MODES)
    wrong = sum(one["wrong"] for one in figures["lines"])
    assert sum(c["times"] for p in figures["wrong_presses"] for c in p["causes"]) == wrong
    assert MODEL in (tmp_path / "personas.html").read_text(encoding="utf-8").replace("&#x27;", "'")
    assert len(list(tmp_path.glob("*.png"))) == len(two) * len(MODES)


def test_some_of_them_can_be_chosen() -> None:
    told = io.StringIO()
    chosen = {"personas": ["tremor-60"], "profiles": ["elder", "standard"]}
    assert command.run(1, 2, 1, None, told, **chosen) == 0
    assert "1 visits of tremor-60 in standard, elder, seeds 2 to 2" in told.getvalue()
    table = told.getvalue().partition("Elder less")[0]
    assert all(name not in table for name in NAMES if name != "tremor-60")
    assert command.run(1, 2, 1, None, told, profiles=["elders"]) == command.MISTAKE


def test_where_everybody_completes_it_is_said_that_nothing_can_be_gained() -> None:
    found = {gate.name: gate.found for gate in gates(by_kind(results_of()))}
    completed = [text for name, text in found.items() if name.endswith("completed")]
    assert len(completed) == 3
    assert all("nothing to gain" in text for text in completed)
    some = [replace(one, completed=one.mode == "elder") for one in results_of()]
    assert all("nothing to gain" not in gate.found for gate in gates(by_kind(some)))


def test_the_figures_do_not_depend_on_how_many_play(two: tuple[PersonaName, ...]) -> None:
    one = command.played(1, 3, 1)
    assert {result.persona for result in one} == set(two)
    assert one == command.played(1, 3, 2)
