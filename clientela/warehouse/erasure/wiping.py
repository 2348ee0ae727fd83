"""Write the shop's file anew after an erasure: in the old one freed blocks still hold what was deleted.

Where the disk has no room for it, no answer names the person all the same, and the next command that writes
tries again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clientela.errors import WarehouseError
from clientela.i18n import gettext as _
from clientela.warehouse.schema import SHOP
from clientela.warehouse.written_anew import write_anew

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def is_needed(db: DuckDBPyConnection) -> bool:
    """Tell whether somebody was forgotten since the file was written anew."""
    return bool(db.execute(f"select exists (from {SHOP}.meta.forgotten where not is_wiped)").fetchall()[0][0])


def wipe(engine: DuckDBPyConnection, path: Path, block_size: int) -> None:
    """Copy everything that stands in a file into a new one and put that in its place.

    Args:
        engine: an empty one, which is closed.
        path: the file.
        block_size: bytes of a block of the new file.

    Raises:
        WarehouseError: if there is no room; the file is as it was.
    """
    import duckdb

    try:
        write_anew(engine, path, block_size, "update fresh.meta.forgotten set is_wiped = true")
    except (duckdb.Error, OSError) as error:
        raise WarehouseError(
            _("{file} could not be written anew: {why}.").format(
                file=path.name, why=str(error).partition("\n")[0].rstrip(".")
            ),
            _(
                "Nobody finds the person with clientela, but the file itself still holds traces: "
                "free some space and run the same command again."
            ),
        ) from error
