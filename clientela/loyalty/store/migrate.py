"""The steps that bring a store's schema up to date, each once and whole.

A step is a file of SQL; what SQL cannot work out stands in ``filling`` under the step's number.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from clientela.i18n import gettext as _
from clientela.loyalty.store.errors import NewerStoreError, StoreUnavailableError
from clientela.loyalty.store.filling import FILLS

NOTES = """
create table if not exists migrations (
    number integer primary key,
    name text not null,
    applied_at bigint not null
)
"""


@dataclass(frozen=True)
class Migration:
    """One file of ``migrations/``: ``0001_first_schema.sql`` is number 1."""

    number: int
    name: str
    sql: str
    fill: Callable[[sqlite3.Connection, int], None] | None = None
    """What is worked out after the SQL, in the same transaction, at an instant in milliseconds."""


def migrations() -> list[Migration]:
    """Return every migration that this program knows, in order."""
    folder = files("clientela.loyalty.store") / "migrations"
    found = []
    for file in folder.iterdir():
        number, _underscore, name = file.name.partition("_")
        if number.isdigit() and file.name.endswith(".sql"):
            sql = file.read_text(encoding="utf-8")
            found.append(Migration(int(number), name.removesuffix(".sql"), sql, FILLS.get(int(number))))
    return sorted(found, key=lambda step: step.number)


def statements(sql: str) -> Iterator[str]:
    """Split a file into its statements; a semicolon in a comment or a text ends none."""
    piece = ""
    for line in sql.splitlines(keepends=True):
        piece += line
        if ";" in line and sqlite3.complete_statement(piece):
            yield piece
            piece = ""
    if piece.strip():
        yield piece


def migrate(db: sqlite3.Connection, path: Path, steps: list[Migration] | None = None) -> int:
    """Apply what is missing; return how many steps were applied.

    Args:
        db: in autocommit; no transaction may be open.
        path: the file, for the words of an error.
        steps: the migrations; those of this program if left out.

    Raises:
        NewerStoreError: if the file knows a step that this program does not.
        StoreUnavailableError: if the file belongs to another program.
    """
    steps = migrations() if steps is None else steps
    known = {step.number for step in steps}
    _refuse_stranger(db, path)
    _refuse_newer(db, path, known)
    # Known one by one, not by the highest: two steps may be written at once and arrive in either order.
    if _done(db) == known:
        return 0
    applied = 0
    for step in steps:
        applied += _apply(db, path, step, known)
    return applied


def _apply(db: sqlite3.Connection, path: Path, step: Migration, known: set[int]) -> bool:
    """Apply one step in a transaction of its own, unless another process has done so meanwhile."""
    db.execute("begin immediate")
    try:
        db.execute(NOTES)
        _refuse_newer(db, path, known)
        if _number(db, "select count(*) from migrations where number = ?", step.number):
            db.execute("rollback")
            return False
        for statement in statements(step.sql):
            db.execute(statement)
        now = int(time.time() * 1000)
        if step.fill is not None:
            step.fill(db, now)
        db.execute("insert into migrations values (?, ?, ?)", (step.number, step.name, now))
        db.execute("commit")
    except BaseException:
        if db.in_transaction:
            db.execute("rollback")
        raise
    return True


def _done(db: sqlite3.Connection) -> set[int]:
    """Return the steps noted in the file, none in a new one."""
    if not _number(db, "select count(*) from sqlite_master where name = 'migrations'"):
        return set()
    return {int(row[0]) for row in db.execute("select number from migrations")}


def _refuse_stranger(db: sqlite3.Connection, path: Path) -> None:
    """Raise if the file is another program's database."""
    if _number(db, "select count(*) from sqlite_master where type = 'table'") and not _done(db):
        raise StoreUnavailableError(
            _("{file} is a database of another program, no referral database.").format(file=path.name),
            _("Name another file under paths.referral in clientela.toml."),
        )


def _refuse_newer(db: sqlite3.Connection, path: Path, known: set[int]) -> None:
    """Raise if the file knows a step that this program does not."""
    if stranger := _done(db) - known:
        raise NewerStoreError(path, max(stranger), max(known, default=0))


def _number(db: sqlite3.Connection, sql: str, *values: int) -> int:
    """Return the one number that a query answers."""
    return int(db.execute(sql, values).fetchone()[0])
