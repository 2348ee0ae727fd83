"""Events: the append-only log that the shop's own machine reads, page by page.

A cursor says how far a reader has come, in the log and in the days of clicks; days that change come again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.money import money_text

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection, Row

START: Final = ""
"""The cursor of who has read nothing yet."""

PAGE: Final = 500
_CURSOR: Final = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})\.([0-9]{1,18})\.([0-9]{4}-[0-9]{2}-[0-9]{2})?")

_INSERT: Final = "insert into events (at, type, subject, body) values (:at, :type, :subject, :body)"


class BadCursorError(ClientelaError):
    """A cursor that this store never gave."""

    def __init__(self) -> None:
        super().__init__(
            _("The place to read on from is none that this server gave."), _("Read again from the start.")
        )


class Event(NamedTuple):
    """Something that happened."""

    type: str
    subject: str
    """What it happened to; finds every event of one claim or member again."""
    body: dict[str, Any]


@dataclass(frozen=True)
class Page:
    """Some events, oldest first."""

    events: list[dict[str, Any]]
    next_cursor: str
    more: bool
    """There is another page already."""


class _Place(NamedTuple):
    """How far a reader has come."""

    seq: int = 0
    version: int = 0
    link_id: int = 0
    day: str = ""

    def __str__(self) -> str:
        return f"{self.seq}.{self.version}.{self.link_id}.{self.day}"


def instant(at: int) -> str:
    """Return milliseconds since 1970 UTC as ISO text."""
    seconds, rest = divmod(at, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"


def money(cents: int | None) -> str | None:
    """Return cents as money travels: ``10.00``."""
    return None if cents is None else money_text(Decimal(cents).scaleb(-2))


def emit(db: Connection, type: str, subject: str, body: dict[str, Any], now: int) -> None:
    """Append one event; a reader also gets its instant, as ``at``."""
    emit_all(db, [Event(type, subject, body)], now)


def emit_all(db: Connection, rows: Sequence[Event], now: int) -> None:
    """Append events in their order."""
    db.many(
        _INSERT,
        [{"at": now, "type": row.type, "subject": row.subject, "body": json.dumps(row.body)} for row in rows],
    )


def since(db: Connection, cursor: str, limit: int = PAGE) -> Page:
    """Return what happened after a cursor, and the days of clicks that changed since.

    Args:
        db: a read.
        cursor: what the former page gave; ``START`` at first.
        limit: events in a page at most.

    Raises:
        BadCursorError: if the cursor is none of ours.
    """
    place = _place(cursor)
    rows = db.all(
        "select seq, at, type, body from events where seq > :seq order by seq limit :wanted",
        seq=place.seq,
        wanted=limit + 1,
    )
    log, more = rows[:limit], len(rows) > limit
    found = [_with_key(db, _read(row)) for row in log]
    if log:
        place = place._replace(seq=log[-1]["seq"])
    if not more:
        days, place, more = _click_days(db, place, limit - len(found))
        found += days
    return Page(found, str(place), more)


def _read(row: Row) -> dict[str, Any]:
    fixed = {"type": row["type"], "at": instant(row["at"]), "seq": row["seq"]}
    return {**fixed, **json.loads(row["body"])}


def _with_key(db: Connection, event: dict[str, Any]) -> dict[str, Any]:
    """Add to an erasure the key of its marks, which the log does not hold: its reader has to know people."""
    if event["type"] != "forgotten":
        return event
    row = db.one("select value from secrets where name = :name", name=event["key_name"])
    return {**event, "key": "" if row is None else row["value"]}


def _place(cursor: str) -> _Place:
    if cursor == START:
        return _Place()
    if not (match := _CURSOR.fullmatch(cursor)):
        raise BadCursorError
    seq, version, link_id, day = match.groups()
    return _Place(int(seq), int(version), int(link_id), day or "")


def _click_days(db: Connection, place: _Place, room: int) -> tuple[list[dict[str, Any]], _Place, bool]:
    """Return the days of clicks that changed after a place, how far that is, and whether there are more."""
    rows = db.all(
        """
        select
            days.link_id, days.day, days.version, days.people, days.visitors, days.previews, days.bots,
            days.qr, links.code, members.customer_id
        from link_days as days
        inner join links on links.link_id = days.link_id
        inner join members on members.member_id = links.member_id
        where
            days.version > :version
            or (days.version = :version and days.link_id > :link_id)
            or (days.version = :version and days.link_id = :link_id and days.day > :day)
        order by days.version, days.link_id, days.day
        limit :wanted
        """,
        version=place.version,
        link_id=place.link_id,
        day=place.day,
        wanted=room + 1,
    )
    names = ("code", "customer_id", "day", "people", "visitors", "previews", "bots", "qr")
    shown = rows[:room]
    if shown:
        last = shown[-1]
        place = place._replace(version=last["version"], link_id=last["link_id"], day=last["day"])
    days = [{"type": "clicks", **{name: row[name] for name in names}} for row in shown]
    return days, place, len(rows) > room
