"""Files polluted in every way that is known of exports are read with their right records, told nothing."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from clientela.warehouse.loading.as_read import records_as_read

HEADER = ["Data", "Ora", "Scontrino", "Cliente", "Articolo", "Descrizione", "Pezzi", "Totale", "Note"]
GOODS = [
    "Scarpe da montagna",
    'Tavolo tondo 48"',
    "Cuscino, a righe",
    "Bambino: felpa; con cappuccio",
    "Canna 8' 9\" da lancio",
    "Città, perché no",
]
Row = list[str]


class Polluted(NamedTuple):
    """A file and what is right of it."""

    content: bytes
    header: Row
    rows: list[Row]


def table(seed: int, count: int = 60) -> list[Row]:
    """Return receipts with commas, quotes, accents and empty cells in their texts."""
    draw = random.Random(seed)
    return [
        [
            f"{number % 28 + 1:02}/03/2026",
            f"{9 + number % 10:02}:{number % 60:02}",
            f"{number:04}",
            draw.choice(["Rossi", "Bruno Conti", "D'Amico", ""]),
            f"A{draw.randrange(100, 999)}",
            draw.choice(GOODS),
            str(draw.randrange(1, 9)),
            f"{draw.randrange(1, 900)}.{draw.randrange(100):02}",
            draw.choice(["", "", "reso"]),
        ]
        for number in range(1, count + 1)
    ]


def line(cells: Row, delimiter: str = ",", quote: str = '"', *, every: bool = False, escape: str = "") -> str:
    """Write cells as a careful program does."""
    written = []
    for cell in cells:
        if every or quote in cell or delimiter in cell or delimiter[0] in cell or cell[:1] == '"':
            cell = quote + cell.replace(quote, (escape or quote) + quote) + quote
        written.append(cell)
    return delimiter.join(written)


def lines(rows: list[Row], delimiter: str = ",", quote: str = '"', *, every: bool = False) -> list[str]:
    return [line(row, delimiter, quote, every=every) for row in rows]


def text(parts: list[str], end: str = "\r\n", encoding: str = "utf-8") -> bytes:
    return "".join(part + end for part in parts).encode(encoding)


def delimiters(rows: list[Row]) -> Iterator[tuple[str, Polluted]]:
    for sign in (",", ";", "\t", "|", ", ", "; ", "\t\t", ":"):
        parts = lines([HEADER, *rows], sign, every=sign == ":")
        yield f"delimiter {sign!r}", Polluted(text(parts), HEADER, rows)
    parts = lines([HEADER, *rows], " ", every=True)
    yield "delimiter blank", Polluted(text(parts), HEADER, rows)
    yield "sep line", Polluted(text(["sep=;", *lines([HEADER, *rows], ";")]), HEADER, rows)


def quotes(rows: list[Row]) -> Iterator[tuple[str, Polluted]]:
    yield "quote '", Polluted(text(lines([HEADER, *rows], ",", "'", every=True)), HEADER, rows)
    yield "every cell quoted", Polluted(text(lines([HEADER, *rows], every=True)), HEADER, rows)
    escaped = [line(row, escape="\\", every=True) for row in [HEADER, *rows]]
    yield "quotes behind a backslash", Polluted(text(escaped), HEADER, rows)
    angled = [",".join(f"«{cell}»" for cell in row) for row in [HEADER, *rows]]
    yield "quotes «»", Polluted(text(angled), HEADER, rows)


def ends(rows: list[Row]) -> Iterator[tuple[str, Polluted]]:
    for end in ("\n", "\r\n", "\r"):
        yield f"line end {end!r}", Polluted(text(lines([HEADER, *rows]), end), HEADER, rows)
    mixed = lines([HEADER, *rows])
    content = "".join(part + ("\n" if place % 3 else "\r\n") for place, part in enumerate(mixed))
    yield "mixed line ends", Polluted(content.encode(), HEADER, rows)
    yield "no last line end", Polluted(text(lines([HEADER, *rows]))[:-2], HEADER, rows)
    yield "two last line ends", Polluted(text([*lines([HEADER, *rows]), ""]), HEADER, rows)


def encodings(rows: list[Row]) -> Iterator[tuple[str, Polluted]]:
    for name in (
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "cp1252",
        "cp850",
        "cp437",
        "mac-roman",
    ):
        yield f"encoding {name}", Polluted(text(lines([HEADER, *rows]), encoding=name), HEADER, rows)


def heads(rows: list[Row]) -> Iterator[tuple[str, Polluted]]:
    parts = lines([HEADER, *rows])
    for above in (["Elenco vendite"], ["Bottega", "", "marzo 2026"], ["Vendite" + "," * 8, "," * 8]):
        yield f"{len(above)} title rows", Polluted(text([*above, *parts]), HEADER, rows)
    for times in (2, 3):
        said = [" ".join([name] * times) for name in HEADER]
        yield f"header of {times} rows", Polluted(text([*parts[:1] * times, *parts[1:]]), said, rows)
    given = [f"column {place}" for place in range(1, 10)]
    yield "no header", Polluted(text(parts[1:]), given, rows)
    yield "a header alone", Polluted(text(parts[:1]), HEADER, [])
    yield "one record", Polluted(text(parts[:2]), HEADER, rows[:1])
    yield "nothing", Polluted(b"", [], [])
    yield (
        "a name left out",
        Polluted(text([",".join([*HEADER[:8], ""]), *parts[1:]]), [*HEADER[:8], ""], rows),
    )


def records(rows: list[Row], place: int) -> Iterator[tuple[str, Polluted]]:
    """One record is broken, early, in the middle or last."""
    parts = lines([HEADER, *rows])
    name = f"record {place}"

    def with_line(broken: str, *right: Row) -> Polluted:
        said = [*rows[:place], *right, *rows[place + 1 :]]
        return Polluted(text([*parts[: place + 1], broken, *parts[place + 2 :]]), HEADER, said)

    row = rows[place]
    for column in (0, 3, 7):
        marked = [*row[:column], '"' + row[column], *row[column + 1 :]]
        raw = [line([cell]) for cell in row]
        raw[column] = '"' + row[column]
        yield f"{name}: a quote before cell {column}", with_line(",".join(raw), marked)
    yield f"{name}: another delimiter", with_line(line(row, ";"), row)
    yield f"{name}: last cell missing", with_line(line(row[:8]), [*row[:8], ""])
    more = [*row, "troppo"]
    yield f"{name}: a cell too many", with_line(line(more), more)
    yield f"{name}: empty", with_line("")
    yield (
        f"{name}: two lines in a note",
        with_line(line([*row[:8], "due"])[:-3] + '"due\r\nrighe"', [*row[:8], "due\nrighe"]),
    )
    yield (
        f"{name}: all quoted, one delimiter lost",
        with_line(line(row, every=True).replace('","', '""', 1).replace('""', '""', 1), row),
    )


def tables(rows: list[Row]) -> Iterator[tuple[str, Polluted]]:
    narrow = [row[:5] for row in rows[:8]]
    wide = [[*row, "x"] for row in rows[:8]]
    first = lines([HEADER, *rows])
    padded = [[*row, *[""] * 4] for row in [HEADER[:5], *narrow]]
    yield (
        "a narrower table below",
        Polluted(text([*first, *lines([HEADER[:5], *narrow])]), HEADER, [*rows, *padded]),
    )
    more = [[*HEADER, "Altro"], *wide]
    yield "a wider table below", Polluted(text([*first, *lines(more)]), HEADER, [*rows, *more])


def polluted() -> Iterator[tuple[str, Polluted]]:
    for seed in (1, 2, 3):
        rows = table(seed)
        kinds: list[Callable[[list[Row]], Iterator[tuple[str, Polluted]]]] = [
            delimiters,
            quotes,
            ends,
            encodings,
            heads,
            tables,
        ]
        for kind in kinds:
            for name, file in kind(rows):
                yield f"{name} ({seed})", file
        for place in (0, 1, 30, 59):
            for name, file in records(rows, place):
                yield f"{name} ({seed})", file


FILES = dict(polluted())


def read(tmp_path: Path, content: bytes) -> list[Row]:
    given, out = tmp_path / "f.csv", tmp_path / "out.csv"
    given.write_bytes(content)
    records_as_read(given, out)
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("name", FILES)
def test_a_polluted_file_is_read_with_its_right_records(tmp_path: Path, name: str) -> None:
    file = FILES[name]
    found = read(tmp_path, file.content)
    assert found[:1] == ([file.header] if file.header else [])
    assert found[1:] == file.rows
