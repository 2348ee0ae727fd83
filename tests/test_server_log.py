"""The log of the server: one line a request, made and written outside it, by the standard library's queue."""

from __future__ import annotations

import io
import json
import sys
import threading
from typing import Any

import pytest

from clientela.referral_server.running import logs
from clientela.referral_server.running.logs import Log


class Slow(io.StringIO):
    """A log that is written only once somebody lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.goes_on = threading.Event()
        self.writes = 0

    def write(self, text: str) -> int:
        self.goes_on.wait(20)
        self.writes += 1
        return super().write(text)


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_every_line_of_many_threads_is_written_once_and_in_its_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    log = Log()

    def requests(number: int) -> None:
        for turn in range(200):
            log.request("GET", f"/{number}", 200, turn / 1000)

    threads = [threading.Thread(target=requests, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log.close()
    found = lines(stream.getvalue())
    assert len(found) == 1600
    for number in range(8):
        assert [line["ms"] for line in found if line["route"] == f"/{number}"] == [
            float(n) for n in range(200)
        ]


def test_a_line_says_when_and_what_and_nothing_else() -> None:
    stream = io.StringIO()
    log = Log(stream)
    log.request("GET", "/me/<token>", 302, 0.01234)
    log.event("start", server="granian", note="100 %s\n“è”")
    request, event = lines(stream.getvalue())
    assert set(request) == {"at", "method", "route", "status", "ms"}
    assert (request["method"], request["route"], request["status"], request["ms"]) == (
        "GET",
        "/me/<token>",
        302,
        12.3,
    )
    assert request["at"].endswith("Z")
    assert len(request["at"]) == len("2026-05-10T10:00:00.000Z")
    assert (event["event"], event["note"]) == ("start", "100 %s\n“è”")
    assert stream.getvalue().isascii()


def test_many_lines_are_one_write_and_who_asks_waits_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Slow()
    monkeypatch.setattr(sys, "stderr", stream)
    log = Log()
    for _turn in range(500):
        log.request("GET", "/", 200, 0.001)
    assert stream.getvalue() == ""
    stream.goes_on.set()
    log.close()
    assert len(lines(stream.getvalue())) == 500
    assert stream.writes < 20


def test_lines_beyond_what_may_wait_are_counted_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Slow()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(logs, "MOST_WAITING", 10)
    monkeypatch.setattr(logs, "PAUSE_S", 0.5)
    log = Log()
    for _turn in range(100):
        log.request("GET", "/", 200, 0.001)
    stream.goes_on.set()
    log.close()
    found = lines(stream.getvalue())
    (told,) = (line for line in found if line.get("event") == "lines left out")
    kept = [line for line in found if "route" in line]
    assert len(kept) + told["lines"] == 100
    assert 10 <= len(kept) <= 12


def test_what_is_said_after_the_end_is_written_at_once_and_an_end_may_come_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    log = Log()
    log.event("start")
    log.close()
    log.event("stop")
    assert [line["event"] for line in lines(stream.getvalue())] == ["start", "stop"]
    log.close()
    Log().close()


def test_a_log_that_breaks_stops_nobody_and_is_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = io.StringIO()
    gone.close()
    monkeypatch.setattr(sys, "stderr", gone)
    monkeypatch.setattr(logs, "PAUSE_S", 0.0)
    log = Log()
    for _turn in range(3):
        log.event("lost")
    stream = io.StringIO()
    while log._queue.queue.qsize():
        threading.Event().wait(0.01)
    threading.Event().wait(0.05)
    monkeypatch.setattr(sys, "stderr", stream)
    log.event("kept")
    log.close()
    assert [line["event"] for line in lines(stream.getvalue())][-1:] == ["kept"]


def test_a_fault_is_told_by_its_kind_and_its_places_not_by_its_words() -> None:
    stream = io.StringIO()
    try:
        raise KeyError("Zenobia")
    except KeyError as error:
        Log(stream).fault(error, "ref", "/me/<token>")
    (fault,) = lines(stream.getvalue())
    assert (fault["event"], fault["error"], fault["reference"]) == ("fault", "KeyError", "ref")
    assert any("test_server_log.py" in place for place in fault["where"])
    assert "Zenobia" not in stream.getvalue()
