"""Forget somebody in the two files that lie in a folder between the machines, where that is at hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from clientela import forgotten
from clientela.errors import ClientelaError
from clientela.exchange import carried_files
from clientela.loyalty.people import contacts

if TYPE_CHECKING:
    from clientela.forgotten import Erasure


def forget(folder: Path, erasure: Erasure) -> None:
    """Take a person out of a folder's files; what is no file of ours, or not there, stays as it is."""
    for name in (carried_files.TO_SERVER, carried_files.FROM_SERVER):
        try:
            content = carried_files.read(folder, name)
        except (ClientelaError, OSError):
            continue
        if content is None:
            continue
        new = (
            _to_server(content, erasure)
            if name == carried_files.TO_SERVER
            else _from_server(content, erasure)
        )
        if new != content:
            carried_files.write(
                folder, name, {key: new[key] for key in new if key not in ("version", "kind")}
            )


def _has(erasure: Erasure, kind: str, value: str) -> bool:
    return forgotten.mark(erasure.key, kind, value) in erasure.marks


def _token(erasure: Erasure, text: str | None) -> str | None:
    """Return what stands for a contact that was forgotten; None for all others."""
    found = contacts.normalise(text) if text else None
    if found is None or not _has(erasure, found.kind, found.value):
        return None
    return forgotten.token(found.kind, forgotten.mark(erasure.key, found.kind, found.value))


def _to_server(content: dict[str, Any], erasure: Erasure) -> dict[str, Any]:
    members = []
    for row in content["members"]:
        known = (row.get("phone"), row.get("email"))
        if _has(erasure, "member", row["customer_id"]) or any(_token(erasure, each) for each in known):
            row = {
                **{name: row[name] for name in ("customer_id", "category")},
                **{"name": "", "phone": None, "email": None, "status": "erased", "consents": []},
            }
        members.append(row)
    said = [row for row in content["consents"] if _token(erasure, row["contact"]) is None]
    return {**content, "members": members, "consents": said}


def _from_server(content: dict[str, Any], erasure: Erasure) -> dict[str, Any]:
    invited = [
        {**row, "spoken": row["short_code"], "portal_token": None}
        if _has(erasure, "member", row["customer_id"])
        else row
        for row in content["members"]
    ]
    return {**content, "members": invited, "events": [_event(row, erasure) for row in content["events"]]}


def _event(row: dict[str, Any], erasure: Erasure) -> dict[str, Any]:
    new = dict(row)
    for name in ("contact", "subject"):
        if (by := _token(erasure, row.get(name))) is not None:
            new[name] = by
            if "friend_name" in row:
                new["friend_name"] = None
    return new
