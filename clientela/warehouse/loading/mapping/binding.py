"""Bind a mapping to the columns that a file really has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from clientela.errors import MappingError
from clientela.i18n import gettext as _
from clientela.warehouse.input_tables import InputTable, input_tables
from clientela.warehouse.loading.mapping.expressions import Expression, parse
from clientela.warehouse.loading.mapping.mapping import Constant, Joined, Mapping, suggestion

Bound = Expression | Constant | Joined
"""Where a field comes from, its columns spelled as the file spells them."""

OWN_SOURCE = "shop"
"""Source of files without a mapping: their ids are one series, whichever table they stand in."""


@dataclass(frozen=True)
class Binding:
    """A mapping whose columns are all in the file."""

    mapping: Mapping
    table: InputTable
    headers: tuple[str, ...]
    fields: dict[str, Bound] = field(default_factory=dict)
    """Fields of the table that the file fills, in the table's order."""

    line_fields: dict[str, Bound] = field(default_factory=dict)
    """Fields of the order lines, where a row is a line."""

    newest_on: date | None = None
    """The newest day of the file that first brought the rows, where they come back from the quarantine."""

    @property
    def types(self) -> dict[str, str]:
        """Type of every bound field; a line's field that the order has too has the same name and type."""
        lines = input_tables()["order_lines"].fields
        return {name: self.table.fields[name] for name in self.fields} | {
            name: lines[name] for name in self.line_fields if name not in self.fields
        }

    @property
    def expressions(self) -> dict[str, Bound]:
        """Expression of every bound field."""
        return self.line_fields | self.fields

    def cell(self, header: str) -> str:
        """Return the staged name of a column: c0, c1 and so on."""
        return f"c{self.headers.index(header)}"


def bind(
    headers: tuple[str, ...], mapping: Mapping | None, table: str | None, source: str | None, name: str
) -> Binding:
    """Bind the mapping, or the headers themselves where they are field names.

    Raises:
        MappingError: if a column is not in the file, a mandatory field is not mapped, or, without a
            mapping, the headers fit no table or several.
    """
    if mapping is None:
        mapping = by_field_names(headers, table, name)
    if source or table:
        mapping = _overridden(mapping, source, table)
    found = input_tables()[mapping.table]
    bound: dict[str, Bound] = {
        field_name: value if isinstance(value, Constant) else _spelled(value, headers, name)
        for field_name, value in mapping.columns.items()
    }
    for words in (mapping.sign, mapping.set_aside, mapping.status, mapping.documents):
        if words and words.column not in headers:
            raise _no_column(words.column, headers, name)
    if mapping.status and "status" in found.fields:
        bound["status"] = Expression((("column", mapping.status.column),))
    if mapping.key.name and "customer_id" in found.fields:
        # Filled with the name where no key stands: see staging/name_key.py.
        bound.setdefault("customer_id", Constant(""))
    lines = input_tables()["order_lines"].fields if mapping.rows == "line" else {}
    binding = Binding(
        mapping,
        found,
        headers,
        {field_name: bound[field_name] for field_name in found.fields if field_name in bound},
        {field_name: bound[field_name] for field_name in lines if field_name in bound},
    )
    _check_mandatory(binding, name)
    return binding


def _overridden(mapping: Mapping, source: str | None, table: str | None) -> Mapping:
    """Let the command line win over the mapping."""
    from dataclasses import replace

    return replace(mapping, source=source or mapping.source, table=table or mapping.table)


def _spelled(value: str | Joined, headers: tuple[str, ...], name: str) -> Expression | Joined:
    """Return the columns that the file really has."""
    if isinstance(value, str):
        return _expression(value, headers, name)
    columns = tuple(_expression(f"`{column}`", headers, name).columns[0] for column in value.columns)
    return Joined(columns, value.separator)


def _expression(text: str, headers: tuple[str, ...], name: str) -> Expression:
    """Read an expression whose columns are all in the file."""
    expression = parse(text, list(headers))
    if expression is None:
        raise _no_column(text, headers, name)
    folded = {header.lower(): header for header in headers}
    parts = []
    for kind, part in expression.parts:
        if kind == "column" and part not in headers:
            if part.lower() not in folded:
                raise _no_column(part, headers, name)
            part = folded[part.lower()]
        parts.append((kind, part))
    return Expression(tuple(parts))


def _no_column(column: str, headers: Iterable[str], name: str) -> MappingError:
    return MappingError(
        _("{file} has no column “{column}”.").format(file=name, column=column), suggestion(column, headers)
    )


def _folded(header: str) -> str:
    """Write a header as a field name: ``Order ID`` is ``order_id``."""
    return "_".join(header.strip().lower().split())


def by_field_names(headers: tuple[str, ...], table: str | None, name: str) -> Mapping:
    """Make the mapping of a file whose headers are field names.

    Raises:
        MappingError: if they fit no table or several.
    """
    by_field = {_folded(header): header for header in reversed(headers)}
    tables = input_tables()
    if table is not None and table not in tables:
        raise MappingError(_("There is no table “{table}”.").format(table=table), suggestion(table, tables))
    chosen = tables[table] if table else _only_fitting(by_field, name)
    columns = {field: by_field[field] for field in chosen.fields if field in by_field}
    missing = _missing(chosen, columns)
    if missing:
        raise MappingError(
            _("{file} has no column for {fields}, which {table} needs.").format(
                file=name, fields=missing, table=chosen.name
            ),
            _("Name it so, or describe the file in a mapping: --mapping M.toml."),
        )
    return Mapping(source=OWN_SOURCE, table=chosen.name, columns=dict(columns))


def _only_fitting(by_field: dict[str, str], name: str) -> InputTable:
    """Return the one table whose mandatory fields are all there."""
    tables = input_tables().values()
    known = {table.name: len(set(table.fields) & set(by_field)) for table in tables}
    most = max(known.values())
    # An order without its amount would fit the customers' table, which asks for nothing but a key: a table
    # that knows fewer of the columns than another is not meant.
    fitting = [t for t in tables if not _missing(t, by_field) and known[t.name] == most]
    if fitting and 2 * most < len(by_field):
        raise MappingError(
            _(
                "{file}: of its {all} columns only {known} are known by name, too few to guess what it holds."
            ).format(file=name, all=len(by_field), known=most),
            _("Say which column is which with --mapping M.toml, or name the table with --table."),
        )
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise MappingError(
            _("{file} could be {tables}.").format(file=name, tables=", ".join(t.name for t in fitting)),
            _("Say which with --table."),
        )
    nearest = max(tables, key=lambda table: known[table.name])
    # A table that hardly any column speaks of is nothing that anybody meant.
    if known[nearest.name] < 2 or 2 * known[nearest.name] < len(by_field):
        raise MappingError(
            _("{file} fits no table: its columns are {columns}, and sales need a date and an amount.").format(
                file=name, columns=", ".join(list(by_field.values())[::-1][:12])
            ),
            _("Export it with both, or say which column is which with --mapping M.toml."),
        )
    raise MappingError(
        _("{file} fits no table: as {table} it lacks {fields}.").format(
            file=name, table=nearest.name, fields=_missing(nearest, by_field)
        ),
        _("Say which column is which with --mapping M.toml, or name the table with --table."),
    )


def _missing(table: InputTable, fields: Iterable[str]) -> str:
    """Name the mandatory fields that are not among these."""
    present = set(fields)
    return ", ".join("/".join(group) for group in table.mandatory if not present & set(group))


def _check_mandatory(binding: Binding, name: str) -> None:
    """Refuse a mapping that leaves a mandatory field out."""
    missing = _missing(binding.table, binding.fields)
    if binding.mapping.rows == "line" and "order_id" not in binding.fields:
        missing = ", ".join(filter(None, ("order_id", missing)))
    if missing:
        raise MappingError(
            _("The mapping for {file} leaves out {fields}, which {table} needs.").format(
                file=name, fields=missing, table=binding.table.name
            ),
            _("Add it under [columns]."),
        )
