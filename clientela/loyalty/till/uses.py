"""Using a discount or a reward, once, and what follows for the fan who is thanked."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from clientela.i18n import gettext as _
from clientela.loyalty.claims import evidence, fraud, who_is_paid
from clientela.loyalty.people import members
from clientela.loyalty.rewards import coupons, redemptions, rewards
from clientela.loyalty.till.results import Sale, TillResult, accepted, already, day_text

if TYPE_CHECKING:
    from clientela.loyalty.claims.claim_log import Claim
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Connection, Row


def use_discount(
    db: Connection,
    programme: Programme,
    claim: Claim,
    coupon_id: int | None,
    cents: int,
    method: str,
    sale: Sale,
    now: int,
) -> TillResult:
    """Use a friend's discount; the reward goes to whose claim is proven best, among equals to the first."""
    off = _at_most(cents, sale)
    former = who_is_paid.friend(db, claim.friend_key).use
    if evidence.present(db, claim.claim_id, method, sale.receipt_on, former):
        who_is_paid.emit(db, claim.claim_id, now)
    use = _use_of(
        sale, who_is_paid.use_key(claim.friend_key), off, method, coupon_id, claim_id=claim.claim_id
    )
    redemption_id = redemptions.add(db, use, now)
    if redemption_id is None:
        rewards.settle(db, programme, claim.claim_id, now)
        return used(db, programme, who_is_paid.friend(db, claim.friend_key))
    _put_receipt(db, claim.friend_key, sale, now)
    fraud.examine(db, programme, claim.claim_id, now)
    known = who_is_paid.friend(db, claim.friend_key)
    payer = _payer_name(db, programme, known)
    sender = members.by_id(db, claim.member_id)
    sentence = _("{fan} sent them.").format(fan=payer)
    if sender is not None and payer != sender.called:
        text = (
            _("The thanks go to {fan}, who sent them first.")
            if _came_first(programme, known)
            else _("The thanks go to {fan}, whose claim is better proven.")
        )
        sentence = text.format(fan=payer)
    return accepted(_("Discount"), sentence if payer else "", off, payer or None, redemption_id)


def _payer_name(db: Connection, programme: Programme, known: who_is_paid.Friend) -> str:
    payer = known.payer(programme, known.bought_on)
    member = None if payer is None else members.by_id(db, payer["member_id"])
    return "" if member is None or member.status == "erased" else member.called


def _came_first(programme: Programme, known: who_is_paid.Friend) -> bool:
    """Tell whether who is thanked also came first of all."""
    payer = known.payer(programme, known.bought_on)
    return payer is not None and known.live[0]["claim_id"] == payer["claim_id"]


def used(db: Connection, programme: Programme, known: who_is_paid.Friend) -> TillResult:
    """Say that a friend's discount was used before, and who was thanked for it."""
    payer = _payer_name(db, programme, known)
    day = day_text(known.use["receipt_on"]) if known.use is not None else ""
    text = _("This friend's discount was used on {day}.")
    if payer and _came_first(programme, known):
        text = _("This friend's discount was used on {day}; {fan} sent them first.")
    elif payer:
        text = _("This friend's discount was used on {day}; {fan} got the thanks.")
    return already(text.format(day=day, fan=payer), payer or None)


def _at_most(cents: int, sale: Sale) -> int:
    """Return the discount, never more than what is paid."""
    return cents if sale.amount_cents is None else max(0, min(cents, sale.amount_cents))


def _use_of(
    sale: Sale,
    use_key: str,
    cents: int,
    method: str,
    coupon_id: int | None,
    *,
    claim_id: int | None = None,
    reward_id: int | None = None,
) -> redemptions.Use:
    return redemptions.Use(
        idempotency_key=sale.name,
        use_key=use_key,
        receipt_on=sale.receipt_on.isoformat(),
        discount_cents=cents,
        method=method,
        coupon_id=coupon_id,
        claim_id=claim_id,
        reward_id=reward_id,
        receipt_no=sale.receipt_no,
        store_id=sale.store_id,
        amount_cents=sale.amount_cents,
        operator=sale.operator,
        device_id=sale.device_id,
    )


def spend(db: Connection, programme: Programme, row: Row, sale: Sale, now: int) -> TillResult:
    """Use the coupon of a fan's reward."""
    off = _at_most(row["value_cents"], sale)
    key = coupons.use_key(row)
    use = _use_of(sale, key, off, "coupon", row["coupon_id"], reward_id=row["reward_id"])
    redemption_id = redemptions.add(db, use, now)
    standing = redemptions.standing(db, key)
    if redemption_id is None and standing is not None:
        return already(coupons.used_text(row, standing))
    settle_reward(db, programme, row["reward_id"], now)
    name = coupons.sender(row)
    return accepted(_("Reward"), _("{name}'s reward.").format(name=name), off, name, redemption_id)


def settle_reward(db: Connection, programme: Programme, reward_id: int, now: int) -> None:
    """Bring a reward to where its uses say."""
    reward = db.one("select claim_id from rewards where reward_id = :id", id=reward_id)
    if reward is not None:
        rewards.settle(db, programme, reward["claim_id"], now)


def _put_receipt(db: Connection, friend_key: str, sale: Sale, now: int) -> None:
    """Write the receipt on the friend's claims: by its number the sales files know the friend's purchase."""
    changed = db.all(
        """
        select claim_id from claims
        where friend_key = :friend_key and state not in ('rejected', 'withdrawn') and receipt_on is null
        """,
        friend_key=friend_key,
    )
    for row in changed:
        _set_receipt(db, row["claim_id"], sale.receipt_no, sale.receipt_on, sale.store_id, now)


def _set_receipt(
    db: Connection, claim_id: int, number: str | None, day: date | None, store_id: str | None, now: int
) -> None:
    db.run(
        """
        update claims
        set receipt_no = :number, receipt_on = :day, store_id = :store_id, updated_at = :now
        where claim_id = :claim_id
        """,
        number=number,
        day=None if day is None else day.isoformat(),
        store_id=store_id,
        now=now,
        claim_id=claim_id,
    )
    who_is_paid.emit(db, claim_id, now)


def take_receipt_off(db: Connection, use: Row, now: int) -> None:
    """Take the receipt of an undone use off the friend's claims; a friend known by nothing else keeps it."""
    rows = db.all(
        """
        select claim_id from claims
        where
            friend_key = (select friend_key from claims where claim_id = :claim_id)
            and friend_key like 'c:%' and receipt_on = :day and coalesce(receipt_no, '') = :number
        """,
        claim_id=use["claim_id"],
        day=use["receipt_on"],
        number=use["receipt_no"] or "",
    )
    for row in rows:
        _set_receipt(db, row["claim_id"], None, None, None, now)
