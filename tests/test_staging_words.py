"""Known words only: a status or kind of document in no list waits; all faults of a row are found."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from clientela.warehouse.loading.mapping.reader import read_mapping
from clientela.warehouse.loading.staging import known_words
from clientela.warehouse.loading.staging.fields import FAULT, PART
from clientela.warehouse.loading.staging.words import NO_SALE
from tests.test_staging_values import TODAY
from tests.worlds.empty_shop import Shop, codes, shop

__all__ = ["shop"]

FIELD = Path(__file__).parent / "data" / "field"
COLUMNS = 'source = "s"\n[columns]\norder_id = "n"\norder_date = "day"\nnet_amount = "sum"\n'


def counted(shop: Shop) -> list[tuple[str, Decimal]]:
    """Return the orders of the shop that count as sales, as the models see them."""
    from clientela.warehouse.building.catalogue import macros

    shop.db.execute(macros())
    return shop.rows("select order_id, net_amount from raw.orders where not is_no_sale(status) order by all")


def test_what_failed_or_was_given_back_never_counts_and_what_waits_is_one_question(shop: Shop) -> None:
    found = shop.load(FIELD / "16_status_words" / "orders.csv", today=TODAY)
    assert counted(shop) == [("1", 10), ("11", 10)]
    assert codes(found) == {"status_to_ask": 2}
    assert [(one.code, one.column, one.rows, one.money, one.default) for one in found.questions] == [
        ("status_words", "status", 2, 900, "ask")
    ]


def test_a_word_in_no_list_is_set_aside_and_asked_about_with_the_others_of_its_column(shop: Shop) -> None:
    rows = "1,2025-01-02,glorp,1\n2,2025-01-02,on-hold,2\n3,2025-01-02,paid,4\n"
    text = f"order_id,order_date,status,net_amount\n{rows}"
    found = shop.load(text)
    assert codes(found) == {"unknown_status": 1, "status_to_ask": 1}
    assert (found.money.merged, found.money.set_aside) == (4, 3)
    (question,) = found.questions
    assert (question.samples, question.money) == (("on-hold (1)", "glorp (1)"), 3)
    answer = next(choice for choice in question.choices if choice.value == "counts")
    assert answer.settings == {"status.column": "status", "status.counts": ["on-hold", "glorp"]}


def test_the_answer_in_the_mapping_lets_them_count(shop: Shop) -> None:
    told = COLUMNS + '[status]\ncolumn = "s"\ncounts = ["glorp"]\nask = ["boh"]\n'
    text = (
        "n,day,s,sum\n1,2025-01-02,GLORP,1\n2,2025-01-02,boh,2\n3,2025-01-02,Spedito,4\n"
        "4,2025-01-02,failed,8\n"
    )
    found = shop.load(text, mapping=told)
    assert (found.money.merged, codes(found)) == (13, {"status_to_ask": 1})
    assert shop.rows("select status from raw.orders order by order_id") == [
        ("completed",), ("completed",), ("cancelled",),
    ]  # fmt: skip


def test_a_mapping_that_says_only_what_does_not_count_lets_all_else_count(shop: Shop) -> None:
    told = COLUMNS + '[status]\ncolumn = "s"\ncancelled = ["no"]\n'
    found = shop.load("n,day,s,sum\n1,2025-01-02,glorp,1\n2,2025-01-02,no,2\n", mapping=told)
    assert (found.records.merged, found.questions, counted(shop)) == (2, [], [("1", 1)])


def test_a_status_stays_as_the_file_spells_it_where_the_models_know_it(shop: Shop) -> None:
    words = ["Completed", "Refunded", "Rimborso", "Preventivo"]
    rows = "".join(f"{n},2025-01-02,{word},1\n" for n, word in enumerate(words))
    shop.load(f"order_id,order_date,status,net_amount\n{rows}")
    assert shop.rows("select status from raw.orders order by order_id") == [
        ("Completed",), ("Refunded",), ("refunded",), ("Preventivo",),
    ]  # fmt: skip
    assert counted(shop) == [("0", 1)]


def test_the_models_know_the_same_statuses_as_the_loader(shop: Shop) -> None:
    counted(shop)
    for word in NO_SALE:
        assert shop.rows(f"select is_no_sale('{word}')") == [(True,)], word
        assert known_words.meaning("status", word) in ("cancelled", "refunded", "quote"), word
    for word in known_words.words("status", "counts") + known_words.words("status", "ask"):
        assert shop.rows(f"select is_no_sale('{word}')") == [(False,)], word


def test_all_lines_of_an_order_wait_with_the_one_that_says_the_status(shop: Shop) -> None:
    told = (
        'source = "s"\nrows = "line"\n[columns]\norder_id = "n"\norder_date = "day"\nnet_amount = "sum"\n'
        'currency = "cur"\n[status]\ncolumn = "s"\ncounts = ["paid"]\n'
    )
    text = (
        "n,day,s,cur,sum\n1,2025-01-02,on-hold,EUR,1\n1,2025-01-02,,,2\n2,2025-01-02,paid,USD,4\n"
        "2,2025-01-02,,,8\n3,2025-01-02,paid,EUR,16\n"
    )
    found = shop.load(text, mapping=told)
    assert codes(found) == {"status_to_ask": 2, "foreign_currency": 2}
    assert found.money.merged == 16


def test_a_credit_note_is_negative_whatever_its_sign(shop: Shop) -> None:
    told = COLUMNS + '[documents]\ncolumn = "k"\ncredit_note = ["NC"]\nset_aside = ["DDT"]\n'
    text = (
        "n,day,k,sum\n1,2025-01-02,FT,10\n2,2025-01-02,nc,3\n3,2025-01-02,NC,-2\n4,2025-01-02,ddt,50\n"
        "5,2025-01-02,Nota di credito,1\n6,2025-01-02,glorp,7\n"
    )
    found = shop.load(text, mapping=told)
    assert codes(found) == {"left_out": 1, "unknown_document": 1}
    assert (found.money.in_, found.money.merged) == (61, 4)
    assert [(one.code, one.money) for one in found.questions] == [("document_words", 7)]


def test_a_kind_of_document_that_nobody_knows_waits_also_under_our_own_heading(shop: Shop) -> None:
    rows = "1,2025-01-02,TD01,1\n2,2025-01-02,Fattura,2\n3,2025-01-02,Zork,4\n"
    text = f"order_id,order_date,doc_type,net_amount\n{rows}"
    found = shop.load(text)
    assert (found.money.merged, codes(found)) == (3, {"unknown_document": 1})


@pytest.mark.parametrize("word", ["Contrassegno", "pagamento strano", "Satispay", "buono pasto"])
def test_a_payment_word_never_holds_a_sale_back(shop: Shop, word: str) -> None:
    found = shop.load(f"order_id,order_date,payment_method,net_amount\n1,2025-01-02,{word},1\n")
    assert found.records.merged == 1


def test_all_faults_of_a_row_are_found(shop: Shop) -> None:
    shop.load(
        "order_id,order_date,vat_amount,net_amount\n1,never,x,#N/D\n2,2025-01-02,1,2\n3,2099-01-01,y,1\n",
        preview=True,
    )
    text = "order_id,order_date,vat_amount,net_amount\n1,never,x,#N/D\n2,2025-01-02,1,2\n3,2099-01-01,y,1\n"
    found = shop.load(text)
    assert codes(found) == {"unreadable_date": 1, "unreadable_amount": 1}
    rows = shop.rows("select line_no, code, column_name, value from meta.listed_cells order by all")
    assert rows == [
        (2, "spreadsheet_error", "net_amount", "#N/D"), (2, "unreadable_amount", "vat_amount", "x"),
        (2, "unreadable_date", "order_date", "never"), (4, "future_date", "order_date", "2099-01-01"),
        (4, "unreadable_amount", "vat_amount", "y"),
    ]  # fmt: skip
    assert PART != FAULT


def test_blank_cells_of_a_document_are_those_of_its_first_row(shop: Shop) -> None:
    folder = FIELD / "12_odoo_blank_parents"
    told = (folder / "odoo.toml").read_text() + '[format]\ncontinues = "fill_down"\n'
    found = shop.load(next(folder.glob("*.csv")), today=TODAY, mapping=told)
    assert (found.records.quarantined, found.money.merged) == (0, 150)
    assert shop.rows("select order_id, net_amount, email is not null from raw.orders order by 1") == [
        ("S00021", 80, True), ("S00022", 45, True), ("S00023", 25, True),
    ]  # fmt: skip


def test_amounts_on_the_first_row_alone_are_no_fault_of_the_rows_below(shop: Shop) -> None:
    folder = FIELD / "11_shopify_lines"
    told = (folder / "by_line.toml").read_text() + '[format]\ncontinues = "first_row"\n'
    found = shop.load(folder / "shopify_orders_79col.csv", today=TODAY, mapping=told)
    assert found.records.as_dict() == {
        "in": 10, "merged": 8, "unchanged": 0, "corrected": 0, "set_aside": 2, "quarantined": 0
    }  # fmt: skip
    assert (found.money.merged, found.foreign) == (Decimal("295.50"), {"CHF": 95})


def test_a_total_at_the_foot_and_a_row_before_the_first_document_belong_to_none(shop: Shop) -> None:
    told = COLUMNS.replace("[columns]", 'rows = "line"\n[columns]') + '[format]\ncontinues = "fill_down"\n'
    text = "n,day,what,sum\n,,lost,1\n7,2025-01-02,a,2\n,,b,4\n,,,\n,,c,8\nTotale,,,14\n"
    found = shop.load(text, mapping=told)
    assert (found.money.merged, codes(found)) == (14, {"missing_date": 1, "blank_line": 1, "total_row": 1})
    assert shop.rows("select order_id, net_amount from raw.orders") == [("7", 14)]


def test_the_mapping_of_the_field_case_reads_as_it_stands() -> None:
    assert read_mapping(FIELD / "12_odoo_blank_parents" / "odoo.toml").rows == "line"
