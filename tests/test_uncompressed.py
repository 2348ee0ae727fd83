"""Tables are written uncompressed while a build runs, and only then."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from clientela.warehouse.building.build import uncompressed


def _setting(db: duckdb.DuckDBPyConnection) -> object:
    return db.execute("select current_setting('force_compression')").fetchall()[0][0]


def test_a_build_that_fails_says_why_and_leaves_the_setting_as_it_was() -> None:
    with duckdb.connect() as db:
        before = _setting(db)
        db.execute("begin")
        with pytest.raises(duckdb.Error, match="the disk is gone"), uncompressed(db):
            db.execute("select error('the disk is gone')")
        db.execute("rollback")
        assert _setting(db) == before


def test_a_build_outside_a_transaction_leaves_the_setting_as_it_was_too() -> None:
    with duckdb.connect() as db:
        before = _setting(db)
        with pytest.raises(duckdb.CatalogException), uncompressed(db):
            db.execute("from nowhere")
        assert _setting(db) == before
        with uncompressed(db):
            assert _setting(db) != before
        assert _setting(db) == before


def test_what_is_small_is_packed_all_the_same(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as db:
        db.execute("begin")
        with uncompressed(db):
            db.execute("create table small as select i // 100 as number from range(50000) as rows (i)")
        db.execute("commit")
        db.execute("checkpoint")
        kinds = db.execute(
            "select distinct compression from pragma_storage_info('small') "
            "where column_name = 'number' and segment_type <> 'VALIDITY'"
        ).fetchall()
    assert kinds
    assert ("Uncompressed",) not in kinds
