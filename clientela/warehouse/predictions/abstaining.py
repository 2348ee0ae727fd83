"""When a shop's data cannot carry a model, and how that is said."""

from __future__ import annotations

from typing import Final

from clientela.i18n import gettext as _
from clientela.i18n import language, ngettext

FEWEST_REPEAT_CUSTOMERS: Final = 300
FEWEST_DAYS: Final = 180

Reason = str
"""A whole sentence in the language in use."""


def in_words(value: float, decimals: int) -> str:
    """Write a number with the decimal sign of the language in use."""
    text = f"{value:.{decimals}f}"
    return text.replace(".", ",") if language() == "it" else text


def why_no_model(customers: int, repeat_customers: int, days: int) -> Reason | None:
    """Return why no model is fitted, None where one is.

    Args:
        customers: whose first purchase the files hold.
        repeat_customers: of them, those who bought on two days or more.
        days: from the first of these purchases to the date.
    """
    if customers == 0:
        return _("No customer whose first purchase is in the files: there is nothing to fit a model to.")
    if repeat_customers < FEWEST_REPEAT_CUSTOMERS:
        return ngettext(
            "{number} customer who came back: too few for a model, the rule is used.",
            "{number} customers who came back: too few for a model, the rule is used.",
            repeat_customers,
        ).format(number=repeat_customers)
    if days < FEWEST_DAYS:
        return ngettext(
            "{number} day of sales: too short for a model, the rule is used.",
            "{number} days of sales: too short for a model, the rule is used.",
            days,
        ).format(number=days)
    return None


def no_leaving() -> Reason:
    """Say that P(alive) is hidden."""
    return _(
        "No measurable dropout: the purchases are explained as well by customers who never leave, so the "
        "probability that a customer is still active is not shown."
    )


def no_spend_model() -> Reason:
    """Say that the model of spending is not used."""
    return _("The amounts do not carry a model: each customer's own mean is used, drawn towards the shop's.")


def spend_is_related(correlation: float) -> Reason:
    """Say that frequent customers spend differently per purchase."""
    return _(
        "Frequent customers spend differently per purchase (rank correlation {correlation}): the expected "
        "amounts are less reliable."
    ).format(correlation=in_words(correlation, 2))
