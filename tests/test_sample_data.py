"""The fictional shop holds what its truths say, recounted from the CSV files alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from math import sqrt
from pathlib import Path

import pytest

from clientela.warehouse.input_tables import input_tables
from tests.yardsticks.sample_shop import (
    LAST,
    SHOP,
    TRUTHS,
    YEAR,
    accounts,
    buyer_of,
    chance_of_silence,
    closed,
    open_days,
    purchases,
    revenue_of_the_year,
    rows,
    second_within_90,
)


def test_the_generator_writes_the_committed_files_byte_for_byte(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "clientela.sample_data", "--to", str(tmp_path)]
    subprocess.run(
        command, check=True, env={**os.environ, "PYTHONHASHSEED": "7", "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    )
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == sorted(
        path.name for path in SHOP.iterdir() if path.suffix in (".csv", ".toml", ".json")
    )
    for name in written:
        assert (tmp_path / name).read_bytes() == (SHOP / name).read_bytes(), name


HANDED_IN = sorted(set(input_tables()) - {"control_totals"})
"""What the fictional shop hands in: its till writes no totals of the day."""


@pytest.mark.parametrize("name", HANDED_IN)
def test_every_cell_fits_the_field_its_header_names(name: str) -> None:
    import duckdb

    table = input_tables()[name]
    header = list(rows(name)[0])
    assert set(header) <= set(table.fields)
    with duckdb.connect() as db:
        db.execute(f"create table cells as from read_csv('{SHOP / name}.csv', all_varchar=true, header=true)")
        for field in header:
            unreadable = f'"{field}" is not null and try_cast("{field}" as {table.fields[field]}) is null'
            bad = f"select count(*) from cells where {unreadable}"
            assert db.execute(bad).fetchall() == [(0,)], field
    for row in rows(name):
        assert all(any(row.get(field) for field in group) for group in table.mandatory), row
        assert all(row.get(field, "") in ("", *words) for field, words in table.choices.items()), row
        assert not table.event or row.get(table.event, "")[:10] <= TRUTHS["last_day"], row
    if table.key and set(table.key) <= set(header):
        assert len({tuple(row[field] for field in table.key) for row in rows(name)}) == len(rows(name))


def test_the_lines_and_the_vat_add_up_to_each_order() -> None:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in rows("order_lines"):
        sums[line["order_id"]] += Decimal(line["net_amount"])
    for order in rows("orders"):
        net = Decimal(order["net_amount"])
        assert net == sums[order["order_id"]] == Decimal(order["gross_amount"]) - Decimal(order["vat_amount"])


def test_nobody_in_the_files_can_be_a_real_person() -> None:
    for table in HANDED_IN:
        for row in rows(table):
            for field in ("email", "recipient_contact", "arrived_contact"):
                if "@" in (address := row.get(field, "").lower()):
                    assert re.search(r"@(example\.(com|org|net)|[a-z0-9]+\.example)$", address)
            assert re.fullmatch(r"((\+|00)?39)?300\d{7}|", re.sub(r"[ -]", "", row.get("phone", "")))
            assert re.fullmatch(r"999\d{8}|", row.get("vat_number", ""))
            assert re.fullmatch(r"FNTFNT00A\d\dX\d{3}[A-Z]|", row.get("tax_code", ""))


def test_the_shop_is_the_size_of_a_neighbourhood_shop() -> None:
    days = [order["order_date"][:10] for order in rows("orders")]
    assert (min(days), max(days)) == (TRUTHS["first_day"], TRUTHS["last_day"])
    assert not {date.fromisoformat(day) for day in days} & closed()
    assert len(purchases()) == TRUTHS["second_purchase"]["people"]
    assert 1100 <= len(purchases()) <= 1300
    assert sum(revenue_of_the_year().values()) < 300_000_00
    assert sum(path.stat().st_size for path in SHOP.glob("*.csv")) < 8_000_000


def test_the_curve_of_the_second_purchase_finds_the_planted_share_again() -> None:
    truth = TRUTHS["second_purchase"]
    share, error = second_within_90(purchases())
    assert abs(share - truth["within_90_days"]) < 3 * error


def test_the_coupon_brings_back_as_many_more_as_planted() -> None:
    truth = TRUTHS["second_purchase"]
    held = {row["customer_id"] for row in rows("coupons") if row["offer_type"] == "discount"}
    ordinary = {row["customer_id"] for row in rows("customers") if row["kind"] == "consumer"} & set(
        purchases()
    )
    since = date.fromisoformat(truth["coupon_by_lot_from"])
    others = [who for who in ordinary - held if purchases()[who][0] >= since]
    with_it, error = second_within_90(held)
    without_it, error_without = second_within_90(others)
    assert len(held) == truth["drawn_with_coupon"]
    assert abs(with_it - truth["within_90_days_with_coupon"]) < 3 * error
    assert abs(without_it - truth["within_90_days_without_coupon"]) < 3 * error_without + 0.02
    assert with_it - without_it > 1.96 * sqrt(error**2 + error_without**2)


def test_who_left_never_comes_back_and_the_rhythm_rule_finds_most_of_them() -> None:
    left = {who: date.fromisoformat(day) for who, day in TRUTHS["left_on"].items()}
    bought = {accounts()[who] for who in left} & set(purchases())
    assert all(max(purchases()[who]) <= left[who] for who in bought if who in left)
    flagged = {who for who, days in purchases().items() if len(days) > 1 and chance_of_silence(days) < 0.05}
    assert len(flagged & set(left)) > 0.75 * len(flagged)


def test_the_six_toxic_have_two_families_of_evidence_and_nobody_else_has() -> None:
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows("interactions"):
        at = datetime.fromisoformat(row["ts"])
        if at.date() > YEAR and not (row["type"] == "urgent" and 8 <= at.hour < 20):
            seen[row["customer_id"]][row["type"]] += 1
    paid: Counter[str] = Counter()
    for row in rows("payments"):
        paid[row["order_id"]] += int(Decimal(row["amount"]) * 100)
    for order in rows("orders"):
        owed = order["due_date"] and order["doc_type"] == "TD01" and order["status"] == "completed"
        if owed and date.fromisoformat(order["due_date"]) < LAST - timedelta(90):
            open_cents = int(Decimal(order["gross_amount"]) * 100) - paid[order["order_id"]]
            seen[buyer_of(order)]["unpaid"] += open_cents > 0
    limits = {"U": ("unpaid", 1), "T": ("urgent", 8), "P": ("price_request", 10), "S": ("out_of_scope", 8)}
    limits["C"] = ("revision", 10)
    found = {
        who: {family for family, (kind, least) in limits.items() if kinds[kind] >= least}
        for who, kinds in seen.items()
    }
    toxic = {who: families for who, families in found.items() if families}
    assert toxic == {who: set(truth["families"]) for who, truth in TRUTHS["toxic"].items()}
    assert len(toxic) == 6
    assert min(len(families) for families in toxic.values()) >= 2


@pytest.mark.parametrize("who", TRUTHS["silent_best"])
def test_a_silent_best_customer_spends_much_says_nothing_and_breaks_the_rhythm(who: str) -> None:
    days = purchases()[who]
    gaps = [open_days(a, b) for a, b in pairwise(days)]
    assert who in [best for best, _ in revenue_of_the_year().most_common(len(purchases()) // 50)]
    assert who not in {row["customer_id"] for row in rows("interactions")}
    assert not any(buyer_of(order) == who and Decimal(order["net_amount"]) < 0 for order in rows("orders"))
    assert not any(row["customer_id"] == who and row["ts"] > str(YEAR) for row in rows("surveys"))
    assert 0.05 < chance_of_silence(days) < 0.20
    assert min(gaps[-2:]) > 1.5 * sum(gaps[:-2]) / len(gaps[:-2])


def test_the_referral_tree_is_the_planted_one() -> None:
    truth = TRUTHS["referrals"]
    claims = Counter(
        f"{row['referrer_id']} > {row['arrived_customer_id'] or row['referrer_id']}"
        for row in rows("referrals")
    )
    generation: dict[str, int] = {}
    for edge in truth["edges"]:
        referrer, friend, depth = re.fullmatch(r"(C\d+) > (C\d+) \((\d)\)", edge).groups()  # type: ignore[union-attr]
        generation[friend] = generation.get(referrer, 0) + 1
        assert generation[friend] == int(depth)
        claims.subtract([f"{referrer} > {friend}"])
    assert +claims == Counter(truth["must_not_count"].values())
    referrer, friend = truth["must_not_count"]["cycle"].split(" > ")
    assert any(edge.startswith(f"{friend} > {referrer} ") for edge in truth["edges"])
    assert max(generation.values()) == truth["generations"] == 3
    bought = len(generation.keys() & purchases().keys())
    assert (bought, len(generation) - bought) == (truth["bought"], truth["waiting"])
    assert 0.10 < bought / len(purchases()) < 0.15


def test_connectors_spend_little_and_bring_five_buyers_each() -> None:
    spent = revenue_of_the_year()
    usual = sorted(spent[who] for who, days in purchases().items() if len(days) > 1)
    for who, friends in TRUTHS["connectors"].items():
        assert 0 < spent[who] < usual[len(usual) // 2]
        assert sum(friend in purchases() for friend in friends) == 5


def test_calls_bring_people_back_and_silence_does_not() -> None:
    truth = TRUTHS["call_list"]
    called = {row["customer_id"] for row in rows("touchpoints") if row["type"] == "recall_call"}
    assert called == set(truth["called"])
    back = set(truth["came_back_on"])
    for group, planted in (("called", "_if_called"), ("left_alone", "_if_not_called")):
        share = truth[f"comes_back_within_30_days{planted}"]
        seen = len(back & set(truth[group])) / len(truth[group])
        assert abs(seen - share) < 3 * sqrt(share * (1 - share) / len(truth[group]))
    assert all(date.fromisoformat(day) in purchases()[who] for who, day in truth["came_back_on"].items())


def test_the_answers_keep_the_planted_mix() -> None:
    truth = TRUTHS["survey"]
    scores = [int(row["score_0_10"]) for row in rows("surveys")]
    asked = [row["shops_used"] for row in rows("surveys") if row["shops_used"]]
    planted = [(sum(s >= 9 for s in scores) / len(scores), truth["promoter"])]
    planted.append((sum(s <= 6 for s in scores) / len(scores), truth["detractor"]))
    planted.append((asked.count("1") / len(asked), truth["exclusive_among_those_asked"]))
    assert all(abs(seen - share) < 0.05 for seen, share in planted)


@pytest.mark.parametrize("name", TRUTHS["odd_cases"])
def test_an_odd_case_is_filed_where_the_rules_put_it(name: str) -> None:
    case = TRUTHS["odd_cases"][name]
    days = purchases().get(accounts()[case["customer_id"]], [])
    assert case["category"] == ("prospect", "buyer", "customer")[min(len(days), 2)]


def test_points_are_never_spent_before_they_are_earned() -> None:
    balance: Counter[str] = Counter()
    for row in rows("loyalty_events"):
        balance[row["card_number"]] += int(row["points"])
        assert balance[row["card_number"]] >= 0, row
