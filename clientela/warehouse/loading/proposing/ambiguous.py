"""Whether an amount of a file whose mapping does not say how numbers are written can be read in two ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clientela.warehouse.input_tables import MONEY, input_tables
from clientela.warehouse.loading.mapping.mapping import Mapping
from clientela.warehouse.loading.splitting.cells import Cells

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_WHOLE: Final = r"[+-]?[0-9]*"
_EITHER: Final = r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}"
_MONEY: Final = frozenset(
    name for table in input_tables().values() for name, kind in table.fields.items() if kind == MONEY
)


def ambiguous_amount(db: DuckDBPyConnection, cells: Cells, mapping: Mapping) -> str | None:
    """Return the heading of an amount whose every cell fits both readings; None where there is none.

    The first cell that fits one reading ends the search, so that a file with cents costs nothing.
    """
    if mapping.format.is_number_said or cells.typed:
        return None
    for name, value in mapping.columns.items():
        if name not in _MONEY or not isinstance(value, str) or value not in cells.headers:
            continue
        cell = f"trim(c{cells.headers.index(value)})"
        kinds = f"{cell} is null or regexp_full_match({cell}, '{_WHOLE}')"
        odd = f"not ({kinds} or regexp_full_match({cell}, '{_EITHER}'))"
        if db.execute(f"select 1 from {cells.relation} where {odd} limit 1").fetchall():
            continue
        if db.execute(f"select 1 from {cells.relation} where not ({kinds}) limit 1").fetchall():
            return value
    return None
