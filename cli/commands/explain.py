"""Why somebody is where they are."""

from __future__ import annotations

import shutil
import sys
import textwrap
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clientela.cli import options
from clientela.cli.output import Column, emit, write
from clientela.cli.session import shop_at
from clientela.cli.translation import TranslatedCommand
from clientela.errors import ClientelaError, UnknownCustomerError
from clientela.i18n import gettext as _
from clientela.terms import category_name

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@click.command(cls=TranslatedCommand)
@click.argument("customer")
@options.as_of
@options.output_format
@options.shop
def command(customer: str, as_of: date | None, output_format: str, shop: Path | None) -> None:
    """Say why a customer is in their category, in words and with the numbers.

    The customer is an id, a name or a part of it, an e-mail address or a phone number.

    Example:
        clientela explain C0042
        clientela explain "Anna Bruni" --as-of 2025-06-30
    """
    from clientela.cli.explanation import TABLES, explain

    settings = options.settings(shop)
    with shop_at(settings, as_of, TABLES) as (db, day):
        customer_id = find_customer(db, customer)
        answer = explain(db, customer_id, day)
    if output_format == "table":
        emit("\n".join(_wrapped(answer["words"])))
        return
    columns = [Column("line", _("why"))]
    write(columns, [{"line": line} for line in answer["words"]], output_format, answer)


def _wrapped(lines: list[str]) -> list[str]:
    """Break the lines at the words on a screen; leave them whole elsewhere."""
    if not sys.stdout.isatty():
        return lines
    width = shutil.get_terminal_size().columns
    return [part for line in lines for part in textwrap.wrap(line, width, subsequent_indent="  ")]


def find_customer(db: DuckDBPyConnection, asked: str) -> str:
    """Return the id of the one customer who answers to an id, a name, an e-mail address or a phone number.

    Raises:
        UnknownCustomerError: if nobody does.
        ClientelaError: if several do.
    """
    text = asked.strip()
    rows: list[Any] = db.execute(
        """
        select customer_id, name, category from marts.customers
        where is_listed and (lower(customer_id) = lower(?) or lower(email) = lower(?)
            or (length(?) > 5 and replace(phone, ' ', '') = replace(?, ' ', '')))
        """,
        [text] * 4,
    ).fetchall()
    if not rows:
        rows = db.execute(
            "select customer_id, name, category from marts.customers "
            "where is_listed and length(?) > 1 "
            "and (contains(lower(name), lower(?)) or starts_with(lower(customer_id), lower(?))) "
            "order by name, customer_id limit 11",
            [text] * 3,
        ).fetchall()
    if not rows:
        raise UnknownCustomerError(asked)
    if len(rows) > 1:
        found = "\n".join(f"  {row[0]}  {row[1] or ''}  ({category_name(row[2])})" for row in rows[:10])
        if len(rows) > 10:
            found += "\n  …"
        raise ClientelaError(
            _("“{asked}” fits several customers:").format(asked=asked) + "\n" + found,
            _("Ask for one of them by its id."),
        )
    return str(rows[0][0])
