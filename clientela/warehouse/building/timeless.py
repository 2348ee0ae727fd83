"""Models that are the same at every date: what the shop's file holds of them is read, not built."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from clientela.warehouse.building.catalogue import LAYERS, Model
from clientela.warehouse.building.given import GIVEN
from clientela.warehouse.schema import SHOP

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

IDENTITY: Final = frozenset({"steps.strong_identities", "marts.identity"})
"""The models that say which accounts are one person; which keys too many share depends on the date anyway."""


def identity_is_timeless(db: DuckDBPyConnection) -> bool:
    """Tell whether no key is shared by two accounts of the shop's file, so that nobody is ever joined."""
    row = db.execute(
        f"""
        select count(*) from (
            select 1 from {SHOP}.staging.identity_links
            group by key_kind, key_value having count(distinct account_no) > 1 limit 1
        )
        """
    ).fetchone()
    return not (row and row[0])


def timeless_models(models: Iterable[Model], *, identity: bool) -> frozenset[str]:
    """Return those of some models that are the same at every date.

    Args:
        models: each after what it reads.
        identity: whether who is who is the same at every date too.
    """
    timeless: set[str] = set()
    for model in models:
        given = {name for name in model.reads if name.split(".")[0] in LAYERS and name not in GIVEN}
        reads_history = any(name.startswith("history.") for name in model.reads)
        is_dated = model.is_dated or reads_history or not given <= timeless
        if not is_dated or (identity and model.name in IDENTITY):
            timeless.add(model.name)
    return frozenset(timeless)
