"""Where the real sales files are, and how a shop is made of one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection
from made_shop import settings

from clientela.warehouse.build import build
from clientela.warehouse.connection import open_shop
from clientela.warehouse.loading.mapping import read_mapping
from clientela.warehouse.loading.pipeline import load_file
from clientela.warehouse.loading.result import LoadResult

HERE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("CLIENTELA_TEST_DATA", HERE.parent / "shared" / "data"))


def sales_file(name: str) -> Path:
    """Return a real sales file, or skip the test with the reason."""
    path = DATA / "sales" / name
    if not path.exists():
        pytest.skip(f"{name} is not there: set CLIENTELA_TEST_DATA to the folder of the real data")
    return path


@contextmanager
def loaded(
    folder: Path, name: str, mapping: str, as_of: date, **rules: Any
) -> Iterator[tuple[DuckDBPyConnection, LoadResult]]:
    """A shop file with one real sales file in it and the marts of a date."""
    path = sales_file(name)
    with open_shop(folder / "clientela.duckdb", create=True) as db:
        chosen = read_mapping(HERE / "docs" / "examples" / mapping)
        result = load_file(db, path, today=date(2026, 1, 1), timezone="Europe/Rome", mapping=chosen)
        build(db, settings(**rules), as_of)
        yield db, result
