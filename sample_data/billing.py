"""How firms pay their invoices: most near the due date, some after a reminder, a few hardly ever."""

from __future__ import annotations

from datetime import date, timedelta

from clientela.sample_data.chance import Chance
from clientela.sample_data.opening import LAST
from clientela.sample_data.receipts import Receipt
from clientela.sample_data.tables import euro

BAD_SINCE = date(2025, 11, 1)
"""From here on the firms that do not pay stop paying."""


def payment_rows(receipts: list[Receipt]) -> list[dict[str, object]]:
    """Return payments.csv: money in, and the reminders for what is still open (amount 0)."""
    chance = Chance("payments")
    rows: list[dict[str, object]] = []
    for receipt in receipts:
        if receipt.doc_type == "TD01" and receipt.status == "completed" and receipt.due_on:
            rows += _of_invoice(chance, receipt, receipt.due_on)
    rows.sort(key=lambda row: (str(row["payment_date"]), str(row["order_id"])))
    return [{"payment_id": f"PAY{place:05d}", **row} for place, row in enumerate(rows, start=1)]


def _of_invoice(chance: Chance, receipt: Receipt, due_on: date) -> list[dict[str, object]]:
    role = receipt.person.role if receipt.person else ""
    bad = role.startswith("toxic_unpaid") and receipt.at.date() >= BAD_SINCE
    if bad and chance.happens(0.5):
        return _reminders(receipt, due_on)
    late = chance.between(55, 95) if bad else chance.weighted((-3, 0, 2, 6, 14, 28), (20, 30, 20, 14, 10, 6))
    paid_on = due_on + timedelta(late)
    if paid_on > LAST:
        return _reminders(receipt, due_on) if bad else []
    paid = _row(receipt, paid_on, due_on, receipt.gross, 0, None)
    if bad and due_on + timedelta(20) <= LAST:
        return [_row(receipt, due_on + timedelta(20), due_on, 0, receipt.gross, 1), paid]
    if not bad and chance.happens(0.04) and paid_on + timedelta(15) <= LAST:
        part = receipt.gross // 2
        rest = receipt.gross - part
        return [
            _row(receipt, paid_on, due_on, part, rest, None),
            _row(receipt, paid_on + timedelta(15), due_on, rest, 0, None),
        ]
    return [paid]


def _reminders(receipt: Receipt, due_on: date) -> list[dict[str, object]]:
    days = [due_on + timedelta(wait) for wait in (15, 45, 90)]
    return [
        _row(receipt, day, due_on, 0, receipt.gross, number)
        for number, day in enumerate(days, start=1)
        if day <= LAST
    ]


def _row(
    receipt: Receipt, day: date, due_on: date, cents: int, still_open: int, reminder: int | None
) -> dict[str, object]:
    return {
        "order_id": receipt.order_id,
        "payment_date": day,
        "amount": euro(cents),
        "method": "bank_transfer" if cents else None,
        "status": "open" if not cents else "part" if still_open else "paid",
        "due_date": due_on,
        "open_amount": euro(still_open),
        "reminder_no": reminder,
    }
