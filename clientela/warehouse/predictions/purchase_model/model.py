"""The model of the shop's customers at a date: fitted, or an abstention in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from clientela.warehouse.predictions.abstaining import (
    Reason,
    no_leaving,
    no_spend_model,
    spend_is_related,
    why_no_model,
)
from clientela.warehouse.predictions.arrays import floats, whole
from clientela.warehouse.predictions.purchase_model.bg_nbd import BG
from clientela.warehouse.predictions.purchase_model.families import Family, Parameters
from clientela.warehouse.predictions.purchase_model.fitting import Fit, fit
from clientela.warehouse.predictions.purchase_model.gamma_gamma import GammaGamma, Spend, fit_spend
from clientela.warehouse.predictions.purchase_model.histories import DAYS_IN_UNIT, Histories
from clientela.warehouse.predictions.purchase_model.mbg_nbd import MBG
from clientela.warehouse.predictions.queries_by_name import columns, keep, query
from clientela.warehouse.predictions.rank_correlation import rank_correlation

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FAMILIES: Final = {family.name: family for family in (MBG, BG)}
"""By the word of ``model fit --model``."""


RELATED: Final = 0.30
"""Rank correlation of purchases and spend from which their independence is in doubt."""


@dataclass(frozen=True)
class Model:
    """A shop's model at a date."""

    family: Family
    customers: int
    """Whose first purchase the files hold: the model is fitted to them."""

    repeat_customers: int
    fitted_to: date
    fit: Fit | None
    spend: GammaGamma | None
    rank_correlation: float
    """Spearman's, of the number of repeat purchases and their mean; the spending model takes it for 0."""

    abstained: Reason | None
    """Why there is no fit; None where there is one."""

    @property
    def shows_p_alive(self) -> bool:
        """Whether the probability to be still active means anything here."""
        return self.fit is not None and self.fit.sees_leaving

    def warnings(self) -> list[Reason]:
        """Return what the reader of the numbers should know."""
        said = []
        if self.fit is not None and not self.fit.sees_leaving:
            said.append(no_leaving())
        if self.spend is not None and not self.spend.is_usable:
            said.append(no_spend_model())
        elif abs(self.rank_correlation) >= RELATED:
            said.append(spend_is_related(self.rank_correlation))
        return said

    def as_json(self) -> dict[str, Any]:
        """Return the ``model show`` object of the command line contract."""
        return {
            "model": self.family.name,
            "unit": "weeks",
            "customers": self.customers,
            "repeat_customers": self.repeat_customers,
            "parameters": _parameters(self.fit.parameters) if self.fit else None,
            "log_likelihood": self.fit.log_likelihood if self.fit else None,
            "gradient_norm": self.fit.gradient_norm if self.fit else None,
            "spend": _spend(self.spend) if self.spend and self.spend.is_usable else None,
            "fitted_to": self.fitted_to.isoformat(),
            "abstained": self.abstained,
            "warnings": self.warnings(),
        }


def _parameters(p: Parameters) -> dict[str, float]:
    return {"r": p.r, "alpha": p.alpha, "a": p.a, "b": p.b}


def _spend(spend: GammaGamma) -> dict[str, float]:
    return {"p": spend.p, "q": spend.q, "v": spend.v, "log_likelihood": spend.log_likelihood}


def fit_model(
    db: DuckDBPyConnection,
    as_of: date,
    family: Family = MBG,
    *,
    priors: bool = True,
) -> Model:
    """Fit the model to the shop's customers at a date.

    Leaves the temporary table ``model_customers`` for ``write_scores``.

    Args:
        db: a connection whose marts and variables stand at the date.
        as_of: that date.
        family: MBG or BG.
        priors: off to reproduce published numbers.
    """
    keep(db, "model_customers", "customers_today")
    found = columns(db, f"select * from ({query('histories')}) where new_customers > 0")
    histories = Histories(
        *(floats(found[name]) for name in ("repeats", "recency_days", "age_days", "new_customers"))
    ).in_units_of(DAYS_IN_UNIT)
    customers = int(histories.total)
    days = round(float(histories.age.max(initial=0.0)) * DAYS_IN_UNIT)
    abstained = why_no_model(customers, histories.repeat_customers, days)
    if abstained:
        return Model(family, customers, histories.repeat_customers, as_of, None, None, 0.0, abstained)
    fitted = fit(family, histories, priors=priors)
    spend = _spend_of_new(db)
    related = rank_correlation(spend.repeats, spend.mean)
    return Model(
        family, customers, histories.repeat_customers, as_of, fitted, fit_spend(spend), related, None
    )


def _spend_of_new(db: DuckDBPyConnection) -> Spend:
    found = columns(
        db,
        "select repeats, total - first_total as repeat_total from model_customers "
        "where is_new and repeats > 0 order by person_no",
    )
    return Spend.of(whole(found["repeats"]).astype(float), floats(found["repeat_total"]))
