"""Rows to standard output: table, JSON, CSV, Markdown or a workbook."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import click

from clientela.cli.table import Colour, Heading, lay_out
from clientela.money import money_text
from clientela.terms import category_name

COLOURS: Final = {
    "potential": (102, 112, 133),
    "prospect": (14, 116, 144),
    "lost": (179, 71, 10),
    "referral": (122, 63, 176),
    "buyer": (47, 116, 192),
    "customer": (18, 69, 122),
    "fan": (161, 98, 7),
}
"""The categories' colours, the same on paper and on a terminal."""

RISKY_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""First characters that a spreadsheet would run as a formula."""


@dataclass(frozen=True)
class Column:
    """One column of an answer."""

    key: str
    """Its name in CSV and JSON."""

    title: str
    """Its heading in a table."""

    kind: str = "text"
    """text, category, count, money, share, days, change (with its sign), date,
    number, cell (text set to the right), or sentence (the last column, wrapped on a screen)."""


def _plain(value: Any, kind: str) -> str:
    """Return a value as a machine reads it."""
    if value is None:
        return ""
    if kind == "money":
        return money_text(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list):
        return "|".join(map(str, value))
    return str(value)


def _shown(value: Any, kind: str) -> str:
    """Return a value as a person reads it, in the language in use."""
    if value is None:
        return ""
    from clientela.templates import filters

    if kind == "money":
        return filters.money(value, currency())
    if kind == "share":
        return filters.share_in_column(value)
    if kind == "date":
        return filters.short_day(value)
    if kind in ("count", "days"):
        return filters.count(value)
    if kind == "change":
        return filters.signed(value)
    if kind == "category":
        return category_name(str(value))
    if isinstance(value, float):
        return str(round(value, 4))
    return " ".join(_plain(value, kind).split())


def currency() -> str:
    """Return the shop's currency, euro where no shop is open."""
    context = click.get_current_context(silent=True)
    return str(context.meta.get("clientela.currency", "EUR")) if context else "EUR"


def guard(text: str) -> str:
    """Keep a spreadsheet from running imported text as a formula."""
    return f"'{text}" if text.startswith(RISKY_STARTS) else text


def _number_like(column: Column) -> bool:
    return column.kind in ("count", "money", "share", "days", "number", "change", "cell")


def _table(columns: Sequence[Column], rows: Sequence[dict[str, Any]]) -> str:
    """Lay out rows: as wide as the terminal and in colour there, in full and plain elsewhere."""
    is_screen = sys.stdout.isatty()
    has_colour = is_screen and not os.environ.get("NO_COLOR")
    headings = [Heading(c.title, _number_like(c), c.kind == "sentence") for c in columns]
    cells = [
        [(_shown(row.get(c.key), c.kind), _colour(row, c) if has_colour else None) for c in columns]
        for row in rows
    ]
    text = lay_out(headings, cells, shutil.get_terminal_size().columns if is_screen else None)
    lines = (text if has_colour else click.unstyle(text)).splitlines()
    return "\n".join(line.rstrip() for line in lines)


def _colour(row: dict[str, Any], column: Column) -> Colour:
    return COLOURS.get(str(row.get(column.key))) if column.kind == "category" else None


def _markdown(columns: Sequence[Column], rows: Sequence[dict[str, Any]]) -> str:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    rule = ["---:" if _number_like(column) else "---" for column in columns]
    body = [line([_shown(row.get(c.key), c.kind) for c in columns]) for row in rows]
    return "\n".join([line([c.title for c in columns]), line(rule), *body])


def _csv(columns: Sequence[Column], rows: Sequence[dict[str, Any]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([column.key for column in columns])
    for row in rows:
        cells = [(_plain(row.get(c.key), c.kind), c) for c in columns]
        writer.writerow([text if _number_like(c) else guard(text) for text, c in cells])
    return buffer.getvalue().rstrip("\n")


def _workbook(columns: Sequence[Column], rows: Sequence[dict[str, Any]]) -> bytes:
    """Return an .xlsx file; text is never a formula."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("clientela")
    bold = book.add_format({"bold": True})
    money = book.add_format({"num_format": "#,##0.00"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.title, bold)
        for number, row in enumerate(rows, start=1):
            value = row.get(column.key)
            if value is None:
                continue
            if column.kind == "money":
                sheet.write_number(number, place, float(value), money)
            elif isinstance(value, bool) or not isinstance(value, int | float | Decimal | date):
                sheet.write_string(number, place, _plain(value, column.kind))
            elif isinstance(value, date):
                sheet.write_datetime(number, place, value, day)
            else:
                sheet.write_number(number, place, float(value))
    sheet.freeze_panes(1, 0)
    sheet.autofit()
    book.close()
    return buffer.getvalue()


def emit(text: str) -> None:
    """Write text to standard output, in UTF-8 wherever it is not a screen."""
    click.echo(text if sys.stdout.isatty() else text.encode())


def _json_default(value: Any) -> Any:
    if isinstance(value, Decimal):
        return money_text(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def write_json(payload: dict[str, Any]) -> None:
    """Write one JSON object."""
    emit(json.dumps(payload, ensure_ascii=False, indent=2, default=_json_default))


def write(
    columns: Sequence[Column],
    rows: Sequence[dict[str, Any]],
    output_format: str,
    payload: dict[str, Any] | None = None,
) -> None:
    """Write rows to standard output.

    Args:
        columns: what to show, in order.
        rows: one dictionary a row.
        output_format: table, json, csv, md or xlsx.
        payload: the JSON object of the command's contract; the rows alone where there is none.
    """
    if output_format == "json":
        write_json(payload if payload is not None else {"rows": list(rows)})
    elif output_format == "csv":
        emit(_csv(columns, rows))
    elif output_format == "md":
        emit(_markdown(columns, rows))
    elif output_format == "xlsx":
        click.echo(_workbook(columns, rows), nl=False)
    else:
        emit(_table(columns, rows))
