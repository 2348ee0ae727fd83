"""Headings as programmes write them, and the fields that they mean."""

from __future__ import annotations

import pytest

from clientela.warehouse.input_tables import input_tables
from clientela.warehouse.loading.mapping.synonyms import _data, fields_of, is_known, known_words, normalised


@pytest.mark.parametrize(
    ("heading", "table", "field"),
    [
        ("N. Scontrino", "orders", "order_id"),
        ("NUM. DOC.", "orders", "order_id"),
        ("Documento / Numero", "orders", "order_id"),
        ("Data/Ora", "orders", "order_date"),
        ("Date / Time (UTC)", "orders", "order_date"),
        ("Totale documento €", "orders", "gross_amount"),
        ("Imponibile (EUR)", "orders", "net_amount"),
        ("Importi / Totale", "orders", "gross_amount"),
        ("P. IVA", "person", "vat_number"),
        ("partita  iva", "person", "vat_number"),
        ("C.F.", "person", "tax_code"),
        ("Cod. Cliente", "person", "customer_id"),
        ("CustomerID", "person", "customer_id"),
        ("n° tessera", "person", "card_number"),
        ("Tel.", "person", "phone"),
        ("E-Mail", "person", "email"),
        ("Q.tà", "order_lines", "quantity"),
        ("Order Lines/Product", "order_lines", "product_name"),
        ("Città", "customers", "city"),
        ("Cliente dal", "customers", "created_at"),
    ],
)
def test_a_heading_is_known_however_it_is_spelled(heading: str, table: str, field: str) -> None:
    assert (table, field) in {(meant.table, meant.field) for meant in fields_of(heading) if meant.is_sure}


def test_a_heading_that_is_only_like_a_known_one_is_a_suggestion() -> None:
    (meant,) = fields_of("Impnibile")
    assert (meant.field, meant.is_sure) == ("net_amount", False)
    assert fields_of("Impnibile", similar=False) == ()
    assert not is_known("Impnibile")


def test_a_certified_address_is_never_the_one_for_messages() -> None:
    assert {meant.field for meant in fields_of("PEC")} == {"pec"}


def test_a_customer_since_is_a_date_and_no_name() -> None:
    assert {meant.field for meant in fields_of("Cliente dal")} == {"created_at"}


def test_a_word_of_a_customer_is_no_heading() -> None:
    for cell in ("Mario Rossi", "12,50", "02/05/2025", "VENDITA AL BANCO", ""):
        assert not is_known(cell)


def test_every_field_of_ours_is_known_by_its_own_name() -> None:
    for table in ("orders", "order_lines", "customers", "payments"):
        for field in input_tables()[table].fields:
            if field in ("order_type", "recipient_contact", "prepaid_amount"):
                continue  # nothing that a programme exports stands for them
            assert normalised(field) in known_words(), f"{table}.{field}"


def test_every_field_that_a_word_stands_for_is_one_of_ours_or_helps_to_read_one() -> None:
    helpers = {"time", "first_name", "last_name", "register", "series", "year", "refunded_amount",
               "net_to_pay", "vat_rate", "line_total"}  # fmt: skip
    for table in ("orders", "order_lines", "customers", "payments", "consents"):
        assert set(_data()[table]) <= {*input_tables()[table].fields, *helpers}, table
