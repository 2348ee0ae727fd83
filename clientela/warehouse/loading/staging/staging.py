"""Stage a file: every record once, its values typed, its faults beside them.

``stage`` is a temporary table, ``staged`` a view of it with the numbers of every record:
record_no, file_line, the bound fields, ``money`` (the shop's currency, null where there is none) and
``fault`` (each a code, a column and a value, parted by ``PART``; null where the record is sound). Where
amounts may be other money, ``foreign_code`` is its ISO code and ``money`` null.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from clientela.warehouse.input_tables import MONEY
from clientela.warehouse.loading.mapping.binding import Binding
from clientela.warehouse.loading.splitting.cells import Cells
from clientela.warehouse.loading.staging.continuing import continued
from clientela.warehouse.loading.staging.conversion import Writing, literal, quoted, simple_number, text_of
from clientela.warehouse.loading.staging.faults import Faults
from clientela.warehouse.loading.staging.fields import FAULT, PART, Fields
from clientela.warehouse.loading.staging.gift_cards import FIELD, sells_none, without_prepaid
from clientela.warehouse.loading.staging.shop_rules import ShopRules
from clientela.warehouse.loading.staging.spreadsheet_errors import mark_errors
from clientela.warehouse.loading.staging.values import Values

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["FAULT", "PART", "Staging"]


class Staging:
    """Writes the SQL that stages one file."""

    def __init__(
        self, binding: Binding, cells: Cells, writing: Writing, today: date, rules: ShopRules | None = None
    ) -> None:
        """Keep what the SQL is made of.

        Args:
            binding: the mapping, bound to the file's columns.
            cells: the records as text.
            writing: how values are written.
            today: a row dated later is a fault.
            rules: the shop's settings.
        """
        self.binding, self.cells, self.writing, self.today = binding, cells, writing, today
        self.rules = rules or ShopRules()
        self.fields = Fields(binding, cells, writing)
        self.values = Values(self.fields, self.rules)

    def run(self, db: DuckDBPyConnection) -> int:
        """Create ``stage`` and ``staged``; return how many records were read."""
        db.execute("drop view if exists temp.staged")
        db.execute(f"create or replace temp table stage as {self.sql()}")
        numbers = (
            ""
            if self.cells.numbered
            else f"rowid + 1 as record_no, rowid + {self.cells.first_line} as file_line, "
            f"{self._own_money()} as money, "
        )
        db.execute(f"create temp view staged as select {numbers}* from temp.stage")
        if self.binding.fields.get(FIELD) is not None and sells_none(db, self.binding):
            self.binding = without_prepaid(self.binding)
        mark_errors(db, self.fields)
        return int(db.execute("select count(*) from temp.stage").fetchall()[0][0])

    def sql(self) -> str:
        """Return the select: cells, then texts, then values, then faults."""
        numbers = "".join(f"{name}, " for name in self.cells.numbers)
        kept = (
            "cast(record_no as bigint) as record_no, cast(file_line as bigint) as file_line, "
            "cast(byte_start as bigint) as byte_start, cast(byte_end as bigint) as byte_end, "
            f"{self._own_money()} as money, "
            if self.cells.numbered
            else ""
        )
        everything = ", ".join(f"c{place}" for place in range(len(self.cells.headers)))
        blank = f"coalesce({everything}) is null"
        texts = f"select {numbers}{blank} as is_blank, {self._texts()} from {self.cells.relation}"
        faults = Faults(self.fields, self.today)
        if self.binding.mapping.format.continues:
            texts = continued(texts, self.fields, faults.says_total())
        values = ", ".join(f"{self.values.value(name)} as {quoted(name)}" for name in self.binding.types)
        typed = f"select *, {values}{self._foreign()} from ({self._with_numbers(texts)})"
        fields = ", ".join([*map(quoted, self.binding.types), *self.extra_columns()])
        return f"select {kept}{fields}, {faults.sql()} as fault from ({typed})"

    def _with_numbers(self, texts: str) -> str:
        """Read the numbers that are written plainly, once for all that asks for them."""
        numbers = "".join(
            f", {simple_number(self.fields.text(column), self.writing)} as {self.fields.plain(column)}"
            for column in self.values.number_columns()
        )
        return f"select *{numbers} from ({texts})" if numbers else texts

    def extra_columns(self) -> list[str]:
        """Return the staged columns beside the fields."""
        found = ["foreign_code"] if self.may_be_foreign else []
        return found + (["document_word"] if self.binding.mapping.documents else [])

    @property
    def may_be_foreign(self) -> bool:
        """Whether an amount may be other money than the shop's."""
        return bool(self.binding.table.money) and self.values.code() is not None

    def _foreign(self) -> str:
        """Return the columns that later stages ask for beside the fields."""
        found = ""
        if self.may_be_foreign:
            code, rates = str(self.values.code()), self.binding.mapping.money.rates
            for known in (self.values.own_currency, *rates):
                code = f"nullif({code}, {literal(known)})"
            found += f", {code} as foreign_code"
        if documents := self.binding.mapping.documents:
            found += f", {self.fields.text(documents.column)} as document_word"
        return found

    def _own_money(self) -> str:
        """Return a record's money where it is the shop's."""
        return (
            f"case when foreign_code is null then {self.money()} end" if self.may_be_foreign else self.money()
        )

    def money(self) -> str:
        """Return the SQL of a record's money: the table's first money field that is there, less refunds."""
        types = self.binding.types
        found = [quoted(name) for name in self.binding.table.money if name in types]
        if self.binding.table.name == "order_lines" and {"quantity", "unit_price"} <= set(types):
            found.append(f"cast(quantity * unit_price as {MONEY})")
        if not found:
            return f"cast(null as {MONEY})"
        if "refunded_amount" in types and self.binding.table.name == "orders":
            # What was given back stands in the row of the order: its money is what is left.
            return f"cast(coalesce({', '.join(found)}) - coalesce(abs(refunded_amount), 0) as {MONEY})"
        return f"coalesce({', '.join(found)})"

    def _texts(self) -> str:
        """Trim the cells that are used, each once."""
        return ", ".join(
            f"{text_of(self.binding.cell(header), tidy=self.cells.tidy)} as t{place}"
            for place, header in enumerate(self.cells.headers)
        )
