"""The report card: what was predicted at past month ends, and what happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from clientela.warehouse.predictions.abstaining import Reason
from clientela.warehouse.predictions.report_card.accuracy import Bin
from clientela.warehouse.predictions.report_card.bootstrap import Interval

CONTRACT = ("model", "table", "days_since_last", "own_gap", "base_rate")
"""The scores that the command line promises, in its order; ``mixed`` comes beside them."""


@dataclass(frozen=True)
class Score:
    """How good one way of predicting silence was."""

    brier: float
    auc: float | None
    """None where all were silent, or none."""

    log_loss: float
    brier_range: Interval | None
    auc_range: Interval | None

    def as_json(self) -> dict[str, float | None]:
        """Return the three figures of the contract."""
        return {"brier": _rounded(self.brier), "auc": _rounded(self.auc), "log_loss": _rounded(self.log_loss)}


@dataclass(frozen=True)
class Flag:
    """A flag raised at a date, and who then bought nothing."""

    people: int
    flagged: int
    silent: int
    flagged_silent: int

    @property
    def precision(self) -> float | None:
        """Share of the flagged who bought nothing; None where nobody was flagged."""
        return self.flagged_silent / self.flagged if self.flagged else None

    @property
    def recall(self) -> float | None:
        """Share of those who bought nothing that had been flagged; None where everybody bought."""
        return self.flagged_silent / self.silent if self.silent else None

    @property
    def false_alarm(self) -> float | None:
        """Share of those who bought that had been flagged; None where nobody bought."""
        bought = self.people - self.silent
        return (self.flagged - self.flagged_silent) / bought if bought else None

    @property
    def came_back(self) -> int:
        """How many of the flagged bought all the same."""
        return self.flagged - self.flagged_silent

    def as_json(self) -> dict[str, float | None]:
        """Return the three shares of the contract."""
        return {
            "precision": _rounded(self.precision),
            "recall": _rounded(self.recall),
            "false_alarm": _rounded(self.false_alarm),
        }


@dataclass(frozen=True)
class Forecast:
    """A sum predicted for a time, and the sum that came."""

    expected: float
    actual: float

    @property
    def error(self) -> float | None:
        """Share by which the forecast was too high, negative where too low; None where nothing came."""
        return self.expected / self.actual - 1.0 if self.actual else None

    def as_json(self) -> dict[str, float | None]:
        """Return both sums and the error."""
        return {
            "expected": round(self.expected, 2),
            "actual": round(self.actual, 2),
            "error": _rounded(self.error),
        }


@dataclass(frozen=True)
class Miss:
    """Somebody who did the opposite of what was predicted."""

    person_no: int
    p_silent: float
    was_silent: bool
    purchases: int
    own_gap_days: float | None
    """Mean open days between two purchases; None with one purchase."""

    silent_days: int
    """Open days since the last purchase, at the date of the prediction."""

    total: float
    """Spent by then, the shop's currency."""


@dataclass(frozen=True)
class Verdict:
    """One way of predicting beside what happened, as an owner wants to know it."""

    calibration: list[Bin]
    sure: Flag
    """Expected to buy with 80 % or more; here flagged_silent counts the disappointments."""

    misses: list[Miss]
    """The worst ones first, by the error squared times the money spent."""


@dataclass(frozen=True)
class Origin:
    """One month end: predicted from rows dated by it, graded with what followed."""

    on: date
    customers: int
    """Everybody with a purchase by then."""

    silent: int
    """How many of them bought nothing during the horizon."""

    scores: dict[str, Score]
    """model, mixed, table, rule, days_since_last, own_gap, as_before, base_rate; the first two only with a
    model; written only for those of a report."""

    abstained: Reason | None
    """Why there is no model here."""

    lost_flag: Flag
    """The lost test of that day, over everybody."""

    repeat_lost_flag: Flag
    """The same among those who had bought on two days or more."""

    own_gap_flag: Flag
    """Silent for more than twice the own mean gap, among the same."""

    sure: Flag
    """Expected to buy with 80 % or more, among everybody; here flagged_silent counts the disappointments."""

    calibration: list[Bin]
    """Of the best way of predicting that there is at this date: the model, else the table."""

    lift: float | None
    """Of its top decile."""

    purchases: Forecast
    """Purchase days of the horizon."""

    takings: Forecast | None
    """The next calendar month's, from the customers known at the date; None where it has not ended."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    """By the way of predicting: rule, table, model, mixed, and written where a report had said it before."""

    def as_json(self) -> dict[str, Any]:
        """Return the origin as the command line contract words it, and more beside."""
        scores = {name: self.scores[name].as_json() if name in self.scores else None for name in CONTRACT}
        return {
            "on": self.on.isoformat(),
            "customers": self.customers,
            "silent": self.silent,
            "scores": scores,
            "mixed": self.scores["mixed"].as_json() if "mixed" in self.scores else None,
            "abstained": self.abstained,
            "lost_flag": self.lost_flag.as_json(),
            "repeat_lost_flag": self.repeat_lost_flag.as_json(),
            "calibration": [
                {"people": b.people, "predicted": _rounded(b.predicted), "happened": _rounded(b.happened)}
                for b in self.calibration
            ],
            "lift": _rounded(self.lift),
            "purchases": self.purchases.as_json(),
            "takings": self.takings.as_json() if self.takings else None,
        }


@dataclass(frozen=True)
class Backtest:
    """All origins together, and what they recommend."""

    horizon_days: int
    origins: list[Origin]
    """Oldest first."""

    overall: dict[str, Score]
    """Over all origins, each customer and date weighing the same; AUC is the mean over the dates."""

    tier: str
    """What P(silent) should be made of from now on: rule, table, model or mixed."""

    reason: Reason
    """Why this tier."""

    abstained: Reason | None
    """Why there is no origin; None where there is one."""

    def skill(self, name: str) -> float | None:
        """Return the share of the base rate's Brier score that a way of predicting saves, 1 best."""
        base = self.overall.get("base_rate")
        if base is None or name not in self.overall or base.brier == 0:
            return None
        return 1.0 - self.overall[name].brier / base.brier

    def as_json(self) -> dict[str, Any]:
        """Return the ``backtest`` object of the command line contract, and the verdict beside."""
        return {
            "horizon_days": self.horizon_days,
            "origins": [origin.as_json() for origin in self.origins],
            "overall": {
                name: {
                    **score.as_json(),
                    "brier_range": _range(score.brier_range),
                    "auc_range": _range(score.auc_range),
                    "skill": _rounded(self.skill(name)),
                }
                for name, score in self.overall.items()
            },
            "tier": self.tier,
            "reason": self.reason,
            "abstained": self.abstained,
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _range(value: Interval | None) -> list[float] | None:
    return None if value is None else [round(value.low, 6), round(value.high, 6)]
