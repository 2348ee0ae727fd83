"""The page on what a customer is worth: its figures are those of the marts, its gaps are said in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import Any

import duckdb
import pytest

from clientela.i18n import speaking
from clientela.month import Month
from clientela.reports.charts.small_multiples import Panel, Scale, small_multiples
from clientela.reports.document import Document, document
from clientela.reports.pages.customer_worth.page import section
from clientela.reports.pages.customer_worth.say import span
from clientela.reports.section import Edition, Shop
from clientela.settings.shop_settings import Settings
from clientela.warehouse.connection import open_shop
from tests.worlds.made_shop import Row, every, order
from tests.worlds.worth_world import measures, worth_shop

DATA = re.compile(r'<data[^>]*data-metric="([^"]+)" value="([^"]*)">')


def page(db: duckdb.DuckDBPyConnection, language: str = "it", as_of: date = date(2026, 10, 31)) -> str:
    """Draw the one page."""
    with speaking(language):
        edition = Edition(Shop("Bottega"), Month.of(as_of), language)
        named = type(section)(section.title, section.position, section.read, "customer_worth")
        report = Document(edition, as_of, ((named, section.read(db, edition)),), (), "x")
        return document(report, medium="screen")


def words(html: str) -> str:
    """The page's text on one line."""
    body = html[html.index("<main>") :]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " ").split())


@pytest.fixture(scope="module")
def bottega(demo_settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_shop(demo_settings.database, read_only=True) as db:
        yield db


@pytest.fixture(scope="module")
def html(bottega: duckdb.DuckDBPyConnection) -> str:
    return page(bottega)


def known_to_sql(db: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Every figure that the page may print, by its name, read by plain SQL."""
    known = {name: one["value"] for name, one in measures(db).items()}
    for what in ("people", "mean", "median", "expected_mean", "life_mean"):
        rows = db.execute(f"select dimension, member, {what} from marts.value_groups").fetchall()
        known |= {f"value_groups.{dimension}.{member}.{what}": value for dimension, member, value in rows}
    for started_on, quarter, people, share in db.execute(
        "select started_on, quarter, people, returned_share from marts.cohort_triangle"
    ).fetchall():
        name = f"cohort.{started_on.year}-Q{(started_on.month + 2) // 3}"
        known |= {f"{name}.people": people, f"{name}.{quarter}": share}
    rows = db.execute("select year, value from marts.value_by_year where months = 12").fetchall()
    known |= {f"value_by_year.{year}.12": value for year, value in rows}
    [(asleep, spent)] = db.execute(
        """
        select count(*), sum(revenue_12m) from marts.customers
        where category = 'lost' and is_listed and silent_days between 91 and 182
        """
    ).fetchall()
    told = measures(db)
    return known | {
        "worth.deed.late.people": told["at_risk.late"]["value"],
        "worth.deed.late.eur": told["at_risk.late_eur"]["value"],
        "worth.deed.asleep.people": asleep,
        "worth.deed.asleep.eur": float(spent or 0),
        "worth.deed.best.people": 10,
        "worth.deed.best.eur": told["at_risk.best_ten_eur"]["value"],
    }


def test_every_figure_on_the_page_is_what_sql_says(bottega: duckdb.DuckDBPyConnection, html: str) -> None:
    known = known_to_sql(bottega)
    printed = DATA.findall(html)
    too_few = {
        f"cohort.{started_on.year}-Q{(started_on.month + 2) // 3}.{quarter}"
        for started_on, quarter in bottega.execute(
            "select started_on, quarter from marts.cohort_triangle where watched < 20"
        ).fetchall()
    }
    assert len(printed) > 120
    for name, value in printed:
        if value:
            assert float(value) == pytest.approx(float(known[name]), abs=0.006, rel=1e-9), name
        else:
            assert known[name] is None or name in too_few, name


def test_the_four_questions_are_answered_with_their_doubt(html: str) -> None:
    text = words(html)
    assert "Un nuovo cliente porta 234 € nel primo anno, e la metà resta più di 2 anni e 2 mesi" in text
    for question in ("Quanti clienti hai?", "Quanto vale un tuo cliente?", "Quanto tempo resta?"):
        assert question in text
    assert "461 € tra 395 e 527 €" in text
    assert "la metà resta di più; almeno 23 mesi" in text
    assert "Quante volte compra altrove? 7 volte l’anno tra 5,6 e 8,4" in text
    assert (
        "Da te fanno il 68 % degli acquisti (tra 64 e 71 %): lo dicono 208 dei tuoi clienti, il 30 %." in text
    )


def test_the_triangle_marks_what_not_everybody_has_been_through(html: str) -> None:
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", html)
    assert "ott–dic 2026" in rows[-1]
    assert rows[-1].count("<data") == 1, "nobody has been through a quarter yet: only how many came"
    assert re.search(r'class="too-few"[^>]*>\(18\)<', rows[-2]), "18 people are too few to tell"
    assert 'partial">' in "".join(rows)
    assert "*</data>" in "".join(rows)


def test_it_speaks_english_too(bottega: duckdb.DuckDBPyConnection) -> None:
    text = words(page(bottega, "en"))
    assert (
        "A new customer brings €234 in the first year, and half stay longer than 2 years and 2 months" in text
    )
    assert "€461 between €395 and €527" in text
    assert "Who came in 2025 brought €200 in the first year; who came in 2024, €312" in text


def young_shop() -> list[Row]:
    return [row for n in range(30) for row in every(f"C{n}", "2026-08-05", 10, 9)]


def test_a_young_shop_is_told_from_when_it_will_know() -> None:
    with worth_shop("2026-10-31", orders=young_shop()) as db:
        text = words(page(db))
    assert "Finora un cliente ha portato in media 90 €" in text
    assert "Non ancora: dal 5 agosto 2027." in text
    assert "Non lo sappiamo ancora: servono 20 risposte a due domande." in text
    assert "surveys.share_of_10, surveys.shops_used, surveys.our_rank" in text
    assert "Fai a venti clienti le due domande su dove altro comprano." in text
    assert "nan" not in text.lower().split()


@pytest.mark.parametrize("orders", [[], [order("anna", "2026-10-20", 12.5)]], ids=["empty", "one customer"])
@pytest.mark.parametrize("language", ["it", "en"])
def test_an_empty_shop_and_one_customer_get_a_page_in_words(orders: list[Row], language: str) -> None:
    with worth_shop("2026-10-31", orders=orders) as db:
        text = words(page(db, language))
    said = {
        ("it", 0): "Quanto vale un cliente si vedrà con le prime vendite",
        ("it", 1): "Finora un cliente ha portato in media 12 €",
        ("en", 0): "What a customer is worth will show with the first sales",
        ("en", 1): "So far a customer has brought €12 on average",
    }
    assert said[language, len(orders)] in text
    assert not {"nan", "none", "inf"} & set(text.lower().split())


def test_a_stay_is_told_in_months_and_from_two_years_on_in_years() -> None:
    with speaking("it"):
        assert [span(days) for days in (10, 31, 700, 730, 761, 1095)] == [
            "1 mese",
            "1 mese",
            "23 mesi",
            "2 anni",
            "2 anni e 1 mese",
            "3 anni",
        ]


def test_small_charts_share_one_scale_and_say_their_finding() -> None:
    scale = Scale(12, 200.0, ((0.0, "0"), (200.0, "200")), ((12, "12"),))
    drawn = str(
        small_multiples(
            [Panel("2024", [50.0, 200.0], "200 €"), Panel("2025", [50.0], "50 €")], scale, "Più <b>"
        )
    )
    assert "<title>Più &lt;b&gt;</title>" in drawn
    ends = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', drawn)
    assert len(ends) == 2
    (first_x, first_y), (second_x, second_y) = [(float(x), float(y)) for x, y in ends]
    assert first_y < second_y, "200 stands higher than 50"
    starts = [float(x) for x in re.findall(r'd="M([\d.]+) ', drawn)]
    assert second_x - starts[1] == pytest.approx((first_x - starts[0]) / 2, abs=0.02)
