"""Makes the terminal's typeface: a subset of Noto Sans SC in two weights, under a name of our own.

Why a subset: the collection is 91 MB and pygame can only reach its first face, which is Japanese
(platform-facts 3.1). Why GB 2312 level 1 and 2: prompts need level 1, people's names need level 2.
Why another name: the Open Font License lets a changed font be shared under the same licence, and
the clean course is to give it a name nobody else owns (platform-facts 3.3). The copyright and
licence entries inside the file stay; the licence text lies beside the result.

Run once when the repertoire changes, from the repository's root, and commit what it writes:

    apt-get install fonts-noto-cjk          # version 20220127 was used
    python tools/make_fonts.py --regular NotoSansCJK-Regular.ttc --bold NotoSansCJK-Bold.ttc

`dpkg -L fonts-noto-cjk` prints where the two files are. The result does not depend on the clock,
so the same sources give the same bytes.

Not its business: which size or weight a screen uses (`screens/theme.toml`).
"""

import argparse
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FAMILY = "Terminal Sans"
FACE_SC = 2
"""Face of the collection drawn for Simplified Chinese (0 JP, 1 KR, 2 SC, 3 TC, 4 HK)."""

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

ALIASES = {"✕": "×", "✗": "×", "✔": "✓"}
"""Marks the source does not draw, shown with the glyph it draws for the same thing."""

NARROW = "‘’"
"""Drawn a whole em wide for Chinese, but an apostrophe inside an English word to us: Chinese text
here quotes with the double marks, which stay wide."""


def level(first: int, last: int) -> str:
    """The characters of GB 2312 rows whose lead byte runs from `first` to `last`."""
    pairs = (bytes((lead, trail)) for lead in range(first, last + 1) for trail in range(161, 255))
    return "".join(pair.decode("gb2312", errors="ignore") for pair in pairs)


def repertoire() -> str:
    """Every character the terminal can show."""
    latin = "".join(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x100))))
    return latin + EXTRA + level(0xB0, 0xD7) + level(0xD8, 0xF7)


def narrow_glyphs(font: TTFont) -> dict[int, str]:
    """Code point to the proportional glyph (feature `pwid`) of each character in NARROW."""
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
    return {ord(mark): swaps[cmap[ord(mark)]] for mark in NARROW}


def subset(source: Path) -> TTFont:
    """The Simplified Chinese face of `source`, cut down to the repertoire."""
    options = Options()
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.layout_closure = False
    options.recalc_timestamp = False
    font = TTFont(source, fontNumber=FACE_SC, recalcTimestamp=False)
    narrow = narrow_glyphs(font)
    cutter = Subsetter(options)
    cutter.populate(text=repertoire(), glyphs=narrow.values())
    cutter.subset(font)
    remap(font, narrow)
    return font


def remap(font: TTFont, narrow: dict[int, str]) -> None:
    """Point the narrow marks, and those the source lacks, at the glyphs that stand for them."""
    for table in font["cmap"].tables:
        if table.isUnicode() and table.format != 14:
            like = {ord(mark): table.cmap[ord(twin)] for mark, twin in ALIASES.items()}
            table.cmap.update(narrow | like)


def rename(font: TTFont, weight: str) -> None:
    """Give the font our name wherever a name is read from, and leave the legal entries alone."""
    postscript = f"{FAMILY.replace(' ', '')}-{weight}"
    names = {
        1: FAMILY,
        2: weight,
        3: f"2.004;{postscript}",
        4: f"{FAMILY} {weight}",
        6: postscript,
        16: FAMILY,
        17: weight,
    }
    table = font["name"]
    table.names = [entry for entry in table.names if entry.nameID not in {*names, 7}]
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)
    compact = font["CFF "].cff
    compact.fontNames = [postscript]
    top = compact.topDictIndex[0]
    top.FamilyName, top.FullName, top.Weight = FAMILY, f"{FAMILY} {weight}", weight
    top.Notice = table.getDebugName(0)


def make(source: Path, weight: str, out: Path) -> Path:
    """Write one weight to the folder `out` and say where."""
    font = subset(source)
    rename(font, weight)
    path = out / f"{FAMILY.replace(' ', '')}-{weight}.otf"
    font.save(path)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the terminal's two fonts.")
    parser.add_argument("--regular", type=Path, required=True, help="NotoSansCJK-Regular.ttc")
    parser.add_argument("--bold", type=Path, required=True, help="NotoSansCJK-Bold.ttc")
    parser.add_argument("--out", type=Path, default=Path("screens/fonts"))
    arguments = parser.parse_args()
    for weight, source in (("Regular", arguments.regular), ("Bold", arguments.bold)):
        path = make(source, weight, arguments.out)
        print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
