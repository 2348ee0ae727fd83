"""The table of personal data names every column of both stores, and erasure knows what to do with each."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from clientela import personal_data
from clientela.loyalty import scrubbing, sweeping
from clientela.loyalty.store import open_store

BY_CODE = {
    ("links", "spoken"),
    ("claims", "friend_key"),
    ("redemptions", "use_key"),
    ("consents", "subject"),
    ("events", "subject"),
    ("events", "body"),
    ("members", "customer_id"),
}
"""Columns whose new value depends on the former one: ``loyalty/erasure.py`` writes those."""


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
