"""Visits by headset and keys, told as somebody who does not look would tell them (accessibility.md B5,
AUD-09..11). The customer of these stories hears and presses, and knows nothing else."""

from collections.abc import Callable, Mapping

import pytest

from sim.stage.bench import Bench
from sim.stage.voices import Recorded, recorded
from terminal import events as ev
from terminal import session as s
from terminal.sound import SILENT_SO_FAR, Sound
from tests.journeys.ears import DESIGN, PIN, Listener

YUAN = 100


def idle(session: s.Session) -> bool:
    return isinstance(session.phase, s.Idle)


def on_the_loudspeaker(one: Listener) -> list[Recorded]:
    return [said for said in one.everything() if said.channel != "headset"]


def charged(one: Listener, card: str = "lin") -> int:
    return one.machine.world.bank.charged(card) // YUAN


# --- a whole visit ----------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["path", "presenter"])
def test_300_yuan_are_drawn_by_ear_and_keys_alone(shape: str) -> None:
    machine = Bench(shape, design=DESIGN, speech=recorded)  # type: ignore[arg-type]
    one = Listener(machine.boot().ready().waits(1.0)).withdraws()
    assert charged(one) == one.machine.world.paid_out() == 300
    assert one.machine.world.reader.where("lin") == "outside"
    assert on_the_loudspeaker(one) == []


def test_an_outcome_is_heard_before_goodbye() -> None:
    one = Listener()
    one.at_notes().takes_notes().chooses("点好了").hears("三百元整")
    one.until(idle)


def test_a_wrong_pin_is_said_and_typed_anew() -> None:
    one = Listener().at_pin().types_pin("111111").hears("还可以试两次")
    one.types_pin(PIN).hears("取多少").presses(*"300").hears("现在是三百元整")
    assert one.machine.world.bank.charged("lin") == 0


def test_a_pin_corrected_in_the_middle_is_the_second_one() -> None:
    one = Listener().at_pin().presses(*"111", "clear").hears("已清除，请重新输入")
    one.types_pin(PIN).hears("取多少")


def test_a_wrong_count_is_said_by_ear_and_the_money_is_on_hold() -> None:
    one = Listener().at_count_wrong().hears("请输入您拿到的数目")
    one.presses(*"200").hears("现在是两百元整").presses("enter")
    one.until(idle)
    bank = one.machine.world.bank
    assert (charged(one), bank.balance("lin") - bank.available("lin")) == (0, 300 * YUAN)


def test_an_amount_that_cannot_be_paid_is_changed_for_the_nearest_by_its_digit() -> None:
    one = Listener().at_amount().presses(*"255", "enter").hears("凑不出两百五十五元整")
    one.chooses("两百五十元整").hears("取款两百五十元整")


def test_the_amount_is_changed_and_the_card_asked_back_by_keys() -> None:
    one = Listener().at_review().chooses("修改").hears("取多少")
    one.presses("cancel").hears("请取卡").does("take_card").until(idle)
    assert charged(one) == 0


def test_the_voice_is_made_slower_by_way_of_help_and_the_visit_goes_on() -> None:
    one = Listener().at_amount()
    one.presses("help").chooses("声音").chooses("慢一点").hears("语速，三档")
    one.presses("clear").hears("取多少").presses(*"300").hears("现在是三百元整")


def test_the_voice_is_made_slower_over_the_pin_and_no_digit_is_typed_by_it() -> None:
    one = Listener().at_pin().presses(*PIN[:2])
    one.presses("help").chooses("声音").chooses("慢一点").hears("语速，三档")
    one.presses("clear").hears("输入密码").presses(*PIN[2:])
    one.hears("已输入六位，请按确认键").presses("enter").hears("取多少")


def test_the_language_is_changed_by_ear() -> None:
    one = Listener().plugs_in()
    assert "English: press two" in one.heard
    one.presses("2").hears("insert")
    assert one.machine.session.look.language == "en"


def test_louder_and_softer_are_said_in_steps_also_while_the_pin_is_typed() -> None:
    one = Listener().at_pin().presses(*PIN[:3], "louder").hears("音量，三档")
    one.presses("softer").hears("音量，二档")
    one.presses(*PIN[3:]).hears("已输入六位").presses("enter").hears("取多少")


def test_the_screen_is_blank_from_nought_to_nought() -> None:
    one = Listener().at_amount().presses("0").hears("屏幕已关")
    assert one.machine.session.sound.curtain
    one.presses(*"300", "enter").hears("取款三百元整")
    assert one.machine.session.sound.curtain
    one.presses("0").hears("屏幕已开")
    assert not one.machine.session.sound.curtain


def test_star_says_it_again() -> None:
    one = Listener().at_review()
    one.presses("*").hears("取款三百元整")


def test_whoever_hesitates_is_asked_for_more_time_in_the_headset_and_has_it() -> None:
    one = Listener().at_amount().hears("还需要时间吗").chooses("继续").hears("取多少")
    assert one.machine.session.overlay == ""


# --- what must not be a dead end ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("way", "key", "then"),
    [
        (Listener.plugs_in, "enter", "中文，按一"),
        (Listener.at_review, "5", "确认，按确认键"),
        (lambda one: one.at_amount().presses("help").listens(), "8", "按一"),
        (Listener.at_card, "7", "请取卡"),
        (Listener.at_amount, "enter", "还没有输完"),
    ],
    ids=["idle", "review", "help", "card", "amount"],
)
def test_a_key_that_means_nothing_is_answered_with_what_does(
    way: Callable[[Listener], Listener], key: str, then: str
) -> None:
    one = way(Listener())
    was = one.machine.session
    one.presses(key).hears(then)
    assert ("这个键在这里不用" in one.heard) == (then != "还没有输完")
    assert (one.machine.session.phase, one.machine.session.overlay) == (was.phase, was.overlay)


def test_choosing_the_language_that_is_spoken_already_says_the_screen_again() -> None:
    one = Listener().plugs_in().presses("1").hears("请插入银行卡")
    assert "这个键" not in one.heard


def test_a_pin_ended_too_early_is_said_each_time_and_typed_on() -> None:
    one = Listener().at_pin().presses(*PIN[:3], "enter").hears("密码还没有输完")
    assert one.machine.session.look.said == "pin_unfinished"
    one.presses("enter").hears("还没有输完，请接着输")
    said = len(one.everything())
    one.presses(PIN[3])
    assert one.machine.session.look.said == ""
    assert one.listens().everything()[said:] == [], "the digit has its tone"
    one.presses(*PIN[4:]).hears("已输入六位").presses("enter").hears("取多少")


def test_a_visit_that_ends_badly_says_goodbye_and_the_next_key_begins_anew() -> None:
    one = Listener().at_card().hears("保管").hears("请拔下耳机。再见")
    one.presses("enter").until(idle)
    one.machine.waits(60.0)
    one.presses("7").hears("耳机已接好").hears("请插入银行卡")
    assert "这个键" not in one.heard


def test_a_good_visit_says_that_it_is_over_and_to_unplug() -> None:
    one = Listener()
    one.at_notes().takes_notes().chooses("点好了").hears("请拔下耳机。再见").until(idle)


def test_a_card_put_in_while_places_are_told_costs_nothing_of_them() -> None:
    one = Listener().does("plug_headset")
    one.machine.waits(1.0)
    one.does("insert:lin").hears("输入密码").hears("键盘在七点钟方向").hears("井号键")


def test_a_plug_put_back_is_told_as_that_and_the_screen_follows() -> None:
    one = Listener().at_review().does("pull_headset", "plug_headset").hears("取款三百元整")
    assert one.heard.startswith("耳机已拔出。 耳机已接好，声音只有您听得到。 请核对")
    assert "点钟" not in one.heard


# --- the plug pulled --------------------------------------------------------------------------

Way = Callable[[Listener], Listener]

SCREENS: Mapping[str, Way] = {
    "pin": lambda one: one.at_pin().presses(*PIN[:2]),
    "amount": Listener.at_amount,
    "typing": Listener.at_typed,
    "review": Listener.at_review,
    "help": lambda one: one.at_amount().presses("help").listens(),
    "card": Listener.at_card,
    "notes": Listener.at_notes,
    "counting wrong": Listener.at_count_wrong,
}
"""Where a plug is pulled, and how one comes there."""

ASKED = frozenset(SCREENS) - {"card", "notes"}
"""Where a page asks how to go on; a slot is more urgent."""


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("gone", ["pulled", "lost"])
def test_without_the_headset_one_sentence_is_said_aloud_and_the_visit_ends_by_itself(
    screen: str, gone: str
) -> None:
    one = SCREENS[screen](Listener())
    told = len(one.everything())
    if gone == "pulled":
        one.machine.does("pull_headset")
    else:
        one.machine.glass.pressed.append(ev.SoundLost("headset"))
        one.machine.waits(0.1)
    assert (one.machine.session.overlay == "unplugged") == (screen in ASKED)
    begun = one.machine.clock.now()
    at_gate = one.machine.world.reader
    while not idle(one.machine.session):
        one.machine.waits(1.0)
        if at_gate.at_gate:
            one.machine.does("take_card")
            if screen in ASKED - {"counting wrong"}:
                assert 40.0 <= one.machine.clock.now() - begun <= 60.0
        if one.machine.world.notes_in_slot():
            one.machine.does("take_notes")
        assert one.machine.clock.now() - begun < 900.0
    sentences = [said.text for said in one.everything()[told:] if said.channel != "headset"]
    begins = "耳机已拔出" if gone == "pulled" else "耳机没有声音"
    assert len(sentences) == 1
    assert sentences[0].startswith(begins)
    assert "lin" not in one.machine.world.reader.bin
    bank = one.machine.world.bank
    held = (bank.balance("lin") - bank.available("lin")) // YUAN
    assert charged(one) + held == one.machine.world.paid_out()


@pytest.mark.parametrize("screen", SCREENS)
def test_a_plug_put_back_goes_on_where_it_was(screen: str) -> None:
    one = SCREENS[screen](Listener())
    was = one.machine.session
    one.does("pull_headset")
    one.machine.waits(10.0)
    one.does("plug_headset").listens()
    now = one.machine.session
    assert (now.phase, now.overlay) == (was.phase, "" if screen == "help" else was.overlay)
    assert one.heard
    rest: Mapping[str, Way] = {
        "pin": lambda one: (
            one.presses(*PIN[2:]).hears("已输入六位").presses("enter").hears("取多少")
        ),
        "typing": lambda one: one.presses("enter").hears("取款三百元整"),
        "review": lambda one: one.presses("enter").hears("请取卡"),
        "card": lambda one: one.does("take_card").hears("请取走现金"),
        "notes": lambda one: one.takes_notes().chooses("点好了").until(idle),
    }
    rest.get(screen, Listener.listens)(one)


def test_whoever_looks_goes_on_without_the_headset_by_one_press() -> None:
    one = Listener().at_amount().does("pull_headset")
    one.machine.presses("go_on").presses("amount", 500 * YUAN).presses("confirm")
    one.until(lambda now: isinstance(now.phase, s.TakingCard))
    assert [said.text for said in on_the_loudspeaker(one)] == ["耳机已拔出。"]


def test_digits_of_the_pin_typed_without_the_plug_count_and_are_said_nowhere() -> None:
    one = Listener().at_pin().presses(*PIN[:2])
    one.does("pull_headset").presses(*PIN[2:])
    assert [said.text for said in on_the_loudspeaker(one)] == ["耳机已拔出。"]
    one.presses("enter").until(lambda now: isinstance(now.phase, s.ChoosingAmount))


def test_the_clock_of_a_slot_goes_on_without_the_headset() -> None:
    one = Listener().at_card()
    since = one.machine.session.wait.since
    one.machine.waits(20.0)
    one.machine.does("pull_headset")
    assert one.machine.session.wait.since == since
    one.until(lambda now: isinstance(now.phase, s.KeepingCard | s.Explaining | s.Idle))
    assert one.machine.clock.now() - since < 65.0


# --- before, after and between ----------------------------------------------------------------


def test_a_plug_pulled_after_the_visit_is_nobodys_business() -> None:
    one = Listener().withdraws()
    told = len(one.everything())
    one.machine.does("pull_headset").waits(120.0)
    assert one.everything()[told:] == []
    assert one.machine.session.sound == SILENT_SO_FAR
    assert one.machine.session.overlay == ""


def test_nothing_of_the_first_customer_reaches_the_second_through_a_plug_left_in() -> None:
    one = Listener()
    one.at_review().presses("#", "louder", "0").presses("enter").hears("请取卡")
    one.does("take_card").hears("请取走现金").takes_notes().chooses("点好了").until(idle)
    told = len(one.everything())
    one.machine.waits(300.0)
    assert one.everything()[told:] == []
    assert one.machine.session.sound == Sound(jack=True)
    one.does("insert:smith").hears("输入密码")
    second = " ".join(said.text for said in one.everything()[told:])
    assert "三百" not in second
    assert "零一一七" not in second
    assert not one.machine.session.sound.curtain


@pytest.mark.parametrize("screen", ["pin", "review", "card", "notes"])
def test_after_a_power_cut_the_plug_that_is_in_is_known_and_the_rest_is_heard(screen: str) -> None:
    one = SCREENS[screen](Listener())
    one.machine.power_cut()
    one.machine.waits_alone(5.0)
    one.machine.boot()
    one.machine.waits(0.1)
    assert one.machine.session.sound.headset
    if screen == "notes":
        one.machine.does("take_notes")
        one.until(lambda now: isinstance(now.phase, s.Idle | s.OutOfService))
        return
    one.hears("请取走您的卡").does("take_card").until(idle)
    assert on_the_loudspeaker(one) == []
