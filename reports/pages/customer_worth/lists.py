"""The numbers beside the owner's four questions, and what to do about them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from clientela.i18n import gettext as _
from clientela.reports.deeds import Deed
from clientela.reports.pages.customer_worth import say
from clientela.reports.pages.customer_worth.figures import Told
from clientela.reports.pages.customer_worth.words import REASON
from clientela.reports.section import Figure
from clientela.reports.words import category, word_for
from clientela.templates.filters import share

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ACTIONS = 3
SILENT_FROM, SILENT_TO = 91, 182
"""Days of silence after which a word still brings some back."""


@dataclass(frozen=True)
class Number:
    """One of the numbers beside the four."""

    name: str
    told: Told
    doubt: str
    reason: str
    """Why there is no number; empty where there is one."""

    is_bad: bool = False


def numbers(told: dict[str, Told], currency: str) -> list[Number]:
    """Return the numbers beside the four questions."""
    names = {
        "fence.enrolled": _("people in your fence, by name or by card"),
        "fence.silent": _("of them are late"),
        "fence.by_phone": _("said yes to calls and gave a number"),
        "fence.by_email": _("said yes to e-mail and gave an address"),
        "fence.value_12m": _("expected in 12 months from those who are on time"),
        "at_risk.eur": _("expected from the late and the silent best: gone if they leave"),
        "at_risk.best_ten_eur": _("gone if your ten best left"),
        "recurring_share.12m": _("of 12 months' sales come from second and later purchases"),
        "existing_share.12m": _("of 12 months' sales come from those who were customers before the month"),
        "one_time_share": _("of those who bought have done so once only"),
        "contact_capture": _("left a phone, an e-mail or an address"),
        "gains.ratio": _("people gained this month for each who left"),
        "win_back.91_182_days": _("of those silent for 3 months come back before 6"),
        "win_back.182_365_days": _("of those silent for 6 months come back before 12"),
        "wallet.exclusive_share": _("of those who answered buy only from you"),
    }
    return [
        Number(
            text,
            told[name],
            say.between(told[name], currency),
            _reason(told[name]),
            name == "gains.ratio" and _below_one(told[name]),
        )
        for name, text in names.items()
    ]


def _reason(told: Told) -> str:
    return "" if told.value is not None else word_for(REASON, told.figure.reason)


def _below_one(ratio: Told) -> bool:
    return ratio.value is not None and ratio.value < 1


def deeds(db: DuckDBPyConnection, told: dict[str, Told]) -> list[Deed]:
    """Return what to do, at most three."""
    [(asleep, asleep_eur)] = db.execute(
        """
        select count(*), coalesce(sum(revenue_12m), 0) from marts.customers
        where category = 'lost' and is_listed and silent_days between ? and ?
        """,
        [SILENT_FROM, SILENT_TO],
    ).fetchall()
    best = told["at_risk.best_ten_eur"]
    possible = [
        _deed(
            "late",
            _("Call the late before they leave: this is what they would bring."),
            told["at_risk.late"].value,
            told["at_risk.late_eur"].value,
            (_("Call tomorrow"), "call-tomorrow"),
        ),
        _deed(
            "asleep",
            _asleep(told["win_back.91_182_days"]),
            asleep,
            asleep_eur,
            (category("lost"), "lost"),
        ),
        _deed(
            "best",
            _("Thank your ten best customers in person, one by one."),
            best.figure.n if best.value else 0,
            best.value,
            (category("fan"), "fan"),
        ),
        _deed(
            "ask",
            _("Ask twenty customers the two questions on where else they buy."),
            0
            if told["wallet.share"].value is not None or not told["people.purchasers"].value
            else say.NEEDED,
            None,
            (category("customer"), "customer"),
        ),
    ]
    return [deed for deed in possible if deed.people.value][:ACTIONS]


def _asleep(back: Told) -> str:
    """Ask for a word to those who have been silent for 3 to 6 months, with how many of them come back."""
    if back.value is None:
        return _("Write to those who left and have been silent for 3 to 6 months.")
    return _("Write to those who left and have been silent for 3 to 6 months: {share} come back.").format(
        share=share(round(back.value, 2))
    )


def _deed(
    code: str, text: str, people: float | None, worth: Decimal | float | None, place: tuple[str, str]
) -> Deed:
    name = f"worth.deed.{code}"
    euros = None if worth is None else Decimal(str(round(worth, 2)))
    return Deed(
        text,
        Figure(f"{name}.people", round(people or 0), "people"),
        Figure(f"{name}.eur", euros, "eur"),
        *place,
    )
