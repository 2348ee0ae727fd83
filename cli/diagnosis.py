"""The words of ``doctor``: each sign as a sentence, with why it matters and the command that comes next."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from clientela.cli.output import currency
from clientela.i18n import gettext as _
from clientela.i18n import lazy
from clientela.money import money_text

if TYPE_CHECKING:
    from clientela.warehouse.health import Sign

WHAT: Final = {
    "coverage": lazy(
        "till totals of days: {days}; named sales cover {turnover_share} of turnover and {receipts_share} of "
        "receipts; days without loaded sales: {days_without_sales}"
    ),
    "quarantined": lazy("rows to correct: {count}, {money}"),
    "waiting": lazy("rows set aside until you say what they are: {count}, {money}"),
    "duplicates": lazy("likely duplicates to decide: {count}"),
    "programmes": lazy("files that may be of one programme: {count}"),
    "names_without_key": lazy(
        "names without a number, card or contact: {count}, on receipts: {receipts}, {money}"
    ),
    "nobodies": lazy(
        "cells that look like a key and name nobody: {cells}; contacts that too many share: {shared}"
    ),
    "anonymous": lazy(
        "receipts without a name in 13 months: {count}, {share} of all, {money_share} of sales"
    ),
    "gaps": lazy("gaps of 4 days or more without a receipt: {count}"),
    "disappeared": lazy("rows that a later file no longer brings: {count}"),
    "without_source": lazy("mappings without a source: {count} {files}"),
}
"""What there is; English, translated when printed."""

WHY: Final = {
    "coverage": lazy("what the till took and no file says is in no figure"),
    "quarantined": lazy("they count nowhere until they are mended"),
    "waiting": lazy("they count nowhere until you answer"),
    "duplicates": lazy("one good customer counted as two looks like two new ones"),
    "programmes": lazy("a customer with a name in one file and sales in the other counts as two"),
    "names_without_key": lazy("they buy and belong to nobody"),
    "nobodies": lazy("their receipts have no name"),
    "anonymous": lazy("nobody can be thanked, missed or called back"),
    "gaps": lazy("a silence that is a missing file makes good customers look late"),
    "disappeared": lazy("they may have been cancelled; here they still count"),
    "without_source": lazy("two programmes that both number from 1 would share their customers"),
}
"""Why it matters."""

NEXT: Final = {
    "coverage": lazy("load the sales of those days: clientela load FILE"),
    "quarantined": lazy("clientela quarantine export fix.xlsx"),
    "waiting": lazy("clientela inspect FILE"),
    "duplicates": lazy("clientela duplicates"),
    "programmes": lazy("clientela duplicates"),
    "names_without_key": lazy("name = true under [key] in the mapping, then load again"),
    "nobodies": lazy("if one of them is a person, correct the cell and load again"),
    "anonymous": lazy("ask for the card at the till"),
    "gaps": lazy("load the missing days, or write closures in clientela.toml"),
    "disappeared": lazy('clientela sql "from meta.disappeared_rows"'),
    "without_source": lazy("write source in each of them"),
}
"""What comes next."""


def rows_of(signs: list[Sign]) -> list[dict[str, Any]]:
    """Return a row for each sign; what is well has no next step."""
    return [
        {
            "code": sign.code,
            "mark": "!" if sign.is_finding else "·",
            "what": _(WHAT[sign.code]).format(**_shown(sign)),
            "why": _(WHY[sign.code]),
            "next": _(NEXT[sign.code]) if sign.is_finding else "",
        }
        for sign in signs
    ]


def _shown(sign: Sign) -> dict[str, str]:
    """Return the figures as a person reads them."""
    from clientela.templates.filters import count, money, share

    shown = {"count": count(sign.count)}
    for name, value in sign.parts.items():
        if isinstance(value, Decimal):
            shown[name] = money(value, currency())
        elif isinstance(value, float):
            shown[name] = share(value)
        elif isinstance(value, list):
            shown[name] = f"({', '.join(value)})" if value else ""
        else:
            shown[name] = count(value) if isinstance(value, int) else str(value)
    return shown


def as_json(signs: list[Sign], day: date) -> dict[str, Any]:
    """Return the object that ``doctor --format json`` prints."""
    return {
        "as_of": day.isoformat(),
        "findings": sum(sign.is_finding for sign in signs),
        "signs": [
            {
                "code": sign.code,
                "count": sign.count,
                "is_finding": sign.is_finding,
                **{name: _plain(value) for name, value in sign.parts.items()},
            }
            for sign in signs
        ],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return money_text(value)
    if isinstance(value, float):
        return round(value, 6)
    return value.isoformat() if isinstance(value, date) else value
