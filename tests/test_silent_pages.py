"""Call tomorrow: the silent first, each with a reason. Who moved: the month's balance to the euro."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest

from clientela.i18n import speaking
from clientela.reports import monthly
from clientela.reports.pages.call_tomorrow import page as call_tomorrow
from clientela.reports.pages.call_tomorrow.say import Signs
from clientela.reports.pages.who_moved import page as who_moved
from clientela.reports.section import Edition
from tests.worlds import report_shop

PAGES = ("one_minute", "who_moved", "call_tomorrow")


def edition(language: str) -> Edition:
    return Edition(report_shop.BOTTEGA, report_shop.OCTOBER, language)


def plain(text: str) -> str:
    """Return a text with ordinary spaces."""
    return " ".join(text.split())


def page(shop: str = "whole", language: str = "it") -> call_tomorrow.CallTomorrow:
    with report_shop.SHOPS[shop]() as db, speaking(language):
        return call_tomorrow.read(db, edition(language))


def test_the_silent_stand_first_each_with_what_has_changed() -> None:
    told = page()
    with speaking("it"):
        assert [plain(call.reason) for call in told.calls[:3]] == [
            "pause di 15 e 16 giorni, erano 8",
            "spende 23 € a volta, erano 52 €",
            "3 tipi di merce, erano 7",
        ]
    assert told.silent.value == 4
    assert [call.signs is None for call in told.calls] == [False] * 4 + [True] * 16
    with speaking("en"):
        assert told.calls[0].reason == "15 and 16 days apart, it was 8"
        assert plain(told.calls[1].reason) == "spends €23 a time, it was €52"


def test_who_is_late_and_silent_is_told_by_their_rhythm() -> None:
    fourth = page().calls[3]
    with speaking("it"):
        gap, silent = round(fourth.own_gap_days or 0), fourth.silent_days
        assert fourth.reason == f"ogni {gap} giorni, manca da {silent} giorni"


def test_a_sign_without_its_numbers_falls_back_on_the_rhythm() -> None:
    nothing = Signs("slower", None, None, None, None, None, None, None)
    with speaking("en"):
        assert nothing.reason(5, 10.0, 12) == "every 10 days, away for 12 days"


@pytest.mark.parametrize("shop", ["empty", "one"])
def test_a_shop_with_nobody_to_call_says_so(shop: str) -> None:
    told = page(shop)
    assert told.calls == []
    assert told.silent.value == 0


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_balance_adds_up_in_people_and_in_euros(language: str) -> None:
    with report_shop.whole_shop() as db, speaking(language):
        told = who_moved.read(db, edition(language))
    for number in ("people", "revenue"):
        values = {step.name: Decimal(getattr(step, number).value) for step in told.steps}
        assert sum(value for name, value in values.items() if name != "end") == values["end"]
    assert told.restated[0][0].people_before == 424


def test_an_empty_shop_has_nobody_who_moved() -> None:
    with report_shop.empty_shop() as db, speaking("it"):
        told = who_moved.read(db, edition("it"))
    assert (told.matrix, told.waterfall, told.restated, told.movers) == (None, None, [], [])


@pytest.mark.slow
@pytest.mark.parametrize(("shop", "language"), [("whole", "it"), ("whole", "en"), ("hostile", "it")])
def test_each_stays_one_page(
    shop: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sections = tuple(section for section in monthly.mounted() if section.name in PAGES)
    monkeypatch.setattr(monthly, "mounted", lambda: sections)
    written = report_shop.report(tmp_path, shop, language, pdf=True)
    document = pypdfium2.PdfDocument(written.pdf)
    try:
        text = [" ".join(each.get_textpage().get_text_bounded().split()) for each in document]
    finally:
        document.close()
    assert len(text) == 3
    asked = {"it": "una domanda, non uno sconto", "en": "a question, not a discount"}[language]
    assert text[2].count(asked) == 4
    assert {"it": "Conti rifatti: fine settembre 2026", "en": "Counted again: end of September 2026"}[
        language
    ] in text[1]
