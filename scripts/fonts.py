"""Cut the two weights of the HTML report's typeface from the bundled font.

Run ``python -m scripts.fonts`` after a new version of the font package. The cut is named differently from
the original, as its licence asks of a changed version.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from clientela.templates.typeface import FONT_FAMILY, WEIGHTS, font_folder

TO: Final = Path(__file__).resolve().parent.parent / "templates" / "fonts"
SIGNS: Final = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x250),  # Latin of Europe: names
    *range(0x1E00, 0x1F00),
    *range(0x2010, 0x2040),
    *map(ord, "€№™→←↑↓−≈≤≥×▲▼✓"),
)
FEATURES: Final = ["kern", "tnum", "lnum", "ccmp", "mark", "mkmk", "locl"]


def cut(weight: int, file: str) -> None:
    """Write one weight as WOFF2, without hints and without a date of today."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options(layout_features=FEATURES, hinting=False, desubroutinize=True, notdef_outline=True)
    font = TTFont(font_folder() / file, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=SIGNS)
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = f"{FONT_FAMILY} {weight}"
    font.flavor = "woff2"
    font.save(TO / f"clientela-sans-{weight}.woff2")


if __name__ == "__main__":
    for weight, file in WEIGHTS.items():
        cut(weight, file)
    shutil.copyfile(font_folder() / "LICENSE.txt", TO / "OFL.txt")
