"""How people come back: each at their own pace, until the day they leave for good.

On the shop's clock the gaps of one person are exponential; the paces of all people are gamma-distributed.
After the first purchase a person comes back or never does; from the second on they leave after an
exponential lifetime. These are the truths that a statistic on the files should find again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from clientela.sample_data.chance import Chance
from clientela.sample_data.opening import LAST, day_after, elapsed

PACE_SHAPE: Final = 1.7
PACE_SCALE_DAYS: Final = 60.0
"""The mean pace is shape / scale = one purchase in 35 days of the shop's clock."""

RETURNS: Final = {False: 0.54, True: 0.70}
"""Share of new people who ever come back, without and with the coupon on the first receipt."""

LIFETIME_DAYS: Final = 850.0
"""Mean life from the second purchase on, days of the shop's clock."""


@dataclass(frozen=True)
class Life:
    """One person's purchases, and what nobody in the shop can see."""

    days: tuple[date, ...]
    """The days of purchase, oldest first."""

    left_on: date | None
    """The day this person stopped being a customer; None while they still are one."""

    coupon: bool = False
    """Whether the first receipt carried the coupon for a second purchase."""

    return_90: float = 0.0
    """The planted probability of a second purchase within 90 days of the first."""


def return_within(first_on: date, days: int, returns: float) -> float:
    """Return the probability that a new person buys again within so many days.

    Args:
        first_on: day of the first purchase; the answer depends on the season and the closures after it.
        days: calendar days.
        returns: share of people who ever come back.
    """
    wait = elapsed(first_on, first_on + timedelta(days))
    return float(returns * (1.0 - (PACE_SCALE_DAYS / (PACE_SCALE_DAYS + wait)) ** PACE_SHAPE))


def live(chance: Chance, first_on: date, coupon: bool, returns: float | None = None) -> Life:
    """Live one life from its first purchase to the day of leaving, or to the last day of the files."""
    share = RETURNS[coupon] if returns is None else returns
    planted = return_within(first_on, 90, share)
    mean_gap = PACE_SCALE_DAYS / chance.gamma(PACE_SHAPE)
    if not chance.happens(share):
        return Life((first_on,), first_on, coupon, planted)
    second = day_after(first_on, chance.exponential(mean_gap))
    if second is None:
        return Life((first_on,), None, coupon, planted)
    later, left_on = continue_from(chance, second, mean_gap, LIFETIME_DAYS)
    return Life((first_on, second, *later), left_on, coupon, planted)


def continue_from(
    chance: Chance, start: date, mean_gap: float, lifetime: float
) -> tuple[list[date], date | None]:
    """Return the purchases after a day, and the day of leaving if it comes before the files end."""
    left_on = day_after(start, chance.exponential(lifetime))
    end = left_on or LAST
    days: list[date] = []
    day = day_after(start, chance.exponential(mean_gap))
    while day is not None and day <= end:
        days.append(day)
        day = day_after(day, chance.exponential(mean_gap))
    return days, left_on


def scripted(days: list[date], left_on: date | None = None) -> Life:
    """Return a life whose purchases were decided by hand."""
    quick = len(days) > 1 and (days[1] - days[0]).days <= 90
    return Life(tuple(days), left_on, False, float(quick))
