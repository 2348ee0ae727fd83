"""What the generator planted in the fictional shop, found by the models."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.build import read_calendar
from clientela.warehouse.building.parameters import set_variables
from clientela.warehouse.connection import open_shop

TRUTHS: dict[str, Any] = json.loads(
    (files("clientela.sample_data") / "truths.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def db(demo_settings: Settings) -> Iterator[DuckDBPyConnection]:
    with open_shop(demo_settings.database, read_only=True) as opened:
        set_variables(opened, demo_settings, read_calendar(opened).last_order_on)  # type: ignore[arg-type]
        yield opened


@pytest.fixture(scope="module")
def people(db: DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    found = db.execute(
        "select customer_id, category, overlays, purchases, rhythm_p, revenue_12m from marts.customers"
    )
    names = [column[0] for column in found.description or []]
    return {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


@pytest.mark.parametrize(
    "case",
    [name for name in TRUTHS["odd_cases"] if not name.endswith("second_row")],
    ids=lambda name: str(name),
)
def test_every_odd_case_has_its_category(people: dict[str, dict[str, Any]], case: str) -> None:
    truth = TRUTHS["odd_cases"][case]
    assert people[truth["customer_id"]]["category"] == truth["category"]


def test_a_person_with_two_records_is_one_by_tax_code_and_two_by_name(
    people: dict[str, dict[str, Any]],
) -> None:
    identity = TRUTHS["identity"]
    assert sum(who in people for who in identity["one_person_two_rows_by_tax_code"]) == 1
    assert all(who in people for who in identity["one_person_two_rows_only_proposed"])


def test_shared_phones_and_the_shops_own_address_join_nobody(people: dict[str, dict[str, Any]]) -> None:
    identity = TRUTHS["identity"]
    apart = [who for family in identity["families_with_one_phone"] for who in family]
    apart += identity["shop_email_joins_nobody"]
    assert [who for who in apart if who not in people] == []


def test_whoever_is_out_of_target_is_outside_the_seven(people: dict[str, dict[str, Any]]) -> None:
    assert not set(TRUTHS["identity"]["out_of_target"]) & set(people)


def test_the_listed_and_never_reached_are_potential(people: dict[str, dict[str, Any]]) -> None:
    targets = TRUTHS["targets"]
    potential = sum(person["category"] == "potential" for person in people.values())
    assert potential == targets["listed"] - targets["written_to"]


def test_the_referral_tree_is_found_edge_by_edge(db: DuckDBPyConnection) -> None:
    planted = {tuple(re.findall(r"C\d{4}", edge)[:2]) for edge in TRUTHS["referrals"]["edges"]}
    found = set(
        db.execute(
            """
            select referrers.customer_id, people.customer_id
            from steps.referral_origins as origins
            join marts.people as people on people.person_no = origins.person_no
            join marts.people as referrers on referrers.person_no = origins.referrer_no
            """
        ).fetchall()
    )
    assert found == planted


def test_claims_that_must_not_count_do_not(db: DuckDBPyConnection) -> None:
    for claim in TRUTHS["referrals"]["must_not_count"].values():
        referrer, friend = re.findall(r"C\d{4}", claim)
        assert not db.execute(
            """
            select 1 from steps.referral_origins as origins
            join marts.people as people on people.person_no = origins.person_no
            join marts.people as referrers on referrers.person_no = origins.referrer_no
            where people.customer_id = ? and referrers.customer_id = ?
            """,
            [friend, referrer],
        ).fetchall(), claim


def test_waiting_friends_are_the_referral_category(people: dict[str, dict[str, Any]]) -> None:
    waiting = sum(person["category"] == "referral" for person in people.values())
    assert waiting == TRUTHS["referrals"]["waiting"]


def test_connectors_carry_their_overlay_and_lead_the_list(
    db: DuckDBPyConnection, people: dict[str, dict[str, Any]]
) -> None:
    """All four are found; of the first five one is a person whom chance made a connector."""
    for who in TRUTHS["connectors"]:
        assert "connector" in people[who]["overlays"].split("|")
    first = db.execute("select customer_id from marts.connectors order by position limit 5").fetchall()
    found = {row[0] for row in first} & set(TRUTHS["connectors"])
    recall, precision = len(found) / len(TRUTHS["connectors"]), len(found) / len(first)
    assert recall == 1
    assert precision >= 0.8


def test_each_connector_brought_the_friends_that_were_planted(db: DuckDBPyConnection) -> None:
    brought = dict(db.execute("select customer_id, brought_buyers from marts.connectors").fetchall())
    second = dict(db.execute("select customer_id, second_people from marts.connectors").fetchall())
    edges = [re.findall(r"C\d{4}", edge)[:2] for edge in TRUTHS["referrals"]["edges"]]
    for who, friends in TRUTHS["connectors"].items():
        assert brought[who] == len(friends)
        assert second[who] == sum(referrer in friends for referrer, _friend in edges)


def test_silent_best_customers_are_found_and_stand_at_the_top_of_the_calls(
    db: DuckDBPyConnection, people: dict[str, dict[str, Any]]
) -> None:
    """Every one is named; the first five named are the five planted, and the first five to call."""
    planted = set(TRUTHS["silent_best"])
    named = [
        row[0] for row in db.execute("select customer_id from marts.silent_best order by position").fetchall()
    ]
    calls = db.execute("select customer_id from marts.call_list order by position limit 5").fetchall()
    recall = len(planted & set(named)) / len(planted)
    precision = len(planted & set(named[: len(planted)])) / len(planted)
    assert (recall, precision) == (1, 1)
    assert {row[0] for row in calls} == planted
    for who in planted:
        assert people[who]["category"] in ("customer", "fan")
        assert "late" in people[who]["overlays"].split("|")


def test_the_lost_flag_finds_those_who_truly_left(people: dict[str, dict[str, Any]]) -> None:
    left = {who for who, on in TRUTHS["left_on"].items() if on < "2026-01-01"}
    repeaters = {who for who, person in people.items() if person["purchases"] >= 3}
    flagged = {who for who in repeaters if people[who]["category"] == "lost"}
    gone = left & repeaters
    assert len(gone) > 90
    assert len(flagged & gone) / len(gone) > 0.85, "ten months of silence are enough to see most of them"
    truly = set(TRUTHS["left_on"])
    assert len(flagged & truly) / len(flagged) > 0.80, "few of the flagged are still customers"


def test_asked_for_peace_is_never_on_the_call_list(db: DuckDBPyConnection) -> None:
    called = {row[0] for row in db.execute("select customer_id from marts.call_list").fetchall()}
    assert not called & set(TRUTHS["call_list"]["asked_for_peace"])


def test_links_openings_and_friends_are_counted_as_planted(db: DuckDBPyConnection) -> None:
    planted, tree = TRUTHS["referral_programme"], TRUTHS["referrals"]
    steps = dict(db.execute("select step, number from marts.referral_steps").fetchall())
    assert steps["links"] == planted["links"]
    assert steps["opened"] == planted["openings"]
    assert steps["arrived"] == tree["bought"] + tree["waiting"]
    assert steps["bought"] == tree["bought"]


def test_the_rewards_that_were_never_given_are_owed(db: DuckDBPyConnection) -> None:
    planted = TRUTHS["referral_programme"]
    owed = db.execute("select reward_id, amount from marts.rewards where is_owed order by 1").fetchall()
    assert [row[0] for row in owed] == sorted(planted["owed"])
    assert {row[1] for row in owed} == {planted["reward_cents"] / 100}


def test_every_good_claim_is_payable_or_waits_and_the_bad_ones_are_named(db: DuckDBPyConnection) -> None:
    tree = TRUTHS["referrals"]
    verdicts = dict(db.execute("select verdict, count(*) from marts.referral_outcomes group by 1").fetchall())
    assert verdicts["payable"] == tree["bought"]
    assert verdicts["waiting"] == tree["waiting"]
    assert verdicts["self"] == verdicts["other_referrer"] == 1
    assert verdicts["existing_customer"] == len(tree["must_not_count"]) - 2


def test_the_generations_are_the_planted_ones(db: DuckDBPyConnection) -> None:
    planted = [int(edge[-2]) for edge in TRUTHS["referrals"]["edges"]]
    found = db.execute("select generation, friends from marts.referral_generations order by 1").fetchall()
    assert found == [(depth, planted.count(depth)) for depth in (1, 2, 3)]


def test_the_planted_share_of_referred_people_is_found_among_the_new_buyers(db: DuckDBPyConnection) -> None:
    people = dict(db.execute("select origin, people from marts.referred_against_others").fetchall())
    share = people["referred"] / sum(people.values())
    assert abs(share - TRUTHS["referrals"]["share_planted"]) < 0.04
