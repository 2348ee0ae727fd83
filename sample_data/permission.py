"""Who may be written to, called or profiled, and since when: an append-only register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from clientela.sample_data.chance import Chance
from clientela.sample_data.opening import LAST
from clientela.sample_data.people import SHOP_EMAIL, Person
from clientela.sample_data.receipts import Receipt


@dataclass(frozen=True)
class Permission:
    """From when to when somebody may get the newsletter."""

    since: datetime
    until: datetime | None


def consent_rows(
    people: list[Person], documents: dict[str, list[Receipt]]
) -> tuple[list[dict[str, object]], dict[str, Permission]]:
    """Return consents.csv in order of time, and who may get the newsletter."""
    rows: list[dict[str, object]] = []
    newsletter: dict[str, Permission] = {}
    for person in people:
        chance = Chance(f"consent {person.customer_id}")
        rows += _others(chance, person, documents.get(person.customer_id, []))
        if not person.email or person.email == SHOP_EMAIL or person.role == "supplier":
            continue
        if not chance.happens(0.85 if person.role == "prospect" else 0.62):
            continue
        until = None
        if chance.happens(0.09):
            gone = person.seen_at + timedelta(days=chance.between(20, 500), hours=2)
            until = gone if gone.date() <= LAST else None
        newsletter[person.customer_id] = Permission(person.seen_at, until)
        method = "web" if person.web or person.role == "prospect" else chance.pick(("paper", "pos"))
        rows.append(_row(person, "marketing", "email", "grant", person.seen_at, method))
        if until:
            rows.append(_row(person, "marketing", "email", "withdraw", until, "web"))
    rows.sort(
        key=lambda row: (str(row["ts"]), str(row["customer_id"]), str(row["purpose"]), str(row["channel"]))
    )
    return rows, newsletter


def _others(chance: Chance, person: Person, receipts: list[Receipt]) -> list[dict[str, object]]:
    """Return the consents that are not about the newsletter."""
    found = []
    if person.card and chance.happens(0.5):
        found.append(_row(person, "profiling", "any", "grant", person.seen_at, "paper"))
    if person.phone and person.card and chance.happens(0.4):
        found.append(_row(person, "marketing", "phone", "grant", person.seen_at, "paper"))
        if chance.happens(0.3):
            found.append(_row(person, "marketing", "whatsapp", "grant", person.seen_at, "pos"))
    if person.card and person.email and chance.happens(0.3):
        found.append(_row(person, "survey", "email", "grant", person.seen_at, "paper"))
    web = next((one for one in receipts if one.channel == "web" and one.known_by == "email"), None)
    if web:
        notice = _row(person, "marketing", "email", "soft_spam_notice", web.at, "web")
        found.append(notice | {"source_order_id": web.order_id})
    return found


def _row(
    person: Person, purpose: str, channel: str, action: str, at: datetime, method: str
) -> dict[str, object]:
    return {
        "customer_id": person.customer_id,
        "purpose": purpose,
        "channel": channel,
        "action": action,
        "ts": at,
        "method": method,
        "text_version": "2024-01" if at.year < 2026 else "2026-01",
        "proof_ref": f"modulo {person.customer_id}" if method == "paper" else None,
        "operator_id": "OP1" if method in ("paper", "pos") else None,
        "source_order_id": None,
    }
