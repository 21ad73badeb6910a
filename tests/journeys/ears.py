"""What a customer does who listens by headset: hears what is said, and presses the keys.

A `Listener` knows the machine by ear only. What the keys do is taken from what was told, in Chinese; the
session is looked at by nobody here."""

import re
from collections.abc import Callable

from sim.stage.bench import Bench
from sim.stage.settings import own_design
from sim.stage.voices import Recorded, recorded
from sim.world.visits import VISITS
from terminal import session as s
from terminal.ports import NEVER

DESIGN = own_design()
PIN = VISITS["standard"].wish.pins[0]

DIGIT_WORDS = dict(zip("零一二三四五六七八九", "0123456789", strict=True))
KEY_WORDS = {"确认键": "enter", "更正键": "clear", "取消键": "cancel", "井号键": "#"}
_TOLD = r"{}，按(确认键|更正键|取消键|井号键|[零一二三四五六七八九])"

LISTENS_SECONDS_MAX = 120.0
"""The longest screen with everything before it takes less."""

HEARS_SECONDS_MAX = 240
"""Longer than any wait of a visit without sight (accessibility.md B3)."""

GROUPS_MAX = 12
"""A menu that goes round more often has not what is looked for."""


class NotTold(AssertionError):
    """What a listener looks for was not said."""


class Listener:
    """Somebody with a headset in front of a machine. `heard` is what was said since the last press."""

    def __init__(self, machine: Bench | None = None) -> None:
        self.machine = machine or Bench(design=DESIGN, speech=recorded).boot().ready().waits(1.0)
        self._log = self.machine.voice.spoken()
        self._from = 0

    # --- listening --------------------------------------------------------------------------------

    def everything(self) -> list[Recorded]:
        """All that was said since the power came."""
        if self._log is not self.machine.voice.spoken():
            self._log, self._from = self.machine.voice.spoken(), 0
        return list(self._log)

    @property
    def heard(self) -> str:
        """What was said since the last press."""
        return " ".join(one.text for one in self.everything()[self._from :])

    def listens(self) -> "Listener":
        """To the end of what is being said."""
        end = self.machine.clock.now() + LISTENS_SECONDS_MAX
        while self.machine.clock.now() < end:
            self.machine.waits(1.0)
            if self.machine.voice.due(self.machine.clock.now()) == NEVER:
                return self
        raise NotTold("it never stops speaking")

    def hears(self, words: str) -> "Listener":
        """To the end of what is said, until these words were among it."""
        for _ in range(HEARS_SECONDS_MAX):
            if words in self.listens().heard:
                return self
        raise NotTold(f"{words} is not in: {self.heard}")

    # --- acting -----------------------------------------------------------------------------------

    def does(self, *acts: str) -> "Listener":
        """Acts at the front; what is said from now on is news."""
        for act in acts:
            self._from = len(self.everything())
            self.machine.does(act)
        return self

    def presses(self, *keys: str) -> "Listener":
        """Keys, one after the other."""
        return self.does(*(f"key:{key}" for key in keys))

    def key_told(self, label: str) -> str | None:
        """The key that was told for this choice."""
        found = re.search(_TOLD.format(re.escape(label)), self.heard)
        return None if found is None else {**DIGIT_WORDS, **KEY_WORDS}[found[1]]

    def chooses(self, label: str) -> "Listener":
        """Listens for a choice, also further on, and presses its key."""
        for _ in range(GROUPS_MAX):
            self.listens()
            if (key := self.key_told(label)) is not None:
                return self.presses(key)
            if (further := self.key_told("听更多") or self.key_told("下一项")) is None:
                break
            self.presses(further)
        raise NotTold(f"{label} is no choice in: {self.heard}")

    # --- a withdrawal -----------------------------------------------------------------------------

    def plugs_in(self) -> "Listener":
        """From here on it talks."""
        return self.does("plug_headset").hears("耳机已接好").hears("请插入银行卡")

    def at_pin(self, card: str = "lin") -> "Listener":
        return self.plugs_in().does(f"insert:{card}").hears("输入密码")

    def at_amount(self, card: str = "lin", pin: str = PIN) -> "Listener":
        return self.at_pin(card).types_pin(pin).hears("取多少")

    def types_pin(self, pin: str) -> "Listener":
        return self.presses(*pin).hears("已输入六位，请按确认键").presses("enter")

    def at_typed(self, amount: str = "300") -> "Listener":
        return self.at_amount().presses(*amount).hears("现在是三百元整")

    def at_review(self) -> "Listener":
        return self.at_typed().presses("enter").hears("取款三百元整").hears("对了请按确认键")

    def at_card(self) -> "Listener":
        return self.at_review().presses("enter").hears("请取卡")

    def at_notes(self) -> "Listener":
        return self.at_card().does("take_card").hears("请取走现金")

    def at_count_wrong(self) -> "Listener":
        return self.at_notes().takes_notes().chooses("数目不对")

    def takes_notes(self) -> "Listener":
        """Out of the slot; where that is not sensed, how to answer was told before."""
        self.machine.does("take_notes")
        return self.hears("点好了吗")

    def withdraws(self) -> "Listener":
        """300 yuan, from the plug to the end of the visit."""
        self.at_notes().takes_notes().chooses("点好了")
        return self.until(lambda now: isinstance(now.phase, s.Idle))

    def until(self, wanted: Callable[[s.Session], bool]) -> "Listener":
        """Time passes."""
        self.machine.run(wanted, 900.0)
        return self
