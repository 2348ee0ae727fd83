"""What the last page says: the data in a sentence, the words explained, the method in plain sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from clientela.i18n import gettext as _
from clientela.i18n import lazy, ngettext
from clientela.templates.filters import count, share, short_day
from clientela.terms import category_of_one
from clientela.warehouse.health import GAP_DAYS

FAULT: Final = {
    "missing_date": lazy("no date"),
    "unreadable_date": lazy("date cannot be read"),
    "future_date": lazy("date in the future"),
    "missing_amount": lazy("no amount"),
    "unreadable_amount": lazy("amount cannot be read"),
    "missing_person": lazy("no person"),
    "unknown_word": lazy("word not known"),
    "wrong_cell_count": lazy("too few or too many cells"),
    "unbalanced_quote": lazy("quotation mark left open"),
    "duplicate_key": lazy("same number, different content"),
    "order_incomplete": lazy("receipt with a faulty line"),
    "total_row": lazy("total row"),
    "two_customers_in_one_order": lazy("two customers on one receipt"),
    "blank_line": lazy("blank line"),
}
"""Why records were left out."""

TABLE: Final = {
    "orders": lazy("receipts"),
    "order_lines": lazy("receipt lines"),
    "customers": lazy("people"),
    "touchpoints": lazy("contacts made"),
    "referrals": lazy("word of mouth"),
    "referral_links": lazy("links for friends"),
    "referral_clicks": lazy("openings of links"),
    "referral_rewards": lazy("rewards for friends"),
    "targets": lazy("potential customers"),
    "consents": lazy("consents"),
    "interactions": lazy("conversations"),
    "payments": lazy("payments"),
    "surveys": lazy("survey answers"),
    "products": lazy("products"),
    "campaigns": lazy("campaigns"),
    "channel_stats": lazy("channels"),
    "loyalty_events": lazy("card and points"),
    "coupons": lazy("coupons"),
    "effort_log": lazy("time and money spent"),
    "promises": lazy("promises"),
    "competitors": lazy("competitors"),
    "merges": lazy("duplicates that you decided about"),
}
"""What a file holds."""

RESTATED: Final = {
    "late_rows": lazy("rows that came late"),
    "parameters": lazy("changed settings"),
    "late_rows+parameters": lazy("rows that came late and changed settings"),
}
"""Why a former month's figure has changed."""

CHECKS: Final = {
    "duplicates_joined": lazy("duplicates joined into one person"),
    "proposed_joins": lazy("likely duplicates for you to decide"),
    "poisoned_keys": lazy("e-mails or phones shared by too many to identify anybody"),
    "anonymous_receipts": lazy("receipts without a name"),
    "names_without_key": lazy("names on receipts without a number, card or contact: they belong to nobody"),
    "orders_without_amount": lazy("receipts without a readable amount, counted as zero"),
    "refunds_unnamed": lazy("refunds that name no receipt"),
    "future_rows": lazy("rows dated in the future"),
}


def words() -> list[tuple[str, str]]:
    """Return the glossary."""
    return [
        (_("purchase"), _("all that a person buys on one day, however many receipts")),
        (_("active customer"), _("a buyer, customer or fan: has bought and is not lost")),
        (
            category_of_one("potential"),
            _("somebody whom you would like as a customer and have not contacted yet"),
        ),
        (category_of_one("prospect"), _("somebody with whom there was contact and who has not bought yet")),
        (category_of_one("lost"), _("bought, and has been silent longer than their own rhythm makes likely")),
        (category_of_one("referral"), _("sent by a friend, before the first purchase")),
        (_("friend"), _("somebody whom one of your customers sent, whatever they have become since")),
        (_("generation"), _("1 came through a customer of your own finding, 2 through one of those friends")),
        (category_of_one("buyer"), _("has bought once, and there is still time for the second purchase")),
        (category_of_one("customer"), _("has bought at least twice and is not lost")),
        (category_of_one("fan"), _("one of the best customers: frequent, on time, satisfied")),
        (_("rhythm"), _("the usual days between two purchases of the same person")),
        (_("late"), _("silent for longer than would happen by chance one time in five")),
        (_("at stake"), _("12 months' spending times the chance that the silence is not chance")),
        (_("sales"), _("paid amounts less refunds, without VAT where it is known")),
        (_("set aside, to correct"), _("rows left out on purpose; rows that cannot be read")),
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


@dataclass(frozen=True)
class ShopRhythm:
    """The shop's own numbers behind the categories."""

    mean_gap_days: float | None
    late_cut: float
    lost_cut: float
    floor_days: int
    ceiling_days: int
    first_repeat_days: float | None
    first_repeat_source: str
    returns_observed: int | None
    fan_share: float


def method(shop: ShopRhythm) -> list[str]:
    """Return how the categories come about, with the shop's own numbers in the sentences."""
    told = [_("Each person is in exactly one category, by what they did and when.")]
    if shop.mean_gap_days is not None:
        told.append(
            _(
                "Those who come back do so every {gap} days on average; each person's rhythm starts from "
                "there and follows their own purchases. A silence that would happen less than {late} of the "
                "time makes them late, less than {lost} makes them left; never before {floor} days, always "
                "after {ceiling}."
            ).format(
                gap=round(shop.mean_gap_days),
                late=share(shop.late_cut),
                lost=share(shop.lost_cut),
                floor=shop.floor_days,
                ceiling=shop.ceiling_days,
            )
        )
    if shop.first_repeat_days is not None:
        told.append(
            _first_repeat(round(shop.first_repeat_days), shop.first_repeat_source, shop.returns_observed or 0)
        )
    told.append(
        _(
            "Fans are at most {share} of those who come back, by frequency, punctuality, spending, "
            "satisfaction and friends brought."
        ).format(share=share(shop.fan_share))
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


def heading(read_in: int, refused: int) -> str:
    """Say how much of what was read is in the numbers."""
    if not read_in:
        return _("No file has been loaded yet")
    if not refused:
        return ngettext("{n} row read, none to correct", "{n} rows read, none to correct", read_in).format(
            n=count(read_in)
        )
    return ngettext("{n} row read; to correct: {r}", "{n} rows read; to correct: {r}", read_in).format(
        n=count(read_in), r=count(refused)
    )


def gap_finding(gaps: list[tuple[date, date]]) -> str:
    """Say whether days are missing."""
    if not gaps:
        return _("no gap of {n} days or more").format(n=GAP_DAYS)
    spans = ", ".join(f"{short_day(start)}–{short_day(end)}" for start, end in gaps[:3])
    text = ngettext("{n} gap to explain: {spans}", "{n} gaps to explain: {spans}", len(gaps))
    return text.format(n=len(gaps), spans=spans)
