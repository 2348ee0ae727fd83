"""The fields of one file as SQL: the text that stands in the file, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from clientela.warehouse.input_tables import TEXT
from clientela.warehouse.loading.mapping.binding import Binding
from clientela.warehouse.loading.mapping.expressions import Expression
from clientela.warehouse.loading.mapping.mapping import Constant, Joined
from clientela.warehouse.loading.splitting.cells import Cells
from clientela.warehouse.loading.staging.conversion import Writing, among, exact_number, literal
from clientela.warehouse.loading.staging.known_words import error_cells
from clientela.warehouse.loading.staging.zones import zone_named

PART: Final = "\x1f"
"""Parts the code, the column and the value of a fault; it stands in no text."""

FAULT: Final = "\x1e"
"""Parts the faults of a record."""


@dataclass(frozen=True)
class Fields:
    """A binding over staged cells."""

    binding: Binding
    cells: Cells
    writing: Writing

    def text(self, header: str) -> str:
        """Return the name of a column's trimmed text."""
        return f"t{self.cells.headers.index(header)}"

    def whole_text(self, value: Expression | Joined) -> str | None:
        """Return the SQL of the one text that a field is read from; None where it is computed."""
        if isinstance(value, Joined):
            texts = ", ".join(self.text(column) for column in value.columns)
            return f"nullif(concat_ws({literal(value.separator)}, {texts}), '')"
        return self.text(value.single) if value.single else None

    def source_text(self, name: str) -> str:
        """Return the SQL of what the file says for a field, before it is read."""
        value = self.binding.expressions[name]
        if isinstance(value, Constant):
            return literal(value.value)
        return "coalesce(" + ", ".join(self.text(column) for column in value.columns) + ")"

    def columns(self, name: str) -> list[str]:
        """Return the file's columns behind a field."""
        value = self.binding.expressions[name]
        return [] if isinstance(value, Constant) else list(value.columns)

    def column(self, name: str) -> str:
        """Return the file's column behind a field, the first of several."""
        if name == "status" and self.binding.mapping.status:
            return self.binding.mapping.status.column
        return next(iter(self.columns(name)), name)

    def mapped_columns(self) -> list[str]:
        """Return every column that the mapping reads, each once."""
        mapping = self.binding.mapping
        found = [column for name in self.binding.types for column in self.columns(name)]
        parts = (mapping.sign, mapping.status, mapping.set_aside, mapping.documents)
        found += [part.column for part in parts if part]
        return [column for column in dict.fromkeys(found) if column in self.cells.headers]

    def is_word(self, column: str, words: tuple[str, ...]) -> str:
        """Return whether a column holds one of the words, whatever their case."""
        listed = [word.strip().lower() for word in words]
        return f"coalesce({among(f'lower({self.text(column)})', listed)}, false)"

    def number(self, column: str) -> str:
        """Return the SQL of a column's number; what is written plainly was read in a layer of its own."""
        exact = exact_number(self.text(column), self.writing)
        return f"coalesce({self.plain(column)}, {exact})"

    def plain(self, column: str) -> str:
        """Return the name of the number of a column where it is written plainly."""
        return f"n{self.cells.headers.index(column)}"

    def is_error(self, column: str) -> str:
        """Return whether a spreadsheet has written an error into a column; the first sign decides nearly all.

        A case and not an ``and``: of that, every part is computed for every row.
        """
        text = self.text(column)
        begins = f"prefix({text}, '#') or prefix({text}, 'Err:')"
        return f"case when {begins} then {among(f'upper({text})', error_cells())} else false end"

    def said(self, code: str, column: str, *, or_error: bool = False) -> str:
        """Return a fault with the column's name and what stands there.

        Args:
            code: what is wrong.
            column: of the file.
            or_error: whether the cell may hold what a spreadsheet writes where a formula failed.
        """
        value = f"left({self.text(column)}, 200)" if column in self.cells.headers else "''"
        start = literal(code + PART + column + PART)
        if or_error and column in self.cells.headers:
            error = literal("spreadsheet_error" + PART + column + PART)
            start = f"case when {self.is_error(column)} then {error} else {start} end"
        return f"{start} || coalesce({value}, '')"

    def writing_of(self, name: str) -> Writing:
        """Return how a field's column is written: a heading may name its time zone."""
        if self.writing.zone is not None:
            return self.writing
        zones = [zone for column in self.columns(name) if (zone := zone_named(column))]
        return replace(self.writing, zone=zones[0]) if zones else self.writing

    def texts(self) -> list[str]:
        """Return the text fields."""
        return [name for name, kind in self.binding.types.items() if kind == TEXT]
