"""The pages behind the help key: who can be called, which numbers there are, what a screen is about.

They lie over a phase and change nothing of it. Their words are in the finished languages only; in a draft
the page of help is what it was, a text with the numbers that matter (`terminal/menu.py` says why).

A call for staff belongs to the machine and not to the visit: whoever said that an amount was wrong has
somebody coming, whether or not the card is back already. What staff can do here is to come, and to point
(`flows/helping.py`); nothing here or there makes a press of it.
"""

from collections.abc import Mapping
from typing import Final

from terminal import session as s
from terminal.asking import Answer, Ask, Fact, Prompt, grouped
from terminal.counter import CARD_BACK, can_leave, way
from terminal.explaining import explained
from terminal.messages import VOICED
from terminal.profile import Waits

CALL_STAFF: Final = Answer("call_staff", key="1")
COUNTER: Final = Answer("counter", key="2")
EXPLAIN: Final = Answer("explain", key="3")
HOTLINES: Final = Answer("hotlines", key="3")
CLOSE: Final = Answer("close", role="primary", key="enter")
CANCEL_CALL: Final = Answer("cancel_call", role="quiet", key="2")

HELP: Final = Prompt("help", Waits.HELP, Ask.CHOICE, (CLOSE,), may_go_back=True, answers_first=True)

PAGES: Final[Mapping[str, Prompt]] = {
    "hotlines": Prompt("hotlines", Waits.LEISURE, Ask.CHOICE, (CLOSE,)),
    "explain": Prompt("explain", Waits.HELP, Ask.CHOICE, (CLOSE,)),
    "staff": Prompt("staff", Waits.LEISURE, Ask.CHOICE, (CLOSE,)),
    "counter": Prompt("counter", Waits.LEISURE, Ask.CHOICE, (CLOSE,)),
}
"""Pages that exist in the finished languages."""

DEMO_BANK_LINE: Final = "95500"
"""A number for a demonstration; it says so wherever it stands."""

NAME_THE_LINE: Final = frozenset(
    (
        *("help", "hotlines", "receipt.bank", "notice.card_loss_call"),
        *("card_loss.no_other", "card_loss.blocked", "card_loss.without_card"),
        *("transfer.stopped", "transfer.sent", "transfer.cancel_too_late"),
        *("reservation.ask_branch", "damaged_notes.no_day"),
    )
)
"""The texts that name the bank's own line. Each has a twin for a bank that has one, which does not speak of a
demonstration (`<key>_own`); a test holds this to the catalogues."""

OWN: Final = "_own"

HOTLINES_OF_ALL: Final[Mapping[str, str]] = {
    "regulator": "12378",
    "central_bank": "12363",
    "fraud_line": "96110",
    "police": "110",
}
"""Numbers of the country and of no bank (accessibility.md CN-19): the regulator of banks and insurers and
the central bank for complaints, the line against fraud, the police."""


GROUPS: Final[Mapping[int, tuple[int, ...]]] = {7: (3, 4), 10: (3, 3, 4), 11: (3, 4, 4)}
"""How telephone numbers of so many digits are read: a mobile number as 138 0013 8000, one for all provinces as
400 888 9999. What is not here is read by fours."""

SHORT_MAX: Final = 6
"""The short lines are known as they are."""

LONG_MIN: Final = 13
"""So long a number is read by threes: by fours it would look like a card's."""

NO_BREAK: Final = "\u00a0"


def readable(number: str) -> str:
    """A telephone number as it is read, in one piece: 95500, 0755 8888 9999, 138 0013 8000."""
    size = len(number)
    if size <= SHORT_MAX:
        return number
    return NO_BREAK.join(grouped(number, GROUPS.get(size, (3,) if size >= LONG_MIN else (4,))))


def own_line(machine: s.Machine) -> str:
    """The bank's own line as it is read, or "" where there is only the one of the demonstration."""
    return "" if machine.bank_line == DEMO_BANK_LINE else readable(machine.bank_line)


def with_line(session: s.Session, key: str) -> str:
    """The key of the text to tell: where the bank has a line of its own, the one that names it."""
    return f"{key}{OWN}" if key in NAME_THE_LINE and own_line(session.machine) else key


def line_named(session: s.Session, key: str) -> Mapping[str, object]:
    """The bank's line and the others, where the text of this key names it."""
    if key.removesuffix(OWN) not in NAME_THE_LINE:
        return {}
    return {**HOTLINES_OF_ALL, "bank_line": readable(session.machine.bank_line)}


def numbers_shown(session: s.Session) -> tuple[Fact, ...]:
    """Whom one can call, on the screen that everybody sees (accessibility.md F, row 29): the bank, where to
    complain, the line against fraud."""
    line, of_all = session.machine.bank_line, HOTLINES_OF_ALL
    bank = "number.bank" if own_line(session.machine) else "number.bank_demo"
    complaints = f"{of_all['regulator']}\u00a0\u00a0{of_all['central_bank']}"
    return (
        Fact(bank, readable(line), private=False),
        Fact("number.complaints", complaints, private=False),
        Fact("number.fraud", of_all["fraud_line"], private=False),
    )


def help_answers(session: s.Session) -> tuple[Answer, ...]:
    """What the page of help offers: three, so that they stand on one glass also in the largest type (B1); Back in
    the bar closes it, as it closes the pages about look and voice. The numbers stand in its own text."""
    if session.look.language not in VOICED:
        return HELP.answers
    return CALL_STAFF, COUNTER, EXPLAIN


def page_answers(session: s.Session, under: Prompt) -> tuple[Answer, ...]:
    """The answers of the page that is open over the prompt `under`."""
    match session.overlay, session.machine.call.state:
        case "staff", "ringing" | "queued":
            return CLOSE, CANCEL_CALL
        case "staff", "busy":
            return CLOSE, HOTLINES
        case "hotlines", _:
            return CLOSE, CALL_STAFF
        case "counter", _:
            return (CLOSE, *((CARD_BACK,) if can_leave(session, under) else ()), HOTLINES)
        case _:
            return (CLOSE,)


def page_text(session: s.Session, under: Prompt) -> str:
    """The catalogue key of the page that is open over the prompt `under`."""
    match session.overlay:
        case "explain":
            return explained(session, under)
        case "counter":
            return f"counter.{way(session, under)}"
        case "staff":
            return f"staff.{session.machine.call.state or 'cancelled'}"
        case _:
            return "hotlines"


def page_values(session: s.Session) -> Mapping[str, object]:
    """The values that these texts may name."""
    return {"position": session.machine.call.position}
