"""A field's expression: one column, or columns computed with + − ×."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(
    r"\s*(?:`(?P<quoted>[^`]+)`|(?P<number>\d+(?:\.\d+)?)(?![^\s+*×−-])|(?P<sign>[+*×−-])|(?P<name>[^\s`+*×−-]+))"
)


@dataclass(frozen=True)
class Expression:
    """Columns, numbers and signs, in the order written."""

    parts: tuple[tuple[str, str], ...]
    """``("column", name)``, ``("number", text)`` or ``("sign", one of + - *)``."""

    @property
    def columns(self) -> list[str]:
        """The column names, as written."""
        return [text for kind, text in self.parts if kind == "column"]

    @property
    def single(self) -> str | None:
        """The column, where there is nothing to compute."""
        return self.parts[0][1] if len(self.parts) == 1 and self.parts[0][0] == "column" else None


def parse(text: str, headers: list[str]) -> Expression | None:
    """Read an expression; a text that is itself a header is that column.

    Returns:
        None where the text is neither a header nor an expression (names with spaces need backquotes).
    """
    if text in headers:
        return Expression((("column", text),))
    folded = {header.strip().lower(): header for header in headers}
    if text.strip().lower() in folded:
        return Expression((("column", folded[text.strip().lower()]),))
    parts: list[tuple[str, str]] = []
    position = 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match:
            return None
        parts.append(_part(match))
        position = match.end()
    return Expression(tuple(parts)) if _well_formed(parts) else None


def _part(match: re.Match[str]) -> tuple[str, str]:
    """Name what one token is."""
    if match["sign"]:
        return "sign", {"×": "*", "−": "-"}.get(match["sign"], match["sign"])
    if match["number"]:
        return "number", match["number"]
    return "column", match["quoted"] or match["name"]


def _well_formed(parts: list[tuple[str, str]]) -> bool:
    """Values and signs take turns; a leading minus is allowed."""
    kinds = [kind == "sign" for kind, _text in parts]
    if parts and parts[0] == ("sign", "-"):
        kinds = kinds[1:]
    return len(kinds) % 2 == 1 and all(sign == bool(place % 2) for place, sign in enumerate(kinds))
