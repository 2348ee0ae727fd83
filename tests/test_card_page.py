"""The page that asks whether the report was right: its grade, its sentences, its drawings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from clientela.i18n import speaking
from clientela.month import Month
from clientela.reports.charts.calibration import Axes, Tenth, calibration
from clientela.reports.charts.said_and_came import MonthBars, said_and_came
from clientela.reports.pages.were_we_right import say
from clientela.reports.pages.were_we_right.figures import Missed
from clientela.reports.pages.were_we_right.grade import grade
from clientela.reports.pages.were_we_right.page import WereWeRight, section
from clientela.reports.section import Edition
from tests.worlds import report_shop

CARD = """
    insert into marts.measures values
        ('card.predictions', 300, 'count', null, null, 300, true, null),
        ('card.score', 0.3, 'ratio', null, null, 300, true, null),
        ('card.people_skill', 0.4, 'ratio', 0.3, 0.5, 300, true, null),
        ('card.takings_skill', 0.2, 'ratio', null, null, 3, true, null),
        ('card.brier', 0.12, 'ratio', 0.1, 0.14, 300, true, null),
        ('card.brier_same', 0.2, 'ratio', null, null, 300, true, null),
        ('card.brier_days', 0.15, 'ratio', null, null, 300, true, null),
        ('card.takings_error', 0.08, 'share', null, null, 3, true, null),
        ('card.takings_error_same', 0.1, 'share', null, null, 3, true, null),
        ('card.sure_precision', 0.87, 'share', null, null, 60, true, null),
        ('card.next_silent', 20, 'people', null, null, 100, true, null),
        ('card.next_purchases', 130, 'count', null, null, 100, true, null),
        ('card.next_sales', 4000, 'eur', null, null, 100, true, null),
        ('card.next_month', 1500, 'eur', 1380, 1620, 100, true, null);
    insert into marts.report_card values
        ('2026-06-30', '2026-09-28', 'model', false, 100, 60, 38, 36, 55, 5),
        ('2026-07-31', '2026-10-29', 'written', true, 100, 60, 40, 37, 60, 8);
    insert into marts.report_card_takings values
        ('2026-08-31', false, 1000, 1100, 1050), ('2026-09-30', true, 1200, 1150, 1100);
    insert into marts.report_card_bins values
        (0, 100, 0.05, 0.07, 0.03, 0.15), (9, 200, 0.95, 0.9, 0.8, 0.95);
    insert into marts.report_card_misses values
        (1, '2026-07-31', '2026-10-29', 'c1', 'Anna <Bruni>', 0.04, true, 12, 10.0, 8, 900, '2026-07-23');
    insert into marts.predictions_now values
        ('2026-10-31', 90, '2027-01-29', 'model', 100, 20, 130, 4000, 1500, repeat('ab', 32));
"""


def page(rows: str, language: str = "it") -> WereWeRight:
    edition = Edition(report_shop.BOTTEGA, Month(2026, 10), language)
    with report_shop.marts(rows) as db, speaking(language):
        found = section.read(db, edition)
    assert isinstance(found, WereWeRight)
    return found


def plain(text: str) -> str:
    """A text with plain spaces."""
    return text.replace("\xa0", " ")


def test_the_finding_is_the_grade_and_what_stands_behind_it() -> None:
    found = page(CARD)
    assert plain(found.heading) == "Voto B: 30 % di errore in meno di «come il mese scorso»"
    assert plain(found.context) == (
        "2 fine mese; previsioni sui novanta giorni dopo: 300. Uno stava già in un rapporto; gli altri li "
        "abbiamo rifatti con quello che si sapeva quel giorno."
    )
    assert plain(found.flags) == (
        "Su 40 dati per persi il 31 luglio 2026, 3 sono tornati entro novanta giorni. "
        "Su 60 dati per sicuri, 52 hanno comprato."
    )
    assert plain(found.formula[0]).startswith("Persone: 1 − 0,120 / 0,200 = 40 %.")
    assert plain(found.formula[1]).startswith("Vendite: 1 − 8 % / 10 % = 20 %.")
    assert plain(found.formula[2]).startswith("Il voto è la loro media, 30 %: A dal 40 %")
    assert [rival.figure.metric for rival in found.rivals] == [
        "card.brier",
        "card.brier_days",
        "card.brier_same",
    ]


def test_what_is_expected_now_comes_with_its_doubt_and_its_hash() -> None:
    found = page(CARD, "en")
    assert found.expected == [
        "By 29 Jan 2027, 80 of 100 customers will buy: 130 purchases, €4,000 in all.",
        "In November 2026 the customers you have will spend €1,500. Likely between €1,380 and €1,620.",
        "Said by the model of purchases, the best one so far.",
    ]
    assert found.now is not None
    assert found.now.sha256 == "ab" * 32


@pytest.mark.parametrize(
    ("score", "letter"),
    [(0.8, "A"), (0.4, "A"), (0.399, "B"), (0.25, "B"), (0.1, "C"), (0.0, "D"), (-0.01, "E"), (None, None)],
)
def test_the_letters_have_fixed_bands(score: float | None, letter: str | None) -> None:
    assert grade(score) == letter


def test_a_report_that_was_worse_than_last_month_says_so() -> None:
    found = page(CARD.replace("'card.score', 0.3", "'card.score', -0.2"), "en")
    assert plain(found.heading) == "Grade E: “same as last month” would have been nearer than we were"


def test_before_the_first_predictions_have_ended_there_is_a_date_and_no_grade() -> None:
    now = CARD[CARD.index("    insert into marts.predictions_now") :]
    found = page(now)
    assert (
        plain(found.heading)
        == "Troppo presto per un voto: le prime previsioni si chiudono il 29 gennaio 2027"
    )
    assert (found.letter, found.flags, found.dots, found.takings, found.formula) == (None, "", None, None, [])


def test_a_shop_without_names_reads_what_is_missing() -> None:
    found = page("")
    assert plain(found.heading) == "Troppo presto per un voto: nessuno ha ancora comprato con un nome"
    assert "gruppo di confronto" in found.calls


def test_the_comparison_group_is_named_and_the_calls_are_graded() -> None:
    group = """
        insert into marts.measures values
            ('card.called_sales', 40, 'eur', 30, 50, 100, true, null),
            ('card.left_alone_sales', 25, 'eur', 10, 40, 30, true, null),
            ('card.call_gain', 15, 'eur', -3.5, 33.5, 130, true, null);
        insert into marts.call_trial values ('c9', 'hold_out', 'late'), ('c8', 'call', 'late');
        insert into marts.customers by name
            select 'c9' as customer_id, 'Ugo Foschi' as name, true as is_listed
            union all select 'c8', 'Pia Neri', true;
    """
    found = page(CARD + group, "en")
    assert [one.name for one in found.left_alone] == ["Ugo Foschi"]
    assert found.calls == (
        "Whoever was to be called spent €40 in ninety days, whoever was left alone €25: a call brings €15 "
        "(between -€3.50 and €33.50)."
    )


MISSED = Missed("c", "C", Month(2026, 7).last_day, Month(2026, 10).last_day, 0.05, True, 9, 10.0, 12, None)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "in rhythm, then stopped from one day to the next."),
        ({"silent_days": 40}, "late already, and we believed in them too long."),
        ({"last_purchase_on": Month(2026, 11).first_day}, "came back on 1 Nov 2026, too late to count."),
        ({"was_silent": False, "silent_days": 80}, "came back all the same."),
        ({"was_silent": False, "own_gap_days": None}, "nobody expected a second one."),
    ],
)
def test_a_miss_says_what_misled_us(changed: dict[str, Any], said: str) -> None:
    from dataclasses import replace

    with speaking("en"):
        assert say.why(replace(MISSED, **changed)).endswith(said)


def test_the_page_stands_in_the_report_with_names_made_harmless(tmp_path: Path) -> None:
    from clientela.reports.monthly import write

    with report_shop.whole_shop() as db:
        db.execute(CARD)
        written = write(db, Month(2026, 10), shop=report_shop.BOTTEGA, language="it", to=tmp_path, pdf=False)
    html = written.html.read_text("utf-8")
    assert "Anna &lt;Bruni&gt;" in html
    assert re.search(r'data-metric="card.brier" value="0.12">0,120<', html)
    assert "abababab" in html


def test_the_dots_lie_where_they_should() -> None:
    """The scale is 68.5 mm wide and 33.6 mm tall from (12, 5): a half each is the middle."""
    axes = Axes("said", "happened", "alike", ((0.0, "0"), (1.0, "1")))
    drawn = calibration([Tenth(0.5, 0.5, 0.25, 0.75, 10)], axes, "finding")
    assert '<circle cx="46.25" cy="21.8" r="2.1"' in drawn
    assert 'x1="46.25" y1="30.2" x2="46.25" y2="13.4"' in drawn
    assert "<title>finding</title>" in drawn


def test_a_month_that_has_not_been_yet_has_a_hatched_bar_alone() -> None:
    months = [MonthBars("Sep", 50.0, 100.0), MonthBars("Oct", 100.0, None)]
    drawn = said_and_came(months, [(0.0, "0"), (100.0, "100")], ("said", "came"), "finding")
    assert len(re.findall(r'height="33.6" fill="url\(#hatch-said\)"', drawn)) == 1
    assert len(re.findall(r'height="16.8" fill="url\(#hatch-said\)"', drawn)) == 1
    assert len(re.findall(r'height="33.6" fill="#1b1f24"', drawn)) == 1
