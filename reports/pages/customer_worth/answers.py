"""The owner's four questions, each with its answer, its doubt and how it is known; the numbers beside."""

from __future__ import annotations

from dataclasses import dataclass, replace

from clientela.i18n import gettext as _
from clientela.i18n import ngettext
from clientela.reasons import reason
from clientela.reports.pages.customer_worth.figures import Meter
from clientela.reports.pages.customer_worth.say import NEEDED, between, not_yet, span
from clientela.reports.section import Figure, figure_of
from clientela.templates.filters import count, decimal, money, share
from clientela.warehouse.measures.readings import Reading, Readings


@dataclass(frozen=True)
class Answer:
    """One of the four questions."""

    question: str
    figure: Figure
    text: str
    """The answer in words where it is not the figure as it stands, as a stay in months."""

    unit: str
    doubt: str
    how: str


def answers(told: Readings, meters: dict[str, Meter], currency: str) -> list[Answer]:
    """Return the four questions with what can be said."""
    life = told["value.life"] if told["value.life"].value is not None else told["value.mean"]
    median, mean = told["lifetime.median_days"], told["lifetime.mean_days"]
    staying = median if median.value is not None else mean
    elsewhere = told["wallet.elsewhere_a_year"]
    return [
        Answer(
            _("How many customers do you have?"),
            figure_of(told["people.active"]),
            "",
            "",
            "",
            _customers(told),
        ),
        Answer(
            _("What is a customer worth?"),
            figure_of(life),
            "" if life.value is None else money(round(life.value), currency),
            "",
            between(life, currency),
            " ".join(filter(None, (_worth(told, currency), _first_year(told, currency)))),
        ),
        Answer(
            _("How long does a customer stay?"),
            figure_of(staying),
            "" if staying.value is None else span(staying.value),
            "",
            _stay_doubt(median, mean),
            _stay(told, meters.get("lifetime")),
        ),
        Answer(
            _("How often do they buy elsewhere?"),
            figure_of(elsewhere),
            "",
            _("times a year"),
            between(elsewhere),
            _elsewhere(told, meters.get("wallet"), currency),
        ),
    ]


def _customers(told: Readings) -> str:
    """Say who stands behind the number of customers."""
    bought, left = told["people.purchasers"].value or 0, told["fence.left"].value or 0
    if not bought:
        return reason("no_sales")
    first = ngettext("{n} person has bought so far", "{n} people have bought so far", round(bought))
    second = ngettext("{n} of them is lost", "{n} of them are lost", round(left))
    text = f"{first.format(n=count(bought))}; {second.format(n=count(left))}."
    receipts = told["identification.receipts_share"].value
    if receipts is not None:
        text += " " + _("{share} of the receipts of 12 months carry a name.").format(
            share=share(round(receipts, 2))
        )
    return text


def _worth(told: Readings, currency: str) -> str:
    """Say how the value of a customer is made up."""
    mean, expected = told["value.mean"].value, told["value.expected_12m"].value
    median = told["value.median"].value
    if mean is None or median is None:
        return reason("no_sales")
    half = _("half have brought less than {median}").format(median=money(round(median), currency))
    margin = told["value.margin.mean"].value
    if margin is not None:
        half += _(", {margin} of the average is margin").format(margin=money(round(margin), currency))
    if expected is None:
        return _("{mean} so far on average; {half}.").format(mean=money(round(mean), currency), half=half)
    return _("{mean} so far plus {expected} expected in the next 12 months; {half}.").format(
        mean=money(round(mean), currency), expected=money(round(expected), currency), half=half
    )


def _first_year(told: Readings, currency: str) -> str:
    """Say what a new customer brings in a year, and in how many purchases."""
    year, times = told["value.first_year"], told["purchases.first_year"].value
    if year.value is None or times is None:
        return ""
    return _("In the first year a new one brings {value} ({between}), in {times} purchases.").format(
        value=money(round(year.value), currency),
        between=between(year, currency),
        times=decimal(round(times, 1)),
    )


def _stay(told: Readings, meter: Meter | None) -> str:
    """Say how long customers stay, why it cannot be said, or until when it can."""
    mean, horizon = told["lifetime.mean_days"], told["lifetime.horizon_days"].value
    if mean.value is None or horizon is None:
        code = meter.reason if meter else mean.reason
        return not_yet(code, meter.available_on if meter else None)
    observed = told["lifetime.observed_days"].value or 0
    text = _(
        "From the first purchase to the last, of those with two or more: {mean} days on average ({between}) "
        "within the {horizon} that can be judged."
    ).format(mean=count(mean.value), between=between(mean), horizon=count(horizon))
    return (
        text
        + " "
        + _(
            "Counting only what has passed so far it would be {observed}: too short, most are still here."
        ).format(observed=count(observed))
    )


def _elsewhere(told: Readings, meter: Meter | None, currency: str) -> str:
    """Say what customers buy elsewhere and how that is known, or what it takes to know it."""
    part, answered = told["wallet.share"], told["wallet.response_share"].value
    if part.value is None or answered is None:
        text = _answers_needed(meter.n if meter else 0, NEEDED)
        return (
            text
            + " "
            + _(
                "“Of your last ten purchases of this kind, how many here?” "
                "“Which shops do you use, best first?”"
            )
        )
    text = _("They buy {share} here ({between}): so say {n} of your customers, {answered} of them.").format(
        share=share(round(part.value, 2)),
        between=between(part),
        n=count(part.n or 0),
        answered=share(round(answered, 2)),
    )
    outside = told["wallet.outside_12m"]
    if outside.value is not None:
        told_round = replace(outside, low=round(outside.low or 0, -3), high=round(outside.high or 0, -3))
        text += " " + _("Elsewhere they spend about {outside} a year ({between}).").format(
            outside=money(round(outside.value, -3), currency), between=between(told_round, currency)
        )
    return text


def _answers_needed(answers: int, needed: int) -> str:
    """Say how many more answers it takes to know what customers buy elsewhere."""
    missing = needed - answers
    if not answers:
        return ngettext(
            "We do not know yet: it takes {n} answer to two questions.",
            "We do not know yet: it takes {n} answers to two questions.",
            missing,
        ).format(n=count(missing))
    return ngettext(
        "We do not know yet: {n} more answer is needed.",
        "We do not know yet: {n} more answers are needed.",
        missing,
    ).format(n=count(missing))


def _stay_doubt(median: Reading, mean: Reading) -> str:
    if median.value is None:
        return _("at least: more than half stay longer") if mean.value is not None else ""
    if median.low is not None and median.high is not None:
        return _("half stay longer; between {low} and {high}").format(
            low=span(median.low), high=span(median.high)
        )
    if median.low is not None:
        return _("half stay longer; at least {low}").format(low=span(median.low))
    return _("half stay longer")


@dataclass(frozen=True)
class Number:
    """One of the numbers beside the four."""

    name: str
    figure: Figure
    doubt: str
    reason: str
    """Why there is no number; empty where there is one."""

    is_bad: bool = False


def numbers(told: Readings, currency: str) -> list[Number]:
    """Return the numbers beside the four questions."""
    names = {
        "fence.enrolled": _("your people, by name or by card"),
        "fence.silent": _("of them are late"),
        "fence.by_phone": _("said yes to calls and gave a number"),
        "fence.by_email": _("said yes to e-mail and gave an address"),
        "fence.value_12m": _("expected in 12 months from those who are on time"),
        "at_risk.eur": _("expected from the late and the silent best: gone if they leave"),
        "at_risk.best_ten_eur": _("lost if your ten best go"),
        "recurring_share.12m": _("of 12 months' sales come from second and later purchases"),
        "existing_share.12m": _("of 12 months' sales come from those who were customers before the month"),
        "one_time_share": _("of those who bought have done so once only"),
        "contact_capture": _("left a phone, an e-mail or an address"),
        "gains.ratio": _("people gained this month for each one lost"),
        "win_back.91_182_days": _("of those away for 3 months come back before 6"),
        "win_back.182_365_days": _("of those away for 6 months come back before 12"),
        "wallet.exclusive_share": _("of those who answered buy only from you"),
    }
    return [
        Number(
            text,
            figure_of(told[name]),
            between(told[name], currency),
            _why_not(told[name]),
            name == "gains.ratio" and _below_one(told[name]),
        )
        for name, text in names.items()
    ]


def _why_not(told: Reading) -> str:
    return "" if told.value is not None else reason(told.reason)


def _below_one(ratio: Reading) -> bool:
    return ratio.value is not None and ratio.value < 1
