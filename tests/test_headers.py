"""The header of a table is found wherever it stands, and a table without one loses no row."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from clientela.warehouse.loading.splitting.headers import find_header, header_at

DATA = Path(__file__).parent / "data" / "imports" / "messy"


def rows_of(text: str) -> list[list[str]]:
    return [line.strip().split(";") if line.strip() else [] for line in text.strip("\n").split("\n")]


def test_a_header_on_the_first_row_is_found() -> None:
    header = find_header(rows_of("Data;Cliente;Totale\n01/02/2026;Rossi;10,00\n02/02/2026;Verdi;12,00"))
    assert (header.first, header.rows, header.names) == (0, 1, ("Data", "Cliente", "Totale"))


def test_titles_with_several_filled_cells_stand_above_the_header() -> None:
    header = find_header(
        rows_of(
            """
            BOTTEGA PROVA;;;
            aggiornato al;31/03/2026;;
            Periodo;01/01/2026;31/03/2026;

            Data;Scontrino;Cliente;Totale
            02/01/2026;12;Rossi;10,50
            02/01/2026;13;;12,00
            """
        )
    )
    assert (header.first, header.rows) == (4, 1)
    assert header.names == ("Data", "Scontrino", "Cliente", "Totale")


def test_words_that_no_list_knows_are_a_header_by_the_values_below_them() -> None:
    header = find_header(
        rows_of("Elenco;;\nQuando;Chi;Quanto\n02/01/2026;Rossi;10,50\n03/01/2026;Verdi;2,00")
    )
    assert (header.first, header.names) == (1, ("Quando", "Chi", "Quanto"))


def test_names_of_groups_over_the_header_belong_to_it() -> None:
    header = find_header(
        rows_of(
            """
            Fatture emesse;;;;;
            Documento;;;Importi;;
            Tipo;Numero;Data;Imponibile;IVA;Totale
            Fattura;1/A;07/01/2026;100,00;22,00;122,00
            Fattura;2/A;08/01/2026;200,00;44,00;244,00
            """
        )
    )
    assert (header.first, header.rows) == (1, 2)
    assert header.names[:4] == (
        "Documento / Tipo",
        "Documento / Numero",
        "Documento / Data",
        "Importi / Imponibile",
    )


def test_a_second_row_under_merged_cells_fills_what_they_leave_open() -> None:
    header = find_header(
        rows_of(
            """
            Data;Numero;Cliente;;Importo;Importo;Note
            ;;Cognome;Nome;netto;lordo;
            03/01/2026;1;Verdi;Giulia;10,00;12,20;
            04/01/2026;2;Neri;Luca;20,00;24,40;pagato
            """
        )
    )
    assert header.rows == 2
    assert header.names == (
        "Data",
        "Numero",
        "Cliente / Cognome",
        "Cliente / Nome",
        "Importo / netto",
        "Importo / lordo",
        "Note",
    )


def test_a_row_of_units_under_the_numbers_belongs_to_the_header() -> None:
    header = find_header(rows_of("Articolo;Peso;Prezzo\n;kg;euro\nPane;1,0;2,50\nLatte;0,5;1,20"))
    assert (header.rows, header.names) == (2, ("Articolo", "Peso / kg", "Prezzo / euro"))


def test_a_header_written_twice_is_one_with_each_name_once() -> None:
    header = find_header(rows_of("Data;Totale\nData;Totale\n01/02/2026;10,00"))
    assert (header.rows, header.names, header.as_read) == (
        2,
        ("Data", "Totale"),
        ("Data Data", "Totale Totale"),
    )


def test_a_first_record_of_words_alone_is_no_second_header_row() -> None:
    rows = rows_of("Nome;Cognome;Citta\nAnna;Bruni;Parma\nBruno;Conti;Forli\nCarla;Riva;Roma")
    assert find_header(rows).rows == 1


def test_a_record_with_missing_values_under_the_header_is_a_record() -> None:
    rows = rows_of(
        "Data;Cliente;Netto;Lordo\n;Rossi;n/d;n/d\n02/01/2026;Verdi;10,00;12,20\n03/01/2026;Neri;1,00;1,22"
    )
    assert find_header(rows).rows == 1


def test_a_table_without_a_header_loses_no_row() -> None:
    header = find_header(rows_of("0001;02/01/2026;10,50\n0002;03/01/2026;11,50\n0003;04/01/2026;9,00"))
    assert (header.first, header.rows, header.data) == (0, 0, 0)
    assert header.names == ("column 1", "column 2", "column 3")


def test_a_title_above_a_table_without_a_header_is_no_record() -> None:
    header = find_header(
        rows_of("Elenco;;\n0001;02/01/2026;10,50\n0002;03/01/2026;11,50\n0003;04/01/2026;9,00")
    )
    assert (header.first, header.rows) == (1, 0)


def test_years_as_names_of_columns_are_names_where_the_first_column_says_so() -> None:
    header = find_header(rows_of("Articolo;2024;2025\nPane;100,50;120,00\nLatte;80,00;90,10"))
    assert (header.first, header.rows) == (0, 1)


def test_a_header_alone_is_a_header() -> None:
    assert find_header([["Data", "Totale"]]).rows == 1


@pytest.mark.parametrize("rows", [[], [[]], [[""], ["", ""]]])
def test_a_table_of_nothing_has_no_header(rows: list[list[str]]) -> None:
    assert find_header(rows).rows == 0


def test_names_that_the_owner_gave_are_known_beside_ours() -> None:
    rows = rows_of("Foglio;Vendite;Bar\nKunde;Betrag;Bemerkung\nRossi;zehn;x\nVerdi;elf;y")
    assert find_header(rows, known=["Kunde", "Betrag"]).first == 1


def test_the_header_of_the_programme_with_four_title_rows_is_on_its_fifth() -> None:
    text = (DATA / "gestionale_messy_cp1252.csv").read_text("cp1252")
    header = find_header(list(csv.reader(text.splitlines(), delimiter=";")))
    assert (header.first, header.names[:3]) == (4, ("Data", "Tipo", "Num."))


def test_a_header_row_that_was_named_is_taken_as_it_is() -> None:
    rows = rows_of("1;2\n3;4\n5;6")
    assert header_at(rows, 1, 1).names == ("3", "4")
