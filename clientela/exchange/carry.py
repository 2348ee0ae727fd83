"""The server's side of an exchange by files: take what the shop left in a folder, leave what happened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clientela.errors import ClientelaError, pasted
from clientela.exchange import carried_files
from clientela.exchange.other_side import OtherSide, Push, Pushed
from clientela.exchange.other_side_store import StoreSide
from clientela.i18n import gettext as _
from clientela.loyalty import json_forms


@dataclass(frozen=True)
class Carried:
    """What was taken and what was left."""

    members: int
    """Members brought up to date."""

    outcomes: Pushed

    events: int
    """Facts left for the shop."""

    path: Path
    """The file to carry back."""


def carry(folder: Path, side: StoreSide) -> Carried:
    """Apply the shop's file and write the answer beside it; doing it again changes nothing.

    Args:
        folder: what was carried here.
        side: the store of this machine.

    Raises:
        ClientelaError: if the shop's file is missing or cannot be used.
    """
    given = carried_files.read(folder, carried_files.TO_SERVER)
    if given is None:
        raise ClientelaError(
            _("There is no {file} in {folder}.").format(file=carried_files.TO_SERVER, folder=folder),
            _("Write it on the shop's computer with: clientela referral sync --folder {folder}").format(
                folder=pasted(folder)
            ),
        )
    former = carried_files.read(folder, carried_files.FROM_SERVER)
    is_repeated = former is not None and former["answers"] == given["id"]
    invited = former["members"] if former and is_repeated else _bring(side, given)
    side.remember_folder(folder)
    outcomes = Pushed()
    if given["sales"]:
        as_of = given["sales"]["as_of"]
        outcomes = side.push_sales([json_forms.outcome_from(row, as_of) for row in given["sales"]["sales"]])
    events, cursor = _since(side, given["cursor"])
    content = {
        "answers": given["id"],
        "since": given["cursor"],
        "next": cursor,
        "events": events,
        "members": invited,
    }
    path = carried_files.write(folder, carried_files.FROM_SERVER, content)
    return Carried(len(given["members"]), outcomes, len(events), path)


def _bring(side: OtherSide, given: dict[str, Any]) -> list[dict[str, Any]]:
    """Bring the members, those with a new address for their page apart."""
    invited = []
    for renew in (False, True):
        rows = [row for row in given["members"] if (row["customer_id"] in given["renew"]) is renew]
        statuses = {row["customer_id"]: row.get("status", "active") for row in rows}
        if rows:
            invited += side.push_members(
                Push([json_forms.member_from(row) for row in rows], statuses, renew=renew)
            )
    if given.get("forgotten"):
        side.push_erasures([json_forms.erasure_from(row) for row in given["forgotten"]])
    if given["consents"]:
        side.push_members(Push(consents=[json_forms.friend_consent_from(row) for row in given["consents"]]))
    return [json_forms.invited_as(row) for row in invited]


def _since(side: OtherSide, cursor: str) -> tuple[list[dict[str, Any]], str]:
    """Return everything after a cursor, and the cursor behind it."""
    events: list[dict[str, Any]] = []
    while True:
        page = side.fetch_events(cursor)
        events += page.events
        if page.next == cursor:
            return events, cursor
        cursor = page.next
