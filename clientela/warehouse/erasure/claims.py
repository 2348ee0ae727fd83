"""What came with single claims of the referral store, forgotten without anybody of the sales.

Who left a contact in a form may have typed anybody's. So their erasure cuts the claim, and the friend whom
the exchange made of it; a customer who shows the same contact stays.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Final

from clientela import forgotten
from clientela.warehouse.erasure import marks, rows
from clientela.warehouse.loading.staging.conversion import literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.warehouse.erasure.persons import Marked

PROOF: Final = "referral server"
"""proof_ref of a consent that the referral store took."""

_KNOWN: Final = {
    "referrals": {"referral_id", "arrived_contact", "friend_name", "arrived_at"},
    "customers": {"customer_id", "email", "phone", "name", "created_at", "acquisition_source"},
    "consents": {"customer_id", "email", "phone", "proof_ref"},
}
"""The columns by which the rows of a claim are known: a table without one of them got none from a claim."""

Said = tuple[str, str, str | None]
"""Of a claim: source, contact, the friend's name."""


def forget(db: DuckDBPyConnection, known: Mapping[str, Collection[str]], found: Marked) -> None:
    """Forget what came with the claims that are marked.

    Args:
        db: the shop's database.
        known: the columns of each stored table.
        found: the marks.
    """
    if not set(known.get("referrals", ())) >= _KNOWN["referrals"]:
        return
    said = _said_now(db, found) | _said_before(db, found)
    for source, contact, name in said:
        _forget_friend(db, known, found, (source, contact, name))
    for source, contact in {(source, contact) for source, contact, _name in said}:
        _forget_consents(db, known, found, source, contact)


def _said_now(db: DuckDBPyConnection, found: Marked) -> set[Said]:
    """Scrub the rows of marked claims; return what they said."""
    mark = marks.mark(found.key, "claim", "referral_id")
    claims = db.execute(
        f"""
        select rowid, source, arrived_contact, friend_name from store.referrals
        where
            (arrived_contact is not null or friend_name is not null)
            and {mark} in (select mark from meta.forgotten where mark_key = {literal(found.key)})
        """
    ).fetchall()
    said: set[Said] = set()
    for place, source, contact, name in claims:
        if contact is not None and not forgotten.is_token(contact):
            said.add((source, contact, name))
        db.execute(
            "update store.referrals set arrived_contact = ?, friend_name = null where rowid = ?",
            [_instead(found, contact), place],
        )
    return said


def _said_before(db: DuckDBPyConnection, found: Marked) -> set[Said]:
    """Scrub what rows of marked claims said before; return it."""
    former = db.execute(
        "select rowid, source, content from meta.superseded_rows where table_name = 'referrals'"
    ).fetchall()
    said: set[Said] = set()
    for place, source, content in former:
        row: dict[str, Any] = json.loads(content)
        if not row.get("referral_id") or not found.has("claim", row["referral_id"]):
            continue
        contact = row.get("arrived_contact")
        if contact and not forgotten.is_token(contact):
            said.add((source, contact, row.get("friend_name")))
        new = {**row, "arrived_contact": _instead(found, contact), "friend_name": None}
        if new != row:
            db.execute(
                "update meta.superseded_rows set content = ? where rowid = ?",
                [json.dumps(new, ensure_ascii=False), place],
            )
    return said


def _instead(found: Marked, contact: str | None) -> str | None:
    """Return the token in which the referral store itself tells of the claim from now on."""
    if contact is None or forgotten.is_token(contact):
        return contact
    return found.token(forgotten.kind_of(contact), contact)


def _forget_friend(
    db: DuckDBPyConnection, known: Mapping[str, Collection[str]], found: Marked, said: Said
) -> None:
    """Scrub the friend whom the exchange made of a claim, unless another claim says the same."""
    source, contact, name = said
    if not set(known["customers"]) >= _KNOWN["customers"] or _is_said(db, source, contact, name):
        return
    where = f"""
        source = {literal(source)} and customer_id is null and acquisition_source = 'referral'
        and {forgotten.kind_of(contact)} = {literal(contact)}
        and name is not distinct from {"null" if name is None else literal(name)}
    """
    _scrub(db, "customers", known["customers"], found, where)


def _forget_consents(
    db: DuckDBPyConnection, known: Mapping[str, Collection[str]], found: Marked, source: str, contact: str
) -> None:
    """Scrub what the referral store heard under a contact, unless another claim still stands under it."""
    if not set(known["consents"]) >= _KNOWN["consents"] or _is_said(db, source, contact):
        return
    where = f"""
        source = {literal(source)} and customer_id is null and proof_ref = {literal(PROOF)}
        and {forgotten.kind_of(contact)} = {literal(contact)}
    """
    _scrub(db, "consents", known["consents"], found, where)


def _is_said(db: DuckDBPyConnection, source: str, contact: str, *name: str | None) -> bool:
    named = "and friend_name is not distinct from ?" if name else ""
    return bool(
        db.execute(
            "select exists (from store.referrals where source = ? and arrived_contact = ? "
            f"and referral_id is not null {named})",
            [source, contact, *name],
        ).fetchall()[0][0]
    )


def _scrub(db: DuckDBPyConnection, table: str, has: Collection[str], found: Marked, condition: str) -> None:
    db.execute(
        f"create or replace temp table forgotten_rows as select rowid as place from store.{table} "
        f"where {condition}"
    )
    rows.scrub_marked(db, table, found.key, has)
