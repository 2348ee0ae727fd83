"""Real files against published and independently counted numbers."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.worlds.real_data import lines_of, loaded, sales_file
from tests.yardsticks import plain_rules

CDNOW_END = date(1998, 6, 30)


@pytest.mark.slow
def test_cdnow_rhythm_and_categories(tmp_path: Path) -> None:
    with loaded(tmp_path, "cdnow_master.txt.gz", "cdnow.toml", CDNOW_END) as (db, result):
        records, money = result.records, result.money
        assert (records.in_, records.merged, records.quarantined, records.set_aside) == (69_659, 69_659, 0, 0)
        assert money.in_ == money.merged == Decimal("2500315.63")
        (shop,) = db.execute("select rhythm_alpha, first_repeat_days from marts.shop_rhythm").fetchall()
        assert shop == (pytest.approx(144.436, abs=0.001), 318)
        found = dict(db.execute("select category, people from marts.category_totals").fetchall())
        assert sum(found.values()) == 23_570
        (revenue,) = db.execute("select sum(revenue_total) from marts.customers").fetchall()[0]
        assert revenue == Decimal("2500315.63")
    rows = [
        {
            "who": cells[0],
            "on": datetime.strptime(cells[1], "%Y%m%d").date(),
            "amount": float(cells[3]),
            "id": str(place),
        }
        for place, cells in enumerate(map(str.split, lines_of(sales_file("cdnow_master.txt.gz"))[1:]))
    ]
    counted = Counter(plain_rules.categories(rows, CDNOW_END).values())
    assert {category: people for category, people in found.items() if people} == counted


@dataclass(frozen=True)
class Invoices:
    """What a UCI file holds, counted without the product."""

    money: Decimal
    lines: int
    without_name: int
    """Of the lines."""

    rows: list[dict[str, Any]]
    """Each invoice once: id, who (empty: nobody), on, amount."""

    @classmethod
    def of(cls, path: Path) -> Invoices:
        lines = list(csv.DictReader(lines_of(path)))
        rows: dict[str, dict[str, Any]] = {}
        for line in lines:
            on = date.fromisoformat(line["InvoiceDate"][:10])
            new = {"id": line["InvoiceNo"], "who": line["CustomerID"], "on": on, "amount": Decimal(0)}
            invoice = rows.setdefault(line["InvoiceNo"], new)
            invoice["amount"] += Decimal(line["Quantity"]) * Decimal(line["UnitPrice"])
        money = sum((row["amount"] for row in rows.values()), Decimal(0))
        invoices = [row | {"amount": float(row["amount"])} for row in rows.values()]
        return cls(money, len(lines), sum(not line["CustomerID"] for line in lines), invoices)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "as_of", "invoices", "people"),
    [
        ("online_retail_10000.csv.gz", date(2010, 12, 31), (10_000, "180667.75", 2_291), (302, 318, 323)),
        (
            "online_retail.csv.gz",
            date(2011, 12, 31),
            (541_909, "9747747.93", 135_080),
            (4_334, 16_608, 4_372),
        ),
    ],
    ids=["first-10000", "whole"],
)
def test_uci_online_retail_accounts_for_every_line(
    tmp_path: Path, name: str, as_of: date, invoices: tuple[int, str, int], people: tuple[int, int, int]
) -> None:
    """Lines, pounds and lines without a name; buyers, their purchases and everybody with a number."""
    counted = Invoices.of(sales_file(name))
    assert (counted.lines, f"{counted.money:.2f}", counted.without_name) == invoices
    named = [row for row in counted.rows if row["who"]]
    bought = plain_rules.purchase_days(named, as_of)
    known = plain_rules.categories(named, as_of)
    assert (len(bought), sum(map(len, bought.values())), len(known)) == people
    with loaded(tmp_path, name, "online_retail.toml", as_of) as (db, result):
        records, money = result.records, result.money
        assert records.in_ == counted.lines
        assert records.in_ == records.merged + records.set_aside + records.quarantined + records.unchanged
        assert money.in_ == counted.money
        (kept,) = db.execute(
            "select count(*) from raw.order_lines join raw.orders using (source, order_id) "
            "where customer_id is null"
        ).fetchall()[0]
        assert kept == counted.without_name
        anonymous = len(counted.rows) - len(named)
        assert db.execute("select receipts from marts.anonymous_sales").fetchall() == [(anonymous,)]
        assert db.execute(
            "select count(*), sum(purchases) from marts.activity where purchases > 0"
        ).fetchall() == [people[:2]]
        found = dict(db.execute("select category, people from marts.category_totals").fetchall())
    assert {category: count for category, count in found.items() if count} == Counter(known.values())
