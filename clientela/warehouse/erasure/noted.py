"""Forget people in the shop's database: by the owner's word, or because a file of customers says erased."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from clientela.forgotten import Erasure, Journal, new_erasure, new_key
from clientela.warehouse.erasure import everywhere, journal, person

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from clientela.settings.shop_settings import Settings


def key(db: DuckDBPyConnection, database: Path) -> str:
    """Return the key for new marks: the journal's, the database's, else a new one."""
    return Journal.beside(database).key() or next(iter(journal.keys(db)), "") or new_key()


def forget(db: DuckDBPyConnection, database: Path, erasures: Iterable[Erasure]) -> None:
    """Write erasures into the journal, then forget; broken off between the two, the next command goes on."""
    said = list(erasures)
    Journal.beside(database).add(said)
    everywhere.adopt(db, said)


def forget_noted(db: DuckDBPyConnection, settings: Settings, today: date, now: int) -> int:
    """Forget whoever a loaded file of customers notes as erased; return how many people that are."""
    people = person.erased_in_files(db, settings, today)
    if people:
        made = key(db, settings.database)
        forget(db, settings.database, [new_erasure(made, now, each.values) for each in people])
    return len(people)
