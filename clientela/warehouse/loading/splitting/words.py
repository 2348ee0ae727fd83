"""Words that stand in headers: by them a header is told from a title."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from clientela.warehouse.loading.mapping.synonyms import is_known as is_heading

LONGEST: Final = 60
"""Letters; a longer cell is no name of a column."""

_SIGNS: Final = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Return a name without case, accents and signs: ``N° Città`` and ``n citta`` are one."""
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign)
    )
    return _SIGNS.sub(" ", bare).strip()


def is_known(cell: str, given: frozenset[str]) -> bool:
    """Tell whether a cell is a heading that programmes write, or one of the plain names given."""
    text = cell.strip()
    return 0 < len(text) <= LONGEST and (plain(text) in given or is_heading(text))
