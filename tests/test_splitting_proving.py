"""What is proven from many bytes at once is what the exact splitter reads, cell by cell."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clientela.warehouse.loading.mapping.mapping import Format
from clientela.warehouse.loading.opening.part import Part
from clientela.warehouse.loading.splitting import records as exact
from clientela.warehouse.loading.splitting.cells import Cells
from clientela.warehouse.loading.splitting.proving import quick
from clientela.warehouse.loading.splitting.proving.quick import Table, index_of
from clientela.warehouse.loading.splitting.records import Record, physical_lines, split
from clientela.warehouse.loading.splitting.signs import Signs
from clientela.warehouse.loading.splitting.survey import survey
from clientela.warehouse.loading.splitting.text_source import TextSource

PIECES = [b",", b";", b"; ", b'"', b'""', b"'", b"\n", b"\r\n", b"a", b"bc", "è".encode(), b" "]
RARE = [b"\0", b"\r", b"\x1e", b"\xef\xbb\xbf", b"\xc3", b"\n\n"]


class Kept:
    """A taker that keeps what it is given."""

    def __init__(self) -> None:
        self.start = 0
        self.stretches: list[tuple[int, int]] = []
        self.odd_records: list[Record] = []

    def proven(self, start: int, stretch: memoryview, *, returns: bool) -> None:
        self.stretches.append((start, start + len(stretch)))

    def odd(self, record: Record, *, cut_off: bool) -> None:
        self.odd_records.append(record)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pieces=st.lists(
        st.one_of(st.sampled_from(PIECES), st.sampled_from(PIECES), st.sampled_from(RARE)), max_size=70
    ),
    signs=st.sampled_from([Signs(",", '"'), Signs(";", "'"), Signs("; ", '"'), Signs(",", "")]),
    end=st.sampled_from([b"\n", b"\n", b"\r"]),
    width=st.integers(2, 4),
    skip=st.integers(0, 2),
    block=st.integers(1, 90),
    limits=st.sampled_from([(200, 64 << 10, 512 << 10), (3, 40, 100), (6, 90, 100)]),
)
def test_any_bytes_are_cut_as_the_exact_splitter_cuts_them(
    tmp_path: Path,
    pieces: list[bytes],
    signs: Signs,
    end: bytes,
    width: int,
    skip: int,
    block: int,
    limits: tuple[int, int, int],
) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b"".join(pieces))
    kept = Kept()
    names = ("MOST_LINES", "MOST_BYTES", "LONGEST_LINE")
    with mock.patch.multiple(exact, **dict(zip(names, limits, strict=True))):
        with path.open("rb") as file:
            right = list(split(physical_lines(file, end), signs, skip, width))
        index = index_of(path, Table(signs, width, end, skip), kept, block=block)
    found = list(index.ranges(list(range(1, index.records + 1))))
    assert found == [
        (number, record.line_no, record.byte_start, record.byte_end) for number, record in enumerate(right, 1)
    ]
    place = kept.start
    odd = {record.byte_start: record for record in kept.odd_records}
    for record in right:
        assert record.byte_start == place, "the ranges tile the file"
        place = record.byte_end
        if record.byte_start in odd:
            assert odd[record.byte_start].cells == record.cells
            assert odd[record.byte_start].fault == record.fault
        else:
            assert any(start <= record.byte_start < stop for start, stop in kept.stretches)
            assert record.fault == "blank_line" or (record.fault is None and len(record.cells) == width)
    assert not right or place == path.stat().st_size


def made_up(seed: int) -> tuple[bytes, str, str]:
    """Return a file with damage here and there, its delimiter and its quote sign."""
    draw = random.Random(seed)
    delimiter, quote = draw.choice([",", ";", "\t", ", ", "|"]), draw.choice(['"', '"', "'", ""])
    end = draw.choice(["\n", "\r\n", "\r"])
    width = draw.randint(2, 4)
    parts = [delimiter.join(f"h{place}" for place in range(width)) + end]
    signs = ["a", "b", "è", " ", "1", delimiter if quote else "x", end if quote else "c", quote * 2]
    for _row in range(draw.randint(1, 25)):
        row = []
        for _cell in range(width if draw.random() < 0.9 else draw.randint(1, 6)):
            cell = "".join(draw.choice(signs) for _sign in range(draw.randint(0, 5)))
            row.append(
                quote + cell + quote if quote and draw.random() < 0.8 else draw.choice(["ax", "7", "x7a"])
            )
        parts.append(delimiter.join(row) + end)
        if draw.random() < 0.1:
            parts.append(draw.choice([quote or '"', delimiter, "\0", "\r", "\n", "\x1e", '"', parts[0]]))
    content = "".join(parts).encode()
    if draw.random() < 0.1:
        place = draw.randrange(len(content))
        content = content[:place] + b"\xc3" + content[place:]
    return content, delimiter, quote


def told(db: duckdb.DuckDBPyConnection, cells: Cells) -> list[tuple[object, ...]]:
    """Return number, line, fault and cells of every record, as DuckDB reads them."""
    names = ", ".join(f"coalesce(c{place}, '')" for place in range(len(cells.headers)))
    if cells.numbered:
        numbers = "cast(record_no as bigint), cast(file_line as bigint), split_fault"
        return db.execute(f"select {numbers}, {names} from {cells.relation} order by 1").fetchall()
    db.execute(f"create or replace temp table read as from {cells.relation}")
    numbers = f"rowid + 1, rowid + {cells.first_line}, split_fault"
    return db.execute(f"select {numbers}, {names} from read order by 1").fetchall()


def comparable(rows: list[tuple[object, ...]], quote: str) -> Iterator[tuple[object, ...]]:
    """Leave out what may differ: a zero byte becomes a mark, blanks are a blank line either way."""
    for number, line, fault, *cells in rows:
        texts = [str(cell).replace("\0", "\ufffd") for cell in cells]
        if not quote:
            texts = [text.replace("\r", " ").replace("\n", " ") for text in texts]
        if not any(text.strip() for text in texts):
            texts, fault = [""] * len(texts), None if fault == "blank_line" else fault
        yield number, line, fault, *texts


@pytest.mark.parametrize("seed", range(120))
def test_duckdb_reads_the_cells_that_the_exact_splitter_reads(tmp_path: Path, seed: int) -> None:
    content, delimiter, quote = made_up(seed)
    path = tmp_path / "f.csv"
    path.write_bytes(content)
    wanted = Format(delimiter=delimiter, quote=quote, header=1)
    source = TextSource(Part(path, "f.csv", "text"), survey(path), wanted, tmp_path)
    block = random.Random(seed).choice([7, 50, 1000, 100_000])
    with mock.patch.object(quick.index_of, "__defaults__", (None, block)):
        cells = source.proven_records()
    assert cells is not None
    with duckdb.connect() as db:
        db.execute("set threads = 1")
        quickly = list(comparable(told(db, cells), quote))
        exactly = list(comparable(told(db, source.split_records()), quote))
    assert quickly == exactly


def test_the_trap_of_a_quoted_last_cell_before_two_line_end_signs_still_stands(tmp_path: Path) -> None:
    """DuckDB 2.0 reads two records as one, without an error: the reason why such a file is copied."""
    path = tmp_path / "f.csv"
    path.write_bytes(b'a|"b"\r\nc|"d"\r\n')
    strict = (
        f"read_csv('{path}', auto_detect = false, header = false, delim = '|', quote = '\"', escape = '\"', "
        r"new_line = '\r\n', columns = {'x': 'VARCHAR', 'y': 'VARCHAR'}, strict_mode = true)"
    )
    assert duckdb.sql(f"from {strict}").fetchall() != [("a", "b"), ("c", "d")]
    path.write_bytes(b'x|"y"\r\na|"b"\r\nc|"d"\r\n')
    source = TextSource(Part(path, "f.csv", "text"), survey(path), Format(), tmp_path)
    cells = source.proven_records()
    assert cells is not None
    with duckdb.connect() as db:
        assert [row[3:] for row in told(db, cells)] == [("a", "b"), ("c", "d")]


def test_one_unclosed_quote_among_many_records_costs_one_record(tmp_path: Path) -> None:
    lines = [f'"{number}","Rossi","1.00"' for number in range(20_000)]
    lines[7_000] = '"7000","Rossi,"1.00"'
    path = tmp_path / "f.csv"
    path.write_text("id,name,total\n" + "\n".join(lines) + "\n")
    source = TextSource(Part(path, "f.csv", "text"), survey(path), Format(), tmp_path)
    cells = source.proven_records()
    assert cells is not None
    with duckdb.connect() as db:
        rows = told(db, cells)
    assert len(rows) == 20_000
    assert [row[:4] for row in rows if row[2]] == [(7001, 7002, "unbalanced_quote", "7000")]


def test_a_quote_that_swallows_the_next_record_costs_its_own_line_alone() -> None:
    text = 'a,"b\nc",d\ne,f\n'
    records = list(split(physical_lines(io.BytesIO(text.encode())), Signs(), width=2))
    assert [(record.line_no, record.fault) for record in records] == [
        (1, "unbalanced_quote"),
        (2, None),
        (3, None),
    ]


def test_records_over_several_lines_keep_their_lines_and_their_text(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b'id,note\n1,"two\nlines"\n2,x\n3,y,z\n4,"a\r\nb"\n')
    source = TextSource(Part(path, "f.csv", "text"), survey(path), Format(), tmp_path)
    cells = source.proven_records()
    assert cells is not None
    assert cells.index is not None
    with duckdb.connect() as db:
        rows = told(db, cells)
    assert [row[:3] for row in rows] == [(1, 2, None), (2, 4, None), (3, 5, "wrong_cell_count"), (4, 6, None)]
    assert [row[4] for row in rows] == ["two\nlines", "x", "y,z", "a\nb"]
    assert list(cells.index.texts([1, 3])) == [(1, '1,"two\nlines"'), (3, "3,y,z")]
