"""A month end told from the one before it is the one that the models of its day make, in every column."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.build import build_marts
from clientela.warehouse.building.catalogue import texts
from clientela.warehouse.building.timeless import identity_is_timeless
from clientela.warehouse.connection import open_shop
from clientela.warehouse.history.snapshots import write_snapshots
from clientela.warehouse.loading.mapping.reader import read_mapping
from clientela.warehouse.loading.pipeline import load_file
from tests.worlds.made_shop import Row, batch, every, insert, order, raw_shop, settings
from tests.worlds.real_data import HERE, sales_file

MADE_AT: Final = datetime(2026, 11, 22, 8, 0)
KEPT: Final = ("category_snapshots", "category_totals", "snapshots")


def keep(db: DuckDBPyConnection, rules: Settings, until: date, *, carried: bool = True) -> list[date]:
    """Keep the month ends up to a day."""
    build_marts(db, rules, until)
    return write_snapshots(db, rules, until, made_at=MADE_AT, carried=carried)


def forget(db: DuckDBPyConnection) -> None:
    """Empty the history, as if no report had been made."""
    for (table,) in db.execute(
        "select table_name from duckdb_tables() where database_name = current_database() "
        "and schema_name = 'history' "
        "and (table_name like 'category%' or table_name in ('snapshots', 'sayings', 'told_people'))"
    ).fetchall():
        db.execute(f"delete from history.{table}")


def told_twice(db: DuckDBPyConnection, rules: Settings, until: date) -> int:
    """Tell every month end from the one before, then each by its models; return the rows compared.

    All columns of all versions are compared both ways.
    """
    days = keep(db, rules, until)
    for table in KEPT:
        db.execute(f"create or replace temp table carried_{table} as from history.{table}")
    forget(db)
    assert keep(db, rules, until, carried=False) == days
    for table in KEPT:
        for one, other in (
            (f"history.{table}", f"temp.carried_{table}"),
            (f"temp.carried_{table}", f"history.{table}"),
        ):
            assert db.execute(f"from {one} except all from {other} limit 5").fetchall() == [], table
    return int(db.execute("select count(*) from history.category_snapshots").fetchall()[0][0])


def since(rules: Settings, day: date) -> Settings:
    """The same rules with a history from a day on."""
    return replace(rules, categories=replace(rules.categories, history_start=day))


def test_seven_month_ends_of_cdnow(tmp_path: Path) -> None:
    """Hardie's whole file: everybody first bought in the first quarter of 1997, so all are in each."""
    mapping = read_mapping(HERE / "docs" / "examples" / "cdnow.toml")
    with open_shop(tmp_path / "shop.duckdb", create=True) as db:
        load_file(
            db,
            sales_file("cdnow_master.txt.gz"),
            today=MADE_AT.date(),
            timezone="Europe/Rome",
            mapping=mapping,
        )
        rules = since(Settings(tmp_path), date(1997, 12, 1))
        assert told_twice(db, rules, date(1998, 6, 30)) == 7 * 23_570


@pytest.mark.parametrize("rules", [{}, {"mode": "simple", "referral_scope": "always"}], ids=str)
def test_the_fictional_shop_without_what_joins_accounts(
    demo_copy: Path, demo_settings: Settings, rules: dict[str, Any]
) -> None:
    """Cards, contacts and tax numbers go; refunds, contracts, answers, offers, debts and claims stay."""
    known = replace(demo_settings, categories=replace(demo_settings.categories, **rules))
    with open_shop(demo_copy / demo_settings.database.name) as db:
        joining = ("vat_number", "tax_code", "card_number", "email", "phone")
        for table, column in db.execute(
            "select table_name, column_name from duckdb_columns() where database_name = current_database() "
            "and schema_name = 'store' and list_contains(?, column_name)",
            [list(joining)],
        ).fetchall():
            db.execute(f"update store.{table} set {column} = null")
        db.execute("update store.referrals set arrived_contact = null; delete from meta.builds")
        forget(db)
        build_marts(db, known, date(2026, 10, 31))
        assert identity_is_timeless(db)
        for table in (
            "steps.replayed_people",
            "raw.surveys",
            "raw.coupons",
            "marts.overdue",
            "steps.referral_claims",
        ):
            assert db.execute(f"select exists (from {table})").fetchall() == [(True,)], table
        assert told_twice(db, since(known, date(2026, 7, 1)), date(2026, 10, 31)) > 5_000


RULES: Final = settings(history_complete=False, closures=[[date(2024, 8, 5), date(2024, 8, 25)]])
LAST: Final = date(2025, 3, 31)
DAYS: Final = st.integers(0, 450).map(lambda days: date(2024, 1, 5) + timedelta(days=days))
PEOPLE: Final = st.sampled_from([f"P{number}" for number in range(9)])
KINDS: Final = st.sampled_from(["receipt"] * 6 + ["nothing", "contract", "refund", "back"])
AMOUNTS: Final = st.sampled_from([10.0, 40.0])


@st.composite
def documents(draw: st.DrawFn) -> list[Row]:
    """Receipts, gifts of nothing, contracts, and refunds with and without the receipt that they take from."""
    rows: list[Row] = []
    for place in range(draw(st.integers(1, 70))):
        kind, buyer, day, amount = draw(KINDS), draw(PEOPLE), draw(DAYS), draw(AMOUNTS)
        more: Row = {"order_id": f"O{place}"}
        if kind == "nothing":
            amount = 0.0
        elif kind == "contract":
            more["order_type"] = "recurring"
        elif kind == "refund":
            amount = -amount
        elif kind == "back" and rows:
            named = draw(st.sampled_from(rows))
            amount, more["refund_of"] = -abs(named["net_amount"]), named["order_id"]
        rows.append(order(buyer, day, amount, **more))
    return rows


def maybe(draw: st.DrawFn, *values: Any) -> Any:
    """One of some values, or none."""
    return draw(st.sampled_from([None, *values]))


@st.composite
def shops(draw: st.DrawFn) -> dict[str, list[Row]]:
    """Nine people; some have a record, an answer, an offer, an unpaid invoice, or came through another."""
    few = st.lists(st.tuples(PEOPLE, DAYS), max_size=4, unique_by=lambda pair: pair[0])

    def some() -> list[tuple[Row, str]]:
        return [({"customer_id": who}, str(day)) for who, day in draw(few)]

    tables: dict[str, list[Row]] = {"orders": draw(documents())}
    tables["customers"] = [
        {
            **who,
            "created_at": day,
            "status_note": maybe(draw, "internal", "moved", "erased"),
            "owner_rating": maybe(draw, -1),
            "kind": maybe(draw, "b2b"),
            "referred_by": maybe(draw, "P1", "P2"),
        }
        for who, day in some()
    ]
    tables["surveys"] = [
        {**who, "ts": f"{day} 10:00", "score_0_10": maybe(draw, 4, 7, 10), "share_of_10": maybe(draw, 4)}
        for who, day in some()
    ]
    tables["coupons"] = [
        {**who, "code": f"C{place}", "issued_at": f"{day} 10:00", "status": maybe(draw, "redeemed")}
        for place, (who, day) in enumerate(some())
    ]
    tables["orders"] += [
        order(who["customer_id"], day, 25, order_id=f"I{place}", due_date=day, gross_amount=25)
        for place, (who, day) in enumerate(some())
    ]
    tables["payments"] = [
        {"order_id": f"I{place}", "payment_date": day, "amount": 25, "payment_id": f"B{place}"}
        for place, (_who, day) in enumerate(some())
    ]
    tables["touchpoints"] = [
        {**who, "ts": f"{day} 10:00", "channel": "phone", "direction": "in"} for who, day in some()
    ]
    return {name: rows for name, rows in tables.items() if rows}


WITHOUT_SHRINKING: Final = (Phase.explicit, Phase.reuse, Phase.generate)
"""A shop takes seconds: a failing one is said as it was found."""

OTHER_RULES: Final[list[dict[str, Any]]] = [
    {},
    {"mode": "simple", "merge": "hours:30"},
    {"fan_share": 0.9, "fan_min_purchases": 2, "referral_scope": "until_second_purchase"},
]


@given(shops(), st.sampled_from(OTHER_RULES))
@effort(max_examples=6, deadline=None, phases=WITHOUT_SHRINKING, suppress_health_check=list(HealthCheck))
def test_any_shop_is_told_as_its_models_tell_it(rows: dict[str, list[Row]], rules: dict[str, Any]) -> None:
    known = replace(RULES, categories=replace(RULES.categories, **rules))
    with raw_shop(**rows) as db:
        batch(db, 1, "orders", date(2024, 1, 5))
        told_twice(db, since(known, date(2024, 11, 1)), LAST)


def latest(db: DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """Every month end as it was told last, ordered."""
    return db.execute(
        "select * exclude (version) from history.category_snapshots "
        "where (as_of, version) in (select (as_of, max(version)) from history.snapshots group by as_of) "
        "order by all"
    ).fetchall()


def some_months() -> list[Row]:
    """Twelve people who buy at their own pace, until one after the other stops, and X."""
    rows = [*every("X", "2024-01-05", 10, 6), order("X", "2024-04-20")]
    for number in range(12):
        rows += every(f"P{number}", f"2024-01-{3 + number:02}", 9 + 4 * number, 24 - 2 * number, 10 + number)
    return rows


def after_a_change(statement: str, first_changed_on: date) -> tuple[list[date], list[tuple[Any, ...]]]:
    """Keep six month ends, change rows, keep them again; return what was written, and the history."""
    rules, until = since(settings(), date(2024, 3, 1)), date(2024, 8, 31)
    with raw_shop(orders=some_months()) as db:
        batch(db, 1, "orders", date(2024, 1, 3))
        keep(db, rules, until)
        db.execute(statement)
        batch(db, 2, "orders", first_changed_on)
        written = keep(db, rules, until)
        again = latest(db)
        forget(db)
        keep(db, rules, until, carried=False)
        assert again == latest(db), "as if the rows had always been so"
        return written, again


def test_a_row_dated_in_a_closed_month_starts_from_that_month() -> None:
    written, _history = after_a_change(
        "insert into store.orders by name select 'shop' as source, 'late' as row_key, 2 as batch_id, "
        "1 as record_no, 'P11' as customer_id, '2024-05-10' as order_date, 7 as net_amount",
        date(2024, 5, 10),
    )
    assert written == [date(2024, 5, 31), date(2024, 6, 30), date(2024, 7, 31), date(2024, 8, 31)]


def test_a_load_taken_back_starts_from_its_first_day() -> None:
    """P1 buys every 13 days from 4 January; what comes after 9 March is taken back."""
    written, _history = after_a_change(
        "delete from store.orders where customer_id = 'P1' and order_date > '2024-03-10'",
        date(2024, 3, 22),
    )
    assert written[0] == date(2024, 3, 31)


def test_a_corrected_day_moves_a_loss_to_an_earlier_month() -> None:
    """
    X bought every ten days, and last on 20 April, which is corrected to 5 March: so they left in April.

    From June on they are lost with the same reason and revenue either way: only the month is another.
    """
    written, history = after_a_change(
        "update store.orders set order_date = '2024-03-05' "
        "where customer_id = 'X' and order_date > '2024-04-01'",
        date(2024, 3, 5),
    )
    assert len(written) == 6
    assert {row[5] for row in history if row[1] == "X" and row[2] == "lost"} == {date(2024, 4, 30)}


def test_an_email_is_shared_by_too_many_from_the_day_on_which_it_was() -> None:
    """Twenty-one receipts on 10 May with one e-mail: in April it is somebody's, from May on nobody's."""
    mail: Row = {"email": "negozio@example.com"}
    rows = [order(None, "2024-03-05", **mail), *every("P1", "2024-01-03", 20, 9)]
    rows += [order(None, "2024-05-10", 10 + number, **mail) for number in range(21)]
    with raw_shop(orders=rows) as db:
        batch(db, 1, "orders", date(2024, 1, 3))
        told_twice(db, since(settings(), date(2024, 1, 1)), date(2024, 6, 30))
        known = db.execute(
            "select as_of from history.category_snapshots where customer_id like 'negozio%' order by 1"
        ).fetchall()
    assert known == [(date(2024, 3, 31),), (date(2024, 4, 30),)]


KILLED: Final = """
import os, signal, sys
from datetime import date, datetime
from pathlib import Path
from clientela.settings.shop_settings import Categories, Settings
from clientela.warehouse.connection import open_shop
from clientela.warehouse.history.snapshots import write_snapshots

def tell(name, share):
    if name == "2024-05-31":
        os.kill(os.getpid(), signal.SIGKILL)

path = Path(sys.argv[1])
rules = Settings(path.parent, categories=Categories(history_complete=True, history_start=date(2024, 1, 1)))
with open_shop(path) as db:
    write_snapshots(db, rules, date(2024, 6, 30), made_at=datetime(2026, 11, 22, 8), progress=tell)
"""


def test_a_run_killed_in_the_middle_goes_on_where_it_was(tmp_path: Path) -> None:
    path, rules, until = tmp_path / "shop.duckdb", since(settings(), date(2024, 1, 1)), date(2024, 6, 30)
    with open_shop(path, create=True) as db:
        insert(db, "orders", some_months())
        batch(db, 1, "orders", date(2024, 1, 3))
        build_marts(db, rules, until)
    died = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert died.returncode == -signal.SIGKILL
    with open_shop(path) as db:
        kept = db.execute("select as_of from history.snapshots order by 1").fetchall()
        assert [str(day) for (day,) in kept] == ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]
        assert keep(db, rules, until) == [date(2024, 5, 31), date(2024, 6, 30)]
        went_on = latest(db)
        forget(db)
        keep(db, rules, until)
        assert went_on == latest(db)


def test_which_version_of_a_month_end_holds_is_said_once() -> None:
    assert [name for name, sql in texts().items() if "max(version)" in sql] == ["steps.latest_snapshots"]
