"""The grade of the report card in words, and what it is made of."""

from __future__ import annotations

from typing import Final

from clientela.i18n import gettext as _
from clientela.i18n import language, ngettext
from clientela.reports.pages.were_we_right.figures import BANDS, BEATEN, Measured, MonthEnd, Now, is_beaten
from clientela.reports.pages.were_we_right.figures import letter as letter_of
from clientela.templates.filters import count, day, share

FEWEST_GRADED: Final = 30
"""Settled predictions that it takes for a grade."""


def plain(number: float, digits: int = 3) -> str:
    """Write a score with the decimal sign of the language in use."""
    text = f"{number:.{digits}f}"
    return text.replace(".", ",") if language() == "it" else text


def percent(part: float) -> str:
    """Write a share in whole percent, a true minus before it."""
    return share(round(abs(part), 2)) if part >= 0 else f"−{share(round(abs(part), 2))}"


def heading(measures: dict[str, Measured], now: Now | None) -> str:
    """Say the grade, or why there is none."""
    score, letter = value(measures, "card.score"), letter_of(measures)
    if letter is None or score is None:
        if now is None:
            return _("Too early for a grade: nobody has bought with a name yet")
        settled = int(value(measures, "card.predictions") or 0)
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
            grade=letter
        )
    return _("Grade {grade}: {saved} less error than “same as last month”").format(
        grade=letter, saved=percent(score)
    )


def context(measures: dict[str, Measured], month_ends: list[MonthEnd]) -> str:
    """Say what was graded, and how much of it had been written down before."""
    if not month_ends:
        return _(
            "Each report writes down what it expects of every customer; later ones say how it turned out."
        )
    predictions = int(value(measures, "card.predictions") or 0)
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


def value(measures: dict[str, Measured], name: str) -> float | None:
    """Return a number of the card; None where there is none."""
    return measures[name].value if name in measures else None


def formula(measures: dict[str, Measured]) -> list[str]:
    """Say how the grade is made, with the numbers put in."""
    score, people = value(measures, "card.score"), value(measures, "card.people_skill")
    brier, same = value(measures, "card.brier"), value(measures, "card.brier_same")
    if score is None or people is None or brier is None or same is None:
        return []
    said = [
        _(
            "People: 1 − {ours} / {same} = {saved}. {ours} is our mean squared error on who buys in ninety "
            "days, {same} that of “who bought in the last ninety days buys again, the others do not”."
        ).format(ours=plain(brier), same=plain(same), saved=percent(people))
    ]
    takings, ours = value(measures, "card.takings_skill"), value(measures, "card.takings_error")
    naive = value(measures, "card.takings_error_same")
    if takings is not None and ours is not None and naive is not None:
        said.append(
            _(
                "Takings: 1 − {ours} / {same} = {saved}. On average we missed the next month by {ours}, "
                "“same as last month” by {same}."
            ).format(ours=percent(ours), same=percent(naive), saved=percent(takings))
        )
    bands = ", ".join(_("{grade} from {least}").format(grade=a, least=percent(b)) for a, b in BANDS)
    said.append(
        _("The grade is their mean, {score}: {bands}, E below.").format(score=percent(score), bands=bands)
        if takings is not None
        else _("The grade is {score}: {bands}, E below.").format(score=percent(score), bands=bands)
    )
    if is_beaten(measures):
        said.append(
            _("A simpler way erred less than we did: the grade is {grade} at best.").format(grade=BEATEN)
        )
    return said


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


def dots(measures: dict[str, Measured]) -> str:
    """Say how well the chances fitted."""
    precision = measures.get("card.sure_precision")
    if precision is None or precision.value is None:
        return _("What we said and what happened")
    return _("Whom we counted on with {sure} or more bought in {share} of cases").format(
        sure=percent(0.8), share=percent(precision.value)
    )


def takings(measures: dict[str, Measured]) -> str:
    """Say by how much the forecast of the next month was wrong."""
    error = value(measures, "card.takings_error")
    if error is None:
        return _("What we said of the next month's takings, and what came")
    return _("We missed the next month's takings by {error} on average").format(error=percent(error))
