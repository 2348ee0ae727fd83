"""Open a shop for a load that is taken back: a preview makes no file and brings none up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from clientela.settings.engine import STANDARD, Engine
from clientela.warehouse.connection import open_shop
from clientela.warehouse.older_schema import hold_rows, is_shown

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@contextmanager
def open_to_preview(path: Path, *, engine: Engine = STANDARD) -> Iterator[DuckDBPyConnection]:
    """Open the shop as ``open_shop`` does, so that a load which is rolled back leaves the folder as it was.

    Raises:
        WarehouseError: if the file is open elsewhere, newer, damaged, or another program's.
    """
    if not path.exists():
        with (
            TemporaryDirectory(prefix="clientela-") as scratch,
            open_shop(Path(scratch) / path.name, create=True, engine=engine) as db,
        ):
            yield db
            return
    with open_shop(path, read_only=True, engine=engine) as db:
        if is_shown(db):
            hold_rows(db)
            yield db
            return
    with open_shop(path, engine=engine, moves=False) as db:
        yield db
