"""A file that nobody has described: what is found out from its cells, what is asked, what waits."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.worlds.program import Answer, Run


@pytest.fixture
def shop(tmp_path: Path, run: Run) -> Path:
    assert run("init", tmp_path / "shop").code == 0
    return tmp_path / "shop"


def written(shop: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = shop.parent / name
    path.write_text("\n".join(line.strip() for line in text.strip().splitlines()) + "\n", encoding)
    return path


def mapping(shop: Path, name: str) -> dict[str, Any]:
    return tomllib.loads((shop / "mappings" / f"{name}.toml").read_text("utf-8"))


def rows(run: Run, shop: Path, sql: str) -> list[list[Any]]:
    found: list[list[Any]] = run("sql", sql, "--format", "json", shop=shop).json["rows"]
    return found


CLEAR = """
    Data;Num. Doc.;Cod. cliente;Cliente;Totale
    03/08/2026;1;C1;Anna Bruni;12,50
    25/08/2026;2;C2;Bruno Conti;1.012,00
    02/09/2026;3;C1;Anna Bruni;7,00
"""


def test_a_clear_file_is_loaded_without_a_question(shop: Path, run: Run) -> None:
    answer = run("load", written(shop, "vendite.csv", CLEAR), "--format", "json", shop=shop)
    assert answer.code == 0
    assert answer.json["questions"] == []
    assert answer.json["money"]["merged"] == "1031.50"
    assert rows(run, shop, "select order_date::date::varchar, customer_id from raw.orders order by 1") == [
        ["2026-08-03", "C1"],
        ["2026-08-25", "C2"],
        ["2026-09-02", "C1"],
    ]


def test_next_month_asks_nothing_whatever_the_order_of_the_columns(shop: Path, run: Run) -> None:
    run("load", written(shop, "agosto.csv", CLEAR), shop=shop)
    second = written(
        shop,
        "settembre.csv",
        """
        Totale;Data;Cliente;Num. Doc.;Cod. cliente
        5,00;03/10/2026;Anna Bruni;4;C1
        """,
    )
    answer = run("load", second, "--format", "json", shop=shop)
    assert (answer.code, answer.json["source"], answer.json["records"]["merged"]) == (0, "agosto", 1)
    assert [path.name for path in (shop / "mappings").iterdir()] == ["agosto.toml"]


def test_what_the_owner_notes_in_a_mapping_survives_and_is_obeyed(shop: Path, run: Run) -> None:
    run("load", written(shop, "vendite.csv", CLEAR), shop=shop)
    path = shop / "mappings" / "vendite.toml"
    path.write_text(path.read_text("utf-8").replace('source = "vendite"', 'source = "till" # ours'), "utf-8")
    more = written(shop, "more.csv", CLEAR.replace("2026;1;", "2026;11;"))
    assert run("load", more, "--format", "json", shop=shop).json["source"] == "till"
    assert "# ours" in path.read_text("utf-8")


def test_a_mapping_holds_nothing_of_the_customers(shop: Path, run: Run) -> None:
    run("load", written(shop, "vendite.csv", CLEAR), shop=shop)
    text = (shop / "mappings" / "vendite.toml").read_text("utf-8")
    for word in ("Anna", "Bruni", "C1", "12,50", "1.012"):
        assert word not in text


def test_a_day_above_twelve_anywhere_proves_which_number_is_the_day(shop: Path, run: Run) -> None:
    american = written(
        shop, "us.csv", "Date,Order,Total\n02/03/2026,1,1.50\n08/25/2026,2,2.50\n01/12/2026,3,3.25"
    )
    answer = run("load", american, "--format", "json", shop=shop)
    assert (answer.code, answer.json["questions"]) == (0, [])
    days = rows(run, shop, "select order_date::date::varchar from raw.orders order by 1")
    assert days == [["2026-01-12"], ["2026-02-03"], ["2026-08-25"]]


OPEN_DATE = "data,totale\n01/02/2025,10.00\n03/02/2025,11.00\n05/06/2025,12.00"


def test_dates_that_could_be_either_are_asked_about_and_nothing_is_loaded(shop: Path, run: Run) -> None:
    path = written(shop, "dates.csv", OPEN_DATE)
    answer = run("load", path, "--format", "json", shop=shop)
    assert answer.code == 2
    assert answer.json["batch"] is None
    (asked,) = answer.json["questions"]
    assert asked == {
        "code": "date_order", "column": "data", "choices": ["day_first", "month_first", "later"],
        "default": "later", "rows": 3, "money": "33.00",
    }  # fmt: skip
    assert 'date = ["%m/%d/%Y"]' in answer.err
    assert not (shop / "mappings").exists()
    assert "No sales have been loaded yet." in run("segments", shop=shop).err


def test_with_yes_dates_that_could_be_either_wait_and_are_counted(shop: Path, run: Run) -> None:
    path = written(shop, "dates.csv", OPEN_DATE)
    answer = run("load", path, "--yes", "--format", "json", shop=shop)
    assert answer.code == 1
    assert answer.json["records"]["set_aside"] == 3
    assert answer.json["reasons"] == [{"code": "date_order_to_ask", "records": 3}]
    saved = shop / "mappings" / "dates.toml"
    text = saved.read_text("utf-8").replace('open = ["date_order"]\n', "")
    saved.write_text(text.replace("%d/%m/%Y", "%m/%d/%Y"), "utf-8")
    again = run("load", path, "--format", "json", shop=shop)
    assert (again.code, again.json["records"]["merged"]) == (0, 3)
    assert rows(run, shop, "select max(order_date)::date::varchar from raw.orders") == [["2025-05-06"]]


THOUSANDS = "Data;Totale\n25/08/2026;1.234\n26/08/2026;12.500\n27/08/2026;3.100"


def test_amounts_that_could_be_thousands_are_asked_about(shop: Path, run: Run) -> None:
    answer = run("load", written(shop, "a.csv", THOUSANDS), "--format", "json", shop=shop)
    (asked,) = answer.json["questions"]
    assert (answer.code, asked["code"], asked["default"], asked["money"]) == (
        2, "number_format", "later", "16834.00",
    )  # fmt: skip
    assert "1.234 is 1234" in answer.err


@pytest.mark.parametrize(
    ("cells", "sum_of_all"),
    [
        (("1.234", "12,50"), "1246.50"),  # a comma elsewhere in the column: points part the thousands
        (("1.234", "1.234.567"), "1235801.00"),  # two points can be nothing else
        (("0.123", "12.50"), "12.62"),  # nothing before the point can be no thousands
        (("1,234.50", "12.00"), "1246.50"),
        (("€ 1.081,00", "24,90 €"), "1105.90"),
        (("1'234.50", "10.00"), "1244.50"),
        (("(12,50)", "20,00-"), "-32.50"),
        (("100", "250"), "350.00"),
    ],
)
def test_a_cell_that_fits_one_reading_decides_for_its_file(
    shop: Path, run: Run, cells: tuple[str, str], sum_of_all: str
) -> None:
    path = written(shop, "n.csv", f"Data;Totale\n25/08/2026;{cells[0]}\n26/08/2026;{cells[1]}")
    answer = run("load", path, "--format", "json", shop=shop)
    assert (answer.code, answer.json["money"]["merged"]) == (0, sum_of_all)


def test_whole_numbers_prove_nothing_for_the_months_to_come(shop: Path, run: Run) -> None:
    run("load", written(shop, "jan.csv", "Data;Totale\n25/01/2026;100\n26/01/2026;250"), shop=shop)
    assert "decimal" not in mapping(shop, "jan").get("format", {})


def test_words_of_a_status_that_nobody_knows_are_one_question_with_their_sums(shop: Path, run: Run) -> None:
    path = written(
        shop,
        "web.csv",
        """
        Order,Date,Customer,Email,Status,Total
        1,2026-08-01,Anna,anna@example.com,completed,10.00
        2,2026-08-02,Bruno,bruno@example.com,pending,400.00
        3,2026-08-03,Carla,carla@example.com,on-hold,500.00
        4,2026-08-04,Dario,dario@example.com,failed,200.00
        5,2026-08-05,Elena,elena@example.com,in volo,7.00
        """,
    )
    answer = run("load", path, "--format", "json", shop=shop)
    (asked,) = answer.json["questions"]
    assert (answer.code, asked["code"], asked["rows"], asked["money"]) == (2, "status_words", 3, "907.00")
    run("load", path, "--yes", shop=shop)
    status = mapping(shop, "web")["status"]
    assert status["counts"] == ["completed"]
    assert status["cancelled"] == ["failed"]
    assert sorted(status["ask"]) == ["in volo", "on-hold", "pending"]


def test_a_name_without_a_key_is_a_question_and_nobody_is_none(shop: Path, run: Run) -> None:
    path = written(
        shop,
        "cassa.csv",
        """
        Data;Scontrino;Cliente;Tessera;Importo
        25/08/2026;1;Anna Bruni;2000001;10,00
        26/08/2026;2;VENDITA AL BANCO;;20,00
        27/08/2026;3;Irene Fontana;;30,00
        28/08/2026;4;Cliente generico;;40,00
        29/08/2026;5;Irene Fontana;;50,00
        30/08/2026;6;;;60,00
        """,
    )
    answer = run("load", path, "--format", "json", shop=shop)
    (asked,) = answer.json["questions"]
    assert (asked["code"], asked["rows"], asked["money"]) == ("names_without_key", 2, "80.00")
    assert 'nobody = ["Cliente generico", "VENDITA AL BANCO"]' in answer.err


def test_numbers_that_start_again_every_day_need_the_day_to_name_a_receipt(shop: Path, run: Run) -> None:
    lines = [
        f"{day:02}/08/2026;{number:04};{'Pane' if line else 'Latte'};1,00"
        for day in range(20, 26)
        for number in (1, 2, 3)
        for line in (0, 1)
    ]
    path = written(shop, "till.csv", "\n".join(["Data;Scontrino;Reparto;Importo", *lines]))
    run("load", path, "--yes", shop=shop)
    found = mapping(shop, "till")
    assert (found["rows"], found["key"]["document"]) == ("line", ["order_id", "day"])


def test_numbers_that_go_on_all_year_need_only_the_year(shop: Path, run: Run) -> None:
    lines = [f"{day:02}/08/2026;{day};10,00" for day in range(1, 29)]
    run("load", written(shop, "inv.csv", "\n".join(["Data;Fattura;Totale", *lines])), "--yes", shop=shop)
    assert mapping(shop, "inv")["key"]["document"] == ["order_id", "year"]


def test_blank_cells_below_a_document_mean_the_document_above(shop: Path, run: Run) -> None:
    path = written(
        shop,
        "odoo.csv",
        """
        Order Reference,Order Date,Customer,Order Lines/Product,Order Lines/Subtotal
        S1,2026-09-03 08:12:00,Anna Bruni,Olio,60.00
        ,,,Pasta,12.00
        S2,2026-09-12 09:40:00,Bruno Conti,Vino,45.00
        """,
    )
    run("load", path, "--yes", shop=shop)
    found = mapping(shop, "odoo")
    assert (found["rows"], found["format"]["continues"]) == ("line", "fill_down")


def test_a_total_on_the_first_row_of_a_document_is_not_a_line(shop: Path, run: Run) -> None:
    path = written(
        shop,
        "web.csv",
        """
        Order,Created at,Email,Total,Item
        1,2026-09-03,anna@example.com,72.00,Olio
        1,2026-09-03,anna@example.com,,Pasta
        2,2026-09-04,bruno@example.com,45.00,Vino
        """,
    )
    run("load", path, "--yes", shop=shop)
    found = mapping(shop, "web")
    assert (found["rows"], found["format"]["continues"]) == ("line", "first_row")


TOLD_AGAIN = """
    Fattura;Data;Cod. cliente;Articolo;Totale documento
    1;25/08/2026;C1;Olio;72,00
    1;25/08/2026;C1;Pasta;72,00
    2;26/08/2026;C2;Vino;45,00
    2;26/08/2026;C2;Miele;45,00
    3;27/08/2026;C1;Pane;9,00
    3;27/08/2026;C1;Latte;9,00
"""


def test_a_total_told_again_on_every_row_is_not_added_up_without_asking(shop: Path, run: Run) -> None:
    path = written(shop, "f.csv", TOLD_AGAIN)
    answer = run("load", path, "--format", "json", shop=shop)
    assert [asked["code"] for asked in answer.json["questions"]] == ["total_or_line"]
    waits = run("load", path, "--yes", "--format", "json", shop=shop)
    assert waits.json["money"]["merged"] == "0.00"


def test_hours_in_a_column_of_their_own_belong_to_the_date(shop: Path, run: Run) -> None:
    path = written(shop, "o.csv", "Data;Ora;Scontrino;Importo\n25/08/2026;18:05;1;9,90\n26/08/2026;;2;1,10")
    run("load", path, shop=shop)
    assert rows(run, shop, "select order_date::varchar from raw.orders order by 1") == [
        ["2026-08-25 18:05:00"],
        ["2026-08-26 00:00:00"],
    ]


def test_a_heading_that_says_utc_is_read_so(shop: Path, run: Run) -> None:
    path = written(shop, "pay.csv", "Order,Created (UTC),Amount\n1,2026-08-31 22:30:00,10.00")
    run("load", path, shop=shop)
    assert mapping(shop, "pay")["format"]["timezone"] == "UTC"


def test_a_file_without_a_date_is_no_list_of_sales(shop: Path, run: Run) -> None:
    answer: Answer = run("load", written(shop, "trap.csv", "id;totale\n1;1.234\n2;12.500"), shop=shop)
    assert answer.code == 2
    assert not (shop / "mappings").exists()


def test_a_list_of_customers_is_told_from_a_list_of_sales(shop: Path, run: Run) -> None:
    path = written(shop, "clienti.csv", "Cod;Nome;Tel\n7;Anna Bruni;3331112223\n8;Bruno Conti;3331112224")
    answer = run("load", path, "--format", "json", shop=shop)
    assert (answer.code, answer.json["records"]["merged"]) == (0, 2)
    assert mapping(shop, "clienti")["table"] == "customers"
    assert rows(run, shop, "select name from raw.customers order by 1") == [["Anna Bruni"], ["Bruno Conti"]]


def test_a_preview_counts_what_a_load_then_does_and_keeps_nothing(shop: Path, run: Run) -> None:
    path = written(shop, "vendite.csv", CLEAR + "    never;4;C1;Anna;1,00\n")
    seen = run("load", path, "--preview", "--format", "json", shop=shop)
    assert not (shop / "mappings").exists()
    done = run("load", path, "--format", "json", shop=shop)
    assert seen.json["records"] == done.json["records"]
    assert seen.json["money"] == done.json["money"]


def test_a_heading_that_changed_is_named_and_nothing_is_loaded(shop: Path, run: Run) -> None:
    run("load", written(shop, "agosto.csv", CLEAR), shop=shop)
    changed = written(shop, "settembre.csv", CLEAR.replace("Totale", "Tot. fattura").replace("/08/", "/10/"))
    answer = run("load", changed, shop=shop)
    assert answer.code == 2
    assert "settembre.csv has no column “Totale”." in answer.err
    assert "mappings/agosto.toml was made for these headings: new in the file are Tot. fattura." in answer.err
    assert rows(run, shop, "select count(*) from raw.orders") == [[3]]
