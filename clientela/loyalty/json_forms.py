"""Members, consents and sales outcomes as they travel between the shop's machine and the server's, in JSON.

The API and the files of ``referral carry`` speak these words; ``SCHEMAS`` describes them once for both.
Instants travel as ISO 8601 with an offset, days as YYYY-MM-DD, money in cents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Final

from clientela.consent import ACTIONS, CHANNELS, PURPOSES
from clientela.forgotten import Erasure
from clientela.loyalty.claims.outcomes import Applied, SaleOutcome
from clientela.loyalty.claims.verdicts import VERDICTS
from clientela.loyalty.people import contacts
from clientela.loyalty.people.consents import ConsentEntry, of_member
from clientela.loyalty.people.person import Invited, NewMember
from clientela.loyalty.store.events import instant

Fields = Mapping[str, Any]

MAX_ROWS: Final = 1000
"""Members or outcomes in one call: one transaction of well under a second."""

CENTS: Final = 10**12
"""No shop's amount is larger: ten thousand million."""


def _text(longest: int, *, empty: bool = False) -> dict[str, Any]:
    return {"type": "string", "minLength": 0 if empty else 1, "maxLength": longest}


def _maybe(schema: Fields) -> dict[str, Any]:
    """Return the schema with null allowed."""
    return {**schema, "type": [schema["type"], "null"]}


def _record(required: str, **properties: Fields) -> dict[str, Any]:
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


_DAY: Final = {"type": "string", "format": "date"}
_CENTS: Final = {"type": "integer", "minimum": -CENTS, "maximum": CENTS}
_ID: Final = _text(254)

_CONSENT: Final[dict[str, Fields]] = {
    "purpose": {"enum": list(PURPOSES)},
    "channel": {"enum": list(CHANNELS)},
    "action": {"enum": list(ACTIONS)},
    "at": {"type": "string", "format": "date-time"},
    "method": _text(40),
    "text_version": _maybe(_text(80)),
}

SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "Consent": _record("purpose channel action at method", **_CONSENT),
    "FriendConsent": _record("contact purpose channel action at method", contact=_text(254), **_CONSENT),
    "Member": _record(
        "customer_id name category",
        customer_id=_ID,
        name=_text(200, empty=True),
        phone=_maybe(_text(40)),
        email=_maybe(_text(254)),
        category=_text(40),
        status={"enum": ["active", "paused", "erased"]},
        is_firm={"type": "boolean"},
        consents={"type": "array", "maxItems": 500, "items": {"$ref": "#/components/schemas/Consent"}},
    ),
    "Erasure": _record(
        "erasure at key marks",
        erasure=_text(64),
        at={"type": "integer", "minimum": 0, "maximum": CENTS * 10},
        key=_text(80),
        marks={"type": "array", "maxItems": 1000, "items": _text(64)},
    ),
    "Invited": _record(
        "customer_id public_id code short_code spoken portal_token",
        customer_id=_ID,
        public_id=_text(40),
        code=_text(40),
        short_code=_text(20),
        spoken=_text(40),
        portal_token=_maybe(_text(80)),
    ),
    "Outcome": _record(
        "claim verdict purchases revenue_cents",
        claim=_text(64),
        friend_customer_id=_maybe(_ID),
        verdict={"enum": list(VERDICTS)},
        purchases={"type": "integer", "minimum": 0, "maximum": 1_000_000},
        first_purchase_on=_maybe(_DAY),
        qualifying_on=_maybe(_DAY),
        qualifying_cents=_maybe(_CENTS),
        revenue_cents=_CENTS,
        refunded_on=_maybe(_DAY),
        is_household={"type": "boolean"},
    ),
    "Applied": _record(
        "changed unchanged unknown",
        **{name: {"type": "integer", "minimum": 0} for name in ("changed", "unchanged", "unknown")},
    ),
}


def schema(reference: str) -> dict[str, Any]:
    """Return the reference to a schema."""
    return {"$ref": f"#/components/schemas/{reference}"}


def rows_of(name: str) -> dict[str, Any]:
    """Return the schema of a list of at most ``MAX_ROWS``."""
    return {"type": "array", "maxItems": MAX_ROWS, "items": schema(name)}


def millis(instant: str) -> int:
    """Return an ISO instant with offset as milliseconds since 1970 UTC."""
    moment = datetime.fromisoformat(instant).astimezone(UTC)
    # By whole numbers: a float second loses the last millisecond.
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


def consent_as(entry: ConsentEntry) -> dict[str, Any]:
    """Return a consent of a member as it travels; whose it is stands around it."""
    return {
        "purpose": entry.purpose,
        "channel": entry.channel,
        "action": entry.action,
        "at": instant(entry.at),
        "method": entry.method,
        "text_version": entry.text_version,
    }


def friend_consent_as(entry: ConsentEntry) -> dict[str, Any]:
    """Return a consent of a friend, named by the contact, as it travels."""
    return {"contact": entry.subject, **consent_as(entry)}


def friend_consent_from(given: Fields) -> ConsentEntry:
    """Return the consent of a friend that a checked object describes."""
    contact = contacts.normalise(given["contact"])
    return _consent_from(contact.value if contact else given["contact"], given)


def member_as(row: NewMember, status: str = "active") -> dict[str, Any]:
    """Return a member as it travels."""
    return {
        "customer_id": row.customer_id,
        "name": row.name,
        "phone": row.phone,
        "email": row.email,
        "category": row.category,
        "status": status,
        # Only where it is so: a server that does not know the field yet still takes everybody else.
        **({"is_firm": True} if row.is_firm else {}),
        "consents": [consent_as(entry) for entry in row.consents],
    }


def member_from(given: Fields) -> NewMember:
    """Return the member that a checked object describes."""
    subject = of_member(given["customer_id"])
    return NewMember(
        customer_id=given["customer_id"],
        name=given["name"],
        phone=given.get("phone"),
        email=given.get("email"),
        category=given["category"],
        consents=tuple(_consent_from(subject, each) for each in given.get("consents", ())),
        is_firm=given.get("is_firm", False),
    )


def _consent_from(subject: str, given: Fields) -> ConsentEntry:
    return ConsentEntry(
        subject=subject,
        purpose=given["purpose"],
        channel=given["channel"],
        action=given["action"],
        at=millis(given["at"]),
        method=given["method"],
        text_version=given.get("text_version"),
        origin="shop",
    )


def erasure_as(row: Erasure) -> dict[str, Any]:
    """Return an erasure as it travels: marks and their key, nobody's contact."""
    return {"erasure": row.erasure_id, "at": row.at, "key": row.key, "marks": sorted(row.marks)}


def erasure_from(given: Fields) -> Erasure:
    """Return the erasure that a checked object describes."""
    return Erasure(given["erasure"], given["at"], given["key"], frozenset(given["marks"]))


def invited_as(row: Invited) -> dict[str, Any]:
    """Return an invitation as it travels."""
    return {each.name: getattr(row, each.name) for each in fields(row)}


def invited_from(given: Fields) -> Invited:
    """Return the invitation that an object describes."""
    return Invited(**{each.name: given[each.name] for each in fields(Invited)})


def outcome_as(row: SaleOutcome) -> dict[str, Any]:
    """Return an outcome as it travels; its date stands around it."""
    return {each.name: getattr(row, each.name) for each in fields(row) if each.name != "as_of"}


def outcome_from(given: Fields, as_of: str) -> SaleOutcome:
    """Return the outcome that a checked object describes."""
    return SaleOutcome(
        claim=given["claim"],
        friend_customer_id=given.get("friend_customer_id"),
        verdict=given["verdict"],
        purchases=given["purchases"],
        first_purchase_on=given.get("first_purchase_on"),
        qualifying_on=given.get("qualifying_on"),
        qualifying_cents=given.get("qualifying_cents"),
        revenue_cents=given["revenue_cents"],
        refunded_on=given.get("refunded_on"),
        as_of=as_of,
        is_household=given.get("is_household", False),
    )


def applied_as(done: Applied) -> dict[str, int]:
    """Return what became of the outcomes."""
    return {"changed": done.changed, "unchanged": done.unchanged, "unknown": done.unknown}
