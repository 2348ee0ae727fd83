"""The first page: the owner's four questions in short, and the grade of the predictions."""

from __future__ import annotations

from datetime import date

import pytest
from test_card_page import CARD

from clientela.i18n import speaking
from clientela.month import Month
from clientela.reports.pages.one_minute.page import OneMinute, section
from clientela.reports.section import Edition, Shop
from clientela.settings.shop_settings import Settings
from clientela.warehouse.connection import open_shop
from tests.worlds import report_shop

QUESTIONS = ("people.active", "value.life", "lifetime.median_days", "wallet.elsewhere_a_year")


def cover(rows: str) -> OneMinute:
    edition = Edition(report_shop.BOTTEGA, Month(2026, 10), "it")
    with report_shop.empty_shop() as db, speaking("it"):
        if rows:
            db.execute(rows)
        found = section.read(db, edition)
    assert isinstance(found, OneMinute)
    return found


def test_the_four_answers_are_those_of_the_measures(demo_settings: Settings) -> None:
    with open_shop(demo_settings.database, read_only=True) as db, speaking("it"):
        [(as_of,)] = db.execute("select as_of from marts.report_date").fetchall()
        assert isinstance(as_of, date)
        found = section.read(db, Edition(Shop("Bottega"), Month.of(as_of), "it"))
        sql = dict(db.execute("select name, value from marts.measures where available").fetchall())
    assert isinstance(found, OneMinute)
    shown = {answer.figure.metric: float(answer.figure.value or 0) for answer in found.answers}
    assert tuple(shown) == QUESTIONS
    assert shown == {name: pytest.approx(sql[name], abs=0.005) for name in QUESTIONS}


def test_the_grade_stands_where_there_is_one() -> None:
    graded = cover(CARD).grade
    assert graded is not None
    assert (graded.letter, graded.score.value) == ("B", 0.3)
    assert cover("").grade is None


def test_without_purchases_no_question_is_answered() -> None:
    assert cover("").answers == []
