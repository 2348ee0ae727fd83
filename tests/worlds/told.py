"""What reports of the past said of people, as rows of the test say it."""

from __future__ import annotations

from datetime import date
from typing import Any

from duckdb import DuckDBPyConnection


def tell(
    db: DuckDBPyConnection,
    as_of: date | str,
    category: str,
    *people: str,
    lost_kind: str | None = None,
    is_late: bool = False,
    lost_on: date | str | None = None,
    times_lost: int = 0,
    revenue: float = 0,
    version: int = 1,
) -> None:
    """Note what the report of a month end said of some people, beside what it said of others."""
    told = "select unnest(cast(? as varchar[])) as customer_id, "
    told += "? as category, ? as lost_kind, ? as is_late, cast(? as date) as lost_on, ? as times_lost, "
    told += "cast(null as double) as fan_score, ? as revenue_12m"
    _tell(
        db, as_of, version, told, [list(people), category, lost_kind, is_late, lost_on, times_lost, revenue]
    )


def tell_todays(db: DuckDBPyConnection, as_of: date | str) -> None:
    """Note as what a month end said what ``marts.customers`` says now."""
    columns = "customer_id, category, lost_kind, is_late, lost_on, times_lost, fan_score, revenue_12m"
    _tell(db, as_of, 1, f"select {columns} from marts.customers", [])


def _tell(db: DuckDBPyConnection, as_of: date | str, version: int, told: str, values: list[Any]) -> None:
    """Write rows that stand for one version of one month end only."""
    number = _number(db, as_of, version)
    db.execute(f"create or replace temp table told as {told}", values)
    db.execute(
        "insert into history.told_people select (select count(*) from history.told_people) "
        "+ row_number() over (order by customer_id), customer_id from temp.told "
        "where customer_id not in (select customer_id from history.told_people)"
    )
    db.execute(
        "insert into history.category_spans by name select told.* exclude (customer_id), people.told_no, "
        "cast(? as date) as as_of, cast(? as date) + 1 as until_on, ? as said_no, ? as until_said_no "
        "from temp.told inner join history.told_people as people on people.customer_id = told.customer_id",
        [as_of, as_of, number, number + 1],
    )


def _number(db: DuckDBPyConnection, as_of: date | str, version: int) -> int:
    """Return the number of a saying; note it where it is new."""
    asked = "select said_no from history.sayings where as_of = cast(? as date) and version = ?"
    if not (found := db.execute(asked, [as_of, version]).fetchall()):
        db.execute(
            "insert into history.sayings "
            "select (select count(*) + 1 from history.sayings), cast(? as date), ?",
            [as_of, version],
        )
        db.execute(
            "insert into history.snapshots values (cast(? as date), ?, now(), '', 1, 'first')",
            [as_of, version],
        )
        found = db.execute(asked, [as_of, version]).fetchall()
    return int(found[0][0])
