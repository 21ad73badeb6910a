"""Spoken prompts made ahead, and recordings checked: what is there, what is missing, what is stale."""

import io
import json
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

import pytest

from audio.clips import RATE_HZ, Clip, ClipCache, clip_name, write_wav
from audio.outputs import SHARED, Devices
from audio.packs import recording_sha256
from audio.telling import PLACES, Places
from audio.tts import Failed, Made, Synthesizer
from audio.utterance import Utterance, units_per_second
from sim.stage import prompts
from sim.stage.prompts import (
    Take,
    build,
    check,
    fixed_prompts,
    opened_packs,
    public_prompts,
    takes,
)
from sim.stage.settings import ConfigurationError, Design, Settings, own_design, read_settings
from terminal.profile import Language, Profile
from tests.stage.processes import call

LANGUAGES: tuple[Language, ...] = ("en", "zh")

FEW_OF = 10
"""`make test` makes so manieth of the sentences, some of each language at each pace and all that the tests name:
whether a clip is there is asked of each by itself. What is about all of them asks for `every_sentence`."""

NAMED = ("idle", "take_notes")


@cache
def _worked_out(languages: tuple[Language, ...], places: Places = PLACES) -> dict[str, Take]:
    return takes(own_design(), languages, places)


def kept(design: Design, languages: Sequence[Language], places: Places = PLACES) -> dict[str, Take]:
    """As `takes`, worked out once."""
    assert design is own_design()
    return dict(_worked_out(tuple(languages), places))


def few(design: Design, languages: Sequence[Language], places: Places = PLACES) -> dict[str, Take]:
    """Some of them."""
    each = (enumerate(kept(design, [one], places).items()) for one in languages)
    every = (counted for language in each for counted in language)
    return {name: one for at, (name, one) in every if one.key in NAMED or at % FEW_OF == 0}


@pytest.fixture(autouse=True)
def sentences(monkeypatch: pytest.MonkeyPatch, whole: bool) -> None:
    """What is said is worked out once for all tests."""
    monkeypatch.setattr(prompts, "takes", kept if whole else few)


@pytest.fixture
def every_sentence(sentences: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them, in `make test` too."""
    monkeypatch.setattr(prompts, "takes", kept)


class Quick(Synthesizer):
    """An engine that says anything in no time; what is in `fails` it cannot."""

    def __init__(self, *fails: str) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.fails = fails
        self._done: list[Made | Failed] = []

    def request(
        self, utterance: Utterance, only: Collection[int], profile: Profile, now: float
    ) -> int:
        texts = [utterance.sentences[n] for n in sorted(only)]
        self.asked += texts
        number = len(self.asked)
        failed = any(text in self.fails for text in texts)
        clips = (Clip(bytes(2)),) * len(texts)
        self._done.append(Failed(number) if failed else Made(number, clips))
        return number

    def poll(self, now: float) -> list[Made | Failed]:
        done, self._done = self._done, []
        return done

    def warm_up(self, now: float) -> None:
        raise AssertionError("nothing is to be kept warm here")


def built(folder: Path, engine: Synthesizer, language: Language | None = None) -> tuple[int, str]:
    told = io.StringIO()
    code = build(Settings(), folder, 2, language, told, engine)
    return code, told.getvalue()


def checked(pack: Path | None, folder: Path) -> tuple[int, str]:
    told = io.StringIO()
    code = check(Settings(), pack, folder, told)
    return code, told.getvalue()


# --- what is fixed -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_fixed_sentences_hold_no_value_and_are_public(language: Language) -> None:
    every = list(fixed_prompts(own_design(), language))
    assert {"idle", "take_notes", "reminder.take_notes"} <= {fixed.key for fixed in every}
    for fixed in every:
        assert fixed.utterance.privacy == "P0"
        assert "{" not in fixed.utterance.text + fixed.utterance.form


@pytest.mark.usefixtures("every_sentence")
def test_a_kiosk_starts_with_every_fixed_sentence_of_every_profile(tmp_path: Path) -> None:
    """Under the very names that a running terminal asks for."""
    built(tmp_path, Quick())
    cache, design = ClipCache(tmp_path), own_design()
    for language in LANGUAGES:
        for fixed in fixed_prompts(design, language):
            for profile in design.profiles.values():
                for form in fixed.utterance.forms:
                    name = clip_name(form, language, units_per_second(language, profile))
                    assert cache.get(name) is not None, fixed.key


@pytest.mark.parametrize("language", LANGUAGES)
def test_choices_places_and_steps_of_the_sound_are_made_ahead(language: Language) -> None:
    """As the voice tells them in the headset; nothing above P0 among them."""
    every = list(public_prompts(own_design(), language))
    assert {one.privacy for _, one in every} == {"P0"}
    assert {one.lang for _, one in every} == {language}
    texts = " ".join(one.text for _, one in every)
    for part in {"zh": ("按一", "十一点钟方向", "语速，五档", "音量，六档")}.get(
        language, ("press one", "eleven o'clock", "Speed, step five", "Volume, step six")
    ):
        assert part in texts
    forms = {take.form for take in _worked_out((language,)).values()}
    assert {form for _, one in every for form in one.forms} <= forms


# --- build -------------------------------------------------------------------------------------------


def test_the_second_time_everything_is_there(tmp_path: Path) -> None:
    whole = len(prompts.takes(own_design(), LANGUAGES))
    code, told = built(tmp_path, Quick())
    assert code == 0
    assert f"{whole} made, 0 there already" in told
    assert told.splitlines()[-2].startswith(f"100% {whole} of {whole} sentences, in ")
    again = Quick()
    code, told = built(tmp_path, again)
    assert (code, again.asked) == (0, [])
    assert told == (
        f"All {whole} sentences (en, zh, at the pace of each profile) are in {tmp_path} already.\n"
    )


def test_only_what_is_missing_or_spoiled_is_made(tmp_path: Path) -> None:
    built(tmp_path, Quick())
    one, two, *_ = sorted(tmp_path.iterdir())
    one.unlink()
    two.write_bytes(b"RIFF")
    engine = Quick()
    assert built(tmp_path, engine)[0] == 0
    assert len(engine.asked) == 2


def test_one_language_alone(tmp_path: Path) -> None:
    built(tmp_path, Quick(), "en")
    assert {path.stem for path in tmp_path.iterdir()} == set(prompts.takes(own_design(), ["en"]))


def test_what_nobody_says_any_more_goes_and_nothing_else(tmp_path: Path) -> None:
    built(tmp_path, Quick(), "zh")
    old, unfinished, other = (
        tmp_path / f"{'a' * 64}.wav",
        tmp_path / f"{'b' * 64}.part",
        tmp_path / "recital.wav",
    )
    for path in (old, unfinished, other):
        path.write_bytes(b"RIFF")
    built(tmp_path, Quick(), "en")
    assert old.exists(), "with one language alone nothing is known of the others"
    _, told = built(tmp_path, Quick())
    assert "2 that nobody says any more were removed" in told
    assert [path.exists() for path in (old, unfinished, other)] == [False, False, True]


def test_an_engine_that_fails_at_some_is_named_and_the_rest_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    design = own_design()
    [idle, *_] = [fixed for fixed in fixed_prompts(design, "en") if fixed.key == "idle"]
    code, _ = built(tmp_path, Quick(idle.utterance.sentences[0]), "en")
    assert code == 1
    assert 0 < len(list(tmp_path.iterdir())) < len(prompts.takes(design, ["en"]))
    assert "idle" in capsys.readouterr().err
    assert built(tmp_path, Quick(), "en")[0] == 0


def test_an_engine_that_is_not_there_ends_it_soon(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert built(tmp_path, Synthesizer(("/no/such/engine",), warm=0), "en")[0] == 1
    assert "look whether pyttsx3 works here" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("every_sentence")
def test_the_real_engine_fills_the_gaps(tmp_path: Path) -> None:
    clips = tmp_path / "clips"
    built(clips, Quick())
    for path in sorted(clips.iterdir())[:3]:
        path.unlink()
    done = call("prompts", "build", "--out", clips, "--jobs", "1", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "3 made" in done.stdout
    assert done.stdout.splitlines()[-2].startswith("100% 3 of 3 sentences, in ")
    done = call("prompts", "check", "--out", clips, folder=tmp_path, cold=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("build", "--jobs", "0"), "--jobs is a number from 1 to 64, found 0."),
        (("build", "packs/wang"), "prompts build takes no pack, found packs/wang"),
        (("check", "packs/wang"), "packs/wang: there is no such folder with a prompt pack."),
        (("check", "."), "manifest.toml: there is no such file."),
    ],
)
def test_a_mistaken_call_is_one_sentence(
    tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    done = call("prompts", *arguments, folder=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


# --- check -------------------------------------------------------------------------------------------


def test_what_is_missing_is_listed_by_language(tmp_path: Path) -> None:
    built(tmp_path, Quick(), "zh")
    code, told = checked(None, tmp_path)
    assert code == 1
    assert (
        f"en: 0 of {len(prompts.takes(own_design(), ['en']))} sentences are in {tmp_path}." in told
    )
    assert "  missing  idle at 2.50 a second: " in told
    assert "python main.py prompts build" in told
    built(tmp_path, Quick())
    assert checked(None, tmp_path)[0] == 0


class Pack:
    """A pack of English with every fixed prompt in it, at any pace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.header: dict[str, object] = {
            "format": 1,
            "language": "en",
            "speaker": "Ann Example",
            "licence": "CC-BY-4.0",
            "rate": "any",
        }
        folder.mkdir()
        write_wav(folder / "one.wav", Clip(bytes(RATE_HZ)))
        self.sha256 = recording_sha256((folder / "one.wav").read_bytes())
        self.clips: dict[str, dict[str, object]] = {
            fixed.key: self.entry(fixed.utterance.text) | {"key": fixed.key}
            for fixed in fixed_prompts(own_design(), "en")
            if fixed.whole
        }

    def entry(self, text: str) -> dict[str, object]:
        return {"text": text, "file": "one.wav", "sha256": self.sha256}

    def written(self) -> Path:
        lines = [f"{key} = {json.dumps(value)}" for key, value in self.header.items()]
        for entry in self.clips.values():
            lines += ["[[clip]]", *(f"{key} = {json.dumps(v)}" for key, v in entry.items())]
        (self.folder / "manifest.toml").write_text("\n".join(lines), encoding="utf-8")
        return self.folder


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pack:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    return Pack(tmp_path / "ann")


def faults(pack: Pack) -> list[str]:
    code, told = checked(pack.written(), pack.folder)
    found = [line.strip() for line in told.splitlines()[1:-1]]
    assert code == (1 if found else 0)
    return found


def test_a_whole_pack_has_nothing_to_put_right(pack: Pack) -> None:
    assert faults(pack) == []


def test_a_prompt_that_is_not_recorded_is_missing(pack: Pack) -> None:
    del pack.clips["idle"]
    [fault] = faults(pack)
    assert fault.startswith('missing  idle at rate 150: "')


def test_a_recording_at_one_pace_is_missing_at_the_others(pack: Pack) -> None:
    pack.clips["idle"]["rate"] = 175
    [fault] = faults(pack)
    assert fault.startswith("missing  idle at rate 150")


def test_a_text_that_has_changed_makes_its_recording_stale(pack: Pack) -> None:
    pack.clips["idle"]["text"] = "Put your card in."
    stale, missing = faults(pack)
    assert stale.startswith("stale  one.wav: idle is now ")
    assert missing.startswith("missing  idle")


def test_a_text_that_nobody_says_is_stale(pack: Pack) -> None:
    pack.clips["old"] = pack.entry("Please wind the clock.")
    pack.clips["gone"] = pack.entry("Hello.") | {"key": "no_such_prompt"}
    assert faults(pack) == [
        'stale  one.wav: nobody says "Please wind the clock." (any more)',
        'stale  one.wav: there is no fixed prompt "no_such_prompt" any more',
    ]


def test_a_changed_file_and_one_that_is_no_sound_are_named(pack: Pack) -> None:
    (pack.folder / "two.wav").write_bytes(b"noise")
    pack.clips["idle"]["file"] = "none.wav"
    pack.clips["take_notes"]["file"] = "two.wav"
    pack.clips["enter_pin"] |= {"file": "two.wav", "sha256": recording_sha256(b"noise")}
    changed = recording_sha256(b"noise")
    found = faults(pack)
    assert f"changed  two.wav: listen to it, then write sha256 = {changed}" in found
    assert any(fault.startswith("unreadable  none.wav: not there") for fault in found)
    assert any(fault.startswith("unreadable  two.wav: no sound") for fault in found)


@pytest.mark.parametrize("word", ["licence", "speaker"])
def test_a_pack_without_licence_or_speaker_is_not_well(pack: Pack, word: str) -> None:
    del pack.header[word]
    [fault] = faults(pack)
    assert fault.startswith(f"{word}  missing")


def test_a_broken_manifest_is_named_with_its_line(pack: Pack) -> None:
    (pack.written() / "manifest.toml").write_text('format = 1\nlanguage = "en\n', "utf-8")
    with pytest.raises(ConfigurationError, match=r"manifest\.toml: not readable as TOML: .*line 2"):
        opened_packs([pack.folder])


def test_a_mistake_in_a_manifest_names_the_file(pack: Pack) -> None:
    pack.header["language"] = "fr"
    with pytest.raises(ConfigurationError, match=r"ann/manifest\.toml: language must be"):
        opened_packs([pack.written()])


# --- the configuration -------------------------------------------------------------------------------

REAL = '[card_reader]\nport = "/dev/ttyUSB0"\n[dispenser]\nport = "/dev/ttyUSB1"\n'


def configured(folder: Path, sound: str, ports: str = "") -> Settings:
    path = folder / "machine.toml"
    path.write_text(f"{ports}[sound]\n{sound}\n", encoding="utf-8")
    return read_settings(path)


def test_outputs_and_packs_are_configured_by_name(tmp_path: Path) -> None:
    sound = 'loudspeaker = "Speaker"\nheadset = "Headphone"\npacks = ["packs/wang"]'
    settings = configured(tmp_path, sound, REAL)
    assert settings.sound == Devices("Speaker", "Headphone")
    assert settings.packs == (Path("packs/wang"),)


def test_a_real_machine_has_no_headset_that_it_does_not_name(tmp_path: Path) -> None:
    assert configured(tmp_path, "", REAL).sound == Devices()


def test_a_demonstration_has_one_pair_of_ears(tmp_path: Path) -> None:
    assert configured(tmp_path, "").sound == Settings().sound == Devices("", SHARED)


@pytest.mark.parametrize(
    ("sound", "ports", "says"),
    [
        ('headset = "shared"', REAL, '[sound] headset = "shared" is for demonstrations'),
        ('device = "USB"', "", 'write loudspeaker = "USB" instead'),
        ('loudspeaker = "A"\nheadset = "A"', "", 'loudspeaker and headset are both "A"'),
        ('headsett = "A"', "", 'unknown key in [sound] "headsett". Did you mean "headset"?'),
        ("headset = 1", "", "[sound] headset must be text, found 1."),
        ('packs = "a"', "", '[sound] packs is a list of folders such as ["packs/wang"]'),
    ],
)
def test_a_mistake_in_the_sound_is_one_sentence(
    tmp_path: Path, sound: str, ports: str, says: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        configured(tmp_path, sound, ports)
    assert says in str(caught.value)
