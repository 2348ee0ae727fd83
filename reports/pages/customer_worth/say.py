"""What the page on a customer's worth says, by fixed rules: the findings, the numbers beside, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from clientela.i18n import gettext as _
from clientela.i18n import language, lazy, ngettext
from clientela.reasons import reason
from clientela.reports.deeds import Deed, deed
from clientela.reports.pages.customer_worth.figures import Cohort, Meter, YearCurve
from clientela.reports.section import FEW
from clientela.reports.words import ORIGIN
from clientela.templates.filters import count, day, decimal, money, share
from clientela.terms import category_name, word_for
from clientela.warehouse.measures.readings import Reading, Readings

ACTIONS: Final = 3

NEEDED: Final = 20
"""Answers that it takes to say what customers buy elsewhere."""

ANSWER: Final = {
    "customers": lazy("How many customers"),
    "contacts": lazy("How many can be reached"),
    "value": lazy("What they have brought"),
    "margin": lazy("What they have left as margin"),
    "repeat_30_days": lazy("Who buys again within 30 days"),
    "first_year": lazy("What a new customer brings in a year"),
    "expected_12m": lazy("What the next 12 months will bring"),
    "lifetime": lazy("How long they stay"),
    "wallet": lazy("How much they buy elsewhere"),
    "gains_and_losses": lazy("How many are gained and lost"),
}

DAYS_A_MONTH: Final = 365 / 12
YEAR_MONTHS: Final = 24
"""From so many months on a stay is told in years."""


def heading(told: Readings, currency: str) -> str:
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


def context(as_of: date, start: date | None, people: int) -> str:
    """Say which sales the page rests on."""
    if start is None:
        return day(as_of)
    return ngettext(
        "Sales from {start} to {end}, less refunds: {n} person.",
        "Sales from {start} to {end}, less refunds: {n} people.",
        people,
    ).format(start=day(start), end=day(as_of), n=count(people))


def between(told: Reading, currency: str | None = None) -> str:
    """Write an interval in words, empty where there is none; money in the currency, the rest by its unit."""
    if told.low is None or told.high is None:
        return ""
    if told.unit == "share":
        return _between(told.low * 100, share(round(told.low, 2)), share(round(told.high, 2)))
    if told.unit == "eur":
        low, high = (money(round(end), currency or "EUR") for end in (told.low, told.high))
        return _between(told.low, low, high)
    if told.unit == "days":
        return _between(told.low, count(told.low), count(told.high))
    return _("between {low} and {high}").format(
        low=decimal(round(told.low, 1)), high=decimal(round(told.high, 1))
    )


def _between(bare: float, low: str, high: str) -> str:
    """Write both ends; where the sign follows the number it stands once, at the end: ``tra 29 e 40 %``."""
    first = low if low[0] in "€$£" or language() == "en" else count(bare)
    return _("between {low} and {high}").format(low=first, high=high)


def how_known(told: Readings) -> str:
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
            share=share(round(rank.value, 2)), between=between(rank), n=count(rank.n or 0)
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


def member(dimension: str, code: str) -> str:
    """Return the name of a group of customers."""
    if dimension == "category":
        return category_name(code)
    return word_for(ORIGIN, code)


def span(days: float) -> str:
    """Say a number of days in months, or in years and months from two years on."""
    months = max(round(days / DAYS_A_MONTH), 1)
    if months < YEAR_MONTHS:
        return ngettext("{n} month", "{n} months", months).format(n=months)
    years, rest = divmod(months, 12)
    told = ngettext("{n} year", "{n} years", years).format(n=years)
    if not rest:
        return told
    return _("{years} and {months}").format(
        years=told, months=ngettext("{n} month", "{n} months", rest).format(n=rest)
    )


def not_yet(code: str | None, available_on: date | None) -> str:
    """Say why there is no answer yet, and from when on there will be one."""
    if available_on:
        return _("Not yet: from {day}.").format(day=day(available_on))
    return reason(code or "too_few")


def deeds(told: Readings, asleep: int, asleep_eur: Decimal) -> list[Deed]:
    """Return what to do, at most three.

    Args:
        told: the measures.
        asleep: people who left and after whose silence a word still brings some back.
        asleep_eur: what they spent in 12 months.
    """
    best = told["at_risk.best_ten_eur"]
    possible = [
        deed(
            "worth.deed.late",
            _("Call the late before they leave: this is what they would bring."),
            told["at_risk.late"].value,
            told["at_risk.late_eur"].value,
            (_("Call tomorrow"), "call-tomorrow"),
        ),
        deed(
            "worth.deed.asleep",
            _asleep(told["win_back.91_182_days"]),
            asleep,
            asleep_eur,
            (category_name("lost"), "lost"),
        ),
        deed(
            "worth.deed.best",
            _("Thank your ten best customers in person, one by one."),
            best.n if best.value else 0,
            best.value,
            (category_name("fan"), "fan"),
        ),
        deed(
            "worth.deed.ask",
            _("Ask twenty customers the two questions on where else they buy."),
            0 if told["wallet.share"].value is not None or not told["people.purchasers"].value else NEEDED,
            None,
            (category_name("customer"), "customer"),
        ),
    ]
    return [each for each in possible if each.people.value][:ACTIONS]


def _asleep(back: Reading) -> str:
    """Ask for a word to those who have been silent for 3 to 6 months, with how many of them come back."""
    if back.value is None:
        return _("Write to the lost who have been away for 3 to 6 months.")
    return _("Write to the lost who have been away for 3 to 6 months: {share} come back.").format(
        share=share(round(back.value, 2))
    )


def when(meter: Meter) -> str:
    """Say from when a question can be answered, or what is missing for it."""
    if meter.available:
        return _("now")
    told = not_yet(meter.reason, meter.available_on)
    return f"{told} ({meter.missing})" if meter.missing else told
