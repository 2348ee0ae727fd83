"""What month ends say of everybody, kept as changes: a row stands from one of them to the person's next row.

Nothing that was said is overwritten. A saying (a version of a month end) has a number, and a row stands for
the sayings before the one that said otherwise; ``history.category_snapshots`` shows each version whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Final

from clientela.warehouse.schema import SHOP

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COLUMNS: Final = ("category", "lost_kind", "is_late", "lost_on", "times_lost", "fan_score", "revenue_12m")
"""What is said of a person."""

SPANS: Final = f"{SHOP}.history.category_spans"
PEOPLE: Final = f"{SHOP}.history.told_people"
SAYINGS: Final = f"{SHOP}.history.sayings"

ALWAYS: Final = "date '9999-12-31'"
"""The end of a row that no later month end has changed."""

UNSAID: Final = 2_147_483_647
"""The number of a saying that nobody will reach: the row stands still."""


def differ(one: str, other: str) -> str:
    """Return the SQL that tells whether two rows say something else."""
    first, second = (", ".join(f"{table}.{name}" for name in COLUMNS) for table in (one, other))
    return f"row({first}) is distinct from row({second})"


@contextmanager
def rarely_packed(db: DuckDBPyConnection) -> Iterator[None]:
    """Let the file take many small changes before its tables are packed anew: they would be at every one."""
    db.execute("set checkpoint_threshold = '1GB'")
    try:
        yield
    finally:
        with db.cursor() as beside:
            beside.execute("reset checkpoint_threshold")


NUMBERS: Final = f"select customer_id, max(told_no) as told_no from {PEOPLE} group by customer_id"
"""Everybody's number; an erasure may have given one id to two."""


def number(db: DuckDBPyConnection, people: str) -> None:
    """Number those of some people who have no number yet; a relation with ``customer_id``."""
    db.execute(
        f"insert into {PEOPLE} select (select coalesce(max(told_no), 0) from {PEOPLE}) "
        "+ row_number() over (order by others.customer_id), others.customer_id "
        f"from {people} as others anti join {PEOPLE} as people on people.customer_id = others.customer_id"
    )


def write(db: DuckDBPyConnection, day: date, version: int, told: str) -> None:
    """Write what a month end says of everybody, where it is not what stands already.

    Args:
        db: inside a transaction on the shop's file.
        day: the month end.
        version: the next one of it.
        told: a relation of ``customer_id`` and ``COLUMNS``, everybody's.
    """
    number(db, told)
    columns = ", ".join(COLUMNS)
    db.execute(
        f"create or replace temp table told_now as select people.told_no, {columns} "
        f"from {told} as told inner join ({NUMBERS}) as people on people.customer_id = told.customer_id"
    )
    db.execute(
        f"create or replace temp table standing as select told_no, {columns} from {SPANS} "
        f"where as_of <= date '{day}' and until_on > date '{day}' and until_said_no = {UNSAID}"
    )
    for name, one, other in (("ended", "standing", "told_now"), ("begun", "told_now", "standing")):
        db.execute(
            f"create or replace temp table {name} as select {one}.* from temp.{one} "
            f"left join temp.{other} on {other}.told_no = {one}.told_no "
            f"where {other}.told_no is null or {differ(one, other)}"
        )
    _write(db, day, version)


def write_changed(db: DuckDBPyConnection, day: date, version: int, changed: str, gone: str) -> None:
    """Write the month end after the newest one of all, whose rows are known to stand.

    Args:
        db: inside a transaction on the shop's file.
        day: the month end.
        version: its first.
        changed: a relation of ``told_no`` and ``COLUMNS``: of whom it says something new.
        gone: a relation of ``told_no``: of whom nothing is said any more.
    """
    db.execute(f"create or replace temp table begun as from {changed}")
    db.execute(
        "create or replace temp table ended as select told_no from temp.begun "
        f"union all select told_no from {gone}"
    )
    _write(db, day, version)


def _write(db: DuckDBPyConnection, day: date, version: int) -> None:
    """End the rows of ``ended``, add those of ``begun`` and number the saying."""
    ((number,),) = db.execute(f"select coalesce(max(said_no), 0) + 1 from {SAYINGS}").fetchall()
    asked = f"select exists (from {SAYINGS} where as_of >= date '{day}')"
    ((is_followed,),) = db.execute(asked).fetchall()
    # Where later month ends have spoken, what they said of the row must stay: only later sayings lose it.
    end = f"until_said_no = {number}" if is_followed else f"until_on = date '{day}'"
    db.execute(
        f"update {SPANS} set {end} from temp.ended where category_spans.told_no = ended.told_no "
        f"and until_said_no = {UNSAID} and as_of <= date '{day}' and until_on > date '{day}'"
    )
    until = ALWAYS
    if is_followed:
        db.execute(
            f"create or replace temp table later as select told_no, min(as_of) as as_of from {SPANS} "
            f"where as_of > date '{day}' and until_said_no = {UNSAID} group by told_no"
        )
        until = (
            f"coalesce((select later.as_of from temp.later where later.told_no = begun.told_no), {ALWAYS})"
        )
    db.execute(
        f"insert into {SPANS} select date '{day}', {until}, {number}, {UNSAID}, told_no, "
        f"{', '.join(COLUMNS)} from temp.begun"
    )
    db.execute(f"insert into {SAYINGS} values (?, ?, ?)", [number, day, version])
