"""The command of the ladder: steps, people still in time, at any date."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from tests.worlds.program import Run


def test_the_command_answers_with_the_steps(demo_shop: Path, run: Run) -> None:
    answer = run("ladder", "--format", "json", shop=demo_shop)
    assert answer.code == 0
    assert answer.json["as_of"] == "2026-10-31"
    assert [row["step"] for row in answer.json["steps"]] == [1, 2, 3, 4]
    first = answer.json["steps"][0]
    assert first["low_90d"] < first["within_90d"] < first["high_90d"]
    assert re.fullmatch(r"\d+\.\d\d", first["leak_12m"])
    assert {group["kind"] for group in answer.json["groups"]} == {"cause", "channel", "cohort", "coupon"}
    assert {point["series"] for point in answer.json["curve"]} == {"now", "year_ago"}
    italian = run("ladder", shop=demo_shop, lang="it")
    heading = " ".join(italian.out.splitlines()[0].split())
    assert heading == (
        "acquisto persone in 30 giorni in 90 giorni in 365 giorni metà entro fermi vendite perse, fino a"
    )
    assert "persone si sono fermate dopo l’acquisto n. 1" in italian.err


def test_a_past_date_is_answered_and_leaves_the_file_alone(demo_shop: Path, run: Run) -> None:
    answer = run("ladder", "--as-of", "2025-03-31", "--format", "json", shop=demo_shop)
    now = run("ladder", "--format", "json", shop=demo_shop)
    assert answer.json["as_of"] == "2025-03-31"
    assert answer.json["steps"][0]["people"] < now.json["steps"][0]["people"]


def test_the_list_can_be_cut_to_a_step_and_to_those_who_said_yes(demo_shop: Path, run: Run) -> None:
    everybody = run("ladder", "--in-time", "--format", "json", shop=demo_shop).json["rows"]
    once = run("ladder", "--in-time", "--step", "1", "--format", "json", shop=demo_shop).json["rows"]
    written = run("ladder", "--in-time", "--by", "email", "--format", "csv", shop=demo_shop)
    assert once == [row for row in everybody if row["step"] == 1]
    assert [row["days_left"] for row in once] == sorted(row["days_left"] for row in once)
    header, *rows = written.out.splitlines()
    assert header.startswith("customer_id,name,phone,email,step,last_purchase_on")
    assert len(rows) == sum(row["consent_email"] and row["email"] is not None for row in everybody)
    assert 0 < len(rows) < len(everybody)


def test_choosing_people_without_asking_for_people_is_refused(demo_shop: Path, run: Run) -> None:
    answer = run("ladder", "--step", "1", shop=demo_shop)
    assert answer.code == 2
    assert "--in-time" in answer.err


def test_a_shop_of_three_receipts_gets_an_answer(small_shop_made: Path, run: Run) -> None:
    answer = run("ladder", "--format", "json", shop=small_shop_made / "shop")
    assert answer.code == 0
    assert answer.json["steps"][0]["within_90d"] is None
    assert date.fromisoformat(answer.json["as_of"])
