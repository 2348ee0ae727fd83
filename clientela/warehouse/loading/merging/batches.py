"""The register of loads: one row a file that was merged."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING

from clientela.warehouse.loading.mapping.binding import Binding
from clientela.warehouse.loading.merging.accounting import restated
from clientela.warehouse.loading.merging.outcomes import Written
from clientela.warehouse.loading.result import Accounts, LoadResult
from clientela.warehouse.loading.splitting.survey import Survey
from clientela.warehouse.loading.staging.conversion import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def reading_of(binding: Binding, timezone: str) -> str:
    """Return the fingerprint of everything but the file that decides what is merged."""
    return sha256(f"{binding.mapping.sha256} {timezone}".encode()).hexdigest()


def next_id(db: DuckDBPyConnection) -> int:
    """Return the number of the next load, from 1."""
    taken = "select batch_id from meta.batches union all select batch_id from meta.undone_batches"
    return int(db.execute(f"select coalesce(max(batch_id), 0) + 1 from ({taken})").fetchall()[0][0])


def already_loaded(
    db: DuckDBPyConnection, seen: Survey, binding: Binding, timezone: str, today: date, name: str
) -> LoadResult | None:
    """Return the result for a file that was merged before in the same way: what it brought is unchanged.

    What was set aside or refused then is so still.

    A load that met dates after its day is read again on a later day, for theirs may have come.
    """
    rows = db.execute(
        """
        select batch_id, records_in, records_set_aside, records_quarantined,
            money_in, money_set_aside, money_quarantined, first_event_on, last_event_on, unreadable_amounts
        from meta.batches b
        where file_sha512 = ? and mapping_sha256 = ? and table_name = ? and source = ?
            and not exists (
                from meta.refused_records r where r.batch_id = b.batch_id and r.code = 'future_date'
                    and b.loaded_at < ?
            )
        order by batch_id desc limit 1
        """,
        [seen.sha512, reading_of(binding, timezone), binding.table.name, binding.mapping.source, today],
    ).fetchall()
    if not rows:
        return None
    batch_id, read, aside, refused, money, money_aside, money_refused, first, last, unreadable = rows[0]
    zero = Decimal(0)
    return LoadResult(
        batch_id=batch_id,
        source=binding.mapping.source,
        table=binding.table.name,
        file_name=name,
        already_loaded=True,
        records=Accounts(read, 0, read - aside - refused, 0, aside, refused),
        money=Accounts(money, zero, money - money_aside - money_refused, zero, money_aside, money_refused),
        reasons=[],
        first_event_on=first,
        last_event_on=last,
        unreadable_amounts=unreadable,
    )


def register(
    db: DuckDBPyConnection,
    result: LoadResult,
    seen: Survey,
    reading: str,
    today: date,
    first_changed_on: date | None,
    more: dict[str, object],
) -> LoadResult:
    """Write the batch, the last row of a load.

    ``more`` are columns that are no part of the result. Its instant is the start of ``today``, so that
        a shop rebuilt from its files is the same to the byte.
    """
    row = {
        "batch_id": result.batch_id,
        "loaded_at": datetime.combine(today, time()),
        "source": result.source,
        "table_name": result.table,
        "file_name": result.file_name,
        "file_sha512": seen.sha512,
        "file_bytes": seen.size,
        "mapping_sha256": reading,
        **{f"records_{word}": value for word, value in result.records.as_dict().items()},
        **{f"money_{word}": value for word, value in result.money.as_dict().items()},
        "unreadable_amounts": result.unreadable_amounts,
        "first_event_on": result.first_event_on,
        "last_event_on": result.last_event_on,
        "first_changed_on": first_changed_on,
        **more,
    }
    db.execute(
        f"insert into meta.batches ({', '.join(row)}) values ({', '.join('?' * len(row))})", [*row.values()]
    )
    return result


def more_columns(db: DuckDBPyConnection, binding: Binding, written: Written) -> dict[str, object]:
    """Return what the register keeps of a load beside its accounts: what later versions are weighed by."""
    event = binding.table.event
    newest = binding.newest_on
    if newest is None and event in binding.types:
        newest = db.execute(
            f"select cast(max({quoted(str(event))}) as date) from temp.staged where fault is null"
        ).fetchall()[0][0]
    return {
        "fields": ",".join(binding.fields),
        "newest_on": newest,
        "money_before": written.money_before,
        "restored": restated(db)[0],
    }
