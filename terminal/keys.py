"""What a key of the pad means on a screen. Every target can be reached by keys (TCH-12).

Where keys stand on a target that is `focus`, what they mean to somebody who listens is `talking`.
"""

from terminal import events as ev
from terminal import session as s
from terminal import talking
from terminal.asking import Ask
from terminal.focus import focused, next_focus, next_page, on_glass, other_profile
from terminal.prompts import PAGES_OF_HELP, phase_prompt, prompt_of

TYPED = (Ask.AMOUNT, Ask.ENTRY, Ask.NUMBER)
"""Where a digit is part of an amount or a number."""


def chosen_by_key(session: s.Session, key: str) -> ev.Chosen | None:
    """What a key of the pad means on this screen. Every target can be reached by keys (TCH-12)."""
    if key in ("louder", "softer"):
        return ev.Chosen(key)
    if talking.means(session, key):
        return talking.chosen(session, key)
    stood_on = focused(session)
    if key == "enter" and stood_on is not None:
        return stood_on
    if key == "clear" and session.focus and isinstance(session.phase, s.COLLECTING_PIN):
        return ev.Chosen("focus", 0)
    for answer in prompt_of(session).answers:
        if answer.key == key and answer.enabled:
            meant = ev.Chosen(answer.name, answer.value)
            # What Enter stands for must be on the glass: on another page it goes there (COG-06).
            heard = session.sound.headset
            unseen = key == "enter" and not heard and not on_glass(session, meant)
            return next_page(session) if unseen else meant
    prompt = phase_prompt(session)
    match key:
        case "help" if session.overlay == "help":
            return ev.Chosen("view")
        case "help":
            return ev.Chosen("help")
        case "*":
            return ev.Chosen("repeat")
        case "#":
            return ev.Chosen("focus", next_focus(session))
        case "cancel" | "clear" if session.overlay in PAGES_OF_HELP:
            return ev.Chosen("close")
        case "cancel" if prompt.may_return_card:
            return ev.Chosen("return_card")
        case "clear" | "cancel" if prompt.may_go_back:
            return ev.Chosen("back")
        case digit if (
            digit.isdigit() and prompt.ask in TYPED and session.overlay in ("", "more_time")
        ):
            return ev.Chosen("digit", int(digit))
        case "0" if prompt.ask not in (*TYPED, Ask.PIN) or session.overlay in PAGES_OF_HELP:
            return ev.Chosen("profile", other_profile(session.look))
        case _:
            return None
