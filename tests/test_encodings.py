"""The encoding is found by all letters of a file and said; one damaged letter does not change it."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientela.warehouse.loading.mapping.mapping import Format
from clientela.warehouse.loading.opening.part import Part
from clientela.warehouse.loading.splitting.survey import survey
from clientela.warehouse.loading.splitting.text_source import TextSource

FIELD = Path(__file__).parent / "data" / "field" / "10_one_bad_byte"
TEXT = (
    "numero;data;cliente;totale\n"
    "1;01/09/2026;Niccolò Però;10,00\n2;02/09/2026;Città di Forlì;20,00\n3;03/09/2026;CAFFÈ LIBERTÀ;30,00\n"
    "4;04/09/2026;Maria José Nuñez;40,00\n5;05/09/2026;Françoise Müller;50,00\n"
)


def source_of(path: Path, folder: Path, wanted: Format | None = None) -> TextSource:
    return TextSource(Part(path, path.name, "text"), survey(path), wanted or Format(), folder)


def written(tmp_path: Path, content: bytes) -> TextSource:
    path = tmp_path / "f.csv"
    path.write_bytes(content)
    return source_of(path, tmp_path)


@pytest.mark.parametrize(
    "name", ["cp1252", "cp850", "mac-roman", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"]
)
def test_every_letter_is_right_in_the_encodings_that_programmes_write(tmp_path: Path, name: str) -> None:
    source = written(tmp_path, TEXT.encode(name))
    assert source.path.read_text("utf-8-sig").splitlines() == TEXT.splitlines()


WORDS = ["Città", "perché", "Perù", "Müller", "José", "LIBERTÀ", "10 €", "n° 3"]
NO_LETTER = {("cp850", "10 €"), ("cp437", "10 €"), ("cp437", "LIBERTÀ")}


@pytest.mark.parametrize(
    ("name", "word"),
    [
        (name, word)
        for name in ("cp1252", "cp850", "cp437", "mac-roman")
        for word in WORDS
        if (name, word) not in NO_LETTER
    ],
)
def test_one_word_is_enough(tmp_path: Path, name: str, word: str) -> None:
    content = f"a;b\n1;{word}\n".encode(name)
    assert word in written(tmp_path, content).path.read_text("utf-8")


def test_a_damaged_letter_stays_where_it_is_and_is_listed(tmp_path: Path) -> None:
    content = TEXT.encode().replace("Forlì".encode(), b"Forl\xc3")
    source = written(tmp_path, content)
    assert source.dialect.encoding.name == "utf-8"
    assert source.dialect.encoding.damaged == 1
    text = source.path.read_text("utf-8")
    assert "Città di Forl\ufffd;20,00" in text
    assert "Niccolò Però" in text
    assert any("riga 3, cliente: «Città di Forl\ufffd»" in note for note in source.notes())


def test_a_file_that_ends_within_a_letter_stays_utf8(tmp_path: Path) -> None:
    source = written(tmp_path, TEXT.encode() + b"6;06/09/2026;Andr\xc3")
    assert source.dialect.encoding.name == "utf-8"
    assert "Niccolò" in source.path.read_text("utf-8")


def test_more_damage_than_letters_is_another_encoding(tmp_path: Path) -> None:
    content = TEXT.encode("cp1252").replace(b"Forl\xec", "Forlì".encode())
    assert written(tmp_path, content).dialect.encoding.name == "cp1252"


def test_what_was_taken_is_said_with_two_words_of_the_file(tmp_path: Path) -> None:
    source = written(tmp_path, TEXT.encode("cp850"))
    assert source.notes() == ("Letto come DOS 850, a giudicare dalle lettere: “Niccolò”, “Però”.",)


def test_plain_letters_need_no_word_about_them(tmp_path: Path) -> None:
    assert written(tmp_path, b"a;b\n1;2\n").notes() == ()


def test_the_mapping_overrules_the_letters(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes("a;b\n1;Città\n".encode("cp850"))
    source = source_of(path, tmp_path, Format(encoding="cp1252"))
    assert source.dialect.encoding.name == "cp1252"
    assert "Citt…" in source.path.read_text("utf-8")


def test_the_files_of_the_field_keep_every_name_but_the_broken_one(tmp_path: Path) -> None:
    dos = source_of(FIELD / "dos_gestionale_cp850.csv", tmp_path)
    names = [line.split(";")[3] for line in dos.path.read_text("utf-8").splitlines()[1:]]
    assert names == ["Niccolò Però", "Città di Forlì", "Università", "Caffè Perù", "Maria Josè Nuñez"]
    broken = source_of(FIELD / "orders.csv", tmp_path)
    names = [line.split(",")[3] for line in broken.path.read_text("utf-8").splitlines()[1:]]
    assert names[2] == "Associazione Università della Terza Et\ufffd"
    assert [names[0], names[1], names[3], names[4]] == [
        "Niccolò Però",
        "Città di Forlì",
        "Caffè Perù",
        "Maria Josè Nuñez",
    ]
