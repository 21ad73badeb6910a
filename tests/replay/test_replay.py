"""A journal's rows lead to the screens that were shown; what they do not hold is said and never made up."""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from io import StringIO
from pathlib import Path

import pygame
import pytest

from devices.journal_store import JournalStore, StoredRow
from sim.replay import command, compare, page, retold
from sim.replay.draw import Drawer, title_of
from sim.replay.retold import Frame, Retelling
from sim.replay.window import Replay
from sim.stage.reading import reads
from sim.stage.settings import ConfigurationError, Settings
from sim.stories.command import STORIES
from sim.stories.file import Story, read_story
from sim.stories.folder import write_key
from sim.stories.play import Telling, play
from sim.stories.seen import Screen
from terminal import session as s
from terminal.flows.passbook import EnteringPin
from tests.stories.material import design, story


@lru_cache(maxsize=8)
def played(name: str = "") -> tuple[Sequence[StoredRow], Sequence[Screen]]:
    """A story's rows and the screens that were shown, in their order."""
    own = read_story(STORIES / f"{name}.toml", design()) if name else story()
    return rows_of(own)


def rows_of(own: Story) -> tuple[Sequence[StoredRow], Sequence[Screen]]:
    """The same of any story."""
    telling = Telling(own, design(), own.seed)
    rows: list[StoredRow] = []
    put_away = telling.player.close

    def keep() -> None:
        rows.extend(telling.player.bench.store.rows())
        put_away()

    telling.player.close = keep  # type: ignore[method-assign]
    assert telling.run().well
    return rows, telling.player.seen.screens


def told(rows: Sequence[StoredRow]) -> list[Frame]:
    """The rows told again, with nothing before them."""
    settings = Settings()
    return Retelling([], rows, design(), settings.cassettes, settings.language).run()


def in_order(keys: Sequence[str]) -> list[str]:
    """Without one after the same."""
    return [key for at, key in enumerate(keys) if at == 0 or keys[at - 1] != key]


def bare(frames: Sequence[Frame]) -> list[str]:
    """The names of screens that are not drawn."""
    return [one.key for one in frames if one.session is None]


BETWEEN = ("preparing_cash", "escrow.opening", "escrow.moving")
"""Screens that may be gone before the glass is drawn: over within one turn."""


@pytest.mark.parametrize(
    "name", ["", "deposit/power-failure", "exchange/changed", "withdrawal/notes-left"]
)
def test_the_rows_lead_to_the_screens_that_were_shown(name: str) -> None:
    rows, screens = played(name)
    shown = [one.key for one in screens if one.session and one.key not in BETWEEN]
    frames = [one.key for one in told(rows) if one.key not in BETWEEN]
    assert in_order(frames) == in_order(shown)
    assert all(one.session for one in told(rows))


def test_the_same_words_stand_on_them() -> None:
    rows, screens = played()
    words = {reads(one.session, design(), 0.0) for one in screens if one.session}
    missed = [
        one.key
        for one in told(rows)
        if one.session and reads(one.session, design(), 0.0) not in words
    ]
    assert [key for key in missed if key not in BETWEEN] == []


def test_profile_and_language_are_those_of_the_visit() -> None:
    rows, screens = played("withdrawal/notes-left")
    looks = {
        (one.session.look.profile, one.session.look.language) for one in screens if one.session
    }
    assert {(one.look.profile, one.look.language) for one in told(rows)} == looks


def test_an_amount_that_was_typed_is_told_by_the_request_for_it() -> None:
    typed = replace_acts("press 200, confirm", "press other amount\ntype 250\npress confirm")
    rows, _ = rows_of(typed)
    review = next(one for one in told(rows) if one.key == "review")
    assert review.session is not None
    assert "250 元" in " ".join(reads(review.session, design(), 0.0))


def replace_acts(old: str, new: str) -> Story:
    """The story of the tests with other acts."""
    from tests.stories.material import WITHDRAWAL

    assert old in WITHDRAWAL
    text = WITHDRAWAL.replace(old, new).replace("charged = 200", "charged = 250")
    return story(text)


def test_what_the_bank_told_is_not_made_up() -> None:
    frames = told(played("transfer/landlord")[0])
    bare = [one for one in frames if one.session is None]
    assert "transfer.waiting" in {one.key for one in bare}
    assert all(one.notes for one in bare)
    assert all(set(one.notes) & {retold.BARE, retold.UNKNOWN} for one in bare)


def test_after_what_is_unknown_the_telling_goes_on() -> None:
    frames = told(played("transfer/landlord")[0])
    first = next(at for at, one in enumerate(frames) if one.session is None)
    assert any(one.session and one.key == "enter_pin" for one in frames[first:])
    assert frames[-1].key == "idle"
    assert frames[-1].session


@pytest.mark.parametrize(
    ("name", "undrawn"),
    [
        ("exchange/no-small-notes", []),
        ("visitors/in-yuan", ["foreign.agreeing", "authorizing", "take_card", ""]),
        ("passbook/no-answer", []),
        (
            "bills/not-confirmed",
            ["bills.number", "asking_service", "bills.review", "paying", "", "notice.goodbye"],
        ),
        ("balance/then-nothing", ["balance.showing", "choose_service"]),
        ("withdrawal/unpayable", ["suggest_amounts", "review"]),
    ],
)
def test_nothing_is_named_or_drawn_that_was_not_there(name: str, undrawn: list[str]) -> None:
    """A machine with one cassette; a card in another currency; a page opened without a card; a card given back with
    what happened and no notes; and last words that do not deny what was done."""
    rows, screens = played(name)
    shown = iter([one.key for one in screens])
    frames = [one for one in told(rows) if one.key and one.key not in BETWEEN]
    assert all(key in shown for key in in_order([one.key for one in frames]))
    assert in_order(bare(told(rows))) == undrawn


def test_of_a_card_and_a_pin_only_what_is_on_record_is_there() -> None:
    rows, _ = played()
    last4 = next(str(row.body["last4"]) for row in rows if row.kind == "CARD_READ")
    held = [
        one.session.phase.card
        for one in told(rows)
        if one.session and isinstance(one.session.phase, s.EnteringPin | s.Reviewing)
    ]
    assert {card.pan.reveal() for card in held} == {"0" * 12 + last4}
    pin = next(one for one in told(rows) if one.key == "enter_pin")
    assert any("typed is not recorded" in note for note in pin.notes)


def test_a_visit_with_a_passbook_is_told_with_four_digits_of_its_number_and_no_more() -> None:
    rows, shown = played("passbook/locked")
    first = next(at for at, row in enumerate(rows) if row.kind == "PASSBOOK") - 1
    mine = [row for row in rows if row.visit == rows[first].visit]
    frames = Retelling(rows[:first], mine, design(), Settings().cassettes, "zh").run()
    keys = in_order([frame.key for frame in frames])
    assert keys[:2] == ["passbook.pin", "asking_service"]
    assert keys[-2:] == ["notice.passbook_locked", "idle"]
    asked = [frame.session for frame in frames if frame.key == "passbook.pin_again"]
    left = [one.phase.left for one in asked if one and isinstance(one.phase, EnteringPin)]
    assert left == [2, 1]
    assert {key for key in keys if key} <= {screen.key for screen in shown}
    books = [one.phase.book for one in asked if one and isinstance(one.phase, EnteringPin)]
    assert {book.last4 for book in books} == {"0218"}
    assert all(book.reveal()[:-5] == "0" * 11 for book in books)


ENGLISH = """about = "The notes jam after three of five, for somebody who reads English."
card = "chen"
language = "en"
faults = ["at present: jam after 3 notes"]

acts = \"\"\"
put in the card
type the PIN
choose withdrawal
press 500, confirm
take the card
    then the screen is count_notes_short
take the notes
press "All correct"
wait 2 min
\"\"\"

[end]
charged = 300
"""


@lru_cache(maxsize=1)
def jammed() -> tuple[Sequence[StoredRow], Sequence[Screen]]:
    """The visit in English of somebody whose bank knows their age, at a dispenser that jams and stays so."""
    return rows_of(story(ENGLISH))


def alone(rows: Sequence[StoredRow]) -> list[Frame]:
    """The last visit of these rows told by itself, as the command does it."""
    _, before, mine = command.chosen(rows, "last")
    settings = Settings()
    return Retelling(before, mine, design(), settings.cassettes, settings.language).run()


def looks(shown: Sequence[Frame] | Sequence[Screen]) -> list[tuple[str, str, str]]:
    """Each screen with its look, without one after the same."""
    found = [
        (one.key, one.session.look.profile, one.session.look.language)
        for one in shown
        if one.session and one.key not in BETWEEN
    ]
    return [one for at, one in enumerate(found) if at == 0 or found[at - 1] != one]


def test_a_visit_that_was_begun_in_english_is_drawn_in_english() -> None:
    rows, shown = jammed()
    frames = alone(rows)
    assert {one.look.language for one in frames if one.session and one.session.visit} == {"en"}
    assert looks(frames) == looks(shown)[-len(looks(frames)) :]
    notes = {note for one in frames for note in one.notes}
    assert not {note for note in notes if "language" in note or note.startswith("PROFILE")}


def test_a_machine_that_speaks_english_of_itself_is_drawn_in_english() -> None:
    rows = list(played()[0])
    assert rows[0].body["language"] == "zh"
    rows[0] = replace(rows[0], body={**rows[0].body, "language": "en"})
    for frames in (told(rows), alone(rows)):
        assert {one.look.language for one in frames} == {"en"}
        assert retold.LANGUAGE_UNKNOWN not in {note for one in frames for note in one.notes}


def test_of_a_record_that_does_not_hold_the_language_it_is_said() -> None:
    """Records of before it was written down."""
    rows, chosen = older(played()[0]), older(played("deposit/stored")[0])
    assert retold.LANGUAGE_UNKNOWN in {note for one in alone(rows) for note in one.notes}
    for known in (played()[0], chosen, jammed()[0], older(jammed()[0])):
        assert retold.LANGUAGE_UNKNOWN not in {note for one in alone(known) for note in one.notes}


def older(rows: Sequence[StoredRow]) -> list[StoredRow]:
    """As they were written when no start of the machine told its language."""
    return [
        replace(row, body={name: row.body[name] for name in row.body if name != "language"})
        if row.kind == "BOOT"
        else row
        for row in rows
    ]


def test_a_visit_at_a_dispenser_that_stays_jammed_ends_with_no_cash_and_no_other_reason() -> None:
    rows, shown = jammed()
    assert shown[-1].key == "out_of_service.cash"
    for frames in (told(rows), alone(rows)):
        ended = [one.key for one in frames][-2:]
        assert ended == ["notice.done", "out_of_service.cash"]


@pytest.mark.parametrize("name", ["card-loss/no-answer", "pin-change/no-answer"])
def test_a_visit_that_ends_because_the_bank_is_gone_says_the_bank(name: str) -> None:
    rows, shown = played(name)
    assert shown[-1].key == alone(rows)[-1].key == "out_of_service.host"


def test_a_reason_that_the_rows_do_not_lead_to_is_taken_from_the_record() -> None:
    rows = [
        replace(row, body={**row.body, "profile": "low_vision", "reason": "NEED"})
        if row.kind == "PROFILE" and row.body["reason"] == "RECORD"
        else row
        for row in jammed()[0]
    ]
    frames = alone(rows)
    assert frames[-1].key == "out_of_service.cash"
    assert "idle" not in [one.key for one in frames[1:]]


def test_a_machine_in_doubt_says_that_it_pays_no_cash() -> None:
    rows, shown = played("withdrawal/note-in-doubt")
    assert any(row.body.get("reason") == "doubt" for row in rows if row.kind == "OUT_OF_SERVICE")
    frames = [one.key for one in alone(rows)]
    assert frames[-1] == "out_of_service.cash"
    assert frames[-1] in [one.key for one in shown]


def test_the_number_that_the_customer_was_told_is_the_one_on_record() -> None:
    rows, _ = played("exchange/note-in-doubt")
    reference = next(str(row.body["reference"]) for row in rows if row.kind == "SUSPECT")
    shown = " ".join(
        text for one in told(rows) if one.session for text in reads(one.session, design(), 0.0)
    )
    assert reference in shown.replace(" ", "").replace("\u00a0", "")


def test_a_row_that_cannot_have_been_is_no_end_of_the_telling() -> None:
    rows = list(played()[0])
    at = next(at for at, row in enumerate(rows) if row.kind == "PIN_RESULT")
    rows[at] = replace(rows[at], kind="STORED", body={})
    frames = told(rows)
    assert any(one.session is None for one in frames)
    assert frames[-1].key == "idle"


def test_rows_that_differ_from_what_the_core_writes_are_said_to() -> None:
    rows = list(played()[0])
    at = next(at for at, row in enumerate(rows) if row.kind == "AUTH_INTENT")
    rows[at] = replace(rows[at], body={**rows[at].body, "amount": 99_900})
    notes = [note for one in told(rows) for note in one.notes]
    assert any("recorded amount is 99900" in note for note in notes)


# --- two runs ------------------------------------------------------------------------------------


def test_a_run_agrees_with_itself() -> None:
    frames = told(played()[0])
    assert compare.differences(frames, frames, design()) == []


def test_runs_of_other_seeds_agree_but_for_chance() -> None:
    other, _ = rows_of(replace(story(), seed=5))
    assert compare.differences(told(played()[0]), told(other), design()) == []


def test_two_runs_are_told_apart_by_screen_words_money_and_row() -> None:
    other, _ = rows_of(
        replace_acts("press 200, confirm", "press other amount\ntype 250\npress confirm")
    )
    found = compare.differences(told(played()[0]), told(other), design())
    assert [one.what for one in found] == ["money", "screen", "words", "journal row"]
    assert "review" in found[1].ours
    assert "enter_amount" in found[1].theirs
    assert "amount=200.00 CNY" in found[0].ours
    assert "amount=250.00 CNY" in found[0].theirs
    assert "value=200.00" in found[3].ours
    text = "\n".join(compare.told(found))
    assert "the same 0 times" in text
    assert "enter_amount" in text


def test_another_card_is_told_last_and_hides_nothing_else() -> None:
    mine = played()[0]
    theirs = [
        replace(row, body={**row.body, "last4": "9999"}) if "last4" in row.body else row
        for row in mine
    ]
    assert any(row.kind == "AUTH_INTENT" and row.body["last4"] == "9999" for row in theirs)
    found = compare.differences(told(mine), told(theirs), design())
    assert [one.what for one in found] == ["card"]
    assert "last4=0117" in found[0].ours
    also = [
        replace(row, body={**row.body, "amount": 10_000}) if row.kind == "FINAL" else row
        for row in theirs
    ]
    found = compare.differences(told(mine), told(also), design())
    assert (found[0].what, found[-1].what) == ("money", "card")
    assert "FINAL amount=100.00 CNY" in found[0].theirs


def test_a_screen_that_the_record_calls_otherwise_has_both_names() -> None:
    frames = told(played("withdrawal/notes-left")[0])
    texts = [
        text
        for what, one in compare.readings(frames, design())
        if what == "journal row"
        for _, text in one
    ]
    assert any("screen=notice (shown as notice.retracted" in text for text in texts)
    known = [text for text in texts if "screen=choose_amount" in text]
    assert known
    assert not any("shown as" in text for text in known)


def test_notes_are_told_in_yuan() -> None:
    frames = told(played("deposit/stored")[0])
    money = dict(compare.readings(frames, design()))["money"]
    assert "STORED counts=20x1 50x1 100x2" in [text for _, text in money]


# --- as a reader has it --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal on the disk."""
    path = tmp_path_factory.mktemp("replay") / "journal.db"
    write_key(path)
    assert play(
        read_story(STORIES / "withdrawal" / "plain.toml", design()), design(), journal=path
    ).well
    return path


def given(journal: Path, **more: object) -> argparse.Namespace:
    """What the command line gives."""
    plain = {"visit": "last", "out": None, "speed": 1.0, "step": False, "compare": None}
    return argparse.Namespace(journal=journal, config=None, **{**plain, **more})


def test_without_a_display_a_page_is_written(
    journal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    said = StringIO()
    assert command.run(given(journal, out=tmp_path / "there", speed=4.0, step=True), said) == 0
    text = (tmp_path / "there" / page.PAGE).read_text(encoding="utf-8")
    pictures = {path.name for path in (tmp_path / "there" / page.PICTURES).iterdir()}
    assert pictures
    assert all(name in text for name in pictures)
    assert 'data-speed="4.0" data-step="yes"' in text
    assert "CARD_READ" in text
    assert "enter_pin" in said.getvalue()


def test_two_journals_are_compared_by_the_command(journal: Path) -> None:
    said = StringIO()
    assert command.run(given(journal, compare=str(journal)), said) == 0
    assert "agree" in said.getvalue()


def test_a_visit_that_is_not_there_and_a_wrong_speed_are_mistakes(journal: Path) -> None:
    with pytest.raises(ConfigurationError, match="no visit zzz"):
        command.run(given(journal, visit="zzz"))
    with pytest.raises(ConfigurationError, match="--speed"):
        command.run(given(journal, speed=0.0))


def test_a_journal_without_a_visit_is_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    write_key(path)
    JournalStore(path, path.with_name("journal.db.key").read_bytes(), ballast_bytes=0).close()
    with pytest.raises(ConfigurationError, match="no visit"):
        command.run(given(path))


def test_a_screen_of_which_only_the_name_is_known_is_drawn_as_such() -> None:
    drawer = Drawer(Settings(), design())
    frames = told(played("transfer/landlord")[0])
    bare = next(one for one in frames if one.session is None and one.key)
    whole = next(one for one in frames if one.session is not None)
    assert title_of(bare, design())
    assert drawer.picture(bare).get_size() == drawer.size
    corner = (1, 1)
    assert drawer.picture(bare).get_at(corner) != drawer.picture(whole).get_at(corner)


def test_a_replay_plays_at_its_pace_and_steps_by_keys() -> None:
    frames = told(played()[0])
    replay = Replay(frames, speed=2.0, playing=True)
    gap = min(frames[1].at - frames[0].at, 6.0)
    replay.turns(gap / 2 - 0.01)
    assert replay.at == 0
    replay.turns(gap / 2 + 0.01)
    assert replay.at == 1
    assert replay.key(pygame.K_RIGHT, 10.0)
    assert (replay.at, replay.playing) == (2, False)
    replay.turns(1_000.0)
    assert replay.at == 2
    assert replay.key(pygame.K_LEFT, 11.0)
    assert replay.at == 1
    assert not replay.key(pygame.K_ESCAPE, 12.0)


def test_nothing_of_a_driver_a_port_or_a_world_is_even_loaded() -> None:
    modules = (
        "import sim.replay.command, sim.replay.page, sim.replay.window, sys; print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", modules], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(done.stdout.split())
    assert "sim.replay.retold" in loaded
    reaching = {"serial", "devices.transport", "devices.pin_pad"} | {
        name for name in loaded if name.endswith(".driver") or name.startswith("sim.world")
    }
    assert reaching & loaded == set()
