"""Write ``clientela/loyalty/people/look_alikes.txt``: letters that look like plain ones, from Unicode's list.

``python -m scripts.look_alikes FOLDER`` reads ``confusable_homoglyphs/confusables.json`` in a folder in which
the package confusable-homoglyphs is unpacked. Only what looks like plain letters or figures is kept, and
nothing that lower case and Unicode's own compatibility forms make plain anyway.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
TARGET: Final = ROOT / "clientela" / "loyalty" / "people" / "look_alikes.txt"

HEAD: Final = """\
# Signs that look like plain letters and figures, for comparing contacts: what they look like, then the signs.
# From confusables.txt of the Unicode security mechanisms (UTS #39), as packed in confusable-homoglyphs 3.3.1
# (MIT licence). Made by scripts/look_alikes.py.
#
# Copyright (c) 1991-2023 Unicode, Inc. Distributed under the Unicode License v3
# (https://www.unicode.org/license.txt): permission is granted, free of charge, to any person obtaining a copy
# of data files and any associated documentation to deal in them without restriction, including without
# limitation the rights to use, copy, modify, merge, publish, distribute, and/or sell copies, provided that
# this copyright and permission notice appear with all copies or in the associated documentation. The data
# files are provided "as is", without warranty of any kind.
"""


def plain_form(sign: str) -> str:
    """Return a sign in lower case without accents, as contacts are compared before look-alikes are."""
    parts = unicodedata.normalize("NFKD", sign.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def found(known: dict[str, list[dict[str, str]]]) -> dict[str, list[str]]:
    """Return the signs that look like plain text, by that text."""
    small: dict[str, str] = {}
    capital: dict[str, str] = {}
    for sign, alike in known.items():
        # A sign with one entry names its model; a model names everything that looks like it.
        model, lower = alike[0]["c"].lower(), plain_form(sign)
        if (
            len(alike) == 1
            and model.isascii()
            and model.isalnum()
            and len(lower) == 1
            and not lower.isascii()
        ):
            (small if sign == lower else capital)[lower] = model
    signs = defaultdict(list)
    # Contacts are kept in lower case: a capital's model counts where the small letter has none of its own.
    for lower, model in sorted({**capital, **small}.items()):
        signs[model].append(lower)
    return dict(sorted(signs.items()))


def main(folder: Path) -> None:
    """Write the file."""
    text = (folder / "confusable_homoglyphs" / "confusables.json").read_text("utf-8")
    lines = [f"{model} {''.join(signs)}" for model, signs in found(json.loads(text)).items()]
    TARGET.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
