"""The faster server of the extra: granian, one worker process, its HTTP in Rust."""

from __future__ import annotations

import http.client
import os
import socket
import sys
import threading
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.referral_server.running.listening import (
    Announce,
    address_of,
    connections,
    listening_socket,
)
from clientela.referral_server.running.lock import ServerLock
from clientela.referral_server.running.open_site import open_site

if TYPE_CHECKING:
    from collections.abc import Callable

    from clientela.referral_server.http.wsgi import Application
    from clientela.settings.shop_settings import Settings

SHOP: Final = "CLIENTELA_SERVED_SHOP"
"""Environment: how the worker learns which shop it serves."""

THREADS: Final = "CLIENTELA_SERVER_THREADS"
"""Environment: and with how many threads."""

_STDERR: Final = {"formatter": "generic", "class": "logging.StreamHandler", "stream": "ext://sys.stderr"}
"""Where granian speaks; its own choice is standard output, which is for data."""

PATIENCE: Final = 30.0
"""Seconds in which the worker must be there."""


class NotInstalledError(ClientelaError):
    """The extra is missing."""

    def __init__(self) -> None:
        super().__init__(
            _("granian is not installed."),
            _("Install it with: pip install 'clientela[fast]', or leave --server out."),
        )


def serve(settings: Settings, host: str, port: int, threads: int, announce: Announce) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        NotInstalledError: if the extra is missing.
        AddressError, AlreadyServedError, StoreUnavailableError: as ``serving.serve`` says.
    """
    if not find_spec("granian"):
        raise NotInstalledError
    from clientela.loyalty.store import former
    from clientela.loyalty.store.opening import open_store

    former.require(settings.referral_store, settings.folder / former.BACKUPS)
    with ServerLock(settings.referral_store) as lock:
        # Here a fault of the store is a sentence; in the worker it would be a crash.
        open_store(settings.referral_store, create=True).close()
        lock.note()
        held, numeric, chosen = _reserve(host, port)
        os.environ |= {SHOP: str(settings.folder.resolve()), THREADS: str(threads)}
        server = _make(numeric, chosen, threads, lambda: announce(address_of(host, chosen)))
        with held:
            try:
                server.serve()
            except SystemExit:
                raise ClientelaError(
                    _("The server's worker process has ended by itself."),
                    _("The lines above say why; leave --server out to serve without granian."),
                ) from None


def _make(host: str, port: int, threads: int, announce: Callable[[], None]) -> Any:
    """Return granian with our limits; it announces itself once its worker answers."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    from clientela.referral_server.http.bodies import places

    class Announced(Granian):  # type: ignore[misc]
        def _spawn_workers(self, *given: Any) -> None:
            super()._spawn_workers(*given)
            # Not from a start-up hook: a thread begun before the worker is forked would be a risk for it.
            threading.Thread(target=_announce_when_ready, args=(host, port, announce), daemon=True).start()

    return Announced(
        "clientela.referral_server.running.granian_server:worker",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=30_000),
        workers=1,
        # As many again as may wait for bodies at least: more would only make the others slower.
        blocking_threads=max(threads, 2 * places(threads)),
        # Granian counts connections, idle and unfinished ones too: few places are soon taken by slow clients.
        backpressure=connections(),
        backlog=1024,
        websockets=False,
        workers_kill_timeout=15,
        log_level=LogLevels.error,
        log_dictconfig={"handlers": {"console": _STDERR, "access": _STDERR}},
    )


def _reserve(host: str, port: int) -> tuple[socket.socket, str, int]:
    """Find out whether the port is free, and keep it while the worker, another process, binds it too."""
    with listening_socket(host, port) as free:
        family, (numeric, chosen) = free.family, free.getsockname()[:2]
    held = socket.socket(family, socket.SOCK_STREAM)
    if hasattr(socket, "SO_REUSEPORT"):
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind((numeric, chosen))
    return held, numeric, chosen


def _announce_when_ready(host: str, port: int, announce: Callable[[], None]) -> None:
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        connection = http.client.HTTPConnection(target, port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                announce()
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        finally:
            connection.close()


def worker() -> Application:
    """Return the application of the one worker; everything it opened is closed when the process ends."""
    from multiprocessing.util import Finalize

    from clientela.referral_server.http.bodies import Bodies
    from clientela.settings.reading import read_settings

    _end_with_the_parent()
    running = open_site(read_settings(Path(os.environ[SHOP])))
    site, app = running.__enter__()
    site.log.event("start", server="granian")

    def close() -> None:
        running.__exit__(None, None, None)
        site.log.event("stop")

    Finalize(None, close, exitpriority=100)
    return Bodies(app, int(os.environ[THREADS]))


def _end_with_the_parent() -> None:
    """Ask the system to end this process if the one that holds the lock is killed; Linux only."""
    if sys.platform != "linux":
        return
    import ctypes
    import signal

    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
