"""What the marts say of friends: from link to customer, by generation, and against the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from clientela.reports.section import FEW, Figure

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

STEPS = ("links", "opened", "arrived", "bought", "customers")


@dataclass(frozen=True)
class Generation:
    """Friends so many steps from somebody who came by themselves."""

    generation: int
    figures: tuple[Figure, ...]
    """friends, buyers, customers, revenue_12m, margin_12m, rewards_12m, net_12m."""


@dataclass(frozen=True)
class Group:
    """Referred people, or the others: what a year brings and who returns."""

    origin: str
    people: Figure
    value: Figure
    low: Decimal | None
    high: Decimal | None
    returned: Figure
    returned_low: float | None
    returned_high: float | None


@dataclass(frozen=True)
class Growth:
    """How many new buyers each buyer brings in their first year."""

    k: Figure
    low: float
    high: float
    multiplier: Figure


def read_steps(db: DuckDBPyConnection) -> dict[str, Figure]:
    """Read the steps from a link to a customer; without a number where no file tells."""
    found = dict(db.execute("select step, number from marts.referral_steps").fetchall())
    reasons = {"links": "no_links", "opened": "no_links"}
    return {
        step: Figure(
            f"friends.{step}",
            found.get(step),
            "count" if step == "opened" else "people",
            None,
            reasons.get(step) if found.get(step) is None else None,
        )
        for step in STEPS
    }


GENERATION = ("friends", "buyers", "customers", "revenue_12m", "margin_12m", "rewards_12m", "net_12m")


def read_generations(db: DuckDBPyConnection) -> list[Generation]:
    """Read the generations, and under them all of them together."""
    columns = ", ".join(GENERATION)
    rows = db.execute(
        f"select generation, {columns} from marts.referral_generations order by generation"
    ).fetchall()
    found = [Generation(row[0], _generation(str(row[0]), row[1:])) for row in rows]
    if len(rows) > 1:
        totals = [None if None in column else sum(column) for column in list(zip(*rows, strict=True))[1:]]
        found.append(Generation(0, _generation("all", totals)))
    return found


def _generation(name: str, values: Any) -> tuple[Figure, ...]:
    units = ("people", "people", "people", "eur", "eur", "eur", "eur")
    return tuple(
        Figure(
            f"friends.generation.{name}.{what}",
            value,
            unit,
            None,
            "no_costs" if value is None else None,
        )
        for what, value, unit in zip(GENERATION, values, units, strict=True)
    )


def read_groups(db: DuckDBPyConnection) -> list[Group]:
    """Read referred people and the others, the referred first; a value of too few is left out."""
    rows = db.execute(
        """
        select origin, people, value_12m, value_low, value_high, value_people, returned_90d, returned_low,
            returned_high, at_risk
        from marts.referred_against_others order by origin desc
        """
    ).fetchall()
    return [_group(*row) for row in rows]


def _group(
    origin: str,
    people: int,
    value: float | None,
    low: float | None,
    high: float | None,
    watched: int,
    returned: float | None,
    returned_low: float | None,
    returned_high: float | None,
    at_risk: int,
) -> Group:
    known = value is not None and watched >= FEW
    name = f"friends.{origin}"
    return Group(
        origin,
        Figure(f"{name}.people", people, "people"),
        Figure(
            f"{name}.value_12m", _euro(value) if known else None, "eur", watched, None if known else "too_few"
        ),
        _euro(low) if known else None,
        _euro(high) if known else None,
        Figure(f"{name}.returned_90d", returned, "share", at_risk),
        returned_low,
        returned_high,
    )


def _euro(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, 2)))


def read_growth(db: DuckDBPyConnection) -> Growth | None:
    """Read how the shop grows through its customers; None where nobody was watched for a year."""
    rows = db.execute(
        "select people, k, standard_error, multiplier from marts.referral_growth where people > 1"
    ).fetchall()
    if not rows:
        return None
    people, k, error, multiplier = rows[0]
    known = people >= FEW
    return Growth(
        Figure("friends.k", k if known else None, "ratio", people, None if known else "too_few"),
        max(k - 1.96 * error, 0.0),
        k + 1.96 * error,
        Figure("friends.multiplier", multiplier if known else None, "ratio", people),
    )


def read_since(db: DuckDBPyConnection) -> date | None:
    """Read the day from which on friends have come; None where none ever has."""
    rows = db.execute("select started_on from marts.referral_growth where started_on is not null").fetchall()
    return rows[0][0] if rows else None


def share_of_new(groups: Sequence[Group]) -> Figure | None:
    """Return which part of the new buyers a friend has sent; None where none was ever sent."""
    people = {group.origin: int(group.people.value or 0) for group in groups}
    if not people.get("referred"):
        return None
    everybody = sum(people.values())
    return Figure("friends.share_of_new", people["referred"] / everybody, "share", everybody)


def count_waiting(db: DuckDBPyConnection) -> int:
    """Count the friends who have not bought yet."""
    return int(
        db.execute("select count(*) from marts.customers where category = 'referral'").fetchall()[0][0]
    )
