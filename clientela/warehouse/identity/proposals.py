"""Read what the owner is asked about: people who may be one, sources that may be one programme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TABLES: Final = ("marts.likely_duplicates", "marts.likely_programmes", "marts.people", "marts.activity")
"""What the answers are read from."""


@dataclass(frozen=True)
class Side:
    """One of the two people of a proposal."""

    customer_id: str
    name: str | None
    email: str | None
    phone: str | None
    purchases: int
    last_purchase_on: date | None
    revenue_total: Decimal
    """Goods, in the shop's currency."""

    kind: str
    """The kind of the strongest key."""

    source: str | None
    """Of a number of the shop's own."""

    value: str


@dataclass(frozen=True)
class Proposal:
    """Two people who may be one."""

    proposal_id: str
    reason: str
    evidence: str
    """What both show."""

    one: Side
    other: Side


@dataclass(frozen=True)
class Programme:
    """Two sources that may number the same people."""

    proposal_id: str
    one_source: str
    other_source: str
    one_ids: int
    other_ids: int
    common_ids: int
    agreeing_ids: int
    is_proven: bool


def read_proposals(db: DuckDBPyConnection) -> list[Proposal]:
    """Return the open pairs of people, the surest reason first."""
    side = "customer_id, {0}.name, {0}.email, {0}.phone, coalesce({1}.purchases, 0), {1}.last_purchase_on, "
    side += "coalesce({1}.revenue_total, 0), d.{2}_kind, d.{2}_source, d.{2}_value"
    rows = db.execute(
        f"""
        select d.proposal_id, d.reason, d.evidence,
            p.{side.format("p", "a", "one")}, q.{side.format("q", "b", "other")}
        from marts.likely_duplicates d
        inner join marts.people p on p.person_no = d.one_no
        inner join marts.people q on q.person_no = d.other_no
        left join marts.activity a on a.person_no = d.one_no
        left join marts.activity b on b.person_no = d.other_no
        order by list_position(?, d.reason), d.evidence, d.proposal_id
        """,
        [list(REASONS)],
    ).fetchall()
    return [Proposal(row[0], row[1], row[2], *_ordered(Side(*row[3:13]), Side(*row[13:]))) for row in rows]


def _ordered(one: Side, other: Side) -> tuple[Side, Side]:
    """Put the one with more purchases first."""
    first, second = sorted((one, other), key=lambda side: (-side.purchases, side.kind, side.value))
    return first, second


def read_programmes(db: DuckDBPyConnection) -> list[Programme]:
    """Return the open pairs of sources, the proven ones first."""
    rows = db.execute(
        """
        select proposal_id, one_source, other_source, one_ids, other_ids, common_ids, agreeing_ids, is_proven
        from marts.likely_programmes order by is_proven desc, common_ids desc, one_source, other_source
        """
    ).fetchall()
    return [Programme(*row) for row in rows]


REASONS: Final = (
    "shared_email",
    "shared_phone",
    "mailbox",
    "leading_zeros",
    "name_and_postal_code",
    "same_name",
    "look_alike",
)
"""Why two people may be one, the surest first."""
