"""What stands behind a claim, ranked: which of two claims alive at the first purchase is paid.

A code said or a coupon shown at the till, then the owner's word, then a click of the friend's own or a till
where the friend named the fan, then a contact that anybody may have typed. Only among equals the first one
counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection, Row

PRESENTED: Final = 1
"""The friend showed the coupon or said the code at or before the first purchase."""

OWNER: Final = 2
"""The owner gave the friend to this member."""

VERIFIED: Final = 3
"""The friend followed the link, named the fan at a till, or confirmed the contact by mail."""

UNVERIFIED: Final = 4
"""A contact on a form: the fan may have typed it."""

SHOWN: Final = frozenset({"coupon", "code"})
"""Ways to use a discount that show where it came from."""

SAID: Final = frozenset({"phone", "email", "name"})
"""Ways to name a fan at the till without the code."""


def rank(claim: Mapping[str, Any], day: date | None) -> int:
    """Return the rank of a claim for a first purchase on a day, 1 the strongest; None for a day unknown.

    A coupon shown or a click made after that day proves nothing for it.
    """
    shown, clicked = claim["presented_on"], claim.get("clicked_on")
    if shown is not None and (day is None or shown <= day.isoformat()):
        return PRESENTED
    if claim["assigned_at"] is not None:
        return OWNER
    if claim["verified_at"] is None or (day is not None and clicked and clicked > day.isoformat()):
        return UNVERIFIED
    return VERIFIED


def place(claim: Mapping[str, Any], day: date | None) -> tuple[int, int, int, int]:
    """Return where a claim stands among those alive: by rank, the owner's latest word, the first seen."""
    ranked = rank(claim, day)
    latest_word = -claim["assigned_at"] if ranked == OWNER else 0
    return ranked, latest_word, claim["seen_at"], claim["claim_id"]


def present(db: Connection, claim_id: int, method: str, receipt_on: date, use: Row | None) -> bool:
    """Note that the friend showed a claim's coupon or said its code with a receipt; tell whether it is new.

    Where the discount was used before, it counts only if this receipt is of an earlier day: what is shown
    after the first purchase proves nothing.

    Args:
        db: a write.
        claim_id: the claim.
        method: how the discount was asked for.
        receipt_on: day of the receipt.
        use: the use of the friend's discount that is known, if any.
    """
    if method not in SHOWN or not _is_in_time(use, receipt_on):
        return False
    return bool(
        db.run(
            """
            update claims set presented_on = :day
            where claim_id = :claim_id and coalesce(presented_on, '9') > :day
            """,
            day=receipt_on.isoformat(),
            claim_id=claim_id,
        )
    )


def hear(db: Connection, claim_id: int, method: str, receipt_on: date, use: Row | None, now: int) -> bool:
    """Note that the friend named the fan at a till, where the discount was not used before; tell whether new.

    Where the receipt of a later day has the use, this word leaves none to be undone: its instant takes
    the other's place, so that undoing the other leaves it standing.
    """
    if method not in SAID or not _is_in_time(use, receipt_on):
        return False
    if use is None:
        return _verify(db, claim_id, now)
    return bool(
        db.run("update claims set verified_at = :now where claim_id = :claim_id", now=now, claim_id=claim_id)
    )


def _is_in_time(use: Row | None, receipt_on: date) -> bool:
    return use is None or bool(receipt_on.isoformat() < use["receipt_on"])


def take_back(db: Connection, use: Mapping[str, Any]) -> bool:
    """Forget what was shown or said with a use that is undone; tell whether anything was.

    What stands by itself stays: a receipt of an earlier day that came late and left no use, and whatever
    verified the claim before the fan was named. A click that the store learned of since is seen again when
    the claim is settled.
    """
    changed = 0
    if use["method"] in SHOWN:
        changed = db.run(
            "update claims set presented_on = null where claim_id = :claim_id and presented_on >= :day",
            claim_id=use["claim_id"],
            day=use["receipt_on"],
        )
    elif use["method"] in SAID:
        changed = db.run(
            "update claims set verified_at = null where claim_id = :claim_id and verified_at = :at",
            claim_id=use["claim_id"],
            at=use["at"],
        )
    return bool(changed)


def follow(db: Connection, claim_id: int, link_id: int | None, hit_id: str) -> None:
    """Note the click with which a friend comes again through the same member, if nothing is proven yet.

    A click that stands in another friend's claim is that friend's, whoever was claimed first. One that the
    store does not know takes no other's place: that one may be on its way.
    """
    db.run(
        """
        update claims set hit_id = :hit_id, link_id = coalesce(:link_id, link_id)
        where
            claim_id = :claim_id and verified_at is null
            and (
                hit_id is null
                or exists (select 1 from clicks where clicks.hit_id = :hit_id and clicks.kind = 'person')
            )
            and not exists (
                select 1 from claims as others
                where others.hit_id = :hit_id and others.friend_key <> claims.friend_key
            )
        """,
        hit_id=hit_id,
        link_id=link_id,
        claim_id=claim_id,
    )


def see_clicks(db: Connection, friend_key: str, now: int) -> list[int]:
    """Note the clicks and confirmed contacts that stand behind a friend's claims; return the claims.

    A click is one friend's: of two claims that name it the first has it. It may come later than the form,
    from the file that took it while the store could not.
    """
    rows = db.all(
        """
        select claims.claim_id from claims
        where
            claims.friend_key = :friend_key and claims.verified_at is null
            and (
                exists (
                    select 1 from clicks
                    where
                        clicks.hit_id = claims.hit_id and clicks.link_id = claims.link_id
                        and clicks.kind = 'person'
                        and not exists (
                            select 1 from claims as earlier
                            where
                                earlier.hit_id = claims.hit_id and earlier.friend_key <> claims.friend_key
                                and earlier.claim_id < claims.claim_id
                        )
                )
                or (
                    claims.method = 'link'
                    and exists (
                        select 1 from consents
                        where
                            consents.subject = claims.contact and consents.method = 'double_opt_in'
                            and consents.action = 'grant'
                    )
                )
            )
        """,
        friend_key=friend_key,
    )
    found = [row["claim_id"] for row in rows]
    for claim_id in found:
        _verify(db, claim_id, now)
    return found


def _verify(db: Connection, claim_id: int, now: int) -> bool:
    return bool(
        db.run(
            "update claims set verified_at = :now where claim_id = :claim_id and verified_at is null",
            now=now,
            claim_id=claim_id,
        )
    )
