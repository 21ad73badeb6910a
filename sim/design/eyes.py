"""The glass through other eyes, in the designer's window: `sim.senses` applied to a surface.

Only what is looked at changes, never what is measured or pressed. Without numpy there are no other eyes.
"""

from importlib.util import find_spec

import pygame

from sim.senses.models import MM_PER_DEGREE, SIGHTS, Sight, blur_for

CAN_SEE = find_spec("numpy") is not None
"""Whether pictures can be computed here."""

NAMES: tuple[str, ...] = ("own", *(sight.name for sight in SIGHTS)) if CAN_SEE else ("own",)
"""What the eyes of the window can be; `own` are the designer's."""

SHARP_ENOUGH = 0.9
"""A person whose acuity is no worse sees the window as it is."""


def sight_named(name: str) -> Sight | None:
    """The eyes of this name; None for the designer's own."""
    return next((sight for sight in SIGHTS if sight.name == name), None)


def eyes_of(name: str, acuity: float) -> Sight | None:
    """The eyes of a person, as far as their acuity tells."""
    if acuity >= SHARP_ENOUGH or not CAN_SEE:
        return None
    title = f"Acuity {acuity:g}"
    return Sight(name, title, "the persona's acuity", blur_degrees=blur_for(acuity))


def look_through(
    picture: pygame.Surface, sight: Sight, px_per_mm: float, gaze: tuple[float, float] | None
) -> None:
    """Change a picture in place. `px_per_mm` are its pixels in a millimetre of the panel, `gaze` where one
    looks, in its pixels."""
    from sim.senses.seeing import seen

    pixels = pygame.surfarray.array3d(picture).swapaxes(0, 1)
    changed = seen(pixels, sight, MM_PER_DEGREE * px_per_mm, gaze)
    pygame.surfarray.blit_array(picture, changed.swapaxes(0, 1))
