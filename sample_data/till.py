"""The till over three years: every document of every person, and the receipts without a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from clientela.sample_data.chance import Chance
from clientela.sample_data.odd_receipts import odd_receipts
from clientela.sample_data.opening import LAST, OPENED, busyness, moment, next_open, open_days
from clientela.sample_data.people import Person
from clientela.sample_data.receipts import (
    COUPON_CENTS,
    COUPON_DAYS,
    POINTS_FOR_REWARD,
    REWARD_CENTS,
    Line,
    Receipt,
    shop_for,
    take_off,
    turned_back,
    write_receipt,
)
from clientela.sample_data.rhythm import Life
from clientela.sample_data.scripts import ODD_CASES
from clientela.sample_data.shelf import WINE_BOX

SUBSCRIBERS: Final = 6
_ODD: Final = frozenset(case.name for case in ODD_CASES)


@dataclass(frozen=True)
class Till:
    """All documents in order of time, numbered."""

    receipts: list[Receipt]

    def of(self, person: Person) -> list[Receipt]:
        """Return one person's documents."""
        return [receipt for receipt in self.receipts if receipt.person is person]


def ring_up(people: list[Person], lives: dict[str, Life]) -> Till:
    """Write all documents."""
    receipts: list[Receipt] = []
    for person in people:
        life = lives[person.customer_id]
        if person.role in _ODD:
            receipts += odd_receipts(person, life)
        elif life.days:
            receipts += _of_one(person, life)
    receipts += _subscriptions(people, lives) + _without_name()
    receipts.sort(key=lambda receipt: (receipt.at, receipt.person.customer_id if receipt.person else ""))
    counts: dict[int, int] = {}
    for receipt in receipts:
        year = receipt.at.year
        counts[year] = counts.get(year, 0) + 1
        receipt.order_id = f"{year}/{counts[year]:05d}"
    return Till(receipts)


def coupon_code(person: Person) -> str:
    """Return the code on the coupon for a second purchase."""
    return f"TORNA-{person.customer_id[1:]}"


def _of_one(person: Person, life: Life) -> list[Receipt]:
    """Write the documents of one ordinary life: coupon, points, second receipts, refunds."""
    chance = Chance(f"till {person.customer_id}")
    found: list[Receipt] = []
    for place, day in enumerate(life.days):
        receipt = write_receipt(chance, person, day)
        if place == 0:
            receipt.at = person.seen_at + timedelta(minutes=6)
        if place == 1 and life.coupon and (day - life.days[0]).days <= COUPON_DAYS and chance.happens(0.8):
            receipt.coupon_code = coupon_code(person)
            receipt.discount += take_off(receipt.lines, min(COUPON_CENTS, receipt.gross // 2))
        if (
            person.card
            and _points(found, receipt) >= POINTS_FOR_REWARD
            and receipt.gross > 2000
            and chance.happens(0.5)
        ):
            receipt.discount += take_off(receipt.lines, REWARD_CENTS)
            receipt.points_spent = POINTS_FOR_REWARD
        found.append(receipt)
        found += _around(chance, person, receipt, place)
    return found


def _points(earlier: list[Receipt], now: Receipt) -> int:
    """Return the points on the card before a receipt: one per euro, less returns and rewards."""
    points = 0
    for receipt in earlier:
        if receipt.at < now.at and receipt.status == "completed":
            points += receipt.gross // 100 - receipt.points_spent
    return points


def _around(chance: Chance, person: Person, receipt: Receipt, place: int) -> list[Receipt]:
    """Write what now and then goes with a purchase: a second receipt, a refund, a cancelled order."""
    if person.role in ("silent_best", "connector"):
        return []
    luck = chance.unit()
    day = receipt.at.date()
    if luck < 0.02:
        return [write_receipt(chance, person, day)]
    if luck < 0.024:
        gone = write_receipt(chance, person, day)
        gone.status = "cancelled"
        return [gone]
    back_on = next_open(day + timedelta(chance.between(1, 9)))
    if luck < 0.032 and place > 1 and len(receipt.lines) > 1 and back_on <= LAST:
        named = chance.happens(0.6)
        return [turned_back(receipt, moment(chance, back_on), named, 1)]
    return []


def _subscriptions(people: list[Person], lives: dict[str, Life]) -> list[Receipt]:
    """Write the monthly wine boxes of a few people who also buy in the shop."""
    chance = Chance("subscriptions")
    steady = [
        one
        for one in people
        if one.role == "ordinary" and one.email and len(lives[one.customer_id].days) > 12
    ]
    found = []
    for person in chance.some(steady, SUBSCRIBERS):
        life = lives[person.customer_id]
        day = life.days[3]
        while day <= (life.left_on or LAST):
            if busyness(next_open(day)) > 0 and next_open(day) <= LAST:
                line = Line(WINE_BOX, 1, WINE_BOX.price)
                found.append(Receipt(moment(chance, next_open(day)), person, [line], order_type="recurring"))
            day += timedelta(30)
    return found


def _without_name() -> list[Receipt]:
    """Write the receipts of people who gave no name."""
    chance = Chance("sales over the counter")
    found = []
    for day in open_days():
        growth = 1.0 + 0.1 * (day - OPENED).days / 365
        for _ in range(chance.poisson(2.4 * busyness(day) * growth)):
            receipt = Receipt(moment(chance, day), None, shop_for(chance, None, day), known_by="nothing")
            receipt.payment_method = chance.weighted(("cash", "card"), (60, 40))
            receipt.name = "Vendita al banco" if chance.happens(0.7) else ""
            found.append(receipt)
    return found
