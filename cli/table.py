"""Rows as a plain table: numbers to the right, no wider than the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import click

GAP: Final = "  "
NARROWEST: Final = 8
"""Characters below which no text column is shortened."""

ROOM_FOR_SENTENCE: Final = 40
"""Characters that a closing sentence needs beside its row; with less it goes underneath."""

Colour = tuple[int, int, int] | None


@dataclass(frozen=True)
class Heading:
    """How one column is laid out."""

    title: str
    is_number: bool = False
    """Set to the right and never shortened."""

    is_sentence: bool = False
    """The last column, a sentence: wrapped where there is no room for it."""


Cell = tuple[str, Colour]
"""What is shown and in which colour; None for none."""


def lay_out(headings: Sequence[Heading], rows: Sequence[Sequence[Cell]], width: int | None) -> str:
    """Return the table.

    Args:
        headings: one a column.
        rows: the cells, one a column.
        width: characters of the terminal; None for a pipe or a file, where nothing is shortened.
    """
    widths = [
        max([len(heading.title), *(len(row[place][0]) for row in rows)])
        for place, heading in enumerate(headings)
    ]
    if width is None or _total(widths) <= width:
        return _lines(headings, rows, widths)
    if headings[-1].is_sentence:
        return _with_sentences(headings, rows, widths, width)
    _shrink(headings, widths, width)
    return _lines(headings, rows, widths) if _total(widths) <= width else _as_records(headings, rows)


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _shrink(headings: Sequence[Heading], widths: list[int], width: int) -> None:
    """Take characters from the widest text columns until the table fits, or nothing is left to take."""
    texts = [place for place, heading in enumerate(headings) if not heading.is_number]
    while _total(widths) > width:
        widest = max(texts, key=lambda place: widths[place], default=None)
        if widest is None or widths[widest] <= NARROWEST:
            return
        widths[widest] -= 1


def _with_sentences(
    headings: Sequence[Heading], rows: Sequence[Sequence[Cell]], widths: list[int], width: int
) -> str:
    """Wrap the closing sentences: beside their rows where there is room, else underneath."""
    others, beside = headings[:-1], widths[:-1]
    room = width - _total(beside) - len(GAP)
    indent = _total(beside) + len(GAP)
    is_underneath = room < ROOM_FOR_SENTENCE
    if is_underneath:
        _shrink(others, beside, width)
        room, indent = width - 4, 4
    titles = "" if is_underneath else GAP + click.style(headings[-1].title, bold=True)
    blocks = [_titles(others, beside) + titles]
    for row in rows:
        first = _line(others, row[:-1], beside)
        told = textwrap.wrap(row[-1][0], room) or [""]
        if not is_underneath:
            first = f"{first}{GAP}{told.pop(0)}"
        blocks += [first.rstrip(), *(" " * indent + line for line in told if line)]
    return "\n".join(blocks)


def _lines(headings: Sequence[Heading], rows: Sequence[Sequence[Cell]], widths: Sequence[int]) -> str:
    lines = [_titles(headings, widths), *(_line(headings, row, widths) for row in rows)]
    return "\n".join(line.rstrip() for line in lines)


def _as_records(headings: Sequence[Heading], rows: Sequence[Sequence[Cell]]) -> str:
    """Write one line a cell, for a table that no terminal holds."""
    widest = max(len(heading.title) for heading in headings)
    records = [
        "\n".join(
            f"{click.style(heading.title.ljust(widest), bold=True)}{GAP}{text}"
            for heading, (text, _colour) in zip(headings, row, strict=True)
        )
        for row in rows
    ]
    return "\n\n".join(records)


def _titles(headings: Sequence[Heading], widths: Sequence[int]) -> str:
    cells = (
        click.style(_fitted(heading.title, heading, width), bold=True)
        for heading, width in zip(headings, widths, strict=True)
    )
    return GAP.join(cells)


def _line(headings: Sequence[Heading], row: Sequence[Cell], widths: Sequence[int]) -> str:
    cells = (
        click.style(_fitted(text, heading, width), fg=colour) if colour else _fitted(text, heading, width)
        for heading, (text, colour), width in zip(headings, row, widths, strict=True)
    )
    return GAP.join(cells)


def _fitted(text: str, heading: Heading, width: int) -> str:
    """Fill or shorten a cell to its column."""
    if len(text) > width and not heading.is_number:
        text = text[: width - 1] + "…"
    return text.rjust(width) if heading.is_number else text.ljust(width)
