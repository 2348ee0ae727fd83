"""What the report card says: the grade, what became of whom, what we expect now, what calls bring."""

from __future__ import annotations

from datetime import date
from typing import Final

from clientela.i18n import gettext as _
from clientela.i18n import lazy, ngettext
from clientela.month import Month
from clientela.reports.pages.were_we_right.figures import Missed, MonthEnd, Now
from clientela.reports.pages.were_we_right.grade import letter, percent
from clientela.templates.filters import count, day, money, month_name
from clientela.warehouse.measures.readings import Readings

TIER: Final = {
    "rule": lazy("by each one's own rhythm"),
    "table": lazy("by how those with as many purchases and as long a silence went on"),
    "model": lazy("by the model of purchases, the best one so far"),
    "mixed": lazy("by the mean of model and table, the best one so far"),
}

FEWEST_GRADED: Final = 30
"""Settled predictions that it takes for a grade."""

IN_RHYTHM: Final = 1.5
"""Up to so many own gaps a silence is nothing unusual."""


def heading(measures: Readings, now: Now | None) -> str:
    """Say the grade, or why there is none."""
    score, given = measures["card.score"].value, letter(measures)
    if given is None or score is None:
        if now is None:
            return _("Too early for a grade: nobody has bought with a name yet")
        settled = int(measures["card.predictions"].value or 0)
        if settled >= FEWEST_GRADED:
            return _("No grade: “same as last month” has never been wrong so far")
        if settled:
            return ngettext(
                "Too early for a grade: {n} prediction settled, it takes {needed}",
                "Too early for a grade: {n} predictions settled, it takes {needed}",
                settled,
            ).format(n=count(settled), needed=FEWEST_GRADED)
        return _("Too early for a grade: the first predictions end on {day}").format(day=day(now.ends_on))
    if score < 0:
        return _("Grade {grade}: “same as last month” would have been nearer than we were").format(
            grade=given
        )
    return _("Grade {grade}: {saved} less error than “same as last month”").format(
        grade=given, saved=percent(score)
    )


def context(measures: Readings, month_ends: list[MonthEnd]) -> str:
    """Say what was graded, and how much of it had been written down before."""
    if not month_ends:
        return _(
            "Each report writes down what it expects of every customer; later ones say how it turned out."
        )
    predictions = int(measures["card.predictions"].value or 0)
    text = ngettext(
        "{months} month end, {n} predictions for the ninety days after.",
        "{months} month ends, {n} predictions for the ninety days after each.",
        len(month_ends),
    ).format(months=count(len(month_ends)), n=count(predictions))
    in_time = sum(month.is_in_time for month in month_ends)
    if not in_time:
        return f"{text} " + _("None had a report yet: we made them again from what was known on the day.")
    if in_time == len(month_ends):
        return f"{text} " + _("All of them stood in a report before.")
    more = ngettext(
        "{n} of them stood in a report before; the others we made again from what was known on the day.",
        "{n} of them stood in a report before; the others we made again from what was known on the day.",
        in_time,
    )
    return f"{text} " + more.format(n=count(in_time))


def flags(newest: MonthEnd) -> str:
    """Say what became of those who were given up, and of those who were counted on."""
    said = []
    if newest.lost > 1:
        back = newest.lost - newest.lost_silent
        said.append(
            ngettext(
                "Of the {lost} whom we gave up for lost on {day}, {back} came back within ninety days.",
                "Of the {lost} whom we gave up for lost on {day}, {back} came back within ninety days.",
                back,
            ).format(lost=count(newest.lost), back=count(back), day=day(newest.on))
        )
    if newest.sure > 1:
        bought = newest.sure - newest.sure_silent
        said.append(
            ngettext(
                "Of the {sure} whom we counted on, {bought} bought.",
                "Of the {sure} whom we counted on, {bought} bought.",
                bought,
            ).format(sure=count(newest.sure), bought=count(bought))
        )
    return " ".join(said)


def dots(measures: Readings) -> str:
    """Say how well the chances fitted."""
    precision = measures["card.sure_precision"]
    if precision.value is None:
        return _("What we said and what happened")
    return _("Those we were at least {sure} sure of bought {share} of the time").format(
        sure=percent(0.8), share=percent(precision.value)
    )


def takings(measures: Readings) -> str:
    """Say by how much the forecast of the next month was wrong."""
    error = measures["card.takings_error"].value
    if error is None:
        return _("Predicted and actual sales of the next month")
    return _("We missed the next month's sales by {error} on average").format(error=percent(error))


def said_of(missed: Missed) -> str:
    """Say what was predicted of somebody."""
    return _("buys: {chance}").format(chance=percent(1 - missed.p_silent))


def happened_to(missed: Missed) -> str:
    """Say what somebody did."""
    return _("bought nothing") if missed.was_silent else _("bought all the same")


def why(missed: Missed) -> str:
    """Say what misled the prediction."""
    gap, silent = missed.own_gap_days, missed.silent_days
    if gap is None:
        return ngettext(
            "One purchase, {n} day before: nobody expected a second one.",
            "One purchase, {n} days before: nobody expected a second one.",
            silent,
        ).format(n=count(silent))
    rhythm = ngettext("Bought every {gap} day", "Bought every {gap} days", max(1, round(gap))).format(
        gap=count(max(1, round(gap)))
    )
    away = ngettext("had been away for {n} day", "had been away for {n} days", silent).format(n=count(silent))
    if not missed.was_silent:
        return _("{rhythm}, {away}: came back all the same.").format(rhythm=rhythm, away=away)
    back = missed.last_purchase_on
    if back is not None and back > missed.ended_on:
        return _("{rhythm}, {away}: came back on {day}, too late to count.").format(
            rhythm=rhythm, away=away, day=day(back)
        )
    if silent <= IN_RHYTHM * gap:
        return _("{rhythm}, {away}: in rhythm, then stopped from one day to the next.").format(
            rhythm=rhythm, away=away
        )
    return _("{rhythm}, {away}: late already, and we believed in them too long.").format(
        rhythm=rhythm, away=away
    )


def month_of(on: date) -> str:
    """Name the month after a day."""
    return month_name(Month.of(on).next().last_day)


def expected(measures: Readings, now: Now, currency: str) -> list[str]:
    """Say what this report expects."""
    silent, purchases = measures["card.next_silent"].value, measures["card.next_purchases"].value
    sales, next_month = measures["card.next_sales"].value, measures["card.next_month"].value
    if silent is None or purchases is None or sales is None or next_month is None:
        return []
    month = measures["card.next_month"]
    takings_said = _("In {month} the customers you have will spend {sum}.").format(
        month=month_of(now.as_of), sum=money(round(next_month), currency)
    )
    if month.low is not None and month.high is not None:
        takings_said += " " + _("Likely between {low} and {high}.").format(
            low=money(round(month.low), currency), high=money(round(month.high), currency)
        )
    buyers = round(now.people - silent)
    return [
        ngettext(
            "By {day}, {buyers} of {people} customers will buy: {purchases} purchases, {sum} in all.",
            "By {day}, {buyers} of {people} customers will buy: {purchases} purchases, {sum} in all.",
            buyers,
        ).format(
            day=day(now.ends_on),
            buyers=count(buyers),
            people=count(now.people),
            purchases=count(round(purchases)),
            sum=money(round(sales), currency),
        ),
        takings_said,
        _("Said {how}.").format(how=_(TIER[now.tier])),
    ]


def calls(measures: Readings, left_alone: int, currency: str, *, is_on: bool = False) -> str:
    """Say what calling brings, or why that is not known.

    Args:
        measures: the numbers of the card.
        left_alone: people in this month's comparison group.
        currency: the shop's.
        is_on: whether the owner has asked for a comparison group.
    """
    gain, called = measures["card.call_gain"], measures["card.called_sales"].value
    alone = measures["card.left_alone_sales"].value
    if gain.value is not None and called is not None and alone is not None:
        return _(
            "Whoever was to be called spent {called} in ninety days, whoever was left alone {alone}: "
            "a call brings {gain} (between {low} and {high})."
        ).format(
            called=money(round(called, 2), currency),
            alone=money(round(alone, 2), currency),
            gain=money(round(gain.value, 2), currency),
            low=money(round(gain.low or 0.0, 2), currency),
            high=money(round(gain.high or 0.0, 2), currency),
        )
    if left_alone:
        return _(
            "A comparison group is kept; what calling brings shows once twenty of each group are settled."
        )
    if is_on:
        return _(
            "Whether calling pays is not known: the comparison group is on, but fewer than 200 people a year "
            "are to be called, too few for an answer ever to come."
        )
    return _(
        "Whether calling pays is not known: there is no comparison group. With holdout = true under "
        "[actions] in clientela.toml one in ten on the call list is not called, where a year brings 200 "
        "people to call."
    )


def notes(measures: Readings, currency: str) -> str:
    """Say what was noted of the calls; empty where nothing was."""
    noted, bought = measures["card.calls_noted"].value, measures["card.calls_bought"].value
    euros = measures["card.calls_euros"].value
    if not noted or bought is None or euros is None:
        return _("Note what came of a call with: clientela actions done CUSTOMER --outcome bought --euros 45")
    return ngettext(
        "{n} call noted: {bought} bought, {sum}.", "{n} calls noted: {bought} bought, {sum}.", int(noted)
    ).format(n=count(int(noted)), bought=count(int(bought)), sum=money(round(euros), currency))
