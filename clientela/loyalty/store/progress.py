"""Marks: how far things have come, a number under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection

_SET_MARK: Final = """
insert into marks (name, value) values (:name, :value) on conflict (name) do update set value = excluded.value
"""


def mark(db: Connection, name: str) -> int:
    """Return a mark, 0 while it is unset."""
    row = db.one("select value from marks where name = :name", name=name)
    return 0 if row is None else int(row["value"])


def set_mark(db: Connection, name: str, value: int) -> None:
    """Set a mark."""
    db.run(_SET_MARK, name=name, value=value)
