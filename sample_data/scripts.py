"""Lives written by hand: the people whom the report should notice, and the odd cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from clientela.sample_data.chance import Chance
from clientela.sample_data.opening import LAST, next_open
from clientela.sample_data.rhythm import Life, scripted


@dataclass(frozen=True)
class OddCase:
    """One odd case: what happened on the purchase days, and where a reader of the rules files it."""

    name: str
    days: tuple[str, ...]
    category: str
    """Its category on the last day of the files, worked out by hand."""


ODD_CASES: Final = (
    OddCase("two_receipts_one_day", ("2026-09-19",), "buyer"),
    OddCase("two_channels_one_day", ("2026-09-26",), "buyer"),
    OddCase("exchange_on_one_day", ("2026-08-28", "2026-10-02"), "customer"),
    OddCase("only_order_refunded", ("2026-09-04",), "prospect"),
    OddCase("refunded_all_but_one_percent", ("2026-09-11",), "buyer"),
    OddCase("only_a_free_reward", ("2026-09-12",), "prospect"),
    OddCase("only_a_cancelled_order", ("2026-09-15",), "prospect"),
    OddCase("only_a_quote", ("2026-09-16",), "prospect"),
    OddCase("gift_card_giver", ("2026-08-29",), "buyer"),
    OddCase("gift_card_redeemer", ("2026-09-18",), "buyer"),
    OddCase("refund_without_its_order", ("2026-08-27", "2026-09-24", "2026-10-15"), "customer"),
    OddCase("registered_twice", ("2026-07-17", "2026-08-25"), "customer"),
    OddCase("registered_twice_second_row", ("2026-10-09",), "customer"),
    OddCase("same_email_in_capitals", ("2026-08-26", "2026-09-25", "2026-10-16"), "customer"),
    OddCase("same_email_in_capitals_second_row", ("2026-10-03",), "buyer"),
)
"""``registered_twice`` has two rows in customers.csv with one tax code: one person."""


def odd_life(case: OddCase) -> Life:
    """Return the life of an odd case."""
    return scripted([date.fromisoformat(day) for day in case.days])


def christmas(chance: Chance) -> Life:
    """Return somebody who only buys before Christmas; one in six stops after the second year."""
    years = (2023, 2024) if chance.happens(1 / 6) else (2023, 2024, 2025)
    usual = chance.between(5, 19)
    days = [next_open(date(year, 12, usual + chance.between(0, 4))) for year in years]
    return scripted(days, days[-1] if len(years) == 2 else None)


def silent_best(chance: Chance) -> Life:
    """Return a weekly customer who says nothing and, in the last weeks, stops coming."""
    day = next_open(LAST - timedelta(chance.between(19, 21)))
    days = [day]
    for gap in (16, 15):
        days.insert(0, _last_open(days[0] - timedelta(gap)))
    start = date(2023, 10, 3) + timedelta(chance.between(0, 60))
    while days[0] - timedelta(10) > start:
        days.insert(0, _last_open(days[0] - timedelta(chance.between(6, 9))))
    return scripted(days)


def _last_open(day: date) -> date:
    """Return the day itself, or the last one before it on which the shop was open."""
    while next_open(day) != day:
        day -= timedelta(1)
    return day


def steady(chance: Chance, start: date, shortest: int, longest: int) -> Life:
    """Return somebody who comes at even distances up to the last days of the files."""
    days = [next_open(LAST - timedelta(chance.between(3, shortest // 2)))]
    while True:
        earlier = _last_open(days[0] - timedelta(chance.between(shortest, longest)))
        if earlier < start:
            return scripted(days)
        days.insert(0, earlier)
