"""Run the server: open the store, listen, say where, answer, and on the way out finish what has begun."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from clientela.referral_server.running.listening import address_of, listening_socket
from clientela.referral_server.running.lock import ServerLock
from clientela.referral_server.running.open_site import open_site

if TYPE_CHECKING:
    from clientela.referral_server.running.listening import Announce
    from clientela.settings.shop_settings import Settings


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
        open_site(settings) as (site, app),
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
