"""A full disk, a locked folder, Ctrl-C or a closed pipe leave nothing half done and no traceback."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from clientela.cli.commands import load
from tests.worlds.old_shops import unpack
from tests.worlds.program import Run

DROP_CAPABILITY = 24
"""Linux's number for prctl(PR_CAPBSET_DROP)."""


def without_privileges() -> None:
    """Obey file modes even as root; called in the child before it starts."""
    if sys.platform == "linux" and os.geteuid() == 0:
        for read_or_write_anything in (1, 2):
            ctypes.CDLL(None).prctl(DROP_CAPABILITY, read_or_write_anything)


@pytest.fixture
def obeys_modes(tmp_path: Path) -> Callable[[], None]:
    """What makes a child obey file modes; the test is skipped where nothing does."""
    locked = tmp_path / "probe"
    locked.mkdir(mode=0o555)
    program = [sys.executable, "-c", "import sys, pathlib; pathlib.Path(sys.argv[1], 'x').touch()"]
    probe = subprocess.run(
        [*program, str(locked)], preexec_fn=without_privileges, stderr=subprocess.DEVNULL, check=False
    )
    if probe.returncode == 0:
        pytest.skip("this user may write everywhere")
    return without_privileges


@contextmanager
def mode(path: Path, bits: int) -> Iterator[None]:
    """Give a file or folder other permissions for a while."""
    former = path.stat().st_mode
    path.chmod(bits)
    try:
        yield
    finally:
        path.chmod(former)


def orders(shop: Path) -> Any:
    """Count the orders of a shop."""
    import duckdb

    with duckdb.connect(shop / "clientela.duckdb") as db:
        return db.execute("select count(*) from raw.orders").fetchall()


def many_orders(folder: Path, number: int) -> Path:
    """Write a file of orders."""
    path = folder / "many.csv"
    lines = (f"m{place},c{place % 997},2026-0{1 + place % 8}-11,{place % 90}.50" for place in range(number))
    path.write_text(
        "order_id,customer_id,order_date,net_amount\n" + "\n".join(lines) + "\n", encoding="utf-8"
    )
    return path


def test_a_file_that_may_not_be_read(small_shop: Path, start: Run, obeys_modes: Callable[[], None]) -> None:
    path = many_orders(small_shop, 3)
    with mode(path, 0):
        answer = start("load", path, shop=small_shop, preexec_fn=obeys_modes)
    assert answer.code == 2
    assert "many.csv" in answer.err
    assert orders(small_shop) == [(3,)]


def test_a_shop_folder_that_may_not_be_written(
    small_shop: Path, start: Run, obeys_modes: Callable[[], None]
) -> None:
    path = many_orders(small_shop.parent, 3)
    with mode(small_shop / "clientela.duckdb", 0o444), mode(small_shop, 0o555):
        refused = start("load", path, shop=small_shop, preexec_fn=obeys_modes)
        read = start("segments", shop=small_shop, preexec_fn=obeys_modes)
    assert refused.code == 2
    assert "You may not write to clientela.duckdb." in refused.err
    assert read.code == 0, "reading needs no permission to write"


def test_a_shop_of_an_older_schema_in_a_folder_that_may_not_be_written_is_read(
    tmp_path: Path, start: Run, obeys_modes: Callable[[], None]
) -> None:
    old = unpack("raw-tables", tmp_path)
    with mode(old.database, 0o444), mode(old.folder, 0o555):
        read = start("segments", shop=old.folder, preexec_fn=obeys_modes)
        refused = start("load", old.files / "orders-2026-10.csv", shop=old.folder, preexec_fn=obeys_modes)
    assert read.code == 0, read.err
    assert refused.code == 2
    assert "You may not write to clientela.duckdb." in refused.err


def test_a_database_that_may_not_be_read(
    small_shop: Path, start: Run, obeys_modes: Callable[[], None]
) -> None:
    with mode(small_shop / "clientela.duckdb", 0):
        answer = start("segments", shop=small_shop, preexec_fn=obeys_modes)
    assert answer.code == 2
    assert "clientela.duckdb" in answer.err


def test_a_report_folder_that_may_not_be_written(
    small_shop: Path, tmp_path: Path, start: Run, obeys_modes: Callable[[], None]
) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    with mode(locked, 0o555):
        answer = start(
            "report", "--no-pdf", "--to", locked / "october", shop=small_shop, preexec_fn=obeys_modes
        )
    assert answer.code == 2
    assert "october" in answer.err
    assert list(locked.iterdir()) == []


def test_a_folder_for_a_new_shop_that_may_not_be_made(
    tmp_path: Path, start: Run, obeys_modes: Callable[[], None]
) -> None:
    with mode(tmp_path, 0o555):
        answer = start("init", tmp_path / "new", preexec_fn=obeys_modes)
    assert answer.code == 2
    assert "Permission denied" in answer.err


@pytest.mark.parametrize("room", [300_000, 1_000_000, 4_000_000])
def test_a_full_disk_leaves_the_shop_as_it_was(small_shop: Path, start: Run, room: int) -> None:
    path = many_orders(small_shop.parent, 60_000)

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    answer = start("load", path, shop=small_shop, preexec_fn=little_room)
    assert answer.code == 2
    assert "disk is full" in answer.err
    assert orders(small_shop) in ([(3,)], [(60_003,)])


def test_a_full_disk_behind_a_redirection(
    demo_shop: Path, start_into: Callable[..., tuple[int, str]]
) -> None:
    code, err = start_into("/dev/full", "segments", shop=demo_shop)
    assert code == 2
    assert "The disk is full." in err


@pytest.fixture
def start_into() -> Callable[..., tuple[int, str]]:
    """Run the program with its standard output in a file."""

    def call(path: str, *words: str, shop: Path) -> tuple[int, str]:
        program = [sys.executable, "-m", "clientela.cli", "--lang", "en", "--shop", str(shop), *words]
        with Path(path).open("w") as out:
            found = subprocess.run(program, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
        assert "Traceback" not in found.stderr
        return found.returncode, found.stderr

    return call


def test_a_reader_that_has_read_enough(demo_shop: Path) -> None:
    program = [sys.executable, "-m", "clientela.cli", "--quiet", "--shop", str(demo_shop), "customers"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
    assert process.returncode == 0
    assert err == b""


@pytest.mark.parametrize("share", [0.0, 0.15, 0.4, 0.9])
def test_ctrl_c_at_any_stage_of_a_load_leaves_nothing(
    small_shop: Path, run: Run, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    @contextmanager
    def interrupted(_label: str, **_more: object) -> Iterator[Callable[[str, float], None]]:
        def tell(_what: str, done: float) -> None:
            if done >= share:
                raise KeyboardInterrupt

        yield tell

    monkeypatch.setattr(load, "progress", interrupted)
    answer = run("load", many_orders(small_shop.parent, 100), shop=small_shop)
    assert answer.code == 2
    assert "Stopped; nothing was loaded." in answer.err
    assert orders(small_shop) == [(3,)]


def test_ctrl_c_while_the_database_works(small_shop: Path) -> None:
    path = many_orders(small_shop.parent, 800_000)
    program = [
        sys.executable,
        "-m",
        "clientela.cli",
        "--lang",
        "en",
        "--shop",
        str(small_shop),
        "load",
        str(path),
    ]
    # A suite that runs in the background hands Ctrl-C down as ignored.
    with subprocess.Popen(
        program,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        descriptors = Path(f"/proc/{process.pid}/fd")
        while process.poll() is None and not any(
            link.readlink().name == "clientela.duckdb" for link in descriptors.iterdir() if link.is_symlink()
        ):
            time.sleep(0.02)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "Traceback" not in err
    assert "Stopped; nothing was loaded." in err
    assert orders(small_shop) == [(3,)]
