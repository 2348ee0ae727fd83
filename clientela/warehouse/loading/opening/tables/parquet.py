"""Parquet, read as text by DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _
from clientela.warehouse.loading.opening.part import Part
from clientela.warehouse.loading.splitting.cells import Cells
from clientela.warehouse.loading.splitting.headers import unique
from clientela.warehouse.loading.staging.conversion import literal, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def read_parquet(db: DuckDBPyConnection, part: Part) -> Cells:
    """Read Parquet as text; its own types write dates as ISO and numbers with a point.

    Raises:
        UnreadableFileError: if it is damaged or has no rows.
    """
    import duckdb

    file = f"read_parquet({literal(str(part.path))}, file_row_number = true)"
    try:
        described = db.execute(f"describe select * exclude (file_row_number) from {file}").fetchall()
        (count,) = db.execute(f"select count(*) from {file}").fetchall()[0]
    except duckdb.Error as error:
        raise UnreadableFileError(
            _("{file} is damaged: it is not readable as Parquet.").format(file=part.name),
            _("Export it again."),
        ) from error
    if not count:
        raise UnreadableFileError(
            _("{file} has a header and no rows.").format(file=part.name),
            _("Export it again, with its rows."),
        )
    cells = ", ".join(
        f"cast({quoted(name)} as varchar) as c{place}" for place, (name, *_rest) in enumerate(described)
    )
    numbers = (
        "file_row_number + 1 as record_no, file_row_number + 1 as file_line, 0 as byte_start, 0 as byte_end, "
        "cast(null as varchar) as split_fault"
    )
    relation = f"(select {numbers}, {cells} from {file})"
    return Cells(relation, unique([row[0] for row in described]), count, True, False, None, typed=True)
