"""What could not be used is handed out in a workbook and taken back corrected: just that, once, whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from clientela.warehouse.loading.mapping.mapping import Constant, Joined, Mapping, Status
from clientela.warehouse.quarantine.mapping_text import from_json, to_json
from tests.worlds.program import Answer, Run

SALES = """\
order_id,order_date,customer_id,net_amount,customer_name
1,2026-08-01,anna,10.00,Anna Bruni
2,2026-08-02,bruno,12x,=1+1
3,2026-13-02,carla,5.00,"Riva, Carla"
4,2026-08-04,dario,7.00,
5,,elena,1.00,+39 333
"""

LINES = """\
doc;day;who;sku;qty;price
1;2026-08-01;anna;bread;1;2,50
1;2026-08-01;anna;milk;x;1,50
2;2026-08-02;bruno;bread;2;2,50
3;2026-08-03;carla;bread;y;2,50
3;2026-08-03;carla;milk;1;1,50
3;2026-08-03;carla;wine;z;8,00
"""

LINE_MAPPING = """\
source = "till"
rows = "line"
[columns]
order_id = "doc"
order_date = "day"
customer_id = "who"
net_amount = "qty * price"
product_id = "sku"
quantity = "qty"
[format]
decimal = ","
"""


class Bench:
    """A shop, its files, and the program run on it."""

    def __init__(self, run: Run, folder: Path) -> None:
        self._run, self.folder = run, folder
        assert run("init", folder / "shop").code == 0

    def run(self, *words: Any, **more: Any) -> Answer:
        return self._run(*words, shop=self.folder / "shop", **more)

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def export(self, name: str = "fix.xlsx") -> Path:
        answer = self.run("quarantine", "export", self.folder / name)
        assert answer.code == 0, answer.err
        return self.folder / name

    def rows(self, sql: str) -> list[list[Any]]:
        answer = self.run("sql", sql, "--format", "json")
        assert answer.code == 0, answer.err
        rows: list[list[Any]] = answer.json["rows"]
        return rows

    def waiting(self) -> dict[str, int]:
        found = self.run("quarantine", "--format", "json").json
        return {each["code"]: each["records"] for each in found["reasons"]}


@pytest.fixture
def bench(run: Run, tmp_path: Path) -> Bench:
    return Bench(run, tmp_path)


def corrected(path: Path, change: Callable[[Any], None], sheet: int = 0) -> Path:
    """Open a workbook as Excel would, change a sheet, save it under another name."""
    book = openpyxl.load_workbook(path)
    change(book.worksheets[sheet])
    to = path.with_stem(path.stem + "-mended")
    book.save(to)
    return to


def set_cell(page: Any, line: str, column: str, value: object) -> None:
    """Set the cell of the record that stands on a line of its file."""
    heads = [cell.value for cell in page[1]]
    for row in page.iter_rows(min_row=2):
        if str(row[1].value).endswith(f"line {line}"):
            row[heads.index(column)].value = value
            return
    raise AssertionError(line)


AMOUNTS = "select order_id, cast(net_amount as varchar) from raw.orders order by order_id"


def test_the_workbook_has_the_files_own_cells_with_reason_and_advice_and_all_of_it_is_text(
    bench: Bench,
) -> None:
    bench.run("load", bench.file("vendite.csv", SALES))
    page = openpyxl.load_workbook(bench.export()).worksheets[0]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[0][4:] == ["order_id", "order_date", "customer_id", "net_amount", "customer_name"]
    assert [row[2] for row in rows[1:]] == ["unreadable_amount", "unreadable_date", "missing_date"]
    assert rows[1][4:] == ["2", "2026-08-02", "bruno", "12x", "=1+1"]
    assert rows[2][4:] == ["3", "2026-13-02", "carla", "5.00", "Riva, Carla"]
    assert all("date" in row[3] or "amount" in row[3] for row in rows[1:])
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.quotePrefix for cell in cells if str(cell.value)[:1] in ("=", "+")} == {True}


def test_corrected_rows_come_back_the_others_wait_and_a_second_time_changes_nothing(bench: Bench) -> None:
    bench.run("load", bench.file("vendite.csv", SALES))
    workbook = bench.export()

    def mend(page: Any) -> None:
        set_cell(page, "3", "net_amount", 12.5)
        set_cell(page, "4", "order_date", "2026-02-13")

    fixed = corrected(workbook, mend)
    answer = bench.run("load", "--fixed", fixed, "--format", "json")
    assert answer.code == 0
    assert answer.json["records"] == {
        "in": 2,
        "merged": 2,
        "unchanged": 0,
        "corrected": 0,
        "set_aside": 0,
        "quarantined": 0,
    }
    assert answer.json["money"]["merged"] == "17.50"
    assert bench.rows(AMOUNTS) == [["1", "10.0000"], ["2", "12.5000"], ["3", "5.0000"], ["4", "7.0000"]]
    assert bench.waiting() == {"missing_date": 1}
    again = bench.run("load", "--fixed", fixed)
    assert (again.code, again.out) == (0, "")
    assert "changes no row that waits" in again.err
    assert len(bench.rows(AMOUNTS)) == 4


def test_the_file_loaded_again_in_a_longer_export_does_not_bring_the_bad_rows_back(bench: Bench) -> None:
    bench.run("load", bench.file("vendite.csv", SALES))
    fixed = corrected(bench.export(), lambda page: set_cell(page, "3", "net_amount", "12.50"))
    bench.run("load", "--fixed", fixed)
    answer = bench.run(
        "load", bench.file("longer.csv", SALES + "6,2026-08-09,fabio,3.00,\n"), "--format", "json"
    )
    assert answer.json["records"] == {
        "in": 6,
        "merged": 1,
        "unchanged": 3,
        "corrected": 0,
        "set_aside": 0,
        "quarantined": 2,
    }
    assert ["2", "12.5000"] in bench.rows(AMOUNTS)


def test_a_workbook_from_before_another_load_still_names_its_rows(bench: Bench) -> None:
    bench.run("load", bench.file("vendite.csv", SALES))
    workbook = bench.export()
    bench.run("load", bench.file("longer.csv", SALES + "6,2026-08-09,fabio,3.00,\n"))
    assert sum(bench.waiting().values()) == 3
    bench.run("load", "--fixed", corrected(workbook, lambda page: set_cell(page, "3", "net_amount", "9")))
    assert bench.waiting() == {"missing_date": 1, "unreadable_date": 1}
    assert ["2", "9.0000"] in bench.rows(AMOUNTS)


def test_a_row_that_is_changed_and_still_wrong_waits_on_and_is_named(bench: Bench) -> None:
    bench.run("load", bench.file("vendite.csv", SALES))
    fixed = corrected(bench.export(), lambda page: set_cell(page, "3", "net_amount", "12 or so"))
    answer = bench.run("load", "--fixed", fixed)
    assert answer.code == 1
    assert "vendite.csv, line 3, is still wrong (unreadable_amount)" in answer.err
    assert sum(bench.waiting().values()) == 3
    assert len(bench.rows(AMOUNTS)) == 2


def test_a_receipt_comes_back_whole_with_its_good_lines_or_not_at_all(bench: Bench) -> None:
    """Receipt 1 has one bad line of two; receipt 3 has two bad lines of three, and only one is mended."""
    mapping = bench.file("till.toml", LINE_MAPPING)
    bench.run("load", bench.file("till.csv", LINES), "--mapping", mapping)
    assert (
        bench.waiting() == {"order_incomplete": 2, "unreadable_number": 0}
        or sum(bench.waiting().values()) == 5
    )

    def mend(page: Any) -> None:
        set_cell(page, "3", "qty", 2)
        set_cell(page, "5", "qty", "3")

    answer = bench.run("load", "--fixed", corrected(bench.export(), mend), "--format", "json")
    assert answer.json["records"]["merged"] == 2
    assert answer.json["money"]["merged"] == "5.50"
    assert bench.rows(AMOUNTS) == [["1", "5.5000"], ["2", "5.0000"]]
    assert sum(bench.waiting().values()) == 3
    again = corrected(bench.export("second.xlsx"), lambda page: [mend_all(page), None][1])
    bench.run("load", "--fixed", again)
    assert bench.rows(AMOUNTS) == [["1", "5.5000"], ["2", "5.0000"], ["3", "17.0000"]]
    assert bench.waiting() == {}


def mend_all(page: Any) -> None:
    set_cell(page, "5", "qty", "3")
    set_cell(page, "7", "qty", 1)


def test_a_row_that_the_owner_deletes_from_the_workbook_makes_no_half_receipt(bench: Bench) -> None:
    mapping = bench.file("till.toml", LINE_MAPPING)
    bench.run("load", bench.file("till.csv", LINES), "--mapping", mapping)

    def mend(page: Any) -> None:
        set_cell(page, "5", "qty", "3")
        for row in page.iter_rows(min_row=2):
            if str(row[1].value).endswith("line 7"):
                page.delete_rows(row[0].row)
                return

    answer = bench.run("load", "--fixed", corrected(bench.export(), mend))
    assert answer.code == 1
    assert bench.rows(AMOUNTS) == [["2", "5.0000"]]


def test_dates_and_numbers_that_excel_writes_in_its_own_way_are_read_as_the_file_writes_them(
    bench: Bench,
) -> None:
    from datetime import datetime

    mapping = bench.file(
        "it.toml",
        '[columns]\norder_id = "N"\norder_date = "Data"\ncustomer_id = "Cod"\nnet_amount = "Tot"\n'
        '[format]\ndate = ["%d/%m/%Y"]\ndecimal = ","\nthousands = "."\n',
    )
    text = "N;Data;Cod;Tot\n1;01/08/2026;a;1.234,50\n2;31/02/2026;b;10,00\n3;02/08/2026;c;dieci\n4;x;d;y\n"
    bench.run("load", bench.file("it.csv", text), "--mapping", mapping)

    def mend(page: Any) -> None:
        set_cell(page, "3", "Data", datetime(2026, 2, 28))
        set_cell(page, "4", "Tot", 1010.25)
        set_cell(page, "5", "Data", "03/08/2026")
        set_cell(page, "5", "Tot", "2.000,75")

    answer = bench.run("load", "--fixed", corrected(bench.export(), mend))
    assert answer.code == 0, answer.err
    found = bench.rows(
        "select order_id, cast(cast(order_date as date) as varchar), cast(net_amount as varchar) "
        "from raw.orders order by order_id"
    )
    assert found == [
        ["1", "2026-08-01", "1234.5000"],
        ["2", "2026-02-28", "10.0000"],
        ["3", "2026-08-02", "1010.2500"],
        ["4", "2026-08-03", "2000.7500"],
    ]


def test_a_row_whose_cells_are_emptied_is_left_out_for_good(bench: Bench) -> None:
    bench.run("load", bench.file("vendite.csv", SALES))

    def clear(page: Any) -> None:
        for column in ("order_id", "order_date", "customer_id", "net_amount", "customer_name"):
            set_cell(page, "3", column, None)

    answer = bench.run("load", "--fixed", corrected(bench.export(), clear), "--format", "json")
    assert answer.json["records"]["set_aside"] == 1
    assert bench.waiting() == {"missing_date": 1, "unreadable_date": 1}


def test_files_of_two_sources_have_a_sheet_each(bench: Bench) -> None:
    bench.run("load", bench.file("vendite.csv", SALES))
    bench.run("load", bench.file("web.csv", SALES), "--source", "web")
    workbook = bench.export()
    assert len(openpyxl.load_workbook(workbook).worksheets) == 2
    bench.run("load", "--fixed", corrected(workbook, lambda page: set_cell(page, "3", "net_amount", "9"), 1))
    assert bench.rows("select source, order_id from raw.orders where order_id = '2'") == [["web", "2"]]


@pytest.mark.parametrize("text", ["", "not a workbook"])
def test_what_is_no_workbook_of_the_quarantine_is_refused_in_one_sentence(bench: Bench, text: str) -> None:
    bench.run("load", bench.file("vendite.csv", SALES))
    answer = bench.run("load", "--fixed", bench.file("other.xlsx", text))
    assert answer.code == 2
    assert "other.xlsx" in answer.err


def test_a_workbook_of_something_else_or_without_a_column_is_refused(bench: Bench) -> None:
    bench.run("load", bench.file("vendite.csv", SALES))
    other = openpyxl.Workbook()
    other.active.append(["order_id"])  # type: ignore[union-attr]
    other.save(bench.folder / "other.xlsx")
    answer = bench.run("load", "--fixed", bench.folder / "other.xlsx")
    assert (answer.code, "no spreadsheet of rows to correct" in answer.err) == (2, True)
    less = corrected(bench.export(), lambda page: page.delete_cols(8))
    answer = bench.run("load", "--fixed", less)
    assert (answer.code, "no column “net_amount” any more" in answer.err) == (2, True)


def test_a_workbook_that_is_there_is_not_written_over(bench: Bench) -> None:
    bench.run("load", bench.file("vendite.csv", SALES))
    workbook = bench.export()
    assert bench.run("quarantine", "export", workbook).code == 2
    assert bench.run("quarantine", "export", workbook, "--force").code == 0


def test_the_last_page_and_the_accounts_no_longer_count_what_came_back(bench: Bench) -> None:
    bench.run("load", bench.file("vendite.csv", SALES))
    bench.run(
        "load", "--fixed", corrected(bench.export(), lambda page: set_cell(page, "3", "net_amount", "9"))
    )
    assert bench.rows("select sum(quarantined) from marts.batches") == [[2]]
    assert bench.rows("select code, records from marts.refused_reasons order by code") == [
        ["missing_date", 1],
        ["unreadable_date", 1],
    ]


def test_a_corrected_version_counts_as_old_as_the_file_that_brought_it(bench: Bench) -> None:
    """July's export says 10. In August's the row is damaged: its mended version is August's and stands."""
    head = "order_id,order_date,customer_id,net_amount\n"
    bench.run("load", bench.file("july.csv", head + "1,2026-07-01,anna,10\n2,2026-07-20,bruno,5\n"))
    bench.run("load", bench.file("august.csv", head + "1,2026-07-01,anna,11x\n3,2026-08-20,bruno,5\n"))
    bench.run(
        "load", "--fixed", corrected(bench.export(), lambda page: set_cell(page, "2", "net_amount", "11"))
    )
    assert bench.rows(AMOUNTS) == [["1", "11.0000"], ["2", "5.0000"], ["3", "5.0000"]]


def test_who_was_forgotten_stands_in_no_workbook(bench: Bench) -> None:
    text = "order_id,order_date,email,customer_name,net_amount\n1,2026-08-01,anna@example.com,Anna Bruni,10\n"
    bench.run("load", bench.file("mail.csv", text + "2,2026-08-02,anna@example.com,Anna Bruni,12x\n"))
    bench.run("load", bench.file("more.csv", text + "3,2026-08-02,anna@example.com,Anna Bruni,13x\n"))
    bench.run(
        "load", "--fixed", corrected(bench.export(), lambda page: set_cell(page, "3", "net_amount", "9"))
    )
    assert bench.run("referral", "forget", "anna@example.com").code == 0
    assert b"anna@example.com" not in (bench.folder / "shop" / "clientela.duckdb").read_bytes()


def test_a_mapping_is_read_again_as_it_was_written() -> None:
    mapping = Mapping(
        source="till",
        table="orders",
        columns={"order_id": "n", "channel": Constant("shop"), "order_date": Joined(("Data", "Ora"), " ")},
        status=Status("Stato", {"counts": ("pagato", "ok")}),
    )
    assert from_json(to_json(mapping)) == mapping
    assert from_json(to_json(mapping)).sha256 == mapping.sha256


NOTES = ("refused_records", "listed_cells", "refused_cells", "batch_readings", "taken_back")


def notes(bench: Bench) -> dict[str, list[list[Any]]]:
    return {name: bench.rows(f"select * from meta.{name} order by all") for name in NOTES}


def test_taking_a_corrected_workbook_back_lets_its_records_wait_again(bench: Bench) -> None:
    assert bench.run("load", bench.file("sales.csv", SALES)).code == 1
    before, waiting = notes(bench), bench.waiting()
    fixed = corrected(bench.export(), lambda page: set_cell(page, "3", "net_amount", "12.00"))
    bench.run("load", "--fixed", fixed)
    assert notes(bench) != before
    assert bench.waiting() != waiting
    assert bench.run("batches", "undo", "2").code == 0
    assert notes(bench) == before
    assert bench.waiting() == waiting
    bench.run("load", "--fixed", fixed)
    assert ["2", "12.0000"] in bench.rows(AMOUNTS)


def test_what_a_load_noted_of_its_records_goes_with_it(bench: Bench) -> None:
    bench.run("load", bench.file("good.csv", "order_id,order_date,net_amount\n9,2026-07-01,3\n"))
    before = notes(bench)
    bench.run("load", bench.file("sales.csv", SALES))
    assert notes(bench) != before
    assert bench.run("batches", "undo", "2").code == 0
    assert notes(bench) == before
    assert bench.waiting() == {}
