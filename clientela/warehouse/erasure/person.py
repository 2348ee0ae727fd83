"""Find whom somebody means who asks to be forgotten, with everything by which files may bring them again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from clientela.warehouse.erasure.marks import PART
from clientela.warehouse.erasure.persons import folded

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.settings.shop_settings import Settings

Value = tuple[str, str]

SHORTEST: Final = 3
"""Letters of a word that says something in a number."""


@dataclass
class Person:
    """Somebody in the shop's files."""

    customer_id: str
    values: set[Value] = field(default_factory=set)
    """By kind: contacts and numbers that nobody else shows, ids, the name where it is nobody else's."""

    contacts: set[str] = field(default_factory=set)
    """E-mails and phones, also those that others share."""

    shared: set[str] = field(default_factory=set)
    """Those that others show, too: they stay theirs."""


def find(
    db: DuckDBPyConnection, settings: Settings, today: date, asked: str, contact: Value | None
) -> list[Person]:
    """Return whoever answers to a number of the shop's, or to a contact; several where a contact is shared.

    Args:
        db: the shop's database; it is only read.
        settings: the shop's settings.
        today: today's date in the shop.
        asked: as the owner typed it.
        contact: the same as a contact with its kind, None where it is none.
    """
    from clientela.warehouse.building.build import build, in_memory

    with in_memory(db):
        build(db, settings, today, targets=("steps.persons", "staging.identity_links"))
        _make_members(db)
        numbers = _persons(db, asked, contact)
        return [_person(db, number) for number in numbers]


def erased_in_files(db: DuckDBPyConnection, settings: Settings, today: date) -> list[Person]:
    """Return who is noted as erased in a file of customers and still stands in the rows."""
    from clientela.warehouse.building.build import build, in_memory

    unknown = """
        select exists (
            from raw.customers c
            where lower(status_note) = 'erased' and case
                when customer_id is not null then customer_id not like 'forgotten-%' and not exists (
                    from meta.forgotten_ids i where i.source = c.source and i.customer_id = c.customer_id
                )
                else coalesce(email not like 'forgotten-%', phone not like '+999%', true)
            end
        )
    """
    if not db.execute(unknown).fetchall()[0][0]:
        return []
    with in_memory(db):
        build(db, settings, today, targets=("steps.persons", "staging.identity_links"))
        _make_members(db)
        rows = db.execute(
            """
            select distinct m.person_no from temp.account_persons m
            inner join staging.customer_records r on r.account_no = m.account_no
            where r.is_erased order by 1
            """
        ).fetchall()
        return [_person(db, row[0]) for row in rows]


def _make_members(db: DuckDBPyConnection) -> None:
    db.execute(
        """
        create or replace temp table account_persons as
        select a.account_no, coalesce(i.person_no, a.account_no) as person_no, a.source, a.key_rank,
            a.key_value, a.public_id, a.name
        from staging.accounts a left join marts.identity i on i.account_no = a.account_no
        """
    )


def _persons(db: DuckDBPyConnection, asked: str, contact: Value | None) -> list[int]:
    if contact is not None:
        rows = db.execute(
            """
            select distinct m.person_no from staging.identity_links l
            inner join temp.account_persons m on m.account_no = l.account_no
            where l.key_kind = ? and l.key_value = ? order by 1
            """,
            list(contact),
        ).fetchall()
        if rows:
            return [row[0] for row in rows]
    rows = db.execute(
        "select distinct person_no from temp.account_persons "
        "where public_id = ? or (key_rank = 1 and key_value = ?) order by 1",
        [asked, asked],
    ).fetchall()
    return [row[0] for row in rows]


def _person(db: DuckDBPyConnection, number: int) -> Person:
    public = db.execute("select customer_id from steps.persons where person_no = ?", [number]).fetchall()
    found = Person(public[0][0] if public else "")
    if found.customer_id:
        found.values.add(("member", found.customer_id))
    accounts = db.execute(
        "select source, key_rank, key_value from temp.account_persons where person_no = ?", [number]
    ).fetchall()
    ids = [(source, value) for source, rank, value in accounts if rank == 1]
    for source, value in ids:
        found.values |= {("customer_id", f"{source}{PART}{value}"), ("member", value)}
    _add_keys(db, number, found)
    for kind, value in _keys_of_before(db, ids):
        if not db.execute(
            "select exists (from staging.identity_links where key_kind = ? and key_value = ?)", [kind, value]
        ).fetchall()[0][0]:
            found.values.add((kind, value))
    _add_names(db, number, ids, found)
    return found


def _add_keys(db: DuckDBPyConnection, number: int, found: Person) -> None:
    """Add the keys that the person's records show; those that somebody else shows stay theirs."""
    rows = db.execute(
        """
        with theirs as (
            select distinct l.key_kind, l.key_value from staging.identity_links l
            inner join temp.account_persons m on m.account_no = l.account_no
            where m.person_no = ? and l.key_kind not in ('merge', 'programme')
        )
        select t.key_kind, t.key_value, count(distinct m.person_no)
        from theirs t
        inner join staging.identity_links l using (key_kind, key_value)
        inner join temp.account_persons m on m.account_no = l.account_no
        group by all
        """,
        [number],
    ).fetchall()
    for kind, value, people in rows:
        if kind in ("email", "phone"):
            found.contacts.add(value)
        if people == 1:
            found.values.add((kind, value))
        else:
            found.shared.add(value)


def _keys_of_before(db: DuckDBPyConnection, ids: Iterable[tuple[str, str]]) -> set[Value]:
    """Return the keys that former rows of the same numbers showed."""
    found: set[Value] = set()
    for source, value in ids:
        rows = db.execute(
            "select content from meta.superseded_rows where source = ? and content ->> 'customer_id' = ?",
            [source, value],
        ).fetchall()
        for (content,) in rows:
            row = json.loads(content)
            kinds = ("vat_number", "tax_code", "card_number", "email", "phone")
            found |= {(kind, row[kind]) for kind in kinds if row.get(kind)}
    return found


def _add_names(db: DuckDBPyConnection, number: int, ids: list[tuple[str, str]], found: Person) -> None:
    """Add the names that nobody else bears, and the numbers that are names."""
    rows = db.execute(
        """
        select distinct m.person_no = ? as is_theirs, l.name from staging.identity_links l
        inner join temp.account_persons m on m.account_no = l.account_no where l.name is not null
        union
        select distinct person_no = ?, name from temp.account_persons where name is not null
        """,
        [number, number],
    ).fetchall()
    others = {folded(name) for is_theirs, name in rows if not is_theirs}
    mine = {folded(name) for is_theirs, name in rows if is_theirs}
    found.values |= {("name", name) for name in mine - others if " " in name}
    words = {word for name in mine for word in name.split() if len(word) >= SHORTEST}
    for _source, value in ids:
        if words & set(re.findall("[A-Z]{3,}", folded(value))):
            found.values.add(("named_id", value))
