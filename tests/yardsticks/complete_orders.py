"""Where a query asks which row comes first, is that settled by what the rows hold?"""

from __future__ import annotations

from collections.abc import Mapping

import sqlglot
from sqlglot import exp

from tests.yardsticks.row_keys import Keys, Scope, with_ctes
from tests.yardsticks.sql_parts import Column, column_of, is_constant, named_windows

BY_PLACE = (
    exp.RowNumber,
    exp.Lag,
    exp.Lead,
    exp.FirstValue,
    exp.LastValue,
    exp.NthValue,
    exp.Ntile,
)
"""Window functions that tell one of equal rows from the other; ranks and running sums treat them alike."""

BY_CHANCE = (
    exp.AnyValue,
    exp.First,
    exp.Last,
    exp.ArgMin,
    exp.ArgMax,
    exp.Mode,
    exp.ArrayAgg,
    exp.GroupConcat,
    exp.ArrayUniqueAgg,
    exp.TableSample,
    exp.Rand,
)
"""What takes one of several rows, or puts them in a row, in whichever order they come."""

CHANCE_NAMES = {
    "arbitrary",
    "list",
    "min_by",
    "max_by",
    "string_agg",
    "listagg",
    "reservoir_quantile",
    "random",
    "uuid",
}


def faults(sql: str, tables: Mapping[str, Keys]) -> list[str]:
    """Return every place of a query that depends on the order of its rows, in its own words.

    Args:
        sql: DuckDB's.
        tables: the keys of every table that it may read.
    """
    return _faults(sqlglot.parse_one(sql, read="duckdb"), dict(tables))


def _faults(query: exp.Expression, tables: dict[str, Keys]) -> list[str]:
    known = with_ctes(query, tables)
    made = query.args.get("with_")
    found = [fault for cte in (made.expressions if made else []) for fault in _faults(cte.this, known)]
    if isinstance(query, exp.Select):
        found += _faults_of_select(query, known)
    for inner in _inner_queries(query):
        found += _faults(inner, known)
    return found


def _inner_queries(query: exp.Expression) -> list[exp.Expression]:
    """Return the queries right inside a query, its named ones left out."""
    found: list[exp.Expression] = []
    waiting = [node for key, value in query.args.items() if key != "with_" for node in _nodes(value)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, exp.Query) and not isinstance(node, exp.Subquery):
            found.append(node)
        else:
            waiting += [inner for value in node.args.values() for inner in _nodes(value)]
    return found


def _nodes(value: object) -> list[exp.Expression]:
    values = value if isinstance(value, list) else [value]
    return [node for node in values if isinstance(node, exp.Expression)]


def _own(select: exp.Select, *kinds: type[exp.Expression]) -> list[exp.Expression]:
    """Return the nodes of some kinds that belong to a select itself, not to a query inside it."""
    return [node for node in select.find_all(*kinds) if node.find_ancestor(exp.Select) is select]


def _faults_of_select(select: exp.Select, tables: Mapping[str, Keys]) -> list[str]:
    scope = Scope(select, tables)
    found = [
        _told(window, select)
        for window in _own(select, exp.Window)
        if isinstance(window, exp.Window) and not _is_settled(window, select, scope)
    ]
    found += [node.sql() for node in _own(select, *BY_CHANCE) if not _is_ordered_list(node)]
    found += [node.sql() for node in _own(select, exp.Anonymous) if node.name.lower() in CHANCE_NAMES]
    distinct, limit = select.args.get("distinct"), select.args.get("limit") or select.args.get("offset")
    if distinct is not None and distinct.args.get("on"):
        found.append(distinct.sql())
    if limit is not None and not _may_be_cut(select, scope):
        found.append(limit.sql().strip())
    return found


def _is_ordered_list(node: exp.Expression) -> bool:
    """Tell whether a list is put in the order of what it lists."""
    if not isinstance(node, exp.GroupConcat | exp.ArrayAgg) or not isinstance(node.this, exp.Order):
        return False
    listed = node.this.this
    listed = listed.expressions[0] if isinstance(listed, exp.Distinct) else listed
    return any(ordered.this == listed for ordered in node.this.expressions)


def _parts(window: exp.Window, select: exp.Select) -> tuple[list[exp.Expression], bool]:
    """Return what a window is divided and ordered by, and whether its frame counts rows one by one."""
    divided = list(window.args.get("partition_by") or [])
    order = window.args.get("order")
    divided += [ordered.this for ordered in (order.expressions if order else [])]
    spec = window.args.get("spec")
    by_rows = bool(spec) and str(spec.args.get("kind")).upper() == "ROWS" and not _is_whole(spec)
    named = named_windows(select).get(window.alias)
    if named is not None:
        more, rows = _parts(named, select)
        divided, by_rows = divided + more, by_rows or rows
    return divided, by_rows


def _told(window: exp.Window, select: exp.Select) -> str:
    """Return what is asked, and by what it is divided and ordered: "lag(day) by person_no, day"."""
    divided, _by_rows = _parts(window, select)
    return f"{window.this.sql(comments=False)} by {', '.join(node.sql() for node in divided)}".lower()


def _is_whole(spec: exp.WindowSpec) -> bool:
    return bool(spec.args.get("start") == spec.args.get("end") == "UNBOUNDED")


def _is_settled(window: exp.Window, select: exp.Select, scope: Scope) -> bool:
    """Tell whether equal rows, if there are any, are alike in all that is asked of them."""
    if not window.args.get("over"):
        return True
    divided, by_rows = _parts(window, select)
    if not by_rows and window.find(*BY_PLACE) is None:
        return True
    known = {column for node in divided if (column := column_of(node))}
    return scope.names_a_row(known) or _asks_no_more(select.expressions, known, scope)


def _asks_no_more(asked: list[exp.Expression], known: set[Column], scope: Scope) -> bool:
    """Tell whether nothing is asked of a row beyond some columns: rows that tie are the same then."""
    whole = {scope.whole(column) for column in known} | scope.fixed
    columns = [node for projection in asked for node in projection.find_all(exp.Column, exp.Star)]
    return all(
        isinstance(node, exp.Column) and not node.is_star and scope.whole((node.table, node.name)) in whole
        for node in columns
        if not (isinstance(node, exp.Star) and isinstance(node.parent, exp.Count | exp.Column))
    )


def _may_be_cut(select: exp.Select, scope: Scope) -> bool:
    """Tell whether it does not matter which of equal rows a limit leaves out."""
    if all(is_constant(projection) for projection in select.expressions):
        return True
    order = select.args.get("order")
    known = {
        column for ordered in (order.expressions if order else []) if (column := column_of(ordered.this))
    }
    return scope.names_a_row(known) or _asks_no_more(select.expressions, known, scope)
