"""Contacts come from every table that carries them, and a name is a key where the owner says so."""

from __future__ import annotations

import csv
from pathlib import Path

from clientela.warehouse.loading.mapping.reader import read_mapping
from tests.worlds.empty_shop import Shop, shop
from tests.worlds.made_shop import built_shop, order
from tests.worlds.program import Run

__all__ = ["shop"]

FIELD = Path(__file__).parent / "data" / "field"

BY_NAME = """
[columns]
order_id = "n"
order_date = "data"
card_number = "tessera"
customer_name = "cliente"
net_amount = "tot"
[key]
name = true
"""


def contacts(shop: object, customer_id: str) -> tuple[str | None, str | None]:
    rows = shop.execute(  # type: ignore[attr-defined]
        "select email, phone from marts.people where customer_id = ?", [customer_id]
    ).fetchall()
    return rows[0]  # type: ignore[no-any-return]


def test_a_person_known_from_orders_alone_has_the_phone_and_the_email_of_the_orders() -> None:
    sales = [order("c1", "2026-05-03", email="anna@example.com", phone="+393331112223")]
    with built_shop("2026-05-31", orders=sales) as shop:
        assert contacts(shop, "c1") == ("anna@example.com", "+393331112223")


def test_of_two_contacts_the_newest_is_kept_whichever_table_shows_it() -> None:
    record = {"customer_id": "c1", "email": "old@example.com", "created_at": "2024-01-10"}
    answer = {"customer_id": "c2", "ts": "2026-05-20", "score_0_10": 9, "phone": "+393330000002"}
    sales = [
        order("c1", "2026-05-03", email="new@example.com"),
        order("c2", "2026-05-10", phone="+393330000001"),
    ]
    with built_shop("2026-05-31", orders=sales, customers=[record], surveys=[answer]) as shop:
        assert contacts(shop, "c1") == ("new@example.com", None)
        assert contacts(shop, "c2") == (None, "+393330000002")


def test_the_record_of_the_customer_file_is_kept_where_it_is_the_newer_one() -> None:
    record = {"customer_id": "c1", "email": "moved@example.com", "created_at": "2026-05-10"}
    sales = [order("c1", "2026-05-03", email="before@example.com")]
    with built_shop("2026-05-31", orders=sales, customers=[record]) as shop:
        assert contacts(shop, "c1") == ("moved@example.com", None)


def test_what_came_after_the_date_is_not_known_at_it() -> None:
    sales = [
        order("c1", "2026-05-03", email="may@example.com"),
        order("c1", "2026-06-03", email="june@example.com"),
    ]
    with built_shop("2026-05-31", orders=sales) as shop:
        assert contacts(shop, "c1") == ("may@example.com", None)


def test_an_email_of_too_many_names_is_nobodys_contact() -> None:
    names = ["Anna", "Bruno", "Carla", "Dario"]
    sales = [
        order(f"c{place}", "2026-05-03", email="shop@example.com", customer_name=name)
        for place, name in enumerate(names)
    ]
    with built_shop("2026-05-31", orders=sales) as shop:
        assert contacts(shop, "c0") == (None, None)


def test_the_lists_of_field_case_23_carry_phone_and_email(run: Run, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    run("init", shop)
    run("load", FIELD / "23_contacts_on_orders" / "orders.csv", shop=shop)
    answer = run(
        "sql",
        "select name, email, phone from marts.customers order by name, email",
        "--format",
        "csv",
        shop=shop,
    )
    rows = list(csv.DictReader(answer.out.splitlines()))
    anna = [row for row in rows if row["name"] == "Anna Bruni"]
    carla = [row for row in rows if row["name"] == "Carla Riva"]
    assert [(row["email"], row["phone"].lstrip("'")) for row in anna] == [
        ("anna.bruni@example.com", "+393331112223")
    ]
    assert [(row["email"], row["phone"].lstrip("'")) for row in carla] == [
        ("carla.riva@example.com", "+393339998887")
    ]


def test_a_name_is_a_key_only_where_the_mapping_says_so_and_no_other_key_stands(shop: Shop) -> None:
    file = """
        n,data,tessera,cliente,tot
        1,2025-05-01,,Anna  Bruni,10
        2,2025-05-09,,BRUNI ANNA,10
        3,2025-05-10,77,Anna Bruni,10
        4,2025-05-11,,-,10
        5,2025-05-12,,,10
        """
    shop.load(file, mapping=BY_NAME)
    found = shop.rows("select order_id, customer_id, card_number from raw.orders order by order_id")
    assert found == [
        ("1", "name:anna bruni", None),
        ("2", "name:anna bruni", None),
        ("3", None, "77"),
        ("4", None, None),
        ("5", None, None),
    ]


def test_without_the_word_of_the_mapping_a_name_is_no_key(shop: Shop) -> None:
    shop.load(
        "n,data,tessera,cliente,tot\n1,2025-05-01,,Anna Bruni,10\n",
        mapping=BY_NAME.replace("[key]\nname = true\n", ""),
    )
    assert shop.rows("select customer_id from raw.orders") == [(None,)]


def test_a_name_that_the_mapping_calls_nobody_is_no_key(shop: Shop) -> None:
    mapping = BY_NAME + 'nobody = ["Cassa 1"]\n'
    shop.load("n,data,tessera,cliente,tot\n1,2025-05-01,,CASSA 1,10\n", mapping=mapping)
    assert shop.rows("select customer_id from raw.orders") == [(None,)]


def test_a_customer_file_may_know_its_people_by_name_alone(shop: Shop) -> None:
    mapping = 'table = "customers"\n[columns]\nname = "chi"\nphone = "tel"\n[key]\nname = true\n'
    shop.load("chi,tel\nAnna Bruni,\nCarla Riva,3331112223\n", mapping=mapping)
    found = shop.rows("select name, customer_id, phone from raw.customers order by name")
    assert found == [("Anna Bruni", "name:anna bruni", None), ("Carla Riva", None, "+393331112223")]


def test_the_fingerprint_of_a_mapping_says_whether_the_name_is_a_key(tmp_path: Path) -> None:
    one, other = tmp_path / "a.toml", tmp_path / "b.toml"
    one.write_text(BY_NAME, encoding="utf-8")
    other.write_text(BY_NAME.replace("true", "false"), encoding="utf-8")
    assert read_mapping(one).sha256 != read_mapping(other).sha256
