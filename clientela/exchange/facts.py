"""What happened at the server, as rows of the shop's own input tables.

A table has one row per key: of several events of one thing the latest in the page counts, and a later page
corrects an earlier one. So a page may come twice, and an event twice in it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from clientela.exchange.owners import Owners

Event = Mapping[str, Any]
Row = dict[str, Any]

SOURCE: Final = "shop"
"""The friend of a claim and the customer of a receipt are one series of people."""

PROOF: Final = "referral server"
"""proof_ref of a consent that the server took, so that it is not sent back to it."""

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "customers": ("name", "email", "phone", "created_at", "acquisition_source"),
    "consents": (
        "customer_id",
        "email",
        "phone",
        "purpose",
        "channel",
        "action",
        "ts",
        "method",
        "text_version",
        "proof_ref",
    ),
    "referral_links": ("customer_id", "code", "short_code", "made_at", "disabled_at"),
    "referral_clicks": ("code", "day", "people", "visitors", "previews", "bots", "qr"),
    "referrals": (
        "referral_id",
        "referrer_id",
        "code",
        "clicked_at",
        "arrived_at",
        "arrived_contact",
        "first_order_id",
        "receipt_on",
        "store_id",
        "status",
        "reason",
        "method",
        "friend_name",
        "evidence",
        "shown_on",
    ),
    "referral_rewards": (
        "reward_id",
        "referral_id",
        "customer_id",
        "amount",
        "state",
        "reason",
        "earned_on",
        "due_on",
        "updated_at",
    ),
    "coupons": ("code", "offer_type", "value", "value_type", "status", "redeemed_order_id", "redeemed_at"),
}
"""The columns of each file, tables in the order in which they are loaded."""

NO_ROWS: Final = frozenset({"member", "flag", "forgotten"})
"""Events that say nothing which the shop's own tables hold."""


@dataclass
class Facts:
    """The rows of one page of events."""

    rows: dict[str, dict[tuple[Any, ...], Row]] = field(
        default_factory=lambda: {table: {} for table in COLUMNS}
    )
    """By table and by what names a row."""

    counts: dict[str, int] = field(default_factory=dict)
    """Events by type."""

    unknown: int = 0
    """Events of a kind that this version does not know."""

    newest: str = ""
    """The latest instant in the page, ISO 8601."""

    newest_day: str = ""
    """The latest of its days of clicks, which have no instant: a day in the shop's time zone."""


def read(events: Iterable[Event], links: Owners) -> Facts:
    """Sort a page of events into rows.

    Args:
        events: oldest first.
        links: those that came before; the page's own are added.
    """
    facts = Facts()
    for number, event in enumerate(events):
        kind = str(event.get("type"))
        maker = MAKERS.get(kind)
        if maker is None and kind not in NO_ROWS:
            facts.unknown += 1
            continue
        facts.counts[kind] = facts.counts.get(kind, 0) + 1
        facts.newest = max(facts.newest, str(event.get("at") or ""))
        facts.newest_day = max(facts.newest_day, str(event.get("day") or ""))
        if kind == "link" and not event.get("disabled_at"):
            links.add(event["customer_id"], event["code"])
        if kind == "claim":
            event = {**event, "code": links.code(event)}
        for table, key, row in maker(event) if maker else ():
            # The loader takes a file that it has met before for loaded; the mark keeps two states of one
            # thing that come back to the same words apart.
            facts.rows[table][key] = row | {"mark": event.get("at") or number}
    return facts


def write(facts: Facts, folder: Path) -> dict[str, Path]:
    """Write one CSV file per table that has rows.

    Returns:
        The file of each table, in the order in which they are to be loaded.
    """
    files = {}
    for table, columns in COLUMNS.items():
        if not facts.rows[table]:
            continue
        path = folder / f"referral-server-{table}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [*columns, "mark"], restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(facts.rows[table].values())
        files[table] = path
    return files


Made = Iterable[tuple[str, tuple[Any, ...], Row]]


def _links(event: Event) -> Made:
    row = {name: event.get(name) for name in COLUMNS["referral_links"]}
    yield "referral_links", (event["code"],), row


def _clicks(event: Event) -> Made:
    # Orphans belong to no link.
    if event.get("code"):
        row = {name: event.get(name) for name in COLUMNS["referral_clicks"]}
        yield "referral_clicks", (event["code"], event["day"]), row


def _claims(event: Event) -> Made:
    row: Row = {
        "referral_id": event["claim"],
        "referrer_id": event["customer_id"],
        "code": event["code"],
        "clicked_at": event.get("clicked_at"),
        "arrived_at": event["claimed_at"],
        "arrived_contact": event.get("contact"),
        "first_order_id": event.get("receipt_no"),
        "receipt_on": event.get("receipt_on"),
        "store_id": event.get("store_id"),
        "status": event["state"],
        "reason": event.get("reason"),
        "method": event.get("method"),
        "friend_name": event.get("friend_name"),
        "evidence": event.get("evidence"),
        "shown_on": event.get("shown_on"),
    }
    yield "referrals", (event["claim"],), row
    if event.get("contact"):
        person = {
            "name": event.get("friend_name"),
            **_contact(event["contact"]),
            "created_at": event["claimed_at"],
            "acquisition_source": "referral",
        }
        yield "customers", (event["contact"], event["claimed_at"]), person


def _contact(contact: str) -> Row:
    return {"email" if "@" in contact else "phone": contact}


def _consents(event: Event) -> Made:
    subject = str(event["subject"])
    who = {"customer_id": subject} if event["subject_kind"] == "customer" else _contact(subject)
    row = {
        **who,
        **{name: event.get(name) for name in ("purpose", "channel", "action", "method", "text_version")},
        "ts": event["at"],
        "proof_ref": PROOF,
    }
    yield "consents", tuple(row.values()), row


def _redemptions(event: Event) -> Made:
    row = {
        "code": event["redemption"],
        # Without a customer: a friend's discount or a fan's reward is no offer that somebody took up.
        "offer_type": "referral",
        "value": event.get("discount"),
        "value_type": "amount",
        "status": "void" if event.get("reversed_at") else "redeemed",
        "redeemed_order_id": event.get("receipt_no"),
        "redeemed_at": event.get("redeemed_at") or event["at"],
    }
    yield "coupons", (event["redemption"],), row


def _rewards(event: Event) -> Made:
    row = {name: event.get(name) for name in COLUMNS["referral_rewards"]}
    yield (
        "referral_rewards",
        (event["reward"],),
        row | {"reward_id": event["reward"], "referral_id": event["claim"]},
    )


MAKERS: Final = {
    "link": _links,
    "clicks": _clicks,
    "claim": _claims,
    "consent": _consents,
    "redemption": _redemptions,
    "reward": _rewards,
}


def money_of(facts: Facts) -> Decimal:
    """Return the discounts given in a page, in the shop's currency."""
    values = (row["value"] for row in facts.rows["coupons"].values() if row["status"] == "redeemed")
    return sum((Decimal(str(value or 0)) for value in values), Decimal(0))
