"""The SQL models: one file a table, its name its path, its place in the order read from its SQL."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from clientela.warehouse.building.given import SELECTS
from clientela.warehouse.measures import definitions

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LAYERS: Final = ("staging", "steps", "marts")
"""The schemas that models make: typed rows, what only models read, what everybody reads."""
INPUTS: Final = ("raw", "meta", "history")
"""Schemas that models read and do not make."""

_HEADER = re.compile(r"^/\*(.*?)\*/", re.S)
_FIELD = re.compile(r"^(\w+):\s*(.*)$")
_TABLE = re.compile(r'"type":"BASE_TABLE"[^{}]*?"schema_name":"([^"]*)","table_name":"([^"]*)"')
"""A table in a serialised query; in a text of the query the quotes would be escaped."""

_REFUSED: Final = '{"error":true'
_LISTING: Final = ('"type":"TABLE_FUNCTION"', '"type":"SHOW_REF"')
"""Functions and statements that may list any table."""


@dataclass(frozen=True)
class Model:
    """One SQL file."""

    name: str
    """``marts.purchase_rhythm``."""

    sql: str
    header: dict[str, str]
    """sentence, grain, inputs, units, terms, rules, stored: as the file's first comment words them."""

    reads: frozenset[str]
    """Tables it selects from, with their schema."""

    @property
    def is_view(self) -> bool:
        """Whether it is stored as a view; staging is, unless the header says table."""
        return self.header.get("stored", "view" if self.name.startswith("staging.") else "table") == "view"

    @property
    def is_dated(self) -> bool:
        """Whether its own text asks for the report's date."""
        return "'as_of'" in self.sql


def read_header(sql: str) -> dict[str, str]:
    """Return the fields of a model's header comment; continued lines are joined."""
    found = _HEADER.match(sql)
    if not found:
        return {}
    fields: dict[str, str] = {}
    current = "sentence"
    for raw_line in found.group(1).strip().splitlines():
        line = raw_line.strip()
        field = _FIELD.match(line)
        if field:
            current, line = field.group(1), field.group(2)
        fields[current] = f"{fields.get(current, '')} {line}".strip()
    return fields


@cache
def texts() -> dict[str, str]:
    """Return the SQL of every model by its name, in the order of the names; nothing is parsed."""
    found = {}
    for layer in LAYERS:
        for item in (files("clientela.warehouse") / "models" / layer).iterdir():
            if item.name.endswith(".sql"):
                name = f"{layer}.{item.name.removesuffix('.sql')}"
                found[name] = item.read_text(encoding="utf-8")
    return dict(sorted(found.items()))


@cache
def _parser() -> DuckDBPyConnection:
    """Return the engine that reads SQL; it holds nothing, so it may stay open."""
    import duckdb

    return duckdb.connect(":memory:", config={"threads": 1})


def _tree(sql: str) -> str:
    """Return a query as DuckDB serialises it: JSON, whose ``error`` comes first."""
    ((tree,),) = _parser().execute("select json_serialize_sql(?)", [sql]).fetchall()
    return str(tree)


def tables_read(name: str, sql: str) -> frozenset[str]:
    """Return every ``schema.table`` that a query selects from.

    Raises:
        ValueError: if the query cannot be parsed.
    """
    tree = _tree(sql)
    if tree.startswith(_REFUSED):
        raise ValueError(f"{name}: {json.loads(tree).get('error_message')}")
    return frozenset(f"{schema}.{table}" for schema, table in _TABLE.findall(tree) if schema)


def tables_named(query: str) -> tuple[str, ...] | None:
    """Return the tables that somebody's query asks for; None where it may ask for any."""
    tree = _tree(query)
    found = _TABLE.findall(tree)
    if tree.startswith(_REFUSED) or any(kind in tree for kind in _LISTING):
        return None
    known = {*LAYERS, *INPUTS}
    if all(schema in known or (not schema and f'"key":"{table}"' in tree) for schema, table in found):
        return tuple(sorted(f"{schema}.{table}" for schema, table in found if schema))
    return None


@cache
def model(name: str) -> Model:
    """Return one model; parsing it costs about two milliseconds, so it is done when it is first asked for."""
    sql = texts()[name]
    return Model(name, sql, read_header(sql), tables_read(name, sql))


@cache
def models() -> dict[str, Model]:
    """Return every model by name, all of them parsed."""
    return {name: model(name) for name in texts()}


def _in_order(names: Iterable[str]) -> tuple[Model, ...]:
    """Return models so that each comes after what it reads; the same order in every process."""
    chosen = set(names)
    graph = {name: sorted(model(name).reads & chosen) for name in sorted(chosen)}
    return tuple(model(name) for name in TopologicalSorter(graph).static_order())


@cache
def build_order() -> tuple[Model, ...]:
    """Return all models so that each comes after what it reads."""
    return _in_order(texts())


def needed_for(targets: tuple[str, ...], ready: frozenset[str] = frozenset()) -> tuple[Model, ...]:
    """Return the targets and everything they read, in build order; no other model is parsed.

    Args:
        targets: the tables asked for.
        ready: tables that stand already, so that what only they read is not needed.
    """
    wanted: set[str] = set()
    waiting = list(targets)
    while waiting:
        name = waiting.pop()
        if name in texts() and name not in wanted:
            wanted.add(name)
            waiting.extend(() if name in ready else model(name).reads)
    return _in_order(wanted)


@cache
def code_hash() -> str:
    """Return a short hash of what makes the tables, so that marts of an older version are known to be stale.

    Taken of the sorted texts as they stand, so that it is the same in every process and costs no parsing.
    """
    measures = {f"measures/{topic}": text for topic, text in definitions.texts().items()}
    named = {"macros": macros(), **SELECTS, **measures, **texts()}
    parts = [part for name in sorted(named) for part in (name, named[name])]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def macros() -> str:
    """Return the SQL of the words that several models share."""
    return (files("clientela.warehouse") / "models" / "macros.sql").read_text(encoding="utf-8")
