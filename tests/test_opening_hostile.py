"""Hostile files and names: that file only, nothing outside, bounded memory, and always a sentence."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from clientela.errors import ClientelaError
from clientela.i18n import speaking
from clientela.warehouse.loading.whole_file import LoadedFile, load_whole_file
from tests.worlds.empty_shop import Shop
from tests.worlds.empty_shop import shop as shop
from tests.worlds.program import answer

DATA = Path(__file__).parent / "data"
TODAY = dt.date(2026, 11, 30)

NAMES = [
    "a{b,c}.csv",
    "a[12].csv",
    "a*.csv",
    "a?.csv",
    "-x.csv",
    "--preview",
    "a\nb.csv",
    'a"b.csv',
    "a'b.csv",
    "a;b$(touch out).csv",
    "%s{file}{}{0}.csv",
    "è ü €.csv",
    "x\udcff.csv",
]
"""Names that a shell, an engine, a template or a decoder might take for something else."""


def orders(number: int) -> str:
    return f"order_id,order_date,customer_id,net_amount\n{number},2026-09-01,C{number},{number}0.00\n"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_a_name_and_no_pattern(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    for decoy in ("ab.csv", "ac.csv", "a1.csv", "a2.csv", "abc.csv", "b.csv", "a.csv"):
        Path(decoy).write_text(orders(9))
    Path(name).write_text(orders(1))
    Path("shop").mkdir()
    Path("shop/clientela.toml").touch()
    before = set(Path().iterdir())
    found = answer("load", "--format", "json", "--", name, shop=Path("shop"))
    assert found.code == 0, found.err
    assert found.json["records"]["merged"] == 1
    assert found.json["money"]["in"] == "10.00"
    assert set(Path().iterdir()) == before
    again = answer("load", "--", name, shop=Path("shop"))
    assert "\nb.csv" not in again.out + again.err


def test_the_same_in_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "z{1}[2]*.zip"
    with zipfile.ZipFile(path, "w") as file:
        for number, name in enumerate(NAMES[:-1], 1):
            file.writestr(name, orders(number))
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/clientela.toml").touch()
    found = answer("load", "--format", "json", path, shop=tmp_path / "shop")
    assert found.code == 0, found.err
    assert [each["records"]["merged"] for each in found.json["files"]] == [1] * 12
    assert not [each for each in tmp_path.iterdir() if each.name not in ("shop", path.name)]


def sparse(size: int) -> Iterator[bytes]:
    """Yield blocks that pack some eighty times over: no rule about the ratio holds them up."""
    random.seed(7)
    block = b"".join(random.randbytes(32) + b"0" * 3300 for _ in range(300))
    for _ in range(size // len(block) + 1):
        yield block


def packed(path: Path, member: str, size: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr("[Content_Types].xml", "")
        file.writestr("xl/workbook.xml", "<workbook/>")
        with file.open(member, "w", force_zip64=True) as out:
            for block in sparse(size):
                out.write(block)
    return path


OPEN = """
import resource, sys
from pathlib import Path
limit = int(sys.argv[2]) << 20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
from clientela.errors import UnreadableFileError
from clientela.i18n import use_language
from clientela.warehouse.loading.opening.opened import open_parts
from clientela.warehouse.loading.opening.scratch import scratch_folder
use_language("en")
try:
    with scratch_folder() as scratch:
        open_parts(Path(sys.argv[1]), scratch)
except UnreadableFileError as error:
    print(error)
held = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
print(int(held[0].split()[1]) // 1024)
"""
"""Open a file within so many MB of address space; say why it is refused and the most memory held, in MB.

The kernel's own count of this program: ``getrusage`` would hand on what the process before it held.
"""


def opened_within(path: Path, megabytes: int) -> tuple[str, int]:
    found = subprocess.run(
        [sys.executable, "-c", OPEN, str(path), str(megabytes)], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    said, _line, held = found.stdout.strip().rpartition("\n")
    return said, int(held)


def test_three_hundred_megabytes_in_a_workbook_are_refused_in_a_hundred_and_fifty(tmp_path: Path) -> None:
    path = packed(tmp_path / "f.xlsx", "xl/worksheets/sheet1.xml", 300 << 20)
    assert path.stat().st_size < 8 << 20
    said, held = opened_within(path, 400)
    assert "unpacks to more than 256 MB" in said
    assert held < 150


def test_a_large_text_in_an_archive_is_unpacked_by_blocks(tmp_path: Path) -> None:
    path = tmp_path / "f.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file,
        file.open("f.csv", "w") as out,
    ):
        out.write(b"a,b\n")
        for block in sparse(150 << 20):
            out.write(block.hex().encode() + b"\n")
    said, held = opened_within(path, 400)
    assert not said
    assert held < 150


def test_a_killed_load_leaves_its_folder_to_the_next(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from clientela.warehouse.loading.opening.scratch import scratch_folder\n"
            "import sys, time\n"
            "with scratch_folder() as s:\n"
            "    (s.folder / 'part1').write_text('x'); print(s.folder, flush=True); time.sleep(60)",
        ],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert child.stdout is not None
    with child.stdout:
        left = Path(child.stdout.readline().strip())
    os.utime(left, (0, 0))
    from clientela.warehouse.loading.opening import scratch

    scratch._sweep(tmp_path)
    assert left.exists(), "nothing is taken from a load that goes on"
    child.send_signal(signal.SIGKILL)
    child.wait()
    scratch._sweep(tmp_path)
    assert not left.exists()


def mutations(content: bytes, seed: str) -> Iterator[tuple[str, bytes]]:
    """Yield a few damaged copies of a file, the same ones at every run."""
    chance = random.Random(seed)
    yield "cut", content[: chance.randrange(1, max(len(content), 2))]
    flipped = bytearray(content)
    for _ in range(1 + len(content) // 2000):
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
    yield "flipped", bytes(flipped)
    start = bytearray(content)
    for _ in range(3):
        start[chance.randrange(min(len(start), 200))] = chance.randrange(256)
    yield "flipped at its start", bytes(start)
    text = content.decode("cp1252", errors="replace")
    yield (
        "in another encoding",
        text.encode(chance.choice(["utf-16", "utf-16-le", "utf-8-sig", "cp850", "utf-32"]), "replace"),
    )
    place = chance.randrange(len(content))
    yield "with a piece twice", content[:place] + content[max(place - 300, 0) :]


FILES = sorted(
    path
    for path in DATA.rglob("*")
    if path.is_file()
    and path.suffix not in (".md", ".txt")
    and "sales" not in path.parts
    and 0 < path.stat().st_size < 200_000
)


@pytest.mark.parametrize("damage", range(5), ids=["cut", "flipped", "start", "encoding", "twice"])
def test_every_damaged_file_ends_in_a_result_or_a_sentence(shop: Shop, tmp_path: Path, damage: int) -> None:
    assert len(FILES) > 70
    bad = tmp_path / "bad"
    bad.mkdir()
    before = shop.everything()
    with speaking("en"):
        for number, path in enumerate(FILES):
            name = str(path.relative_to(DATA))
            how, content = list(mutations(path.read_bytes(), f"{name} {damage}"))[damage]
            copy = bad / f"{number}{path.suffix}"
            copy.write_bytes(content)
            loaded = LoadedFile()
            said = "a result"
            try:
                load_whole_file(shop.db, copy, loaded, today=TODAY, timezone="Europe/Rome", preview=True)
            except ClientelaError as error:
                said = str(error)
            except Exception as error:
                raise AssertionError(f"{name}, {how}") from error
            # Where the program says "report it" it did not know what it met.
            assert "report it" not in said, (name, how, said)
            assert all(result.records.balances and result.money.balances for result in loaded.results), name
    assert shop.everything() == before
    shutil.rmtree(bad)
    assert not list(tmp_path.glob("clientela-*"))
