"""What customers say of where else they buy, worked out by hand."""

from __future__ import annotations

from datetime import date
from math import sqrt
from typing import Any

import pytest

from clientela.warehouse.building.build import build
from tests.worlds.made_shop import Row, every, order, raw_shop, settings
from tests.worlds.worth_world import measures, worth_shop

WALLET_VECTORS = {
    (1, 1): 1.0,
    (2, 1): 2 / 3,
    (2, 2): 1 / 3,
    (3, 1): 1 / 2,
    (3, 2): 1 / 3,
    (3, 3): 1 / 6,
    (3, 1.5): 0.4167,
    (4, 1): 0.4,
    (4, 2): 0.3,
    (4, 3): 0.2,
    (4, 4): 0.1,
}
"""Share of wallet by shops used and rank (Keiningham and others 2011)."""


def test_the_wallet_allocation_rule_gives_its_published_shares() -> None:
    names = {f"{shops} {rank}": share for (shops, rank), share in WALLET_VECTORS.items()}
    surveys = [survey(f"{shops} {rank}", shops_used=shops, our_rank=rank) for shops, rank in WALLET_VECTORS]
    orders = [row for name in names for row in every(name, "2025-01-01", 10, 9)]
    with raw_shop(orders=orders, surveys=surveys) as db:
        build(db, settings(), date(2025, 4, 1), targets=("steps.wallet_answers",))
        found = db.execute(
            """
            select bought.customer_id, answers.rank_share, answers.share
            from steps.wallet_answers as answers
            join marts.customer_value as bought on bought.person_no = answers.person_no
            """
        ).fetchall()
    assert {name: rank_share for name, rank_share, _ in found} == {
        name: pytest.approx(share, abs=5e-5) for name, share in names.items()
    }
    assert all(rank_share == share for _, rank_share, share in found)
    for shops in (1, 2, 3, 4):
        ranks = [share for (n, rank), share in WALLET_VECTORS.items() if n == shops and rank == int(rank)]
        assert sum(ranks) == pytest.approx(1)


def survey(who: str, on: str = "2025-03-01", **said: Any) -> Row:
    return {"customer_id": who, "ts": on, **said}


def wallet_rows() -> tuple[list[Row], list[Row]]:
    """Thirty regulars and ten first-timers; ten regulars and ten first-timers answer."""
    orders = [row for n in range(30) for row in every(f"R{n}", "2025-01-01", 10, 9)]
    orders += [order(f"B{n}", "2025-03-20") for n in range(10)]
    answers = [survey(f"R{n}", share_of_10=8 if n % 2 else 6) for n in range(10)]
    answers += [survey(f"B{n}", share_of_10=2, shops_used=3, our_rank=2) for n in range(10)]
    return orders, answers


def test_every_group_counts_for_the_people_it_has() -> None:
    orders, answers = wallet_rows()
    with worth_shop("2025-04-01", {"fan_share": 0.0}, orders=orders, surveys=answers) as db:
        found = measures(db)
    assert found["wallet.share"]["value"] == pytest.approx(0.75 * 0.7 + 0.25 * 0.2)
    spread = 0.75 * sqrt(0.1**2 * 10 / 9 / 10 * (1 - 10 / 30))
    assert found["wallet.share"]["low"] == pytest.approx(0.575 - 1.959964 * spread)
    assert found["wallet.share"]["n"] == 20
    assert found["wallet.response_share"]["value"] == 20 / 40
    pace = {"R": 365 * 10 / (90 + 20), "B": 365 * 2 / (12 + 20)}
    elsewhere = 0.75 * pace["R"] * (0.4 / 0.6 + 0.2 / 0.8) / 2 + 0.25 * pace["B"] * 0.8 / 0.2
    assert found["wallet.elsewhere_a_year"]["value"] == pytest.approx(elsewhere)
    outside = 30 * 90 * (0.4 / 0.6 + 0.2 / 0.8) / 2 + 10 * 10 * 0.8 / 0.2
    assert found["wallet.outside_12m"]["value"] == pytest.approx(outside)
    assert found["wallet.rank_share"]["reason"] == "too_few", "ten gave an order of preference"
    assert found["wallet.exclusive_share"]["value"] == 0


def test_nineteen_answers_are_too_few_and_old_or_impossible_ones_are_none() -> None:
    orders, answers = wallet_rows()
    spoiled = [
        *answers[:19],
        survey("R20", "2024-03-01", share_of_10=9),
        survey("R21", share_of_10=11),
        survey("R22", shops_used=2, our_rank=3),
        survey("R23", shops_used=0, our_rank=1),
    ]
    with worth_shop("2025-04-01", orders=orders, surveys=spoiled) as db:
        found = measures(db)
        meter = db.execute("from marts.maturity where answer = 'wallet'").fetchall()
    assert (found["wallet.share"]["n"], found["wallet.share"]["reason"]) == (19, "too_few")
    assert "surveys.share_of_10" in meter[0][6]


def test_an_answer_of_five_in_a_hundred_or_less_says_nothing_of_purchases_elsewhere() -> None:
    surveys = [survey("anna", share_of_10=0.5), survey("bea", share_of_10=1)]
    rows = [*every("anna", "2025-01-01", 10, 9), *every("bea", "2025-01-01", 10, 9)]
    with raw_shop(orders=rows, surveys=surveys) as db:
        build(db, settings(), date(2025, 4, 1), targets=("steps.wallet_answers",))
        found = db.execute(
            "select share, elsewhere_a_year is null, euros_outside from steps.wallet_answers order by share"
        ).fetchall()
    assert found == [(0.05, True, None), (0.1, False, pytest.approx(90 * 9))]
