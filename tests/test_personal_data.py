"""The table of personal data names every column of both stores, and erasure knows what to do with each."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from clientela import personal_data
from clientela.loyalty.erasure import scrubbing, sweeping
from clientela.loyalty.store.opening import open_store
from clientela.warehouse.connection import open_shop
from clientela.warehouse.erasure import marks, rows
from clientela.warehouse.input_tables import input_tables

BY_CODE = {
    ("links", "spoken"),
    ("claims", "friend_key"),
    ("redemptions", "use_key"),
    ("consents", "subject"),
    ("events", "subject"),
    ("events", "body"),
    ("members", "customer_id"),
}
"""Columns whose new value depends on the former one: ``clientela/loyalty/erasure/person.py`` writes those."""


def columns_of_store(path: Path) -> dict[str, set[str]]:
    open_store(path, create=True).close()
    with contextlib.closing(sqlite3.connect(path)) as db:
        tables = [
            row[0]
            for row in db.execute("select name from sqlite_master where type = 'table'")
            if not row[0].startswith("sqlite_")
        ]
        return {table: {row[1] for row in db.execute(f"pragma table_info({table})")} for table in tables}


def test_every_column_of_the_referral_store_is_personal_or_plain(tmp_path: Path) -> None:
    assert columns_of_store(tmp_path / "referral.sqlite") == personal_data.tables("referral")


def test_every_column_of_the_shops_database_is_personal_or_plain(tmp_path: Path) -> None:
    """Rows as the views of raw show them, notes and history; staging and marts are made of these anew."""
    with open_shop(tmp_path / "clientela.duckdb", create=True) as db:
        known = db.execute(
            "select schema_name || '.' || table_name, column_name from duckdb_columns() "
            "where database_name = 'shop' and schema_name in ('raw', 'meta', 'history')"
        ).fetchall()
        stored = db.execute(
            "select 'raw.' || table_name, column_name from duckdb_columns() "
            "where database_name = 'shop' and schema_name = 'store'"
        ).fetchall()
        others = db.execute(
            "select distinct schema_name from duckdb_tables() where database_name = 'shop'"
        ).fetchall()
    found: dict[str, set[str]] = {}
    for table, column in known:
        found.setdefault(table, set()).add(column)
    assert found == personal_data.tables("warehouse")
    assert set(stored) <= set(known)
    assert {row[0] for row in others} <= {"store", "meta", "history", "staging", "steps", "marts"}


def test_for_every_personal_column_of_the_sales_something_happens() -> None:
    """What a person leaves is scrubbed with the row; what names another is looked for in every row."""
    of_rows = {"token", "keep", "null", "mask", "words"}
    for column in personal_data.personal("warehouse"):
        schema, table = column.table.split(".")
        assert column.action in personal_data.ACTIONS, column
        if schema == "raw" and column.whose == "person" and column.name != "row_key":
            assert column.action in of_rows, column
            has = set(input_tables()[table].fields)
            assert column.name in rows.scrubbed(table, "key", has), column
            assert has & set(marks.KEYS), column
        elif schema == "raw":
            assert column.action in ("other", "words", "token") or column.name == "friend_name", column
        elif schema == "history":
            assert column.name == "customer_id", column
        else:
            place = (column.table, column.name)
            assert column.action == "words" or place in TEXTS, column


TEXTS = {
    ("meta.refused_records", "value"),
    ("meta.refused_records", "raw"),
    ("meta.superseded_rows", "row_key"),
    ("meta.superseded_rows", "content"),
    ("meta.confirmed_rows", "row_key"),
    ("meta.rekeyed_rows", "former_key"),
    ("meta.rekeyed_rows", "row_key"),
    ("meta.disappeared_rows", "row_key"),
    ("meta.exchange", "value"),
    ("meta.merges", "one_value"),
    ("meta.merges", "other_value"),
    ("meta.refused_cells", "cells"),
    ("meta.taken_back", "value"),
    ("meta.taken_back", "raw"),
    ("meta.taken_back", "cells"),
}
"""Texts of which ``warehouse/erasure`` knows by name."""


def test_a_new_column_is_missed_until_it_has_its_line(tmp_path: Path) -> None:
    """The comparison above can fail: a column that nobody wrote down is a difference."""
    path = tmp_path / "referral.sqlite"
    columns_of_store(path)
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("alter table claims add column friend_shoe_size text")
    assert columns_of_store(path)["claims"] - personal_data.tables("referral")["claims"] == {
        "friend_shoe_size"
    }


def test_every_word_of_the_table_is_one_that_erasure_knows() -> None:
    for column in personal_data.personal("referral"):
        assert column.whose in personal_data.WHOSE, column
        assert column.action in personal_data.ACTIONS, column


def test_for_every_personal_column_of_the_store_something_happens() -> None:
    """A row that no erasure reaches would be a line without effect."""
    for column in personal_data.personal("referral"):
        place = (column.table, column.name)
        if column.action in ("null", "blank", "object", "random"):
            assert (column.table, column.whose) in scrubbing.SOMEBODYS, column
        elif column.action == "words":
            assert column.table in sweeping.KEYS, column
        elif column.action == "delete":
            assert column.table == "answers"
        else:
            assert place in BY_CODE, column
