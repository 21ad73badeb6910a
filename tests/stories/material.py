"""Stories as texts, for tests of how they are read, played and told."""

from functools import lru_cache

from sim.stage.settings import Design, own_design
from sim.stories.file import Story, story_from

FILE = "mine/story.toml"

WITHDRAWAL = '''about = "A customer draws 200 yuan."
card = "lin"
services = ["withdrawal"]

acts = """
put in the card
type the PIN
press 200, confirm
    then the screen is take_card
take the card
take the notes
press count_right
"""

[end]
charged = 200
'''


@lru_cache(maxsize=1)
def design() -> Design:
    """Texts and looks, read once."""
    return own_design()


def story(text: str = WITHDRAWAL) -> Story:
    """The story of a text."""
    return story_from(text, FILE, design())
