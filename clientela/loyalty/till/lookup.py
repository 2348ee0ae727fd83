"""What the till finds: a coupon, a fan by code, phone or name, a friend by contact; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from clientela.i18n import gettext as _
from clientela.i18n import ngettext, speaking
from clientela.loyalty.claims import claim_log, who_is_paid
from clientela.loyalty.links import codes, links
from clientela.loyalty.people import contacts, members
from clientela.loyalty.people.names import first_name
from clientela.loyalty.rewards import coupons, redemptions
from clientela.loyalty.till.results import day_text

if TYPE_CHECKING:
    from clientela.loyalty.links.links import Link
    from clientela.loyalty.people.contacts import Contact
    from clientela.loyalty.people.person import Member
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Connection

Method = Literal["code", "name", "phone", "email"]

_LINK: Final = re.compile(r"/[ri]/([A-Za-z0-9]{1,64})(?![A-Za-z0-9])")


@dataclass(frozen=True)
class FoundMember:
    """A fan as the till may see them."""

    member_id: int
    shown_name: str
    spoken: str
    has_phone: bool
    """The last three digits can be asked for."""


@dataclass(frozen=True)
class FoundCoupon:
    """A coupon as the till may see it."""

    code: str
    """Bare, as ``redeem_coupon`` takes it."""
    printed: str
    value_cents: int
    sender: str
    """The fan who sent the friend, or whose reward it is."""
    friend_name: str
    """First name; empty for a reward."""
    valid_until_on: date | None
    usable: bool


@dataclass(frozen=True)
class FoundFriend:
    """A friend known by phone or e-mail, with a discount waiting."""

    contact: str
    """As ``contacts.normalise`` spells it."""
    contact_kind: str
    masked: str
    """What the till shows of it."""
    friend_name: str
    """First name."""
    sender: str
    discount_cents: int
    usable: bool


@dataclass(frozen=True)
class Finding:
    """What the till found."""

    kind: Literal["coupon", "reward", "member", "friend", "several", "nothing", "misread"]
    message: str
    """One sentence for the cashier."""
    coupon: FoundCoupon | None = None
    """For kind coupon (a friend's) and reward (a fan's)."""
    member: FoundMember | None = None
    """For kind member; for kind friend too, where the contact is also a fan's."""
    friend: FoundFriend | None = None
    candidates: tuple[FoundMember, ...] = ()
    """For kind several: at most eight."""
    method: Method = "name"
    """How the member was found; ``attribute`` wants it back, and the last three digits for a name."""


def look_up(db: Connection, programme: Programme, text: str, now: int) -> Finding:
    """Find what a code, a phone number, an e-mail address, a name or a scanned link stands for."""
    with speaking(programme.language):
        if scanned := _LINK.search(text):
            return _by_link(db, links.find(db, scanned[1]))
        try:
            code = codes.read_code(text)
        except codes.MisreadCodeError as error:
            return Finding("misread", str(error))
        if code is not None and code.kind == "coupon":
            return _by_coupon(db, programme, code.value, now)
        if code is not None:
            return _by_link(db, links.by_short_code(db, code.value))
        contact = contacts.normalise(text)
        if contact is not None:
            return _by_contact(db, programme, contact, text, now)
        return _members(db, members.search(db, text), "name")


def _nothing() -> Finding:
    return Finding("nothing", _("Nothing found. Ask for the code, or for the phone number."))


def _by_link(db: Connection, link: Link | None) -> Finding:
    member = None if link is None else members.by_id(db, link.member_id)
    if member is None:
        return Finding("nothing", _("Nobody has this code, or its link is closed."))
    return _members(db, [member], "code")


def _members(db: Connection, found: Sequence[Member], method: Method) -> Finding:
    shown = tuple(_shown(db, member) for member in found)
    if not shown:
        return _nothing()
    if len(shown) == 1:
        message = _("{name} sends them.").format(name=shown[0].shown_name)
        return Finding("member", message, member=shown[0], method=method)
    message = ngettext("{count} fan matches.", "{count} fans match: ask which one.", len(shown))
    return Finding("several", message.format(count=len(shown)), candidates=shown, method=method)


def _shown(db: Connection, member: Member) -> FoundMember:
    link = links.of_member(db, member.member_id)
    return FoundMember(
        member.member_id, member.called, "" if link is None else link.spoken, member.phone is not None
    )


def _by_contact(db: Connection, programme: Programme, contact: Contact, text: str, now: int) -> Finding:
    """Find a friend with a saved discount; else a fan with this contact."""
    fans = _members(db, members.by_contact(db, contact), contact.kind)
    if fans.kind == "nothing":
        # The last digits of a number say less than all of it.
        fans = _members(db, members.search(db, text), "name")
    friend = _friend(db, programme, contact, now)
    if friend is None or (not friend.usable and fans.kind != "nothing"):
        return fans
    message = (
        _waits(programme, friend.sender, friend.discount_cents)
        if friend.usable
        else _why_no_discount(db, contact)
    )
    return Finding("friend", message, member=fans.member, friend=friend, method=fans.method)


def _waits(programme: Programme, sender: str, cents: int) -> str:
    """Say that a discount waits, if any was promised; a fan who was forgotten is not named."""
    if not (cents or programme.friend_cents or programme.friend_offer.strip()):
        return _("{fan} sent them.").format(fan=sender) if sender else _("A friend sent them.")
    if not sender:
        return _("The discount is ready.")
    return _("{sender} sent them: the discount is ready.").format(sender=sender)


def _friend(db: Connection, programme: Programme, contact: Contact, now: int) -> FoundFriend | None:
    known = who_is_paid.friend(db, claim_log.friend_key_of(contact))
    live = known.live
    if not live:
        return None
    payer = known.payer(programme, programme.today(now)) or live[0]
    claim = claim_log.by_id(db, payer["claim_id"])
    member = members.by_id(db, payer["member_id"])
    fresh = who_is_paid.age(programme, payer, programme.today(now)) == "fresh" or known.assigned is not None
    return FoundFriend(
        contact=contact.value,
        contact_kind=contact.kind,
        masked=contacts.masked(contact.value),
        friend_name=first_name(claim.friend_name or "") if claim else "",
        sender=member.called if member and member.status != "erased" else "",
        discount_cents=coupons.saved(db, programme, payer["claim_id"]).cents,
        usable=known.use is None and fresh,
    )


def _why_no_discount(db: Connection, contact: Contact) -> str:
    use = redemptions.standing(db, who_is_paid.use_key(claim_log.friend_key_of(contact)))
    if use is None:
        return _("The discount saved with these details has expired.")
    return _("This friend's discount was used on {day}.").format(day=day_text(use["receipt_on"]))


def _by_coupon(db: Connection, programme: Programme, code: str, now: int) -> Finding:
    row = coupons.find(db, code)
    if row is None:
        return Finding("nothing", _("No coupon has this code. Read it again."))
    use = redemptions.standing(db, coupons.use_key(row))
    problem = coupons.used_text(row, use) if use is not None else coupons.why_not(row, programme.today(now))
    found = FoundCoupon(
        code=code,
        printed=codes.printed(code),
        value_cents=row["value_cents"],
        sender="" if row["sender_status"] == "erased" else coupons.sender(row),
        friend_name=first_name(row["friend_name"] or ""),
        valid_until_on=date.fromisoformat(row["valid_until_on"]) if row["valid_until_on"] else None,
        usable=problem is None,
    )
    if row["kind"] == "fan":
        message = problem or _("{name}'s reward.").format(name=found.sender)
        return Finding("reward", message, coupon=found)
    message = problem or _waits(programme, found.sender, found.value_cents)
    return Finding("coupon", message, coupon=found)
