"""Where the server listens: an address of this machine, a free port, and room for its connections."""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from clientela.errors import ClientelaError
from clientela.i18n import gettext as _

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
        _("Give an address of this computer, such as 127.0.0.1, or 0.0.0.0 for all of them."),
    )
