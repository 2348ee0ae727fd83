"""Stage a file: every record once, its values typed, its first fault beside them.

``stage`` is a temporary table, ``staged`` a view of it with the numbers of every record:
record_no, file_line, the bound fields, ``money`` (euro, null where there is none) and ``fault``
(code, column and value, parted by ``PART``; null where the record is sound).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from clientela.warehouse.input_tables import COUNT, DAY, FLAG, INSTANT, MONEY, NUMBER, PERSON_KEYS, TEXT
from clientela.warehouse.loading.mapping.binding import Binding
from clientela.warehouse.loading.mapping.expressions import Expression
from clientela.warehouse.loading.mapping.mapping import MEANINGS, Constant, Joined
from clientela.warehouse.loading.splitting.cells import Cells
from clientela.warehouse.loading.staging.conversion import (
    Writing,
    literal,
    number_of,
    quoted,
    text_of,
    value_of,
)
from clientela.warehouse.loading.staging.keys import KEY_FORMS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PART: Final = "\x1f"
"""Parts the code, the column and the value of a fault; it stands in no text."""

TOTAL_ROW: Final = r"(?i)^\s*(totale|totali|total|totals|grand total|sub-?totale?|somma|stampato)\b.*"


class Staging:
    """Writes the SQL that stages one file."""

    def __init__(self, binding: Binding, cells: Cells, writing: Writing, today: date) -> None:
        """Keep what the SQL is made of.

        Args:
            binding: the mapping, bound to the file's columns.
            cells: the records as text.
            writing: how values are written.
            today: a row dated later is a fault.
        """
        self.binding, self.cells, self.writing, self.today = binding, cells, writing, today

    def run(self, db: DuckDBPyConnection) -> int:
        """Create ``stage`` and ``staged``; return how many records were read."""
        db.execute("drop view if exists temp.staged")
        db.execute(f"create or replace temp table stage as {self.sql()}")
        numbers = (
            ""
            if self.cells.numbered
            else f"rowid + 1 as record_no, rowid + {self.cells.first_line} as file_line, "
            f"{self.money()} as money, "
        )
        db.execute(f"create temp view staged as select {numbers}* from temp.stage")
        return int(db.execute("select count(*) from temp.stage").fetchall()[0][0])

    def sql(self) -> str:
        """Return the select: cells, then texts, then values, then faults."""
        numbers = "".join(f"{name}, " for name in self.cells.numbers)
        kept = (
            "cast(record_no as bigint) as record_no, cast(file_line as bigint) as file_line, "
            "cast(byte_start as bigint) as byte_start, cast(byte_end as bigint) as byte_end, "
            f"{self.money()} as money, "
            if self.cells.numbered
            else ""
        )
        everything = ", ".join(f"c{place}" for place in range(len(self.cells.headers)))
        blank = f"coalesce({everything}) is null"
        texts = f"select {numbers}{blank} as is_blank, {self._texts()} from {self.cells.relation}"
        values = ", ".join(f"{self._value(name)} as {quoted(name)}" for name in self.binding.types)
        typed = f"select *, {values} from ({texts})"
        fields = ", ".join(quoted(name) for name in self.binding.types)
        return f"select {kept}{fields}, {self._fault()} as fault from ({typed})"

    def money(self) -> str:
        """Return the SQL of a record's euro: the table's first money field that is there."""
        types = self.binding.types
        found = [quoted(name) for name in self.binding.table.money if name in types]
        if self.binding.table.name == "order_lines" and {"quantity", "unit_price"} <= set(types):
            found.append(f"cast(quantity * unit_price as {MONEY})")
        return f"coalesce({', '.join(found)})" if found else f"cast(null as {MONEY})"

    def _texts(self) -> str:
        """Trim the cells that are used, each once."""
        return ", ".join(
            f"{text_of(self.binding.cell(header), tidy=self.cells.tidy)} as t{place}"
            for place, header in enumerate(self.cells.headers)
        )

    def _text(self, header: str) -> str:
        """Return the name of a column's trimmed text."""
        return f"t{self.cells.headers.index(header)}"

    def _value(self, name: str) -> str:
        """Return the SQL of one field."""
        kind = self.binding.types[name]
        value = self.binding.expressions[name]
        if isinstance(value, Constant):
            sql = value_of(literal(value.value), kind, Writing((), ".", None, self.writing.timezone))
        elif isinstance(value, Joined) or value.single:
            sql = value_of(str(self._whole_text(value)), kind, self.writing)
        else:
            sql = f"try_cast({self._computed(value)} as {kind})"
        if name == "status" and self.binding.mapping.status:
            return self._status()
        if name in self.binding.table.choices and kind == TEXT:
            sql = f"lower({sql})"
        if name in KEY_FORMS:
            return KEY_FORMS[name](sql)
        if kind == MONEY and self.binding.mapping.sign and kind != TEXT and name != "unit_price":
            sign = self.binding.mapping.sign
            return f"case when {self._is_word(sign.column, sign.values)} then -abs({sql}) else {sql} end"
        return sql

    def _whole_text(self, value: Expression | Joined) -> str | None:
        """Return the SQL of the one text that a field is read from; None where it is computed."""
        if isinstance(value, Joined):
            texts = ", ".join(self._text(column) for column in value.columns)
            return f"nullif(concat_ws({literal(value.separator)}, {texts}), '')"
        return self._text(value.single) if value.single else None

    def _computed(self, expression: Expression) -> str:
        """Return the sum of the products; an empty term counts 0 unless all are empty."""
        terms: list[tuple[str, list[str]]] = [("+", [])]
        for kind, text in expression.parts:
            if kind == "sign" and text in "+-":
                terms.append((text, [])) if terms[-1][1] else terms.__setitem__(-1, (text, []))
            elif kind == "column":
                terms[-1][1].append(number_of(self._text(text), self.writing))
            elif kind == "number":
                terms[-1][1].append(f"cast({text} as {MONEY})")
        products = [(sign, _product(factors)) for sign, factors in terms]
        if len(products) == 1:
            return f"{'-' if products[0][0] == '-' else ''}({products[0][1]})"
        total = " ".join(f"{sign} coalesce({product}, 0)" for sign, product in products)
        any_value = ", ".join(product for _sign, product in products)
        return f"case when coalesce({any_value}) is not null then 0 {total} end"

    def _status(self) -> str:
        """Return the status that the words of the file stand for; null where the word is unknown."""
        status = self.binding.mapping.status
        assert status is not None
        cases = " ".join(
            f"when {self._is_word(status.column, words)} then {literal(MEANINGS[meaning])}"
            for meaning, words in status.words.items()
        )
        others = (
            ""
            if "counts" in status.words
            else f"when {self._text(status.column)} is not null then 'completed'"
        )
        return f"case {cases} {others} end"

    def _is_word(self, column: str, words: tuple[str, ...]) -> str:
        """Return whether a column holds one of the words, whatever their case."""
        listed = ", ".join(literal(word.strip().lower()) for word in words) or "null"
        return f"coalesce(lower({self._text(column)}) in ({listed}), false)"

    def _fault(self) -> str:
        """Return the first fault of a record, what is left out before what is wrong."""
        cases = (
            self._split_faults() + self._left_out() + self._missing() + self._unreadable() + self._future()
        )
        return "case " + " ".join(f"when {test} then {fault}" for test, fault in cases) + " end"

    def _split_faults(self) -> list[tuple[str, str]]:
        found = [("split_fault is not null", f"split_fault || '{PART}{PART}'")] if self.cells.numbers else []
        return [*found, ("is_blank", f"'blank_line{PART}{PART}'")]

    def _left_out(self) -> list[tuple[str, str]]:
        """Rows that the mapping leaves out, and totals: no date, and a cell that says so."""
        found = []
        words = self.binding.mapping.set_aside
        if words and words.coded:
            reason = self._text(words.column)
            found.append((f"{reason} is not null", f"{reason} || '{PART}{PART}'"))
        elif words:
            found.append((self._is_word(words.column, words.values), self._said("left_out", words.column)))
        status = self.binding.mapping.status
        if status and "set_aside" in status.words:
            test = self._is_word(status.column, status.words["set_aside"])
            found.append((test, self._said("left_out", status.column)))
        event = self.binding.table.event
        if event in self.binding.types:
            texts = ", ".join(self._text(header) for header in self.cells.headers)
            says = f"regexp_matches(concat_ws('\n', {texts}), {literal(TOTAL_ROW.replace('(?i)', '(?im)'))})"
            found.append((f"{quoted(str(event))} is null and {says}", f"'total_row{PART}{PART}'"))
        return found

    def _missing(self) -> list[tuple[str, str]]:
        """Mandatory fields without a text; several in a group stand in for one another."""
        found = []
        groups = list(self.binding.table.mandatory)
        if self.binding.mapping.rows == "line":
            groups.append(("order_id",))
        for group in groups:
            bound = [name for name in group if name in self.binding.types]
            empty = " and ".join(f"{self._source_text(name)} is null" for name in bound)
            column = self._column(bound[0])
            found.append(
                (
                    empty,
                    f"'{missing_code(bound[0], self._kind(bound[0]))}' || {literal(PART + column + PART)}",
                )
            )
        return found

    def _unreadable(self) -> list[tuple[str, str]]:
        """Fields that have a text and no value."""
        found = []
        for name, kind in self.binding.types.items():
            value = self.binding.expressions[name]
            if isinstance(value, Constant):
                continue
            code = unreadable_code(name, kind)
            if name == "status" and self.binding.mapping.status:
                text = self._text(self.binding.mapping.status.column)
                found.append((f"{text} is not null and status is null", self._said(code, self._column(name))))
            elif name in self.binding.table.choices:
                allowed = ", ".join(map(literal, self.binding.table.choices[name]))
                found.append(
                    (f"{quoted(name)} not in ({allowed})", self._said("unknown_word", self._column(name)))
                )
            elif isinstance(value, Expression) and not value.single:
                for column in dict.fromkeys(value.columns):
                    number = number_of(self._text(column), self.writing)
                    test = f"{self._text(column)} is not null and {number} is null"
                    found.append((test, self._said(code, column)))
            elif kind != TEXT:
                test = f"{quoted(name)} is null and {self._whole_text(value)} is not null"
                found.append((test, self._said(code, value.columns[0])))
        return found

    def _future(self) -> list[tuple[str, str]]:
        """The event after today; today counts to its last second."""
        event = self.binding.table.event
        if not event or event not in self.binding.types:
            return []
        tomorrow = self.today + timedelta(days=1)
        return [
            (f"{quoted(event)} >= timestamp '{tomorrow}'", self._said("future_date", self._column(event)))
        ]

    def _said(self, code: str, column: str) -> str:
        """Return a fault with the column's name and what stands there."""
        value = f"left({self._text(column)}, 200)" if column in self.cells.headers else "''"
        return f"{literal(code + PART + column + PART)} || coalesce({value}, '')"

    def _source_text(self, name: str) -> str:
        """Return the SQL of what the file says for a field, before it is read."""
        value = self.binding.expressions[name]
        if isinstance(value, Constant):
            return literal(value.value)
        return "coalesce(" + ", ".join(self._text(column) for column in value.columns) + ")"

    def _column(self, name: str) -> str:
        """Return the file's column behind a field."""
        if name == "status" and self.binding.mapping.status:
            return self.binding.mapping.status.column
        value = self.binding.expressions[name]
        return value.columns[0] if not isinstance(value, Constant) and value.columns else name

    def _kind(self, name: str) -> str:
        return self.binding.types[name]


def _product(factors: list[str]) -> str:
    """Multiply from the left, kept at four decimals so that any number of factors fits."""
    product = factors[0]
    for factor in factors[1:]:
        product = f"try_cast({product} * {factor} as {MONEY})"
    return product


def missing_code(name: str, kind: str) -> str:
    """Return the fault of a mandatory field that is empty."""
    if kind in (DAY, INSTANT):
        return "missing_date"
    if name in PERSON_KEYS:
        return "missing_person"
    return "missing_amount" if kind in (MONEY, NUMBER) else "missing_value"


def unreadable_code(name: str, kind: str) -> str:
    """Return the fault of a field whose text is not a value."""
    if kind in (DAY, INSTANT):
        return "unreadable_date"
    if kind in (FLAG, TEXT):
        return "unknown_word"
    return "unreadable_number" if kind == COUNT or name in ("minutes", "points") else "unreadable_amount"
