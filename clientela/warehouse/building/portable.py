"""The models for another engine: parameters as literals, the SQL in its dialect."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from clientela.warehouse.building.catalogue import Model

DUCKDB_ONLY: Final = {
    "staging.calendar": "generate_series makes the days; elsewhere a calendar table is the usual thing",
}
"""Models that stay on DuckDB, with the reason; everything else transpiles."""


def transpiled(model: Model, parameters: dict[str, Any], dialect: str = "spark") -> str:
    """Return a model's select in another dialect, its parameters written in.

    Args:
        model: a model of the catalogue.
        parameters: value by name, as ``parameters.variables`` returns them.
        dialect: a dialect of SQLGlot.

    Raises:
        sqlglot.errors.SqlglotError: if the SQL has no counterpart there.
    """
    import sqlglot
    from sqlglot import exp

    def literal(node: exp.Expression) -> exp.Expression:
        if not isinstance(node, exp.Anonymous) or str(node.this).lower() != "getvariable":
            return node
        value = parameters[node.expressions[0].this]
        if isinstance(value, date):
            return exp.cast(exp.Literal.string(value.isoformat()), "date")
        return exp.convert(value)

    tree = sqlglot.parse_one(model.sql, read="duckdb").transform(literal)
    return str(tree.sql(dialect=dialect, unsupported_level=sqlglot.ErrorLevel.RAISE))
