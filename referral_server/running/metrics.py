"""What the server counts of itself, for Prometheus; a registry of its own for each site."""

from __future__ import annotations

from collections import Counter as Counts
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from clientela.errors import ClientelaError
from clientela.referral_server.running.request_counts import MOST_NOTES, RequestCounts, taken

if TYPE_CHECKING:
    from clientela.loyalty.store.interface import Store

LATENCIES: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds; upper ends of the histograms' classes."""

BATCHES: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000)
"""Rows in one commit."""

KINDS: Final = ("person", "preview", "bot", "orphan")

REASONS: Final = {
    400: "malformed",
    401: "bad_key",
    403: "forbidden",
    413: "too_large",
    429: "throttled",
    503: "storage",
}
"""What a refusal's status means."""

KNOWN_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """Counters and histograms; every call is safe from any thread."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self.registry = CollectorRegistry()
        here = self.registry
        clicks = Counter("clicks_total", "Stored GETs of a link, by kind", ["kind"], registry=here)
        self._clicks = {kind: clicks.labels(kind) for kind in KINDS}
        self._lost = Counter("clicks_lost_total", "Clicks that nothing could take", registry=here)
        self._commit = Histogram("commit_seconds", "Duration of a commit", buckets=LATENCIES, registry=here)
        self._batch = Histogram("commit_batch_rows", "Rows in a commit", buckets=BATCHES, registry=here)
        self._queue = Gauge("write_queue_depth", "Writes that wait for a commit", registry=here)
        self._rejects = Counter("rejects_total", "Requests refused, by reason", ["reason"], registry=here)
        self._kinds: deque[str] = deque()
        """Kinds of clicks not yet counted."""
        self._requests = RequestCounts(LATENCIES)
        self.request = self._requests.add
        here.register(self._requests)

    def click(self, kind: str) -> None:
        """Note a stored click: person, preview, bot or orphan."""
        # One look at a counter for many: each costs a redirect more than the note.
        self._kinds.append(kind)
        if len(self._kinds) >= MOST_NOTES:
            self._count_clicks()

    def _count_clicks(self) -> None:
        for kind, clicks in Counts(taken(self._kinds)).items():
            self._clicks[kind].inc(clicks)

    def click_lost(self) -> None:
        """Count a click that nothing took."""
        self._lost.inc()

    def commit(self, seconds: float, rows: int) -> None:
        """Note one commit of the writer."""
        self._commit.observe(seconds)
        self._batch.observe(rows)

    def watch_queue(self, depth: Callable[[], float]) -> None:
        """Ask this function how many writes wait whenever somebody reads the metrics."""
        self._queue.set_function(depth)

    def reject(self, reason: str) -> None:
        """Count a refused request by its reason, one of ``REASONS``."""
        self._rejects.labels(reason).inc()

    def text(self) -> bytes:
        """Return everything in Prometheus's text format."""
        from prometheus_client import generate_latest

        self._count_clicks()
        return bytes(generate_latest(self.registry))


def watch(store: Store, metrics: Metrics) -> None:
    """Count what a store's writer and its fallback file do, where the store has them."""
    writer: Any = getattr(store, "writer", None)
    if writer is not None:
        writer.on_commit = lambda rows, seconds: metrics.commit(seconds, rows)
        metrics.watch_queue(lambda: float(writer.depth))
    metrics.registry.register(_FromStore(store))


class _FromStore:
    """Reads what the store itself counts whenever somebody reads the metrics."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> list[Any]:
        """Return the counts as Prometheus wants them; without redemptions while the store cannot be read."""
        from prometheus_client.core import CounterMetricFamily

        count = float(getattr(self._store, "clicks_degraded", 0))
        degraded = CounterMetricFamily(
            "clicks_degraded", "Clicks that went to the fallback file", value=count
        )
        try:
            with self._store.read() as db:
                row = db.one("select count(*) as made, count(reversed_at) as reversed from redemptions")
        except ClientelaError:
            return [degraded]
        redemptions = CounterMetricFamily(
            "redemptions", "Redemptions made, and those of them taken back", labels=["outcome"]
        )
        for outcome in ("made", "reversed"):
            redemptions.add_metric([outcome], float(row[outcome] if row else 0))
        return [degraded, redemptions]
