"""Makes the fonts that printed evidence is set in: Noto Sans CJK SC, only the characters that documents need.

Run it where Debian's fonts-noto-cjk is installed: `env/bin/python scripts/fonts.py`. The result is kept in the
repository, so that a machine without any Chinese font prints Chinese right. Regular has all of GB 2312 and characters
of names beyond it; Bold, for headings and labels, the 3 755 most used ones.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "apps" / "med_trace" / "med_trace" / "evidence" / "fonts"
SOURCE = Path("/usr/share/fonts/opentype/noto")
FACE = "Noto Sans CJK SC"
FEATURES = ["kern", "liga", "ccmp", "locl", "mark", "mkmk", "tnum", "calt", "pwid"]
MIDDLE_DOT, NARROW_DOT = (
    0xB7,
    "cid00733",
)  # N·m in a unit: as wide as a letter, as in Korean; not as a Chinese point

# Latin, Greek, punctuation, currency, letterlike, arrows, mathematics, box and mark symbols.
RANGES = [
    *((0x20, 0x7F), (0xA0, 0x180), (0x370, 0x400), (0x2010, 0x2028), (0x2030, 0x205F), (0x20A0, 0x20C0)),
    *(
        (0x2100, 0x2128),
        (0x2190, 0x219A),
        (0x2200, 0x2300),
        (0x25A0, 0x25D0),
        (0x2713, 0x2714),
        (0x2717, 0x2718),
    ),
]
NAMES = "喆堃玥珺昇祎翀晞烨瑄昉玮垚镕琰璟珩彧韬玘頔暐昀晗芃霂骁昱曌燊甯闫邬佟犇淼赟旻珏璠煜晟钰铉"
SYMBOLS, COMMON, ALL = range(0xA1, 0xAA), range(0xB0, 0xD8), range(0xB0, 0xF8)  # rows of GB 2312


def main() -> None:
    FONTS.mkdir(parents=True, exist_ok=True)
    latin = "".join(chr(code) for start, end in RANGES for code in range(start, end))
    make("Regular", latin + gb2312(SYMBOLS) + gb2312(ALL) + NAMES)
    make("Bold", latin + gb2312(SYMBOLS) + gb2312(COMMON))
    licence = Path("/usr/share/doc/fonts-noto-cjk/copyright").read_text(encoding="utf-8")
    text = ofl_of(licence, SOURCE / "NotoSansCJK-Regular.ttc")
    (FONTS / "OFL.txt").write_text(text, encoding="utf-8")


def gb2312(rows: Iterable[int]) -> str:
    cells = (bytes([row, cell]).decode("gb2312", "ignore") for row in rows for cell in range(0xA1, 0xFF))
    return "".join(cells)


def make(weight: str, text: str) -> None:
    """Write the subset of one weight; the same input gives the same bytes."""
    collection = SOURCE / f"NotoSansCJK-{weight}.ttc"
    if not collection.exists():
        sys.exit(f"{collection} is missing: apt-get install fonts-noto-cjk")
    faces = [
        font["name"].getDebugName(4).removesuffix(" Bold") for font in TTCollection(str(collection)).fonts
    ]
    options = subset.Options(
        layout_features=FEATURES, hinting=False, desubroutinize=True, font_number=faces.index(FACE)
    )
    options.flavor = "woff2"
    font = subset.load_font(str(collection), options)
    font.recalcTimestamp = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    for table in font["cmap"].tables:
        if MIDDLE_DOT in table.cmap:
            table.cmap[MIDDLE_DOT] = NARROW_DOT
    target = FONTS / f"NotoSansSC-{weight}.woff2"
    subset.save_font(font, str(target), options)
    print(
        f"{target.relative_to(ROOT)}: {len(font.getBestCmap())} characters, {target.stat().st_size // 1024} KB"
    )


def ofl_of(debian: str, collection: Path) -> str:
    """The licence as Debian quotes it, without its markup, under the copyright line of the font itself."""
    start = debian.index("License: SIL-1.1\n -")
    lines = debian[start : debian.index("License: GPL", start)].splitlines()[1:]
    copyright = TTCollection(str(collection)).fonts[0]["name"].getDebugName(0)
    text = "\n".join(re.sub(r"^ \.?", "", line) for line in lines).strip()
    return f"{copyright}\n\nThe fonts in this folder are subsets of it, in another format.\n\n{text}\n"


if __name__ == "__main__":
    main()
