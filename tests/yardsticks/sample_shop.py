"""The fictional shop recounted from its CSV files alone, in plain Python."""

from __future__ import annotations

import csv
import json
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any

SHOP = Path(__file__).parent.parent.parent / "sample_data"
TRUTHS: dict[str, Any] = json.loads((SHOP / "truths.json").read_text(encoding="utf-8"))
LAST = date.fromisoformat(TRUTHS["last_day"])
YEAR = LAST - timedelta(365)

Row = dict[str, str]


@cache
def rows(name: str) -> list[Row]:
    with (SHOP / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def closed() -> frozenset[date]:
    shop = tomllib.loads((SHOP / "shop.toml").read_text(encoding="utf-8"))["shop"]
    days: set[date] = set()
    for closure in shop["closures"]:
        start, end = date.fromisoformat(closure["from"]), date.fromisoformat(closure["to"])
        days |= {start + timedelta(n) for n in range((end - start).days + 1)}
    return frozenset(days)


def open_days(start: date, end: date) -> int:
    return (end - start).days - sum(start < day <= end for day in closed())


@cache
def accounts() -> dict[str, str]:
    """Say which account each key leads to: ids, VAT numbers and e-mails of customers.csv."""
    first_with: dict[str, str] = {}
    found = {"": ""}
    for row in rows("customers"):
        account = row["customer_id"]
        if row["tax_code"]:
            account = first_with.setdefault(row["tax_code"], account)
        found[row["customer_id"]] = account
        for key in (row["vat_number"], row["email"].lower()):
            if key and key != TRUTHS["identity"]["shop_email"]:
                found.setdefault(key, account)
    return found


def buyer_of(order: Row) -> str:
    return accounts()[order["customer_id"] or order["vat_number"] or order["email"].lower()]


@cache
def purchases() -> dict[str, list[date]]:
    """List each person's purchase days: completed sales, net of refunds, above one cent a day."""
    back: Counter[str] = Counter()
    for order in rows("orders"):
        if order["refund_of"]:
            back[order["refund_of"]] += int(Decimal(order["net_amount"]) * 100)
    sold: dict[tuple[str, date], int] = defaultdict(int)
    loose: dict[tuple[str, date], int] = defaultdict(int)
    for order in rows("orders"):
        who, cents = buyer_of(order), int(Decimal(order["net_amount"]) * 100)
        if not who or order["status"] != "completed" or order["order_type"] != "one_off":
            continue
        day = date.fromisoformat(order["order_date"][:10])
        if cents < 0:
            loose[who, day] += 0 if order["refund_of"] else cents
        elif cents + back[order["order_id"]] > 1:
            sold[who, day] += cents + back[order["order_id"]]
    found: dict[str, list[date]] = defaultdict(list)
    for (who, day), cents in sorted(sold.items()):
        if cents + loose[who, day] > 1:
            found[who].append(day)
    return dict(found)


@cache
def mean_gap() -> float:
    days = [found for found in purchases().values() if len(found) > 1]
    return sum(open_days(one[0], one[-1]) for one in days) / sum(len(one) - 1 for one in days)


def chance_of_silence(days: list[date]) -> float:
    """Return how often somebody with this rhythm, still buying, is silent as long as now."""
    known = 2 * mean_gap() + open_days(days[0], days[-1])
    return float((known / (known + open_days(days[-1], LAST))) ** (1 + len(days)))


def second_within_90(people: Iterable[str]) -> tuple[float, float]:
    """Return the Kaplan–Meier share that came back within 90 days, and its standard error."""
    waits = []
    for who in people:
        first, *later = purchases()[who]
        waits.append(((later[0] - first).days, True) if later else ((LAST - first).days, False))
    still = 1.0
    for wait in sorted({wait for wait, came in waits if came and wait <= 90}):
        at_risk = sum(other >= wait for other, _ in waits)
        still *= 1 - sum(other == wait and came for other, came in waits) / at_risk
    return 1 - still, sqrt(still * (1 - still) / len(waits))


def revenue_of_the_year() -> Counter[str]:
    total: Counter[str] = Counter()
    for order in rows("orders"):
        if order["status"] == "completed" and date.fromisoformat(order["order_date"][:10]) > YEAR:
            total[buyer_of(order)] += int(Decimal(order["net_amount"]) * 100)
    del total[""]
    return total
