"""An empty shop in memory into which a test loads files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import duckdb
import pytest

from clientela.warehouse import store
from clientela.warehouse.input_tables import input_tables
from clientela.warehouse.loading.mapping.mapping import Mapping
from clientela.warehouse.loading.mapping.reader import read_mapping
from clientela.warehouse.loading.pipeline import load_file
from clientela.warehouse.loading.result import LoadResult
from clientela.warehouse.schema import migrations

TODAY = date(2025, 6, 30)


LINES = """
rows = "line"
[columns]
order_id = "doc"
order_date = "day"
customer_id = "who"
net_amount = "qty * price"
product_id = "sku"
quantity = "qty"
"""
"""The mapping of a file whose lines make documents."""


@dataclass
class Shop:
    """An empty shop in memory, and a folder for its files."""

    db: duckdb.DuckDBPyConnection
    folder: Path

    def file(self, text: str | bytes, name: str = "orders.csv") -> Path:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else dedent(text).lstrip("\n").encode())
        return path

    def mapping(self, text: str) -> Mapping:
        return read_mapping(self.file(text, "m.toml"))

    def load(self, text: str | bytes | Path, **more: Any) -> LoadResult:
        path = text if isinstance(text, Path) else self.file(text)
        if isinstance(more.get("mapping"), str):
            more["mapping"] = self.mapping(more["mapping"])
        return load_file(self.db, path, **{"today": TODAY, "timezone": "Europe/Rome"} | more)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.db.execute(sql).fetchall()

    def everything(self) -> list[list[tuple[Any, ...]]]:
        tables = [f"raw.{name}" for name in input_tables()]
        tables += ["meta.batches", "meta.refused_records", "meta.superseded_rows"]
        return [self.rows(f"select * from {table} order by all") for table in tables]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with duckdb.connect() as db:
        for _version, sql in migrations():
            db.execute(sql)
        store.create(db)
        yield Shop(db, tmp_path)


def codes(result: LoadResult) -> dict[str, int]:
    return {reason.code: reason.records for reason in result.reasons}
