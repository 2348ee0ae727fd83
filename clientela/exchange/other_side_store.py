"""The referral store on this machine: opened beside a server that may be running, in short transactions."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from clientela.exchange.other_side import OUTCOMES, PAGE, EventPage, Push, Pushed, batches
from clientela.loyalty.people import enrolment

if TYPE_CHECKING:
    from pathlib import Path

    from clientela.forgotten import Erasure
    from clientela.loyalty.claims.outcomes import SaleOutcome
    from clientela.loyalty.people.person import Invited, NewMember
    from clientela.loyalty.store.interface import Connection, Store
    from clientela.settings.shop_settings import Settings

MOST_SLICES: Final = 500
"""Slices of clicks added up before reading: a million clicks."""


class StoreSide:
    """The store on this machine."""

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
        from clientela.loyalty.erasure.person import erase_member
        from clientela.loyalty.people import consents, members

        def work(db: Connection, rows: Sequence[NewMember]) -> list[Invited]:
            now = self._instant()
            alive = [row for row in rows if push.status(row) != "erased"]
            invited = enrolment.upsert(db, alive, now, renew=push.renew)
            for row in rows:
                if push.status(row) != "active":
                    close = members.pause if push.status(row) == "paused" else erase_member
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
        from clientela.loyalty.links import click_sums
        from clientela.loyalty.rewards import rewards
        from clientela.loyalty.store import progress

        now = self._instant()
        for _slice in range(MOST_SLICES):
            if not self._store.write(click_sums.roll_up):
                break
        self._store.write(lambda db: rewards.ripen(db, self._programme, now))
        with self._store.read() as db:
            page = progress.events_since(db, since, PAGE)
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


@contextmanager
def open_store_side(
    settings: Settings, *, create: bool = False, now: int | None = None
) -> Iterator[StoreSide]:
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
    from clientela.loyalty.store import former
    from clientela.loyalty.store.errors import NoStoreError
    from clientela.loyalty.store.opening import open_existing, open_or_begin

    opened = open_or_begin if create else open_existing
    try:
        store = opened(settings.referral_store, settings.folder / former.BACKUPS)
    except NoStoreError:
        raise ClientelaError(
            _("Nobody has been invited yet, so there is nothing to carry."),
            _("Invite your fans first: clientela referral invite"),
        ) from None
    try:
        yield StoreSide(settings, store, now)
    finally:
        store.close()
