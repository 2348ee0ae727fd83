"""A mapping says what a file's columns mean; a wrong one is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientela.errors import MappingError
from clientela.i18n import speaking
from clientela.warehouse.loading.mapping.binding import bind
from clientela.warehouse.loading.mapping.expressions import Expression, parse
from clientela.warehouse.loading.mapping.mapping import Constant, Mapping
from clientela.warehouse.loading.mapping.reader import read_mapping


def mapping_of(tmp_path: Path, text: str) -> Mapping:
    path = tmp_path / "m.toml"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = ", "not valid TOML"),
        ('sorce = "a"\n[columns]\norder_date = "d"', "key “sorce” is unknown. Did you mean “source”?"),
        ('table = "order"\n[columns]\norder_date = "d"', "table “order” is unknown. Did you mean “orders”?"),
        ('[columns]\norder_dat = "d"', "Did you mean “order_date”?"),
        ('table = "orders"', "[columns] is missing"),
        ("[columns]\norder_date = 3", "columns.order_date must be a column name"),
        ('rows = "lines"\n[columns]\norder_date = "d"', "rows “lines” is unknown"),
        ('[columns]\norder_date = "d"\n[format]\nencoding = "latin-99"', "the encoding latin-99 is unknown"),
        ('[columns]\norder_date = "d"\n[format]\nheader = false', "format.columns must name the columns"),
        ('[columns]\norder_date = "d"\n[format]\ndecimal = ","\nthousands = ","', "the same character"),
        ('[columns]\norder_date = "d"\n[status]\ncounts = ["x"]', "status.column is missing"),
        ('table = "payments"\nrows = "line"\n[columns]\norder_id = "d"', 'is for table = "orders" only'),
    ],
)
def test_a_wrong_mapping_is_refused_in_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    with speaking("en"), pytest.raises(MappingError) as refused:
        mapping_of(tmp_path, text)
    assert said in str(refused.value)
    assert "m.toml" in str(refused.value)


def test_a_missing_mapping_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingError):
        read_mapping(tmp_path / "none.toml")


@pytest.mark.parametrize("name", ["cdnow", "online_retail"])
def test_the_worked_examples_can_be_read(name: str) -> None:
    mapping = read_mapping(Path(__file__).parent.parent / "docs" / "examples" / f"{name}.toml")
    assert mapping.source == name
    assert isinstance(mapping.columns["currency"], Constant)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Total", [("column", "Total")]),
        ("Net-Total", [("column", "Net-Total")]),
        ("Qty * Price", [("column", "Qty"), ("sign", "*"), ("column", "Price")]),
        ("`Unit price`×Qty − Sconto",
         [("column", "Unit price"), ("sign", "*"), ("column", "Qty"), ("sign", "-"), ("column", "Sconto")]),
        ("-Total", [("sign", "-"), ("column", "Total")]),
        ("Total * 1.22", [("column", "Total"), ("sign", "*"), ("number", "1.22")]),
    ],
)  # fmt: skip
def test_an_expression_computes_with_columns(text: str, parts: list[tuple[str, str]]) -> None:
    assert parse(text, ["Total", "Net-Total", "Unit price"]) == Expression(tuple(parts))


@pytest.mark.parametrize("text", ["Qty *", "* Qty", "Qty Price", "`open", ""])
def test_what_is_no_expression_is_not_guessed(text: str) -> None:
    assert parse(text, ["Qty", "Price"]) is None


def test_a_column_that_is_not_in_the_file_is_named_beside_those_that_are() -> None:
    mapping = Mapping("till", "orders", {"order_date": "Datta", "net_amount": "Totale"})
    with speaking("en"), pytest.raises(MappingError) as refused:
        bind(("Data", "Totale"), mapping, None, None, "till.csv")
    assert str(refused.value) == ("till.csv has no column “Datta”. Did you mean “Data”? Known: Data, Totale.")


def test_a_mapping_without_a_mandatory_field_is_refused() -> None:
    mapping = Mapping("till", "orders", {"order_date": "Data"})
    with speaking("en"), pytest.raises(MappingError, match="leaves out net_amount/gross_amount"):
        bind(("Data", "Totale"), mapping, None, None, "till.csv")


def test_a_file_of_lines_needs_the_number_of_its_document() -> None:
    mapping = Mapping("till", "orders", {"order_date": "Data", "net_amount": "Totale"}, rows="line")
    with speaking("en"), pytest.raises(MappingError, match="leaves out order_id"):
        bind(("Data", "Totale"), mapping, None, None, "till.csv")


@pytest.mark.parametrize(
    ("headers", "table"),
    [
        (("order_id", "order_date", "customer_id", "net_amount"), "orders"),
        (("Order ID", " Order Date ", "Gross Amount"), "orders"),
        (("order_id", "line_no", "product_name", "quantity", "net_amount"), "order_lines"),
        (("customer_id", "name", "email"), "customers"),
        (("payment_id", "order_id", "payment_date", "amount"), "payments"),
        (("customer_id", "purpose", "channel", "action", "ts"), "consents"),
    ],
)
def test_headers_that_are_field_names_need_no_mapping(headers: tuple[str, ...], table: str) -> None:
    assert bind(headers, None, None, None, "x.csv").table.name == table


def test_headers_that_fit_no_table_ask_for_a_mapping_and_say_what_is_missing() -> None:
    with speaking("en"), pytest.raises(MappingError) as refused:
        bind(("order_date", "customer_id", "channel"), None, None, None, "x.csv")
    assert "as orders it lacks net_amount/gross_amount" in str(refused.value)
    assert "--mapping" in str(refused.value)


def test_a_tie_asks_for_the_table() -> None:
    with speaking("en"), pytest.raises(MappingError, match=r"Say which with --table\."):
        bind(("ts", "customer_id", "type"), None, None, None, "x.csv")
