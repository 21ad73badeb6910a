"""`step`: one event, one decision.

What belongs to every phase is handled first (speech, presence, the fixed bar, the switches, the
overlays); the rest goes to the flow that owns the phase. A pair that means nothing changes nothing;
the runtime records it as ignored, because a finger is faster than a frame.

What a step says about the customer is noticed here, and what follows from it (`assist`) happens here and
only at a border: a document laid down before a card, PIN entry or the menu coming up, also from under
a page of help or the question for more time. Never while
somebody types, reviews or reaches into a slot (accessibility.md C3).
"""

from terminal import effects as fx
from terminal import events as ev
from terminal import session as s
from terminal import talking
from terminal.asking import Ask
from terminal.assist import at_border, card_language
from terminal.evidence import NO_EVIDENCE, Evidence, Place, entered, failed, observe, refused
from terminal.flows import (
    exchange,
    helping,
    identify,
    leaving,
    printing,
    services,
    starting,
    withdrawal,
)
from terminal.flows.identify import cash_ready
from terminal.flows.practice import Ready
from terminal.flows.visit import Step, fit, forgotten, give_back, with_machine
from terminal.focus import focused, next_focus, next_page, on_glass, other_profile
from terminal.menu import has_menu, languages
from terminal.messages import VOICED
from terminal.practice import playing
from terminal.practice.play import HAND_NAMES
from terminal.profile import (
    LEADS_ON,
    NO_WISHES,
    PROFILE_NAMES,
    SIZES_PERCENT,
    SLOTS,
    Waits,
)
from terminal.prompts import PAGES_OF_HELP, offer_answers, phase_prompt, prompt_of, withheld
from terminal.service import ServicePhase
from terminal.sound import (
    SILENT_SO_FAR,
    Sound,
    back,
    ended,
    faster,
    lost,
    louder,
    next_rate,
    plugged,
    unplugged,
)
from terminal.values import replace

SLOT_WAITS = frozenset({Waits.CARD, Waits.CASH, Waits.HOST, Waits.DEVICE, Waits.FAREWELL})
"""Waits that presence does not prolong: something lies in a slot, or a machine is awaited (TIM-06)."""


SETTLING = (fx.Complete, fx.Credit, fx.Suspect)
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
    return (playing.begun(session, now, _step), ()) if by_hand else _step(session, event, now)


def _step(session: s.Session, event: ev.Event, now: float) -> Step:
    """The session after an event, and what is to be done. The very same session and no effects
    means that the event meant nothing now."""
    decided = _shared(session, event, now) or printing.step(session, event) or _flow(session, event)
    if decided is None:
        return session, ()
    after, effects = decided
    if not after.done and after.visit and any(isinstance(one, SETTLING) for one in effects):
        after = replace(after, done=True)
    after = _clocked(session, after, event, now, bool(effects))
    after = _hearing(session, after, event)
    after = _noticed(session, after, event, now)
    after = helping.unpointed(session, _turned(session, after, event), event)
    return after, (*effects, *_pad_effects(session, after))


# --- the voice and the headset ----------------------------------------------------------------------

VOICE_ONLY = frozenset(
    ("louder", "softer", "slower", "faster", "rate", "speech", "curtain", "more", "read_aloud")
)
"""Presses that change how something is said, and nothing else."""

TOUCHING = (ev.Chosen, ev.KeyPressed, ev.PinDigits)
"""A customer who goes on after the headset was pulled (AUD-11)."""

HOLDS_ON = SLOT_WAITS | SLOTS | {Waits.ATTRACT, Waits.CLOSED, Waits.REMEMBER}
"""Waits over which no page asks how to go on without the headset: what lies in a slot is more urgent, a
machine is awaited, or nobody is there."""


def _hearing(before: s.Session, after: s.Session, event: ev.Event) -> s.Session:
    """What another screen, or a press, means for the voice: it reads nothing more aloud, a menu begins
    with its first choices, and after a pulled plug the customer is asked how to go on."""
    sound = after.sound
    if sound is before.sound and sound == SILENT_SO_FAR:
        return after
    if (type(before.phase), before.overlay) != (type(after.phase), after.overlay):
        sound = replace(sound, aloud=False, menu=0)
    if sound.muted and isinstance(event, TOUCHING):
        sound = replace(sound, muted=False)
    after = after if sound == after.sound else replace(after, sound=sound)
    asks = sound.muted and not after.overlay and phase_prompt(after).waits not in HOLDS_ON
    return (
        replace(after, overlay="unplugged", wait=replace(after.wait, asked_at=None))
        if asks
        else after
    )


def _jack(session: s.Session, event: ev.Event, now: float) -> Step:
    """The plug, or the device behind it. A pulled plug ends private speech and moves it nowhere; every page
    over the phase gives way to the one that asks how to go on."""
    match event:
        case ev.HeadsetPlugged():
            return _listening(session, now), ()
        case ev.HeadsetUnplugged() if session.sound.jack:
            listened, sound = session.sound.headset, unplugged(session.sound)
        case ev.SoundLost(output=output) if output not in session.sound.lost:
            listened = output == "headset" and session.sound.headset
            sound = lost(session.sound, output)
        case ev.SoundBack(output="headset") if session.sound.jack and not session.sound.headset:
            return _listening(session, now), ()
        case ev.SoundBack(output=output):
            return replace(session, sound=back(session.sound, output)), ()
        case _:
            return session, ()
    quiet = replace(session, sound=sound)
    if not listened:
        return replace(quiet, sound=replace(sound, muted=session.sound.muted)), ()
    if isinstance(session.phase, LEFT):
        # A device that is gone is told, for somebody stands there with a plug in; a plug pulled is no news.
        told = isinstance(event, ev.SoundLost)
        return replace(forgotten(quiet), sound=replace(ended(sound), muted=told)), ()
    return replace(quiet, overlay="", wait=_fresh(quiet, now)), ()


def _listening(session: s.Session, now: float) -> s.Session:
    """Somebody listens by headset (again): the page that asked how to go on without it has its answer."""
    asked = session.overlay == "unplugged"
    page: s.Overlay = "" if asked else session.overlay
    offer: s.Offer = session.look.offer if session.look.offer in s.AT_THE_END else ""
    look, sound = replace(session.look, offer=offer), plugged(session.sound)
    if look.language not in VOICED:
        # Nobody could say anything: neither the screen nor that there is another language.
        own = session.machine.language
        look = replace(look, language=own if own in VOICED else "zh")
    there = replace(session, overlay=page, focus=0, look=look, sound=sound)
    return replace(there, wait=_fresh(there, now)) if asked else there


# --- what is noticed of the customer ---------------------------------------------------------------

OBSERVED = (s.AskingBank, *leaving.HOLDING_CARD, s.Authorizing)
"""Phases in which a customer is observed; later nothing follows from it any more."""

MENUS = (s.ChoosingService, s.ChoosingAmount)
"""The first thing that is asked after the PIN: what for, or how much where there is only that."""

BORDERS = (s.EnteringPin, *MENUS)
"""Screens before which the look may change, or another be offered."""


def _is_menu(session: s.Session) -> bool:
    """Whether this is the first question after the PIN, and not one further on."""
    if isinstance(session.phase, s.ChoosingAmount):
        return not has_menu(session)
    return isinstance(session.phase, s.ChoosingService)


def place_of(session: s.Session) -> Place:
    """Where an event happens, as far as the evidence is concerned."""
    match session.phase:
        case s.Idle():
            return "idle"
        case s.EnteringPin() if not session.overlay:
            return "pin"
        case s.ChoosingService() if not session.overlay:
            return "menu"
        case s.ChoosingAmount() if not (session.overlay or has_menu(session)):
            return "menu"
        case phase if isinstance(phase, OBSERVED):
            return "visit"
        case _:
            return "nobody"


def _noticed(before: s.Session, after: s.Session, event: ev.Event, now: float) -> s.Session:
    """What the step said about the customer, and what follows from it. Whatever goes wrong in that, the
    visit goes on as it looks, with the switch in its place (C5 rule 4): a mistake here must not cost
    anybody their card."""
    if after.evidence.given_up:
        return after
    try:
        return _followed(before, after, event, now)
    except Exception:  # noqa: BLE001
        return replace(after, evidence=replace(NO_EVIDENCE, given_up=True))


def _followed(before: s.Session, after: s.Session, event: ev.Event, now: float) -> s.Session:
    if isinstance(after.phase, LEFT) and not isinstance(before.phase, s.Idle):
        return after
    meant = chosen_by_key(before, event.key) if isinstance(event, ev.KeyPressed) else event
    seen = after.evidence
    if meant is not None:
        seen = observe(seen, meant, now, place_of(before))
    crossed, returning = type(after.phase) is not type(before.phase), bool(seen.menu)
    if crossed:
        seen = _troubled(seen, before, after, event)
        seen = entered(seen, place_of(after), now)
    if seen is not after.evidence:
        after = replace(after, evidence=seen)
    if crossed and (isinstance(after.phase, s.EnteringPin) or _is_menu(after)):
        return _at_border(after, returning)
    if _is_menu(after) and before.overlay and not after.overlay:
        return _at_border(after)
    if isinstance(event, ev.DocumentRead | ev.DocumentGone) and isinstance(after.phase, s.Idle):
        return _at_border(after)
    return after


LEFT = (s.Idle, s.OutOfService)


def _at_border(session: s.Session, returning: bool = False) -> s.Session:
    weights = session.machine.weights
    look, seen = at_border(session.look, session.evidence, weights, returning)
    if session.sound.headset and look.offer:
        # Digits are typed at a border, so no key could answer; the page of help has it all.
        look = replace(look, offer="", offers_made=session.look.offers_made)
    if look is session.look and seen is session.evidence:
        return session
    return replace(session, look=look, evidence=seen)


def _troubled(seen: Evidence, before: s.Session, after: s.Session, event: ev.Event) -> Evidence:
    """Errors that a customer may make twice, and an offer that was passed over: that is a no."""
    match event, after.phase:
        case ev.PinWrong(), s.EnteringPin():
            seen = failed(seen, "pin")
        case ev.Declined(reason=reason), s.ChoosingAmount():
            seen = failed(seen, reason)
        case _, s.SuggestingAmounts():
            seen = failed(seen, "amount")
        case _:
            pass
    passed_over = before.look.offer in ("look", "need") and not after.look.offer
    return refused(seen) if passed_over else seen


STANDING = frozenset(("focus", "repeat", "page", "size", "contrast", "seated")) | VOICE_ONLY
"""Presses after which the keys stand where they stood."""


def _turned(before: s.Session, after: s.Session, event: ev.Event) -> s.Session:
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
    stands = isinstance(event, ev.Chosen) and event.name in STANDING
    stands = stands or (isinstance(event, ev.KeyPressed) and _stands(before, event.key))
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


def _stands(session: s.Session, key: str) -> bool:
    meant = chosen_by_key(session, key)
    return meant is not None and meant.name in STANDING


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
            return own or leaving.while_holding(session, event)
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


def _clocked(
    before: s.Session, after: s.Session, event: ev.Event, now: float, acting: bool
) -> s.Session:
    """A new phase begins a new wait; presence restarts one, where nothing lies in a slot."""
    if type(after.phase) is not type(before.phase) or _reasked(before, after):
        return replace(after, wait=s.Wait(since=now), overlay="", look=_announced(before, after))
    if isinstance(event, ev.TimedOut) and after.wait is before.wait:
        return replace(after, wait=s.Wait(since=now, expired=not acting))
    if isinstance(event, PRESENCE):
        return _present(after, now)
    return after


PRESENCE = (
    ev.Chosen,
    ev.Signed,
    ev.Touched,
    ev.KeyPressed,
    ev.PinDigits,
    ev.DocumentRead,
    ev.DocumentUnread,
    ev.HeadsetPlugged,
    ev.Scanned,
)
"""Signs that somebody is there (TIM-05)."""


def _announced(before: s.Session, after: s.Session) -> s.Look:
    """What an automatic change had to say is said on one screen; an offer stays until an amount was
    chosen or the visit ends, and one that was passed over counts as no."""
    look = after.look
    if look is not before.look or not (look.said or look.offer):
        return look
    until = BORDERS if look.offer == "language" else MENUS
    over = isinstance(before.phase, until) or isinstance(after.phase, leaving.ENDINGS)
    return replace(
        look, said="", offer="" if over and look.offer not in s.AT_THE_END else look.offer
    )


def _reasked(before: s.Session, after: s.Session) -> bool:
    match before.phase, after.phase:
        case s.TakingCard(at_gate=False), s.TakingCard(at_gate=True):
            return True
        case s.ReturningFound(at_gate=False), s.ReturningFound(at_gate=True):
            return True
        case s.TakingCard(lost=one), s.TakingCard(lost=other):
            return one != other
        case s.Starting(asks=one), s.Starting(asks=other):
            return one != other
        case s.ChoosingService(leaf=one), s.ChoosingService(leaf=other):
            return one != other
        case ServicePhase() as one, ServicePhase() as other:
            return one.marker() != other.marker()
        case s.Farewell(), s.Farewell():
            was, now = before.look, after.look
            return (was.offer, was.said) != (now.offer, now.said)
        case _:
            return False


def _present(session: s.Session, now: float) -> s.Session:
    if session.wait.asked_at is not None:
        return replace(session, wait=replace(session.wait, since=now))
    if phase_prompt(session).waits in LEADS_ON and not session.overlay:
        # Who presses too early does not wait the longer for it.
        return session
    fresh = _fresh(session, now)
    return session if fresh is session.wait else replace(session, wait=fresh)


def _fresh(session: s.Session, now: float) -> s.Wait:
    """The wait begun anew, unless something lies in a slot or a machine is awaited."""
    if phase_prompt(session).waits in SLOT_WAITS:
        return session.wait
    return s.Wait(since=now)


# --- what belongs to every phase -------------------------------------------------------------------


SHARED_WITH_OTHERS = (s.ReadingCard, s.AskingBank, s.EnteringPin, s.CheckingPin)
"""Phases that every service begins with."""


def _shared(session: s.Session, event: ev.Event, now: float) -> Step | None:
    match event:
        case ev.SpeechStarted() | ev.SpeechEnded():
            return _speech(session, event, now)
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
            return _jack(session, event, now)
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
        case ev.KeyPressed(key=key):
            meant = chosen_by_key(session, key)
            return None if meant is None else _chosen(session, meant, now)
        case ev.Chosen():
            return _chosen(session, event, now)
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


def _speech(session: s.Session, event: ev.Event, now: float) -> Step:
    """Limits count from the end of the prompt's own speech. A reminder's does not move them, and where
    something lies in a slot or a machine is awaited nothing does that is said later: it could be asked for
    again and again (TIM-06)."""
    wait, slot = session.wait, phase_prompt(session).waits in SLOT_WAITS
    if wait.reminded or (slot and wait.told):
        return session, ()
    speaking = isinstance(event, ev.SpeechStarted)
    return replace(session, wait=replace(wait, since=now, speaking=speaking, told=not speaking)), ()


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
            return replace(session, overlay=opened, wait=_fresh(session, now)), ()
        case "close" | "back", _ if session.overlay in PAGES_OF_HELP:
            return replace(session, overlay="", wait=_fresh(session, now)), ()
        case (("call_staff" | "cancel_call" | "hotlines" | "explain"), _):
            helped = helping.pressed(session, event.name)
            return helped and (replace(helped[0], wait=_fresh(session, now)), helped[1])
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
            sound = _sounding(session, name, value)
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


def _sounding(session: s.Session, name: str, value: int | str | None) -> Sound:
    """The sound after a press."""
    sound, look = session.sound, session.look
    match name:
        case "louder" | "softer":
            return louder(sound, look, 1 if name == "louder" else -1)
        case "slower" | "faster":
            return faster(sound, look, 1 if name == "faster" else -1)
        case "rate":
            return next_rate(sound, look)
        case "speech":
            return replace(sound, voice="on" if value else "off")
        case "curtain" if sound.headset:
            return replace(sound, curtain=not sound.curtain)
        case "more" if sound.headset:
            return replace(sound, menu=talking.next_group(session))
        case "read_aloud" if withheld(session):
            return replace(sound, aloud=True)
        case _:
            return sound


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
        case "clear" if prompt.may_go_back:
            return ev.Chosen("back")
        case digit if (
            digit.isdigit() and prompt.ask in TYPED and session.overlay in ("", "more_time")
        ):
            return ev.Chosen("digit", int(digit))
        case "0" if prompt.ask not in (*TYPED, Ask.PIN) or session.overlay in PAGES_OF_HELP:
            return ev.Chosen("profile", other_profile(session.look))
        case _:
            return None
