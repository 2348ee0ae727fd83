"""The owner's four questions, each with its answer, its doubt, and how it is known."""

from __future__ import annotations

from dataclasses import dataclass

from clientela.i18n import gettext as _
from clientela.reports.pages.customer_worth import say
from clientela.reports.pages.customer_worth.figures import Meter, Told
from clientela.reports.pages.customer_worth.words import span
from clientela.reports.section import Figure
from clientela.templates.filters import money


@dataclass(frozen=True)
class Answer:
    """One of the four questions."""

    question: str
    told: Told
    text: str
    """The answer in words where it is not the figure as it stands, as a stay in months."""

    unit: str
    doubt: str
    how: str


class Known(dict[str, Told]):
    """The measures; one that the marts do not have is a number that is not there."""

    def __missing__(self, name: str) -> Told:
        return Told(Figure(name, None, "count", None, "too_few"))


def answers(told: dict[str, Told], meters: dict[str, Meter], currency: str) -> list[Answer]:
    """Return the four questions with what can be said."""
    life = told["value.life"] if told["value.life"].value is not None else told["value.mean"]
    median, mean = told["lifetime.median_days"], told["lifetime.mean_days"]
    staying = median if median.value is not None else mean
    elsewhere = told["wallet.elsewhere_a_year"]
    return [
        Answer(_("How many customers do you have?"), told["people.active"], "", "", "", say.customers(told)),
        Answer(
            _("What is a customer worth?"),
            life,
            "" if life.value is None else money(round(life.value), currency),
            "",
            say.between(life, currency),
            " ".join(filter(None, (say.worth(told, currency), say.first_year(told, currency)))),
        ),
        Answer(
            _("How long does a customer stay?"),
            staying,
            "" if staying.value is None else span(staying.value),
            "",
            _stay_doubt(median, mean),
            say.stay(told, meters.get("lifetime")),
        ),
        Answer(
            _("How often do they buy elsewhere?"),
            elsewhere,
            "",
            _("times a year"),
            say.between(elsewhere),
            say.elsewhere(told, meters.get("wallet"), currency),
        ),
    ]


def _stay_doubt(median: Told, mean: Told) -> str:
    if median.value is None:
        return _("at least: more than half stay longer") if mean.value is not None else ""
    if median.low is not None and median.high is not None:
        return _("half stay longer; between {low} and {high}").format(
            low=span(median.low), high=span(median.high)
        )
    if median.low is not None:
        return _("half stay longer; at least {low}").format(low=span(median.low))
    return _("half stay longer")
