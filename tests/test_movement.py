"""The month's balance: every person and euro between two month ends, each correction by its name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from clientela.i18n import speaking
from clientela.reports.pages.who_moved.figures import (
    read_matrix,
    read_restated,
    read_steps,
)
from clientela.reports.pages.who_moved.pictures import draw_steps, room_for_movers
from clientela.reports.pages.who_moved.say import why
from clientela.warehouse.building.build import build
from clientela.warehouse.history.snapshots import write_snapshots
from tests.worlds.made_shop import Row, batch, every, insert, order, raw_shop, settings

BEFORE, NOW = date(2025, 5, 31), date(2025, 6, 30)
MADE_AT = datetime(2025, 7, 1)

Steps = dict[str, tuple[int, float]]


def steps(db: DuckDBPyConnection) -> Steps:
    """People and euros of the steps that are not empty."""
    rows = db.execute(
        "select step, people, revenue_12m from marts.movement_steps order by position"
    ).fetchall()
    return {step: (people, float(revenue)) for step, people, revenue in rows if people or revenue}


def month(db: DuckDBPyConnection, **rules: Any) -> Steps:
    """Keep the month before as its report would, then build this month."""
    chosen = settings(**rules)
    write(db, BEFORE, **rules)
    return steps(db.at(NOW, chosen))


def write(db: DuckDBPyConnection, until: date, **rules: Any) -> None:
    chosen = settings(history_start=BEFORE, **rules)
    build(db, chosen, until, targets=("marts.categories", "steps.last_snapshot"))
    write_snapshots(db, chosen, until, made_at=MADE_AT)


def balance(*orders: Row, **tables: list[Row]) -> Steps:
    with raw_shop(orders=list(orders), **tables) as db:
        batch(db, 1, "orders", date(2024, 1, 1))
        return month(db)


def test_who_came_stayed_and_left_add_up_to_the_end() -> None:
    """Anna stays and spends 30 more, Bruno comes with 20, Carla came until 17 May and is lost with 80."""
    found = balance(
        *every("anna", "2025-04-01", 10, 6, 10),  # 60 by the end of May
        *(order("anna", day, 10) for day in ("2025-06-05", "2025-06-15", "2025-06-25")),
        order("bruno", "2025-06-10", 20),
        *every("carla", "2025-04-12", 5, 8, 10),
    )
    assert found == {
        "start": (2, 140.0),
        "first_purchase": (1, 20.0),
        "lost": (-1, -80.0),
        "stayed": (0, 30.0),
        "end": (2, 110.0),
    }


def test_a_refund_that_voids_the_only_purchase_is_a_correction_and_so_is_money_given_back() -> None:
    """Dino brings all back (40); Anna, who stays, gets 3 of her 60 back."""
    found = balance(
        *every("anna", "2025-04-01", 10, 6, 10),
        order("anna", "2025-06-05", 10),
        order("anna", "2025-06-06", -3),
        order("dino", "2025-05-20", 40, order_id="D"),
        order("dino", "2025-06-03", -40, refund_of="D"),
    )
    assert found == {
        "start": (2, 100.0),
        "refunds": (-1, -43.0),
        "stayed": (0, 10.0),
        "end": (1, 67.0),
    }


def test_two_records_that_become_one_person_are_a_merge_that_moves_no_euro() -> None:
    """From the 5th of June a receipt shows one tax code for both records, of 60 and of 24 euro."""
    code = "RSSNNA80A41H501X"
    found = balance(
        *every("anna", "2025-04-01", 10, 6, 10),
        *every("anna2", "2025-05-02", 20, 2, 12),
        order("anna", "2025-06-05", 10, tax_code=code),
        order("anna2", "2025-06-05", 5, tax_code=code),
    )
    assert found == {
        "start": (2, 84.0),
        "merges": (-1, 0.0),
        "stayed": (0, 15.0),
        "end": (1, 99.0),
    }


def test_who_is_taken_out_by_hand_is_told_apart() -> None:
    with raw_shop(orders=[*every("anna", "2025-04-01", 10, 9, 10), order("elio", "2025-05-20", 15)]) as db:
        batch(db, 1, "orders", date(2024, 1, 1))
        write(db, BEFORE)
        insert(db, "customers", [{"customer_id": "elio", "in_target": False}])
        db.at(NOW)
        assert steps(db)["other"] == (-1, -15.0)


def test_who_comes_back_by_buying_is_won_back() -> None:
    """Carla, lost in May, buys for 25 in June; what she spent before counts with what she is worth now."""
    found = balance(
        *every("anna", "2025-04-01", 10, 9, 10),
        *every("carla", "2025-03-01", 5, 6, 10),
        order("carla", "2025-06-20", 25),
    )
    assert found["won_back"] == (1, 85.0)


@pytest.fixture(scope="module")
def restated() -> Iterator[DuckDBPyConnection]:
    """A receipt of May for 7 arrives in July; then nobody can be lost within 300 days any more."""
    orders = [
        *every("anna", "2025-04-01", 10, 9, 10),
        *every("carla", "2025-03-01", 5, 6, 10),
    ]
    with raw_shop(orders=orders) as db:
        batch(db, 1, "orders", date(2024, 1, 1))
        write(db, BEFORE)
        insert(db, "orders", [order("dino", "2025-05-10", 7)])
        batch(db, 2, "orders", date(2025, 5, 10))
        write(db, BEFORE)
        month(db, floor_days=300)
        yield db


def test_late_receipts_and_changed_rules_correct_the_start_each_by_its_name(
    restated: DuckDBPyConnection,
) -> None:
    """Said first: Anna, 70 by the end of May. Dino adds 7 late; by the new rule Carla (60) is here."""
    found = steps(restated.at(NOW, floor_days=300))
    assert found["start"] == (1, 70.0)
    assert found["late_rows"] == (1, 7.0)
    assert found["rule_change"] == (1, 60.0)
    assert found["end"] == (3, 157.0)
    for place in (0, 1):
        assert sum(step[place] for name, step in found.items() if name != "end") == found["end"][place]


def test_a_restated_month_is_shown_with_both_figures(restated: DuckDBPyConnection) -> None:
    [told] = read_restated(restated)
    assert (told.as_of, told.people_before, told.people_after) == (BEFORE, 1, 3)
    assert (told.revenue_before, told.revenue_after) == (Decimal(70), Decimal(137))
    with speaking("it"):
        assert why(told) == "scontrini arrivati dopo, regole cambiate"


def test_the_table_of_moves_has_the_sums_of_both_months(restated: DuckDBPyConnection) -> None:
    matrix = read_matrix(restated)
    assert matrix is not None
    then = {line.origin: (line.people.value, float(line.revenue.value or 0)) for line in matrix.lines}
    now = {cell.figure.metric.split(".")[1]: cell.figure.value for cell in matrix.sums}
    kept = restated.execute(
        "select category, people, cast(revenue_12m as double) from history.category_totals "
        "where as_of = ? and version = 3",
        [BEFORE],
    ).fetchall()
    assert {code: (people, euros) for code, people, euros in kept} == {
        code: sums for code, sums in then.items() if code != "outside"
    }
    totals = dict(restated.execute("select category, people from marts.category_totals").fetchall())
    assert {code: now[code] for code in totals} == totals


def test_the_drawing_names_every_correction_and_shows_money_with_its_sign(
    restated: DuckDBPyConnection,
) -> None:
    found = read_steps(restated)
    with speaking("it"):
        drawn = str(draw_steps(found, BEFORE, NOW, "EUR"))
    assert "scontrini arrivati dopo" in drawn
    assert "regole cambiate" in drawn
    assert "+7" in drawn
    assert "schede riunite" not in drawn, "what did not happen takes no line"


def test_corrections_take_the_place_of_names_so_that_the_page_stays_one(restated: DuckDBPyConnection) -> None:
    """Nine names; two corrections take 2.4 lines, that is three, and the note one."""
    found = read_steps(restated)
    assert room_for_movers(found, read_restated(restated)) == 9 - 3 - 1
    assert room_for_movers([step for step in found if not step.is_correction], []) == 9


def test_without_a_month_before_there_is_no_balance() -> None:
    with raw_shop(orders=[order("anna", "2025-06-10")]) as db:
        db.at(NOW)
        assert steps(db) == {}
        assert read_steps(db) == []
        assert read_matrix(db) is None
