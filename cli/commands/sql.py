"""Ask the data in SQL."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from clientela.cli import options
from clientela.cli.output import Column, write
from clientela.cli.session import shop_at
from clientela.errors import ClientelaError
from clientela.i18n import gettext as _


@click.command
@click.argument("query")
@options.as_of
@options.output_format
@options.shop
def command(query: str, as_of: date | None, output_format: str, shop: Path | None) -> None:
    r"""Ask the data in SQL, read-only and without a way out of the shop's file.

    The tables are in marts (the business), staging, raw (what the files said), history and meta.

    \b
    Example:
        clientela sql "select category, count(*) from marts.customers group by category"
    """
    import duckdb

    settings = options.settings(shop)
    with shop_at(settings, as_of) as (db, _day):
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
            columns = [Column(name[0], name[0]) for name in found.description or []]
            values = found.fetchall()
        except duckdb.Error as error:
            raise ClientelaError(
                _("The query does not work: {error}").format(error=str(error).strip()),
                _('List the tables with: clientela sql "select * from duckdb_tables()"'),
            ) from error
    names = [f"{column.key}" for column in columns]
    rows = [dict(zip(names, row, strict=True)) for row in values]
    payload = {"columns": names, "rows": [list(row) for row in values]}
    write(columns, rows, output_format, payload)
