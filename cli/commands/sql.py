"""Ask the data in SQL."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from clientela.cli import options
from clientela.cli.narration import say
from clientela.cli.output import Column, write
from clientela.cli.session import shop_at
from clientela.cli.translation import TranslatedCommand
from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.i18n import ngettext


@click.command(cls=TranslatedCommand)
@click.argument("query")
@options.as_of
@options.output_format
@options.shop
def command(query: str, as_of: date | None, output_format: str, shop: Path | None) -> None:
    """Ask the data in SQL, read-only and without a way out of the shop's file.

    The tables are in marts (the business), staging, raw (what the files said), history and meta.

    Example:
        clientela sql "select name, revenue_12m from marts.customers limit 5"
    """
    import duckdb

    from clientela.warehouse.building.catalogue import tables_named

    settings = options.settings(shop)
    with shop_at(settings, as_of, tables_named(query)) as (db, _day):
        db.execute("set enable_external_access = false")
        db.execute("set lock_configuration = true")
        try:
            statements = duckdb.extract_statements(query)
            if len(statements) != 1 or statements[0].type not in (
                duckdb.StatementType.SELECT,
                duckdb.StatementType.EXPLAIN,
            ):
                raise ClientelaError(
                    _("Only one SELECT at a time: the data are read-only here."),
                    _("Change data by loading files."),
                )
            found = db.execute(query)
            names = [str(column[0]) for column in found.description or []]
            values = found.fetchall()
        except duckdb.Error as error:
            raise ClientelaError(
                _("The query does not work: {error}").format(error=_in_lines(error)),
                _('List the tables with: clientela sql "select * from duckdb_tables()"'),
            ) from error
    keys = _distinct(names)
    rows = [dict(zip(keys, row, strict=True)) for row in values]
    columns = [
        Column(key, name, "cell" if _is_number(rows, key) else "text")
        for key, name in zip(keys, names, strict=True)
    ]
    payload = {"columns": names, "rows": [list(row) for row in values]}
    write(columns, rows, output_format, payload)
    say(ngettext("{count} row.", "{count} rows.", len(rows)).format(count=len(rows)))


def _in_lines(error: Exception) -> str:
    """Return DuckDB's explanation without its blank lines."""
    return "\n".join(line for line in str(error).splitlines() if line.strip())


def _distinct(names: list[str]) -> list[str]:
    """Return the names, a number behind those that come again."""
    return [
        name if names.index(name) == place else f"{name}_{names[:place].count(name) + 1}"
        for place, name in enumerate(names)
    ]


def _is_number(rows: list[dict[str, Any]], key: str) -> bool:
    """Tell whether a column holds numbers alone, which are set to the right."""
    values = [row[key] for row in rows if row[key] is not None]
    return bool(values) and all(
        isinstance(value, int | float | Decimal) and not isinstance(value, bool) for value in values
    )
