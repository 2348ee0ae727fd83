"""Do to somebody's rows what ``clientela/personal_data.toml`` says of their columns."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from clientela import personal_data
from clientela.loyalty.people import consents

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection

SOMEBODYS: Final = {
    ("claims", "friend"): ("claim_id", "claim_id = :id"),
    ("saves", "friend"): ("save_id", "claim_id = :id"),
    ("outcomes", "friend"): ("claim_id", "claim_id = :id"),
    ("flags", "friend"): ("flag_id", "claim_id = :id"),
    ("members", "member"): ("member_id", "member_id = :id"),
}
"""What names a row of a table, and which rows are a claim's or a member's."""

_VALUES: Final[dict[str, Callable[[], str | None]]] = {
    "null": lambda: None,
    "blank": lambda: "",
    "object": lambda: "{}",
    "random": lambda: secrets.token_hex(32),
}
"""What comes in the place of a value. A token depends on the value: ``erasure`` writes those."""


def tables(whose: str) -> list[str]:
    """Return the tables that have rows of a friend's claim or of a member."""
    return [table for table, kind in SOMEBODYS if kind == whose]


def scrub(db: Connection, table: str, whose: str, number: int) -> None:
    """Scrub the rows of a claim or a member in one table."""
    key, condition = SOMEBODYS[table, whose]
    columns = [each for each in personal_data.of_table("referral", table, whose) if each.action in _VALUES]
    changes = ", ".join(f"{each.name} = :{each.name}" for each in columns)
    for row in db.all(f"select {key} as key from {table} where {condition}", id=number):
        values = {each.name: _VALUES[each.action]() for each in columns}
        db.run(f"update {table} set {changes} where {key} = :key", key=row["key"], **values)


def renumber(db: Connection, member_id: int, former: str, number: str) -> None:
    """Give a forgotten member another number where the former one was a contact."""
    db.run("update members set customer_id = :number where member_id = :id", number=number, id=member_id)
    for table in ("outcomes", "claims"):
        db.run(
            f"update {table} set friend_customer_id = :number where friend_customer_id = :former",
            number=number,
            former=former,
        )
    mine, theirs = consents.of_member(number), consents.of_member(former)
    db.run("update consents set subject = :mine where subject = :theirs", mine=mine, theirs=theirs)
    db.run("update events set subject = :mine where subject = :theirs", mine=mine, theirs=theirs)
    said = f"%{json.dumps(former)[1:-1]}%"
    for row in db.all("select seq, body from events where body like :said", said=said):
        body = {name: number if value == former else value for name, value in json.loads(row["body"]).items()}
        db.run("update events set body = :body where seq = :seq", body=json.dumps(body), seq=row["seq"])
