"""Every query of the statistics says what it selects."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clientela.warehouse.building.catalogue import read_header
from clientela.warehouse.predictions.queries_by_name import query

ROOT = Path(__file__).resolve().parent.parent

STATISTICS = ROOT / "clientela" / "warehouse" / "predictions"
QUERIES = sorted(path.stem for path in (STATISTICS / "queries").glob("*.sql"))


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_says_what_a_row_is_and_what_it_reads(name: str) -> None:
    header = read_header(query(name))
    assert header["sentence"].endswith(".")
    assert header["grain"]
    for table in set(re.findall(r"\b(?:marts|staging)\.\w+", query(name).partition("*/")[2])):
        assert table in header["inputs"], table
