"""Writes `docs/stories.md`: every word of a story with its meaning.

python -m tools.make_story_words
"""

from pathlib import Path

from sim.stage.settings import read_design
from sim.stories import reference

PAGE = Path(__file__).parents[1] / "docs" / "stories.md"

if __name__ == "__main__":
    PAGE.write_text(reference.text(read_design()), encoding="utf-8")
