"""Waitress with our limits: patience with slow clients, an end to sly ones, and a clean way out."""

from __future__ import annotations

import logging
import select
import socket
import time
from typing import TYPE_CHECKING, Any, Final

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher
from waitress.utilities import BadRequest
from waitress.wasyncore import close_all, loop

from clientela.referral_server.http import security
from clientela.referral_server.http.bodies import WHOLE_REQUEST
from clientela.referral_server.http.forms import API_BODY
from clientela.referral_server.running.listening import connections
from clientela.referral_server.running.waitress_answer import Answer
from clientela.referral_server.running.waitress_parser import Parser, RequestTimeout

if TYPE_CHECKING:
    from clientela.referral_server.http.wsgi import Application
    from clientela.referral_server.running.logs import Log

IDLE: Final = 30
"""Seconds after which a silent connection is closed."""

CLEANUP: Final = 5
"""Seconds between two looks for such connections."""

DRAIN: Final = 10.0
"""Seconds in which requests in hand are finished on the way out."""


class PlainError(ErrorTask):  # type: ignore[misc]
    """What is no HTTP is answered in one line, with the headers that every answer has."""

    def execute(self) -> None:
        """Write the answer and close."""
        fault = self.request.error
        body = f"{fault.reason}\n".encode()
        self.status = f"{fault.code} {fault.reason}"
        self.response_headers = security.completed([("Content-Type", "text/plain; charset=utf-8")])
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):  # type: ignore[misc]
    """One connection; knows since when it waits for the rest of a request."""

    parser_class = Parser
    task_class = Answer
    error_task_class = PlainError
    waiting_since: float | None = None
    request: Any

    def handle_read(self) -> None:
        """Take what has arrived; where the end comes amid a body, say so to who may still listen."""
        is_begun = self.request is not None and self.request.headers_finished
        if is_begun and not self.requests and _has_ended(self.socket):
            self.refuse(BadRequest(""))
        else:
            super().handle_read()

    def refuse(self, error: BadRequest) -> None:
        """Answer a request that has not arrived whole, then close."""
        with self.requests_lock:
            half, self.request = self.request, None
            if half is None or self.requests:
                self.will_close = True
                return
            half.error, half.completed = error, True
            self.waiting_since = None
            self.requests.append(half)
        self.server.add_task(self)

    def received(self, data: bytes) -> bool:
        """Take what has arrived."""
        taken = bool(super().received(data))
        if self.request is None:
            self.waiting_since = None
        elif self.waiting_since is None:
            self.waiting_since = time.time()
        return taken

    @property
    def is_busy(self) -> bool:
        """Whether a request is being received, answered or sent."""
        return bool(self.requests or self.total_outbufs_len or self.request)


def _has_ended(connection: socket.socket) -> bool:
    """Tell whether the other side has sent its last byte, without taking any."""
    try:
        return connection.recv(1, socket.MSG_PEEK) == b""
    except OSError:
        return False


class Server(TcpWSGIServer):  # type: ignore[misc]
    """A waitress server on a socket that listens already.

    Args:
        app: the application.
        listener: the socket.
        threads: requests answered at once.
        log: where its own warnings go.
    """

    channel_class = Channel

    def __init__(self, app: Application, listener: socket.socket, threads: int, log: Log) -> None:
        _speak_through(log)
        limits = Adjustments(
            threads=threads,
            ident="",
            max_request_header_size=32 * 1024,
            max_request_body_size=API_BODY + 1,
            channel_timeout=IDLE,
            cleanup_interval=CLEANUP,
            connection_limit=connections(),
            backlog=1024,
            asyncore_use_poll=True,
            # The application reads forwarding headers itself, from the right and only from trusted proxies,
            # and takes them away; waitress would take them away before.
            trusted_proxy=None,
            clear_untrusted_proxy_headers=False,
        )
        listener.setblocking(False)
        self._stopping = self._give_up = False
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(threads)
        where = (listener.family, listener.type, listener.proto, listener.getsockname())
        super().__init__(
            app, {}, True, listener, dispatcher=dispatcher, adj=limits, sockinfo=where, bind_socket=False
        )

    def maintenance(self, now: float) -> None:
        """Close connections that are silent or take too long over a request; who began a body is told so."""
        for channel in self.active_channels.values():
            since, silent = channel.waiting_since, now - channel.last_activity
            if since is None or not (now - since > WHOLE_REQUEST or silent > self.adj.channel_timeout):
                continue
            if channel.request is not None and channel.request.headers_finished:
                channel.refuse(RequestTimeout(""))
            else:
                channel.will_close = True
        super().maintenance(now)

    def ask_to_stop(self) -> None:
        """Make ``run`` return soon; safe in a signal handler. The second call does not wait for anybody."""
        self._give_up = self._stopping
        self._stopping = True
        self.pull_trigger()

    def run(self) -> None:
        """Answer until asked to stop, then finish what is in hand."""
        while not self._stopping:
            loop(timeout=1, use_poll=True, map=self._map, count=1)
        self._drain()
        self.task_dispatcher.shutdown(timeout=2)
        close_all(self._map)

    def _drain(self) -> None:
        """Accept nobody new; answer whoever is there already, for ``DRAIN`` seconds at most."""
        while select.select([self.socket], [], [], 0)[0] and len(self._map) < self.adj.connection_limit:
            self.handle_accept()
        self.del_channel(self._map)
        self.socket.close()
        # What lies in the sockets unread has been sent before the end was known.
        loop(timeout=0.05, use_poll=True, map=self._map, count=3)
        until = time.monotonic() + DRAIN
        while time.monotonic() < until and not self._give_up:
            channels = list(self.active_channels.values())
            if not any(channel.is_busy for channel in channels):
                return
            loop(timeout=0.1, use_poll=True, map=self._map, count=1)


class _Handler(logging.Handler):
    """Turns waitress's own warnings into lines of our log, without their text, which may quote a request."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        self._log.event("waitress", level=record.levelname.lower(), line=record.lineno, error=error)


def _speak_through(log: Log) -> None:
    """Give waitress's loggers our log as their only voice."""
    theirs = logging.getLogger("waitress")
    theirs.handlers, theirs.propagate = [_Handler(log)], False
    # How many requests wait is in the metrics; a line for each would fill the disk on a busy day.
    logging.getLogger("waitress.queue").disabled = True
