"""How waitress writes the head of an answer: the usual one without looking at each letter of each header."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, cast

from waitress.task import WSGITask
from waitress.utilities import build_http_date

LENGTH: Final = "Content-Length"

WAITRESS_SAYS: Final = frozenset({"Connection", "Date", "Server"})
"""Headers that waitress has a word in."""


class Answer(WSGITask):  # type: ignore[misc]
    """One answer of the application.

    Waitress writes the name of every header anew, letter by letter; ours are written well already, and a
    redirect has eleven.
    """

    response_headers: list[tuple[str, str]]
    request: Any

    def build_response_header(self) -> bytes:
        """Return the head; the usual one keeps the connection and says itself how long its body is."""
        said = dict(self.response_headers)
        is_kept = self.version == "1.1" and "CONNECTION" not in self.request.headers
        if not (is_kept and self.has_body and LENGTH in said and said.keys().isdisjoint(WAITRESS_SAYS)):
            return cast("bytes", super().build_response_header())
        lines = [f"HTTP/1.1 {self.status}", *map("%s: %s".__mod__, self.response_headers)]
        lines.append(f"Date: {_date(int(self.start_time))}\r\n\r\n")
        return "\r\n".join(lines).encode("latin-1")


@lru_cache(maxsize=4)
def _date(second: int) -> str:
    return str(build_http_date(second))
