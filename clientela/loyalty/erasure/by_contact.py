"""Erasure of a friend, of whom a contact is known and what was claimed under it.

In place of the contact a token stays, a keyed hash in the shape of a contact: by it the shop's machine, which
does the same to its sales, counts the same friend on.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from clientela import forgotten
from clientela.forgotten import Erasure
from clientela.loyalty.claims import who_is_paid
from clientela.loyalty.claims.claim_log import friend_key_of
from clientela.loyalty.erasure import forgetting, scrubbing, sweeping
from clientela.loyalty.people import consents
from clientela.loyalty.rewards import ledger

if TYPE_CHECKING:
    from clientela.loyalty.people.contacts import Contact
    from clientela.loyalty.store.interface import Connection, Row


def erase_friend(db: Connection, contact: Contact, now: int, erasure: Erasure | None = None) -> int:
    """Forget a friend by their contact.

    Args:
        db: a write.
        contact: theirs.
        now: milliseconds since 1970 UTC.
        erasure: the one that this belongs to; None for a new one.

    Returns:
        How many claims named them.
    """
    rows = claims_of(db, contact)
    erasure = erasure or forgotten.new_erasure(forgetting.key(db), now, [])
    mark = forgotten.mark(erasure.key, contact.kind, contact.value)
    forgetting.note(db, Erasure(erasure.erasure_id, erasure.at, erasure.key, erasure.marks | {mark}), now)
    nobody = _nobody(erasure, contact)
    names = _names(db, [row["claim_id"] for row in rows])
    consents.withdraw_marketing(db, contact.value, now)
    _scrub_consents(db, contact.value, nobody)
    _forget_claims(db, rows, nobody, now)
    _forget_uses(db, contact, nobody)
    sweeping.sweep(db, [contact.value, *names])
    forget_answers(db)
    return len(rows)


def claims_of(db: Connection, contact: Contact) -> list[Row]:
    """Return the claims that name a friend by a contact."""
    return db.all(
        "select claim_id, public_id, state, friend_name from claims where friend_key = :key",
        key=friend_key_of(contact),
    )


def erase_claims(
    db: Connection, contact: Contact, rows: Sequence[Row], now: int, erasure: Erasure | None = None
) -> None:
    """Forget what some claims say of a friend, and nothing else that is known by their contact.

    Whose the contact is was not proven, or it is several people's. So the marks are the claims' own: the
    sales cut what came with these claims, and keep every customer who shows the contact.

    Args:
        db: a write.
        contact: under which the claims stand.
        rows: the claims.
        now: milliseconds since 1970 UTC.
        erasure: the one that this belongs to; None for a new one.
    """
    erasure = erasure or forgotten.new_erasure(forgetting.key(db), now, [])
    marks = {forgotten.mark(erasure.key, *forgetting.of_claim(row["public_id"])) for row in rows}
    forgetting.note(db, Erasure(erasure.erasure_id, erasure.at, erasure.key, erasure.marks | marks), now)
    nobody = _nobody(erasure, contact)
    _forget_claims(db, rows, nobody, now)
    if not claims_of(db, contact):
        _scrub_consents(db, contact.value, nobody, "server")
        _forget_uses(db, contact, nobody)
    forget_answers(db)
    db.leave_no_trace()


def _nobody(erasure: Erasure, contact: Contact) -> str:
    """Return the key of a forgotten friend: a token, and a nonce.

    Who came back and is forgotten once more is another row of the same fan.
    """
    mark = forgotten.mark(erasure.key, contact.kind, contact.value)
    return f"{who_is_paid.NOBODY}{forgotten.token(contact.kind, mark)}:{secrets.token_hex(4)}"


def _forget_claims(db: Connection, rows: Iterable[Row], nobody: str, now: int) -> None:
    for row in rows:
        _forget_claim(db, row, nobody, now)


def _forget_uses(db: Connection, contact: Contact, nobody: str) -> None:
    db.run(
        "update redemptions set use_key = :now_key where use_key = :former",
        now_key=who_is_paid.use_key(nobody),
        former=who_is_paid.use_key(friend_key_of(contact)),
    )


def _names(db: Connection, claim_ids: Iterable[int]) -> list[str]:
    found = []
    for claim_id in claim_ids:
        found += db.all(
            """
            select friend_name as name from claims where claim_id = :id and friend_name is not null
            union select name from saves where claim_id = :id
            """,
            id=claim_id,
        )
    return [row["name"] for row in found]


def _scrub_consents(db: Connection, subject: str, nobody: str, origin: str = "%") -> None:
    """Put the token into the log of consents and its events: the shop hears of a withdrawal by it."""
    db.run(
        "update consents set subject = :nobody where subject = :subject and origin like :origin",
        nobody=nobody,
        subject=subject,
        origin=origin,
    )
    for row in db.all("select seq, body from events where subject = :subject", subject=subject):
        rewrite(db, row["seq"], {**json.loads(row["body"]), "subject": who_is_paid.token_of(nobody)}, nobody)


def rewrite(db: Connection, seq: int, body: dict[str, Any], subject: str) -> None:
    """Put another body and subject into an event."""
    db.run(
        "update events set body = :body, subject = :subject where seq = :seq",
        body=json.dumps(body),
        subject=subject,
        seq=seq,
    )


def _forget_claim(db: Connection, row: Row, nobody: str, now: int) -> None:
    is_open = row["state"] == "open"
    for table in scrubbing.tables("friend"):
        scrubbing.scrub(db, table, "friend", row["claim_id"])
    db.run(
        """
        update claims
        set
            friend_key = :nobody, state = :state, updated_at = :now,
            state_reason = case when :is_open then 'erased' else state_reason end
        where claim_id = :claim_id
        """,
        nobody=nobody,
        state="withdrawn" if is_open else row["state"],
        is_open=is_open,
        now=now,
        claim_id=row["claim_id"],
    )
    db.run("update coupons set state = 'void' where claim_id = :id and state = 'issued'", id=row["claim_id"])
    _forget_reasons(db, row["claim_id"])
    _forget_events(db, row["public_id"], who_is_paid.token_of(nobody))
    who_is_paid.emit(db, row["claim_id"], now)


def _forget_events(db: Connection, public_id: str, token: str | None) -> None:
    for event in db.all(
        "select seq, subject, body from events where subject = :subject and type = 'claim'",
        subject=who_is_paid.subject(public_id),
    ):
        blank = {"friend_name": None, "contact": token, "friend_customer_id": None}
        rewrite(db, event["seq"], {**json.loads(event["body"]), **blank}, event["subject"])


def forget_answers(db: Connection) -> None:
    """Nobody can tell whose a sealed answer is; a request that comes again is answered by what it changed."""
    db.run("delete from answers")


def _forget_reasons(db: Connection, claim_id: int) -> None:
    """Take out what the owner or a cashier wrote in their own words: it may name the friend."""
    db.run(
        "update redemptions set reverse_reason = '' where claim_id = :id and reversed_at is not null",
        id=claim_id,
    )
    db.run(
        """
        update reward_moves set reason = 'owner'
        where
            actor <> :rules and reason is not null
            and reward_id in (select reward_id from rewards where claim_id = :id)
        """,
        rules=ledger.SYSTEM,
        id=claim_id,
    )
