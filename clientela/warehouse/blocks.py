"""The size of the blocks of a shop's file: small for a small shop, the engine's own for a large one.

Every column of every table fills at least one block. In blocks of 256 KiB the tables of a shop with twelve
thousand receipts are mostly air; in blocks of 16 KiB those of a large shop take more room and more time.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clientela.warehouse.schema import SHOP

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duckdb import DuckDBPyConnection

SMALL: Final = 16 * 1024
LARGE: Final = 256 * 1024
"""Bytes of a block: the least and the most that the engine knows."""

MANY_ROWS: Final = 250_000
"""Loaded rows from which blocks are large."""

FEW_ROWS: Final = 100_000
"""Loaded rows up to which they are small; in between they stay as they are: no file goes to and fro."""

ROW_BYTES: Final = 60
"""Of a text file, about, to guess how many rows it brings."""

PACKED: Final = 6
"""Times that a packed file, such as a workbook, holds its own size in text, about."""

_PLAIN: Final = (".csv", ".tsv", ".txt", ".json", ".xml", ".dat", "")


def bytes_of(files: Iterable[Path]) -> int:
    """Return how many bytes of text some files hold, about; those that are not there hold none."""
    total = 0
    for path in files:
        with suppress(OSError):
            total += path.stat().st_size * (1 if path.suffix.lower() in _PLAIN else PACKED)
    return total


def for_files(size: int) -> int:
    """Return the block size of a new file, by how many bytes the files have that it will hold."""
    return LARGE if size > MANY_ROWS * ROW_BYTES else SMALL


def wanted(db: DuckDBPyConnection, coming: int = 0) -> int | None:
    """Return the block size that suits the attached file better than its own, None where its own is right.

    Args:
        db: the shop's database.
        coming: how many bytes the files have that are about to be loaded.
    """
    held = size_of(db)
    rows = _rows(db) + coming // ROW_BYTES
    if held == SMALL and rows > MANY_ROWS:
        return LARGE
    if held == LARGE and rows < FEW_ROWS:
        return SMALL
    return None


def size_of(db: DuckDBPyConnection) -> int:
    """Return the block size of the attached file, in bytes."""
    rows = db.execute(
        f"select block_size from pragma_database_size() where database_name = '{SHOP}'"
    ).fetchall()
    return int(rows[0][0])


def _rows(db: DuckDBPyConnection) -> int:
    """Return how many rows files have brought."""
    rows = db.execute(
        "select coalesce(sum(estimated_size), 0) from duckdb_tables() "
        f"where database_name = '{SHOP}' and schema_name = 'store'"
    ).fetchall()
    return int(rows[0][0])
