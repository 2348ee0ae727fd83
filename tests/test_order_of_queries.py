"""Every query settles by the data alone which of its rows comes first."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

import pytest
import sqlglot
from test_checks import GRAINS

from clientela.warehouse.building.catalogue import build_order, models
from clientela.warehouse.input_tables import input_tables
from tests.yardsticks.complete_orders import faults
from tests.yardsticks.row_keys import Keys, keys_of

HISTORY: Final = {
    "category_snapshots": "as_of version customer_id",
    "category_totals": "as_of version category",
    "snapshots": "as_of version",
    "prediction_sets": "as_of",
    "predictions": "as_of customer_id",
    "graded_origins": "as_of horizon_days",
    "graded_takings": "as_of",
    "graded_ways": "as_of horizon_days way",
    "graded_bins": "as_of horizon_days way place",
    "graded_misses": "as_of horizon_days way position",
    "report_cards": "as_of predicted_on",
    "call_trials": "as_of customer_id",
}
"""What names a row of the tables that reports write; ``test_order_of_rows`` looks whether it does."""

SECOND_KEYS: Final = {
    "marts.people": "customer_id",
    "marts.customers": "person_no",
    "marts.customer_value": "customer_id",
    "marts.silent_best": "customer_id",
    "staging.accounts": "public_id",
    "steps.judged": "customer_id",
    "steps.standing": "customer_id",
}
"""What names a row of a model beside what its header says; looked at likewise."""

SETTLED: Final = {
    ("steps.best_customers", "marked.as_of, marked.revenue_12m, marked.customer_id"): (
        "the customers of the month ends and of today, each once a day"
    ),
    (
        "steps.buying_signs",
        "person_no, nth",
    ): "valued holds one order of each purchase, the one that opens it",
    (
        "marts.in_window",
        "waiting.limit_days - waiting.silent_days, waiting.revenue_total, waiting.customer_id",
    ): ("the days are joined by the number of an open day, which closed days are left out of"),
    ("marts.losses_register", "customers.person_no, filed.lost_on"): (
        "a person is filed as lost once a day: the parts of filed are of different days"
    ),
    (
        "marts.losses_register",
        "losses.customer_id, losses.lost_on, notes.as_of",
    ): "the same, and one note a month",
    ("steps.purchase_sequence", "person_no, purchased_on, goods"): (
        "a row is person, day and goods, and the day's number: rows that tie are alike"
    ),
    ("steps.purchase_sequence", "person_of(identity.person_no, o.account_no), o.ordered_at"): (
        "orders of one instant are of one visit, since the sum that numbers visits takes them together"
    ),
    ("marts.silent_best", "round(expected_12m * loss_chance, 9), customer_id"): (
        "a person has one purchase that no other follows"
    ),
    (
        "staging.referral_events",
        "receipts.order_source, receipts.order_key, case when friends.friend_id is null then 0 else 1 end, "
        "friends.claimed_at, friends.source, friends.row_key",
    ): "a claim has one receipt at most: receipts keeps those without a rival",
    (
        "steps.refunds",
        "refunds.source, refunds.row_key, case when person_of(identity.person_no, sold.account_no) = "
        "refunds.person_no then 0 else 1 end, "
        "case when sold.ordered_on <= refunds.dated_on then 0 else 1 end, "
        "abs(refunds.dated_on - sold.ordered_on), sold.row_key",
    ): "a document shows somebody or is a friend's receipt, never both: source and row_key name what is sold",
    ("predictions/queries/spells", "person_no, purchased_on, goods"): (
        "of a day only the last row is kept, which carries the same whichever it is"
    ),
}
"""Orders that are complete though the columns do not tell: query, what it is divided and ordered by, why."""


@cache
def tables() -> dict[str, Keys]:
    """Return what names a row of every table that a query may read."""
    found: dict[str, Keys] = {name: {frozenset(columns)} for name, columns in GRAINS.items()}
    for name, column in SECOND_KEYS.items():
        found[name].add(frozenset([column]))
    for name, columns in HISTORY.items():
        found[f"history.{name}"] = {frozenset(columns.split())}
    for name, table in input_tables().items():
        found[f"raw.{name}"] = {frozenset(["source", "row_key"])}
        if table.key and all((field,) in table.mandatory for field in table.key):
            found[f"raw.{name}"].add(frozenset(["source", *table.key]))
    found["backtest_days"] = {frozenset(["day"])}
    for model in build_order():
        tree = sqlglot.parse_one(model.sql, read="duckdb")
        found[model.name] = found.get(model.name, set()) | keys_of(tree, found)
    return found


QUERIES: Final = {name: model.sql for name, model in models().items()} | {
    f"{folder}/{item.name.removesuffix('.sql')}": item.read_text(encoding="utf-8")
    for folder in ("checks", "predictions/queries")
    for item in (files("clientela.warehouse") / folder).iterdir()
    if item.name.endswith(".sql")
}


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_no_row_of_a_query_comes_first_by_chance(name: str) -> None:
    found = {
        fault
        for fault in faults(QUERIES[name], tables())
        if (name, fault.partition(" by ")[2]) not in SETTLED
    }
    assert found == set()


def test_what_is_settled_for_another_reason_is_still_asked() -> None:
    asked = {
        (name, fault.partition(" by ")[2]) for name in QUERIES for fault in faults(QUERIES[name], tables())
    }
    assert set(SETTLED) <= asked


ORDERS: Final = {"raw.orders": {frozenset(["source", "row_key"])}, "marts.people": {frozenset(["person_no"])}}
WRONG: Final = {
    "the day alone": (
        "select customer_id, net_amount, row_number() over (partition by customer_id order by "
        "order_date) as place from raw.orders"
    ),
    "the day and the number of one source": (
        "select net_amount, row_number() over (order by order_date, row_key) as place from raw.orders"
    ),
    "no order at all": "select order_id, row_number() over () as place from raw.orders",
    "the same window by its name": (
        "select order_id, lag(order_date) over history as former from raw.orders window history as "
        "(partition by customer_id order by order_date)"
    ),
    "a frame of rows": (
        "select order_id, sum(net_amount) over (order by order_date rows unbounded preceding) as "
        "total from raw.orders"
    ),
    "a named window with a frame of rows": (
        "select order_id, sum(net_amount) over (history rows unbounded preceding) as total from "
        "raw.orders window history as (order by order_date)"
    ),
    "a rounded key": (
        "select net_amount, row_number() over (order by source, left(row_key, 3)) as place from raw.orders"
    ),
    "a limit without an order": "select order_id from raw.orders limit 10",
    "a limit with half an order": (
        "select order_id, net_amount from raw.orders order by net_amount desc limit 10"
    ),
    "any value": ("select customer_id, any_value(channel) as channel from raw.orders group by customer_id"),
    "the first that comes": (
        "select customer_id, first(channel) as channel from raw.orders group by customer_id"
    ),
    "what stands beside the largest": "select arg_max(channel, net_amount) as channel from raw.orders",
    "the commonest": "select mode(channel) as channel from raw.orders",
    "a list as it comes": "select string_agg(order_id, '|') as orders from raw.orders",
    "a list in another order": (
        "select string_agg(order_id, '|' order by net_amount) as orders from raw.orders"
    ),
    "distinct on": (
        "select distinct on (customer_id) customer_id, channel from raw.orders order by order_date"
    ),
    "in a step": (
        "with steps as (select order_id, ntile(4) over (order by net_amount) as part from raw.orders) "
        "select order_id from steps where part = 1"
    ),
    "in a query inside": (
        "select part from (select ntile(4) over (order by net_amount) as part, order_id from "
        "raw.orders) as parts"
    ),
    "in a scalar": "select (select channel from raw.orders order by order_date limit 1) as channel",
    "in the second half of a union": (
        "select 'a' as channel union all (select channel from raw.orders order by order_date limit 1)"
    ),
    "a key that a join repeats": (
        "select people.person_no, orders.net_amount, row_number() over (order by people.person_no) as "
        "place from marts.people as people inner join raw.orders as orders on orders.customer_id = "
        "people.customer_id"
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_an_order_that_leaves_something_open_is_found(case: str) -> None:
    assert len(faults(WRONG[case], ORDERS)) == 1


RIGHT: Final = {
    "the whole key": (
        "select net_amount, row_number() over (partition by source order by order_date, row_key) as "
        "place from raw.orders"
    ),
    "a key that a condition completes": (
        "select net_amount, row_number() over (order by row_key) as place from raw.orders where "
        "source = 'till'"
    ),
    "nothing else is asked": (
        "select customer_id, order_date, row_number() over (partition by customer_id order by "
        "order_date) as place from raw.orders"
    ),
    "ranks": "select order_id, rank() over (order by net_amount) as place from raw.orders",
    "running sums of equals together": (
        "select order_id, sum(net_amount) over (order by order_date) as total from raw.orders"
    ),
    "a key that a join keeps": (
        "select orders.net_amount, row_number() over (order by orders.source, orders.row_key) as "
        "place from raw.orders as orders left join marts.people as people on people.person_no = "
        "orders.customer_id"
    ),
    "the first of each": (
        "with first_ones as (select customer_id, net_amount, row_number() over (partition by "
        "customer_id order by source, row_key) as place from raw.orders) select net_amount, "
        "row_number() over (order by customer_id) as number from first_ones where place = 1"
    ),
    "a group": (
        "select channel, row_number() over (order by count(*) desc, channel) as place from raw.orders "
        "group by channel"
    ),
    "a list in its own order": (
        "select string_agg(distinct channel, '|' order by channel) as channels from raw.orders"
    ),
    "whether there is one": "select 'orders' as what from raw.orders limit 1",
    "a limit with the whole key": (
        "select net_amount from raw.orders order by net_amount, source, row_key limit 10"
    ),
}


@pytest.mark.parametrize("case", RIGHT)
def test_an_order_that_settles_everything_passes(case: str) -> None:
    assert faults(RIGHT[case], ORDERS) == []
