"""Cut somebody out of the words that owner and cashiers wrote: reasons, evidence, names without more."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from clientela import people_in_texts, personal_data
from clientela.loyalty.claims import who_is_paid
from clientela.loyalty.people.names import words
from clientela.people_in_texts import CUT

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection

KEYS: Final = {
    "redemptions": "redemption_id",
    "rewards": "reward_id",
    "reward_moves": "move_id",
    "claims": "claim_id",
    "flags": "flag_id",
}
"""What names a row of the tables with free words."""


def sweep(db: Connection, needles: Sequence[str]) -> None:
    """Cut names and contacts out of everything written freely."""
    found = pattern(needles)
    if found is None:
        return
    for column in personal_data.personal("referral"):
        if column.action in ("words", "object"):
            _sweep_column(db, column.table, column.name, found)


def pattern(needles: Sequence[str]) -> re.Pattern[str] | None:
    """Return what finds names and contacts, however they are spaced; a first name alone is nobody's."""
    parts: list[str] = []
    for needle in needles:
        if "@" in needle:
            parts.append(people_in_texts.as_written(needle))
        elif re.search(r"[^\W\d_]", needle):
            parts += people_in_texts.name(needle)
        else:
            parts += people_in_texts.phone(needle)
    return people_in_texts.finder(parts)


def _sweep_column(db: Connection, table: str, column: str, found: re.Pattern[str]) -> None:
    key = KEYS[table]
    for row in db.all(f"select {key} as key, {column} as said from {table} where length({column}) > 3"):
        cut = cut_out(row["said"], found)
        if cut != row["said"]:
            db.run(f"update {table} set {column} = :cut where {key} = :key", cut=cut, key=row["key"])


def cut_out(said: str, found: re.Pattern[str]) -> str:
    """Return a text without what a pattern finds, JSON inside its texts."""
    if said.startswith("{"):
        try:
            return json.dumps(_cut_value(json.loads(said), found))
        except ValueError:
            pass
    return found.sub(CUT, said)


def _cut_value(value: Any, found: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return found.sub(CUT, value)
    if isinstance(value, list):
        return [_cut_value(each, found) for each in value]
    if isinstance(value, dict):
        return {name: _cut_value(each, found) for name, each in value.items()}
    return value


def sweep_friend_names(db: Connection, name: str, now: int) -> None:
    """Take a name off claims that know their friend by nothing else but a receipt."""
    wanted = sorted(words(name))
    if len(wanted) < 2:
        return
    for row in db.all(
        """
        select claim_id, public_id, friend_name from claims where contact is null and friend_name is not null
        """
    ):
        if sorted(words(row["friend_name"])) == wanted:
            db.run("update claims set friend_name = null where claim_id = :id", id=row["claim_id"])
            _blank_events(db, row["public_id"])
            who_is_paid.emit(db, row["claim_id"], now)


def _blank_events(db: Connection, public_id: str) -> None:
    subject = who_is_paid.subject(public_id)
    for event in db.all("select seq, body from events where subject = :subject", subject=subject):
        body = json.dumps({**json.loads(event["body"]), "friend_name": None})
        db.run("update events set body = :body where seq = :seq", body=body, seq=event["seq"])
