"""Every sentence of the statistics exists in Italian, and every query says what it selects."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clientela.warehouse.building.catalogue import read_header
from clientela.warehouse.predictions.queries_by_name import query
from scripts import catalogues

ROOT = Path(__file__).resolve().parent.parent

STATISTICS = ROOT / "clientela" / "warehouse" / "predictions"
QUERIES = sorted(path.stem for path in (STATISTICS / "queries").glob("*.sql"))


def test_every_sentence_is_translated() -> None:
    from babel.messages.extract import extract

    catalogue = catalogues.read_po(catalogues.LOCALES / "it" / "LC_MESSAGES" / "measures.po")
    said = set()
    for path in sorted(STATISTICS.rglob("*.py")):
        with path.open("rb") as file:
            for _line, message, _comments, _context in extract("python", file, catalogues.KEYWORDS):
                said.add(message if isinstance(message, str) else message[0])
    assert len(said) > 10
    for message in said:
        found = catalogue.get(message)
        assert found is not None, message
        texts = [found.string] if isinstance(found.string, str) else list(found.string or ())
        assert texts, message
        assert all(texts), message


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_says_what_a_row_is_and_what_it_reads(name: str) -> None:
    header = read_header(query(name))
    assert header["sentence"].endswith(".")
    assert header["grain"]
    for table in set(re.findall(r"\b(?:marts|staging)\.\w+", query(name).partition("*/")[2])):
        assert table in header["inputs"], table
