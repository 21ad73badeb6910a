"""What must hold: the closed lists of what is asked between acts (`then ...`) and at the end (`[end]`).

A check between acts waits for what it asks, as a customer would; at the end, after the bank has heard of
everything, each is asked once. A check that fails says what there was instead.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sim.stage.log import AMOUNTS
from sim.stage.reading import reads
from sim.stage.voices import Recorded
from sim.stories import glass
from sim.stories.player import (
    COMES_SECONDS,
    CUSTOMER_SECONDS_MAX,
    SCREEN_SECONDS_MAX,
    Failed,
    Player,
)
from sim.stories.words import Form, plain
from terminal import session as s
from terminal.journal_row import Value
from terminal.ports import Seconds
from terminal.prompts import text_key

CAME_TOLD: Final = 4
"""Screens that came while a check waited, as a failure tells them: the first say what happened."""

SAID_TOLD: Final = 6
"""Of what was said while a check waited, and of all that was, at the end."""

MONEY_SECONDS_MAX: Final = 60.0
"""For money to have moved."""


@dataclass(frozen=True, slots=True)
class Test:
    """Whether it holds now, what there is instead, how long it is waited for at most, and whether nothing is left
    to wait for. `tells_screen`: what there is instead names the screen that stood there."""

    holds: Callable[[], bool]
    found: Callable[[], str]
    seconds: Seconds = SCREEN_SECONDS_MAX
    over: Callable[[], bool] = lambda: False
    tells_screen: bool = False


Check = Callable[..., Test]
"""Given the player and the values of the form."""


def _screen(player: Player, key: str) -> Test:
    asked = player.now

    def found() -> str:
        before = [one.at for one in player.seen.screens if one.key == key and one.at < asked]
        return f"the screen is {player.screen}{_over_before(f'{key} stood there', before)}"

    return Test(lambda: player.screen == key, found)


def _over_before(what: str, times: Sequence[Seconds]) -> str:
    """That something was there, the last time at that time, and is not waited for any more."""
    return f" ({what} at {times[-1]:.1f} s, before this was asked)" if times else ""


def _shown(player: Player, key: str) -> Test:
    def was() -> str:
        return f"shown were {', '.join(dict.fromkeys(player.seen.keys()))}"

    return Test(lambda: key in set(player.seen.keys()), was, 0.0)


def _not_shown(player: Player, key: str) -> Test:
    return Test(lambda: key not in set(player.seen.keys()), lambda: f"{key} was shown", 0.0)


def _reads(player: Player, words: str) -> Test:
    shown: list[tuple[Seconds, s.Session]] = []
    read = False

    def holds() -> bool:
        nonlocal read
        session = player.session
        if (
            not shown or shown[-1][1] is not session
        ):  # what it reads is in the session, and not in the time
            shown.append((player.now, session))
            read = glass.says(session, player.design, player.now, words)
        return read

    def found() -> str:
        at, session = shown[0]
        stood = " / ".join(reads(session, player.design, at))
        text, near_at, near = glass.nearest_text(words, shown, player.design)
        earlier = ((one.at, one.session) for one in player.seen.screens if one.at < at)
        read = [
            then
            for then, one in earlier
            if one is not None and glass.says(one, player.design, then, words)
        ]
        return (
            f'"{words}" was never read{_over_before("it was read", read)}; the nearest was "{text}" on {text_key(near)} at '
            f"{near_at:.1f} s. When this was asked, at {at:.1f} s, {text_key(session)} read: {stood}"
        )

    return Test(holds, found, tells_screen=True)


def _says(player: Player, words: str) -> Test:
    def heard() -> list[Recorded]:
        since = player.seen.since
        return [one for one in player.seen.spoken() if one.at >= since or one.until >= since]

    def holds() -> bool:
        return any(plain(words) in plain(one.text) for one in heard())

    def found() -> str:
        since = player.seen.since
        said = [one.at for one in player.seen.spoken() if plain(words) in plain(one.text)]
        before = _over_before("it was said", [at for at in said if at < since])
        return f"{_unsaid(words, heard(), 'since the last act ')}{before}"

    return Test(holds, found)


def _unsaid(words: str, heard: Sequence[Recorded], since: str = "") -> str:
    """The nearest of what was said, and when; then the first of all that was."""
    known: dict[str, Seconds] = {}
    for one in heard:
        for part in glass.sentences(one.text):
            known.setdefault(part, one.at)
    if not known:
        return f'"{words}" was never said; said {since}was: (nothing)'
    close = glass.most_like(words, known)
    all_of_it = " / ".join(one.text for one in heard[:SAID_TOLD])
    more = f", and {len(heard) - SAID_TOLD} more" if len(heard) > SAID_TOLD else ""
    digits = any(map(str.isdigit, words)) and not any(map(str.isdigit, "".join(known)))
    hint = " (numbers are spoken in words)" if digits else ""
    return (
        f'"{words}" was never said{hint}; the nearest was "{close}" at {known[close]:.1f} s; '
        f"said {since}was: {all_of_it}{more}"
    )


@dataclass
class _Asking:
    """The screen on which a check asks what can be pressed: the one that stands there, or, while the machine
    works, the next on which the customer is asked for something. One that stood there before the last act is
    it only if it is not about to go: what that act leads to is meant."""

    player: Player
    session: s.Session | None = None

    def looks(self) -> bool:
        """Whether it stands there."""
        player = self.player
        if self.over():
            return False
        if glass.asks(player.session):
            self.session = player.session
        elif self.session is not None and self._going():
            self.session = None
        return self.session is not None

    def _going(self) -> bool:
        """Whether the screen of before may be what an act is just taking away."""
        stood = self.session is not None and text_key(self.session) == self.player.seen.stood
        return stood and self.player.now < self.player.seen.done + COMES_SECONDS

    def over(self) -> bool:
        """Whether it stood there and another one does now."""
        if self.session is None or self.player.screen == text_key(self.session):
            return False
        return not self._going()

    def named(self) -> str:
        """By its key."""
        return text_key(self.session or self.player.session)


def _offered(player: Player, words: tuple[str, ...]) -> Test:
    asking = _Asking(player)

    def missing(session: s.Session | None = None) -> list[str]:
        there = glass.targets(session, player.design) if session else player.targets()
        return [word for word in words if not glass.pressed_by(word, there)]

    def holds() -> bool:
        return (asking.looks() or not glass.asks(player.session)) and not missing()

    def found() -> str:
        no = missing(asking.session)
        instead = player.instead(no[0], asking.session).removesuffix(".")
        return f"there is no {', '.join(no)} on {asking.named()}.{instead}"

    return Test(holds, found, over=asking.over, tells_screen=True)


def _not_offered(player: Player, words: tuple[str, ...]) -> Test:
    asking, end = _Asking(player), player.now + CUSTOMER_SECONDS_MAX

    def there() -> list[str]:
        return [word for word in words if glass.pressed_by(word, player.targets())]

    def found() -> str:
        return f"there is {', '.join(there())} on {asking.named()}"

    def over() -> bool:
        return asking.over() or bool(there())

    def holds() -> bool:
        return (asking.looks() or player.now >= end) and not there()

    return Test(holds, found, CUSTOMER_SECONDS_MAX, over, tells_screen=True)


def _sum(name: str) -> Check:
    def check(player: Player, yuan: int) -> Test:
        def found() -> str:
            return f"{name.replace('_', ' ')} is {player.money()[name]} yuan"

        return Test(lambda: player.money()[name] == yuan, found, MONEY_SECONDS_MAX)

    return check


def _card(player: Player, where: str) -> Test:
    def found() -> str:
        return f"the card is: {player.place_of_card()}"

    return Test(lambda: player.place_of_card() == where, found, MONEY_SECONDS_MAX)


def _look(name: str) -> Check:
    def check(player: Player, value: str) -> Test:
        def found() -> str:
            return f"the {name} is {getattr(player.session.look, name)}"

        return Test(lambda: getattr(player.session.look, name) == value, found, MONEY_SECONDS_MAX)

    return check


def _row(player: Player, row: tuple[str, tuple[tuple[str, str], ...]]) -> Test:
    kind, facts = row

    def holds() -> bool:
        return any(
            one.kind == kind and all(said(one.body, name) == value for name, value in facts)
            for one in player.bench.store.rows()
        )

    def found() -> str:
        same = [one for one in player.bench.store.rows() if one.kind == kind]
        told = [", ".join(f"{name}={said(one.body, name)}" for name in one.body) for one in same]
        kinds = dict.fromkeys(one.kind for one in player.bench.store.rows())
        return "; ".join(f"{kind} {each}" for each in told) or f"the journal has {', '.join(kinds)}"

    return Test(holds, found, MONEY_SECONDS_MAX)


def said(body: Mapping[str, Value], name: str) -> str:
    """A fact of a row as stories write it: amounts in yuan, true and false in small letters."""
    match body.get(name):
        case bool(value):
            return str(value).lower()
        case int(minor) if name in AMOUNTS:
            return str(minor // 100) if minor % 100 == 0 else f"{minor / 100:.2f}"
        case tuple(counts):
            return "/".join(map(str, counts))
        case None:
            return "-"
        case value:
            return str(value)


CHECKS: Final[tuple[Form[Check], ...]] = (
    Form(
        "then the screen is {screen}", "now, or after some time", "then the screen is idle", _screen
    ),
    Form(
        "then it reads {words}",
        "these words stand on the glass, in the language shown or in English",
        'then it reads "Please take your card"',
        _reads,
    ),
    Form(
        "then it says {words}",
        "they are spoken, since the last act, in the language that is spoken",
        'then it says "请取卡"',
        _says,
    ),
    Form(
        "then there is {buttons}",
        "something can be pressed on this screen; while the machine works, on the next that asks for anything",
        "then there is confirm",
        _offered,
    ),
    Form(
        "then there is no {buttons}", "it cannot, there", "then there is no deposit", _not_offered
    ),
    Form("then {yuan} is charged", "left the account", "then 300 is charged", _sum("charged")),
    Form(
        "then {yuan} is credited", "came to the account", "then 150 is credited", _sum("credited")
    ),
    Form("then {yuan} is held", "on hold in the account", "then 500 is held", _sum("held")),
    Form(
        "then {yuan} is paid out",
        "customers hold or can reach it",
        "then 300 is paid out",
        _sum("paid_out"),
    ),
    Form("then the card is {where}", "", "then the card is hand", _card),
    Form("then the profile is {profile}", "", "then the profile is elder", _look("profile")),
    Form("then the language is {language}", "", "then the language is en", _look("language")),
    Form(
        "then the journal has {row}",
        "a row with these facts",
        "then the journal has FINAL amount=300",
        _row,
    ),
)
"""Everything that can be asked between acts."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A key of `[end]`: what is asked, the place its value is of, and whether it is a list of them."""

    means: str
    check: Check
    place: str
    many: bool = False


def _read(player: Player, words: str) -> Test:
    def holds() -> bool:
        shown = ((one.session, one.at) for one in player.seen.screens if one.session)
        return any(glass.says(session, player.design, at, words) for session, at in shown)

    return Test(holds, lambda: f"no screen read it; {_shown(player, '').found()}", 0.0)


def _spoken(player: Player, words: str) -> Test:
    def holds() -> bool:
        return any(plain(words) in plain(one.text) for one in player.seen.spoken())

    return Test(holds, lambda: _unsaid(words, player.seen.spoken()), 0.0)


def _alarms(player: Player, wanted: bool) -> Test:
    def found() -> str:
        return f"the bank's alarms: {', '.join(player.bench.bank.alarms) or 'none'}"

    return Test(lambda: bool(player.bench.bank.alarms) == wanted, found, 0.0)


def _open(player: Player, wanted: bool) -> Test:
    def found() -> str:
        return f"left open: {', '.join(player.left_open()) or 'nothing'}"

    return Test(lambda: bool(player.left_open()) == wanted, found, 0.0)


ENDINGS: Final[Mapping[str, Ending]] = {
    "screen": Ending("the screen that is shown then", _screen, "screen"),
    "shown": Ending("screens that were shown at some time", _shown, "screen", many=True),
    "not_shown": Ending("screens that never were", _not_shown, "screen", many=True),
    "read": Ending("words that stood on some screen", _read, "text", many=True),
    "said": Ending("words that were spoken at some time", _spoken, "text", many=True),
    "charged": Ending("yuan that left the account", _sum("charged"), "yuan"),
    "credited": Ending("yuan that came to it", _sum("credited"), "yuan"),
    "held": Ending("yuan on hold in it", _sum("held"), "yuan"),
    "paid_out": Ending("yuan that customers hold or can reach", _sum("paid_out"), "yuan"),
    "stored": Ending("yuan in the note acceptor's cassette", _sum("stored"), "yuan"),
    "card": Ending("where the card is", _card, "where"),
    "profile": Ending("the profile shown", _look("profile"), "profile"),
    "language": Ending("the language shown", _look("language"), "language"),
    "journal": Ending("rows of the journal, with facts", _row, "row", many=True),
    "alarms": Ending(
        "whether the bank is to raise an alarm; left away, it must not", _alarms, "truth"
    ),
    "open": Ending(
        "whether an operation may be without an ending, or an outcome of which the bank has not heard; left away, "
        "none may",
        _open,
        "truth",
    ),
}
"""Everything that can be asked at the end."""


def tested(player: Player, check: Check, values: tuple[Any, ...]) -> str:
    """Wait for it; "" if it holds, otherwise what there is instead."""
    test, before, asked = check(player, *values), player.screen, player.now
    try:
        player.until(lambda: test.holds() or test.over(), test.seconds)
        if test.holds():
            return ""
        found = test.found()
    except Failed as trouble:
        return str(trouble)
    changed = player.screen != before and not test.tells_screen
    later = f" (when this was asked the screen was {before})" if changed else ""
    since = [one for one in player.seen.screens if one.at > asked]
    came = [f"{one.key} at {one.at:.1f} s" for one in since[:CAME_TOLD]]
    more = f", and {len(since) - CAME_TOLD} more" if len(since) > CAME_TOLD else ""
    waited = f"; while this was waited for came {', '.join(came)}{more}" if came else ""
    return found + later + waited
