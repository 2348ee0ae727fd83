"""Erasure: forget who somebody was; what was spent and owed stays in the sums.

A member's number in the shop's files stays: by it a later push knows whom to leave out. The one trace of a
friend that stays is the withdrawal of a consent that stood, for the shop's own machine has to hear of it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from clientela.loyalty import consents, contacts, ledger, links, members, payers
from clientela.loyalty.claims import friend_key_of

if TYPE_CHECKING:
    from clientela.loyalty.contacts import Contact
    from clientela.loyalty.store.interface import Connection, Row


def erase_friend(db: Connection, contact: Contact, now: int) -> int:
    """Forget a friend by their contact.

    Returns:
        How many claims named them.
    """
    former = friend_key_of(contact)
    nobody = f"x:{secrets.token_hex(13)}"
    rows = db.all("select claim_id, public_id, state from claims where friend_key = :key", key=former)
    withdrawn_at = consents.withdraw_marketing(db, contact.value, now)
    _scrub_consents(db, contact.value, nobody, withdrawn_at)
    for row in rows:
        _forget_claim(db, row, nobody, now)
    db.run(
        "update redemptions set use_key = :now_key where use_key = :former",
        now_key=payers.use_key(nobody),
        former=payers.use_key(former),
    )
    return len(rows)


def _scrub_consents(db: Connection, subject: str, nobody: str, withdrawn_at: int) -> None:
    """Take a contact out of the log of consents, and of its events but the last withdrawal."""
    db.run("update consents set subject = :nobody where subject = :subject", nobody=nobody, subject=subject)
    rows = db.all("select seq, at, body from events where subject = :subject", subject=subject)
    for row in rows:
        body = json.loads(row["body"])
        if not (row["at"] == withdrawn_at and body["action"] == "withdraw"):
            _rewrite(db, row["seq"], {**body, "subject": nobody}, nobody)


def _rewrite(db: Connection, seq: int, body: dict[str, Any], subject: str) -> None:
    db.run(
        "update events set body = :body, subject = :subject where seq = :seq",
        body=json.dumps(body),
        subject=subject,
        seq=seq,
    )


def _forget_claim(db: Connection, row: Row, nobody: str, now: int) -> None:
    is_open = row["state"] == "open"
    db.run(
        """
        update claims
        set
            friend_name = null, contact = null, friend_customer_id = null, hit_id = null, friend_key =
            :nobody,
            evidence = '{}', state = :state, state_reason = case when :is_open then 'erased' else
            state_reason end,
            updated_at = :now
        where claim_id = :claim_id
        """,
        nobody=nobody,
        state="withdrawn" if is_open else row["state"],
        is_open=is_open,
        now=now,
        claim_id=row["claim_id"],
    )
    db.run("update outcomes set friend_customer_id = null where claim_id = :id", id=row["claim_id"])
    db.run("update coupons set state = 'void' where claim_id = :id and state = 'issued'", id=row["claim_id"])
    for save in db.all("select save_id from saves where claim_id = :id", id=row["claim_id"]):
        db.run(
            """
            update saves set name = '', form_hash = :form, token_hash = :token where save_id = :save_id
            """,
            form=secrets.token_hex(32),
            token=secrets.token_hex(32),
            save_id=save["save_id"],
        )
    _forget_reasons(db, row["claim_id"])
    for event in db.all(
        "select seq, subject, body from events where subject = :subject and type = 'claim'",
        subject=payers.subject(row["public_id"]),
    ):
        blank = {"friend_name": None, "contact": None, "friend_customer_id": None}
        _rewrite(db, event["seq"], {**json.loads(event["body"]), **blank}, event["subject"])
    payers.emit(db, row["claim_id"], now)


def erase_form(db: Connection, save_id: int, contact: Contact, now: int) -> None:
    """Forget what was left on one form; the whole friend where that form is all there is.

    Anybody can type anybody's contact into a form. So its page never takes away what came in another way:
    another form's discount, or a purchase at the till.
    """
    if _is_all_there_is(db, friend_key_of(contact)):
        erase_friend(db, contact, now)
        return
    save = db.one("select claim_id, coupon_id, name, consented from saves where save_id = :id", id=save_id)
    if save is None:
        return
    if save["consented"]:
        consents.withdraw_marketing(db, contact.value, now)
    db.run(
        "update coupons set state = 'void' where coupon_id = :id and state = 'issued'", id=save["coupon_id"]
    )
    db.run("delete from saves where save_id = :id", id=save_id)
    # The claim keeps no name that stood on this form alone.
    left = db.one("select min(name) as name from saves where claim_id = :id", id=save["claim_id"])
    if db.run(
        "update claims set friend_name = :left where claim_id = :id and friend_name = :name",
        left=left["name"] if left else None,
        id=save["claim_id"],
        name=save["name"],
    ):
        payers.emit(db, save["claim_id"], now)


def _is_all_there_is(db: Connection, friend_key: str) -> bool:
    """Tell whether a friend is known by one form only, and by no till."""
    found = db.one(
        """
        select
            (
                select count(*) from saves inner join claims on claims.claim_id = saves.claim_id
                where claims.friend_key = :friend_key
            ) as forms,
            (
                select count(*) from claims where friend_key = :friend_key and device_id is not null
            ) as named_at_till
        """,
        friend_key=friend_key,
    )
    return found is not None and found["forms"] <= 1 and not found["named_at_till"]


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


def erase_member(db: Connection, customer_id: str, now: int) -> bool:
    """Forget a member, also as somebody's friend; rewards not yet spent are taken back.

    Returns:
        False where there is none, or it was forgotten already.
    """
    member = members.by_customer(db, customer_id)
    if member is None or member.status == "erased":
        return False
    for value in (member.phone, member.email):
        if value is not None:
            erase_friend(db, contacts.of_value(value), now)
    for link in db.all(
        "select link_id from links where member_id = :id and disabled_at is null", id=member.member_id
    ):
        links.disable(db, link["link_id"], now)
    db.run("update links set spoken = short_code where member_id = :id", id=member.member_id)
    db.run(
        """
        update members
        set
            name = '', folded_name = '', phone = null, email = null, status = 'erased', portal_hash = :hash,
            updated_at = :now
        where member_id = :id
        """,
        hash=secrets.token_hex(32),
        now=now,
        id=member.member_id,
    )
    consents.withdraw_marketing(db, consents.of_member(customer_id), now)
    _take_rewards_back(db, member.member_id, now)
    members.emit_status(db, customer_id, "erased", now)
    return True


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
