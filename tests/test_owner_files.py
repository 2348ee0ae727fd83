"""Files as an Italian owner has them, from nothing to the report; right values: data/owner/README.md."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from clientela.warehouse.loading.mapping.questions import MOST_QUESTIONS
from tests.worlds.program import Answer, Run

OWNER = Path(__file__).parent / "data" / "owner"
TILL = OWNER / "vendite cassa 2025-26.csv"
INVOICES = OWNER / "Fatture 2026.xlsx"


@pytest.fixture
def shop(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    # The files end on 28 November.
    monkeypatch.setenv("CLIENTELA_TODAY", "2026-11-30")
    assert run("init", tmp_path / "shop").code == 0
    return tmp_path / "shop"


def rows(run: Run, shop: Path, sql: str) -> list[list[Any]]:
    found: list[list[Any]] = run("sql", sql, "--format", "json", shop=shop).json["rows"]
    return found


def loaded(run: Run, shop: Path, path: Path, monkeypatch: pytest.MonkeyPatch, **answers: str) -> Answer:
    """Load a file as an owner does who gives these answers at the terminal."""
    from clientela.cli import asking

    def ask(_name: str, found: Any) -> dict[str, str]:
        assert len(found.questions) <= MOST_QUESTIONS
        assert {asked.code for asked in found.questions} == set(answers)
        return answers

    monkeypatch.setattr(asking, "somebody_is_there", lambda: True)
    monkeypatch.setattr(asking, "ask", ask)
    return run("load", path, "--format", "json", shop=shop)


def test_the_till_is_loaded_with_one_question_and_its_names_become_people(
    shop: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = loaded(run, shop, TILL, monkeypatch, names_without_key="yes")
    assert answer.code == 0, answer.err
    assert "placeholder_key" not in answer.err, "where a name is the key, an empty number is no fault"
    assert answer.json["records"]["merged"] == 9032
    assert answer.json["money"]["merged"] == "152191.53"
    ((receipts, anonymous, people, money),) = rows(
        run,
        shop,
        "select count(*), count_if(nullif(customer_id, '') is null and card_number is null), "
        "count(distinct coalesce(nullif(customer_id, ''), card_number)), sum(gross_amount) from raw.orders",
    )
    assert (receipts, anonymous, people) == (5148, 2500, 175)
    assert Decimal(str(money)) == Decimal("152191.53")
    kept = tomllib.loads((shop / "mappings" / "vendite_cassa.toml").read_text("utf-8"))
    assert kept["key"]["document"] == ["order_id", "day"]
    assert run("report", "--month", "2026-10", shop=shop).code == 0


def test_without_the_answer_the_tills_names_are_counted_and_belong_to_nobody(shop: Path, run: Run) -> None:
    answer = run("load", TILL, "--yes", "--format", "json", shop=shop)
    assert answer.code == 1
    (asked,) = answer.json["questions"]
    assert (asked["code"], asked["money"]) == ("names_without_key", "18132.29")
    assert "51 names stand alone in “Cliente”, without “Tessera” (receipts: 675)." in answer.err
    cards, nameless = rows(
        run, shop, "select count(distinct card_number), count_if(card_number is null) from raw.orders"
    )[0]
    assert (cards, nameless) == (124, 2500 + 675)


def test_the_invoices_are_loaded_with_one_question(
    shop: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = loaded(run, shop, INVOICES, monkeypatch, names_without_key="later")
    assert answer.code == 0, answer.err
    records = answer.json["records"]
    assert (records["in"], records["merged"], records["set_aside"]) == (309, 254 + 18, 14 + 23)
    assert answer.json["money"]["merged"] == "150500.40"
    ((numbers, without, refunds),) = rows(
        run,
        shop,
        "select count(distinct vat_number), count_if(vat_number is null), count_if(net_amount < 0) "
        "from raw.orders",
    )
    assert (numbers, without, refunds) == (39, 25, 18)
    again = run("load", INVOICES, "--format", "json", shop=shop)
    assert (again.code, again.json["records"]["merged"], again.json["questions"]) == (0, 0, [])
