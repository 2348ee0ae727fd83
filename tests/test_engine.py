"""What computing may take of the machine: a part of its memory or an amount, as the owner says."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from clientela.settings.engine import Engine, is_memory, memory_limit
from clientela.settings.reading import read_settings
from clientela.settings.writing import write_settings
from clientela.warehouse import connection, machine
from clientela.warehouse.building.build import build
from clientela.warehouse.connection import open_shop
from clientela.warehouse.machine import machine_memory
from tests.worlds.made_shop import order, raw_shop, settings
from tests.worlds.program import Run

GIB = 1024**3
CELLAR = 8 * 10**9
"""The memory of a machine of eight gigabytes."""


def allowed(folder: Path, engine: Engine) -> float:
    """Return how many bytes DuckDB itself says that it may use in a shop."""
    with open_shop(folder / "shop.duckdb", create=True, engine=engine) as db:
        ((text,),) = db.execute("select current_setting('memory_limit')").fetchall()
    number, unit = str(text).split()
    return float(number) * {"MiB": 1024**2, "GiB": GIB, "TiB": 1024**4}[unit]


def test_half_of_the_memory_is_used_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "machine_memory", lambda: CELLAR)
    made = write_settings(tmp_path, name="Bottega", trade="shop", language="it")
    assert made.engine == Engine("50%", 0)
    assert allowed(tmp_path, made.engine) == pytest.approx(4e9, rel=0.05)


@pytest.mark.parametrize(
    ("memory", "size"),
    [
        ("25%", 2e9),
        ("90 %", 7.2e9),
        ("2 GB", 2e9),
        ("1.5GiB", 1.5 * GIB),
        ("600 mb", 6e8),
        ("1%", 256e6),
    ],
)
def test_the_engine_keeps_to_what_the_settings_file_says(
    memory: str, size: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "machine_memory", lambda: CELLAR)
    (tmp_path / "clientela.toml").write_text(f'[engine]\nmemory = "{memory}"\n', encoding="utf-8")
    assert allowed(tmp_path, read_settings(tmp_path).engine) == pytest.approx(size, rel=0.05)


def test_a_machine_that_does_not_tell_its_memory_gets_three_gigabytes() -> None:
    assert memory_limit("50%", None) == 3 * 10**9
    assert memory_limit("2 GB", None) == 2 * 10**9


def test_a_folder_made_before_there_was_the_setting_opens_with_the_default(tmp_path: Path) -> None:
    (tmp_path / "clientela.toml").write_text('[shop]\nname = "Bottega"\n', encoding="utf-8")
    assert read_settings(tmp_path).engine == Engine()
    assert 0 < allowed(tmp_path, Engine()) <= 0.51 * (machine_memory() or 6 * 10**9)


@pytest.mark.parametrize(
    "value",
    ['"91%"', '"0%"', '"50"', '"half"', '""', '"2 G"', '"100 MB"', '"-2 GB"', '"0 GB"', '"1e3 GB"', '"²%"'],
)
def test_a_memory_that_cannot_be_is_refused_in_one_sentence(value: str, tmp_path: Path, run: Run) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "clientela.toml").write_text(f"[engine]\nmemory = {value}\n", encoding="utf-8")
    answer = run("segments", shop=shop)
    assert answer.code == 2
    assert (
        "[engine] memory must be a part such as “50%” (90% at most), or 256 MB or more, as “2 GB”."
        in answer.err
    )
    assert [path.name for path in shop.iterdir()] == ["clientela.toml"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("memory = 2", "memory must be text in quotes"),
        ("threads = -1", "threads must not be below 0"),
        ("threads = 1.5", "threads must be a number"),
        ("threads = 100000", "threads must not be above 512"),
        ("thread = 2", "thread is not a setting.\nDid you mean “threads”?"),
    ],
)
def test_another_wrong_line_is_named_too(line: str, sentence: str, tmp_path: Path, run: Run) -> None:
    (tmp_path / "clientela.toml").write_text(f"[engine]\n{line}\n", encoding="utf-8")
    answer = run("segments", shop=tmp_path)
    assert answer.code == 2
    assert f"clientela.toml: [engine] {sentence}" in answer.err


def test_as_many_cores_compute_as_the_settings_say(tmp_path: Path) -> None:
    with open_shop(tmp_path / "shop.duckdb", create=True, engine=Engine(threads=3)) as db:
        assert db.execute("select current_setting('threads')").fetchall() == [(3,)]


@pytest.fixture
def linux(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], int | None]:
    """Tell how much memory is found where Linux shows some files; the machine itself has eight gigabytes."""

    def found(files: dict[str, str]) -> int | None:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return machine_memory(tmp_path)

    monkeypatch.setattr(machine, "_installed", lambda: CELLAR)
    return found


@pytest.mark.parametrize(
    ("files", "size"),
    [
        ({}, CELLAR),
        # Docker shows a container its own group as the topmost.
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "536870912\n"}, 536870912),
        # systemd: MemoryMax of the service, or of the slice that it is in.
        (
            {
                "proc/self/cgroup": "0::/system.slice/shop.service\n",
                "sys/fs/cgroup/system.slice/shop.service/memory.max": "max\n",
                "sys/fs/cgroup/system.slice/memory.max": "2000000000\n",
            },
            2_000_000_000,
        ),
        # The older kind of groups, where "no limit" is a number beyond every machine.
        (
            {
                "proc/self/cgroup": "4:memory:/docker/1f\n3:cpu,cpuacct:/docker/1f\n",
                "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
                "sys/fs/cgroup/memory/docker/1f/memory.limit_in_bytes": "1000000000\n",
            },
            1_000_000_000,
        ),
        # A limit above what is there gives nothing.
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "64000000000\n"}, CELLAR),
        ({"proc/self/cgroup": "nonsense\n::\n0::/../..\n", "sys/fs/cgroup/memory.max": "much\n"}, CELLAR),
    ],
)
def test_the_memory_is_that_of_the_container(
    files: dict[str, str], size: int, linux: Callable[[dict[str, str]], int | None]
) -> None:
    assert linux(files) == size


def test_an_amount_is_read_as_it_is_written() -> None:
    assert is_memory(" 2 GB ")
    assert memory_limit("0.5 TB", CELLAR) == 5 * 10**11
    assert memory_limit("512 MiB", CELLAR) == 512 * 1024**2


def test_every_command_opens_the_shop_with_its_own_engine() -> None:
    commands = Path(__file__).parent.parent / "cli"
    opened = [
        (path.name, call)
        for path in sorted(commands.rglob("*.py"))
        for call in re.findall(r"open_shop\(([^)]*)\)", path.read_text(encoding="utf-8"))
    ]
    assert len(opened) >= 10
    assert [name for name, call in opened if "engine=settings.engine" not in call] == []


@pytest.mark.parametrize(("threads", "used"), [(0, 1), (2, 2), (3, 3)])
def test_a_small_shop_is_built_by_one_core_unless_the_settings_say_more(threads: int, used: int) -> None:
    given = replace(settings(), engine=Engine(threads=threads))
    with raw_shop(orders=[order("anna", "2026-01-07")]) as db:
        build(db, given, date(2026, 1, 31), targets=("marts.categories",))
        assert db.execute("select current_setting('threads')").fetchall() == [(used,)]
