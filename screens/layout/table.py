"""Lines that are read back: what it is at the left, quiet, and how much or who at the right.

Columns are made once for all lines of a table, so that days, words and amounts stand below one another.
Amounts of a list stand with their last figures below one another. Where a label and its value do not go
side by side, the value goes below. A line is never cut and never made smaller: what is too much for one
glass is split between lines by `pages`.
"""

from dataclasses import dataclass

from screens.figures import Figure, Row
from screens.layout.blocks import figure_lines, figure_pitch, figure_width
from screens.layout.boxes import NO_FIT, Box, Kit, Line, Rect
from screens.theme import Style

LABEL_SHARE = 0.45
"""Of the width, for the labels at most."""

VALUE_EMS = 6
"""A value in words has no narrower column than this, unless it is shorter."""

GAP_EMS = 1.0
"""Between columns."""

PAD_EMS = 0.3
"""Left and right of the words of a line, and above and below them together."""

LIST_GAP_EMS = 3.0
"""Between the words and the amounts of a list, where there is room: farther apart the eye loses the line."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths in pixels: of the days, of the labels, and of the values; where the values begin."""

    before: int
    label: int
    value: int
    start: int


@dataclass(frozen=True, slots=True)
class Table:
    """Lines one below the other; `under` has each value below its label, `plain` what counts most only as
    large as a title."""

    kit: Kit
    rows: tuple[Row, ...]
    under: bool = False
    plain: bool = False

    # --- widths -------------------------------------------------------------------------------

    @property
    def _listed(self) -> bool:
        return any(row.before for row in self.rows)

    @property
    def _gap(self) -> int:
        return round(self.kit.theme.body.em_px * GAP_EMS)

    @property
    def _pad(self) -> int:
        return round(self.kit.theme.body.em_px * PAD_EMS)

    @property
    def _value_style(self) -> Style:
        return self.kit.theme.body._replace(bold=True)

    def _columns(self, width: int) -> Columns:
        kit, body, inner = self.kit, self.kit.theme.body, width - 2 * self._pad
        before = max((kit.width(row.before, body) for row in self.rows), default=0)
        start = before + self._gap if before else 0
        if self.under:
            return Columns(before, inner - start, inner, 0)
        labels = [kit.width(row.label, body) for row in self.rows]
        chinese = self.kit.speaking("zh")
        labels += [
            chinese.width(row.chinese[0], chinese.theme.body) for row in self.rows if row.chinese
        ]
        label = min(max(labels), round(inner * LABEL_SHARE))
        values = start + label + self._gap
        return Columns(before, label, inner - values, values)

    def _needs(self, row: Row) -> int:
        """The width of a value that stands in one line."""
        if row.figure is None:
            return self.kit.width(row.value, self._style(row))
        return figure_width(row.figure, *self._figure_styles(row), self.kit)

    def _style(self, row: Row) -> Style:
        return self.kit.theme.title if row.strong else self._value_style

    def _figure_styles(self, row: Row) -> tuple[Style, Style]:
        theme = self.kit.theme
        if row.strong:
            return (theme.title, theme.body) if self.plain else (theme.amount, theme.button)
        return self._value_style, theme.body

    def _wanted(self, width: int) -> int:
        """A list is no wider than its lines can be followed."""
        if not self._listed or self.under:
            return width
        columns = self._columns(width)
        most = max(map(self._needs, self.rows))
        apart = round(self.kit.theme.body.em_px * LIST_GAP_EMS)
        return min(width, columns.start + apart + most + 2 * self._pad)

    # --- heights ------------------------------------------------------------------------------

    def least(self, width: int) -> int:
        key = ("table", self.rows, self.under, self.plain, width)
        return self.kit.once(key, lambda: self._least(width))

    def _least(self, width: int) -> int:
        """`least`, worked out: many arrangements ask for the same lines at the same width."""
        columns = self._columns(width)
        if columns.value <= 0 or not all(self._whole(row, columns) for row in self.rows):
            return NO_FIT
        return sum(self._tall(row, columns) for row in self.rows) + self._between() * (
            len(self.rows) - 1
        )

    def most(self, width: int) -> int:
        least = self.least(width)
        return least if least >= NO_FIT else least + len(self.rows) * self.kit.theme.body.em_px // 2

    def _between(self) -> int:
        return max(2, self.kit.theme.edge_px)

    def _whole(self, row: Row, columns: Columns) -> bool:
        kit, body = self.kit, self.kit.theme.body
        if not kit.whole(row.label, body, columns.label):
            return False
        if row.chinese:
            chinese = kit.speaking("zh")
            fits = all(
                chinese.whole(one, self._value_style, columns.value) for one in row.chinese[1:]
            )
            if not (fits and chinese.whole(row.chinese[0], body, columns.label)):
                return False
        if row.figure is not None:
            return self._needs(row) <= columns.value and self._capitals_fit(row.figure, columns)
        least = min(self._needs(row), VALUE_EMS * body.em_px)
        return columns.value >= least and kit.whole(row.value, self._style(row), columns.value)

    def _capitals_fit(self, figure: Figure, columns: Columns) -> bool:
        return self.kit.whole(figure.capitals, self.kit.theme.body, columns.value)

    def _label_lines(self, row: Row, columns: Columns) -> tuple[str, ...]:
        return self.kit.broken(row.label, self.kit.theme.body, columns.label)

    def _value_tall(self, row: Row, columns: Columns) -> int:
        body = self.kit.theme.body
        if row.figure is None:
            style = self._style(row)
            return len(self.kit.broken(row.value, style, columns.value)) * style.pitch_px
        capitals = len(self._capitals(row, columns)) * body.pitch_px
        return figure_pitch(*self._figure_styles(row), self.kit) + capitals

    def _capitals(self, row: Row, columns: Columns) -> tuple[str, ...]:
        if row.figure is None or not row.figure.capitals.strip():
            return ()
        return self.kit.broken(row.figure.capitals, self.kit.theme.body, columns.value)

    def _own_tall(self, row: Row, columns: Columns) -> int:
        """The line in the language of the screen."""
        label = len(self._label_lines(row, columns)) * self.kit.theme.body.pitch_px
        value = self._value_tall(row, columns)
        return label + value if self.under else max(label + self._lower(row), value)

    def _lower(self, row: Row) -> int:
        """How much lower than the top a label stands whose value is larger than it."""
        return max(0, self._first_baseline(row) - self._label_baseline())

    def _first_baseline(self, row: Row) -> int:
        style = self._figure_styles(row)[0] if row.figure else self._style(row)
        kit = self.kit.digits if row.figure else self.kit
        return kit.line("", style, Rect(0, 0, 0, 0), 0, "").baseline

    def _label_baseline(self) -> int:
        return self.kit.line("", self.kit.theme.body, Rect(0, 0, 0, 0), 0, "").baseline

    def _chinese_tall(self, row: Row, columns: Columns) -> int:
        if not row.chinese:
            return 0
        kit, body = self.kit.speaking("zh"), self.kit.speaking("zh").theme.body
        label = len(kit.broken(row.chinese[0], body, columns.label)) * body.pitch_px
        value = len(self._chinese_value(row, columns)) * body.pitch_px
        return label + value if self.under else max(label, value)

    def _chinese_value(self, row: Row, columns: Columns) -> tuple[str, ...]:
        kit, style = self.kit.speaking("zh"), self._value_style
        return tuple(
            line for value in row.chinese[1:] for line in kit.broken(value, style, columns.value)
        )

    def _tall(self, row: Row, columns: Columns) -> int:
        return self._own_tall(row, columns) + self._chinese_tall(row, columns) + self._pad

    # --- places -------------------------------------------------------------------------------

    def place(self, rect: Rect) -> list[Box]:
        rect = rect._replace(w=self._wanted(rect.w))
        columns = self._columns(rect.w)
        talls = [self._tall(row, columns) for row in self.rows]
        between = self._between()
        spare = rect.h - sum(talls) - between * (len(talls) - 1)
        more = max(0, min(self.kit.theme.body.em_px // 2, spare // len(talls)))
        boxes, top = [], rect.y
        for row, tall in zip(self.rows, talls, strict=True):
            place = Rect(rect.x, top, rect.w, tall + more)
            boxes.append(self._box(row, columns, place))
            top = place.bottom + between
        return boxes

    def _box(self, row: Row, columns: Columns, place: Rect) -> Box:
        own = self._own_tall(row, columns)
        top = place.y + (place.h - own - self._chinese_tall(row, columns)) // 2
        left = place.x + self._pad
        role, label_ink, ink = _LOOKS[bool(row.chinese), row.strong]
        lines = [*self._label(row, columns, left, top, label_ink)]
        below = len(self._label_lines(row, columns)) * self.kit.theme.body.pitch_px
        at = top + below if self.under else top
        lines += self._value(row, columns, left + columns.start, at, ink)
        if row.chinese:
            lines += self._chinese(row, columns, left, top + own, ink)
        return Box(place, role, tuple(lines), name="row")

    def _label(self, row: Row, columns: Columns, left: int, top: int, ink: str) -> list[Line]:
        kit, body = self.kit, self.kit.theme.body
        lower = 0 if self.under else self._lower(row)
        start = columns.before + self._gap if columns.before else 0
        place = Rect(left + start, top + lower, columns.label, body.pitch_px)
        lines = [
            kit.line(text, body, place, place.y + n * body.pitch_px, ink)
            for n, text in enumerate(self._label_lines(row, columns))
        ]
        if row.before:
            lines.insert(0, kit.line(row.before, body, place._replace(x=left), place.y, ink))
        return lines

    def _value(self, row: Row, columns: Columns, left: int, top: int, ink: str) -> list[Line]:
        kit, body, style = self.kit, self.kit.theme.body, self._style(row)
        place = Rect(left, top, columns.value, style.pitch_px)
        if row.figure is None:
            words = kit.broken(row.value, style, columns.value)
            return [
                kit.line(text, style, place, top + n * style.pitch_px, ink)
                for n, text in enumerate(words)
            ]
        number, unit = self._figure_styles(row)
        wide = figure_width(row.figure, number, unit, kit)
        shift = columns.value - wide if self._listed and not self.under else 0
        room = Rect(left + shift, top, wide, figure_pitch(number, unit, kit))
        lines = list(figure_lines(row.figure, number, unit, kit, room, ink, ()))
        lines += [
            kit.line(text, body, place, room.bottom + n * body.pitch_px, ink)
            for n, text in enumerate(self._capitals(row, columns))
        ]
        return lines

    def _chinese(self, row: Row, columns: Columns, left: int, top: int, ink: str) -> list[Line]:
        kit = self.kit.speaking("zh")
        body = kit.theme.body
        bold = body._replace(bold=True)
        start = columns.before + self._gap if columns.before else 0
        place = Rect(left + start, top, columns.label, body.pitch_px)
        words = kit.broken(row.chinese[0], body, columns.label)
        lines = [
            kit.line(text, body, place, top + n * body.pitch_px, ink)
            for n, text in enumerate(words)
        ]
        top += len(words) * body.pitch_px if self.under else 0
        place = Rect(left + columns.start, top, columns.value, body.pitch_px)
        lines += [
            kit.line(text, bold, place, top + n * body.pitch_px, ink)
            for n, text in enumerate(self._chinese_value(row, columns))
        ]
        return lines


_LOOKS = {
    (False, False): ("row", "muted", "text"),
    (False, True): ("row_strong", "on_banner", "figure"),
    (True, False): ("row_key", "on_banner", "on_banner"),
    (True, True): ("row_key", "on_banner", "figure"),
}
"""By whether a line is in two languages and whether it is strong: its role, and the inks of its label and
its value."""
