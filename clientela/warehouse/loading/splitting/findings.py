"""What is said of how a text was read: the encoding with samples, and every damaged letter."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clientela.i18n import gettext as _
from clientela.warehouse.loading.splitting import encoding as why
from clientela.warehouse.loading.splitting.dialect import Dialect
from clientela.warehouse.loading.splitting.encoding import Encoding
from clientela.warehouse.loading.splitting.records import physical_lines, text_of

DAMAGE: Final = "\ufffd"
"""Stands where a letter cannot be read."""

LISTED: Final = 20
"""Damaged cells that are listed one by one."""

_NAMES: Final = {
    "cp1252": "Windows 1252",
    "cp850": "DOS 850",
    "cp437": "DOS 437",
    "mac-roman": "Mac Roman",
    "utf-8": "UTF-8",
}


@dataclass(frozen=True)
class Damage:
    """A cell with letters that cannot be read."""

    line: int
    """Physical line of the file, from 1."""

    column: str
    """Empty where the line cannot be cut by itself."""

    text: str


def damaged_cells(path: Path, dialect: Dialect, most: int = LISTED) -> tuple[list[Damage], int]:
    """Return the damaged cells of a file as far as they are listed, and how many there are.

    Args:
        path: the file, as UTF-8.
        dialect: how it is written.
        most: how many are listed.
    """
    mark = DAMAGE.encode()
    listed: list[Damage] = []
    count = 0
    with path.open("rb") as file:
        for number, line in enumerate(physical_lines(file, dialect.line_end), 1):
            if mark not in line:
                continue
            for column, cell in _cells(text_of(line), dialect):
                if DAMAGE in cell:
                    count += 1
                    if len(listed) < most:
                        listed.append(Damage(number, column, cell.strip()[:80]))
    return listed, count


def _cells(text: str, dialect: Dialect) -> list[tuple[str, str]]:
    """Return the cells of a line with the names of their columns; the whole line where it is no record."""
    cells = dialect.signs.cells(text)
    if not cells or len(cells) > len(dialect.headers):
        return [("", text)]
    return list(zip(dialect.headers, cells, strict=False))


def encoding_said(encoding: Encoding) -> str:
    """Return the sentence about an encoding; empty where every letter is plain."""
    if not encoding.samples:
        return ""
    name = _NAMES.get(encoding.name, encoding.name.upper())
    samples = ", ".join(f"“{sample}”" for sample in encoding.samples)
    if encoding.why == why.LETTERS:
        return _("Read as {encoding}, by its letters: {samples}.").format(encoding=name, samples=samples)
    return _("Read as {encoding}: {samples}.").format(encoding=name, samples=samples)


def damage_said(damaged: list[Damage], count: int) -> str:
    """Return the sentence about the damaged cells; empty where there is none."""
    if not count:
        return ""
    cells = "; ".join(
        _("line {line}, {column}: “{text}”").format(line=cell.line, column=cell.column, text=cell.text)
        if cell.column
        else _("line {line}: “{text}”").format(line=cell.line, text=cell.text)
        for cell in damaged
    )
    rest = count - len(damaged)
    more = "; " + _("and {count} more").format(count=rest) if rest else ""
    return _("Letters that cannot be read: {cells}{more}.").format(cells=cells, more=more)
