"""What a running server does beside answering: short slices of work, every few seconds, in one thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from clientela.loyalty.links import click_sums, visitors
from clientela.loyalty.rewards import rewards
from clientela.loyalty.store import answers
from clientela.referral_server.accounts import sessions
from clientela.referral_server.http.problems import new_reference
from clientela.referral_server.running import kept_copies

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Connection
    from clientela.referral_server.site import Site

TICK: Final = 2.0
"""Seconds between two rounds."""

SLICES: Final = 5
"""Slices of added-up clicks in a round at most; between two of them the writer takes other work."""

MINUTE: Final = 30
"""Rounds in a minute."""

CLICK_DAYS: Final = 396
"""Days for which single clicks are kept, 13 months; their daily sums stay."""


class Background:
    """The thread; it never dies of what one piece of work raises."""

    def __init__(self, site: Site, tick: float = TICK) -> None:
        self._site, self._tick = site, tick
        self._stop = threading.Event()
        self._failing: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="background", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the piece of work in hand."""
        self._stop.set()
        self._thread.join(timeout=15)

    def _run(self) -> None:
        rounds = 0
        while not self._stop.wait(self._tick):
            for name, work in self.works(rounds):
                if self._stop.is_set():
                    return
                self._try(name, work)
            rounds += 1

    def works(self, rounds: int) -> list[tuple[str, Callable[[], object]]]:
        """Return what is to be done in a round, by name."""
        often: list[tuple[str, Callable[[], object]]] = [
            ("fallback", self._ingest),
            ("clicks", self._roll_up),
        ]
        if rounds % MINUTE == 0:
            often += [("rewards", self._ripen), ("purge", self._purge)]
        if rounds % (10 * MINUTE) == 0:
            often += [("visitors", self._forget_visitors), ("old clicks", self._forget_clicks)]
            often += [("old copies", self._expire_copies)]
        return often

    def _try(self, name: str, work: Callable[[], object]) -> None:
        """Do one piece; note a failure once, and when it is over."""
        try:
            work()
        except Exception as error:
            if name not in self._failing:
                self._failing.add(name)
                self._site.log.fault(error, new_reference(), f"background:{name}")
        else:
            if name in self._failing:
                self._failing.discard(name)
                self._site.log.event("recovered", work=name)

    def _ingest(self) -> None:
        ingest = getattr(self._site.store, "ingest_fallback", None)
        if ingest is not None:
            ingest()

    def _roll_up(self) -> None:
        for _slice in range(SLICES):
            if not self._site.store.write(click_sums.roll_up) or self._stop.is_set():
                return

    def _ripen(self) -> None:
        programme, at = self._site.programme, self._site.clock()
        self._site.store.write(lambda db: rewards.ripen(db, programme, at))

    def _forget_visitors(self) -> None:
        today = self._site.programme.today(self._site.clock())
        self._site.store.write(lambda db: visitors.forget(db, today))

    def _purge(self) -> None:
        at = self._site.clock()

        def work(db: Connection) -> None:
            sessions.purge(db, at)
            answers.forget(db, at)

        self._site.store.write(work)

    def _expire_copies(self) -> None:
        kept_copies.expire(self._site.settings, self._site.programme.today(self._site.clock()))

    def _forget_clicks(self) -> None:
        before = (self._site.programme.today(self._site.clock()) - timedelta(days=CLICK_DAYS)).isoformat()
        for _slice in range(SLICES):
            with self._site.store.read() as db:
                # Looking at the oldest first spares the whole table a reading each time.
                oldest = db.one("select day from clicks order by click_id limit 1")
            if oldest is None or oldest["day"] >= before or self._stop.is_set():
                return
            self._site.store.write(lambda db: click_sums.forget(db, before))
