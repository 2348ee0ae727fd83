"""Bodies that are read while a thread waits: so many at once, and each for so long.

Waitress gives a request to a thread once all of it is here. Granian does as soon as the head is, and whoever
sends the rest one byte at a time would hold a thread for as long as they like, and with a hundred such
requests all of them: nobody's link would be answered. So only half of the threads may wait for bodies, and
half of those for one network; a link has no body and always finds a thread.
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from clientela.referral_server.http.problems import BusyError, TooSlowError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clientela.referral_server.http.client_address import Client
    from clientela.referral_server.http.wsgi import Application, Environ, StartResponse

WHOLE_REQUEST: Final = 60
"""Seconds within which a request must have arrived; one byte at a time is no way to hold a place."""


def places(threads: int) -> int:
    """Return how many of so many threads may wait for bodies."""
    return max(4, threads // 2)


class Bodies:
    """An application behind a server that hands out bodies before they are here.

    Args:
        app: the application.
        threads: how many requests the server answers at once.
        patience: seconds for which a body is waited for.
    """

    def __init__(self, app: Application, threads: int, patience: float = WHOLE_REQUEST) -> None:
        self._app, self.patience = app, patience
        self._most = places(threads)
        self._waiting: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if "CONTENT_LENGTH" in environ or "HTTP_TRANSFER_ENCODING" in environ:
            environ["wsgi.input"] = _Body(self, environ)
        return self._app(environ, start_response)

    def begin(self, network: str) -> None:
        """Ask to wait for a body.

        Raises:
            BusyError: if too many are waited for.
        """
        with self._lock:
            if self._waiting.total() >= self._most or self._waiting[network] >= self._most // 2:
                raise BusyError
            self._waiting[network] += 1

    def end(self, network: str) -> None:
        """Give a place back."""
        with self._lock:
            self._waiting[network] -= 1
            if not self._waiting[network]:
                del self._waiting[network]


class _Body:
    """The body of one request; read in a thread of its own, for nothing else ends a read that waits."""

    def __init__(self, bodies: Bodies, environ: Environ) -> None:
        self._bodies, self._environ = bodies, environ
        self._stream: Any = environ["wsgi.input"]

    def read(self, size: int) -> bytes:
        """Read so many bytes.

        Raises:
            BusyError: if too many bodies are waited for.
            TooSlowError: if they do not come in time; the place is free again once the client is gone.
        """
        client: Client = self._environ["clientela.client"]
        network, found, is_done = client.prefix, [b""], threading.Event()
        self._bodies.begin(network)

        def read() -> None:
            try:
                found[0] = bytes(self._stream.read(size))
            except Exception:
                # A connection that broke off: what came is no whole body, and the reader refuses it.
                found[0] = b""
            finally:
                self._bodies.end(network)
                is_done.set()

        threading.Thread(target=read, name="body", daemon=True).start()
        if not is_done.wait(self._bodies.patience):
            raise TooSlowError
        return found[0]
