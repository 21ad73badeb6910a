"""Makes the terminal's typefaces: subsets of Noto in two weights, under a name of our own.

Five faces, because no one font draws every script and pygame can neither pick a face inside a
collection nor a language's glyph forms:

    TerminalSans          Chinese forms; Latin. What Chinese and English are set in.
    TerminalSansJapanese  Japanese forms (直 今 令 骨 differ); kana; Latin.
    TerminalSansKorean    Hangul; Latin and Cyrillic with marks as wide as they look. Also the Latin
                          of Uyghur and Tibetan, and all of Russian.
    TerminalSansArabic    Uyghur, and the Arabic letters beside it.
    TerminalTibetan       Tibetan, with every stack; the family has no face without serifs.

Why subsets: the collection is 91 MB (platform-facts 3.1). Why GB 2312 level 1 and 2: prompts need
level 1, people's names need level 2. Why another name: the Open Font License lets a changed font be
shared under the same licence, and the clean course is to give it a name nobody else owns
(platform-facts 3.3). The copyright and licence entries inside the files stay; the licence text lies
beside the results.

Run once when the repertoire changes, from the repository's root, and commit what it writes:

    apt-get install fonts-noto-cjk fonts-noto-core       # versions 20220127 and 20201225 were used
    python tools/make_fonts.py --cjk FOLDER --noto FOLDER

`dpkg -L fonts-noto-cjk fonts-noto-core` prints where the two folders are. The result does not depend
on the clock, so the same sources give the same bytes.

Not its business: which size or weight a screen uses (`screens/theme.toml`), or which face draws
which character (`screens/paint.py`).
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FAMILY = "Terminal Sans"
FACE_JP, FACE_KR, FACE_SC = 0, 1, 2
"""Faces of the collection: Japanese, Korean and Simplified Chinese forms (3 TC, 4 HK)."""

WEIGHTS = ("Regular", "Bold")

CAP_HEIGHT_UNITS = 733
"""Height of a capital of the source in a thousand units per em; the theme computes with it."""

EXTRA = (
    "•–—―‖‘’“”„†‡…‰′″‹›※€№℃℉™"
    "←↑→↓↖↗↘↙⇐⇒⇔①②③④⑤⑥⑦⑧⑨⑩"
    "−∕√∞∥∧∨∴∵∶≈≠≤≥⊙"
    "■□▲△▶▷▼▽◀◁◆◇○◎●◯★☆☎✓"
    "　、。〃々〇〈〉《》「」『』【】〔〕〖〗"
    "！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠"
    "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀"
    "ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～￠￡￥"
    "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ"
)
"""Punctuation, arrows, marks, full-width forms and the tone letters of pinyin."""

WESTERN = "•–—‘’“”„†‡…‰′″‹›€₩₽№™←↑→↓−≈≠≤≥■□▲△▶▼◀●○★☆✓"
"""Marks beside Latin, Cyrillic and Hangul."""

ALIASES = {"✕": "×", "✗": "×", "✔": "✓"}
"""Marks the source does not draw, shown with the glyph it draws for the same thing."""

NARROW = "‘’"
"""Drawn a whole em wide for Chinese, but an apostrophe inside an English word to us: Chinese text
here quotes with the double marks, which stay wide."""


def level(first: int, last: int) -> str:
    """The characters of GB 2312 rows whose lead byte runs from `first` to `last`."""
    return cells("gb2312", first, last)


def cells(encoding: str, first: int, last: int) -> str:
    """The characters of a two-byte set whose lead byte runs from `first` to `last`."""
    pairs = (bytes((lead, trail)) for lead in range(first, last + 1) for trail in range(161, 255))
    return "".join(pair.decode(encoding, errors="ignore") for pair in pairs)


def block(first: int, last: int) -> str:
    """The characters from one code point to another."""
    return "".join(map(chr, range(first, last + 1)))


def latin() -> str:
    """ASCII and Latin-1."""
    return block(0x20, 0x7E) + block(0xA0, 0xFF)


def repertoire() -> str:
    """Every character of the Chinese face."""
    return latin() + EXTRA + level(0xB0, 0xD7) + level(0xD8, 0xF7)


def japanese() -> str:
    """Latin, marks, kana, and the 2,965 kanji of JIS X 0208 level 1 (rows 16 to 47)."""
    return (
        latin() + EXTRA + "〒〆ゝゞヽヾ゛゜" + block(0x3041, 0x30FF) + cells("euc_jp", 0xB0, 0xCF)
    )


def korean() -> str:
    """Latin, Cyrillic, marks, all syllables (names use more than the 2,350 of KS X 1001, and composing
    them from their letters leaves the last letter beside its place) and the letters by themselves."""
    letters = block(0x3131, 0x318E) + block(0x1100, 0x1112) + block(0x1161, 0x1175)
    return latin() + WESTERN + cyrillic() + block(0xAC00, 0xD7A3) + letters + block(0x11A8, 0x11C2)


def cyrillic() -> str:
    """The Russian alphabet, large and small."""
    return block(0x410, 0x44F) + "Ёё"


def arabic() -> str:
    """The Arabic block's letters, vowels and marks, among them the 32 letters of Uyghur; the marks
    the source draws beside them; and the characters that only join and direct."""
    return block(0x60C, 0x6FF) + " \u00a0!.,:-«»\u200c\u200d\u200e\u200f"


def tibetan() -> str:
    """The whole block."""
    return block(0xF00, 0xFDA) + " \u00a0"


@dataclass(frozen=True, slots=True)
class Face:
    """A face to make: where it comes from (`number` is -1 outside a collection) and what is in it.
    `closed` keeps the glyphs that shaping makes; `without` names features left out."""

    source: str
    number: int
    characters: str
    closed: bool
    without: tuple[str, ...] = ()
    narrow: str = ""


CJK = "NotoSansCJK-{weight}.ttc"
FACES: Mapping[str, Face] = {
    FAMILY: Face(CJK, FACE_SC, repertoire(), False, (), NARROW),
    f"{FAMILY} Japanese": Face(CJK, FACE_JP, japanese(), False, ("locl",), NARROW),
    f"{FAMILY} Korean": Face(CJK, FACE_KR, korean(), False, ("locl",)),
    f"{FAMILY} Arabic": Face("NotoSansArabic-{weight}.ttf", -1, arabic(), True, ("locl",)),
    "Terminal Tibetan": Face("NotoSerifTibetan-{weight}.ttf", -1, tibetan(), True),
}
"""By family. `locl` is left out of the new ones, or the machine's locale would choose the forms."""


def narrow_glyphs(font: TTFont, marks: str = NARROW) -> dict[int, str]:
    """Code point to the proportional glyph (feature `pwid`) of each character in `marks`."""
    table, cmap = font["GSUB"].table, font.getBestCmap()
    lookups = {
        index
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == "pwid"
        for index in record.Feature.LookupListIndex
    }
    swaps: dict[str, str] = {}
    for index in lookups:
        for part in table.LookupList.Lookup[index].SubTable:
            swaps |= getattr(part, "ExtSubTable", part).mapping
    return {ord(mark): swaps.get(cmap[ord(mark)], cmap[ord(mark)]) for mark in marks}


def subset(source: Path, face: Face) -> TTFont:
    """The face of `source`, cut down to its characters."""
    options = Options()
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.layout_closure = face.closed
    options.recalc_timestamp = False
    options.layout_features = [t for t in Options().layout_features if t not in face.without]
    font = TTFont(source, fontNumber=face.number, recalcTimestamp=False)
    narrow = narrow_glyphs(font, face.narrow) if face.narrow else {}
    cutter = Subsetter(options)
    cutter.populate(text=face.characters, glyphs=narrow.values())
    cutter.subset(font)
    remap(font, narrow)
    return font


def remap(font: TTFont, narrow: dict[int, str]) -> None:
    """Point the narrow marks, and those the source lacks, at the glyphs that stand for them."""
    for table in font["cmap"].tables:
        if table.isUnicode() and table.format != 14:
            like = {
                ord(mark): table.cmap[ord(twin)]
                for mark, twin in ALIASES.items()
                if ord(twin) in table.cmap
            }
            table.cmap.update(narrow | like)


def rename(font: TTFont, family: str, weight: str) -> None:
    """Give the font our name wherever a name is read from, and leave the legal entries alone."""
    postscript = f"{family.replace(' ', '')}-{weight}"
    names = {
        1: family,
        2: weight,
        3: f"2.004;{postscript}",
        4: f"{family} {weight}",
        6: postscript,
        16: family,
        17: weight,
    }
    table = font["name"]
    table.names = [entry for entry in table.names if entry.nameID not in {*names, 7}]
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)
    if "CFF " not in font:
        return
    compact = font["CFF "].cff
    compact.fontNames = [postscript]
    top = compact.topDictIndex[0]
    top.FamilyName, top.FullName, top.Weight = family, f"{family} {weight}", weight
    top.Notice = table.getDebugName(0)


def make(folder: Path, family: str, weight: str, out: Path) -> Path:
    """Write one weight of one family to the folder `out` and say where."""
    face = FACES[family]
    font = subset(folder / face.source.format(weight=weight), face)
    rename(font, family, weight)
    kind = "otf" if "CFF " in font else "ttf"
    path = out / f"{family.replace(' ', '')}-{weight}.{kind}"
    font.save(path)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the terminal's fonts.")
    parser.add_argument("--cjk", type=Path, required=True, help="folder of NotoSansCJK-Bold.ttc")
    parser.add_argument(
        "--noto", type=Path, required=True, help="folder of NotoSansArabic-Bold.ttf"
    )
    parser.add_argument("--out", type=Path, default=Path("screens/fonts"))
    arguments = parser.parse_args()
    for family, face in FACES.items():
        folder = arguments.cjk if face.number >= 0 else arguments.noto
        for weight in WEIGHTS:
            path = make(folder, family, weight, arguments.out)
            print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
