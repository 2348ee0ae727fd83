"""Where the real sales files are, and how a shop is made of one."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from clientela.warehouse.building.build import build
from clientela.warehouse.connection import open_shop
from clientela.warehouse.loading.mapping.reader import read_mapping
from clientela.warehouse.loading.pipeline import load_file
from clientela.warehouse.loading.result import LoadResult
from tests.worlds.made_shop import settings

HERE = Path(__file__).resolve().parent.parent.parent
DATA = HERE / "tests" / "data"
"""What every machine has; its README says where each file comes from."""

LARGER = Path(os.environ.get("CLIENTELA_TEST_DATA", HERE.parent / "shared" / "data"))
"""What is too large to keep here."""


def sales_file(name: str) -> Path:
    """Return a real sales file; where a large one is not on this machine, skip the test with the reason."""
    for folder in (DATA, LARGER):
        path = folder / "sales" / name
        if path.exists():
            return path
    pytest.skip(f"{name} is too large to keep: set CLIENTELA_TEST_DATA to a folder with sales/{name}")


def lines_of(path: Path) -> list[str]:
    """Return the lines of a text file, unpacked where it is packed, without their line ends."""
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8").splitlines()


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
