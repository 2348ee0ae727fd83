"""Of the columns that an export may have, those that a file really has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clientela.warehouse.importers.derived import folded
from clientela.warehouse.loading.mapping.mapping import Constant, Joined, Source


def present(
    columns: Mapping[str, Source], headers: Sequence[str], derived: Sequence[str] = ()
) -> dict[str, Source]:
    """Return the fields whose columns are there, spelled as the file spells them.

    Args:
        columns: field to column, as the export calls it.
        headers: the file's.
        derived: columns that are worked out, which are always there.
    """
    spelled = {folded(header): header for header in reversed(headers)}
    spelled |= {folded(name): name for name in derived}
    found: dict[str, Source] = {}
    for field, column in columns.items():
        if isinstance(column, Constant):
            found[field] = column
        elif isinstance(column, Joined):
            if all(folded(part) in spelled for part in column.columns):
                found[field] = Joined(
                    tuple(spelled[folded(part)] for part in column.columns), column.separator
                )
        elif folded(column) in spelled:
            found[field] = spelled[folded(column)]
    return found
