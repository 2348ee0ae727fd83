"""Run the server: open the store, listen, say where, answer, and on the way out finish what has begun."""

from __future__ import annotations

import errno
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from clientela.errors import ClientelaError
from clientela.i18n import gettext as _
from clientela.referral_server.running.lock import ServerLock

if TYPE_CHECKING:
    from clientela.referral_server.app import Application
    from clientela.referral_server.site import Site
    from clientela.settings.shop_settings import Settings

Announce = Callable[[str], None]
"""Told the address once the server accepts requests."""

CONNECTIONS: Final = 2000
"""Open connections at most; more wait to be accepted."""

FILES: Final = 500
"""Open files beside them: a store has three for each thread that reads it, and the fallback must open."""

BACKLOG: Final = 1024
"""Connections that may wait to be accepted."""


class AddressError(ClientelaError):
    """The server cannot listen where it was asked to."""


def connections() -> int:
    """Return how many connections may be open, so that the store can still open its files.

    The system's soft limit is often 1,024 files; it is raised as far as the system allows.
    """
    try:
        import resource
    except ImportError:
        return CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + FILES
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return CONNECTIONS
    with suppress(OSError, ValueError):
        resource.setrlimit(
            resource.RLIMIT_NOFILE,
            (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard),
        )
    return max(64, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - FILES)


def address_of(host: str, port: int) -> str:
    """Return the address of a server as a browser takes it."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"


def listening_socket(host: str, port: int) -> socket.socket:
    """Take a port; the system chooses one for 0.

    Raises:
        AddressError: if it is taken, not allowed, or the host is none of this machine's.
    """
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        taken = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError, OverflowError) as error:
        raise _refused(host, port, error) from error
    try:
        if sys.platform != "win32":
            # On Windows this would let two servers share a port.
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
        taken.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        taken.close()
        raise _refused(host, port, error) from error
    return taken


def _refused(host: str, port: int, error: Exception) -> AddressError:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return AddressError(
            _("Port {port} is taken by another program.").format(port=port),
            _("Choose another, or let the system choose: clientela serve --port 0"),
        )
    if number == errno.EACCES:
        return AddressError(
            _("This user may not listen on port {port}.").format(port=port),
            _("Choose one above 1023 and let a proxy stand before it."),
        )
    return AddressError(
        _("The server cannot listen on {host}, port {port}.").format(host=host, port=port),
        _("Give an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them."),
    )


@contextmanager
def running_site(settings: Settings) -> Iterator[tuple[Site, Application]]:
    """Open the store for as long as the server runs, with its background work.

    Raises:
        StoreUnavailableError: if the store cannot be opened.
    """
    from clientela.loyalty.store import open_store
    from clientela.referral_server.app import create_app, make_site
    from clientela.referral_server.running.background import Background
    from clientela.referral_server.running.metrics import watch

    store = open_store(settings.referral_store, create=True)
    store.presence.look_inside()
    try:
        site = make_site(settings, store)
        watch(store, site.metrics)
        background = Background(site)
        background.start()
        try:
            yield site, create_app(settings, store, site=site)
        finally:
            background.stop()
            site.log.close()
    finally:
        store.close()


def serve(settings: Settings, *, host: str, port: int, server: str, threads: int, announce: Announce) -> None:
    """Serve until SIGTERM or SIGINT, then finish the requests in hand, keep what is queued, and return.

    Args:
        settings: the shop's settings.
        host: the address to listen on.
        port: 0 lets the system choose.
        server: waitress or granian.
        threads: requests answered at once; so many clicks can share one commit.
        announce: told the address once it accepts requests.

    Raises:
        AddressError: if the port cannot be had.
        AlreadyServedError: if another process serves this store.
        StoreUnavailableError: if the store cannot be opened.
        ClientelaError: if the server asked for is not installed.
    """
    if server == "granian":
        from clientela.referral_server.running import granian_server

        granian_server.serve(settings, host, port, threads, announce)
        return
    from clientela.loyalty.store import former
    from clientela.referral_server.running.waitress_server import Server

    former.require(settings.referral_store, settings.folder / former.BACKUPS)
    with (
        ServerLock(settings.referral_store) as lock,
        running_site(settings) as (site, app),
        listening_socket(host, port) as listener,
    ):
        lock.note()
        running = Server(app, listener, threads, site.log)
        with _stopped_by_signals(running.ask_to_stop):
            site.log.event("start", server=server, threads=threads)
            announce(address_of(host, listener.getsockname()[1]))
            running.run()
        site.log.event("stop")


@contextmanager
def _stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Let SIGTERM and SIGINT ask for a clean end; a second one is not waited for."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(_number: int, _frame: Any) -> None:
        stop()

    names = ("SIGTERM", "SIGINT", "SIGHUP")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    # Who ignores the end of the terminal (nohup) goes on ignoring it.
    before = {number: signal.signal(number, ask) for number in numbers if not _is_ignored(number)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_ignored(number: int) -> bool:
    return number not in (signal.SIGTERM, signal.SIGINT) and signal.getsignal(number) == signal.SIG_IGN
