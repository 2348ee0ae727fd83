"""What all rows of a file say about its columns: read once into a table of texts, then counted in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from clientela.warehouse.loading.proposing.writings import (
    Dates,
    Numbers,
    Shape,
    dates_of,
    numbers_of,
)
from clientela.warehouse.loading.splitting.cells import Cells
from clientela.warehouse.loading.staging.conversion import literal, text_of
from clientela.warehouse.loading.staging.faults import TOTAL_ROW

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TABLE: Final = "temp.probe"
"""The texts of the records: t0, t1, …, ``is_total`` and ``record_no``."""

_SHAPES: Final = 400
"""Shapes of a column that are looked at, the most frequent first; the rest are no numbers and no dates."""


@dataclass(frozen=True)
class Word:
    """One text of a column, with the rows that hold it and their money."""

    text: str
    rows: int


class Evidence:
    """The columns of one file, counted when they are asked for."""

    def __init__(self, db: DuckDBPyConnection, cells: Cells) -> None:
        """Read the texts; ``close`` forgets them."""
        self.db, self.headers, self.typed = db, cells.headers, cells.typed
        self._columns: dict[str, Column] = {}
        places = range(len(cells.headers))
        texts = ", ".join(f"{text_of(f'c{place}', tidy=cells.tidy)} as t{place}" for place in places)
        sound = "where split_fault is null" if cells.numbers else ""
        number = "cast(record_no as bigint)" if cells.numbered else "row_number() over ()"
        everything = ", ".join(f"t{place}" for place in places)
        total = literal(TOTAL_ROW.replace("(?i)", "(?im)"))
        db.execute(
            f"""
            create or replace temp table probe as
            select *, regexp_matches(concat_ws('\n', {everything}), {total}) as is_total
            from (select {number} as record_no, {texts} from {cells.relation} {sound})
            """
        )

    def close(self) -> None:
        """Forget the texts."""
        self.db.execute(f"drop table if exists {TABLE}")

    def cell(self, header: str) -> str:
        """Return the name of a column's texts."""
        return f"t{self.headers.index(header)}"

    def column(self, header: str) -> Column:
        """Return what is known of a column."""
        if header not in self._columns:
            self._columns[header] = Column(self.db, header, self.cell(header))
        return self._columns[header]

    def one(self, sql: str) -> tuple[Any, ...]:
        """Return the one row of a select."""
        row: tuple[Any, ...] = self.db.execute(sql).fetchall()[0]
        return row

    def numbers(self, sql: str) -> tuple[int, ...]:
        """Return the one row of a select of whole numbers; nothing counts 0."""
        return tuple(int(value or 0) for value in self.one(sql))

    def count(self, where: str) -> int:
        """Return how many rows fulfil a condition."""
        return self.numbers(f"select count(*) from {TABLE} where {where}")[0]

    @cached_property
    def whole_row(self) -> str:
        """SQL of all texts of a row as one."""
        return " || chr(31) || ".join(f"coalesce({self.cell(header)}, '')" for header in self.headers)

    @cached_property
    def rows(self) -> int:
        """Rows that are no totals."""
        return self.count("not is_total")


class Column:
    """What the cells of one column say; rows of totals are left out."""

    def __init__(self, db: DuckDBPyConnection, header: str, cell: str) -> None:
        """Keep where it stands."""
        self.db, self.header, self.cell = db, header, cell

    @cached_property
    def filled(self) -> int:
        """Rows with a text."""
        return int(self._select(f"count({self.cell})")[0][0])

    @cached_property
    def distinct(self) -> int:
        """How many texts there are."""
        return int(self._select(f"count(distinct {self.cell})")[0][0])

    @cached_property
    def samples(self) -> tuple[str, ...]:
        """Two texts of the column, the first and another one."""
        sql = f"first({self.cell} order by record_no), max({self.cell})"
        (found,) = self._select(sql, f"{self.cell} is not null")
        return tuple(dict.fromkeys(str(text) for text in found if text is not None))

    @cached_property
    def shapes(self) -> list[Shape]:
        """What the cells look like, the most frequent first."""
        shape = f"translate(left({self.cell}, 40), '0123456789', '9999999999')"
        zero = rf"regexp_matches({self.cell}, '^\D*0[.,]\d')"
        found = self._select(
            f"{shape}, {zero}, count(*), min({self.cell})",
            f"{self.cell} is not null group by 1, 2 order by 3 desc, 1, 2 limit {_SHAPES}",
        )
        shapes = [Shape(text, rows, sample, is_zero) for text, is_zero, rows, sample in found]
        left = self.filled - sum(shape.rows for shape in shapes)
        return [*shapes, *([Shape("…", left, "…")] if left > 0 else [])]

    @cached_property
    def numbers(self) -> Numbers:
        """The column read as numbers."""
        return numbers_of(self.shapes)

    @cached_property
    def dates(self) -> Dates:
        """The column read as dates."""
        parts = [
            f"max(try_cast(regexp_extract({self.cell}, {literal(pattern)}, 1) as integer))"
            for pattern in (
                r"^(\d{1,2})[/.\-]\d{1,2}[/.\-]\d{2,4}",
                r"^\d{1,2}[/.\-](\d{1,2})[/.\-]\d{2,4}",
            )
        ]
        ((first, second),) = self._select(", ".join(parts))
        return dates_of(self.shapes, (first or 0, second or 0))

    def words(self, limit: int = 60) -> list[Word]:
        """Return the most frequent texts."""
        found = self._select(
            f"{self.cell}, count(*)",
            f"{self.cell} is not null group by 1 order by 2 desc, 1 limit {limit}",
        )
        return [Word(str(text), rows) for text, rows in found]

    def _select(self, what: str, where: str = "true") -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self.db.execute(
            f"select {what} from {TABLE} where not is_total and {where}"
        ).fetchall()
        return rows
