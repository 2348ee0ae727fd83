"""Every file that a shop of some size gets from us keeps the promise of its PDF, down to the cards."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worlds.demo import Demo
from tests.worlds.program import Run
from tests.worlds.real_data import HERE, sales_file
from tests.yardsticks.pdf_promise import assert_kept

pytestmark = pytest.mark.slow


FANS = ["--customer", "C0061", "--customer", "C0009"]


@pytest.fixture(autouse=True)
def _renderer_is_silent(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        yield
    assert [record.getMessage() for record in caplog.records if record.name == "weasyprint"] == []


def pdf_of_report(run: Run, shop: Path, *words: object) -> bytes:
    answer = run("report", "--format", "json", *words, shop=shop)
    assert answer.code == 0
    return Path(answer.json["pdf"]).read_bytes()


def test_the_fictional_shop_in_both_languages_and_its_cards(
    reported_demo: Demo, tmp_path: Path, run: Run
) -> None:
    """As ``make demo`` makes it: the fans have their links, every month end is kept."""
    assert reported_demo.renderer_said == ()
    assert_kept(Path(reported_demo.answer.out.splitlines()[1]).read_bytes(), has_footer=True)
    assert_kept(pdf_of_report(run, reported_demo.folder, "--lang", "en"), has_footer=True)
    for words in (["--fans"], ["--a6", *FANS]):
        answer = run("referral", "cards", "--to", tmp_path / "cards.pdf", *words, shop=reported_demo.folder)
        assert answer.code == 0
        for name in answer.out.splitlines():
            assert_kept(Path(name).read_bytes())


@pytest.mark.parametrize(
    ("name", "mapping", "month"),
    [
        ("cdnow_master.txt.gz", "cdnow.toml", "1998-06"),
        ("online_retail.csv.gz", "online_retail.toml", "2011-11"),
    ],
)
def test_a_real_shop(name: str, mapping: str, month: str, tmp_path: Path, run: Run) -> None:
    file, shop = sales_file(name), tmp_path / "shop"
    assert run("init", shop).code == 0
    assert run("load", file, "--mapping", HERE / "docs" / "examples" / mapping, shop=shop).code == 0
    assert_kept(pdf_of_report(run, shop, "--month", month), has_footer=True)
