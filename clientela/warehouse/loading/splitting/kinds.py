"""What a cell looks like, before anybody knows what its column means."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

EMPTY: Final = "empty"
TEXT: Final = "text"
NUMBER: Final = "number"
DATE: Final = "date"
ERROR: Final = "error"
"""What a spreadsheet writes where a formula failed: it says nothing about its column."""

TYPED: Final = (NUMBER, DATE)
"""What no name of a column looks like."""

_MONEY: Final = r"(?:€|\$|£|eur|euro|usd|gbp|chf|%)"
_NUMBER: Final = re.compile(
    rf"[-+(']*\s*{_MONEY}?\s*[-+]?\s*\d[\d.,'’\s\u00a0\u202f]*(?:e[-+]?\d+)?\s*{_MONEY}?\s*\)?-?",
    re.IGNORECASE,
)
_DAY: Final = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}[- /.][a-zà-ù]{3,9}\.?[- /.]\d{2,4}"
_TIME: Final = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?(?:\s*[ap]m)?(?:\s*(?:z|utc|[-+]\d{2}:?\d{2}))?"
_DATE: Final = re.compile(rf"(?:{_DAY})(?:[ t,]+{_TIME})?|\d{{1,2}}:\d{{2}}(?::\d{{2}})?", re.IGNORECASE)
_ERROR: Final = re.compile(
    r"#(?:n/[ad]|ref!|rif!|value!|valore!|div/0!|name\?|nome\?|num!|null!|nullo!)", re.IGNORECASE
)


def kind_of(cell: str) -> str:
    """Return what a cell looks like: one of the words above."""
    text = cell.strip()
    if not text:
        return EMPTY
    if not any(map(str.isdigit, text)) and not text.startswith("#"):
        return TEXT
    if _DATE.fullmatch(text):
        return DATE
    if _NUMBER.fullmatch(text):
        return NUMBER
    return ERROR if _ERROR.fullmatch(text) else TEXT


def column_kind(kinds: Iterable[str], share: float) -> str | None:
    """Return the kind of a column: the one that so large a share of its filled cells has, else None."""
    counts = Counter(kind for kind in kinds if kind not in (EMPTY, ERROR))
    if not counts:
        return None
    kind, most = counts.most_common(1)[0]
    return kind if most >= share * counts.total() else None
