"""Silent best customers: who is best, who is silent, what has changed, and how the alarm would have done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from tests.worlds.made_shop import Row, Shop, every, insert, order, raw_shop
from tests.worlds.told import tell

AS_OF = "2025-12-31"
CROWD = [row for n in range(8) for row in every(f"small-{n}", "2025-01-02", 30, 12, amount=1)]
"""Eight people who come every thirty days for a euro, so that two of ten are the top fifth."""


def days_before(*days: int) -> list[date]:
    """Days counted back from the report's date, oldest first."""
    return [date.fromisoformat(AS_OF) - timedelta(days=each) for each in days]


def kept(db: DuckDBPyConnection, as_of: str, category: str, *people: str, revenue: float = 100) -> None:
    """Note what the report of a month end said of some people."""
    tell(db, as_of, category, *people, lost_on=as_of if category == "lost" else None, revenue=revenue)


def built(db: Shop, as_of: str = AS_OF, **rules: Any) -> Shop:
    return db.at(as_of, **rules)


def signs(db: DuckDBPyConnection) -> dict[str, str]:
    """The signs of everybody named, by customer id."""
    return dict(db.execute("select customer_id, signs from marts.silent_best").fetchall())


def regular(who: str = "anna", amount: float = 100, last: int = 3) -> list[Row]:
    """Twenty purchases ten days apart, the last so many days before the date."""
    return [order(who, day, amount) for day in days_before(*range(last + 190, last - 1, -10))]


def spending(who: str, *amounts: float) -> list[Row]:
    """Seventeen purchases of 100, then three of other amounts."""
    rows = regular(who)
    for row, amount in zip(rows[-3:], amounts, strict=True):
        row["net_amount"] = amount
    return rows


def waiting(who: str, *gaps: int) -> list[Row]:
    """Nine gaps of ten days, then two others."""
    ago = [3, 3 + gaps[1], 3 + gaps[1] + gaps[0]]
    ago += [ago[-1] + 10 * n for n in range(1, 10)]
    return [order(who, day, 100) for day in days_before(*reversed(ago))]


def few(who: str, *amounts: float) -> list[Row]:
    """Five purchases of these amounts."""
    return [
        order(who, day, amount) for day, amount in zip(days_before(43, 33, 23, 13, 3), amounts, strict=True)
    ]


def shopping(who: str) -> list[Row]:
    """Purchases every ten days for three hundred days, each with its number."""
    return [order(who, days_before(ago)[0], 100, order_id=f"{who}{ago}") for ago in range(303, 2, -10)]


def dear(who: str) -> list[Row]:
    """Steady purchases, one of them long ago a thousand times dearer."""
    rows = regular(who)
    rows[0]["net_amount"] = 100_000
    return rows


def kinds(who: str, lately: str, before: str) -> list[Row]:
    """Kinds of goods on a receipt 173 days ago (in the last 180) and on one 193 days ago (before)."""
    return [
        {"order_id": f"{who}{ago}", "line_no": n, "category": kind, "net_amount": 1}
        for ago, names in ((173, lately), (193, before))
        for n, kind in enumerate(names.split(), start=1)
    ]


def interaction(who: str, kind: str, on: str) -> Row:
    return {"customer_id": who, "ts": f"{on} 10:00:00", "type": kind}


def answer(who: str, score: int, on: str) -> Row:
    return {"customer_id": who, "ts": f"{on} 10:00:00", "score_0_10": score}


PEOPLE: dict[str, tuple[list[Row], str | None]] = {
    "steady": (regular("steady"), None),
    "late beyond their limit": (regular("late beyond their limit", last=32), "late"),
    "gone for good": (regular("gone for good", last=120), None),
    "a mean of 60 against a median of 100": (
        spending("a mean of 60 against a median of 100", 50, 70, 60),
        "smaller",
    ),
    "a mean of 60.10 is more than six tenths": (
        spending("a mean of 60.10 is more than six tenths", 50, 70, 60.3),
        None,
    ),
    "one dear purchase moves no median": (dear("one dear purchase moves no median"), None),
    "five purchases are too few to compare": (
        few("five purchases are too few to compare", 900, 900, 9, 9, 9),
        None,
    ),
    "16 and 16 days after tens": (waiting("16 and 16 days after tens", 16, 16), "slower"),
    "15 is not over one and a half times": (waiting("15 is not over one and a half times", 15, 16), None),
    "one long gap is none": (waiting("one long gap is none", 16, 9), None),
    "half the kinds": (shopping("half the kinds"), "narrower"),
    "more than half the kinds": (shopping("more than half the kinds"), None),
    "one kind as before": (shopping("one kind as before"), None),
    "no kind at all is left to the rhythm": (shopping("no kind at all is left to the rhythm"), None),
    "complained": (regular("complained", last=32), None),
    "brought goods back": (regular("brought goods back", last=32), None),
    "complained long ago": (regular("complained long ago", last=32), "late"),
    "praised": (regular("praised", last=32), "late"),
    "answered 8": (regular("answered 8", last=32), "late"),
    "answered 9": (regular("answered 9", last=32), None),
    "answered 3": (regular("answered 3", last=32), None),
    "answered 3 long ago": (regular("answered 3 long ago", last=32), "late"),
    "got money back": (
        [
            *(
                order("got money back", day, 100, order_id=f"R{day}")
                for day in days_before(*range(222, 31, -10))
            ),
            order("got money back", "2025-09-20", -20, refund_of=f"R{days_before(222)[0]}"),
        ],
        None,
    ),
}
"""What each did, and the sign that is seen; every one was a fan in June."""


@pytest.fixture(scope="module")
def shop() -> Iterator[DuckDBPyConnection]:
    rows = [row for orders, _sign in PEOPLE.values() for row in orders]
    said = [
        interaction("complained", "complaint", "2025-11-01"),
        interaction("brought goods back", "return", "2025-11-01"),
        interaction("complained long ago", "complaint", "2024-11-01"),
        interaction("praised", "praise", "2025-11-01"),
    ]
    answers = [
        answer("answered 8", 8, "2025-06-01"),
        answer("answered 9", 9, "2025-06-01"),
        answer("answered 3", 3, "2025-06-01"),
        answer("answered 3 long ago", 3, "2024-06-01"),
    ]
    lines = [
        *kinds("half the kinds", "bread bread", "bread wine"),
        *kinds("more than half the kinds", "bread wine", "bread wine oil"),
        *kinds("one kind as before", "bread", "bread"),
        *kinds("no kind at all is left to the rhythm", "", "bread wine"),
    ]
    with raw_shop(orders=rows, interactions=said, surveys=answers, order_lines=lines) as db:
        kept(db, "2025-06-30", "fan", *PEOPLE)
        yield built(db)


@pytest.mark.parametrize("who", PEOPLE)
def test_a_best_customer_is_named_for_what_has_changed(shop: DuckDBPyConnection, who: str) -> None:
    assert signs(shop).get(who) == PEOPLE[who][1]


def test_the_order_is_expected_value_times_the_chance_of_losing_them(shop: DuckDBPyConnection) -> None:
    """min(1, 0.05 / p) of the expected twelve months, recomputed here from the rhythm's formula."""
    rows = shop.execute(
        "select silent_days, loss_chance, expected_12m, at_risk from marts.silent_best "
        "where purchases = 20 order by position"
    ).fetchall()
    [(alpha,)] = shop.execute("select rhythm_alpha from marts.shop_rhythm").fetchall()
    assert len({row[0] for row in rows}) > 1
    for silent, chance, expected, at_risk in rows:
        p = ((alpha + 190) / (alpha + 190 + silent)) ** (2 + 19)
        assert chance == pytest.approx(min(1, 0.05 / p))
        assert float(at_risk) == pytest.approx(expected * chance, abs=1e-3)
    assert [row[3] for row in rows] == sorted((row[3] for row in rows), reverse=True)


def test_the_top_fifth_are_best_customers_without_being_fans() -> None:
    """Ten spend something, two are the top fifth: anna and berta, not carlo, whoever is late."""
    dear_ones = [
        *regular("anna", 102, last=32),
        *regular("berta", 101, last=32),
        *regular("carlo", 99, last=32),
    ]
    with raw_shop(orders=[*CROWD[:-12], *dear_ones]) as db:
        built(db)
        assert signs(db) == {"anna": "late", "berta": "late"}
        first = db.execute("select customer_id from marts.call_list order by position limit 3").fetchall()
    assert first == [("anna",), ("berta",), ("carlo",)]


def test_a_former_fan_is_a_best_customer_for_a_year() -> None:
    small = regular(amount=0.5, last=32)
    for month_end, said in (("2024-12-31", {"anna": "late"}), ("2024-11-30", {})):
        with raw_shop(orders=[*CROWD, *small, *regular("berta"), *regular("carlo")]) as db:
            kept(db, month_end, "fan", "anna")
            assert signs(built(db)) == said


def test_who_must_not_be_contacted_is_counted_and_never_called() -> None:
    people = [{"customer_id": "anna", "name": "Anna", "do_not_contact": True}]
    with raw_shop(orders=[*CROWD, *regular(last=32)], customers=people) as db:
        built(db)
        assert "anna" in signs(db)
        assert not db.execute("select 1 from marts.call_list where customer_id = 'anna'").fetchall()


def test_ten_stand_first_and_the_others_keep_their_place() -> None:
    """Fourteen fans of a year ago, every one late: ten before an ordinary late person with more at stake."""
    orders = [row for n in range(14) for row in regular(f"fan-{n:02d}", 10 + n, last=32)]
    rich = regular("rich", 500, last=32)
    said = [interaction("rich", "complaint", "2025-11-01")]
    with raw_shop(orders=[*orders, *rich], interactions=said) as db:
        kept(db, "2025-06-30", "fan", *(f"fan-{n:02d}" for n in range(14)))
        built(db)
        first = db.execute(
            "select customer_id, silent_place from marts.call_list order by position"
        ).fetchall()
    assert [place for _who, place in first] == [*range(1, 11), None, None, None, None, None]
    assert first[10][0] == "rich"


def backtest(lost: dict[str, str]) -> list[tuple[Any, ...]]:
    """The back-test at 30 June 2025 of a shop with three best customers, of whom anna was late then."""
    orders = [
        *(order("anna", day, 100) for day in (date(2025, 5, 29) - timedelta(10 * n) for n in range(20))),
        *every("berta", "2025-01-04", 10, 36, amount=100),
        *every("carlo", "2025-01-04", 10, 36, amount=100),
    ]
    with raw_shop(orders=orders) as db:
        tell(db, "2025-06-30", "fan", "anna", is_late=True, revenue=100)
        kept(db, "2025-06-30", "fan", "berta", "carlo")
        for month_end in ("2025-07-31", "2025-08-31", "2025-09-30", "2025-10-31"):
            gone = [who for who, on in lost.items() if on == month_end]
            kept(db, month_end, "lost", *gone)
        return (
            built(db)
            .execute(
                "select best_people, alarms, lost_of_alarms, lost_best, misses from marts.silent_backtest "
                "where as_of = date '2025-06-30'"
            )
            .fetchall()
        )


@pytest.mark.parametrize(
    ("lost", "found"),
    [
        ({}, (3, 1, 0, 0, 0)),
        ({"anna": "2025-09-30"}, (3, 1, 1, 1, 0)),
        ({"anna": "2025-10-31"}, (3, 1, 0, 0, 0)),
        ({"berta": "2025-07-31"}, (3, 1, 0, 1, 1)),
    ],
)
def test_the_alarm_is_held_against_what_came(lost: dict[str, str], found: tuple[int, ...]) -> None:
    assert backtest(lost) == [found]


def measures(db: DuckDBPyConnection) -> dict[str, tuple[Any, ...]]:
    rows = db.execute("select name, value, low, high, n, available, reason from steps.silent_measures")
    return {row[0]: row[1:] for row in rows.fetchall()}


def test_a_share_of_too_few_is_not_told_and_says_why() -> None:
    with raw_shop(orders=[*CROWD, *regular(last=32)]) as db:
        found = measures(built(db))
    assert found["silent_best.precision"] == (None, None, None, 0, False, "no_history")
    assert found["lost.never_complained"] == (None, None, None, 0, False, "no_interactions")
    assert found["silent_best.people"][0] == 1


def test_the_share_of_the_lost_who_never_complained_has_wilsons_interval() -> None:
    """Forty lost, four of whom complained: 36/40 = 0.9, Wilson 0.769 to 0.960."""
    orders = [order(f"c{n}", "2024-01-10") for n in range(40)]
    said = [interaction(f"c{n}", "complaint", "2024-02-01") for n in range(4)]
    with raw_shop(orders=orders, interactions=said) as db:
        value, low, high, n, available, _reason = measures(built(db))["lost.never_complained"]
    assert (value, n, available) == (pytest.approx(0.9), 40, True)
    assert (low, high) == (pytest.approx(0.769, abs=5e-4), pytest.approx(0.960, abs=5e-4))


HOSTILE: dict[str, list[Row]] = {
    "nothing": [],
    "one purchase": [order("anna", "2025-12-30", 10)],
    "one day, many people": [order(f"c{n}", "2025-12-30", 10) for n in range(30)],
    "all one-timers": [order(f"c{n}", f"2025-{1 + n % 12:02d}-10", 10) for n in range(30)],
    "constant": [row for n in range(12) for row in every(f"c{n}", "2025-01-01", 10, 36)],
    "all refunded": [
        row
        for n in range(6)
        for row in (
            order(f"c{n}", "2025-11-01", 9, order_id=f"o{n}"),
            order(f"c{n}", "2025-11-02", -9, refund_of=f"o{n}"),
        )
    ],
    "ten thousand purchases by one": [
        order("anna", date(2025, 12, 31) - timedelta(n % 900), 1 + n % 7) for n in range(10_000)
    ],
    "zero amounts": [order("anna", f"2025-{m:02d}-01", 0) for m in range(1, 13)],
}


@pytest.fixture(params=sorted(HOSTILE))
def hostile(request: pytest.FixtureRequest) -> Iterator[DuckDBPyConnection]:
    with raw_shop(orders=HOSTILE[request.param]) as db:
        kept(db, "2025-11-30", "buyer", "somebody else")
        yield built(db)


def test_no_shop_however_odd_gives_a_number_that_is_none(hostile: DuckDBPyConnection) -> None:
    tables = (
        "marts.silent_best", "marts.silent_backtest", "steps.silent_measures", "marts.call_list",
        "marts.near_fans", "marts.next_purchase", "marts.movement_steps", "marts.connectors",
    )  # fmt: skip
    for table in tables:
        found = hostile.execute(f"select * from {table}")
        kinds = [str(column[1]) for column in found.description or []]
        for row in found.fetchall():
            for kind, value in zip(kinds, row, strict=True):
                assert kind not in ("DOUBLE", "FLOAT") or value is None or abs(value) < 1e12, (table, row)
    missing = hostile.execute("select name from steps.silent_measures where not available and reason is null")
    assert missing.fetchall() == []


def test_two_answers_on_one_day_count_as_the_lower() -> None:
    said = [
        {"customer_id": "anna", "ts": f"2025-11-01 1{n}:00:00", "score_0_10": score}
        for n, score in enumerate((9, 4))
    ]
    with raw_shop(orders=regular(), surveys=said) as db:
        insert(db, "interactions", [interaction("anna", "complaint", "2025-11-02")] * 2)
        built(db)
        found = db.execute("select voice, times, score from marts.voices order by voice").fetchall()
    assert found == [("answer", 2, 4), ("complaint", 2, None)]
