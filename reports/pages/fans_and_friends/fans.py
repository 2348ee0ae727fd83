"""What the marts say of fans: their list, the promises made to them, their answers, who takes part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from clientela.reports.section import Figure, read_rows
from clientela.rhythm import own_gap

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PRINTED = 20

HIDDEN = 10
"""Answers below which a month has no number."""


@dataclass(frozen=True)
class Fan:
    """One line of the table of fans."""

    customer_id: str
    name: str | None
    purchases: int
    own_gap_days: float | None
    revenue_12m: Decimal
    score: int | None
    """The latest answer, 0 to 10."""

    short_code: str | None
    link: str | None
    friends: int
    buyers: int
    rewards_owed: Decimal
    owed: int
    overdue: int

    @property
    def own_gap(self) -> int | None:
        """Own gap in whole days, known from the third purchase on."""
        return own_gap(self.purchases, self.own_gap_days)

    @property
    def code(self) -> str:
        """The code as it is said: ``7K3 F9X``; the link's own where it has no short one."""
        if self.short_code:
            return f"{self.short_code[:3]} {self.short_code[3:]}"
        return (self.link or "").rpartition("/")[2]


@dataclass(frozen=True)
class Promise:
    """Somebody who recommends the shop, or is its fan, and whom it lets down."""

    customer_id: str
    name: str | None
    category: str
    revenue_12m: Decimal
    reason: str
    """``reward``, ``complaint`` or ``answer``."""

    days: int
    rewards_owed: Decimal | None
    score: int | None
    score_before: int | None


@dataclass(frozen=True)
class Month:
    """The answers of one month."""

    month: date
    answers: int
    promoters: int
    passives: int
    detractors: int
    nps: float
    low: float
    high: float


def read_fans(db: DuckDBPyConnection) -> list[Fan]:
    """Read the fans to print, in the order of their list."""
    query = """
        select customer_id, name, purchases, own_gap_days, revenue_12m, score, short_code, link, friends,
            buyers, rewards_owed, owed, overdue
        from marts.fan_list where is_listed order by list_position, customer_id limit $printed
        """
    return read_rows(db, query, Fan, {"printed": PRINTED})


@dataclass(frozen=True)
class Part:
    """How many of the fans, or of the regulars, take part."""

    category: str
    people: Figure
    with_link: Figure
    brought: Figure


def read_parts(db: DuckDBPyConnection) -> list[Part]:
    """Read how many fans and regulars take part, fans first."""
    rows = db.execute(
        "select category, people, with_link, brought from marts.referral_participation order by category desc"
    ).fetchall()
    return [
        Part(
            code,
            Figure(f"participation.{code}.people", people, "people"),
            Figure(f"participation.{code}.with_link", with_link, "people"),
            Figure(f"participation.{code}.brought", brought, "people"),
        )
        for code, people, with_link, brought in rows
    ]


def read_promises(db: DuckDBPyConnection) -> list[Promise]:
    """Read whom the shop lets down: rewards owed first, then open complaints, then answers that fell."""
    query = """
        select customer_id, name, category, revenue_12m, reason, days, rewards_owed, score, score_before
        from marts.broken_promises
        order by case reason when 'reward' then 1 when 'complaint' then 2 else 3 end, revenue_12m desc,
            customer_id
        """
    return read_rows(db, query, Promise)


def read_answers(db: DuckDBPyConnection, months: int) -> list[Month]:
    """Read the latest months that have answers, oldest first."""
    query = """
        select month, answers, promoters, passives, detractors, nps, low, high
        from (select * from marts.recommendations order by month desc limit $months) order by month
        """
    return read_rows(db, query, Month, {"months": months})


@dataclass(frozen=True)
class Owed:
    """What is owed for friends."""

    amount: Decimal
    people: int
    """To how many it is owed."""


def read_owed(db: DuckDBPyConnection) -> Owed:
    """Read what is owed for friends."""
    query = "select coalesce(sum(amount), 0), count(distinct customer_id) from marts.rewards where is_owed"
    [owed] = read_rows(db, query, Owed)
    return owed


def count_owed(db: DuckDBPyConnection) -> int:
    """Count the rewards that the list of them holds."""
    return int(db.execute("select count(*) from marts.rewards where is_owed and is_listed").fetchall()[0][0])
