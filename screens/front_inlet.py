"""The note acceptor's place on the machine's front: its inlet, through which notes go in one by one and come
back. A press on a note in the hand puts it in; a press on notes in the slot takes them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from screens.front_parts import ACT, RIM_PX, FrontBox, Setter, label_of, note_lines
from screens.layout import Rect
from terminal.events import Chosen

IN_HAND = (100, 50, 20, 10)
"""Notes that somebody at a demonstration has, in yuan, and what is none after them."""

NO_NOTE = "bad"


@dataclass(frozen=True, slots=True)
class Inlet:
    """Whether it takes notes now, and what lies in its slot, by denomination."""

    open: bool = False
    returned: Mapping[int, int] = field(default_factory=dict)


def inlet_boxes(inlet: Inlet, act: str, rect: Rect, set_: Setter) -> Iterator[FrontBox]:
    """The slot with its lamp, and below it what a hand can do."""
    out = [(note, count) for note, count in sorted(inlet.returned.items(), reverse=True) if count]
    lit = inlet.open or bool(out)
    light, label, below = label_of(rect, set_.word("inlet"), set_)
    yield FrontBox(rect, "plate", (label,), name="inlet")
    yield FrontBox(light, "light", name="inlet_light", on=lit)
    mouth = Rect(below.x + below.w // 12, below.y + RIM_PX, below.w * 5 // 6, max(8, below.h // 6))
    yield FrontBox(mouth, "mouth", name="inlet_mouth", on=lit)
    room = Rect(mouth.x, mouth.bottom + RIM_PX, mouth.w, below.bottom - mouth.bottom - 2 * RIM_PX)
    if out:
        yield from _returned(out, act, room, set_)
    elif inlet.open:
        yield from _in_hand(act, room, set_)


def _returned(out: list[tuple[int, int]], act: str, room: Rect, set_: Setter) -> Iterator[FrontBox]:
    """One bundle: what it is where it is of one kind, how many where it is not."""
    note, count = out[0]
    rect = room.inset(3, room.h // 6)
    whole = sum(each for _, each in out)
    mixed = (set_.line(f"×{whole}", rect, "on_key", 1.1, True),)
    lines = note_lines(note, count, rect, set_) if len(out) == 1 else mixed
    yield FrontBox(room, "note", lines, name=f"returned_{note}", value=note)
    yield FrontBox(
        room, "grip", (), Chosen(ACT, "take_returned"), name="take_returned",
        marked=act == "take_returned",
    )  # fmt: skip


def _in_hand(act: str, room: Rect, set_: Setter) -> Iterator[FrontBox]:
    kinds = (*(str(note) for note in IN_HAND), NO_NOTE)
    room = room._replace(x=room.x - room.w // 10, w=room.w * 12 // 10)
    wide = (room.w + 3) // len(kinds)
    for at, kind in enumerate(kinds):
        place = Rect(room.x + at * wide, room.y, wide - 3, room.h)
        word = "?" if kind == NO_NOTE else kind
        line = set_.line(word, place.inset(1, place.h // 6), "on_key", 0.9)
        value = 0 if kind == NO_NOTE else int(kind)
        yield FrontBox(
            place, "note", (line,), Chosen(ACT, f"insert_notes:{kind}"),
            name=f"insert_{kind}", value=value, marked=act == "insert_notes",
        )  # fmt: skip
