"""The findings of the page on what a customer is worth, as sentences made by fixed rules."""

from __future__ import annotations

from collections.abc import Sequence

from clientela.i18n import gettext as _
from clientela.i18n import language, ngettext
from clientela.reports.pages.customer_worth.figures import Cohort, Meter, Told, YearCurve
from clientela.reports.pages.customer_worth.words import answers_needed, not_yet, span
from clientela.reports.section import FEW
from clientela.templates.filters import count, decimal, money, share

NEEDED = 20
"""Answers that it takes to say what customers buy elsewhere."""


def heading(told: dict[str, Told], currency: str) -> str:
    """Say in one sentence what a customer brings and how long they stay."""
    year, stay = told.get("value.first_year"), told.get("lifetime.median_days")
    mean = told.get("value.mean")
    if year and year.value is not None:
        worth = money(round(year.value), currency)
        if stay and stay.value is not None:
            return _(
                "A new customer brings {worth} in the first year, and half stay longer than {span}"
            ).format(worth=worth, span=span(stay.value))
        return _("A new customer brings {worth} in the first year").format(worth=worth)
    if mean and mean.value is not None:
        return _("So far a customer has brought {worth} on average").format(
            worth=money(round(mean.value), currency)
        )
    return _("What a customer is worth will show with the first sales")


def between(told: Told, currency: str | None = None) -> str:
    """Write an interval in words, empty where there is none; money in the currency, the rest by its unit."""
    if told.low is None or told.high is None:
        return ""
    if told.figure.unit == "share":
        return _between(told.low * 100, share(round(told.low, 2)), share(round(told.high, 2)))
    if told.figure.unit == "eur":
        low, high = (money(round(end), currency or "EUR") for end in (told.low, told.high))
        return _between(told.low, low, high)
    if told.figure.unit == "days":
        return _between(told.low, count(told.low), count(told.high))
    return _("between {low} and {high}").format(
        low=decimal(round(told.low, 1)), high=decimal(round(told.high, 1))
    )


def _between(bare: float, low: str, high: str) -> str:
    """Write both ends; where the sign follows the number it stands once, at the end: ``tra 29 e 40 %``."""
    first = low if low[0] in "€$£" or language() == "en" else count(bare)
    return _("between {low} and {high}").format(low=first, high=high)


def customers(told: dict[str, Told]) -> str:
    """Say who stands behind the number of customers."""
    bought, left = told["people.purchasers"].value or 0, told["fence.left"].value or 0
    if not bought:
        return word_for_missing("no_sales")
    first = ngettext("{n} person has bought so far", "{n} people have bought so far", round(bought))
    second = ngettext("{n} of them has left", "{n} of them have left", round(left))
    text = f"{first.format(n=count(bought))}; {second.format(n=count(left))}."
    receipts = told["identification.receipts_share"].value
    if receipts is not None:
        text += " " + _("{share} of the receipts of 12 months carry a name.").format(
            share=share(round(receipts, 2))
        )
    return text


def worth(told: dict[str, Told], currency: str) -> str:
    """Say how the value of a customer is made up."""
    mean, expected = told["value.mean"].value, told["value.expected_12m"].value
    median = told["value.median"].value
    if mean is None or median is None:
        return word_for_missing("no_sales")
    half = _("half have brought less than {median}").format(median=money(round(median), currency))
    margin = told["value.margin.mean"].value
    if margin is not None:
        half += _(", {margin} of the average is margin").format(margin=money(round(margin), currency))
    if expected is None:
        return _("{mean} so far on average; {half}.").format(mean=money(round(mean), currency), half=half)
    return _("{mean} so far plus {expected} expected in the next 12 months; {half}.").format(
        mean=money(round(mean), currency), expected=money(round(expected), currency), half=half
    )


def first_year(told: dict[str, Told], currency: str) -> str:
    """Say what a new customer brings in a year, and in how many purchases."""
    year, times = told["value.first_year"], told["purchases.first_year"].value
    if year.value is None or times is None:
        return ""
    return _("In the first year a new one brings {value} ({between}), in {times} purchases.").format(
        value=money(round(year.value), currency),
        between=between(year, currency),
        times=decimal(round(times, 1)),
    )


def stay(told: dict[str, Told], meter: Meter | None) -> str:
    """Say how long customers stay, why it cannot be said, or until when it can."""
    mean, horizon = told["lifetime.mean_days"], told["lifetime.horizon_days"].value
    if mean.value is None or horizon is None:
        reason = meter.reason if meter else told["lifetime.mean_days"].figure.reason
        return not_yet(reason, meter.available_on if meter else None)
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


def elsewhere(told: dict[str, Told], meter: Meter | None, currency: str) -> str:
    """Say what customers buy elsewhere and how that is known, or what it takes to know it."""
    part, answered = told["wallet.share"], told["wallet.response_share"].value
    if part.value is None or answered is None:
        text = answers_needed(meter.n if meter else 0, NEEDED)
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
        n=count(part.figure.n or 0),
        answered=share(round(answered, 2)),
    )
    outside = told["wallet.outside_12m"]
    if outside.value is not None:
        told_round = Told(outside.figure, round(outside.low or 0, -3), round(outside.high or 0, -3))
        text += " " + _("Elsewhere they spend about {outside} a year ({between}).").format(
            outside=money(round(outside.value, -3), currency), between=between(told_round, currency)
        )
    return text


def how_known(told: dict[str, Told]) -> str:
    """Say how the share of wallet was got, empty where it was not."""
    rank = told["wallet.rank_share"]
    if told["wallet.share"].value is None:
        return ""
    text = _(
        "Share of purchases: the answers to “how many of the last ten here”, else the order of preference; "
        "each group counts for the people it has."
    )
    if rank.value is not None:
        text += " " + _("By the order of preference alone it would be {share} ({between}, n = {n}).").format(
            share=share(round(rank.value, 2)), between=between(rank), n=count(rank.figure.n or 0)
        )
    return text


def triangle(cohorts: Sequence[Cohort]) -> str:
    """Say what part still buys a year on: the fourth quarter of life, everybody together."""
    cells = [row.cells[3].figure for row in cohorts if len(row.cells) > 3 and row.cells[3]]
    people = sum(cell.n or 0 for cell in cells)
    if people < FEW:
        return _("How many still buy as time goes by")
    back = sum(float(cell.value or 0) * (cell.n or 0) for cell in cells) / people
    return _("Of a hundred new customers, {n} still buy as the first year ends").format(n=count(back * 100))


def curves(years: Sequence[YearCurve], currency: str) -> str:
    """Compare the newest two years of which the first twelve months are known."""
    whole = [year for year in years if len(year.values) >= 12][-2:]
    if len(whole) < 2:
        return _("What the customers of each year have brought, month by month")
    old, new = whole
    return _("Who came in {new_year} brought {new} in the first year; who came in {old_year}, {old}").format(
        new_year=new.year,
        new=money(round(new.values[11]), currency),
        old_year=old.year,
        old=money(round(old.values[11]), currency),
    )


def word_for_missing(code: str) -> str:
    """Return the sentence for what is missing."""
    return not_yet(code, None)
