"""``inspect`` looks at a file as a load would, and changes nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.worlds.program import Run

DATA = Path(__file__).parent / "data" / "imports"

MIXED = """\
Data;Ora;Num. Doc.;Cliente;Tessera;Importo
25/08/2026;10:00;1;Anna Bruni;2000001;10,00
26/08/2026;11:00;2;Bruno Conti;2000002;dieci
27/08/2026;12:00;3;Irene Fontana;;30,00
never;12:00;4;Anna Bruni;2000001;5,00
;;;TOTALE;;45,00
"""


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("loaded_before", [False, True])
def test_what_inspect_counts_is_what_a_load_does(small_shop: Path, run: Run, *, loaded_before: bool) -> None:
    path = small_shop.parent / "cassa.csv"
    path.write_text(MIXED, "utf-8")
    if loaded_before:
        run("load", path, "--yes", shop=small_shop)
        path.write_text(MIXED.replace("10,00", "11,00") + "30/08/2026;9:00;5;Anna;2000001;1,00\n", "utf-8")
    before = contents(small_shop)
    seen = run("inspect", path, "--format", "json", shop=small_shop)
    preview = run("load", path, "--preview", "--yes", "--format", "json", shop=small_shop)
    assert contents(small_shop) == before
    done = run("load", path, "--yes", "--format", "json", shop=small_shop)
    for key in ("records", "money", "reasons"):
        assert seen.json[key] == preview.json[key] == done.json[key], key
    assert seen.code == 1


def test_a_file_is_looked_at_where_there_is_no_shop(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cassa.csv").write_text(MIXED, "utf-8")
    answer = run("inspect", "cassa.csv")
    assert answer.code == 1
    assert "Nobody has described it yet" in answer.out
    assert "Columns are parted by semicolons; the rows begin on line 2." in answer.out
    assert "May the name say who it is?" in answer.out
    assert 'order_date = {join = ["Data", "Ora"]}' in answer.out
    assert [path.name for path in tmp_path.iterdir()] == ["cassa.csv"]


def test_every_column_is_shown_with_what_it_is_taken_for(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "cassa.csv"
    path.write_text(MIXED, "utf-8")
    found = run("inspect", path, "--format", "json").json
    assert [(column["column"], column["field"]) for column in found["columns"]] == [
        ("Data", "order_date"),
        ("Ora", "order_date"),
        ("Num. Doc.", "order_id"),
        ("Cliente", "customer_name"),
        ("Tessera", "card_number"),
        ("Importo", "gross_amount"),
    ]
    assert found["key"] == ["order_id", "year"]
    assert {reason["code"]: reason["records"] for reason in found["reasons"]} == {
        "total_row": 1, "unreadable_amount": 1, "unreadable_date": 1,
    }  # fmt: skip


def test_a_file_that_excel_saved_again_is_named_so(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "tessere.csv"
    path.write_text(
        "Data;Scontrino;Telefono;Novità;Totale\n25/08/2026;1;3,93331E+11;TRUE;20,00\n"
        "26/08/2026;2;3,93478E+11;FALSE;30,00\n",
        "utf-8",
    )
    answer = run("inspect", path)
    assert "“Telefono”: 2 cells like 3,93331E+11." in answer.out
    assert "“Novità” holds FALSE" in answer.out


def test_what_a_saved_mapping_still_leaves_open_is_asked_again_by_inspect(small_shop: Path, run: Run) -> None:
    path = small_shop.parent / "a.csv"
    path.write_text("Data;Totale\n01/02/2026;10,00\n", "utf-8")
    run("load", path, "--yes", shop=small_shop)
    answer = run("inspect", path, shop=small_shop)
    assert "Read by mappings/a.toml" in answer.out
    assert "no date says which number is the day" in answer.out


@pytest.mark.parametrize("path", sorted(DATA.rglob("*.*")), ids=lambda path: path.name)
def test_whatever_the_file_inspect_ends_in_an_answer_or_one_sentence(
    path: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = run("inspect", path)
    assert answer.code in (0, 1, 2)
    assert "made a mistake" not in answer.err
    assert list(tmp_path.iterdir()) == []
