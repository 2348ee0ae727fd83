"""What the commands answer: the JSON objects that programs rely on, and the other formats."""

from __future__ import annotations

import csv
import io
import re
import shutil
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from clientela.terms import CATEGORIES
from tests.worlds.demo import Demo
from tests.worlds.program import Answer, Run

MONEY = re.compile(r"-?\d+\.\d\d")
CUSTOMER = {
    "customer_id": str,
    "name": str | None,
    "category": str,
    "overlays": list,
    "purchases": int,
    "first_purchase_on": str | None,
    "last_purchase_on": str | None,
    "silent_days": int | None,
    "own_gap_days": float | None,
    "expected_gap_days": float | None,
    "silence_allowed_days": float | None,
    "rhythm_p": float | None,
    "revenue_total": str,
    "revenue_12m": str,
    "next_purchase_on": str | None,
    "next_purchase_from_on": str | None,
    "next_purchase_until_on": str | None,
    "reason": str,
}


def is_day(text: Any) -> bool:
    return isinstance(text, str) and date.fromisoformat(text).isoformat() == text


def test_segments(demo_shop: Path, run: Run) -> None:
    answer = run("segments", "--format", "json", shop=demo_shop)
    found = answer.json
    assert answer.code == 0
    assert set(found) - {"tax_included"} == {"as_of", "people", "categories", "anonymous", "parameters"}
    assert found["as_of"] == "2026-10-31"
    assert [row["category"] for row in found["categories"]] == list(CATEGORIES)
    assert found["people"] == sum(row["people"] for row in found["categories"])
    for row in found["categories"]:
        assert set(row) == {"category", "people", "share", "revenue_12m", "change_month", "change_year"}
        assert row["share"] == pytest.approx(row["people"] / found["people"], abs=1e-6)
        assert MONEY.fullmatch(row["revenue_12m"])
        assert type(row["change_month"]) is int
        assert type(row["change_year"]) is int
    assert set(found["anonymous"]) == {"receipts", "revenue"}
    assert type(found["anonymous"]["receipts"]) is int
    assert MONEY.fullmatch(found["anonymous"]["revenue"])
    assert found["parameters"]["late_cut"] == 0.2
    assert re.fullmatch(r"[0-9a-f]{16}", found["parameters"]["hash"])


def test_the_changes_are_those_between_two_answers(demo_shop: Path, run: Run) -> None:
    def people(day: str) -> dict[str, int]:
        rows = run("segments", "--as-of", day, "--format", "json", shop=demo_shop).json["categories"]
        return {row["category"]: row["people"] for row in rows}

    now = run("segments", "--format", "json", shop=demo_shop).json["categories"]
    month, year = people("2026-09-30"), people("2025-10-31")
    for row in now:
        assert row["change_month"] == row["people"] - month[row["category"]]
        assert row["change_year"] == row["people"] - year[row["category"]]


def test_changes_are_unknown_before_the_history_starts(demo_shop: Path, run: Run) -> None:
    rows = run("segments", "--as-of", "2023-10-31", "--format", "json", shop=demo_shop).json["categories"]
    assert {row["change_month"] for row in rows} == {row["change_year"] for row in rows} == {None}


def test_customers(demo_shop: Path, run: Run) -> None:
    answer = run("customers", "--format", "json", shop=demo_shop)
    found = answer.json
    assert set(found) == {"as_of", "rows"}
    assert found["as_of"] == "2026-10-31"
    people = run("segments", "--format", "json", shop=demo_shop).json["people"]
    assert len(found["rows"]) == people, "no row is cut off"
    for row in found["rows"]:
        assert set(row) == set(CUSTOMER)
        for name, kind in CUSTOMER.items():
            value = float(row[name]) if kind == float | None and row[name] is not None else row[name]
            assert isinstance(value, kind), (name, row)
        assert MONEY.fullmatch(row["revenue_total"])
        assert MONEY.fullmatch(row["revenue_12m"])
        assert row["reason"]
        assert all(isinstance(word, str) for word in row["overlays"])
        if row["purchases"]:
            assert is_day(row["first_purchase_on"])
            assert is_day(row["last_purchase_on"])
            assert 0 <= (row["rhythm_p"] or 0) <= 1


def test_load(demo_copy: Path, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "novembre.csv"
    path.write_text(
        "order_id,customer_id,order_date,net_amount\n"
        "N1,C0001,2026-11-02,10.00\nN2,C0002,2026-11-03,7.50\n,,,\nN3,C0003,03/11/2026,5.25\n",
        encoding="utf-8",
    )
    answer = run("load", path, "--format", "json", shop=demo_copy)
    assert answer.code == 1
    found = answer.json
    assert set(found) == {
        "batch", "source", "records", "money", "reasons", "findings", "foreign", "questions"
    }  # fmt: skip
    assert type(found["batch"]) is int
    assert found["records"] == {
        "in": 4, "merged": 2, "unchanged": 0, "corrected": 0, "set_aside": 1, "quarantined": 1
    }  # fmt: skip
    assert found["money"] == {
        "in": "22.75",
        "merged": "17.50",
        "unchanged": "0.00",
        "corrected": "0.00",
        "set_aside": "0.00",
        "quarantined": "5.25",
    }
    assert found["reasons"] == [
        {"code": "unreadable_date", "records": 1},
        {"code": "blank_line", "records": 1},
    ] or found["reasons"] == [
        {"code": "blank_line", "records": 1},
        {"code": "unreadable_date", "records": 1},
    ]


def test_report(demo_copy: Path, tmp_path: Path, run: Run) -> None:
    words = ["report", "--month", "2023-11", "--no-pdf", "--format", "json", "--to", tmp_path / "out"]
    answer = run(*words, shop=demo_copy, lang=None)
    found = answer.json
    assert answer.code == 0
    assert set(found) == {"month", "lang", "html", "pdf", "sha256"}
    assert found["month"] == "2023-11"
    assert found["lang"] == "it", "the shop's language, where nobody asks for another"
    assert found["pdf"] is None
    page = Path(found["html"])
    assert page.parent == tmp_path / "out"
    assert found["sha256"] == {"html": sha256(page.read_bytes()).hexdigest(), "pdf": None}
    again = run(*words, shop=demo_copy, lang=None).json
    assert again["sha256"] == found["sha256"], "the same month gives the same bytes"


def test_explain(demo_shop: Path, run: Run) -> None:
    person = run("customers", "fan", "--limit", "1", "--format", "json", shop=demo_shop).json["rows"][0]
    found = run("explain", person["customer_id"], "--format", "json", shop=demo_shop).json
    assert set(found) == {"as_of", "customer_id", "name", "category", "words", "numbers"}
    assert found["category"] == "fan"
    assert found["numbers"]["revenue_12m"] == person["revenue_12m"]
    assert person["reason"] in found["words"]
    by_name = run("explain", person["name"].upper(), "--format", "json", shop=demo_shop)
    assert by_name.json["customer_id"] == person["customer_id"]


def test_several_people_of_one_name_are_listed(demo_shop: Path, run: Run) -> None:
    answer = run("explain", "anna", shop=demo_shop)
    assert answer.code == 2
    assert "“anna” fits several customers:" in answer.err
    assert answer.err.endswith("Ask for one of them by its id.\n")


def read(answer: Answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.out)))


def test_csv_keeps_every_digit_and_guards_formulas(small_shop: Path, run: Run) -> None:
    query = "select '=1+1' as formula, -2 as number, 1234.5 as amount, 'a|b' as text"
    assert read(run("sql", query, "--format", "csv", shop=small_shop)) == [
        ["formula", "number", "amount", "text"],
        ["'=1+1", "-2", "1234.5", "a|b"],
    ]
    markdown = run("sql", query, "--format", "md", shop=small_shop).out.splitlines()
    assert markdown[1] == "| --- | ---: | ---: | --- |"
    assert markdown[2].endswith("| a\\|b |")


def test_two_columns_of_one_name_are_both_there(small_shop: Path, run: Run) -> None:
    found = run("sql", "select 1 as a, 2 as a", "--format", "json", shop=small_shop).json
    assert found == {"columns": ["a", "a"], "rows": [[1, 2]]}
    assert run("sql", "select 1 as a, 2 as a", shop=small_shop).out.split() == ["a", "a", "1", "2"]


def test_a_workbook_holds_numbers_as_numbers(demo_shop: Path, tmp_path: Path, run: Run) -> None:
    from python_calamine import CalamineWorkbook

    answer = run("customers", "fan", "--format", "xlsx", shop=demo_shop)
    path = tmp_path / "fan.xlsx"
    path.write_bytes(answer.data)
    heading, *rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    listed = run("customers", "fan", "--format", "json", shop=demo_shop).json["rows"]
    assert heading == list(CUSTOMER)
    assert [row[0] for row in rows] == [row["customer_id"] for row in listed]
    place = heading.index("revenue_12m")
    assert [row[place] for row in rows] == [float(row["revenue_12m"]) for row in listed]


def test_the_question_leaves_the_shop_as_it_was(demo_shop: Path, run: Run) -> None:
    before = sha256((demo_shop / "clientela.duckdb").read_bytes()).hexdigest()
    run("segments", "--as-of", "2025-06-30", shop=demo_shop)
    run("customers", "--as-of", "2025-06-30", shop=demo_shop)
    run("sql", "select 1", shop=demo_shop)
    assert sha256((demo_shop / "clientela.duckdb").read_bytes()).hexdigest() == before


def test_old_data_are_said_to_be_old(small_shop: Path, run: Run) -> None:
    answer = run("segments", shop=small_shop, lang="it")
    assert "Dati fermi al 5 settembre 2026" in answer.err
    assert run("--quiet", "segments", shop=small_shop, lang="it").err == ""


@pytest.mark.slow
def test_demo_makes_loads_and_reports(reported_demo: Demo, tmp_path: Path, run: Run) -> None:
    answer = reported_demo.answer
    assert answer.code == 0
    assert all(Path(line).exists() for line in answer.out.splitlines())
    assert answer.out.splitlines()[0].endswith("clientela-2026-10.html")
    (tmp_path / "mine").mkdir()
    shutil.copy(reported_demo.folder / "clientela.toml", tmp_path / "mine" / "notes.txt")
    refused = run("demo", "--to", tmp_path / "mine")
    assert refused.code == 2
    assert "holds other files" in refused.err
