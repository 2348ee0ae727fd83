"""Erasure: forget who somebody was; what was spent and owed stays in the sums.

What happens to a column stands in ``clientela/personal_data.toml``; here and in ``by_contact`` stands which
rows are somebody's. A member's number in the shop's files stays, unless it is a contact: by it the sums of
before are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clientela import forgotten
from clientela.forgotten import Erasure
from clientela.loyalty.erasure import forgetting, known_people, scrubbing, sweeping
from clientela.loyalty.erasure.by_contact import claims_of, erase_claims, erase_friend, forget_answers
from clientela.loyalty.links import links
from clientela.loyalty.people import consents, contacts, members
from clientela.loyalty.people.names import words
from clientela.loyalty.rewards import ledger

if TYPE_CHECKING:
    from clientela.loyalty.people.contacts import Contact
    from clientela.loyalty.store.interface import Connection, Row


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
