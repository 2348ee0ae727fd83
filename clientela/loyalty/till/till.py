"""The till: name the fan who sent a friend, use a discount or a reward once, undo it.

What stands in the way of using something twice is the store itself: one use of a friend's discount or of a
reward at a time, and one sale per key of the page. All of a sale is one transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.loyalty.claims import claim_log, evidence, fraud, who_is_paid
from clientela.loyalty.claims.claim_log import NewClaim
from clientela.loyalty.erasure import forgetting
from clientela.loyalty.links import codes
from clientela.loyalty.people import members
from clientela.loyalty.people.names import plain_number
from clientela.loyalty.rewards import coupons, redemptions, rewards
from clientela.loyalty.till import checks, uses
from clientela.loyalty.till.lookup import Method
from clientela.loyalty.till.results import Sale, TillResult, already, once, refused

if TYPE_CHECKING:
    from clientela.loyalty.people.contacts import Contact
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Connection, Row


class UnknownUseError(ClientelaError):
    """There is no such use of a discount."""

    def __init__(self) -> None:
        super().__init__(_("This discount was never used."), _("Open the page again and choose anew."))


def redeem_coupon(db: Connection, programme: Programme, code: str, sale: Sale, now: int) -> TillResult:
    """Use a coupon, a friend's or a fan's, once.

    Args:
        db: a write.
        programme: the terms.
        code: as typed or scanned.
        sale: the sale.
        now: milliseconds since 1970 UTC.
    """
    return once(
        db, programme, sale, ("coupon", code), now, lambda: _redeem_coupon(db, programme, code, sale, now)
    )


def _redeem_coupon(db: Connection, programme: Programme, code: str, sale: Sale, now: int) -> TillResult:
    try:
        read = codes.read_code(code)
    except codes.MisreadCodeError as error:
        return refused(str(error))
    row = None if read is None or read.kind != "coupon" else coupons.find(db, read.value)
    if row is None:
        return refused(_("No coupon has this code. Read it again."))
    problem = checks.wrong_day(programme, sale, now) or coupons.why_not(row, sale.receipt_on)
    use = redemptions.standing(db, coupons.use_key(row))
    if use is not None:
        _shown_late(db, programme, row, sale, now)
        return already(coupons.used_text(row, use))
    if problem is not None:
        return refused(problem)
    if row["kind"] == "fan":
        return uses.spend(db, programme, row, sale, now)
    claim = claim_log.by_id(db, row["claim_id"])
    if claim is None:
        return refused(coupons.struck_out(None))
    return uses.use_discount(db, programme, claim, row["coupon_id"], row["value_cents"], "coupon", sale, now)


def _shown_late(db: Connection, programme: Programme, row: Row, sale: Sale, now: int) -> None:
    """Note a coupon that a till's queue brings after the discount was used, for a sale of an earlier day."""
    claim = None if row["claim_id"] is None else claim_log.by_id(db, row["claim_id"])
    if claim is None or checks.wrong_day(programme, sale, now):
        return
    use = who_is_paid.friend(db, claim.friend_key).use
    if evidence.present(db, claim.claim_id, "coupon", sale.receipt_on, use):
        who_is_paid.emit(db, claim.claim_id, now)
        rewards.settle(db, programme, claim.claim_id, now)


def attribute(
    db: Connection,
    programme: Programme,
    member_id: int,
    sale: Sale,
    *,
    method: Method,
    friend_name: str | None,
    contact: Contact | None,
    confirmed_digits: str | None,
    now: int,
) -> TillResult:
    """Note that a fan sent this friend, and use the friend's discount once.

    Args:
        db: a write.
        programme: what the discount is worth.
        member_id: the fan.
        sale: the friend's sale.
        method: how the fan was named: ``code`` said aloud, or by name, phone or e-mail.
        friend_name: the friend's name, if given.
        contact: the friend's own contact, if given.
        confirmed_digits: the last three digits of the fan's phone as the friend says them, for a fan found
            by name.
        now: milliseconds since 1970 UTC.
    """
    if contact is not None and _was_forgotten(db, programme, contact, sale):
        friend_name, contact = None, None
    asked = ("attribute", member_id, method, friend_name, contact, confirmed_digits)

    def work() -> TillResult:
        member = members.by_id(db, member_id)
        if member is None or member.status != "active":
            return refused(_("This fan is not in the programme any more."))
        problem = checks.wrong_day(programme, sale, now) or checks.unconfirmed(
            member, method, confirmed_digits
        )
        if problem is not None:
            return refused(problem)
        new = _new_claim(programme, member_id, sale, method, friend_name, contact, now)
        return _attribute(db, programme, new, sale, now)

    return once(db, programme, sale, asked, now, work)


def _was_forgotten(db: Connection, programme: Programme, contact: Contact, sale: Sale) -> bool:
    """Tell whether a sale is no younger than the friend's wish to be forgotten: it counts, unnamed."""
    at = forgetting.when(db, [forgetting.of_contact(contact.value)])
    return at is not None and sale.receipt_on <= programme.today(at)


def _new_claim(
    programme: Programme,
    member_id: int,
    sale: Sale,
    method: Method,
    friend_name: str | None,
    contact: Contact | None,
    now: int,
) -> NewClaim:
    """Return the claim that a cashier enters; it counts from the day of the receipt, however late entered."""
    day = sale.receipt_on.isoformat()
    # One paper is one friend, however its number is typed.
    number = plain_number(sale.receipt_no or "") or f"key {sale.name}"
    return NewClaim(
        member_id,
        claim_log.friend_key_of(contact) if contact else f"r:{sale.store_id or ''}|{day}|{number}",
        method,
        min(now, programme.last_instant(sale.receipt_on)),
        friend_name=" ".join(friend_name.split())[:80] if friend_name else None,
        contact=contact.value if contact else None,
        receipt_no=sale.receipt_no,
        receipt_on=day,
        store_id=sale.store_id,
        operator=sale.operator,
        device_id=sale.device_id,
    )


def _attribute(db: Connection, programme: Programme, new: NewClaim, sale: Sale, now: int) -> TillResult:
    claim = claim_log.note(db, programme, new, now)
    said = {"said_at_till": new.method, "at": now, "receipt_no": sale.receipt_no, "operator": sale.operator}
    claim_log.testify(db, claim.claim_id, said)
    use = who_is_paid.friend(db, claim.friend_key).use
    if evidence.hear(db, claim.claim_id, new.method, sale.receipt_on, use, now):
        who_is_paid.emit(db, claim.claim_id, now)
    fraud.examine(db, programme, claim.claim_id, now)
    examined = claim_log.by_id(db, claim.claim_id) or claim
    if examined.state in ("rejected", "withdrawn"):
        return refused(coupons.struck_out(examined.state_reason))
    brought = coupons.saved(db, programme, claim.claim_id, sale.receipt_on)
    return uses.use_discount(db, programme, examined, brought.coupon_id, brought.cents, new.method, sale, now)


def redeem_friend(db: Connection, programme: Programme, contact: Contact, sale: Sale, now: int) -> TillResult:
    """Use the discount of a friend who saved it and says their own phone or e-mail."""
    return once(
        db,
        programme,
        sale,
        ("friend", contact.value),
        now,
        lambda: _redeem_friend(db, programme, contact, sale, now),
    )


def _redeem_friend(
    db: Connection, programme: Programme, contact: Contact, sale: Sale, now: int
) -> TillResult:
    known = who_is_paid.friend(db, claim_log.friend_key_of(contact))
    payer = known.payer(programme, sale.receipt_on)
    problem = checks.wrong_day(programme, sale, now)
    if problem is not None:
        return refused(problem)
    if known.use is not None:
        return uses.used(db, programme, known)
    claim = None if payer is None else claim_log.by_id(db, payer["claim_id"])
    if claim is None:
        return refused(_("No discount is ready for these details."))
    brought = coupons.saved(db, programme, claim.claim_id)
    return uses.use_discount(db, programme, claim, brought.coupon_id, brought.cents, "contact", sale, now)


def reverse(
    db: Connection, programme: Programme, redemption_public_id: str, reason: str, actor: str, now: int
) -> None:
    """Undo a use: the goods came back, or it was a mistake; the reward goes back with it.

    Raises:
        UnknownUseError: if there is no such use.
    """
    row = redemptions.by_public_id(db, redemption_public_id)
    if row is None:
        raise UnknownUseError
    if row["reversed_at"] is not None:
        return
    redemptions.undo(db, row, f"{actor}: {reason}", now)
    if row["reward_id"] is not None:
        uses.settle_reward(db, programme, row["reward_id"], now)
    if row["claim_id"] is not None:
        uses.take_receipt_off(db, row, now)
        if evidence.take_back(db, row):
            who_is_paid.emit(db, row["claim_id"], now)
        claim_log.testify(db, row["claim_id"], {"undone_by": actor, "at": now, "reason": reason})
        rewards.settle(db, programme, row["claim_id"], now)
