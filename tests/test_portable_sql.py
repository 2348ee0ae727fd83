"""The models leave DuckDB: each is written for Spark and read back by its grammar."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import sqlglot

from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.catalogue import models
from clientela.warehouse.building.parameters import variables
from clientela.warehouse.building.portable import DUCKDB_ONLY, transpiled

PARAMETERS = variables(Settings(Path()), date(2025, 12, 31))


@pytest.mark.parametrize("name", [name for name in models() if name not in DUCKDB_ONLY])
def test_a_model_is_valid_spark_sql(name: str) -> None:
    written = transpiled(models()[name], PARAMETERS)
    assert "getvariable" not in written.lower()
    tree = sqlglot.parse_one(written, read="spark")
    tables = {f"{table.db}.{table.name}" for table in tree.find_all(sqlglot.exp.Table) if table.db}
    assert tables == set(models()[name].reads)


def test_the_exceptions_are_models() -> None:
    assert set(DUCKDB_ONLY) <= set(models())
