"""Does calling bring anything? One in ten of a month's call list is left alone, and both groups are compared.

The ten are chosen by a hash of month and customer, so that nobody picks them and a report made twice says the
same. Fans and silent best customers are never left alone.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from clientela.settings.shop_settings import Settings
from clientela.warehouse.schema import SHOP

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ONE_IN: Final = 10
FEWEST_A_YEAR: Final = 200
"""With fewer people to call in a year the comparison would not end."""

OUTCOMES: Final = ("bought", "reached", "no_answer", "refused", "wrong_number")
"""What can come of a call."""

_ELIGIBLE: Final = """
    select calls.customer_id, calls.kind
    from marts.call_list as calls
    left join marts.silent_best as silent on silent.customer_id = calls.customer_id
    where calls.category <> 'fan' and silent.customer_id is null
    order by calls.customer_id
"""


@dataclass(frozen=True)
class Note:
    """What came of one call."""

    customer_id: str
    outcome: str
    euros: Decimal | None


def is_held_out(as_of: date, customer_id: str) -> bool:
    """Tell whether a customer is left alone in a month in which they would be called."""
    digest = hashlib.sha256(f"{as_of:%Y-%m}/{customer_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % ONE_IN == 0


def eligible_a_year(db: DuckDBPyConnection, as_of: date) -> int:
    """Return how many people were late, or newly lost, at the month ends of twelve months, as told last."""
    rows = db.execute(
        f"""
        select count(distinct customer_id)
        from {SHOP}.history.category_snapshots
        inner join {SHOP}.steps.latest_snapshots using (as_of, version)
        where as_of > ? and as_of <= ? and category <> 'fan'
            and (is_late or (category = 'lost' and lost_on = as_of))
        """,
        [as_of - timedelta(days=365), as_of],
    ).fetchall()
    return int(rows[0][0])


def keep_comparison(db: DuckDBPyConnection, settings: Settings, as_of: date) -> int:
    """Divide a month's call list into those to call and those to leave alone, once.

    Args:
        db: a writable connection whose marts stand at the date.
        settings: the shop's; nothing is divided unless they ask for it.
        as_of: the month end.

    Returns:
        How many are left alone, 0 where the list is not divided.
    """
    table = f"{SHOP}.history.call_trials"
    held = db.execute(f"select count(*) filter (arm = 'hold_out') from {table} where as_of = ?", [as_of])
    found = int(held.fetchall()[0][0])
    if found or not settings.actions.holdout or eligible_a_year(db, as_of) < FEWEST_A_YEAR:
        return found
    people = db.execute(_ELIGIBLE).fetchall()
    rows = [
        (as_of, customer, "hold_out" if is_held_out(as_of, customer) else "call", kind)
        for customer, kind in people
    ]
    if not any(row[2] == "hold_out" for row in rows):
        return 0
    _insert(db, table, rows)
    return sum(row[2] == "hold_out" for row in rows)


def _insert(db: DuckDBPyConnection, table: str, rows: list[tuple[date, str, str, str]]) -> None:
    db.execute("begin")
    try:
        db.executemany(f"insert into {table} values (?, ?, ?, ?)", rows)
        db.execute("commit")
    except BaseException:
        with suppress(Exception):
            db.execute("rollback")
        raise


def note_outcome(db: DuckDBPyConnection, as_of: date, note: Note, noted_at: datetime) -> None:
    """Keep what came of a call of a month's list; a later note of the same person takes its place."""
    db.execute(
        f"insert into {SHOP}.history.call_outcomes values (?, ?, ?, ?, ?)",
        [as_of, note.customer_id, note.outcome, note.euros, noted_at],
    )
