"""What people said in the shop about being written to and called: its part of the one log of consents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from clientela.exchange.facts import PROOF
from clientela.loyalty.people.consents import ConsentEntry, of_member

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST: Final = 500
"""Entries of the log that travel with a member, the latest."""

_SAID: Final = f"""
    said as (
        select
            coalesce(
                identity.person_no,
                account_no(c.source, c.customer_id, c.vat_number, c.tax_code, c.card_number, c.email, c.phone)
            ) as person_no,
            c.purpose, c.channel, c.action, c.method, c.text_version,
            epoch_ms(timezone(?, c.ts)) as said_at
        from raw.consents as c
        left join marts.identity
            on identity.account_no
            = account_no(c.source, c.customer_id, c.vat_number, c.tax_code, c.card_number, c.email, c.phone)
        where coalesce(c.proof_ref, '') <> '{PROOF}'
    )
"""
"""By person; what the server itself brought is left out, so that nothing goes round."""

_MEMBERS: Final = f"""
    with {_SAID}

    select people.customer_id, purpose, channel, action, said_at, max(method), max(text_version)
    from said
    inner join marts.people on people.person_no = said.person_no
    group by people.customer_id, purpose, channel, action, said_at
    qualify row_number() over (
        partition by people.customer_id order by said_at desc, action, purpose, channel
    ) <= {MOST}
    order by people.customer_id, said_at, action desc, purpose, channel
"""

_FRIENDS: Final = f"""
    with {_SAID},

    contacts as (
        select distinct
            arrived_contact as contact,
            hash(if(contains(arrived_contact, '@'), 'email', 'phone'), arrived_contact) as account_no
        from raw.referrals
        where method is not null and arrived_contact is not null
    ),

    friends as (
        select contacts.contact, coalesce(identity.person_no, contacts.account_no) as person_no
        from contacts
        left join marts.identity on identity.account_no = contacts.account_no
    )

    select friends.contact, purpose, channel, action, said_at, max(method), max(text_version)
    from said
    inner join friends on friends.person_no = said.person_no
    group by friends.contact, purpose, channel, action, said_at
    order by friends.contact, said_at, action desc, purpose, channel
"""


def of_members(db: DuckDBPyConnection, timezone: str) -> dict[str, list[ConsentEntry]]:
    """Return what everybody said, by customer_id, oldest first.

    Args:
        db: the shop's database with its marts; it is only read.
        timezone: the shop's, in which the log tells the time.
    """
    log: dict[str, list[ConsentEntry]] = {}
    for customer, *entry in db.execute(_MEMBERS, [timezone]).fetchall():
        log.setdefault(customer, []).append(_entry(of_member(customer), entry))
    return log


def of_friends(db: DuckDBPyConnection, timezone: str) -> list[ConsentEntry]:
    """Return what friends said whom the server knows by a contact; each is named by it.

    Args:
        db: the shop's database with its marts; it is only read.
        timezone: the shop's, in which the log tells the time.
    """
    rows = db.execute(_FRIENDS, [timezone]).fetchall()
    return [_entry(contact, entry) for contact, *entry in rows]


def _entry(subject: str, entry: Sequence[Any]) -> ConsentEntry:
    purpose, channel, action, at, method, text_version = entry
    return ConsentEntry(
        subject=subject,
        purpose=purpose,
        channel=channel,
        action=action,
        at=at,
        # A log that does not say how was typed in from somewhere: the weakest of the methods.
        method=(method or "import")[:40],
        text_version=text_version and text_version[:80],
        origin="shop",
    )
