"""The first page's sentences: fixed rules, the most money first, the same every time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from clientela.i18n import speaking
from clientela.reports.pages.one_minute.figures import Facts, Gone
from clientela.reports.pages.one_minute.findings import findings
from clientela.reports.pages.one_minute.say import deeds, headline
from clientela.rhythm import rhythm

MONTH = Facts(
    as_of=date(2026, 10, 31),
    previous=date(2026, 9, 30),
    people=500,
    active=412,
    active_before=403,
    fans=40,
    fans_before=40,
    fan_revenue=Decimal(40000),
    named_revenue=Decimal(100000),
    revenue_year_before=Decimal(99900),
)


def texts(facts: Facts, language: str = "it") -> dict[str, str]:
    with speaking(language):
        return {finding.question: finding.text.replace("\u00a0", " ") for finding in findings(facts)}


@pytest.mark.parametrize(
    ("before", "italian", "english"),
    [
        (403, "412 clienti attivi, 9 in più di settembre", "412 active customers, 9 more than in September"),
        (
            413,
            "412 clienti attivi, 1 in meno di settembre",
            "412 active customers, 1 fewer than in September",
        ),
        (412, "412 clienti attivi, quanti a fine settembre", "412 active customers, as many as in September"),
    ],
)
def test_the_heading_says_how_many_more_or_fewer(before: int, italian: str, english: str) -> None:
    facts = replace(MONTH, active_before=before)
    with speaking("it"):
        assert headline(facts) == italian
    with speaking("en"):
        assert headline(facts) == english


def test_the_first_month_compares_with_nothing() -> None:
    facts = replace(MONTH, previous=None, active_before=0, revenue_year_before=Decimal(0))
    with speaking("en"):
        assert headline(facts) == "412 active customers: the first picture of your shop"
    assert texts(facts, "en")["changed"].startswith("This is the first month")


def test_a_shop_without_people_is_told_what_to_do() -> None:
    with speaking("it"):
        assert "carica le vendite" in headline(replace(MONTH, people=0, active=0))


def test_the_sentence_about_most_money_wins() -> None:
    """Three fans of 1,000 each weigh 3,000; sales that grew by 100 weigh 100."""
    facts = replace(MONTH, fans_before=43)
    assert texts(facts)["changed"] == "Hai 40 fan, 3 in meno di settembre; ognuno vale 1.000 € l’anno."
    grown = replace(facts, revenue_year_before=Decimal(90000))
    assert (
        texts(grown)["changed"]
        == "Le vendite con un nome fanno 100.000 € in 12 mesi, 11,1 % in più di un anno fa."
    )


def test_losses_outweigh_newcomers_and_one_dear_person_is_named() -> None:
    facts = replace(
        MONTH, left=30, left_revenue=Decimal("5094.20"), newcomers=17, newcomer_revenue=Decimal(2120)
    )
    assert texts(facts)["why"] == "Hai perso 30 persone: in 12 mesi avevano speso 5.094 €."
    one = replace(
        facts, left=1, left_revenue=Decimal(1480), dearest_gone=Gone("Rosa", Decimal(1480), 19, 122, 17.4)
    )
    assert texts(replace(one, newcomer_revenue=Decimal(0)), "en")["why"] == (
        "Rosa alone was worth €1,480 a year and is lost (every 17 days, away for 122 days)."
    )


def test_every_question_has_an_answer_even_in_a_quiet_month() -> None:
    quiet = texts(replace(MONTH, revenue_year_before=Decimal(0)), "en")
    assert list(quiet) == ["changed", "why", "now"]
    assert quiet["why"].startswith("Nobody bought for the first time")
    assert quiet["now"].startswith("Nobody is late")


def test_one_person_is_singular_in_both_languages() -> None:
    facts = replace(MONTH, late=1, late_at_stake=Decimal(300))
    assert texts(facts)["now"].startswith("1 persona manca da più del solito")
    assert texts(facts, "en")["now"].startswith("1 person is away")


def test_the_three_actions_are_those_worth_most() -> None:
    facts = replace(
        MONTH,
        late=44,
        late_at_stake=Decimal(16562),
        gone_lately=19,
        gone_at_stake=Decimal(2935),
        expiring=13,
        expiring_revenue=Decimal(12783),
        near_fans=11,
        near_fan_revenue=Decimal(7856),
        waiting=64,
    )
    assert [deed.people.metric for deed in deeds(facts)] == [
        "action.call_late.people", "action.second_purchase.people", "action.near_fans.people",
    ]  # fmt: skip
    assert [deed.anchor for deed in deeds(facts)] == ["call-tomorrow", "buyer", "customer"]
    assert deeds(MONTH) == []


@pytest.mark.parametrize(
    ("purchases", "gap", "silent", "words"),
    [
        (1, None, 71, "un solo acquisto, 71 giorni fa"),
        (2, 7.0, 30, "ha comprato due volte, a 7 giorni di distanza: ritmo ancora ignoto"),
        (9, 31.2, 74, "ogni 31 giorni, manca da 74 giorni"),
        (9, 0.6, 74, "ogni giorno, manca da 74 giorni"),
    ],
)
def test_a_rhythm_is_claimed_from_the_third_purchase(
    purchases: int, gap: float | None, silent: int, words: str
) -> None:
    with speaking("it"):
        assert rhythm(purchases, gap, silent) == words
