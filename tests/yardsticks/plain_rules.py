"""The category rules once more, in plain Python and from their words: what the SQL is compared with.

One loop per person, dates as dates, nothing shared with the product.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

TRADE_DAYS = 180


@dataclass
class Person:
    """One buyer at a date."""

    who: str
    days: list[date]
    spend: float

    @property
    def repeats(self) -> int:
        return len(self.days) - 1

    @property
    def span(self) -> int:
        return (self.days[-1] - self.days[0]).days


def purchase_days(rows: list[dict[str, Any]], as_of: date) -> dict[str, list[date]]:
    """The days on which each person's purchase stands at a date."""
    past = [row for row in rows if row["on"] <= as_of]
    refunded: dict[str, float] = defaultdict(float)
    unnamed: dict[tuple[str, date], float] = defaultdict(float)
    ids = {row["id"] for row in rows if row["amount"] >= 0}
    for row in past:
        if row["amount"] < 0:
            if row.get("refund_of") in ids:
                refunded[row["refund_of"]] += row["amount"]
            else:
                unnamed[row["who"], row["on"]] += row["amount"]
    sums: dict[tuple[str, date], float] = defaultdict(float)
    for row in past:
        if row["amount"] > 0.01 and row["amount"] + refunded[row["id"]] > 0.01 + 1e-9:
            sums[row["who"], row["on"]] += row["amount"] + refunded[row["id"]]
    found: dict[str, list[date]] = defaultdict(list)
    for (who, day), total in sorted(sums.items()):
        if total + unnamed[who, day] > 0.01 + 1e-9:
            found[who].append(day)
    return found


def first_repeat_days(people: list[Person], as_of: date) -> float:
    """T_first from the Kaplan-Meier curve, computed one day at a time."""
    waits = [
        ((person.days[1] - person.days[0]).days, True)
        if person.repeats
        else ((as_of - person.days[0]).days, False)
        for person in people
    ]
    returns = sorted({wait for wait, came in waits if came})
    if sum(came for _wait, came in waits) < 30:
        return TRADE_DAYS
    staying, curve, at_risk = 1.0, {}, {}
    for day in returns:
        at_risk[day] = sum(wait >= day for wait, _came in waits)
        staying *= 1 - sum(came and wait == day for wait, came in waits) / at_risk[day]
        curve[day] = 1 - staying
    reliable = [day for day in returns if at_risk[day] >= 30]
    if not reliable:
        return TRADE_DAYS
    tau = reliable[-1]
    e = next(day for day in returns if curve[day] >= 0.9 * curve[tau] - 1e-9)
    return e if tau >= 365 else e * tau / 365 + TRADE_DAYS * (1 - tau / 365)


def clamp(days: float, low: float) -> float:
    return min(max(days, low), 730)


def limits(person: Person, m0: float) -> tuple[float, float]:
    """The silences after which somebody is late and lost."""
    weight, shape = 2 * m0 + person.span, 2 + person.repeats
    late = clamp(weight * (0.20 ** (-1 / shape) - 1), 7)
    lost = clamp(weight * (0.05 ** (-1 / shape) - 1), 14)
    if person.repeats >= 2 and 300 <= person.span / person.repeats <= 430:
        late = max(late, 1.05 * person.span / person.repeats)
    return late, lost


def percentiles(values: list[float]) -> list[float]:
    """(mid-rank - 1/2) / n."""
    n, ordered = len(values), sorted(values)
    return [max(0.05, (bisect_left(ordered, v) + bisect_right(ordered, v)) / 2 / n) for v in values]


def fans(base: list[Person], m0: float, as_of: date) -> set[str]:
    """The best 18 of 100 of those who pass, by the score without surveys, referrals and offers."""
    if not base:
        return set()
    frequency = percentiles([365 * len(p.days) / max(60, (as_of - p.days[0]).days) for p in base])
    spend = percentiles([p.spend for p in base])
    scored = []
    for person, often, much in zip(base, frequency, spend, strict=True):
        late, lost = limits(person, m0)
        silence = (as_of - person.days[-1]).days
        recency = max(0.05, 1 - silence / lost)
        score = math.exp((0.20 * math.log(often) + 0.15 * math.log(recency) + 0.20 * math.log(much)) / 0.55)
        if len(person.days) >= 3 and (as_of - person.days[0]).days >= 60 and silence <= late:
            scored.append((-round(100 * score, 6), -person.spend, -person.days[-1].toordinal(), person.who))
    return {who for *_order, who in sorted(scored)[: math.floor(0.18 * len(base) + 0.5)]}


def categories(rows: list[dict[str, Any]], as_of: date) -> dict[str, str]:
    """Everybody's category at a date; rows are dictionaries: who, on, amount, id and perhaps refund_of."""
    seen = {row["who"] for row in rows if row["on"] <= as_of}
    spent: dict[str, float] = defaultdict(float)
    for row in rows:
        if 0 <= (as_of - row["on"]).days < 365:
            spent[row["who"]] += row["amount"]
    people = [Person(who, days, round(spent[who], 2)) for who, days in purchase_days(rows, as_of).items()]
    repeaters = [person for person in people if person.repeats]
    m0 = (
        sum(person.span for person in repeaters) / sum(person.repeats for person in repeaters)
        if repeaters
        else TRADE_DAYS / 2
    )
    window = first_repeat_days(people, as_of)
    found = dict.fromkeys(seen, "prospect")
    base = []
    for person in people:
        silence = (as_of - person.days[-1]).days
        if person.repeats:
            found[person.who] = "lost" if silence > limits(person, m0)[1] else "customer"
        else:
            found[person.who] = "lost" if silence > window else "buyer"
        if found[person.who] == "customer":
            base.append(person)
    return found | dict.fromkeys(fans(base, m0, as_of), "fan")
