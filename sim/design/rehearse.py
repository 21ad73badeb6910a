"""Draws one screen on a new design for nobody, to see whether it can be drawn at all."""

from dataclasses import dataclass, field

from screens.layout import layout
from screens.paint import Fonts
from screens.scene import scene
from screens.theme import Panel, design_from, theme
from sim.stage.design import Design
from terminal.profile import presented
from terminal.runtime import shown_profile
from terminal.session import Session


@dataclass
class Rehearsal:
    """The screen that is shown, laid out with a new design before it is taken; every look is made once."""

    panel: Panel
    fonts: Fonts = field(default_factory=Fonts)

    def __call__(self, design: Design, session: Session) -> None:
        """Raises whatever drawing would raise."""
        made = design_from(design.theme)
        for name in design.profiles:
            theme(presented(design.profiles, name), self.panel, made)
        profile = shown_profile(session.look, design.profiles)
        seen = scene(session, design.catalogues[session.look.language], profile, 0.0)
        width, height = self.panel.width_px, self.panel.height_px
        layout(seen, theme(profile, self.panel, made), width, height, self.fonts.measure)
