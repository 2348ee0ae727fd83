"""The least that keeps every click: one function, one table, one thread that commits for all.

    python -m benchmarks.bare_server waitress|granian STORE PORT

Written apart from the product and without its code: no look-up, no name of a browser, no visitor, no page.
The row has the same columns, the same settings of SQLite, and is on disk before the answer leaves.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterable
from queue import SimpleQueue
from secrets import token_hex
from time import time
from typing import Any, Final

THREADS: Final = 64

INSERT: Final = (
    "insert into clicks (hit_id, link_id, at, day, kind, visitor, channel, agent, referrer_host) "
    "values (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

Waiting = tuple[tuple[Any, ...], threading.Lock]


def keep(path: str, waiting: SimpleQueue[Waiting]) -> None:
    """Commit all that waits, again and again."""
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = wal", "synchronous = full", "wal_autocheckpoint = 4000"):
        db.execute(f"pragma {pragma}")
    while True:
        batch = [waiting.get()]
        while len(batch) < 1000 and not waiting.empty():
            batch.append(waiting.get())
        db.execute("begin immediate")
        db.executemany(INSERT, [row for row, _ in batch])
        db.execute("commit")
        for _, lock in batch:
            lock.release()


def make(waiting: SimpleQueue[Waiting]) -> Callable[..., Iterable[bytes]]:
    """Return the WSGI function."""

    def app(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        at = int(time() * 1000)
        hit = f"{at:011x}{token_hex(8)}"
        lock = threading.Lock()
        lock.acquire()
        waiting.put(
            ((hit, 1, at, "2026-01-01", "person", "0123456789abcdef", None, "Chrome Android", None), lock)
        )
        lock.acquire()
        start_response("302 Found", [("Location", f"/i/abcdefgh?k={hit}"), ("Content-Length", "0")])
        return [b""]

    return app


def served() -> Callable[..., Iterable[bytes]]:
    """Return the WSGI function of the store that the environment names, its writer running."""
    waiting: SimpleQueue[Waiting] = SimpleQueue()
    threading.Thread(target=keep, args=(os.environ["BARE_STORE"], waiting), daemon=True).start()
    return make(waiting)


def main() -> None:
    """Serve until killed."""
    server, os.environ["BARE_STORE"], port = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if server == "waitress":
        from waitress import serve

        serve(
            served(),
            host="127.0.0.1",
            port=port,
            threads=THREADS,
            ident="",
            asyncore_use_poll=True,
            connection_limit=2000,
            _quiet=True,
        )
        return
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    Granian(
        "benchmarks.bare_server:served",
        factory=True,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=1,
        blocking_threads=THREADS,
        backpressure=128,
        websockets=False,
        log_level=LogLevels.error,
    ).serve()


if __name__ == "__main__":
    main()
