"""What becomes of each record that is not simply new: the table ``verdicts``, one row a record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from clientela.warehouse.input_tables import PERSON_KEYS
from clientela.warehouse.loading.mapping.binding import Binding
from clientela.warehouse.loading.staging.conversion import quoted
from clientela.warehouse.loading.staging.fields import FAULT, PART

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SET_ASIDE: Final = (
    "blank_line",
    "repeated_header",
    "total_row",
    "left_out",
    "asset_sale",
    "self_invoice",
    "purchase",
    "refused_by_tax_office",
    "same_document",
    "seller_unknown",
    "unknown_document_type",
    "number_format_to_ask",
    "date_order_to_ask",
    "total_or_line_to_ask",
    "before_invoice",
    "nothing_said",
    "all_say_yes",
    "list_import",
    "state_unknown",
)
"""Faults that are no fault of the data."""

ACCEPTED: Final = "(select * from temp.staged anti join temp.verdicts using (record_no))"
"""The records without a verdict so far."""


def start(db: DuckDBPyConnection, binding: Binding) -> None:
    """Create the table from the faults that staging found."""
    words = ", ".join(f"'{code}'" for code in SET_ASIDE)
    db.execute(
        f"""
        create or replace temp table verdicts as
        select
            record_no,
            case when code in ({words}) then 'set_aside' else 'quarantined' end as disposition,
            code,
            nullif(split_part(fault, '{PART}', 2), '') as column_name,
            nullif(split_part(fault, '{PART}', 3), '') as value
        from (
            select record_no, split_part(fault, '{FAULT}', 1) as fault, split_part(fault, '{PART}', 1) as code
            from temp.staged where fault is not null
        )
        """
    )
    _running_totals(db, binding)


def add(db: DuckDBPyConnection, disposition: str, code: str, records: str) -> None:
    """Give a verdict on the records that a select returns as ``record_no, column_name, value``."""
    db.execute(
        f"insert into temp.verdicts "
        f"select record_no, '{disposition}', '{code}', column_name, value from ({records})"
    )


def wait(db: DuckDBPyConnection, questions: Iterable[str]) -> None:
    """Give every sound record the fault of a question about the whole file; before ``start``."""
    for code in questions:
        db.execute(f"update temp.stage set fault = '{code}_to_ask{PART}{PART}' where fault is null")


def spread(db: DuckDBPyConnection, code: str) -> None:
    """Set aside the other lines of a document of which one is: it is whole or not there."""
    disposed = f"select record_no, column_name, value from temp.verdicts where code = '{code}'"
    db.execute(
        f"""
        insert into temp.verdicts
        select a.record_no, 'set_aside', '{code}', o.column_name, o.value
        from {ACCEPTED} a
        join (
            select s.order_id, min(v.column_name) as column_name, min(v.value) as value
            from ({disposed}) v join temp.staged s using (record_no)
            where s.order_id is not null group by s.order_id
        ) o using (order_id)
        """
    )


def none_yet(db: DuckDBPyConnection) -> bool:
    """Tell whether every record is still accepted."""
    return not db.execute("select exists (from temp.verdicts)").fetchall()[0][0]


def _running_totals(db: DuckDBPyConnection, binding: Binding) -> None:
    """Recognise a total without a word: no date, no key, no person, and the sum of the rows above."""
    types = binding.types
    names = [name for name in (*binding.table.key, *PERSON_KEYS) if name in types]
    if not binding.table.money or not binding.table.event:
        return
    nobody = " and ".join(f"{quoted(name)} is null" for name in names) or "true"
    candidates = (
        "select record_no, money from temp.staged where money is not null and "
        f"fault like 'missing_date%' and {nobody}"
    )
    if not 0 < db.execute(f"select count(*) from ({candidates})").fetchall()[0][0] <= 100:
        return
    db.execute(
        f"""
        update temp.verdicts set disposition = 'set_aside', code = 'total_row'
        where record_no in (
            select c.record_no from ({candidates}) c
            where c.money = (
                select sum(s.money) from temp.staged s where s.record_no < c.record_no and s.fault is null
            )
        )
        """
    )
