"""What was left on one form, and how its own page takes it away again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from clientela.loyalty.claims import who_is_paid
from clientela.loyalty.claims.claim_log import friend_key_of
from clientela.loyalty.erasure import by_contact
from clientela.loyalty.people import consents

if TYPE_CHECKING:
    from clientela.loyalty.people.contacts import Contact
    from clientela.loyalty.store.interface import Connection


def erase_form(db: Connection, save_id: int, contact: Contact, now: int) -> None:
    """Forget what was left on one form; its claims, too, where that form is all there is.

    Anybody can type anybody's contact into a form. So its page never takes away what came in another way:
    another form's discount, a purchase at the till, or a customer of the sales.
    """
    save = db.one("select claim_id, coupon_id, name, consented from saves where save_id = :id", id=save_id)
    if save is None:
        return
    if save["consented"]:
        consents.withdraw_marketing(db, contact.value, now)
    if _is_all_there_is(db, friend_key_of(contact)):
        by_contact.erase_claims(db, contact, by_contact.claims_of(db, contact), now)
        return
    db.run(
        "update coupons set state = 'void' where coupon_id = :id and state = 'issued'", id=save["coupon_id"]
    )
    db.run("delete from saves where save_id = :id", id=save_id)
    by_contact.forget_answers(db)
    db.leave_no_trace()
    # The claim keeps no name that stood on this form alone.
    left = db.one("select min(name) as name from saves where claim_id = :id", id=save["claim_id"])
    if db.run(
        "update claims set friend_name = :left where claim_id = :id and friend_name = :name",
        left=left["name"] if left else None,
        id=save["claim_id"],
        name=save["name"],
    ):
        _rename_events(db, save["claim_id"], save["name"], left["name"] if left else None)
        who_is_paid.emit(db, save["claim_id"], now)


def _rename_events(db: Connection, claim_id: int, former: str, name: str | None) -> None:
    """Take a form's name out of what was told of its claim, too."""
    claim = db.one("select public_id from claims where claim_id = :id", id=claim_id)
    subject = who_is_paid.subject(claim["public_id"] if claim else "")
    for event in db.all("select seq, subject, body from events where subject = :subject", subject=subject):
        body = json.loads(event["body"])
        if body.get("friend_name") == former:
            by_contact.rewrite(db, event["seq"], {**body, "friend_name": name}, event["subject"])


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
