"""Judge a staged file: the keys in one form, the dates believed, the money ours, the words known."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from clientela.warehouse.loading.mapping.questions import Question
from clientela.warehouse.loading.staging import findings, verdicts
from clientela.warehouse.loading.staging.believing import check_dates
from clientela.warehouse.loading.staging.conversion import literal
from clientela.warehouse.loading.staging.fields import PART
from clientela.warehouse.loading.staging.key_check import check_keys
from clientela.warehouse.loading.staging.shared_ids import take_out_shared_ids
from clientela.warehouse.loading.staging.staging import Staging
from clientela.warehouse.loading.staging.words import check_words

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass
class Judged:
    """What judging a file has found besides its verdicts."""

    questions: list[Question] = field(default_factory=list)
    foreign: dict[str, Decimal] = field(default_factory=dict)
    """Money of the rows set aside because it is other money, by its ISO code."""


def spell_keys(db: DuckDBPyConnection, staging: Staging) -> None:
    """Bring the keys into their one form; cells that are no key are noted."""
    findings.start(db)
    check_keys(db, staging.fields, staging.rules)
    take_out_shared_ids(db, staging.fields, staging.rules)


def judge(db: DuckDBPyConnection, staging: Staging) -> Judged:
    """Give the verdicts that a record's own cells call for."""
    verdicts.start(db, staging.binding)
    check_dates(db, staging.fields, staging.rules)
    judged = Judged(foreign=_set_foreign_aside(db, staging))
    judged.questions += check_words(db, staging.fields)
    _mark(db, staging)
    return judged


def _mark(db: DuckDBPyConnection, staging: Staging) -> None:
    """Write into the stage which records are no longer accepted: merging asks for records without a fault."""
    place = "s.record_no" if staging.cells.numbered else "s.rowid + 1"
    db.execute(
        "update temp.stage as s set fault = "
        f"concat_ws({literal(PART)}, v.code, coalesce(v.column_name, ''), coalesce(v.value, '')) "
        "from temp.verdicts v "
        f"where {place} = v.record_no and s.fault is null"
    )


def _set_foreign_aside(db: DuckDBPyConnection, staging: Staging) -> dict[str, Decimal]:
    """Set aside what is not the shop's money; return its sums, each in its own."""
    if not staging.may_be_foreign:
        return {}
    rows = db.execute(
        f"select foreign_code, coalesce(sum({staging.money()}), 0) from temp.staged "
        "where foreign_code is not null group by foreign_code order by foreign_code"
    ).fetchall()
    if not rows:
        return {}
    column = literal(staging.fields.column("currency")) if "currency" in staging.binding.types else "null"
    verdicts.add(
        db,
        "set_aside",
        "foreign_currency",
        f"select record_no, {column} as column_name, foreign_code as value from {verdicts.ACCEPTED} "
        "where foreign_code is not null",
    )
    if staging.binding.mapping.rows == "line":
        verdicts.spread(db, "foreign_currency")
    return {code: Decimal(money) for code, money in rows}
