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
from typing import Any, TextIO


class Log:
    """Writes lines; a log that cannot be written never stops the server."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._given = stream
        self._lock = threading.Lock()

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

    def _write(self, line: str) -> None:
        stream = self._given or sys.stderr
        try:
            with self._lock:
                stream.write(line)
                if not getattr(stream, "line_buffering", False):
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
