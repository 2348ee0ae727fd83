"""What names a row of a query: its keys, followed from the tables through joins, groups and unions.

A key is a set of columns of which no two rows have the same values. The empty key says that there is one row.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from tests.yardsticks.sql_parts import (
    Column,
    column_of,
    conditions,
    equal_pairs,
    is_constant,
    partition_of,
    tables_of,
)

Key = frozenset[str]
Keys = set[Key]
SourceKeys = set[frozenset[Column]]


class Scope:
    """The rows that a select reads, before it groups them."""

    def __init__(self, select: exp.Select, tables: Mapping[str, Keys]) -> None:
        self.select, self.tables = select, tables
        self.aliases: list[str] = []
        self.own: dict[str, SourceKeys] = {}
        self._same: dict[Column, Column] = {}
        self._of_one_row: set[Column] = set()
        self.keys: SourceKeys = {frozenset()}
        start = select.args.get("from_")
        if start is not None:
            self._add(start.this, None, is_inner=True)
        for join in select.args.get("joins") or []:
            is_inner = join.side not in ("LEFT", "FULL", "RIGHT")
            self._add(join.this, join, is_inner=is_inner)
        where = conditions(select.args.get("where"))
        self.fixed = {self.whole(column) for column, other in equal_pairs(where) if is_constant(other)}
        self.fixed |= {self.whole(column) for column in self._of_one_row}
        self.keys = {self._reduced(key) for key in self.keys}

    def _reduced(self, key: frozenset[Column]) -> frozenset[Column]:
        return frozenset(self.whole(column) for column in key) - self.fixed

    def whole(self, column: Column) -> Column:
        """Return the one name of a column among those that are equal to it."""
        alias, name = column
        if not alias and len(self.aliases) == 1:
            column = (self.aliases[0], name)
        while column in self._same:
            column = self._same[column]
        return column

    def _keys_of(self, source: exp.Expression) -> Keys:
        if isinstance(source, exp.Subquery):
            return keys_of(source.this, self.tables)
        if isinstance(source, exp.Values):
            alias = source.args.get("alias")
            columns = (alias.args.get("columns") or []) if alias else []
            return {frozenset(column.name for column in columns)} if columns else set()
        name = f"{source.args['db']}.{source.name}" if source.args.get("db") else source.name
        return self.tables.get(name, set())

    def _add(self, source: exp.Expression, join: exp.Join | None, *, is_inner: bool) -> None:
        """Take in one more source: what names a row now?"""
        alias = source.alias_or_name
        here = {frozenset((alias, name) for name in key) for key in self._keys_of(source)}
        parts = conditions(join.args.get("on")) if join is not None else []
        pairs = [(self._named(column, alias), other) for column, other in equal_pairs(parts)]
        bound_here = {
            column for column, other in pairs if column[0] == alias and not _speaks_of(other, alias)
        }
        bound_there = {
            self.whole(column)
            for column, other in pairs
            if column[0] != alias and tables_of(other) <= {alias} and not is_constant(other)
        }
        self.aliases.append(alias)
        self.own[alias] = here
        if frozenset() in here and is_inner:
            self._of_one_row |= {column for column, _other in pairs if column[0] == alias}
        found = {one | other for one in self.keys for other in here}
        if any(key <= bound_here for key in here):
            found |= self.keys
        if is_inner and any(key <= bound_there for key in self.keys):
            found |= here
        self.keys = found
        if is_inner:
            for column, other in pairs:
                twin = column_of(other)
                if twin and self.whole(column) != self.whole(twin):
                    self._same[self.whole(column)] = self.whole(twin)
        self.keys = {frozenset(self.whole(column) for column in key) for key in self.keys}

    def _named(self, column: Column, alias: str) -> Column:
        return column if column[0] else (alias, column[1])

    def names_a_row(self, known: set[Column]) -> bool:
        """Tell whether no two rows have the same values in some columns."""
        whole = {self.whole(column) for column in known} | self.fixed
        return any(key <= whole for key in self.keys)


def _speaks_of(node: exp.Expression, alias: str) -> bool:
    return alias in tables_of(node)


def keys_of(query: exp.Expression, tables: Mapping[str, Keys]) -> Keys:
    """Return the keys of a query's rows by the names of its columns."""
    known = with_ctes(query, tables)
    if isinstance(query, exp.Subquery):
        return keys_of(query.this, known)
    if isinstance(query, exp.Union):
        return {frozenset(query.named_selects)} if query.args.get("distinct") else set()
    return _keys_of_select(query, known) if isinstance(query, exp.Select) else set()


def with_ctes(query: exp.Expression, tables: Mapping[str, Keys]) -> dict[str, Keys]:
    """Return the tables that a query may read, those that it makes itself included."""
    known = dict(tables)
    made = query.args.get("with_")
    for cte in made.expressions if made else []:
        keys = set() if made.args.get("recursive") and cte.find(exp.Union) else keys_of(cte.this, known)
        columns = cte.args["alias"].args.get("columns") or []
        if columns:
            new = dict(zip(cte.this.named_selects, (column.name for column in columns), strict=False))
            keys = {frozenset(new.get(name, name) for name in key) for key in keys}
        known[cte.alias] = keys
    return known


def _keys_of_select(select: exp.Select, tables: Mapping[str, Keys]) -> Keys:
    scope = Scope(select, tables)
    names = [projection.alias_or_name for projection in select.expressions]
    found: Keys = set()
    group = select.args.get("group")
    is_summed = any(_is_sum(projection) for projection in select.expressions)
    if group is not None:
        grouped = _grouped(select, group, scope)
        found |= set() if None in grouped else {frozenset(name for name in grouped if name)}
    elif is_summed or _is_one(select):
        return {frozenset()}
    else:
        shown = _shown(select, scope)
        for key in scope.keys:
            if all(column in shown or (column[0], "*") in shown or ("", "*") in shown for column in key):
                found.add(frozenset(shown.get(column, column[1]) for column in key))
    if select.args.get("distinct"):
        found.add(frozenset(names))
    return found | _numbered(select)


def _is_one(select: exp.Select) -> bool:
    limit = select.args.get("limit")
    return limit is not None and limit.expression.name == "1"


def _is_sum(projection: exp.Expression) -> bool:
    """Tell whether a projection sums up over rows; what a window does leaves the rows as they are."""
    apart = (exp.Window, exp.Subquery, exp.Exists)
    return any(node.find_ancestor(*apart) is None for node in projection.copy().find_all(exp.AggFunc))


def _grouped(select: exp.Select, group: exp.Group, scope: Scope) -> list[str | None]:
    """Return the names under which a select shows what it groups by; None for what it does not show."""
    if group.args.get("all"):
        return [node.alias_or_name for node in select.expressions if not _is_sum(node)]
    nodes = [
        select.expressions[int(node.name) - 1].unalias() if isinstance(node, exp.Literal) else node
        for node in group.expressions
    ]
    names: list[str | None] = []
    for node in _needed(nodes, scope):
        shown = [one.alias_or_name for one in select.expressions if one.unalias() == node]
        by_alias = [one.alias_or_name for one in select.expressions if one.alias_or_name == node.name]
        names.append((shown or by_alias or [None])[0])
    return names


def _needed(nodes: list[exp.Expression], scope: Scope) -> list[exp.Expression]:
    """Return what a select groups by, without what the key of its source settles."""
    columns = {scope.whole(column) for node in nodes if (column := column_of(node))}
    for alias, keys in scope.own.items():
        for key in keys:
            if key and key <= columns:
                settled = {column for column in columns if column[0] == alias} - key
                nodes = [node for node in nodes if scope.whole(column_of(node) or ("", "")) not in settled]
    return nodes


def _shown(select: exp.Select, scope: Scope) -> dict[Column, str]:
    """Return the columns that a select passes on, with their new names; a star as the column *."""
    shown: dict[Column, str] = {}
    for projection in select.expressions:
        bare = projection.unalias()
        if isinstance(bare, exp.Star):
            shown["", "*"] = "*"
        elif isinstance(bare, exp.Column) and bare.is_star:
            shown[bare.table, "*"] = "*"
        else:
            column = column_of(bare)
            if column:
                shown[scope.whole(column)] = projection.alias_or_name
    return shown


def _numbered(select: exp.Select) -> Keys:
    """Return the keys that numbering makes: a number is there once in its part."""
    found: Keys = set()
    for projection in select.expressions:
        window = projection.unalias()
        if isinstance(window, exp.Cast):
            window = window.this
        if isinstance(window, exp.Window) and isinstance(window.this, exp.RowNumber):
            parts = [
                next((one.alias_or_name for one in select.expressions if one.unalias() == part), part.name)
                for part in partition_of(window, select)
            ]
            found.add(frozenset([*parts, projection.alias_or_name]))
    return found
