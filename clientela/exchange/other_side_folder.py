"""A server that only a folder reaches: what is for it waits in one file, what it said stands in another."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from clientela.exchange import carried_files
from clientela.exchange.other_side import EventPage, Push, Pushed
from clientela.loyalty import json_forms

if TYPE_CHECKING:
    from clientela.forgotten import Erasure
    from clientela.loyalty.claims.outcomes import SaleOutcome
    from clientela.loyalty.people.person import Invited


class FolderSide:
    """The folder that is carried to the server's machine and back."""

    name: Final = "folder"

    def __init__(self, folder: Path) -> None:
        """Read what lies in the folder.

        Raises:
            ParcelError: if a file of it cannot be used.
        """
        self._folder = folder
        self._said = carried_files.read(folder, carried_files.FROM_SERVER)
        waiting = carried_files.read(folder, carried_files.TO_SERVER)
        is_answered = bool(waiting and self._said and self._said["answers"] == waiting["id"])
        self._members = {} if is_answered or not waiting else _by_id(waiting["members"])
        self._renew = set() if is_answered or not waiting else set(waiting["renew"])
        self._consents = [] if is_answered or not waiting else list(waiting["consents"])
        self._forgotten = [] if is_answered or not waiting else list(waiting.get("forgotten", ()))
        self._sales = waiting["sales"] if waiting else None
        self._cursor = waiting["cursor"] if waiting else ""

    def push_members(self, push: Push) -> list[Invited]:
        """Leave members for the server; return the links of theirs that it has made by now."""
        for row in push.members:
            self._members[row.customer_id] = json_forms.member_as(row, push.status(row))
        asked = [row.customer_id for row in push.members]
        said = [json_forms.friend_consent_as(entry) for entry in push.consents]
        self._consents += [entry for entry in said if entry not in self._consents]
        self._renew.update(asked if push.renew else ())
        self._write()
        made = _by_id(self._said["members"]) if self._said and not push.renew else {}
        return [json_forms.invited_from(made[name]) for name in asked if name in made]

    def push_erasures(self, erasures: Sequence[Erasure]) -> None:
        """Leave them for the server, as marks."""
        said = [json_forms.erasure_as(row) for row in erasures]
        self._forgotten += [row for row in said if row not in self._forgotten]
        self._write()

    def fetch_events(self, since: str) -> EventPage:
        """Return what the server said after the cursor, nothing where its file answers another question."""
        self._cursor = since
        if self._said and self._said["since"] == since and self._said["next"] != since:
            return EventPage(self._said["events"], self._said["next"], more=False)
        return EventPage([], since, more=False)

    def push_sales(self, rows: Sequence[SaleOutcome]) -> Pushed:
        """Leave the outcomes for the server."""
        self._sales = {"as_of": rows[0].as_of, "sales": [json_forms.outcome_as(row) for row in rows]}
        self._write()
        return Pushed(waiting=True)

    def close(self) -> None:
        """Leave at least the question for what is new."""
        self._write()

    def _write(self) -> None:
        content: dict[str, Any] = {
            "id": str(uuid.uuid4()),
            "cursor": self._cursor,
            "members": list(self._members.values()),
            "renew": sorted(self._renew),
            "consents": self._consents,
            "sales": self._sales,
        }
        if self._forgotten:
            # Only where there is any: an older server knows no such field.
            content["forgotten"] = self._forgotten
        carried_files.write(self._folder, carried_files.TO_SERVER, content)


def _by_id(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["customer_id"]: row for row in rows}
