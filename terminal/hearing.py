"""What a step means for the voice and the headset: the plug, a device that is gone, and what a press changed.

A pulled plug ends private speech, moves it nowhere, and is followed by the question how to go on (AUD-11). What the
values of the sound are is `sound`, what is said `audio`.
"""

from terminal import events as ev
from terminal import session as s
from terminal import talking
from terminal.flows.visit import Step, forgotten
from terminal.messages import VOICED
from terminal.noticing import LEFT
from terminal.profile import SLOTS, Waits
from terminal.prompts import phase_prompt, withheld
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
from terminal.waits import SLOT_WAITS, fresh

VOICE_ONLY = frozenset(
    ("louder", "softer", "slower", "faster", "rate", "speech", "curtain", "more", "read_aloud")
)
"""Presses that change how something is said, and nothing else."""

TOUCHING = (ev.Chosen, ev.KeyPressed, ev.PinDigits)
"""A customer who goes on after the headset was pulled (AUD-11)."""

HOLDS_ON = SLOT_WAITS | SLOTS | {Waits.ATTRACT, Waits.CLOSED, Waits.REMEMBER}
"""Waits over which no page asks how to go on without the headset: what lies in a slot is more urgent, a
machine is awaited, or nobody is there."""


def hearing(before: s.Session, after: s.Session, event: ev.Event) -> s.Session:
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


def jack(session: s.Session, event: ev.Event, now: float) -> Step:
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
    return replace(quiet, overlay="", wait=fresh(quiet, now)), ()


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
    return replace(there, wait=fresh(there, now)) if asked else there


def sounding(session: s.Session, name: str, value: int | str | None) -> Sound:
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
