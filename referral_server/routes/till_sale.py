"""One sale at the till, typed now or kept in a queue: read it, see what can be done, do it once."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from clientela.i18n import gettext as _
from clientela.loyalty.claims import claim_log, who_is_paid
from clientela.loyalty.people import contacts
from clientela.loyalty.people.names import plain_letters
from clientela.loyalty.rewards import coupons, redemptions
from clientela.loyalty.store.answers import Caller, once
from clientela.loyalty.till import lookup, till
from clientela.loyalty.till.lookup import Finding, FoundMember
from clientela.loyalty.till.results import Sale, TillResult
from clientela.referral_server.routes.staff import FieldError, read_amount, read_receipt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Connection

LONGEST: Final = 254
"""Signs of anything that is typed."""

OPERATOR_LENGTH: Final = 8

QUEUE_DAYS: Final = 31
"""A sale kept longer in a queue counts for the day on which it arrives."""

KEY: Final = re.compile(r"[0-9a-fA-F-]{32,36}")
"""A UUID: made by the server for a form, by the script for its queue."""


@dataclass(frozen=True)
class Typed:
    """What a cashier typed for one sale."""

    said: str
    """Code, phone, e-mail or name, as the customer says it."""

    choice: str = ""
    """What was picked where several things can be done: a ``Way``'s name."""

    friend: str = ""
    """Phone, e-mail or name of the friend."""

    digits: str = ""
    """The last three digits of the fan's phone."""

    receipt_no: str | None = None
    amount_cents: int | None = None


def operator_of(fields: Mapping[str, str]) -> str:
    """Return the operator's initials, plain capitals."""
    return re.sub("[^0-9A-Z]", "", plain_letters(fields.get("operator", "")))[:OPERATOR_LENGTH]


def read_typed(fields: Mapping[str, str]) -> Typed:
    """Read a sale from a form or a queue.

    Raises:
        FieldError: if a field cannot be used.
    """
    said, friend = fields.get("said", "").strip(), fields.get("friend", "").strip()
    if not said or len(said) > LONGEST:
        raise FieldError("said", _("Type a code, a phone number or a name."))
    if len(friend) > LONGEST:
        raise FieldError("friend", _("This is too long."))
    choice, digits = fields.get("choice", ""), fields.get("digits", "").strip()
    if digits and not re.fullmatch("[0-9]{3}", digits):
        raise FieldError("digits", _("Exactly three digits."))
    return Typed(
        said=said,
        choice=choice if re.fullmatch("[a-z0-9]{1,15}", choice) else "",
        friend=friend,
        digits=digits,
        receipt_no=read_receipt(fields.get("receipt", "")),
        amount_cents=read_amount(fields.get("amount", "")),
    )


def refused(sentence: str) -> TillResult:
    """Return a refusal that nothing was done for."""
    return TillResult("refused", _("No"), sentence, 0, None, None)


@dataclass(frozen=True)
class Way:
    """One thing that can be done with what was found."""

    name: str
    """``coupon``, ``friend``, ``reward``, or the number of the fan who sent the customer."""

    cents: int = 0
    """The discount; 0 where it is known only later."""

    coupon: str = ""
    """The code of the coupon that is used."""

    contact: str = ""
    """The friend's own contact."""

    member: FoundMember | None = None
    """The fan who sent the customer."""


def ways(db: Connection, finding: Finding) -> list[Way]:
    """Return what can be done with what was found; whatever a form may name, nothing else is."""
    found = []
    if finding.coupon is not None:
        found.append(Way("coupon", finding.coupon.value_cents, coupon=finding.coupon.code))
    if finding.friend is not None:
        found.append(Way("friend", finding.friend.discount_cents, contact=finding.friend.contact))
    if finding.member is not None and finding.method in ("phone", "email"):
        found += _reward(db, finding.member.member_id)
    members = (finding.member,) if finding.member else finding.candidates
    return found + [Way(str(member.member_id), member=member) for member in members]


def _reward(db: Connection, member_id: int) -> list[Way]:
    """Return the oldest reward that a fan may spend, who gave their own phone or e-mail."""
    row = db.one(
        """
        select coupons.code, coupons.value_cents
        from rewards
        inner join coupons on coupons.reward_id = rewards.reward_id
        where rewards.member_id = :id and rewards.state = 'approved' and coupons.state = 'issued'
        order by rewards.earned_on, rewards.reward_id
        limit 1
        """,
        id=member_id,
    )
    return [Way("reward", row["value_cents"], coupon=row["code"])] if row else []


def is_used(db: Connection, way: Way) -> bool:
    """Tell whether a discount has been used, rather than expired or been withdrawn."""
    if way.contact:
        friend = claim_log.friend_key_of(contacts.of_value(way.contact))
        return redemptions.is_used(db, who_is_paid.use_key(friend))
    row = coupons.find(db, way.coupon)
    return row is not None and redemptions.is_used(db, coupons.use_key(row))


def picked(found: list[Way], choice: str) -> Way | None:
    """Return the way that was picked, or the only one."""
    fitting = [way for way in found if way.name == choice] if choice else found
    return fitting[0] if len(fitting) == 1 else None


def do(db: Connection, programme: Programme, typed: Typed, sale: Sale, now: int) -> TillResult:
    """Do what the sale asks for: use a coupon, a saved discount or a reward, or note who sent the friend.

    Raises:
        FieldError: if what the friend is called cannot be read, or nothing names the friend.
    """
    finding = lookup.look_up(db, programme, typed.said, now)
    found = ways(db, finding)
    way = picked(found, typed.choice)
    if way is None:
        return refused(
            _("Look it up again and pick one: this can be several things.") if found else finding.message
        )
    if way.coupon:
        return till.redeem_coupon(db, programme, way.coupon, sale, now)
    if way.contact:
        return till.redeem_friend(db, programme, contacts.of_value(way.contact), sale, now)
    contact, name = read_friend(typed)
    return till.attribute(
        db,
        programme,
        int(way.name),
        sale,
        method=finding.method,
        friend_name=name,
        contact=contact,
        confirmed_digits=typed.digits or None,
        now=now,
    )


def read_friend(typed: Typed) -> tuple[contacts.Contact | None, str | None]:
    """Tell whether the friend gave a contact or a name.

    Raises:
        FieldError: if it is a contact with a mistake, or there is neither a contact nor a receipt.
    """
    contact = contacts.normalise(typed.friend)
    if contact is None and ("@" in typed.friend or sum(sign.isdigit() for sign in typed.friend) > 3):
        raise FieldError("friend", _("This phone or e-mail has a mistake in it."))
    if contact is None and typed.receipt_no is None:
        raise FieldError("friend", _("Without the friend's phone, type the receipt number."))
    return contact, (None if contact or not typed.friend else typed.friend)


def do_once(db: Connection, programme: Programme, typed: Typed, sale: Sale, now: int) -> TillResult:
    """Do a sale unless its key has been answered at this device; the answer is the same each time.

    Raises:
        FieldError: as in ``do``; nothing is kept then and the same key may come again.
        OtherRequestError: if the device's key stands for another sale.
    """

    def work() -> bytes:
        return json.dumps(asdict(do(db, programme, typed, sale, now))).encode()

    # A form and the queue that takes its place send the same words, and so mean the same sale.
    asked = hashlib.sha256(json.dumps(asdict(typed), sort_keys=True).encode()).digest()
    answer = json.loads(once(db, Caller(f"till {sale.device_id}"), sale.idempotency_key, asked, now, work))
    return TillResult(**answer)


def day_of(programme: Programme, sold_at: Any, now: int) -> date:
    """Return the day of a sale kept in a queue: its device's clock where that can be, else today."""
    if isinstance(sold_at, int) and now - QUEUE_DAYS * 86_400_000 <= sold_at <= now:
        return programme.today(sold_at)
    return programme.today(now)
