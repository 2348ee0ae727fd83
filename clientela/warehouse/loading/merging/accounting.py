"""Count what became of every record and every euro, as the database has it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from clientela.errors import WarehouseError
from clientela.i18n import gettext as _
from clientela.warehouse.loading.mapping.binding import Binding
from clientela.warehouse.loading.merging.outcomes import Written
from clientela.warehouse.loading.result import Accounts, Reason
from clientela.warehouse.loading.staging import verdicts
from clientela.warehouse.loading.staging.advice import advice
from clientela.warehouse.loading.staging.conversion import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Totals = tuple[Accounts[int], Accounts[Decimal]]


def count(
    db: DuckDBPyConnection, binding: Binding, batch_id: int, written: Written, money_sql: str
) -> Totals:
    """Return the accounts in records and in euro.

    Args:
        db: the open database, inside the load's transaction.
        binding: the file's mapping, bound.
        batch_id: this load.
        written: what the merge wrote.
        money_sql: SQL of a row's euro, over the columns of the raw table.

    Raises:
        WarehouseError: if a record or a euro is missing; nothing is kept then.
    """
    total = db.execute("select count(*), coalesce(sum(money), 0) from temp.staged").fetchall()[0]
    places = {
        disposition: (records, money)
        for disposition, records, money in db.execute(
            "select disposition, count(*), coalesce(sum(money), 0) from temp.verdicts "
            "join temp.staged using (record_no) group by disposition"
        ).fetchall()
    }
    changed = db.execute(
        "select coalesce(sum(money), 0) from temp.staged "
        f"semi join ({written.corrected_records}) using (record_no)"
    ).fetchall()[0][0]
    places["corrected"] = (written.corrected, changed)
    words = ("unchanged", "corrected", "set_aside", "quarantined")
    others = [places.get(word, (0, Decimal(0))) for word in words]
    new = Decimal(total[1]) - sum((Decimal(place[1]) for place in others), Decimal(0))
    records = Accounts(int(total[0]), written.new, *(int(place[0]) for place in others))
    euro = Accounts(Decimal(total[1]), new, *(Decimal(place[1]) for place in others))
    if not records.balances or not _written(db, binding, batch_id, euro.written, money_sql):
        raise WarehouseError(
            _("The accounts of the load do not add up, so nothing was written."),
            _("Please report it, with the first lines of the file."),
        )
    return records, euro


def _written(db: DuckDBPyConnection, binding: Binding, batch_id: int, money: Decimal, money_sql: str) -> bool:
    """Tell whether the table holds the money that this load should have brought."""
    fields = [name for name in binding.table.money if name in binding.types]
    if not fields or (binding.mapping.rows == "line" and len(fields) > 1):
        return True
    found = db.execute(
        f"select coalesce(sum({money_sql}), 0) from raw.{quoted(binding.table.name)} where batch_id = "
        f"{batch_id} "
        "and record_no not in (select record_no from temp.verdicts where disposition = 'unchanged')"
    ).fetchall()
    return Decimal(found[0][0]) == money


def currency(db: DuckDBPyConnection, binding: Binding) -> str | None:
    """Return the currency of the file's amounts, several joined with +; None where it does not say."""
    if "currency" not in binding.fields:
        return binding.mapping.money.currency
    refused = "(select record_no from temp.verdicts where disposition in ('set_aside', 'quarantined'))"
    rows = "temp.staged" if verdicts.none_yet(db) else f"temp.staged anti join {refused} using (record_no)"
    found = db.execute(
        f"select distinct upper(trim(currency)) as code from {rows} where trim(currency) <> '' order by code"
    ).fetchall()
    return "+".join(row[0] for row in found) or None


def reasons(db: DuckDBPyConnection) -> list[Reason]:
    """Return why records were not merged, the most frequent first."""
    if verdicts.none_yet(db):
        return []
    rows = db.execute(
        """
        select verdicts.code, disposition, count(*) as records, coalesce(sum(money), 0), min(file_line)
        from temp.verdicts join temp.staged using (record_no)
        where disposition in ('set_aside', 'quarantined')
        group by verdicts.code, disposition order by disposition, records desc, verdicts.code
        """
    ).fetchall()
    return [Reason(row[0], row[1], row[2], Decimal(row[3]), row[4], advice(row[0])) for row in rows]


def unreadable_amounts(db: DuckDBPyConnection) -> int:
    """Return how many quarantined records count 0 euro because no amount could be read."""
    if verdicts.none_yet(db):
        return 0
    found = db.execute(
        "select count(*) from temp.staged join temp.verdicts using (record_no) "
        "where money is null and disposition = 'quarantined'"
    ).fetchall()
    return int(found[0][0])


def event_days(db: DuckDBPyConnection, binding: Binding) -> tuple[date | None, date | None]:
    """Return the first and last day among the records that are data, refused ones left out."""
    event = binding.table.event
    if event not in binding.types:
        return None, None
    column = quoted(str(event))
    refused = "(select record_no from temp.verdicts where disposition <> 'unchanged')"
    rows = "temp.staged" if verdicts.none_yet(db) else f"temp.staged anti join {refused} using (record_no)"
    return db.execute(
        f"select cast(min({column}) as date), cast(max({column}) as date) from {rows}"
    ).fetchall()[0]


def _earliest(binding: Binding) -> str:
    """Return the SQL of the first day that a row touches: a deferred invoice counts on its delivery day."""
    event = quoted(str(binding.table.event))
    if "delivery_date" not in binding.table.fields:
        return event
    return f"least({event}, coalesce(cast(delivery_date as timestamp), {event}))"


def first_changed(db: DuckDBPyConnection, binding: Binding, batch_id: int) -> date | None:
    """Return the earliest day that this load changed, former dates of corrected rows included."""
    event = binding.table.event
    if event not in binding.table.fields:
        return None
    restored = restated(db)[1]
    found = db.execute(
        f"""
        select least(cast(min(moment) as date), ?) from (
            select {_earliest(binding)} as moment
            from raw.{quoted(binding.table.name)} where batch_id = {batch_id}
            union all by name
            select cast(content ->> '{event}' as timestamp) as moment from meta.superseded_rows
            where superseded_by = {batch_id} and table_name = '{binding.table.name}'
        )
        """,
        [restored],
    ).fetchall()
    return found[0][0]  # type: ignore[no-any-return]


def restated(db: DuckDBPyConnection) -> tuple[int, date | None]:
    """Return how many rows say otherwise though no record does so, and the first of their days."""
    if not db.execute("select 1 from duckdb_tables() where temporary and table_name = 'restated'").fetchall():
        return 0, None
    rows, first = db.execute("select count(*), min(happened_on) from temp.restated").fetchall()[0]
    return int(rows), first
