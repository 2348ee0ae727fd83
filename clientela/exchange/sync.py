"""Both ways at once: what happened at the server into the shop's data, what the sales say back to the server.

The cursor moves only after everything of a page is loaded. A run that breaks off repeats its last page, and
repeating it changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from clientela.exchange import (
    facts,
    forgetting,
    forgotten_claims,
    invite,
    outcomes,
    owners,
    permission,
    state,
)
from clientela.exchange.other_side import OtherSide, Push, Pushed
from clientela.loyalty import json_forms

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from clientela.settings.shop_settings import Settings
    from clientela.warehouse.loading.result import LoadResult

Progress = Callable[[str, float], None]

MOST_ROUNDS: Final = 4
"""Exchanges in one run: what the sales say can make rewards, which are facts again; two are usual."""


@dataclass
class Synced:
    """What came and what went."""

    counts: dict[str, int] = field(default_factory=dict)
    """Facts that came, by type."""

    loads: list[LoadResult] = field(default_factory=list)
    """The reconciliation of every file made of them."""

    unknown: int = 0
    """Facts of a kind that this version does not know."""

    discounts: Decimal = Decimal(0)
    """Discounts of friends and fans that came, in the shop's currency."""

    members: int = 0
    """Members and friends' consents brought up to date at the server."""

    outcomes: Pushed = field(default_factory=Pushed)

    as_of: date | None = None
    """The day up to which the sales files reach; rewards do not wait for a month to close."""

    @property
    def quarantined(self) -> int:
        """Rows that the shop's tables did not take."""
        return sum(load.records.quarantined for load in self.loads if not load.already_loaded)

    @property
    def merged(self) -> int:
        """Rows that are new or corrected a former one."""
        return sum(load.records.written for load in self.loads)


def sync(
    db: DuckDBPyConnection,
    settings: Settings,
    side: OtherSide,
    *,
    today: date,
    progress: Progress | None = None,
) -> Synced:
    """Exchange everything new in both directions.

    Args:
        db: the shop's database, open for writing, no transaction open.
        settings: the shop's settings.
        side: who holds links, friends and rewards.
        today: today's date in the shop.
        progress: told what is being done and which share is behind, 0 to 1.

    Raises:
        ClientelaError: if the other side cannot be reached or a load fails; what came before that stays.
    """
    tell = progress or (lambda _what, _share: None)
    done = Synced(as_of=outcomes.reach(db, today))
    for number in range(MOST_ROUNDS):
        tell("", 0.1 + 0.15 * number)
        claims = done.counts.get("claim", 0)
        pull(db, settings, side, done, today)
        # What the sales say depends on claims; rewards that came of it are no reason to ask again.
        if number and done.counts.get("claim", 0) == claims:
            break
        if not _push_outcomes(db, settings, side, done, today):
            break
    tell("", 0.7)
    _rebuild(db, settings, today)
    forgetting.tell(db, side)
    done.members = _push_members(db, settings, side)
    if done.members and pull(db, settings, side, done, today):
        _rebuild(db, settings, today)
    return done


def pull(db: DuckDBPyConnection, settings: Settings, side: OtherSide, done: Synced, today: date) -> int:
    """Load everything that happened since the cursor.

    Returns:
        How many rows are new in the shop's tables.
    """
    before = done.merged
    name = f"cursor {side.name}"
    cursor = state.get(db, name)
    links = owners.of_shop(db, facts.SOURCE)
    while True:
        page = side.fetch_events(cursor)
        if page.events:
            # Before its rows: they name people by what stands in place of a contact from then on.
            forgetting.adopt(db, settings, page.events)
            _load(db, settings, facts.read(forgotten_claims.without(db, page.events), links), done, today)
        if page.next == cursor:
            return done.merged - before
        cursor = page.next
        state.put(db, name, cursor)


def _load(db: DuckDBPyConnection, settings: Settings, page: facts.Facts, done: Synced, today: date) -> None:
    """Load a page, every table through the loader, which accounts for each row."""
    from clientela.warehouse.loading.pipeline import load_file

    timezone = settings.categories.timezone
    # The server wrote these by its own clock: a fact is not refused because that one is ahead.
    clicked = date.fromisoformat(page.newest_day) if page.newest_day else today
    newest = max(today, _day(page.newest, timezone) or today, clicked)
    with TemporaryDirectory(prefix="clientela-") as folder:
        for table, path in facts.write(page, Path(folder)).items():
            done.loads.append(
                load_file(db, path, today=newest, timezone=timezone, table=table, source=facts.SOURCE)
            )
    for kind, count in page.counts.items():
        done.counts[kind] = done.counts.get(kind, 0) + count
    done.unknown += page.unknown
    done.discounts += facts.money_of(page)


def _day(instant: str, timezone: str) -> date | None:
    """Return the shop's day of an ISO instant."""
    return datetime.fromisoformat(instant).astimezone(ZoneInfo(timezone)).date() if instant else None


def _rebuild(db: DuckDBPyConnection, settings: Settings, today: date) -> None:
    """Bring the marts in the file to the latest closed month."""
    from clientela.warehouse.building.latest_month import bring_to_latest_month

    bring_to_latest_month(db, settings, today)


def _push_outcomes(
    db: DuckDBPyConnection, settings: Settings, side: OtherSide, done: Synced, today: date
) -> bool:
    """Tell the server what the sales say of its claims; return whether its own facts may have changed."""
    rows = outcomes.read(db, settings, today)
    pushed = side.push_sales(rows) if rows else Pushed()
    changed = done.outcomes.changed + pushed.changed
    done.outcomes = replace(pushed, changed=changed)
    return pushed.changed > 0


def _push_members(db: DuckDBPyConnection, settings: Settings, side: OtherSide) -> int:
    """Bring what changed since the last time: members as the shop knows them, what friends said there."""
    timezone = settings.categories.timezone
    rows = db.execute("select distinct customer_id from raw.referral_links").fetchall()
    found = {each.member.customer_id: each for each in invite.known(db, timezone, [row[0] for row in rows])}
    said = {
        _sign(json_forms.friend_consent_as(entry)): entry for entry in permission.of_friends(db, timezone)
    }
    name = f"members {side.name}"
    former = json.loads(state.get(db, name) or "{}")
    signs = {who: _sign(json_forms.member_as(each.member, each.status)) for who, each in found.items()}
    changed = [each for who, each in found.items() if former.get(who) != signs[who]]
    new = [entry for sign, entry in said.items() if sign not in former]
    if changed or new:
        statuses = {each.member.customer_id: each.status for each in changed}
        side.push_members(Push([each.member for each in changed], statuses, new))
    now = signs | dict.fromkeys(said, "")
    if now != former:
        state.put(db, name, json.dumps(now))
    return len(changed) + len(new)


def _sign(content: dict[str, Any]) -> str:
    """Return a short sign of something that travels, to tell whether it changed."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
