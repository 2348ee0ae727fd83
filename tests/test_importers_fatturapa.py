"""FatturaPA: what stands in the sample invoices, and in the dirt that programmes leave in them."""

from __future__ import annotations

import re
import zipfile
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from clientela.errors import UnreadableFileError
from clientela.warehouse.importers.documents import (
    DocumentSource,
    Owner,
    Settled,
    importer_of,
    parted,
    written,
)
from clientela.warehouse.loading.opening.opened import open_parts
from clientela.warehouse.loading.opening.recognition import unknown_documents
from clientela.warehouse.loading.opening.scratch import scratch_folder
from clientela.warehouse.loading.splitting.cells import Cells

SAMPLES = Path(__file__).parent / "data" / "imports" / "fatturapa"
OURS = Owner(("12345678903",))

Row = dict[str, str]


def read(folder: Path, files: dict[str, bytes], owner: Owner = OURS) -> tuple[list[Row], Settled]:
    """Read files as one container would bring them; rows as the pipeline gets them, empty cells left out."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        for name in files:
            archive.write(folder / name, name)
    with scratch_folder() as scratch:
        (opened,) = open_parts(folder / (next(iter(files)) if len(files) == 1 else "all.zip"), scratch).parts
        (part,) = parted(opened)
        importer = importer_of(next(iter(part.roots)))
        if importer is None:
            raise unknown_documents(part)
        found = DocumentSource(importer, part.documents).settled(owner)
        cells = written(importer, found.documents, folder)
    return rows_of(cells), found


def rows_of(read: Cells) -> list[Row]:
    cells = ", ".join(f'c{place} as "{name}"' for place, name in enumerate(read.headers))
    asked = duckdb.sql(
        f"select split_fault, file_line, {cells} from {read.relation} order by cast(record_no as bigint)"
    )
    columns = asked.columns
    return [
        {name: value for name, value in zip(columns, row, strict=True) if value is not None}
        for row in asked.fetchall()
    ]


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def total(rows: list[Row], column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in rows if column in row), Decimal(0))


INVOICES = """
in_invoice-simple.xml          12345678903  SAMPLE-001  TD06 2023-03-02 1720.00 356.40 1388.40 09876543217
in_invoice-b2g.xml             12345678903  SAMPLE-002  TD01 2024-10-09  241.00  24.00  265.00 13029381004
in_invoice-hotel.xml           12345678903  SAMPLE-002  TD01 2023-05-21  219.18  21.82  241.00 13029381004
in_invoice-irpef.xml           12345678903 SAMPLE-001  TD06 2023-03-02 1720.00 356.40 1026.74 MRALNE80E05H501C
in_invoice-irpef-no-flag.xml   04358650960  42          TD01 2026-04-24 1144.00 251.68 1395.68 11537360965
in_invoice-reverse-charge.xml  12345678903  SAMPLE-010  TD01 2024-02-15 2300.00   0.00 2300.00 DE111111125
in_invoice-windows1252.xml     12345678903  1           TD01 2025-01-23  138.64  30.50  169.14 09876543217
in_acube_test.xml              12345678903  1           TD01 2018-07-10   10.00   2.20   12.20 12345678903
IT01234567890_FPA02.xml        01234567890  123         TD01 2014-12-18   36.08   7.94   44.02 09876543210
IT01234567890_FPR02.xml        01234567890  123         TD01 2014-12-18   36.08   7.94   44.02 09876543210
IT01234567890_FSM10.xml        01234567890  123         TD07 2019-01-01   20.49   4.51   25.00 09876543210
"""
"""File, seller, number, kind, day, net, tax, total, buyer: read off the files by eye."""


@pytest.mark.parametrize("said", INVOICES.strip().splitlines())
def test_an_invoice_comes_to_what_it_says(tmp_path: Path, said: str) -> None:
    name, seller, number, kind, day, *sums, buyer = said.split()
    rows, _found = read(tmp_path, {name: sample(name)}, Owner((seller,)))
    assert {row["order_id"] for row in rows} == {number}
    assert {(row["doc_type"], row["order_date"]) for row in rows} == {(kind, day)}
    columns = ("net_amount", "vat_amount", "gross_amount")
    assert [total(rows, column) for column in columns] == [Decimal(amount) for amount in sums]
    assert {row.get("vat_number", row.get("tax_code")) for row in rows} == {buyer}
    assert not any("reason" in row or "split_fault" in row for row in rows)


def test_a_file_of_two_bodies_is_two_documents_in_either_encoding(tmp_path: Path) -> None:
    for name in ("IT02182030391_32.xml", "IT02182030391_32.windows-1252.xml"):
        rows, _found = read(tmp_path, {name: sample(name)}, Owner(("12345678901",)))
        for number in ("3", "4"):
            document = [row for row in rows if row["order_id"] == number]
            assert total(document, "gross_amount") == Decimal("174.80")
            assert total(document, "net_amount") == Decimal("143.28")


def test_a_credit_note_is_taken_away_and_names_its_invoice(tmp_path: Path) -> None:
    rows, _found = read(tmp_path, {"n.xml": sample("in_invoice-credit-note.xml")})
    assert total(rows, "gross_amount") == Decimal("-1388.40")
    assert total(rows, "net_amount") == Decimal("-1720.00")
    assert {row["refund_of"] for row in rows} == {"SAMPLE-001"}


def test_a_credit_note_that_is_written_negative_is_taken_away_once(tmp_path: Path) -> None:
    written = re.sub(
        rb"<(PrezzoTotale|ImponibileImporto|Imposta|ImportoTotaleDocumento)>(\d)",
        rb"<\1>-\2",
        sample("in_invoice-credit-note.xml"),
    )
    rows, _found = read(tmp_path, {"n.xml": written})
    assert total(rows, "gross_amount") == Decimal("-1388.40")
    assert total(rows, "net_amount") == Decimal("-1720.00")


def test_a_deferred_invoice_is_a_purchase_on_each_day_of_delivery(tmp_path: Path) -> None:
    rows, _found = read(tmp_path, {"d.xml": sample("in_invoice-despatch.xml")})
    assert {
        row["delivery_date"]: (row["net_amount"], row["vat_amount"], row["gross_amount"]) for row in rows
    } == {
        "2025-08-12": ("300.0000", "66.00", "366.0000"),
        "2025-08-15": ("500.0000", "110.00", "610.0000"),
    }
    assert len({row["order_id"] for row in rows}) == 2


def test_a_line_that_names_no_delivery_stays_on_the_day_of_the_document(tmp_path: Path) -> None:
    alone = sample("in_invoice-despatch.xml").replace(
        b"<RiferimentoNumeroLinea>2</RiferimentoNumeroLinea>", b""
    )
    rows, _found = read(tmp_path, {"d.xml": alone})
    assert {row.get("delivery_date", ""): row["gross_amount"] for row in rows} == {
        "": "366.0000",
        "2025-08-15": "610.0000",
    }


def test_lines_without_a_delivery_go_to_the_only_day_there_is(tmp_path: Path) -> None:
    alone = re.sub(
        rb"<RiferimentoNumeroLinea>\d</RiferimentoNumeroLinea>", b"", sample("in_invoice-despatch.xml")
    )
    rows, _found = read(tmp_path, {"d.xml": alone.replace(b"2025-08-12", b"2025-08-15")})
    assert {(row["order_id"], row["delivery_date"]) for row in rows} == {("SAMPLE-002", "2025-08-15")}
    assert total(rows, "gross_amount") == Decimal("976.00")


@pytest.mark.parametrize("filler", ["0000000", "XXXXXXX", "99999999999", "OO99999999999", "00000000000"])
def test_a_filler_is_nobodys_number(tmp_path: Path, filler: str) -> None:
    content = sample("in_invoice-hotel-private.xml").replace(
        b">0000000</IdCodice>", f">{filler}</IdCodice>".encode()
    )
    assert filler.encode() in content
    rows, _found = read(tmp_path, {"f.xml": content})
    assert not any("vat_number" in row or "tax_code" in row for row in rows)
    assert {row["customer_name"] for row in rows} == {"John Doe"}


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        *((f"TD{number}", "self_invoice") for number in (16, 17, 18, 19, 20, 21, 22, 23, 27, 28, 29)),
        ("TD26", "asset_sale"),
        ("TD99", "unknown_document_type"),
        *((kind, None) for kind in ("TD01", "TD02", "TD03", "TD04", "TD05", "TD06", "TD24", "TD25")),
    ],
)
def test_every_kind_of_document_counts_or_is_left_out_with_its_reason(
    tmp_path: Path, kind: str, reason: str | None
) -> None:
    content = sample("in_invoice-zero-price.xml").replace(b">TD01<", f">{kind}<".encode())
    rows, _found = read(tmp_path, {"k.xml": content})
    assert {row.get("reason") for row in rows} == {reason}
    assert abs(total(rows, "net_amount")) == Decimal(100)
    assert {row.get("order_type") for row in rows} == {"deposit" if kind in ("TD02", "TD03") else None}


def test_what_others_wrote_is_a_purchase(tmp_path: Path) -> None:
    rows, found = read(
        tmp_path,
        {
            "ours.xml": sample("in_invoice-zero-price.xml"),
            "theirs.xml": sample("in_invoice-irpef-no-flag.xml"),
        },
    )
    assert {row["order_id"]: row.get("reason") for row in rows} == {"SAMPLE-002": None, "42": "purchase"}
    assert found.questions == []


def test_who_the_shop_is_is_asked_once_and_until_then_nothing_is_a_sale(tmp_path: Path) -> None:
    files = {
        "1.xml": sample("in_invoice-zero-price.xml"),
        "2.xml": sample("in_invoice-b2g.xml"),
        "3.xml": sample("in_invoice-irpef-no-flag.xml"),
    }
    rows, found = read(tmp_path, files, Owner())
    assert {row["reason"] for row in rows} == {"seller_unknown"}
    (question,) = found.questions
    assert question.code == "own_vat_number"
    assert [choice.value for choice in question.choices] == ["12345678903", "04358650960", "later"]
    assert question.default == "later"
    # 122.00 + 265.00 + 1395.68
    assert (question.rows, question.money) == (6, Decimal("1782.68"))


def test_an_invoice_that_the_tax_office_refused_never_existed(tmp_path: Path) -> None:
    notice = (
        b"<ns3:RicevutaScarto xmlns:ns3='http://example.it/scarto'><IdentificativoSdI>111</IdentificativoSdI>"
        b"<NomeFile>IT12345678903_00001.xml.p7m</NomeFile></ns3:RicevutaScarto>"
    )
    delivered = b"<RicevutaConsegna><NomeFile>IT12345678903_00002.xml</NomeFile></RicevutaConsegna>"
    invoice = sample("in_invoice-zero-price.xml")
    rows, found = read(
        tmp_path,
        {
            "IT12345678903_00001.xml": invoice.replace(b"122.00", b"999.00"),
            "IT12345678903_00001_NS_001.xml": notice,
            "IT12345678903_00002.xml": invoice,
            "IT12345678903_00002_RC_001.xml": delivered,
        },
    )
    assert [(row.get("gross_amount"), row.get("reason"), row.get("split_fault")) for row in rows] == [
        ("999.00", "refused_by_tax_office", None),
        (None, "refused_by_tax_office", None),
        ("122.00", None, None),
        (None, None, None),
    ]
    assert len(found.notes) == 1


def test_a_document_that_is_there_twice_counts_once_and_of_two_contents_none_is_believed(
    tmp_path: Path,
) -> None:
    invoice = sample("in_invoice-zero-price.xml")
    rows, _found = read(tmp_path, {"a.xml": invoice, "b.xml": invoice})
    assert [row.get("reason") for row in rows] == [None, None, "same_document", "same_document"]
    rows, _found = read(tmp_path, {"a.xml": invoice, "b.xml": invoice.replace(b"122.00", b"123.00")})
    assert {row["split_fault"] for row in rows} == {"duplicate_key"}
    later = invoice.replace(b"2023-03-02", b"2024-03-02")
    rows, _found = read(tmp_path, {"a.xml": invoice, "b.xml": later})
    assert not any("split_fault" in row for row in rows)


@pytest.mark.parametrize(
    "dirtied",
    [
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: b"\n  " + data,
        lambda data: data.replace(b"fatture/v1.2\"", b"fatture/v1.2 \""),
        lambda data: data.replace(b"2023-03-02", b"2023-03-02+01:00 "),
        lambda data: data.replace(b">122.00<", b">122.00 <").replace(b">100.00<", b"> 100.00\n<"),
        lambda data: data.replace(b"MARIO LEONI", "MARIO LEÒNI".encode("cp1252")),
        lambda data: data.replace(b"<FatturaElettronicaHeader", b"<!-- x --><FatturaElettronicaHeader", 1),
    ],
)  # fmt: skip
def test_dirt_changes_no_figure(tmp_path: Path, dirtied: object) -> None:
    assert callable(dirtied)
    clean = sample("in_invoice-zero-price.xml")
    content = dirtied(clean)
    assert content != clean
    rows, _found = read(tmp_path, {"x.XML": content})
    assert {row["order_date"] for row in rows} == {"2023-03-02"}
    assert total(rows, "gross_amount") == Decimal("122.00")
    assert total(rows, "net_amount") == Decimal("100.00")
    assert {row["customer_name"] for row in rows} <= {"MARIO LEONI", "MARIO LEÒNI"}


def test_an_amount_that_is_no_number_makes_the_document_one_to_correct(tmp_path: Path) -> None:
    content = sample("in_invoice-zero-price.xml").replace(b">100.00<", b">1OO,00<")
    rows, _found = read(tmp_path, {"x.xml": content})
    assert [row["split_fault"] for row in rows] == ["unreadable_amount"]


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE a [<!ENTITY x "boom">]><FatturaElettronica>&x;</FatturaElettronica>',
        "<!DOCTYPE a []><FatturaElettronica/>".encode("utf-16"),
        b"<FatturaElettronica><a></FatturaElettronica>",
        b"<Ordine><Numero>1</Numero></Ordine>",
        b"<RicevutaConsegna><NomeFile>x.xml</NomeFile></RicevutaConsegna>",
    ],
)
def test_what_is_no_invoice_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        read(tmp_path, {"x.xml": content})


def test_a_broken_file_among_sound_ones_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    rows, found = read(
        tmp_path, {"a.xml": sample("in_invoice-zero-price.xml"), "b.xml": b"<FatturaElettronica><Fatt"}
    )
    assert total(rows, "gross_amount") == Decimal("122.00")
    assert any("b.xml" in note for note in found.notes)
