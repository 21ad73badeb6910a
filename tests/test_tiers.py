"""What `make test` leaves to `make test-whole` leaves nothing out altogether."""

import pytest

from terminal.profile import LANGUAGES
from tests.screens import test_layout, test_pages_by_keys
from tests.tiers import WHOLE, with_part


def test_the_part_of_the_layouts_has_every_look_panel_and_language_of_the_whole() -> None:
    whole, part = (list(zip(*of, strict=True)) for of in (test_layout.CASES, test_layout.PART))
    assert [set(column) for column in part] == [set(column) for column in whole]
    assert set(part[2]) == set(LANGUAGES)


def test_the_part_of_the_layouts_has_the_services_in_both_finished_languages_and_three_looks() -> (
    None
):
    found = [case for case in test_layout.PART if case[:2] in test_layout.SERVICES_IN]
    assert {language for _, _, language in found} >= {"zh", "en"}
    assert len({look for _, look, _ in found}) == 3


def test_the_part_of_the_pages_has_every_screen() -> None:
    seen = {name for look in test_pages_by_keys.PART for name in test_pages_by_keys.seen_in(*look)}
    assert seen == set(test_pages_by_keys.SEEN)


def test_cases_that_are_not_in_the_part_are_marked_and_a_stray_is_refused() -> None:
    first, second, third = with_part(["a", "b", ("c", 1)], ["b"])
    assert second == "b"
    assert [(one.values, one.marks) for one in (first, third)] == [
        (("a",), (WHOLE,)),
        (("c", 1), (WHOLE,)),
    ]
    with pytest.raises(ValueError, match="d"):
        with_part(["a"], ["d"])
    with pytest.raises(ValueError, match="not among"):
        with_part(["a"], [])
