"""A sales file goes in whole: every record and every euro in exactly one place, or nothing at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from textwrap import dedent

import pytest

from clientela.errors import MappingError
from clientela.i18n import speaking
from clientela.warehouse.input_tables import PROVENANCE, input_tables
from tests.worlds.empty_shop import Shop, codes, shop

__all__ = ["shop"]


def test_the_tables_in_the_database_are_those_in_the_words(shop: Shop) -> None:
    for table in input_tables().values():
        rows = shop.rows(
            "select column_name, lower(data_type) from information_schema.columns "
            f"where table_schema = 'raw' and table_name = '{table.name}' order by ordinal_position"
        )
        of_lines = {"order_key": "varchar"} if table.name == "order_lines" else {}
        assert dict(rows) == {**PROVENANCE, **table.fields, **of_lines}


def test_a_file_with_our_own_headers_needs_nothing_else(shop: Shop) -> None:
    result = shop.load("""
        order_id,order_date,customer_id,net_amount
        1,2025-01-02 10:30:00,rossi,10.50
        2,2025-01-03,,5
    """)
    assert result.as_json() == {
        "batch": 1,
        "source": "shop",
        "records": {
            "in": 2, "merged": 2, "unchanged": 0, "corrected": 0, "set_aside": 0, "quarantined": 0
        },
        "money": {
            "in": "15.50", "merged": "15.50", "unchanged": "0.00", "corrected": "0.00",
            "set_aside": "0.00", "quarantined": "0.00",
        },
        "reasons": [],
        "findings": [],
        "foreign": {},
        "questions": [],
    }  # fmt: skip
    assert (result.first_event_on, result.last_event_on) == (date(2025, 1, 2), date(2025, 1, 3))
    columns = "order_id, order_date::varchar, customer_id, net_amount, record_no"
    assert shop.rows(f"select {columns} from raw.orders") == [
        ("1", "2025-01-02 10:30:00", "rossi", Decimal("10.5"), 1),
        ("2", "2025-01-03 00:00:00", None, Decimal(5), 2),
    ]  # fmt: skip


def test_every_kind_of_fault_is_counted_with_its_line(shop: Shop) -> None:
    result = shop.load("""
        order_id,order_date,customer_id,net_amount,due_date,is_gift
        1,2025-01-02,a,1.00,,
        2,,a,2.00,,
        3,31/01/2025,a,3.00,,
        4,2025-07-01,a,4.00,,
        5,2025-01-02,a,,,
        6,2025-01-02,a,1e3,,
        7,2025-01-02,a,1_000,,
        8,2025-01-02,a,8.00,soon,
        9,2025-01-02,a,9.00,,perhaps
        1,2025-01-02,a,10.00,,
        1,2025-01-02,a,1.00,,
        11,2025-01-02,a
    """)
    assert codes(result) == {
        "missing_date": 1,
        "unreadable_date": 2,
        "future_date": 1,
        "missing_amount": 1,
        "unreadable_amount": 2,
        "unknown_word": 1,
        "duplicate_key": 3,
        "wrong_cell_count": 1,
    }
    assert result.records.as_dict() == {
        "in": 12, "merged": 0, "unchanged": 0, "corrected": 0, "set_aside": 0, "quarantined": 12
    }  # fmt: skip
    # 1 + 2 + 3 + 4 + 8 + 9 + 10 + 1: what cannot be read counts nothing.
    assert result.money.quarantined == 38
    assert result.unreadable_amounts == 4
    refused = shop.rows(
        "select line_no, code, column_name, value, raw from meta.refused_records order by line_no"
    )
    assert refused[3] == (5, "future_date", "order_date", "2025-07-01", "4,2025-07-01,a,4.00,,")
    assert refused[-1] == (13, "wrong_cell_count", None, None, "11,2025-01-02,a")


def test_the_same_faults_are_found_where_our_own_splitter_reads(shop: Shop) -> None:
    text = dedent("""
        order_id,order_date,customer_id,net_amount
        1,2025-01-02,{a},1.00
        2,,a,2.00

        4,2025-07-01,a,4.00
        5,2025-01-02,a,1e3
    """).lstrip()
    plain = shop.load(text.format(a="a"), preview=True)
    split = shop.load(text.format(a='"a"'), preview=True)
    assert plain.as_json() == split.as_json()
    assert plain.reasons == split.reasons


def test_a_total_a_blank_line_and_what_the_mapping_leaves_out_are_set_aside(shop: Shop) -> None:
    result = shop.load(
        """
        data;tipo;cliente;totale
        01/02/2025;vendita;a;10,00
        02/02/2025;prova;a;20,00

        03/02/2025;vendita;b;1.030,50
        TOTALE;;;1.060,50
        """,
        mapping="""
        [columns]
        order_date = "data"
        customer_id = "cliente"
        gross_amount = "totale"
        [format]
        date = "%d/%m/%Y"
        decimal = ","
        thousands = "."
        [set_aside]
        column = "tipo"
        values = ["Prova"]
        """,
    )
    assert codes(result) == {"blank_line": 1, "left_out": 1, "total_row": 1}
    assert result.money.as_dict() == {
        "in": Decimal("2121"), "merged": Decimal("1040.5"), "unchanged": 0, "corrected": 0,
        "set_aside": Decimal("1080.5"), "quarantined": 0,
    }  # fmt: skip


def test_a_last_row_that_is_the_sum_of_the_others_is_a_total(shop: Shop) -> None:
    result = shop.load("order_date,customer_id,net_amount\n2025-01-02,a,1.50\n2025-01-03,b,2\n,,3.50\n")
    assert codes(result) == {"total_row": 1}


def test_loading_twice_changes_nothing(shop: Shop) -> None:
    text = "order_date,customer_id,net_amount\n2025-01-02,a,1\n2025-01-02,a,1\nx,a,1\n"
    first = shop.load(text)
    before = shop.everything()
    again = shop.load(text)
    assert (again.already_loaded, again.batch_id) == (True, first.batch_id)
    assert again.records.as_dict() == {
        "in": 3, "merged": 0, "unchanged": 2, "corrected": 0, "set_aside": 0, "quarantined": 1
    }  # fmt: skip
    assert shop.everything() == before


def test_a_future_row_is_read_again_when_its_day_has_come(shop: Shop) -> None:
    text = "order_id,order_date,net_amount\n1,2025-06-30 23:59:59,1\n2,2025-07-01 00:00:00,2\n"
    assert codes(shop.load(text)) == {"future_date": 1}
    later = shop.load(text, today=date(2025, 7, 1))
    assert later.records.as_dict() == {
        "in": 2, "merged": 1, "unchanged": 1, "corrected": 0, "set_aside": 0, "quarantined": 0
    }  # fmt: skip


def test_a_corrected_row_replaces_the_former_one_which_is_kept_aside(shop: Shop) -> None:
    shop.load(
        "order_id,order_date,customer_id,net_amount,channel\n1,2025-03-02,a,1,web\n2,2025-03-03,a,2,web\n"
    )
    result = shop.load("order_id,order_date,customer_id,net_amount\n1,2025-04-02,a,9\n2,2025-03-03,a,2\n")
    assert (result.records.merged, result.records.corrected, result.records.unchanged) == (0, 1, 1)
    assert (result.money.merged, result.money.corrected, result.money.unchanged) == (0, 9, 2)
    assert shop.rows("select order_id, net_amount, channel, batch_id from raw.orders order by 1") == [
        ("1", Decimal(9), "web", 2),
        ("2", Decimal(2), "web", 2),
    ]
    columns = "row_key, batch_id, superseded_by, content->>'net_amount'"
    assert shop.rows(f"select {columns} from meta.superseded_rows order by 1") == [
        ("1", 1, 2, "1.0000"),
        ("2", 1, 2, "2.0000"),
    ]
    # The correction moves a sale out of March: March must be told again.
    assert shop.rows("select first_changed_on from meta.batches order by batch_id") == [
        (date(2025, 3, 2),),
        (date(2025, 3, 2),),
    ]


def test_overlapping_exports_without_numbers_add_nothing_twice_and_keep_true_twins(shop: Shop) -> None:
    header = "order_date,net_amount\n"
    shop.load(header + "2025-01-01,2.50\n2025-01-02,2.50\n2025-01-02,2.50\n")
    second = shop.load(header + "2025-01-02,2.50\n2025-01-02,2.50\n2025-01-02,2.50\n2025-01-03,2.50\n")
    assert (second.records.merged, second.records.unchanged) == (2, 2)
    assert shop.rows("select order_date::date::varchar, count(*) from raw.orders group by 1 order by 1") == [
        ("2025-01-01", 1),
        ("2025-01-02", 3),
        ("2025-01-03", 1),
    ]


def test_status_words_sign_and_constant(shop: Shop) -> None:
    result = shop.load(
        """
        n,day,kind,state,total
        1,2025-01-02,invoice,pagato,10
        2,2025-01-02,TD04,pagato,4
        3,2025-01-02,td04,Annullato,-5
        4,2025-01-02,invoice,preventivo,6
        5,2025-01-02,invoice,boh,7
        6,2025-01-02,invoice,prova,8
        """,
        mapping="""
        [columns]
        order_id = "n"
        order_date = "day"
        net_amount = "total"
        currency = { value = "EUR" }
        [sign]
        column = "kind"
        negative = ["TD04"]
        [status]
        column = "state"
        counts = ["pagato"]
        cancelled = ["annullato"]
        quote = ["preventivo"]
        set_aside = ["prova"]
        """,
    )
    assert shop.rows("select order_id, net_amount, status, currency from raw.orders order by 1") == [
        ("1", Decimal(10), "completed", "EUR"),
        ("2", Decimal(-4), "completed", "EUR"),
        ("3", Decimal(-5), "cancelled", "EUR"),
        ("4", Decimal(6), "quote", "EUR"),
    ]
    assert codes(result) == {"unknown_status": 1, "left_out": 1}


def test_other_tables_are_loaded_by_the_same_rules(shop: Shop) -> None:
    customers = shop.load("customer_id,name,do_not_contact,owner_rating\na,Anna,sì,1\nb,Bruno,no,x\n")
    assert (customers.table, codes(customers)) == ("customers", {"unreadable_number": 1})
    consents = shop.load("""
        customer_id,purpose,channel,action,ts
        a,Marketing,email,grant,2025-01-02
        a,fun,any,grant,2025-01-02
        ,survey,any,grant,2025-01-02
    """)
    assert codes(consents) == {"unknown_word": 1, "missing_person": 1}
    assert shop.rows("select do_not_contact, owner_rating from raw.customers") == [(True, 1)]


def test_reasons_advise_in_italian(shop: Shop) -> None:
    with speaking("it"):
        result = shop.load("order_date,net_amount\n,1\n")
    assert result.reasons[0].advice == "Scrivi la data nella riga."


def test_a_column_of_the_mapping_that_is_missing_is_refused(shop: Shop) -> None:
    with pytest.raises(MappingError), speaking("en"):
        shop.load("a,b\n1,2\n", mapping='[columns]\norder_date = "day"\nnet_amount = "b"\n')


def test_new_and_corrected_rows_are_counted_apart_in_one_file(shop: Shop) -> None:
    header = "order_id,order_date,customer_id,net_amount\n"
    shop.load(header + "1,2025-03-02,a,1\n2,2025-03-03,a,2\n")
    found = shop.load(header + "1,2025-03-02,a,4\n2,2025-03-03,a,2\n3,2025-03-04,b,8\n,,,\nx,y,b,16\n")
    assert found.records.as_dict() == {
        "in": 5, "merged": 1, "unchanged": 1, "corrected": 1, "set_aside": 1, "quarantined": 1
    }  # fmt: skip
    assert found.money.as_dict() == {
        "in": 30, "merged": 8, "unchanged": 2, "corrected": 4, "set_aside": 0, "quarantined": 16
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "mapping", "currency"),
    [
        ("1,2025-03-02,1\n", '[columns]\ncurrency = { value = "gbp" }\n', "GBP"),
        ("1,2025-03-02,1\n", "[columns]\n", None),
        ("1,2025-03-02,1,USD\n2,2025-03-02,1, usd \n", '[columns]\ncurrency = "currency"\n', None),
        ("1,2025-03-02,1,USD\n2,2025-03-02,1,EUR\n", '[columns]\ncurrency = "currency"\n', "EUR"),
        ("1,2025-03-02,1,EUR\n2,never,1,USD\n", '[columns]\ncurrency = "currency"\n', "EUR"),
    ],
)
def test_the_currency_of_a_load_is_the_one_that_the_file_gives(
    rows: str, mapping: str, currency: str | None, shop: Shop
) -> None:
    header = "order_id,order_date,net_amount" + (",currency" if "USD" in rows else "") + "\n"
    fields = "".join(f'{name} = "{name}"\n' for name in ("order_id", "order_date", "net_amount"))
    told = mapping.replace("[columns]\n", f'source = "s"\ntable = "orders"\n[columns]\n{fields}')
    assert shop.load(header + rows, mapping=told).currency == currency
