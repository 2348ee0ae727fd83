"""The Italian is plain: no word that only programmers use."""

from __future__ import annotations

import pytest

from tests.test_catalogues import kept

JARGON = ("utilizz", "effettu", "token", "endpoint", "errore interno")


@pytest.mark.parametrize("jargon", JARGON)
def test_the_italian_is_plain(jargon: str) -> None:
    for _sources, texts in kept().values():
        for text in texts:
            prose = "\n".join(line for line in text.splitlines() if "clientela " not in line)
            assert jargon not in prose.lower()
