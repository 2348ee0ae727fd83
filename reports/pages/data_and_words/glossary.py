"""The words of the report explained, and the method in plain sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clientela.i18n import gettext as _
from clientela.i18n import lazy, ngettext
from clientela.templates.filters import count, share

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CHECKS: Final = {
    "duplicates_joined": lazy("duplicates joined into one person"),
    "proposed_joins": lazy("likely duplicates for you to decide"),
    "poisoned_keys": lazy("e-mails or phones shared by too many to identify anybody"),
    "anonymous_receipts": lazy("receipts without a name"),
    "orders_without_amount": lazy("receipts without a readable amount, counted as zero"),
    "refunds_unnamed": lazy("refunds that name no receipt"),
    "future_rows": lazy("records dated in the future"),
}


def words() -> list[tuple[str, str]]:
    """Return the glossary."""
    return [
        (_("purchase"), _("all that a person buys on one day, however many receipts")),
        (_("active customer"), _("a first-timer, regular or fan: has bought and has not left")),
        (_("potential"), _("somebody whom you would like as a customer and have not contacted yet")),
        (_("prospect"), _("somebody with whom there was contact and who has not bought yet")),
        (_("left (lost)"), _("bought, and has been silent longer than their own rhythm makes likely")),
        (_("referred"), _("sent by a friend, before the first purchase")),
        (_("friend"), _("somebody whom one of your customers sent, whatever they have become since")),
        (_("generation"), _("1 came through a customer of your own finding, 2 through one of those friends")),
        (_("first-timer"), _("has bought once, and there is still time for the second purchase")),
        (_("regular"), _("has bought at least twice and has not left")),
        (_("fan"), _("one of the best regulars: frequent, on time, satisfied")),
        (_("rhythm"), _("the usual days between two purchases of the same person")),
        (_("late"), _("silent for longer than would happen by chance one time in five")),
        (_("at stake"), _("12 months' spending times the chance that the silence is not chance")),
        (_("sales"), _("paid amounts less refunds, without VAT where it is known")),
        (_("set aside, refused"), _("records left out on purpose; records that cannot be read")),
    ]


def reading_charts() -> list[tuple[str, str]]:
    """Return how to read each chart."""
    return [
        (_("Small lines"), _("13 month ends; each line has its own scale, the dot is today.")),
        (
            _("From month to month"),
            _("each bar starts where the one above ends; right is more, left is fewer."),
        ),
        (_("Table of moves"), _("the row is where people were, the column where they are; darker is more.")),
        (
            _("Numbered dots"),
            _("further right, the silence is less like chance; numbers are those of the table."),
        ),
        (
            _("Best customers first"),
            _("the further the curve is from the straight line, the fewer people bring the most."),
        ),
        (
            _("Would they recommend you"),
            _("those who answer 9 or 10 less those with 0 to 6; the line is the doubt of so few answers."),
        ),
        (_("Receipts per day"), _("pale bands are closures; a red mark is a gap without explanation.")),
    ]


def method(db: DuckDBPyConnection) -> list[str]:
    """Return how the categories come about, with the shop's own numbers in the sentences."""
    rows = db.execute(
        """
        select mean_gap_days, late_cut, lost_cut, floor_days, ceiling_days, first_repeat_days,
            first_repeat_source, returns_observed, fan_share
        from marts.shop_rhythm
        """
    ).fetchall()
    if not rows:
        return []
    gap, late, lost, floor, ceiling, first_days, source, returns, fans = rows[0]
    told = [_("Each person is in exactly one category, by what they did and when.")]
    if gap is not None:
        told.append(
            _(
                "Those who come back do so every {gap} days on average; each person's rhythm starts from "
                "there and follows their own purchases. A silence that would happen less than {late} of the "
                "time makes them late, less than {lost} makes them left; never before {floor} days, always "
                "after {ceiling}."
            ).format(gap=round(gap), late=share(late), lost=share(lost), floor=floor, ceiling=ceiling)
        )
    if first_days is not None:
        told.append(_first_repeat(round(first_days), source, returns or 0))
    told.append(
        _(
            "Fans are at most {share} of those who come back, by frequency, punctuality, spending, "
            "satisfaction and friends brought."
        ).format(share=share(fans))
    )
    told.append(
        _("Days of closure do not count as silence. Every month uses only what was known at its end.")
    )
    return told


def _first_repeat(days: int, source: str, returns: int) -> str:
    """Say how long a first-timer has, and how that is known."""
    texts = {
        "own": ngettext(
            "After the first purchase there are {days} days to return: "
            "nine in ten of those who return do so by then ({n} return seen).",
            "After the first purchase there are {days} days to return: "
            "nine in ten of those who return do so by then ({n} returns seen).",
            returns,
        ),
        "blend": _(
            "After the first purchase there are {days} days to return: "
            "part the trade's custom, part your own short history."
        ),
        "trade": _(
            "After the first purchase there are {days} days to return: "
            "the trade's custom, until your history can tell."
        ),
    }
    return texts[source].format(days=days, n=count(returns))
