"""A visit without sight: what the keys mean while a headset is plugged in, and what is told of them.

The rules it keeps (accessibility.md B5, B1 audio-only):

- every choice of a screen has a digit, at most four are told at a time, 9 goes on to the next four; the
  keys Enter, Clear and Cancel keep the answer they have;
- where digits are typed (a PIN, an amount) no digit is a choice; on a page of help over the PIN neither,
  because the pad keeps every digit for the PIN: there the choices are told one at a time, Enter takes the
  one that was told and # tells the next;
- 0 blanks the screen and shows it again, * says it again, # goes through the rates;
- what the switches of the glass do is found on the page of help, and only languages with a voice are
  offered: the others would be silence.

What is said, and how, is the voice's business.
"""

from terminal import session as s
from terminal.asking import Answer, Ask
from terminal.events import Chosen
from terminal.focus import other_profile
from terminal.messages import VOICED
from terminal.prompts import PAGES_OF_HELP, offer_answers, phase_prompt, prompt_of

TOLD_MAX = 4
"""Choices told at a time (B1)."""

MORE = "9"
CURTAIN = "0"
RATE = "#"
OWN_KEYS = ("enter", "clear", "cancel")


def takes_digits(session: s.Session) -> bool:
    """Whether a digit is typed here, and chooses nothing. Typing on answers the question for more time."""
    if session.overlay not in ("", "more_time"):
        return False
    ask = phase_prompt(session).ask
    return ask in (Ask.PIN, Ask.ENTRY, Ask.NUMBER) or isinstance(session.phase, s.ChoosingAmount)


def menu(session: s.Session) -> tuple[Answer, ...]:
    """Everything a digit chooses on this screen, in the order in which it is told."""
    if takes_digits(session) or over_pin(session):
        return ()
    return tuple(one for one in _answers(session) if one.key not in OWN_KEYS)


def _answers(session: s.Session) -> tuple[Answer, ...]:
    answers = (*offer_answers(session), *prompt_of(session).answers, *_switches(session))
    return tuple(one for one in answers if one.enabled and _voiced(one))


def over_pin(session: s.Session) -> bool:
    """Whether a page of help lies over the PIN, where digits are the pad's."""
    return isinstance(session.phase, s.COLLECTING_PIN) and session.overlay in PAGES_OF_HELP


def _one_told(session: s.Session) -> Answer:
    """The choice over the PIN that was told last; a page of help is never without one."""
    answers = _answers(session)
    return answers[session.sound.menu % len(answers)]


def told(session: s.Session) -> tuple[tuple[str, Answer], ...]:
    """The present group of the menu: each choice with its digit."""
    choices, begin = menu(session), session.sound.menu * TOLD_MAX
    group = choices[begin : begin + TOLD_MAX] or choices[:TOLD_MAX]
    return tuple((str(number), one) for number, one in enumerate(group, start=1))


def has_more(session: s.Session) -> bool:
    """Whether 9 leads to other choices."""
    return len(menu(session)) > TOLD_MAX


def keyed(session: s.Session) -> tuple[tuple[str, Answer], ...]:
    """The answers that keys of their own give on this screen: Enter, Clear and Cancel, and over the PIN the
    way to the next choice (`hash`)."""
    if over_pin(session):
        return ("enter", _one_told(session)), ("hash", Answer("more"))
    return tuple(
        (one.key, one) for one in prompt_of(session).answers if one.key in OWN_KEYS and one.enabled
    )


def means(session: s.Session, key: str) -> bool:
    """Whether this key is for a visit without sight to explain."""
    if not session.sound.headset:
        return False
    if over_pin(session):
        return key in (RATE, "enter")
    blind = key == CURTAIN and isinstance(session.phase, s.ChoosingAmount) and not session.overlay
    return key == RATE or blind or (key.isdigit() and not takes_digits(session))


def chosen(session: s.Session, key: str) -> Chosen | None:
    """What a key means, where `means` says so."""
    if over_pin(session):
        one = _one_told(session)
        return Chosen("more") if key == RATE else Chosen(one.name, one.value)
    if key == RATE:
        return Chosen("rate")
    if key == CURTAIN:
        return Chosen("curtain")
    if key == MORE:
        return Chosen("more") if has_more(session) else None
    answer = dict(told(session)).get(key)
    return None if answer is None else Chosen(answer.name, answer.value)


def next_group(session: s.Session) -> int:
    """The group of the menu after the present one; after the last the first."""
    choices = len(_answers(session)) if over_pin(session) else -(-len(menu(session)) // TOLD_MAX)
    return (session.sound.menu + 1) % (choices or 1)


def _voiced(answer: Answer) -> bool:
    return answer.name != "language" or answer.value in VOICED


def _switches(session: s.Session) -> tuple[Answer, ...]:
    match session.overlay:
        case "help":
            return Answer("sound"), Answer("view"), Answer("languages")
        case "view":
            profile = other_profile(session.look)
            return (Answer("profile", profile, text=f"to_{profile}"),)
        case _:
            return ()
