"""The seven categories as one answer: counts, money, change, parameters."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from clientela.money import to_cents
from clientela.month import Month
from clientela.settings.shop_settings import Settings
from clientela.terms import CATEGORIES
from clientela.warehouse.building.build import CATEGORY_TARGETS, build, in_memory
from clientela.warehouse.building.kept_builds import are_marts_of_today
from clientela.warehouse.building.parameters import set_variables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


TABLES: Final = ("marts.category_totals", "marts.anonymous_sales", "marts.report_date")
"""What the answer is read from."""


def comparison_dates(as_of: date) -> tuple[date, date]:
    """Return the month end before the date's month, and the same month end a year before."""
    month = Month.of(as_of)
    return month.previous().last_day, month.plus(-12).last_day


def people_at(db: DuckDBPyConnection, settings: Settings, day: date) -> dict[str, int]:
    """Count the people of each category at another date, computed in memory from rows dated by it.

    Args:
        db: a connection whose current catalogue is the shop's file.
        settings: the shop's parameters.
        day: the other date.
    """
    reuse = are_marts_of_today(db, settings)
    with in_memory(db):
        build(db, settings, day, targets=CATEGORY_TARGETS, reuse=reuse)
        rows = db.execute("select category, count(*) from marts.categories group by category").fetchall()
    return dict(rows)


def read_segments(db: DuckDBPyConnection, settings: Settings, as_of: date) -> dict[str, Any]:
    """Read the ``segments`` object of the command line contract from finished marts.

    ``change_month`` and ``change_year`` are None where neither a snapshot nor a count kept beside the marts
    says them; see ``missing_comparisons``.
    """
    rows = db.execute(
        """
        select category, people, share, revenue_12m, people - people_month_before, people - people_year_before
        from marts.category_totals order by position
        """
    ).fetchall()
    names = ("category", "people", "share", "revenue_12m", "change_month", "change_year")
    (anonymous,) = db.execute("select receipts, revenue from marts.anonymous_sales").fetchall()
    (dated,) = db.execute("select tax_included, history_start from marts.report_date").fetchall()
    categories = [dict(zip(names, row, strict=True)) for row in rows]
    for row in categories:
        row["share"] = round(row["share"], 6)
        row["revenue_12m"] = to_cents(row["revenue_12m"])
    answer: dict[str, Any] = {
        "as_of": as_of,
        "people": sum(row["people"] for row in categories),
        "categories": categories,
        "anonymous": {"receipts": anonymous[0], "revenue": to_cents(anonymous[1])},
        "parameters": settings.categories.as_json(),
    }
    if dated[0]:
        answer["tax_included"] = True
    answer["history_start"] = dated[1]
    for key, day in missing_comparisons(answer).items():
        if former := _kept_counts(db, day):
            fill_comparison(answer, key, former)
    return answer


def _kept_counts(db: DuckDBPyConnection, day: date) -> dict[str, int]:
    """Return what ``keep_former_counts`` has counted of a date; nothing where it has not."""
    rows = db.execute("select category, people from staging.former_counts where as_of = ?", [day]).fetchall()
    return dict(rows)


def keep_former_counts(db: DuckDBPyConnection, settings: Settings, as_of: date) -> None:
    """Count the people at the dates that the marts' date is compared with, where no report has said them.

    Else every ``segments`` would build them again. They go when the marts are built again.

    Args:
        db: a connection whose current catalogue is the shop's file, its marts up to date.
        settings: the shop's parameters.
        as_of: the marts' date.
    """
    for day in missing_comparisons(read_segments(db, settings, as_of)).values():
        counts = people_at(db, settings, day)
        rows = ", ".join(f"(date '{day}', '{name}', {counts.get(name, 0)})" for name in CATEGORIES)
        # One statement: a date is kept whole or not at all.
        db.execute(f"insert into staging.former_counts values {rows}")
        set_variables(db, settings, as_of)


def missing_comparisons(answer: dict[str, Any]) -> dict[str, date]:
    """Return the comparisons that can be computed and are not there, by their key."""
    month, year = comparison_dates(answer["as_of"])
    start = answer["history_start"]
    found = {}
    for key, day in (("change_month", month), ("change_year", year)):
        if start is not None and day >= start and answer["categories"][0][key] is None:
            found[key] = day
    return found


def fill_comparison(answer: dict[str, Any], key: str, former: dict[str, int]) -> None:
    """Set one comparison from the counts of the earlier date."""
    for row in answer["categories"]:
        row[key] = row["people"] - former.get(row["category"], 0)
