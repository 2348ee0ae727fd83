"""What the owner decides about a proposal: written behind what was decided before, never over it.

A decision is noted like a load, so that tables are made anew and closed months restated in the open.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.warehouse.identity.proposals import Programme, Proposal
from clientela.warehouse.loading.merging.batches import next_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duckdb import DuckDBPyConnection

ACCEPTED: Final = "accepted"
REFUSED: Final = "refused"
OPEN: Final = "open"

TABLE: Final = "merges"
"""What a decision is called among the loads."""

SHORTEST: Final = 4
"""Signs of an ID that are enough where no other begins so."""

COLUMNS: Final = ("one_source", "one_kind", "one_value", "other_source", "other_kind", "other_value")


@dataclass(frozen=True)
class Decision:
    """What holds about one proposal."""

    merge_id: str
    kind: str
    """``people`` or ``programme``."""

    state: str
    reason: str
    decided_on: date
    one: str
    """The key of the one account, or the one source."""

    other: str


def read_decisions(db: DuckDBPyConnection) -> list[Decision]:
    """Return every decision that holds, the newest first."""
    rows = db.execute(
        """
        select merge_id, kind, state, reason, cast(decided_at as date),
            coalesce(one_value, one_source), coalesce(other_value, other_source)
        from meta.merges
        where move_no in (select max(move_no) from meta.merges group by merge_id) and state <> 'open'
        order by move_no desc
        """
    ).fetchall()
    return [Decision(*row) for row in rows]


def decide(
    db: DuckDBPyConnection,
    asked: str,
    state: str,
    today: date,
    proposed: Iterable[Proposal | Programme] = (),
) -> Decision:
    """Write a decision down and return it.

    Args:
        db: the shop's database, no transaction open.
        asked: the ID as the owner typed it, or its beginning.
        state: accepted, refused, or open to take the decision back.
        today: the day in the shop.
        proposed: the proposals that are open.

    Raises:
        ClientelaError: if nothing has the ID, several have it, or it is decided so already.
    """
    row = _row(db, asked.strip().lower(), state, proposed)
    db.execute("begin")
    try:
        _write(db, row | {"state": state, "decided_at": datetime.combine(today, time())})
        _note(db, f"{row['merge_id']} {state}", today)
        db.execute("commit")
    except BaseException:
        with suppress(Exception):
            db.execute("rollback")
        raise
    one, other = row["one_value"] or row["one_source"], row["other_value"] or row["other_source"]
    return Decision(row["merge_id"], row["kind"], state, row["reason"], today, one, other)


def _row(
    db: DuckDBPyConnection, asked: str, state: str, proposed: Iterable[Proposal | Programme]
) -> dict[str, Any]:
    """Return the proposal or the former decision of an ID."""
    decided = {row["merge_id"]: row for row in _decided(db)}
    known = dict(decided) if state == OPEN else {**_rows_of(proposed), **decided}
    found = [known[each] for each in known if each.startswith(asked)] if len(asked) >= SHORTEST else []
    if not found:
        raise ClientelaError(
            _("There is no decision {id} to undo.").format(id=asked)
            if state == OPEN
            else _("There is no proposal {id}.").format(id=asked),
            _("List those that are decided: clientela duplicates --decided")
            if state == OPEN
            else _("List those that are open: clientela duplicates"),
        )
    if len(found) > 1:
        raise ClientelaError(
            _("{id} is the beginning of several: {ids}.").format(
                id=asked, ids=", ".join(sorted(row["merge_id"] for row in found))
            ),
            _("Write one of them in full."),
        )
    if found[0].get("state") == state:
        raise ClientelaError(
            _("{id} is decided so already: nothing was changed.").format(id=found[0]["merge_id"]),
            _("To undo it: clientela duplicates undo {id}").format(id=found[0]["merge_id"]),
        )
    return found[0]


def _decided(db: DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the decisions that hold, one taken back left out, with all that names them."""
    names = ("merge_id", "kind", "state", "reason", *COLUMNS)
    rows = db.execute(
        f"select {', '.join(names)} from meta.merges "
        "where move_no in (select max(move_no) from meta.merges group by merge_id) and state <> 'open'"
    ).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


def _rows_of(proposed: Iterable[Proposal | Programme]) -> dict[str, dict[str, Any]]:
    """Return the open proposals as rows of the log, by ID."""
    found: dict[str, dict[str, Any]] = {}
    for each in proposed:
        sides: tuple[str | None, ...]
        if isinstance(each, Proposal):
            kind, reason = "people", each.reason
            sides = (each.one.source, each.one.kind, each.one.value)
            sides += (each.other.source, each.other.kind, each.other.value)
        else:
            kind, reason = "programme", "proven" if each.is_proven else "same_ids"
            sides = (each.one_source, None, None, each.other_source, None, None)
        found[each.proposal_id] = {"merge_id": each.proposal_id, "kind": kind, "reason": reason} | dict(
            zip(COLUMNS, sides, strict=True)
        )
    return found


def _write(db: DuckDBPyConnection, row: dict[str, Any]) -> None:
    (move_no,) = db.execute("select coalesce(max(move_no), 0) + 1 from meta.merges").fetchall()[0]
    values = {"move_no": move_no, **row}
    db.execute(
        f"insert into meta.merges ({', '.join(values)}) values ({', '.join('?' * len(values))})",
        [*values.values()],
    )


def _note(db: DuckDBPyConnection, name: str, today: date) -> None:
    """Note the decision among the loads; it has no date, so that every closed month is looked at again."""
    row: dict[str, Any] = {
        "batch_id": next_id(db),
        "loaded_at": datetime.combine(today, time()),
        "source": TABLE,
        "table_name": TABLE,
        "file_name": name,
        "file_sha512": "",
        "file_bytes": 0,
        "mapping_sha256": "",
        "records_in": 1,
        "records_merged": 1,
        "kind": "decision",
        "unreadable_amounts": 0,
    }
    for word in ("unchanged", "corrected", "set_aside", "quarantined"):
        row[f"records_{word}"] = 0
    for word in ("in", "merged", "unchanged", "corrected", "set_aside", "quarantined"):
        row[f"money_{word}"] = 0
    db.execute(
        f"insert into meta.batches ({', '.join(row)}) values ({', '.join('?' * len(row))})", [*row.values()]
    )
