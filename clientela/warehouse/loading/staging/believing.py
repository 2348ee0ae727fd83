"""Whether the dates of a file can be believed: asked of the whole column."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from clientela.warehouse.input_tables import DAY, INSTANT
from clientela.warehouse.loading.staging import verdicts
from clientela.warehouse.loading.staging.conversion import literal, quoted
from clientela.warehouse.loading.staging.fields import Fields
from clientela.warehouse.loading.staging.findings import note
from clientela.warehouse.loading.staging.shop_rules import ShopRules
from clientela.warehouse.lonely_days import ENOUGH, FAR_DAYS, lonely_spans

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FILLERS: Final = (date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1), date(1970, 1, 1))
"""Days that programmes write where they know none: the zero of a spreadsheet, the zero of a clock."""

CLOCK_ZERO: Final = date(1970, 1, 1)
NEAR_DAYS: Final = 30

OF_LIFE: Final = ("birth_date",)
"""Dates that may be as old as people are."""


def check_dates(db: DuckDBPyConnection, fields: Fields, rules: ShopRules) -> None:
    """Quarantine events that cannot be, take out other such dates, list days far from all others."""
    kinds = fields.binding.types
    event = fields.binding.table.event if fields.binding.table.event in kinds else None
    for name in [name for name, kind in kinds.items() if kind in (DAY, INSTANT) and name not in OF_LIFE]:
        first, last = _ends(db, name)
        if first is None or last is None:
            continue
        if first <= max(rules.believable_from, CLOCK_ZERO):
            (_refuse if name == event else _take_out)(db, fields, rules, name)
        if name == event and (last - first).days > FAR_DAYS:
            _list_lonely(db, fields, name)


def _ends(db: DuckDBPyConnection, name: str) -> tuple[date | None, date | None]:
    column = quoted(name)
    return db.execute(
        f"select cast(min({column}) as date), cast(max({column}) as date) from temp.stage where fault is null"
    ).fetchall()[0]


def _unbelieved(db: DuckDBPyConnection, rules: ShopRules, name: str) -> str:
    """Return the SQL test of a date that cannot be."""
    day = f"cast({quoted(name)} as date)"
    ends = [_day(CLOCK_ZERO + timedelta(days)) for days in (-NEAR_DAYS, NEAR_DAYS)]
    near = f"{day} between {' and '.join(ends)}"
    share = db.execute(
        f"select count(*) filter ({near}) / count({quoted(name)}) from temp.stage where fault is null"
    ).fetchall()[0][0]
    fillers = [day for day in FILLERS if day != CLOCK_ZERO or share < ENOUGH]
    return f"({day} < {_day(rules.believable_from)} or {day} in ({', '.join(map(_day, fillers))}))"


def _day(day: date) -> str:
    return f"date '{day}'"


def _refuse(db: DuckDBPyConnection, fields: Fields, rules: ShopRules, name: str) -> None:
    column = literal(fields.column(name))
    test = _unbelieved(db, rules, name)
    verdicts.add(
        db,
        "quarantined",
        "not_believed_date",
        f"select record_no, {column} as column_name, cast(cast({quoted(name)} as date) as varchar) as value "
        f"from {verdicts.ACCEPTED} where {test}",
    )


def _take_out(db: DuckDBPyConnection, fields: Fields, rules: ShopRules, name: str) -> None:
    """Leave such a date empty, and list it: its row says other things too."""
    column, test = literal(fields.column(name)), _unbelieved(db, rules, name)
    value = f"cast(cast({quoted(name)} as date) as varchar)"
    note(
        db,
        f"select record_no, 'not_believed_date' as code, {column} as column_name, {value} as value "
        f"from temp.staged where {test}",
    )
    db.execute(f"update temp.stage set {quoted(name)} = null where {test}")


def _list_lonely(db: DuckDBPyConnection, fields: Fields, name: str) -> None:
    """List the few rows that lie years from all others; they stay."""
    day = f"cast({quoted(name)} as date)"
    days = db.execute(
        f"select {day} as day, count(*) from {verdicts.ACCEPTED} where {day} is not null "
        "group by day order by day"
    ).fetchall()
    spans = lonely_spans(days)
    if spans:
        tests = " or ".join(f"{day} between {_day(first)} and {_day(last)}" for first, last in spans)
        note(
            db,
            f"select record_no, 'lonely_date' as code, {literal(fields.column(name))} as column_name, "
            f"cast({day} as varchar) as value from {verdicts.ACCEPTED} where {tests}",
        )
