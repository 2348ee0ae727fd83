"""Friends: who arrives by a link, saves the discount, and has a page of their own.

Each form makes a coupon and a page of its own, also for a friend known already: nobody can learn from a
page whether a contact was here before. The discount is used once all the same, for its use is counted by
friend.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from clientela.loyalty.claims import claim_log, fraud
from clientela.loyalty.claims.claim_log import NewClaim
from clientela.loyalty.links import codes, links
from clientela.loyalty.people import consents, contacts
from clientela.loyalty.people.names import shown_name
from clientela.loyalty.people.person import hashed

if TYPE_CHECKING:
    from clientela.loyalty.links.links import Link
    from clientela.loyalty.people.contacts import Contact
    from clientela.loyalty.rewards.programme import Programme
    from clientela.loyalty.store.interface import Connection, Row

NAME_LENGTH: Final = 80
"""Signs of a friend's name that are kept."""


@dataclass(frozen=True)
class Saved:
    """A saved discount."""

    claim_id: int
    public_id: str
    """The claim's public name."""
    coupon_code: str
    """Bare; ``codes.printed`` writes it in two halves."""
    token: str
    """The secret part of the friend's page, ``/mine/<token>``."""


@dataclass(frozen=True)
class FriendView:
    """What a friend's page shows."""

    name: str
    """As the friend typed it."""
    sender: str
    """Who sent the link: ``Anna B.``; empty once that member is forgotten."""
    coupon_code: str
    """In two halves, as printed."""
    value_cents: int
    valid_until_on: date
    used_on: date | None
    """The day on which this coupon was used."""
    contact_kind: str
    """email or phone."""
    consented: bool
    """The friend ticked the consent on this form and has not withdrawn it since."""
    language: str


def save(
    db: Connection,
    programme: Programme,
    link: Link,
    *,
    name: str,
    contact: Contact,
    hit_id: str | None,
    language: str,
    consent: bool,
    text_version: str,
    now: int,
    form_key: str,
    show_name: bool = False,
) -> Saved:
    """Keep a friend's discount; the answer looks the same whether the contact is known or not.

    Args:
        db: a write.
        programme: what the discount is worth and how long it lasts.
        link: the link that the friend followed.
        name: the friend's name as typed.
        contact: where the offer may be sent.
        hit_id: the click that brought the friend, if known.
        language: of the page, it or en.
        consent: the marketing consent was ticked; the discount does not need it.
        text_version: of the consent text that stood beside it.
        now: milliseconds since 1970 UTC.
        form_key: a random text of the form: sending the same form twice keeps one discount.
        show_name: the friend allowed the fan to see first name and initial.
    """
    form = f"{form_key}\n{link.link_id}\n{contact.value}"
    token = _token(links.secret(db, "page_key"), form)
    saved = _saved(db, form, token)
    if saved is not None:
        return saved
    new = NewClaim(
        link.member_id,
        claim_log.friend_key_of(contact),
        "link",
        now,
        link_id=link.link_id,
        hit_id=hit_id,
        friend_name=" ".join(name.split())[:NAME_LENGTH],
        contact=contact.value,
    )
    claim = claim_log.note(db, programme, new, now)
    db.add(
        "saves",
        form_hash=hashed(form),
        token_hash=hashed(token),
        claim_id=claim.claim_id,
        coupon_id=_make_coupon(db, programme, claim.claim_id, now),
        name=new.friend_name,
        language=language,
        consented=int(consent),
        shows_name=int(show_name),
        saved_at=now,
    )
    if consent:
        _agree(db, contact, text_version, now)
    fraud.examine(db, programme, claim.claim_id, now)
    return _saved(db, form, token) or Saved(claim.claim_id, claim.public_id, "", token)


def _agree(db: Connection, contact: Contact, text_version: str, now: int) -> None:
    said = consents.ConsentEntry(
        contact.value, "marketing", contact.channel, "grant", now, "web", text_version
    )
    consents.add(db, [said])


def _token(key: str, form: str) -> str:
    """Return the token of a form's page, 128 bits; the same form sent again leads to the same page.

    The store keeps neither the form's key nor the token.
    """
    digest = hmac.new(key.encode(), form.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()[:16]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _saved(db: Connection, form: str, token: str) -> Saved | None:
    row = db.one(
        """
        select claims.claim_id, claims.public_id, coupons.code as coupon_code
        from saves
        inner join claims on claims.claim_id = saves.claim_id
        inner join coupons on coupons.coupon_id = saves.coupon_id
        where saves.form_hash = :hash
        """,
        hash=hashed(form),
    )
    return None if row is None else Saved(**row, token=token)


def _make_coupon(db: Connection, programme: Programme, claim_id: int, now: int) -> int:
    (code,) = links.unused(db, "coupons", "code", 1, codes.new_coupon_code)
    until = programme.today(now) + timedelta(programme.window_days)
    return db.add(
        "coupons",
        code=code,
        kind="friend",
        claim_id=claim_id,
        value_cents=programme.friend_cents,
        made_at=now,
        valid_until_on=until.isoformat(),
    )


_PAGE: Final = """
select
    saves.save_id, saves.name, saves.language, saves.consented, claims.contact, members.name as sender,
    members.is_firm, members.status, coupons.code, coupons.value_cents, coupons.valid_until_on, coupons.state,
    (
        select max(redemptions.receipt_on) from redemptions
        where redemptions.coupon_id = coupons.coupon_id and redemptions.reversed_at is null
    ) as used_on
from saves
inner join claims on claims.claim_id = saves.claim_id
inner join coupons on coupons.coupon_id = saves.coupon_id
inner join members on members.member_id = claims.member_id
where saves.token_hash = :hash and claims.contact is not null
"""


def _page(db: Connection, token: str) -> Row | None:
    return db.one(_PAGE, hash=hashed(token))


def by_token(db: Connection, token: str) -> FriendView | None:
    """Return what a friend's page shows, or None where there is no such page, or its friend was forgotten."""
    row = _page(db, token)
    if row is None:
        return None
    contact = contacts.of_value(row["contact"])
    standing = consents.state(db, contact.value).get(("marketing", contact.channel), False)
    return FriendView(
        name=row["name"],
        sender="" if row["status"] == "erased" else shown_name(row["sender"], is_firm=bool(row["is_firm"])),
        coupon_code=codes.printed(row["code"]),
        value_cents=row["value_cents"],
        valid_until_on=date.fromisoformat(row["valid_until_on"]),
        used_on=None if row["used_on"] is None else date.fromisoformat(row["used_on"]),
        contact_kind=contact.kind,
        consented=bool(row["consented"]) and standing,
        language=row["language"],
    )


def withdraw(db: Connection, token: str, now: int) -> None:
    """Take back the marketing consent of the friend whose page this is; the discount stays."""
    row = _page(db, token)
    if row is not None:
        consents.withdraw_marketing(db, row["contact"], now)


def erase(db: Connection, token: str, now: int) -> None:
    """Forget what was left on the form whose page this is. See ``erased_forms.erase_form``."""
    # Inside, for erasure needs this module's neighbours.
    from clientela.loyalty.erasure.forms import erase_form

    row = _page(db, token)
    if row is not None:
        erase_form(db, row["save_id"], contacts.of_value(row["contact"]), now)
