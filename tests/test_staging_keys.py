"""Not every text is a key: one form for each kind, or none; the row stays and the cell is listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientela import forgotten
from clientela.warehouse.loading.mapping.reader import read_mapping
from clientela.warehouse.loading.result import LoadResult
from clientela.warehouse.loading.staging import keys
from clientela.warehouse.loading.staging.key_forms import Form, key_form
from clientela.warehouse.loading.staging.shop_rules import ShopRules
from tests.test_staging_values import TODAY
from tests.worlds.empty_shop import Shop, shop

__all__ = ["shop"]

FIELD = Path(__file__).parent / "data" / "field"
RULES = ShopRules(own_contacts=("info@bottega.example", "0444 123456"))


def listed(result: LoadResult) -> dict[tuple[str, str], int]:
    return {(one.code, one.column): one.cells for one in result.findings}


@pytest.mark.parametrize(
    ("kind", "text", "value", "code"),
    [
        ("phone", "333 1234567", "+393331234567", None),
        ("phone", "3331234567.0", "+393331234567", None),
        ("phone", "'+39 333-1234567", "+393331234567", None),
        ("phone", "0039 0444 987654", "+390444987654", None),
        ("phone", "0444/987654", "+390444987654", None),
        ("phone", "393331234567", "+393331234567", None),
        ("phone", "+44 20 7946 0018", "+442079460018", None),
        ("phone", "3,93331E+11", None, "damaged_key"),
        ("phone", "3.93E+11", None, "damaged_key"),
        ("phone", "0000000000", None, "placeholder_key"),
        ("phone", "333333333333", None, "invalid_key"),
        ("phone", "+39 1234567890", None, "invalid_key"),
        ("phone", "n/d", None, "placeholder_key"),
        ("phone", "12", None, "invalid_key"),
        ("phone", "ufficio", None, "invalid_key"),
        ("phone", "0444-123456", None, "own_contact"),
        ("phone", "333 1234567 / 0444 987654", "+393331234567", "several_keys"),
        ("phone", "n/d - 347 1234567, 333 7654321", "+393471234567", "several_keys"),
        ("email", "Anna.Bruni@Example.COM", "anna.bruni@example.com", None),
        ("email", "Anna <anna@esempio.it>", "anna@esempio.it", None),
        ("email", "andre\u0301@esempio.it", "andr\u00e9@esempio.it", None),
        ("email", "nomail@nomail.it", None, "placeholder_key"),
        ("email", "no-reply@esempio.it", None, "placeholder_key"),
        ("email", "x7k@marketplace.amazon.it", None, "placeholder_key"),
        ("email", "info@bottega.example", None, "own_contact"),
        ("email", "a@esempio.it; b@esempio.it", None, "several_keys"),
        ("email", "anna@esempio", None, "invalid_key"),
        ("email", "anna at esempio.it", None, "invalid_key"),
        ("vat_number", "IT 00743110157", "00743110157", None),
        ("vat_number", "743110157", "00743110157", None),
        ("vat_number", "743110157.0", "00743110157", None),
        ("vat_number", "00743110158", None, "invalid_key"),
        ("vat_number", "DE 136695976", "DE136695976", None),
        ("vat_number", "DE136695978", None, "invalid_key"),
        ("vat_number", "OO99999999999", None, "placeholder_key"),
        ("vat_number", "99999999999", None, "placeholder_key"),
        ("vat_number", "0000000", None, "placeholder_key"),
        ("vat_number", "XXXXXXX", None, "placeholder_key"),
        ("tax_code", "rssmra80a01h501u", "RSSMRA80A01H501U", None),
        ("tax_code", "RSSMRA80A01H501X", None, "invalid_key"),
        ("tax_code", "00743110157", "00743110157", None),
        ("tax_code", "0000000000000000", None, "placeholder_key"),
        ("customer_id", "0", None, "placeholder_key"),
        ("customer_id", "99999", None, "placeholder_key"),
        ("customer_id", "N/D", None, "placeholder_key"),
        ("customer_id", "17850", "17850", None),
        ("customer_id", "'000123", "000123", None),
        ("card_number", "2,00001E+12", None, "damaged_key"),
        ("card_number", "000123", "000123", None),
    ],
)
def test_a_key_has_one_form_or_is_none(kind: str, text: str, value: str | None, code: str | None) -> None:
    found = key_form(kind, text, RULES)
    assert (found.value, found.code) == (value, code)


def loaded(shop: Shop, kind: str, text: str) -> str | None:
    """Return a key as a load keeps it."""
    shop.load(f"n;day;sum;who\n1;2025-01-02;1;{text}\n", mapping=(
        'source = "s"\n[columns]\norder_id = "n"\norder_date = "day"\nnet_amount = "sum"\n'
        f'{kind} = "who"\n[format]\ndelimiter = ";"\n'
    ), rules=RULES)  # fmt: skip
    return shop.rows(f"select {kind} from raw.orders")[0][0]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("phone", "333 1234567"), ("phone", "0039 333.1234567"), ("phone", "+390444987654"),
        ("phone", "3331234567.0"),
        ("phone", "(0444) 98 76 54"), ("phone", "800123456"), ("phone", "12345"), ("phone", "3333333333"),
        ("phone", "+41 44 668 18 00"), ("email", "Anna@Esempio.IT"), ("email", "a..b@esempio.it"),
        ("email", "Nessuna@x.it"),
        ("email", "d'amico@esempio.it"), ("email", "anna@negozio.invalid"), ("vat_number", "it00743110157"),
        ("tax_code", "rssmra80a01h501u"), ("customer_id", "C-12"), ("customer_id", "-"),
        ("card_number", "00000"),
    ],
)  # fmt: skip
def test_the_plain_pattern_never_says_another_thing_than_the_long_way(
    shop: Shop, kind: str, text: str
) -> None:
    assert loaded(shop, kind, text) == key_form(kind, text, RULES).value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("phone", "+39 300 555 0001"), ("phone", "0039 300 5550003"), ("phone", "347 1234567"),
        ("phone", "0444 987654"),
        ("phone", "39 347 1234567"), ("email", "DAVIDE@EXAMPLE.COM"), ("vat_number", "IT743110157"),
        ("tax_code", "RSSMRA80A01H501U"),
    ],
)  # fmt: skip
def test_a_key_that_was_one_is_spelled_as_before(shop: Shop, kind: str, text: str) -> None:
    """The number of an account is made of its key: other people would come of another spelling."""
    former = shop.rows(f"select {keys.KEY_FORMS[kind]('x')} from (select '{text}' as x)")[0][0]
    assert loaded(shop, kind, text) == former


def test_guests_under_customer_0_are_known_by_their_e_mails(shop: Shop) -> None:
    found = shop.load(FIELD / "01_woo_guest_zero" / "orders.csv", today=TODAY)
    assert (found.money.merged, listed(found)) == (352, {("placeholder_key", "customer_id"): 7})
    people = shop.rows("select count(distinct coalesce(customer_id, email)) from raw.orders")
    assert people == [(8,)]


@pytest.mark.parametrize(("mapping", "cells"), [("orders.toml", 12), ("only_phone.toml", 6)])
def test_numbers_that_a_spreadsheet_cut_short_name_nobody(shop: Shop, mapping: str, cells: int) -> None:
    folder = FIELD / "03_excel_scientific"
    found = shop.load(folder / "tessere.csv", today=TODAY, mapping=read_mapping(folder / mapping))
    assert (found.records.merged, sum(listed(found).values())) == (6, cells)
    assert {code for code, _column in listed(found)} == {"damaged_key"}
    assert shop.rows("select count(card_number), count(phone) from raw.orders") == [(0, 0)]


def test_ids_that_are_all_written_with_point_zero_lose_it(shop: Shop) -> None:
    found = shop.load(FIELD / "09_float_ids" / "orders.csv", today=TODAY)
    assert listed(found) == {}
    assert shop.rows("select customer_id, count(*) from raw.orders group by all order by all") == [
        ("12583", 1), ("13047", 1), ("17850", 2), (None, 1),
    ]  # fmt: skip


def test_a_point_zero_stays_where_not_the_whole_column_has_it(shop: Shop) -> None:
    shop.load("order_id,order_date,card_number,net_amount\n1,2025-01-02,12.0,1\n2,2025-01-02,A7,1\n")
    assert shop.rows("select card_number from raw.orders order by 1") == [("12.0",), ("A7",)]


def test_leading_zeros_of_a_card_are_part_of_it(shop: Shop) -> None:
    folder = FIELD / "25_card_leading_zero_and_thousands"
    for name in ("agosto.csv", "settembre_excel.csv"):
        shop.load(folder / name, today=TODAY)
    assert shop.rows("select distinct card_number from raw.orders order by 1") == [("000123",), ("123",)]


def test_placeholders_for_a_contact_name_nobody(shop: Shop) -> None:
    found = shop.load(FIELD / "17_shop_email" / "orders.csv", today=TODAY)
    assert listed(found) == {("placeholder_key", "email"): 9, ("placeholder_key", "phone"): 2}
    assert shop.rows("select customer_name from raw.orders where email is not null or phone is not null") == [
        ("Olga Pace",)
    ]


def test_the_mapping_may_say_who_is_nobody(shop: Shop) -> None:
    told = (
        'source = "s"\n[columns]\norder_date = "day"\nnet_amount = "sum"\n'
        'customer_id = "who"\nemail = "mail"\ncustomer_name = "name"\n[key]\nnobody = ["1", "Tavolo"]\n'
    )
    shop.load(
        "day,sum,who,mail,name\n2025-01-02,1,1,a@esempio.it,Anna\n2025-01-02,2,7,b@esempio.it,TAVOLO\n"
        "2025-01-02,4,8,,Carla\n",
        mapping=told,
    )
    assert shop.rows("select customer_id, email from raw.orders order by net_amount") == [
        (None, "a@esempio.it"), (None, None), ("8", None),
    ]  # fmt: skip


def test_a_customer_without_any_key_stays_in_the_file(shop: Shop) -> None:
    found = shop.load("customer_id,name,phone\n0,Anna,n/d\n7,Bruno,333 1234567\n")
    assert (found.records.merged, len(found.findings)) == (2, 2)


def test_the_country_of_the_settings_reads_a_number_without_one(shop: Shop) -> None:
    shop.load("order_date,phone,net_amount\n2025-01-02,030 123456,1\n", rules=ShopRules(region="DE"))
    assert shop.rows("select phone from raw.orders") == [("+4930123456",)]


def test_an_id_under_which_a_programme_books_its_guests_names_nobody(shop: Shop) -> None:
    rows = "".join(f"2025-01-0{n},17,Guest Nr {'abcdef'[n]},g{n}@esempio.it,1\n" for n in range(1, 6))
    rows += "".join(
        f"2025-02-01,8,{name},{mail},1\n"
        for name, mail in [
            ("Anna Rossi", "a@esempio.it"), ("ROSSI  ANNA", "b@esempio.it"), ("rossi anna.", ""),
            ("Anna Ròssi", ""),
        ]
    )  # fmt: skip
    rows += "".join(f"2025-03-01,9,Name {sign},,1\n" for sign in "abcdef")
    found = shop.load(f"order_date,customer_id,customer_name,email,net_amount\n{rows}")
    assert listed(found) == {("shared_id", "customer_id"): 5}
    assert shop.rows("select customer_id, count(*) from raw.orders group by all order by all") == [
        ("8", 4), ("9", 6), (None, 5),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["email", "phone", "vat_number", "tax_code", "card_number"])
def test_what_stands_for_somebody_forgotten_is_a_key_as_before(kind: str) -> None:
    said = forgotten.token(kind, forgotten.mark("key", kind, "whoever"))
    assert key_form(kind, said, ShopRules()) == Form(said)
