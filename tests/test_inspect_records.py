"""``inspect --records`` writes what was read, and touches nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]


def test_the_records_are_written_with_the_header_first(tmp_path: Path, run: Run) -> None:
    given, out = tmp_path / "f.csv", tmp_path / "out.csv"
    given.write_bytes('Elenco;;\nData;Cliente;Totale\n01/02/2026;"Forlì; ""Bar""";10,00\n'.encode("cp1252"))
    answer = run("inspect", given, "--records", out)
    assert answer.code == 0
    assert out.read_text("utf-8") == 'Data,Cliente,Totale\n01/02/2026,"Forlì; ""Bar""","10,00"\n'
    assert sorted(path.name for path in tmp_path.iterdir()) == ["f.csv", "out.csv"]


def test_an_empty_file_has_no_records_and_is_no_error(tmp_path: Path, run: Run) -> None:
    given, out = tmp_path / "f.csv", tmp_path / "out.csv"
    given.write_bytes(b"\n\n")
    assert run("inspect", given, "--records", out).code == 0
    assert out.read_bytes() == b""


def test_the_file_itself_is_never_written_over(tmp_path: Path, run: Run) -> None:
    given = tmp_path / "f.csv"
    given.write_text("a,b\n1,2\n")
    answer = run("inspect", given, "--records", given)
    assert answer.code == 2
    assert given.read_text() == "a,b\n1,2\n"


def test_a_file_that_is_not_there_is_said(tmp_path: Path, run: Run) -> None:
    answer = run("inspect", tmp_path / "no.csv", "--records", tmp_path / "out.csv")
    assert answer.code == 2
    assert not (tmp_path / "out.csv").exists()
