"""Which columns hold a person, and what an erasure does to them: ``personal_data.toml``, read."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final, Literal, NamedTuple

Store = Literal["referral", "warehouse"]

WHOSE: Final = ("friend", "member", "person", "anybody")
ACTIONS: Final = (
    "null",
    "blank",
    "random",
    "object",
    "delete",
    "token",
    "keep",
    "words",
    "other",
    "mask",
    "raw",
)


class Column(NamedTuple):
    """A column that may hold a person."""

    table: str
    name: str
    whose: str
    action: str


@cache
def _read() -> dict[str, dict[str, dict[str, str]]]:
    text = (files("clientela") / "personal_data.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def tables(store: Store) -> dict[str, set[str]]:
    """Return every classified column, by table."""
    return {
        table: set(columns.get("plain", "").split()) | (set(columns) - {"plain"})
        for table, columns in _read()[store].items()
    }


def personal(store: Store) -> list[Column]:
    """Return the columns that may hold a person."""
    return [
        Column(table, name, *words.split())
        for table, columns in _read()[store].items()
        for name, words in columns.items()
        if name != "plain"
    ]


def of_table(store: Store, table: str, whose: str = "") -> list[Column]:
    """Return those of one table, of one kind of person where it is named."""
    return [each for each in personal(store) if each.table == table and whose in ("", each.whose)]


def with_action(store: Store, action: str) -> list[Column]:
    """Return those to which an erasure does the same."""
    return [each for each in personal(store) if each.action == action]
