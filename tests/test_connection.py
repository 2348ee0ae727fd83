"""A shop's database: made once, brought up to date, and never half changed."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from clientela.errors import WarehouseError
from clientela.i18n import speaking
from clientela.warehouse import schema
from clientela.warehouse.connection import explain, known_fault, open_shop
from clientela.warehouse.schema import migrations


def version(path: Path) -> list[tuple[int]]:
    with duckdb.connect(path, read_only=True) as db:
        return db.execute("select version from meta.migrations order by 1").fetchall()


def test_a_new_database_has_todays_schema(tmp_path: Path) -> None:
    path = tmp_path / "o'hara.duckdb"
    with open_shop(path, create=True) as db:
        assert db.execute("select count(*) from raw.orders").fetchall() == [(0,)]
    assert version(path) == [(number,) for number, _sql in migrations()]
    with open_shop(path, create=True):
        pass
    assert version(path) == [(number,) for number, _sql in migrations()], "nothing is applied twice"


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "shop.duckdb"
    with open_shop(path, create=True):
        pass
    known = migrations()
    broken = (known[-1][0] + 1, "create table raw.extra (a integer); select * from nowhere")
    monkeypatch.setattr(schema, "migrations", lambda: [*known, broken])
    with pytest.raises(WarehouseError), open_shop(path):
        pass
    assert version(path) == [(number,) for number, _sql in known]
    with duckdb.connect(path) as db:
        assert db.execute("select count(*) from duckdb_tables() where table_name = 'extra'").fetchall() == [
            (0,)
        ]


def test_a_migration_that_arrives_late_is_applied_after_a_higher_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shop.duckdb"
    known = migrations()
    late = (known[-1][0] + 1, "create table meta.late (a integer)")
    higher = (known[-1][0] + 2, "create table meta.higher (a integer)")
    monkeypatch.setattr(schema, "migrations", lambda: [*known, higher])
    with open_shop(path, create=True):
        pass
    monkeypatch.setattr(schema, "migrations", lambda: [*known, late, higher])
    with open_shop(path, read_only=True) as db:
        assert db.execute("select count(*) from meta.late").fetchall() == [(0,)]
    with open_shop(path) as db:
        assert db.execute("select count(*) from meta.late").fetchall() == [(0,)]
    assert version(path) == [(number,) for number, _sql in [*known, late, higher]]


@pytest.mark.parametrize("read_only", [True, False])
def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "other.duckdb"
    with duckdb.connect(path) as db:
        db.execute("create table cellar (bottles integer)")
    before = path.read_bytes()
    with (
        speaking("en"),
        pytest.raises(WarehouseError, match="not a clientela database"),
        open_shop(path, read_only=read_only),
    ):
        pass
    assert path.read_bytes() == before


@pytest.mark.parametrize("read_only", [True, False])
def test_a_file_of_a_newer_version_is_refused_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_only: bool
) -> None:
    path = tmp_path / "shop.duckdb"
    known = migrations()
    newer = (known[-1][0] + 1, "create table meta.newer (a integer)")
    with monkeypatch.context() as patch:
        patch.setattr(schema, "migrations", lambda: [*known, newer])
        with open_shop(path, create=True):
            pass
    before = path.read_bytes()
    with (
        speaking("en"),
        pytest.raises(WarehouseError, match="newer version"),
        open_shop(path, read_only=read_only),
    ):
        pass
    assert path.read_bytes() == before


def test_reading_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "shop.duckdb"
    with open_shop(path, create=True):
        pass
    before = path.read_bytes()
    with (
        speaking("en"),
        pytest.raises(WarehouseError),
        open_shop(path, read_only=True) as db,
    ):
        db.execute("create table shop.raw.extra (a integer)")
    assert path.read_bytes() == before


def test_the_engine_never_reaches_for_the_network(tmp_path: Path) -> None:
    with open_shop(tmp_path / "shop.duckdb", create=True) as db:
        found = db.execute(
            "select current_setting('autoinstall_known_extensions'), "
            "current_setting('autoload_known_extensions')"
        ).fetchall()
    assert found == [(False, False)]


def test_ctrl_c_inside_the_engine_is_ctrl_c(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), open_shop(tmp_path / "shop.duckdb", create=True):
        raise RuntimeError("Query interrupted")
    with pytest.raises(RuntimeError, match="other"), open_shop(tmp_path / "shop.duckdb"):
        raise RuntimeError("other")


SAYINGS = {
    'IO Error: Could not set lock on file "/x/s": Conflicting lock is held in python (PID 7)': "is open",
    "IO Error: Cannot open file: because it is being used by another process": "is open",
    "IO Error: Trying to read a database file with version number 99, we can only read 64": "newer version",
    "IO Error: Could not write file: No space left on device": "disk is full",
    "TransactionContext Error: Failed to commit: Could not write file: File too large": "disk is full",
    "IO Error: Cannot open file: Read-only file system": "may not write",
    "IO Error: Cannot open file: Permission denied": "may not write",
    "IO Error: Corrupt database file: computed checksum 1 does not match 2 in block 3": "damaged",
    "IO Error: The file exists, but it is not a valid DuckDB database file!": "damaged",
}


@pytest.mark.parametrize("saying", SAYINGS)
def test_what_the_engine_says_becomes_a_sentence(saying: str) -> None:
    with speaking("en"):
        fault = known_fault(Path("/x/shop.duckdb"), duckdb.IOException(saying))
    assert fault is not None
    assert SAYINGS[saying] in fault.message
    assert "shop.duckdb" in fault.message
    assert fault.hint


def test_what_nobody_foresaw_is_still_one_sentence() -> None:
    with speaking("en"):
        fault = explain(
            Path("shop.duckdb"), duckdb.InternalException("INTERNAL Error: odd\nStack Trace:\n...")
        )
    assert fault.message == "shop.duckdb cannot be used: INTERNAL Error: odd"
    assert "report it" in fault.hint
