"""The health of the shop's data: what is missing, doubtful or waiting, each as a figure with its parts."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from clientela.warehouse.identity.proposals import TABLES as OF_PROPOSALS
from clientela.warehouse.quarantine.open_records import waiting_reasons

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TABLES: Final = (
    *OF_PROPOSALS,
    "marts.data_checks",
    "marts.identification",
    "marts.receipts_by_day",
    "staging.documents",
    "staging.orders",
)
"""What the findings are read from."""

GAP_DAYS: Final = 4
"""So many days in a row without a receipt, outside closures, are a gap."""

NO_NEED: Final = ("blank_line", "total_row", "left_out", "older_version")
"""Why rows are set aside that nobody has to decide about."""


@dataclass(frozen=True)
class Sign:
    """One thing that was looked at."""

    code: str
    count: int
    """How many; 0 where all is well."""

    is_finding: bool
    """Whether the owner should do something."""

    parts: dict[str, Any] = field(default_factory=dict)
    """The figures of its sentence: shares 0 to 1, money in the shop's currency, days."""


def examine(db: DuckDBPyConnection, mappings: Path) -> list[Sign]:
    """Return every sign, in the order in which they are said.

    Args:
        db: the shop, opened at a date with ``TABLES`` at hand.
        mappings: the folder of the shop's mappings.
    """
    checks = dict(db.execute("select check_name, value from marts.data_checks").fetchall())
    return [
        *coverage(db),
        _quarantined(db),
        _waiting(db),
        _counted("duplicates", checks.get("proposed_joins", 0)),
        _counted("programmes", _one(db, "select count(*) from marts.likely_programmes")),
        names_without_key(db),
        _nobodies(db, int(checks.get("poisoned_keys", 0))),
        anonymous(db),
        _gaps(db),
        _counted("disappeared", _one(db, "select count(*) from meta.disappeared_rows")),
        _without_source(mappings),
    ]


def _counted(code: str, count: Any) -> Sign:
    return Sign(code, int(count), int(count) > 0)


def _one(db: DuckDBPyConnection, query: str) -> Any:
    return db.execute(query).fetchall()[0][0]


def coverage(db: DuckDBPyConnection) -> list[Sign]:
    """Return how much of turnover and receipts the named sales are; nothing without till totals."""
    is_there = _one(
        db,
        "select count(*) from duckdb_views() where schema_name = 'raw' and view_name = 'control_totals'",
    )
    if not is_there:
        return []
    days, turnover, receipts = db.execute(
        "select count(distinct day), coalesce(sum(net_amount), 0), coalesce(sum(receipts), 0) "
        "from raw.control_totals where day <= getvariable('as_of')"
    ).fetchall()[0]
    if not days:
        return []
    named = """
        select coalesce(sum(goods), 0), count(*) filter (where goods > 0),
            count(distinct ordered_on) from staging.orders
        where counts and ordered_on in (select day from raw.control_totals) and account_no is not null
    """
    money, count, _days = db.execute(named).fetchall()[0]
    missing = _one(
        db,
        "select count(distinct day) from raw.control_totals where day <= getvariable('as_of') "
        "and day not in (select ordered_on from staging.orders where counts)",
    )
    parts = {
        "days": int(days),
        "turnover_share": float(money) / float(turnover) if turnover else 0.0,
        "receipts_share": int(count) / int(receipts) if receipts else 0.0,
        "turnover": Decimal(turnover),
        "named": Decimal(money),
        "days_without_sales": int(missing),
    }
    return [Sign("coverage", int(days), missing > 0, parts)]


def names_without_key(db: DuckDBPyConnection) -> Sign:
    """Return how many names stand on receipts without a key, with receipts and money."""
    names, receipts, money = db.execute(
        """
        select count(distinct folded_name(o.customer_name)), count(*), coalesce(sum(d.goods), 0)
        from raw.orders o
        inner join staging.documents d on d.source = o.source and d.row_key = o.row_key
        where d.account_no is null and d.counts and o.customer_name is not null
            and not is_nobody(o.customer_name) and d.ordered_on <= getvariable('as_of')
        """
    ).fetchall()[0]
    return Sign(
        "names_without_key", int(names), names > 0, {"receipts": int(receipts), "money": Decimal(money)}
    )


def _nobodies(db: DuckDBPyConnection, poisoned: int) -> Sign:
    """Return how many cells look like a key and name nobody."""
    cells = _one(
        db,
        "select count(*) from meta.listed_cells where disposition = 'kept' "
        "and (code like '%key' or code like '%contact' or code like '%cut%')",
    )
    return Sign("nobodies", int(cells) + poisoned, poisoned > 0, {"cells": int(cells), "shared": poisoned})


def anonymous(db: DuckDBPyConnection) -> Sign:
    """Return how many receipts of the last thirteen months have no name."""
    receipts, named, revenue, named_revenue = db.execute(
        "select coalesce(sum(receipts), 0), coalesce(sum(named_receipts), 0), coalesce(sum(revenue), 0), "
        "coalesce(sum(named_revenue), 0) from marts.identification"
    ).fetchall()[0]
    nameless = int(receipts) - int(named)
    share = nameless / int(receipts) if receipts else 0.0
    of_money = float(revenue - named_revenue) / float(revenue) if revenue else 0.0
    return Sign("anonymous", nameless, share > 0.5, {"share": share, "money_share": of_money})


def gaps_in(days: list[tuple[date, int, bool]], least: int = GAP_DAYS) -> list[tuple[date, date]]:
    """Return the runs of days without a receipt, declared closures left out.

    Args:
        days: day, receipts, whether the shop was closed; in their order.
        least: days that make a gap.
    """
    gaps: list[tuple[date, date]] = []
    run: list[date] = []
    for on, receipts, is_closed in [*days, (date.max, 1, False)]:
        if not receipts and not is_closed:
            if run and on - run[-1] > timedelta(days=1):
                run = []
            run.append(on)
            continue
        if len(run) >= least:
            gaps.append((run[0], run[-1]))
        run = []
    return gaps


def _gaps(db: DuckDBPyConnection) -> Sign:
    days = db.execute("select day, receipts, is_closed from marts.receipts_by_day order by day").fetchall()
    gaps = gaps_in(days)
    first = {"first_on": gaps[0][0], "last_on": gaps[0][1]} if gaps else {}
    return Sign("gaps", len(gaps), bool(gaps), first)


def _quarantined(db: DuckDBPyConnection) -> Sign:
    reasons = waiting_reasons(db)
    records = sum(each.records for each in reasons)
    money = sum((each.money for each in reasons), Decimal(0))
    return Sign("quarantined", records, records > 0, {"money": money})


def _waiting(db: DuckDBPyConnection) -> Sign:
    """Return what is set aside because only the owner can say what it is."""
    listed = ", ".join(f"'{code}'" for code in NO_NEED)
    rows, money = db.execute(
        "select count(*), coalesce(sum(amount), 0) from meta.refused_records "
        f"where disposition = 'set_aside' and code not in ({listed})"
    ).fetchall()[0]
    return Sign("waiting", int(rows), rows > 0, {"money": Decimal(money)})


def _without_source(mappings: Path) -> Sign:
    """Return how many mappings do not say whose numbers their files carry, where there are several."""
    names = []
    files = sorted(mappings.glob("*.toml")) if mappings.is_dir() else []
    for path in files:
        try:
            if "source" not in tomllib.loads(path.read_text(encoding="utf-8-sig")):
                names.append(path.name)
        except (OSError, ValueError):
            continue
    names = names if len(files) > 1 else []
    return Sign("without_source", len(names), bool(names), {"files": names})
