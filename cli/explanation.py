"""The answer of ``explain``: one person, every rule that touched them, with the numbers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from clientela.cli.category_reason import LIMITS, reason
from clientela.cli.output import currency
from clientela.fan_conditions import lacking
from clientela.i18n import gettext as _
from clientela.i18n import ngettext
from clientela.money import money_text
from clientela.templates import filters
from clientela.terms import category_name

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


TABLES: Final = (
    "marts.customers",
    "marts.fan_scores",
    "marts.next_purchase",
    "marts.people",
    "marts.shop_rhythm",
)
"""What the answer is read from."""


def _one(db: DuckDBPyConnection, query: str, values: list[Any]) -> dict[str, Any]:
    found = db.execute(query, values)
    names = [column[0] for column in found.description or []]
    row = found.fetchone()
    return dict(zip(names, row, strict=True)) if row else {}


def _purchases(person: dict[str, Any]) -> list[str]:
    if not person["purchases"]:
        return [_("No purchase so far.")]
    return [
        _("{purchases} purchases, the first on {first}, the last on {last}.").format(
            purchases=filters.count(person["purchases"]),
            first=filters.day(person["first_purchase_on"]),
            last=filters.day(person["last_purchase_on"]),
        )
        if person["purchases"] > 1
        else _("One purchase, on {day}.").format(day=filters.day(person["first_purchase_on"])),
        _("Spent {year} in 12 months, {total} in all.").format(
            year=filters.money(person["revenue_12m"], currency()),
            total=filters.money(person["revenue_total"], currency()),
        ),
    ]


def _limits(person: dict[str, Any], shop: dict[str, Any]) -> list[str]:
    if not person["purchases"]:
        return []
    if person["purchases"] == 1:
        source = {
            "own": _("from this shop's own returns"),
            "blend": _("from this shop's short history and the trade's usual"),
            "trade": _("the trade's usual, until more people have come back"),
        }[shop["first_repeat_source"]]
        return [
            _("Time for the second purchase: {days} open days ({source}).").format(
                days=round(shop["first_repeat_days"]), source=source
            )
        ]
    return [
        _("Late after {late} open days of silence, lost after {lost}; silent for {silent} now.").format(
            late=round(person["late_after_days"]),
            lost=round(person["silence_allowed_days"]),
            silent=person["silent_days"],
        )
    ]


def _next(coming: dict[str, Any]) -> list[str]:
    """Say when the next purchase is expected, or was."""
    if not coming or coming["expected_on"] is None or coming["until_on"] is None:
        return []
    if coming["is_past"]:
        text = _("The next purchase was expected about {day}, between {first} and {last}.")
    else:
        text = _("The next purchase is expected about {day}, between {first} and {last}.")
    return [
        text.format(
            day=filters.day(coming["expected_on"]),
            first=filters.day(coming["from_on"]),
            last=filters.day(coming["until_on"]),
        )
    ]


def _fan(db: DuckDBPyConnection, person: dict[str, Any]) -> list[str]:
    score = _one(db, "select * from marts.fan_scores where person_no = ?", [person["person_no"]])
    if not score:
        return []
    lines = [_("Fan score {score} of 100.").format(score=filters.decimal(score["score"]))]
    if score["failed_gate"]:
        lines.append(_("Not a fan: {gate}.").format(gate=lacking(score["failed_gate"])))
    elif not score["is_fan"]:
        lines.append(
            _("Passes every condition of a fan, but others score higher; weakest point: {part}.").format(
                part=lacking(score["missing"])
            )
        )
    return lines


def _history(db: DuckDBPyConnection, person: dict[str, Any]) -> list[str]:
    lines = []
    if person["lost_on"]:
        lines.append(_("In the register of losses since {day}.").format(day=filters.day(person["lost_on"])))
    if person["times_lost"] > 1:
        lines.append(_("Lost {times} times so far.").format(times=person["times_lost"]))
    if person["referred_by"]:
        who = person["referred_by_name"] or person["referred_by"]
        lines.append(_("Came through {who}.").format(who=who))
    joined = _one(db, "select accounts from marts.people where person_no = ?", [person["person_no"]])
    if joined.get("accounts", 1) > 1:
        lines.append(
            ngettext(
                "{count} record was joined into this person.",
                "{count} records were joined into this person.",
                joined["accounts"] - 1,
            ).format(count=joined["accounts"] - 1)
        )
    return lines


def explain(db: DuckDBPyConnection, customer_id: str, as_of: date) -> dict[str, Any]:
    """Explain one person.

    Returns:
        customer_id, name, category, as_of, ``words`` (the lines to read) and ``numbers``.
    """
    person = _one(db, "select * from marts.customers where customer_id = ?", [customer_id])
    shop = _one(db, "select * from marts.shop_rhythm", [])
    coming = _one(db, "select * from marts.next_purchase where customer_id = ?", [customer_id])
    (limits,) = db.execute(LIMITS).fetchall()
    name = person["name"] or person["customer_id"]
    category = _("category: {category}").format(category=category_name(person["category"]))
    words = [
        f"{name} ({person['customer_id']}) · {category}, {filters.day(as_of)}",
        reason(person, limits),
        *_purchases(person),
        *_limits(person, shop),
        *_next(coming),
        *_fan(db, person),
        *_history(db, person),
    ]
    numbers = {
        key: money_text(value) if key.startswith("revenue") else value
        for key, value in person.items()
        if key not in ("person_no", "referrer_no", "last_open_day", "overlays", "email", "phone")
    }
    numbers["overlays"] = person["overlays"].split("|") if person["overlays"] else []
    numbers["next_purchase_on"] = coming.get("expected_on")
    numbers["next_purchase_from_on"] = coming.get("from_on")
    numbers["next_purchase_until_on"] = coming.get("until_on")
    numbers["shop_mean_gap_days"] = shop["mean_gap_days"]
    numbers["first_repeat_days"] = shop["first_repeat_days"]
    return {
        "as_of": as_of,
        "customer_id": customer_id,
        "name": person["name"],
        "category": person["category"],
        "words": words,
        "numbers": numbers,
    }
