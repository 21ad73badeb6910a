"""The machine's front beside the glass, when devices are simulated: slots, lights, key pad, wallet.

It is drawn from plain data that says where the card is and which notes lie in the slot; a press on
it is an act by name (`insert:chen`, `take_card`, `take_notes`, `key:5`, `headset`, `key:louder`) that
the stage gives to the world. What a newcomer should do next is framed; nothing blinks. It is the furniture of
a demonstration, not part of the accessible glass: its small print may be small, and is set smaller
where room is short.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from screens.front_inlet import Inlet, inlet_boxes
from screens.front_parts import (
    ACT,
    EM_PX_MIN,
    LINE,
    RIM_PX,
    FrontBox,
    Setter,
    label_of,
    note_lines,
)
from screens.layout import Layout, Line, Measure, Rect
from screens.theme import Colour
from terminal.events import Chosen
from terminal.messages import Catalogue

CARDS_LARGE = 6
"""Cards shown with their PIN; the others are small and say only their name."""

CARDS_MAX = 12
"""Cards shown at all; there is no scrolling on a wallet."""

READABLE_EM_PX = 11
"""Where a card's small print would be smaller than this, the words before its PIN are left out."""

SMALL_PRINT = 0.85
"""Of a name's em, for what stands below the name."""

SMALL_SHARE = 0.38
"""Of the wallet's height, for the small cards."""

FUNCTION_KEYS: tuple[tuple[str, str], ...] = (
    ("cancel", "✕"),
    ("clear", "←"),
    ("enter", "○"),
    ("help", "?"),
)
"""The right column of the pad with the marks of TCH-14; help has a question mark."""

PAD_ROWS = ("123", "456", "789", "*0#")


@dataclass(frozen=True, slots=True)
class DemoCard:
    """A card in the wallet, with what its holder knows."""

    name: str
    label_zh: str
    label_en: str
    colour: Colour
    pin: str = ""
    age: int | None = None


@dataclass(frozen=True, slots=True)
class DemoDocument:
    """An identity card that can be laid on its reader. `lying` while it is there."""

    name: str
    age: int | None
    label_zh: str
    label_en: str
    lying: bool = False


@dataclass(frozen=True, slots=True)
class FrontState:
    """What a person in front of the machine sees and holds. `document` is the identity card that lies on
    its reader or is laid there by the next press; None where the machine has no such reader. `card` is
    the one that is not in the hand; `notes` counts those in the slot by denomination; `lights` are `card`, `cash`, `keypad`,
    `receipt`. With the card light off and the card in the hand, no card is asked for. `kept` names
    cards of the wallet that the machine has kept: their places stay, empty. `inlet` is the note acceptor's,
    None where none is fitted."""

    cards: tuple[DemoCard, ...] = ()
    card: str = ""
    card_at: Literal["hand", "gate", "inside"] = "hand"
    notes: Mapping[int, int] = field(default_factory=dict)
    lights: Mapping[str, bool] = field(default_factory=dict)
    keypad_active: bool = False
    headset: bool = False
    receipt: bool = False
    kept: tuple[str, ...] = ()
    document: DemoDocument | None = None
    inlet: Inlet | None = None


def next_act(state: FrontState) -> str:
    """What a newcomer should do now: `take_notes`, `take_returned`, `take_card`, `insert_notes`, `insert`,
    `keypad` or ""."""
    if state.inlet is not None and any(state.inlet.returned.values()):
        return "take_returned"
    if any(state.notes.values()):
        return "take_notes"
    if state.card_at == "gate":
        return "take_card"
    if state.inlet is not None and state.inlet.open:
        return "insert_notes"
    if state.card_at == "inside":
        return "keypad" if state.keypad_active else ""
    return "insert" if state.lights.get("card", True) else ""


def front_layout(state: FrontState, area: Rect, catalogue: Catalogue, measure: Measure) -> Layout:
    """The front in `area` of the window; boxes are in the window's pixels."""
    set_ = Setter(catalogue, measure, max(EM_PX_MIN, min(area.w, area.h) // 22))
    pad = max(6, min(area.w, area.h) // 36)
    inner = area.inset(pad, pad)
    places = _upright(inner, pad) if area.h > area.w else _lying(inner, pad)
    boxes = [
        FrontBox(area, "body", name="body"),
        *_heading(state, places["heading"], set_),
        *_card_slot(state, places["card"], set_),
        *_slots_of_notes(state, places["cash"], set_, pad),
        *_small_slots(state, places["small"], set_),
        *_pad(state, places["pad"], set_),
        *_wallet(state, places["wallet"], set_),
    ]
    return Layout(area.w, area.h, "front", tuple(boxes), True)


def _upright(area: Rect, pad: int) -> Mapping[str, Rect]:
    shares = (("heading", 9), ("card", 15), ("cash", 15), ("small", 7), ("pad", 26), ("wallet", 28))
    return dict(_shared(area, pad, shares, upright=True))


def _lying(area: Rect, pad: int) -> Mapping[str, Rect]:
    columns = dict(
        _shared(area, pad * 2, (("wallet", 40), ("slots", 31), ("pad", 29)), upright=False)
    )
    slots = dict(_shared(columns["slots"], pad, (("card", 42), ("cash", 36), ("small", 22)), True))
    wallet = dict(_shared(columns["wallet"], pad, (("heading", 18), ("wallet", 82)), True))
    return {**slots, **wallet, "pad": columns["pad"]}


def _shared(
    area: Rect, gap: int, shares: Sequence[tuple[str, int]], upright: bool
) -> Iterator[tuple[str, Rect]]:
    whole = sum(share for _, share in shares)
    room = (area.h if upright else area.w) - gap * (len(shares) - 1)
    at = area.y if upright else area.x
    for name, share in shares:
        size = room * share // whole
        rect = Rect(area.x, at, area.w, size) if upright else Rect(at, area.y, size, area.h)
        yield name, rect
        at += size + gap


def _heading(state: FrontState, rect: Rect, set_: Setter) -> Iterator[FrontBox]:
    act = next_act(state)
    hints = {
        "insert": "insert_card",
        "take_card": "take_card",
        "take_notes": "take_notes",
        "take_returned": "take_returned",
        "insert_notes": "insert_notes",
        "keypad": "type_pin",
    }
    inside = next((card for card in state.cards if card.name == state.card), None)
    pin = inside.pin if inside else ""
    upper = Rect(rect.x, rect.y, rect.w, rect.h * 3 // 10)
    lower = Rect(rect.x, upper.bottom, rect.w, rect.h - upper.h)
    lines = [set_.line(set_.word("heading"), upper, "muted", 0.85)]
    if act in hints:
        hint = set_.catalogue.text(f"front.{hints[act]}", {"pin": pin})
        em = set_.block_em((hint,), lower.w, lower.h, 1.15, True)
        lines += set_.block(hint, em, lower, "next", True, True)
    yield FrontBox(rect, "print", tuple(lines), name="heading")


def _card_slot(state: FrontState, rect: Rect, set_: Setter) -> Iterator[FrontBox]:
    light, label, below = label_of(rect, set_.word("card_slot"), set_)
    yield FrontBox(rect, "plate", (label,), name="card_slot")
    yield FrontBox(light, "light", name="card_light", on=state.lights.get("card", False))
    mouth = Rect(below.x + below.w // 8, below.y + RIM_PX, below.w * 3 // 4, max(6, below.h // 7))
    yield FrontBox(mouth, "mouth", name="card_mouth", on=state.lights.get("card", False))
    if state.card_at != "gate":
        return
    card = next((c for c in state.cards if c.name == state.card), None)
    wide = min(mouth.w * 3 // 4, below.h * 2)
    out = Rect(
        mouth.x + (mouth.w - wide) // 2, mouth.y + mouth.h // 2, wide, below.h - mouth.h - RIM_PX
    )
    name = _name(card, set_) if card else ""
    line = set_.line(name, out.inset(6, out.h // 5), "ink", 1.0, bold=True)
    event = Chosen(ACT, "take_card")
    colour = card.colour if card else (120, 120, 120)
    yield FrontBox(
        out, "card", (line,), event, name="take_card", colour=colour,
        marked=next_act(state) == "take_card",
    )  # fmt: skip


def _slots_of_notes(state: FrontState, rect: Rect, set_: Setter, gap: int) -> Iterator[FrontBox]:
    """Where notes go in, on the left, if they can; and where they come out."""
    if state.inlet is None:
        yield from _cash_slot(state, rect, set_)
        return
    wide = (rect.w - gap) // 2
    yield from inlet_boxes(state.inlet, next_act(state), rect._replace(w=wide), set_)
    yield from _cash_slot(state, rect._replace(x=rect.right - wide, w=wide), set_)


def _cash_slot(state: FrontState, rect: Rect, set_: Setter) -> Iterator[FrontBox]:
    light, label, below = label_of(rect, set_.word("cash_slot"), set_)
    yield FrontBox(rect, "plate", (label,), name="cash_slot")
    yield FrontBox(light, "light", name="cash_light", on=state.lights.get("cash", False))
    mouth = Rect(below.x + below.w // 12, below.y + RIM_PX, below.w * 5 // 6, max(8, below.h // 6))
    yield FrontBox(mouth, "mouth", name="cash_mouth", on=state.lights.get("cash", False))
    notes = [(note, count) for note, count in sorted(state.notes.items(), reverse=True) if count]
    if not notes:
        return
    out = Rect(
        mouth.x + mouth.w // 14,
        mouth.y + mouth.h // 2,
        mouth.w * 6 // 7,
        below.h - mouth.h - RIM_PX,
    )
    wide = out.w // len(notes)
    for n, (note, count) in enumerate(notes):
        place = Rect(out.x + n * wide, out.y, wide - 2, out.h)
        lines = note_lines(note, count, place.inset(3, place.h // 6), set_)
        yield FrontBox(place, "note", lines, name=f"note_{note}", value=note)
    yield FrontBox(
        out, "grip", (), Chosen(ACT, "take_notes"), name="take_notes",
        marked=next_act(state) == "take_notes",
    )  # fmt: skip


def _small_slots(state: FrontState, rect: Rect, set_: Setter) -> Iterator[FrontBox]:
    gap = max(4, rect.h // 8)
    plates = 3 if state.document else 2
    wide = (rect.w - (plates - 1) * gap) // plates
    receipt = Rect(rect.x, rect.y, wide, rect.h)
    _, label, below = label_of(receipt, set_.word("receipt_slot"), set_)
    yield FrontBox(receipt, "plate", (label,), name="receipt_slot")
    mouth = Rect(below.x + below.w // 6, below.y + below.h // 5, below.w * 2 // 3, 5)
    yield FrontBox(mouth, "slot", name="receipt_mouth", on=state.receipt)
    if state.document:
        place = Rect(rect.x + wide + gap, rect.y, wide, rect.h)
        yield from _document_plate(state.document, place, set_)
    jack = Rect(rect.right - wide, rect.y, wide, rect.h)
    _, label, below = label_of(jack, set_.word("headset"), set_)
    yield FrontBox(jack, "plate", (label,), name="headset_plate")
    yield from _jack(state, below, set_)


SIDE_KEYS = (("softer", "-"), ("louder", "+"))
"""The keys beside the jack."""


def _jack(state: FrontState, rect: Rect, set_: Setter) -> Iterator[FrontBox]:
    """The hole on the left, and beside it the two keys for the loudness."""
    inner = rect.inset(2, 2)
    gap = max(2, inner.w // 30)
    wide = (inner.w - 2 * gap) // 4
    place = inner._replace(w=inner.w - 2 * (wide + gap))
    side = max(10, min(place.h - 2, place.w - 2))
    hole = Rect(place.x + (place.w - side) // 2, place.y + (place.h - side) // 2, side, side)
    yield FrontBox(place, "grip", (), Chosen(ACT, "headset"), name="headset")
    yield FrontBox(hole, "jack", name="jack", on=state.headset)
    for number, (key, sign) in enumerate(SIDE_KEYS):
        at = inner._replace(x=place.right + gap + number * (wide + gap), w=wide)
        line = set_.line(sign, at, "on_key", 1.2, bold=True)
        yield FrontBox(at, "key", (line,), Chosen(ACT, f"key:{key}"), name=f"key_{key}")


DOCUMENT_COLOUR = (92, 122, 158)


def _document_plate(document: DemoDocument, rect: Rect, set_: Setter) -> Iterator[FrontBox]:
    """Where an identity card is laid: in the middle of its plate while it lies there, at the plate's
    edge while it is in the hand."""
    _, label, below = label_of(rect, set_.word("document"), set_)
    act = "lift_document" if document.lying else f"place_document:{document.name}"
    yield FrontBox(rect, "plate", (label,), Chosen(ACT, act), name="document_plate")
    inner = below.inset(max(3, below.w // 10), 3)
    place = inner if document.lying else inner._replace(y=inner.y + inner.h // 3)
    place = place._replace(h=below.bottom - 3 - place.y)
    name = document.label_zh if set_.language == "zh" else document.label_en
    age = set_.catalogue.text("front.age", {"age": document.age}) if document.age else name
    line = set_.line(age, place.inset(3, 2), "ink", 0.9, bold=True)
    yield FrontBox(
        place, "card", (line,), Chosen(ACT, act), name="document", colour=DOCUMENT_COLOUR,
        marked=document.lying,
    )  # fmt: skip


def _pad(state: FrontState, rect: Rect, set_: Setter) -> Iterator[FrontBox]:
    yield FrontBox(
        rect, "plate", name="keypad", marked=next_act(state) == "keypad", on=state.keypad_active
    )
    edge = max(4, min(rect.w, rect.h) // 26)
    inner = rect.inset(edge, edge)
    gap = max(4, edge // 2 + 2)
    wide, tall = (inner.w - 3 * gap) // 4, (inner.h - 3 * gap) // 4
    for row, (digits, (name, mark)) in enumerate(zip(PAD_ROWS, FUNCTION_KEYS, strict=True)):
        y = inner.y + row * (tall + gap)
        for column, key in enumerate(digits):
            place = Rect(inner.x + column * (wide + gap), y, wide, tall)
            line = set_.line(key, place, "on_key", 1.7, bold=True)
            icon = "nib" if key == "5" else ""
            yield FrontBox(
                place, "key", (line,), Chosen(ACT, f"key:{key}"), icon, name=f"key_{key}"
            )
        place = Rect(inner.x + 3 * (wide + gap), y, wide, tall)
        half = tall * 11 // 20
        upper, lower = Rect(place.x, y + 1, wide, half), Rect(place.x, y + half, wide, tall - half)
        label = set_.catalogue.label(f"{name}_key")
        word = set_.line(label, lower.inset(3, 1), "on_function", 0.85, True)
        sign = set_.line(mark, upper if word.width <= wide else place, "on_function", 1.25, True)
        # Where the word is too long for its key, the mark stands alone, as on real pads.
        lines = (sign, word) if word.width <= wide else (sign,)
        yield FrontBox(place, name, lines, Chosen(ACT, f"key:{name}"), name=f"key_{name}")


def _wallet(state: FrontState, rect: Rect, set_: Setter) -> Iterator[FrontBox]:
    cards = state.cards[:CARDS_MAX]
    large, small = cards[:CARDS_LARGE], cards[CARDS_LARGE:]
    below = round(rect.h * SMALL_SHARE) if small else 0
    upper = Rect(rect.x, rect.y, rect.w, rect.h - below)
    marked = next_act(state) == "insert"
    yield from _cards(state, large, upper, 3, set_, marked, True)
    if small:
        lower = Rect(rect.x, upper.bottom + 4, rect.w, below - 4)
        yield from _cards(state, small, lower, min(3, len(small)), set_, marked, False)


def _cards(
    state: FrontState,
    cards: Sequence[DemoCard],
    rect: Rect,
    columns: int,
    set_: Setter,
    marked: bool,
    large: bool,
) -> Iterator[FrontBox]:
    if not cards:
        return
    rows = -(-len(cards) // columns)
    gap = max(4, rect.h // 28)
    wide = (rect.w - gap * (columns - 1)) // columns
    tall = (rect.h - gap * (rows - 1)) // rows
    dx, dy = max(3, wide // 14), max(2, tall // 12)
    room = Rect(0, 0, wide - 2 * dx, tall - 2 * dy)
    print_ = _printed(cards, room, set_) if large else None
    # Not larger than a name on a large card.
    holders = [_name(card, set_) for card in state.cards[:CARDS_LARGE]]
    em = min(
        set_.block_em([_name(card, set_) for card in cards], room.w, room.h, 0.8, True),
        set_.fit(holders, room.w, rect.h, 1.0, True),
    )
    for n, card in enumerate(cards):
        row, column = divmod(n, columns)
        place = Rect(rect.x + column * (wide + gap), rect.y + row * (tall + gap), wide, tall)
        inside = place.inset(dx, dy)
        if card.name in state.kept:
            yield _kept(card, place, inside, set_)
            continue
        if card.name == state.card and state.card_at != "hand":
            yield FrontBox(place, "gone", name=f"gone_{card.name}")
            continue
        event = Chosen(ACT, f"insert:{card.name}") if state.card_at == "hand" else None
        lines = (
            _card_lines(print_, n, inside, set_)
            if print_
            else set_.block(_name(card, set_), em, inside, "ink", True, False)
        )
        yield FrontBox(
            place, "card", lines, event, "chip" if large else "", name=f"card_{card.name}",
            colour=card.colour, marked=marked and large,
        )  # fmt: skip


def _kept(card: DemoCard, place: Rect, inside: Rect, set_: Setter) -> FrontBox:
    """The place of a card that the machine has kept: empty, and saying so."""
    half = inside.h // 2
    upper, lower = inside._replace(h=half), inside._replace(y=inside.y + half, h=half)
    name = set_.line(_name(card, set_), upper, "muted", 0.8)
    both = name.width <= inside.w and half >= round(EM_PX_MIN * LINE)
    kept = set_.line(set_.word("kept"), lower if both else inside, "ink", 0.9, True)
    return FrontBox(place, "gone", (name, kept) if both else (kept,), name=f"kept_{card.name}")


@dataclass(frozen=True, slots=True)
class Printed:
    """What is printed on the large cards, row by row: the name, which may take two rows, and smaller
    what its holder is and knows. All cards have the same sizes."""

    rows: tuple[tuple[str, ...], ...]
    name_rows: int
    name_em_px: int
    small_em_px: int


def _printed(cards: Sequence[DemoCard], room: Rect, set_: Setter) -> Printed:
    """The PIN with its words beside it, or above it, or where both would be too small without."""
    beside, above, bare = (
        _sized([form(card, set_) for card in cards], room, set_)
        for form in (_pin_beside, _pin_above, _pin_bare)
    )
    best = above if above.small_em_px > beside.small_em_px else beside
    return best if best.small_em_px >= READABLE_EM_PX else bare


def _sized(rows: Sequence[tuple[str, ...]], room: Rect, set_: Setter) -> Printed:
    names, small = [row[0] for row in rows], [text for row in rows for text in row[1:]]
    found = []
    # A Chinese name is not broken.
    for name_rows in (1, 2) if all(" " in name for name in names) else (1,):
        tall = room.h // (len(rows[0]) - 1 + name_rows)
        name_em = set_.block_em(names, room.w, name_rows * tall, 1.0, True)
        if name_rows == 1:
            name_em = set_.fit(names, room.w, tall, 1.0, True)
        small_em = min(set_.fit(small, room.w, tall, 1.0, False), int(name_em * SMALL_PRINT))
        found.append(Printed(tuple(rows), name_rows, name_em, max(EM_PX_MIN, small_em)))
    return max(found, key=lambda printed: printed.small_em_px)


def _pin_beside(card: DemoCard, set_: Setter) -> tuple[str, ...]:
    return _name(card, set_), _age(card, set_), f"{set_.word('pin_hint')} {card.pin}"


def _pin_above(card: DemoCard, set_: Setter) -> tuple[str, ...]:
    return _name(card, set_), _age(card, set_), set_.word("pin_hint"), card.pin


def _pin_bare(card: DemoCard, set_: Setter) -> tuple[str, ...]:
    return _name(card, set_), _age(card, set_), card.pin


def _age(card: DemoCard, set_: Setter) -> str:
    return set_.catalogue.text("front.age", {"age": card.age}) if card.age is not None else ""


def _card_lines(printed: Printed, which: int, rect: Rect, set_: Setter) -> tuple[Line, ...]:
    name, *others = printed.rows[which]
    tall = rect.h // (len(others) + printed.name_rows)
    head = rect._replace(h=printed.name_rows * tall)
    whole = set_.set(name, printed.name_em_px, head, "ink", True, False)
    broken = set_.block(name, printed.name_em_px, head, "ink", True, False)
    return (
        *((whole,) if printed.name_rows == 1 else broken),
        *(
            set_.set(
                text,
                printed.small_em_px,
                rect._replace(y=head.bottom + n * tall, h=tall),
                "ink",
                False,
                False,
            )
            for n, text in enumerate(others)
        ),
    )


def _name(card: DemoCard, set_: Setter) -> str:
    return card.label_zh if set_.language == "zh" else card.label_en


FRONT_SHARE = 0.27
"""Of the window, at least this much is the front's, beside the glass or below it."""

FRONT_SIDE_PX_MIN = 220
"""Narrower or lower, nobody could press its keys."""


def arrange(width: int, height: int, aspect: float, with_front: bool) -> tuple[Rect, Rect | None]:
    """Where the glass (its width / height is `aspect`) and the front go in a window: the front
    beside or below, whichever leaves more glass."""
    if not with_front:
        glass = _largest(width, height, aspect)
        return _centred(glass, Rect(0, 0, width, height)), None
    side = max(FRONT_SIDE_PX_MIN, round(width * FRONT_SHARE))
    foot = max(FRONT_SIDE_PX_MIN, round(height * FRONT_SHARE))
    beside = _largest(max(1, width - side), height, aspect)
    above = _largest(width, max(1, height - foot), aspect)
    if beside[0] >= above[0]:
        left = Rect(0, 0, beside[0], height)
        return _centred(beside, left), Rect(beside[0], 0, width - beside[0], height)
    top = Rect(0, 0, width, above[1])
    return _centred(above, top), Rect(0, above[1], width, height - above[1])


def _largest(width: int, height: int, aspect: float) -> tuple[int, int]:
    if width / height > aspect:
        return max(1, round(height * aspect)), height
    return width, max(1, round(width / aspect))


def _centred(size: tuple[int, int], area: Rect) -> Rect:
    return Rect(
        area.x + (area.w - size[0]) // 2, area.y + (area.h - size[1]) // 2, size[0], size[1]
    )
