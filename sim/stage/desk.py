"""What stands on the colleagues' desk while a customer has called them: the masked view in words.

One line for each thing, in the language the machine speaks when idle, because it is the staff's. Beside what can
be pressed stands the name to point at it by (`point:NAME`). It has nothing that is not in the view, and asks
the session for nothing.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TextIO

from screens.reader_tree import public_words
from terminal.masked_view import MaskedView, Seen
from terminal.messages import VOICED, Catalogue
from terminal.profile import Language

INDENT: Final = "  "


def desk_catalogue(catalogues: Mapping[Language, Catalogue], language: Language) -> Catalogue:
    """The words of the desk: a draft lacks those of the services."""
    return catalogues[language if language in VOICED else "zh"]


def desk_lines(view: MaskedView, catalogue: Catalogue) -> tuple[str, ...]:
    """The view in the words of `catalogue`."""
    said = catalogue.label
    if view.blank:
        return (said("helper.blank"),)
    if view.text:
        title, text = public_words(catalogue, view.text, dict(view.values))
    else:
        title, text = said("view"), ""
    watermark = said("watermark") if view.practice else ""
    labels = "、" if catalogue.language == "zh" else ", "
    read_back = labels.join(said(line) for line in view.lines)
    return (
        *(one for one in (watermark, title, text) if one),
        *((f"{said('helper.lines')} {read_back}",) if read_back else ()),
        *((said("helper.typing"),) if view.typing else ()),
        *(
            f"{INDENT}{_mark(view, one)} {one.name}: {_words(one, catalogue)}"
            for one in view.answers
        ),
    )


def _mark(view: MaskedView, one: Seen) -> str:
    return ">" if view.pointed == one.name else "-"


def _words(one: Seen, catalogue: Catalogue) -> str:
    return catalogue.label(one.text if one.what == "words" else f"helper.{one.what}")


@dataclass
class PrintedDesk:
    """The desk on the console of a kiosk: told anew whenever what it sees is another."""

    catalogue: Catalogue
    _told: MaskedView | None = None

    def look(self, view: MaskedView | None, out: TextIO | None = None) -> None:
        """Print what is seen now, on standard error, if it has changed."""
        if view == self._told:
            return
        self._told = view
        said = self.catalogue.label
        lines = desk_lines(view, self.catalogue) if view else (said("helper.over"),)
        block = "\n".join((f"[{said('helper.desk')}]", *lines))
        print(block, file=out or sys.stderr, flush=True)
