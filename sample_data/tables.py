"""How a table becomes a CSV file: names of fields, and one way to write each kind of value."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

Row = Mapping[str, object]
"""One record; a field that is missing or None becomes an empty cell."""


def euro(cents: int) -> str:
    """Return cents as euro with a point and two decimals."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def cell(value: object) -> str:
    """Return a value as it stands in the files."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if isinstance(value, date) else str(value)


def write_table(folder: Path, name: str, rows: Iterable[Row]) -> None:
    """Write one table; its header holds every field that any row has, in the order of appearance."""
    records = [{field: cell(value) for field, value in row.items()} for row in rows]
    fields = list(dict.fromkeys(field for record in records for field in record))
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)
