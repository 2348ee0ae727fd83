"""Where the data cannot carry a number there is a reason, never a number that is none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.worlds.made_shop import Row, every, order
from tests.worlds.worth_world import assert_honest, measures, worth_shop


def shop_of_months(months: int) -> list[Row]:
    """Forty people who come every ten days for half of the months, from the first day on."""
    start = date(2025, 1, 1)
    return [
        row
        for n in range(40)
        for row in every(f"C{n}", str(start + timedelta(days=n % 20)), 10, max(months * 3 // 2, 2))
    ]


def test_three_months_tell_who_comes_back_and_not_how_long_they_stay() -> None:
    with worth_shop("2025-03-31", orders=shop_of_months(3)) as db:
        meters = {
            row[0]: row[1:]
            for row in db.execute(
                "select answer, available, reason, available_on from marts.maturity"
            ).fetchall()
        }
        found = measures(db)
        assert_honest(db)
    assert meters["lifetime"] == (False, "too_short", date(2026, 1, 1))
    assert meters["repeat_30_days"][0]
    assert meters["first_year"] == (False, "too_short", date(2026, 1, 10))
    assert found["lifetime.median_days"]["reason"] == "too_short"
    assert found["buyer.second_within_30d"]["value"] == 1
    assert found["value.mean"]["available"]


def test_the_20th_person_decides_from_when_thirty_days_are_known() -> None:
    rows = [order(f"C{n}", date(2025, 1, 1) + timedelta(days=n)) for n in range(25)]
    with worth_shop("2025-01-31", orders=rows) as db:
        [(available, reason, on)] = db.execute(
            "select available, reason, available_on from marts.maturity where answer = 'repeat_30_days'"
        ).fetchall()
    assert (available, reason, on) == (False, "too_few", date(2025, 2, 19))


def test_more_than_half_still_here_has_no_median_and_says_so() -> None:
    rows = [
        row
        for n in range(60)
        for row in every(f"C{n}", str(date(2024, 1, 1) + timedelta(days=n)), 10, 8 if n < 15 else 70)
    ]
    with worth_shop("2025-11-30", orders=rows) as db:
        found = measures(db)
    assert found["lifetime.median_days"]["reason"] == "not_reached"
    assert found["lifetime.mean_days"]["available"]


ANY_DAY = "2025-06-30"
BAD: dict[str, list[Row]] = {
    "nobody": [],
    "one customer, one purchase": [order("anna", "2025-06-01")],
    "one customer, ten thousand purchases": [
        order("anna", date(1998, 1, 1) + timedelta(days=n), 1) for n in range(10_000)
    ],
    "all one-timers": [order(f"C{n}", date(2024, 1, 1) + timedelta(days=n)) for n in range(300)],
    "all refunds": [order(f"C{n}", "2025-01-01", -10) for n in range(40)],
    "everything given back": [
        row
        for n in range(40)
        for row in (
            order(f"C{n}", "2025-01-01", 10, order_id=f"O{n}"),
            order(f"C{n}", "2025-01-05", -10, refund_of=f"O{n}"),
        )
    ],
    "a single day": [order(f"C{n}", "2025-06-30") for n in range(60)],
    "all zero": [order(f"C{n}", "2025-01-01", 0) for n in range(40)],
    "sold below cost": [order(f"C{n}", "2025-01-01", 10, cost_amount=25) for n in range(40)],
    "nobody has a name": [order(None, "2025-01-01") for _ in range(40)],
    "a rhythm without a breath": [row for n in range(40) for row in every(f"C{n}", "2025-06-01", 1, 30)],
    "more given back than sold": [
        row
        for n in range(40)
        for row in (
            order(f"C{n}", "2025-01-01", 10),
            order(f"C{n}", "2025-02-01", -500),
            order(f"C{n}", "2025-03-01"),
        )
    ],
    "companies": [order(None, "2025-01-01", 10, vat_number=f"0123456789{n}") for n in range(3)],
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gives_a_figure_or_a_reason(case: str) -> None:
    with worth_shop(ANY_DAY, orders=BAD[case]) as db:
        assert_honest(db)
        tables = ("value_groups", "value_by_year", "value_curve", "cohort_triangle", "lifetime", "wallet")
        db.build(*(f"marts.{table}" for table in tables))
        for table in tables:
            columns = [
                name
                for name, kind in db.execute(
                    "select column_name, data_type from information_schema.columns "
                    "where table_schema = 'marts' and table_name = ?",
                    [table],
                ).fetchall()
                if kind == "DOUBLE"
            ]
            odd = " or ".join(f"not isfinite({name})" for name in columns)
            assert db.execute(f"select count(*) from marts.{table} where {odd}").fetchall() == [(0,)], table


def test_a_first_sighting_in_the_burn_in_is_nobodys_first_year() -> None:
    rows = [
        row for n in range(40) for row in every(f"C{n}", str(date(2024, 1, 1) + timedelta(days=n)), 10, 40)
    ]
    with worth_shop("2025-11-30", {"history_complete": False, "burn_in_days": 30}, orders=rows) as db:
        found = measures(db)
    assert found["value.mean"]["n"] == 40
    assert found["value.first_year"]["reason"] == "too_few"
    assert found["lifetime.observed_days"]["n"] == 10


def test_money_after_the_date_is_not_known_yet() -> None:
    rows = [order("anna", "2025-01-10", 10), order("anna", "2025-02-10", 90)]
    with worth_shop("2025-01-31", orders=rows) as db:
        assert measures(db)["value.total"]["value"] == 10
        assert db.execute("select sum(goods) from steps.sales_by_age").fetchall() == [(10,)]
