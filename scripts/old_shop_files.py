"""The sales files of the little shop in ``tests/shops``: made-up people, the same files at every run."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

FIRST: Final = date(2026, 2, 2)
LAST: Final = date(2026, 10, 31)
PEOPLE: Final = 32

GIVEN: Final = ("Ada", "Bice", "Ciro", "Dina", "Elio", "Fara", "Gino", "Ines")
FAMILY: Final = ("Prova", "Esempio", "Finto", "Campione")
GOODS: Final = (("P1", "sapone", "casa"), ("P2", "candela", "casa"), ("P3", "nastro", "regalo"))
GAPS: Final = (4, 7, 9, 14, 21, 30, 45, 70)

FRIENDS: Final = (
    ("F1", "luca@posta.example", "2026-09-12", 4500),
    ("F2", "mara@posta.example", "2026-09-14", 3000),
    ("F3", "", "2026-09-15", 2000),
    ("F4", "otto@posta.example", "2026-10-09", 2600),
)
"""Receipts of friends: number, contact, day, cents. The third left no contact."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Receipt:
    """One receipt with its lines in cents."""

    number: str
    customer_id: str
    email: str
    on: date
    lines: tuple[int, ...]
    refund_of: str = ""

    def row(self) -> Row:
        """Return its row of orders.csv."""
        amount = f"{sum(self.lines) / 100:.2f}"
        return {
            "order_id": self.number,
            "customer_id": self.customer_id,
            "email": self.email,
            "order_date": f"{self.on}T10:{int(self.number[1:]) % 60:02}:00",
            "net_amount": amount,
            "refund_of": self.refund_of,
        }

    def line_rows(self) -> Iterable[Row]:
        """Return its rows of order_lines.csv."""
        for number, cents in enumerate(self.lines, start=1):
            product, name, kind = GOODS[(number + cents) % len(GOODS)]
            yield {
                "order_id": self.number,
                "line_no": number,
                "product_id": product,
                "product_name": name,
                "category": kind,
                "quantity": 1,
                "net_amount": f"{cents / 100:.2f}",
            }


def people() -> list[Row]:
    """Return customers.csv."""
    return [
        {
            "customer_id": f"C{number:02}",
            "name": f"{GIVEN[number % len(GIVEN)]} {FAMILY[number % len(FAMILY)]}{number}",
            "email": f"cliente{number}@posta.example",
            "phone": f"333 55501{number:02}",
            "owner_rating": 1 if number % 9 == 0 else "",
        }
        for number in range(PEOPLE)
    ]


def receipts() -> list[Receipt]:
    """Return every receipt to the end of October, in the order of its day."""
    chance = Random(20260202)
    bought: list[tuple[date, str, str]] = []
    for number in range(PEOPLE):
        day = FIRST + timedelta(days=chance.randrange(60))
        gap = GAPS[number % len(GAPS)]
        # Every fifth has stopped coming in May.
        until = date(2026, 5, 10) if number % 5 == 4 else LAST
        while day <= until:
            bought.append((day, f"C{number:02}", ""))
            day += timedelta(days=max(1, gap + chance.randrange(-gap // 4, gap // 4 + 1)))
    bought += [(FIRST + timedelta(days=11 * place), "", "") for place in range(24)]
    bought.sort()
    found = [
        Receipt(f"R{place:04}", who, email, day, _lines(chance))
        for place, (day, who, email) in enumerate(bought, start=1)
    ]
    found += [
        Receipt(number, "", email, date.fromisoformat(day), (cents,)) for number, email, day, cents in FRIENDS
    ]
    back = next(each for each in found if each.on >= date(2026, 9, 20) and each.customer_id)
    lines = tuple(-cents for cents in back.lines)
    found.append(Receipt("R9001", back.customer_id, "", date(2026, 9, 28), lines, refund_of=back.number))
    return sorted(found, key=lambda each: (each.on, each.number))


def _lines(chance: Random) -> tuple[int, ...]:
    return tuple(chance.randrange(300, 6000, 10) for _line in range(chance.randrange(1, 4)))


def answers() -> list[Row]:
    """Return surveys.csv: fans, a detractor, and some between."""
    return [
        {
            "response_id": f"S{number:02}",
            "ts": f"2026-0{6 + number % 3}-12T18:00:00",
            "customer_id": f"C{number:02}",
            "score_0_10": (10, 9, 7, 3)[number % 4],
        }
        for number in range(0, PEOPLE, 2)
    ]


def write(folder: Path) -> None:
    """Write the files: what August, September and October bring; each overlaps the month before."""
    bought = receipts()
    periods = {
        "2026-08": (FIRST, date(2026, 8, 31)),
        "2026-09": (date(2026, 8, 20), date(2026, 9, 30)),
        "2026-10": (date(2026, 9, 15), LAST),
    }
    _write(folder / "customers.csv", people())
    _write(folder / "surveys.csv", answers())
    for month, (start, end) in periods.items():
        chosen = [each for each in bought if start <= each.on <= end]
        rows = [each.row() for each in chosen]
        if month == "2026-08":
            # The till wrote one amount wrong, which September's file corrects, and one day that is none.
            wrong = next(row for row in rows if row["order_date"] >= "2026-08-20" and row["customer_id"])
            wrong["net_amount"] = "1.00"
            rows.append({**rows[0], "order_id": "R0000", "order_date": "2026-02-30"})
        _write(folder / f"orders-{month}.csv", rows)
        _write(folder / f"order_lines-{month}.csv", [row for each in chosen for row in each.line_rows()])


def _write(path: Path, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
