"""The doctor says what is missing, doubtful or waiting, each with its figure and what comes next."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from clientela.warehouse.health import anonymous, coverage, names_without_key
from tests.worlds.made_shop import built_shop, order
from tests.worlds.program import Run

HEAD = "order_id,order_date,customer_id,customer_name,net_amount\n"


def daily(first: str, days: int) -> str:
    """One receipt of Anna's a day."""
    start = date.fromisoformat(first)
    return "".join(f"{place},{start + timedelta(days=place)},anna,,10\n" for place in range(days))


def signs(run: Run, shop: Path) -> tuple[int, dict[str, Any]]:
    answer = run("doctor", "--format", "json", shop=shop)
    return answer.code, {sign["code"]: sign for sign in answer.json["signs"]}


def test_a_shop_without_a_fault_is_well(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "shop")
    (tmp_path / "sales.csv").write_text(HEAD + daily("2026-08-01", 61), encoding="utf-8")
    run("load", tmp_path / "sales.csv", shop=tmp_path / "shop")
    answer = run("doctor", shop=tmp_path / "shop")
    found = signs(run, tmp_path / "shop")[1]
    assert {code for code, sign in found.items() if sign["is_finding"]} <= {"gaps"}
    assert answer.code in (0, 1)


def test_each_fault_is_counted_with_its_money(run: Run, tmp_path: Path) -> None:
    """Two names on three receipts of 5, 6 and 7; a row of 9 without a date; one nameless receipt of 1."""
    rows = (
        "a,2026-08-10,,Gina Rota,5\nb,2026-08-11,,GINA  ROTA,6\nc,2026-08-12,,Ugo Neri,7\n"
        "d,,anna,,9\ne,2026-08-12,,,1\nf,2026-08-12,,Walk-in,2\n"
    )
    run("init", tmp_path / "shop")
    (tmp_path / "sales.csv").write_text(HEAD + daily("2026-08-01", 20) + rows, encoding="utf-8")
    run("load", tmp_path / "sales.csv", shop=tmp_path / "shop")
    code, found = signs(run, tmp_path / "shop")
    assert code == 1
    assert (found["quarantined"]["count"], found["quarantined"]["money"]) == (1, "9.00")
    names = found["names_without_key"]
    assert (names["count"], names["receipts"], names["money"]) == (2, 3, "18.00")
    assert found["anonymous"]["count"] == 5
    assert found["anonymous"]["share"] == round(5 / 25, 6)
    assert found["duplicates"]["count"] == 0
    told = run("doctor", shop=tmp_path / "shop", lang="it")
    assert "nomi senza numero, tessera o contatto: 2" in told.out
    assert "clientela quarantine export" in told.out


def test_days_without_a_receipt_are_a_gap(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIENTELA_TODAY", "2026-11-30")
    run("init", tmp_path / "shop")
    sales = HEAD + daily("2026-10-01", 20) + "z,2026-11-29,anna,,10\n"
    (tmp_path / "sales.csv").write_text(sales, encoding="utf-8")
    run("load", tmp_path / "sales.csv", shop=tmp_path / "shop")
    gap = signs(run, tmp_path / "shop")[1]["gaps"]
    assert (gap["count"], gap["first_on"], gap["last_on"]) == (1, "2026-10-21", "2026-11-28")


def test_likely_duplicates_and_mappings_without_source_are_said(run: Run, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    run("init", shop)
    text = "order_id,order_date,card_number,net_amount\n1,2026-08-01,000123,10\n2,2026-08-09,123,10\n"
    (tmp_path / "sales.csv").write_text(text, encoding="utf-8")
    run("load", tmp_path / "sales.csv", shop=shop)
    (shop / "mappings").mkdir(exist_ok=True)
    for name, source in (("a", ""), ("b", 'source = "till"\n')):
        (shop / "mappings" / f"{name}.toml").write_text(
            source + '[columns]\norder_date = "d"\nnet_amount = "t"\n', encoding="utf-8"
        )
    found = signs(run, shop)[1]
    assert found["duplicates"]["count"] == 1
    assert (found["without_source"]["count"], found["without_source"]["files"]) == (1, ["a.toml"])


def test_named_sales_are_held_against_the_totals_of_the_till() -> None:
    """The till took 100 in 10 receipts on two days; Anna's two receipts are 30; a third day has no sale."""
    sales = [
        order("anna", "2026-08-01", 10),
        order("anna", "2026-08-02", 20),
        order(None, "2026-08-02", 25),
        order("anna", "2026-08-20", 99),
    ]
    with built_shop("2026-08-31", orders=sales) as shop:
        shop.execute(
            """
            create or replace view raw.control_totals as
            select cast(day as date) as day, cast(net_amount as decimal(18, 4)) as net_amount, receipts
            from (values ('2026-08-01', 40, 4), ('2026-08-02', 60, 6), ('2026-08-03', 0, 0))
                as totals (day, net_amount, receipts)
            """
        )
        (sign,) = coverage(shop)
    assert sign.parts["turnover_share"] == 0.3
    assert sign.parts["receipts_share"] == 0.2
    assert (sign.count, sign.parts["days_without_sales"], sign.is_finding) == (3, 1, True)


def test_without_totals_of_the_till_nothing_is_said_of_coverage() -> None:
    with built_shop("2026-08-31", orders=[order("anna", "2026-08-01")]) as shop:
        assert coverage(shop) == []
        assert (names_without_key(shop).count, anonymous(shop).count) == (0, 0)


def test_the_last_page_counts_names_without_a_key() -> None:
    sales = [
        order(None, "2026-08-01", customer_name="Gina Rota"),
        order(None, "2026-08-02", customer_name="ROTA Gina"),
        order(None, "2026-08-02", customer_name="Walk-in"),
        order("anna", "2026-08-02", customer_name="Anna Bruni"),
    ]
    with built_shop("2026-08-31", orders=sales) as shop:
        found = shop.execute("select value from marts.data_checks where check_name = 'names_without_key'")
        assert found.fetchall() == [(1,)]
