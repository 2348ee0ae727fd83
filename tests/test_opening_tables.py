"""Workbooks, web pages, Excel 2003 XML and JSON: which rows are read, and what is said of the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from clientela.errors import ClientelaError, MappingError, UnreadableFileError
from clientela.i18n import speaking
from clientela.warehouse.loading.mapping.mapping import Format, Mapping
from clientela.warehouse.loading.opening.opened import open_parts
from clientela.warehouse.loading.opening.part import Opened
from clientela.warehouse.loading.opening.scratch import scratch_folder
from clientela.warehouse.loading.opening.tables.parts import Asked
from clientela.warehouse.loading.whole_file import LoadedFile, load_whole_file
from tests.worlds.empty_shop import Shop
from tests.worlds.empty_shop import shop as shop

DATA = Path(__file__).parent / "data"
HEADER = ["order_id", "order_date", "customer_id", "net_amount"]
Fill = Callable[[Any], None]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with speaking("en"):
        yield


@contextmanager
def opened(path: Path, asked: Asked | None = None) -> Iterator[Opened]:
    with scratch_folder() as scratch:
        yield open_parts(path, scratch, asked)


def read(
    path: Path, tmp_path: Path, asked: Asked | None = None
) -> list[tuple[str, tuple[str, ...], list[list[str]]]]:
    """Return name, headers and cells of every part, as text."""
    import csv

    found = []
    with opened(path, asked) as file:
        for number, part in enumerate(file.parts):
            folder = tmp_path / f"read{number}"
            folder.mkdir(exist_ok=True)
            assert part.table is not None
            cells = part.table.cells(folder)
            with (folder / "records.csv").open(encoding="utf-8", newline="") as rows:
                found.append((part.name, cells.headers, [row[5:] for row in csv.reader(rows)]))
    return found


def book(path: Path, **sheets: Fill) -> Path:
    with xlsxwriter.Workbook(path) as file:
        for name, fill in sheets.items():
            fill(file.add_worksheet(name))
    return path


def rows(*lines: list[object], day: Any = None) -> Fill:
    def fill(sheet: Any) -> None:
        for place, line in enumerate(lines):
            for column, value in enumerate(line):
                if isinstance(value, dt.date):
                    sheet.write_datetime(place, column, dt.datetime.combine(value, dt.time()), day)
                else:
                    sheet.write(place, column, value)

    return fill


def load(shop: Shop, path: Path, mapping: Mapping | None = None) -> LoadedFile:
    loaded = LoadedFile()
    today = dt.date(2026, 11, 30)
    load_whole_file(shop.db, path, loaded, today=today, timezone="Europe/Rome", mapping=mapping)
    return loaded


def test_sheets_with_the_same_header_are_read_together_in_their_order_and_named(shop: Shop) -> None:
    loaded = load(shop, DATA / "field/14_sheet_per_month/vendite_2026.xlsx")
    (result,) = loaded.results
    assert result.file_name == "vendite_2026.xlsx: Agosto, Settembre, Ottobre"
    assert (result.records.in_, result.records.merged) == (9, 9)
    assert result.money.in_ == Decimal(450)
    assert shop.rows("select order_id, net_amount from raw.orders order by order_date") == [
        (str(number), Decimal(10 * number)) for number in range(1, 10)
    ]


def test_a_cover_sheet_is_listed_and_not_read(shop: Shop) -> None:
    loaded = load(shop, DATA / "field/14_sheet_per_month/con_copertina.xlsx")
    (result,) = loaded.results
    assert (result.records.in_, result.money.merged) == (1, Decimal(450))
    assert [left.name for left in loaded.left] == ["con_copertina.xlsx: Riepilogo"]
    assert not loaded.has_findings


def test_two_tables_in_one_workbook_are_both_read(shop: Shop, tmp_path: Path) -> None:
    path = book(
        tmp_path / "negozio.xlsx",
        Clienti=rows(["customer_id", "name", "email"], ["C1", "Anna Bruni", "anna@example.it"]),
        Ordini=rows(HEADER, ["1", "2026-09-01", "C1", 10.5]),
        Note=rows(["parlare con Anna"]),
    )
    loaded = load(shop, path)
    assert {result.table: result.records.merged for result in loaded.results} == {"customers": 1, "orders": 1}
    assert [left.name for left in loaded.left] == ["negozio.xlsx: Note"]


def test_no_table_of_a_workbook_is_taken_for_another_that_was_loaded(shop: Shop, tmp_path: Path) -> None:
    path = book(
        tmp_path / "f.xlsx",
        Gennaio=rows([*HEADER, "nota"], ["1", "2026-01-01", "C1", 1, "x"]),
        Febbraio=rows([*HEADER, "altro"], ["2", "2026-02-01", "C1", 2, "y"]),
    )
    mapping = shop.mapping("""
        source = "cassa"
        table = "orders"
        [columns]
        order_id = "order_id"
        order_date = "order_date"
        customer_id = "customer_id"
        net_amount = "net_amount"
    """)
    for merged in (2, 0):
        loaded = load(shop, path, mapping)
        assert sum(result.records.merged for result in loaded.results) == merged
        assert [result.already_loaded for result in loaded.results] == [not merged] * 2
    assert shop.rows("select sum(net_amount) from raw.orders") == [(Decimal(3),)]


def test_the_mapping_says_which_sheets_are_read(tmp_path: Path) -> None:
    path = book(
        tmp_path / "f.xlsx",
        A=rows(HEADER, ["1", "2026-09-01", "C1", 1]),
        B=rows(HEADER, ["2", "2026-09-02", "C1", 2]),
    )
    ((name, _headers, cells),) = read(path, tmp_path, Asked(Format(sheets=("B",))))
    assert (name, cells) == ("f.xlsx", [["2", "2026-09-02", "C1", "2"]])
    with pytest.raises(MappingError, match="no visible sheet “C”"):
        read(path, tmp_path, Asked(Format(sheets=("C",))))


def test_hidden_sheets_stay_outside_and_hidden_rows_are_read_and_said(tmp_path: Path) -> None:
    def filtered(sheet: Any) -> None:
        rows(HEADER, ["1", "2026-09-01", "C1", 1], ["2", "2026-09-02", "C1", 2])(sheet)
        sheet.set_row(2, None, None, {"hidden": True})

    def hidden(sheet: Any) -> None:
        rows(HEADER, ["3", "2026-09-03", "C1", 3])(sheet)
        sheet.hide()

    path = book(tmp_path / "f.xlsx", Vendite=filtered, Nascosto=hidden)
    with opened(path) as file:
        assert [left.said for left in file.left] == ["f.xlsx: Nascosto: the sheet is hidden."]
        assert file.parts[0].notes == (
            "f.xlsx: 1 row of sheet Vendite is hidden, and is read like the others.",
        )
    assert len(read(path, tmp_path)[0][2]) == 2


def test_a_header_of_two_rows_below_titles_is_found(tmp_path: Path) -> None:
    (part,) = read(DATA / "owner/Fatture 2026.xlsx", tmp_path)
    assert part[1] == (
        *("Documento / Tipo", "Documento / Numero", "Documento / Data"),
        *("Cliente / Ragione sociale", "Cliente / P.IVA", "Cliente / Cod. fiscale"),
        *("Importi / Imponibile", "Importi / IVA", "Importi / Totale"),
    )
    assert part[2][0] == [
        "Fattura",
        "1/A",
        "2025-01-07",
        "Termo De Luca snc",
        "IT36397179114",
        "",
        "799.78",
        "175.95",
        "975.73",
    ]
    kinds = [row[0] for row in part[2] if row[1]]
    assert (kinds.count("Fattura"), kinds.count("Nota di credito"), kinds.count("Proforma")) == (254, 18, 14)


def test_merged_cells_of_a_header_hold_for_the_columns_that_they_cover(tmp_path: Path) -> None:
    found = read(DATA / "imports/messy/vendite_messy.xlsx", tmp_path)
    (name, headers, cells) = found[0]
    assert name == "vendite_messy.xlsx: Vendite 2025"
    assert headers == (
        *("Data", "Numero", "Cliente / Cognome", "Cliente / Nome", "Telefono"),
        *("Importo / netto", "Importo / lordo", "Note"),
    )
    assert cells[0] == ["2025-01-03", "1", "Verdi", "Giulia", "3331234567", "10", "12.2", ""]
    assert cells[1][0] == "2025-01-04 10:30:00"


def test_the_calendar_of_1904_is_read(tmp_path: Path) -> None:
    (part,) = read(DATA / "imports/messy/date_1904.xlsx", tmp_path)
    assert [row[0] for row in part[2][:2]] == ["2021-01-01", "2021-01-02"]


def test_errors_are_put_back_where_the_reader_leaves_blanks_and_their_cells_are_named(tmp_path: Path) -> None:
    path = DATA / "field/27_excel_errors/vendite.xlsx"
    with opened(path) as file:
        (note,) = file.parts[0].notes
        assert note.startswith("vendite.xlsx: 4 cells hold an error: C3 (#N/A), C4 (#N/A), E5 (")
        assert {address.split(" ")[0] for address in note.partition("error: ")[2].split(", ")} == {
            "C3",
            "C4",
            "E5",
            "D6",
        }
    (part,) = read(path, tmp_path)
    assert [row[2] for row in part[2]] == ["C1", "#N/A", "#N/A", "C4", "C5"]
    assert part[2][3][4].startswith("#")
    assert part[2][4][3].startswith("#")


def test_errors_at_the_end_of_a_sheet_are_seen_where_the_reader_sees_no_row(tmp_path: Path) -> None:
    ((_name, _headers, cells),) = read(
        DATA / "imports/messy/errors.xlsx", tmp_path, Asked(Format(header=False, columns=("a",)))
    )
    assert [row[0] for row in cells] == ["#DIV/0!", "#NAME?", "#VALUE!", "#NULL!", "#REF!", "#NUM!", "#N/A"]


def test_errors_of_an_ods_are_no_blank_and_no_nought(tmp_path: Path) -> None:
    path = DATA / "imports/messy/errori.ods"
    ((_name, _headers, cells),) = read(path, tmp_path)
    assert [row[2] for row in cells] == ["C1", "#N/D", "C3", "C3", "C"]
    assert [row[3] for row in cells] == ["10.5", "20", "#DIV/0!", "#N/D", "1"]
    with opened(path) as file:
        assert file.parts[0].notes == (
            "errori.ods: 1 row of sheet Vendite is hidden, and is read like the others.",
            "errori.ods: 3 cells hold an error: C3 (#N/D), D4 (#DIV/0!), D5 (#N/D).",
        )
        assert [left.name for left in file.left] == ["errori.ods: Hid"]


def test_errors_of_an_old_xls_are_found_in_its_records(tmp_path: Path) -> None:
    path = DATA / "imports/messy/errori.xls"
    ((name, _headers, cells),) = read(path, tmp_path)
    assert name == "errori.xls: Settembre, Ottobre è"
    assert [row[2:] for row in cells if "#" in "".join(row)] == [["#N/A", "1"], ["C1", "#DIV/0!"]]
    with opened(path) as file:
        assert file.parts[0].notes == (
            "errori.xls: 1 row of sheet Settembre is hidden, and is read like the others.",
            "errori.xls: 2 cells hold an error: Settembre!C5 (#N/A), Ottobre è!D5 (#DIV/0!).",
        )


def test_an_address_names_the_sheet_where_there_are_several(tmp_path: Path) -> None:
    with opened(DATA / "field/14_sheet_per_month/vendite_2026.xlsx") as file:
        table = file.parts[0].table
        assert table is not None
        cells = table.cells(tmp_path)
    assert cells.address(1, 2, 0) == "Agosto!A2"
    assert cells.address(4, 2, 4) == "Settembre!E2"
    assert cells.address(9, 4, 27) == "Ottobre!AB4"


def test_a_formula_that_was_never_computed_is_no_blank(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        rows(HEADER, ["1", "2026-09-01", "C1"])(sheet)
        sheet.write_formula(1, 3, "=1+1", None, "2")
        sheet.write_formula(2, 3, "=D2", None, "")

    path = book(tmp_path / "f.xlsx", S=fill)
    import re
    import zipfile

    changed = tmp_path / "g.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for member in old.infolist():
            content = old.read(member)
            if member.filename.endswith("sheet1.xml"):
                content, count = re.subn(rb"<v>2</v>|<v></v>", b"", content)
                assert count
            new.writestr(member, content)
    (part,) = read(changed, tmp_path)
    assert part[2][0][3] == "#FORMULA!"
    with opened(changed) as file:
        assert "never computed: D2" in file.parts[0].notes[0]


@pytest.mark.parametrize(
    ("dates", "texts", "refused"),
    [
        ([(3, 4), (12, 1)], ["13/02/2026", "31.12.2026"], True),
        ([(3, 4), (13, 1)], ["13/02/2026"], False),
        ([(3, 4)], ["13/02/2026", "05/02/2026"], False),
        ([(3, 4)], [], False),
        ([], ["13/02/2026"], False),
    ],
)
def test_dates_of_which_half_were_swapped_are_refused(
    tmp_path: Path, dates: list[tuple[int, int]], texts: list[str], refused: bool
) -> None:
    path = tmp_path / "f.xlsx"
    with xlsxwriter.Workbook(path) as file:
        sheet, form = file.add_worksheet(), file.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, HEADER)
        place = 0
        for place, (day, month) in enumerate(dates, 1):
            sheet.write_row(place, 0, [place, None, "C1", 10])
            sheet.write_datetime(place, 1, dt.datetime(2026, month, day), form)
        for number, text in enumerate(texts, place + 1):
            sheet.write_row(number, 0, [number, text, "C1", 10])
    if refused:
        with pytest.raises(UnreadableFileError, match="took day for month") as error:
            read(path, tmp_path)
        assert "order_date" in error.value.message
        assert error.value.hint
    else:
        assert len(read(path, tmp_path)[0][2]) == len(dates) + len(texts)


def test_a_sheet_with_two_cells_far_apart_is_refused_before_room_is_made(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet.write(0, 0, "order_id")
        sheet.write(1_048_575, 16_383, "x")

    with (
        pytest.raises(UnreadableFileError, match="nearly all blank"),
        opened(book(tmp_path / "f.xlsx", S=fill)),
    ):
        pass


PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><style>td {{}}</style></head><body>
<table><tr><td><table><tr><th colspan=2>Ordine</th>
<th rowspan=2>customer_name</th><th rowspan=2>net_amount</th></tr>
<tr><th>order_id<th>order_date</tr>
<tr><td>1</td><td>2026-09-01</td><td>Nicolò<br>D&#39;Amico</td><td>10,50&nbsp;€</td></tr>
<tr><td>2</td><td>2026-09-02</td><td><script>alert(1)</script>Zoë &amp; co.</td><td>20</td></tr>
</table></td></tr></table></body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252", "utf-16", "iso-8859-1"])
def test_the_data_table_of_a_web_page_is_read_in_its_own_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "export.xls"
    text = PAGE.format(charset=encoding)
    path.write_bytes(text.encode("cp1252" if encoding == "iso-8859-1" else encoding))
    (part,) = read(path, tmp_path, Asked(Format(header=1, header_rows=2)))
    assert part[1] == ("Ordine / order_id", "Ordine / order_date", "customer_name", "net_amount")
    assert part[2] == [
        ["1", "2026-09-01", "Nicolò D'Amico", "10,50 €"],
        ["2", "2026-09-02", "Zoë & co.", "20"],
    ]


def test_a_second_table_of_a_web_page_is_listed(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "f.html"
    lines = "".join(f"<tr><td>{n}<td>2026-09-0{n}<td>C1<td>10</tr>" for n in range(1, 4))
    head = "".join(f"<th>{name}</th>" for name in HEADER)
    path.write_text(
        f"<table><tr><td>Filtro</td><td>tutto</td></tr></table><table><tr>{head}</tr>{lines}</table>"
    )
    loaded = load(shop, path)
    assert [result.records.merged for result in loaded.results] == [3]
    assert [left.name for left in loaded.left] == ["f.html: table 1"]


def test_a_page_without_a_table_says_so(tmp_path: Path) -> None:
    path = tmp_path / "export.xls"
    path.write_text("<html><body>Sessione scaduta<form></form></body></html>")
    with pytest.raises(UnreadableFileError, match="web page without a table"), opened(path):
        pass


SPREADSHEET = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="Vendite"><Table>
<Row ss:Index="2">{head}</Row>
<Row><Cell><Data ss:Type="Number">1</Data></Cell>
<Cell><Data ss:Type="DateTime">2026-09-01T00:00:00.000</Data></Cell>
<Cell><Data ss:Type="String">C1</Data></Cell><Cell><Data ss:Type="Number">10.50</Data></Cell></Row>
<Row ss:Index="6"><Cell><Data ss:Type="String">2</Data></Cell>
<Cell><Data ss:Type="String">2026-09-02</Data></Cell>
<Cell ss:Index="4" ss:Formula="=R[-1]C"/></Row>
<Row><Cell><Data ss:Type="String">3</Data></Cell>
<Cell ss:MergeAcross="1"><Data ss:Type="String">2026-09-03</Data></Cell>
<Cell><Data ss:Type="Error">#N/A</Data></Cell></Row>
</Table></Worksheet>
<Worksheet ss:Name="Segreto"><Table/><WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel">
<Visible>SheetHidden</Visible>
</WorksheetOptions></Worksheet></Workbook>"""


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_excel_2003_xml_is_read_by_its_types_and_places(
    tmp_path: Path, declared: bool, encoding: str
) -> None:
    head = "".join(f'<Cell><Data ss:Type="String">{name}</Data></Cell>' for name in HEADER)
    text = SPREADSHEET.format(head=head)
    if not declared:
        text = text.replace('\nxmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"', "")
    path = tmp_path / "f.xls"
    path.write_bytes(text.encode(encoding))
    (part,) = read(path, tmp_path)
    assert part[1] == tuple(HEADER)
    assert part[2] == [
        ["1", "2026-09-01 00:00:00", "C1", "10.50"],
        ["", "", "", ""],
        ["", "", "", ""],
        ["2", "2026-09-02", "", "#FORMULA!"],
        ["3", "2026-09-03", "", "#N/A"],
    ]
    with opened(path) as file:
        assert [left.name for left in file.left] == ["f.xls: Segreto"]


@pytest.mark.parametrize(
    "text",
    [
        '{"order_id": 1, "order_date": "2026-09-01", "customer_id": "C1", "net_amount": 10.50}\n\n'
        '{"order_id": 2, "order_date": "2026-09-02", "net_amount": 1e1, "paid": true, "customer_id": null}\n',
        '[{"order_id": 1, "order_date": "2026-09-01", "customer_id": "C1", "net_amount": 10.50},'
        '{"order_id": 2, "order_date": "2026-09-02", "net_amount": 1e1, "paid": true, "customer_id": null}]',
        '{"object": "list", "has_more": false, "data": [\n'
        '{"order_id": 1, "order_date": "2026-09-01", "customer_id": "C1", "net_amount": 10.50},\n'
        '{"order_id": 2, "order_date": "2026-09-02", "net_amount": 1e1, "paid": true, "customer_id": null}]}',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_flat_records_of_json_are_rows(shop: Shop, tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "orders.json"
    path.write_bytes(text.encode(encoding))
    ((_name, headers, cells),) = read(path, tmp_path)
    assert headers == (*HEADER, "paid")
    assert cells == [["1", "2026-09-01", "C1", "10.50", ""], ["2", "2026-09-02", "", "10", "true"]]
    assert load(shop, path).results[0].money.merged == Decimal("20.50")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"id": 1, "lines": [{"a": 1}]}]', "records hold others inside"),
        ('{"id": 1, "customer": {"name": "x"}}\n{"id": 2}\n', "records hold others inside"),
        ('[{"id": 1, "id": 2}]', "a name stands twice"),
        ('[{"id": 1}', "JSON, but damaged"),
        ('[{"id": NaN}]', "JSON, but damaged"),
        ('{"id": 1}\n{"id": 2\n', "JSON, but damaged"),
        ("[[1, 2], [3, 4]]", "not a list of records"),
        ("[]", "JSON without records"),
        ("[{}]", "JSON without records"),
        ("[" * 100_000, "damaged"),
    ],
)
def test_json_that_is_no_list_of_flat_records_is_named(
    shop: Shop, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "f.json"
    path.write_text(text)
    with pytest.raises(ClientelaError, match=said) as error:
        load(shop, path)
    assert error.value.hint
