"""Containers and what is no table: each named for what it is, nothing written outside, nothing believed."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clientela.errors import UnreadableFileError
from clientela.i18n import speaking
from clientela.warehouse.loading.opening import limits
from clientela.warehouse.loading.opening.opened import open_parts
from clientela.warehouse.loading.opening.part import Opened
from clientela.warehouse.loading.opening.scratch import scratch_folder
from clientela.warehouse.loading.opening.strict_xml import parse_xml

CSV = b"order_id,order_date,customer_id,net_amount\n1,2026-09-01,C1,10.00\n"
XML = b"<?xml version='1.0'?><FatturaElettronica><a/></FatturaElettronica>"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with speaking("en"):
        yield


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    with scratch_folder() as scratch:
        yield open_parts(path, scratch)


def refused(path: Path) -> str:
    with pytest.raises(UnreadableFileError) as error, opened(path):
        pass
    assert error.value.hint
    return str(error.value)


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7 \n...", "a PDF"),
        (b"{\\rtf1\\ansi Vendite}", "RTF"),
        (b"From: a@b.it\nSubject: export\n\ncsv\n", "an e-mail"),
        (b"Return-Path: <x@y.it>\r\nReceived: from a\r\n by b\r\n\r\nx", "an e-mail"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x", "a web page"),
        (b"\x89PNG\r\n\x1a\n0000", "an image"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "an image"),
        (b"SQLite format 3\0...", "a database"),
        (b"7z\xbc\xaf\x27\x1c\0\x04", "an archive"),
        (b"Rar!\x1a\x07\x01\0", "an archive"),
        (b"MZ\x90\0\x03\0\0\0", "a program"),
        (b"BEGIN:VCARD\nFN:Anna\n", "address cards"),
        (b'{"url": "https://docs.example/x", "doc_id": "x", "email": "a@b.it"}', "a link"),
        (bytes(range(32)) * 40, "not known"),
    ],
)
def test_what_is_no_table_is_named_for_what_it_is(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "vendite.csv"
    path.write_bytes(content)
    said = refused(path)
    assert what in said
    assert "vendite.csv" in said


@pytest.mark.parametrize("name", ["~$vendite.csv", "~$vendite.xlsx", ".~lock.vendite.ods#"])
@pytest.mark.parametrize("content", [CSV, b"", b"\x05Anna \0\0"])
def test_a_lock_file_is_named_whatever_is_in_it(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert "lock file" in refused(path)


@pytest.mark.parametrize(
    "text",
    [
        "Date,Subject,Total\n2026-01-01,a,1\n",
        "Subject: x;y\n1;2\n",
        "[code],total\n1,2\n",
        "<code>;total\n1;2\n",
        "From;To;Total\na;b;1\n",
        "order_id\ttotal\n1\t2\n",
    ],
)
def test_a_table_that_begins_like_something_else_stays_a_table(tmp_path: Path, text: str) -> None:
    path = tmp_path / "f.csv"
    path.write_text(text)
    with opened(path) as found:
        assert [part.kind for part in found.parts] == ["text"]


def test_the_members_of_an_archive_are_parts_and_all_its_documents_are_one(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "fatture.zip",
        {
            "b.xml": XML,
            "a/a.XML": XML,
            "vendite.csv": CSV,
            "clienti.csv.gz": gzip.compress(CSV),
            "leggimi.pdf": b"%PDF-1.4",
            "__MACOSX/._b.xml": b"\x00\x05\x16\x07",
        },
    )
    with opened(path) as found:
        kinds = [(part.kind, part.name) for part in found.parts]
        assert kinds == [
            ("xml", "fatture.zip"),
            ("text", "fatture.zip: clienti.csv.gz"),
            ("text", "fatture.zip: vendite.csv"),
        ]
        documents = found.parts[0].documents
        assert [(each.name, each.root) for each in documents] == [
            ("fatture.zip: a/a.XML", "FatturaElettronica"),
            ("fatture.zip: b.xml", "FatturaElettronica"),
        ]
        assert documents[0].read() == documents[1].read() == XML
        assert found.parts[1].path.read_bytes() == found.parts[2].path.read_bytes() == CSV
        assert [left.said for left in found.left] == [
            "fatture.zip: leggimi.pdf is a PDF: it is not read. "
            "Export the data as CSV or Excel; a printed page is not read."
        ]


def test_no_member_is_written_outside_and_no_link_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "x" / "evil.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as file:
        for name in ("../out.csv", "/tmp/out.csv", "..\\out.csv", "C:\\out.csv", "a/../../out.csv"):
            file.writestr(name, CSV)
        link = zipfile.ZipInfo("link.csv")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc/passwd")
        file.writestr("good.csv", CSV)
    with opened(path) as found:
        assert [part.name for part in found.parts] == ["evil.zip: good.csv"]
        assert len(found.left) == 6
        assert all(left.is_fault for left in found.left)
    assert sorted(tmp_path.rglob("*")) == [path.parent, path]


def test_an_archive_inside_an_archive_is_not_unpacked(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"a.csv": CSV}).read_bytes()
    path = zipped(tmp_path / "outer.zip", {"inner.zip": inner})
    said = refused(path)
    assert "nothing inside can be read" in said
    assert "an archive inside an archive" in said


def test_a_protected_member_is_named(tmp_path: Path) -> None:
    path = zipped(tmp_path / "f.zip", {"a.csv": CSV})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert "password" in refused(path)


def test_what_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    blank = b"0" * (limits.FREE + 1)
    for name, content in {
        "f.csv.gz": gzip.compress(blank),
        "f.zip": zipped(tmp_path / "f", {"a.csv": blank}).read_bytes(),
        "f.xlsx": zipped(
            tmp_path / "g", {"[Content_Types].xml": b"", "xl/workbook.xml": b"", "xl/a.xml": blank}
        ).read_bytes(),
    }.items():
        path = tmp_path / name
        path.write_bytes(content)
        assert "taken for a trap" in refused(path), name


def test_the_words_of_a_workbook_about_its_size_are_not_believed(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "f.xlsx",
        {"[Content_Types].xml": b"", "xl/workbook.xml": b"", "xl/a.xml": b"0" * (limits.FREE + 1)},
    )
    data = path.read_bytes()
    told = (limits.FREE + 1).to_bytes(4, "little")
    assert data.count(told) == 2
    path.write_bytes(data.replace(told, (7).to_bytes(4, "little")))
    said = refused(path)
    assert "taken for a trap" in said or "damaged" in said


@pytest.mark.parametrize(
    "declared",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<?xml version="1.0"?><!-- c --><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16"),
        b"<!--" + b"x" * 100_000 + b"--><!DOCTYPE a><a/>",
    ],
)
def test_a_document_type_is_refused_and_no_entity_resolved(tmp_path: Path, declared: bytes) -> None:
    path = tmp_path / "f.xml"
    path.write_bytes(declared)
    assert "DOCTYPE" in refused(path)
    with pytest.raises(UnreadableFileError, match="DOCTYPE"):
        parse_xml(declared, "f.xml")
    whole = zipped(tmp_path / "f.zip", {"a.xml": declared})
    assert "DOCTYPE" in refused(whole)


def test_broken_xml_is_refused_and_a_prefix_that_nobody_declared_is_not() -> None:
    assert parse_xml(b"<a><b x:y='1'/></a>", "f").tag == "a"
    for broken in (b"<a><b></a>", b"<a>", b"<a/>junk", b"", b"<a>\xff</a>", b"<a>&nobody;</a>"):
        with pytest.raises(UnreadableFileError, match="damaged"):
            parse_xml(broken, "f")
    many = b"<a>" + b"<b x:y='1'/>" * 5000
    with pytest.raises(UnreadableFileError, match="damaged"):
        parse_xml(many, "f")


def test_the_scratch_folder_goes_and_so_does_what_a_killed_load_left(tmp_path: Path) -> None:
    import os
    import tempfile

    left = Path(tempfile.mkdtemp(prefix="clientela-load-"))
    (left / "lock").touch()
    (left / "part1").write_bytes(CSV)
    os.utime(left, (0, 0))
    with scratch_folder() as scratch:
        assert not left.exists()
        os.utime(scratch.folder, (0, 0))
        with scratch_folder():
            assert scratch.folder.exists(), "a load that goes on keeps its folder"
    assert not scratch.folder.exists()


def test_a_gz_that_is_cut_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "f.csv.gz"
    path.write_bytes(gzip.compress(CSV * 1000)[:-20])
    assert "damaged" in refused(path)
    buffer = io.BytesIO(gzip.compress(gzip.compress(gzip.compress(gzip.compress(CSV)))))
    path.write_bytes(buffer.getvalue())
    assert "too many times" in refused(path)
