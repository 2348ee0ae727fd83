"""How the people stand in customers.csv: what the owner knows, with all its gaps."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from clientela.sample_data import names
from clientela.sample_data.chance import Chance
from clientela.sample_data.invitations import Invitation
from clientela.sample_data.opening import LAST
from clientela.sample_data.people import Person
from clientela.sample_data.recall import Call
from clientela.sample_data.rhythm import Life

_NOTES: Final = ("trasferito in un'altra città", "deceduto", "attività chiusa")


def customer_rows(
    people: list[Person], lives: dict[str, Life], invitations: list[Invitation], calls: list[Call]
) -> list[dict[str, object]]:
    """Return customers.csv in order of registration."""
    brought_by = {one.friend.customer_id: one for one in invitations if one.generation}
    peace = {call.customer_id for call in calls if call.asked_for_peace}
    return [
        _row(
            person, lives[person.customer_id], brought_by.get(person.customer_id), person.customer_id in peace
        )
        for person in people
    ]


def _row(person: Person, life: Life, invitation: Invitation | None, peace: bool) -> dict[str, object]:
    chance = Chance(f"register {person.customer_id}")
    town, postal_code = names.TOWNS[person.town]
    firm = bool(person.vat_number)
    written = person.role == "waiting" or chance.happens(0.6)
    return {
        "customer_id": person.customer_id,
        "kind": "b2b" if firm else "consumer",
        "first_name": None if firm else person.first_name,
        "last_name": None if firm else person.last_name,
        "company_name": person.company or None,
        "tax_code": person.tax_code or None,
        "vat_number": person.vat_number or None,
        "email": person.email or None,
        "phone": person.phone or None,
        "address": person.street or None,
        "postal_code": postal_code if person.street else None,
        "city": town if person.street or chance.happens(0.4) else None,
        "province": names.PROVINCE if person.street else None,
        "country": "IT" if person.street else None,
        "birth_date": _birthday(chance) if person.card and chance.happens(0.4) else None,
        "created_at": person.seen_at,
        "acquisition_source": "referral" if invitation else person.source,
        "referred_by": invitation.referrer.customer_id if invitation and written else None,
        "card_number": person.card or None,
        "card_issued_at": person.seen_at if person.card else None,
        "owner_rating": _rating(chance, person, life),
        "do_not_contact": True if peace or chance.happens(0.008) else None,
        "status_note": _note(chance, life),
        "in_target": False if person.role == "supplier" else None,
    }


def _birthday(chance: Chance) -> date:
    return date(1944, 1, 1) + timedelta(chance.between(0, 60 * 365))


def _rating(chance: Chance, person: Person, life: Life) -> int | None:
    """Return what the owner thinks of a person: 1, -1, or nothing written."""
    if person.role.startswith("toxic"):
        return -1
    if len(life.days) > 10 and chance.happens(0.3):
        return 1
    return -1 if len(life.days) > 4 and chance.happens(0.015) else None


def _note(chance: Chance, life: Life) -> str | None:
    """Return why a few of those who left will not come back."""
    gone = life.left_on is not None and len(life.days) > 1 and (LAST - life.left_on).days > 90
    return chance.pick(_NOTES[:2]) if gone and chance.happens(0.05) else None
