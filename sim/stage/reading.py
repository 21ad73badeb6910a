"""What stands on a glass to be read: for whoever tells of a screen in words."""

from screens.scene import Scene, scene
from sim.stage.settings import Design
from terminal import session as s
from terminal.ports import Seconds
from terminal.runtime import shown_profile


def seen_scene(session: s.Session, design: Design, now: Seconds, language: str = "") -> Scene:
    """The scene of a session in the language shown, or in another."""
    catalogue = design.catalogues[language or session.look.language]  # type: ignore[index]
    return scene(session, catalogue, shown_profile(session.look, design.profiles), now)


def reads(session: s.Session, design: Design, now: Seconds) -> tuple[str, ...]:
    """What stands there to be read, title first, without what can be pressed."""
    shown = seen_scene(session, design, now)
    banner = shown.banner.text if shown.banner else ""
    rows = (" ".join(row.words) for row in shown.rows)
    figure = f"{shown.figure.number} {shown.figure.unit}".strip() if shown.figure else ""
    texts = (shown.title, *shown.paragraphs, figure, *rows)
    return tuple(text for text in (*texts, shown.reference, shown.reminder, banner) if text)
