"""`step`: one event, one decision.

What belongs to every phase is handled first (presence, the fixed bar, the switches, the overlays); the rest
goes to the flow that owns the phase. A pair that means nothing changes nothing; the runtime records it as
ignored, because a finger is faster than a frame.

Around every decision four things are seen to, each with its reasons in a file of its own: the clock of the wait
(`waits`), the voice and the headset (`hearing`), what was noticed of the customer and follows at a border
(`noticing`), and what a key meant (`keys`).
"""

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal.asking import Ask
from terminal.assist import card_language
from terminal.evidence import refused
from terminal.flows import (
    exchange,
    helping,
    identify,
    leaving,
    note_mix,
    printing,
    services,
    starting,
    withdrawal,
)
from terminal.flows.identify import cash_ready
from terminal.flows.practice import Ready
from terminal.flows.visit import Step, fit, give_back, with_machine
from terminal.focus import on_glass
from terminal.hearing import VOICE_ONLY, hearing, jack, sounding
from terminal.keys import chosen_by_key
from terminal.menu import has_menu, languages
from terminal.noticing import noticed, place_of
from terminal.practice import playing
from terminal.practice.hands import HAND_NAMES, PUT_CARD
from terminal.profile import (
    NO_WISHES,
    PROFILE_NAMES,
    SIZES_PERCENT,
    SLOTS,
)
from terminal.prompts import PAGES_OF_HELP, offer_answers, phase_prompt, prompt_of
from terminal.service import ServicePhase
from terminal.values import replace
from terminal.waits import clocked, fresh, speech

SETTLING = (fx.Complete, fx.Credit, fx.Suspect, fx.Cancel)
"""After one of these it is not true any more that no money has moved in this visit."""


def step(session: s.Session, event: ev.Event, now: float) -> Step:
    """As `_step`; in a practice on the practice's own session, with an outside made of values."""
    begins = isinstance(session.phase, Ready) and not session.overlay
    if session.practice is None and not begins:
        return _step(session, event, now)
    pressed = chosen_by_key(session, event.key) if isinstance(event, ev.KeyPressed) else event
    by_hand = isinstance(pressed, ev.Chosen) and pressed.name in HAND_NAMES
    if session.practice is not None:
        return playing.step(session, pressed if by_hand and pressed else event, now, _step)
    match session.phase, pressed:
        case Ready(lesson=lesson), ev.Chosen(PUT_CARD.name):
            return playing.begun(session, lesson, now, _step), ()
        case _:
            return _step(session, event, now)


def _step(session: s.Session, event: ev.Event, now: float) -> Step:
    """The session after an event, and what is to be done. The very same session and no effects
    means that the event meant nothing now."""
    meant = chosen_by_key(session, event.key) if isinstance(event, ev.KeyPressed) else event
    decided = (
        _shared(session, event, meant, now)
        or printing.step(session, event)
        or _flow(session, event)
    )
    if decided is None:
        return session, ()
    after, effects = decided
    if not after.done and after.visit and any(isinstance(one, SETTLING) for one in effects):
        after = replace(after, done=True)
    if after.slip_ordered and type(after.phase) is not type(session.phase):
        after = replace(after, slip_ordered=False)
    after = clocked(session, after, event, now, bool(effects))
    after = hearing(session, after, event)
    after = noticed(session, after, event, meant, now)
    after = helping.unpointed(session, _turned(session, after, event, meant), event)
    return after, (*effects, *_pad_effects(session, after))


STANDING = frozenset(("focus", "repeat", "page", "size", "contrast", "seated")) | VOICE_ONLY
"""Presses after which the keys stand where they stood."""


def _turned(
    before: s.Session, after: s.Session, event: ev.Event, meant: ev.Event | None
) -> s.Session:
    """Another screen begins with its first page and no focus; so does a look in which other things
    fit, and whatever was typed or pressed leaves the focus."""
    by_keys = after.look.wishes.keys_only and not after.sound.headset
    if not (after.page or after.focus or by_keys or after.laid.pages > 1):
        return after
    if (type(before.phase), before.overlay) != (type(after.phase), after.overlay):
        focus = first_answer(after) if by_keys else 0
        stays = (after.page, after.focus, after.laid) == (0, focus, ev.WHOLE)
        return after if stays else replace(after, page=0, focus=focus, laid=ev.WHOLE)
    if after.phase is not before.phase and _types_unseen(after):
        after = replace(after, page=after.page + 1)
    if not isinstance(event, ev.KeyPressed | ev.Chosen | ev.PinDigits):
        return after
    if after.look != before.look:
        after = replace(after, page=0)
    stands = isinstance(meant, ev.Chosen) and meant.name in STANDING
    return after if stands or not after.focus else replace(after, focus=0)


def _types_unseen(session: s.Session) -> bool:
    """Digits are typed and their field is on another page."""
    typed = bool(getattr(session.phase, "typed", None)) and prompt_of(session).ask in (
        Ask.ENTRY,
        Ask.NUMBER,
    )
    return typed and not on_glass(session, ev.Chosen("confirm"))


def _on_the_glass(session: s.Session, laid: ev.Laid) -> s.Session:
    """The glass says what it shows. A screen that turns out to have several pages is begun with the
    first, by the keys too, unless something was typed already: then with the page that shows it."""
    if laid == session.laid:
        return session
    known = replace(session, laid=laid)
    if session.laid.pages > 1 or laid.pages == 1:
        return known
    known = replace(known, focus=0) if session.look.wishes.keys_only else known
    return replace(known, page=known.page + 1) if _types_unseen(known) else known


STOOD_ON_AT_ONCE = (Ask.CHOICE, Ask.REVIEW, Ask.MENU, Ask.FACTS)
"""Where the keys of somebody who uses nothing else stand on the first answer at once. Not where digits
are typed, because there Enter ends the typing, nor where an amount is chosen, because nobody chose it."""


def first_answer(session: s.Session) -> int:
    """The place of the first answer in the order of the keys, behind an offer; 0 where the keys stand
    on nothing at first."""
    prompt = prompt_of(session)
    pressable = any(one.role != "key" and one.enabled for one in prompt.answers)
    able = prompt.ask in STOOD_ON_AT_ONCE and pressable
    return len(offer_answers(session)) + 1 if able else 0


def _flow(session: s.Session, event: ev.Event) -> Step | None:
    match session.phase:
        case s.Starting() | s.ReturningFound():
            return starting.step(session, event)
        case s.KeepingCard(reason="leftAtBoot"):
            return starting.step(session, event)
        case phase if isinstance(phase, leaving.ENDINGS):
            return leaving.step(session, event)
        case ServicePhase() | s.ChoosingService():
            return services.step(session, event)
        case phase if isinstance(phase, leaving.HOLDING_CARD):
            own = identify.step(session, event) or withdrawal.step(session, event)
            return own or note_mix.opened(session, event) or leaving.while_holding(session, event)
        case s.Idle() | s.OutOfService():
            return identify.step(session, event) or services.step(session, event)
        case _:
            return exchange.paying(session, withdrawal.step(session, event))


def _pad_effects(before: s.Session, after: s.Session) -> tuple[fx.Effect, ...]:
    """A page over the PIN screen takes the pad's keys, and so does the focus; the digits typed so far
    stay in the pad."""
    held = bool(after.overlay or after.focus)
    collects = isinstance(before.phase, s.COLLECTING_PIN)
    both = collects and type(before.phase) is type(after.phase)
    return (fx.HoldPin(held),) if both and held != bool(before.overlay or before.focus) else ()


# --- what belongs to every phase -------------------------------------------------------------------


SHARED_WITH_OTHERS = (s.ReadingCard, s.AskingBank, s.EnteringPin, s.CheckingPin)
"""Phases that every service begins with."""


def _shared(session: s.Session, event: ev.Event, meant: ev.Event | None, now: float) -> Step | None:
    """`meant` is what a key stands for, or the event itself."""
    match event:
        case ev.SpeechStarted() | ev.SpeechEnded():
            return speech(session, event, now)
        case ev.PinDigits(count=count) if session.overlay or session.focus:
            return _typed_under_a_page(session, count, now)
        case ev.Reminded(number=number):
            # What lies in a slot is more urgent than the page that hides it (TIM-06).
            hidden = session.overlay in PAGES_OF_HELP and phase_prompt(session).waits in SLOTS
            page: s.Overlay = "" if hidden else session.overlay
            return replace(session, overlay=page, wait=replace(session.wait, reminded=number)), ()
        case ev.AskedForMore():
            wait = s.Wait(since=now, asked_at=now)
            return replace(session, overlay="more_time", wait=wait), ()
        case ev.Touched() if not isinstance(session.phase, s.Farewell):
            return session, ()
        case ev.HeadsetPlugged() | ev.HeadsetUnplugged() | ev.SoundLost() | ev.SoundBack():
            return jack(session, event, now)
        case ev.PhoneCall(present=present):
            return _telephone(session, event, present)
        case ev.Laid():
            return _on_the_glass(session, event), ()
        case event if isinstance(event, helping.FROM_HELPERS):
            return helping.told(session, event)
        case ev.TouchMeasured() | ev.DocumentRead() | ev.DocumentGone():
            return session, ()
        case ev.DocumentUnread(reason=reason):
            return _unread(session, reason), ()
        case ev.Acknowledged() | ev.ReplyRefused() | ev.LinkAlarm():
            return session, ()
        case ev.RecordDisputed() if not isinstance(session.phase, s.Idle):
            return with_machine(session, record_disputed=True), ()
        case ev.HostUp() if not isinstance(session.phase, s.OutOfService):
            return with_machine(session, host_up=True), ()
        case ev.HostDown() if not isinstance(session.phase, s.Idle):
            return with_machine(session, host_up=False), ()
        case ev.JournalLow() if not isinstance(session.phase, s.Idle):
            return with_machine(session, record_low=True), ()
        case ev.AcceptorReady() if not _takes_notes(session):
            return fit(session, ""), ()
        case ev.AcceptorFailed(error=error) if not _takes_notes(session):
            return fit(session, error), ()
        case ev.CashReady(capabilities=able, usable=usable) if isinstance(
            session.phase, (*leaving.HOLDING_CARD, ServicePhase)
        ):
            return cash_ready(session, able, usable), ()
        case ev.CashFailed(error=error) if isinstance(
            session.phase, (ServicePhase, s.ChoosingService)
        ) or (isinstance(session.phase, SHARED_WITH_OTHERS) and has_menu(session)):
            # What needs no notes goes on; withdrawal says at its own first question that there are none.
            return with_machine(session, cash=error), ()
        case ev.CashFailed(error=error) if isinstance(session.phase, leaving.HOLDING_CARD):
            closed = with_machine(session, cash=error)
            return give_back(closed, "cash_unavailable")
        case ev.TimedOut() if session.overlay == "unplugged":
            plain = replace(session, overlay="", wait=s.Wait(since=now))
            return _flow(plain, ev.Chosen("return_card")) or _flow(plain, event)
        case ev.KeyPressed() | ev.Chosen() if isinstance(meant, ev.Chosen):
            return _chosen(session, meant, now)
        case _:
            return None


def _takes_notes(session: s.Session) -> bool:
    """Whether what the acceptor says belongs to a deposit under way, at a start too."""
    phase = session.phase
    if isinstance(phase, s.Starting):
        return phase.asks in ("deposit", "storing", "slot")
    return isinstance(phase, ServicePhase) and phase.moves_money


def _telephone(session: s.Session, event: ev.Event, present: bool) -> Step:
    """A call is a fact of the machine; in a visit it is a signal too, until the card is gone. What is begun
    and not sent yet may wait for its end."""
    known = with_machine(session, calling=present)
    if present and session.visit and not session.phone:
        known = replace(known, phone="sensed")
    meant = _flow(known, event) if isinstance(session.phase, ServicePhase) else None
    return meant or (known, ())


def _unread(session: s.Session, reason: ev.UnreadDocument) -> s.Session:
    """A line that says so, where a document would have said something; nothing else changes."""
    if place_of(session) == "nobody":
        return session
    return replace(session, look=replace(session.look, said=f"document_{reason}"))


def _typed_under_a_page(session: s.Session, count: int, now: float) -> Step | None:
    """Typing on is an answer: the page goes away, or the focus, and the digit counts."""
    if not isinstance(session.phase, s.COLLECTING_PIN):
        return None
    phase = replace(session.phase, digits=count)
    return replace(session, phase=phase, overlay="", wait=s.Wait(since=now)), ()


def _chosen(session: s.Session, event: ev.Chosen, now: float) -> Step | None:
    match event.name, event.value:
        case (("profile" | "size" | "contrast" | "seated"), _):
            look = _looking(session.look, event)
            return None if look is None else (replace(session, look=look), ())
        case "language", language if language in languages(session):
            page: s.Overlay = "" if session.overlay == "languages" else session.overlay
            look = replace(session.look, language=language)
            return replace(session, look=look, overlay=page), ()
        case "offer_yes" | "offer_no", _ if session.look.offer:
            return _offer_answered(session, event.name == "offer_yes")
        case "page", int(page_number) if page_number >= 0:
            return replace(session, page=page_number), ()
        case "focus", int(place):
            return replace(session, focus=place), ()
        case ("help" | "view" | "languages" | "sound") as opened, _:
            # Over the question for more time this is an answer: somebody is here.
            return replace(session, overlay=opened, wait=fresh(session, now)), ()
        case "close" | "back", _ if session.overlay in PAGES_OF_HELP:
            return replace(session, overlay="", wait=fresh(session, now)), ()
        case (("call_staff" | "cancel_call" | "hotlines" | "explain" | "counter"), _):
            helped = helping.pressed(session, event.name)
            return helped and (replace(helped[0], wait=fresh(session, now)), helped[1])
        case "digit", _ if session.overlay == "more_time":
            # Typing on is an answer.
            return _flow(replace(session, overlay="", wait=s.Wait(since=now)), event)
        case "more_time", _ if session.overlay == "more_time":
            return replace(session, overlay="", wait=s.Wait(since=now)), ()
        case "no_more_time", _ if session.overlay == "more_time":
            plain = replace(session, overlay="", wait=s.Wait(since=now))
            return _flow(plain, ev.Chosen("return_card")) or _flow(plain, ev.TimedOut())
        case "repeat", _:
            return session, ()
        case name, value if name in VOICE_ONLY:
            sound = sounding(session, name, value)
            return (session if sound == session.sound else replace(session, sound=sound)), ()
        case "go_on", _ if session.overlay == "unplugged":
            return replace(session, overlay="", wait=s.Wait(since=now)), ()
        case "receipt", _:
            return printing.step(session, event)
        case "return_card", _ if not phase_prompt(session).may_return_card:
            return session, ()
        case _:
            meant = _flow(session, event)
            return None if meant is None else meant


def _offer_answered(session: s.Session, yes: bool) -> Step:
    """An answer to what the banner asks. A no to larger text is the customer's choice and locks; a no to
    the way back means that all is well as it is."""
    look = session.look
    match look.offer, yes:
        case "remember", _:
            return leaving.remember(session, yes)
        case "usual", _:
            return leaving.usual(session, yes)
        case "language", True:
            language = card_language(session.evidence)
            switched = replace(look, language=language or look.language, offer="")
            return replace(session, look=switched), ()
        case (("language" | "standard"), False):
            return replace(session, look=replace(look, offer="")), ()
        case "standard", True:
            back = _looking(look, ev.Chosen("profile", "standard"))
            assert back is not None
            return replace(session, look=replace(back, said="refused")), ()
        case offer, True:
            reason: s.ReasonSource = "NEED" if offer == "need" else "EXPLICIT"
            large = replace(look, profile="elder", reason=reason, locked=True)
            return replace(session, look=replace(large, offer="", said="applied")), ()
        case _:
            plain = replace(look, offer="", locked=True, said="refused")
            return replace(session, look=plain, evidence=refused(session.evidence)), ()


def _looking(look: s.Look, event: ev.Chosen) -> s.Look | None:
    """The look after the customer changed it. The standard version is the way out of everything."""
    match event.name, event.value:
        case "profile", name if name in PROFILE_NAMES:
            chosen = replace(look, profile=name, reason="EXPLICIT", locked=True, offer="", said="")
            plain = name == "standard" or look.profile == "low_vision"
            if not plain:
                return chosen
            return replace(chosen, wishes=NO_WISHES, by_hand=False, from_card=False)
        case "size", int(size) if size in SIZES_PERCENT:
            smaller = size < look.wishes.size_percent
            asked = 0 if smaller else look.wishes.text_tenths_mm
            wishes = replace(look.wishes, size_percent=size, text_tenths_mm=asked)
        case "contrast", ("white_on_black" | "yellow_on_black") as colours:
            wishes = replace(look.wishes, contrast=colours)
        case "seated", int(seated):
            wishes = replace(look.wishes, seated=bool(seated))
        case _:
            return None
    return replace(look, wishes=wishes, by_hand=wishes != NO_WISHES)
