"""The card: points earned, spent and taken back; and the coupons that ask people to return."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from clientela.sample_data.chance import Chance
from clientela.sample_data.opening import LAST, OPENED
from clientela.sample_data.people import Person
from clientela.sample_data.receipts import COUPON_CENTS, COUPON_DAYS, Receipt
from clientela.sample_data.rhythm import Life
from clientela.sample_data.tables import euro
from clientela.sample_data.till import coupon_code

Documents = dict[str, list[Receipt]]
"""Each person's documents, oldest first."""


def loyalty_rows(people: list[Person], documents: Documents) -> list[dict[str, object]]:
    """Return loyalty_events.csv in order of time."""
    events: list[dict[str, object]] = []
    for person in people:
        if person.card:
            events += _of_card(person, documents.get(person.customer_id, []))
    events.sort(key=lambda event: (str(event["ts"]), str(event["card_number"]), str(event["type"])))
    for place, event in enumerate(events, start=1):
        event["event_id"] = f"E{place:06d}"
    return [{"event_id": event.pop("event_id"), **event} for event in events]


def _of_card(person: Person, receipts: list[Receipt]) -> list[dict[str, object]]:
    chance = Chance(f"card {person.customer_id}")

    def event(at: datetime, kind: str, points: int, receipt: Receipt | None = None) -> dict[str, object]:
        return {
            "ts": at,
            "card_number": person.card,
            "customer_id": person.customer_id,
            "type": kind,
            "points": points,
            "order_id": receipt.order_id if receipt else None,
        }

    found = [event(person.seen_at, "enrol", 0)]
    balance = 0
    for receipt in receipts:
        if receipt.status != "completed" or receipt.order_type != "one_off":
            continue
        if receipt.points_spent:
            found.append(event(receipt.at, "redeem", -receipt.points_spent, receipt))
            balance -= receipt.points_spent
        points = receipt.gross // 100 if receipt.gross > 0 else -min(balance, -receipt.gross // 100)
        if points:
            found.append(
                event(receipt.at + timedelta(seconds=2), "earn" if points > 0 else "reverse", points, receipt)
            )
            balance += points
    last = receipts[-1].at if receipts else datetime.combine(OPENED, datetime.min.time())
    if chance.happens(0.02):
        found.append(event(last + timedelta(seconds=40), "adjust", 20))
    if chance.happens(0.015) and last.date() < LAST - timedelta(60):
        found.append(event(last + timedelta(days=30), chance.pick(("leave", "block")), 0))
    return found


def coupon_rows(
    people: list[Person], lives: dict[str, Life], documents: Documents
) -> list[dict[str, object]]:
    """Return coupons.csv: a discount for the second purchase, a tasting for the third."""
    chance = Chance("tastings")
    rows: list[dict[str, object]] = []
    for person in people:
        bought = [
            one
            for one in documents.get(person.customer_id, [])
            if one.gross > 0 and one.status == "completed"
        ]
        life = lives[person.customer_id]
        if life.coupon:
            used = next((one for one in bought if one.coupon_code), None)
            rows.append(
                _coupon(coupon_code(person), person, "discount", COUPON_CENTS, COUPON_DAYS, bought[0], used)
            )
        if len(life.days) > 1 and person.role == "ordinary" and chance.happens(0.35):
            at_second = next(one for one in bought if one.at.date() == life.days[1])
            later = [one for one in bought if 0 < (one.at.date() - life.days[1]).days <= 45]
            used = later[0] if later and chance.happens(0.5) else None
            code = f"ASSAGGI-{person.customer_id[1:]}"
            rows.append(_coupon(code, person, "experience", 0, 45, at_second, used))
    rows.sort(key=lambda row: (str(row["issued_at"]), str(row["code"])))
    return rows


def _coupon(
    code: str, person: Person, kind: str, cents: int, days: int, trigger: Receipt, used: Receipt | None
) -> dict[str, object]:
    start: date = trigger.at.date()
    end = start + timedelta(days)
    return {
        "code": code,
        "customer_id": person.customer_id,
        "offer_type": kind,
        "value": euro(cents) if cents else None,
        "value_type": "euro" if cents else None,
        "issued_at": trigger.at,
        "valid_from": start,
        "valid_until": end,
        "validity_days": days,
        "trigger_order_id": trigger.order_id,
        "protocol_step": "2" if kind == "discount" else "3",
        "status": "redeemed" if used else "expired" if end < LAST else "issued",
        "redeemed_order_id": used.order_id if used else None,
        "redeemed_at": used.at if used else None,
    }
