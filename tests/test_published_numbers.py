"""Real files against published and independently counted numbers."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import plain_rules
import pytest
from real_data import loaded, sales_file

CDNOW_END = date(1998, 6, 30)


@pytest.mark.slow
def test_cdnow_rhythm_and_categories(tmp_path: Path) -> None:
    with loaded(tmp_path, "cdnow_master.txt", "cdnow.toml", CDNOW_END) as (db, result):
        records, money = result.records, result.money
        assert (records.in_, records.merged, records.quarantined, records.set_aside) == (69_659, 69_659, 0, 0)
        assert money.in_ == money.merged == Decimal("2500315.63")
        (shop,) = db.execute("select rhythm_alpha, first_repeat_days from marts.shop_rhythm").fetchall()
        assert shop == (pytest.approx(144.436, abs=0.001), 318)
        found = dict(db.execute("select category, people from marts.category_totals").fetchall())
        assert sum(found.values()) == 23_570
        (revenue,) = db.execute("select sum(revenue_total) from marts.customers").fetchall()[0]
        assert revenue == Decimal("2500315.63")
    with sales_file("cdnow_master.txt").open() as file:
        next(file)
        rows = [
            {
                "who": cells[0],
                "on": datetime.strptime(cells[1], "%Y%m%d").date(),
                "amount": float(cells[3]),
                "id": str(place),
            }
            for place, cells in enumerate(map(str.split, file))
        ]
    counted = Counter(plain_rules.categories(rows, CDNOW_END).values())
    assert {category: people for category, people in found.items() if people} == counted


@pytest.mark.slow
def test_uci_online_retail_accounts_for_every_line(tmp_path: Path) -> None:
    path = sales_file("online_retail.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    exact = sum(Decimal(line["Quantity"]) * Decimal(line["UnitPrice"]) for line in lines)
    anonymous = {line["InvoiceNo"] for line in lines if not line["CustomerID"]}
    with loaded(tmp_path, path.name, "online_retail.toml", date(2011, 12, 31)) as (db, result):
        records, money = result.records, result.money
        assert records.in_ == len(lines) == 541_909
        assert records.in_ == records.merged + records.set_aside + records.quarantined + records.unchanged
        assert money.in_ == exact
        assert exact.quantize(Decimal("0.01")) == Decimal("9747747.93")
        (kept,) = db.execute(
            "select count(*) from raw.order_lines join raw.orders using (source, order_id) "
            "where customer_id is null"
        ).fetchall()[0]
        assert kept == sum(not line["CustomerID"] for line in lines) == 135_080
        assert db.execute("select receipts from marts.anonymous_sales").fetchall() == [(len(anonymous),)]
        assert db.execute(
            "select count(*), sum(purchases) from marts.activity where purchases > 0"
        ).fetchall() == [(4_334, 16_608)]
        assert db.execute("select sum(people) from marts.category_totals").fetchall() == [(4_372,)]
