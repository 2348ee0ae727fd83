"""How a file is to be loaded: what the owner says of it, and who is told and asked on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Required, TypedDict

from clientela.warehouse.loading.fitting import fits
from clientela.warehouse.loading.mapping.mapping import Format, Mapping
from clientela.warehouse.loading.opening.tables.parts import Asked
from clientela.warehouse.loading.proposing.choosing import Ask
from clientela.warehouse.loading.staging.shop_rules import ShopRules

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Progress = Callable[[str, float], None]
"""Told what is being done and which share of the whole load is behind, 0 to 1."""


class Returning(Protocol):
    """Records that come back from the quarantine."""

    newest_on: date | None
    """The newest day of the files that first brought them."""

    def settle(self, db: DuckDBPyConnection, batch_id: int) -> None:
        """Let go of what still waits, inside the load's transaction."""


class How(TypedDict, total=False):
    """How a file is to be loaded."""

    today: Required[date]
    """Rows dated later are quarantined."""

    timezone: Required[str]
    """The shop's; instants with an offset are kept in its local time."""

    mapping: Mapping | None
    """Which column is which field; None where the headers are field names."""

    table: str | None
    """The table of a file without a mapping that could be several."""

    source: str | None
    """Who exports the file; the mapping's, else the table's name."""

    rules: ShopRules | None
    """What the shop's settings say about values."""

    preview: bool
    """Do everything, then take it back; the counts are those of a real load."""

    progress: Progress | None
    """Told how far the load is."""

    mappings: Path | None
    """The folder of the shop's mappings; None: a file that nobody has described is refused."""

    ask: Ask | None
    """Asked once what a file leaves open at its first load; None: nobody is there to answer."""

    yes: bool
    """Take the safe answers where nobody answers; without it nothing is loaded then, and the result, that of
    a preview, says what waits."""

    vat_numbers: tuple[str, ...]
    """The shop's own: invoices that others wrote are purchases."""

    closely: bool
    """Look at the columns of a file also where its mapping is known, and say what is seen."""

    taking_back: Returning | None
    """Where the records come back from the quarantine: what still waits there is let go."""


def asked(how: How) -> Asked:
    """Return what is known of a file before it is opened."""
    said = how.get("mapping"), how.get("table"), how.get("mappings")
    return Asked(said[0].format if said[0] else Format(), lambda headers: fits(headers, *said))
