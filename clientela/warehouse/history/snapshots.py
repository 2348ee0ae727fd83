"""Month-end snapshots: what each report said, kept, and restated only in the open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from clientela.month import Month
from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.build import Progress, in_memory, read_calendar
from clientela.warehouse.building.kept_builds import last_batch
from clientela.warehouse.history import changes
from clientela.warehouse.history.carrying import CHANGED, GONE, ROWS, TOLD, MonthEnds
from clientela.warehouse.history.changes import COLUMNS
from clientela.warehouse.lonely_days import FAR_DAYS, first_day
from clientela.warehouse.schema import SHOP

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MATTERS: Final = (
    "customers",
    "orders",
    "payments",
    "touchpoints",
    "surveys",
    "interactions",
    "consents",
    "loyalty_events",
    "coupons",
    "referrals",
    "referral_links",
    "targets",
    "merges",
)
"""Tables whose rows can change a category."""


@dataclass(frozen=True)
class Snapshot:
    """What is stored of one month end."""

    as_of: date
    version: int
    parameters_hash: str
    last_batch_id: int
    """The newest load that this version is known to agree with."""


def stored_snapshots(db: DuckDBPyConnection) -> dict[date, Snapshot]:
    """Return the latest version of every stored month end."""
    rows = db.execute(
        f"""
        select as_of, version, parameters_hash, last_batch_id
        from {SHOP}.history.snapshots
        qualify row_number() over (partition by as_of order by version desc) = 1
        """
    ).fetchall()
    return {row[0]: Snapshot(*row) for row in rows}


def month_ends(db: DuckDBPyConnection, settings: Settings, until: date) -> Iterator[date]:
    """Yield every month end from the start of the history to a date, oldest first."""
    start = settings.categories.history_start or _first_day(db)
    if start is None:
        return
    month = Month.of(start)
    while month.last_day <= until:
        yield month.last_day
        month = month.next()


def _first_day(db: DuckDBPyConnection) -> date | None:
    """Return the first day of sales: one wrong year is no history of three hundred months."""
    calendar = read_calendar(db)
    first, last = calendar.first_order_on, calendar.last_order_on
    if first is None or last is None or (last - first).days <= FAR_DAYS:
        return first
    days = db.execute(
        "select cast(order_date as date) as day, count(*) from raw.orders where order_date is not null "
        "group by day order by day"
    ).fetchall()
    return first_day(days)


def _late_rows(db: DuckDBPyConnection, snapshot: Snapshot) -> bool:
    """Tell whether a later load brought rows dated in or before the snapshot's month, or undated ones."""
    row = db.execute(
        f"""
        select count(*) from {SHOP}.meta.batches
        where batch_id > ? and records_merged + records_corrected + restored > 0 and list_contains(?,
            table_name)
            and (first_changed_on is null or first_changed_on <= ?)
        """,
        [snapshot.last_batch_id, list(MATTERS), snapshot.as_of],
    ).fetchone()
    return bool(row and row[0])


def _reason(db: DuckDBPyConnection, snapshot: Snapshot | None, parameters_hash: str) -> str | None:
    """Return why a month end must be computed, None where it stands."""
    if snapshot is None:
        return "first"
    reasons = []
    if _late_rows(db, snapshot):
        reasons.append("late_rows")
    if snapshot.parameters_hash != parameters_hash:
        reasons.append("parameters")
    return "+".join(reasons) or None


def _differs(db: DuckDBPyConnection, snapshot: Snapshot) -> bool:
    """Tell whether the month end just told is not the one stored."""
    columns = ", ".join(("customer_id", *COLUMNS))
    now = f"select {columns} from {TOLD}"
    stored = (
        f"select {columns} from {SHOP}.history.category_snapshots "
        f"where as_of = date '{snapshot.as_of}' and version = {snapshot.version}"
    )
    row = db.execute(
        f"select exists ({now} except all {stored}) or exists ({stored} except all {now})"
    ).fetchone()
    return bool(row and row[0])


def _store(
    db: DuckDBPyConnection, snapshot: Snapshot, reason: str, made_at: datetime, *, follows: bool
) -> None:
    """Write the state just told as one version of its month end, whole or not at all."""
    db.execute("begin")
    try:
        _insert(db, snapshot, reason, made_at, follows=follows)
        db.execute("commit")
    except BaseException:
        with suppress(Exception):
            db.execute("rollback")
        raise


def _confirm(db: DuckDBPyConnection, stored: Snapshot, told: Snapshot) -> None:
    """Note that a stored version still agrees with the rows and the parameters."""
    db.execute(
        f"update {SHOP}.history.snapshots set last_batch_id = ?, parameters_hash = ? "
        "where as_of = ? and version = ?",
        [told.last_batch_id, told.parameters_hash, stored.as_of, stored.version],
    )


def _insert(
    db: DuckDBPyConnection, snapshot: Snapshot, reason: str, made_at: datetime, *, follows: bool
) -> None:
    """Write one version; where it follows the newest month end kept, by what has changed since."""
    if follows:
        changes.write_changed(db, snapshot.as_of, snapshot.version, CHANGED, GONE)
    else:
        changes.write(db, snapshot.as_of, snapshot.version, TOLD)
    db.execute(
        f"""
        insert into {SHOP}.history.category_totals
        select ?, ?, names.category, count(told.category), coalesce(sum(told.revenue_12m), 0)
        from (values ('potential'), ('prospect'), ('lost'), ('referral'), ('buyer'), ('customer'), ('fan'))
            as names (category)
        left join {ROWS} as told on told.category = names.category
        group by names.category
        """,
        [snapshot.as_of, snapshot.version],
    )
    db.execute(
        f"insert into {SHOP}.history.snapshots values (?, ?, ?, ?, ?, ?)",
        [snapshot.as_of, snapshot.version, made_at, snapshot.parameters_hash, snapshot.last_batch_id, reason],
    )


def _due(
    db: DuckDBPyConnection, settings: Settings, until: date, parameters_hash: str
) -> Iterator[list[tuple[date, str, Snapshot | None]]]:
    """Yield the month ends to compute in runs without a gap, each with the reason and what is stored."""
    stored = stored_snapshots(db)
    run: list[tuple[date, str, Snapshot | None]] = []
    for day in month_ends(db, settings, until):
        former = stored.get(day)
        if reason := _reason(db, former, parameters_hash):
            run.append((day, reason, former))
        elif run:
            yield run
            run = []
    if run:
        yield run


def write_snapshots(
    db: DuckDBPyConnection,
    settings: Settings,
    until: date,
    *,
    made_at: datetime,
    progress: Progress | None = None,
    carried: bool = True,
) -> list[date]:
    """Keep every month end up to a date that has no snapshot or no longer agrees with the rows.

    Oldest first, each from rows dated by that day alone; a month that changes gets a further version.

    Args:
        db: a connection whose current catalogue is the shop's file, its marts up to date.
        settings: the shop's parameters.
        until: the last month end.
        made_at: when, as the snapshots note it.
        progress: told each month end and the share done, 0 to 1.
        carried: whether a month end may be told from the one before it; else each is built by its models,
            with the same result.

    Returns:
        The month ends that were written.
    """
    parameters_hash = f"{settings.categories.as_json()['hash']}/{settings.referral.window_days}"
    runs = list(_due(db, settings, until, parameters_hash))
    count, place = sum(map(len, runs)), 0
    written: list[date] = []
    for run in runs:
        with (
            in_memory(db),
            changes.rarely_packed(db),
            closing(MonthEnds(db, settings, carried=carried)) as months,
        ):
            for day, reason, former in run:
                if progress:
                    progress(str(day), place / count)
                place += 1
                # What was written just now and is the last of all stands as it was told.
                follows = months.tell(day) and written[-1:] == [_newest(db)]
                told = Snapshot(day, former.version + 1 if former else 1, parameters_hash, last_batch(db))
                if former is None or _differs(db, former):
                    _store(db, told, reason, made_at, follows=follows)
                    written.append(day)
                else:
                    _confirm(db, former, told)
    return written


def _newest(db: DuckDBPyConnection) -> date | None:
    """Return the last month end of which something is kept."""
    day: date | None = db.execute(f"select max(as_of) from {SHOP}.history.snapshots").fetchall()[0][0]
    return day
