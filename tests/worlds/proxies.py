"""The proxies that the documentation prints, started as it prints them before a server of a test."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.worlds.served import everything

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "how-to" / "run-the-server.md"

NAME = "amici.bottega.example"


@dataclass
class Proxy:
    """A proxy on a port of this machine."""

    port: int
    tls: ssl.SSLContext | None

    def connect(self) -> socket.socket:
        """Open a connection, through TLS where the proxy speaks it."""
        # From an address that is none of ``trusted_proxies``, as every visitor's is; only Linux has it.
        source = ("127.0.0.2", 0) if sys.platform == "linux" else None
        plain = socket.create_connection(("127.0.0.1", self.port), 60, source)
        return plain if self.tls is None else self.tls.wrap_socket(plain, server_hostname=NAME)

    def say(self, raw: bytes) -> bytes:
        """Send bytes; return all that comes until the proxy closes."""
        with self.connect() as connection:
            connection.sendall(raw)
            return everything(connection)

    def get(self, path: str, *headers: str) -> bytes:
        """Ask for a page."""
        lines = [f"GET {path} HTTP/1.1", f"Host: {NAME}", "Connection: close", *headers, "", ""]
        return self.say("\r\n".join(lines).encode())


def printed(name: str) -> str:
    """Return the file that the documentation prints for a proxy."""
    found = re.search(rf"^With \*\*{name}\*\*.*?^```\n(.*?)^```", PAGE.read_text("utf-8"), re.S | re.M)
    assert found is not None, name
    return found[1]


def with_these(text: str, *changes: tuple[str, str]) -> str:
    """Return a printed file with a test's names and ports; each must be there exactly once."""
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def program(name: str) -> str:
    """Return where a program is; without it the test is skipped, aloud."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed; sh scripts/system_libraries.sh --tests installs it")
    return found


def free_port() -> int:
    """Return a port that nobody has just now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextlib.contextmanager
def _running(folder: Path, port: int, tls: ssl.SSLContext | None, *command: str) -> Iterator[Proxy]:
    """Start a proxy; yield it once it listens."""
    where = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, cwd=folder, env=where)
    try:
        until = time.monotonic() + 30
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
                break
            assert process.poll() is None, (folder / "said").read_text()
            assert time.monotonic() < until, (folder / "said").read_text()
            time.sleep(0.05)
        yield Proxy(port, tls)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def caddy(folder: Path, server: int) -> Iterator[Proxy]:
    """Start Caddy before a server's port: no certificate is fetched, only this machine is spoken to."""
    found, port = program("caddy"), free_port()
    text = with_these(
        printed("Caddy"),
        ("{\n\tservers {\n", "{\n\tadmin off\n\tservers {\n"),
        (f"{NAME} {{\n", f"http://{NAME}:{port} {{\n\tbind 127.0.0.1\n"),
        ("127.0.0.1:8080", f"127.0.0.1:{server}"),
    )
    (folder / "Caddyfile").write_text(text, "utf-8")
    command = (found, "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile"))
    with _running(folder, port, None, *command) as proxy:
        yield proxy


@contextlib.contextmanager
def nginx(folder: Path, server: int) -> Iterator[Proxy]:
    """Start nginx before a server's port, with a certificate of the test's own."""
    found, openssl, port = program("nginx"), program("openssl"), free_port()
    made = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={NAME} -addext subjectAltName=DNS:{NAME}"
    keys = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run([openssl, *made.split(), *keys], check=True, capture_output=True)
    block = with_these(
        printed("nginx"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        (f"/etc/letsencrypt/live/{NAME}/fullchain.pem", str(folder / "cert.pem")),
        (f"/etc/letsencrypt/live/{NAME}/privkey.pem", str(folder / "key.pem")),
        ("127.0.0.1:8080", f"127.0.0.1:{server}"),
    )
    kept = "\n".join(
        f'{kind}_temp_path "{folder}/{kind}";'
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.name == "posix" and os.geteuid() == 0 else ""
    main = f'{user}\ndaemon off;\npid "{folder}/pid";\nerror_log stderr;\nevents {{}}\n'
    around = f"{main}http {{\n{kept}\n{block}}}\n"
    (folder / "nginx.conf").write_text(around, "utf-8")
    tls = ssl.create_default_context(cafile=str(folder / "cert.pem"))
    command = (found, "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf"))
    with _running(folder, port, tls, *command) as proxy:
        yield proxy


PROXIES = {"caddy": caddy, "nginx": nginx}
