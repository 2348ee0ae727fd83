"""The other side of the exchange: the referral store on this machine, or a server on another one."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from clientela.loyalty.json_forms import MAX_ROWS

if TYPE_CHECKING:
    from pathlib import Path

    from clientela.forgotten import Erasure
    from clientela.loyalty.claims.outcomes import SaleOutcome
    from clientela.loyalty.people.consents import ConsentEntry
    from clientela.loyalty.people.members import Invited, NewMember
    from clientela.loyalty.store.interface import Connection, Store
    from clientela.settings.shop_settings import Settings

OUTCOMES: Final = 250
"""Outcomes of one call: the server's writer serves no click while it works them in."""

PAGE: Final = 1000
"""Events fetched and loaded at once."""


MOST_SLICES: Final = 500
"""Slices of clicks added up before reading: a million clicks."""


@dataclass(frozen=True)
class EventPage:
    """Some of what happened, oldest first."""

    events: list[dict[str, Any]]

    next: str
    """The cursor from which the next page begins."""

    more: bool
    """Whether there is a next page already."""


@dataclass(frozen=True)
class Push:
    """Members to bring, and who of them is closed or gone."""

    members: Sequence[NewMember] = ()

    statuses: dict[str, str] = field(default_factory=dict)
    """paused or erased by customer_id; all others are active."""

    consents: Sequence[ConsentEntry] = ()
    """What friends said in the shop, each named by the contact that the server knows."""

    renew: bool = False
    """Give everybody a new address for the fan's page."""

    def status(self, row: NewMember) -> str:
        """Return what the server is to hold of a member."""
        return self.statuses.get(row.customer_id, "active")


@dataclass(frozen=True)
class Pushed:
    """What became of the outcomes."""

    changed: int = 0
    unchanged: int = 0
    unknown: int = 0

    waiting: bool = False
    """Whether a file must be carried before anything happens."""

    def __add__(self, other: Pushed) -> Pushed:
        return Pushed(
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.unknown + other.unknown,
            self.waiting or other.waiting,
        )


class Peer(Protocol):
    """Whoever holds links, friends and rewards."""

    @property
    def name(self) -> str:
        """What the cursor is kept under: another peer begins from the beginning."""
        ...

    def push_members(self, push: Push) -> list[Invited]:
        """Bring members; return their links, those of erased ones left out."""
        ...

    def fetch_events(self, since: str) -> EventPage:
        """Return what happened since a cursor, the empty one for everything."""
        ...

    def push_sales(self, rows: Sequence[SaleOutcome]) -> Pushed:
        """Say what the sales files know of the claims."""
        ...

    def push_erasures(self, erasures: Sequence[Erasure]) -> None:
        """Say whom the shop has forgotten."""
        ...


class StorePeer:
    """The store on this machine, opened beside a server that may be running: short transactions."""

    name: Final = "store"

    def __init__(self, settings: Settings, store: Store, now: int | None = None) -> None:
        """Keep what is needed.

        Args:
            settings: the shop's settings.
            store: the open store.
            now: milliseconds since 1970 UTC; None for the clock's.
        """
        from clientela.loyalty.rewards.programme import Programme

        self._programme = Programme.of(settings)
        self._store = store
        self._now = now

    def _instant(self) -> int:
        return self._now if self._now is not None else int(time.time() * 1000)

    def push_members(self, push: Push) -> list[Invited]:
        """Bring members, a thousand in one transaction."""
        from clientela.loyalty.people import consents, members

        def work(db: Connection, rows: Sequence[NewMember]) -> list[Invited]:
            now = self._instant()
            alive = [row for row in rows if push.status(row) != "erased"]
            invited = members.upsert(db, alive, now, renew=push.renew)
            for row in rows:
                if push.status(row) != "active":
                    close = members.pause if push.status(row) == "paused" else members.erase
                    close(db, row.customer_id, now)
            return invited

        found: list[Invited] = []
        for rows in batches(push.members):
            found += self._store.write(partial(work, rows=rows))
        for entries in batches(push.consents):
            self._store.write(partial(consents.add, entries=entries))
        return found

    def push_erasures(self, erasures: Sequence[Erasure]) -> None:
        """Forget them here."""
        from clientela.loyalty.erasure import person as erasure

        self._store.write(lambda db: erasure.apply(db, erasures, self._instant()))

    def remember_folder(self, folder: Path) -> None:
        """Keep a folder in mind: what lies in it is looked at when somebody is forgotten."""
        name, now = f"folder {folder.resolve()}", self._instant()
        self._store.write(
            lambda db: db.run(
                """
                insert into marks (name, value) values (:name, :now)
                on conflict (name) do update set value = excluded.value
                """,
                name=name,
                now=now,
            )
        )

    def fetch_events(self, since: str) -> EventPage:
        """Read a page; what waits for a running server's clock is done first."""
        from clientela.loyalty.links import clicks
        from clientela.loyalty.rewards import rewards
        from clientela.loyalty.store import reader_progress

        now = self._instant()
        for _slice in range(MOST_SLICES):
            if not self._store.write(clicks.roll_up):
                break
        self._store.write(lambda db: rewards.ripen(db, self._programme, now))
        with self._store.read() as db:
            page = reader_progress.since(db, since, PAGE)
        return EventPage(page.events, page.next_cursor, page.more)

    def push_sales(self, rows: Sequence[SaleOutcome]) -> Pushed:
        """Apply the outcomes, a thousand in one transaction."""
        from clientela.loyalty.claims import outcomes

        total = Pushed()
        for some in batches(rows, OUTCOMES):
            apply = partial(outcomes.apply, programme=self._programme, rows=some, now=self._instant())
            done = self._store.write(apply)
            total += Pushed(done.changed, done.unchanged, done.unknown)
        return total


def batches(rows: Sequence[Any], size: int = MAX_ROWS) -> Iterator[Sequence[Any]]:
    """Cut rows into calls."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


@contextmanager
def open_store_peer(
    settings: Settings, *, create: bool = False, now: int | None = None
) -> Iterator[StorePeer]:
    """Open the store in the shop folder; who has the shop's database has asked ``issued.require_store``.

    Args:
        settings: the shop's settings.
        create: make the store where it is missing.
        now: milliseconds since 1970 UTC; None for the clock's.

    Raises:
        ClientelaError: if the store is missing or cannot be used.
    """
    from clientela.errors import ClientelaError
    from clientela.i18n import gettext as _
    from clientela.loyalty.store import NoStoreError, former, open_existing, open_or_begin

    opened = open_or_begin if create else open_existing
    try:
        store = opened(settings.referral_store, settings.folder / former.BACKUPS)
    except NoStoreError:
        raise ClientelaError(
            _("Nobody has been invited yet, so there is nothing to carry."),
            _("Invite your fans first: clientela referral invite"),
        ) from None
    try:
        yield StorePeer(settings, store, now)
    finally:
        store.close()


@contextmanager
def open_peer(
    settings: Settings, folder: Path | None = None, *, create: bool = False, now: int | None = None
) -> Iterator[Peer]:
    """Open the other side: a folder where one is named, the server of the settings, else the store here.

    Args:
        settings: the shop's settings.
        folder: what is carried to the server and back.
        create: make the store where it is missing.
        now: milliseconds since 1970 UTC, for the store here; None for the clock's.

    Raises:
        ClientelaError: if the store is missing, the key of the server, or a file cannot be used.
    """
    if folder is not None:
        from clientela.exchange.other_side_folder import FolderPeer

        carried = FolderPeer(folder)
        yield carried
        carried.close()
    elif settings.referral.server_url:
        from clientela.exchange.other_side_api import ApiPeer

        yield ApiPeer.of(settings)
    else:
        with open_store_peer(settings, create=create, now=now) as peer:
            yield peer
