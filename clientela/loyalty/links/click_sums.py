"""What clicks add up to: by link and day, by link, and in all; right at any moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clientela.loyalty.store import progress

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection

ROLLED: Final = "clicks_rolled"
"""Mark: every click up to this number has been added up."""

VERSION: Final = "clicks_version"
"""Mark: the version of the latest change of ``link_days``."""

TOTALLED: Final = "clicks_totalled"
"""Mark: the version of ``link_days`` that ``link_totals`` agrees with."""

_TAIL: Final = """
with tail as (
    select coalesce(link_id, 0) as link_id, day, kind, visitor, channel
    from clicks
    where click_id > :after and click_id <= :until
)
"""

_NEW_VISITORS: Final = """
select link_id, day, count(distinct visitor) as visitors
from tail
where kind = 'person' and visitor is not null
    and not exists (
        select 1 from visitor_days as seen
        where seen.link_id = tail.link_id and seen.day = tail.day and seen.visitor = tail.visitor
    )
group by link_id, day
"""

_COUNTS: Final = """
select
    link_id,
    day,
    sum(case when kind in ('person', 'orphan') then 1 else 0 end) as people,
    sum(case when kind = 'preview' then 1 else 0 end) as previews,
    sum(case when kind = 'bot' then 1 else 0 end) as bots,
    sum(case when kind = 'person' and channel = 'qr' then 1 else 0 end) as qr
from tail
group by link_id, day
"""

_ADD_UP: Final = f"""
insert into link_days (link_id, day, people, visitors, previews, bots, qr, version)
{_TAIL},
counts as ({_COUNTS}),
newcomers as ({_NEW_VISITORS})
select
    counts.link_id, counts.day, people, coalesce(visitors, 0), previews, bots, qr, :version
from counts
left join newcomers on newcomers.link_id = counts.link_id and newcomers.day = counts.day
where true
on conflict (link_id, day) do update set
    people = link_days.people + excluded.people,
    visitors = link_days.visitors + excluded.visitors,
    previews = link_days.previews + excluded.previews,
    bots = link_days.bots + excluded.bots,
    qr = link_days.qr + excluded.qr,
    version = excluded.version
"""

_ADD_TO_TOTALS: Final = f"""
insert into link_totals (link_id, people, visitors, previews, bots, qr)
{_TAIL},
counts as ({_COUNTS}),
newcomers as ({_NEW_VISITORS})
select
    counts.link_id, sum(people), coalesce(sum(visitors), 0), sum(previews), sum(bots), sum(qr)
from counts
left join newcomers on newcomers.link_id = counts.link_id and newcomers.day = counts.day
where true
group by counts.link_id
on conflict (link_id) do update set
    people = link_totals.people + excluded.people,
    visitors = link_totals.visitors + excluded.visitors,
    previews = link_totals.previews + excluded.previews,
    bots = link_totals.bots + excluded.bots,
    qr = link_totals.qr + excluded.qr
"""

_TOTAL_AGAIN: Final = """
insert into link_totals (link_id, people, visitors, previews, bots, qr)
select link_id, sum(people), sum(visitors), sum(previews), sum(bots), sum(qr) from link_days group by link_id
"""

_LIVE: Final = f"""
{_TAIL},
counts as ({_COUNTS}),
newcomers as ({_NEW_VISITORS}),
live as (
    select link_id, people, visitors, previews, bots, qr from %s
    union all
    select link_id, people, 0, previews, bots, qr from counts
    union all
    select link_id, 0, visitors, 0, 0, 0 from newcomers
)
"""
"""What is added up, and the tail that is not yet."""

_SUMS: Final = ", ".join(
    f"coalesce(sum({name}), 0) as {name}" for name in ("people", "visitors", "previews", "bots", "qr")
)

_REMEMBER_VISITORS: Final = f"""
insert into visitor_days (link_id, day, visitor)
{_TAIL}
select distinct link_id, day, visitor from tail where kind = 'person' and visitor is not null
on conflict do nothing
"""


@dataclass(frozen=True)
class Totals:
    """What clicks add up to; ``people`` are GETs that are neither preview nor bot."""

    people: int = 0
    visitors: int = 0
    """Distinct day hashes of people, link by link."""

    previews: int = 0
    bots: int = 0
    qr: int = 0
    """Those of ``people`` that came from a printed code."""

    orphans: int = 0
    """GETs of addresses that are no link; in none of the others."""


def roll_up(db: Connection, limit: int = 2000) -> int:
    """Add a slice of the clicks not yet added to ``link_days``; return how many.

    Every row that changes gets the next version, so that a reader who remembers the latest sees it again.

    Args:
        db: inside a write.
        limit: clicks in the slice; the writer takes no click meanwhile, so keep it small and call again.
    """
    if not _is_totalled(db):
        _total_again(db)
    after = progress.reached(db, ROLLED)
    found = db.one(
        """
        select max(click_id) as until, count(*) as clicks
        from (select click_id from clicks where click_id > :after order by click_id limit :limit) as slice
        """,
        after=after,
        limit=limit,
    )
    if found is None or not found["clicks"]:
        return 0
    until = int(found["until"])
    version = max(progress.reached(db, VERSION), _latest_version(db)) + 1
    db.run(_ADD_UP, after=after, until=until, version=version)
    db.run(_ADD_TO_TOTALS, after=after, until=until)
    db.run(_REMEMBER_VISITORS, after=after, until=until)
    for name, value in ((VERSION, version), (TOTALLED, version), (ROLLED, until)):
        progress.reach(db, name, value)
    return int(found["clicks"])


def totals(db: Connection) -> Totals:
    """Return what all clicks add up to, those not yet rolled up included."""
    orphans = of_link(db, 0).people
    row = db.one(f"{_live(db)} select {_SUMS} from live where link_id <> 0", **_tail(db))
    return Totals(**(row or {}), orphans=orphans)


def by_link(db: Connection) -> dict[int, Totals]:
    """Return what the clicks of each link add up to, those not yet rolled up included; no orphans."""
    rows = db.all(
        f"{_live(db)} select link_id, {_SUMS} from live where link_id <> 0 group by link_id", **_tail(db)
    )
    return {
        row["link_id"]: Totals(row["people"], row["visitors"], row["previews"], row["bots"], row["qr"])
        for row in rows
    }


def shared(db: Connection) -> int:
    """Return how many links somebody has opened."""
    row = db.one(
        f"""
        {_live(db)}
        select count(*) as links
        from (select link_id from live where link_id <> 0 group by link_id having sum(people) > 0) as opened
        """,
        **_tail(db),
    )
    return 0 if row is None else int(row["links"])


def of_link(db: Connection, link_id: int) -> Totals:
    """Return what one link's clicks add up to, those not yet rolled up included."""
    row = db.one(
        f"{_live(db)} select {_SUMS} from live where link_id = :link_id", link_id=link_id, **_tail(db)
    )
    return Totals(**(row or {}))


def forget(db: Connection, before: str, limit: int = 2000) -> int:
    """Delete a slice of the clicks of days before one, once they are added up; return how many.

    Args:
        db: inside a write.
        before: the first day that is kept, YYYY-MM-DD.
        limit: clicks in the slice.
    """
    # The last click added up stays: an empty table would number its clicks from 1 again, below the mark.
    return db.run(
        """
        delete from clicks where click_id in (
            select click_id from clicks
            where click_id < :rolled and day < :before
            order by click_id
            limit :limit
        )
        """,
        rolled=progress.reached(db, ROLLED),
        before=before,
        limit=limit,
    )


def _live(db: Connection) -> str:
    """Return the ``with`` of a query over ``live``; while totals lag, days are added up on the spot."""
    return _LIVE % ("link_totals" if _is_totalled(db) else "link_days")


def _is_totalled(db: Connection) -> bool:
    """Tell whether ``link_totals`` agrees with ``link_days``; after a restore it may not."""
    return _latest_version(db) == progress.reached(db, TOTALLED)


def _latest_version(db: Connection) -> int:
    row = db.one("select coalesce(max(version), 0) as latest from link_days")
    return 0 if row is None else int(row["latest"])


def _total_again(db: Connection) -> None:
    """Add every day up anew."""
    db.run("delete from link_totals")
    db.run(_TOTAL_AGAIN)
    progress.reach(db, TOTALLED, _latest_version(db))


def _tail(db: Connection) -> dict[str, int]:
    """Return which clicks are not yet added up, as the parameters of ``_TAIL``."""
    row = db.one("select coalesce(max(click_id), 0) as until from clicks")
    return {"after": progress.reached(db, ROLLED), "until": 0 if row is None else int(row["until"])}
