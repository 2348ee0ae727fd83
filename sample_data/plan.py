"""Who turns up at this shop, and when: the cast, before anybody has a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from clientela.sample_data import scripts
from clientela.sample_data.chance import Chance
from clientela.sample_data.opening import LAST, OPENED, busyness, open_days
from clientela.sample_data.rhythm import Life, live, scripted

COUPON_START: Final = date(2024, 3, 1)
"""From this day on, half of the new people, drawn by lot, get the coupon for a second purchase."""

ORDINARY: Final = 1130
COMPANIES: Final = 32
TOXIC_COMPANIES: Final = 4
CHRISTMAS: Final = 40
SILENT_BEST: Final = 5
CONNECTORS: Final = 4
TOXIC_CONSUMERS: Final = 2
PROSPECTS: Final = 250
REFERRED_WAITING: Final = 42
SUPPLIERS: Final = 10


@dataclass(frozen=True)
class Newcomer:
    """Somebody who will stand in customers.csv."""

    role: str
    """ordinary, company, christmas, silent_best, connector, toxic_…, prospect, waiting, supplier, or the name
    of an odd case."""

    seen_on: date
    """The day the shop first wrote them down."""

    life: Life
    """Their purchases; no days for those who never bought."""


NOTHING: Final = Life((), None)


def cast() -> list[Newcomer]:
    """Return everybody in customers.csv, in the order in which the shop met them."""
    people = [*_ordinary(), *_companies(), *_special(), *_odd_cases(), *_without_purchase()]
    return sorted(people, key=lambda person: person.seen_on)


def arrival_days(chance: Chance, count: int, start: date = OPENED) -> list[date]:
    """Return days of first contact: more in busy seasons, at the opening, and from year to year."""
    days = [day for day in open_days() if day >= start]
    weights = []
    for day in days:
        rush = 1.8 if (day - OPENED).days < 30 else 1.0
        weights.append(busyness(day) * rush * (1.0 + 0.40 * (day - OPENED).days / 365))
    return sorted(chance.weighted(days, weights) for _ in range(count))


def _ordinary() -> list[Newcomer]:
    chance = Chance("ordinary people")
    found = []
    for place, day in enumerate([OPENED, LAST, *arrival_days(chance, ORDINARY - 2)]):
        coupon = day >= COUPON_START and chance.happens(0.5)
        life = live(Chance(f"life {place}"), day, coupon)
        found.append(Newcomer("ordinary", day, life))
    return found


def _companies() -> list[Newcomer]:
    chance = Chance("companies")
    found = []
    for place in range(COMPANIES):
        day = arrival_days(chance, 1)[0] if place > 11 else arrival_days(chance, 1)[0].replace(year=2024)
        first = min(open_days(), key=lambda other: abs((other - day).days))
        found.append(Newcomer("company", first, live(Chance(f"company {place}"), first, False, 0.92)))
    for role in ("unpaid_urgent", "unpaid_price", "unpaid_scope", "unpaid_clarity"):
        life = scripts.steady(chance, date(2024, chance.between(2, 9), 1), 18, 26)
        found.append(Newcomer(f"toxic_{role}", life.days[0], life))
    return found


def _special() -> list[Newcomer]:
    chance = Chance("special people")
    lives = [("christmas", scripts.christmas(chance)) for _ in range(CHRISTMAS)]
    lives += [("silent_best", scripts.silent_best(chance)) for _ in range(SILENT_BEST)]
    for _ in range(CONNECTORS):
        start = date(2023, 10, 3) + timedelta(chance.between(0, 60))
        lives.append(("connector", scripts.steady(chance, start, 46, 64)))
    for role in ("toxic_times_scope", "toxic_price_times"):
        lives.append((role, scripts.steady(chance, date(2024, 11, 5), 24, 36)))
    return [Newcomer(role, life.days[0], life) for role, life in lives]


def _odd_cases() -> list[Newcomer]:
    found = []
    for case in scripts.ODD_CASES:
        life = scripts.odd_life(case)
        found.append(Newcomer(case.name, life.days[0], life))
    return found


def _without_purchase() -> list[Newcomer]:
    chance = Chance("people without a purchase")
    found = [Newcomer("prospect", day, NOTHING) for day in arrival_days(chance, PROSPECTS)]
    waiting = arrival_days(chance, REFERRED_WAITING - 9, date(2025, 11, 10))
    waiting += arrival_days(chance, 9, date(2024, 2, 1))
    found += [Newcomer("waiting", day, NOTHING) for day in waiting]
    found += [Newcomer("supplier", day, scripted([])) for day in arrival_days(chance, SUPPLIERS)]
    return found
