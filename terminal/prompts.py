"""A prompt is declared once, and four read it: the layout places it, the voice says it, `turn`
times it, the touch accepts its answers.

A prompt names texts by catalogue key; values are filled in by `values_of`. `private` prompts are
spoken without their values: a loudspeaker has neighbours. The fixed bar and the version switch are
not answers: they are on every screen, in the same place.
"""

from collections.abc import Container, Mapping
from functools import lru_cache

from terminal import menu, own, printing
from terminal import session as s
from terminal.afterwards import told_as
from terminal.asking import Answer, Ask, Cue, Entry, Fact, Picture, Prompt
from terminal.assist import card_language
from terminal.cash_units import Cassettes, Mix, largest_payable, mix_for
from terminal.help_pages import (
    CALL_STAFF,
    HELP,
    PAGES,
    help_answers,
    line_named,
    numbers_shown,
    page_answers,
    page_text,
    page_values,
    with_line,
)
from terminal.messages import VOICED
from terminal.money import Amount, Sheets, yuan
from terminal.practice.hands import HANDS
from terminal.privacy import privacy_of
from terminal.profile import LANGUAGES, SIZES_PERCENT, Waits
from terminal.rules import keep_safe
from terminal.rules.change_packs import composition, note_choices
from terminal.service import ServicePhase
from terminal.sound import voice_on
from terminal.values import replace

PRESETS: Mapping[str, tuple[Amount, ...]] = {
    "standard": tuple(yuan(y) for y in (100, 200, 300, 500, 1000, 2000)),
    "elder": tuple(yuan(y) for y in (200, 500, 1000, 100, 300, 2000)),
    "low_vision": tuple(yuan(y) for y in (200, 500, 1000, 2000)),
}
"""Amounts offered, those that are offered first at the beginning. Low-vision customers get four: with
all six, the number pad would be three presses away."""

PER_LEAF: Mapping[str, int] = {"standard": 6, "elder": 3, "low_vision": 2}
"""Amounts on one screen. With the way to others that makes at most four choices for elders (COG-01) and
three for low vision (B1); what else is offered stands on the next leaf."""

SIZE_OF_FEW = 175
"""Percent of the standard size from which as many are offered as to elders: seven do not stand on the
smallest glass, and the way to another amount must not be on a page that is turned to."""

TYPED_MAX = 99_999
"""The longest amount that can be typed, in major units: one digit more than any limit in CN-07."""


NO_CARD = Answer("no_card", role="quiet", key="8")
"""The way to what can be done without a card."""

UNDERSTOOD = Answer("understood", role="primary", key="enter")
CONFIRM = Answer("confirm", role="primary", key="enter")
CLEAR = Answer("clear", role="quiet", key="clear")
CHANGE = Answer("change", role="choice", key="clear")
OTHER_NOTES = Answer("other_notes", role="choice", key="1")
DIGITS = tuple(Answer("digit", n, role="key", key=str(n)) for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 0))

PROMPTS: Mapping[type, Prompt] = {
    s.Starting: Prompt("starting", Waits.DEVICE, picture=Picture.WAIT, may_return_card=False),
    s.ReturningFound: Prompt(
        "returning_found",
        Waits.CARD,
        Ask.ACTION,
        picture=Picture.TAKE_CARD,
        cue=Cue.CARD,
        may_return_card=False,
    ),
    s.OutOfService: Prompt(
        "out_of_service", Waits.CLOSED, picture=Picture.CLOSED, may_return_card=False
    ),
    s.Idle: Prompt(
        "idle",
        Waits.ATTRACT,
        Ask.ACTION,
        tuple(
            Answer("language", language, role="quiet", text=f"to_{language}", key=str(number))
            for number, language in enumerate(LANGUAGES, start=1)
        ),
        picture=Picture.INSERT_CARD,
        may_return_card=False,
    ),
    s.ReadingCard: Prompt("reading_card", Waits.DEVICE, picture=Picture.WAIT),
    s.AskingBank: Prompt("asking_bank", Waits.HOST, picture=Picture.WAIT),
    s.EnteringPin: Prompt(
        "enter_pin",
        Waits.PIN,
        Ask.PIN,
        picture=Picture.COVER_KEYS,
        cue=Cue.STEP,
        private=True,
    ),
    s.CheckingPin: Prompt("checking_pin", Waits.HOST, picture=Picture.WAIT, private=True),
    s.ChoosingService: Prompt("choose_service", Waits.CHOICE, Ask.MENU, cue=Cue.STEP),
    s.ChoosingAmount: Prompt("choose_amount", Waits.CHOICE, Ask.AMOUNT, cue=Cue.STEP),
    s.EnteringAmount: Prompt(
        "enter_amount",
        Waits.CHOICE,
        Ask.ENTRY,
        (*DIGITS, CLEAR, CONFIRM),
        cue=Cue.STEP,
        private=True,
        may_go_back=True,
    ),
    s.SuggestingAmounts: Prompt(
        "suggest_amounts", Waits.CHOICE, Ask.AMOUNT, cue=Cue.STEP, private=True, may_go_back=True
    ),
    s.Reviewing: Prompt(
        "review",
        Waits.REVIEW,
        Ask.REVIEW,
        (CONFIRM, CHANGE),
        cue=Cue.STEP,
        private=True,
        may_go_back=True,
    ),
    s.Authorizing: Prompt("authorizing", Waits.HOST, picture=Picture.WAIT),
    s.TakingCard: Prompt(
        "take_card",
        Waits.CARD,
        Ask.ACTION,
        picture=Picture.TAKE_CARD,
        cue=Cue.CARD,
        may_return_card=False,
    ),
    s.KeepingCard: Prompt(
        "keeping_card", Waits.DEVICE, picture=Picture.WAIT, may_return_card=False
    ),
    s.PreparingCash: Prompt(
        "preparing_cash", Waits.DEVICE, picture=Picture.WAIT, may_return_card=False
    ),
    s.Dispensing: Prompt("dispensing", Waits.DEVICE, picture=Picture.WAIT, may_return_card=False),
    s.PresentingNotes: Prompt(
        "dispensing", Waits.DEVICE, picture=Picture.WAIT, may_return_card=False
    ),
    s.TakingNotes: Prompt(
        "take_notes",
        Waits.CASH,
        Ask.ACTION,
        picture=Picture.TAKE_CASH,
        cue=Cue.NOTES,
        may_return_card=False,
    ),
    s.Retracting: Prompt("retracting", Waits.DEVICE, picture=Picture.WAIT, may_return_card=False),
    s.RejectingNotes: Prompt(
        "retracting", Waits.DEVICE, picture=Picture.WAIT, may_return_card=False
    ),
    s.Counting: Prompt(
        "count_notes",
        Waits.COUNT,
        Ask.CHOICE,
        (
            Answer("count_right", role="primary", key="enter"),
            Answer("count_wrong", role="choice", key="clear"),
        ),
        picture=Picture.COUNT,
        cue=Cue.NOTES,
        private=True,
        may_return_card=False,
    ),
    s.StatingCount: Prompt(
        "state_count",
        Waits.REVIEW,
        Ask.ENTRY,
        (*DIGITS, CLEAR, CONFIRM),
        private=True,
        may_return_card=False,
        may_go_back=True,
    ),
    s.Explaining: Prompt(
        "notice",
        Waits.NOTICE,
        Ask.CHOICE,
        (UNDERSTOOD,),
        picture=Picture.WARNING,
        cue=Cue.ERROR,
        private=True,
        may_return_card=False,
    ),
    s.Farewell: Prompt(
        "farewell", Waits.FAREWELL, picture=Picture.DONE, cue=Cue.DONE, may_return_card=False
    ),
}
"""One prompt for every phase but those of the services, which bring theirs. Prompts whose answers depend
on facts get them in `prompt_of`."""

MORE_TIME = Prompt(
    "more_time",
    Waits.NOTHING,
    Ask.CHOICE,
    (
        Answer("more_time", role="primary", key="enter"),
        Answer("no_more_time", role="choice", key="cancel"),
    ),
    cue=Cue.STEP,
)
VIEW = Prompt("view", Waits.HELP, Ask.CHOICE, may_go_back=True)
LANGUAGE_PAGE = Prompt(
    "languages",
    Waits.HELP,
    Ask.CHOICE,
    tuple(
        Answer("language", language, text=f"to_{language}", key=str(number))
        for number, language in enumerate(LANGUAGES, start=1)
    ),
    may_go_back=True,
)

SOUND = Prompt("sound", Waits.HELP, Ask.CHOICE, may_go_back=True)
UNPLUGGED = Prompt(
    "unplugged",
    Waits.UNPLUGGED,
    Ask.CHOICE,
    (Answer("go_on", role="primary", key="enter"),),
    cue=Cue.ERROR,
)

OVERLAYS: Mapping[str, Prompt] = {
    "more_time": MORE_TIME,
    "help": HELP,
    "view": VIEW,
    "languages": LANGUAGE_PAGE,
    "sound": SOUND,
    "unplugged": UNPLUGGED,
}

PAGES_OF_HELP = ("help", "view", "languages", "sound", *PAGES)
"""Overlays that the customer opened, and can close."""


def prompt_of(session: s.Session) -> Prompt:
    """The prompt on the screen now: the overlay's if one is open, the phase's otherwise, with the
    answers that the session's facts allow."""
    if session.overlay == "view":
        return replace(VIEW, answers=_view_answers(session.look))
    if session.overlay == "sound":
        return replace(SOUND, answers=_sound_answers(session))
    if session.overlay == "languages":
        answers = tuple(
            one for one in LANGUAGE_PAGE.answers if one.value in menu.languages(session)
        )
        return replace(LANGUAGE_PAGE, answers=answers)
    if session.overlay == "help":
        return replace(HELP, answers=help_answers(session))
    if session.overlay in PAGES:
        return replace(PAGES[session.overlay], answers=page_answers(session, phase_prompt(session)))
    if session.overlay:
        return OVERLAYS[session.overlay]
    return phase_prompt(session)


def _view_answers(look: s.Look) -> tuple[Answer, ...]:
    """What can be changed about the look: larger, smaller, other colours, nearer to a seat."""
    wishes, low_vision = look.wishes, look.profile == "low_vision"
    white = wishes.contrast == "white_on_black"
    seated = Answer(
        "seated", int(not wishes.seated), text="stand" if wishes.seated else "seated", key="4"
    )
    if low_vision:
        colours = "yellow_on_black" if white else "white_on_black"
        return Answer("contrast", colours, text=colours, key="3"), seated, TO_SOUND
    at = SIZES_PERCENT.index(wishes.size_percent)
    larger, smaller = SIZES_PERCENT[at + 1 : at + 2], SIZES_PERCENT[max(0, at - 1)]
    return (
        *(Answer("size", size, text="larger", key="1") for size in larger),
        *(Answer("size", smaller, text="smaller", key="2") for _ in range(at > 0)),
        Answer("profile", "low_vision", text="to_low_vision", key="3"),
        seated,
        TO_SOUND,
    )


TO_SOUND = Answer("sound", key="5")


def _sound_answers(session: s.Session) -> tuple[Answer, ...]:
    """What can be changed about the voice. In the headset it cannot be switched off: there it is the
    whole machine."""
    steps = (
        Answer("louder", key="1"),
        Answer("softer", key="2"),
        Answer("slower", key="3"),
        Answer("faster", key="4"),
    )
    if session.sound.headset:
        return steps
    on = voice_on(session.sound, session.look)
    return *steps, Answer("speech", int(not on), text="voice_off" if on else "voice_on", key="5")


def phase_prompt(session: s.Session) -> Prompt:
    """The prompt of the phase itself, whatever lies over it. In a practice a press stands for what a hand
    does at the front, nothing ends by itself, and it can be left from every screen."""
    prompt = _phase_prompt(session)
    if session.practice is None:
        return prompt
    hand = tuple(HANDS[key] for key in (prompt.key,) if key in HANDS)
    ask = Ask.CHOICE if hand and prompt.ask is Ask.NOTHING else prompt.ask
    answers = (*hand, *prompt.answers)
    return replace(prompt, waits=Waits.NOTHING, ask=ask, answers=answers, may_return_card=True)


def _phase_prompt(session: s.Session) -> Prompt:
    prompt = _asked(session)
    if not printing.offered(session):
        return prompt
    few = Ask.CHOICE if prompt.ask is Ask.NOTHING else prompt.ask
    waits = Waits.REMEMBER if prompt.waits is Waits.FAREWELL else prompt.waits
    answers = (*(prompt.answers or (UNDERSTOOD,)), printing.RECEIPT)
    return replace(prompt, ask=few, waits=waits, answers=answers)


def _asked(session: s.Session) -> Prompt:
    """The prompt of the phase, without what may be printed of it."""
    if isinstance(session.phase, ServicePhase):
        return session.phase.asked(session)
    prompt = PROMPTS[type(session.phase)]
    match session.phase:
        case s.Idle() if session.look.language in VOICED:
            voiced, drafts = prompt.answers[: len(VOICED)], prompt.answers[len(VOICED) :]
            return replace(prompt, answers=(*voiced, NO_CARD, *drafts))
        case s.ChoosingService():
            answers = _service_answers(session)
            return replace(prompt, answers=answers, may_go_back=menu.leaf_shown(session) > 0)
        case s.ChoosingAmount():
            leaves, leaf = _leaves_of(session), leaf_shown(session)
            answers = _amount_answers(leaves, leaf)
            back = leaf > 0 or menu.has_menu(session)
            return replace(prompt, answers=answers, may_go_back=back)
        case s.SuggestingAmounts(nearest=nearest):
            return replace(prompt, answers=_suggested(nearest))
        case s.Reviewing(amount=amount, mix=mix) if other_ways(session, amount, mix):
            # In the largest type two answers stand beside the amount; Back in the bar does what Change does.
            change = () if session.look.profile == "low_vision" else (CHANGE,)
            return replace(prompt, answers=(CONFIRM, OTHER_NOTES, *change))
        case s.Explaining(notice=notice) if (
            notice.reference and session.look.language in VOICED and not session.machine.record_low
        ):
            return replace(prompt, answers=(*prompt.answers, CALL_STAFF))
        case s.TakingCard(lost=True):
            return replace(prompt, ask=Ask.NOTHING, picture=Picture.WAIT, cue=Cue.NONE)
        case s.Farewell(notice=s.Notice(key="goodbye")):
            return replace(prompt, picture=Picture.SAFE)
        case s.Farewell() if session.look.offer == "remember":
            return replace(prompt, waits=Waits.REMEMBER)
        case s.Farewell() if session.look.offer == "usual":
            return replace(prompt, key="farewell_usual", waits=Waits.REMEMBER)
        case s.Farewell() if session.look.said in ("remembering", "receipt_printing"):
            return replace(prompt, waits=Waits.HOST)
        case s.Counting() if not _senses_taken(session):
            return replace(prompt, waits=Waits.TAKE_AND_COUNT)
        case s.TakingCard(notice=s.Notice()):
            return replace(prompt, private=True)
        case s.TakingCard(order=s.Order() | s.Swap()):
            return replace(prompt, may_return_card=True)
        case _:
            return prompt


def other_ways(session: s.Session, amount: Amount, mix: Mix) -> tuple[Mix, ...]:
    """Other notes for the same amount that can be paid now, the next after `mix` first; none in a language
    that has no words for them. Ways that are the same notes are one."""
    if session.look.language not in VOICED:
        return ()
    cassettes = session.machine.cassettes
    ways = [one.mix for one in note_choices(amount, cassettes)]
    shown = composition(mix, cassettes)
    at = next((n for n, one in enumerate(ways) if composition(one, cassettes) == shown), None)
    return tuple(ways if at is None else ways[at + 1 :] + ways[:at])


def text_key(session: s.Session) -> str:
    """The catalogue key of the present prompt's text: phases with a notice speak through it, and what was done
    before in this visit is not denied."""
    return with_line(session, told_as(_text_key(session), session.done))


def _text_key(session: s.Session) -> str:
    if session.overlay == "view":
        return _why(session.look)
    if session.overlay == "unplugged" and session.sound.jack:
        return "headset_lost"
    if session.overlay in PAGES:
        return page_text(session, phase_prompt(session))
    if session.overlay:
        return OVERLAYS[session.overlay].key
    match session.phase:
        case ServicePhase() as phase:
            return phase.text_key(session)
        case s.ChoosingService() if menu.leaf_shown(session):
            return "choose_service_more"
        case s.ReturningFound(order=order) if order is not None:
            return "returning_found_cut"
        case s.EnteringPin(left=left) if left is not None:
            return "enter_pin_again"
        case s.ChoosingAmount(leaf=leaf) if leaf and leaf_shown(session):
            return "choose_amount_more"
        case s.ChoosingAmount(refused=refused) if refused:
            return f"choose_amount_{refused}"
        case s.Reviewing(gone=True) if session.look.language in VOICED:
            return "note_mix.gone"
        case s.TakingCard(lost=True):
            return "finding_card"
        case s.TakingCard(order=None, notice=s.Notice(key=key)):
            return f"notice.{key}"
        case s.TakingCard(order=s.Swap()):
            return "take_card_first"
        case s.Counting(short=short) as counting:
            safe = "_safe" if is_much_cash(session, counting) else ""
            return f"count_notes{'_short' if short else ''}{safe}"
        case s.Explaining(notice=s.Notice(key=key)) | s.Farewell(notice=s.Notice(key=key)):
            return f"notice.{key}"
        case s.OutOfService(reason=reason):
            return f"out_of_service.{reason}"
        case phase:
            return PROMPTS[type(phase)].key


def is_much_cash(session: s.Session, counting: s.Counting) -> bool:
    """Whether this is so much cash for one day that the customer is asked to put it away safely."""
    return keep_safe.due(session.machine.rules, session.drawn, counting.amount)


def _why(look: s.Look) -> str:
    """Why the screen looks as it does: the reason of the profile; where there is none but the customer
    set something by hand, that."""
    by_hand = look.reason == "DEFAULT" and look.by_hand
    return "why.by_hand" if by_hand else f"why.{look.reason.lower()}"


def values_of(session: s.Session) -> Mapping[str, object]:
    """The values that the present prompt's text may name: `Amount`, int or str."""
    line = line_named(session, text_key(session))
    return {**_values_of(session), **line} if line else _values_of(session)


def _values_of(session: s.Session) -> Mapping[str, object]:
    if session.overlay in PAGES or session.overlay == "help":
        return page_values(session)
    match session.phase:
        case ServicePhase() as phase:
            return phase.values(session)
        case s.EnteringPin(left=left, digits=digits):
            return {"left": left or 0, "digits": digits}
        case s.EnteringAmount(typed=typed):
            return {"amount": yuan(typed), "most": most_now(session.machine)}
        case s.StatingCount(typed=typed, amount=amount):
            return {"amount": yuan(typed or 0), "most": amount}
        case s.SuggestingAmounts(asked=asked):
            return {"asked": asked}
        case s.Reviewing(card=card, amount=amount, mix=mix):
            notes = composition(mix, session.machine.cassettes)
            shown = tuple(Sheets(count, face) for face, count in notes)
            return {"amount": amount, "last4": card.pan.last4, "mix": shown}
        case s.Counting(amount=amount, order=order):
            return {"amount": amount, "asked": order.amount}
        case (
            s.Explaining(notice=s.Notice() as notice)
            | s.TakingCard(notice=s.Notice() as notice)
            | s.Farewell(notice=s.Notice() as notice)
            | s.KeepingCard(notice=notice)
        ):
            return {**notice.values, "reference": notice.reference}
        case _:
            return {}


def facts_of(session: s.Session) -> tuple[Fact, ...]:
    """What the present screen reads back line by line."""
    if session.overlay:
        return ()
    match session.phase:
        case ServicePhase() as phase:
            return phase.facts(session)
        case s.Idle():
            return numbers_shown(session)
        case _:
            return ()


def entry_of(session: s.Session) -> Entry | None:
    """The number that is typed digit by digit on the present screen, or None."""
    if session.overlay or not isinstance(session.phase, ServicePhase):
        return None
    return session.phase.entry()


def withheld(session: s.Session) -> bool:
    """Whether the screen names something personal that the loudspeaker keeps to itself until asked."""
    if session.overlay or session.sound.headset:
        return False
    personal = any(privacy_of(name) == "P1" for name in values_of(session))
    return personal or any(fact.private and not fact.financial for fact in facts_of(session))


def most_now(machine: s.Machine) -> Amount:
    """The largest amount that can be paid now."""
    return largest_payable(machine.cassettes, machine.withdrawal_max) or yuan(0)


QUIET_ABOUT_LOOKS = (
    s.TakingCard,
    s.PreparingCash,
    s.Dispensing,
    s.PresentingNotes,
    s.TakingNotes,
    s.Counting,
    s.StatingCount,
    s.Explaining,
)
"""Where notes and the card are the only subject; a banner about the look would be in the way."""


def offer_answers(session: s.Session) -> tuple[Answer, ...]:
    """The two answers of an offer, where one is on the screen. Whoever listens by headset is asked nothing
    about the glass: its digits are typed where offers come, and Help leads to looks and languages."""
    look = session.look
    if not look.offer or session.overlay or isinstance(session.phase, QUIET_ABOUT_LOOKS):
        return ()
    if session.sound.headset and look.offer not in s.AT_THE_END:
        return ()
    yes = _yes(session)
    return (
        (Answer("offer_yes", role="primary", text=yes), Answer("offer_no", role="quiet"))
        if yes
        else ()
    )


def _yes(session: s.Session) -> str:
    """The label of the yes, or "" where the offer means nothing (any more): in a headset a language without
    a voice would be silence."""
    look = session.look
    match look.offer:
        case "remember":
            return "remember_yes"
        case "usual":
            return "remember_yes" if look.language in VOICED else ""
        case "language":
            language = card_language(session.evidence)
            silent = session.sound.headset and language not in VOICED
            return f"to_{language}" if language and language != look.language and not silent else ""
        case "standard":
            return "" if look.profile == "standard" else "offer_back"
        case _:
            return "offer_yes" if look.profile == "standard" else ""


def reminder_key(session: s.Session, last: int, known: Container[str]) -> str:
    """The catalogue key of the present reminder's words, or "" if none is due: in other words each
    time, and before something is taken away; a state of a screen may have its own. `last` is how many reminders this wait has; `known`
    are the catalogue's keys."""
    number, prompt = session.wait.reminded, phase_prompt(session)
    if not number or session.overlay:
        return ""
    machine = prompt.waits in (Waits.HOST, Waits.DEVICE)
    if machine:
        asked: tuple[str, ...] = ("waiting",)
    else:
        asked = (text_key(session), REMINDED_LIKE.get(prompt.key, prompt.key))
    tries = (
        f"reminder.{key}{which}"
        for key in asked
        for which in ("_last" if number >= last else f"_{number}", f"_{number}", "")
    )
    return next((key for key in tries if key in known), "")


REMINDED_LIKE: Mapping[str, str] = {"returning_found": "take_card"}
"""A card in the slot is reminded of in the same words, whoever left it."""


def _senses_taken(session: s.Session) -> bool:
    able = session.machine.capabilities
    return able is not None and able.senses_taken


def leaf_shown(session: s.Session) -> int:
    """Which leaf of the amounts is on the screen, from 0; another profile may have fewer of them."""
    leaf = session.phase.leaf if isinstance(session.phase, s.ChoosingAmount) else 0
    return min(leaf, len(_leaves_of(session)) - 1) if leaf else 0


def next_leaf(session: s.Session) -> int | None:
    """The leaf that "other amount" leads to, or None if that is the number pad."""
    leaf = leaf_shown(session) + 1
    return leaf if leaf < len(_leaves_of(session)) else None


def _leaves_of(session: s.Session) -> tuple[tuple[Amount, ...], ...]:
    machine, look = session.machine, session.look
    few = look.wishes.fewer_choices or look.wishes.size_percent >= SIZE_OF_FEW
    offered = "elder" if few and look.profile == "standard" else look.profile
    own_first = own.amount(session)
    return _leaves(machine.cassettes, machine.withdrawal_max, offered, own_first)


@lru_cache(maxsize=8)
def _leaves(
    cassettes: Cassettes, most: Amount, offered: str, usual: Amount | None = None
) -> tuple[tuple[Amount, ...], ...]:
    """The amounts that can be paid, in leaves, each in order but for the one that the customer usually takes,
    which is the very first; at least one leaf, which may be empty. Asked for several times on one screen,
    and the same until notes go."""
    known = dict.fromkeys((*(() if usual is None else (usual,)), *PRESETS[offered]))
    payable = [
        amount for amount in known if amount <= most and mix_for(amount, cassettes) is not None
    ]
    each = PER_LEAF[offered]
    starts = range(0, len(payable), each) or (0,)
    groups = [sorted(payable[at : at + each]) for at in starts]
    groups[0].sort(key=lambda amount: amount != usual)
    return tuple(map(tuple, groups))


def _service_answers(session: s.Session) -> tuple[Answer, ...]:
    """A leaf of services, each on the digit of its place, and the way to the others."""
    leaves, leaf = menu.leaves(session), menu.leaf_shown(session)
    tiles = tuple(
        Answer("service", name, text=f"service.{name}", key=str(place))
        for place, name in enumerate(leaves[leaf], start=1)
    )
    return (*tiles, MORE_SERVICES) if leaf + 1 < len(leaves) else tiles


MORE_SERVICES = Answer("more_services", role="quiet", key="9")


def _amount_answers(leaves: tuple[tuple[Amount, ...], ...], leaf: int) -> tuple[Answer, ...]:
    """A leaf of amounts, and the way to others: the next leaf, and from the last one the number pad."""
    typed = "type_amount" if 0 < leaf == len(leaves) - 1 else ""
    amounts = (Answer("amount", a.minor, amount=a) for a in leaves[leaf])
    return (*amounts, Answer("other_amount", text=typed))


def _suggested(nearest: tuple[Amount, ...]) -> tuple[Answer, ...]:
    return (*(Answer("amount", a.minor, amount=a) for a in nearest), Answer("other_amount"))
