"""Month-end snapshots: what each report said, kept, and restated only in the open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from clientela.month import Month
from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.build import Progress, build, in_memory, read_calendar
from clientela.warehouse.building.kept_builds import last_batch
from clientela.warehouse.schema import SHOP

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TARGETS: Final = ("marts.categories", "steps.last_snapshot")
"""The models that a snapshot is made of."""

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
)
"""Tables whose rows can change a category."""

_STATE: Final = """
    select
        people.customer_id, categories.category, categories.lost_kind, categories.is_late,
        case
            when categories.category = 'lost' then coalesce(former.lost_on, getvariable('as_of'))
        end as lost_on,
        coalesce(former.times_lost, 0)
        + case when categories.category = 'lost' and coalesce(former.category, '') <> 'lost' then 1 else 0 end
            as times_lost,
        fans.score as fan_score,
        coalesce(activity.revenue_12m, 0) as revenue_12m
    from marts.categories
    inner join marts.people on people.person_no = categories.person_no
    left join marts.activity on activity.person_no = categories.person_no
    left join marts.fan_scores as fans on fans.person_no = categories.person_no
    left join (
        select customer_id, category, lost_on, times_lost from steps.last_snapshot
        where category = 'lost' or times_lost > 0
    ) as former on former.customer_id = people.customer_id
"""


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
    start = settings.categories.history_start or read_calendar(db).first_order_on
    if start is None:
        return
    month = Month.of(start)
    while month.last_day <= until:
        yield month.last_day
        month = month.next()


def _late_rows(db: DuckDBPyConnection, snapshot: Snapshot) -> bool:
    """Tell whether a later load brought rows dated in or before the snapshot's month, or undated ones."""
    row = db.execute(
        f"""
        select count(*) from {SHOP}.meta.batches
        where batch_id > ? and records_merged + records_corrected > 0 and list_contains(?, table_name)
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
    """Tell whether the state just built is not the one stored."""
    columns = "customer_id, category, lost_kind, is_late, revenue_12m"
    stored = (
        f"select {columns} from {SHOP}.history.category_snapshots "
        f"where as_of = date '{snapshot.as_of}' and version = {snapshot.version}"
    )
    row = db.execute(
        f"""
        with now as (select {columns} from ({_STATE})), stored as ({stored})
        select (select count(*) from (from now except from stored))
            + (select count(*) from (from stored except from now))
        """
    ).fetchone()
    return bool(row and row[0])


def _store(db: DuckDBPyConnection, snapshot: Snapshot, reason: str, made_at: datetime) -> None:
    """Write the state just built as one version of its month end, whole or not at all."""
    db.execute("begin")
    try:
        _insert(db, snapshot, reason, made_at)
        db.execute("commit")
    except BaseException:
        with suppress(Exception):
            db.execute("rollback")
        raise


def _confirm(db: DuckDBPyConnection, snapshot: Snapshot, last_batch_id: int, parameters_hash: str) -> None:
    """Note that a stored version still agrees with the rows and the parameters."""
    db.execute(
        f"update {SHOP}.history.snapshots set last_batch_id = ?, parameters_hash = ? "
        "where as_of = ? and version = ?",
        [last_batch_id, parameters_hash, snapshot.as_of, snapshot.version],
    )


def _insert(db: DuckDBPyConnection, snapshot: Snapshot, reason: str, made_at: datetime) -> None:
    """Write the rows of one version."""
    db.execute(
        f"insert into {SHOP}.history.category_snapshots by name select getvariable('as_of') as as_of, "
        f"{snapshot.version} as version, * from ({_STATE})"
    )
    db.execute(
        f"""
        insert into {SHOP}.history.category_totals
        select as_of, version, category, count(*), sum(revenue_12m)
        from {SHOP}.history.category_snapshots where as_of = ? and version = ? group by all
        """,
        [snapshot.as_of, snapshot.version],
    )
    db.execute(
        f"""
        insert into {SHOP}.history.category_totals
        select ?, ?, category, 0, 0
        from (values ('potential'), ('prospect'), ('lost'), ('referral'), ('buyer'), ('customer'), ('fan'))
            as names (category)
        where category not in (
            select category from {SHOP}.history.category_totals where as_of = ? and version = ?
        )
        """,
        [snapshot.as_of, snapshot.version, snapshot.as_of, snapshot.version],
    )
    db.execute(
        f"insert into {SHOP}.history.snapshots values (?, ?, ?, ?, ?, ?)",
        [snapshot.as_of, snapshot.version, made_at, snapshot.parameters_hash, snapshot.last_batch_id, reason],
    )


def write_snapshots(
    db: DuckDBPyConnection,
    settings: Settings,
    until: date,
    *,
    made_at: datetime,
    progress: Progress | None = None,
) -> list[date]:
    """Keep every month end up to a date that has no snapshot or no longer agrees with the rows.

    Oldest first, each from rows dated by that day alone; a month that changes gets a further version.

    Returns:
        The month ends that were written.
    """
    parameters_hash = f"{settings.categories.as_json()['hash']}/{settings.referral.window_days}"
    newest = last_batch(db)
    stored = stored_snapshots(db)
    due = []
    for day in month_ends(db, settings, until):
        reason = _reason(db, stored.get(day), parameters_hash)
        if reason:
            due.append((day, reason))
    if not due:
        return []
    written = []
    with in_memory(db):
        for place, (day, reason) in enumerate(due):
            if progress:
                progress(str(day), place / len(due))
            former = stored.get(day)
            snapshot = Snapshot(day, former.version + 1 if former else 1, parameters_hash, newest)
            build(db, settings, day, targets=TARGETS, reuse=True)
            if former is None or _differs(db, former):
                _store(db, snapshot, reason, made_at)
                written.append(day)
            else:
                _confirm(db, former, newest, parameters_hash)
    return written
