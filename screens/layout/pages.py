"""Splitting a screen that does not fit on one glass: what stands on which page.

Rules. Nothing is shrunk and nothing is left out. As much of the text as fits stands on the first
page, and the answers beside it if they fit there too; else they follow, with the question's title,
which a further page gives up before anything else. Where people come for the answers it is the other way
round: these first, and beside them as much of the text as fits. An
amount stays with its confirmation, number pads are whole, a warning keeps its sign on its first page
and wherever else there is room. Text is divided between sentences, and a sentence only between its
lines. A reminder takes the place of the text, which then comes last, because it says what to do. An
amount is on the first page, with its answers, whether it is typed, reviewed or counted: nothing that comes
up later may take it away.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from screens.figures import Row
from screens.layout.arrange import UNDIVIDED, WARNING, Page
from screens.layout.boxes import Kit
from screens.lines import SENTENCE_ENDS, atoms
from screens.scene import Choice, Scene, Strip
from terminal.asking import Ask
from terminal.values import replace

PAGES_MAX = 9
"""No screen of any language needs more; a text that does is a mistake."""

Fits = Callable[[Page], bool]

ENDS = SENTENCE_ENDS | frozenset(".!?؟།")
"""What ends a sentence in any of the languages."""


def split(scene: Scene, kit: Kit, width: int, fits: Fits) -> tuple[Page, ...]:
    """The pages of a screen that is too much for one. `width` is what a line of text has alone.
    Pages that cannot be made to fit are given all the same; whoever asks sees it from `fits`."""
    each = max(1, kit.theme.choices_per_page - 1)
    maker = _Maker(scene, kit, width, fits, each)
    for plan in maker.plans():
        if all(map(fits, plan)):
            break
    return plan


@dataclass(frozen=True, slots=True)
class _Maker:
    scene: Scene
    kit: Kit
    width: int
    fits: Fits
    each: int

    def plans(self) -> Iterator[tuple[Page, ...]]:
        """The ways to split this screen, the best first; what is said about the look comes last where
        it would be in the way."""
        yield from self._plans()
        if self.scene.banner or self.scene.reminder:
            tail = strip_page(self.scene, Strip(self.scene.reminder, self.scene.banner), self.fits)
            plain = self._for(replace(self.scene, banner=None, reminder=""))
            if self.scene.reminder and self.scene.ask is not Ask.ACTION and not self.scene.rows:
                # A reminder takes the place of the text, which comes after it.
                said = replace(
                    _bare(self.scene), dots=self.scene.dots, ask=_talking(self.scene.ask)
                )
                yield (titled(said, self.fits), *plain._talk(True))
            for plan in plain._plans():
                yield (*plan, tail)

    def _titled(self, scene: Scene) -> Page:
        return titled(scene, self.fits)

    def _for(self, scene: Scene) -> "_Maker":
        return _Maker(scene, self.kit, self.width, self.fits, self.each)

    def _plans(self) -> Iterator[tuple[Page, ...]]:
        scene = self.scene
        if scene.answers and scene.answers_first:
            yield self._answers_first()
            return
        if not scene.answers:
            yield self._read_back() if scene.rows else self._talk()
            return
        if scene.figure is not None:
            yield from self._amount_first()
        if scene.rows and scene.ask is Ask.ACTION:
            yield from self._rows_after()
            return
        if scene.rows:
            yield self._read_back()
            return
        if scene.ask in UNDIVIDED or scene.figure is not None:
            yield self.text_first()
            return
        plans = [self.text_first(), self._together()]
        apart = len(scene.answers) > len(plans[0][-1].scene.answers)
        yield from sorted(plans, key=len) if apart else plans

    def text_first(self) -> tuple[Page, ...]:
        """The text on pages of its own, then the answers."""
        return (*self._talk(), *self._answers(self.scene.answers))

    def _answers_first(self) -> tuple[Page, ...]:
        """As many answers as fit on one page, with as much of the text beside them; then what is left of both."""
        answers, pieces = self.scene.answers, _pieces(self.scene)
        pages: list[Page] = []
        while answers:
            page, told = self._of_answers(answers, pieces, bool(pages))
            pages.append(page)
            answers, pieces = answers[len(page.scene.answers) :], pieces[told:]
        rest = replace(_bare(self.scene), paragraphs=joined(pieces))
        return (*pages, *(self._for(rest)._talk(True) if pieces else ()))

    def _of_answers(
        self, answers: tuple[Choice, ...], pieces: Sequence[tuple[int, str]], running: bool
    ) -> tuple[Page, int]:
        """The page with the most of these answers, and how many sentences stand beside them; with one answer
        and none if nothing fits."""
        plain = replace(self.scene, picture="") if running else self.scene
        heads = dict.fromkeys(
            (plain, replace(plain, picture=""), replace(plain, picture="", title=""))
        )
        for many in range(min(self.kit.theme.choices_per_page, len(answers)), 0, -1):
            for told in range(len(pieces), -1, -1):
                for head in heads:
                    shown = replace(head, answers=answers[:many], paragraphs=joined(pieces[:told]))
                    page = Page(shown, running=True)
                    if self.fits(page):
                        return page, told
        return Page(shown, running=True), 0

    def _together(self) -> tuple[Page, ...]:
        """As many answers as fit beside the whole text, the others on the next pages."""
        scene = self.scene
        for many in range(min(self.each, len(scene.answers)), 0, -1):
            first = self._first(many)
            if self.fits(first):
                rest = self._answers(scene.answers[many:])
                # Pages that are about equally full look less forlorn.
                even = -(-len(scene.answers) // (1 + len(rest)))
                if even < many:
                    first, rest = self._first(even), self._answers(scene.answers[even:])
                return (first, *rest)
        return self.text_first()

    def _first(self, many: int) -> Page:
        shown = replace(self.scene, answers=self.scene.answers[:many])
        return Page(shown, pictured=shown.ask is Ask.ACTION)

    def _amount_first(self) -> Iterator[tuple[Page, ...]]:
        """The amount with all its answers, and what is said about it after them."""
        scene = self.scene
        bare = replace(scene, paragraphs=(), reference="")
        first = self._titled(bare)
        if self.fits(first):
            yield (first, *self._talk(True))

    # --- text ---------------------------------------------------------------------------------

    def _talk(self, running: bool = False) -> tuple[Page, ...]:
        """The text on as many pages as it needs."""
        scene = replace(self.scene, answers=(), figure=None, rows=(), ask=_talking(self.scene.ask))
        pieces = _pieces(scene)
        pages: list[Page] = []
        while True:
            page, taken = self._fullest(scene, pieces, bool(pages) or running, not pages)
            if not taken and pieces and pages:
                smaller = self._in_lines(pieces)
                if smaller == pieces:
                    return (*pages, page)
                pieces = smaller
                continue
            pages.append(page)
            pieces = pieces[taken:]
            if (not pieces and self._said_all(page)) or len(pages) == PAGES_MAX:
                return tuple(pages)

    def _fullest(
        self, scene: Scene, pieces: Sequence[tuple[int, str]], running: bool, first: bool
    ) -> tuple[Page, int]:
        """The page with the most sentences that still fits; the first has picture and strips, and may
        have no more than its title."""
        for head in self._heads(scene, running):
            for taken in range(len(pieces), -1, -1):
                whole = taken == len(pieces)
                shown = replace(
                    head,
                    paragraphs=joined(pieces[:taken]),
                    reference=scene.reference if whole else "",
                )
                strict = bool(head.picture) and head.ask is Ask.ACTION
                for small in (running or not whole, True):
                    page = Page(shown, small, strict)
                    if (taken or not pieces or first) and self.fits(page):
                        return page, taken
        least = 0 if running else len(pieces)
        return Page(replace(scene, paragraphs=joined(pieces)), True), least

    def _said_all(self, page: Page) -> bool:
        return page.scene.reference == self.scene.reference

    def _heads(self, scene: Scene, running: bool) -> Iterator[Scene]:
        """What stands above the sentences: picture and strips, or less where there is no room."""
        plain = replace(scene, reminder="", banner=None)
        if running:
            if scene.picture == WARNING:
                yield plain
            words = replace(plain, picture="", dots=None, meters=())
            yield words
            yield replace(words, title="")
            return
        yield scene
        # The picture at a slot says what to do there, and stands first, whatever else must wait.
        if scene.ask is Ask.ACTION and scene.reminder:
            yield replace(scene, title="")
        elif scene.picture != WARNING and scene.ask is not Ask.ACTION:
            yield replace(scene, picture="")

    def _in_lines(self, pieces: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
        """A first sentence that fits on no page, in its lines."""
        (number, first), *rest = pieces
        lines = self.kit.broken(first, self.kit.theme.body, self.width)
        return [*((number, line) for line in lines), *rest]

    def _rows_after(self) -> Iterator[tuple[Page, ...]]:
        """What is asked first, and the lines beside it or after it."""
        alone = self._for(replace(_bare(self.scene), rows=self.scene.rows))
        rows = alone._read_back()
        for first, *others in self._for(replace(self.scene, rows=()))._plans():
            whole = replace(first, scene=replace(first.scene, rows=self.scene.rows))
            yield (whole, *others) if self.fits(whole) else (first, *others, *rows)

    # --- lines that are read back ----------------------------------------------------------------

    def _read_back(self) -> tuple[Page, ...]:
        """The lines on as many pages as they need, the answers with the last of them: nobody agrees to
        what they have not turned to. What counts most stands beside the answers once more."""
        head, rest = Page(self.scene), self.scene.rows
        pages: list[Page] = []
        while len(pages) < PAGES_MAX:
            last = self._last_rows(head, rest)
            if last is not None:
                return (*pages, last)
            taken = self._rows_taken(head, rest)
            if not taken and not pages and head.scene.paragraphs:
                pages += self._talk()
                head = _going_on(head)
                continue
            if not taken:
                break
            pages.append(_of_rows(head, rest[:taken]))
            head, rest = _going_on(head), rest[taken:]
            if not rest:
                last = self._last_rows(head, ())
                return (*pages, *((last,) if last else self._answers(self.scene.answers)))
        return (*pages, _of_rows(head, rest), *self._answers(self.scene.answers))

    def _last_rows(self, head: Page, rest: tuple[Row, ...]) -> Page | None:
        """The last lines with all the answers, if they fit."""
        if self.scene.answers and len(self.scene.answers) > self.each:
            return None
        strong = tuple(row for row in self.scene.rows if row.strong and row not in rest)
        # Where it has no room at its own size it is better there in the size of the others than not at all.
        plain = tuple(replace(row, strong=False) for row in strong)
        titles = (head.scene.title, "") if head.running else (head.scene.title,)
        ways = (
            replace(head, scene=replace(head.scene, title=title, rows=(*repeated, *rest)))
            for repeated in dict.fromkeys((strong, plain))
            for title in titles
            if repeated or rest
        )
        return next(filter(self.fits, ways), None)

    def _rows_taken(self, head: Page, rest: tuple[Row, ...]) -> int:
        """As many lines as fit on a page without answers; if there are answers, not all of them, so that
        they do not stand alone: what counts most comes once more beside them."""
        strong = any(row.strong for row in self.scene.rows)
        alone = self.scene.answers and len(rest) > 1 and not strong
        most = len(rest) - bool(alone)
        fitting = (n for n in range(most, 0, -1) if self.fits(_of_rows(head, rest[:n])))
        return next(fitting, 0)

    # --- answers ------------------------------------------------------------------------------

    def _answers(self, answers: Sequence[Choice]) -> tuple[Page, ...]:
        """Answers on pages of their own, about equally many on each, under the question's title."""
        if not answers:
            return ()
        if self.scene.ask in UNDIVIDED:
            return (self._under_title(answers),)
        most = min(self.each, len(answers))
        while most > 1 and not self.fits(self._under_title(answers[:most])):
            most -= 1
        pages = -(-len(answers) // most)
        each = -(-len(answers) // pages)
        return tuple(self._under_title(answers[n : n + each]) for n in range(0, len(answers), each))

    def _under_title(self, answers: Sequence[Choice]) -> Page:
        """The title and some answers, with a reminder and a warning's sign where there is room."""
        sign = self.scene.picture if self.scene.picture == WARNING else ""
        base = replace(
            self.scene,
            paragraphs=(),
            reference="",
            answers=tuple(answers),
            picture=sign,
            banner=None,
            rows=(),
        )
        heads = [base, replace(base, reminder="")]
        heads += [replace(head, picture="") for head in heads if sign]
        heads += [replace(head, meters=()) for head in heads if head.meters]
        heads.append(replace(heads[-1], title=""))
        for head in dict.fromkeys(heads):
            page = Page(head, running=True)
            if self.fits(page):
                return page
        return Page(heads[-1], running=True)


def _of_rows(head: Page, rows: tuple[Row, ...]) -> Page:
    """A page of lines without answers."""
    scene = replace(head.scene, rows=rows, answers=(), ask=_talking(head.scene.ask))
    return replace(head, scene=scene)


def _going_on(head: Page) -> Page:
    """A further page under the same title."""
    scene = replace(head.scene, paragraphs=(), reference="", reminder="", banner=None)
    if scene.picture != WARNING:
        scene = replace(scene, picture="")
    return Page(scene, running=True)


def titled(scene: Scene, fits: Fits) -> Page:
    """A page that goes on, without its title if that does not fit."""
    page = Page(scene, running=True)
    return page if fits(page) else Page(replace(scene, title=""), running=True)


def left_over(scene: Scene, kit: Kit, width: int, fits: Fits) -> tuple[Page, ...]:
    """Pages that go on with the text of a screen."""
    plain = replace(scene, reminder="", banner=None)
    each = max(1, kit.theme.choices_per_page - 1)
    return _Maker(plain, kit, width, fits, each)._talk(True)


def strip_page(scene: Scene, strip: Strip, fits: Fits) -> Page:
    """The title of a screen and a strip, on a page of their own."""
    shown = replace(scene, reminder=strip.reminder, banner=strip.banner)
    return titled(_bare(shown), fits)


def _bare(scene: Scene) -> Scene:
    return replace(
        scene,
        paragraphs=(),
        reference="",
        answers=(),
        picture="",
        figure=None,
        dots=None,
        meters=(),
        rows=(),
        ask=Ask.CHOICE,
    )


def _pieces(scene: Scene) -> list[tuple[int, str]]:
    """The sentences of the text, each with the number of its paragraph."""
    return [(n, one) for n, text in enumerate(scene.paragraphs) for one in sentences(text)]


def _talking(ask: Ask) -> Ask:
    """Text alone is arranged as the text of a choice, or of an action with its larger title."""
    return ask if ask in (Ask.ACTION, Ask.NOTHING, Ask.PIN) else Ask.CHOICE


def sentences(text: str) -> tuple[str, ...]:
    """A paragraph in its sentences."""
    found = [""]
    for piece in atoms(text):
        found[-1] += piece
        bare = piece.rstrip(" \u3000”’»)）」』")
        if bare[-1:] in ENDS and not bare[:-1].isdigit():
            found.append("")
    return tuple(one for one in found if one.strip())


def joined(pieces: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """Sentences back in their paragraphs."""
    numbers = dict.fromkeys(number for number, _ in pieces)
    return tuple(
        "".join(piece for one, piece in pieces if one == number).strip() for number in numbers
    )
