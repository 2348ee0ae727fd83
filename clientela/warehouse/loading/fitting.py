"""Whether headers are known: by a mapping, as our field names, or as those of a known export."""

from __future__ import annotations

from pathlib import Path

from clientela.errors import MappingError
from clientela.warehouse.importers.importer import recognised
from clientela.warehouse.loading.mapping import saved
from clientela.warehouse.loading.mapping.binding import bind
from clientela.warehouse.loading.mapping.mapping import Mapping


def fits(headers: tuple[str, ...], mapping: Mapping | None, table: str | None, kept: Path | None) -> bool:
    """Tell whether a table with these headers can be read without a proposal.

    Args:
        headers: the table's.
        mapping: what the owner gave; then only a table that it fits is meant.
        table: the table that the owner named.
        kept: the folder of the shop's mappings.
    """
    if mapping is None and kept and saved.find(kept, headers):
        return True
    try:
        bind(headers, mapping, table, None, "")
    except MappingError:
        return mapping is None and recognised(headers) is not None
    return True
