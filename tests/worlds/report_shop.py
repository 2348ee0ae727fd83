"""Shops of different sizes as finished marts, and their reports, for the tests of the report."""

from __future__ import annotations

from pathlib import Path

import duckdb

from clientela.month import Month
from clientela.reports.monthly import Written, write
from clientela.reports.section import Shop

HERE = Path(__file__).parent
OCTOBER = Month(2026, 10)
BOTTEGA = Shop("Bottega del Porto")

HOSTILE = [
    "<b>Anna</b> & \"Figli\" 'Rossi'",
    "<script>alert(1)</script>",
    "Zoë 🦊🌈 O'Hara",
    "שרה כהן",
    "محمد العلي",
    '=HYPERLINK("http://x.example")',
    "+39 SUM(A1)",
    "@risk",
    "-2+3",
    "Maria\nLuisa\tRe",
    "X" * 120,
    "{{ shop }} {% raw %}",
]


def marts(rows: str = "") -> duckdb.DuckDBPyConnection:
    """Return an in-memory shop with the report's tables, filled by SQL."""
    db = duckdb.connect()
    for tables in ("report_marts.sql", "ladder_marts.sql", "worth_marts.sql"):
        db.execute((HERE / tables).read_text("utf-8"))
    if rows:
        db.execute(rows)
    return db


def whole_shop() -> duckdb.DuckDBPyConnection:
    """Return the shop of 1,923 people."""
    return marts((HERE / "report_rows.sql").read_text("utf-8"))


def empty_shop() -> duckdb.DuckDBPyConnection:
    """Return a shop that has loaded nothing."""
    return marts(
        """
        insert into marts.report_date values
            ('2026-10-31', '2026-10-01', '2026-09-30', '2025-10-31', null, null, false, 'EUR',
            0, 0, 0, 0, null, 0, 0);
        insert into marts.shop_rhythm values
            (null, null, 0.20, 0.05, 14, 730, 180, 'trade', 0, null, false, 0.18);
        insert into marts.category_totals
        select unnest(['potential', 'prospect', 'lost', 'referral', 'buyer', 'customer', 'fan']),
            unnest([1, 2, 3, 4, 5, 6, 7]), 0, null, 0, null, null, null;
        """
    )


def one_customer() -> duckdb.DuckDBPyConnection:
    """Return a shop with one customer, who bought once, in its first month."""
    db = empty_shop()
    db.execute(
        """
        update marts.report_date set people = 1, purchasers = 1, orders = 1, revenue_12m = 12.50,
            identified_revenue_share = 1, last_order_on = '2026-10-20', history_start = '2026-10-20';
        update marts.category_totals set people = 1, share = 1, revenue_12m = 12.50, revenue_share = 1
        where category = 'buyer';
        insert into marts.category_history values ('2026-10-31', 'buyer', 1, 12.50);
        insert into marts.customers (customer_id, name, kind, category, overlays, purchases,
            first_purchase_on, last_purchase_on, first_seen_on, silent_days, revenue_total, revenue_12m,
            days_left,
            list_position, is_listed)
        values ('C-1', 'Anna Bruni', 'consumer', 'buyer', '', 1, '2026-10-20', '2026-10-20', '2026-10-20', 11,
            12.50, 12.50, 169, 1, true);
        insert into marts.category_figures values
            ('buyer', 1, 'second_within_30d', 0.5, 'share', 6, true, null),
            ('prospect', 1, 'first_purchase_rate', null, 'share', 0, false, 'no_touchpoints');
        insert into marts.batches values
            (1, '2026-11-02 08:00:00', 'orders', 'vendite.csv', 1, 1, 0, 0, 0, 0, 12.50);
        """
    )
    return db


def hostile_shop() -> duckdb.DuckDBPyConnection:
    """Return the shop of 1,923 people, some of them with names that break pages."""
    db = whole_shop()
    for i, name in enumerate(HOSTILE):
        db.execute("update marts.call_list set name = ? where position = ?", [name, i + 1])
        db.execute(
            "update marts.customers set name = ?, referred_by_name = ? where list_position = ?",
            [name, name, i + 1],
        )
        db.execute("update marts.movers set name = ? where position = ?", [name, i + 1])
    db.execute("update marts.batches set file_name = '<i>vendite</i>.csv' where batch_id = 4")
    return db


SHOPS = {"whole": whole_shop, "empty": empty_shop, "one": one_customer, "hostile": hostile_shop}


def report(folder: Path, shop: str = "whole", language: str = "it", *, pdf: bool = False) -> Written:
    """Write a shop's report."""
    with SHOPS[shop]() as db:
        return write(db, OCTOBER, shop=BOTTEGA, language=language, to=folder, pdf=pdf)
