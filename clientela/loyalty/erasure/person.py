"""Erasure: forget who somebody was; what was spent and owed stays in the sums.

What happens to a column stands in ``clientela/personal_data.toml``; here stands which rows are somebody's. In
place of a contact a token stays, a keyed hash in the shape of a contact: by it the shop's machine, which does
the same to its sales, counts the same friend on. A member's number in the shop's files stays, unless it is a
contact: by it the sums of before are known.
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
from clientela.loyalty.links import links
from clientela.loyalty.people import consents, contacts, members
from clientela.loyalty.people.names import words
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


def erase_member(db: Connection, customer_id: str, now: int, erasure: Erasure | None = None) -> bool:
    """Forget a member, also as somebody's friend; rewards not yet spent are taken back.

    Returns:
        False where there is none, or it was forgotten already.
    """
    member = members.by_customer(db, customer_id)
    if member is None or member.status == "erased":
        return False
    erasure = erasure or forgotten.new_erasure(forgetting.key(db), now, [])
    number = forgotten.mark(erasure.key, *forgetting.of_member(customer_id))
    erasure = Erasure(erasure.erasure_id, erasure.at, erasure.key, erasure.marks | {number})
    forgetting.note(db, erasure, now)
    for value in (member.phone, member.email):
        if value is not None:
            _erase_as_friend(db, contacts.of_value(value), member.name, erasure, now)
    for link in db.all(
        "select link_id from links where member_id = :id and disabled_at is null", id=member.member_id
    ):
        links.disable(db, link["link_id"], now)
    db.run("update links set spoken = short_code where member_id = :id", id=member.member_id)
    scrubbing.scrub(db, "members", "member", member.member_id)
    db.run(
        "update members set status = 'erased', updated_at = :now where member_id = :id",
        now=now,
        id=member.member_id,
    )
    consents.withdraw_marketing(db, consents.of_member(customer_id), now)
    _take_rewards_back(db, member.member_id, now)
    members.emit_status(db, customer_id, "erased", now)
    if (known := contacts.normalise(customer_id)) is not None and not customer_id.isdigit():
        by = forgotten.token(known.kind, forgotten.mark(erasure.key, known.kind, known.value))
        scrubbing.renumber(db, member.member_id, customer_id, by)
    sweeping.sweep(db, [value for value in (member.name, member.phone, member.email) if value])
    sweeping.sweep_friend_names(db, member.name, now)
    forget_answers(db)
    return True


def _erase_as_friend(db: Connection, contact: Contact, name: str, erasure: Erasure, now: int) -> None:
    """Forget a member as somebody's friend.

    Only who knows that a contact is nobody else's marks it; without that, claims go that bear the name.
    """
    if forgotten.mark(erasure.key, contact.kind, contact.value) in erasure.marks:
        erase_friend(db, contact, now, erasure)
        return
    wanted = sorted(words(name))
    rows = [row for row in claims_of(db, contact) if sorted(words(row["friend_name"] or "")) == wanted]
    if rows:
        erase_claims(db, contact, rows, now, erasure)


def _take_rewards_back(db: Connection, member_id: int, now: int) -> None:
    waiting: Sequence[Row] = db.all(
        "select * from rewards where member_id = :id and state in ('held', 'approved')", id=member_id
    )
    for reward in waiting:
        ledger.move(db, reward, "reversed", "member_erased", ledger.SYSTEM, now)
        db.run(
            "update coupons set state = 'void' where reward_id = :id and state = 'issued'",
            id=reward["reward_id"],
        )


def apply(db: Connection, erasures: Sequence[Erasure], now: int) -> int:
    """Forget whoever of these the store still knows: it was brought back from before they asked.

    Returns:
        How many people were forgotten anew.
    """
    from clientela.loyalty.erasure import known_people

    done = 0
    for erasure in erasures:
        forgetting.note(db, erasure, now)
        for customer_id in known_people.members(db, erasure):
            done += erase_member(db, customer_id, now, erasure)
        for value in known_people.contacts_of(db, erasure):
            erase_friend(db, contacts.of_value(value), now, erasure)
            done += 1
        for contact, rows in known_people.claims(db, erasure):
            erase_claims(db, contact, rows, now, erasure)
            done += 1
    return done
