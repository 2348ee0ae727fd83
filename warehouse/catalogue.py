"""The SQL models: one file a table, its name its path, its place in the order read from its SQL."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from importlib.resources import files
from typing import Any, Final

LAYERS: Final = ("staging", "marts")
INPUTS: Final = ("raw", "meta", "history")
"""Schemas that models read and do not make."""

GIVEN: Final = frozenset({"staging.closures", "staging.declared_margins"})
"""Tables that ``build`` writes from the settings before any model runs."""

_HEADER = re.compile(r"^/\*(.*?)\*/", re.S)
_FIELD = re.compile(r"^(\w+):\s*(.*)$")


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


def _tables(node: Any) -> set[str]:
    """Collect ``schema.table`` of every table in a serialised query."""
    if isinstance(node, list):
        return set().union(*map(_tables, node)) if node else set()
    if not isinstance(node, dict):
        return set()
    found = set().union(*map(_tables, node.values())) if node else set()
    if node.get("type") == "BASE_TABLE" and node.get("schema_name"):
        found.add(f"{node['schema_name']}.{node['table_name']}")
    return found


@cache
def models() -> dict[str, Model]:
    """Return every model by name."""
    import duckdb

    parser = duckdb.connect(":memory:")
    found = {}
    for layer in LAYERS:
        folder = files("clientela.warehouse") / "models" / layer
        for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if not item.name.endswith(".sql"):
                continue
            sql = item.read_text(encoding="utf-8")
            row = parser.execute("select json_serialize_sql(?)", [sql]).fetchone()
            tree = json.loads(row[0]) if row else {"error": True}
            if tree["error"]:
                raise ValueError(f"{layer}/{item.name}: {tree.get('error_message')}")
            name = f"{layer}.{item.name.removesuffix('.sql')}"
            found[name] = Model(name, sql, read_header(sql), frozenset(_tables(tree)))
    parser.close()
    return found


@cache
def build_order() -> tuple[Model, ...]:
    """Return the models so that each comes after what it reads."""
    known = models()
    graph = {
        name: {table for table in model.reads if table.split(".")[0] in LAYERS and table not in GIVEN}
        for name, model in known.items()
    }
    return tuple(known[name] for name in TopologicalSorter(graph).static_order())


def needed_for(targets: tuple[str, ...]) -> tuple[Model, ...]:
    """Return the targets and everything they read, in build order."""
    wanted: set[str] = set()
    known = models()
    waiting = list(targets)
    while waiting:
        name = waiting.pop()
        if name in known and name not in wanted:
            wanted.add(name)
            waiting.extend(known[name].reads)
    return tuple(model for model in build_order() if model.name in wanted)


@cache
def code_hash() -> str:
    """Return a short hash of every model, so that marts of an older version are known to be stale."""
    texts = [macros(), *(model.name + model.sql for model in build_order())]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def macros() -> str:
    """Return the SQL of the words that several models share."""
    return (files("clientela.warehouse") / "models" / "macros.sql").read_text(encoding="utf-8")
