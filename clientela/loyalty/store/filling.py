"""What a step of the schema has to work out beside SQL: the keys of stored contacts, and who becomes alike.

Each function belongs to one migration and knows the store as that one left it.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from typing import Final

from clientela.loyalty.people import contacts, likeness

ALIKE: Final = ("similar_friend", 50)
"""The rule that asks about two friends who may be one, and its points; see ``likeness_rules``."""

ALIKE_BEFORE: Final = ("similar_before", 0)
"""The same where the reward is approved or spent already: it is told and holds nothing."""


RULE: Final = "likeness_rule"
"""Mark: the rule by which the keys were filled."""


def likeness_keys(db: sqlite3.Connection, now: int) -> None:
    """Fill the keys of members and claims, and flag the friends who turn out alike; nothing is taken back.

    Args:
        db: a transaction is open.
        now: milliseconds since 1970 UTC.
    """
    _fill(db)
    _flag_alike(db, now)


def keep_keys(db: sqlite3.Connection) -> None:
    """Fill the keys anew where another rule made them; no flag is raised for what was there before."""
    row = db.execute("select value from marks where name = ?", [RULE]).fetchone()
    # A new store holds nobody to compare.
    known = db.execute("select exists (select 1 from members) or exists (select 1 from claims)").fetchone()
    if (row is not None and row[0] == likeness.RULE) or not known[0]:
        return
    db.execute("begin immediate")
    try:
        _fill(db)
        db.execute(
            """
            insert into marks (name, value) values (?, ?)
            on conflict (name) do update set value = excluded.value
            """,
            [RULE, likeness.RULE],
        )
        db.execute("commit")
    except BaseException:
        if db.in_transaction:
            db.execute("rollback")
        raise


def _fill(db: sqlite3.Connection) -> None:
    """Work every key out."""
    for table, number, kinds in (
        ("members", "member_id", {"phone": "phone_key", "email": "email_key"}),
        ("claims", "claim_id", {"contact": "contact_key"}),
    ):
        for contact, key in kinds.items():
            rows = db.execute(
                f"select {number}, {contact} from {table} where {contact} is not null"
            ).fetchall()
            db.executemany(
                f"update {table} set {key} = ? where {number} = ?",
                [(likeness.key(contacts.of_value(value)), row) for row, value in rows],
            )


def _flag_alike(db: sqlite3.Connection, now: int) -> None:
    """Flag every friend of a key but the first one, by the order in which they came."""
    friends: dict[str, set[str]] = defaultdict(set)
    for claim_id, public_id, key, friend, is_paid in db.execute(
        """
        select claims.claim_id, claims.public_id, claims.contact_key, claims.friend_key, exists (
            select 1 from rewards
            where rewards.claim_id = claims.claim_id and rewards.state in ('approved', 'redeemed')
        )
        from claims
        where claims.contact_key is not null and claims.state not in ('rejected', 'withdrawn')
        order by claims.claim_id
        """
    ).fetchall():
        if friends[key] - {friend}:
            rule, points = ALIKE_BEFORE if is_paid else ALIKE
            db.execute(
                "insert into flags (claim_id, rule, points, raised_at) values (?, ?, ?, ?)",
                (claim_id, rule, points, now),
            )
            body = {"claim": public_id, "rule": rule, "points": points, "state": "open"}
            db.execute(
                "insert into events (at, type, subject, body) values (?, 'flag', ?, ?)",
                (now, f"claim:{public_id}", json.dumps(body)),
            )
        friends[key].add(friend)


FILLS: Final[dict[int, Callable[[sqlite3.Connection, int], None]]] = {2: likeness_keys}
"""By the number of the migration that it ends."""
