"""Consents: an append-only log; the latest entry counts, at one instant a withdrawal beats a grant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from clientela import forgotten
from clientela.consent import ANY, Action
from clientela.loyalty.erasure import forgetting
from clientela.loyalty.store import events

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection

_INSERT: Final = """
insert into consents (subject, purpose, channel, action, at, method, text_version, origin)
values (:subject, :purpose, :channel, :action, :at, :method, :text_version, :origin)
on conflict do nothing
"""


@dataclass(frozen=True)
class ConsentEntry:
    """What one person said once about one purpose and channel."""

    subject: str
    """``m:`` and the customer's number in the shop's files, or a friend's contact."""

    purpose: str
    """One of ``PURPOSES``."""

    channel: str
    """One of ``CHANNELS``."""

    action: Action
    at: int
    """Milliseconds since 1970 UTC."""

    method: str
    """paper, web, pos, double_opt_in or import."""

    text_version: str | None
    """Which text the person read."""

    origin: Literal["server", "shop"] = "server"
    """Where it was said; only what the server heard goes out as an event."""


def of_member(customer_id: str) -> str:
    """Return the subject under which a member's consents stand."""
    return f"m:{customer_id}"


def add(db: Connection, entries: Sequence[ConsentEntry]) -> int:
    """Append entries; one that is there already changes nothing.

    Returns:
        How many were new.
    """
    new = 0
    for entry in entries:
        if entry.origin == "shop" and _was_forgotten(db, entry):
            continue
        if db.run(_INSERT, **vars(entry)):
            new += 1
            if entry.origin == "server":
                events.emit(db, "consent", entry.subject, _body(entry), entry.at)
    return new


def _was_forgotten(db: Connection, entry: ConsentEntry) -> bool:
    """Tell whether an entry is older than the wish of a friend to be forgotten."""
    if entry.subject.startswith("m:"):
        return False
    at = forgetting.when(db, [forgetting.of_contact(entry.subject)])
    return forgotten.is_token(entry.subject) or (at is not None and entry.at <= at)


def _body(entry: ConsentEntry) -> dict[str, Any]:
    is_member = entry.subject.startswith("m:")
    return {
        "subject_kind": "customer" if is_member else "contact",
        "subject": entry.subject[2:] if is_member else entry.subject,
        "purpose": entry.purpose,
        "channel": entry.channel,
        "action": entry.action,
        "method": entry.method,
        "text_version": entry.text_version,
    }


def state(db: Connection, subject: str) -> dict[tuple[str, str], bool]:
    """Return what a person allows, by purpose and channel; what was never asked is absent.

    What was said of channel ``any`` counts for every channel; a notice is neither yes nor no.
    """
    rows = db.all(
        """
        select purpose, channel, action, at from consents
        where subject = :subject and action <> 'soft_spam_notice'
        """,
        subject=subject,
    )
    return {
        (purpose, channel): _allowed(
            [
                (row["at"], row["action"] != "grant")
                for row in rows
                if row["purpose"] == purpose and row["channel"] in (channel, ANY)
            ]
        )
        for purpose, channel in {(row["purpose"], row["channel"]) for row in rows}
    }


def _allowed(said: list[tuple[int, bool]]) -> bool:
    """Tell what the latest word was; True in second place is a refusal, which sorts last."""
    return not max(said)[1]


def withdraw_marketing(db: Connection, subject: str, now: int) -> int:
    """Take back every marketing consent that stands, as said on the person's own page.

    Returns:
        The instant of the withdrawal, milliseconds since 1970 UTC: that of the latest entry where a clock ran
        ahead when it was written, for at one instant a withdrawal beats a grant.
    """
    latest = db.one("select max(at) as at from consents where subject = :subject", subject=subject)
    at = max(now, (latest and latest["at"]) or 0)
    standing = [
        channel
        for (purpose, channel), allowed in state(db, subject).items()
        if purpose == "marketing" and allowed
    ]
    add(
        db,
        [
            ConsentEntry(subject, "marketing", channel, "withdraw", at, "web", None)
            for channel in sorted(standing)
        ],
    )
    return at
