"""The page of fans and friends: its numbers are those of the marts, and it says what is not known."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from clientela.i18n import speaking
from clientela.reports.pages.fans_and_friends import friends, say
from clientela.reports.pages.fans_and_friends import page as fans_and_friends
from clientela.reports.pages.fans_and_friends.fans import Month
from clientela.reports.pages.fans_and_friends.page import FansAndFriends
from clientela.reports.pages.seven_categories import page as seven_categories
from clientela.reports.section import Edition, Figure, figures_in
from tests.worlds import report_shop

METRIC = re.compile(r'data-metric="([^"]+)" value="([^"]*)"')


def page(db: duckdb.DuckDBPyConnection, language: str = "en") -> FansAndFriends:
    with speaking(language):
        return fans_and_friends.read(db, Edition(report_shop.BOTTEGA, report_shop.OCTOBER, language))


def by_name(read: object) -> dict[str, Figure]:
    return {figure.metric: figure for figure in figures_in(read)}


@pytest.fixture(scope="module")
def shop() -> Any:
    with report_shop.whole_shop() as db:
        yield db


def one(db: duckdb.DuckDBPyConnection, query: str) -> Any:
    [(value,)] = db.execute(query).fetchall()
    return value


NUMBERS = {
    "friends.links": "select number from marts.referral_steps where step = 'links'",
    "friends.opened": "select number from marts.referral_steps where step = 'opened'",
    "friends.arrived": "select number from marts.referral_steps where step = 'arrived'",
    "friends.bought": "select number from marts.referral_steps where step = 'bought'",
    "friends.customers": "select number from marts.referral_steps where step = 'customers'",
    "friends.generation.2.buyers": "select buyers from marts.referral_generations where generation = 2",
    "friends.generation.1.net_12m": "select net_12m from marts.referral_generations where generation = 1",
    "friends.generation.all.friends": "select sum(friends) from marts.referral_generations",
    "friends.generation.all.margin_12m": "select sum(margin_12m) from marts.referral_generations",
    "friends.referred.people": ("select people from marts.referred_against_others where origin = 'referred'"),
    "friends.others.returned_90d": (
        "select returned_90d from marts.referred_against_others where origin = 'others'"
    ),
    "friends.k": "select k from marts.referral_growth",
    "friends.multiplier": "select multiplier from marts.referral_growth",
    "friends.share_of_new": (
        "select sum(people) filter (origin = 'referred') / sum(people) from marts.referred_against_others"
    ),
    "concentration.top_share": "select top_share from marts.concentration",
    "concentration.gini": "select gini from marts.concentration",
    "concentration.largest_share": "select largest_share from marts.concentration",
    "nps.2026-10": "select nps from marts.recommendations where month = '2026-10-01'",
    "participation.fan.brought": "select brought from marts.referral_participation where category = 'fan'",
    "participation.customer.with_link": (
        "select with_link from marts.referral_participation where category = 'customer'"
    ),
    "listed.fan": "select count(*) from marts.customers where category = 'fan' and is_listed",
    "listed.rewards": "select count(*) from marts.rewards where is_owed",
    "fans.without_link": "select count(*) from marts.fan_list where link is null",
    "friends.deed.rewards.eur": "select sum(amount) from marts.rewards where is_owed",
    "friends.deed.rewards.people": "select count(distinct customer_id) from marts.rewards where is_owed",
    "friends.deed.links.eur": "select sum(revenue_12m) from marts.fan_list where link is null",
    "friends.deed.hurt.people": "select count(*) from marts.broken_promises where reason <> 'reward'",
}


@pytest.mark.parametrize("metric", NUMBERS)
def test_a_number_of_the_page_is_that_of_the_mart(shop: duckdb.DuckDBPyConnection, metric: str) -> None:
    assert float(by_name(page(shop))[metric].value or 0) == pytest.approx(float(one(shop, NUMBERS[metric])))


def test_what_is_printed_is_what_was_read(tmp_path: Path, shop: duckdb.DuckDBPyConnection) -> None:
    html = report_shop.report(tmp_path).html.read_text("utf-8")
    printed, figures = dict(METRIC.findall(html)), by_name(page(shop))
    ours = [name for name in printed if name in figures]
    assert {"friends.generation.1.net_12m", "friends.referred.value_12m", "friends.deed.links.eur"} <= set(
        ours
    )
    for name in ours:
        value = figures[name].value
        assert printed[name] == ("" if value is None or figures[name].is_too_few else str(value)), name
    owed = {n: Decimal(v) for n, v in printed.items() if re.fullmatch(r"fans\.\d+\.rewards_owed", n)}
    top = shop.execute("select rewards_owed from marts.fan_list order by list_position limit 20").fetchall()
    assert sum(owed.values()) == sum(row[0] for row in top) == 40


def test_twenty_fans_stand_in_the_order_of_their_list(shop: duckdb.DuckDBPyConnection) -> None:
    fans = page(shop).fans
    assert len(fans) == 20
    first = shop.execute(
        "select customer_id from marts.customers where category = 'fan' order by list_position limit 20"
    ).fetchall()
    assert [fan.customer_id for fan in fans] == [row[0] for row in first]
    assert fans[1].code == "7K3 F22"
    assert fans[0].code == ""


def test_the_sentences_say_the_numbers_and_their_doubt(shop: duckdb.DuckDBPyConnection) -> None:
    told = page(shop, "it")
    assert told.heading == "58 fan, 15 hanno portato qualcuno che compra"
    assert told.context.startswith("Da settembre 2024 sono arrivati 128 amici, 64 hanno comprato.")
    assert (
        told.concentration.title
        == "Il miglior 20\u00a0% dei clienti (persone: 84) porta il 61\u00a0% delle vendite"
    )
    assert told.steps.title == "Amici: 128. Con un acquisto: 64. Tornati: 40"
    assert (
        told.comparison
        == "Nel primo anno un amico spende 232\u00a0€, gli altri 182\u00a0€ a testa: di più, e non per caso"
    )
    assert told.sentences[1] == (
        "Cento nuovi clienti ne portano altri 8 nel primo anno (tra 5 e 11, visti su 412). "
        "Con gli amici degli amici, cento diventano 109."
    )
    assert told.answers.title == (
        "Ti consiglierebbero? ottobre 2026: +33, tra +18 e +47: nessun cambiamento sicuro da maggio 2026"
    )


def test_few_answers_and_few_people_are_said_and_not_printed(shop: duckdb.DuckDBPyConnection) -> None:
    figures = by_name(page(shop))
    assert figures["nps.2025-11"].value is None
    assert figures["nps.2025-11"].reason == "too_few"
    assert figures["friends.referred.returned_90d"].is_too_few
    with report_shop.whole_shop() as db:
        db.execute("update marts.referred_against_others set value_people = 19 where origin = 'referred'")
        db.execute("update marts.referral_growth set people = 19")
        db.execute("update marts.concentration set people = 19")
        told = page(db)
    assert by_name(told)["friends.referred.value_12m"].value is None
    assert told.comparison == "Whether friends are worth more than the others: too little to tell (n = 19)"
    assert "too little to tell (n = 19)" in " ".join(told.sentences)
    assert told.concentration.chart is None
    assert "too little to tell (n = 19)" in told.concentration.title


def test_a_difference_within_the_doubt_is_called_chance(shop: duckdb.DuckDBPyConnection) -> None:
    def group(origin: str, value: int, half: int) -> friends.Group:
        number = Figure(f"{origin}.value", Decimal(value), "eur", 50)
        people = Figure(f"{origin}.people", 50, "people")
        return friends.Group(
            origin, people, number, Decimal(value - half), Decimal(value + half), people, None, None
        )

    with speaking("en"):
        for mine, verdict in (
            (120, "may be chance"),
            (150, "more, and not by chance"),
            (50, "less, and not"),
        ):
            said = say.comparison([group("referred", mine, 30), group("others", 100, 20)], "EUR")
            assert verdict in said


@pytest.mark.parametrize(
    ("before", "now", "verdict"),
    [
        ((40, 40, 20), (50, 35, 15), "no certain change"),
        ((40, 40, 20), (70, 20, 10), "better than"),
        ((70, 20, 10), (40, 40, 20), "worse than"),
    ],
)
def test_a_score_moved_only_where_it_surely_did(
    before: tuple[int, int, int], now: tuple[int, int, int], verdict: str
) -> None:
    """40/40/20 to 50/35/15 of a hundred each: fifteen points more, z = 1.44."""
    months = [
        Month(date(2026, month, 1), 100, p, n, d, p - d, p - d - 15, p - d + 15)
        for month, (p, n, d) in ((5, before), (10, now))
    ]
    with speaking("en"):
        assert verdict in say.answers(months)


@pytest.mark.parametrize("language", ["it", "en"])
def test_a_shop_without_friends_fans_or_answers_is_told_what_fills_the_page(language: str) -> None:
    with report_shop.empty_shop() as db:
        told = page(db, language)
    for drawn, word in (
        (told.concentration, "orders.csv"), (told.steps, "referrals.csv"), (told.answers, "surveys.csv"),
    ):  # fmt: skip
        assert drawn.chart is None
        assert word in drawn.title
    assert not any([told.deeds, told.fans, told.generations, told.promises, told.sentences])


def test_a_shop_with_friends_and_no_server_draws_what_it_knows() -> None:
    with report_shop.whole_shop() as db:
        db.execute("update marts.referral_steps set number = null where step in ('links', 'opened')")
        db.execute("update marts.fan_list set link = null, short_code = null")
        told = page(db)
    assert told.without_link is None, "nobody has been offered one"
    figures = by_name(told)
    assert figures["friends.links"].reason == "no_links"
    drawn = str(told.steps.chart)
    assert "hold a link" not in drawn
    assert "friends arrived" in drawn
    assert [deed.people.metric for deed in told.deeds] == [
        "friends.deed.rewards.people", "friends.deed.hurt.people", "friends.deed.welcome.people",
    ]  # fmt: skip


def test_links_without_a_friend_yet_are_said_so() -> None:
    with report_shop.empty_shop() as db:
        db.execute("insert into marts.referral_steps values ('links', 1, 12), ('arrived', 3, 0)")
        told = page(db)
    assert told.steps.title == "The links are out; no friend has arrived yet"
    assert told.steps.chart is not None


def test_without_costs_the_page_shows_sales_and_says_so(tmp_path: Path) -> None:
    from clientela.reports.monthly import write

    with report_shop.whole_shop() as db:
        db.execute(
            "update marts.referral_generations set margin_12m = null, net_12m = revenue_12m - rewards_12m"
        )
        told = page(db)
        written = write(
            db, report_shop.OCTOBER, shop=report_shop.BOTTEGA, language="en", to=tmp_path, pdf=False
        )
    assert not told.has_margin
    assert told.brought == "What friends brought in 12 months: €6,960 of sales, rewards taken off"
    html = written.html.read_text("utf-8")
    assert "Sales less rewards" in html
    assert "tell what the goods cost" in html
    assert 'data-metric="friends.generation.1.margin_12m"' not in html


def test_the_list_of_fans_carries_link_friends_and_reward(tmp_path: Path) -> None:
    written = report_shop.report(tmp_path)
    files = {path.name: path for path in written.csv}
    text = files["fan.csv"].read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 58
    assert rows[1]["link per gli amici"] == "https://negozio.example/r/AbCdEf02"
    assert (rows[1]["amici portati"], rows[1]["premio da dare"]) == ("2", "10,00")
    text = files["premi.csv"].read_bytes().decode("utf-8-sig")
    rewards = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["premio da dare"] for row in rewards] == ["10,00"] * 4
    assert {row["amico"] for row in rewards} == {"Marta Ferri"}


def test_names_that_break_pages_are_text_here_too(tmp_path: Path) -> None:
    from clientela.reports.monthly import write

    with report_shop.hostile_shop() as db:
        for i, name in enumerate(report_shop.HOSTILE):
            db.execute("update marts.fan_list set name = ? where list_position = ?", [name, i + 1])
        db.execute("update marts.broken_promises set name = ?", [report_shop.HOSTILE[0]])
        db.execute("update marts.rewards set name = ?, friend_name = ?", report_shop.HOSTILE[5:7])
        written = write(
            db, report_shop.OCTOBER, shop=report_shop.BOTTEGA, language="it", to=tmp_path, pdf=False
        )
    html = written.html.read_text("utf-8")
    assert "<script" not in html
    assert "<b>Anna" not in html
    rewards = next(path for path in written.csv if path.name == "premi.csv").read_text("utf-8-sig")
    assert "'=HYPERLINK" in rewards
    assert "'+39 SUM" in rewards


def test_a_friend_of_whom_only_a_receipt_is_known_is_called_a_friend(tmp_path: Path) -> None:
    from clientela.reports.monthly import write

    with report_shop.whole_shop() as db:
        db.execute(
            "update marts.customers set customer_id = 'friend:2026-10-03/45', name = null "
            "where category = 'referral' and list_position = 1"
        )
        written = write(
            db, report_shop.OCTOBER, shop=report_shop.BOTTEGA, language="it", to=tmp_path, pdf=False
        )
    html = written.html.read_text("utf-8")
    assert "<bdi>un amico</bdi>" in html
    assert "friend:2026" not in html


def test_the_page_of_the_referred_says_where_all_stand(shop: duckdb.DuckDBPyConnection) -> None:
    with speaking("it"):
        told = seven_categories.read(shop, Edition(report_shop.BOTTEGA, report_shop.OCTOBER, "it"))
    half = next(half for half in told.halves if half.category == "referral")
    assert [(name, figure.value) for name, figure in half.came] == [
        ("in attesa", 64), ("acquirenti", 12), ("clienti", 25), ("fan", 9), ("persi", 18),
    ]  # fmt: skip
    assert all(not other.came for other in told.halves if other.category != "referral")
    fan = next(half for half in told.halves if half.category == "fan")
    assert {"fan.fans_with_link", "fan.rewards_due"} <= {named.figure.metric for named in fan.figures}
