"""A server in a process of its own, the load on it, and what it costs."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.measure import ROOT

CONNECTIONS: Final = 64
PHONE: Final = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36"


@dataclass(frozen=True)
class Load:
    """What wrk saw, and what the store holds of it."""

    requests: int
    """Answers that wrk received."""

    per_second: float
    p50_ms: float
    p99_ms: float
    errors: int
    stored: int
    """Rows that the store gained."""

    cpu_us: float
    """Processor time of the server for each answer, microseconds."""

    @property
    def all_stored(self) -> bool:
        """Whether every answer is a row; the few still under way when wrk ends are rows without an answer."""
        return self.requests <= self.stored <= self.requests + 2 * CONNECTIONS


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    pid: int

    def get(self, path: str, headers: dict[str, str]) -> tuple[int, float]:
        """Ask for a page; return its status and the seconds it took."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        asked_at = time.perf_counter()
        try:
            line.request("GET", path, headers=headers)
            answer = line.getresponse()
            answer.read()
            return answer.status, time.perf_counter() - asked_at
        finally:
            line.close()

    def cpu_s(self) -> float:
        """Return the processor time of all its processes so far."""
        ticks = 0
        for pid in [self.pid, *_children(self.pid)]:
            after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(after_name[11]) + int(after_name[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        """Return the resident memory of all its processes together, shared pages once, in 10^6 bytes."""
        return sum(_memory_mb(pid) for pid in [self.pid, *_children(self.pid)])


@contextmanager
def ours(server: str, shop: Path) -> Iterator[Server]:
    """Run ``clientela serve`` as an owner would, its log in a file."""
    command = [sys.executable, "-m", "clientela.cli", "serve", "--shop", str(shop), "--server", server]
    with (shop / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "--port", "0", "--threads", str(CONNECTIONS)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    with process.stdout, _ended(process):
        address = process.stdout.readline().strip()
        yield Server(int(address.rstrip("/").rpartition(":")[2]), process.pid)


@contextmanager
def bare(server: str, shop: Path) -> Iterator[Server]:
    """Run the bare function under the same server."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.bare_server", server, str(shop / "referral.sqlite"), str(port)],
        cwd=ROOT,
    )
    with _ended(process):
        _wait_for(port)
        yield Server(port, process.pid)


def follow(server: Server, shop: Path, codes: list[str], seconds: int) -> Load:
    """Follow links drawn at random as fast as the server answers."""
    store = shop / "referral.sqlite"
    listed = shop / "codes.txt"
    listed.write_text("\n".join(codes) + "\n", encoding="utf-8")
    _wrk(server, listed, 1)
    before, cpu = _rows(store), server.cpu_s()
    told = _wrk(server, listed, seconds)
    time.sleep(0.5)
    cpu = server.cpu_s() - cpu
    return Load(
        told["requests"],
        told["requests"] / (told["microseconds"] / 1e6),
        told["p50_us"] / 1000,
        told["p99_us"] / 1000,
        told["errors"],
        _rows(store) - before,
        cpu / max(told["requests"], 1) * 1e6,
    )


def _wrk(server: Server, listed: Path, seconds: int) -> dict[str, int]:
    script = Path(__file__).with_name("links.lua")
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s", "--latency"]
    command += ["-s", str(script), f"http://127.0.0.1:{server.port}", "--", str(listed)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    told: dict[str, int] = json.loads(ran.stdout.strip().splitlines()[-1])
    return told


def _rows(store: Path) -> int:
    with closing(sqlite3.connect(store)) as db:
        # The number of the last one: counting a million rows would warm the file for one side only.
        return int(db.execute("select coalesce(max(click_id), 0) from clicks").fetchone()[0])


@contextmanager
def _ended(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> Iterator[None]:
    """End a server and its workers with the block."""
    try:
        yield
    finally:
        children = _children(process.pid)
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            for pid in [*children, process.pid]:
                os.kill(pid, signal.SIGKILL)
            process.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with closing(socket.socket()) as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the bare server did not start")


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(each) for each in path.read_text().split()] if path.exists() else []
    return found + [each for child in found for each in _children(child)]


def _memory_mb(pid: int) -> float:
    """Return a process's proportional share: what it has alone, and its part of what it shares."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    share = next(line for line in lines if line.startswith("Pss:"))
    return int(share.split()[1]) * 1024 / 1e6
