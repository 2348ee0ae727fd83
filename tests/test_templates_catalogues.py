"""Every sentence of the report exists in Italian, and the compiled catalogues are up to date."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clientela.i18n import DOMAINS
from scripts import catalogues

REPORT = catalogues.LOCALES / "it" / "LC_MESSAGES" / "report.po"
HOLE = re.compile(r"\{\w*\}|%\(\w+\)s")


@pytest.mark.parametrize(
    "path", sorted(catalogues.LOCALES.glob("*/LC_MESSAGES/*.po")), ids=lambda path: path.stem
)
def test_the_compiled_catalogue_is_that_of_its_source(path: Path) -> None:
    assert path.with_suffix(".mo").read_bytes() == catalogues.compiled(path), "run: make catalogues"


def test_every_sentence_of_the_report_is_translated() -> None:
    known = [catalogues.read_po(REPORT.with_stem(name)) for name in DOMAINS]
    missing = []
    for file, message in catalogues.report_messages():
        text = message if isinstance(message, str) else message[0]
        found = [one for one in (catalogue.get(text) for catalogue in known) if one is not None]
        said = found[0].string if found else ""
        if not all([said] if isinstance(said, str) else said):
            missing.append((file, message))
    assert missing == []


def test_a_translation_fills_the_same_holes() -> None:
    for message in catalogues.read_po(REPORT):
        if not message.id:
            continue
        source = message.id if isinstance(message.id, str) else message.id[-1]
        said = [message.string] if isinstance(message.string, str) else message.string
        for text in said:
            assert set(HOLE.findall(text)) <= set(HOLE.findall(source)), text


def test_no_sentence_is_kept_that_nobody_says() -> None:
    said = {
        message if isinstance(message, str) else message[0] for _file, message in catalogues.report_messages()
    }
    kept = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogues.read_po(REPORT) if m.id}
    assert kept - said == set()
