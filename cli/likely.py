"""The words of ``duplicates``: two people side by side, why they may be one, what a decision did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from clientela.cli.output import currency
from clientela.i18n import gettext as _
from clientela.i18n import lazy, ngettext
from clientela.money import money_text

if TYPE_CHECKING:
    from clientela.warehouse.identity.decisions import Decision
    from clientela.warehouse.identity.proposals import Programme, Proposal, Side

WHY: Final = {
    "shared_email": lazy("the same e-mail {evidence}, under two customer numbers"),
    "shared_phone": lazy("the same phone {evidence}, under two customer numbers"),
    "mailbox": lazy("two spellings of one address: Gmail delivers both to {evidence}"),
    "leading_zeros": lazy("the same number but for the zeros before it: {evidence}; Excel likes to eat them"),
    "name_and_postal_code": lazy("the same name, {evidence}, and the same postal code"),
    "same_name": lazy("the same name, {evidence}, and nothing else in common"),
    "look_alike": lazy("names that differ by a letter or two: {evidence}"),
}
"""Why two people may be one; English, translated when printed."""

STATE: Final = {"accepted": lazy("one person"), "refused": lazy("two people")}


def state_word(state: str) -> str:
    """Return a decision in words."""
    return _(STATE[state])


def rows_of(people: list[Proposal], programmes: list[Programme]) -> list[dict[str, Any]]:
    """Return a row each: ID, both sides, why."""
    rows = [
        {
            "id": each.proposal_id,
            "one": each.one_source,
            "other": each.other_source,
            "why": _why_programme(each),
        }
        for each in programmes
    ]
    return rows + [
        {
            "id": each.proposal_id,
            "one": _side(each.one),
            "other": _side(each.other),
            "why": _(WHY[each.reason]).format(evidence=each.evidence),
        }
        for each in people
    ]


def _side(side: Side) -> str:
    """Say who it is, by what the owner knows, and what they have bought."""
    from clientela.templates.filters import count, money

    known = [side.name, _number(side), side.email if side.email != side.value else None]
    known.append(side.phone if side.phone != side.value else None)
    bought = _("purchases: {count}").format(count=count(side.purchases))
    if side.purchases:
        bought += " · " + money(side.revenue_total, currency())
    return ", ".join([*(part for part in known if part), bought])


def _number(side: Side) -> str:
    """Return the key of a side, with its kind where that is not plain to see."""
    if side.value.startswith("name:"):
        return _("no number")
    if side.kind == "card_number":
        return _("card {number}").format(number=side.value)
    return side.value


def _why_programme(pair: Programme) -> str:
    from clientela.templates.filters import count

    told = ngettext(
        "{common} customer number stands in both",
        "{common} customer numbers stand in both",
        pair.common_ids,
    ).format(common=count(pair.common_ids))
    if pair.is_proven:
        return _("{told}, and names or contacts agree: likely one programme").format(told=told)
    return _("{told}, but nothing else says that they are of one programme").format(told=told)


def as_json(people: list[Proposal], programmes: list[Programme]) -> dict[str, Any]:
    """Return the object that ``duplicates --format json`` prints."""
    return {
        "duplicates": [
            {
                "id": each.proposal_id,
                "reason": each.reason,
                "evidence": each.evidence,
                "one": _as_json(each.one),
                "other": _as_json(each.other),
            }
            for each in people
        ],
        "programmes": [
            {
                "id": each.proposal_id,
                "one": each.one_source,
                "other": each.other_source,
                "common_ids": each.common_ids,
                "agreeing_ids": each.agreeing_ids,
                "is_proven": each.is_proven,
            }
            for each in programmes
        ],
    }


def _as_json(side: Side) -> dict[str, Any]:
    return {
        "customer_id": side.customer_id,
        "name": side.name,
        "email": side.email,
        "phone": side.phone,
        "purchases": side.purchases,
        "last_purchase_on": side.last_purchase_on.isoformat() if side.last_purchase_on else None,
        "revenue_total": money_text(side.revenue_total),
    }


def said_of(decision: Decision) -> str:
    """Say what came of a decision."""
    sides = {"one": decision.one, "other": decision.other, "id": decision.merge_id}
    if decision.state == "accepted" and decision.kind == "programme":
        return _(
            "{one} and {other} are one programme: equal numbers are one person. "
            "To undo it: clientela duplicates undo {id}"
        ).format(**sides)
    if decision.state == "accepted":
        return _(
            "{one} and {other} are one person, also in months already closed: the next report says what "
            "changes. To undo it: clientela duplicates undo {id}"
        ).format(**sides)
    if decision.state == "refused":
        return _("{one} and {other} stay two; nobody asks about them again.").format(**sides)
    return _("The decision about {one} and {other} is undone.").format(**sides)
