"""One JSON line a request, on standard error; nothing in it says who it was.

A line holds the route's template instead of the path, and neither code, token, name, contact, address nor
browser. A fault of ours has a random reference that its page shows too.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import traceback
from datetime import UTC, datetime
from functools import lru_cache
from queue import SimpleQueue
from typing import Any, Final, TextIO

MOST_WAITING: Final = 100_000
"""Lines that wait to be written at most; what comes beyond them is counted, not kept."""

PAUSE_S: Final = 0.05
"""Seconds in which lines gather: one write for many costs the requests almost nothing."""


class Log:
    """Writes lines; a log that cannot be written never stops the server.

    A thread of its own writes, for every write gives the interpreter away, and requests would queue for it.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._given = stream
        self._waiting: SimpleQueue[str | None] = SimpleQueue()
        self._left_out = 0
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note one answered request.

        Args:
            method: GET, POST, …; anything unusual is noted as OTHER by the caller.
            route: the route's template, such as ``/me/<token>``.
            status: of the answer.
            seconds: from the first line to the last of our work.
        """
        # Formatted by hand: this runs for every redirect, and nothing in it needs escaping.
        self._write(
            f'{{"at":"{_instant()}","method":"{method}","route":"{route}","status":{status},'
            f'"ms":{seconds * 1000:.1f}}}\n'
        )

    def event(self, event: str, **facts: Any) -> None:
        """Note something that happened to the server itself."""
        self._write(json.dumps({"at": _instant(), "event": event, **facts}, ensure_ascii=True) + "\n")

    def fault(self, error: BaseException, reference: str, route: str) -> None:
        """Note a fault: its kind and the lines it passed, not its message, which may quote a person."""
        places = [
            f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-12:]
        ]
        self.event("fault", reference=reference, route=route, error=type(error).__name__, where=places)

    def close(self) -> None:
        """Write what waits; later lines are written at once."""
        with self._starting:
            self._is_closed = True
            thread = self._thread
        if thread is not None:
            self._waiting.put(None)
            thread.join()

    def _write(self, line: str) -> None:
        if self._given is not None or self._is_closed:
            self._put_out(line)
            return
        if self._waiting.qsize() >= MOST_WAITING:
            self._left_out += 1
            return
        self._waiting.put(line)
        if self._thread is None:
            self._start()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None and not self._is_closed:
                self._thread = threading.Thread(target=self._run, name="log", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        """Write what has gathered, until the end is in the queue."""
        while True:
            lines = [self._waiting.get()]
            if lines[0] is not None:
                time.sleep(PAUSE_S)
            while lines[-1] is not None and not self._waiting.empty():
                lines.append(self._waiting.get())
            left_out, self._left_out = self._left_out, 0
            if left_out:
                told = {"at": _instant(), "event": "lines left out", "lines": left_out}
                lines.insert(0, json.dumps(told) + "\n")
            self._put_out("".join(line for line in lines if line is not None))
            if lines[-1] is None:
                return

    def _put_out(self, text: str) -> None:
        stream = self._given or sys.stderr
        try:
            stream.write(text)
            stream.flush()
        except (OSError, ValueError):
            # A full disk or a closed pipe behind the log is no reason to refuse a friend.
            return


def _instant() -> str:
    at = time.time()
    return f"{_second(int(at))}.{int(at * 1000) % 1000:03}Z"


@lru_cache(maxsize=4)
def _second(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").removesuffix("+00:00")
