"""The place of a row is its number: nothing on the way to the stage may hand rows on in another order."""

from __future__ import annotations

import re

import pytest
from duckdb import DuckDBPyConnection

from clientela.warehouse.loading.staging.staging import Staging
from tests.worlds.empty_shop import Shop, shop

__all__ = ["shop"]

MANY_WORDS = """\
source = "till"
[columns]
order_id = "n"
order_date = "day"
net_amount = "total"
is_gift = "gift"
doc_type = "kind"
order_type = "way"
currency = "money"
card_number = "card"
[status]
column = "state"
counts = ["a", "b", "c", "d", "e", "f", "g", "h"]
ask = ["i", "j", "k", "l", "m", "n", "o", "p"]
[documents]
column = "kind"
invoice = ["a", "b", "c", "d", "e", "f", "g"]
credit_note = ["h", "i", "j", "k", "l", "m", "o"]
[set_aside]
column = "state"
values = ["q", "r", "s", "t", "u", "v", "w"]
[sign]
column = "kind"
negative = ["h", "i", "j", "k", "l", "m", "o"]
[key]
nobody = ["p1", "p2", "p3", "p4", "p5", "p6", "p7"]
[money]
minor_units = true
rates = { USD = 0.9, GBP = 1.2, CHF = 1.1, SEK = 0.1, NOK = 0.1, DKK = 0.1, PLN = 0.2 }
"""
ROWS = "n,day,total,gift,kind,way,money,card,state\n1,2025-01-02,100,no,a,one_off,EUR,c1,a\n"


def plans(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list to which every stage's plan will be added."""
    found: list[str] = []
    run = Staging.run

    def explained(self: Staging, db: DuckDBPyConnection) -> int:
        found.append("\n".join(text for _kind, text in db.execute("explain " + self.sql()).fetchall()))
        return run(self, db)

    monkeypatch.setattr(Staging, "run", explained)
    return found


@pytest.mark.parametrize(
    ("rows", "mapping"),
    [
        (ROWS, MANY_WORDS),
        ("order_id,order_date,net_amount,is_gift,order_type,currency\n1,2025-01-02,1,no,one_off,EUR\n", None),
    ],
    ids=["a mapping with many words", "our own headings"],
)
def test_no_join_stands_between_a_text_and_its_stage(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, rows: str, mapping: str | None
) -> None:
    found = plans(monkeypatch)
    shop.load(rows, mapping=mapping)
    assert found
    operators = {op for plan in found for op in re.findall(r"╭─ ([A-Z][A-Za-z ]+?) ─", plan)}
    assert operators == {"Projection", "Read Csv"}
