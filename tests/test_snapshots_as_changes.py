"""Month ends are kept as changes, and every version of each is shown with all the rows that it ever had."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import duckdb
import pytest
from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from clientela.month import Month
from clientela.warehouse.building.build import build_marts
from clientela.warehouse.connection import open_shop
from clientela.warehouse.history import changes
from clientela.warehouse.history.snapshots import write_snapshots
from clientela.warehouse.schema import migrations
from tests.worlds.made_shop import batch, every, order, raw_shop, settings
from tests.worlds.old_shops import NAMES, unpack

COLUMNS: Final = (
    "as_of, version, customer_id, category, lost_kind, is_late, lost_on, times_lost, fan_score, revenue_12m"
)
Told = dict[str, tuple[str, bool, int]]
"""What a month end says of each person: category, is_late, times_lost."""

SHOWN: Final = (
    "select as_of, version, customer_id, category, is_late, times_lost from history.category_snapshots"
)
DAYS: Final = [Month(2025, number).last_day for number in range(1, 8)]
PEOPLE: Final = [f"P{number}" for number in range(5)]
SAYINGS: Final = st.dictionaries(
    st.sampled_from(PEOPLE),
    st.tuples(st.sampled_from(["buyer", "lost"]), st.booleans(), st.integers(0, 1)),
    max_size=len(PEOPLE),
)
MONTHS: Final = st.lists(st.tuples(st.sampled_from(DAYS), SAYINGS), min_size=1, max_size=12)
EFFORT: Final = effort(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def empty() -> Iterator[DuckDBPyConnection]:
    with raw_shop() as db:
        yield db


def say(db: DuckDBPyConnection, day: date, version: int, told: Told) -> None:
    """Write one version of a month end."""
    db.execute(
        "create or replace temp table said (customer_id varchar, category varchar, lost_kind varchar, "
        "is_late boolean, lost_on date, times_lost integer, fan_score double, revenue_12m decimal(18, 4))"
    )
    for who, (category, is_late, times_lost) in told.items():
        row = [who, category, None, is_late, None, times_lost, None, 10]
        db.execute("insert into said values (?, ?, ?, ?, ?, ?, ?, ?)", row)
    changes.write(db, day, version, "temp.said")


def clear(db: DuckDBPyConnection) -> None:
    for table in ("category_spans", "told_people", "sayings", "snapshots"):
        db.execute(f"delete from history.{table}")


def all_rows(sayings: dict[tuple[date, int], Told]) -> Counter[tuple[Any, ...]]:
    """What was said, kept whole: the other way to count."""
    return Counter(
        (day, version, who, *said) for (day, version), told in sayings.items() for who, said in told.items()
    )


@given(MONTHS)
@EFFORT
def test_whatever_is_said_in_whichever_order_stays_as_it_was_said(
    empty: DuckDBPyConnection, months: list[tuple[date, Told]]
) -> None:
    """Months come late, come again, lose people and find them: beside it every saying is kept whole."""
    clear(empty)
    sayings: dict[tuple[date, int], Told] = {}
    for day, told in months:
        version = 1 + sum(known == day for known, _version in sayings)
        sayings[day, version] = told
        say(empty, day, version, told)
        assert Counter(empty.execute(SHOWN).fetchall()) == all_rows(sayings)


@given(MONTHS, st.booleans())
@effort(EFFORT, max_examples=25)
def test_a_history_kept_whole_is_shown_the_same_once_it_is_kept_as_changes(
    months: list[tuple[date, Told]], doubles: bool
) -> None:
    """The table of before, with twice the same person where an erasure gave two one number."""
    steps = dict(migrations())
    with duckdb.connect() as db:
        db.execute("attach ':memory:' as shop; use shop")
        db.execute(steps[1])
        sayings: dict[tuple[date, int], Told] = {}
        for day, told in months:
            sayings[day, 1 + sum(known == day for known, _version in sayings)] = told
        for (day, version), told in sayings.items():
            db.execute("insert into history.snapshots values (?, ?, now(), '', 1, '')", [day, version])
            for who, (category, is_late, times_lost) in told.items():
                name = "P0" if doubles and who == "P1" else who
                row = [day, version, name, category, None, is_late, None, times_lost, None, 10]
                db.execute(f"insert into history.category_snapshots values ({', '.join('?' * 10)})", row)
        before = db.execute(f"select {COLUMNS} from history.category_snapshots").fetchall()
        db.execute(steps[9])
        after = db.execute(f"select {COLUMNS} from history.category_snapshots").fetchall()
        assert Counter(after) == Counter(before)
        say(db, date(2025, 12, 31), 1, {"P0": ("buyer", False, 0), "P9": ("lost", True, 1)})
        more = Counter(db.execute(f"select {COLUMNS} from history.category_snapshots").fetchall())
        assert more - Counter(before) == Counter(
            {
                (date(2025, 12, 31), 1, "P0", "buyer", None, False, None, 0, None, Decimal(10)): 1,
                (date(2025, 12, 31), 1, "P9", "lost", None, True, None, 1, None, Decimal(10)): 1,
            }
        )
        assert not Counter(before) - more


def kept(db: DuckDBPyConnection) -> int:
    return int(db.execute("select count(*) from history.category_spans").fetchall()[0][0])


def test_only_who_has_changed_is_written(empty: DuckDBPyConnection) -> None:
    """January tells of three; in February one is late, one new; in March one is gone: 3 + 2 + 0 rows."""
    clear(empty)
    january: Told = dict.fromkeys(("P0", "P1", "P2"), ("buyer", False, 0))
    february: Told = {**january, "P1": ("buyer", True, 0), "P3": ("buyer", False, 0)}
    march = {who: said for who, said in february.items() if who != "P0"}
    rows = []
    for day, told in zip(DAYS, (january, february, march), strict=False):
        say(empty, day, 1, told)
        rows.append(kept(empty))
    assert rows == [3, 5, 5]


def test_a_restatement_writes_only_whom_it_restates(empty: DuckDBPyConnection) -> None:
    """Three people in three months, and of February one is said otherwise: one row more, and March stands."""
    clear(empty)
    told: Told = dict.fromkeys(("P0", "P1", "P2"), ("buyer", False, 0))
    for day in DAYS[:3]:
        say(empty, day, 1, told)
    assert kept(empty) == 3
    say(empty, DAYS[1], 2, {**told, "P1": ("lost", False, 1)})
    assert kept(empty) == 4
    of_one = "from history.category_snapshots where customer_id = 'P1' order by all"
    assert empty.execute(f"select as_of, version, category {of_one}").fetchall() == [
        (DAYS[0], 1, "buyer"),
        (DAYS[1], 1, "buyer"),
        (DAYS[1], 2, "lost"),
        (DAYS[2], 1, "buyer"),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_shop_of_before_shows_the_month_ends_that_it_kept(name: str, tmp_path: Path) -> None:
    """Read only, when the file stays as it was, and once it is migrated."""
    shop = unpack(name, tmp_path)
    query = f"select {COLUMNS} from history.category_snapshots"
    before = shop.ask(query)
    assert before
    with open_shop(shop.database, read_only=True) as db:
        assert Counter(db.execute(query).fetchall()) == Counter(before)
    with open_shop(shop.database) as db:
        assert Counter(db.execute(query).fetchall()) == Counter(before)
        assert kept(db) <= len(before)
    with open_shop(shop.database, read_only=True) as db:
        assert Counter(db.execute(query).fetchall()) == Counter(before)


def test_months_before_the_history_are_added_in_front_of_it() -> None:
    """A history from May, then from February: the months of before are first versions, May's stay as said."""
    orders = [*every("anna", "2025-01-03", 10, 18), order("bea", "2025-03-05"), order("carlo", "2025-06-02")]
    query = f"select {COLUMNS} from history.category_snapshots"
    made_at = datetime(2025, 8, 1, 8)
    with raw_shop(orders=orders) as db:
        batch(db, 1, "orders", date(2025, 1, 3))
        late = settings(history_start=date(2025, 5, 1))
        build_marts(db, late, DAYS[6])
        assert write_snapshots(db, late, DAYS[6], made_at=made_at) == DAYS[4:]
        before = Counter(db.execute(query).fetchall())
        early = settings(history_start=date(2025, 2, 1), history_complete=True)
        build_marts(db, early, DAYS[6])
        written = write_snapshots(db, early, DAYS[6], made_at=made_at)
        assert written[:3] == DAYS[1:4]
        after = Counter(db.execute(query).fetchall())
        assert not before - after
        clear(db)
        db.execute("delete from history.category_totals")
        write_snapshots(db, early, DAYS[6], made_at=made_at, carried=False)
        whole = Counter(row[:1] + row[2:] for row in db.execute(query).fetchall())
    latest: dict[date, int] = {}
    for row in after:
        latest[row[0]] = max(latest.get(row[0], 0), row[1])
    assert Counter(row[:1] + row[2:] for row in after if row[1] == latest[row[0]]) == whole
