"""Requests are noted one by one and added up many at once: the figures are those of Prometheus's counters."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from clientela.referral_server.running import metrics as server_metrics
from clientela.referral_server.running import request_counts
from clientela.referral_server.running.metrics import LATENCIES, Metrics
from clientela.referral_server.running.request_counts import RequestCounts

REQUESTS = st.lists(
    st.tuples(
        st.sampled_from(["/r/<code>", "/i/<code>", "(none)"]),
        st.sampled_from(["GET", "POST"]),
        st.sampled_from([200, 302, 404]),
        st.sampled_from([0.0, 0.001, 0.0011, 0.0025, 0.3, 1.0, 10.0, 10.5, 60.0]),
    ),
    max_size=40,
)


def rows(registry: CollectorRegistry) -> dict[str, float]:
    """Return every figure by its name and labels; of when counting began only that it is said."""
    found = {}
    for line in generate_latest(registry).decode().splitlines():
        name, _blank, value = line.rpartition(" ")
        if not line.startswith("#"):
            found[name] = 0.0 if "_created" in name else float(value)
    return found


@given(REQUESTS)
def test_the_figures_are_those_of_counters_that_are_asked_for_each_request(
    made: list[tuple[str, str, int, float]],
) -> None:
    theirs, ours = CollectorRegistry(), CollectorRegistry()
    labels = ["route", "method", "status"]
    requests = Counter("http_requests_total", "Requests, by route template", labels, registry=theirs)
    seconds = Histogram(
        "http_request_seconds", "Duration of a request", ["route"], buckets=LATENCIES, registry=theirs
    )
    counts = RequestCounts(LATENCIES)
    ours.register(counts)
    for route, method, status, took in made:
        requests.labels(route, method, str(status)).inc()
        seconds.labels(route).observe(took)
        counts.add(route, method, status, took)
    assert rows(ours) == pytest.approx(rows(theirs))


def test_nothing_is_lost_between_threads_and_readers_and_few_notes_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(request_counts, "MOST_NOTES", 50)
    monkeypatch.setattr(server_metrics, "MOST_NOTES", 50)
    counted = Metrics()
    most: list[int] = []

    def ask() -> None:
        for _turn in range(1000):
            counted.request("/r/<code>", "GET", 302, 0.002)
            counted.click("person")
            most.append(len(counted._requests._notes))

    threads = [threading.Thread(target=ask) for _number in range(8)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        counted.text()
    found = counted.text().decode()
    assert 'http_requests_total{method="GET",route="/r/<code>",status="302"} 8000.0' in found
    assert 'http_request_seconds_bucket{le="0.0025",route="/r/<code>"} 8000.0' in found
    assert 'clicks_total{kind="person"} 8000.0' in found
    assert max(most) <= 50 + len(threads)
