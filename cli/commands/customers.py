"""The people of a category."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from clientela.cli import options
from clientela.cli.narration import say
from clientela.cli.output import Column, write
from clientela.cli.session import shop_at
from clientela.cli.translation import TranslatedCommand
from clientela.i18n import LANGUAGES, ngettext, speaking
from clientela.i18n import gettext as _
from clientela.i18n import lazy as N_
from clientela.terms import CATEGORIES, category_name, category_of_one

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FIELDS: Final = (
    "customer_id",
    "name",
    "category",
    "overlays",
    "purchases",
    "first_purchase_on",
    "last_purchase_on",
    "silent_days",
    "own_gap_days",
    "expected_gap_days",
    "silence_allowed_days",
    "rhythm_p",
    "revenue_total",
    "revenue_12m",
)
"""The contract's fields that are columns of ``marts.customers``; ``reason`` is worded."""

NEXT: Final = {
    "next_purchase_on": "expected_on",
    "next_purchase_from_on": "from_on",
    "next_purchase_until_on": "until_on",
}
"""The contract's fields that are columns of ``marts.next_purchase``: null for who never bought or left."""


TABLES: Final = ("marts.customers", "marts.next_purchase", "marts.shop_rhythm")
"""What the list and its reasons are read from."""

WITHOUT_NEXT: Final = ("potential", "prospect", "referral", "lost")
"""Categories of which no next purchase is expected."""


FORMER_NAMES: Final = {
    "left": "lost",
    "referred": "referral",
    "first-timers": "buyer",
    "regulars": "customer",
}
"""What the categories were called before; an owner may have learned to write it."""


class CategoryType(click.ParamType[str]):
    """A category by its English code or by its name in either language."""

    name = "CATEGORY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the code."""
        words = {code: code for code in CATEGORIES}
        for language in LANGUAGES:
            with speaking(language):
                words |= {category_name(code): code for code in CATEGORIES}
                words |= {category_of_one(code): code for code in CATEGORIES}
        words |= FORMER_NAMES
        code = words.get(str(value).strip().lower())
        if code is None:
            known = ", ".join(category_name(code) for code in CATEGORIES)
            self.fail(_("“{value}” is not a category; they are: {known}.").format(value=value, known=known))
        return code


@click.command(cls=TranslatedCommand)
@click.argument("category", type=CategoryType(), required=False)
@click.option("--limit", metavar="N", type=click.IntRange(min=1), help=N_("Print at most so many people."))
@options.as_of
@options.output_format
@options.shop
def command(
    category: str | None, limit: int | None, as_of: date | None, output_format: str, shop: Path | None
) -> None:
    """List people, those of one category or all, the most urgent or valuable first, each with the reason.

    Example:
        clientela customers lost --limit 20
        clientela customers fan --format xlsx > fans.xlsx
    """
    settings = options.settings(shop)
    with shop_at(settings, as_of, TABLES) as (db, day):
        rows = read_customers(db, category, limit)
        total = count_customers(db, category)
    columns = [
        Column("customer_id", _("customer")),
        Column("name", _("name")),
        *([] if category else [Column("category", _("category"), "category")]),
        Column("purchases", _("purchases"), "count"),
        Column("last_purchase_on", _("last"), "date"),
        Column("silent_days", _("silent days"), "days"),
        *([] if category in WITHOUT_NEXT else [Column("next_purchase_on", _("next about"), "date")]),
        Column("revenue_12m", _("12 months"), "money"),
        Column("reason", _("why"), "sentence"),
    ]
    if output_format in ("csv", "xlsx"):
        columns = [
            *(Column(name, name, _kind(name)) for name in (*FIELDS, *NEXT)),
            Column("reason", "reason"),
        ]
    write(columns, rows, output_format, {"as_of": day, "rows": rows})
    say(_summary(len(rows), total, day))


def _summary(shown: int, total: int, day: date) -> str:
    from clientela.templates import filters

    if shown < total:
        text = _("{shown} of {total} people as of {day}.")
    else:
        text = ngettext("{total} person as of {day}.", "{total} people as of {day}.", total)
    return text.format(shown=filters.count(shown), total=filters.count(total), day=filters.day(day))


def _kind(name: str) -> str:
    if name.startswith("revenue"):
        return "money"
    if name == "purchases" or name.endswith("_days") or name == "rhythm_p":
        return "number"
    return "date" if name.endswith("_on") else "text"


def read_customers(db: DuckDBPyConnection, category: str | None, limit: int | None) -> list[dict[str, Any]]:
    """Read people as the contract words them, in the order of the printed lists."""
    from clientela.cli.category_reason import LIMITS, reason

    (limits,) = db.execute(LIMITS).fetchall()
    facts = (
        "days_left, lost_kind, limit_days, is_late, late_after_days, referred_by, referred_by_name, is_warm"
    )
    expected = ", ".join(f"coming.{column} as {name}" for name, column in NEXT.items())
    rows = db.execute(
        f"""
        select {", ".join(f"customers.{name}" for name in FIELDS)}, {expected}, {facts}
        from marts.customers
        left join marts.next_purchase as coming on coming.person_no = customers.person_no
        where is_listed and (category = ? or ? is null)
        order by case category
            when 'potential' then 1 when 'prospect' then 2 when 'lost' then 3 when 'referral' then 4
            when 'buyer' then 5 when 'customer' then 6 else 7 end, list_position
        limit ?
        """,
        [category, category, limit if limit is not None else 2**31],
    )
    names = [column[0] for column in rows.description or []]
    return [_row(dict(zip(names, values, strict=True)), reason, limits) for values in rows.fetchall()]


def count_customers(db: DuckDBPyConnection, category: str | None) -> int:
    """Count the people whom a list without a limit would hold."""
    (row,) = db.execute(
        "select count(*) from marts.customers where is_listed and (category = ? or ? is null)",
        [category, category],
    ).fetchall()
    return int(row[0])


def _row(found: dict[str, Any], reason: Any, limits: tuple[Any, ...]) -> dict[str, Any]:
    row = {name: found[name] for name in (*FIELDS, *NEXT)}
    row["overlays"] = found["overlays"].split("|") if found["overlays"] else []
    for name in ("own_gap_days", "expected_gap_days", "silence_allowed_days"):
        row[name] = None if row[name] is None else round(row[name], 1)
    row["rhythm_p"] = None if row["rhythm_p"] is None else round(row["rhythm_p"], 6)
    row["reason"] = reason(found, limits)
    return row
