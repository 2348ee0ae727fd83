"""Claims that were forgotten by themselves, in a page of events that a machine says again from before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from clientela import forgotten

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    Event = Mapping[str, Any]


def without(db: DuckDBPyConnection, events: Sequence[Event]) -> list[Event]:
    """Return a page in which forgotten claims name nobody; what else stands under their contacts stays.

    Args:
        db: the shop's database.
        events: the page.
    """
    keys = [row[0] for row in db.execute("select distinct mark_key from meta.forgotten").fetchall()]
    if not keys:
        return list(events)
    marks = {row[0] for row in db.execute("select mark from meta.forgotten").fetchall()}
    tokens: dict[str, str] = {}
    kept: set[str] = set()
    found: list[Event] = []
    for event in events:
        contact = event.get("contact")
        if event.get("type") == "claim" and contact and not forgotten.is_token(contact):
            by = _token(str(event["claim"]), contact, keys, marks)
            if by is not None:
                tokens[contact] = by
                event = {**event, "contact": by, "friend_name": None}
            else:
                kept.add(contact)
        found.append(event)
    return [
        {**event, "subject": tokens[event["subject"]]}
        if event.get("type") == "consent"
        and event.get("subject_kind") == "contact"
        and event.get("subject") in tokens
        and event["subject"] not in kept
        else event
        for event in found
    ]


def _token(claim: str, contact: str, keys: Sequence[str], marks: set[str]) -> str | None:
    """Return what stands for the contact of a forgotten claim; None for all others."""
    for key in keys:
        if forgotten.mark(key, "claim", claim) in marks:
            kind = forgotten.kind_of(contact)
            return forgotten.token(kind, forgotten.mark(key, kind, contact))
    return None
