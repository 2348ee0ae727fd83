"""The parts of a query that tell what names its rows."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

Column = tuple[str, str]
"""The name of a source in its query ("" where the query does not say), and the column."""


def conditions(node: exp.Expression | None) -> list[exp.Expression]:
    """Return the parts of a condition that all have to hold."""
    if node is None:
        return []
    if isinstance(node, exp.Where | exp.Paren):
        return conditions(node.this)
    if isinstance(node, exp.And):
        return [*conditions(node.left), *conditions(node.right)]
    return [node]


def is_constant(node: exp.Expression) -> bool:
    """Tell whether an expression is the same for every row: a value, or one that is looked up apart."""
    if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Select):
        made = {source.alias_or_name for source in node.find_all(exp.Table)}
        return tables_of(node) <= {*made, ""}
    return not list(node.find_all(exp.Column, exp.Subquery, exp.Select))


def column_of(node: exp.Expression | None) -> Column | None:
    """Return the column that an expression is, None for anything else."""
    node = node.unnest() if isinstance(node, exp.Paren) else node
    return (node.table, node.name) if isinstance(node, exp.Column) and not node.is_star else None


def equal_pairs(parts: Iterable[exp.Expression]) -> list[tuple[Column, exp.Expression]]:
    """Return each column with what it has to be equal to, both ways round."""
    found = []
    for part in parts:
        if isinstance(part, exp.EQ | exp.NullSafeEQ):
            for one, other in ((part.left, part.right), (part.right, part.left)):
                column = column_of(one)
                if column:
                    found.append((column, other))
    return found


def tables_of(node: exp.Expression) -> set[str]:
    """Return the sources of which an expression speaks."""
    return {column.table for column in node.find_all(exp.Column)}


def named_windows(select: exp.Select) -> dict[str, exp.Window]:
    """Return the windows that a select names."""
    return {window.name: window for window in select.args.get("windows") or []}


def partition_of(window: exp.Window, select: exp.Select) -> list[exp.Expression]:
    """Return what a window is divided by, its named one included."""
    named = named_windows(select).get(window.alias)
    return [*(window.args.get("partition_by") or []), *(partition_of(named, select) if named else [])]
