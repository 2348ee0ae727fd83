"""Who may be one person is proposed, decided once, and can be taken back."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from clientela.warehouse.building.build import build
from clientela.warehouse.history.snapshots import write_snapshots
from clientela.warehouse.identity.decisions import decide
from clientela.warehouse.identity.proposals import read_programmes, read_proposals
from tests.worlds.made_shop import Row, built_shop, order
from tests.worlds.made_shop import settings as rules
from tests.worlds.program import Run

FIELD = Path(__file__).parent / "data" / "field"


def proposals(*sales: Row, **tables: list[Row]) -> set[tuple[str, frozenset[str]]]:
    """Return reason and both keys of every proposal."""
    with built_shop("2026-11-30", orders=list(sales), **tables) as shop:
        return {(each.reason, frozenset({each.one.value, each.other.value})) for each in read_proposals(shop)}


def by_email(email: str, name: str = "Bruno Conti") -> Row:
    return order(None, "2026-05-03", email=email, customer_name=name)


def by_card(card: str, name: str | None = None, **more: Any) -> Row:
    return order(None, "2026-05-03", card_number=card, customer_name=name, **more)


def test_spellings_that_gmail_delivers_to_one_box_are_proposed_and_nobody_is_joined() -> None:
    one, two, three = "bruno.conti+shop@gmail.com", "brunoconti@gmail.com", "bruno.conti@googlemail.com"
    found = proposals(*(by_email(each, f"B {place}") for place, each in enumerate((one, two, three))))
    pairs = [{one, two}, {one, three}, {two, three}]
    assert found == {("mailbox", frozenset(pair)) for pair in pairs}


def test_dots_before_another_host_are_another_address() -> None:
    assert proposals(by_email("b.conti@example.com", "A B"), by_email("bconti@example.com", "C D")) == set()


def test_numbers_that_differ_by_zeros_before_them_are_proposed() -> None:
    found = proposals(
        by_card("000123"),
        by_card("123"),
        by_card("1230"),
        order("007", "2026-05-03"),
        order("7", "2026-05-03"),
    )
    assert found == {
        ("leading_zeros", frozenset({"000123", "123"})),
        ("leading_zeros", frozenset({"007", "7"})),
    }


def test_a_name_that_also_stands_on_a_card_is_a_proposal_and_not_a_join() -> None:
    found = proposals(
        by_card("77", "Anna Bruni"), order("name:anna bruni", "2026-05-03", customer_name="BRUNI  Anna")
    )
    assert found == {("same_name", frozenset({"77", "name:anna bruni"}))}


def test_the_same_name_and_postal_code_is_said_as_such() -> None:
    people = [
        {"customer_id": "1", "name": "Anna Bruni", "postal_code": "41049"},
        {"customer_id": "2", "name": "Anna Bruni", "postal_code": "41049"},
    ]
    assert proposals(customers=people) == {("name_and_postal_code", frozenset({"1", "2"}))}


def test_two_numbers_with_one_email_stay_two_and_are_proposed() -> None:
    found = proposals(
        order("1", "2026-05-03", email="casa@example.com", customer_name="Anna Bruni"),
        order("2", "2026-05-03", email="casa@example.com", customer_name="Ugo Bruni"),
    )
    assert found == {("shared_email", frozenset({"1", "2"}))}


def test_names_that_differ_by_a_letter_are_proposed_where_one_is_known_by_name_alone() -> None:
    found = proposals(
        by_card("77", "Francesca Martini"),
        order("name:francesca martni", "2026-05-03", customer_name="Francesca Martni"),
    )
    assert found == {("look_alike", frozenset({"77", "name:francesca martni"}))}


def test_two_cards_whose_names_look_alike_are_nobodys_question() -> None:
    assert proposals(by_card("77", "Francesca Martini"), by_card("78", "Francesca Martino")) == set()


def test_a_letter_that_tells_a_man_from_a_woman_is_no_spelling() -> None:
    found = proposals(
        by_card("77", "Daniela Rossetti"),
        order("name:daniele rossetti", "2026-05-03", customer_name="Daniele Rossetti"),
    )
    assert found == set()


def test_a_name_that_many_bear_says_nothing() -> None:
    assert proposals(*(by_card(str(place), "Maria Rossi") for place in range(10, 15))) == set()


def test_different_tax_codes_are_different_people_whatever_else_agrees() -> None:
    people = [
        {"customer_id": "1", "name": "Anna Bruni", "postal_code": "41049", "tax_code": "BRNNNA80A41F257X"},
        {"customer_id": "2", "name": "Anna Bruni", "postal_code": "41049", "tax_code": "BRNNNA91B52F257Y"},
    ]
    assert proposals(customers=people) == set()


def test_an_accepted_pair_is_one_person_at_every_date_and_the_closed_month_is_restated() -> None:
    """Two cards of 10 on 1 August and 1 September: two buyers; joined, one customer with two purchases."""
    sales = [
        order(None, "2026-08-01", card_number="000123"),
        order(None, "2026-09-01", card_number="123"),
    ]
    given = rules()
    with built_shop("2026-11-30", given, orders=sales) as shop:
        (proposal,) = read_proposals(shop)
        assert shop.execute("select count(*) from marts.people").fetchall() == [(2,)]
        build(shop, given, date(2026, 9, 30))
        made = datetime(2026, 12, 1)
        write_snapshots(shop, given, date(2026, 9, 30), made_at=made)
        before = states(shop)
        decide(shop, proposal.proposal_id[:5], "accepted", date(2026, 12, 1), [proposal])
        shop.at("2026-11-30", given)
        assert shop.execute("select accounts from marts.people").fetchall() == [(2,)]
        assert read_proposals(shop) == []
        build(shop, given, date(2026, 9, 30))
        written = write_snapshots(shop, given, date(2026, 9, 30), made_at=made)
        assert written == [date(2026, 9, 30)]
        assert before[date(2026, 9, 30)] == {"buyer": 2}
        assert states(shop)[date(2026, 9, 30)] == {"customer": 1}
        assert shop.execute(
            "select max(version) from history.snapshots where as_of = '2026-08-31'"
        ).fetchall() == [(1,)]


def states(shop: Any) -> dict[date, dict[str, int]]:
    """Return people by category at each month end, as its newest version says."""
    rows = shop.execute(
        """
        select as_of, category, people from history.category_totals t
        where people > 0 and version = (select max(version) from history.snapshots s where s.as_of = t.as_of)
        """
    ).fetchall()
    found: dict[date, dict[str, int]] = {}
    for as_of, category, people in rows:
        found.setdefault(as_of, {})[category] = people
    return found


def test_a_decision_taken_back_leaves_two_people_and_an_open_question() -> None:
    with built_shop("2026-11-30", orders=[by_card("000123"), by_card("123")]) as shop:
        (proposal,) = read_proposals(shop)
        decide(shop, proposal.proposal_id, "accepted", date(2026, 12, 1), [proposal])
        decide(shop, proposal.proposal_id, "open", date(2026, 12, 1))
        shop.at("2026-11-30")
        assert shop.execute("select count(*) from marts.people").fetchall() == [(2,)]
        assert [each.proposal_id for each in read_proposals(shop)] == [proposal.proposal_id]
        assert shop.execute("select count(*) from meta.merges").fetchall() == [(2,)]


def test_a_pair_that_was_refused_is_not_asked_again_also_where_one_of_them_was_joined_since() -> None:
    one, two, three = "bruno.conti+shop@gmail.com", "brunoconti@gmail.com", "bruno.conti@googlemail.com"
    sales = [by_email(each, f"B {place}") for place, each in enumerate((one, two, three))]
    with built_shop("2026-11-30", orders=sales) as shop:
        found = {frozenset({each.one.value, each.other.value}): each for each in read_proposals(shop)}
        refused, accepted = found[frozenset({one, two})], found[frozenset({two, three})]
        decide(shop, refused.proposal_id, "refused", date(2026, 12, 1), [refused])
        decide(shop, accepted.proposal_id, "accepted", date(2026, 12, 1), [accepted])
        shop.at("2026-11-30")
        assert read_proposals(shop) == []
        assert shop.execute("select count(*) from marts.people").fetchall() == [(2,)]


def programmes(one: list[Row], other: list[Row]) -> list[tuple[int, int, bool]]:
    """Return common and agreeing ids and whether they are proven, of two sources."""
    for row in other:
        row["source"] = "web"
    with built_shop("2026-11-30", orders=[*one, *other]) as shop:
        return [(each.common_ids, each.agreeing_ids, each.is_proven) for each in read_programmes(shop)]


def numbered(names: dict[str, str | None]) -> list[Row]:
    return [order(number, "2026-05-03", customer_name=name) for number, name in names.items()]


def test_equal_numbers_alone_are_a_question_and_no_proof() -> None:
    nameless = dict.fromkeys("1234")
    assert programmes(numbered(nameless), numbered(dict.fromkeys("123"))) == [(3, 0, False)]


def test_equal_numbers_whose_names_agree_are_proven() -> None:
    people: dict[str, str | None] = {str(place): f"Anna Bruni{place}" for place in range(20)}
    written = {number: str(name).upper() for number, name in people.items()} | {"19": None}
    assert programmes(numbered(people), numbered(written)) == [(20, 19, True)]


def test_one_contradiction_keeps_two_programmes_apart_without_a_question() -> None:
    people: dict[str, str | None] = {str(place): f"Anna Bruni{place}" for place in range(20)}
    assert programmes(numbered(people), numbered(people | {"7": "Ugo Riva"})) == []


def test_field_case_22_is_six_people_before_and_three_with_names_after_the_one_answer(
    run: Run, tmp_path: Path
) -> None:
    shop, case = tmp_path / "shop", FIELD / "22_no_source_two_files"
    run("init", shop)
    for name in ("clienti", "ordini"):
        run("load", case / f"{name}.csv", "--mapping", case / f"{name}.toml", shop=shop)
    assert run("segments", "--as-of", "2026-11-01", "--format", "json", shop=shop).json["people"] == 6
    listed = run("duplicates", "--format", "json", shop=shop).json
    (pair,) = listed["programmes"]
    assert (pair["one"], pair["other"], pair["common_ids"], pair["is_proven"]) == (
        "customers",
        "orders",
        3,
        False,
    )
    assert run("duplicates", "accept", pair["id"], shop=shop).code == 0
    assert run("segments", "--as-of", "2026-11-01", "--format", "json", shop=shop).json["people"] == 3
    named = run("customers", "--as-of", "2026-11-01", "--format", "json", shop=shop).json["rows"]
    assert {row["name"] for row in named} == {"Anna Bruni", "Bruno Conti", "Carla Riva"}


def test_a_decision_outlives_another_load_of_the_same_files(run: Run, tmp_path: Path) -> None:
    shop, case = tmp_path / "shop", FIELD / "25_card_leading_zero_and_thousands"
    files = (case / "agosto.csv", case / "settembre_excel.csv")
    run("init", shop)
    run("load", *files, shop=shop)
    (pair,) = run("duplicates", "--format", "json", shop=shop).json["duplicates"]
    assert pair["reason"] == "leading_zeros"
    before = run("segments", "--as-of", "2026-11-01", "--format", "json", shop=shop).json["people"]
    run("duplicates", "accept", pair["id"], shop=shop)
    changed = tmp_path / "agosto.csv"
    changed.write_bytes(files[0].read_bytes() + b"5;2026-08-20;000123;Anna Bruni;7.00\n")
    run("load", changed, files[1], shop=shop)
    assert (
        before,
        run("segments", "--as-of", "2026-11-01", "--format", "json", shop=shop).json["people"],
    ) == (2, 1)
    assert run("duplicates", "--format", "json", shop=shop).json == {"duplicates": [], "programmes": []}


def test_an_id_that_nothing_has_is_refused_in_one_sentence(run: Run, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    run("init", shop)
    run("load", FIELD / "25_card_leading_zero_and_thousands" / "agosto.csv", shop=shop)
    for words in (("accept", "ffffffff"), ("refuse", ""), ("undo", "12")):
        answer = run("duplicates", *words, shop=shop)
        assert answer.code == 2
        assert "clientela duplicates" in answer.err


def test_who_was_forgotten_stays_joined_and_leaves_no_key_in_the_decisions(run: Run, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    sales = tmp_path / "sales.csv"
    sales.write_text(
        "order_id,order_date,email,customer_name,net_amount\n"
        "1,2026-08-01,bruno.conti@gmail.com,Bruno Conti,10\n"
        "2,2026-09-01,brunoconti@gmail.com,Bruno Conti,10\n",
        encoding="utf-8",
    )
    run("init", shop)
    run("load", sales, shop=shop)
    (pair,) = run("duplicates", "--format", "json", shop=shop).json["duplicates"]
    run("duplicates", "accept", pair["id"], shop=shop)
    assert run("referral", "forget", "brunoconti@gmail.com", shop=shop).code == 0
    answer = run("sql", "select count(*) as n from marts.people", "--format", "json", shop=shop)
    assert answer.json["rows"] == [[1]]
    assert b"brunoconti" not in (shop / "clientela.duckdb").read_bytes()
    assert b"bruno.conti" not in (shop / "clientela.duckdb").read_bytes()
