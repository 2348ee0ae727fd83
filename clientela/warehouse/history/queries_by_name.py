"""The queries of this folder, by name."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files


@cache
def query(name: str) -> str:
    """Return the text of a query, without the comment above it."""
    folder = files("clientela.warehouse") / "history" / "queries"
    text = (folder / f"{name}.sql").read_text(encoding="utf-8")
    return re.sub(r"\A/\*.*?\*/\s*", "", text, flags=re.S)
