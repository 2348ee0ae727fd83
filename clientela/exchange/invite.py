"""Who may bring friends: fans, customers and those who bring many, with what the server must know of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from clientela.errors import UnknownCustomerError
from clientela.exchange import permission
from clientela.loyalty.people.consents import ConsentEntry
from clientela.loyalty.people.firms import is_firm
from clientela.loyalty.people.person import NewMember

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CATEGORIES: Final = ("fan", "customer")
"""Invited as they are; of the others only connectors."""

TABLES: Final = ("marts.customers", "marts.people", "marts.overdue", "marts.identity")
"""What candidates and their permissions are read from."""


@dataclass(frozen=True)
class Candidate:
    """One person, and whether to invite them."""

    member: NewMember

    is_connector: bool

    refusal: str | None
    """Why not: gone, do_not_contact, detractor, veto, overdue or toxic; None to invite them."""

    status: str
    """What the server is to hold of a member: active, or erased, then without name and contact."""


def candidates(
    db: DuckDBPyConnection, timezone: str, *, categories: Collection[str] = CATEGORIES
) -> list[Candidate]:
    """Return who is to be invited, those included whom something speaks against; fans first.

    Args:
        db: the shop's database, its marts at the latest closed month; it is only read.
        timezone: the shop's, in which the consent log tells the time.
        categories: whom to invite; connectors are always among them.
    """
    found = _people(db, timezone, None)
    return [each for each in found if each.member.category in categories or each.is_connector]


def named(db: DuckDBPyConnection, timezone: str, customers: Sequence[str]) -> list[Candidate]:
    """Return the people of these ids, in their order, whatever their category.

    Raises:
        UnknownCustomerError: if one is not there.
    """
    found = {each.member.customer_id: each for each in known(db, timezone, customers)}
    for customer in customers:
        if customer not in found:
            raise UnknownCustomerError(customer)
    return [found[customer] for customer in dict.fromkeys(customers)]


def known(db: DuckDBPyConnection, timezone: str, customers: Collection[str]) -> list[Candidate]:
    """Return those of these ids who are there."""
    return _people(db, timezone, list(customers)) if customers else []


_PEOPLE: Final = """
    select
        customers.customer_id, customers.name, customers.phone, customers.email, customers.category,
        '|' || customers.overlays || '|' like '%|connector|%' as is_connector,
        people.is_erased, people.has_company_name, people.is_legal_person,
        case
            when not customers.is_listed or customers.ending is not null then 'gone'
            when customers.do_not_contact then 'do_not_contact'
            when '|' || customers.overlays || '|' like '%|detractor|%' then 'detractor'
            when people.has_veto then 'veto'
            when overdue.person_no is not null then 'overdue'
            when '|' || customers.overlays || '|' like '%|toxic|%' then 'toxic'
        end as refusal
    from marts.customers
    inner join marts.people on people.person_no = customers.person_no
    left join marts.overdue on overdue.person_no = customers.person_no
    where ? is null or list_contains(?, customers.customer_id)
    order by
        case customers.category when 'fan' then 1 when 'customer' then 2 else 3 end,
        customers.list_position,
        customers.customer_id
"""


def _people(db: DuckDBPyConnection, timezone: str, customers: list[str] | None) -> list[Candidate]:
    rows = db.execute(_PEOPLE, [customers, customers]).fetchall()
    log = permission.of_members(db, timezone)
    return [_candidate(row, log.get(row[0], [])) for row in rows]


def _candidate(row: Sequence[Any], consents: list[ConsentEntry]) -> Candidate:
    customer, name, phone, email, category, is_connector, is_erased, *firm, refusal = row
    if is_erased:
        return Candidate(NewMember(customer, "", None, None, category), is_connector, refusal, "erased")
    member = NewMember(
        customer_id=customer,
        name=(name or "")[:200],
        phone=phone,
        email=email,
        category=category,
        consents=tuple(consents),
        is_firm=is_firm(name or "", has_company_name=firm[0], is_legal_person=firm[1]),
    )
    return Candidate(member, is_connector, refusal, "active")
