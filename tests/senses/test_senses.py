"""What other eyes, ears and hands make of a picture, a voice and a press."""

import re

import numpy as np
import pytest

from audio.clips import RATE_HZ, Clip
from sim.proof.audit.contrast import MODERATE, SEVERE
from sim.senses import svg
from sim.senses.hands import felt, landed, swayed
from sim.senses.hearing import heard
from sim.senses.models import BY_NAME, EARS, HANDS, IDENTITY, SIGHTS, Sight, blur_for, median_loss
from sim.senses.seeing import Picture, blurred, px_per_degree, seen
from tests.each import each

PER_DEGREE = 35.0
WHITE = np.full((60, 80, 3), 255, np.uint8)


def halves() -> Picture:
    """Black on the left, white on the right."""
    picture = np.zeros((60, 160, 3), np.uint8)
    picture[:, 80:] = 255
    return picture


def grating(cycles_per_degree: float) -> Picture:
    at = np.arange(700) / PER_DEGREE
    level = 0.5 + 0.5 * np.sin(2 * np.pi * cycles_per_degree * at)
    grey = (255 * level ** (1 / 2.2)).astype(np.uint8)
    return np.repeat(np.repeat(grey[None, :, None], 8, 0), 3, 2)


def spread(picture: Picture) -> float:
    middle = (picture[4, 100:-100, 0] / 255.0) ** 2.2
    return float((middle.max() - middle.min()) / (middle.max() + middle.min()))


@each("sight", SIGHTS)
def test_every_sight_says_where_it_comes_from_and_leaves_the_picture_alone(sight: Sight) -> None:
    picture = np.tile(halves(), (1, 6, 1))
    before = picture.copy()
    after = seen(picture, sight, PER_DEGREE)
    assert after.shape == picture.shape
    assert after.dtype == np.uint8
    assert (picture == before).all()
    assert (after != picture).any() or sight.matrix != IDENTITY
    assert len(sight.source) > 20


def test_an_aged_lens_is_the_one_that_the_audit_measures_with() -> None:
    for name, lens in (("yellowed-lens", MODERATE), ("clouded-lens", SEVERE)):
        sight = BY_NAME[name]
        assert [sight.matrix[n][n] for n in range(3)] == [lens.red, lens.green, lens.blue]
        assert sight.veil == lens.veil


@each("name", ["protan", "deutan", "tritan"])
def test_without_one_kind_of_cones_grey_stays_grey(name: str) -> None:
    grey = np.full((4, 4, 3), 128, np.uint8)
    assert np.ptp(seen(grey, BY_NAME[name], PER_DEGREE)) <= 1


def test_red_and_green_are_hard_to_tell_apart_without_green_cones() -> None:
    colours = np.array([[[200, 60, 0], [90, 130, 0]]], np.uint8)
    after = seen(colours, BY_NAME["deutan"], PER_DEGREE).astype(int)
    assert (
        abs(after[0, 0] - after[0, 1]).max()
        < abs(colours[0, 0].astype(int) - colours[0, 1]).max() / 2
    )


@each("name, acuity", [("acuity-0.5", 0.5), ("acuity-0.3", 1 / 3), ("acuity-0.1", 0.1)])
def test_what_an_eye_can_just_resolve_is_nearly_gone_and_coarser_things_stay(
    name: str, acuity: float
) -> None:
    finest = min(30 * acuity, PER_DEGREE / 3)
    gone = spread(seen(grating(finest), BY_NAME[name], PER_DEGREE))
    assert gone < 0.25 * spread(grating(finest))
    coarse = 30 * acuity / 8
    assert spread(seen(grating(coarse), BY_NAME[name], PER_DEGREE)) > 0.8


def test_a_wide_blur_is_as_wide_as_it_says_and_keeps_the_light() -> None:
    light = np.zeros((201, 201, 3), np.float32)
    light[100, 100] = 1.0
    for sigma in (1.5, 5.0, 12.0):
        after = blurred(light, sigma)[:, :, 0]
        assert after.sum() == pytest.approx(1.0, rel=0.02)
        x = np.arange(201) - 100
        assert np.sqrt((after.sum(0) * x**2).sum() / after.sum()) == pytest.approx(sigma, rel=0.2)


def test_low_contrast_keeps_a_third_of_the_difference_and_the_light() -> None:
    after = seen(grating(4), BY_NAME["low-contrast"], PER_DEGREE)
    assert spread(after) == pytest.approx(10 ** (1.5 - 1.95), abs=0.05)


def test_what_is_lost_is_where_one_looks_or_everywhere_else() -> None:
    picture = halves()
    centre = seen(picture, BY_NAME["central-loss"], 8.0, (80, 30))
    assert 0 < centre[30, 79, 0] < 255
    assert (centre[30, [0, 159]] == picture[30, [0, 159]]).all()
    sides = seen(picture, BY_NAME["side-loss"], 6.0, (80, 30))
    assert (sides[30, 60:100] == picture[30, 60:100]).all()
    assert (sides[30, 155] < 150).all()


def test_a_picture_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="height x width x 3"):
        seen(np.zeros((3, 3), np.uint8), SIGHTS[0], PER_DEGREE)


def test_the_field_is_measured_at_the_declared_distance() -> None:
    """A glass of 15 inches and 1024 pixels: 0.2977 mm a pixel; one degree at 600 mm is 10.47 mm."""
    assert px_per_degree(0.2977) == pytest.approx(35.2, abs=0.1)
    assert blur_for(1.0) == pytest.approx(0.0148, abs=0.0001)


def test_a_page_gets_a_filter_for_each_sight_but_those_of_the_field() -> None:
    made = re.findall(r'filter id="sight-([^"]+)"', svg.filters(PER_DEGREE))
    assert made == [one.name for one in SIGHTS if one.lost is None]
    assert svg.radius_of(BY_NAME["side-loss"], PER_DEGREE) == 350.0
    assert "linearRGB" in svg.filters(PER_DEGREE)


def test_the_filter_of_a_page_does_to_white_what_the_picture_gets() -> None:
    """The one step that both write down on their own: the lens with its veil."""
    values = re.search(r'sight-yellowed-lens.*?values="([^"]+)"', svg.filters(PER_DEGREE))
    assert values is not None
    rows = np.array([float(one) for one in values[1].split()]).reshape(4, 5)
    light = rows[:3] @ np.array([1, 1, 1, 0, 1])
    page = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055) * 255
    assert seen(WHITE, BY_NAME["yellowed-lens"], PER_DEGREE)[0, 0] == pytest.approx(page, abs=1)


def sine(hz: float) -> Clip:
    wave = 12_000 * np.sin(2 * np.pi * hz * np.arange(RATE_HZ) / RATE_HZ)
    return Clip(wave.astype("<i2").tobytes())


def level_db(clip: Clip) -> float:
    return float(20 * np.log10(np.std(np.frombuffer(clip.pcm, "<i2"))))


@each("hz, loss", [(500, 9.5), (1000, 10.8), (2000, 18.9), (4000, 43.3)])
def test_at_seventy_high_tones_are_weaker_by_what_the_standard_says(hz: int, loss: float) -> None:
    assert median_loss(70)[float(hz)] == pytest.approx(loss, abs=0.1)
    after = heard(sine(hz), EARS[0])
    assert level_db(sine(hz)) - level_db(after) == pytest.approx(loss, abs=1.0)
    assert after.seconds == sine(hz).seconds


def test_the_standard_is_not_stretched_beyond_its_ages() -> None:
    with pytest.raises(ValueError, match="18 to 70"):
        median_loss(85)


def test_silence_stays_silence() -> None:
    assert heard(Clip(b""), EARS[0]).pcm == b""


TREMOR, GLOVE = HANDS


def test_a_tremor_sways_a_still_finger_around_its_place() -> None:
    at = [swayed(TREMOR, (100, 100), n / 100, 3.0) for n in range(1000)]
    for axis in (0, 1):
        along = np.array([one[axis] for one in at])
        assert along.mean() == pytest.approx(100, abs=1.0)
        assert along.std() == pytest.approx(2.5 * 3.0, rel=0.1)
    assert swayed(GLOVE, (1, 2), 5.0, 3.0) == (1, 2)


def test_a_glove_lands_beside_and_is_not_felt_at_once() -> None:
    spots = {landed(GLOVE, (0, 0), number, 3.0) for number in range(50)}
    assert len(spots) == 50
    assert all(np.hypot(*spot) <= 4.0 * 3.0 for spot in spots)
    assert landed(GLOVE, (0, 0), 7, 3.0) == landed(GLOVE, (0, 0), 7, 3.0)
    assert not felt(GLOVE, 0.1, 1).felt
    assert felt(GLOVE, 0.2, 1).felt
    assert landed(TREMOR, (1, 2), 7, 3.0) == (1, 2)


def test_a_tremor_presses_again_now_and_then() -> None:
    again = [felt(TREMOR, 0.05, number).again_after for number in range(1, 22)]
    assert sum(1 for one in again if one) == 3
