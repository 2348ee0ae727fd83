"""A file is cut into records without losing a byte."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.warehouse.loading.mapping.mapping import Format
from clientela.warehouse.loading.opening.part import Part
from clientela.warehouse.loading.splitting.records import Record, physical_lines, split
from clientela.warehouse.loading.splitting.signs import Signs
from clientela.warehouse.loading.splitting.survey import survey
from clientela.warehouse.loading.splitting.text_source import TextSource

cells = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=12)
bytes_of_a_bad_file = st.lists(
    st.sampled_from(['"', ",", "\n", "\r\n", "a", "è", '""', " ", "\0"]), max_size=80
)


def records_of(text: str, delimiter: str = ",", skip: int = 0) -> list[Record]:
    signs = Signs(delimiter, "" if delimiter == " " else '"')
    return list(split(physical_lines(io.BytesIO(text.encode())), signs, skip))


@given(bytes_of_a_bad_file)
def test_the_byte_ranges_tile_the_file_whatever_is_in_it(pieces: list[str]) -> None:
    content = "".join(pieces)
    records = records_of(content)
    place = 0
    for record in records:
        assert record.byte_start == place
        assert record.byte_end > place
        place = record.byte_end
    assert place == len(content.encode())


@given(st.lists(st.lists(cells, min_size=2, max_size=4), min_size=1, max_size=12))
def test_what_a_careful_program_writes_is_read_back(rows: list[list[str]]) -> None:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    assert [record.cells for record in records_of(file.getvalue())] == rows


def test_an_unclosed_quote_costs_its_own_line_and_no_other() -> None:
    records = records_of('1,"Rossi,10\n2,Bianchi,20\n3,"Verdi, e figli",30\n')
    assert [record.fault for record in records] == ["unbalanced_quote", None, None]
    assert records[2].cells == ["3", "Verdi, e figli", "30"]


def test_an_unclosed_quote_in_a_long_file_loses_one_record_of_2000() -> None:
    lines = [f"{number},Rossi,1.00" for number in range(2000)]
    lines[700] = '700,"Rossi,1.00'
    records = records_of("\n".join(lines) + "\n")
    assert len(records) == 2000
    assert [record.line_no for record in records if record.fault] == [701]


def test_a_note_over_three_lines_is_one_record() -> None:
    records = records_of('1,"due\nrighe\ndi nota",5\r\n2,x,6\r\n')
    assert records[0].cells == ["1", "due\nrighe\ndi nota", "5"]
    assert [record.line_no for record in records] == [1, 4]


def test_a_quote_inside_a_bare_cell_is_text() -> None:
    assert records_of('TV 32",199\n')[0].cells == ['TV 32"', "199"]


def test_runs_of_spaces_are_one_delimiter() -> None:
    assert records_of(" 00001 19970101  1   11.77\r\n", " ")[0].cells == ["00001", "19970101", "1", "11.77"]


@pytest.mark.parametrize("block", [1, 2, 3, 5, 8])
def test_the_survey_counts_alike_whatever_the_size_of_its_blocks(
    tmp_path: Path, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes("a,è\r\n1,€\r\n2,x".encode())
    whole = survey(path)
    monkeypatch.setattr("clientela.warehouse.loading.splitting.survey.BLOCK", block)
    assert survey(path) == whole
    assert (whole.lines, whole.crlf, whole.is_utf8, whole.line_end) == (3, 2, True, "\r\n")


def source_of(path: Path, wanted: Format | None = None) -> TextSource:
    folder = path.parent / "scratch"
    folder.mkdir(exist_ok=True)
    opened = Part(path, path.name, "text")
    return TextSource(opened, survey(opened.path), wanted or Format(), folder)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes("città,prezzo €\nForlì,1\n".encode(encoding))
    assert source_of(path).headers == ("città", "prezzo €")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_voted_by_the_lines(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "f.csv"
    generator = random.Random(1)
    rows = [["data", "nota", "importo"]] + [
        ["01/02/2025", generator.choice(["a, b", "x; y", "c"]), "1,50"] for _ in range(50)
    ]
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    assert source_of(path).dialect.delimiter == delimiter


def test_the_line_that_names_its_delimiter_is_believed_and_is_no_header(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("sep=;\nData;Totale\n01/02/2025;10,00\n")
    source = source_of(path)
    assert (source.dialect.delimiter, source.headers, source.dialect.skip) == (";", ("Data", "Totale"), 2)


def test_columns_without_a_name_and_with_the_same_name_can_be_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("a,,a\n1,2,3\n")
    assert source_of(path).headers == ("a", "column 2", "a (2)")
