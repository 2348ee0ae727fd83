"""Whether headers are known: by a mapping, as our field names, or as those of a known export."""

from __future__ import annotations

from clientela.errors import MappingError
from clientela.warehouse.importers.importer import recognised
from clientela.warehouse.loading.mapping.binding import bind
from clientela.warehouse.loading.mapping.mapping import Mapping


def fits(headers: tuple[str, ...], mapping: Mapping | None, table: str | None) -> bool:
    """Tell whether a table with these headers can be read without asking."""
    try:
        bind(headers, mapping, table, None, "")
    except MappingError:
        return mapping is None and recognised(headers) is not None
    return True
