"""Redemptions: every use of a discount or reward, each once unless undone."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from clientela.loyalty.people.person import new_public_id
from clientela.loyalty.store import clock, events

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection, Row

_INSERT: Final = """
insert into redemptions (
    public_id, idempotency_key, use_key, method, coupon_id, claim_id, reward_id, receipt_no, receipt_on,
    store_id, amount_cents, discount_cents, operator, device_id, at, seen_at
)
values (
    :public_id, :idempotency_key, :use_key, :method, :coupon_id, :claim_id, :reward_id, :receipt_no,
    :receipt_on, :store_id, :amount_cents, :discount_cents, :operator, :device_id, :at, :seen_at
)
on conflict do nothing
"""


@dataclass(frozen=True)
class Use:
    """A use to be noted."""

    idempotency_key: str
    use_key: str
    """What can be used once: ``friend:`` and the friend's key, or ``reward:`` and its number."""
    receipt_on: str
    discount_cents: int
    method: str
    """How it was asked for: coupon, contact, code, name, phone, email or owner."""
    coupon_id: int | None = None
    claim_id: int | None = None
    reward_id: int | None = None
    receipt_no: str | None = None
    store_id: str | None = None
    amount_cents: int | None = None
    operator: str | None = None
    device_id: str | None = None


def add(db: Connection, use: Use, now: int) -> str | None:
    """Note a use; the store's own unique keys see to it that it is the only one.

    Returns:
        Its public name, or None where the same was used before or the key was.
    """
    public_id = new_public_id()
    if not db.run(_INSERT, public_id=public_id, at=now, seen_at=clock.see(db, now), **asdict(use)):
        return None
    if use.coupon_id is not None:
        _mark_coupon(db, use.coupon_id, "redeemed", now)
    elif use.reward_id is not None:
        _mark_reward_coupon(db, use.reward_id, "redeemed", now)
    emit(db, public_id, now)
    return public_id


def undo(db: Connection, row: Row, reason: str, now: int) -> None:
    """Undo a use; its coupon can be used again."""
    db.run(
        """
        update redemptions set reversed_at = :now, reverse_reason = :reason
        where redemption_id = :redemption_id and reversed_at is null
        """,
        now=now,
        reason=reason,
        redemption_id=row["redemption_id"],
    )
    if row["coupon_id"] is not None:
        _mark_coupon(db, row["coupon_id"], "issued", None)
    elif row["reward_id"] is not None:
        _mark_reward_coupon(db, row["reward_id"], "issued", None)
    emit(db, row["public_id"], now)


def _mark_coupon(db: Connection, coupon_id: int, state: str, at: int | None) -> None:
    db.run(
        "update coupons set state = :state, redeemed_at = :at where coupon_id = :coupon_id",
        state=state,
        at=at,
        coupon_id=coupon_id,
    )


def _mark_reward_coupon(db: Connection, reward_id: int, state: str, at: int | None) -> None:
    """Mark the coupon of a reward that was handed over without it."""
    db.run(
        "update coupons set state = :state, redeemed_at = :at where reward_id = :reward_id",
        state=state,
        at=at,
        reward_id=reward_id,
    )


def by_public_id(db: Connection, public_id: str) -> Row | None:
    """Return a use by its public name."""
    return db.one("select * from redemptions where public_id = :public_id", public_id=public_id)


def standing(db: Connection, use_key: str) -> Row | None:
    """Return the use of what can be used once, unless undone."""
    return db.one(
        "select * from redemptions where use_key = :use_key and reversed_at is null", use_key=use_key
    )


def is_used(db: Connection, use_key: str) -> bool:
    """Tell whether what can be used once has been."""
    return standing(db, use_key) is not None


def emit(db: Connection, public_id: str, now: int) -> None:
    """Tell the shop's machine of a use."""
    row = db.one(
        """
        select
            redemptions.*, coupons.code, claims.public_id as claim,
            coalesce(owners.customer_id, senders.customer_id) as customer_id
        from redemptions
        left join coupons on coupons.coupon_id = redemptions.coupon_id
        left join claims on claims.claim_id = redemptions.claim_id
        left join members as senders on senders.member_id = claims.member_id
        left join rewards on rewards.reward_id = redemptions.reward_id
        left join members as owners on owners.member_id = rewards.member_id
        where redemptions.public_id = :public_id
        """,
        public_id=public_id,
    )
    if row is None:
        return
    undone_at = row["reversed_at"]
    body = {
        "redemption": row["public_id"],
        "kind": "friend" if row["reward_id"] is None else "fan",
        "code": row["code"],
        "claim": row["claim"],
        "customer_id": row["customer_id"],
        "receipt_no": row["receipt_no"],
        "receipt_on": row["receipt_on"],
        "store_id": row["store_id"],
        "amount": events.money(row["amount_cents"]),
        "discount": events.money(row["discount_cents"]),
        "redeemed_at": events.instant(row["at"]),
        "reversed_at": None if undone_at is None else events.instant(undone_at),
    }
    events.emit(db, "redemption", f"redemption:{row['public_id']}", body, now)
