"""What each table of the models in the shop's file was made of, so that nothing is built that stands.

A model's key says all that it can depend on: the parameters that its text asks for, how far the tables that
it reads have come, and a mark of what each model that it reads holds. Where the key is the one that the table
was made of, the table stands. A table that is built again and holds what it held keeps its mark, and what
reads it stands.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.catalogue import LAYERS, Model, code_hash, macros
from clientela.warehouse.building.given import GIVEN
from clientela.warehouse.building.kept_builds import given_hash, last_batch, month_ends_kept, said
from clientela.warehouse.building.parameters import literal, variables
from clientela.warehouse.building.timeless import IDENTITY, identity_is_timeless
from clientela.warehouse.input_tables import input_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from duckdb import DuckDBPyConnection

TABLE: Final = "staging.made_of"
"""Beside the tables that it tells of: whoever drops those drops it too."""

COMPARED: Final = 500_000
"""Rows up to which a table built again is compared with what it held."""

_WORD: Final = re.compile(r"create or replace macro (\w+)\((.*?)(?=create or replace macro )", re.S)
_VARIABLE: Final = re.compile(r"getvariable\('(\w+)'\)")


KEYS: Final = frozenset({"steps.identity_keys"})
"""Which of the keys of two accounts join them, at a date."""

_SAID: Final = ("prediction", "graded", "report_card", "call_", "model_fits")
"""How the tables of the history begin that hold no month ends."""


@dataclass(frozen=True)
class Made:
    """One table of the models as it stands."""

    of: str
    """The key of what it was made of."""

    mark: str
    """Names what it holds: equal marks, equal rows."""


def read(db: DuckDBPyConnection) -> dict[str, Made]:
    """Return what stands in the current catalogue, by model; nothing where no build of today is noted."""
    if db.execute("select code_hash from meta.builds").fetchall() != [(code_hash(),)]:
        return {}
    found = db.execute(
        "select 1 from duckdb_tables() where database_name = current_database() "
        "and schema_name || '.' || table_name = ?",
        [TABLE],
    ).fetchall()
    rows = db.execute(f"select model, made_of, mark from {TABLE}").fetchall() if found else []
    return {model: Made(of, mark) for model, of, mark in rows}


def write(db: DuckDBPyConnection, made: Mapping[str, Made]) -> None:
    """Note what stands in the current catalogue."""
    db.execute(f"create or replace table {TABLE} (model varchar, made_of varchar, mark varchar)")
    rows = [(name, each.of, each.mark) for name, each in made.items()]
    cells = ", ".join(f"({', '.join(map(literal, row))})" for row in rows)
    db.execute(f"insert into {TABLE} values {cells}")


class Inputs:
    """What the models read and do not make: how far each table has come, and the parameters of a date."""

    def __init__(self, db: DuckDBPyConnection, settings: Settings, as_of: date) -> None:
        """Look at nothing yet."""
        self._db = db
        self._values = variables(settings, as_of)
        self._given = given_hash(settings)
        self._seen: dict[str, str] = {}
        self._words = _variables_of_words()
        self._is_timeless: bool | None = None

    def key(self, model: Model, made: Mapping[str, Made]) -> str:
        """Return the key of a model whose inputs stand.

        Args:
            model: the model.
            made: the models that it reads.
        """
        asked = self._asked(model)
        parts = [f"{name} = {literal(self._values.get(name))}" for name in asked]
        # Where no two accounts are one person, it does not matter which keys too many share.
        read = model.reads - (KEYS if self._is_one_each(model) else set())
        for name in sorted(read):
            parts.append(f"{name} {made[name].mark if name in made else self._mark(name)}")
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    def key_at_any_date(self, models: Iterable[Model]) -> str:
        """Return a key of all that some models and those before them depend on, but for the date."""
        chosen = list(models)
        asked = {name for model in chosen for name in self._variables(model)} - {"as_of"}
        parts = [f"{name} = {literal(self._values.get(name))}" for name in sorted(asked)]
        read = {name for model in chosen for name in model.reads} - {model.name for model in chosen}
        parts += [f"{name} {self._mark(name)}" for name in sorted(read)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    def _asked(self, model: Model) -> list[str]:
        """Return the parameters that a model depends on, whose inputs stand."""
        asked = self._variables(model)
        return sorted(asked - {"as_of"} if self._is_one_each(model) else asked)

    def _is_one_each(self, model: Model) -> bool:
        """Tell whether a model says who is one person, and everybody is one of their own at every date."""
        if model.name not in IDENTITY:
            return False
        if self._is_timeless is None:
            self._is_timeless = identity_is_timeless(self._db)
        return self._is_timeless

    def _variables(self, model: Model) -> set[str]:
        """Return the parameters that a model's text asks for, itself or by a word that it uses."""
        asked = set(_VARIABLE.findall(model.sql))
        for word, names in self._words.items():
            if word in model.sql:
                asked |= names
        return asked

    def _mark(self, name: str) -> str:
        """Return how far a table has come that no model makes."""
        if name not in self._seen:
            self._seen[name] = self._look(name)
        return self._seen[name]

    def _look(self, name: str) -> str:
        schema, _dot, table = name.partition(".")
        if name in GIVEN or schema in LAYERS:
            return self._given
        if schema == "raw" and table in input_tables():
            # A row that a file corrects bears the number of that file's load; one file may write two tables.
            query = (
                f"select count(*), max(batch_id), (select max(batch_id) from meta.batches where table_name "
                f"= '{table}' and records_merged + records_corrected + restored > 0) from store.{table}"
            )
        elif schema == "history":
            return said(self._db) if table.startswith(_SAID) else str(month_ends_kept(self._db))
        elif name in ("meta.batches", "meta.refused_records"):
            return str(last_batch(self._db))
        else:
            query = f"select count(*) from {name}"
        return "-".join(map(str, self._db.execute(query).fetchall()[0]))


def _variables_of_words() -> dict[str, set[str]]:
    """Return the parameters that each shared word asks for, itself or by words that it uses."""
    found: dict[str, set[str]] = {}
    for word, text in _WORD.findall(macros() + "create or replace macro end("):
        found[word] = set(_VARIABLE.findall(text))
        for former, names in list(found.items()):
            if former != word and former in text:
                found[word] |= names
    return found


def fingerprint(db: DuckDBPyConnection, model: Model) -> tuple[object, ...] | None:
    """Return what a small table holds in which order, as a number; None for a large one and for a view."""
    if model.is_view:
        return None
    rows = db.execute(f"select count(*) from {model.name}").fetchall()[0][0]
    if rows > COMPARED:
        return None
    held = 'sum(cast(hash("a row".rowid, "a row") as hugeint))'
    return rows, db.execute(f'select {held} from {model.name} as "a row"').fetchall()[0][0]
