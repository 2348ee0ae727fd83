"""One JSON line a request, on standard error; nothing in it says who it was.

A line holds the route's template instead of the path, and neither code, token, name, contact, address nor
browser. A fault of ours has a random reference that its page shows too.

Queue and thread are the standard library's: a request leaves in the queue what it has to say, the thread
makes the lines and writes many at once. Each write gives the interpreter away, and requests would wait
for it.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
import traceback
from datetime import UTC, datetime
from functools import lru_cache
from logging.handlers import QueueHandler, QueueListener
from queue import Empty, SimpleQueue
from typing import Any, Final, TextIO

MOST_WAITING: Final = 100_000
"""Lines that wait to be written at most; what comes beyond them is counted, not kept."""

PAUSE_S: Final = 0.05
"""Seconds in which lines gather: one write for many costs the requests almost nothing."""

REQUEST: Final = '"method":"%s","route":"%s","status":%d,"ms":%.1f'
"""Formatted by hand: this runs for every redirect, and nothing in it needs escaping."""


class _Line(logging.LogRecord):
    """A record with what a line needs; a full one also looks for thread, process and task each time."""

    def __init__(self, msg: str, *args: str | float) -> None:
        self.created, self.msg, self.args = time.time(), msg, args
        self.levelno = logging.INFO


class _Queue(QueueHandler):
    """Where lines wait; beyond ``MOST_WAITING`` of them they are counted, not kept."""

    queue: SimpleQueue[Any]

    def __init__(self) -> None:
        super().__init__(SimpleQueue())
        self.left_out = 0

    def enqueue(self, record: logging.LogRecord) -> None:
        """Let a line wait; it is made in the thread that writes it."""
        if self.queue.qsize() < MOST_WAITING:
            self.queue.put(record)
        else:
            self.left_out += 1


class _Lines(logging.Handler):
    """Gathers lines and writes them together; a log that cannot be written never stops the server."""

    def __init__(self, stream: TextIO | None, waiting: _Queue) -> None:
        super().__init__()
        self._stream, self._waiting = stream, waiting
        self._gathered: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Gather one more line."""
        self._gathered.append(f'{{"at":"{_instant(record.created)}",{record.getMessage()}}}\n')

    def flush(self) -> None:
        """Write what has been gathered, and how many lines could not be."""
        with self.lock or threading.RLock():
            left_out, self._waiting.left_out = self._waiting.left_out, 0
            if left_out:
                self.emit(_Line(_facts(event="lines left out", lines=left_out)))
            text, self._gathered = "".join(self._gathered), []
            stream = self._stream or sys.stderr
            try:
                stream.write(text)
                stream.flush()
            except (OSError, ValueError):
                # A full disk or a closed pipe behind the log is no reason to refuse a friend.
                return


class _Listener(QueueListener):
    """The thread: lets lines gather for a moment, then has all of them written."""

    def __init__(self, waiting: _Queue, lines: _Lines) -> None:
        super().__init__(waiting.queue, lines)
        self._waiting, self._lines = waiting.queue, lines

    def dequeue(self, block: bool) -> Any:
        """Return the next line; where none waits, write what has gathered and let new ones gather."""
        if not self._waiting.empty():
            return self._waiting.get(block)
        self._lines.flush()
        found = self._waiting.get(block)
        if found is not None:
            time.sleep(PAUSE_S)
        return found


class Log:
    """Says what has to be said of the server; from any thread.

    Args:
        stream: where lines are written at once; standard error, by a thread, if left out.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._is_direct = stream is not None
        self._queue = _Queue()
        self._lines = _Lines(stream, self._queue)
        self._starting = threading.Lock()
        self._listener: _Listener | None = None

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note one answered request.

        Args:
            method: GET, POST, …; anything unusual is noted as OTHER by the caller.
            route: the route's template, such as ``/me/<token>``.
            status: of the answer.
            seconds: from the first line to the last of our work.
        """
        self._say(_Line(REQUEST, method, route, status, seconds * 1000))

    def event(self, event: str, **facts: Any) -> None:
        """Note something that happened to the server itself."""
        self._say(_Line(_facts(event=event, **facts)))

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
            self._is_direct, listener, self._listener = True, self._listener, None
        if listener is not None:
            listener.stop()
        # Who had looked before the end may have left a line behind it.
        while True:
            try:
                line = self._queue.queue.get_nowait()
            except Empty:
                break
            if line is not None:
                self._lines.handle(line)
        self._lines.flush()

    def _say(self, line: _Line) -> None:
        if self._is_direct:
            self._lines.handle(line)
            self._lines.flush()
            return
        self._queue.enqueue(line)
        if self._listener is None:
            self._start()

    def _start(self) -> None:
        with self._starting:
            if self._listener is None and not self._is_direct:
                self._listener = _Listener(self._queue, self._lines)
                self._listener.start()


def _facts(**facts: Any) -> str:
    """Return the inside of a line's object."""
    return json.dumps(facts, ensure_ascii=True)[1:-1]


def _instant(at: float) -> str:
    return f"{_second(int(at))}.{int(at * 1000) % 1000:03}Z"


@lru_cache(maxsize=4)
def _second(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").removesuffix("+00:00")
